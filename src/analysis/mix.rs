//! Facts of a section with one value a month and part: shares of the focus, and how they moved.

use super::{
    change::Change,
    effects::{AverageEffects, PartFlow, average_effects},
    history::History,
    level::change,
    measure,
    span::Span,
};
use crate::{
    dataset::{Dataset, Thresholds, is_named, whole_percents},
    domain::{Dimension, Metric, Review, Unit},
};

/// Facts of a section with one value a month and part.
#[derive(Debug, Clone, PartialEq)]
pub struct Mix {
    /// What is measured.
    pub metric: Metric,
    /// What it counts.
    pub unit: Unit,
    /// What the parts are.
    pub dimension: Dimension,
    /// The months that the facts speak of.
    pub span: Span,
    /// All parts over the focus, where they add up.
    pub total: Option<f64>,
    /// All parts against the baseline, where they add up.
    pub change: Option<Change>,
    /// Every part with a value in the focus or its baseline, largest in the focus first, `Other` and `Not stated` last.
    pub parts: Vec<MixPart>,
    /// Parts in the data, before any were put together or left out.
    pub part_count: usize,
    /// Whether shares may be told.
    pub adds_up: bool,
    /// Months withheld because a group was too small to be shown.
    pub has_withheld: bool,
    /// What the whole did over the history.
    pub history: History,
}

/// One part of a mix.
#[derive(Debug, Clone, PartialEq)]
pub struct MixPart {
    /// Printed name.
    pub name: String,
    /// Its value over the focus; zero where it has none beside others that do.
    pub value: f64,
    /// Its share of the focus in whole per cents; the shares add to 100.
    pub share: Option<u32>,
    /// Its share of the baseline, likewise; `None` where too few orders stand behind either.
    pub baseline_share: Option<u32>,
    /// How far its share moved over the months compared, in points.
    pub shift: Option<f64>,
    /// Its value against the baseline.
    pub change: Option<Change>,
}

impl Mix {
    pub(super) fn new(
        dataset: &Dataset,
        metric: Metric,
        dimension: &Dimension,
        review: &Review,
        thresholds: &Thresholds,
    ) -> Self {
        let span = Span::new(dataset, review);
        let adds_up = dataset.adds_up != Some(false) && metric.is_additive();
        let names: Vec<&str> = dataset.by_part(metric).filter_map(|series| series.part.as_deref()).collect();
        let values = |at: &[usize]| -> Vec<f64> {
            names.iter().map(|name| measure::over(dataset, metric, Some(name), at).unwrap_or(0.0)).collect()
        };
        let (shown, focus, baseline) = (values(&span.shown), values(&span.focus), values(&span.baseline));
        let shares = |values: &[f64]| if adds_up { whole_percents(values) } else { Vec::new() };
        let (share, baseline_share) = (shares(&shown), shares(&baseline));
        let totals = (focus.iter().sum::<f64>(), baseline.iter().sum::<f64>());
        let all_sold = focus.iter().chain(&baseline).all(|value| *value >= 0.0);
        let comparable = adds_up
            && all_sold
            && totals.0 > 0.0
            && totals.1 > 0.0
            && measure::are_enough_orders(dataset, None, &span, thresholds);
        let part = |i: usize| MixPart {
            name: names[i].to_owned(),
            value: shown[i],
            share: share.get(i).copied(),
            baseline_share: baseline_share.get(i).copied().filter(|_| comparable),
            shift: comparable.then(|| (focus[i] / totals.0 - baseline[i] / totals.1) * 100.0),
            change: change(dataset, metric, Some(names[i]), &span, thresholds),
        };
        let mut parts: Vec<MixPart> =
            (0..names.len()).filter(|&i| shown[i] != 0.0 || baseline[i] != 0.0).map(part).collect();
        parts.sort_by(|a, b| {
            let last = (!is_named(&a.name)).cmp(&!is_named(&b.name));
            last.then(b.value.total_cmp(&a.value)).then_with(|| a.name.cmp(&b.name))
        });
        Self {
            metric,
            unit: dataset.series()[0].unit,
            dimension: dimension.clone(),
            total: if adds_up { measure::over(dataset, metric, None, &span.shown) } else { None },
            change: if adds_up { change(dataset, metric, None, &span, thresholds) } else { None },
            part_count: dataset.part_count.max(parts.len()),
            parts,
            adds_up,
            has_withheld: !dataset.withheld.is_empty(),
            history: History::new(dataset, metric, &span, review, thresholds),
            span,
        }
    }

    /// The parts that have a name of their own, largest in the focus first.
    pub fn named(&self) -> &[MixPart] {
        let end = self.parts.iter().position(|part| !is_named(&part.name)).unwrap_or(self.parts.len());
        &self.parts[..end]
    }

    /// The named part whose share grew most, by at least a point.
    pub fn gainer(&self) -> Option<&MixPart> {
        let moved = |part: &&MixPart| part.shift.is_some_and(|shift| shift >= 1.0);
        self.named()
            .iter()
            .filter(moved)
            .max_by(|a, b| a.shift.unwrap_or(0.0).total_cmp(&b.shift.unwrap_or(0.0)))
    }

    /// The named part that was largest in the baseline, where another is larger in the focus.
    pub fn overtaken(&self) -> Option<&MixPart> {
        let before = |part: &MixPart| part.change.map_or(0.0, |change| change.baseline);
        // Where shares cannot be compared, neither can ranks.
        let leader = self.named().first().filter(|leader| leader.shift.is_some())?;
        let behind =
            self.named().iter().filter(|part| part.value < leader.value && before(part) > before(leader));
        behind.max_by(|a, b| before(a).total_cmp(&before(b)))
    }
}

/// The change of the whole average by part over the months compared, from sales and orders by part; `None` when
/// an order can hold several parts, found by comparing with the orders of the whole.
pub(super) fn average_change(
    parts: &Dataset,
    whole: &Dataset,
    span: &Span,
    thresholds: &Thresholds,
) -> Option<AverageEffects> {
    let positions = |at: &[usize]| -> Option<Vec<usize>> {
        let month = |&at: &usize| {
            let month = whole.months()[at].month;
            parts.months().iter().position(|entry| entry.month == month)
        };
        at.iter().map(month).collect()
    };
    let sides = [positions(&span.baseline)?, positions(&span.focus)?];
    for (side, at) in sides.iter().zip([&span.baseline, &span.focus]) {
        for metric in [Metric::Orders, Metric::Sales] {
            let sum = measure::over(parts, metric, None, side)?;
            let total = measure::over(whole, metric, None, at)?;
            if (sum - total).abs() > 0.01 * side.len() as f64 {
                return None;
            }
        }
    }
    let flow = |name: &str| {
        let of = |metric| {
            [0, 1].map(|side: usize| measure::over(parts, metric, Some(name), &sides[side]).unwrap_or(0.0))
        };
        PartFlow { name: name.to_owned(), sales: of(Metric::Sales), orders: of(Metric::Orders) }
    };
    let flows: Vec<_> =
        parts.by_part(Metric::Orders).filter_map(|series| series.part.as_deref()).map(flow).collect();
    average_effects(&flows, thresholds.min_orders as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        dataset::{Index, IndexMonth, Series},
        domain::{Month, Period, Unit},
    };

    #[test]
    fn a_part_that_came_is_a_change_from_nothing() {
        let first = Month::new(2023, 1).unwrap();
        let months = (0..24).map(|n| IndexMonth { month: first.plus(n), comparison: false }).collect();
        let series = |part: &str, value: fn(usize) -> Option<f64>| Series {
            metric: Metric::Orders,
            part: Some(part.to_owned()),
            unit: Unit::Count,
            values: (0..24).map(value).collect(),
        };
        let old = series("Old", |at| (at < 12).then_some(50.0));
        let new = series("New", |at| (at >= 12).then_some(40.0));
        let all = series("Steady", |_| Some(100.0));
        let dataset = Dataset::new("x", Index::Months(months), vec![old, new, all]).unwrap();
        let review = Review::new(Period::of_months(first, first.plus(23)), None).unwrap();
        let mix =
            Mix::new(&dataset, Metric::Orders, &Dimension::ProductType, &review, &Thresholds::default());
        let change = |name: &str| {
            let change = mix.parts.iter().find(|part| part.name == name)?.change?;
            Some((change.baseline, change.value, change.percent))
        };
        assert_eq!(change("New"), Some((0.0, 120.0, None)));
        assert_eq!(change("Old"), Some((150.0, 0.0, Some(-100.0))));
        assert_eq!(change("Steady"), Some((300.0, 300.0, Some(0.0))));
    }
}
