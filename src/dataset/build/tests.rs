//! What becomes of answers: refused, cut, put together or kept.

use super::*;
use crate::{
    dataset::{OTHER, check_parts},
    decode::{About, Column, Table},
    domain::{Period, parse_date},
    failure::FailureKind,
    template::DeckTemplate,
};
use proptest::prelude::*;
use serde_json::{Value, json};

fn review(from: &str, to: &str) -> Review {
    Review::new(Period::new(parse_date(from).unwrap(), parse_date(to).unwrap()).unwrap(), None).unwrap()
}

fn section(slug: &str) -> Section {
    DeckTemplate::load("kam-review").unwrap().section(slug).unwrap().clone()
}

fn answer(columns: &[&str], rows: Value, about: About) -> Answer {
    let column = |name: &&str| Column { name: (*name).into(), kind: "string".into(), unit: None };
    let rows: Vec<Vec<Value>> = serde_json::from_value(rows).unwrap();
    Answer {
        table: Table { columns: columns.iter().map(column).collect(), rows, about },
        server: "test".into(),
        tool: "query_metrics".into(),
        arguments: json!({ "group_by": columns[0] }),
        raw: String::new(),
        raw_sha256: "ab".into(),
        fetched_at: jiff::Timestamp::UNIX_EPOCH,
        cached: false,
        key: String::new(),
    }
}

const MONTHLY: [&str; 3] = ["month", "sales", "orders"];

fn monthly(rows: Value, about: About) -> Result<Dataset, Refusal> {
    let answers = [answer(&MONTHLY, rows, about)];
    build(
        &section("monthly-sales-yoy"),
        &answers,
        &review("2024-01-01", "2024-06-30"),
        &Thresholds::default(),
    )
}

fn refused(rows: Value) -> Refusal {
    monthly(rows, About::default()).unwrap_err()
}

#[test]
fn months_run_from_the_first_with_data_to_the_last_asked_for() {
    let rows = json!([["2023-11", 0, 0], ["2023-12", 5.5, 1], ["2024-02-01", 7.25, 2], ["2024-09", 1, 1]]);
    let dataset = monthly(rows, About::default()).unwrap();
    let months: Vec<_> = dataset.months().iter().map(|m| (m.month.to_string(), m.comparison)).collect();
    assert_eq!(months.len(), 7);
    assert_eq!(months[0], ("2023-12".to_owned(), true));
    assert_eq!(months[1], ("2024-01".to_owned(), false));
    let sales = &dataset.whole(Metric::Sales).unwrap().values;
    assert_eq!(sales[..4], [Some(5.5), None, Some(7.25), None]);
    assert!(dataset.partial.is_empty());
    assert!(dataset.issues.iter().any(|issue| issue.kind == "outside"));
}

#[test]
fn wrong_rows_are_refused_with_their_number() {
    let cases = [
        (json!([["2024-01", 5, 1], ["2024-01", 6, 1]]), "rows 1 and 2 both hold 2024-01"),
        (json!([["2024-01", 5, 1], ["Jan 24", 6, 1]]), "row 2: \"Jan 24\" is not a month"),
        (json!([["2024-01", "lots", 1]]), "row 1, column `sales`: \"lots\" is not a number"),
        (json!([["2024-01", 5, -1]]), "row 1, column `orders`: -1 is a negative count"),
        (json!([["2024-01", 1e300, 1]]), "beyond what this program can print"),
        (json!([["2024-01", 5]]), "row 1 has 2 cells for 3 columns"),
    ];
    for (rows, want) in cases {
        let refusal = refused(rows);
        assert_eq!(refusal.kind, FailureKind::InvalidData);
        assert!(refusal.message.contains(want), "{want} is not in {refusal}");
    }
    let answers = [answer(&["month", "turnover"], json!([["2024-01", 1]]), About::default())];
    let refusal = build(
        &section("monthly-sales-yoy"),
        &answers,
        &review("2024-01-01", "2024-06-30"),
        &Thresholds::default(),
    );
    assert!(refusal.unwrap_err().message.contains("no column `sales`; it has: month, turnover"));
}

#[test]
fn nothing_is_no_data() {
    for rows in [
        json!([]),
        json!([["2024-01", null, null]]),
        json!([["2024-01", 0, 0], ["2024-02", 0, 0]]),
        json!([["2023-05", 9, 9]]),
    ] {
        assert_eq!(refused(rows).kind, FailureKind::NoData);
    }
}

#[test]
fn two_currencies_are_never_added() {
    let about = About { currency: Some("EUR".into()), ..About::default() };
    let mut other = answer(&MONTHLY, json!([["2024-01", 5, 1]]), about);
    other.table.columns[1].unit = Some("USD".into());
    let answers = [other];
    let review = review("2024-01-01", "2024-06-30");
    let refusal =
        build(&section("monthly-sales-yoy"), &answers, &review, &Thresholds::default()).unwrap_err();
    assert_eq!(refusal.message, "amounts come in several currencies: EUR, USD");
}

#[test]
fn a_month_is_partial_only_where_something_cuts_it() {
    let about = About {
        data_from: Some("2024-01-10".into()),
        complete_through: Some("2024-05-20T22:00:00Z".into()),
        ..About::default()
    };
    let rows = json!([["2024-01", 1, 1], ["2024-03", 3, 1], ["2024-05", 5, 1], ["2024-06", 6, 1]]);
    let dataset = monthly(rows, about).unwrap();
    let partial: Vec<_> =
        dataset.partial.iter().map(|p| (p.index, p.from.to_string(), p.to.to_string())).collect();
    assert_eq!(
        partial,
        [(0, "2024-01-10".into(), "2024-01-31".into()), (4, "2024-05-01".into(), "2024-05-20".into())]
    );
    // Nothing after the last complete day can be trusted.
    assert_eq!(dataset.whole(Metric::Sales).unwrap().values[5], None);
}

#[test]
fn the_first_day_asked_for_cuts_its_month_and_the_first_of_the_history_only_then() {
    let partial = |comparison: bool| -> Vec<_> {
        let mut section = section("monthly-sales-yoy");
        section.comparison = comparison;
        let rows = json!([["2023-01", 1, 1], ["2024-01", 1, 1], ["2024-06", 1, 1]]);
        let answers = [answer(&MONTHLY, rows, About::default())];
        let review = review("2024-01-15", "2024-06-17");
        let dataset = build(&section, &answers, &review, &Thresholds::default()).unwrap();
        let months = dataset.months().to_vec();
        dataset
            .partial
            .iter()
            .map(|p| (months[p.index].month.to_string(), p.from.day(), p.to.day()))
            .collect()
    };
    assert_eq!(partial(true), [("2023-01".into(), 15, 31), ("2024-06".into(), 1, 17)]);
    assert_eq!(partial(false), [("2024-01".into(), 15, 31), ("2024-06".into(), 1, 17)]);
}

#[test]
fn an_average_is_missing_without_orders() {
    let rows = json!([["2024-01", 72557.90, 1935], ["2024-02", 10, 0], ["2024-03", 64180.05, 1661]]);
    let answers = [answer(&MONTHLY, rows, About::default())];
    let dataset =
        build(&section("aov"), &answers, &review("2024-01-01", "2024-03-31"), &Thresholds::default())
            .unwrap();
    let average = &dataset.series()[0];
    assert_eq!(average.metric, Metric::Aov);
    let printed: Vec<_> = average.values.iter().map(|v| v.map(|v| (v * 1e4).round() / 1e4)).collect();
    assert_eq!(printed, [Some(37.4976), None, Some(38.6394)]);
    assert!(dataset.issues.iter().any(|issue| issue.message.contains("`users`")));
    assert_eq!(dataset.to_json()["series"][0]["values"], json!([37.4976, null, 38.6394]));
}

#[test]
fn the_file_has_the_agreed_fields() {
    let about = About { currency: Some("EUR".into()), as_of: Some("2024-07-01".into()), ..About::default() };
    let json = monthly(json!([["2023-12", 1.5, 1], ["2024-02", 2.0, 2]]), about).unwrap().to_json();
    let keys: Vec<_> = json.as_object().unwrap().keys().cloned().collect();
    assert_eq!(keys, ["request", "unit", "index", "series", "partial", "withheld", "provenance", "issues"]);
    assert_eq!(json["unit"], json!({ "kind": "money", "currency": "EUR" }));
    assert_eq!(json["index"]["role"][0], "comparison");
    assert_eq!(json["index"]["role"][1], "history");
    assert_eq!(
        json["series"][1],
        json!({ "name": "orders", "metric": "orders", "values": [1, null, 2, null, null, null, null] })
    );
    assert_eq!(json["provenance"]["as_of"], "2024-07-01");
}

fn parts(rows: Value, overlaps: Option<&[&str]>) -> Result<Dataset, Refusal> {
    let overlaps = overlaps.map(|names| names.iter().map(|name| (*name).to_owned()).collect());
    let about = About { overlaps, ..About::default() };
    let answers = [answer(&["product_type", "orders"], rows, about)];
    build(
        &section("orders-by-product"),
        &answers,
        &review("2024-01-01", "2024-06-30"),
        &Thresholds::default(),
    )
}

#[test]
fn parts_add_up_when_stated_or_when_they_equal_the_totals() {
    let rows = || json!([["pay_in_3", 60], ["pay-in-4", 40], ["all", 100]]);
    assert_eq!(parts(rows(), Some(&["product_type"])).unwrap().adds_up, Some(false));
    assert_eq!(parts(rows(), Some(&[])).unwrap().adds_up, Some(true));
    let names: Vec<_> = parts(rows(), None).unwrap().parts().iter().map(|part| part.name.clone()).collect();
    assert_eq!(names, ["Pay in 3", "Pay in 4"]);
    let totals =
        |orders| monthly(json!([["2023-12", 1, 7], ["2024-01", 1, orders]]), About::default()).unwrap();
    for (totals, want) in [(Some(totals(100)), true), (Some(totals(80)), false), (None, false)] {
        let mut dataset = parts(rows(), None).unwrap();
        assert_eq!(dataset.adds_up, None);
        check_parts(&mut dataset, totals.as_ref());
        assert_eq!(dataset.adds_up, Some(want));
    }
}

#[test]
fn names_printed_alike_are_one_part_unless_an_order_can_hold_both() {
    let rows = json!([["pay_in_3", 5], ["pay-in-3", 7], ["pay_in_4", 2]]);
    let names = |overlaps| -> Vec<(String, Option<f64>)> {
        let dataset = parts(rows.clone(), overlaps).unwrap();
        let values = dataset.whole(Metric::Orders).unwrap().values.clone();
        dataset.parts().iter().map(|part| part.name.clone()).zip(values).collect()
    };
    let one = [("Pay in 3".to_owned(), Some(12.0)), ("Pay in 4".to_owned(), Some(2.0))];
    assert_eq!(names(Some(&[])), one);
    let two = names(Some(&["product_type"]));
    assert!(two.contains(&("pay_in_3".to_owned(), Some(5.0))), "{two:?}");
    assert!(two.contains(&("pay-in-3".to_owned(), Some(7.0))) && two.len() == 3, "{two:?}");
}

#[test]
fn values_without_months_stand_for_the_days_that_the_data_cover() {
    let covers = |data_from: &str, complete_through: &str| {
        let about = About {
            data_from: Some(data_from.into()),
            complete_through: Some(complete_through.into()),
            ..About::default()
        };
        let answers = [answer(&["product_type", "orders"], json!([["a", 5]]), about)];
        let review = review("2024-01-01", "2024-06-30");
        let dataset = build(&section("orders-by-product"), &answers, &review, &Thresholds::default());
        dataset.unwrap().covers.map(|days| (days.from().to_string(), days.to().to_string()))
    };
    let days = |from: &str, to: &str| Some((from.to_owned(), to.to_owned()));
    assert_eq!(covers("2024-05-27", "2024-06-17"), days("2024-05-27", "2024-06-17"));
    assert_eq!(covers("2020-01-01", "2025-01-01"), days("2024-01-01", "2024-06-30"));
}

#[test]
fn parts_that_tell_nothing_apart_are_no_data() {
    for rows in [
        json!([]),
        json!([[null, 9]]),
        json!([["all", 9]]),
        json!([["unknown", 9]]),
        json!([["a", 0], ["b", 0]]),
    ] {
        assert_eq!(parts(rows, None).unwrap_err().kind, FailureKind::NoData);
    }
    let twice = parts(json!([["pay_in_3", 5], ["pay_in_3", 6]]), None).unwrap_err();
    assert_eq!(twice.kind, FailureKind::InvalidData);
    let spelt_twice = parts(json!([["pay_in_3", 5], ["pay-in-3", 6], ["card", 1]]), None).unwrap();
    assert_eq!(spelt_twice.series()[0].values, [Some(1.0), Some(11.0)]);
}

fn people(age: Value, gender: Value, card: Value) -> Result<Dataset, Refusal> {
    let answers = [("age_band", age), ("gender", gender), ("card_type", card)]
        .map(|(name, rows)| answer(&[name, "users"], rows, About::default()));
    build(&section("demographics"), &answers, &review("2024-01-01", "2024-06-30"), &Thresholds::default())
}

#[test]
fn panels_are_whole_per_cents_with_their_base() {
    let dataset = people(
        json!([["18-24", 4], ["25-34", 60], ["35-44", 40]]),
        json!([["F", 20], ["M", 20]]),
        json!([["debit", 100], ["credit", 100], ["prepaid", 100]]),
    )
    .unwrap();
    let cells: Vec<_> = dataset
        .parts()
        .iter()
        .zip(&dataset.series()[0].values)
        .map(|(part, value)| (part.name.as_str(), value.unwrap() as u32))
        .collect();
    assert_eq!(cells, [("18–34", 62), ("35–44", 38), ("Credit", 34), ("Debit", 33), ("Prepaid", 33)]);
    assert_eq!(dataset.bases, [(Dimension::AgeBand, 104), (Dimension::CardType, 300)]);
    assert!(
        dataset.issues.iter().any(|issue| issue.kind == "panel_left_out" && issue.message.contains("gender"))
    );
    assert!(dataset.provenance.arguments.is_array());
    assert_eq!(dataset.to_json()["index"]["group"][0], "age_band");
    let none = || json!([[null, 500]]);
    assert_eq!(people(none(), none(), none()).unwrap_err().kind, FailureKind::NoData);
}

#[test]
fn per_cents_alone_have_no_base_and_no_cell_under_five() {
    let mut answers = [
        answer(
            &["age_band", "users"],
            json!([["18-24", 3.4], ["25-34", 50.6], ["35-44", 46.0]]),
            About::default(),
        ),
        answer(&["gender", "users"], json!([["F", 50.0], ["M", 20.0]]), About::default()),
        answer(&["card_type", "users"], json!([["debit", 90], ["credit", 7], ["gift", 3]]), About::default()),
    ];
    for answer in &mut answers {
        answer.table.columns[1].unit = Some("percent".into());
    }
    let review = review("2024-01-01", "2024-06-30");
    let dataset = build(&section("demographics"), &answers, &review, &Thresholds::default()).unwrap();
    let cells: Vec<_> = dataset.parts().iter().map(|part| part.name.as_str()).collect();
    assert_eq!(cells, ["18–34", "35–44", "Debit", "Other"]);
    assert!(dataset.bases.is_empty());
    assert!(dataset.issues.iter().any(|issue| issue.message.contains("add to 70.0, not to 100")));
}

fn user_types(months: &[(u64, u64, u64)]) -> Result<Dataset, Refusal> {
    let mut rows = Vec::new();
    for (i, (new, returning, network)) in months.iter().enumerate() {
        for (name, count) in [("new", new), ("returning", returning), ("network", network)] {
            rows.push(json!([format!("2024-{:02}", i + 1), name, count, *count as f64 * 10.0]));
        }
    }
    let answers = [answer(&["month", "user_type", "orders", "sales"], Value::Array(rows), About::default())];
    build(
        &section("orders-by-user-type"),
        &answers,
        &review("2024-01-01", "2024-12-31"),
        &Thresholds::default(),
    )
}

#[test]
fn a_month_with_a_small_group_is_withheld_whole() {
    let mut months = vec![(100, 80, 60); 8];
    months[3] = (90, 70, 4);
    let dataset = user_types(&months).unwrap();
    assert!(dataset.series().iter().all(|series| series.values[3].is_none()));
    assert_eq!(dataset.by_part(Metric::Orders).count(), 3);
    assert!(dataset.issues.iter().any(|issue| issue.kind == "withheld_months"));
    let json = dataset.to_json();
    assert_eq!(json["withheld"], json!([3]));
    let names: Vec<_> =
        json["series"].as_array().unwrap().iter().map(|series| series["name"].clone()).collect();
    let want = ["Network", "New", "Returning"].map(|part| format!("orders: {part}"));
    assert_eq!(names[..3], want);
    assert_eq!(names[3], "sales: Network");
}

#[test]
fn a_refund_without_an_order_is_one_person_and_withheld() {
    let row = |month: usize, name: &str, orders: u64, sales: f64| {
        json!([format!("2024-{month:02}"), name, orders, sales])
    };
    let mut rows: Vec<Value> = (1..=8)
        .flat_map(|month| [row(month, "new", 100, 900.0), row(month, "returning", 80, 700.0)])
        .collect();
    rows.push(row(5, "network", 0, -33.24));
    rows.extend((1..=4).map(|month| row(month, "network", 60, 500.0)));
    let answers = [answer(&["month", "user_type", "orders", "sales"], Value::Array(rows), About::default())];
    let section = section("orders-by-user-type");
    let dataset =
        build(&section, &answers, &review("2024-01-01", "2024-12-31"), &Thresholds::default()).unwrap();
    assert_eq!(dataset.withheld, [4]);
    assert!(!dataset.to_json().to_string().contains("33.24"));
}

#[test]
fn a_group_that_is_often_small_joins_another() {
    let dataset = user_types(&[(100, 80, 4); 8]).unwrap();
    let names: Vec<_> = dataset.by_part(Metric::Orders).filter_map(|series| series.part.as_deref()).collect();
    assert_eq!(names, ["New", "Other"]);
    assert_eq!(dataset.by_part(Metric::Orders).nth(1).unwrap().values[0], Some(84.0));
}

proptest! {
    /// No cell of people is small, and none can be found from a month's total: a month shows all its orders or none.
    #[test]
    fn no_month_gives_a_small_group_away(months in prop::collection::vec((0u64..40, 0u64..40, 0u64..40), 1..12)) {
        let Ok(dataset) = user_types(&months) else { return Ok(()) };
        let first = dataset.months()[0].month.number() as usize - 1;
        for at in 0..dataset.months().len() {
            let cells: Vec<f64> = dataset.by_part(Metric::Orders).filter_map(|series| series.values[at]).collect();
            prop_assert!(cells.iter().all(|value| *value == 0.0 || *value >= 10.0), "{cells:?}");
            let total = months.get(first + at).map_or(0, |(a, b, c)| a + b + c) as f64;
            let shown: f64 = cells.iter().sum();
            prop_assert!(cells.is_empty() || (shown - total).abs() < 0.5, "{shown} of {total}");
        }
    }
}

/// A dataset of nine products over three months in the shape of a section.
fn nine_products(slug: &str, overlaps: Option<&[&str]>) -> Dataset {
    let section = section(slug);
    let monthly = section.calls[0].contains(&Dimension::Month);
    let mut rows = Vec::new();
    for month in 1..=if monthly { 3 } else { 1 } {
        for n in 1..=9 {
            // The fewer orders, the larger they are.
            let (orders, sales) = (n * 10, 5000 / n);
            let mut row = if monthly { vec![json!(format!("2024-{month:02}"))] } else { Vec::new() };
            row.push(json!(format!("p{n}")));
            row.extend(section.metrics.iter().map(|metric| match metric {
                Metric::Sales => json!(sales),
                Metric::Orders => json!(orders),
                _ => json!(f64::from(sales) / f64::from(orders)),
            }));
            rows.push(row);
        }
    }
    let mut columns: Vec<&str> = section.calls[0].iter().map(Dimension::as_str).collect();
    columns.extend(section.metrics.iter().map(|metric| metric.as_str()));
    let overlaps = overlaps.map(|names| names.iter().map(|name| (*name).to_owned()).collect());
    let answers = [answer(&columns, json!(rows), About { overlaps, ..About::default() })];
    build(&section, &answers, &review("2024-01-01", "2024-03-31"), &Thresholds::default()).unwrap()
}

#[test]
fn orders_that_may_overlap_are_never_added_up() {
    for overlaps in [Some(&["product_type"][..]), None] {
        for slug in ["orders-by-product", "aov-by-product"] {
            let dataset = nine_products(slug, overlaps);
            let names: Vec<_> = dataset.parts().iter().map(|part| part.name.as_str()).collect();
            assert_eq!(names, ["P5", "P6", "P7", "P8", "P9"], "{slug}");
            assert_eq!((dataset.part_count, dataset.left_out), (9, 4));
            assert!(dataset.issues.iter().any(|issue| issue.kind == "parts_left_out"));
        }
        // Sales are of order lines: those of the rest are one part, whose orders nobody knows.
        let dataset = nine_products("sales-by-product", overlaps);
        let sales: Vec<_> = dataset.by_part(Metric::Sales).map(|s| s.part.as_deref().unwrap()).collect();
        assert_eq!(sales, ["P5", "P6", "P7", "P8", "P9", "Other"]);
        let of_other = |metric| dataset.by_part(metric).last().unwrap().values[0];
        assert_eq!(of_other(Metric::Sales), Some(5000.0 + 2500.0 + 1666.0 + 1250.0));
        assert_eq!(of_other(Metric::Orders), None);
    }
}

#[test]
fn orders_that_do_not_overlap_are_added_up() {
    for slug in ["orders-by-product", "aov-by-product"] {
        let dataset = nine_products(slug, Some(&[]));
        assert_eq!(dataset.parts().last().unwrap().name, OTHER, "{slug}");
        assert_eq!((dataset.part_count, dataset.left_out), (9, 0));
        assert_eq!(dataset.whole(Metric::Orders).unwrap().values[5], Some(100.0));
    }
}
