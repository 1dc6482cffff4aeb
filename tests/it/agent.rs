//! Agent retrieval against a scripted language model: the same numbers as direct retrieval, and every fault of a model.

use super::support::{DEMO_HISTORY, Hold, Kamslides, LONG, Pptx, read_json};
use axum::{
    Router,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::post,
};
use futures::future::BoxFuture;
use kamslides::{
    concurrency::{Limits, Retry, Stop},
    domain::{Merchant, Period, Review, parse_date},
    event::Events,
    failure::FailureKind,
    llm::{self, Llm},
    mcp::Server,
    request::{RequestPlan, plan},
    retrieve::{Agent, CallError, Options, RetrievalSummary, retrieve},
    secret::Secret,
    store::Store,
    template::DeckTemplate,
};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    num::NonZeroUsize,
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::net::TcpListener;

// ---------------------------------------------------------------------------------------------------------------------
// The model

/// A server of a model that answers each question, with its number from 0, as the test says; and the questions.
struct Model {
    url: String,
    asked: Arc<Mutex<Vec<Value>>>,
}

impl Model {
    async fn new<F>(reply: impl Fn(usize, Value) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Response> + Send + 'static,
    {
        type Reply = Arc<dyn Fn(usize, Value) -> BoxFuture<'static, Response> + Send + Sync>;
        let reply: Reply = Arc::new(move |nth, body| Box::pin(reply(nth, body)));
        let asked: Arc<Mutex<Vec<Value>>> = Arc::default();
        let seen = Arc::clone(&asked);
        let handle = move |body: String| {
            let body: Value = serde_json::from_str(&body).unwrap();
            let nth = {
                let mut seen = seen.lock().unwrap();
                seen.push(body.clone());
                seen.len() - 1
            };
            reply(nth, body)
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/v1", listener.local_addr().unwrap());
        let router = Router::new().route("/v1/chat/completions", post(handle));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, asked }
    }

    /// One that does its work, except that the test may say something else.
    async fn honest(instead: impl Fn(usize, &Value) -> Option<Response> + Send + Sync + 'static) -> Self {
        Self::new(move |nth, body| {
            let reply = instead(nth, &body).unwrap_or_else(|| says(&honest(&body)));
            async move { reply }
        })
        .await
    }

    fn asked(&self) -> Vec<Value> {
        self.asked.lock().unwrap().clone()
    }
}

/// A whole answer around a message.
fn says(message: &Value) -> Response {
    let usage = json!({"prompt_tokens": 1000, "completion_tokens": 10, "total_tokens": 1010});
    json_response(
        &json!({"choices": [{"index": 0, "message": message, "finish_reason": "stop"}], "usage": usage}),
    )
}

fn json_response(body: &Value) -> Response {
    ([("content-type", "application/json")], body.to_string()).into_response()
}

fn words(text: &str) -> Value {
    json!({"role": "assistant", "content": text})
}

fn calls(calls: &[(&str, &str, Value)]) -> Value {
    let calls: Vec<_> = calls
        .iter()
        .map(|(id, name, arguments)| {
            json!({"id": id, "type": "function", "function": {"name": name, "arguments": arguments.to_string()}})
        })
        .collect();
    json!({"role": "assistant", "content": null, "tool_calls": calls})
}

/// What the model is told of a call, in order.
fn told(body: &Value) -> Vec<(String, String)> {
    let messages = body["messages"].as_array().unwrap().iter().filter(|message| message["role"] == "tool");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    messages.map(|message| (text(&message["tool_call_id"]), text(&message["content"]))).collect()
}

/// What is asked for: each table with its dimensions and metrics, as the question says it.
fn tables(body: &Value) -> Vec<(String, Vec<String>, Vec<String>)> {
    let question = body["messages"][1]["content"].as_str().unwrap();
    let table = |line: &str| {
        let (name, rest) = line.strip_prefix("- `")?.split_once("`: ")?;
        let (metrics, dimensions) = rest.split_once(" for each ")?;
        let names = |text: &str, by: &str| text.split(by).map(str::to_owned).collect();
        Some((name.to_owned(), names(dimensions, " and "), names(metrics, ", ")))
    };
    question.lines().filter_map(table).collect()
}

type Cells = Vec<String>;

/// A model that asks `query_metrics` once per table, then for the rows that it was not shown, then copies.
fn honest(body: &Value) -> Value {
    let user = body["messages"][1]["content"].as_str().unwrap();
    let line = |name: &str| user.lines().find_map(|line| line.strip_prefix(name)).unwrap().to_owned();
    let (merchant, period) = (line("Merchant: "), line("Period: "));
    let (start, rest) = period.split_once(" to ").unwrap();
    let end = rest.split_once(',').unwrap().0;
    let tables = tables(body);
    let told = told(body);
    if told.is_empty() {
        let query = |(i, (_, dimensions, metrics)): (usize, &(String, Vec<String>, Vec<String>))| {
            let arguments = json!({
                "merchant": merchant, "metrics": metrics, "group_by": dimensions, "start_date": start, "end_date": end,
            });
            (format!("q{i}"), arguments)
        };
        let queries: Vec<_> = tables.iter().enumerate().map(query).collect();
        let queries: Vec<_> =
            queries.iter().map(|(id, query)| (id.as_str(), "query_metrics", query.clone())).collect();
        return calls(&queries);
    }
    // Rows of each result by number, and how many there are.
    let mut results: BTreeMap<String, (usize, Cells, BTreeMap<usize, Cells>)> = BTreeMap::new();
    for (id, text) in &told {
        let name = match text.split_once(": ") {
            Some((name, rest)) if id.starts_with('q') => {
                let all = rest.split_once(" rows").unwrap_or_else(|| panic!("{text}")).0.parse().unwrap();
                results.insert(name.to_owned(), (all, Vec::new(), BTreeMap::new()));
                name.to_owned()
            }
            _ => id.split('-').nth(1).unwrap().to_owned(),
        };
        let result = results.get_mut(&name).unwrap();
        for line in text.lines() {
            let cells: Vec<String> = line.split(',').map(str::to_owned).collect();
            if cells[0] == "row" {
                result.1.clone_from(&cells);
            } else if let Ok(number) = cells[0].parse() {
                result.2.insert(number, cells);
            }
        }
    }
    let missing: Vec<_> = results
        .iter()
        .filter_map(|(name, (all, _, rows))| {
            Some((name, (0..*all).find(|row| !rows.contains_key(row))?, *all))
        })
        .map(|(name, from, all)| {
            (format!("g-{name}-{from}"), json!({"ref": name, "from": from, "n": all - from}))
        })
        .collect();
    if !missing.is_empty() {
        let asked: Vec<_> =
            missing.iter().map(|(id, rows)| (id.as_str(), "get_rows", rows.clone())).collect();
        return calls(&asked);
    }
    let mut answer = serde_json::Map::new();
    for ((name, dimensions, metrics), (sheet, (_, header, rows))) in tables.iter().zip(&results) {
        let at = |name: &String| header.iter().position(|column| column == name).unwrap();
        let mut columns = serde_json::Map::new();
        columns.extend(dimensions.iter().map(|name| (name.clone(), json!([name]))));
        columns.extend(metrics.iter().map(|name| (name.clone(), json!({"op": "value", "column": name}))));
        let row = |(number, cells): (&usize, &Vec<String>)| {
            let mut row = serde_json::Map::new();
            row.insert("from".into(), json!([format!("{sheet}/{number}")]));
            let text = |cell: &String| if cell.is_empty() { Value::Null } else { json!(cell) };
            row.extend(dimensions.iter().map(|name| (name.clone(), text(&cells[at(name)]))));
            let number = |cell: &String| serde_json::from_str(cell).unwrap_or(Value::Null);
            row.extend(metrics.iter().map(|name| (name.clone(), number(&cells[at(name)]))));
            Value::Object(row)
        };
        answer.insert(
            name.clone(),
            json!({"columns": columns, "rows": rows.iter().map(row).collect::<Vec<_>>()}),
        );
    }
    words(&json!({"no_data": null, "currency": null, "tables": answer}).to_string())
}

// ---------------------------------------------------------------------------------------------------------------------
// A retrieval

fn demo() -> Server {
    Server::Embedded(Arc::new(Store::demo(&Merchant::new("demo-fashion").unwrap())))
}

/// The first `n` requests of the deck in one batch.
fn requests(n: usize) -> RequestPlan {
    let template = DeckTemplate::load("kam-review").unwrap();
    let history = Period::new(parse_date("2023-01-01").unwrap(), parse_date("2025-06-30").unwrap()).unwrap();
    let review = Review::new(history, None).unwrap();
    plan(&template.sections[..n], &Merchant::new("demo-fashion").unwrap(), &review, n)
}

fn agent(model: &Model) -> Agent {
    Agent {
        llm: Llm::new(&model.url, "scripted", Some(&Secret::new("hunter2")), LONG).unwrap(),
        max_steps: 15,
        simplified_schemas: true,
        max_context_tokens: 100_000,
        max_concurrent: NonZeroUsize::new(6).unwrap(),
    }
}

async fn run(agent: Agent, requests: &RequestPlan, tries: u32) -> RetrievalSummary {
    let options = Options {
        limits: Limits::new(2, 3, 1),
        connect_timeout: LONG,
        call_timeout: LONG,
        retry: Retry::new(tries, Duration::ZERO),
        agent: Some(agent),
        breaker: kamslides::concurrency::BreakerOptions::default(),
        answers: kamslides::retrieve::AnswerStore::default(),
    };
    retrieve(requests, &demo(), &options, &Events::ignored(), &Stop::new(), |_| ()).await
}

/// Why the first request failed.
async fn failure(agent: Agent) -> CallError {
    let summary = run(agent, &requests(1), 1).await;
    let error = summary.retrieved[0].answers.as_ref().unwrap_err().clone();
    assert!(!format!("{error:?}").contains("hunter2"), "{error:?}");
    error
}

fn status(status: u16, body: &str) -> Response {
    (StatusCode::from_u16(status).unwrap(), body.to_owned()).into_response()
}

#[test]
fn a_deck_has_the_numbers_of_direct_retrieval() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let model = runtime.block_on(Model::honest(|_, _| None));
    let kamslides = Kamslides::new();
    let direct = kamslides.demo("demo-fashion", &["-o", "direct"]).run().succeeds();
    let agent = kamslides
        .demo("demo-fashion", &["-o", "agent", "--retrieval", "agent"])
        .variable("SCALAPAY_LLM__BASE_URL", &model.url)
        .variable("SCALAPAY_LLM__MODEL", "scripted")
        .variable("OPENAI_API_KEY", "hunter2")
        .run()
        .succeeds();
    let text = |deck: Pptx| deck.text();
    assert_eq!(text(agent.deck()), text(direct.deck()));
    let (direct_files, agent_files) = (direct.files(), agent.files());
    let mut compared = 0;
    for name in direct_files.keys().filter(|name| name.starts_with("data/")) {
        let read = |folder: std::path::PathBuf| read_json(&folder.join(name));
        let (direct, agent) = (read(direct.folder()), read(agent.folder()));
        for part in ["index", "series", "unit", "partial"] {
            assert_eq!(direct[part], agent[part], "{name}: {part}");
        }
        compared += 1;
    }
    assert_eq!(compared, 7);
    let report = agent.report();
    assert_eq!(report["tokens"]["max_context"], 1000);
    assert!(
        report["requests"]
            .as_array()
            .unwrap()
            .iter()
            .all(|request| request["tokens"].as_u64().unwrap() >= 2020)
    );
    assert!(report["concurrency"]["llm"]["peak"].as_u64().unwrap() >= 1, "{report:#}");
    // Raw answers hold the tools' results whole, though the model saw digests of them.
    let raw: Vec<_> = agent_files.iter().filter(|(name, _)| name.starts_with("raw/")).collect();
    assert_eq!(raw.len(), direct_files.keys().filter(|name| name.starts_with("raw/")).count());
    assert!(
        raw.iter().all(|(_, bytes)| String::from_utf8_lossy(bytes).contains("\"results\":[{\"ref\":\"r"))
    );
    // The key went to the model and nowhere else.
    for (name, bytes) in &agent_files {
        assert!(!String::from_utf8_lossy(bytes).contains("hunter2"), "{name}");
    }
    assert!(!agent.stderr.contains("hunter2"), "{agent}");
}

#[test]
fn a_replay_needs_neither_server_nor_model_and_gives_the_same_bytes() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let model = runtime.block_on(Model::honest(|_, _| None));
    let kamslides = Kamslides::new();
    let run = |more: &[&str]| {
        kamslides
            .demo("demo-fashion", &[&["--retrieval", "agent"][..], more].concat())
            .variable("SCALAPAY_LLM__BASE_URL", &model.url)
            .variable("SCALAPAY_LLM__MODEL", "scripted")
            .run()
    };
    let recorded = run(&["-o", "a", "--record", "tape"]).succeeds();
    assert_eq!(kamslides.names("tape").len(), 7, "one file for each request");
    model.asked.lock().unwrap().clear();
    let replayed = run(&["-o", "b", "--replay", "tape"]).succeeds();
    assert_eq!(model.asked(), Vec::<Value>::new(), "the model was asked");
    let content = |finished: &super::support::Finished| {
        let mut files = finished.files();
        files.retain(|name, _| name != "run.json" && !name.starts_with("raw/"));
        files
    };
    assert!(content(&recorded).len() > 20);
    assert!(content(&recorded) == content(&replayed), "a replay gave other bytes");
    let report = replayed.report();
    assert!(report["requests"].as_array().unwrap().iter().all(|one| one["cached"] == true), "{report:#}");
    run(&["-o", "c", "--replay", "tape", "--only", "aov"]).succeeds();
    // What is stored is checked as if it had just been said: a number that the results do not hold is none.
    for name in kamslides.names("tape") {
        let path = kamslides.path("tape").join(name);
        let mut stored = read_json(&path);
        let said = stored["raw"]["structured"]["said"].as_str().unwrap();
        let mut answer: Value = serde_json::from_str(said).unwrap();
        for table in answer["tables"].as_object_mut().unwrap().values_mut() {
            for cell in table["rows"][0].as_object_mut().unwrap().values_mut().filter(|cell| cell.is_number())
            {
                *cell = json!(cell.as_f64().unwrap() + 1.0);
            }
        }
        stored["raw"]["structured"]["said"] = answer.to_string().into();
        std::fs::write(&path, stored.to_string()).unwrap();
    }
    run(&["-o", "d", "--replay", "tape"]).fails(65, &["ungrounded: "]);
    // Another model's conversations are another's.
    let other = kamslides.demo("demo-fashion", &["--retrieval", "agent", "--replay", "tape", "-o", "e"]);
    let other = other.variable("SCALAPAY_LLM__MODEL", "another").run();
    other.fails(65, &["holds no answer of", "by agent:another", "template, model and server"]);
}

#[tokio::test]
async fn a_conversation_of_minutes_ago_is_not_held_again() {
    let model = Model::honest(|_, _| None).await;
    let folder = tempfile::tempdir().unwrap();
    let answers = kamslides::retrieve::AnswerStore {
        reusable: Some(kamslides::artifact::AnswerFolder::at(folder.path())),
        // A minute from now: what is stored meanwhile is not from the future.
        now: jiff::Timestamp::now().checked_add(jiff::SignedDuration::from_mins(1)).unwrap(),
        ..Default::default()
    };
    let options = |answers: &kamslides::retrieve::AnswerStore| Options {
        limits: Limits::new(2, 3, 1),
        connect_timeout: LONG,
        call_timeout: LONG,
        retry: Retry::new(1, Duration::ZERO),
        agent: Some(agent(&model)),
        breaker: kamslides::concurrency::BreakerOptions::default(),
        answers: answers.clone(),
    };
    let (plan, stop) = (requests(2), Stop::new());
    let get = async |answers: &kamslides::retrieve::AnswerStore| {
        retrieve(&plan, &demo(), &options(answers), &Events::ignored(), &stop, |_| ()).await
    };
    let first = get(&answers).await;
    let asked = model.asked().len();
    let again = get(&answers).await;
    assert_eq!(model.asked().len(), asked);
    for (first, again) in first.retrieved.iter().zip(&again.retrieved) {
        let (first, again) = (first.answers.as_ref().unwrap(), again.answers.as_ref().unwrap());
        assert!(again.iter().all(|answer| answer.cached));
        assert!(first.iter().zip(again).all(|(a, b)| a.table == b.table && a.raw == b.raw && a.key == b.key));
    }
    // What turned out to be no good is asked for again, and only that.
    answers.forget(first.retrieved[0].answers.as_ref().unwrap());
    let third = get(&answers).await;
    let cached = |n: usize| third.retrieved[n].answers.as_ref().unwrap()[0].cached;
    assert_eq!((cached(0), cached(1)), (false, true));
    // A quarter of an hour later everything is.
    let later = answers.now.checked_add(jiff::SignedDuration::from_mins(16)).unwrap();
    let late = get(&kamslides::retrieve::AnswerStore { now: later, ..answers }).await;
    assert!(late.retrieved.iter().all(|one| !one.answers.as_ref().unwrap()[0].cached));
}

#[tokio::test]
async fn the_form_is_asked_for_once_there_are_results_and_as_the_server_knows_it() {
    // One that knows only JSON objects, and one that knows no form at all.
    for (unknown, forms) in [
        (&[][..], &["json_schema"][..]),
        (&["json_schema"], &["json_schema", "json_object"]),
        (&["json_schema", "json_object"], &["json_schema", "json_object", "null"]),
    ] {
        let form = |body: &Value| body["response_format"]["type"].as_str().unwrap_or("null").to_owned();
        let model = Model::honest(move |_, body| {
            let words = r#"{"error": {"message": "response_format: not supported"}}"#;
            unknown.contains(&form(body).as_str()).then(|| status(400, words))
        })
        .await;
        let agent = agent(&model);
        assert!(run(agent.clone(), &requests(1), 1).await.retrieved[0].answers.is_ok());
        let asked: Vec<_> = model.asked().iter().map(form).collect();
        assert_eq!(asked, [&["null"], forms].concat());
        let last = &model.asked()[asked.len() - 1];
        let in_words = last["messages"][0]["content"].as_str().unwrap().contains("JSON by this schema");
        assert_eq!(in_words, !unknown.is_empty());
        // It is remembered.
        model.asked.lock().unwrap().clear();
        assert!(run(agent, &requests(1), 1).await.retrieved[0].answers.is_ok());
        assert_eq!(model.asked().len(), 2);
    }
}

#[tokio::test]
async fn turns_are_counted_per_request_and_a_time_out_is_not_tried_again() {
    let endless =
        Model::honest(|nth, _| Some(says(&calls(&[("x", "list_metrics", json!({"n": nth}))])))).await;
    let summary = run(Agent { max_steps: 4, ..agent(&endless) }, &requests(3), 1).await;
    assert!(summary.retrieved.iter().all(|one| one.answers.is_err()));
    assert_eq!(endless.asked().len(), 3 * 4);
    let model = Model::new(|_, _| std::future::pending()).await;
    let short = Llm::new(&model.url, "scripted", None, Duration::from_millis(100)).unwrap();
    let summary = run(Agent { llm: short, ..agent(&model) }, &requests(1), 3).await;
    assert_eq!((summary.retrieved[0].attempts, model.asked().len()), (1, 1));
}

#[tokio::test]
async fn every_fault_of_the_server_has_its_kind_and_no_key_is_shown() {
    let quota = r#"{"error": {"message": "no money", "type": "insufficient_quota"}}"#;
    let length = r#"{"error": {"message": "too long", "code": "context_length_exceeded"}}"#;
    let cases = [
        (401, r#"{"error": {"message": "bad key"}}"#, FailureKind::Auth, "401 Unauthorized: bad key"),
        (429, "slow down", FailureKind::Throttled, "429 Too Many Requests: slow down"),
        (429, r#"{"error": {"code": 429, "message": "later"}}"#, FailureKind::Throttled, "later"),
        (429, quota, FailureKind::Refused, "no money"),
        (400, length, FailureKind::Refused, "too long"),
        (500, "<html>", FailureKind::Unavailable, "500 Internal Server Error: <html>"),
        (200, "{\"choices\": [", FailureKind::Unavailable, "cannot be read: it is not JSON"),
        (200, "{\"choices\": []}", FailureKind::Unavailable, "cannot be read: it holds no choice"),
    ];
    for (code, body, kind, words) in cases {
        let model = Model::honest(move |_, _| Some(status(code, body))).await;
        let error = failure(agent(&model)).await;
        assert_eq!(error.kind, kind, "{error:?}");
        assert!(error.message.contains(words), "{error:?}");
        // The client of the model tries nothing again by itself.
        assert_eq!(model.asked().len(), 1, "{code} {body}");
    }
}

#[tokio::test]
async fn what_may_pass_is_tried_again_and_what_lasts_is_not() {
    for (code, body, attempts) in [
        (429, "slow down", 2),
        (429, r#"{"error": {"code": 429, "message": "later"}}"#, 2),
        (503, "<html>", 2),
        (200, "not json", 2),
        (401, "no", 1),
        (429, r#"{"error": {"message": "no money", "type": "insufficient_quota"}}"#, 1),
    ] {
        let model = Model::honest(move |nth, _| (nth == 0).then(|| status(code, body))).await;
        let summary = run(agent(&model), &requests(1), 3).await;
        let one = &summary.retrieved[0];
        assert_eq!((one.answers.is_ok(), one.attempts), (attempts == 2, attempts), "{code} {body}: {one:?}");
    }
}

#[tokio::test]
async fn a_model_that_hangs_times_out() {
    let model = Model::new(|_, _| std::future::pending()).await;
    let short = Llm::new(&model.url, "scripted", None, Duration::from_millis(100)).unwrap();
    let error = failure(Agent { llm: short, ..agent(&model) }).await;
    assert_eq!(
        (error.kind, error.message.as_str()),
        (FailureKind::Timeout, "the model gave no answer within 100ms")
    );
}

#[tokio::test]
async fn a_wrong_tool_and_wrong_arguments_are_told_to_the_model() {
    let model = Model::honest(|nth, _| match nth {
        0 => Some(says(&calls(&[("x1", "query_metric", json!({}))]))),
        1 => Some(says(
            &json!({"tool_calls": [{"id": "x2", "function": {"name": "query_metrics", "arguments": "{no"}}]}),
        )),
        2 => Some(says(&calls(&[("x3", "get_rows", json!({"ref": "r9", "from": 0, "n": 1}))]))),
        3 => Some(says(&calls(&[(
            "q0",
            "query_metrics",
            json!({"merchant": "demo-fashion", "metrics": ["slaes"], "group_by": [], "start_date": "2024-01-01", "end_date": "2024-01-31"}),
        )]))),
        _ => None,
    });
    let model = model.await;
    let error = failure(Agent { max_steps: 4, ..agent(&model) }).await;
    assert!(
        error.message.contains("no answer within 4 turns") && error.hints[0].contains("max_steps"),
        "{error:?}"
    );
    let asked = model.asked();
    assert_eq!(asked.len(), 4);
    let told = told(asked.last().unwrap());
    assert!(
        told[0].1.contains("there is no tool `query_metric`; the tools are")
            && told[0].1.contains("query_metrics"),
        "{told:?}"
    );
    assert_eq!(told[1].1, "the arguments are not a JSON object");
    assert!(told[2].1.starts_with("there is no result `r9`"), "{told:?}");
}

#[tokio::test]
async fn an_error_of_the_tool_is_told_and_the_model_goes_on() {
    let wrong = json!({"merchant": "demo-fashion", "metrics": ["slaes"], "group_by": [], "start_date": "2024-01-01", "end_date": "2024-01-31"});
    let model = Model::honest(move |nth, body| {
        Some(if nth == 0 {
            says(&calls(&[("x", "query_metrics", wrong.clone())]))
        } else {
            // As if the mistake had not been: the honest model counts only its own calls.
            let mut body = body.clone();
            let messages = body["messages"].as_array_mut().unwrap();
            assert!(
                messages[3]["content"].as_str().unwrap().contains("did you mean `sales`?"),
                "{messages:?}"
            );
            messages.drain(2..4);
            says(&honest(&body))
        })
    })
    .await;
    let summary = run(agent(&model), &requests(1), 1).await;
    assert!(summary.retrieved[0].answers.is_ok(), "{:?}", summary.retrieved[0].answers);
}

#[tokio::test]
async fn the_same_call_twice_ends_it() {
    let model = Model::honest(|nth, _| {
        // Another order of keys and another id make no other call.
        let arguments = if nth % 2 == 0 { json!({"a": 1, "b": 2}) } else { json!({"b": 2, "a": 1}) };
        Some(says(&calls(&[(&format!("c{nth}"), "list_metrics", arguments)])))
    })
    .await;
    let error = failure(agent(&model)).await;
    assert_eq!(error.message, "the model made the same call of `list_metrics` twice and was stopped");
    assert_eq!(model.asked().len(), 2);
}

/// The honest model's answer with one number changed.
fn changed(body: &Value) -> Value {
    let mut message = honest(body);
    if let Some(text) = message["content"].as_str() {
        let mut answer: Value = serde_json::from_str(text).unwrap();
        let sales = &mut answer["tables"]["by_month"]["rows"][3]["sales"];
        *sales = json!(sales.as_f64().unwrap() + 0.01);
        message["content"] = json!(answer.to_string());
    }
    message
}

#[tokio::test]
async fn invented_numbers_are_refused_and_named() {
    let model = Model::honest(|_, body| Some(says(&changed(body)))).await;
    let error = failure(agent(&model)).await;
    assert_eq!(error.kind, FailureKind::InvalidData);
    assert!(error.message.starts_with("ungrounded: by_month: row 3 says "), "{error:?}");
    assert!(error.message.contains("for `sales`, but the value of `sales` at r1/3 is "), "{error:?}");
    // One call, one answer, one repair.
    assert_eq!(model.asked().len(), 3);
    let repair = model.asked()[2]["messages"].as_array().unwrap().last().unwrap()["content"].clone();
    assert!(repair.as_str().unwrap().contains("- by_month: row 3 says "), "{repair}");
}

#[tokio::test]
async fn one_repair_works() {
    let is_answer = |body: &Value| !told(body).is_empty();
    let texts =
        ["I think sales rose.", "{\"tables\": {\"by_month\": {\"columns\": {}, \"rows\": []}}}", "{}"];
    for text in texts {
        let model =
            Model::honest(move |nth, body| (nth == 1 && is_answer(body)).then(|| says(&words(text)))).await;
        let summary = run(agent(&model), &requests(1), 1).await;
        assert!(summary.retrieved[0].answers.is_ok(), "{text}: {:?}", summary.retrieved[0].answers);
        assert_eq!(model.asked().len(), 3, "{text}");
    }
    let model = Model::honest(move |nth, body| (nth == 1).then(|| says(&changed(body)))).await;
    assert!(run(agent(&model), &requests(1), 1).await.retrieved[0].answers.is_ok());
    let model = Model::honest(move |_, body| is_answer(body).then(|| says(&words("no")))).await;
    let error = failure(agent(&model)).await;
    assert_eq!(error.message, "ungrounded: the answer is not JSON");
}

#[tokio::test]
async fn a_refusal_a_cut_and_no_data_are_said() {
    let refusal = json!({"role": "assistant", "content": null, "refusal": "I may not."});
    let model = Model::honest(move |_, _| Some(says(&refusal))).await;
    let error = failure(agent(&model)).await;
    assert_eq!((error.kind, error.message.as_str()), (FailureKind::Refused, "the model refused: I may not."));
    let cut = json!({"choices": [{"message": {"content": "{\"tables\""}, "finish_reason": "length"}]});
    let model = Model::honest(move |_, _| Some(json_response(&cut))).await;
    let error = failure(agent(&model)).await;
    assert_eq!(error.message, "the model's answer was cut off at its limit of length");
    let none =
        json!({"no_data": "the shop is new", "currency": null, "tables": {"by_month": null}}).to_string();
    let model = Model::honest(move |_, _| Some(says(&words(&none)))).await;
    let error = failure(agent(&model)).await;
    assert_eq!(
        (error.kind, error.message.as_str()),
        (FailureKind::NoData, "the model found no data: the shop is new")
    );
}

#[tokio::test]
async fn our_own_ceiling_is_kept_before_the_model_is_asked() {
    let model = Model::honest(|_, _| None).await;
    let error = failure(Agent { max_context_tokens: 1000, ..agent(&model) }).await;
    assert_eq!(error.kind, FailureKind::Refused);
    assert!(error.message.contains("but 1000 is the most allowed"), "{error:?}");
    assert!(error.hints[0].contains("llm.max_context_tokens"), "{error:?}");
    assert_eq!(model.asked().len(), 0);
}

#[tokio::test]
async fn the_ceiling_holds_for_a_batch_together_and_each_prompt() {
    for ceiling in [5_000, 9_000, 14_000, 100_000] {
        let model = Model::new(move |_, body| async move {
            let usage = json!({"prompt_tokens": llm::count(&body.to_string()), "completion_tokens": 1});
            json_response(&json!({"choices": [{"message": honest(&body)}], "usage": usage}))
        })
        .await;
        let summary = run(Agent { max_context_tokens: ceiling, ..agent(&model) }, &requests(3), 1).await;
        for body in model.asked() {
            let tokens = llm::count(&body.to_string());
            assert!(tokens <= ceiling, "a prompt of {tokens} tokens under a ceiling of {ceiling}");
        }
        for one in &summary.retrieved {
            assert!(one.tokens.max_context <= ceiling as u64);
            if let Err(error) = &one.answers {
                assert!(error.message.contains(&format!("{ceiling} is the most")), "{error:?}");
            }
        }
        if ceiling == 100_000 {
            assert!(summary.retrieved.iter().all(|one| one.answers.is_ok()), "{summary:?}");
        }
    }
}

#[tokio::test]
async fn calls_of_one_turn_run_at_once_and_results_keep_their_order() {
    let model = Model::honest(|nth, _| match nth {
        0 => {
            let query = |metric: &str| json!({"merchant": "demo-fashion", "metrics": [metric], "group_by": ["month"], "start_date": "2025-01-01", "end_date": "2025-06-30"});
            Some(says(&calls(&[("a", "query_metrics", query("sales")), ("b", "list_metrics", json!({})), ("c", "query_metrics", query("orders"))])))
        }
        _ => Some(says(&words(&json!({"no_data": "enough", "tables": {}}).to_string()))),
    })
    .await;
    let summary = run(agent(&model), &requests(1), 1).await;
    assert_eq!(summary.calls.peak, 3);
    let told = told(&model.asked()[1]);
    let ids: Vec<_> = told.iter().map(|(id, _)| id.as_str()).collect();
    assert_eq!(ids, ["a", "b", "c"]);
    assert!(
        told[0].1.contains("row,month,sales\n0,2025-01,") && told[2].1.contains("row,month,orders\n"),
        "{told:?}"
    );
}

#[tokio::test]
async fn no_more_questions_at_once_than_allowed() {
    let hold = Arc::new(Hold::default());
    let model = Model::new({
        let hold = Arc::clone(&hold);
        move |_, body| {
            let hold = Arc::clone(&hold);
            async move {
                hold.enter(2, "model").await;
                hold.leave("model");
                says(&honest(&body))
            }
        }
    })
    .await;
    let limited = Agent { max_concurrent: NonZeroUsize::new(2).unwrap(), ..agent(&model) };
    let summary = run(limited, &requests(3), 1).await;
    assert!(summary.retrieved.iter().all(|one| one.answers.is_ok()), "{summary:?}");
    assert_eq!((summary.llm.limit, summary.llm.peak, hold.peaks().0), (2, 2, 2));
}

#[tokio::test]
async fn tools_are_described_in_short_unless_full_schemas_are_wanted() {
    for simplified in [true, false] {
        let model = Model::honest(|_, _| None).await;
        let asked = Agent { simplified_schemas: simplified, ..agent(&model) };
        assert!(run(asked, &requests(1), 1).await.retrieved[0].answers.is_ok());
        let tools = model.asked()[0]["tools"].clone();
        let query = tools
            .as_array()
            .unwrap()
            .iter()
            .find(|tool| tool["function"]["name"] == "query_metrics")
            .unwrap();
        let text = query.to_string();
        assert_eq!(text.contains("$schema"), !simplified, "{text}");
        let groups =
            query["function"]["parameters"]["properties"]["group_by"]["description"].as_str().unwrap();
        assert_eq!(groups.chars().count() <= 200, simplified, "{groups}");
    }
}

#[test]
fn settings_reach_the_conversation() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let kamslides = Kamslides::new();
    let arguments = [
        &["generate", "--merchant", "demo-fashion", "--only", "aov", "--retrieval", "agent"][..],
        &DEMO_HISTORY,
    ]
    .concat();
    kamslides.run(&arguments).fails(78, &["agent retrieval needs a language model", "set llm.model"]);
    // A model that always asks for something else: as many questions as turns are allowed.
    let model = runtime
        .block_on(Model::honest(|nth, _| Some(says(&calls(&[("x", "list_metrics", json!({"n": nth}))])))));
    for (variable, value, turns) in
        [("SCALAPAY_DATA_RETRIEVAL_MAX_STEPS", "3", 3), ("SCALAPAY_LLM__MODEL", "scripted", 15)]
    {
        model.asked.lock().unwrap().clear();
        let run = kamslides.command(&arguments).variable("SCALAPAY_LLM__BASE_URL", &model.url);
        let run = run.variable("SCALAPAY_LLM__MODEL", "scripted").variable(variable, value);
        run.run().fails(69, &[&format!("the model gave no answer within {turns} turns")]);
        assert_eq!(model.asked().len(), turns);
    }
    for (value, short) in [("true", true), ("false", false)] {
        model.asked.lock().unwrap().clear();
        let run = kamslides.command(&arguments).variable("SCALAPAY_LLM__BASE_URL", &model.url);
        let run = run
            .variable("SCALAPAY_LLM__MODEL", "scripted")
            .variable("SCALAPAY_USE_SIMPLIFIED_SCHEMAS", value);
        run.run().ends(69);
        assert_eq!(model.asked()[0]["tools"].to_string().contains("$schema"), !short);
    }
}
