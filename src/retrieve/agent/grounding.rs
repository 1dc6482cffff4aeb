//! The gate between a model and a deck: an answer is taken only if every number in it is a number of a tool's result,
//! or follows from such numbers by a declared sum, count or share. Pure.
//!
//! That a value occurs somewhere among the results would prove nothing: small numbers occur everywhere. So an answer
//! does not say *that* its numbers are grounded but *where*, in terms that leave a model no choice per value:
//!
//! - each metric names **one** column and **one** operation for the whole table;
//! - each row names the rows of results it is made of; all its values come from these rows;
//! - each label (a month, a product) must stand in these very rows, in the columns named for it, so that a value cannot
//!   stand in another row than its own;
//! - the value written must equal what this program computes from those cells, as decimals, without tolerance. A share
//!   must be what the exact one rounds to at the digits written: half a unit of the last one, and no more;
//! - a row of results serves once; a column that bears another metric's name does not serve at all; averages and counts
//!   of people are never added up; numbers of the call's own arguments, which the model wrote, are never values;
//! - the call that fetched the rows must have named the merchant, and the days where the rows cannot show them.
//!
//! What is left to trust is the reading of a column's meaning ("`amt` is sales"), which the report names.

use super::{
    answer::{AnswerRow, AnswerTable, Op},
    decimal::{Decimal, digits_after_point},
    months::month_in,
    sheet::{Sheet, Sheets},
};
use crate::{
    decode::{About, Column, Table},
    domain::{Dimension, Metric, Month},
    request::Call,
};
use jiff::civil::Date;
use serde_json::Value;
use std::collections::BTreeSet;

/// An answer that was taken.
#[derive(Debug)]
pub(super) struct Grounded {
    /// In the terms of the metrics contract.
    pub(super) table: Table,
    /// The results it draws on, by position.
    pub(super) results: BTreeSet<usize>,
}

impl Grounded {
    /// Columns without rows: there are no data for this call.
    pub(super) fn empty(call: &Call) -> Self {
        let column = |name: &str, kind: &str| Column { name: name.into(), kind: kind.into(), unit: None };
        let dimensions = call.group_by.iter().map(|dimension| column(dimension.as_str(), "string"));
        let metrics = call.metrics.iter().map(|metric| column(metric.as_str(), "number"));
        let columns = dimensions.chain(metrics).collect();
        Self { table: Table { columns, ..Table::default() }, results: BTreeSet::new() }
    }
}

/// Checks one table of an answer.
///
/// # Errors
/// What is wrong, a phrase each, naming the value.
pub(super) fn ground(
    call: &Call,
    answer: &AnswerTable,
    currency: Option<&str>,
    sheets: &Sheets,
) -> Result<Grounded, Vec<String>> {
    let mut check = Check { call, answer, sheets, problems: Vec::new(), used: BTreeSet::new() };
    let mut seen = BTreeSet::new();
    let mut rows = Vec::with_capacity(answer.rows.len());
    let mut base = Vec::with_capacity(answer.rows.len());
    for (number, row) in answer.rows.iter().enumerate() {
        let Some(cells) = check.row(number, row) else { continue };
        let labels: Vec<_> = cells[..call.group_by.len()].iter().map(Value::to_string).collect();
        if !seen.insert(labels) {
            check.problem(number, "has the same labels as another row");
        }
        base.push(check.base(row));
        rows.push(cells);
    }
    let results: BTreeSet<_> = check.sources().map(|sheet| sheet.result).collect();
    check.calls(&results);
    let about = check.about(currency, &results);
    if !check.problems.is_empty() {
        return Err(check.problems);
    }
    let about = about.unwrap_or_default();
    let base = if base.iter().any(Option::is_some) { base } else { Vec::new() };
    Ok(Grounded {
        table: Table { columns: check.columns(&about), rows, about: About { base, ..about } },
        results,
    })
}

struct Check<'a> {
    call: &'a Call,
    answer: &'a AnswerTable,
    sheets: &'a Sheets,
    problems: Vec<String>,
    /// Rows of results that serve already: sheet and row.
    used: BTreeSet<(String, usize)>,
}

impl<'a> Check<'a> {
    fn problem(&mut self, row: usize, what: &str) {
        self.problems.push(format!("row {row} {what}"));
    }

    /// The sheets that rows refer to.
    fn sources(&self) -> impl Iterator<Item = &'a Sheet> + use<'a> {
        let sheets = self.sheets;
        let names: BTreeSet<_> =
            self.answer.rows.iter().flat_map(|row| &row.from).map(|(name, ..)| name).collect();
        names.into_iter().filter_map(|name| sheets.sheet(name))
    }

    /// The cells of a row, computed from the results; `None` after noting what is wrong.
    fn row(&mut self, number: usize, row: &AnswerRow) -> Option<Vec<Value>> {
        let before = self.problems.len();
        let from = self.from(number, row)?;
        let mut cells = Vec::new();
        for (dimension, (columns, label)) in
            self.call.group_by.iter().zip(self.answer.dimensions.iter().zip(&row.labels))
        {
            match self.label(dimension, columns, label.as_deref(), &from) {
                Ok(cell) => cells.push(cell),
                Err(why) => self.problem(number, &why),
            }
        }
        for (metric, (source, written)) in
            self.call.metrics.iter().zip(self.answer.metrics.iter().zip(&row.values))
        {
            match value(*metric, source.as_ref(), written.as_deref(), &from) {
                Ok(cell) => cells.push(cell),
                Err(why) => self.problem(number, &why),
            }
        }
        (self.problems.len() == before).then_some(cells)
    }

    /// The rows of results that a row is made of.
    fn from(&mut self, number: usize, row: &AnswerRow) -> Option<Vec<(&'a Sheet, usize)>> {
        let mut from = Vec::new();
        for (name, first, last) in &row.from {
            let Some(sheet) = self.sheets.sheet(name).filter(|sheet| *last < sheet.table.rows.len()) else {
                self.problem(number, &format!("refers to {name}/{last}, which no tool gave"));
                return None;
            };
            for at in *first..=*last {
                if !self.used.insert((name.clone(), at)) {
                    self.problem(number, &format!("uses {name}/{at}, which serves already"));
                    return None;
                }
                from.push((sheet, at));
            }
        }
        Some(from)
    }

    /// A label, as the results have it, if every one of the rows says so.
    fn label(
        &self,
        dimension: &Dimension,
        columns: &[String],
        label: Option<&str>,
        from: &[(&Sheet, usize)],
    ) -> Result<Value, String> {
        let mut own = None;
        for (sheet, at) in from {
            let texts = columns.iter().map(|column| {
                let text = sheet.label(*at, column);
                text.ok_or_else(|| {
                    format!(
                        "takes `{dimension}` from `{column}`, which {} does not have",
                        sheet.name,
                        dimension = dimension.as_str()
                    )
                })
            });
            let text = texts.collect::<Result<Vec<_>, _>>()?.join(" ").trim().to_owned();
            let prose = sheet.prose && columns.iter().any(|column| column == "text");
            let cell = match label {
                None if text.is_empty() => Some(Value::Null),
                None => None,
                Some(label) if *dimension == Dimension::Month => {
                    let month: Option<Month> = label.parse().ok();
                    let shown = month.filter(|month| month_in(&text) == Some(*month));
                    shown.map(|month| month.to_string().into())
                }
                Some(label) if prose => says(&text, label).then(|| label.into()),
                Some(label) => same(&text, label).then(|| text.clone().into()),
            };
            let label = label.unwrap_or("null");
            let cell = cell.ok_or_else(|| {
                format!("is labelled `{label}`, but {}/{at} says `{}`", sheet.name, short(&text))
            })?;
            own.get_or_insert(cell);
        }
        let own = own.unwrap_or_default();
        match own.as_str().and_then(|text| text.parse::<Month>().ok()) {
            Some(month) if *dimension == Dimension::Month => {
                let inside =
                    month.last_day() >= self.call.start_date && month.first_day() <= self.call.end_date;
                inside.then_some(own).ok_or_else(|| format!("is about {month}, which was not asked for"))
            }
            _ => Ok(own),
        }
    }

    /// How many stand behind a row, where the one row of results that it is says so.
    fn base(&self, row: &AnswerRow) -> Option<u64> {
        match &row.from[..] {
            [(name, first, last)] if first == last => {
                self.sheets.sheet(name)?.table.about.base.get(*first).copied().flatten()
            }
            _ => None,
        }
    }

    /// Whether the calls that fetched the rows named the merchant, and the days where the rows cannot show them.
    fn calls(&mut self, results: &BTreeSet<usize>) {
        let Call { merchant, start_date, end_date, group_by, .. } = self.call;
        let whole_months =
            Month::of(*start_date).first_day() == *start_date && Month::of(*end_date).last_day() == *end_date;
        let shown = whole_months && group_by.contains(&Dimension::Month);
        let after = end_date.tomorrow().unwrap_or(*end_date);
        for &at in results {
            let result = &self.sheets.results[at];
            let sent = result.arguments.to_string();
            let (name, tool) = (&result.name, &result.tool);
            if !names(&result.arguments, merchant.as_str()) {
                self.problems.push(format!(
                    "{name} is from a call of {tool} that does not name the merchant `{merchant}`"
                ));
            }
            let says = |day: &Date| sent.contains(&day.to_string());
            let named = says(start_date) && (says(end_date) || says(&after));
            if !shown && !named {
                self.problems.push(format!(
                    "{name} is from a call of {tool} that does not name the days {start_date} and {end_date}"
                ));
            }
        }
    }

    /// What the results say about themselves.
    fn about(&mut self, currency: Option<&str>, results: &BTreeSet<usize>) -> Option<About> {
        let sources: Vec<_> = self.sources().collect();
        let mut about = sources.first().map(|sheet| sheet.table.about.clone())?;
        let earliest = |pick: fn(&About) -> &Option<String>| {
            sources.iter().filter_map(|sheet| pick(&sheet.table.about).clone()).min()
        };
        about.as_of = earliest(|about| &about.as_of);
        about.complete_through = earliest(|about| &about.complete_through);
        about.warnings = sources.iter().flat_map(|sheet| sheet.table.about.warnings.clone()).collect();
        let mut stated: BTreeSet<_> =
            sources.iter().filter_map(|sheet| sheet.table.about.currency.clone()).collect();
        if stated.is_empty()
            && let Some(code) = currency
        {
            let raws = results.iter().map(|at| self.sheets.results[*at].raw().to_string());
            let is_code = code.len() == 3 && code.bytes().all(|b| b.is_ascii_uppercase());
            if !is_code
                || !raws
                    .into_iter()
                    .any(|raw| raw.split(|c: char| !c.is_alphanumeric()).any(|word| word == code))
            {
                self.problems.push(format!("the currency `{}` is in no result", short(code)));
            }
            stated.insert(code.to_owned());
        }
        if stated.len() > 1 {
            self.problems.push("the results are in several currencies".into());
        }
        about.currency = stated.into_iter().next();
        for sheet in &sources {
            let rows = sheet.table.rows.len();
            let unused = (0..rows).filter(|at| !self.used.contains(&(sheet.name.clone(), *at))).count();
            if unused > 0 {
                about
                    .warnings
                    .push(format!("{unused} of {rows} rows of {} are not in the answer", sheet.name));
            }
        }
        for (metric, source) in self.call.metrics.iter().zip(&self.answer.metrics) {
            if let Some((_, column)) =
                source.as_ref().filter(|(op, column)| *op != Op::Count && column != metric.as_str())
            {
                about.warnings.push(format!("`{metric}` was read from the column `{}`", short(column)));
            }
        }
        for (dimension, columns) in self.call.group_by.iter().zip(&self.answer.dimensions) {
            if columns[..] != [dimension.as_str()] {
                let columns = short(&columns.join("`, `"));
                about.warnings.push(format!("`{}` was read from the column `{columns}`", dimension.as_str()));
            }
        }
        Some(about)
    }

    /// The columns of the contract.
    fn columns(&self, about: &About) -> Vec<Column> {
        let dimension = |dimension: &Dimension| Column {
            name: dimension.as_str().into(),
            kind: if dimension.is_time() { "date" } else { "string" }.into(),
            unit: None,
        };
        let metric = |(metric, source): (&Metric, &Option<(Op, String)>)| {
            let share = matches!(source, Some((Op::Share, _)));
            let stated = source.iter().flat_map(|(_, column)| {
                self.sources()
                    .filter_map(move |sheet| sheet.table.columns[sheet.table.column(column)?].unit.clone())
            });
            let unit = if share { Some("percent".into()) } else { stated.into_iter().next() };
            let unit = unit.or_else(|| about.currency.clone().filter(|_| metric.is_money()));
            Column { name: metric.as_str().into(), kind: "number".into(), unit }
        };
        let metrics = self.call.metrics.iter().zip(&self.answer.metrics).map(metric);
        self.call.group_by.iter().map(dimension).chain(metrics).collect()
    }
}

/// A value as the results give it, if it is the one that is written.
fn value(
    metric: Metric,
    source: Option<&(Op, String)>,
    written: Option<&str>,
    from: &[(&Sheet, usize)],
) -> Result<Value, String> {
    let Some((op, column)) = source else {
        return match written {
            None => Ok(Value::Null),
            Some(written) => Err(format!("says {written} for `{metric}`, for which no column is named")),
        };
    };
    let means = |name: &str| name.trim().to_lowercase().replace([' ', '-'], "_").parse::<Metric>().ok();
    if *op != Op::Count && means(column).is_some_and(|other| other != metric) {
        return Err(format!("takes `{metric}` from the column `{column}`, which is something else"));
    }
    let cell = |sheet: &Sheet, at: usize| {
        let position = sheet.table.column(column);
        let position = position
            .ok_or_else(|| format!("takes `{metric}` from `{column}`, which {} does not have", sheet.name))?;
        Ok(sheet.number(at, position))
    };
    let place = || from.first().map_or_else(String::new, |(sheet, at)| format!("{}/{at}", sheet.name));
    let numbers =
        || from.iter().map(|(sheet, at)| cell(sheet, *at)).collect::<Result<Option<Vec<_>>, String>>();
    let computed = match op {
        Op::Value if from.len() != 1 => {
            return Err(format!(
                "is made of {} rows, so that `{metric}` cannot be the value of one",
                from.len()
            ));
        }
        Op::Value => numbers()?.and_then(|numbers| numbers.first().copied()),
        Op::Sum if !metric.is_additive() && from.len() > 1 => {
            return Err(format!("adds up `{metric}`, which cannot be added up"));
        }
        Op::Sum => numbers()?.and_then(|numbers| sum(&numbers)),
        Op::Count if metric.is_money() => return Err(format!("counts rows for `{metric}`, which is money")),
        Op::Count => Decimal::whole(from.len()),
        Op::Share => share(metric, column, written, from, numbers()?)?,
    };
    let written_number = match written {
        Some(text) => Some(
            Decimal::parse(text).ok_or_else(|| format!("says {text} for `{metric}`, which is too long"))?,
        ),
        None => None,
    };
    match (computed, written_number) {
        (None, None) => Ok(Value::Null),
        (Some(computed), Some(number)) if computed == number => serde_json::from_str(&computed.to_string())
            .map_err(|_| format!("says {number} for `{metric}`, which is too long")),
        (Some(computed), _) => Err(format!(
            "says {} for `{metric}`, but {} of `{column}` at {} is {computed}",
            written.unwrap_or("null"),
            match op {
                Op::Value => "the value",
                Op::Sum => "the sum",
                Op::Count => "the count",
                Op::Share => "the share",
            },
            place()
        )),
        (None, Some(_)) => Err(format!(
            "says {} for `{metric}`, but `{column}` at {} holds no number",
            written.unwrap_or_default(),
            place()
        )),
    }
}

/// The rows' share of their column in per cent, rounded to the digits written.
fn share(
    metric: Metric,
    column: &str,
    written: Option<&str>,
    from: &[(&Sheet, usize)],
    numbers: Option<Vec<Decimal>>,
) -> Result<Option<Decimal>, String> {
    let Some((sheet, _)) = from.first() else { return Ok(None) };
    if from.iter().any(|(other, _)| other.name != sheet.name) {
        return Err(format!("is made of rows of several results, so that `{metric}` is a share of nothing"));
    }
    let Some(at) = sheet.table.column(column) else { return Ok(None) };
    let whole = (0..sheet.table.rows.len()).map(|row| sheet.number(row, at)).collect::<Option<Vec<_>>>();
    let (Some(part), Some(whole)) =
        (numbers.and_then(|part| sum(&part)), whole.and_then(|whole| sum(&whole)))
    else {
        return Ok(None);
    };
    Ok(part.percent_of(whole, digits_after_point(written.unwrap_or_default())))
}

fn sum(numbers: &[Decimal]) -> Option<Decimal> {
    numbers.iter().try_fold(Decimal::default(), |sum, number| sum.plus(*number))
}

/// Whether two labels are the same but for case, spaces and punctuation: `pay_in_3` and `Pay in 3`.
fn same(a: &str, b: &str) -> bool {
    let a = words(a);
    !a.is_empty() && a.concat() == words(b).concat()
}

/// Whether a line says the words of a label one after the other.
fn says(line: &str, label: &str) -> bool {
    let (line, label) = (words(line), words(label));
    !label.is_empty() && line.windows(label.len()).any(|window| window == label)
}

fn words(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect()
}

/// Whether a name stands in a text or number of a JSON value, as a whole: `acme` does not stand in `acme-it`.
fn names(value: &Value, name: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
    match value {
        Value::String(text) => text.match_indices(name).any(|(at, _)| {
            let before = text[..at].chars().next_back();
            let after = text[at + name.len()..].chars().next();
            !before.is_some_and(is_part) && !after.is_some_and(is_part)
        }),
        Value::Number(number) => number.to_string() == name,
        Value::Array(list) => list.iter().any(|inner| names(inner, name)),
        Value::Object(object) => object.values().any(|inner| names(inner, name)),
        Value::Null | Value::Bool(_) => false,
    }
}

fn short(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests;
