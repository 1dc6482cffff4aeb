//! What a server over HTTP can do wrong, a row each: the run ends in time with the right exit code, says what happened,
//! keeps every good answer, and draws nothing wrong.
//!
//! In the rows of the table the fault befalls one section's call, and the other six must come out as from a good server.
//! What befalls the whole server stands below it.

mod scripted;
mod stdio;

use super::support::{Finished, Kamslides, read_json, request};
use kamslides::mcp::Server;
use scripted::{Asked, Reply, Reply::*, data, serve, text};
use serde_json::{Value, json};
use std::{collections::BTreeMap, sync::OnceLock};

/// The section in which the faults of single calls happen.
const SECTION: &str = "aov-by-product";

/// What a server answers that prints its floating-point numbers without looking at them.
const NOT_JSON: &str = r#"{"jsonrpc": "2.0", "id": 1, "result": {"content": [], "structuredContent":
    {"columns": ["product_type", "aov"], "rows": [["Pay in 3", NaN]]}}}"#;

/// The section's data in words, with an average that is no number.
const AVERAGES: &str = r#"{"columns": ["product_type", "aov", "sales", "orders"],
    "rows": [["Pay in 3", NaN, NaN, 200], ["Pay in 4", 40.0, 4000, 100]]}"#;

/// How the section ends.
enum Ends {
    /// Drawn from the right data, after so many tries.
    Drawn(u32),
    /// Failed with this kind after so many tries, with these words in the report.
    Failed(&'static str, u32, &'static str),
    /// Without data.
    NoData(&'static str),
}
use Ends::{Drawn, Failed, NoData};

macro_rules! faults {
    ($($name:ident: $reply:expr => $ends:expr;)*) => {$(
        #[tokio::test(flavor = "multi_thread")]
        async fn $name() {
            one_section($reply, &$ends).await;
        }
    )*};
}

faults! {
    hangs_for_ever: |_| Hang => Failed("timeout", 1, "query_metrics gave no answer within 3s");
    a_byte_at_a_time: |_| Drip => Failed("timeout", 1, "query_metrics gave no answer within 3s");
    reset_before_headers: |_| Reset => Failed("unavailable", 3, "the connection to the server");
    reset_once: |asked| if asked.nth == 0 { Reset } else { Good } => Drawn(2);
    stream_that_ends_without_an_answer: |_| CutStream
        => Failed("unavailable", 3, "closed the connection before answering");
    truncated_body: |_| Cut => Failed("unavailable", 3, "the connection to the server");

    unauthorised_401: |_| Http("401 Unauthorized", "www-authenticate: Bearer\r\n", "who?")
        => Failed("auth", 1, "401 Unauthorized");
    forbidden_403: |_| Http("403 Forbidden", "", "no") => Failed("auth", 1, "403 Forbidden");
    page_404: |_| Http("404 Not Found", "content-type: text/html\r\n", "<html>Not here</html>")
        => Failed("refused", 1, "404 Not Found");
    throttled_429_without_a_wait: |asked| if asked.nth == 0 { Http("429 Too Many Requests", "", "") } else { Good }
        => Drawn(2);
    throttled_429_for_ever: |_| Http("429 Too Many Requests", "retry-after: 0\r\n", "")
        => Failed("throttled", 3, "429 Too Many Requests");
    throttled_429_for_an_hour: |_| Http("429 Too Many Requests", "retry-after: 3600\r\n", "")
        => Failed("throttled", 1, "429 Too Many Requests; not tried again, since the server asks for a wait");
    busy_503_twice: |asked| if asked.nth < 2 { Http("503 Service Unavailable", "", "") } else { Good } => Drawn(3);
    broken_500_always: |_| BROKEN
        => Failed("unavailable", 3, "500 Internal Server Error");

    bare_nan_in_the_protocol: |_| Body(NOT_JSON.into())
        => Failed("refused", 1, "its answer is not JSON-RPC");
    an_answer_of_20_mib: |_| text(&"x".repeat(20 << 20), false)
        => Failed("refused", 1, "answered with more than 16 MiB");
    error_marked: |_| text("the warehouse is down", true)
        => Failed("unavailable", 3, "the server answered with an error: the warehouse is down");
    error_in_the_question: |_| text("Catalog Error: Table with name orders does not exist!", true)
        => Failed("refused", 1, "does not exist");
    error_as_success: |_| data(&json!({"success": false, "message": "the warehouse is down"}))
        => Failed("unavailable", 3, "the server answered with an error: the warehouse is down");
    wrong_schema: |_| data(&json!({"columns": ["shop", "colour"], "rows": [["a", "red"]]}))
        => Failed("invalid_data", 1, "the answer has no column `product_type`");
    wrong_merchant: |_| data(&json!({
        "columns": ["product_type", "aov"], "rows": [["Pay in 3", 40.0]], "merchant": "other shop",
    })) => Failed("wrong_merchant", 1, "the answer is about `other shop`, but `demo-new` was asked for");
    duplicate_columns: |_| data(&json!({
        "columns": ["product_type", "aov", "aov", "sales", "orders"], "rows": [["Pay in 3", 40.0, 41.0, 400, 10]],
    })) => Failed("invalid_data", 1, "aov");
    truncated_rows: |_| data(&json!({
        "columns": ["product_type", "aov"], "rows": [["Pay in 3", 40.0]], "truncated": true,
    })) => Failed("invalid_data", 1, "the answer is truncated");
    empty: |_| data(&json!({"columns": ["product_type", "aov", "sales", "orders"], "rows": []}))
        => NoData("the answer has no row");
    all_zero: |_| data(&json!({
        "columns": ["product_type", "aov", "sales", "orders"],
        "rows": [["Pay in 3", 0, 0, 0], ["Pay in 4", 0, 0, 0]],
    })) => NoData("no part has a value other than zero");
    hypothetical_as_stated: |_| data(&json!({
        "columns": ["product_type", "aov", "sales", "orders"],
        "rows": [["Pay in 3", 40.0, 400, 10]],
        "warnings": ["These figures are hypothetical."],
    })) => NoData("hypothetical");
    hypothetical_in_prose: |_| text(&format!("These figures are hypothetical: {AVERAGES}"), false)
        => NoData("hypothetical");
}

/// The run with a fault in one section.
async fn one_section(reply: impl Fn(&Asked) -> Reply + Send + Sync + 'static, ends: &Ends) {
    let server = serve(move |asked| if asked.is_aov_by_product() { reply(asked) } else { Good }).await;
    let kamslides = Kamslides::new();
    let finished = run(&kamslides, &server, &[("SCALAPAY_RETRIEVAL__CALL_TIMEOUT", "3s")]);
    let (finished, drawn) = match ends {
        Drawn(_) => (finished.ends(0), 7),
        NoData(_) => (finished.ends(0), 6),
        Failed(..) => (finished.ends(3), 6),
    };
    let report = finished.report();
    assert_eq!(report["charts"].as_array().unwrap().len(), drawn, "{finished}");
    let one = request(&report, SECTION);
    match ends {
        Drawn(tries) => {
            assert_eq!((&one["status"], &one["attempts"]), (&json!("ok"), &json!(tries)), "{one}");
        }
        NoData(said) => {
            assert_eq!(
                (&one["status"], &one["error"]["kind"]),
                (&json!("no_data"), &json!("no_data")),
                "{one}"
            );
            assert!(one["error"]["message"].as_str().unwrap().contains(said), "{one}");
        }
        Failed(kind, tries, said) => {
            assert_eq!((&one["error"]["kind"], &one["attempts"]), (&json!(kind), &json!(tries)), "{one}");
            assert!(one["error"]["message"].as_str().unwrap().contains(said), "{one}");
            assert_eq!(report["errors_by_kind"], json!({*kind: 1}));
            assert!(finished.deck().closing().contains("not available for this edition"), "{finished}");
        }
    }
    good_answers_are_kept(&finished, drawn);
}

fn run(kamslides: &Kamslides, server: &Server, variables: &[(&str, &str)]) -> Finished {
    let run = kamslides.served("demo-new", server, &[]).variable("SCALAPAY_RETRY_DELAY_SECONDS", "0");
    variables.iter().fold(run, |run, (name, value)| run.variable(name, value)).run()
}

/// Every section that was drawn holds exactly the numbers that a good server gives, and `drawn` sections were.
fn good_answers_are_kept(finished: &Finished, drawn: usize) {
    static GOOD: OnceLock<BTreeMap<String, Value>> = OnceLock::new();
    let good = GOOD.get_or_init(|| numbers(&Kamslides::new().demo("demo-new", &[]).run().succeeds()));
    let found = numbers(finished);
    assert_eq!((found.len(), good.len()), (drawn, 7), "{finished}");
    for (name, numbers) in found {
        assert_eq!(&numbers, &good[&name], "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nan_in_the_text_of_an_answer_is_missing_and_never_zero() {
    let server = serve(|asked| if asked.is_aov_by_product() { text(AVERAGES, false) } else { Good }).await;
    let kamslides = Kamslides::new();
    let finished = run(&kamslides, &server, &[]).ends(0);
    let all = numbers(&finished);
    let (name, found) = all.iter().find(|(name, _)| name.contains(SECTION)).unwrap();
    let values = found[1][0]["values"].as_array().unwrap();
    let right = |value: &Value| value.is_null() || value.as_f64() == Some(40.0);
    assert!(values.iter().all(right) && values.iter().any(Value::is_number), "{found}");
    let data = String::from_utf8(finished.files()[name].clone()).unwrap();
    assert!(data.contains("written as NaN or Infinity count as missing"), "{data}");
}

#[tokio::test(flavor = "multi_thread")]
async fn servers_that_were_not_chosen_are_in_nobodys_way() {
    let server = serve(|_| Good).await;
    let kamslides = Kamslides::new();
    let servers = json!({
        "broken": {"url": 3},
        "unset": {"command": "kamslides-nowhere", "env": {"KEY": "${KAMSLIDES_UNSET}"}},
        "good": {"url": server.name()},
    });
    kamslides.file("f.json", json!({"mcpServers": servers}).to_string());
    let finished = kamslides.demo("demo-new", &["--mcp-config", "f.json", "--server", "good"]).run().ends(0);
    good_answers_are_kept(&finished, 7);
}

/// The numbers of each section by its file.
fn numbers(finished: &Finished) -> BTreeMap<String, Value> {
    let data = finished.files().into_iter().filter(|(name, _)| name.starts_with("data/"));
    data.map(|(name, bytes)| {
        let data: Value = serde_json::from_slice(&bytes).unwrap();
        (name, json!([data["index"], data["series"]]))
    })
    .collect()
}

// ---------------------------------------------------------------------------------------------------------------------
// The whole server

/// Each call fails with this, and no call is good.
const BROKEN: Reply = Http("500 Internal Server Error", "", "");

/// The report of a run that published nothing.
fn failed_report(kamslides: &Kamslides) -> Value {
    read_json(&kamslides.path("decks/demo-new_2023-01-01_2025-06-30_demo.failed.json"))
}

/// The states of the server in order.
fn states(report: &Value) -> Vec<&str> {
    report["health"].as_array().unwrap().iter().map(|change| change["state"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn refused_connections() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = Server::http(&format!("http://{}/mcp", listener.local_addr().unwrap()), None).unwrap();
    drop(listener);
    let kamslides = Kamslides::new();
    run(&kamslides, &server, &[]).fails(69, &["connection refused", "hint: check the address"]);
    assert_eq!(failed_report(&kamslides)["errors_by_kind"], json!({"unavailable": 7}));
}

#[tokio::test(flavor = "multi_thread")]
async fn dies_mid_call() {
    // The three calls of the first batch are answered; the server dies in the first of the second.
    let server = serve(|asked| if asked.calls < 3 { Good } else { Die }).await;
    let kamslides = Kamslides::new();
    let variables = [("SCALAPAY_MAX_CONCURRENT_BATCHES", "1"), ("SCALAPAY_CIRCUIT_BREAKER_TIMEOUT", "0")];
    let finished = run(&kamslides, &server, &variables).ends(3).says(&["3 of 7 sections drawn"]);
    assert_eq!(finished.report()["errors_by_kind"], json!({"unavailable": 4}));
    good_answers_are_kept(&finished, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn restarts_between_batches() {
    // Every session is lost with the first call of the second batch.
    let server = serve(|asked| if asked.calls == 3 { Restart } else { Good }).await;
    let kamslides = Kamslides::new();
    let finished = run(&kamslides, &server, &[("SCALAPAY_MAX_CONCURRENT_BATCHES", "1")]).ends(0);
    good_answers_are_kept(&finished, 7);
}

#[tokio::test(flavor = "multi_thread")]
async fn throttles_in_each_form_of_retry_after() {
    for (header, wait_ms) in [
        ("retry-after: 1\r\n", 1000.0),
        ("retry-after: 150ms\r\n", 150.0),
        ("retry-after: Sun, 06 Nov 1994 08:49:37 GMT\r\n", 0.0),
    ] {
        let server = serve(move |asked| match asked.nth {
            0 if asked.is_aov_by_product() => Http("429 Too Many Requests", header, ""),
            _ => Good,
        })
        .await;
        let kamslides = Kamslides::new();
        let finished = run(&kamslides, &server, &[]).ends(0);
        let finished = finished.says(&["was asked at most 3 calls at a time: it asked for fewer calls: "]);
        let report = finished.report();
        let one = request(&report, SECTION);
        let took = one["ended_ms"].as_f64().unwrap() - one["started_ms"].as_f64().unwrap();
        assert!(one["attempts"] == 2 && took >= wait_ms, "{header}: {took} ms");
        let change = &report["health"][0];
        assert_eq!((&change["state"], &change["limit"]), (&json!("normal"), &json!(3)), "{report}");
        assert_eq!((&change["server"], change["at_ms"].is_f64()), (&json!(server.name()), true));
        good_answers_are_kept(&finished, 7);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_keeps_failing_is_asked_less_and_then_left_alone() {
    let server = serve(|_| BROKEN).await;
    let kamslides = Kamslides::new();
    let variables = [("SCALAPAY_CIRCUIT_BREAKER_TIMEOUT", "0.1")];
    let said = "500 Internal Server Error";
    run(&kamslides, &server, &variables).fails(69, &[said, "was left alone for a while", "hint: "]);
    let report = failed_report(&kamslides);
    assert_eq!(states(&report)[..4], ["sequential", "open", "probing", "open"], "{report}");
    let at = |n: usize| report["health"][n]["at_ms"].as_f64().unwrap();
    assert!(at(2) - at(1) >= 100.0, "it was not left alone for as long as configured: {report}");
    // Without the middle state.
    let variables = [variables[0], ("SCALAPAY_ENABLE_FALLBACK_TO_SEQUENTIAL", "false")];
    run(&kamslides, &server, &variables).ends(69);
    assert_eq!(states(&failed_report(&kamslides))[..3], ["open", "probing", "open"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_threshold_decides_when_a_server_is_asked_less() {
    let server = serve(|_| BROKEN).await;
    let kamslides = Kamslides::new();
    for (threshold, expected) in [("9", &["sequential"][..]), ("10", &[])] {
        // Nine calls, a try each.
        let variables = [("SCALAPAY_RETRY_ATTEMPTS", "0"), ("SCALAPAY_CIRCUIT_BREAKER_THRESHOLD", threshold)];
        let finished = run(&kamslides, &server, &variables).ends(69);
        assert_eq!(states(&failed_report(&kamslides)), expected, "{threshold}");
        let told = finished.stderr.contains("was asked one call at a time: 9 of the last 9 calls failed: ");
        assert_eq!(told, !expected.is_empty(), "{finished}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_comes_back_while_it_is_left_alone_costs_no_section() {
    // Ten failures, one call after the other: it is asked less after five, and left alone after ten.
    let server = serve(|asked| if asked.calls < 10 { BROKEN } else { Good }).await;
    let kamslides = Kamslides::new();
    let variables = [
        ("SCALAPAY_ENABLE_CONCURRENT_DATA_RETRIEVAL", "false"),
        ("SCALAPAY_RETRY_ATTEMPTS", "10"),
        ("SCALAPAY_CIRCUIT_BREAKER_TIMEOUT", "0.2"),
    ];
    let finished = run(&kamslides, &server, &variables).ends(0);
    let report = finished.report();
    assert_eq!(states(&report)[..4], ["sequential", "open", "probing", "normal"], "{report}");
    good_answers_are_kept(&finished, 7);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_holds_a_place_while_waiting_for_another_try() {
    let order = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let server = serve({
        let order = order.clone();
        move |asked| {
            order.lock().unwrap().push(asked.arguments.to_string());
            if asked.calls == 0 {
                Http("503 Service Unavailable", "retry-after: 200ms\r\n", "")
            } else {
                Good
            }
        }
    })
    .await;
    let kamslides = Kamslides::new();
    let finished =
        run(&kamslides, &server, &[("SCALAPAY_ENABLE_CONCURRENT_DATA_RETRIEVAL", "false")]).ends(0);
    assert_eq!(finished.report()["concurrency"]["calls"]["peak"], 1);
    let order = order.lock().unwrap();
    let first = order.iter().enumerate().filter(|(_, call)| **call == order[0]).map(|(place, _)| place);
    let places: Vec<_> = first.collect();
    assert!(places.len() == 2 && places[1] > 1, "{places:?}: nobody was let in during the wait");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_come_by_the_deadline_is_published_and_no_retry_begins_that_would_miss_it() {
    let server = serve(|asked| match asked {
        asked if asked.is_aov_by_product() => Http("503 Service Unavailable", "retry-after: 20\r\n", ""),
        _ => Good,
    })
    .await;
    let kamslides = Kamslides::new();
    let finished = run(&kamslides, &server, &[("SCALAPAY_RETRIEVAL__DEADLINE", "15s")]).ends(3);
    let report = finished.report();
    let error = &request(&report, SECTION)["error"];
    assert_eq!(error["kind"], "unavailable");
    let said = "not tried again, since the run's time would be up before that";
    assert!(error["message"].as_str().unwrap().ends_with(said), "{error}");
    assert!(report["duration_ms"].as_f64().unwrap() < 13_500.0, "the run waited for nothing");
    good_answers_are_kept(&finished, 6);
}
