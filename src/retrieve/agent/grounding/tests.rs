use super::*;
use crate::{
    domain::{Merchant, parse_date},
    mcp::ToolAnswer,
    retrieve::agent::answer::{AnswerRow, AnswerTable},
};
use proptest::prelude::*;
use serde_json::json;

fn call(metrics: &[Metric], group_by: &[Dimension]) -> Call {
    Call {
        merchant: Merchant::new("acme").unwrap(),
        metrics: metrics.into(),
        group_by: group_by.into(),
        start_date: parse_date("2024-01-01").unwrap(),
        end_date: parse_date("2024-12-31").unwrap(),
    }
}

fn arguments() -> serde_json::Map<String, Value> {
    let sent = json!({"sql": "select … where shop = 'acme' and day between '2024-01-01' and '2024-12-31'"});
    sent.as_object().unwrap().clone()
}

fn sheets(answer: &Value) -> Sheets {
    let mut sheets = Sheets::default();
    let answer = ToolAnswer { is_error: false, structured: Some(answer.clone()), blocks: Vec::new() };
    sheets.add("query", &arguments(), &[], answer).unwrap();
    sheets
}

/// `from`, labels, values.
type Row<'a> = (&'a str, &'a [&'a str], &'a [&'a str]);

fn answer(dimensions: &[&[&str]], metrics: &[(Op, &str)], rows: &[Row<'_>]) -> AnswerTable {
    let reference = |text: &str| {
        let (sheet, rows) = text.split_once('/').unwrap();
        let (first, last) = rows.split_once('-').unwrap_or((rows, rows));
        (sheet.to_owned(), first.parse().unwrap(), last.parse().unwrap())
    };
    let row = |(from, labels, values): &Row<'_>| AnswerRow {
        from: from.split(' ').map(reference).collect(),
        labels: labels.iter().map(|label| Some((*label).to_owned())).collect(),
        values: values.iter().map(|value| (*value != "null").then(|| (*value).to_owned())).collect(),
    };
    AnswerTable {
        dimensions: dimensions.iter().map(|names| names.iter().map(ToString::to_string).collect()).collect(),
        metrics: metrics.iter().map(|(op, column)| Some((*op, (*column).to_owned()))).collect(),
        rows: rows.iter().map(row).collect(),
    }
}

fn monthly() -> Sheets {
    sheets(&json!([
        {"m": "Jan 2024", "amt": 100.10, "n": 3, "kind": "pay_in_3"},
        {"m": "Feb 2024", "amt": 200.20, "n": 4, "kind": "pay_in_4"},
        {"m": "Feb 2024", "amt": null, "n": 1, "kind": "pay_in_3"},
    ]))
}

fn by_month(rows: &[Row<'_>], ops: [Op; 2]) -> Result<Grounded, Vec<String>> {
    let asked = call(&[Metric::Sales, Metric::Orders], &[Dimension::Month]);
    ground(&asked, &answer(&[&["m"]], &[(ops[0], "amt"), (ops[1], "n")], rows), None, &monthly())
}

fn refused(outcome: Result<Grounded, Vec<String>>, words: &str) {
    let problems = outcome.map(|grounded| grounded.table.rows).unwrap_err().join("; ");
    assert!(problems.contains(words), "`{words}` is not in: {problems}");
}

#[test]
fn values_and_sums_that_the_rows_give_are_taken() {
    let rows: &[Row<'_>] = &[("r1/0", &["2024-01"], &["100.10", "3"])];
    let table = by_month(rows, [Op::Value, Op::Value]).unwrap().table;
    assert_eq!(json!(table.rows), json!([["2024-01", 100.1, 3]]));
    let names: Vec<_> = table.columns.iter().map(|column| column.name.as_str()).collect();
    assert_eq!(names, ["month", "sales", "orders"]);
    assert!(table.about.warnings.iter().any(|w| w == "2 of 3 rows of r1 are not in the answer"), "{table:?}");
    assert!(table.about.warnings.iter().any(|w| w == "`sales` was read from the column `amt`"), "{table:?}");
    // The second month has a row without an amount: its sum is not known, its orders are.
    let rows: &[Row<'_>] = &[("r1/1-2", &["2024-02"], &["null", "5"])];
    assert_eq!(json!(by_month(rows, [Op::Sum, Op::Sum]).unwrap().table.rows), json!([["2024-02", null, 5]]));
    let counted: &[Row<'_>] = &[("r1/1-2", &["2024-02"], &["null", "2"])];
    assert_eq!(by_month(counted, [Op::Sum, Op::Count]).unwrap().table.rows[0][2], json!(2));
}

#[test]
fn a_right_number_in_the_wrong_place_is_refused() {
    let one = [Op::Value, Op::Value];
    let cases: &[(Row<'_>, &str)] = &[
        (
            ("r1/0", &["2024-01"], &["100.11", "3"]),
            "row 0 says 100.11 for `sales`, but the value of `amt` at r1/0 is 100.1",
        ),
        // 200.20 does occur, though not in January.
        (("r1/0", &["2024-01"], &["200.20", "3"]), "says 200.20 for `sales`"),
        (("r1/1", &["2024-01"], &["200.20", "4"]), "is labelled `2024-01`, but r1/1 says `Feb 2024`"),
        (("r1/0", &["2024-01"], &["3", "3"]), "says 3 for `sales`"),
        (
            ("r1/0", &["2024-01"], &["null", "3"]),
            "says null for `sales`, but the value of `amt` at r1/0 is 100.1",
        ),
        (("r1/2", &["2024-02"], &["0", "1"]), "`amt` at r1/2 holds no number"),
        (("r1/3", &["2024-02"], &["0", "1"]), "refers to r1/3, which no tool gave"),
        (("r2/0", &["2024-01"], &["0", "1"]), "refers to r2/0, which no tool gave"),
        (("r1/1-2", &["2024-02"], &["200.20", "4"]), "is made of 2 rows"),
        (("r1/0 r1/0", &["2024-01"], &["100.10", "3"]), "uses r1/0, which serves already"),
    ];
    for (row, words) in cases {
        refused(by_month(&[*row], one), words);
    }
    let twice: &[Row<'_>] =
        &[("r1/1", &["2024-02"], &["200.20", "4"]), ("r1/2", &["2024-02"], &["null", "1"])];
    refused(by_month(twice, one), "row 1 has the same labels as another row");
    let long_ago = sheets(&json!([{"m": "Jan 2019", "amt": 1, "n": 1}]));
    let asked = call(&[Metric::Sales], &[Dimension::Month]);
    let row: &[Row<'_>] = &[("r1/0", &["2019-01"], &["1"])];
    refused(
        ground(&asked, &answer(&[&["m"]], &[(Op::Value, "amt")], row), None, &long_ago),
        "was not asked for",
    );
}

#[test]
fn a_column_of_another_metric_does_not_serve() {
    let both = sheets(&json!([{"m": "2024-01", "sales": 9, "orders": 9}]));
    let asked = call(&[Metric::Sales], &[Dimension::Month]);
    let row: &[Row<'_>] = &[("r1/0", &["2024-01"], &["9"])];
    refused(
        ground(&asked, &answer(&[&["m"]], &[(Op::Value, "orders")], row), None, &both),
        "is something else",
    );
    assert!(ground(&asked, &answer(&[&["m"]], &[(Op::Value, "sales")], row), None, &both).is_ok());
    // A number that the model itself sent is none.
    refused(ground(&asked, &answer(&[&["m"]], &[(Op::Value, "arg.sql")], row), None, &both), "does not have");
}

#[test]
fn people_and_averages_are_not_added_up() {
    let parts = sheets(&json!([{"g": "f", "people": 3}, {"g": "f", "people": 4}]));
    let asked = call(&[Metric::Users], &[Dimension::Gender]);
    let row: &[Row<'_>] = &[("r1/0-1", &["f"], &["7"])];
    refused(
        ground(&asked, &answer(&[&["g"]], &[(Op::Sum, "people")], row), None, &parts),
        "cannot be added up",
    );
}

#[test]
fn shares_are_those_of_the_whole_column() {
    let parts = sheets(&json!([{"g": "f", "people": 2}, {"g": "m", "people": 1}]));
    let asked = call(&[Metric::Users], &[Dimension::Gender]);
    let share = |value: &str| {
        ground(
            &asked,
            &answer(&[&["g"]], &[(Op::Share, "people")], &[("r1/0", &["F"], &[value])]),
            None,
            &parts,
        )
    };
    for good in ["67", "66.7", "66.67", "66.666667"] {
        assert_eq!(share(good).unwrap().table.columns[1].unit.as_deref(), Some("percent"), "{good}");
    }
    for bad in ["66", "66.6", "66.68", "2", "0.67", "33.3"] {
        refused(share(bad), "for `users`");
    }
    // The label is the result's own.
    assert_eq!(share("67").unwrap().table.rows[0][0], json!("f"));
}

#[test]
fn the_call_must_have_named_the_merchant_and_the_days() {
    let parts = json!([{"kind": "pay_in_3", "n": 3}]);
    let asked = call(&[Metric::Orders], &[Dimension::ProductType]);
    let given = answer(&[&["kind"]], &[(Op::Value, "n")], &[("r1/0", &["Pay in 3"], &["3"])]);
    let of = |sent: Value| {
        let mut sheets = Sheets::default();
        let reply = ToolAnswer { is_error: false, structured: Some(parts.clone()), blocks: Vec::new() };
        sheets.add("query", sent.as_object().unwrap(), &[], reply).unwrap();
        ground(&asked, &given, None, &sheets)
    };
    let (from, to) = ("2024-01-01", "2024-12-31");
    assert!(of(json!({"merchant": "acme", "from": from, "to": to})).is_ok());
    assert!(of(json!({"sql": format!("shop = 'acme' and day >= '{from}' and day < '2025-01-01'")})).is_ok());
    for other in ["other", "acme-it", "my_acme", "Acme"] {
        refused(of(json!({"merchant": other, "from": from, "to": to})), "does not name the merchant `acme`");
    }
    refused(
        of(json!({"merchant": "acme", "from": from})),
        "does not name the days 2024-01-01 and 2024-12-31",
    );
}

#[test]
fn a_currency_is_one_that_a_result_states() {
    let asked = call(&[Metric::Sales], &[Dimension::Month]);
    let given = answer(&[&["m"]], &[(Op::Value, "amt")], &[("r1/0", &["2024-01"], &["5"])]);
    let data = sheets(&json!([{"m": "2024-01", "amt": 5, "note": "in EUR"}]));
    let table = ground(&asked, &given, Some("EUR"), &data).unwrap().table;
    assert_eq!(
        (table.about.currency.as_deref(), table.columns[1].unit.as_deref()),
        (Some("EUR"), Some("EUR"))
    );
    refused(ground(&asked, &given, Some("USD"), &data), "the currency `USD` is in no result");
}

#[test]
fn parts_that_are_columns_and_lines_of_prose_can_be_referred_to() {
    let asked = call(&[Metric::Orders], &[Dimension::Month, Dimension::ProductType]);
    let wide = sheets(&json!([{"month": "2024-01", "pay_in_3": 7, "pay_in_4": 8}]));
    let rows: &[Row<'_>] =
        &[("r1long/0", &["2024-01", "Pay in 3"], &["7"]), ("r1long/1", &["2024-01", "pay-in-4"], &["8"])];
    let given = answer(&[&["month"], &["name"]], &[(Op::Value, "value")], rows);
    assert_eq!(
        json!(ground(&asked, &given, None, &wide).unwrap().table.rows),
        json!([["2024-01", "pay_in_3", 7], ["2024-01", "pay_in_4", 8]])
    );
    let prose = sheets(&json!("In January 2024 there were 7 orders.\nIn February 2024 there were 8 orders."));
    let asked = call(&[Metric::Orders], &[Dimension::Month]);
    let of = |from, value| answer(&[&["text"]], &[(Op::Value, "n2")], &[(from, &["2024-02"], &[value])]);
    assert!(ground(&asked, &of("r1/1", "8"), None, &prose).is_ok());
    refused(ground(&asked, &of("r1/0", "7"), None, &prose), "is labelled `2024-02`");
}

// What a model might try, or do by mistake, to put a number into a deck that the data do not hold.

/// Three months of a merchant, with their total.
fn year() -> Sheets {
    sheets(&json!([
        {"m": "2024-01", "amt": 100, "n": 10, "cur": "EUR"},
        {"m": "2024-02", "amt": 200, "n": 20, "cur": "EUR"},
        {"m": "2024-03", "amt": 300, "n": 30, "cur": "EUR"},
        {"m": "Total", "amt": 600, "n": 60, "cur": "EUR"},
    ]))
}

fn sales(op: Op, rows: &[Row<'_>]) -> AnswerTable {
    answer(&[&["m"]], &[(op, "amt")], rows)
}

fn attacked(given: &AnswerTable, words: &str) {
    refused(ground(&call(&[Metric::Sales], &[Dimension::Month]), given, None, &year()), words);
}

#[test]
fn two_months_whose_values_are_swapped() {
    let rows: &[Row<'_>] = &[("r1/0", &["2024-01"], &["200"]), ("r1/1", &["2024-02"], &["100"])];
    attacked(&sales(Op::Value, rows), "says 200 for `sales`, but the value of `amt` at r1/0 is 100");
    // With the rows swapped as well, the labels are wrong.
    let rows: &[Row<'_>] = &[("r1/1", &["2024-01"], &["200"]), ("r1/0", &["2024-02"], &["100"])];
    attacked(&sales(Op::Value, rows), "is labelled `2024-01`, but r1/1 says `2024-02`");
}

#[test]
fn all_months_shifted_by_one() {
    let rows: &[Row<'_>] = &[("r1/0", &["2024-02"], &["100"]), ("r1/1", &["2024-03"], &["200"])];
    attacked(&sales(Op::Value, rows), "is labelled `2024-02`, but r1/0 says `2024-01`");
}

#[test]
fn rows_of_several_months_summed_to_a_plausible_number() {
    let rows: &[Row<'_>] = &[("r1/0-1", &["2024-02"], &["300"])];
    attacked(&sales(Op::Sum, rows), "is labelled `2024-02`, but r1/0 says `2024-01`");
}

#[test]
fn a_part_of_a_group_summed_as_if_it_were_the_whole() {
    let parts = sheets(&json!([
        {"m": "2024-01", "amt": 100}, {"m": "2024-01", "amt": 50}, {"m": "2024-02", "amt": 70}, {"m": "2024-02", "amt": 5},
    ]));
    let asked = call(&[Metric::Sales], &[Dimension::Month]);
    let rows: &[Row<'_>] = &[("r1/0", &["2024-01"], &["100"]), ("r1/2-3", &["2024-02"], &["75"])];
    refused(ground(&asked, &sales(Op::Sum, rows), None, &parts), "leaves out r1/1, which says the same");
    let rows: &[Row<'_>] = &[("r1/0-1", &["2024-01"], &["150"]), ("r1/2-3", &["2024-02"], &["75"])];
    assert!(ground(&asked, &sales(Op::Sum, rows), None, &parts).is_ok());
    // The same for a value taken from one of two rows of a month.
    let rows: &[Row<'_>] = &[("r1/0", &["2024-01"], &["100"])];
    refused(ground(&asked, &sales(Op::Value, rows), None, &parts), "leaves out r1/1, which says the same");
}

#[test]
fn a_row_that_serves_twice() {
    let rows: &[Row<'_>] = &[("r1/0", &["2024-01"], &["100"]), ("r1/0", &["2024-02"], &["100"])];
    attacked(&sales(Op::Value, rows), "uses r1/0, which serves already");
    let rows: &[Row<'_>] = &[("r1/0 r1/0", &["2024-01"], &["200"])];
    attacked(&sales(Op::Sum, rows), "uses r1/0, which serves already");
    // Nor as a row of a number each, which is the same row.
    let rows: &[Row<'_>] = &[("r1/0", &["2024-01"], &["100"]), ("r1long/0", &["2024-01"], &["100"])];
    attacked(&sales(Op::Value, rows), "row 1");
}

#[test]
fn the_same_call_made_in_two_ways_and_added_up() {
    let mut twice = Sheets::default();
    let rows = json!([{"m": "2024-01", "amt": 100}]);
    for tool in ["query", "query_again"] {
        let reply = ToolAnswer { is_error: false, structured: Some(rows.clone()), blocks: Vec::new() };
        twice.add(tool, &arguments(), &[], reply).unwrap();
    }
    let asked = call(&[Metric::Sales], &[Dimension::Month]);
    let rows: &[Row<'_>] = &[("r1/0 r2/0", &["2024-01"], &["200"])];
    refused(ground(&asked, &sales(Op::Sum, rows), None, &twice), "adds up rows of several results");
}

#[test]
fn a_total_as_a_month_and_as_a_category() {
    attacked(
        &sales(Op::Value, &[("r1/3", &["2024-03"], &["600"])]),
        "is labelled `2024-03`, but r1/3 says `Total`",
    );
    let parts = sheets(&json!([
        {"kind": "pay_in_3", "n": 7}, {"kind": "pay_in_4", "n": 8}, {"kind": "Total", "n": 15},
    ]));
    let asked = call(&[Metric::Orders], &[Dimension::ProductType]);
    let of = |rows: &[Row<'_>], op| ground(&asked, &answer(&[&["kind"]], &[(op, "n")], rows), None, &parts);
    let rows: &[Row<'_>] = &[("r1/0", &["pay_in_3"], &["7"]), ("r1/2", &["Total"], &["15"])];
    refused(of(rows, Op::Value), "is a total, not a part");
    refused(of(&[("r1/2", &["pay_in_4"], &["15"])], Op::Value), "says `Total` and is a total, not a part");
    // With the total among the rows, no share is right: 7 of 30.
    refused(
        of(&[("r1/0", &["pay_in_3"], &["23.3"])], Op::Share),
        "is a share of a column with a total in it",
    );
}

#[test]
fn a_percentage_of_the_wrong_base() {
    let parts = sheets(
        &json!([{"kind": "pay_in_3", "n": 30}, {"kind": "pay_in_4", "n": 10}, {"kind": "other", "n": 60}]),
    );
    let asked = call(&[Metric::Orders], &[Dimension::ProductType]);
    let of = |value| answer(&[&["kind"]], &[(Op::Share, "n")], &[("r1/0", &["pay_in_3"], &[value])]);
    // 30 of the 40 that are paid in parts.
    refused(ground(&asked, &of("75"), None, &parts), "says 75 for `orders`");
    assert!(ground(&asked, &of("30"), None, &parts).is_ok());
}

#[test]
fn another_merchant_and_the_right_one_in_a_comment() {
    let parts = json!([{"kind": "pay_in_3", "n": 3}]);
    let asked = call(&[Metric::Orders], &[Dimension::ProductType]);
    let given = answer(&[&["kind"]], &[(Op::Value, "n")], &[("r1/0", &["pay_in_3"], &["3"])]);
    let of = |sql: &str| {
        let mut sheets = Sheets::default();
        let reply = ToolAnswer { is_error: false, structured: Some(parts.clone()), blocks: Vec::new() };
        sheets.add("query", json!({"sql": sql}).as_object().unwrap(), &[], reply).unwrap();
        ground(&asked, &given, None, &sheets)
    };
    let days = "day between '2024-01-01' and '2024-12-31'";
    for sql in [
        format!("select kind, n from t where shop = 'rival' and {days} -- acme"),
        format!("select kind, n from t where shop = 'rival' /* shop = 'acme' */ and {days}"),
        format!("select kind, n from t where shop = 'rival' and {days} # 'acme'"),
        "select kind, n from t where shop = 'acme' -- 2024-01-01 2024-12-31".to_owned(),
    ] {
        refused(of(&sql), "does not name the ");
    }
    assert!(of(&format!("select kind, n from t where shop = 'acme' and {days} -- of acme")).is_ok());
    // A comment mark within quotes is none.
    assert!(of(&format!("select '--', kind, n from t where shop = 'acme' and {days}")).is_ok());
}

#[test]
fn a_number_of_a_call_that_failed() {
    let mut sheets = Sheets::default();
    let error = ToolAnswer { is_error: true, structured: None, blocks: vec!["about 100 in 2024-01".into()] };
    assert!(sheets.add("query", &arguments(), &[], error).is_err());
    let asked = call(&[Metric::Sales], &[Dimension::Month]);
    let given = answer(&[&["text"]], &[(Op::Value, "n1")], &[("r1/0", &["2024-01"], &["100"])]);
    refused(ground(&asked, &given, None, &sheets), "refers to r1/0, which no tool gave");
}

#[test]
fn another_currency_than_the_data_have() {
    let asked = call(&[Metric::Sales], &[Dimension::Month]);
    let given = sales(Op::Value, &[("r1/0", &["2024-01"], &["100"])]);
    refused(ground(&asked, &given, Some("USD"), &year()), "the currency `USD` is in no result");
    // One that the answer states of itself is not overruled.
    let stated = sheets(&json!({
        "columns": [{"name": "m", "type": "string"}, {"name": "amt", "type": "number"}, {"name": "was", "type": "string"}],
        "rows": [["2024-01", 100, "USD"]], "currency": "EUR",
    }));
    refused(
        ground(&asked, &given, Some("USD"), &stated),
        "the currency `USD` is not the one that the results state",
    );
}

proptest! {
    /// Whatever digit of whatever number is changed, in whatever row, the whole table is refused.
    #[test]
    fn no_changed_digit_passes(
        amounts in prop::collection::vec((0_u32..100_000_000, 0_u32..5000), 1..12),
        row in any::<prop::sample::Index>(), money: bool, at in any::<prop::sample::Index>(), by in 1_u8..10,
    ) {
        let of = |cents: u32| format!("{}.{:02}", cents / 100, cents % 100);
        let months: Vec<_> = (1..=amounts.len()).map(|month| format!("2024-{month:02}")).collect();
        let records: Vec<_> = amounts.iter().zip(&months).map(|((cents, orders), month)| {
            json!({"m": month, "amt": of(*cents).parse::<f64>().unwrap(), "n": orders})
        }).collect();
        let data = sheets(&json!(records));
        let asked = call(&[Metric::Sales, Metric::Orders], &[Dimension::Month]);
        let mut given = answer(&[&["m"]], &[(Op::Value, "amt"), (Op::Value, "n")], &[]);
        given.rows = amounts.iter().zip(&months).enumerate().map(|(i, ((cents, orders), month))| AnswerRow {
            from: vec![("r1".into(), i, i)],
            labels: vec![Some(month.clone())],
            values: vec![Some(of(*cents)), Some(orders.to_string())],
        }).collect();
        prop_assert!(ground(&asked, &given, None, &data).is_ok());
        let written = given.rows[row.index(amounts.len())].values[usize::from(!money)].as_mut().unwrap();
        let digits: Vec<_> = written.char_indices().filter(|(_, c)| c.is_ascii_digit()).map(|(i, _)| i).collect();
        let at = digits[at.index(digits.len())];
        let mut bytes = written.clone().into_bytes();
        bytes[at] = b'0' + (bytes[at] - b'0' + by) % 10;
        *written = String::from_utf8(bytes).unwrap();
        prop_assert!(ground(&asked, &given, None, &data).is_err(), "{:?}", given);
    }

    /// Numbers that occur somewhere, only not in the row named, never pass.
    #[test]
    fn no_value_of_another_row_passes(values in prop::collection::vec(0_u32..50, 2..12), a in any::<prop::sample::Index>(), b in any::<prop::sample::Index>()) {
        let (a, b) = (a.index(values.len()), b.index(values.len()));
        prop_assume!(values[a] != values[b]);
        let records: Vec<_> = values.iter().enumerate().map(|(i, n)| json!({"m": format!("2024-{:02}", i + 1), "n": n, "id": i})).collect();
        let data = sheets(&json!(records));
        let asked = call(&[Metric::Orders], &[Dimension::Month]);
        let label = format!("2024-{:02}", a + 1);
        let value = values[b].to_string();
        for from in [a, b] {
            let from = format!("r1/{from}");
            let rows: &[Row<'_>] = &[(&from, &[&label], &[&value])];
            prop_assert!(ground(&asked, &answer(&[&["m"]], &[(Op::Value, "n")], rows), None, &data).is_err());
        }
    }
}
