//! One tool answer of the metrics contract → a table or a verdict.
//!
//! Takes what servers of the contract are known to send: the object as structured content, the same as JSON text, and
//! either of them wrapped as `{"result": …}`. Never panics, whatever it is given.

use super::{Table, about, cells};
use serde_json::{Map, Value};
use std::borrow::Cow;

/// Why an answer is not a table.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Verdict {
    /// The server says that it failed.
    #[error("the server answered with an error: {0}")]
    Error(String),
    /// The server does not know the merchant; near names if it gave any.
    #[error("{message}")]
    UnknownMerchant {
        /// The server's words.
        message: String,
        /// Near names.
        suggestions: Vec<String>,
    },
    /// The answer has no table in it.
    #[error("the answer is not a table: {0}")]
    NotATable(String),
    /// The answer has a table with something in it that cannot be used.
    #[error("the answer cannot be used: {0}")]
    InvalidData(String),
    /// The answer says that rows are missing.
    #[error("the answer is truncated: {0}")]
    Truncated(String),
}

/// Characters of an answer quoted in a verdict.
const EXCERPT: usize = 120;

/// Objects within objects that are looked into: `{"result": "{\"result\": …}"}`.
const WRAPPERS: usize = 3;

/// Reads one answer: `structuredContent` where it holds a table, else its text as JSON.
///
/// # Errors
/// The [`Verdict`] when the answer is no table.
pub fn decode(is_error: bool, structured: Option<&Value>, text: &str) -> Result<Table, Verdict> {
    let parsed = serde_json::from_str::<Value>(text.trim()).ok();
    let objects: Vec<_> = [structured, parsed.as_ref()].into_iter().flatten().filter_map(unwrapped).collect();
    if let Some(failure) = objects.iter().find_map(|object| stated_failure(object)) {
        return Err(failure);
    }
    if is_error {
        let words = if text.trim().is_empty() { structured.map(Value::to_string) } else { Some(text.into()) };
        return Err(Verdict::Error(words.map_or_else(|| "no reason given".into(), |words| excerpt(&words))));
    }
    match objects.iter().find(|object| object.contains_key("columns") && object.contains_key("rows")) {
        Some(object) => table(object),
        None => Err(Verdict::NotATable(described(structured, text))),
    }
}

/// The object inside `{"result": …}` wrappers, whether it is there as JSON or as JSON in a string.
fn unwrapped(value: &Value) -> Option<Cow<'_, Map<String, Value>>> {
    let mut object = Cow::Borrowed(value.as_object()?);
    for _ in 0..WRAPPERS {
        let inner = match object.get("result") {
            Some(inner) if object.len() == 1 => inner,
            _ => break,
        };
        object = Cow::Owned(match inner {
            Value::Object(inner) => inner.clone(),
            Value::String(text) => match serde_json::from_str(text.trim()) {
                Ok(Value::Object(inner)) => inner,
                _ => break,
            },
            _ => break,
        });
    }
    Some(object)
}

/// What an object says went wrong, if it says so: the contract's `error`, or one of the ways in which servers mark a
/// failure as a success.
fn stated_failure(object: &Map<String, Value>) -> Option<Verdict> {
    let words = |value: &Value| match value {
        Value::String(text) => excerpt(text),
        other => excerpt(&other.to_string()),
    };
    if let Some(error) = object.get("error").filter(|error| !error.is_null() && *error != &Value::Bool(false))
    {
        let message = error.get("message").map_or_else(|| words(error), words);
        if error.get("kind").and_then(Value::as_str) != Some("unknown_merchant") {
            return Some(Verdict::Error(message));
        }
        let suggestions = error.get("suggestions").and_then(Value::as_array);
        let suggestions = suggestions.into_iter().flatten().filter_map(Value::as_str).map(excerpt).collect();
        return Some(Verdict::UnknownMerchant { message, suggestions });
    }
    let failed = object.get("success") == Some(&Value::Bool(false))
        || object.get("status").and_then(Value::as_str) == Some("error");
    failed.then(|| Verdict::Error(object.get("message").map_or_else(|| "no reason given".into(), words)))
}

fn table(object: &Map<String, Value>) -> Result<Table, Verdict> {
    let about = about::read(object)?;
    if about.truncated == Some(true) {
        let why = about.warnings.first().map(|warning| excerpt(warning));
        return Err(Verdict::Truncated(why.unwrap_or_else(|| "the server left rows out".into())));
    }
    let columns = cells::columns(object.get("columns"))?;
    let rows = cells::rows(object.get("rows"), &columns)?;
    let mut table = Table { columns, rows, about };
    if !table.about.base.is_empty() && table.about.base.len() != table.rows.len() {
        table.about.base.clear();
        table.about.warnings.push("`base` was ignored: it has not one count for each row".into());
    }
    Ok(table)
}

fn described(structured: Option<&Value>, text: &str) -> String {
    match (structured, text.trim()) {
        (None, "") => "it is empty".into(),
        (Some(value), "") => format!("it begins {}", excerpt(&value.to_string())),
        (_, text) => format!("it begins {}", excerpt(text)),
    }
}

/// The first characters of a text, on one line.
pub(super) fn excerpt(text: &str) -> String {
    let line: String = text.chars().take(EXCERPT * 4).collect();
    let line = line.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    let line = line.collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(EXCERPT) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn answer() -> Value {
        json!({
            "columns": [{"name": "month", "type": "date"}, {"name": "sales", "type": "number", "unit": "EUR"}],
            "rows": [["2025-01", 10.5], ["2025-02", null]],
            "currency": "EUR", "merchant": "acme", "base": [3, 4],
        })
    }

    #[test]
    fn the_contract_is_read_from_either_place_and_out_of_wrappers() {
        let want = decode(false, Some(&answer()), "").unwrap();
        assert_eq!((want.columns.len(), want.rows.len()), (2, 2));
        assert_eq!(want.about.currency.as_deref(), Some("EUR"));
        assert_eq!(want.about.base, [Some(3), Some(4)]);
        let text = answer().to_string();
        assert_eq!(decode(false, None, &text).unwrap(), want);
        assert_eq!(decode(false, Some(&json!({"result": text})), "").unwrap(), want);
        assert_eq!(decode(false, Some(&json!({"result": answer()})), "ignored").unwrap(), want);
        assert_eq!(decode(false, Some(&json!({"result": "see text"})), &text).unwrap(), want);
    }

    #[test]
    fn failures_are_recognised_however_they_are_marked() {
        let error = |value: &Value| decode(false, Some(value), "").unwrap_err();
        let unknown =
            json!({"error": {"kind": "unknown_merchant", "message": "no `acm`", "suggestions": ["acme", 5]}});
        let want = Verdict::UnknownMerchant { message: "no `acm`".into(), suggestions: vec!["acme".into()] };
        assert_eq!(error(&unknown), want);
        assert_eq!(decode(true, None, &unknown.to_string()).unwrap_err(), want);
        assert_eq!(error(&json!({"error": "boom"})), Verdict::Error("boom".into()));
        assert_eq!(error(&json!({"success": false, "message": "boom"})), Verdict::Error("boom".into()));
        assert_eq!(error(&json!({"status": "error"})), Verdict::Error("no reason given".into()));
        assert_eq!(decode(true, None, "boom\n\nagain").unwrap_err(), Verdict::Error("boom again".into()));
        // An error is an error, even beside a table.
        assert!(matches!(decode(true, Some(&answer()), ""), Err(Verdict::Error(_))));
        let mut fine = answer();
        fine["error"] = Value::Null;
        assert!(decode(false, Some(&fine), "").is_ok());
    }

    #[test]
    fn what_is_no_table_is_quoted_in_part() {
        assert_eq!(decode(false, None, " ").unwrap_err(), Verdict::NotATable("it is empty".into()));
        let long = format!("<html>{}", "é".repeat(500));
        let Err(Verdict::NotATable(words)) = decode(false, None, &long) else { panic!("taken") };
        assert!(words.starts_with("it begins <html>éé") && words.chars().count() < 140, "{words}");
        for value in [json!([1, 2]), json!({"result": 3}), json!("text"), json!({"columns": []}), Value::Null]
        {
            assert!(matches!(decode(false, Some(&value), ""), Err(Verdict::NotATable(_))), "{value}");
        }
    }

    #[test]
    fn a_truncated_answer_is_refused() {
        let mut cut = answer();
        cut["truncated"] = json!(true);
        cut["warnings"] = json!(["only 1024 rows"]);
        assert_eq!(decode(false, Some(&cut), "").unwrap_err(), Verdict::Truncated("only 1024 rows".into()));
    }

    #[test]
    fn a_base_of_another_length_is_ignored_aloud() {
        let mut odd = answer();
        odd["base"] = json!([1]);
        let about = decode(false, Some(&odd), "").unwrap().about;
        assert_eq!((about.base.len(), about.warnings.len()), (0, 1));
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let word = prop::sample::select(vec![
            "columns", "rows", "name", "type", "error", "result", "merchant", "base", "warnings", "sales",
            "1e9",
        ]);
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            word.clone().prop_map(Value::from),
            ".{0,8}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 40, 5, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::vec((word.clone(), inner), 0..5).prop_map(|pairs| {
                    Value::Object(pairs.into_iter().map(|(k, v)| (k.to_owned(), v)).collect())
                }),
            ]
        })
    }

    proptest! {
        #[test]
        fn nothing_makes_it_panic_and_every_table_is_whole(
            is_error: bool, structured in prop::option::of(any_json()), text in ".{0,60}",
            columns in any_json(), rows in any_json(),
        ) {
            let tabular = json!({"columns": columns, "rows": rows});
            for (structured, text) in [(structured.as_ref(), text.as_str()), (Some(&tabular), "")] {
                if let Ok(table) = decode(is_error, structured, text) {
                    prop_assert!(!table.columns.is_empty());
                    prop_assert!(table.rows.iter().all(|row| row.len() == table.columns.len()));
                    let cells = table.rows.iter().flatten();
                    prop_assert!(cells.into_iter().all(|c| c.is_null() || c.is_number() || c.is_string()));
                }
            }
        }
    }
}
