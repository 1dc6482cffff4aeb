//! Keys and values, one leaf after the other → the rows of a [`Grid`].

use super::{Verdict, grid::Grid, verdict::excerpt};
use serde_json::Value;
use std::collections::HashMap;

/// Rows from keys and values; values of the same keys come into one row when each has a name of its own.
#[derive(Default)]
pub(super) struct Builder {
    keys: Vec<String>,
    values: Vec<String>,
    rows: Vec<(Vec<Value>, Vec<Option<Value>>)>,
    places: HashMap<String, usize>,
}

impl Builder {
    pub(super) fn add(
        &mut self,
        keys: Vec<(String, Value)>,
        values: Vec<(String, Value)>,
        join: bool,
    ) -> Result<(), Verdict> {
        let mut row = vec![Value::Null; self.keys.len()];
        for (name, value) in keys {
            put(&mut self.keys, &mut row, &name, value);
        }
        let place = if join {
            let id = serde_json::to_string(&row).unwrap_or_default();
            let next = self.rows.len();
            *self.places.entry(id).or_insert(next)
        } else {
            self.rows.len()
        };
        if place == self.rows.len() {
            self.rows.push((row.clone(), Vec::new()));
        }
        for (name, value) in values {
            let column = self.values.iter().position(|known| *known == name).unwrap_or_else(|| {
                self.values.push(name.clone());
                self.values.len() - 1
            });
            let cells = &mut self.rows[place].1;
            if cells.len() <= column {
                cells.resize(column + 1, None);
            }
            if cells[column].is_some() {
                let at: Vec<_> = row.iter().map(Value::to_string).collect();
                return Err(Verdict::invalid(format!(
                    "`{}` of {} comes twice",
                    excerpt(&name),
                    at.join(", ")
                )));
            }
            cells[column] = Some(value);
        }
        Ok(())
    }

    pub(super) fn finish(self) -> Grid {
        let (keys, values) = (self.keys.len(), self.values.len());
        let rows = self.rows.into_iter().map(|(mut row, mut cells)| {
            row.resize(keys, Value::Null);
            cells.resize(values, None);
            row.extend(cells.into_iter().map(Option::unwrap_or_default));
            row
        });
        let rows = rows.collect();
        Grid::new(self.keys.into_iter().chain(self.values).collect(), rows)
    }
}

fn put(names: &mut Vec<String>, row: &mut Vec<Value>, name: &str, value: Value) {
    let column = names.iter().position(|known| known == name).unwrap_or_else(|| {
        names.push(name.to_owned());
        names.len() - 1
    });
    if row.len() <= column {
        row.resize(column + 1, Value::Null);
    }
    row[column] = value;
}
