//! A table before its columns are known: names and cells as the answer has them.

use super::{About, Column, Verdict, verdict::excerpt};
use serde_json::{Map, Value};
use std::collections::HashMap;

/// Columns and rows of any cells.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Grid {
    pub(super) columns: Vec<Column>,
    /// Each as long as `columns`.
    pub(super) rows: Vec<Vec<Value>>,
    /// What the answer says about itself.
    pub(super) about: About,
}

impl Grid {
    /// A grid of names and cells.
    pub(super) fn new(names: Vec<String>, rows: Vec<Vec<Value>>) -> Self {
        let column = |name| Column { name, kind: String::new(), unit: None };
        Self { columns: names.into_iter().map(column).collect(), rows, about: About::default() }
    }

    /// The grid of a list of objects: every name that occurs is a column, and what an object lacks is null.
    pub(super) fn of_records<'a>(records: impl Iterator<Item = &'a Map<String, Value>>) -> Self {
        let mut places: HashMap<&str, usize> = HashMap::new();
        let mut names: Vec<String> = Vec::new();
        let mut rows: Vec<Vec<Value>> = Vec::new();
        for record in records {
            let mut row = vec![Value::Null; names.len()];
            for (name, value) in record {
                let place = *places.entry(name).or_insert_with(|| {
                    names.push(name.clone());
                    names.len() - 1
                });
                if place >= row.len() {
                    row.resize(place + 1, Value::Null);
                }
                row[place] = value.clone();
            }
            rows.push(row);
        }
        rows.iter_mut().for_each(|row| row.resize(names.len(), Value::Null));
        Self::new(names, rows)
    }

    /// The grid of `columns` and `rows`. Columns are `{name, type, unit?}` or bare names; rows are lists of cells or
    /// objects.
    ///
    /// # Errors
    /// When a column has no name, two have the same, or a row has another length.
    pub(super) fn of_columns(
        columns: &[Value],
        types: Option<&Value>,
        rows: &[Value],
    ) -> Result<Self, Verdict> {
        let mut read: Vec<Column> = Vec::with_capacity(columns.len());
        for (i, value) in columns.iter().enumerate() {
            let text = |fields: &[&str]| {
                fields.iter().find_map(|field| value.get(*field)).and_then(Value::as_str).map(str::to_owned)
            };
            let name = value.as_str().map(str::to_owned).or_else(|| text(&["name", "column", "field"]));
            let name = name.filter(|name| !name.trim().is_empty());
            let name = name.ok_or_else(|| Verdict::invalid(format!("column {} has no name", i + 1)))?;
            let kind = text(&["type"]).or_else(|| types?.get(i)?.as_str().map(str::to_owned));
            read.push(Column { kind: kind.unwrap_or_default(), unit: text(&["unit"]), name });
        }
        let mut grid = Self { columns: read, rows: Vec::with_capacity(rows.len()), about: About::default() };
        grid.check_names()?;
        if grid.columns.is_empty() {
            return Err(Verdict::invalid("it has no columns"));
        }
        for (i, row) in rows.iter().enumerate() {
            let at = i + 1;
            let cells = match row {
                Value::Array(cells) => cells.clone(),
                Value::Object(record) => {
                    let cell = |column: &Column| record.get(&column.name).cloned().unwrap_or(Value::Null);
                    grid.columns.iter().map(cell).collect()
                }
                _ => return Err(Verdict::invalid(format!("row {at} is not a list"))),
            };
            if cells.len() != grid.columns.len() {
                let (found, expected) = (cells.len(), grid.columns.len());
                return Err(Verdict::invalid(format!("row {at} has {found} cells for {expected} columns")));
            }
            grid.rows.push(cells);
        }
        Ok(grid)
    }

    /// Refuses two columns of one name: which of them is meant cannot be known.
    pub(super) fn check_names(&self) -> Result<(), Verdict> {
        let mut seen = std::collections::HashSet::new();
        match self.columns.iter().find(|column| !seen.insert(column.name.as_str())) {
            Some(column) => {
                Err(Verdict::invalid(format!("two columns are named `{}`", excerpt(&column.name))))
            }
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn columns(columns: &Value, rows: &Value) -> Result<Grid, Verdict> {
        Grid::of_columns(columns.as_array().unwrap(), None, rows.as_array().unwrap())
    }

    #[test]
    fn misshapen_tables_are_refused() {
        let names = json!(["month", "sales"]);
        for rows in [json!([["a"]]), json!([["a", 1, 2]]), json!([5])] {
            assert!(columns(&names, &rows).is_err(), "{rows} was taken");
        }
        for names in [json!([]), json!(["a", "a"]), json!([""]), json!([{"type": "number"}]), json!([1])] {
            assert!(columns(&names, &json!([])).is_err(), "{names} was taken");
        }
        let mixed = columns(&names, &json!([["a", 1], {"sales": 2}])).unwrap();
        assert_eq!(json!(mixed.rows), json!([["a", 1], [null, 2]]));
    }

    #[test]
    fn records_may_lack_fields() {
        let records = json!([{"a": 1}, {"b": 2, "a": 3}]);
        let grid = Grid::of_records(records.as_array().unwrap().iter().filter_map(Value::as_object));
        assert_eq!(json!(grid.rows), json!([[1, null], [3, 2]]));
    }
}
