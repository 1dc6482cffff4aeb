//! Retrieval against real MCP servers: fakes that hold, fail and lie, and the metrics server itself.

use super::support::{Asked, Hold, LONG, Reply, by_hand, fake, listen};
use axum::{Router, http::StatusCode, response::IntoResponse, routing::post};
use futures::future::join_all;
use kamslides::{
    concurrency::{BreakerOptions, Limits, Retry, Stop, StopReason, blocking},
    domain::{Dimension, Merchant, Period, Review, parse_date},
    event::{Event, Events},
    failure::FailureKind,
    mcp::{Server, Session, serve_http},
    request::{RequestPlan, plan},
    retrieve::{AnswerStore, CallError, Options, RetrievalSummary, Retrieved, retrieve},
    store::Store,
    template::DeckTemplate,
};
use rmcp::{
    ErrorData, ServiceExt,
    model::{CallToolRequestParams, CallToolResult, ContentBlock},
    transport::StreamableHttpClientTransport,
};
use serde_json::{Value, json};
use sha2::Digest;
use std::{
    collections::BTreeSet,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::{net::TcpListener, sync::Notify};

impl Asked {
    /// Position of the request it belongs to: each test request groups by a dimension of its own.
    fn request(&self) -> usize {
        self.arguments["group_by"][0].as_str().unwrap().trim_start_matches('r').parse().unwrap()
    }

    /// A good answer, in which the request can be recognised.
    fn answer(&self) -> Value {
        json!({
            "columns": [{"name": self.arguments["group_by"][0], "type": "string"}, {"name": "sales", "type": "number"}],
            "rows": [["a", self.request()]],
        })
    }

    fn ok(&self) -> CallToolResult {
        CallToolResult::structured(self.answer())
    }

    fn ok_with(&self, field: &str, value: Value) -> CallToolResult {
        let mut answer = self.answer();
        answer[field] = value;
        CallToolResult::structured(answer)
    }
}

/// `n` requests of one call each for the merchant `acme`.
fn requests(n: usize, batch_size: usize) -> RequestPlan {
    let template = DeckTemplate::load("kam-review").unwrap();
    let sections: Vec<_> = (0..n)
        .map(|i| {
            let mut section = template.sections[0].clone();
            section.slug = format!("s{i}");
            section.calls = vec![vec![Dimension::Custom(format!("r{i:02}"))]];
            section
        })
        .collect();
    plan(&sections, &Merchant::new("acme").unwrap(), &review(), batch_size)
}

fn review() -> Review {
    let history = Period::new(parse_date("2023-01-01").unwrap(), parse_date("2025-06-30").unwrap());
    Review::new(history.unwrap(), None).unwrap()
}

fn limits(batches: usize, batch_size: usize) -> Limits {
    Limits::new(batches, batch_size, 1)
}

fn options(limits: Limits) -> Options {
    Options {
        limits,
        connect_timeout: LONG,
        call_timeout: LONG,
        retry: Retry::never(),
        breaker: BreakerOptions::default(),
        agent: None,
        answers: AnswerStore::default(),
    }
}

fn tries(attempts: u32) -> Retry {
    Retry::new(attempts, Duration::ZERO)
}

async fn run(plan: &RequestPlan, server: &Server, options: &Options) -> RetrievalSummary {
    retrieve(plan, server, options, &Events::ignored(), &Stop::new(), |_| ()).await
}

fn error(retrieved: &Retrieved) -> &CallError {
    retrieved.answers.as_ref().unwrap_err()
}

/// The one request's error when `reply` answers it.
async fn failure<F>(reply: impl Fn(Asked) -> F + Send + Sync + 'static) -> CallError
where
    F: Future<Output = Reply> + Send + 'static,
{
    let summary = run(&requests(1, 1), &fake(reply).await, &options(limits(1, 1))).await;
    error(&summary.retrieved[0]).clone()
}

#[tokio::test]
async fn the_peaks_are_the_limits() {
    const REQUESTS: usize = 24;
    for (batches, batch_size) in [(1, 1), (1, 3), (2, 2), (2, 3), (3, 3), (3, 8), (8, 1), (8, 3), (8, 8)] {
        let (expected_calls, expected_sessions) =
            ((batches * batch_size).min(REQUESTS), batches.min(REQUESTS.div_ceil(batch_size)));
        let hold = Arc::new(Hold::default());
        let server = fake({
            let hold = Arc::clone(&hold);
            move |asked| {
                let hold = Arc::clone(&hold);
                async move {
                    hold.enter(expected_calls, &asked.session).await;
                    hold.leave(&asked.session);
                    Ok(asked.ok())
                }
            }
        })
        .await;
        let limits = limits(batches, batch_size);
        let summary = run(&requests(REQUESTS, batch_size), &server, &options(limits)).await;
        let what = format!("{batches} batches of {batch_size}");
        assert!(summary.retrieved.iter().all(|one| one.answers.is_ok()), "{what}: {:?}", summary.retrieved);
        assert_eq!(summary.calls.limit, batches * batch_size, "{what}");
        assert_eq!(summary.calls.peak, expected_calls, "{what}: calls in flight");
        assert_eq!(summary.batches.peak, expected_sessions, "{what}: sessions open");
        assert_eq!(hold.peaks(), (expected_calls, expected_sessions), "{what}: at the server");
    }
}

#[tokio::test]
async fn one_that_hangs_takes_nobody_with_it() {
    let server = fake(|asked| async move {
        if asked.request() == 1 {
            std::future::pending::<()>().await;
        }
        Ok(asked.ok())
    })
    .await;
    let options = Options { call_timeout: Duration::from_millis(200), ..options(limits(2, 3)) };
    let summary = run(&requests(7, 3), &server, &options).await;
    for one in &summary.retrieved {
        assert_eq!(one.answers.is_ok(), one.request != 1, "request {}: {:?}", one.request, one.answers);
    }
    let error = error(&summary.retrieved[1]);
    assert_eq!(error.kind, FailureKind::Timeout);
    assert_eq!(error.message, "query_metrics gave no answer within 200ms");
    assert!(summary.retrieved[1].ended_ms - summary.retrieved[1].started_ms >= 200.0);
}

#[tokio::test]
async fn answers_come_in_request_order_and_the_first_before_the_last() {
    // The last request is answered only when the first one's answer has been handed on, and the first request of each
    // batch only when the others of the batch have been.
    let handed_on = Arc::new(Notify::new());
    let server = fake({
        let handed_on = Arc::clone(&handed_on);
        move |asked| {
            let handed_on = Arc::clone(&handed_on);
            async move {
                if asked.request() == 5 {
                    handed_on.notified().await;
                }
                Ok(asked.ok())
            }
        }
    })
    .await;
    let order = Mutex::new(Vec::new());
    let plan = requests(6, 3);
    let summary = retrieve(&plan, &server, &options(limits(2, 3)), &Events::ignored(), &Stop::new(), |one| {
        order.lock().unwrap().push(one.request);
        if one.request == 0 {
            handed_on.notify_one();
        }
    })
    .await;
    let order = order.into_inner().unwrap();
    assert_eq!(order.len(), 6);
    let place = |request| order.iter().position(|one| *one == request).unwrap();
    assert!(place(0) < place(5), "{order:?}");
    let values =
        summary.retrieved.iter().map(|one| one.answers.as_ref().unwrap()[0].table.rows[0][1].clone());
    assert_eq!(values.collect::<Vec<_>>(), (0..6).map(Value::from).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_request_of_several_calls_has_an_answer_for_each_in_order() {
    let mut plan = requests(2, 3);
    let call = plan.requests[1].calls[0].clone();
    plan.requests[0].calls.push(call);
    let server = fake(|asked| async move { Ok(asked.ok()) }).await;
    let summary = run(&plan, &server, &options(limits(1, 3))).await;
    let answers = summary.retrieved[0].answers.as_ref().unwrap();
    let columns: Vec<_> = answers.iter().map(|answer| answer.table.columns[0].name.as_str()).collect();
    assert_eq!(columns, ["r00", "r01"]);
    assert_eq!(summary.calls.peak, 3);
}

#[tokio::test]
async fn exactly_the_contracts_arguments_are_sent() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let server = fake({
        let seen = Arc::clone(&seen);
        move |asked| {
            seen.lock().unwrap().push((asked.tool.clone(), asked.arguments.clone()));
            async move { Ok(asked.ok()) }
        }
    })
    .await;
    let summary = run(&requests(1, 1), &server, &options(limits(1, 1))).await;
    let want = json!({
        "merchant": "acme", "metrics": ["sales", "orders"], "group_by": ["r00"],
        "start_date": "2022-01-01", "end_date": "2025-06-30",
    });
    assert_eq!(*seen.lock().unwrap(), [("query_metrics".to_owned(), want.clone())]);
    let answer = &summary.retrieved[0].answers.as_ref().unwrap()[0];
    assert_eq!((&answer.arguments, answer.tool.as_str()), (&want, "query_metrics"));
    assert_eq!(answer.server, server.name());
}

#[tokio::test]
async fn a_server_that_is_not_there_is_named_and_tried_again() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/mcp", listener.local_addr().unwrap());
    drop(listener);
    let server = Server::http(&url, None).unwrap();
    let summary = run(&requests(4, 3), &server, &Options { retry: tries(2), ..options(limits(2, 3)) }).await;
    assert_eq!(summary.retrieved.len(), 4);
    for one in &summary.retrieved {
        let error = error(one);
        assert_eq!((error.kind, one.attempts), (FailureKind::Unavailable, 2));
        assert_eq!(error.message, format!("cannot reach the server {url}: connection refused"));
        assert!(error.hints[0].contains("check the address"), "{error:?}");
    }
}

#[tokio::test]
async fn a_host_that_does_not_exist_is_named() {
    let server = Server::http("http://nowhere.invalid/mcp", None).unwrap();
    let summary = run(&requests(1, 1), &server, &options(limits(1, 1))).await;
    let error = error(&summary.retrieved[0]);
    assert_eq!(error.kind, FailureKind::Unavailable);
    assert!(error.message.ends_with("its host name is not known"), "{error:?}");
}

#[tokio::test]
async fn a_server_that_accepts_and_says_nothing_times_out() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = Server::http(&format!("http://{}/mcp", listener.local_addr().unwrap()), None).unwrap();
    let options = Options { connect_timeout: Duration::from_millis(100), ..options(limits(1, 1)) };
    let summary = run(&requests(1, 1), &server, &options).await;
    assert_eq!(error(&summary.retrieved[0]).kind, FailureKind::Timeout);
}

#[tokio::test]
async fn what_is_no_mcp_server_is_said_to_be_none() {
    let page = ([("content-type", "text/html")], "<html>Welcome</html>");
    let garbage = ([("content-type", "application/json")], "{\"hello\": 1}");
    let servers = [
        listen(Router::new().route("/mcp", post(move || async move { page }))).await,
        listen(Router::new().route("/mcp", post(move || async move { garbage }))).await,
        listen(Router::new()).await,
    ];
    for server in servers {
        let options = Options { retry: tries(3), ..options(limits(1, 1)) };
        let summary = run(&requests(1, 1), &server, &options).await;
        let error = error(&summary.retrieved[0]);
        assert_eq!((error.kind, summary.retrieved[0].attempts), (FailureKind::Refused, 1), "{error:?}");
        assert!(error.hints[0].contains("an MCP server?"), "{error:?}");
        assert!(!error.message.contains("::"), "{error:?}");
    }
}

#[tokio::test]
async fn an_answer_that_is_no_table_is_invalid_data() {
    let error =
        failure(|_| async { Ok(CallToolResult::success(vec![ContentBlock::text("Sales rose.")])) }).await;
    assert_eq!(error.kind, FailureKind::InvalidData);
    assert_eq!(error.message, "the answer is not a table: it begins Sales rose.");
    let error = failure(|asked| async move { Ok(asked.ok_with("truncated", json!(true))) }).await;
    assert_eq!(error.kind, FailureKind::InvalidData);
    let error = failure(|asked| async move { Ok(asked.ok_with("rows", json!([["a", "many"]]))) }).await;
    assert_eq!(error.message, "the answer cannot be used: row 1, column `sales`: \"many\" is not a number");
}

#[tokio::test]
async fn a_tool_that_fails_or_is_missing_says_why() {
    let error =
        failure(|_| async { Ok(CallToolResult::error(vec![ContentBlock::text("warehouse down")])) }).await;
    assert_eq!(error.kind, FailureKind::Unavailable);
    assert_eq!(error.message, "the server answered with an error: warehouse down");
    let error = failure(|_| async { Err(ErrorData::invalid_params("tool not found", None)) }).await;
    assert!(error.message.ends_with("refused query_metrics: tool not found"), "{error:?}");
    assert!(error.hints[0].contains("the right --binding?"), "{error:?}");
}

#[tokio::test]
async fn an_unknown_merchant_brings_near_names() {
    let error = failure(|_| async {
        Ok(CallToolResult::structured_error(json!({
            "error": {"kind": "unknown_merchant", "message": "no merchant `acme`", "suggestions": ["acme-it"]},
        })))
    })
    .await;
    assert_eq!(error.kind, FailureKind::UnknownMerchant);
    assert_eq!(error.hints, ["did you mean `acme-it`?"]);
}

#[tokio::test]
async fn another_merchants_answer_is_refused() {
    let listed = Arc::new(AtomicUsize::new(0));
    let server = fake({
        let listed = Arc::clone(&listed);
        move |asked| {
            let listed = Arc::clone(&listed);
            async move {
                if asked.tool == "list_merchants" {
                    listed.fetch_add(1, Ordering::SeqCst);
                    return Ok(CallToolResult::structured(json!({"merchants": [
                        {"id": "acme", "name": "Acme Ltd"}, {"id": "other", "name": "Other Ltd"},
                    ]})));
                }
                let columns = json!(["merchant", "sales"]);
                match asked.request() {
                    0 => Ok(asked.ok()),
                    1 => Ok(asked.ok_with("merchant", json!(" acme "))),
                    2 => Ok(asked.ok_with("merchant", json!("Acme Ltd"))),
                    3 => Ok(asked.ok_with("merchant", json!("Other Ltd"))),
                    4 => Ok(asked.ok_with("merchant", json!("ACME"))),
                    _ => {
                        let answer = json!({"columns": columns, "rows": [["acme", 1], ["other", 2]]});
                        Ok(CallToolResult::structured(answer))
                    }
                }
            }
        }
    })
    .await;
    let summary = run(&requests(2, 1), &server, &options(limits(1, 1))).await;
    assert!(summary.retrieved.iter().all(|one| one.answers.is_ok()), "{:?}", summary.retrieved);
    assert_eq!(listed.load(Ordering::SeqCst), 0, "the merchants were listed without need");
    let summary = run(&requests(6, 1), &server, &options(limits(1, 1))).await;
    let refused = summary.retrieved.iter().filter_map(|one| Some((one.request, one.answers.as_ref().err()?)));
    let refused: Vec<_> =
        refused.map(|(request, error)| (request, error.kind, error.message.as_str())).collect();
    let about = |other: &str| format!("the answer is about `{other}`, but `acme` was asked for");
    let kind = FailureKind::WrongMerchant;
    assert_eq!(
        refused,
        [
            (3, kind, about("Other Ltd").as_str()),
            (4, kind, about("ACME").as_str()),
            (5, kind, about("other").as_str()),
        ]
    );
    assert_eq!(listed.load(Ordering::SeqCst), 1, "the merchants are listed once");
}

#[tokio::test]
async fn a_merchants_name_that_could_not_be_asked_for_is_asked_for_again() {
    let listed = Arc::new(AtomicUsize::new(0));
    let server = fake({
        let listed = Arc::clone(&listed);
        move |asked| {
            let listed = Arc::clone(&listed);
            async move {
                if asked.tool != "list_merchants" {
                    return Ok(asked.ok_with("merchant", json!("Acme Ltd")));
                }
                match listed.fetch_add(1, Ordering::SeqCst) {
                    0 => Err(ErrorData::internal_error("busy", None)),
                    _ => Ok(CallToolResult::structured(json!([{"id": "acme", "name": "Acme Ltd"}]))),
                }
            }
        }
    })
    .await;
    let summary = run(&requests(3, 1), &server, &options(limits(1, 1))).await;
    // Nobody is told that the answer is about another merchant while that is not known.
    let first = error(&summary.retrieved[0]);
    assert_eq!(first.kind, FailureKind::Unavailable);
    assert!(
        first.message.contains("`Acme Ltd`") && first.message.ends_with("list_merchants: busy"),
        "{first:?}"
    );
    assert!(summary.retrieved[1..].iter().all(|one| one.answers.is_ok()), "{:?}", summary.retrieved);
    assert_eq!(listed.load(Ordering::SeqCst), 2, "a name that is known was asked for again");
    // A server without that tool has answered: it has no such name.
    let server = fake(|asked| async move {
        match asked.tool.as_str() {
            "list_merchants" => Err(ErrorData::invalid_params("tool not found", None)),
            _ => Ok(asked.ok_with("merchant", json!("Acme Ltd"))),
        }
    })
    .await;
    let summary = run(&requests(1, 1), &server, &options(limits(1, 1))).await;
    assert_eq!(error(&summary.retrieved[0]).kind, FailureKind::WrongMerchant);
}

#[tokio::test]
async fn the_runs_retries_are_one_budget_whose_end_is_told() {
    let asked = Arc::new(AtomicUsize::new(0));
    let server = fake({
        let asked = Arc::clone(&asked);
        move |_| {
            asked.fetch_add(1, Ordering::SeqCst);
            async { Ok(CallToolResult::error(vec![ContentBlock::text("busy")])) }
        }
    })
    .await;
    // Ten calls may be tried 21 times each, but the run has 35 retries.
    let options = Options { retry: tries(21), ..options(limits(2, 5)) };
    let summary = run(&requests(10, 5), &server, &options).await;
    assert_eq!(asked.load(Ordering::SeqCst), 10 + 35);
    for one in &summary.retrieved {
        let said = "busy; not tried again, since the run's retries are used up";
        assert!(error(one).message.ends_with(said), "{:?}", error(one));
    }
    // What a tool says of itself is no failure of the server.
    assert_eq!(summary.health, []);
}

#[tokio::test]
async fn what_may_pass_is_tried_again_and_told() {
    let server = fake(|asked| async move {
        match asked.nth {
            0 => Err(ErrorData::internal_error("busy", None)),
            1 => Ok(CallToolResult::error(vec![ContentBlock::text("busy")])),
            _ => Ok(asked.ok()),
        }
    })
    .await;
    let told = Arc::new(Mutex::new(Vec::new()));
    let events = Events::to({
        let told = Arc::clone(&told);
        move |event| told.lock().unwrap().push(event)
    });
    let options = Options { retry: tries(3), ..options(limits(1, 1)) };
    let summary = retrieve(&requests(1, 1), &server, &options, &events, &Stop::new(), |_| ()).await;
    assert!(summary.retrieved[0].answers.is_ok());
    assert_eq!(summary.retrieved[0].attempts, 3);
    let (kind, slug) = (FailureKind::Unavailable, "s0".to_owned());
    let reasons = [
        format!("the server {} refused query_metrics: busy", server.name()),
        "the server answered with an error: busy".to_owned(),
    ];
    let retried = |attempt: u32| {
        let reason = reasons[attempt as usize - 1].clone();
        Event::CallRetried { slug: slug.clone(), attempt, kind, reason }
    };
    assert_eq!(
        *told.lock().unwrap(),
        [
            Event::RequestStarted { slug: slug.clone() },
            retried(1),
            retried(2),
            Event::RequestFinished { slug: slug.clone(), error: None },
        ]
    );
}

#[tokio::test]
async fn http_statuses_decide_what_is_tried_again() {
    let unauthorised = (StatusCode::UNAUTHORIZED, [("www-authenticate", "Bearer")], "who?");
    let cases: [(axum::response::Response, FailureKind, u32); 5] = [
        (unauthorised.into_response(), FailureKind::Auth, 1),
        (StatusCode::FORBIDDEN.into_response(), FailureKind::Auth, 1),
        (StatusCode::SERVICE_UNAVAILABLE.into_response(), FailureKind::Unavailable, 3),
        ((StatusCode::TOO_MANY_REQUESTS, [("retry-after", "0")]).into_response(), FailureKind::Throttled, 3),
        // The server asks for more patience than a run has.
        (
            (StatusCode::TOO_MANY_REQUESTS, [("retry-after", "3600")]).into_response(),
            FailureKind::Throttled,
            1,
        ),
    ];
    for (response, kind, attempts) in cases {
        let (status, headers) = (response.status(), response.headers().clone());
        let server = by_hand(move |_| (status, headers.clone(), "").into_response()).await;
        let options = Options { retry: tries(3), ..options(limits(1, 1)) };
        let summary = run(&requests(1, 1), &server, &options).await;
        let one = &summary.retrieved[0];
        assert_eq!((error(one).kind, one.attempts), (kind, attempts), "{:?}", one.answers);
    }
    let server = by_hand(|nth| match nth {
        0 => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        _ => StatusCode::OK.into_response(),
    })
    .await;
    let options = Options { retry: tries(3), ..options(limits(1, 1)) };
    let summary = run(&requests(1, 1), &server, &options).await;
    assert!(summary.retrieved[0].answers.is_ok(), "{:?}", summary.retrieved[0].answers);
    assert_eq!(summary.retrieved[0].attempts, 2);
}

#[tokio::test]
async fn the_token_is_sent_and_never_shown() {
    let seen = Arc::new(Mutex::new(None));
    let handle = {
        let seen = Arc::clone(&seen);
        move |headers: axum::http::HeaderMap| async move {
            *seen.lock().unwrap() =
                headers.get("authorization").map(|value| value.to_str().unwrap().to_owned());
            StatusCode::UNAUTHORIZED
        }
    };
    let url = listen(Router::new().route("/mcp", post(handle))).await.name();
    let server = Server::http(&url, Some(kamslides::secret::Secret::new("hunter2"))).unwrap();
    let summary = run(&requests(1, 1), &server, &options(limits(1, 1))).await;
    assert_eq!(seen.lock().unwrap().as_deref(), Some("Bearer hunter2"));
    let error = error(&summary.retrieved[0]);
    assert_eq!(error.kind, FailureKind::Auth);
    assert!(!format!("{error:?} {server:?}").contains("hunter2"));
    assert!(error.hints[0].contains("SCALAPAY_MCP__TOKEN"), "{error:?}");
}

#[tokio::test]
async fn when_stopped_what_is_there_is_kept_and_the_rest_are_errors() {
    for reason in [StopReason::Interrupted, StopReason::Terminated, StopReason::Deadline] {
        let stop = Stop::new();
        let server = fake(|asked| async move {
            if asked.request() > 0 {
                std::future::pending::<()>().await;
            }
            Ok(asked.ok())
        })
        .await;
        let delivered = AtomicUsize::new(0);
        let plan = requests(7, 3);
        let summary = retrieve(&plan, &server, &options(limits(1, 3)), &Events::ignored(), &stop, |one| {
            delivered.fetch_add(1, Ordering::SeqCst);
            if one.request == 0 {
                stop.stop(reason);
            }
        })
        .await;
        assert_eq!((delivered.into_inner(), summary.retrieved.len()), (7, 7));
        assert!(summary.retrieved[0].answers.is_ok());
        for one in &summary.retrieved[1..] {
            assert_eq!(error(one).kind, reason.kind());
        }
    }
}

#[tokio::test]
async fn personal_data_are_not_kept() {
    let server = fake(|asked| async move {
        Ok(asked.ok_with("rows", json!([["anna@example.com", 1], ["+39 06 1234 5678", 2_025_010_112]])))
    })
    .await;
    let summary = run(&requests(1, 1), &server, &options(limits(1, 1))).await;
    let answer = &summary.retrieved[0].answers.as_ref().unwrap()[0];
    assert_eq!(
        answer.table.rows,
        [vec![json!("[e-mail]"), json!(1)], vec![json!("[telephone]"), json!(2_025_010_112)]]
    );
    let raw: Value = serde_json::from_str(&answer.raw).unwrap();
    assert_eq!(raw["rows"], json!(answer.table.rows));
    let hash = sha2::Sha256::digest(&answer.raw);
    let hex = (0..32).map(|i| u8::from_str_radix(&answer.raw_sha256[2 * i..2 * i + 2], 16).unwrap());
    assert_eq!((answer.raw_sha256.len(), hex.collect::<Vec<_>>()), (64, hash.to_vec()));
}

/// The store that the metrics server is tested over.
fn store() -> Arc<Store> {
    Arc::new(Store::demo(&Merchant::new("demo-fashion").unwrap()))
}

fn demo_plan() -> RequestPlan {
    let sections = DeckTemplate::load("kam-review").unwrap().sections;
    plan(&sections, &Merchant::new("demo-fashion").unwrap(), &review(), 3)
}

#[tokio::test]
async fn the_metrics_server_answers_alike_in_process_and_over_http() {
    let stop = Stop::new();
    let serving = serve_http(store(), "127.0.0.1:0".parse().unwrap(), &stop).await.unwrap();
    let http = Server::http(&serving.url(), None).unwrap();
    let options = options(Limits::new(2, 3, 4));
    let (near, far) = (Server::Embedded(store()), http);
    let (near, far) = (run(&demo_plan(), &near, &options).await, run(&demo_plan(), &far, &options).await);
    assert_eq!(near.retrieved.len(), 7);
    let calls: Vec<_> = near.retrieved.iter().map(|one| one.answers.as_ref().unwrap().len()).collect();
    assert_eq!(calls, [1, 1, 1, 1, 3, 1, 1]);
    for (near, far) in near.retrieved.iter().zip(&far.retrieved) {
        let (near, far) = (near.answers.as_ref().unwrap(), far.answers.as_ref().unwrap());
        for (near, far) in near.iter().zip(far) {
            assert!(!near.table.rows.is_empty());
            assert_eq!((&near.table, &near.raw_sha256), (&far.table, &far.raw_sha256));
        }
    }
    stop.stop(StopReason::Terminated);
    serving.ended().await.unwrap();
}

#[tokio::test]
async fn the_metrics_server_describes_itself() {
    let stop = Stop::new();
    let serving = serve_http(store(), "127.0.0.1:0".parse().unwrap(), &stop).await.unwrap();
    // The library's own client needs what ours sets up by itself.
    drop(rustls::crypto::ring::default_provider().install_default());
    let client = ().serve(StreamableHttpClientTransport::from_uri(serving.url())).await.unwrap();
    let tools = client.list_all_tools().await.unwrap();
    let names: Vec<_> = tools.iter().map(|tool| tool.name.as_ref()).collect();
    assert_eq!(names, ["query_metrics", "list_metrics", "list_merchants"]);
    for tool in &tools {
        let hints = tool.annotations.as_ref().unwrap();
        assert_eq!((hints.read_only_hint, hints.idempotent_hint), (Some(true), Some(true)), "{}", tool.name);
        assert!(tool.output_schema.is_some(), "{}", tool.name);
    }
    let required = |schema: &Value| -> BTreeSet<String> {
        schema["required"].as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned()).collect()
    };
    let query = serde_json::to_value(&tools[0]).unwrap();
    let want = ["end_date", "group_by", "merchant", "metrics", "start_date"];
    assert_eq!(required(&query["inputSchema"]), want.map(String::from).into());
    assert_eq!(required(&query["outputSchema"]), ["columns", "rows"].map(String::from).into());
    let cell = &query["outputSchema"]["properties"]["rows"]["items"]["items"]["type"];
    assert_eq!(*cell, json!(["string", "number", "null"]));

    let metrics = client.call_tool(CallToolRequestParams::new("list_metrics")).await.unwrap();
    let metrics = metrics.structured_content.unwrap();
    assert_eq!(metrics["metrics"].as_array().unwrap().len(), 8);
    let sales = json!({
        "name": "sales", "unit": "money", "additive": true, "audience": "client",
        "definition": "money of all order lines by order date, refunds subtracted (net of refunds)",
    });
    assert_eq!(metrics["metrics"][0], sales);
    let merchants = client.call_tool(CallToolRequestParams::new("list_merchants")).await.unwrap();
    let merchants = merchants.structured_content.unwrap();
    let ids = merchants["merchants"].as_array().unwrap().iter().map(|entry| entry["id"].as_str().unwrap());
    assert!(ids.collect::<Vec<_>>().contains(&"demo-fashion"), "{merchants}");
    client.cancel().await.unwrap();
}

#[tokio::test]
async fn the_metrics_server_refuses_in_the_contracts_words() {
    let session = Session::open(&Server::Embedded(store()), LONG).await.unwrap();
    let call = |merchant: &str, metric: &str| {
        let arguments = json!({
            "merchant": merchant, "metrics": [metric], "group_by": ["month"],
            "start_date": "2025-01-01", "end_date": "2025-06-30",
        });
        session.call("query_metrics", arguments.as_object().unwrap().clone(), LONG)
    };
    for (merchant, metric, kind) in
        [("demo-fashio", "sales", "unknown_merchant"), ("demo-fashion", "slaes", "invalid_argument")]
    {
        let answer = call(merchant, metric).await.unwrap();
        let error = answer.structured.clone().unwrap();
        assert!(answer.is_error);
        assert_eq!(error["error"]["kind"], kind);
        assert_eq!(serde_json::from_str::<Value>(&answer.text()).unwrap(), error, "text and data differ");
    }
    let arguments = json!({
        "merchant": "demo-fashion", "metrics": ["sales"], "group_by": ["product_typ"],
        "start_date": "2025-01-01", "end_date": "2025-06-30",
    });
    let answer = session.call("query_metrics", arguments.as_object().unwrap().clone(), LONG).await.unwrap();
    assert!(answer.is_error && answer.text().contains("did you mean `product_type`?"), "{}", answer.text());
    session.close().await;
    let mut plan = demo_plan();
    for call in plan.requests.iter_mut().flat_map(|request| &mut request.calls) {
        call.merchant = Merchant::new("demo-fashio").unwrap();
    }
    let summary = run(&plan, &Server::Embedded(store()), &options(Limits::new(2, 3, 4))).await;
    for one in &summary.retrieved {
        assert_eq!(error(one).kind, FailureKind::UnknownMerchant);
        assert!(error(one).hints[0].contains("`demo-fashion`"), "{:?}", error(one));
    }
}

#[tokio::test]
async fn a_port_that_is_taken_is_named() {
    let stop = Stop::new();
    let first = serve_http(store(), "127.0.0.1:0".parse().unwrap(), &stop).await.unwrap();
    let error = serve_http(store(), first.address(), &stop).await.unwrap_err();
    assert!(error.to_string().starts_with(&format!("cannot listen on {}: ", first.address())), "{error}");
}

#[tokio::test]
async fn many_calls_share_a_session() {
    let session = Session::open(&Server::Embedded(store()), LONG).await.unwrap();
    let answers =
        join_all((0..100).map(|_| session.call("list_metrics", serde_json::Map::new(), LONG))).await;
    assert!(answers.iter().all(|answer| answer.as_ref().is_ok_and(|answer| !answer.is_error)));
    session.close().await;
    assert_eq!(blocking(|| 1).await, Ok(1));
}
