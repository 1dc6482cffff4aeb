//! `[answer]` → where the rows of an answer are, and what its columns are called.

use super::names::known;
use crate::template::binding::{AnswerForm, ErrorMark, fields::Fields};
use serde_json::{Map, Value};

const KEYS: [&str; 4] = ["path", "columns", "error_if", "currency"];

pub(super) fn answer_form(table: &Map<String, Value>, prefix: &str, errors: &mut Vec<String>) -> AnswerForm {
    let mut fields = Fields::new(table, prefix, &KEYS, errors);
    let columns = fields.names("columns");
    for (name, _) in &columns {
        known(&mut fields, "columns", name);
    }
    let currency = fields.text("currency").and_then(|code| match code.parse() {
        Ok(currency) => Some(currency),
        Err(error) => {
            fields.complain("currency", error);
            None
        }
    });
    let mut marks = Vec::new();
    for (number, item) in (1..).zip(fields.list("error_if").into_iter().flatten()) {
        let at = format!("error_if[{number}]");
        match item.as_object().and_then(error_mark) {
            Some(mark) => marks.push(mark),
            None => fields.complain(&at, "must be { begins = \"TEXT\" } or { path = \"KEY\", is = VALUE }"),
        }
    }
    AnswerForm {
        path: fields.text("path").map(path).unwrap_or_default(),
        columns: columns.into_iter().map(|(name, column)| (name.to_owned(), column.to_owned())).collect(),
        error_if: marks,
        currency,
    }
}

fn error_mark(table: &Map<String, Value>) -> Option<ErrorMark> {
    match (table.get("begins"), table.get("path"), table.get("is"), table.len()) {
        (Some(Value::String(text)), None, None, 1) if !text.trim().is_empty() => {
            Some(ErrorMark::Begins(text.trim().to_owned()))
        }
        (None, Some(Value::String(at)), Some(is), 2) => {
            Some(ErrorMark::At { path: path(at), is: is.clone() })
        }
        _ => None,
    }
}

/// `$.data.rows`, `data.rows` and `data.0` as keys and positions.
fn path(text: &str) -> Vec<String> {
    let text = text.trim().trim_start_matches('$');
    text.split(['.', '[', ']']).filter(|key| !key.is_empty()).map(str::to_owned).collect()
}
