//! The client that the MCP conformance suite tests: `tests/tools/conformance.sh` runs it, one scenario at a time.
//!
//! The suite names the scenario in `MCP_CONFORMANCE_SCENARIO` and gives the address of its server as the last argument.

use kamslides::{
    concurrency::runtime,
    mcp::{Server, Session},
};
use serde_json::{Value, json};
use std::{env, error::Error, time::Duration};

/// The suite gives a scenario 30 s.
const LONGEST: Duration = Duration::from_secs(20);

fn main() -> Result<(), Box<dyn Error>> {
    let url = env::args().nth(1).ok_or("give the address of the server")?;
    let scenario = env::var("MCP_CONFORMANCE_SCENARIO")?;
    let call: Option<(&str, Value)> = match scenario.as_str() {
        "initialize" => None,
        "tools_call" => Some(("add_numbers", json!({"a": 5, "b": 3}))),
        "sse-retry" => Some(("test_reconnection", json!({}))),
        other => return Err(format!("the scenario {other} is not known").into()),
    };
    let server = Server::http(&url, None)?;
    runtime()?.block_on(async {
        let session = Session::open(&server, LONGEST).await?;
        if let Some((tool, arguments)) = call {
            let arguments = arguments.as_object().cloned().unwrap_or_default();
            let answer = session.call(tool, arguments, LONGEST).await?;
            if answer.is_error {
                return Err(answer.text().into());
            }
        }
        session.close().await;
        Ok(())
    })
}
