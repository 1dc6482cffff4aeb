//! Everything that speaks MCP: the client's sessions and calls, and the metrics server over the embedded data. `rmcp`
//! is named nowhere else.
//!
//! Which servers there are comes from a list ([`ServerList`]) or an address. `retrieve` opens sessions; the command line
//! serves. Neither sees a type of `rmcp`.

mod catalogue;
mod child;
mod connection;
mod entry;
mod error;
mod expand;
mod jsonc;
mod knobs;
mod list;
mod metrics_server;
mod query;
mod secrets;
mod serve;
mod server;
mod session;
mod tools;

pub use error::ServerError;
pub use expand::Lookup;
pub use knobs::{Knobs, Protocol};
pub use list::ServerList;
pub use serve::{DEFAULT_ADDRESS, HttpServing, ServeError, serve_http, serve_stdio};
pub use server::{HttpServer, Server, StdioServer};
pub use session::{Session, ToolAnswer};
pub use tools::ToolInfo;

/// The tool of the metrics contract that gives numbers. The only one that is required.
pub const QUERY_METRICS: &str = "query_metrics";

/// The tool of the metrics contract that names the merchants.
pub const LIST_MERCHANTS: &str = "list_merchants";

/// The tool of the metrics contract that explains the metrics.
pub const LIST_METRICS: &str = "list_metrics";
