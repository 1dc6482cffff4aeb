//! The cells of one column, read as what the column holds: numbers, months, names, a currency.

use super::{
    Column, Verdict, categories, grid::Grid, months, names, notes::Notes, numbers, verdict::excerpt,
};
use crate::domain::{Dimension, Metric};
use serde_json::Value;

/// Whether a column has nothing but numbers, be they text, and at least one.
pub(super) fn holds_numbers(grid: &Grid, at: usize) -> bool {
    let is_number = |cell: &Value| cell.is_number() || is_number_text(cell);
    let cells = || grid.rows.iter().map(|row| &row[at]).filter(|cell| !cell.is_null());
    cells().next().is_some() && cells().all(is_number)
}

fn is_number_text(cell: &Value) -> bool {
    cell.as_str().is_some_and(|text| !text.chars().any(char::is_alphabetic))
}

pub(super) fn cell_text(cell: &Value) -> String {
    match cell {
        Value::String(text) => text.trim().to_owned(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// The word in a unit that makes the numbers under it thousands, cents or the like.
fn other_scale(unit: &str) -> Option<String> {
    let key = names::key(unit).name;
    let is_scale = |word: &&str| matches!(*word, "k" | "m" | "mn" | "bn" | "t" | "cent" | "000" | "1000");
    names::qualifier(unit).or_else(|| key.split('_').find(is_scale).map(str::to_owned))
}

/// Whether a column without a role holds numbers by its stated type, or by the contract's name.
pub(super) fn is_numeric(column: &Column) -> bool {
    has_numeric_type(column) || column.name.parse::<Metric>().is_ok()
}

/// Whether a column's stated type is one of numbers.
fn has_numeric_type(column: &Column) -> bool {
    let kind = column.kind.to_ascii_lowercase();
    let stem = kind.split(['(', ' ']).next().unwrap_or_default();
    let numeric = [
        "number", "integer", "int", "bigint", "smallint", "hugeint", "int64", "int32", "float", "float64",
        "double", "real", "decimal", "numeric",
    ];
    numeric.contains(&stem)
}

pub(super) fn read_numbers(
    grid: &mut Grid,
    at: usize,
    is_money: bool,
    notes: &mut Notes,
) -> Result<(), Verdict> {
    let column = &mut grid.columns[at];
    if let Some((unit, word)) = column.unit.as_deref().and_then(|unit| Some((unit, other_scale(unit)?))) {
        let (name, unit) = (excerpt(&column.name), excerpt(unit));
        return Err(Verdict::invalid(format!(
            "column `{name}` is in `{unit}`, and `{word}` makes it another number; ask for whole units"
        )));
    }
    let mut cells: Vec<&mut Value> = grid.rows.iter_mut().map(|row| &mut row[at]).collect();
    let written = numbers::column(&column.name, &mut cells, has_numeric_type(column), notes)?;
    let unit = &mut column.unit;
    if written.percent && unit.as_deref().is_some_and(|unit| !matches!(unit, "percent" | "%")) {
        return Err(Verdict::invalid(format!(
            "column `{}` is written with per cent signs and stated in `{}`",
            excerpt(&column.name),
            excerpt(unit.as_deref().unwrap_or_default())
        )));
    }
    if written.percent && unit.is_none() {
        *unit = Some("percent".into());
    }
    if is_money && unit.is_none() {
        *unit = written.currency;
    }
    Ok(())
}

/// Months as `YYYY-MM`; those without a year take it from the column of years.
pub(super) fn read_months(
    grid: &mut Grid,
    at: usize,
    year: Option<usize>,
    notes: &mut Notes,
) -> Result<(), Verdict> {
    for (i, row) in grid.rows.iter_mut().enumerate() {
        let text = cell_text(&row[at]);
        if row[at].is_null() || text.is_empty() {
            return Err(Verdict::invalid(format!("row {} has no month", i + 1)));
        }
        let spelt = months::full(&text).or_else(|| {
            let year = months::year(&cell_text(&row[year?]))?;
            months::full(&format!("{year}-{:02}", months::of_year(&text)?))
        });
        let Some(spelt) = spelt else {
            let why = if months::of_year(&text).is_some() {
                "is a month without a year"
            } else if months::year(&text).is_some() {
                "is a year, where months were asked for"
            } else {
                "is not a month"
            };
            return Err(Verdict::invalid(format!("row {}: `{}` {why}", i + 1, excerpt(&text))));
        };
        if spelt.is_shifted() {
            return Err(Verdict::invalid(format!(
                "row {}: `{}` looks like the first of a month in another time zone; ask for months as text, YYYY-MM",
                i + 1,
                excerpt(&text)
            )));
        }
        let month = spelt.month.to_string();
        if text != month {
            if !notes.repairs.iter().any(|repair| repair.starts_with("months such as")) {
                notes.repair(format!("months such as `{}` read as `{month}`", excerpt(&text)));
            }
            row[at] = Value::String(month);
        }
    }
    Ok(())
}

pub(super) fn read_names(
    grid: &mut Grid,
    at: usize,
    dimension: &Dimension,
    notes: &mut Notes,
) -> Result<(), Verdict> {
    check_plain(grid, at)?;
    let total = |row: &Vec<Value>| row[at].as_str().is_some_and(names::may_be_total);
    if let Some(row) = grid.rows.iter().position(total) {
        let name = excerpt(&cell_text(&grid.rows[row][at]));
        return Err(Verdict::invalid(format!(
            "row {}: `{name}` may be a total of other rows; ask for the values of `{dimension}` alone",
            row + 1
        )));
    }
    let mut known: Vec<String> =
        grid.rows.iter().filter_map(|row| row[at].as_str()).map(str::to_owned).collect();
    known.sort_unstable();
    known.dedup();
    let renamed: Vec<(String, String)> = known
        .iter()
        .filter_map(|value| Some((value.clone(), categories::canonical(value, dimension, &known)?)))
        .filter(|(from, to)| from != to)
        .collect();
    for (from, to) in &renamed {
        notes.alias(from, to);
    }
    for row in &mut grid.rows {
        if let Value::String(value) = &mut row[at]
            && let Some((_, to)) = renamed.iter().find(|(from, _)| from == value)
        {
            value.clone_from(to);
        }
    }
    Ok(())
}

/// The one currency of a column, for all amounts.
pub(super) fn read_currency(grid: &mut Grid, at: usize) -> Result<(), Verdict> {
    flatten(grid, at);
    let mut codes: Vec<&str> = grid.rows.iter().filter_map(|row| row[at].as_str()).map(str::trim).collect();
    codes.retain(|code| !code.is_empty());
    codes.sort_unstable();
    codes.dedup();
    match codes[..] {
        [] => {}
        [code] if grid.about.currency.is_none() => grid.about.currency = Some(code.to_owned()),
        [code] if grid.about.currency.as_deref() == Some(code) => {}
        _ => {
            let all = codes.join(", ");
            return Err(Verdict::invalid(format!("amounts come in several currencies: {}", excerpt(&all))));
        }
    }
    Ok(())
}

/// Refuses lists, objects and truth values where a name is wanted.
pub(super) fn check_plain(grid: &Grid, at: usize) -> Result<(), Verdict> {
    let odd = |cell: &Value| matches!(cell, Value::Bool(_) | Value::Array(_) | Value::Object(_));
    match grid.rows.iter().position(|row| odd(&row[at])) {
        Some(row) => {
            let (name, cell) = (excerpt(&grid.columns[at].name), excerpt(&grid.rows[row][at].to_string()));
            Err(Verdict::invalid(format!(
                "row {}, column `{name}`: {cell} is not a number or a text",
                row + 1
            )))
        }
        None => Ok(()),
    }
}

/// Whatever nobody asked for is kept as text.
pub(super) fn flatten(grid: &mut Grid, at: usize) {
    for row in &mut grid.rows {
        if matches!(row[at], Value::Bool(_) | Value::Array(_) | Value::Object(_)) {
            row[at] = Value::String(row[at].to_string());
        }
    }
}
