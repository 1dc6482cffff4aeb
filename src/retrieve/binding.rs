//! How a call is asked under a binding, and how its answer is read: a call → a tool and its arguments; a tool's answer →
//! the contract's table.

use super::{CallError, guard, sql};
use crate::{
    decode::{Expected, Reply, Table, Verdict, decode},
    domain::{Dimension, Merchant},
    failure::FailureKind,
    mcp::ToolAnswer,
    message::excerpt,
    request::Call,
    template::{
        Binding, Section,
        binding::{AnswerForm, ErrorMark, Hole, SqlSource, Way},
    },
};
use serde_json::{Map, Value, json};

/// Characters of an answer that are passed on.
const QUOTED: usize = 120;

/// A call as one server is asked it.
#[derive(Debug, Clone, PartialEq)]
pub struct Asking<'a> {
    /// The tool that answers.
    pub tool: &'a str,
    /// What it is called with.
    pub arguments: Map<String, Value>,
    answer: &'a AnswerForm,
    call: &'a Call,
    expected: Expected,
    /// Where the statement was made here: then the answer holds further rows.
    made: Option<&'a SqlSource>,
}

/// How a call of a section is asked under a binding.
///
/// # Errors
/// When the binding has no way for it, or its values cannot be written in a statement.
pub fn ask<'a>(binding: &'a Binding, section: &Section, call: &'a Call) -> Result<Asking<'a>, CallError> {
    let way = binding.way([&section.slug, &section.id], &call.metrics, &call.group_by).ok_or_else(|| {
        let message = format!("the binding `{}` says nothing about `{}`", binding.name, section.slug);
        let hint = "add a [[calls]] for it, or leave the section out with --only";
        CallError { kind: FailureKind::NoData, message, hints: vec![hint.to_owned()] }
    })?;
    let statement = statement(binding, way, call).map_err(|why| {
        let message =
            format!("the binding `{}` makes no statement for `{}`: {why}", binding.name, section.slug);
        CallError { kind: FailureKind::Config, message, hints: Vec::new() }
    })?;
    let word = |name: &str| way.words.get(name).map_or(name, String::as_str).to_owned();
    let dimension = || call.group_by.iter().find(|dimension| !dimension.is_time());
    let arguments = way.arguments.fill(&|hole| {
        Some(match hole {
            Hole::Merchant => json!(call.merchant),
            Hole::Metrics => call.metrics.iter().map(|metric| word(metric.as_str())).collect(),
            Hole::GroupBy => call.group_by.iter().map(|dimension| word(dimension.as_str())).collect(),
            Hole::Metric => word(call.metrics.first()?.as_str()).into(),
            Hole::Dimension => word(dimension()?.as_str()).into(),
            Hole::StartDate => call.start_date.to_string().into(),
            Hole::EndDate => call.end_date.to_string().into(),
            Hole::Sql => statement.clone()?.into(),
            Hole::Parameters => {
                json!({"merchant": call.merchant, "start_date": call.start_date.to_string(), "end_date": call.end_date.to_string()})
            }
        })
    });
    let made = binding.sql.as_ref().filter(|_| statement.is_some() && way.statement.is_none());
    let (metrics, group_by) = (call.metrics.clone(), call.group_by.clone());
    let expected = Expected { metrics, group_by, value: Some(section.value) };
    Ok(Asking { tool: &way.tool, arguments, answer: &way.answer, call, expected, made })
}

/// The statement that a way sends: the user's own, or the one that is made; `None` where it sends none.
fn statement(binding: &Binding, way: &Way, call: &Call) -> Result<Option<String>, String> {
    let Some(source) = binding.sql.as_ref().filter(|_| way.arguments.has(Hole::Sql)) else { return Ok(None) };
    let write = |name: &str, value: &str| match &source.parameters {
        Some(pattern) => Ok(pattern.replace("{name}", name)),
        None => sql::literal(source.dialect, value),
    };
    let given = sql::Given {
        merchant: write("merchant", call.merchant.as_str())?,
        start_date: write("start_date", &call.start_date.to_string())?,
        end_date: write("end_date", &call.end_date.to_string())?,
    };
    match &way.statement {
        Some(own) => own
            .fill(|hole| match hole {
                Hole::Merchant => Ok(given.merchant.clone()),
                Hole::StartDate => Ok(given.start_date.clone()),
                Hole::EndDate => Ok(given.end_date.clone()),
                other => Err(format!("`{{{}}}` has no place in a statement", other.as_str())),
            })
            .map(Some),
        None => sql::statement(source, call, &given).map(Some),
    }
}

impl Asking<'_> {
    /// Whose numbers are asked for.
    pub(super) fn merchant(&self) -> &Merchant {
        &self.call.merchant
    }

    /// Reads a tool's answer.
    ///
    /// Where the binding names columns, or the statement was made here, the answer is read as it is first, then turned
    /// into one of the metrics contract, and that is read as any other.
    ///
    /// # Errors
    /// The [`Verdict`] when it is no table of what was asked for.
    pub(super) fn read(&self, answer: &ToolAnswer) -> Result<Table, Verdict> {
        let form = self.answer;
        let reply = Reply {
            is_error: answer.is_error,
            structured: answer.structured.as_ref(),
            blocks: &answer.blocks,
        };
        let parsed: Vec<Value> =
            answer.blocks.iter().filter_map(|block| serde_json::from_str(block.trim()).ok()).collect();
        let places = || reply.structured.into_iter().chain(&parsed);
        let marked = |mark: &ErrorMark| match mark {
            ErrorMark::Begins(text) => {
                reply.blocks.first().is_some_and(|block| block.trim_start().starts_with(text.as_str()))
            }
            ErrorMark::At { path, is } => places().any(|place| follow(place, path).as_ref() == Some(is)),
        };
        if form.error_if.iter().any(marked) {
            return Err(Verdict::Error(excerpt(&answer.blocks.join(" "), QUOTED)));
        }
        let found = places().find_map(|place| follow(place, &form.path)).filter(|_| !form.path.is_empty());
        let as_it_is = self.made.is_some() || !form.columns.is_empty();
        let expected = if as_it_is { Expected::default() } else { self.expected.clone() };
        let mut table = match &found {
            Some(rows) if !answer.is_error => {
                decode(&Reply { is_error: false, structured: Some(rows), blocks: &[] }, &expected)?.table
            }
            None if !answer.is_error && !form.path.is_empty() => {
                // An answer that says that it failed has another form.
                decode(&reply, &expected)?;
                let path = form.path.join(".");
                return Err(Verdict::NotATable(format!("nothing is at the binding's path `{path}`")));
            }
            _ => decode(&reply, &expected)?.table,
        };
        self.rename(&mut table)?;
        if let Some(source) = self.made {
            table = sql::contract(source, self.call, table)?;
        }
        if let (None, Some(currency)) = (&table.about.currency, form.currency) {
            table.about.currency = Some(currency.code().to_owned());
        }
        if as_it_is {
            table = self.as_contract(table)?;
        }
        Ok(table)
    }

    /// Reads a table as an answer of the metrics contract.
    fn as_contract(&self, table: Table) -> Result<Table, Verdict> {
        let invalid = |error: serde_json::Error| Verdict::InvalidData(error.to_string());
        let mut contract = serde_json::to_value(&table.about).map_err(invalid)?;
        contract["columns"] = serde_json::to_value(&table.columns).map_err(invalid)?;
        contract["rows"] = table.rows.into();
        Ok(decode(&Reply { is_error: false, structured: Some(&contract), blocks: &[] }, &self.expected)?
            .table)
    }

    /// Gives columns the contract's names.
    fn rename(&self, table: &mut Table) -> Result<(), Verdict> {
        let asked = self.call.metrics.iter().map(|metric| metric.as_str());
        let asked = asked.chain(self.call.group_by.iter().map(Dimension::as_str)).chain([guard::COLUMN]);
        let mut renamed = Vec::new();
        for name in asked {
            let Some(column) = self.answer.columns.get(name) else { continue };
            let same = |exact: bool| {
                table.columns.iter().position(|found| {
                    found.name == *column || (!exact && found.name.eq_ignore_ascii_case(column))
                })
            };
            let at = same(true).or_else(|| same(false)).ok_or_else(|| {
                let names: Vec<_> = table.columns.iter().map(|column| column.name.as_str()).collect();
                Verdict::InvalidData(format!(
                    "the binding takes {name} from column `{column}`, which is not there; there are {}",
                    names.join(", ")
                ))
            })?;
            renamed.push((at, name));
        }
        for (at, name) in &renamed {
            // The server's own column of that name means something else, unless it is mapped too.
            if let Some(other) = table.column(name).filter(|other| renamed.iter().all(|(at, _)| at != other))
            {
                table.columns[other].name = format!("{name} (not used)");
            }
            (*name).clone_into(&mut table.columns[*at].name);
        }
        Ok(())
    }
}

/// What a path leads to. Texts on the way are read as JSON, and a lone `result` is stepped into, as answers are wrapped
/// in both.
fn follow(value: &Value, path: &[String]) -> Option<Value> {
    let inner = |value: &Value| value.as_str().and_then(|text| serde_json::from_str::<Value>(text).ok());
    let Some((key, rest)) = path.split_first() else {
        return Some(inner(value).unwrap_or_else(|| value.clone()));
    };
    match value {
        Value::Array(items) => follow(items.get(key.parse::<usize>().ok()?)?, rest),
        Value::Object(entries) => match (entries.get(key), entries.get("result")) {
            (Some(found), _) => follow(found, rest),
            (None, Some(wrapped)) if entries.len() == 1 => follow(wrapped, path),
            _ => None,
        },
        Value::String(_) => follow(&inner(value)?, path),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_leads_through_texts_and_wrappers() {
        let rows = json!({"columns": ["a"], "rows": [[1]]});
        let path: Vec<String> = ["data", "0"].map(str::to_owned).into();
        for value in [
            json!({"data": [rows]}),
            json!({"result": {"data": [rows]}}),
            json!({"result": json!({"data": [rows.to_string()]}).to_string()}),
        ] {
            assert_eq!(follow(&value, &path), Some(rows.clone()), "{value}");
        }
        for value in [json!({"data": []}), json!({"data": {}}), json!([]), json!("x"), Value::Null] {
            assert_eq!(follow(&value, &path), None, "{value}");
        }
    }
}
