//! Values by part, metric and month before they become a dataset: where parts are put together.

use super::{Refusal, names, rows::Rows};
use crate::domain::{Amount, Dimension, Metric, Month, Unit};
use std::collections::BTreeMap;

/// Values by part, metric and position. A position is a month, or the whole history where there is only one.
#[derive(Debug, Clone)]
pub(super) struct Grid {
    pub(super) metrics: Vec<(Metric, Unit)>,
    pub(super) parts: Vec<PartCells>,
    pub(super) positions: usize,
    /// Whether a part is an attribute that each person has once, so that people may be added up.
    pub(super) personal: bool,
}

/// The values of one part.
#[derive(Debug, Clone)]
pub(super) struct PartCells {
    /// Printed name; empty where there are no parts.
    pub(super) name: String,
    /// By metric, then position.
    pub(super) values: Vec<Vec<Option<f64>>>,
    /// Orders or people behind each position, where stated beside the metrics.
    pub(super) base: Vec<Option<u64>>,
}

/// Positions in a grid that are shown as one part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Group {
    pub(super) name: String,
    pub(super) members: Vec<usize>,
}

impl Grid {
    /// Sorts rows into cells. `place` gives a month's position, `None` for a month that is not wanted.
    ///
    /// A group that comes twice is refused: which of the two is right cannot be known. Values of the dimension that
    /// are printed alike, such as `pay_in_3` and `pay-in-3`, are one part; where parts overlap they cannot be added up
    /// and stay two, under the names they came with. A row for `all` beside others is their total and is left out.
    pub(super) fn fill(
        rows: &Rows,
        dimension: Option<&Dimension>,
        overlap: bool,
        positions: usize,
        place: impl Fn(Month) -> Option<usize>,
    ) -> Result<Self, Refusal> {
        let has_parts =
            rows.list.iter().any(|row| row.part.as_deref().is_some_and(|raw| !names::is_total(raw)));
        let mut by_raw: BTreeMap<Option<&str>, PartCells> = BTreeMap::new();
        let mut seen = BTreeMap::new();
        for row in &rows.list {
            if let Some(first) = seen.insert((row.month, row.part.as_deref()), row.number) {
                let what = row.month.map_or_else(|| "the group".to_owned(), |month| month.to_string());
                return Err(Refusal::invalid(format!("rows {first} and {} both hold {what}", row.number)));
            }
            let Some(position) = row.month.map_or(Some(0), &place) else { continue };
            if has_parts && row.part.as_deref().is_some_and(names::is_total) {
                continue;
            }
            let cells = by_raw.entry(row.part.as_deref()).or_insert_with(|| PartCells {
                name: dimension.map_or_else(String::new, |d| names::printed(row.part.as_deref(), d)),
                values: vec![vec![None; positions]; rows.metrics.len()],
                base: vec![None; positions],
            });
            for (metric, value) in row.values.iter().enumerate() {
                cells.values[metric][position] = *value;
            }
            cells.base[position] = row.base;
        }
        if overlap {
            let alike = |name: &str| by_raw.values().filter(|part| part.name == name).count() > 1;
            let apart: Vec<_> = by_raw.iter().map(|(raw, part)| raw.is_some() && alike(&part.name)).collect();
            for ((raw, part), apart) in by_raw.iter_mut().zip(apart) {
                if apart {
                    raw.unwrap_or_default().clone_into(&mut part.name);
                }
            }
        }
        let parts: Vec<_> = by_raw.into_values().collect();
        let mut groups: Vec<Group> = Vec::new();
        for (i, part) in parts.iter().enumerate() {
            match groups.iter_mut().find(|group| group.name == part.name) {
                Some(group) => group.members.push(i),
                None => groups.push(Group { name: part.name.clone(), members: vec![i] }),
            }
        }
        let personal = dimension.is_some_and(Dimension::is_personal);
        Ok(Self { metrics: rows.metrics.clone(), parts, positions, personal }.merged(&groups))
    }

    /// The same values with some parts put together: amounts and counts are added, averages computed anew from sales
    /// and orders, and what cannot be added becomes missing.
    #[must_use]
    pub(super) fn merged(&self, groups: &[Group]) -> Self {
        let part = |group: &Group| {
            if let [only] = group.members[..] {
                return PartCells { name: group.name.clone(), ..self.parts[only].clone() };
            }
            let add = |values: &mut dyn Iterator<Item = Option<f64>>| {
                values.flatten().fold(None, |sum: Option<f64>, value| Some(sum.unwrap_or(0.0) + value))
            };
            let column = |metric: usize| -> Vec<Option<f64>> {
                let cell = |position: usize| {
                    add(&mut group.members.iter().map(|&member| self.parts[member].values[metric][position]))
                };
                (0..self.positions).map(cell).collect()
            };
            let mut values: Vec<_> = (0..self.metrics.len()).map(column).collect();
            for (i, (metric, unit)) in self.metrics.iter().enumerate() {
                if *metric == Metric::Aov {
                    let (sales, orders) = (self.metric(Metric::Sales), self.metric(Metric::Orders));
                    values[i] = match (sales, orders) {
                        (Some(sales), Some(orders)) => averages(&values[sales], &values[orders]),
                        _ => vec![None; self.positions],
                    };
                } else if !metric.is_additive() && *unit != Unit::Percent && !self.personal {
                    values[i] = vec![None; self.positions];
                } else if metric.is_money() {
                    for value in values[i].iter_mut().flatten() {
                        *value = Amount::from_units(*value).map_or(*value, Amount::units);
                    }
                }
            }
            let base = |position: usize| {
                let counts = group.members.iter().filter_map(|&member| self.parts[member].base[position]);
                counts.fold(None, |sum: Option<u64>, count| Some(sum.unwrap_or(0) + count))
            };
            PartCells { name: group.name.clone(), values, base: (0..self.positions).map(base).collect() }
        };
        Self { parts: groups.iter().map(part).collect(), ..self.clone() }
    }

    /// Adds the average order value where sales and orders came and it did not.
    pub(super) fn with_average(mut self, currency_unit: Unit) -> Self {
        let (Some(sales), Some(orders)) = (self.metric(Metric::Sales), self.metric(Metric::Orders)) else {
            return self;
        };
        if self.metric(Metric::Aov).is_none() {
            for part in &mut self.parts {
                part.values.insert(0, averages(&part.values[sales], &part.values[orders]));
            }
            self.metrics.insert(0, (Metric::Aov, currency_unit));
        }
        self
    }

    /// The position of a metric among the columns.
    pub(super) fn metric(&self, wanted: Metric) -> Option<usize> {
        self.metrics.iter().position(|(metric, _)| *metric == wanted)
    }

    /// Whether any part has a value other than zero at a position.
    pub(super) fn has_data_at(&self, position: usize) -> bool {
        let cells = self.parts.iter().flat_map(|part| &part.values);
        cells.filter_map(|column| column[position]).any(|value| value != 0.0)
    }

    /// The sum of a part's first metric, the one the section is about.
    pub(super) fn size(&self, part: usize) -> f64 {
        self.parts[part].values.first().map_or(0.0, |column| column.iter().flatten().sum())
    }
}

/// Sales divided by orders; missing where either is, or where there was no order.
fn averages(sales: &[Option<f64>], orders: &[Option<f64>]) -> Vec<Option<f64>> {
    let average = |(sales, orders): (&Option<f64>, &Option<f64>)| match (sales, orders) {
        (Some(sales), Some(orders)) if *orders > 0.0 => Some(sales / orders),
        _ => None,
    };
    sales.iter().zip(orders).map(average).collect()
}
