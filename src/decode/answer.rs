//! One tool answer → a table with everything that was done to read it, or a verdict.
//!
//! The order is: what the answer says of itself (an error, missing rows), the shape of its data, their fit to what was
//! asked for. Never panics, whatever it is given, and does work in proportion to the answer's length.

use super::{
    Decoded, Expected, Reply, Verdict, fit,
    grid::Grid,
    notes::Notes,
    shape::{self, Budget},
    stated,
    verdict::excerpt,
};
use serde_json::Value;

/// The longest answer that is read, in bytes.
const LONGEST: usize = 20 * 1024 * 1024;

/// Objects within objects that an error is looked for in: `{"result": "{\"result\": …}"}`.
const WRAPPERS: usize = 3;

/// Reads one answer: its structured content where that holds a table, else its text.
///
/// An answer without rows, `{}` and no text at all are tables without rows.
///
/// # Errors
/// The [`Verdict`] when the answer is no table.
pub fn decode(reply: &Reply<'_>, expected: &Expected) -> Result<Decoded, Verdict> {
    let length: usize = reply.blocks.iter().map(String::len).sum();
    if length > LONGEST {
        let mib = length.div_ceil(1024 * 1024);
        return Err(Verdict::NotATable(format!(
            "it has {mib} MiB; 20 are read at most; ask for groups, not for orders"
        )));
    }
    if reply.is_error {
        return Err(failed(reply));
    }
    let mut notes = Notes::default();
    let grid = match reply.structured {
        Some(value) => shape::recognise(value, expected, Budget::default(), &mut notes)?,
        None => None,
    };
    let blocks: Vec<&str> = reply.blocks.iter().map(String::as_str).collect();
    let has_text = reply.blocks.iter().any(|block| !block.trim().is_empty());
    let grid = match grid {
        None if has_text || reply.structured.is_none() => {
            shape::recognise_blocks(&blocks, expected, Budget::default(), &mut notes)?
        }
        grid => grid,
    };
    let invented =
        |notes: &Notes| notes.said.iter().find_map(|words| stated::invention(words)).map(Verdict::NotReal);
    let Some(grid) = grid else {
        return Err(invented(&notes).unwrap_or_else(|| Verdict::NotATable(described(reply))));
    };
    grid.about.warnings.iter().for_each(|warning| notes.say(warning));
    if let Some(verdict) = invented(&notes) {
        return Err(verdict);
    }
    if let Some(cut) = grid.about.warnings.iter().find(|warning| stated::truncation_in_words(warning)) {
        return Err(Verdict::Truncated(excerpt(cut)));
    }
    let mut table = fit::fit(checked_base(grid), expected, &mut notes)?;
    if table.columns.is_empty() {
        // Rows such as `[{}]` hold nothing at all.
        table.rows.clear();
        table.about.base.clear();
    }
    table.about.warnings.append(&mut notes.grave);
    Ok(Decoded { table, repairs: notes.repairs, aliases: notes.aliases })
}

/// The counts behind the rows are kept only where there is one a row.
fn checked_base(mut grid: Grid) -> Grid {
    if !grid.about.base.is_empty() && grid.about.base.len() != grid.rows.len() {
        grid.about.base.clear();
        grid.about.warnings.push("`base` was ignored: it has not one count for each row".into());
    }
    grid
}

/// Why an answer that says that it failed did so.
fn failed(reply: &Reply<'_>) -> Verdict {
    let text = reply.blocks.join("\n");
    let parsed = serde_json::from_str::<Value>(text.trim()).ok();
    let stated = [reply.structured, parsed.as_ref()].into_iter().flatten().find_map(stated_inside);
    stated.unwrap_or_else(|| {
        let words = if text.trim().is_empty() { reply.structured.map(Value::to_string) } else { Some(text) };
        Verdict::Error(words.map_or_else(|| "no reason given".into(), |words| excerpt(&words)))
    })
}

/// What the innermost of `{"result": …}` wrappers says went wrong.
fn stated_inside(value: &Value) -> Option<Verdict> {
    let mut value = value.clone();
    for _ in 0..WRAPPERS {
        let inner = match value.as_object()?.get("result") {
            Some(Value::String(text)) => serde_json::from_str(text.trim()).ok(),
            Some(inner) => Some(inner.clone()),
            None => None,
        };
        match inner {
            Some(inner) => value = inner,
            None => break,
        }
    }
    stated::failure(value.as_object()?)
}

fn described(reply: &Reply<'_>) -> String {
    let text = reply.blocks.join("\n");
    match (reply.structured, text.trim()) {
        (None, "") => "it is empty".into(),
        (Some(value), "") => format!("it begins {}", excerpt(&value.to_string())),
        (_, text) => format!("it begins {}", excerpt(text)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Dimension, Metric};
    use proptest::prelude::*;
    use serde_json::json;

    fn sales_by_month() -> Expected {
        Expected {
            metrics: vec![Metric::Sales, Metric::Orders],
            group_by: vec![Dimension::Month],
            value: Some(Metric::Sales),
        }
    }

    fn read(structured: Option<&Value>, text: &str) -> Result<Decoded, Verdict> {
        let blocks = if text.is_empty() { Vec::new() } else { vec![text.to_owned()] };
        decode(&Reply { is_error: false, structured, blocks: &blocks }, &sales_by_month())
    }

    fn answer() -> Value {
        json!({
            "columns": [{"name": "month", "type": "date"}, {"name": "sales", "type": "number", "unit": "EUR"}],
            "rows": [["2025-01", 10.5], ["2025-02", null]],
            "currency": "EUR", "merchant": "acme", "base": [3, 4],
        })
    }

    #[test]
    fn the_contract_is_read_from_either_place_and_out_of_wrappers_without_repair() {
        let want = read(Some(&answer()), "").unwrap();
        assert_eq!((want.table.columns.len(), want.table.rows.len()), (2, 2));
        assert_eq!(want.table.about.currency.as_deref(), Some("EUR"));
        assert_eq!(want.table.about.base, [Some(3), Some(4)]);
        assert!(want.repairs.is_empty() && want.aliases.is_empty() && want.table.about.warnings.is_empty());
        let text = answer().to_string();
        assert_eq!(read(None, &text).unwrap(), want);
        assert_eq!(read(Some(&json!({"result": text})), "").unwrap(), want);
        assert_eq!(read(Some(&json!({"result": answer()})), "ignored").unwrap(), want);
        assert_eq!(read(Some(&json!({"result": "see text"})), &text).unwrap(), want);
        assert_eq!(read(Some(&json!({"result": [{"type": "text", "text": text}]})), "").unwrap(), want);
    }

    #[test]
    fn a_call_that_failed_says_why() {
        let failed = |structured: Option<&Value>, text: &str| {
            decode(&Reply { is_error: true, structured, blocks: &[text.to_owned()] }, &sales_by_month())
                .unwrap_err()
        };
        let unknown =
            json!({"error": {"kind": "unknown_merchant", "message": "no `acm`", "suggestions": ["acme"]}});
        let want = Verdict::UnknownMerchant { message: "no `acm`".into(), suggestions: vec!["acme".into()] };
        assert_eq!(failed(None, &unknown.to_string()), want);
        assert_eq!(failed(Some(&json!({"result": unknown.to_string()})), ""), want);
        assert_eq!(failed(None, "boom\n\nagain"), Verdict::Error("boom again".into()));
        // An error is an error, even beside a table.
        assert!(matches!(failed(Some(&answer()), ""), Verdict::Error(_)));
        let mut fine = answer();
        fine["error"] = Value::Null;
        assert!(read(Some(&fine), "").is_ok());
        assert_eq!(
            read(Some(&json!({"result": "{\"status\": \"error\", \"message\": \"boom\"}"})), "").unwrap_err(),
            Verdict::Error("boom".into())
        );
    }

    #[test]
    fn nothing_is_a_table_without_rows() {
        for text in [
            "",
            " ",
            "[]",
            "{}",
            "null",
            "{\"data\": []}",
            "{\"rows\": [], \"merchant\": \"a\"}",
            "month,sales\n",
            "{\"order_product_distribution\": []}",
        ] {
            let table = read(None, text).unwrap_or_else(|verdict| panic!("{text}: {verdict}")).table;
            assert_eq!((table.rows.len(), table.column("month")), (0, Some(0)), "{text}");
        }
    }

    #[test]
    fn what_is_no_table_is_quoted_in_part() {
        let long = format!("<html>{}", "é".repeat(500));
        let Err(Verdict::NotATable(words)) = read(None, &long) else { panic!("taken") };
        assert!(words.starts_with("it begins <html>éé") && words.chars().count() < 140, "{words}");
        for value in [
            json!([1, 2]),
            json!({"result": 3}),
            json!("text"),
            json!({"columns": []}),
            json!(true),
            json!({"message": "hello"}),
        ] {
            assert!(matches!(read(Some(&value), ""), Err(Verdict::NotATable(_))), "{value}");
        }
        let huge = " ".repeat(LONGEST + 1);
        assert!(matches!(read(None, &huge), Err(Verdict::NotATable(_))));
    }

    #[test]
    fn what_the_answer_says_of_itself_counts_wherever_it_stands() {
        let mut cut = answer();
        cut["truncated"] = json!(true);
        cut["warnings"] = json!(["only 1024 rows"]);
        assert_eq!(read(Some(&cut), "").unwrap_err(), Verdict::Truncated("only 1024 rows".into()));
        for value in [
            json!({"has_more": true, "data": [{"month": "2025-01", "sales": 1}]}),
            json!({"warning": "Output truncated", "data": [{"month": "2025-01", "sales": 1}]}),
            json!({"data": {"rows": [{"month": "2025-01", "sales": 1}], "rowCount": 2}}),
        ] {
            assert!(matches!(read(Some(&value), ""), Err(Verdict::Truncated(_))), "{value}");
        }
        for text in [
            "The data below are hypothetical: {\"2025-01\": 5}",
            "{\"structured_data\": {\"2025-01\": 5}, \"paragraph\": \"Simulated figures.\"}",
            "{\"2025-01\": 5} // illustrative values",
            "No merchant was found, so here are hypothetical figures.",
        ] {
            assert!(matches!(read(None, text), Err(Verdict::NotReal(_))), "{text}");
        }
        assert!(read(None, "{\"simulated\": {\"2025-01\": 5}}").is_ok());
        let mut odd = answer();
        odd["base"] = json!([1]);
        let about = read(Some(&odd), "").unwrap().table.about;
        assert_eq!((about.base.len(), about.warnings.len()), (0, 1));
    }

    #[test]
    fn the_merchant_is_found_wherever_it_is_named() {
        let rows = json!([{"month": "2025-01", "sales": 1}]);
        for value in [
            json!({"merchant": "other", "data": rows}),
            json!({"merchant_id": "other", "data": {"rows": rows}}),
            json!({"merchant": "other", "2025-01": 5}),
            json!({"result": {"merchant": "other", "columns": ["month", "sales"], "rows": [["2025-01", 1]]}}),
        ] {
            assert_eq!(
                read(Some(&value), "").unwrap().table.about.merchant.as_deref(),
                Some("other"),
                "{value}"
            );
        }
        let column =
            read(Some(&json!([{"merchant_name": "other", "month": "2025-01", "sales": 1}])), "").unwrap();
        assert_eq!(column.table.column("merchant"), Some(0));
        let two = json!({"merchant": "a", "data": {"merchant": "b", "rows": rows}});
        assert!(matches!(read(Some(&two), ""), Err(Verdict::InvalidData(_))));
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let word = prop::sample::select(vec![
            "columns", "rows", "name", "type", "error", "result", "merchant", "base", "warnings", "sales",
            "1e9", "Jan", "2024", "2024-01", "Pay in 3", "data", "AOV", "total", "1,234", "month",
        ]);
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            word.clone().prop_map(Value::from),
            ".{0,8}".prop_map(Value::from),
        ];
        leaf.prop_recursive(5, 40, 5, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::vec((word.clone(), inner), 0..5).prop_map(|pairs| {
                    Value::Object(pairs.into_iter().map(|(k, v)| (k.to_owned(), v)).collect())
                }),
            ]
        })
    }

    fn whole(decoded: &Decoded) -> bool {
        let table = &decoded.table;
        let cells = || table.rows.iter().flatten();
        (!table.columns.is_empty() || table.rows.is_empty())
            && table.rows.iter().all(|row| row.len() == table.columns.len())
            && cells().all(|cell| cell.is_null() || cell.is_number() || cell.is_string())
    }

    proptest! {
        #[test]
        fn nothing_makes_it_panic_and_every_table_is_whole(
            is_error: bool, structured in prop::option::of(any_json()), text in ".{0,60}",
            columns in any_json(), rows in any_json(), by_product: bool,
        ) {
            let tabular = json!({"columns": columns, "rows": rows});
            let mut expected = sales_by_month();
            if by_product {
                expected.group_by.push(Dimension::ProductType);
            }
            let inside = structured.as_ref().map(Value::to_string).unwrap_or_default();
            for (structured, text) in [(structured.as_ref(), text.as_str()), (Some(&tabular), ""), (None, inside.as_str())] {
                for expected in [&expected, &Expected::default()] {
                    let reply = Reply { is_error, structured, blocks: &[text.to_owned()] };
                    if let Ok(decoded) = decode(&reply, expected) {
                        prop_assert!(whole(&decoded), "{decoded:?}");
                    }
                }
            }
        }
    }
}
