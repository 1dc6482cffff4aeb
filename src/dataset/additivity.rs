//! Whether parts add up to the whole, found by adding them up.

use super::Dataset;
use crate::domain::Metric;

/// Decides whether the parts of a dataset add up, where no answer said so: their sum against the monthly totals of the
/// same metric, month by month where both have months, else over the history.
///
/// Without totals only money of order lines is taken to add up; orders are not, since an order can hold several parts.
pub fn check_parts(dataset: &mut Dataset, totals: Option<&Dataset>) {
    if dataset.adds_up.is_some() {
        return;
    }
    // An average is taken over orders; whether those add up is the question then.
    let metric = match dataset.series()[0].metric {
        Metric::Aov => Metric::Orders,
        metric => metric,
    };
    if dataset.left_out > 0 {
        dataset.adds_up = Some(false);
        return;
    }
    let totals = totals.and_then(|totals| Some((totals, totals.whole(metric)?)));
    dataset.adds_up = Some(match totals {
        None => matches!(metric, Metric::Sales | Metric::Items | Metric::RefundAmount),
        Some((months, whole)) if dataset.months().is_empty() => {
            let history = months.months().iter().zip(&whole.values).filter(|(entry, _)| !entry.comparison);
            let total = history.filter_map(|(_, value)| *value).sum();
            let parts = dataset.whole(metric).map_or(0.0, |series| series.values.iter().flatten().sum());
            agree(parts, total)
        }
        Some((months, whole)) => dataset.months().iter().enumerate().all(|(i, entry)| {
            let cells: Vec<f64> = dataset.by_part(metric).filter_map(|series| series.values[i]).collect();
            let total = months.months().iter().position(|other| other.month == entry.month);
            match total.and_then(|at| whole.values[at]) {
                Some(total) if !cells.is_empty() => agree(cells.iter().sum(), total),
                _ => true,
            }
        }),
    });
}

/// Equal but for rounding of the cells to the hundredth.
fn agree(parts: f64, total: f64) -> bool {
    (parts - total).abs() <= 0.1
}
