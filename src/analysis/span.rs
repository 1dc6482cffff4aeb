//! Which months of a dataset the focus is compared with, by the rule of the review: the same months a year before, else
//! the equal span just before the focus, else none. Only complete months with data on both sides are compared. Values are
//! monthly: a month that the focus begins or ends in counts whole where the data hold it whole, and `covered` says so.

use crate::{
    dataset::Dataset,
    domain::{Month, Period, Review},
};

/// What the focus is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// The same months a year before.
    YearBefore,
    /// As many months just before the focus.
    JustBefore,
}

/// The months of a dataset that the focus and its baseline are made of, by position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// Every month of the focus that has a value, whole or in part.
    pub shown: Vec<usize>,
    /// The days those months cover, where there is one.
    pub covered: Option<Period>,
    /// Complete months of the focus that are compared.
    pub focus: Vec<usize>,
    /// The months they are compared with, in the same order; empty without a baseline.
    pub baseline: Vec<usize>,
    /// What the baseline is.
    pub basis: Option<Basis>,
    /// The days compared in the focus.
    pub focus_period: Option<Period>,
    /// The days of the baseline.
    pub baseline_period: Option<Period>,
    /// Whether the months compared are all of the focus.
    pub is_whole: bool,
    /// The focus ends before its last day because the data do: the last day covered.
    pub cut: Option<jiff::civil::Date>,
}

impl Span {
    /// The span of a review in a monthly dataset.
    pub(super) fn new(dataset: &Dataset, review: &Review) -> Self {
        let months = dataset.months();
        let position = |month: Month| months.iter().position(|entry| entry.month == month);
        let complete = |at: usize| has_value(dataset, at) && dataset.partial_at(at).is_none();
        let wanted = review.focus().months();
        let shown: Vec<usize> =
            wanted.iter().filter_map(|month| position(*month)).filter(|at| has_value(dataset, *at)).collect();
        let whole: Vec<(Month, usize)> = wanted
            .iter()
            .filter_map(|month| Some((*month, position(*month)?)))
            .filter(|(_, at)| complete(*at))
            .collect();
        let pairs = |back: i32| -> Vec<(usize, usize)> {
            let pair = |(month, at): &(Month, usize)| {
                Some((*at, position(month.plus(-back)).filter(|at| complete(*at))?))
            };
            whole.iter().filter_map(pair).collect()
        };
        let length = wanted.len() as i32;
        let mut basis = Some(Basis::YearBefore);
        let mut compared = if length <= 12 { pairs(12) } else { Vec::new() };
        if compared.is_empty() {
            // Months of different seasons are compared only when both spans are there whole.
            (basis, compared) = (Some(Basis::JustBefore), pairs(length));
            if compared.len() < wanted.len() {
                (basis, compared) = (None, Vec::new());
            }
        }
        let (focus, baseline): (Vec<_>, Vec<_>) = compared.into_iter().unzip();
        let cover = |at: &[usize]| {
            let (first, last) = (*at.first()?, *at.last()?);
            let from = dataset.partial_at(first).map_or(months[first].month.first_day(), |cut| cut.from);
            let to = dataset.partial_at(last).map_or(months[last].month.last_day(), |cut| cut.to);
            Period::new(from, to).ok()
        };
        let covered = cover(&shown);
        let cut = covered.map(|covered| covered.to()).filter(|to| *to < review.focus().to());
        Self {
            is_whole: focus.len() == wanted.len(),
            focus_period: cover(&focus),
            baseline_period: cover(&baseline),
            covered,
            shown,
            focus,
            baseline,
            basis,
            cut,
        }
    }
}

/// Whether any series has a value at a position.
pub(super) fn has_value(dataset: &Dataset, at: usize) -> bool {
    dataset.series().iter().any(|series| series.values[at].is_some())
}

/// Positions of complete months with a value, in order; of the history only, or with the comparison months.
pub(super) fn complete(dataset: &Dataset, with_comparison: bool) -> Vec<usize> {
    let months = dataset.months().iter().enumerate();
    months
        .filter(|(at, entry)| {
            (with_comparison || !entry.comparison)
                && dataset.partial_at(*at).is_none()
                && has_value(dataset, *at)
        })
        .map(|(at, _)| at)
        .collect()
}
