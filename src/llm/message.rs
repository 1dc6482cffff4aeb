//! What is sent to a model: messages, tools, and the schema of the answer.

use super::{ToolCall, tokens};
use serde_json::{Value, json};

/// One message of a conversation.
#[derive(Debug, Clone, PartialEq)]
pub enum Message {
    /// What the model is to do.
    System(String),
    /// What it is asked.
    User(String),
    /// What it said: words, or calls, or both.
    Assistant {
        /// Words.
        text: Option<String>,
        /// Calls it asked for.
        calls: Vec<ToolCall>,
    },
    /// What a call gave.
    Tool {
        /// The call's id.
        call: String,
        /// The result in words.
        text: String,
    },
}

/// A tool that the model may call.
#[derive(Debug, Clone, PartialEq)]
pub struct ToolSpec {
    /// Its name.
    pub name: String,
    /// What it does.
    pub description: String,
    /// JSON Schema of its arguments.
    pub parameters: Value,
}

/// A conversation so far, with what the model may call and how it must answer.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Prompt {
    /// From the first.
    pub messages: Vec<Message>,
    /// What may be called.
    pub tools: Vec<ToolSpec>,
    /// Name and strict JSON Schema of the answer.
    pub answer: Option<(String, Value)>,
}

/// How a server is asked for the form of the answer; compatible servers know the first ones or only the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// By a strict JSON schema.
    Schema,
    /// By any JSON object, the schema in words.
    Object,
    /// In words alone.
    Words,
}

impl Form {
    /// From the most that a server may know to the least.
    pub(super) const ALL: [Self; 3] = [Self::Schema, Self::Object, Self::Words];
}

impl Message {
    fn json(&self) -> Value {
        match self {
            Self::System(text) => json!({"role": "system", "content": text}),
            Self::User(text) => json!({"role": "user", "content": text}),
            Self::Assistant { text, calls } if calls.is_empty() => {
                // Without calls there must be words, be they none.
                json!({"role": "assistant", "content": text.as_deref().unwrap_or_default()})
            }
            Self::Assistant { text, calls } => {
                let calls: Vec<_> = calls
                    .iter()
                    .map(|call| {
                        let function = json!({"name": call.name, "arguments": call.arguments});
                        json!({"id": call.id, "type": "function", "function": function})
                    })
                    .collect();
                json!({"role": "assistant", "content": text, "tool_calls": calls})
            }
            Self::Tool { call, text } => json!({"role": "tool", "tool_call_id": call, "content": text}),
        }
    }

    /// What it weighs in tokens: its JSON, which is more than its words and so never too little.
    pub fn tokens(&self) -> usize {
        tokens::count(&self.json().to_string())
    }
}

impl Prompt {
    /// What everything but the messages weighs in tokens.
    pub fn fixed_tokens(&self) -> usize {
        let mut fixed = self.body("", Form::Schema);
        fixed["messages"] = json!([]);
        tokens::count(&fixed.to_string())
    }

    /// The request as it is sent.
    pub(super) fn body(&self, model: &str, form: Form) -> Value {
        let mut messages: Vec<_> = self.messages.iter().map(Message::json).collect();
        let mut format = None;
        if let Some((name, schema)) = &self.answer {
            let strict = json!({"name": name, "strict": true, "schema": schema});
            format = match form {
                Form::Schema => Some(json!({"type": "json_schema", "json_schema": strict})),
                Form::Object => Some(json!({"type": "json_object"})),
                Form::Words => None,
            };
            // Many servers take one message of this role and only as the first.
            if form != Form::Schema
                && let Some(first) = messages.first_mut()
            {
                let said = first["content"].as_str().unwrap_or_default();
                first["content"] = format!("{said}\n\nThe answer is JSON by this schema:\n{schema}").into();
            }
        }
        let mut body = json!({"model": model, "messages": messages, "stream": false});
        if !self.tools.is_empty() {
            let tools = self.tools.iter().map(|tool| {
                let ToolSpec { name, description, parameters } = tool;
                let function = json!({"name": name, "description": description, "parameters": parameters});
                json!({"type": "function", "function": function})
            });
            body["tools"] = tools.collect();
        }
        if let Some(format) = format {
            body["response_format"] = format;
        }
        body
    }
}
