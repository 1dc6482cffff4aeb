//! The form of a model's answer: a strict JSON schema derived from what the section asks for, and its reading.
//!
//! One table per call of the request. A table says for each column of the metrics contract where it comes from, and
//! for each row which rows of the tools' results it is made of.

use crate::{
    domain::Dimension,
    request::{Call, Request},
};
use serde_json::{Map, Value, json};

/// How a value comes from the rows it is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Op {
    /// The number in the one row.
    Value,
    /// The sum over the rows.
    Sum,
    /// How many rows there are.
    Count,
    /// The rows' part of the whole column, in per cent.
    Share,
}

impl Op {
    const ALL: [(&'static str, Self); 4] =
        [("value", Self::Value), ("sum", Self::Sum), ("count", Self::Count), ("share", Self::Share)];
}

/// A model's answer to one request.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Answer {
    /// Why there are no data, in the model's words.
    pub(super) no_data: Option<String>,
    /// Currency of every amount.
    pub(super) currency: Option<String>,
    /// One per call; `None` where there are no data for that call.
    pub(super) tables: Vec<Option<AnswerTable>>,
}

/// The answer to one call.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct AnswerTable {
    /// The columns that hold each dimension, in the order of the call.
    pub(super) dimensions: Vec<Vec<String>>,
    /// Where each metric comes from; `None` for a metric that the results do not hold.
    pub(super) metrics: Vec<Option<(Op, String)>>,
    /// The rows.
    pub(super) rows: Vec<AnswerRow>,
}

/// One row.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct AnswerRow {
    /// The rows of results it is made of: sheet, first, last.
    pub(super) from: Vec<(String, usize, usize)>,
    /// One per dimension.
    pub(super) labels: Vec<Option<String>>,
    /// One per metric, as written.
    pub(super) values: Vec<Option<String>>,
}

/// The name of a call's table.
pub(super) fn table_name(call: &Call) -> String {
    let dimensions: Vec<_> = call.group_by.iter().map(Dimension::as_str).collect();
    format!("by_{}", dimensions.join("_and_"))
}

/// The schema of the answer to a request. Within the strict subset that every vendor takes: all fields required, null
/// for what may be absent, no further fields, no limits.
pub(super) fn schema(request: &Request) -> Value {
    let tables: Map<_, _> = request.calls.iter().map(|call| (table_name(call), table_schema(call))).collect();
    object(&[
        (
            "no_data",
            json!({"type": ["string", "null"], "description": "why there are no data; null if there are"}),
        ),
        (
            "currency",
            json!({"type": ["string", "null"], "description": "ISO 4217 code, only if a result states it"}),
        ),
        (
            "tables",
            object(&tables.iter().map(|(name, schema)| (name.as_str(), schema.clone())).collect::<Vec<_>>()),
        ),
    ])
}

fn table_schema(call: &Call) -> Value {
    let names = json!({"type": "array", "items": {"type": "string"}});
    let ops: Vec<_> = Op::ALL.iter().map(|(name, _)| *name).collect();
    let metric =
        object(&[("op", json!({"type": "string", "enum": ops})), ("column", json!({"type": "string"}))]);
    let mut metric = metric;
    metric["type"] = json!(["object", "null"]);
    let dimensions = call.group_by.iter().map(|dimension| (dimension.as_str(), names.clone()));
    let metrics = call.metrics.iter().map(|name| (name.as_str(), metric.clone()));
    let columns = object(&dimensions.chain(metrics).collect::<Vec<_>>());
    let labels =
        call.group_by.iter().map(|dimension| (dimension.as_str(), json!({"type": ["string", "null"]})));
    let values = call.metrics.iter().map(|name| (name.as_str(), json!({"type": ["number", "null"]})));
    let from = ("from", names.clone());
    let row = object(&std::iter::once(from).chain(labels).chain(values).collect::<Vec<_>>());
    let mut table = object(&[("columns", columns), ("rows", json!({"type": "array", "items": row}))]);
    table["type"] = json!(["object", "null"]);
    table
}

fn object(fields: &[(&str, Value)]) -> Value {
    let required: Vec<_> = fields.iter().map(|(name, _)| *name).collect();
    let properties: Map<_, _> =
        fields.iter().map(|(name, schema)| ((*name).to_owned(), schema.clone())).collect();
    json!({"type": "object", "properties": properties, "required": required, "additionalProperties": false})
}

/// Reads an answer to a request.
///
/// # Errors
/// What does not keep to the schema.
pub(super) fn read(request: &Request, text: &str) -> Result<Answer, String> {
    let json = parsed(text).ok_or("the answer is not JSON")?;
    let text = |name: &str| {
        let text = json.get(name).and_then(Value::as_str).map(|text| text.trim().to_owned());
        text.filter(|text| !text.is_empty())
    };
    let tables = json.get("tables").filter(|tables| tables.is_object()).ok_or("`tables` is missing")?;
    let tables = request.calls.iter().map(|call| {
        let name = table_name(call);
        match tables.get(&name) {
            None | Some(Value::Null) => Ok(None),
            Some(json) => read_table(call, json).map(Some).map_err(|why| format!("{name}: {why}")),
        }
    });
    Ok(Answer {
        no_data: text("no_data"),
        currency: text("currency"),
        tables: tables.collect::<Result<_, _>>()?,
    })
}

/// The object in a text that may have a fence or words around it.
fn parsed(text: &str) -> Option<Value> {
    let inner = text.find('{').and_then(|from| text.get(from..=text.rfind('}')?));
    let json: Value = serde_json::from_str(inner?).ok()?;
    json.is_object().then_some(json)
}

fn read_table(call: &Call, json: &Value) -> Result<AnswerTable, String> {
    let column = |name: &str| {
        json.get("columns")
            .and_then(|columns| columns.get(name))
            .ok_or_else(|| format!("columns.{name} is missing"))
    };
    let dimension = |name: &str| {
        let sources = texts(column(name)?).filter(|sources| !sources.is_empty());
        sources.ok_or_else(|| format!("columns.{name} is not a list of column names"))
    };
    let metric = |name: &str| {
        let source = column(name)?;
        if source.is_null() {
            return Ok(None);
        }
        let field = |field: &str| source.get(field).and_then(Value::as_str);
        let op = Op::ALL.iter().find(|(op, _)| field("op") == Some(*op)).map(|(_, op)| *op);
        let read = op.zip(field("column")).map(|(op, column)| (op, column.to_owned()));
        read.map(Some).ok_or_else(|| format!("columns.{name} is not {{op, column}}"))
    };
    let rows = json.get("rows").and_then(Value::as_array).ok_or("`rows` is not a list")?;
    Ok(AnswerTable {
        dimensions: call.group_by.iter().map(|d| dimension(d.as_str())).collect::<Result<_, _>>()?,
        metrics: call.metrics.iter().map(|m| metric(m.as_str())).collect::<Result<_, _>>()?,
        rows: rows
            .iter()
            .enumerate()
            .map(|(i, row)| read_row(call, row).map_err(|why| format!("rows[{i}]: {why}")))
            .collect::<Result<_, _>>()?,
    })
}

fn read_row(call: &Call, row: &Value) -> Result<AnswerRow, String> {
    let from = row.get("from").and_then(texts).filter(|from| !from.is_empty());
    let from = from.ok_or("`from` is not a list of rows such as \"r1/0\"")?;
    let from = from
        .iter()
        .map(|text| reference(text).ok_or_else(|| format!("`{text}` is not a row such as \"r1/0\"")));
    let label = |name: &str| match row.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.trim().to_owned())),
        Some(Value::Number(number)) => Ok(Some(number.to_string())),
        Some(_) => Err(format!("`{name}` is not a text")),
    };
    let value = |name: &str| match row.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Number(number)) => Ok(Some(number.to_string())),
        Some(_) => Err(format!("`{name}` is not a number")),
    };
    Ok(AnswerRow {
        from: from.collect::<Result<_, _>>()?,
        labels: call.group_by.iter().map(|d| label(d.as_str())).collect::<Result<_, _>>()?,
        values: call.metrics.iter().map(|m| value(m.as_str())).collect::<Result<_, _>>()?,
    })
}

/// `r1/3` or `r1/3-7`.
fn reference(text: &str) -> Option<(String, usize, usize)> {
    let (sheet, rows) = text.trim().split_once('/')?;
    let (first, last) = rows.split_once('-').unwrap_or((rows, rows));
    let (first, last) = (first.trim().parse().ok()?, last.trim().parse().ok()?);
    (first <= last).then(|| (sheet.to_owned(), first, last))
}

fn texts(value: &Value) -> Option<Vec<String>> {
    value.as_array()?.iter().map(|text| text.as_str().map(str::to_owned)).collect()
}
