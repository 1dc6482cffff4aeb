//! Everything that speaks to a language model: one client for any server with `OpenAI`'s chat interface, the texts that
//! go and come, and what they weigh in tokens. `async-openai` is named nowhere else.
//!
//! Knows of no merchant, tool server or dataset: `retrieve::agent` holds the conversation. Nothing is tried again here;
//! every error says whether it may pass, and the run's own retry decides.

mod client;
mod error;
mod message;
mod reply;
mod tokens;
mod transport;

pub use client::Llm;
pub use error::LlmError;
pub use message::{Message, Prompt, ToolSpec};
pub use reply::{Reply, Spent, ToolCall};
pub use tokens::{count, load};
