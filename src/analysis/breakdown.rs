//! Facts of sections without months: parts over the whole history, and panels of shares of people.

use super::{change::Change, level::change, measure, span::Span};
use crate::{
    dataset::{Dataset, Thresholds, is_named, whole_percents},
    domain::{Dimension, Metric, Month, Unit},
};

/// Facts of a section with one value a part over the history.
#[derive(Debug, Clone, PartialEq)]
pub struct Breakdown {
    /// What is measured.
    pub metric: Metric,
    /// What it counts.
    pub unit: Unit,
    /// What the parts are.
    pub dimension: Dimension,
    /// Largest first; `Other` and `Not stated` last.
    pub parts: Vec<BreakdownPart>,
    /// Parts in the data, before any were put together or left out.
    pub part_count: usize,
    /// Parts in the data that are not among these.
    pub left_out: usize,
    /// Whether an order can hold several parts, or that is not known.
    pub overlaps: bool,
    /// The sum, where the parts add up.
    pub total: Option<f64>,
    /// Whether shares may be told.
    pub adds_up: bool,
    /// The highest named part less the lowest.
    pub spread: f64,
    /// The highest named part over the lowest, where there are two and the lowest is positive.
    pub ratio: Option<f64>,
    /// The same parts in the focus, from the monthly section of the same dimension.
    pub recent: Vec<Recent>,
    /// The months of the focus that those compare, and the months they are compared with.
    pub recent_months: [Vec<Month>; 2],
}

/// One part.
#[derive(Debug, Clone, PartialEq)]
pub struct BreakdownPart {
    /// Printed name.
    pub name: String,
    /// Its value.
    pub value: f64,
    /// Its share in whole per cents; the shares add to 100.
    pub share: Option<u32>,
    /// The orders behind it.
    pub orders: Option<f64>,
}

/// A part in the focus.
#[derive(Debug, Clone, PartialEq)]
pub struct Recent {
    /// Printed name.
    pub name: String,
    /// Its value against the baseline, over the months compared.
    pub change: Change,
    /// Its shares of the baseline and of the focus in whole per cents, where the parts add up and enough orders stand behind them.
    pub shares: Option<[u32; 2]>,
}

/// Facts of a section of panels.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    /// In order.
    pub panels: Vec<Panel>,
}

/// One panel.
#[derive(Debug, Clone, PartialEq)]
pub struct Panel {
    /// What the shares are of.
    pub dimension: Dimension,
    /// The people behind it, where counts were given.
    pub base: Option<u64>,
    /// Name and whole per cents of each cell, in printing order.
    pub cells: Vec<(String, u32)>,
}

impl Breakdown {
    pub(super) fn new(dataset: &Dataset, metric: Metric) -> Self {
        let adds_up = dataset.adds_up == Some(true) && metric.is_additive();
        let empty = Vec::new();
        let values = |metric| dataset.whole(metric).map_or(&empty, |series| &series.values);
        let (value, orders) = (values(metric), values(Metric::Orders));
        let names = dataset.parts();
        let known: Vec<usize> = (0..value.len()).filter(|&i| value[i].is_some()).collect();
        let numbers: Vec<f64> = known.iter().filter_map(|&i| value[i]).collect();
        let shares = if adds_up { whole_percents(&numbers) } else { Vec::new() };
        let part = |(n, &i): (usize, &usize)| BreakdownPart {
            name: names[i].name.clone(),
            value: numbers[n],
            share: shares.get(n).copied(),
            orders: orders.get(i).copied().flatten(),
        };
        let mut parts: Vec<_> = known.iter().enumerate().map(part).collect();
        parts.sort_by(|a, b| {
            let last = (!is_named(&a.name)).cmp(&!is_named(&b.name));
            last.then(b.value.total_cmp(&a.value)).then_with(|| a.name.cmp(&b.name))
        });
        let named = named(&parts);
        let spread = named.first().zip(named.last()).map_or(0.0, |(first, last)| first.value - last.value);
        let ratio = match named {
            [first, .., last] if last.value > 0.0 => Some(first.value / last.value),
            _ => None,
        };
        Self {
            metric,
            unit: dataset.series()[0].unit,
            dimension: names[0].dimension.clone(),
            total: adds_up.then(|| numbers.iter().sum()),
            part_count: dataset.part_count.max(parts.len()),
            left_out: dataset.left_out,
            overlaps: dataset.adds_up != Some(true),
            parts,
            adds_up,
            spread,
            ratio,
            recent: Vec::new(),
            recent_months: [Vec::new(), Vec::new()],
        }
    }

    /// The parts that have a name of their own, largest first.
    pub fn named(&self) -> &[BreakdownPart] {
        named(&self.parts)
    }

    /// Adds the named parts of the focus from the monthly section of the same dimension. Two `Other` are never matched:
    /// they need not hold the same.
    pub(super) fn add_recent(&mut self, monthly: &Dataset, span: &Span, thresholds: &Thresholds) {
        let changes = self.named().iter().filter_map(|part| {
            Some((part.name.clone(), change(monthly, self.metric, Some(&part.name), span, thresholds)?))
        });
        let changes: Vec<(String, Change)> = changes.collect();
        // Shares are of all parts of the month, `Other` among them.
        let all: Vec<&str> =
            monthly.by_part(self.metric).filter_map(|series| series.part.as_deref()).collect();
        let shares = |at: &[usize]| {
            let value = |name: &&str| measure::over(monthly, self.metric, Some(name), at).unwrap_or(0.0);
            whole_percents(&all.iter().map(value).collect::<Vec<_>>())
        };
        let (before, after) = (shares(&span.baseline), shares(&span.focus));
        let comparable = self.adds_up && measure::are_enough_orders(monthly, None, span, thresholds);
        let share = |name: &str| -> Option<[u32; 2]> {
            let at = all.iter().position(|other| *other == name).filter(|_| comparable)?;
            Some([*before.get(at)?, *after.get(at)?])
        };
        let recent = changes.iter().map(|(name, change)| Recent {
            name: name.clone(),
            change: *change,
            shares: share(name),
        });
        self.recent = recent.collect();
        let months = |at: &[usize]| at.iter().map(|&at| monthly.months()[at].month).collect();
        self.recent_months = [months(&span.focus), months(&span.baseline)];
    }
}

fn named(parts: &[BreakdownPart]) -> &[BreakdownPart] {
    let end = parts.iter().position(|part| !is_named(&part.name)).unwrap_or(parts.len());
    &parts[..end]
}

impl Profile {
    pub(super) fn new(dataset: &Dataset) -> Self {
        let mut panels: Vec<Panel> = Vec::new();
        for (part, value) in dataset.parts().iter().zip(&dataset.series()[0].values) {
            let cell = (part.name.clone(), value.unwrap_or(0.0).round() as u32);
            if let Some(panel) = panels.last_mut().filter(|panel| panel.dimension == part.dimension) {
                panel.cells.push(cell);
                continue;
            }
            let base = dataset.bases.iter().find(|(dimension, _)| *dimension == part.dimension);
            let base = base.map(|(_, base)| *base);
            panels.push(Panel { dimension: part.dimension.clone(), base, cells: vec![cell] });
        }
        Self { panels }
    }
}
