//! How the metrics contract is asked: one call of the plan → a tool and its arguments.

use crate::{domain::Dimension, mcp::QUERY_METRICS, request::Call};
use serde_json::{Map, Value, json};

/// The tool that answers.
pub(super) const TOOL: &str = QUERY_METRICS;

/// The arguments of a call: exactly what the contract requires, so that any server of the contract takes them.
pub(super) fn arguments(call: &Call) -> Map<String, Value> {
    let mut arguments = Map::new();
    arguments.insert("merchant".into(), json!(call.merchant));
    let metrics: Vec<_> = call.metrics.iter().map(|metric| metric.as_str()).collect();
    arguments.insert("metrics".into(), json!(metrics));
    let group_by: Vec<_> = call.group_by.iter().map(Dimension::as_str).collect();
    arguments.insert("group_by".into(), json!(group_by));
    arguments.insert("start_date".into(), json!(call.start_date.to_string()));
    arguments.insert("end_date".into(), json!(call.end_date.to_string()));
    arguments
}
