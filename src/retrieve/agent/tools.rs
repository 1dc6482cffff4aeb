//! What a model may call: the tools of its batch's server, in few tokens, and `get_rows` over their results.

use crate::{llm::ToolSpec, mcp::ToolInfo, retrieve::redact};
use serde_json::{Map, Value, json};

/// The function that shows more rows of a result.
pub(super) const GET_ROWS: &str = "get_rows";

/// Characters of a description in a simplified schema.
const DESCRIPTION: usize = 200;

/// The tools offered to a model: those that do not say of themselves that they destroy something, those that only read
/// first. `simplified` cuts what only explains.
pub(super) fn offered(tools: &[ToolInfo], simplified: bool) -> Vec<ToolSpec> {
    let mut kept: Vec<_> = tools.iter().filter(|tool| !tool.destructive && tool.name != GET_ROWS).collect();
    kept.sort_by_key(|tool| !tool.read_only);
    let spec = |tool: &&ToolInfo| {
        let mut parameters = tool.input_schema.clone();
        redact::value(&mut parameters);
        let mut description = redact::text(&tool.description);
        if simplified {
            description = cut(&description);
            simplify(&mut parameters, 0);
        }
        ToolSpec { name: tool.name.clone(), description, parameters }
    };
    kept.iter().map(spec).chain([get_rows()]).collect()
}

/// The names of the arguments that a tool's schema knows.
pub(super) fn known_arguments(tool: &ToolInfo) -> Vec<String> {
    let properties = tool.input_schema.get("properties").and_then(Value::as_object);
    properties.into_iter().flat_map(Map::keys).cloned().collect()
}

fn get_rows() -> ToolSpec {
    let whole = |what: &str| json!({"type": "integer", "description": what});
    ToolSpec {
        name: GET_ROWS.into(),
        description: "Shows rows of a result that was not shown whole.".into(),
        parameters: json!({
            "type": "object",
            "properties": {
                "ref": {"type": "string", "description": "the result, such as r1"},
                "from": whole("the first row, from 0"),
                "n": whole("how many"),
            },
            "required": ["ref", "from", "n"],
            "additionalProperties": false,
        }),
    }
}

/// Leaves out of a schema what a model can do without: titles, examples, defaults, formats, and the end of long
/// descriptions.
fn simplify(schema: &mut Value, depth: usize) {
    match schema {
        Value::Object(object) => {
            for key in ["$schema", "title", "examples", "default", "format", "$id", "$comment"] {
                // A property may be called `title`; then its value is a schema and not a text.
                let is_property = matches!(object.get(key), Some(Value::Object(_)));
                if !is_property {
                    object.shift_remove(key);
                }
            }
            if let Some(Value::String(text)) = object.get_mut("description") {
                *text = cut(text);
            }
            if depth < 32 {
                object.values_mut().for_each(|inner| simplify(inner, depth + 1));
            }
        }
        Value::Array(list) if depth < 32 => list.iter_mut().for_each(|inner| simplify(inner, depth + 1)),
        _ => {}
    }
}

fn cut(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(DESCRIPTION - 1) {
        Some((end, _)) if line.chars().count() > DESCRIPTION => format!("{}…", &line[..end]),
        _ => line,
    }
}

/// A call's arguments in one spelling, so that the same call is recognised however its keys are ordered.
pub(super) fn canonical(value: &Value) -> String {
    match value {
        Value::Object(object) => {
            let mut keys: Vec<_> = object.iter().collect();
            keys.sort_by_key(|(key, _)| *key);
            let fields: Vec<_> = keys
                .iter()
                .map(|(key, value)| format!("{}:{}", Value::from(key.as_str()), canonical(value)))
                .collect();
            format!("{{{}}}", fields.join(","))
        }
        Value::Array(list) => format!("[{}]", list.iter().map(canonical).collect::<Vec<_>>().join(",")),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tool(name: &str, read_only: bool, destructive: bool) -> ToolInfo {
        let schema = json!({
            "$schema": "x", "title": "T", "type": "object",
            "properties": {"title": {"type": "string", "description": "d".repeat(300), "default": "x"}},
        });
        ToolInfo {
            name: name.into(),
            description: "e ".repeat(300),
            input_schema: schema,
            read_only,
            destructive,
        }
    }

    #[test]
    fn what_destroys_is_not_offered_and_what_reads_comes_first() {
        let tools = [tool("maybe", false, false), tool("drop", false, true), tool("read", true, false)];
        let names: Vec<_> = offered(&tools, true).into_iter().map(|tool| tool.name).collect();
        assert_eq!(names, ["read", "maybe", "get_rows"]);
    }

    #[test]
    fn simplified_schemas_are_short_and_full_ones_whole() {
        let tools = [tool("read", true, false)];
        let short = &offered(&tools, true)[0];
        assert_eq!(short.description.chars().count(), 200);
        let want = json!({"type": "object", "properties": {"title": {"type": "string", "description": "d".repeat(199) + "…"}}});
        assert_eq!(short.parameters, want);
        let full = &offered(&tools, false)[0];
        assert_eq!((&full.description, &full.parameters), (&tools[0].description, &tools[0].input_schema));
    }

    #[test]
    fn the_order_of_keys_makes_no_other_call() {
        let (a, b) =
            (json!({"a": [1, {"x": 1, "y": "\""}], "b": 2}), json!({"b": 2, "a": [1, {"y": "\"", "x": 1}]}));
        assert_eq!(canonical(&a), canonical(&b));
        assert_ne!(canonical(&a), canonical(&json!({"a": [{"x": 1, "y": "\""}, 1], "b": 2})));
    }
}
