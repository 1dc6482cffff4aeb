//! The tools of a server, as it lists them.

use super::{ServerError, Session};
use rmcp::{RoleClient, service::Peer};
use serde_json::Value;
use std::time::Duration;

/// A tool that a server offers.
#[derive(Debug, Clone, PartialEq)]
pub struct ToolInfo {
    /// Its name.
    pub name: String,
    /// What it does, in the server's words.
    pub description: String,
    /// JSON Schema of its arguments.
    pub input_schema: Value,
    /// Whether it says of itself that it only reads.
    pub read_only: bool,
    /// Whether it says of itself that it may destroy something.
    pub destructive: bool,
}

impl Session {
    /// Every tool of the server.
    ///
    /// # Errors
    /// When no answer came in time, or the server refused.
    pub async fn tools(&self, timeout: Duration) -> Result<Vec<ToolInfo>, ServerError> {
        let list = |peer: Peer<RoleClient>| async move { peer.list_all_tools().await };
        Ok(self.request("tools/list", timeout, list).await?.into_iter().map(info).collect())
    }
}

fn info(tool: rmcp::model::Tool) -> ToolInfo {
    let hints = tool.annotations.unwrap_or_default();
    let read_only = hints.read_only_hint == Some(true);
    ToolInfo {
        name: tool.name.into_owned(),
        description: tool.description.map(std::borrow::Cow::into_owned).unwrap_or_default(),
        input_schema: Value::Object((*tool.input_schema).clone()),
        read_only,
        // The hint means nothing for a tool that only reads.
        destructive: !read_only && hints.destructive_hint == Some(true),
    }
}
