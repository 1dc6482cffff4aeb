//! An answer saved in a file: the raw text, or the reply of a tool as JSON, with or without its JSON-RPC envelope.

use super::Reply;
use serde_json::{Map, Value};

/// A saved answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Saved {
    is_error: bool,
    structured: Option<Value>,
    blocks: Vec<String>,
}

impl Saved {
    /// Reads a file's text. What is not `{content, structuredContent, isError}` is one block of text.
    pub fn read(text: &str) -> Self {
        let whole = || Self { is_error: false, structured: None, blocks: vec![text.to_owned()] };
        let Ok(mut object) =
            serde_json::from_str::<Map<String, Value>>(text.trim_start_matches('\u{feff}').trim())
        else {
            return whole();
        };
        if object.contains_key("jsonrpc") {
            match object.remove("result") {
                Some(Value::Object(result)) => object = result,
                _ => return whole(),
            }
        }
        let blocks = object.get("content").and_then(Value::as_array).map(Vec::as_slice);
        let is_block = |block: &Value| block.get("type").is_some_and(Value::is_string);
        let structured = object.get("structuredContent").filter(|value| !value.is_null()).cloned();
        if structured.is_none() && blocks.is_none() || !blocks.unwrap_or_default().iter().all(is_block) {
            return whole();
        }
        let text = |block: &Value| block.get("text").and_then(Value::as_str).map(str::to_owned);
        let blocks = blocks.unwrap_or_default().iter().filter_map(text).collect();
        Self { is_error: object.get("isError") == Some(&Value::Bool(true)), structured, blocks }
    }

    /// The reply that was saved.
    pub fn reply(&self) -> Reply<'_> {
        Reply { is_error: self.is_error, structured: self.structured.as_ref(), blocks: &self.blocks }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_reply_is_told_from_a_text() {
        let reply = json!({"content": [{"type": "text", "text": "a"}, {"type": "image"}], "isError": true, "structuredContent": {"result": 1}});
        let saved = Saved::read(&reply.to_string());
        assert_eq!(
            (saved.is_error, &saved.structured, &saved.blocks[..]),
            (true, &Some(json!({"result": 1})), &["a".to_owned()][..])
        );
        let enveloped = json!({"jsonrpc": "2.0", "id": 1, "result": reply});
        assert_eq!(Saved::read(&enveloped.to_string()), saved);
        for text in ["month,sales\n1,2", "{\"content\": [1]}", "{\"month\": 1}", "[]", "{\"content\": \"x\"}"]
        {
            assert_eq!(Saved::read(text).blocks, [text]);
        }
    }
}
