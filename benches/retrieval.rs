//! Retrieval against what no client can beat: a deck from a server that takes a second for each call, many calls over
//! one session, and calls that take no time.
//!
//! `cargo bench --bench retrieval` prints each figure with its lower bound and the ratio of the two. The first two are of the
//! whole process, from its start to the published deck.
#![expect(clippy::print_stdout, reason = "a benchmark prints")]

use axum::{Router, body::Body, extract::State, http::StatusCode, response::Response, routing::post};
use futures::future::join_all;
use kamslides::{
    concurrency::{Stop, runtime},
    domain::Merchant,
    mcp::{LIST_MERCHANTS, QUERY_METRICS, Server, Session, serve_http},
    store::Store,
};
use serde_json::{Map, Value, json};
use std::{
    error::Error,
    path::Path,
    process::Command,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::net::TcpListener;

const RUNS: usize = 5;
const LONG: Duration = Duration::from_secs(60);
const MERCHANT: &str = "demo-fashion";

fn main() -> Result<(), Box<dyn Error>> {
    let runtime = runtime()?;
    let folder = tempfile::tempdir()?;
    println!("a deck of {MERCHANT}, 7 requests in 9 calls of 1.0 s, whole process, {RUNS} runs");
    let slow = runtime.block_on(slow_server(Duration::from_secs(1)))?;
    for (batches, bound) in [("2", 2.0), ("3", 1.0)] {
        let runs: Result<Vec<_>, _> = (0..RUNS).map(|_| deck(folder.path(), &slow, batches)).collect();
        print(&format!("{batches} batches of 3"), runs?, bound);
    }
    println!("64 calls of 0.2 s at once over one session, {RUNS} runs");
    let slow = runtime.block_on(slow_server(Duration::from_millis(200)))?;
    let runs: Result<Vec<_>, _> = (0..RUNS).map(|_| runtime.block_on(at_once(&slow))).collect();
    print("all 64 answers", runs?, 0.2);
    runtime.block_on(list_merchants())
}

/// The seconds from start to end of `kamslides generate`.
fn deck(folder: &Path, server: &Server, batches: &str) -> Result<f64, Box<dyn Error>> {
    let begun = Instant::now();
    let output = Command::new(env!("CARGO_BIN_EXE_kamslides"))
        .args(["generate", "--merchant", MERCHANT, "--from", "2023-01-01", "--to", "2025-06-30"])
        // Without it the second run would reuse the answers of the first.
        .args(["--refresh", "--mcp-url", &server.name()])
        .env_clear()
        .env("SCALAPAY_MAX_CONCURRENT_BATCHES", batches)
        .current_dir(folder)
        .output()?;
    let seconds = begun.elapsed().as_secs_f64();
    if output.status.success() { Ok(seconds) } else { Err(String::from_utf8_lossy(&output.stderr).into()) }
}

/// The seconds that 64 calls take that are made at once.
async fn at_once(server: &Server) -> Result<f64, Box<dyn Error>> {
    let session = Session::open(server, LONG).await?;
    let arguments = json!({
        "merchant": MERCHANT, "metrics": ["sales"], "group_by": ["month"],
        "start_date": "2025-01-01", "end_date": "2025-06-30",
    });
    let Value::Object(arguments) = arguments else { return Err("no arguments".into()) };
    let begun = Instant::now();
    let answers = join_all((0..64).map(|_| session.call(QUERY_METRICS, arguments.clone(), LONG))).await;
    let seconds = begun.elapsed().as_secs_f64();
    for answer in answers {
        answer?;
    }
    session.close().await;
    Ok(seconds)
}

/// How many calls of `list_merchants` a second the metrics server answers with 64 in flight.
async fn list_merchants() -> Result<(), Box<dyn Error>> {
    const CALLS: usize = 6_400;
    let store = Arc::new(Store::demo(&Merchant::new(MERCHANT)?));
    let serving = serve_http(store, "127.0.0.1:0".parse()?, &Stop::new()).await?;
    let session = Session::open(&Server::http(&serving.url(), None)?, LONG).await?;
    let one = || session.call(LIST_MERCHANTS, Map::new(), LONG);
    let begun = Instant::now();
    let hands = join_all((0..64).map(|_| async {
        for _ in 0..CALLS / 64 {
            one().await?;
        }
        Ok::<_, kamslides::mcp::ServerError>(())
    }));
    for hand in hands.await {
        hand?;
    }
    let rate = CALLS as f64 / begun.elapsed().as_secs_f64();
    println!("list_merchants over loopback, 64 in flight: {rate:.0} calls/s, {:.2} of 2,000", rate / 2000.0);
    Ok(())
}

fn print(what: &str, mut seconds: Vec<f64>, bound: f64) {
    seconds.sort_by(f64::total_cmp);
    let (lowest, median) = (seconds[0], seconds[seconds.len() / 2]);
    println!(
        "  {what}: median {median:.3} s, lowest {lowest:.3} s; bound {bound:.1} s, ratio {:.3}",
        median / bound
    );
}

/// A server of the metrics contract that takes `time` for each call, however many there are.
async fn slow_server(time: Duration) -> Result<Server, Box<dyn Error>> {
    let store = Arc::new(Store::demo(&Merchant::new(MERCHANT)?));
    let data = Arc::new(Session::open(&Server::Embedded(store), LONG).await?);
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}/mcp", listener.local_addr()?);
    let router = Router::new().route("/mcp", post(answer)).with_state((data, time));
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(Server::http(&url, None)?)
}

async fn answer(State((data, time)): State<(Arc<Session>, Duration)>, body: String) -> Response {
    let begun = tokio::time::Instant::now();
    let message: Value = serde_json::from_str(&body).unwrap_or_default();
    let result = match message["method"].as_str() {
        Some("initialize") => json!({
            "protocolVersion": "2025-11-25", "capabilities": {"tools": {}},
            "serverInfo": {"name": "slow", "version": "0"},
        }),
        Some("tools/call") => {
            let arguments = message["params"]["arguments"].as_object().cloned().unwrap_or_default();
            let answer = data.call(QUERY_METRICS, arguments, LONG).await;
            tokio::time::sleep_until(begun + time).await;
            json!({"content": [], "structuredContent": answer.ok().and_then(|answer| answer.structured)})
        }
        _ => return status(StatusCode::ACCEPTED, Body::empty()),
    };
    let reply = json!({"jsonrpc": "2.0", "id": message["id"], "result": result});
    status(StatusCode::OK, reply.to_string().into())
}

fn status(status: StatusCode, body: Body) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let json = axum::http::HeaderValue::from_static("application/json");
    response.headers_mut().insert("content-type", json);
    response
}
