//! The value of a metric over several months: sums where values may be added, a ratio for averages, else nothing.

use super::span::Span;
use crate::{
    dataset::{Dataset, Series, Thresholds},
    domain::{Amount, Metric},
};

/// The value of a metric over months, given by positions; of one part, or of the whole. Positions without a value count
/// for nothing. The whole of a dataset by part is the sum over its parts.
///
/// `None` when no month has a value, or when the metric can neither be added nor computed from others.
pub(super) fn over(dataset: &Dataset, metric: Metric, part: Option<&str>, at: &[usize]) -> Option<f64> {
    if metric.is_additive() {
        return sum(dataset, metric, part, at);
    }
    if metric == Metric::Aov
        && let (Some(sales), Some(orders)) =
            (sum(dataset, Metric::Sales, part, at), sum(dataset, Metric::Orders, part, at))
    {
        return (orders > 0.0).then(|| sales / orders);
    }
    match at {
        [only] => columns(dataset, metric, part).find_map(|series| series.values[*only]),
        _ => None,
    }
}

/// The exact sum of an additive metric, money in ten-thousandths.
fn sum(dataset: &Dataset, metric: Metric, part: Option<&str>, at: &[usize]) -> Option<f64> {
    let mut any = false;
    let values =
        columns(dataset, metric, part).flat_map(|series| at.iter().filter_map(|&i| series.values[i]));
    let values = values.inspect(|_| any = true);
    let total = if metric.is_money() {
        values.filter_map(Amount::from_units).sum::<Amount>().units()
    } else {
        values.sum()
    };
    any.then_some(total)
}

fn columns<'a>(
    dataset: &'a Dataset,
    metric: Metric,
    part: Option<&'a str>,
) -> impl Iterator<Item = &'a Series> {
    let has_whole = dataset.whole(metric).is_some();
    dataset.series().iter().filter(move |series| {
        let wanted = match part {
            Some(_) => series.part.as_deref() == part,
            None => series.part.is_none() || !has_whole,
        };
        series.metric == metric && wanted
    })
}

/// The value of a metric in one month, of the whole.
pub(super) fn month(dataset: &Dataset, metric: Metric, at: usize) -> Option<f64> {
    if metric == Metric::Aov
        && let Some(series) = dataset.whole(Metric::Aov)
    {
        return series.values[at];
    }
    over(dataset, metric, None, &[at])
}

/// Whether enough orders stand behind both sides of a comparison for it to be told in per cent. Where orders are not
/// known, it is not held back.
pub(super) fn are_enough_orders(
    dataset: &Dataset,
    part: Option<&str>,
    span: &Span,
    thresholds: &Thresholds,
) -> bool {
    let least = thresholds.min_orders as f64;
    [&span.focus, &span.baseline]
        .into_iter()
        .all(|at| over(dataset, Metric::Orders, part, at).is_none_or(|orders| orders >= least))
}
