//! Charts of public data of other shapes than a shop's orders (tests/fixtures/public/README.md says whose they are).

use super::{
    overlap,
    samples::{Draw as _, Sample, partial, series},
    says, texts,
};
use kamslides::{
    dataset::{Dataset, Thresholds, build},
    decode::{Expected, Saved, decode},
    domain::{Dimension, Metric},
    gallery::make,
    retrieve::Answer,
    template::{ChartKind, DeckTemplate, Section, Shape},
};
use serde_json::json;
use std::fs;

fn fixture(name: &str) -> String {
    fs::read_to_string(format!("{}/tests/fixtures/public/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// Unemployed persons by industry, understood as a server's answer is: by `decode` and the rules of datasets.
fn unemployed(name: &str, shape: Shape, from: &str, to: &str) -> Sample {
    let industry = Dimension::Custom("industry".into());
    let group_by = match shape {
        Shape::Parts => vec![industry],
        _ => vec![Dimension::Month, industry],
    };
    let metric = Metric::Orders;
    let text = match shape {
        // The last month on its own: a row an industry.
        Shape::Parts => {
            let text = fixture("unemployment.csv");
            let (head, last) = (text.lines().next().unwrap(), text.lines().last().unwrap());
            let pairs = head.split(',').zip(last.split(',')).skip(1);
            let rows: String = pairs.map(|(industry, count)| format!("{industry},{count}\n")).collect();
            format!("industry,orders\n{rows}")
        }
        _ => fixture("unemployment.csv"),
    };
    let expected = Expected { metrics: vec![metric], group_by: group_by.clone(), value: Some(metric) };
    let mut table = decode(&Saved::read(&text).reply(), &expected).unwrap().table;
    // Nobody is out of work in two industries.
    table.about.overlaps = Some(Vec::new());
    let template = DeckTemplate::load("kam-review").unwrap();
    let section = Section {
        shape,
        metrics: vec![metric],
        value: metric,
        calls: vec![group_by],
        comparison: false,
        ..template.section("sales-by-product").unwrap().clone()
    };
    let answer = Answer {
        table,
        server: "fixture".into(),
        tool: "read".into(),
        arguments: json!({}),
        raw: text,
        raw_sha256: String::new(),
        fetched_at: jiff::Timestamp::UNIX_EPOCH,
        cached: false,
        key: String::new(),
    };
    let review = make::review(from, to);
    let dataset = build(&section, &[answer], &review, &Thresholds::default()).unwrap();
    let kind = if shape == Shape::Parts { ChartKind::Bars } else { ChartKind::StackedColumns };
    Sample::new((name, ""), kind, metric, review, dataset)
}

/// Columns of a file by their names, as months of one metric: the first is all of it where `part` is false.
fn monthly(file: &str, columns: &[&str], are_parts: bool, months: std::ops::Range<usize>) -> Dataset {
    let text = fixture(file);
    let rows: Vec<Vec<&str>> = text.lines().map(|line| line.split(',').collect()).collect();
    let months: Vec<&Vec<&str>> = rows[1..][months].iter().collect();
    let column = |name: &&str| {
        let at = rows[0].iter().position(|head| head == name).unwrap();
        let values = months.iter().map(|row| Some(row[at].parse().unwrap())).collect();
        series(Metric::Items, are_parts.then_some(*name), values)
    };
    let first = months[0][0];
    make::dataset(make::months(first, months.len(), first), columns.iter().map(column).collect())
}

fn sample(name: &str, kind: ChartKind, dataset: Dataset) -> Sample {
    let month = |entry: Option<&kamslides::dataset::IndexMonth>| entry.unwrap().month;
    let (first, last) = (month(dataset.months().first()), month(dataset.months().last()));
    let review = make::review(&first.first_day().to_string(), &last.last_day().to_string());
    Sample::new((name, ""), kind, Metric::Items, review, dataset)
}

/// Every public data set in the charts that suit it, with the kind that is drawn.
fn all() -> Vec<(&'static str, Sample)> {
    const WEATHER: [&str; 5] = ["drizzle", "fog", "rain", "snow", "sun"];
    let mut cut_short = sample(
        "public-rain",
        ChartKind::ColumnsByYear,
        monthly("weather.csv", &["precipitation"], false, 0..48),
    );
    cut_short.dataset.partial = vec![partial(47, "2015-12-01", "2015-12-20")];
    vec![
        ("stacked-columns", unemployed("public-unemployed", Shape::MonthsByPart, "2008-03-01", "2010-02-28")),
        ("bars", unemployed("public-unemployed-last", Shape::Parts, "2010-02-01", "2010-02-28")),
        (
            "columns-by-year",
            sample("public-jobs", ChartKind::ColumnsByYear, monthly("jobs.csv", &["change"], false, 24..48)),
        ),
        (
            "lines-by-year",
            sample(
                "public-jobs-decade",
                ChartKind::ColumnsByYear,
                monthly("jobs.csv", &["change"], false, 0..120),
            ),
        ),
        ("lines-by-year", cut_short),
        (
            "line",
            sample("public-warmth", ChartKind::Line, monthly("weather.csv", &["temperature"], false, 0..48)),
        ),
        (
            "stacked-columns",
            sample(
                "public-weather",
                ChartKind::StackedColumns,
                monthly("weather.csv", &WEATHER, true, 36..48),
            ),
        ),
    ]
}

#[test]
fn public_data_look_as_they_did_and_their_words_never_meet() {
    for (kind, sample) in all() {
        let chart = sample.draw().unwrap();
        assert_eq!(chart.kind, kind, "{}", sample.name);
        let texts = texts(&chart.svg);
        for (n, (text, area)) in texts.iter().enumerate() {
            let inside = area[0] > -1.0 && area[1] > -1.0 && area[2] < 1601.0 && area[3] < 901.0;
            assert!(inside, "{}: `{text}` at {area:?}", sample.name);
            for (other, place) in &texts[..n] {
                assert!(!overlap(area, place), "{}: `{text}` meets `{other}`", sample.name);
            }
        }
        assert_eq!(chart.warnings, Vec::<String>::new(), "{}", sample.name);
        insta::assert_snapshot!(sample.name.as_str(), chart.svg);
    }
}

#[test]
fn public_data_keep_their_numbers() {
    // The worst month of the crisis, and the industry that lost most.
    let drawn = |name: &str| {
        let mut samples = all().into_iter().map(|(_, sample)| sample);
        samples.find(|sample| sample.name == name).unwrap().draw().unwrap()
    };
    let jobs = drawn("public-jobs");
    assert!(says(&jobs, "−802") && jobs.alt.contains("lowest March 2009 with −802"), "{}", jobs.alt);
    let bars = drawn("public-unemployed-last");
    assert!(says(&bars, "Wholesale and Retail Trade") || says(&bars, "Construction"), "{}", bars.alt);
    assert!(bars.alt.contains("Construction 2,440"), "{}", bars.alt);
    // What series are parts of is known from what was asked for.
    let mut stacks = all().into_iter().map(|(_, sample)| sample.dataset);
    let stack = stacks.find(|dataset| dataset.by_part(Metric::Orders).count() > 1).unwrap();
    assert_eq!(stack.parts_of, Some(Dimension::Custom("industry".into())));
}
