//! The arguments of `query_metrics` → a query of the embedded data, and its result → an answer of the contract.

use crate::{
    decode::{About, Column, Table},
    domain::{Dimension, DomainError, Merchant, Metric, parse_date},
    message::nearest,
    store::{Query, QueryError},
};
use rmcp::model::JsonObject;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What `query_metrics` takes.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Arguments {
    /// The merchant's id, exactly as `list_merchants` gives it.
    merchant: String,
    /// Metrics to compute, by the names that `list_metrics` gives.
    metrics: Vec<String>,
    /// What to group by: `day`, `week`, `month`, `quarter`, `year`, `weekday`, `product_type`, `user_type`, `age_band`,
    /// `gender`, `card_type`, `country`, `store`, `channel`, or an imported column. Empty for one row over everything.
    group_by: Vec<String>,
    /// First day, YYYY-MM-DD.
    start_date: String,
    /// Last day, included, YYYY-MM-DD.
    end_date: String,
    /// Keep only rows whose dimension has one of these values.
    #[serde(default, rename = "where")]
    filter: BTreeMap<String, Vec<String>>,
    /// Rows at most; an answer that leaves rows out says `truncated`.
    #[serde(default)]
    limit: Option<usize>,
}

/// What `query_metrics` gives.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Answer {
    /// What the cells of a row are, in order.
    columns: Vec<Column>,
    /// Cells are null, number or text. Null is missing, never zero.
    #[schemars(schema_with = "rows_schema")]
    rows: Vec<Vec<Value>>,
    #[serde(flatten)]
    about: About,
}

fn rows_schema(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "array",
        "items": {"type": "array", "items": {"type": ["string", "number", "null"]}},
    })
}

impl From<Table> for Answer {
    fn from(Table { columns, rows, about }: Table) -> Self {
        Self { columns, rows, about }
    }
}

/// Reads the arguments.
///
/// # Errors
/// The contract's error object, with a suggestion where a name is nearly right.
pub(super) fn read(arguments: JsonObject) -> Result<Query, Value> {
    let arguments: Arguments = serde_json::from_value(Value::Object(arguments))
        .map_err(|error| invalid(&format!("the arguments cannot be read: {error}")))?;
    let in_words = |error: DomainError| invalid(&error.to_string());
    let dimension = |name: &String| name.parse::<Dimension>().map_err(in_words);
    let metric = |name: &String| name.parse::<Metric>().map_err(|_| unknown_metric(name));
    let (start, end) = (
        parse_date(&arguments.start_date).map_err(in_words)?,
        parse_date(&arguments.end_date).map_err(in_words)?,
    );
    if start > end {
        return Err(invalid(&format!("start_date {start} lies after end_date {end}; exchange them")));
    }
    if arguments.metrics.is_empty() {
        return Err(invalid(&format!(
            "metrics is empty; name at least one of {}",
            metric_names().join(", ")
        )));
    }
    Ok(Query {
        merchant: Merchant::new(&arguments.merchant).map_err(in_words)?,
        metrics: arguments.metrics.iter().map(metric).collect::<Result<_, _>>()?,
        group_by: arguments.group_by.iter().map(dimension).collect::<Result<_, _>>()?,
        start,
        end,
        filter: arguments
            .filter
            .iter()
            .map(|(name, values)| Ok((dimension(name)?, values.clone())))
            .collect::<Result<_, Value>>()?,
        limit: arguments.limit,
    })
}

/// The contract's error object for a query that failed.
pub(super) fn refused(error: &QueryError) -> Value {
    let message = error.to_string();
    if let QueryError::UnknownMerchant { suggestions, .. } = error {
        return json!({"error": {"kind": "unknown_merchant", "message": message, "suggestions": suggestions}});
    }
    json!({"error": {"kind": "query_failed", "message": message}})
}

/// The contract's error object for a dimension that the data know nothing of and that is nearly a built-in one.
pub(super) fn misspelt(query: &Query, table: &Table) -> Option<Value> {
    let known: Vec<_> = Dimension::TIME.into_iter().chain(Dimension::ATTRIBUTES).collect();
    query.group_by.iter().find_map(|dimension| {
        let Dimension::Custom(name) = dimension else { return None };
        let column = table.column(name)?;
        if table.rows.iter().any(|row| row.get(column).is_some_and(|cell| !cell.is_null())) {
            return None;
        }
        let near = nearest(name, known.iter().map(Dimension::as_str))?;
        Some(invalid(&format!("the data have no dimension `{name}`; did you mean `{near}`?")))
    })
}

fn invalid(message: &str) -> Value {
    json!({"error": {"kind": "invalid_argument", "message": message}})
}

fn metric_names() -> Vec<&'static str> {
    Metric::ALL.iter().map(|metric| metric.as_str()).collect()
}

fn unknown_metric(name: &str) -> Value {
    invalid(&match nearest(name, metric_names().into_iter()) {
        Some(near) => format!("`{name}` is not a metric; did you mean `{near}`?"),
        None => format!("`{name}` is not a metric; the metrics are {}", metric_names().join(", ")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(change: impl FnOnce(&mut Value)) -> JsonObject {
        let mut arguments = json!({
            "merchant": "acme", "metrics": ["sales"], "group_by": ["month"],
            "start_date": "2025-01-01", "end_date": "2025-06-30",
        });
        change(&mut arguments);
        arguments.as_object().unwrap().clone()
    }

    #[test]
    fn the_seven_requests_arguments_are_taken() {
        let query = read(arguments(|_| ())).unwrap();
        assert_eq!((query.metrics, query.group_by), (vec![Metric::Sales], vec![Dimension::Month]));
        let query = read(arguments(|a| {
            a["where"] = json!({"gender": ["f"]});
            a["limit"] = json!(5);
        }));
        let query = query.unwrap();
        assert_eq!((query.filter, query.limit), (vec![(Dimension::Gender, vec!["f".into()])], Some(5)));
    }

    #[test]
    fn bad_arguments_say_what_to_do() {
        let cases = [
            ("metrics", json!(["slaes"]), "did you mean `sales`?"),
            ("metrics", json!(["xyzzy"]), "the metrics are sales, orders"),
            ("metrics", json!([]), "name at least one"),
            ("start_date", json!("2025-02-30"), "not a day of the calendar"),
            ("start_date", json!("2026-01-01"), "lies after end_date"),
            ("group_by", json!(["Product Type"]), "not a dimension's name"),
            ("groupby", json!(["month"]), "unknown field `groupby`"),
            ("merchant", json!(5), "cannot be read"),
        ];
        for (name, value, words) in cases {
            let error = read(arguments(|a| a[name] = value)).unwrap_err();
            assert_eq!(error["error"]["kind"], "invalid_argument");
            assert!(error["error"]["message"].as_str().unwrap().contains(words), "{error}");
        }
    }

    #[test]
    fn a_misspelt_dimension_is_suggested_when_the_data_lack_it() {
        let table = |cell: Value| Table {
            columns: ["product_typ", "sales"]
                .map(|name| Column { name: name.into(), kind: String::new(), unit: None })
                .into(),
            rows: vec![vec![cell, json!(1)]],
            about: About::default(),
        };
        let mut query = read(arguments(|a| a["group_by"] = json!(["product_typ"]))).unwrap();
        let refusal = misspelt(&query, &table(Value::Null)).unwrap();
        assert!(
            refusal["error"]["message"].as_str().unwrap().ends_with("did you mean `product_type`?"),
            "{refusal}"
        );
        assert_eq!(misspelt(&query, &table(json!("margherita"))), None);
        query.group_by = vec![Dimension::ProductType];
        assert_eq!(misspelt(&query, &table(Value::Null)), None);
    }
}
