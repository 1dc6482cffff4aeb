//! The columns and rows of an answer, checked cell by cell.

use super::{Column, Verdict, answer::excerpt};
use crate::domain::Metric;
use serde_json::{Number, Value};

/// Reads the columns: `{name, type, unit?}` each, or a bare name.
///
/// # Errors
/// When there is none, one has no name, or two have the same.
pub(super) fn columns(value: Option<&Value>) -> Result<Vec<Column>, Verdict> {
    let list = value.and_then(Value::as_array).filter(|list| !list.is_empty());
    let list = list.ok_or_else(|| Verdict::InvalidData("it has no columns".into()))?;
    let mut columns: Vec<Column> = Vec::with_capacity(list.len());
    for (i, value) in list.iter().enumerate() {
        let text = |field: &str| value.get(field).and_then(Value::as_str).map(str::to_owned);
        let name = value.as_str().map(str::to_owned).or_else(|| text("name"));
        let name = name.filter(|name| !name.trim().is_empty());
        let name = name.ok_or_else(|| Verdict::InvalidData(format!("column {} has no name", i + 1)))?;
        if columns.iter().any(|other| other.name == name) {
            return Err(Verdict::InvalidData(format!("two columns are named `{}`", excerpt(&name))));
        }
        let fallback = || if is_metric(&name) { "number" } else { "string" }.to_owned();
        columns.push(Column { kind: text("type").unwrap_or_else(fallback), unit: text("unit"), name });
    }
    Ok(columns)
}

/// Reads the rows: each as long as the columns, each cell null, number or string, and in columns of numbers null or
/// number. Numbers written as strings, as many databases write decimals, become numbers.
///
/// # Errors
/// Names the first row and column at fault.
pub(super) fn rows(value: Option<&Value>, columns: &[Column]) -> Result<Vec<Vec<Value>>, Verdict> {
    let list = value.and_then(Value::as_array);
    let list = list.ok_or_else(|| Verdict::InvalidData("its rows are not a list".into()))?;
    let numeric: Vec<_> =
        columns.iter().map(|column| column.kind == "number" || is_metric(&column.name)).collect();
    let mut rows = Vec::with_capacity(list.len());
    for (i, row) in list.iter().enumerate() {
        let at = i + 1;
        let cells = row.as_array().ok_or_else(|| Verdict::InvalidData(format!("row {at} is not a list")))?;
        if cells.len() != columns.len() {
            let (found, expected) = (cells.len(), columns.len());
            return Err(Verdict::InvalidData(format!("row {at} has {found} cells for {expected} columns")));
        }
        let cells = cells.iter().zip(columns).zip(&numeric).map(|((cell, column), numeric)| {
            checked(cell, *numeric).map_err(|what| {
                let (name, cell) = (excerpt(&column.name), excerpt(&cell.to_string()));
                Verdict::InvalidData(format!("row {at}, column `{name}`: {cell} is not {what}"))
            })
        });
        rows.push(cells.collect::<Result<_, _>>()?);
    }
    Ok(rows)
}

fn is_metric(name: &str) -> bool {
    name.parse::<Metric>().is_ok()
}

/// A cell as it is kept, or what it should have been.
fn checked(cell: &Value, numeric: bool) -> Result<Value, &'static str> {
    match cell {
        Value::Null | Value::Number(_) => Ok(cell.clone()),
        Value::String(text) if !numeric => Ok(Value::String(text.clone())),
        // An empty text in a column of numbers is a missing number.
        Value::String(text) if text.trim().is_empty() => Ok(Value::Null),
        Value::String(text) => number(text.trim()).map(Value::Number).ok_or("a number"),
        Value::Bool(_) | Value::Array(_) | Value::Object(_) => {
            Err(if numeric { "a number" } else { "a number or a text" })
        }
    }
}

/// A plain decimal. Thousands separators are refused: `1,234` means two things in two countries.
fn number(text: &str) -> Option<Number> {
    let plain = text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.' | b'e' | b'E'));
    if !plain {
        return None;
    }
    let whole = text.parse::<i64>().ok().map(Number::from);
    whole.or_else(|| text.parse().ok().and_then(Number::from_f64))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(columns_value: &Value, rows_value: &Value) -> Result<Vec<Vec<Value>>, Verdict> {
        rows(Some(rows_value), &columns(Some(columns_value))?)
    }

    #[test]
    fn numbers_written_as_text_become_numbers() {
        let columns = json!([{"name": "month", "type": "string"}, {"name": "x", "type": "number"}, "orders"]);
        let got =
            read(&columns, &json!([["1", "8190.00", "30"], ["2", "", null], ["3", "-1e3", "+2"]])).unwrap();
        let want = json!([["1", 8190.0, 30], ["2", null, null], ["3", -1000.0, 2]]);
        assert_eq!(json!(got), want);
    }

    #[test]
    fn the_cell_at_fault_is_named() {
        let columns = json!([{"name": "month", "type": "string"}, {"name": "sales", "type": "number"}]);
        for cell in [json!("abc"), json!("NaN"), json!("inf"), json!("1,234.5"), json!(true), json!([1])] {
            let Err(Verdict::InvalidData(words)) = read(&columns, &json!([["a", 1], ["b", cell]])) else {
                panic!("{cell} was taken")
            };
            assert!(
                words.starts_with("row 2, column `sales`: ") && words.ends_with("is not a number"),
                "{words}"
            );
        }
        assert!(read(&columns, &json!([[{"a": 1}, 1]])).is_err());
    }

    #[test]
    fn misshapen_tables_are_refused() {
        let columns = json!(["month", "sales"]);
        for rows in [json!([["a"]]), json!([["a", 1, 2]]), json!([{"month": "a"}]), json!({}), json!(null)] {
            assert!(matches!(read(&columns, &rows), Err(Verdict::InvalidData(_))), "{rows} was taken");
        }
        for columns in [json!([]), json!(["a", "a"]), json!([""]), json!([{"type": "number"}]), json!("a")] {
            assert!(
                matches!(read(&columns, &json!([])), Err(Verdict::InvalidData(_))),
                "{columns} was taken"
            );
        }
        assert_eq!(read(&columns, &json!([])).unwrap().len(), 0);
    }
}
