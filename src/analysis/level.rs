//! Facts of a section with one value a month.

use super::{
    change::Change,
    effects::{AverageEffects, SalesEffects, sales_effects},
    history::History,
    measure,
    span::Span,
};
use crate::{
    dataset::{Dataset, Thresholds},
    domain::{Dimension, Metric, Review, Unit},
};

/// Facts of a section with one value a month.
#[derive(Debug, Clone, PartialEq)]
pub struct Level {
    /// What is measured.
    pub metric: Metric,
    /// What it counts.
    pub unit: Unit,
    /// The months that the facts speak of.
    pub span: Span,
    /// The value over the focus as far as the data go; `None` when it cannot be summed up or is missing.
    pub value: Option<f64>,
    /// The orders behind it.
    pub orders: Option<f64>,
    /// The average order value over the same months.
    pub average: Option<f64>,
    /// The focus against its baseline.
    pub change: Option<Change>,
    /// Orders likewise.
    pub orders_change: Option<Change>,
    /// The average order value likewise.
    pub average_change: Option<Change>,
    /// A change of sales as orders and baskets.
    pub effects: Option<SalesEffects>,
    /// A change of the average as mix and rate, by a dimension: from another section, where its parts do not overlap.
    pub average_effects: Option<(Dimension, AverageEffects)>,
    /// What it did over the history.
    pub history: History,
}

impl Level {
    pub(super) fn new(dataset: &Dataset, metric: Metric, review: &Review, thresholds: &Thresholds) -> Self {
        let span = Span::new(dataset, review);
        let change = |metric| change(dataset, metric, None, &span, thresholds);
        let (sales, orders) = (change(Metric::Sales), change(Metric::Orders));
        let effects = (metric == Metric::Sales)
            .then(|| {
                let (sales, orders) = (sales?, orders?);
                sales_effects([sales.baseline, sales.value], [orders.baseline, orders.value])
            })
            .flatten();
        Self {
            metric,
            unit: dataset.series()[0].unit,
            value: measure::over(dataset, metric, None, &span.shown),
            orders: measure::over(dataset, Metric::Orders, None, &span.shown),
            average: measure::over(dataset, Metric::Aov, None, &span.shown),
            change: change(metric),
            orders_change: orders,
            average_change: change(Metric::Aov),
            effects,
            average_effects: None,
            history: History::new(dataset, metric, &span, review, thresholds),
            span,
        }
    }
}

/// A metric of the focus against the baseline, of the whole or of one part.
pub(super) fn change(
    dataset: &Dataset,
    metric: Metric,
    part: Option<&str>,
    span: &Span,
    thresholds: &Thresholds,
) -> Option<Change> {
    // A part without a row in months that hold others sold nothing there: that it came or went is a change too.
    let side = |at: &[usize]| {
        let nothing = || measure::over(dataset, metric, None, at).map(|_| 0.0);
        measure::over(dataset, metric, part, at).or_else(|| nothing().filter(|_| metric.is_additive()))
    };
    let (value, baseline) = (side(&span.focus)?, side(&span.baseline)?);
    // Less than nothing, as when refunds exceed sales, is no percentage of what was.
    let comparable =
        baseline > 0.0 && value >= 0.0 && measure::are_enough_orders(dataset, part, span, thresholds);
    Some(Change {
        value,
        baseline,
        delta: value - baseline,
        percent: comparable.then(|| (value / baseline - 1.0) * 100.0),
        period: span.focus_period?,
        baseline_period: span.baseline_period?,
        basis: span.basis?,
        is_whole: span.is_whole,
    })
}
