//! What is wrong from outside: each time a clear message that says what to do, the right exit code, nothing lost, no
//! panic and no hang.

use super::support::{
    DEMO_HISTORY, Finished, Kamslides, LONG, Pptx, by_hand, demo_server, fake, listen, read_json, tool_error,
};
use axum::{Router, http::StatusCode, response::IntoResponse, routing::post};
use kamslides::mcp::Server;
use rmcp::model::{CallToolResult, ContentBlock};
use rustix::process::Signal;
use serde_json::{Value, json};
use std::{fs, path::Path, sync::Arc};
use tokio::{net::TcpListener, sync::Notify};

/// The folder of a demo deck.
const DECK: &str = "decks/demo-new_2023-01-01_2025-06-30_demo";

/// A published deck stands there, whole, with nothing half-made beside it.
fn deck_stands(kamslides: &Kamslides) {
    let files = kamslides.files(DECK);
    assert!(Pptx::open(&files["deck.pptx"]).slides().len() == 9 && files.contains_key("run.json"));
    let names = kamslides.names("decks");
    assert!(
        !names.iter().any(|name| [".staging", ".old"].iter().any(|end| name.ends_with(end))),
        "{names:?}"
    );
}

/// A folder with everything in it.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// Nothing was published and nothing half-made was left, but the report of the failed run may be there.
fn nothing_stands(kamslides: &Kamslides) {
    for name in kamslides.names("decks") {
        let kept = [".lock", ".failed.json", ".answers"].iter().any(|end| name.ends_with(end));
        assert!(kept, "{name} was left");
    }
}

// ---------------------------------------------------------------------------------------------------------------------
// Who and when

#[test]
fn an_unknown_merchant_brings_near_ones_and_publishes_nothing() {
    let kamslides = Kamslides::with_pizza();
    let history = ["--from", "2015-01-01", "--to", "2015-12-31"];
    let run = |merchant: &str, more: &[&str]| {
        let generate = ["generate", "--merchant", merchant];
        kamslides.run(&[&generate[..], &history, more].concat())
    };
    let said = run("pizzaplac", &["--db", "pizza.db"]).fails(65, &["hint: did you mean `pizzaplace`?"]);
    // The same trouble of seven sections is one warning.
    assert_eq!(said.stderr.matches("no usable answer").count(), 1, "{said}");
    let report = read_json(&kamslides.path("decks/pizzaplac_2015-01-01_2015-12-31.failed.json"));
    assert_eq!((&report["status"], &report["merchant"]), (&json!("failed"), &json!("pizzaplac")));
    assert_eq!(report["errors_by_kind"], json!({"unknown_merchant": 7}));
    run("Pizzaplace", &["--db", "pizza.db"]).fails(65, &["did you mean `pizzaplace`?"]);
    run("nobody", &["--db", "pizza.db"]).fails(65, &["no data for the merchant `nobody`", "hint: "]);
    run("demo-fashon", &[]).fails(65, &["did you mean `demo-fashion`"]);
    // Without a database the likely cause is another.
    run("pizzaplace", &[]).fails(65, &["without --db or --mcp-url only the demo merchants are known"]);
    run("pizzaplace", &["--db", "nowhere.db"]).fails(2, &["no database `nowhere.db`", "data import"]);
    assert!(!kamslides.path("nowhere.db").exists());
    nothing_stands(&kamslides);
}

#[test]
fn a_period_without_data_says_which_days_there_are() {
    let kamslides = Kamslides::with_pizza();
    let period = ["--from", "2019-01-01", "--to", "2019-12-31"];
    let generate = ["generate", "--merchant", "pizzaplace", "--db", "pizza.db"];
    kamslides.run(&[&generate[..], &period].concat()).fails(65, &["data merchants"]);
    let listed = kamslides.run(&["data", "merchants", "--db", "pizza.db"]).succeeds();
    assert_eq!(listed.stdout, "pizzaplace  2015-01-01..2015-12-31  21350 orders  USD\n");
    nothing_stands(&kamslides);
}

#[test]
fn impossible_days_are_refused_before_anything_is_asked() {
    let kamslides = Kamslides::new();
    let dates: [(&[&str], &[&str]); 13] = [
        (&["--from", "2025-06-30", "--to", "2023-01-01"], &["after its end", "were they swapped?"]),
        (
            &["--from", "2025-02-30", "--to", "2025-06-30"],
            &["--from", "`2025-02-30` is not a day", "YYYY-MM-DD"],
        ),
        (&["--from", "2025-01-01", "--to", "2025-13-01"], &["--to", "`2025-13-01`", "hint: "]),
        (&["--from", "01/02/2025", "--to", "2025-06-30"], &["--from", "`01/02/2025`", "YYYY-MM-DD"]),
        (&["--from", "2025-01-01", "--to", "2199-06-30"], &["--to 2199-06-30 lies in the future", "--today"]),
        (
            &["--from", "2025-01-01", "--to", "2025-06-30", "--today", "2025-05-01"],
            &["lies in the future: today is 2025-05-01"],
        ),
        (&["--from", "2025-01-01"], &["--to <DATE>"]),
        (&[], &["give --from and --to, or --period"]),
        (&["--period", "last-quater"], &["did you mean `last-quarter`?"]),
        (
            &["--period", "last-quarter", "--from", "2025-01-01", "--to", "2025-06-30"],
            &["cannot be used with"],
        ),
        (&["--period", "last-quarter", "--today", "tomorrow"], &["--today", "`tomorrow`", "YYYY-MM-DD"]),
        (&["--from", "2025-01-01", "--to", "2025-06-30", "--focus", "2025-Q5"], &["`2025-Q5`", "2025-Q2"]),
        (
            &["--from", "2025-01-01", "--to", "2025-06-30", "--focus", "2024"],
            &["inside the history", "widen"],
        ),
    ];
    for (more, said) in dates {
        kamslides.run(&[&["generate", "--merchant", "demo-new"], more].concat()).fails(2, said);
    }
    assert_eq!(kamslides.names("."), [""; 0], "something was written");
}

#[test]
fn a_merchants_name_is_text_on_slides_and_never_a_path() {
    let kamslides = Kamslides::new();
    let name = "../../etc/ô 🛒 & <b>";
    let days = (1..=9).map(|day| format!("{day},2024-0{}-1{day},{}0\n", 1 + day % 3, day));
    kamslides.file("orders.csv", format!("order_id,date,amount\n{}", days.collect::<String>()));
    let import = ["data", "import", "orders.csv", "--merchant", name, "--currency", "EUR"];
    kamslides.run(&[&import[..], &["--db", "shop.db"]].concat()).succeeds();
    let generate = ["generate", "--merchant", name, "--db", "shop.db"];
    let period = ["--from", "2024-01-01", "--to", "2024-03-31"];
    let finished = kamslides.run(&[&generate[..], &period].concat()).succeeds();
    let folder = finished.folder_name();
    assert!(folder.starts_with("etc-o-") && folder.ends_with("_2024-01-01_2024-03-31"), "{folder}");
    assert!(folder.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c)), "{folder}");
    assert_eq!(finished.folder().parent().unwrap(), fs::canonicalize(kamslides.path("decks")).unwrap());
    assert_eq!(kamslides.names("."), ["decks", "orders.csv", "shop.db"]);
    let deck = finished.deck();
    assert_eq!(deck.paragraphs("Title")[0], name);
    let properties = String::from_utf8_lossy(&deck.0["docProps/core.xml"]).into_owned();
    assert!(properties.contains("ô 🛒 &amp; &lt;b&gt;: business review"), "{properties}");
    assert_eq!(finished.report()["merchant"], name);
    // Another name that folds to the same letters has a folder of its own.
    let other = ["data", "import", "orders.csv", "--merchant", "etc ô cart b", "--currency", "EUR"];
    kamslides.run(&[&other[..], &["--db", "shop.db"]].concat()).succeeds();
    let generate = ["generate", "--merchant", "etc ô cart b", "--db", "shop.db"];
    let other = kamslides.run(&[&generate[..], &period].concat()).succeeds();
    assert_ne!(other.folder_name(), folder);
    kamslides.run(&[&["generate", "--merchant", " "][..], &DEMO_HISTORY].concat()).fails(2, &["--merchant"]);
}

// ---------------------------------------------------------------------------------------------------------------------
// Files

fn import(kamslides: &Kamslides, content: impl AsRef<[u8]>, more: &[&str]) -> Finished {
    kamslides.file("new.csv", content);
    let import = ["data", "import", "new.csv", "--merchant", "acme", "--currency", "EUR", "--db", "shop.db"];
    kamslides.run(&[&import[..], more].concat())
}

fn stored(kamslides: &Kamslides) -> Value {
    let listed = kamslides.run(&["data", "merchants", "--json", "--db", "shop.db"]).succeeds();
    serde_json::from_str(&listed.stdout).unwrap()
}

/// What it is, the file, more options, the exit code and what is said.
type File<'a> = (&'a str, &'a str, &'a [&'a str], i32, &'a [&'a str]);

#[test]
fn a_file_that_cannot_be_imported_leaves_the_database_as_it_was() {
    let kamslides = Kamslides::new();
    import(&kamslides, "order_id,date,amount\n1,2024-01-05,10\n", &[]).succeeds();
    let before = stored(&kamslides);
    let mail =
        "order_id,date,amount,product_type\n1,2024-01-05,10,Pay in 3\n2,2024-01-06,10,anna@example.com\n";
    let files: [File; 11] = [
        (
            "no date",
            "order_id,when,amount\n1,2024-01-05,10\n",
            &[],
            65,
            &["no column is mapped to date", "`when`"],
        ),
        ("empty", "", &[], 65, &["new.csv", "the file is empty"]),
        ("no rows", "order_id,date,amount\n", &[], 65, &["no rows"]),
        ("e-mail", mail, &[], 65, &["line 3", "`product_type`", "an e-mail address", "--map"]),
        (
            "telephone",
            &mail.replace("anna@example.com", "+39 06 1234 5678"),
            &[],
            65,
            &["line 3", "telephone"],
        ),
        ("day or month", "order_id,date,amount\n1,03/04/2024,10\n", &[], 65, &["line 2", "--date-format"]),
        (
            "bad dates",
            "order_id,date,amount\n1,2024-31-05,10\n2,yesterday,10\n",
            &[],
            65,
            &[
                "line 2: the date `2024-31-05`",
                "line 3: the date `yesterday`",
                "no row could be imported",
                "hint: ",
            ],
        ),
        (
            "text in amounts",
            "order_id,date,amount\n1,2024-01-05,ten\n",
            &[],
            65,
            &["1 row rejected", "line 2: the amount `ten` is not a number", "--decimal"],
        ),
        (
            "mapped column missing",
            "order_id,date,amount\n1,2024-01-05,10\n",
            &["--map", "id=order_id,date=date,amount=amount"],
            65,
            &["no column `id`; its columns are `order_id`, `date`, `amount`"],
        ),
        (
            "field misspelt",
            "order_id,date,amount\n1,2024-01-05,10\n",
            &["--map", "order_id=orderid,date=date,amount=amount"],
            2,
            &["`orderid`", "did you mean `order_id`"],
        ),
        ("binary", "\u{0}\u{1}\u{2}PNG\u{0}", &[], 65, &["new.csv"]),
    ];
    for (what, content, more, code, said) in files {
        let finished = import(&kamslides, content, more);
        assert_eq!(finished.code, code, "{what}: {finished}");
        finished.fails(code, said);
        assert_eq!(stored(&kamslides), before, "{what}");
    }
    for (arguments, said) in [
        (
            &["data", "import", "gone.csv", "--merchant", "acme", "--db", "shop.db"][..],
            "cannot read gone.csv",
        ),
        (&["data", "import", ".", "--merchant", "acme", "--db", "shop.db"], "directory"),
        (&["data", "import", "new.csv", "--db", "shop.db"], "--merchant"),
    ] {
        let finished = kamslides.file("new.csv", "order_id,date,amount\n1,2024-01-05,10\n").run(arguments);
        finished.fails(2, &[said]);
    }
    let dollars = ["data", "import", "new.csv", "--merchant", "acme", "--currency", "USD", "--db", "shop.db"];
    kamslides
        .file("new.csv", "order_id,date,amount\n7,2024-01-05,10\n")
        .run(&dollars)
        .fails(65, &["stored in EUR"]);
    assert_eq!(stored(&kamslides), before);
    // Not a database of ours.
    kamslides
        .run(&["data", "merchants", "--db", "new.csv"])
        .fails(65, &["`new.csv` is not a kamslides database"]);
    assert_eq!(kamslides.files(".")["new.csv"], b"order_id,date,amount\n7,2024-01-05,10\n");
}

#[test]
fn a_file_that_is_odd_but_right_is_imported() {
    let kamslides = Kamslides::new();
    let odd =
        "\u{feff}order_id,date,amount,product_type\r\n\"1\",2024-01-05,\"10.50\",\"Pay, in \"\"3\"\"\"\r\n";
    let finished = import(&kamslides, odd, &["--json"]).succeeds();
    let report: Value = serde_json::from_str(&finished.stdout).unwrap();
    assert_eq!(
        (&report["rows"], &report["imported"], &report["total"]),
        (&json!(1), &json!(1), &json!(10.5))
    );
    // Again: nothing is added.
    import(&kamslides, odd, &[]).succeeds().says(&["new.csv was imported before: nothing is added"]);
    assert_eq!(stored(&kamslides)[0]["orders"], 1);
}

#[test]
fn bad_rows_are_counted_with_reason_and_the_rest_is_imported() {
    let kamslides = Kamslides::new();
    let long = "x".repeat(1_000_000);
    let rows = format!(
        "order_id,date,amount\n1,2024-01-05,10\n2,2024-01-06,ten\n3,2024-01-07,{long}\n4,2024-01-08,5\n"
    );
    let finished = import(&kamslides, rows, &["--json"]).succeeds();
    let report: Value = serde_json::from_str(&finished.stdout).unwrap();
    assert_eq!((&report["rows"], &report["imported"], &report["orders"]), (&json!(4), &json!(2), &json!(2)));
    let rejected = report["rejected"].as_array().unwrap();
    let lines: Vec<_> = rejected.iter().map(|row| row["line"].as_u64().unwrap()).collect();
    assert_eq!(lines, [3, 4]);
    let reasons: Vec<_> = rejected.iter().map(|row| row["reason"].as_str().unwrap()).collect();
    assert!(reasons[0].contains("`ten`") && reasons[1].contains("characters"), "{reasons:?}");
    assert!(reasons.iter().all(|reason| reason.len() < 200));
}

// ---------------------------------------------------------------------------------------------------------------------
// Servers

/// A run against a server, without waiting between tries or for a server that keeps failing.
fn asked(kamslides: &Kamslides, server: &Server, more: &[&str]) -> Finished {
    let run = kamslides.served("demo-new", server, more).variable("SCALAPAY_RETRY_DELAY_SECONDS", "0");
    run.variable("SCALAPAY_CIRCUIT_BREAKER_TIMEOUT", "0").run()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_not_there_is_named() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = Server::http(&format!("http://{}/mcp", listener.local_addr().unwrap()), None).unwrap();
    drop(listener);
    let kamslides = Kamslides::new();
    let said = format!("cannot reach the server {}: connection refused", server.name());
    let finished = asked(&kamslides, &server, &[]).fails(69, &[&said, "hint: check the address"]);
    assert!(!finished.stderr.contains("rmcp") && finished.stderr.lines().count() < 12, "{finished}");
    nothing_stands(&kamslides);
    for address in ["htp://x", "nonsense", "http://user:secret@host/mcp"] {
        let more = ["--mcp-url", address];
        let finished =
            kamslides.demo("demo-new", &more).run().fails(2, &["--mcp-url", "http://127.0.0.1:8000/mcp"]);
        assert!(!finished.stderr.contains("secret"), "{finished}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_hangs_is_given_up() {
    let server = fake(|_| std::future::pending()).await;
    let kamslides = Kamslides::new();
    let run = kamslides.served("demo-new", &server, &[]).variable("SCALAPAY_RETRY_ATTEMPTS", "0");
    let finished = run.variable("SCALAPAY_RETRIEVAL__CALL_TIMEOUT", "150ms").run();
    finished.fails(69, &["gave no answer within 150ms", "hint: "]);
    nothing_stands(&kamslides);
    asked(&kamslides, &server, &["--deadline", "200ms"]).fails(75, &["time was up", "hint: "]);
    nothing_stands(&kamslides);
    // One that accepts and says nothing at all.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = Server::http(&format!("http://{}/mcp", listener.local_addr().unwrap()), None).unwrap();
    let run = kamslides.served("demo-new", &server, &[]).variable("SCALAPAY_RETRY_ATTEMPTS", "0");
    run.variable("SCALAPAY_RETRIEVAL__CONNECT_TIMEOUT", "150ms")
        .run()
        .fails(69, &["did not answer within 150ms"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_section_that_hangs_takes_no_other_with_it() {
    let server = demo_server("demo-new", |asked| async move {
        if asked.is(&["product_type"], "aov") { std::future::pending().await } else { None }
    })
    .await;
    let kamslides = Kamslides::new();
    let run = || kamslides.served("demo-new", &server, &[]).variable("SCALAPAY_RETRY_ATTEMPTS", "0");
    let finished = run().variable("SCALAPAY_RETRIEVAL__CALL_TIMEOUT", "1s").run().ends(3);
    assert!(
        finished.stderr.contains("6 of 7 sections drawn, 9 calls")
            && finished.stderr.contains("failed: aov-by-product")
    );
    assert_eq!(finished.report()["errors_by_kind"], json!({"timeout": 1}));
    let closing = finished.deck().closing();
    assert!(closing.contains("not available for this edition") && !closing.contains("timeout"), "{closing}");
    // The deadline keeps what has been answered, too. The calls before are quick, the last never comes.
    let finished = run().variable("SCALAPAY_RETRIEVAL__DEADLINE", "3s").run().ends(3);
    assert_eq!(finished.report()["errors_by_kind"], json!({"deadline": 1}));
}

#[tokio::test(flavor = "multi_thread")]
async fn garbage_is_told_from_data() {
    let kamslides = Kamslides::new();
    let page = ([("content-type", "text/html")], "<html>Welcome</html>");
    let server = listen(Router::new().route("/mcp", post(move || async move { page }))).await;
    asked(&kamslides, &server, &[]).fails(69, &["hint: ", "an MCP server?"]);
    let prose = || CallToolResult::success(vec![ContentBlock::text("Sales rose.")]);
    let server = fake(move |_| async move { Ok(prose()) }).await;
    asked(&kamslides, &server, &[])
        .fails(65, &["the answer is not a table: it begins Sales rose.", "hint: "]);
    let broken = json!({"columns": ["month", "sales", "orders"], "rows": [["2025-06", "many", 1]]});
    let server = fake(move |_| {
        let broken = broken.clone();
        async move { Ok(CallToolResult::structured(broken)) }
    })
    .await;
    asked(&kamslides, &server, &[]).fails(65, &["\"many\"", "hint: "]);
    let server =
        demo_server("demo-new", |_| async { Some(Ok(tool_error("the warehouse is down\u{1b}[2J"))) }).await;
    let finished = asked(&kamslides, &server, &[]).fails(69, &["the warehouse is down"]);
    assert!(!finished.stderr.contains('\u{1b}'), "{finished:?}");
    nothing_stands(&kamslides);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_merchants_answer_never_reaches_a_slide() {
    let server = fake(|_| async {
        Ok(CallToolResult::structured(json!({
            "columns": ["month", "sales", "orders"], "rows": [["2025-06", 4711, 42]], "merchant": "other shop",
        })))
    })
    .await;
    let kamslides = Kamslides::new();
    let said = "the answer is about `other shop`, but `demo-new` was asked for";
    asked(&kamslides, &server, &[]).fails(65, &[said, "hint: "]);
    nothing_stands(&kamslides);
}

#[tokio::test(flavor = "multi_thread")]
async fn refused_credentials_and_throttling_have_codes_of_their_own() {
    let kamslides = Kamslides::new();
    let unauthorised = || (StatusCode::UNAUTHORIZED, [("www-authenticate", "Bearer")]).into_response();
    let server = by_hand(move |_| unauthorised()).await;
    asked(&kamslides, &server, &[]).fails(77, &["hint: ", "SCALAPAY_MCP__TOKEN"]);
    let busy = || (StatusCode::TOO_MANY_REQUESTS, [("retry-after", "0")]).into_response();
    let server = by_hand(move |_| busy()).await;
    asked(&kamslides, &server, &[]).fails(75, &["hint: "]);
    nothing_stands(&kamslides);
}

// ---------------------------------------------------------------------------------------------------------------------
// Output

#[test]
fn an_output_that_cannot_be_made_costs_no_work() {
    let kamslides = Kamslides::new();
    kamslides.file("a-file", "mine").file("decks/demo-new_2023-01-01_2025-06-30_demo", "mine too");
    for (out, said) in [
        ("a-file", "a-file is a file, not a folder"),
        ("a-file/below", "cannot create a-file/below"),
        // Nobody may make a folder there, not even root.
        ("/proc/decks", "cannot create /proc/decks"),
        ("decks", "_demo is a file, not a folder"),
    ] {
        let finished = kamslides.demo("demo-new", &["--out", out]).run();
        finished.fails(73, &[said, "hint: ", "--out"]);
    }
    assert_eq!(kamslides.files(".")["a-file"], b"mine");
    assert_eq!(kamslides.files("decks")["demo-new_2023-01-01_2025-06-30_demo"], b"mine too");
    // A folder that is missing is made.
    kamslides.demo("demo-new", &["--out", "new/deep"]).run().succeeds();
}

#[test]
fn a_full_disk_leaves_the_deck_before() {
    let kamslides = Kamslides::new();
    kamslides.demo("demo-new", &[]).run().succeeds();
    let before = kamslides.files(DECK);
    let program = env!("CARGO_BIN_EXE_kamslides");
    // No file may grow beyond 8 KiB, which no chart fits into.
    let script = format!(
        "trap '' XFSZ; ulimit -f 8; exec '{program}' generate --merchant demo-new {}",
        DEMO_HISTORY.join(" ")
    );
    let finished = kamslides.any_command("bash", &["-c", &script]).run();
    finished.fails(73, &["cannot write", "has room"]);
    assert!(kamslides.files(DECK) == before, "the deck before was touched");
    deck_stands(&kamslides);
}

#[test]
fn a_result_that_cannot_be_printed_is_said_and_a_reader_that_left_is_not() {
    let kamslides = Kamslides::new();
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let finished = kamslides.demo("demo-new", &[]).stdout(full).run();
    finished.fails(74, &["cannot write the result to stdout", "hint: the deck is /"]);
    deck_stands(&kamslides);
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    kamslides.demo("demo-new", &[]).stdout(writer).run().succeeds().says(&["complete: 7 of 7"]);
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    kamslides.command(&["config", "show"]).stdout(writer).run().succeeds();
}

// ---------------------------------------------------------------------------------------------------------------------
// Two at once, and the end before its time

/// A server that holds every call until the gate is opened, and tells when it has been asked.
struct Held {
    server: Server,
    asked: Arc<Notify>,
    open: Arc<tokio::sync::Semaphore>,
}

async fn held() -> Held {
    let (asked, open) = (Arc::new(Notify::new()), Arc::new(tokio::sync::Semaphore::new(0)));
    let (tell, gate) = (Arc::clone(&asked), Arc::clone(&open));
    let server = demo_server("demo-new", move |_| {
        tell.notify_one();
        let gate = Arc::clone(&gate);
        async move {
            gate.acquire().await.unwrap().forget();
            None
        }
    })
    .await;
    Held { server, asked, open }
}

impl Held {
    async fn is_asked(&self) {
        tokio::time::timeout(LONG, self.asked.notified()).await.expect("the server was not asked");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_runs_at_once_one_succeeds_and_one_says_who_holds_the_folder() {
    let (kamslides, held) = (Kamslides::new(), held().await);
    let first = kamslides.served("demo-new", &held.server, &[]).start();
    held.is_asked().await;
    let holder = format!("process {}", first.id());
    kamslides.demo("demo-new", &[]).run().fails(75, &["another run", &holder, "hint: wait for it to end"]);
    // Another folder is free.
    kamslides.demo("demo-new", &["--only", "aov"]).run().succeeds();
    held.open.add_permits(100);
    first.wait().succeeds();
    deck_stands(&kamslides);
    kamslides.demo("demo-new", &[]).run().succeeds();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signal_ends_the_run_and_publishes_nothing() {
    for (signal, code) in [(Signal::INT, 130), (Signal::TERM, 143)] {
        let (kamslides, held) = (Kamslides::new(), held().await);
        kamslides.demo("demo-new", &[]).run().succeeds();
        let before = kamslides.files(DECK);
        let run = kamslides.served("demo-new", &held.server, &[]).start();
        held.is_asked().await;
        assert!(kamslides.names("decks").iter().any(|name| name.contains("staging")));
        run.signal(signal);
        run.wait().fails(code, &["nothing was published"]);
        assert!(kamslides.files(DECK) == before, "the deck before was touched");
        deck_stands(&kamslides);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_was_killed_leaves_the_deck_before_and_the_next_one_succeeds() {
    let (kamslides, held) = (Kamslides::new(), held().await);
    kamslides.demo("demo-new", &[]).run().succeeds();
    let before = kamslides.files(DECK);
    let run = kamslides.served("demo-new", &held.server, &[]).start();
    held.is_asked().await;
    run.signal(Signal::KILL);
    run.wait().ends(128 + 9);
    assert!(kamslides.files(DECK) == before, "the deck before was touched");
    kamslides.demo("demo-new", &[]).run().succeeds();
    deck_stands(&kamslides);
}

// ---------------------------------------------------------------------------------------------------------------------
// The command line, templates and configuration

#[test]
fn a_misspelling_brings_the_word_that_was_meant() {
    let kamslides = Kamslides::new();
    let misspelt: [(&[&str], &[&str]); 9] = [
        (&["genrate"], &["'genrate'", "similar subcommand exists: 'generate'"]),
        (&["data", "improt"], &["similar subcommand exists: 'import'"]),
        (&["generate", "--merchnat", "acme"], &["similar argument exists: '--merchant'"]),
        (
            &["generate", "--merchant", "a", "--on-mising", "omit"],
            &["similar argument exists: '--on-missing'"],
        ),
        (&["generate", "--merchant", "a", "--on-missing", "omitt"], &["similar value exists: 'omit'"]),
        (&["generate", "--merchant", "a", "--audience", "clients"], &["client"]),
        (&["generate", "--merchant", "demo-new", "--period", "last-yaer"], &["did you mean `last-year`?"]),
        (&["data", "serve", "--http", "here"], &["`here` is not an address", "127.0.0.1:8000"]),
        (
            &["generate", "--merchant", "demo-new", "--period", "ytd", "--deadline", "soon"],
            &["--deadline", "90s"],
        ),
    ];
    for (arguments, said) in misspelt {
        kamslides.run(arguments).fails(2, said);
    }
    let only = |name: &str| kamslides.demo("demo-new", &["--only", name]).run();
    only("aovv").fails(2, &["no section `aovv`", "did you mean `aov`?"]);
    only("weather").fails(2, &["no section `weather`", "monthly-sales-yoy"]);
    kamslides
        .demo("demo-new", &["--template", "kam-revue"])
        .run()
        .fails(78, &["no template `kam-revue`", "kam-review"]);
    assert_eq!(kamslides.names("."), [""; 0]);
}

#[test]
fn every_error_of_a_template_is_named_at_once() {
    let kamslides = Kamslides::new();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/templates/kam-review/");
    let read = |name: &str| fs::read_to_string(format!("{folder}{name}")).unwrap();
    let deck = read("deck.toml")
        .replacen("schema = 1", "schema = 9", 1)
        .replacen("value = \"sales\"", "value = \"weather\"", 1)
        .replacen("\"product_type\"", "\"product type\"", 1)
        .replacen("chart = \"line\"", "chart = \"panels\"", 1);
    kamslides.file("mine/theme.toml", read("theme.toml")).file("mine/deck.toml", deck);
    let said = ["deck.toml", "schema is 9", "weather", "`aov`", "hint: ", "docs/templates.md"];
    kamslides.run(&["template", "check", "mine"]).fails(78, &said);
    kamslides.demo("demo-new", &["--template", "./mine"]).run().fails(78, &said);
    kamslides.file(
        "mine/deck.toml",
        read("deck.toml").replacen("presence = \"required\"", "presence = \"often\"", 1),
    );
    let said = ["deck.toml", "`often`", "`required`"];
    kamslides.run(&["template", "check", "mine"]).fails(78, &said);
    kamslides.run(&["template", "check", "nowhere"]).fails(78, &["nowhere"]);
    kamslides.run(&["template", "check", "kam-review"]).succeeds();
    assert_eq!(kamslides.names("."), ["mine"]);
}

#[test]
fn every_error_of_the_configuration_is_named_at_once() {
    let kamslides = Kamslides::new();
    kamslides.file("kamslides.toml", "[retrieval]\nbatchsize = 3\n[charts]\nmax_concurrent = 0\n");
    let said = [
        "kamslides.toml:2: unknown key `retrieval.batchsize`",
        "did you mean `retrieval.batch_size`?",
        "kamslides.toml:4: charts.max_concurrent: `0` is not a whole number from 1",
        "SCALAPAY_RETRY_ATTEMPTS: `often`",
    ];
    let run =
        |arguments: &[&str]| kamslides.command(arguments).variable("SCALAPAY_RETRY_ATTEMPTS", "often").run();
    run(&["config", "check"]).fails(78, &said);
    run(&[&["generate", "--merchant", "demo-new"][..], &DEMO_HISTORY].concat()).fails(78, &said);
    kamslides.file("kamslides.toml", "[retrieval\n");
    kamslides.run(&["config", "show"]).fails(78, &["kamslides.toml:1"]);
    kamslides.run(&["config", "show", "--config", "other.toml"]).fails(78, &["other.toml", "cannot read"]);
    assert_eq!(kamslides.names("."), ["kamslides.toml"]);
    // Somebody else's variable must not stop a run.
    let run = |arguments: &[&str]| {
        fs::remove_file(kamslides.path("kamslides.toml")).ok();
        kamslides.command(arguments).variable("SCALAPAY_BATCHSIZE", "2").run()
    };
    run(&["config", "show"]).succeeds().says(&["did you mean `SCALAPAY_BATCH_SIZE`?"]);
    run(&["config", "check"]).fails(78, &["did you mean `SCALAPAY_BATCH_SIZE`?"]);
}

#[test]
fn a_broken_base_is_found_before_anything_is_asked() {
    let kamslides = Kamslides::new();
    copy(concat!(env!("CARGO_MANIFEST_DIR"), "/templates/kam-review").as_ref(), &kamslides.path("mine"));
    // Under the name of a built-in template its decks would take the others' place.
    kamslides.run(&["template", "check", "mine"]).fails(78, &["`kam-review` is the name of a built-in"]);
    let deck = fs::read_to_string(kamslides.path("mine/deck.toml")).unwrap();
    kamslides.file("mine/deck.toml", deck.replace("name = \"kam-review\"", "name = \"mine\""));
    kamslides.run(&["template", "check", "mine"]).succeeds();
    let layout = "mine/base/ppt/slideLayouts/slideLayout2.xml";
    let text = fs::read_to_string(kamslides.path(layout)).unwrap();
    kamslides.file(layout, text.replace("Takeaway", "Lesson"));
    let said = ["Takeaway", "hint: ", "docs/templates.md"];
    kamslides.run(&["template", "check", "mine"]).fails(78, &said);
    kamslides.demo("demo-new", &["--template", "./mine"]).run().fails(78, &said);
    assert!(!kamslides.path("decks").exists(), "something was begun");
}

#[test]
fn a_focus_that_the_data_do_not_reach_is_told_even_when_quiet() {
    let kamslides = Kamslides::new();
    let period =
        ["generate", "--merchant", "demo-fashion", "--period", "last-quarter", "--today", "2025-11-01", "-q"];
    kamslides.run(&period).succeeds().says(&["warning: the data cover", "2025-07-01 to 2025-09-30"]);
}

#[test]
fn a_partial_deck_is_never_silent() {
    let kamslides = Kamslides::new();
    let header = "order_id,date,amount,product_type\n";
    let orders: String = (1..=60).map(|n| format!("{n},2025-0{}-10,10,Pay in 3\n", n % 6 + 1)).collect();
    kamslides.file("orders.csv", format!("{header}{orders}"));
    kamslides.run(&["data", "import", "orders.csv", "--merchant", "acme", "--db", "a.db"]).succeeds();
    let history = ["--from", "2025-01-01", "--to", "2025-06-30", "--db", "a.db", "-q"];
    // The user types are not in the data: made required, their absence makes the deck partial.
    let template = concat!(env!("CARGO_MANIFEST_DIR"), "/templates/kam-review/");
    for file in ["theme.toml", "deck.toml"] {
        let text = fs::read_to_string(format!("{template}{file}")).unwrap();
        kamslides.file(
            &format!("strict/{file}"),
            text.replace("name = \"kam-review\"", "name = \"strict\"")
                .replace("\"optional\"", "\"required\""),
        );
    }
    let run =
        |more: &[&str]| kamslides.run(&[&["generate", "--merchant", "acme"], &history[..], more].concat());
    let quiet = run(&[]).succeeds();
    assert_eq!(quiet.stderr, "");
    // Its base is the built-in one.
    copy(format!("{template}base").as_ref(), &kamslides.path("strict/base"));
    run(&["--template", "./strict"]).ends(3).says(&["kamslides: acme ", "partial", "orders-by-user-type"]);
}

#[test]
fn a_database_is_its_owners_alone_and_not_made_for_nothing() {
    use std::os::unix::fs::PermissionsExt;
    let kamslides = Kamslides::new();
    kamslides.file("bad.csv", "a,b\n1,2\n");
    kamslides.run(&["data", "import", "bad.csv", "--merchant", "acme", "--db", "a.db"]).ends(65);
    assert!(!kamslides.path("a.db").exists());
    kamslides.file("good.csv", "order_id,date,amount\n1,2025-01-01,5\n");
    kamslides.run(&["data", "import", "good.csv", "--merchant", "acme", "--db", "a.db"]).succeeds();
    assert_eq!(fs::metadata(kamslides.path("a.db")).unwrap().permissions().mode() & 0o777, 0o600);
    // A failed import into a database with orders leaves it.
    kamslides.run(&["data", "import", "bad.csv", "--merchant", "acme", "--db", "a.db"]).ends(65);
    assert!(kamslides.path("a.db").exists());
}
