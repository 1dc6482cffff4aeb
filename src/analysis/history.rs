//! What a monthly value did over the history: peak and low, the season, the year against the one before, gaps.

use super::{
    measure,
    span::{self, Span},
};
use crate::{
    dataset::{Dataset, Thresholds},
    domain::{Metric, Month, Period, Review},
};
use jiff::civil::Date;
use std::cmp::Ordering;

/// A month's value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mark {
    /// The month.
    pub month: Month,
    /// Its value.
    pub value: f64,
    /// Whether it lies in the focus.
    pub in_focus: bool,
    /// Its position in the index.
    pub at: usize,
}

/// The calendar months that stand out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Season {
    /// The calendar month that was highest in every whole year, at least two, and how many times the average month of
    /// its year it was at the latest peak.
    pub repeated_peak: Option<(Mark, f64)>,
    /// The three consecutive months that held most of the last whole calendar year.
    pub best_quarter: BestQuarter,
}

/// Three consecutive months that held most of a calendar year.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BestQuarter {
    /// The months.
    pub period: Period,
    /// Their share of the year, in parts of a hundred.
    pub share: f64,
    /// Whether the same calendar months held most of every other whole year, of which there is at least one.
    pub is_repeated: bool,
}

/// The last twelve complete months against the twelve before.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Year {
    /// The last twelve.
    pub period: Period,
    /// Their value.
    pub value: f64,
    /// The value of the twelve before.
    pub baseline: f64,
    /// The change in parts of a hundred.
    pub percent: f64,
}

/// The first day with data, where it lies after the first day asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Start {
    /// The first day, or the first of the month where the day is not known.
    pub day: Date,
    /// Whether the source states the day.
    pub is_stated: bool,
}

/// A monthly value over the history. Only complete months count.
#[derive(Debug, Clone, PartialEq)]
pub struct History {
    /// Number of complete months.
    pub months: usize,
    /// The latest of them.
    pub last: Option<Month>,
    /// The highest.
    pub peak: Option<Mark>,
    /// The lowest.
    pub low: Option<Mark>,
    /// The mean of the complete months.
    pub mean: Option<f64>,
    /// The season, where there are two years to tell it from.
    pub season: Option<Season>,
    /// The last year against the one before.
    pub year: Option<Year>,
    /// Of the last twelve complete months that have one a year before: how many were above it, of how many.
    pub above: Option<(usize, usize)>,
    /// Months inside the index that hold no data.
    pub gaps: Vec<Month>,
    /// Where the data begin later than was asked for.
    pub start: Option<Start>,
}

impl History {
    /// What the whole of a metric did in a monthly dataset.
    pub(super) fn new(
        dataset: &Dataset,
        metric: Metric,
        span: &Span,
        review: &Review,
        thresholds: &Thresholds,
    ) -> Self {
        let months = dataset.months();
        let complete = span::complete(dataset, false);
        let mark = |&at: &usize| {
            let value = measure::month(dataset, metric, at)?;
            Some(Mark { month: months[at].month, value, in_focus: span.shown.contains(&at), at })
        };
        let marks: Vec<Mark> = complete.iter().filter_map(mark).collect();
        // Of equal months the latest is the peak and the low.
        let peak = marks.iter().max_by(|a, b| a.value.total_cmp(&b.value)).copied();
        let low = marks.iter().rev().min_by(|a, b| a.value.total_cmp(&b.value)).copied();
        let mean =
            (!marks.is_empty()).then(|| marks.iter().map(|m| m.value).sum::<f64>() / marks.len() as f64);
        let first = months.iter().position(|entry| !entry.comparison).unwrap_or(months.len());
        let is_gap = |at: &usize| !span::has_value(dataset, *at) && !is_after_last(dataset, *at);
        Self {
            months: marks.len(),
            last: marks.last().map(|mark| mark.month),
            peak,
            low,
            mean,
            season: metric.is_additive().then(|| season(dataset, metric)).flatten(),
            year: year(dataset, metric, thresholds),
            above: above(dataset, metric),
            gaps: (first..months.len()).filter(is_gap).map(|at| months[at].month).collect(),
            start: start(dataset, review),
        }
    }
}

fn is_after_last(dataset: &Dataset, at: usize) -> bool {
    (at..dataset.months().len()).all(|later| !span::has_value(dataset, later))
}

/// The first day of data, where it is later than the first day asked for.
pub(super) fn start(dataset: &Dataset, review: &Review) -> Option<Start> {
    let first = dataset.months().first()?;
    let asked = review.history().from();
    if first.comparison {
        return None;
    }
    let stated = dataset.partial_at(0).map(|cut| cut.from).filter(|from| *from > first.month.first_day());
    let day = stated.unwrap_or(first.month.first_day());
    (day > asked).then_some(Start { day, is_stated: stated.is_some() })
}

/// The season as the whole calendar years tell it.
fn season(dataset: &Dataset, metric: Metric) -> Option<Season> {
    let years = whole_years(dataset, metric);
    let quarter = |year: &[Mark]| {
        let sum = |three: &[Mark]| three.iter().map(|mark| mark.value).sum::<f64>();
        let best = year.windows(3).max_by(|a, b| sum(a).total_cmp(&sum(b)))?;
        let total: f64 = year.iter().map(|mark| mark.value).sum();
        (total > 0.0).then(|| (Period::of_months(best[0].month, best[2].month), sum(best) / total * 100.0))
    };
    let quarters: Vec<_> = years.iter().filter_map(|year| quarter(year)).collect();
    let (period, share) = *quarters.last()?;
    let starts = |period: &Period| period.from().month();
    let is_repeated =
        quarters.len() > 1 && quarters.iter().all(|(other, _)| starts(other) == starts(&period));
    Some(Season {
        repeated_peak: repeated_peak(&years).filter(|(mark, _)| !dataset.months()[mark.at].comparison),
        best_quarter: BestQuarter { period, share, is_repeated },
    })
}

/// The months of every calendar year that is there whole.
fn whole_years(dataset: &Dataset, metric: Metric) -> Vec<Vec<Mark>> {
    let mut years: Vec<Vec<Mark>> = Vec::new();
    for at in span::complete(dataset, true) {
        let month = dataset.months()[at].month;
        let Some(value) = measure::month(dataset, metric, at) else { continue };
        let mark = Mark { month, value, in_focus: false, at };
        match years.last_mut().filter(|year| year[0].month.year() == month.year()) {
            Some(year) => year.push(mark),
            None => years.push(vec![mark]),
        }
    }
    years.retain(|year| year.len() == 12);
    years
}

/// The calendar month that alone was the highest of every whole year, of at least two, and how many times that year's average
/// month it was at the latest peak.
fn repeated_peak(years: &[Vec<Mark>]) -> Option<(Mark, f64)> {
    let highest = |year: &Vec<Mark>| {
        let peak = year.iter().max_by(|a, b| a.value.total_cmp(&b.value)).copied()?;
        (year.iter().filter(|mark| mark.value >= peak.value).count() == 1).then_some(peak)
    };
    let peaks: Vec<Mark> = years.iter().map(highest).collect::<Option<_>>()?;
    let mark = *peaks.last()?;
    let same = peaks.iter().all(|other| other.month.number() == mark.month.number());
    let mean = years.last()?.iter().map(|mark| mark.value).sum::<f64>() / 12.0;
    let times = mark.value / mean;
    (peaks.len() > 1 && same && times >= 1.2).then_some((mark, times))
}

/// The last twelve complete months against the twelve before, where both are there whole and hold enough orders.
fn year(dataset: &Dataset, metric: Metric, thresholds: &Thresholds) -> Option<Year> {
    let complete = span::complete(dataset, true);
    let months = dataset.months();
    let at = complete.get(complete.len().checked_sub(24)?..)?;
    let (before, last) = at.split_at(12);
    if months[at[23]].month.since(months[at[0]].month) != 23 {
        return None;
    }
    let (value, baseline) =
        (measure::over(dataset, metric, None, last)?, measure::over(dataset, metric, None, before)?);
    let needed = thresholds.min_orders as f64;
    let many =
        |at: &[usize]| measure::over(dataset, Metric::Orders, None, at).is_none_or(|orders| orders >= needed);
    (baseline > 0.0 && many(last) && many(before)).then(|| Year {
        period: Period::of_months(months[last[0]].month, months[last[11]].month),
        value,
        baseline,
        percent: (value / baseline - 1.0) * 100.0,
    })
}

fn above(dataset: &Dataset, metric: Metric) -> Option<(usize, usize)> {
    let months = dataset.months();
    let complete = span::complete(dataset, true);
    let pairs: Vec<Ordering> = complete
        .iter()
        .rev()
        .take(12)
        .filter_map(|&at| {
            let before = complete.iter().find(|&&other| months[at].month.since(months[other].month) == 12)?;
            Some(measure::month(dataset, metric, at)?.total_cmp(&measure::month(dataset, metric, *before)?))
        })
        .collect();
    // An equal month is neither above nor below: nothing is said of such a year.
    let is_clear = pairs.len() >= 6 && !pairs.contains(&Ordering::Equal);
    is_clear.then(|| (pairs.iter().filter(|pair| pair.is_gt()).count(), pairs.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        dataset::{Index, IndexMonth, Series},
        domain::Unit,
    };

    fn monthly(values: &[f64]) -> Dataset {
        let first = Month::new(2023, 1).unwrap();
        let months = (0..values.len()).map(|n| IndexMonth { month: first.plus(n as i32), comparison: false });
        let values = values.iter().map(|value| Some(*value)).collect();
        let series = Series { metric: Metric::Orders, part: None, unit: Unit::Count, values };
        Dataset::new("x", Index::Months(months.collect()), vec![series]).unwrap()
    }

    #[test]
    fn a_peak_of_every_year_stands_alone_in_each() {
        let mut values = vec![100.0; 24];
        let peak = |values: &[f64]| repeated_peak(&whole_years(&monthly(values), Metric::Orders));
        assert_eq!(peak(&values), None);
        values[23] = 300.0;
        assert_eq!(peak(&values), None, "the first year is level");
        values[11] = 300.0;
        assert_eq!(peak(&values).unwrap().0.month.to_string(), "2024-12");
        values[3] = 300.0;
        assert_eq!(peak(&values), None, "two months tie");
    }

    #[test]
    fn an_equal_month_is_neither_above_nor_below() {
        let mut values: Vec<f64> = (0..24).map(f64::from).collect();
        assert_eq!(above(&monthly(&values), Metric::Orders), Some((12, 12)));
        values[20] = values[8];
        assert_eq!(above(&monthly(&values), Metric::Orders), None);
    }
}
