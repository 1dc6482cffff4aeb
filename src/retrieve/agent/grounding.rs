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

mod sent;
mod value;
mod words;

use super::{
    answer::{AnswerRow, AnswerTable, Op},
    months::month_in,
    sheet::{Sheet, Sheets},
};
use crate::{
    decode::{About, Column, Table},
    domain::{Dimension, Metric, Month},
    request::Call,
};
use jiff::civil::Date;
use sent::Sent;
use serde_json::Value;
use std::collections::BTreeSet;
use value::value;
use words::{is_total, same, says, short, words};

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
    check.left_out();
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
            if *dimension != Dimension::Month && is_total(&text) {
                let name = &sheet.name;
                return Err(format!(
                    "is made of {name}/{at}, which says `{}` and is a total, not a part",
                    short(&text)
                ));
            }
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

    /// Rows of a sheet that say the same as a row that serves serve with it: of a group's rows no choice may be made.
    fn left_out(&mut self) {
        let group = |sheet: &Sheet, at: usize| -> Vec<String> {
            let dimensions = self.call.group_by.iter().zip(&self.answer.dimensions);
            let text = |columns: &Vec<String>| {
                columns.iter().filter_map(|column| sheet.label(at, column)).collect::<Vec<_>>().join(" ")
            };
            let spelt = |(dimension, columns): (&Dimension, &Vec<String>)| match month_in(&text(columns)) {
                Some(month) if *dimension == Dimension::Month => month.to_string(),
                _ => words(&text(columns)).concat(),
            };
            dimensions.map(spelt).collect()
        };
        let mut found = Vec::new();
        for sheet in self.sources() {
            let rows =
                || (0..sheet.table.rows.len()).map(|at| (at, self.used.contains(&(sheet.name.clone(), at))));
            let serving: BTreeSet<_> =
                rows().filter(|(_, used)| *used).map(|(at, _)| group(sheet, at)).collect();
            let left = rows().filter(|(at, used)| !used && serving.contains(&group(sheet, *at)));
            let name = &sheet.name;
            found.extend(
                left.map(|(at, _)| format!("leaves out {name}/{at}, which says the same as rows in use")),
            );
        }
        self.problems.extend(found);
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
            let sent = Sent::new(&result.arguments);
            let (name, tool) = (&result.name, &result.tool);
            if !sent.names(merchant.as_str()) {
                self.problems.push(format!(
                    "{name} is from a call of {tool} that does not name the merchant `{merchant}`"
                ));
            }
            let says = |day: &Date| sent.says(&day.to_string());
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
        if let Some(code) = currency.filter(|code| !stated.is_empty() && !stated.contains(*code)) {
            self.problems
                .push(format!("the currency `{}` is not the one that the results state", short(code)));
        }
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

#[cfg(test)]
mod tests;
