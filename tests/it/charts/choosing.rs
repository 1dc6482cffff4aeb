//! The shape of the data and the chart asked for → the chart drawn.

use super::samples::{Draw as _, Sample, months, parts, review, series, stacked, wave};
use kamslides::{
    chart::ChartError,
    dataset::{Dataset, Index},
    domain::{Metric, Unit},
    template::ChartKind::{
        self, Bars, ColumnsByYear, Donut, Line, PercentColumns, SmallMultiples, StackedColumns,
    },
};

/// The kind that a sample is drawn as, or why it is not.
fn drawn(mut sample: Sample, kind: ChartKind) -> &'static str {
    sample.kind = kind;
    match sample.draw() {
        Ok(chart) => chart.kind,
        Err(ChartError::Empty) => "empty",
        Err(error) => panic!("{error}"),
    }
}

fn over(index: Index, values: Vec<Option<f64>>) -> Sample {
    let mut sample = parts("choosing", Bars, Metric::Sales, &[("a", 1.0)]);
    sample.dataset = Dataset::new("choosing", index, vec![series(Metric::Sales, None, values)]).unwrap();
    sample.review = review("2024-01-01", "2025-06-30");
    sample
}

#[test]
fn one_value_a_month() {
    let only_one = || {
        let mut values = vec![None; 12];
        values[4] = Some(9_000.0);
        values
    };
    for (what, sample, columns, line) in [
        ("a year", over(months("2025-01", 6, "2025-01"), wave(6, 1e4, 1)), "columns", "line"),
        ("two years", over(months("2024-01", 18, "2024-01"), wave(18, 1e4, 1)), "columns-by-year", "line"),
        (
            "two years without a pair",
            over(months("2024-07", 12, "2024-07"), wave(12, 1e4, 7)),
            "columns",
            "line",
        ),
        (
            "a year and the one before",
            over(months("2024-01", 24, "2025-01"), wave(24, 1e4, 1)),
            "columns-by-year",
            "line",
        ),
        (
            "three months over New Year",
            over(months("2024-11", 3, "2024-11"), wave(3, 1e4, 11)),
            "columns",
            "line",
        ),
        ("three years", over(months("2023-01", 30, "2023-01"), wave(30, 1e4, 1)), "lines-by-year", "line"),
        ("thirty years", over(months("1995-01", 360, "1995-01"), wave(360, 1e2, 1)), "lines-by-year", "line"),
        ("one month", over(months("2025-06", 1, "2025-06"), vec![Some(5.0)]), "card", "card"),
        ("one month of twelve", over(months("2024-07", 12, "2024-07"), only_one()), "card", "card"),
        (
            "one month and a year before",
            over(months("2024-06", 13, "2025-06"), wave(13, 1e4, 6)),
            "columns-by-year",
            "card",
        ),
        ("nothing", over(months("2025-01", 6, "2025-01"), vec![Some(0.0); 6]), "columns", "line"),
        ("no value", over(months("2025-01", 6, "2025-01"), vec![None; 6]), "empty", "empty"),
    ] {
        let got = [ColumnsByYear, Line].map(|kind| drawn(sample.clone(), kind));
        assert_eq!(got, [columns, line], "{what}");
        // Without parts there is nothing to stack.
        assert_eq!(drawn(sample, PercentColumns), columns, "{what}");
    }
}

#[test]
fn one_value_a_month_and_part() {
    const NAMES: [(&str, f64); 3] = [("New", 0.4), ("Returning", 0.35), ("Network", 0.25)];
    let of = |metric, parts: &[(&str, f64)], count| stacked("choosing", metric, parts, count);
    let three = || of(Metric::Orders, &NAMES, 12);
    let with = |change: &dyn Fn(&mut Vec<Option<f64>>)| {
        let mut sample = three();
        let mut columns = sample.dataset.series().to_vec();
        for column in &mut columns {
            change(&mut column.values);
        }
        sample.dataset = Dataset::new("choosing", sample.dataset.index().clone(), columns).unwrap();
        sample
    };
    let shares = |of: [f64; 3]| {
        let mut sample = three();
        let mut columns = sample.dataset.series().to_vec();
        for (column, share) in columns.iter_mut().zip(of) {
            (column.unit, column.values) = (Unit::Percent, vec![Some(share); 12]);
        }
        sample.dataset = Dataset::new("choosing", sample.dataset.index().clone(), columns).unwrap();
        sample
    };
    let mut overlapping = three();
    overlapping.dataset.adds_up = Some(false);
    let forty: Vec<String> = (0..40).map(|n| format!("Part {n}")).collect();
    let forty: Vec<(&str, f64)> = forty.iter().map(|name| (name.as_str(), 0.1)).collect();
    let mut many_overlapping = of(Metric::Orders, &forty, 12);
    many_overlapping.dataset.adds_up = Some(false);
    for (what, sample, want) in [
        ("parts that add up", three(), ["stacked-columns", "percent-columns", "small-multiples"]),
        ("parts that overlap", overlapping, ["lines", "lines", "small-multiples"]),
        ("averages", of(Metric::Aov, &NAMES, 12), ["lines", "lines", "small-multiples"]),
        ("people", of(Metric::Users, &NAMES, 12), ["lines", "lines", "small-multiples"]),
        ("a value below zero", with(&|values| values[3] = Some(-5.0)), ["lines", "lines", "small-multiples"]),
        (
            "nothing",
            with(&|values| values.fill(Some(0.0))),
            ["stacked-columns", "stacked-columns", "small-multiples"],
        ),
        ("no value", with(&|values| values.fill(None)), ["empty"; 3]),
        ("one month of twelve", with(&|values| values[1..].fill(None)), ["bars"; 3]),
        (
            "shares of a whole",
            shares([40.0, 35.4, 25.0]),
            ["percent-columns", "percent-columns", "small-multiples"],
        ),
        ("shares of no whole", shares([40.0, 35.0, 50.0]), ["lines", "lines", "small-multiples"]),
        ("one part", of(Metric::Orders, &NAMES[..1], 12), ["stacked-columns"; 3]),
        ("one month", of(Metric::Orders, &NAMES, 1), ["bars"; 3]),
        ("one month of one part", of(Metric::Orders, &NAMES[..1], 1), ["card"; 3]),
        (
            "forty parts",
            of(Metric::Orders, &forty, 12),
            ["stacked-columns", "percent-columns", "small-multiples"],
        ),
        ("forty that overlap", many_overlapping, ["lines", "lines", "small-multiples"]),
    ] {
        let got = [StackedColumns, PercentColumns, SmallMultiples].map(|kind| drawn(sample.clone(), kind));
        assert_eq!(got, want, "{what}");
    }
}

#[test]
fn one_value_a_part() {
    let of = |metric, values: &[f64]| {
        let names: Vec<String> = (0..values.len()).map(|n| format!("Part {n}")).collect();
        let rows: Vec<(&str, f64)> = names.iter().map(String::as_str).zip(values.iter().copied()).collect();
        parts("choosing", Donut, metric, &rows)
    };
    let orders = |values: &[f64]| of(Metric::Orders, values);
    let mut overlapping = orders(&[5.0, 3.0, 2.0]);
    overlapping.dataset.adds_up = Some(false);
    let missing = |values: [Option<f64>; 3]| {
        let mut sample = orders(&[5.0, 3.0, 2.0]);
        let column = series(Metric::Orders, None, values.to_vec());
        sample.dataset = Dataset::new("choosing", sample.dataset.index().clone(), vec![column]).unwrap();
        sample
    };
    for (what, sample, donut, bars) in [
        ("three parts", orders(&[5.0, 3.0, 2.0]), "donut", "bars"),
        ("four parts", orders(&[5.0, 3.0, 2.0, 1.0]), "donut", "bars"),
        ("five parts", orders(&[5.0, 3.0, 2.0, 1.0, 1.0]), "bars", "bars"),
        ("forty parts", orders(&[2.0; 40]), "bars", "bars"),
        ("parts that overlap", overlapping, "bars", "bars"),
        ("averages", of(Metric::Aov, &[92.1, 104.9]), "bars", "bars"),
        ("a part below zero", orders(&[5.0, -3.0, 2.0]), "bars", "bars"),
        ("less than nothing in all", orders(&[1.0, -3.0]), "bars", "bars"),
        ("a part without a value", missing([Some(5.0), None, Some(3.0)]), "bars", "bars"),
        ("nothing", orders(&[0.0, 0.0, 0.0]), "card", "card"),
        ("one part", orders(&[5.0]), "card", "card"),
        ("one part of three", orders(&[0.0, 5.0, 0.0]), "card", "bars"),
        ("no value", missing([None; 3]), "empty", "empty"),
    ] {
        assert_eq!([Donut, Bars].map(|kind| drawn(sample.clone(), kind)), [donut, bars], "{what}");
    }
}

#[test]
fn a_card_says_what_its_number_is() {
    let alt = |sample: Sample| sample.draw().unwrap().alt;
    let nothing = parts("x", Donut, Metric::Orders, &[("Pay in 3", 0.0), ("Pay in 4", 0.0)]);
    assert_eq!(alt(nothing), "Orders, January 2023 to June 2025: 0.");
    let mut cut = over(months("2025-06", 1, "2025-06"), vec![Some(41_300.0)]);
    cut.dataset.partial = vec![super::samples::partial(0, "2025-06-01", "2025-06-17")];
    assert_eq!(alt(cut), "Sales, June 2025 (to 17 Jun): €41.3k.");
    assert_eq!(
        alt(stacked("x", Metric::Orders, &[("Pay in 3", 0.4)], 1)),
        "Orders, all Pay in 3, June 2025: 750."
    );
    assert_eq!(
        alt(parts("x", Bars, Metric::Aov, &[("Pay in 3", 92.1)])).split(", January").next(),
        Some("Average order value, Pay in 3")
    );
}
