//! The rows of one answer under the names that the section expects: months and numbers read and checked, each error
//! naming its row.

use super::{Issue, Refusal};
use crate::{
    decode::Table,
    domain::{Amount, Currency, Dimension, Metric, Month, Unit, parse_date},
    template::Section,
};
use serde_json::Value;

/// Rows of one answer.
#[derive(Debug)]
pub(super) struct Rows {
    /// What the values of a row are, the section's value first.
    pub(super) metrics: Vec<(Metric, Unit)>,
    /// In answer order.
    pub(super) list: Vec<Row>,
    /// Columns that were asked for and are not there.
    pub(super) issues: Vec<Issue>,
}

/// One row.
#[derive(Debug)]
pub(super) struct Row {
    /// Its number in the answer, from 1.
    pub(super) number: usize,
    /// Its month, where the section has months.
    pub(super) month: Option<Month>,
    /// Its part as the answer names it, where the section has parts; `None` for null.
    pub(super) part: Option<String>,
    /// One per metric.
    pub(super) values: Vec<Option<f64>>,
    /// Orders or people behind it, where stated.
    pub(super) base: Option<u64>,
}

/// Reads the rows of an answer to a call grouped by `group_by`.
pub(super) fn read(
    section: &Section,
    table: &Table,
    group_by: &[Dimension],
    currency: Option<Currency>,
) -> Result<Rows, Refusal> {
    let names = || table.columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>().join(", ");
    let need = |name: &str| {
        table.column(name).ok_or_else(|| {
            Refusal::invalid(format!("the answer has no column `{name}`; it has: {}", names()))
        })
    };
    let position = |time: bool| group_by.iter().find(|d| d.is_time() == time).map(|d| need(d.as_str()));
    let (month, part) = (position(true).transpose()?, position(false).transpose()?);

    let (mut metrics, mut columns, mut issues) = (Vec::new(), Vec::new(), Vec::new());
    // What the section is about is read wherever it came, even where it is computed from what was asked for.
    let came = section.metrics.contains(&section.value) || table.column(section.value.as_str()).is_some();
    let first = came.then_some(&section.value);
    for &metric in first.into_iter().chain(section.metrics.iter().filter(|metric| **metric != section.value))
    {
        let Some(column) = table.column(metric.as_str()) else {
            issues.push(Issue { kind: "missing_column", message: format!("no column `{metric}` came back") });
            continue;
        };
        metrics.push((metric, unit(metric, table.columns[column].unit.as_deref(), currency)));
        columns.push(column);
    }
    let has = |wanted| metrics.iter().any(|(metric, _)| *metric == wanted);
    let computable = section.value == Metric::Aov && has(Metric::Sales) && has(Metric::Orders);
    if !has(section.value) && !computable {
        need(section.value.as_str())?;
    }

    let mut rows = Vec::with_capacity(table.rows.len());
    for (i, cells) in table.rows.iter().enumerate() {
        let number = i + 1;
        if cells.len() != table.columns.len() {
            let (found, expected) = (cells.len(), table.columns.len());
            return Err(Refusal::invalid(format!("row {number} has {found} cells for {expected} columns")));
        }
        let month = month.map(|column| read_month(&cells[column], number)).transpose()?;
        let values = columns.iter().zip(&metrics).map(|(&column, (metric, _))| {
            read_number(&cells[column], *metric).map_err(|why| {
                Refusal::invalid(format!("row {number}, column `{metric}`: {} {why}", cells[column]))
            })
        });
        rows.push(Row {
            number,
            month,
            part: part.and_then(|column| read_name(&cells[column])),
            values: values.collect::<Result<_, _>>()?,
            base: table.about.base.get(i).copied().flatten(),
        });
    }
    Ok(Rows { metrics, list: rows, issues })
}

fn unit(metric: Metric, stated: Option<&str>, currency: Option<Currency>) -> Unit {
    if stated.is_some_and(|unit| matches!(unit, "percent" | "%")) {
        Unit::Percent
    } else if metric.is_money() {
        Unit::Money(currency)
    } else {
        Unit::Count
    }
}

/// A month, written `2025-06` or as a day of it.
fn read_month(cell: &Value, row: usize) -> Result<Month, Refusal> {
    let text = cell.as_str().unwrap_or_default();
    let month = text.parse().ok().or_else(|| parse_date(text).ok().map(Month::of));
    month.ok_or_else(|| Refusal::invalid(format!("row {row}: {cell} is not a month of the form YYYY-MM")))
}

fn read_name(cell: &Value) -> Option<String> {
    match cell {
        Value::String(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A number, a number written as text, or null. Money is kept to the ten-thousandth.
fn read_number(cell: &Value, metric: Metric) -> Result<Option<f64>, &'static str> {
    let value = match cell {
        Value::Null => return Ok(None),
        Value::Number(number) => number.as_f64(),
        Value::String(text) if text.trim().is_empty() => return Ok(None),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    let value = value.filter(|value| value.is_finite()).ok_or("is not a number")?;
    if value.abs() > 1e12 {
        return Err("is beyond what this program can print");
    }
    if value < 0.0 && !metric.is_money() {
        return Err("is a negative count");
    }
    if metric.is_money() && metric != Metric::Aov {
        return Amount::from_units(value).map(|amount| Some(amount.units())).ok_or("is not an amount");
    }
    Ok(Some(value))
}
