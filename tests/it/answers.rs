//! Stored answers: recordings and replays, what a further run of a job may reuse, and how complete data must be.

use super::support::{
    Asked, DEMO_HISTORY, Finished, Kamslides, LONG, Reply, demo_server, fake, read_json, request, tool_error,
};
use jiff::{SignedDuration, Timestamp};
use kamslides::{
    artifact::{AnswerFolder, StoredAnswer},
    concurrency::{BreakerOptions, Limits, Retry, Stop},
    domain::{Merchant, Period, Review, parse_date},
    event::Events,
    mcp::{Server, Session},
    request::plan,
    retrieve::{AnswerStore, Options, RetrievalSummary, retrieve},
    store::Store,
    template::DeckTemplate,
};
use rmcp::model::CallToolResult;
use rustix::process::Signal;
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    fs,
    os::unix::fs::{PermissionsExt, symlink},
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, SystemTime},
};
use tokio::sync::Notify;

/// Calls of a whole deck.
const CALLS: usize = 9;

/// Where runs of demo-new leave answers for the next run.
const REUSABLE: &str = "decks/.demo-new_2023-01-01_2025-06-30_demo.answers";

/// A server of a demo merchant that counts what it is asked.
struct Counting {
    server: Server,
    calls: Arc<AtomicUsize>,
}

impl Counting {
    async fn of<F>(merchant: &str, instead: impl Fn(Asked) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Option<Reply>> + Send + 'static,
    {
        let calls = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&calls);
        let server = demo_server(merchant, move |asked| {
            count.fetch_add(1, Ordering::SeqCst);
            instead(asked)
        })
        .await;
        Self { server, calls }
    }

    async fn plain(merchant: &str) -> Self {
        Self::of(merchant, |_| async { None }).await
    }

    /// Calls since the last time.
    fn calls(&self) -> usize {
        self.calls.swap(0, Ordering::SeqCst)
    }
}

/// A demo merchant's own answer, changed.
async fn changed(merchant: &str, asked: &Asked, change: impl FnOnce(&mut Value)) -> Option<Reply> {
    let store = Store::demo(&Merchant::new(merchant).unwrap());
    let session = Session::open(&Server::Embedded(Arc::new(store)), LONG).await.unwrap();
    let arguments = asked.arguments.as_object().unwrap().clone();
    let mut answer = session.call("query_metrics", arguments, LONG).await.unwrap().structured.unwrap();
    change(&mut answer);
    Some(Ok(CallToolResult::structured(answer)))
}

/// Deck, charts and data of a run: what must be the same for the same data.
fn content(finished: &Finished) -> BTreeMap<String, Vec<u8>> {
    let is_content = |path: &str| {
        path == "deck.pptx"
            || path == "summary.md"
            || path.starts_with("charts/")
            || path.starts_with("data/")
    };
    finished.files().into_iter().filter(|(path, _)| is_content(path)).collect()
}

/// The stored answers of a folder, by file name.
fn stored(kamslides: &Kamslides, folder: &str) -> BTreeMap<String, StoredAnswer> {
    let files = kamslides.files(folder).into_iter();
    files.map(|(name, bytes)| (name, serde_json::from_slice(&bytes).unwrap())).collect()
}

/// The file of the answer that is grouped by one dimension and begins with one metric.
fn file_of(kamslides: &Kamslides, folder: &str, group_by: &[&str], metric: &str) -> PathBuf {
    let is_it = |answer: &StoredAnswer| {
        answer.arguments["group_by"] == json!(group_by) && answer.arguments["metrics"][0] == metric
    };
    let found = stored(kamslides, folder).into_iter().find(|(_, answer)| is_it(answer));
    kamslides.path(folder).join(found.unwrap().0)
}

fn cached(report: &Value) -> Vec<bool> {
    report["requests"].as_array().unwrap().iter().map(|one| one["cached"].as_bool().unwrap()).collect()
}

// ---------------------------------------------------------------------------------------------------------------------
// Recordings

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_asks_nobody_and_gives_the_same_bytes() {
    let (kamslides, counting) = (Kamslides::new(), Counting::plain("demo-fashion").await);
    let run = |more: &[&str]| kamslides.served("demo-fashion", &counting.server, more).run();
    let recorded = run(&["--record", "tape", "--out", "a"]).succeeds();
    assert_eq!(counting.calls(), CALLS);
    let replayed = run(&["--replay", "tape", "--out", "b"]).succeeds();
    assert_eq!(counting.calls(), 0, "the server was asked");
    assert!(content(&recorded) == content(&replayed), "a replay gave other bytes");
    assert!(content(&recorded).len() > 20);
    let (then, now) = (recorded.report(), replayed.report());
    assert_eq!((cached(&then), cached(&now)), (vec![false; 7], vec![true; 7]));
    for (then, now) in then["requests"].as_array().unwrap().iter().zip(now["requests"].as_array().unwrap()) {
        assert_eq!(then["fetched_at"], now["fetched_at"]);
        assert_eq!((&now["attempts"], &now["bytes"]), (&json!(0), &then["bytes"]));
    }
    // No session was opened either.
    assert_eq!(now["phases"].get("connect"), None);
    assert_eq!(
        (&now["concurrency"]["batches"]["peak"], &now["concurrency"]["calls"]["peak"]),
        (&json!(0), &json!(0))
    );
    assert_eq!(
        kamslides.names("b").len(),
        2,
        "a replay left answers for further runs: {:?}",
        kamslides.names("b")
    );
    run(&["--replay", "tape", "--out", "b", "-v"]).succeeds().says(&["; 7 of 7 answers reused (fetched "]);
    let server = Server::http("http://127.0.0.1:9/mcp", None).unwrap();
    let elsewhere = kamslides.served("demo-fashion", &server, &["--replay", "tape"]).run();
    // Another server's answers are not taken for its own, and it is not asked: nobody listens there.
    elsewhere
        .fails(65, &["holds no answer of http://127.0.0.1:9/mcp", "server of the recorded run", "--record"]);
}

#[test]
fn a_recording_holds_what_the_embedded_server_said_and_that_there_are_no_data() {
    let kamslides = Kamslides::new();
    let recorded = kamslides.demo("demo-gap", &["--record", "tape", "--out", "a"]).run().succeeds();
    assert_eq!(request(&recorded.report(), "demographics")["status"], "no_data");
    let replayed = kamslides.demo("demo-gap", &["--replay", "tape", "--out", "b"]).run().succeeds();
    assert!(content(&recorded) == content(&replayed), "a replay gave other bytes");
    assert_eq!(stored(&kamslides, "tape").len(), CALLS);
}

#[test]
fn a_recording_names_what_was_asked_and_is_its_owners_alone() {
    let kamslides = Kamslides::new();
    let finished = kamslides.demo("demo-new", &["--record", "new/tape"]).run().succeeds();
    for (name, answer) in stored(&kamslides, "new/tape") {
        assert_eq!(name, format!("{}.json", answer.key()));
        assert_eq!((answer.server.as_str(), answer.merchant.as_str()), ("embedded", "demo-new"));
        assert_eq!(
            (answer.tool.as_str(), &answer.arguments["merchant"]),
            ("query_metrics", &json!("demo-new"))
        );
        assert!(answer.raw.structured.is_some() && !answer.raw.is_error);
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        let folder = kamslides.path("new/tape");
        assert_eq!((mode(&folder), mode(&folder.join(&name))), (0o700, 0o600));
    }
    let aov = file_of(&kamslides, "new/tape", &["month"], "sales");
    let (report, answer) = (finished.report(), read_json(&aov));
    let came: Timestamp = answer["fetched_at"].as_str().unwrap().parse().unwrap();
    let started: Timestamp = report["started_at"].as_str().unwrap().parse().unwrap();
    assert!(started <= came && came <= Timestamp::now(), "{started} {came}");
    let said = kamslides.demo("demo-new", &["--record", "x", "--replay", "new/tape"]).run();
    said.fails(2, &["--record", "cannot be used with"]);
    let said = kamslides.demo("demo-new", &["--refresh", "--replay", "new/tape"]).run();
    said.fails(2, &["--refresh", "cannot be used with"]);
}

#[test]
fn what_a_recording_lacks_is_that_sections_failure() {
    let kamslides = Kamslides::new();
    kamslides.demo("demo-new", &["--record", "tape"]).run().succeeds();
    fs::remove_file(file_of(&kamslides, "tape", &["product_type"], "orders")).unwrap();
    let finished = kamslides.demo("demo-new", &["--replay", "tape"]).run().ends(3);
    let report = finished.report();
    let lacking = request(&report, "orders-by-product");
    assert_eq!((&lacking["status"], &lacking["cached"]), (&json!("failed"), &json!(false)));
    assert_eq!(lacking["error"]["kind"], "invalid_data");
    let message = lacking["error"]["message"].as_str().unwrap();
    assert_eq!(message, "tape holds no answer of embedded to this call of query_metrics");
    assert_eq!(cached(&report).iter().filter(|cached| **cached).count(), 6);
    // Other days are other questions: nothing near is taken.
    let generate = ["generate", "--merchant", "demo-new", "--from", "2023-01-01", "--to", "2025-06-29"];
    let finished = kamslides.run(&[&generate[..], &["--replay", "tape"]].concat());
    finished.fails(65, &["holds no answer", "hint: replay with the merchant, dates"]);
    kamslides
        .demo("demo-new", &["--replay", "nowhere"])
        .run()
        .fails(2, &["nowhere is not a folder", "--record"]);
    kamslides.file("a-file", "");
    kamslides.demo("demo-new", &["--replay", "a-file"]).run().fails(2, &["a-file is not a folder"]);
}

#[test]
fn a_recording_that_was_tampered_with_never_makes_a_chart() {
    let kamslides = Kamslides::new();
    kamslides.demo("demo-new", &["--record", "tape"]).run().succeeds();
    let path = file_of(&kamslides, "tape", &["product_type"], "aov");
    let whole = fs::read(&path).unwrap();
    let edited = |change: fn(&mut Value)| {
        let mut answer: Value = serde_json::from_slice(&whole).unwrap();
        change(&mut answer);
        answer.to_string().into_bytes()
    };
    let contents: [(Vec<u8>, &str, &str); 7] = [
        (b"{".repeat(3000), "invalid_data", "is damaged: it is not JSON"),
        (b"\0\xff\xfe".to_vec(), "invalid_data", "is damaged: it is not JSON"),
        (whole[..whole.len() - 20].to_vec(), "invalid_data", "is damaged: it ends too early"),
        (edited(|answer| answer["merchant"] = json!("demo-fashion")), "invalid_data", "to another question"),
        (
            edited(|answer| answer["arguments"]["end_date"] = json!("2025-05-31")),
            "invalid_data",
            "to another question",
        ),
        (
            edited(|answer| answer["raw"]["structured"]["merchant"] = json!("demo-fashion")),
            "wrong_merchant",
            "the answer is about `demo-fashion`, but `demo-new` was asked for",
        ),
        (
            edited(|answer| answer["raw"]["structured"]["rows"] = json!([["x", "many", 1, 1]])),
            "invalid_data",
            "many",
        ),
    ];
    let replay = |said: &str, kind: &str| {
        let report = kamslides.demo("demo-new", &["--replay", "tape"]).run().ends(3).report();
        let error = &request(&report, "aov-by-product")["error"];
        assert_eq!(error["kind"], kind, "{error}");
        assert!(error["message"].as_str().unwrap().contains(said), "{error}");
        assert_eq!(report["charts"].as_array().unwrap().len(), 6);
    };
    for (content, kind, said) in contents {
        fs::write(&path, content).unwrap();
        replay(said, kind);
    }
    fs::remove_file(&path).unwrap();
    kamslides.file("elsewhere.json", &whole);
    symlink(kamslides.path("elsewhere.json"), &path).unwrap();
    replay("is not a regular file", "invalid_data");
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    replay("is not a regular file", "invalid_data");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recording_that_cannot_be_made_costs_no_request() {
    let (kamslides, counting) = (Kamslides::new(), Counting::plain("demo-new").await);
    kamslides.file("a-file", "mine");
    // Nobody may make a folder or a file there, not even root.
    for folder in ["/proc/tape", "/proc/self", "a-file", "a-file/below"] {
        let finished = kamslides.served("demo-new", &counting.server, &["--record", folder]).run();
        finished.fails(73, &["cannot ", folder, "hint: "]);
    }
    assert_eq!(counting.calls(), 0);
    assert_eq!(kamslides.files(".")["a-file"], b"mine");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_arrived_is_recorded_although_the_run_fails_and_a_reused_answer_too() {
    let (kamslides, broken) = (Kamslides::new(), Arc::new(AtomicUsize::new(1)));
    let is_broken = Arc::clone(&broken);
    let counting = Counting::of("demo-new", move |asked| {
        let fails = is_broken.load(Ordering::SeqCst) == 1 && asked.is(&["product_type"], "aov");
        async move { fails.then(|| Ok(tool_error("warehouse down"))) }
    })
    .await;
    let run = |more: &[&str]| {
        let served = kamslides.served("demo-new", &counting.server, more);
        served.variable("SCALAPAY_RETRY_ATTEMPTS", "0").run()
    };
    run(&["--record", "tape", "--on-missing", "fail"]).fails(69, &["warehouse down"]);
    assert_eq!((counting.calls(), stored(&kamslides, "tape").len()), (CALLS, CALLS - 1));
    broken.store(0, Ordering::SeqCst);
    // The next run asks for what failed alone; what it reuses belongs to its recording as well.
    let report = run(&["--record", "second"]).succeeds().report();
    assert_eq!((counting.calls(), stored(&kamslides, "second").len()), (1, CALLS));
    assert_eq!(cached(&report).iter().filter(|cached| **cached).count(), 6);
    run(&["--replay", "second"]).succeeds();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_merchant_known_by_name_is_known_in_a_replay_and_nobody_else_is_listed() {
    let kamslides = Kamslides::new();
    let counting = Counting::of("demo-new", |asked| async move {
        if asked.tool == "list_merchants" {
            return Some(Ok(CallToolResult::structured(json!({"merchants": [
                {"id": "rival", "name": "Rival Ltd"}, {"id": "demo-new", "name": "New Shop"},
            ]}))));
        }
        changed("demo-new", &asked, |answer| answer["merchant"] = json!("New Shop")).await
    })
    .await;
    let run = |more: &[&str]| kamslides.served("demo-new", &counting.server, more).run();
    let recorded = run(&["--record", "tape", "--out", "a"]).succeeds();
    assert_eq!(counting.calls(), CALLS + 1);
    assert_eq!(stored(&kamslides, "tape").len(), CALLS + 1);
    let replayed = run(&["--replay", "tape", "--out", "b"]).succeeds();
    assert!(content(&recorded) == content(&replayed), "a replay gave other bytes");
    // The reader knows the merchant by that name.
    let deck = recorded.deck().text();
    assert!(deck.contains("New Shop") && !deck.contains("demo-new"), "{deck}");
    run(&["--out", "a", "--record", "second"]).succeeds();
    assert_eq!(counting.calls(), 0, "what was reused was asked for again");
    run(&["--replay", "second", "--out", "b"]).succeeds();
    let tape = kamslides.files("tape").into_values().flatten().collect::<Vec<_>>();
    assert!(!String::from_utf8(tape).unwrap().contains("Rival"), "another merchant was stored");
    // Without the name in the recording the echo is another merchant's.
    let list =
        stored(&kamslides, "tape").into_iter().find(|(_, answer)| answer.tool == "list_merchants").unwrap().0;
    fs::remove_file(kamslides.path("tape").join(list)).unwrap();
    run(&["--replay", "tape", "--out", "b"]).fails(65, &["the answer is about `New Shop`"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn personal_data_are_not_stored() {
    let kamslides = Kamslides::new();
    let counting = Counting::of("demo-new", |asked| async move {
        changed("demo-new", &asked, |answer| answer["warnings"] = json!(["ask anna@example.com"])).await
    })
    .await;
    kamslides.served("demo-new", &counting.server, &["--record", "tape"]).run().succeeds();
    for folder in ["tape", REUSABLE] {
        let stored = String::from_utf8(kamslides.files(folder).into_values().flatten().collect()).unwrap();
        assert!(stored.contains("ask [e-mail]") && !stored.contains("anna@"), "{folder}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_reads_differently_without_personal_data_is_not_stored() {
    // An id like a telephone number: without it nobody could tell whose answer this is.
    let merchant = "3331234567";
    let server = fake(move |asked| async move {
        Ok(CallToolResult::structured(json!({
            "columns": [{"name": asked.arguments["group_by"][0], "type": "string"}, {"name": "sales", "type": "number"}],
            "rows": [["2025-01", 5]], "merchant": merchant,
        })))
    })
    .await;
    let out = tempfile::tempdir().unwrap();
    let answers = AnswerStore { record: Some(AnswerFolder::at(out.path())), ..AnswerStore::default() };
    let summary = retrieved(merchant, &server, answers).await;
    assert!(summary.retrieved.iter().all(|one| one.answers.is_ok()), "a good answer was lost");
    assert_eq!(fs::read_dir(out.path()).unwrap().count(), 0);
    let [warning] = &summary.warnings[..] else { panic!("{:?}", summary.warnings) };
    assert!(warning.contains("was not recorded"), "{warning}");
}

// ---------------------------------------------------------------------------------------------------------------------
// Further runs of the same job

#[tokio::test(flavor = "multi_thread")]
async fn what_a_killed_run_was_answered_is_not_asked_again() {
    let kamslides = Kamslides::new();
    let (asked_last, holding) = (Arc::new(Notify::new()), Arc::new(AtomicUsize::new(1)));
    let (tell, holds) = (Arc::clone(&asked_last), Arc::clone(&holding));
    let counting = Counting::of("demo-new", move |asked| {
        let held = holds.load(Ordering::SeqCst) == 1 && asked.is(&["product_type"], "aov");
        if held {
            tell.notify_one();
        }
        async move {
            if held {
                std::future::pending::<()>().await;
            }
            None
        }
    })
    .await;
    // One batch after the other, so that all others are answered when the last is asked.
    let run = |more: &[&str]| {
        kamslides.served("demo-new", &counting.server, more).variable("SCALAPAY_MAX_CONCURRENT_BATCHES", "1")
    };
    let killed = run(&[]).start();
    tokio::time::timeout(LONG, asked_last.notified()).await.expect("the last request was not sent");
    killed.signal(Signal::KILL);
    killed.wait().ends(128 + 9);
    assert_eq!((counting.calls(), stored(&kamslides, REUSABLE).len()), (CALLS, CALLS - 1));
    holding.store(0, Ordering::SeqCst);
    let finished = run(&["-v"]).run().succeeds().says(&["; 6 of 7 answers reused (fetched "]);
    assert_eq!(counting.calls(), 1, "a finished request was fetched again");
    let fresh = kamslides.demo("demo-new", &["--out", "fresh"]).run().succeeds();
    let charts = |finished: &Finished| {
        finished
            .files()
            .into_iter()
            .filter(|(path, _)| path.starts_with("charts/"))
            .collect::<BTreeMap<_, _>>()
    };
    assert!(charts(&finished) == charts(&fresh), "a resumed run drew something else");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_section_of_a_deck_just_made_is_not_asked_for_again() {
    let (kamslides, counting) = (Kamslides::new(), Counting::plain("demo-new").await);
    let run = |more: &[&str]| kamslides.served("demo-new", &counting.server, more).run().succeeds();
    let first = run(&[]).report();
    assert_eq!(counting.calls(), CALLS);
    let only = run(&["--only", "aov", "-v"]).says(&[
        "aov: answer of ",
        " reused",
        "; 1 of 1 answers reused (fetched ",
    ]);
    assert_eq!(counting.calls(), 0, "--only fetched what was there");
    let report = only.report();
    let (then, now) = (request(&first, "aov"), request(&report, "aov"));
    assert_eq!((&now["cached"], &now["attempts"]), (&json!(true), &json!(0)));
    assert_eq!((&now["fetched_at"], &now["rows"]), (&then["fetched_at"], &then["rows"]));
    // Focus and audience change nothing about an answer.
    run(&["--focus", "2025-06", "--audience", "internal"]);
    assert_eq!(counting.calls(), 0);
    // The answer keeps its own as-of date.
    assert_eq!(only.deck().paragraphs("Source").len(), 1);
    let refreshed = run(&["--refresh"]).report();
    assert_eq!(counting.calls(), CALLS, "--refresh reused something");
    assert_eq!(cached(&refreshed), [false; 7]);
    assert!(request(&refreshed, "aov")["fetched_at"].as_str() > then["fetched_at"].as_str());
    run(&["--only", "aov"]);
    assert_eq!(counting.calls(), 0);
    // Another job asks for itself: another merchant's server, other days.
    let generate = ["generate", "--merchant", "demo-new", "--mcp-url", &counting.server.name()];
    kamslides.run(&[&generate[..], &["--from", "2023-01-01", "--to", "2025-06-29"]].concat()).succeeds();
    assert_eq!(counting.calls(), CALLS);
    let (other, url) = (Counting::plain("demo-new").await, counting.server.name());
    assert_ne!(other.server.name(), url);
    kamslides.served("demo-new", &other.server, &[]).run().succeeds();
    assert_eq!(other.calls(), CALLS, "another server's answers were used");
}

async fn retrieved(merchant: &str, server: &Server, answers: AnswerStore) -> RetrievalSummary {
    let template = DeckTemplate::load("kam-review").unwrap();
    let history = Period::new(parse_date(DEMO_HISTORY[1]).unwrap(), parse_date(DEMO_HISTORY[3]).unwrap());
    let review = Review::new(history.unwrap(), None).unwrap();
    let plan = plan(&template.sections, &Merchant::new(merchant).unwrap(), &review, 3);
    let options = Options {
        limits: Limits::new(2, 3, 1),
        connect_timeout: LONG,
        call_timeout: LONG,
        retry: Retry::never(),
        breaker: BreakerOptions::default(),
        agent: None,
        answers,
    };
    retrieve(&plan, server, &options, &Events::ignored(), &Stop::new(), |_| ()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_reused_for_a_quarter_of_an_hour_and_reusing_it_does_not_renew_it() {
    let out = tempfile::tempdir().unwrap();
    let counting = Counting::plain("demo-new").await;
    let now = Timestamp::now();
    let at = |minutes: i64| AnswerStore {
        reusable: Some(AnswerFolder::at(out.path())),
        now: now + SignedDuration::from_mins(minutes),
        ..AnswerStore::default()
    };
    retrieved("demo-new", &counting.server, at(0)).await;
    assert_eq!(counting.calls(), CALLS);
    let summary = retrieved("demo-new", &counting.server, at(14)).await;
    assert_eq!(counting.calls(), 0);
    assert!(summary.connect.is_none());
    for one in &summary.retrieved {
        assert!(one.answers.as_ref().unwrap().iter().all(|answer| answer.cached && answer.fetched_at >= now));
    }
    retrieved("demo-new", &counting.server, at(16)).await;
    assert_eq!(counting.calls(), CALLS, "an old answer was reused");
    // A clock that went back: nothing is known of the age.
    retrieved("demo-new", &counting.server, at(-16)).await;
    assert_eq!(counting.calls(), CALLS);
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_of_old_runs_are_removed_by_the_next_run_of_any_job() {
    let (kamslides, counting) = (Kamslides::new(), Counting::plain("demo-new").await);
    kamslides.served("demo-new", &counting.server, &[]).run().succeeds();
    let answers = kamslides.files(REUSABLE);
    assert_eq!(answers.len(), CALLS);
    kamslides.demo("demo-gap", &[]).run().succeeds();
    assert_eq!(kamslides.files(REUSABLE).len(), CALLS);
    for name in answers.keys() {
        let file = fs::File::options().append(true).open(kamslides.path(REUSABLE).join(name)).unwrap();
        file.set_modified(SystemTime::now() - Duration::from_secs(16 * 60)).unwrap();
    }
    kamslides.demo("demo-gap", &[]).run().succeeds();
    assert!(!kamslides.path(REUSABLE).exists(), "{:?}", kamslides.names("decks"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_good_is_asked_for_again() {
    type Change = fn(&mut Value);
    let changes: [(&str, Change); 7] = [
        ("truncated", |answer| answer["truncated"] = json!(true)),
        ("another merchant's", |answer| answer["merchant"] = json!("rival")),
        ("no rows", |answer| answer["rows"] = json!([])),
        ("all zero", |answer| {
            for row in answer["rows"].as_array_mut().unwrap() {
                for cell in row.as_array_mut().unwrap().iter_mut().skip(1) {
                    *cell = json!(0);
                }
            }
        }),
        ("made up", |answer| answer["warnings"] = json!(["these figures are hypothetical"])),
        ("not a table", |answer| *answer = json!({"text": "sales rose"})),
        ("without its metrics", |answer| {
            for column in answer["columns"].as_array_mut().unwrap().iter_mut().skip(1) {
                column["name"] = json!(format!("another {}", column["name"]));
            }
        }),
    ];
    for (what, change) in changes {
        let kamslides = Kamslides::new();
        let counting = Counting::of("demo-new", move |asked| async move {
            if asked.is(&["product_type"], "aov") { changed("demo-new", &asked, change).await } else { None }
        })
        .await;
        let run = || {
            let served = kamslides.served("demo-new", &counting.server, &[]);
            served.variable("SCALAPAY_RETRY_ATTEMPTS", "0").run()
        };
        let first = run();
        assert!(request(&first.report(), "aov-by-product")["status"] != "ok", "{what}: {first}");
        counting.calls();
        assert_eq!(stored(&kamslides, REUSABLE).len(), CALLS - 1, "{what}: {first}");
        run();
        let again = counting.calls();
        assert!((1..=2).contains(&again), "{what}: {again} calls were made again");
    }
    // The embedded server's answers cost nothing and may change at any moment.
    let kamslides = Kamslides::new();
    kamslides.demo("demo-new", &[]).run().succeeds();
    let second = kamslides.demo("demo-new", &[]).run().succeeds();
    assert_eq!(cached(&second.report()), [false; 7]);
    assert!(!kamslides.path(REUSABLE).exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stored_answer_that_was_tampered_with_is_asked_for_again_and_said() {
    let (kamslides, counting) = (Kamslides::new(), Counting::plain("demo-new").await);
    let run = || kamslides.served("demo-new", &counting.server, &[]).run().succeeds();
    let first = run();
    counting.calls();
    let path = file_of(&kamslides, REUSABLE, &["product_type"], "aov");
    let whole = fs::read(&path).unwrap();
    let edited = |pointer: &str, value: Value| {
        let mut answer: Value = serde_json::from_slice(&whole).unwrap();
        *answer.pointer_mut(pointer).unwrap() = value;
        answer.to_string().into_bytes()
    };
    for (bytes, said) in [
        (b"garbage".to_vec(), "is damaged"),
        (Vec::new(), "it ends too early"),
        (edited("/merchant", json!("demo-fashion")), "to another question"),
        (edited("/raw/structured/merchant", json!("rival")), "the answer is about `rival`"),
        (edited("/raw/structured/rows", json!([["x"]])), "a stored answer was not used"),
    ] {
        fs::write(&path, bytes).unwrap();
        let again = run().says(&["warning: a stored answer was not used: ", said]);
        assert_eq!(counting.calls(), 1, "{said}");
        assert!(content(&again) == content(&first), "{said}: another deck");
        // What was asked for anew took its place.
        assert_eq!(read_json(&path)["raw"], serde_json::from_slice::<Value>(&whole).unwrap()["raw"]);
    }
    fs::remove_file(&path).unwrap();
    kamslides.file("elsewhere.json", edited("/raw/structured/rows/0/1", json!(12345)));
    symlink(kamslides.path("elsewhere.json"), &path).unwrap();
    let again = run().says(&["is not a regular file"]);
    assert!(content(&again) == content(&first), "a link was followed");
    // A folder that is none: nothing can be read or stored there, and the deck is made all the same.
    fs::remove_dir_all(kamslides.path(REUSABLE)).unwrap();
    kamslides.file(REUSABLE, "");
    counting.calls();
    let again = run().says(&["an answer could not be stored"]);
    assert_eq!(counting.calls(), CALLS);
    assert!(content(&again) == content(&first));
}

// ---------------------------------------------------------------------------------------------------------------------
// Complete data

/// A server of demo-fashion whose data are complete through a day that the test sets; `None` leaves it out.
async fn complete_through(day: Option<&str>) -> (Counting, Arc<Mutex<Option<String>>>) {
    let through = Arc::new(Mutex::new(day.map(str::to_owned)));
    let said = Arc::clone(&through);
    let counting = Counting::of("demo-fashion", move |asked| {
        let day = said.lock().unwrap().clone();
        async move { changed("demo-fashion", &asked, |answer| answer["complete_through"] = json!(day)).await }
    })
    .await;
    (counting, through)
}

#[tokio::test(flavor = "multi_thread")]
async fn with_require_complete_nothing_is_published_before_the_data_reach_the_focus() {
    let (kamslides, (counting, through)) = (Kamslides::new(), complete_through(Some("2025-06-12")).await);
    let run = |more: &[&str]| {
        let more = [&["--require-complete"][..], more].concat();
        kamslides.served("demo-fashion", &counting.server, &more).run()
    };
    let said = [
        "the data are complete through 12 June 2025 only, and the focus ends on 30 June 2025",
        "hint: run again when the data reach 30 June 2025",
        "say \"to 12 Jun\"",
        ".failed.json",
    ];
    run(&[]).fails(75, &said);
    let report = read_json(&kamslides.path("decks/demo-fashion_2023-01-01_2025-06-30_demo.failed.json"));
    assert_eq!((&report["status"], &report["charts"].as_array().unwrap().len()), (&json!("failed"), &7));
    assert_eq!(
        report["settings"]["output.require_complete"],
        json!({"value": true, "source": "flag --require-complete"})
    );
    assert!(!kamslides.path("decks/demo-fashion_2023-01-01_2025-06-30_demo").exists());
    // An earlier focus is complete; the next run sees at once that the data have arrived.
    run(&["--focus", "2025-05"]).succeeds();
    counting.calls();
    *through.lock().unwrap() = Some("2025-06-30".to_owned());
    let report = run(&[]).succeeds().report();
    assert_eq!((counting.calls(), cached(&report)), (CALLS, vec![false; 7]));
    run(&["--only", "aov"]).succeeds();
    assert_eq!(counting.calls(), 0, "complete answers were not reused");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_does_not_say_how_far_it_is_complete_is_taken_as_complete_and_said() {
    let (kamslides, (counting, _)) = (Kamslides::new(), complete_through(None).await);
    let finished =
        kamslides.served("demo-fashion", &counting.server, &["--require-complete"]).run().succeeds();
    finished.says(&["warning: the answers for monthly-sales-yoy, ", "are taken as complete"]);
    let quiet = kamslides.served("demo-fashion", &counting.server, &[]).run().succeeds();
    assert!(!quiet.stderr.contains("taken as complete"), "{quiet}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_it_every_time_slide_says_how_far_the_data_go() {
    let (kamslides, (counting, _)) = (Kamslides::new(), complete_through(Some("2025-06-12")).await);
    let finished = kamslides.served("demo-fashion", &counting.server, &[]).run().succeeds();
    let deck = finished.deck();
    let titles = deck.paragraphs("Title");
    for words in ["Sales came to", "of sales in", "Average order value was", "of orders in"] {
        let title = titles.iter().find(|title| title.contains(words) && title.contains("Q2 2025"));
        assert!(title.is_some_and(|title| title.contains("Q2 2025, to 12 Jun")), "{words}: {titles:#?}");
    }
    // Slides without months speak of the history, which ends where the data do.
    assert_eq!(titles.iter().filter(|title| title.contains("to 12 June 2025")).count(), 3, "{titles:#?}");
}
