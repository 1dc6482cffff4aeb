//! Made-up data for samples: months, series, a shop's year. Used by the samples beside it and by the tests of charts.

use super::Sample;
use crate::{
    chart::Dated,
    dataset::{Dataset, Index, IndexMonth, Part, Partial, Series},
    domain::{Currency, Dimension, Metric, Month, Period, Review, Unit, parse_date},
    template::ChartKind,
};
use jiff::civil::Date;
use std::fmt::Debug;

/// Euros.
pub const MONEY: Unit = Unit::Money(Some(Currency::EUR));
/// Some 200 characters.
pub(super) const LONG: &str = "Sales of instalment plans whose first payment is due thirty days after the goods have been sent, \
                    without orders that were cancelled before they were sent and without gift cards, in euros, by day \
                    of the order";
/// A text in another script.
pub(super) const CJK: &str = "売上高 2025年第2四半期";

/// What the samples say of themselves is right, or the tests that draw every one of them fail.
fn sound<T, E: Debug>(made: Result<T, E>) -> T {
    made.expect("samples are sound")
}

/// A dataset.
pub fn dataset(index: Index, series: Vec<Series>) -> Dataset {
    sound(Dataset::new("sample", index, series))
}

/// The review of a history, with its default focus.
pub fn review(from: &str, to: &str) -> Review {
    sound(Review::new(period(from, to), None))
}

/// A day written `2025-06-17`.
pub fn day(text: &str) -> Date {
    sound(parse_date(text))
}

/// Something that happened on a day.
pub fn dated((on, text): (&str, &str)) -> Dated {
    Dated { day: day(on), text: text.into() }
}

/// The days from one to another.
pub fn period(from: &str, to: &str) -> Period {
    sound(Period::new(day(from), day(to)))
}

/// A month written `2025-06`.
pub fn month(text: &str) -> Month {
    sound(text.parse())
}

/// Unit of a metric.
pub fn unit(metric: Metric) -> Unit {
    if metric.is_money() { MONEY } else { Unit::Count }
}

/// `count` months from `first`, of which those before `history` serve comparison only.
pub fn months(first: &str, count: usize, history: &str) -> Index {
    let (first, history) = (month(first), month(history));
    let entry = |n: usize| {
        let month = first.plus(n as i32);
        IndexMonth { month, comparison: month < history }
    };
    Index::Months((0..count).map(entry).collect())
}

/// A column of values.
pub fn series(metric: Metric, part: Option<&str>, values: Vec<Option<f64>>) -> Series {
    Series { metric, part: part.map(str::to_owned), unit: unit(metric), values }
}

/// A month of which only the days from one to another are there.
pub fn partial(index: usize, from: &str, to: &str) -> Partial {
    Partial { index, from: day(from), to: day(to) }
}

/// A shop's months: growth, a peak in November, a dip in February.
pub fn wave(count: usize, base: f64, first_month: usize) -> Vec<Option<f64>> {
    const SEASON: [f64; 12] = [0.92, 0.74, 0.85, 0.9, 1.0, 1.05, 1.08, 0.86, 0.98, 1.1, 1.62, 1.45];
    (0..count)
        .map(|i| {
            let ripple = 1.0 + 0.03 * ((i * 7 % 5) as f64 - 2.0);
            Some((base * SEASON[(first_month - 1 + i) % 12] * 1.018_f64.powi(i as i32) * ripple).round())
        })
        .collect()
}

/// Sales by month, as columns by year.
pub fn sales(name: &str, shows: &str, index: Index, values: Vec<Option<f64>>, review: Review) -> Sample {
    let dataset = dataset(index, vec![series(Metric::Sales, None, values)]);
    Sample::new((name, shows), ChartKind::ColumnsByYear, Metric::Sales, review, dataset)
}

/// Monthly values of several parts over `count` months to June 2025, as a stack.
pub fn stacked(name: &str, shows: &str, metric: Metric, parts: &[(&str, f64)], count: usize) -> Sample {
    let first = month("2025-06").plus(1 - count as i32);
    let index = months(&first.to_string(), count, &first.to_string());
    let column = |(i, (part, share)): (usize, &(&str, f64))| {
        let mut values =
            wave(count, share * if metric.is_money() { 80_000.0 } else { 1_900.0 }, first.number() as usize);
        for (n, value) in values.iter_mut().enumerate() {
            *value = value.map(|v| (v * (1.0 + 0.08 * ((n * (i + 3)) % 7) as f64)).round());
        }
        series(metric, Some(part), values)
    };
    let columns = parts.iter().enumerate().map(column).collect();
    let review = review(&first.first_day().to_string(), "2025-06-30");
    Sample::new((name, shows), ChartKind::StackedColumns, metric, review, dataset(index, columns))
}

/// One value a product.
pub fn parts(name: &str, shows: &str, kind: ChartKind, metric: Metric, rows: &[(&str, f64)]) -> Sample {
    let rows: Vec<_> =
        rows.iter().map(|(name, value)| (Dimension::ProductType, *name, Some(*value))).collect();
    parts_of(name, shows, kind, metric, &rows)
}

/// One value, or none, a part.
pub fn parts_of(
    name: &str,
    shows: &str,
    kind: ChartKind,
    metric: Metric,
    rows: &[(Dimension, &str, Option<f64>)],
) -> Sample {
    let part = |(dimension, name, _): &(Dimension, &str, _)| Part {
        dimension: dimension.clone(),
        name: (*name).to_owned(),
    };
    let index = Index::Parts(rows.iter().map(part).collect());
    let values = rows.iter().map(|(_, _, value)| *value).collect();
    let dataset = dataset(index, vec![series(metric, None, values)]);
    Sample::new((name, shows), kind, metric, review("2023-01-01", "2025-06-30"), dataset)
}
