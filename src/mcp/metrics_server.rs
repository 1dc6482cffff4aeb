//! The embedded data as an MCP server of the metrics contract: `query_metrics`, `list_metrics`, `list_merchants`.
//!
//! All three only read. Wrong arguments and unknown merchants are errors of the tool, with the contract's error object
//! both as structured content and as text; a tool that does not exist is an error of the protocol.

use super::{LIST_MERCHANTS, LIST_METRICS, QUERY_METRICS, catalogue, query};
use crate::{concurrency::blocking, store::Store};
use rmcp::{
    ErrorData, RoleServer, ServerHandler,
    handler::server::common::{schema_for_empty_input, schema_for_input, schema_for_output},
    model::{
        CallToolRequestParams, CallToolResponse, CallToolResult, Implementation, JsonObject, ListToolsResult,
        PaginatedRequestParams, ServerCapabilities, ServerConfig, Tool, ToolAnnotations,
    },
    service::RequestContext,
};
use serde::Serialize;
use serde_json::{Value, json};
use std::sync::Arc;

/// The server; one per connection, all over the same store.
#[derive(Clone)]
pub(super) struct MetricsServer {
    store: Arc<Store>,
}

impl MetricsServer {
    pub(super) fn new(store: Arc<Store>) -> Self {
        Self { store }
    }

    async fn query_metrics(&self, arguments: JsonObject) -> Result<Value, Value> {
        let query = query::read(arguments)?;
        let store = Arc::clone(&self.store);
        blocking(move || match store.query(&query) {
            Ok(table) => match query::misspelt(&query, &table) {
                Some(refusal) => Err(refusal),
                None => Ok(as_json(&query::Answer::from(table))),
            },
            Err(error) => Err(query::refused(&error)),
        })
        .await
        .unwrap_or_else(|panicked| Err(failed(&panicked)))
    }

    async fn list_merchants(&self) -> Result<Value, Value> {
        let store = Arc::clone(&self.store);
        match blocking(move || store.merchants()).await {
            Ok(Ok(entries)) => Ok(as_json(&catalogue::merchants(entries))),
            Ok(Err(error)) => Err(failed(&error)),
            Err(panicked) => Err(failed(&panicked)),
        }
    }
}

fn as_json(answer: &impl Serialize) -> Value {
    serde_json::to_value(answer).unwrap_or_else(|error| failed(&error))
}

fn failed(error: &impl std::fmt::Display) -> Value {
    json!({"error": {"kind": "query_failed", "message": error.to_string()}})
}

fn tools() -> Result<Vec<Tool>, ErrorData> {
    let annotations = |title: &str| {
        ToolAnnotations::from_raw(Some(title.into()), Some(true), Some(false), Some(true), Some(false))
    };
    let arguments =
        schema_for_input::<query::Arguments>().map_err(|error| ErrorData::internal_error(error, None))?;
    Ok(vec![
        Tool::new(
            QUERY_METRICS,
            "Metrics of one merchant between two days, grouped by the dimensions asked for. Null is missing, never zero.",
            arguments,
        )
        .with_raw_output_schema(schema_for_output::<query::Answer>())
        .with_annotations(annotations("Query metrics")),
        Tool::new(
            LIST_METRICS,
            "What each metric means: definition, unit, whether its values may be added up, and for whom it is meant.",
            schema_for_empty_input(),
        )
        .with_raw_output_schema(schema_for_output::<catalogue::Metrics>())
        .with_annotations(annotations("List metrics")),
        Tool::new(
            LIST_MERCHANTS,
            "The merchants there are data for: id, name, currency, first and last day, orders.",
            schema_for_empty_input(),
        )
        .with_raw_output_schema(schema_for_output::<catalogue::Merchants>())
        .with_annotations(annotations("List merchants")),
    ])
}

impl ServerHandler for MetricsServer {
    fn get_info(&self) -> ServerConfig {
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
            .with_server_info(Implementation::new("kamslides-metrics", env!("CARGO_PKG_VERSION")))
    }

    async fn list_tools(
        &self,
        _request: Option<PaginatedRequestParams>,
        _context: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        Ok(ListToolsResult::with_all_items(tools()?))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        _context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let outcome = match request.name.as_ref() {
            QUERY_METRICS => self.query_metrics(request.arguments.unwrap_or_default()).await,
            LIST_METRICS => Ok(as_json(&catalogue::metrics())),
            LIST_MERCHANTS => self.list_merchants().await,
            other => {
                let message = format!(
                    "there is no tool `{other}`; the tools are {QUERY_METRICS}, {LIST_METRICS}, {LIST_MERCHANTS}"
                );
                return Err(ErrorData::invalid_params(message, None));
            }
        };
        Ok(match outcome {
            Ok(answer) => CallToolResult::structured(answer),
            Err(error) => CallToolResult::structured_error(error),
        }
        .into())
    }
}
