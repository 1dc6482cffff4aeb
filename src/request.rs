//! Template × merchant × review → what is asked of the server: requests in order, their calls, and their batches. Pure.

use crate::{
    domain::{Dimension, Merchant, Metric, Review},
    template::{Binding, Section},
};
use jiff::civil::Date;
use std::sync::Arc;

/// Everything one run asks for, in request order.
#[derive(Debug, Clone)]
pub struct RequestPlan {
    /// The merchant every call names.
    pub merchant: Merchant,
    /// One per section.
    pub requests: Vec<Request>,
    /// How the server is asked.
    pub binding: Arc<Binding>,
    /// Requests of a batch run at once over one session; positions in `requests`.
    pub batches: Vec<Vec<usize>>,
}

/// One data need: one call, or one per panel.
#[derive(Debug, Clone)]
pub struct Request {
    /// The section it feeds.
    pub section: Section,
    /// In call order.
    pub calls: Vec<Call>,
}

/// One tool call, in the terms of the metrics contract.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Call {
    /// The merchant.
    pub merchant: Merchant,
    /// Metrics, in order.
    pub metrics: Vec<Metric>,
    /// Groupings, in order.
    pub group_by: Vec<Dimension>,
    /// First day.
    pub start_date: Date,
    /// Last day.
    pub end_date: Date,
}

/// The plan of a run under the metrics contract: batches of `batch_size` requests, in order.
pub fn plan(sections: &[Section], merchant: &Merchant, review: &Review, batch_size: usize) -> RequestPlan {
    let requests: Vec<_> = sections
        .iter()
        .map(|section| {
            let start_date =
                if section.comparison { review.comparison_from() } else { review.history().from() };
            let call = |group_by: &Vec<Dimension>| Call {
                merchant: merchant.clone(),
                metrics: section.metrics.clone(),
                group_by: group_by.clone(),
                start_date,
                end_date: review.history().to(),
            };
            Request { section: section.clone(), calls: section.calls.iter().map(call).collect() }
        })
        .collect();
    let positions: Vec<_> = (0..requests.len()).collect();
    let batches = positions.chunks(batch_size.max(1)).map(<[usize]>::to_vec).collect();
    RequestPlan { merchant: merchant.clone(), requests, binding: Arc::default(), batches }
}

impl RequestPlan {
    /// The same plan for a server that answers by another binding.
    #[must_use]
    pub fn under(self, binding: Arc<Binding>) -> Self {
        Self { binding, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::{Period, parse_date},
        template::DeckTemplate,
    };

    #[test]
    fn seven_requests_make_three_batches_and_nine_calls() {
        let template = DeckTemplate::load("kam-review").unwrap();
        let history =
            Period::new(parse_date("2023-01-01").unwrap(), parse_date("2025-06-30").unwrap()).unwrap();
        let review = Review::new(history, None).unwrap();
        let plan = plan(&template.sections, &Merchant::new("acme").unwrap(), &review, 3);
        assert_eq!(plan.batches, [vec![0, 1, 2], vec![3, 4, 5], vec![6]]);
        assert_eq!(plan.requests.iter().map(|request| request.calls.len()).sum::<usize>(), 9);
        let starts: Vec<_> = plan.requests.iter().map(|r| r.calls[0].start_date.to_string()).collect();
        let (comparison, history) = ("2022-01-01", "2023-01-01");
        assert_eq!(starts, [comparison, comparison, comparison, comparison, history, history, history]);
    }
}
