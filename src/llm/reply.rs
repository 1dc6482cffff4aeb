//! What a model answered, read leniently: compatible servers leave fields out and add their own.

use serde_json::Value;

/// One answer of a model.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Reply {
    /// Its words.
    pub text: Option<String>,
    /// The calls it asks for.
    pub calls: Vec<ToolCall>,
    /// Why it will not answer.
    pub refusal: Option<String>,
    /// Whether it was cut off at a limit of length.
    pub cut_off: bool,
    /// Tokens as the server counted them.
    pub spent: Option<Spent>,
}

/// A call that a model asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolCall {
    /// Its id, which the result carries.
    pub id: String,
    /// The tool.
    pub name: String,
    /// Its arguments, as the model wrote them: JSON if all is well.
    pub arguments: String,
}

/// Tokens of one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spent {
    /// Of the prompt.
    pub prompt: u64,
    /// Of the answer.
    pub completion: u64,
}

impl Reply {
    /// Reads a chat completion.
    ///
    /// # Errors
    /// What is missing, in words.
    pub(super) fn read(answer: &Value) -> Result<Self, String> {
        let choice = answer.pointer("/choices/0").ok_or("it holds no choice")?;
        let message = choice.get("message").filter(|m| m.is_object()).ok_or("it holds no message")?;
        let text = |name: &str| {
            let text = message.get(name).and_then(Value::as_str).map(str::to_owned);
            text.filter(|text| !text.trim().is_empty())
        };
        let calls = message.get("tool_calls").and_then(Value::as_array);
        let calls = calls.into_iter().flatten().enumerate().map(|(i, call)| call_of(i, call));
        let usage = |name: &str| answer.pointer(&format!("/usage/{name}")).and_then(Value::as_u64);
        let finished = choice.get("finish_reason").and_then(Value::as_str);
        let refused = (finished == Some("content_filter")).then(|| "its content filter stopped it".into());
        Ok(Self {
            text: text("content"),
            calls: calls.collect::<Result<_, _>>()?,
            refusal: text("refusal").or(refused),
            cut_off: finished == Some("length"),
            spent: usage("prompt_tokens")
                .map(|prompt| Spent { prompt, completion: usage("completion_tokens").unwrap_or(0) }),
        })
    }
}

fn call_of(i: usize, call: &Value) -> Result<ToolCall, String> {
    let function = call.get("function").ok_or("it asks for a call that is no function")?;
    let name = function.get("name").and_then(Value::as_str).ok_or("it asks for a function without a name")?;
    let arguments = match function.get("arguments") {
        // Some servers send the object itself.
        Some(Value::Object(object)) => Value::Object(object.clone()).to_string(),
        Some(Value::String(text)) if !text.trim().is_empty() => text.clone(),
        _ => "{}".into(),
    };
    let id = call.get("id").and_then(Value::as_str).map_or_else(|| format!("call_{i}"), str::to_owned);
    Ok(ToolCall { id, name: name.to_owned(), arguments })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_spare_answer_is_read() {
        let calls = json!([{"function": {"name": "f", "arguments": {"a": 1}}}, {"id": "x", "function": {"name": "g"}}]);
        let message = json!({"content": " ", "tool_calls": calls, "reasoning_content": "hm"});
        let reply = Reply::read(&json!({"choices": [{"message": message}]})).unwrap();
        let call = |id: &str, name: &str, arguments: &str| ToolCall {
            id: id.into(),
            name: name.into(),
            arguments: arguments.into(),
        };
        assert_eq!(reply.calls, [call("call_0", "f", "{\"a\":1}"), call("x", "g", "{}")]);
        assert_eq!((reply.text, reply.spent, reply.cut_off), (None, None, false));
    }

    #[test]
    fn what_is_no_answer_says_why() {
        for (answer, why) in [
            (json!({"choices": []}), "it holds no choice"),
            (json!({}), "it holds no choice"),
            (json!([1]), "it holds no choice"),
            (json!({"choices": [{"message": null}]}), "it holds no message"),
            (json!({"choices": [{"message": {"tool_calls": [{"function": {}}]}}]}), "without a name"),
        ] {
            assert!(Reply::read(&answer).unwrap_err().contains(why), "{answer}");
        }
    }
}
