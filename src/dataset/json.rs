//! `data/<slug>.json`: a dataset as a file.

use super::{Dataset, Index};
use crate::domain::Unit;
use serde_json::{Value, json};

impl Dataset {
    /// The dataset as `data/<slug>.json` holds it. Numbers have four decimals at most; a missing one is null.
    pub fn to_json(&self) -> Value {
        let (kind, currency) = match self.series()[0].unit {
            Unit::Money(currency) => ("money", currency),
            Unit::Count => ("count", None),
            Unit::Percent => ("percent", None),
        };
        let index = match self.index() {
            Index::Months(months) => json!({
                "kind": "months",
                "values": months.iter().map(|entry| entry.month.to_string()).collect::<Vec<_>>(),
                "role": months.iter().map(|entry| role(entry.comparison)).collect::<Vec<_>>(),
            }),
            Index::Parts(parts) => json!({
                "kind": "parts",
                "values": parts.iter().map(|part| part.name.as_str()).collect::<Vec<_>>(),
                "role": parts.iter().map(|_| role(false)).collect::<Vec<_>>(),
                "group": parts.iter().map(|part| part.dimension.as_str()).collect::<Vec<_>>(),
            }),
        };
        let series = self.series().iter().map(|series| {
            json!({
                "name": series.name(),
                "metric": series.metric.as_str(),
                "values": series.values.iter().map(|value| value.map_or(Value::Null, number)).collect::<Vec<_>>(),
            })
        });
        let partial = self.partial.iter().map(|partial| {
            json!({ "index": partial.index, "from": partial.from.to_string(), "to": partial.to.to_string() })
        });
        json!({
            "request": self.request(),
            "unit": { "kind": kind, "currency": currency },
            "index": index,
            "series": series.collect::<Vec<_>>(),
            "partial": partial.collect::<Vec<_>>(),
            "withheld": self.withheld,
            "provenance": self.provenance,
            "issues": self.issues,
        })
    }
}

impl serde::Serialize for Dataset {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_json().serialize(serializer)
    }
}

fn role(comparison: bool) -> &'static str {
    if comparison { "comparison" } else { "history" }
}

fn number(value: f64) -> Value {
    let rounded = (value * 1e4).round() / 1e4;
    if rounded.fract() == 0.0 && rounded.abs() < 9e15 { json!(rounded as i64) } else { json!(rounded) }
}
