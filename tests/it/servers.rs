//! Servers from lists: programs that die, flood, babble and hang, servers that restart and refuse, lists that are wrong, and
//! secrets.

use super::support::{Kamslides, LONG, demo_server, listen};
use axum::{Router, http::StatusCode, response::IntoResponse, routing::post};
use futures::future::join_all;
use kamslides::{
    concurrency::Stop,
    domain::Merchant,
    failure::FailureKind,
    mcp::{Knobs, Server, ServerError, ServerList, Session, ToolAnswer, serve_http},
    store::Store,
};
use rmcp::transport::streamable_http_server::{
    StreamableHttpServerConfig, StreamableHttpService, session::local::LocalSessionManager,
};
use serde_json::{Map, Value, json};
use std::{
    fs,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};
use tempfile::TempDir;
use tokio::{io::AsyncReadExt, net::TcpListener, runtime::Runtime};

/// An MCP server in the shell's own words. What it does when a tool is called is put in place of CALL; `answer` answers.
const SHELL: &str = r#"
answer() { printf '{"jsonrpc":"2.0","id":%s,"result":%s}\n' "$id" "$1"; }
good='{"content":[{"type":"text","text":"good"}]}'
hello='{"protocolVersion":"2025-11-25","capabilities":{"tools":{}},"serverInfo":{"name":"sh","version":"0"}}'
calls=0
while read -r line; do
  id=${line#*\"id\":}; id=${id%%[,\}]*}
  case $line in
    *'"method":"initialize"'*) answer "$hello" ;;
    *'"method":"server/discover"'*) answer '{}' ;;
    *'"method":"tools/call"'*) calls=$((calls + 1)); CALL ;;
  esac
done
"#;

fn on_call(call: &str) -> String {
    SHELL.replace("CALL", call)
}

/// The server `name` of a list with this one entry.
fn chosen(name: &str, entry: &Value) -> Result<Server, ServerError> {
    let lookup = |name: &str| (name == "TOKEN").then(|| "hunter2-314159".to_owned());
    ServerList::parse(&json!({"mcpServers": {name: entry}}).to_string()).unwrap().choose(name, &lookup)
}

/// A program of the shell, in a folder for its files. It stands in a file, since `${…}` means something in a list.
fn shell(script: &str, folder: &TempDir) -> Server {
    chosen("x", &script_in(script, folder.path())).unwrap()
}

fn script_in(script: &str, folder: &Path) -> Value {
    fs::write(folder.join("script"), script).unwrap();
    json!({"command": "/bin/sh", "args": ["script"], "cwd": folder})
}

async fn opened(server: &Server) -> Session {
    Session::open(server, LONG).await.unwrap()
}

async fn refused(server: &Server, limit: Duration) -> ServerError {
    Session::open(server, limit).await.map(drop).unwrap_err()
}

async fn call(session: &Session) -> Result<ToolAnswer, ServerError> {
    session.call("query_metrics", Map::new(), LONG).await
}

async fn answers(session: &Session) {
    assert_eq!(call(session).await.unwrap().text(), "good");
}

fn lines(path: &Path) -> Vec<String> {
    fs::read_to_string(path).unwrap().lines().map(str::to_owned).collect()
}

/// Every program whose number is in the file `pids` ends; what was killed may take a moment, and its parent another.
fn assert_gone(folder: &Path) {
    let begun = Instant::now();
    for pid in lines(&folder.join("pids")) {
        let runs = || {
            let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
            stat.rsplit_once(") ").is_some_and(|(_, state)| !state.starts_with(['Z', 'X']))
        };
        while runs() {
            assert!(begun.elapsed() < LONG, "the program {pid} still runs");
            std::thread::yield_now();
        }
    }
}

// ---------------------------------------------------------------------------------------------------------------------
// Programs

#[tokio::test]
async fn calls_that_fail_together_start_one_new_program() {
    let folder = tempfile::tempdir().unwrap();
    // The first program ends when five calls are in flight; the second answers.
    let script = on_call(
        "if [ $first = 1 ]; then if [ $calls = 5 ]; then echo 'out of memory' >&2; exit 3; fi; else answer \"$good\"; fi",
    );
    let begin = "echo $$ >> pids; first=0; [ -e begun ] || first=1; : > begun\n";
    let session = opened(&shell(&format!("{begin}{script}"), &folder)).await;
    let failed = join_all((0..5).map(|_| call(&session))).await;
    for error in failed.into_iter().map(Result::unwrap_err) {
        assert!(error.kind == FailureKind::Unavailable, "{error:?}");
        assert_eq!(error.message, "the server x ended with exit code 3; the last it said: out of memory");
    }
    join_all((0..5).map(|_| answers(&session))).await;
    session.close().await;
    assert_eq!(lines(&folder.path().join("pids")).len(), 2, "programs started");
    assert_gone(folder.path());
}

#[tokio::test]
async fn a_program_that_cannot_be_started_again_is_tried_once_for_all_who_wait() {
    let folder = tempfile::tempdir().unwrap();
    let begin = "echo $$ >> pids; if [ -e begun ]; then echo 'no more' >&2; exit 1; fi; : > begun\n";
    let server = shell(&format!("{begin}{}", on_call("[ $calls = 3 ] && exit 3")), &folder);
    let session = opened(&server).await;
    join_all((0..3).map(|_| call(&session))).await;
    let again = join_all((0..3).map(|_| call(&session))).await;
    for error in again.into_iter().map(Result::unwrap_err) {
        assert_eq!(error.message, "the server x ended with exit code 1; the last it said: no more");
    }
    assert_eq!(lines(&folder.path().join("pids")).len(), 2, "programs started");
    session.close().await;
}

#[tokio::test]
async fn a_program_that_ends_at_once_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let script = "echo $$ > pids; echo 'Traceback:' >&2; printf '\\033[31mno such table\\033[0m' >&2; exit 7";
    let error = refused(&shell(script, &folder), LONG).await;
    assert_eq!(error.kind, FailureKind::Unavailable);
    let said = "the server x ended with exit code 7; the last it said: Traceback: | no such table";
    assert_eq!(error.message, said);
    assert_gone(folder.path());
    let error = refused(&shell("kill -SEGV $$", &folder), LONG).await;
    assert_eq!(error.message, "the server x ended by signal 11");
}

#[tokio::test]
async fn a_program_that_floods_stderr_is_heard() {
    let folder = tempfile::tempdir().unwrap();
    // 1.25 MiB before the handshake and as much in each call: a pipe holds 64 KiB.
    let flood = "i=0; while [ $i -lt 20480 ]; do echo '0123456789012345678901234567890123456789012345678901234567890' >&2; i=$((i + 1)); done";
    let script = format!("{flood}\n{}", on_call(&format!("{flood}; answer \"$good\"")));
    let session = opened(&shell(&script, &folder)).await;
    answers(&session).await;
    answers(&session).await;
    session.close().await;
}

#[tokio::test]
async fn what_is_printed_beside_the_protocol_is_passed_over() {
    let folder = tempfile::tempdir().unwrap();
    let babble = r#"echo 'Welcome to Server 3.0'; echo; echo '{"level":"info","msg":"ready"}'; echo '"text"'; printf '\377\n[1,2\n'"#;
    let script = format!("{babble}\n{}", on_call(&format!("{babble}; answer \"$good\"")));
    let session = opened(&shell(&script, &folder)).await;
    answers(&session).await;
    join_all((0..20).map(|_| answers(&session))).await;
    session.close().await;
}

#[tokio::test]
async fn a_program_that_never_answers_is_given_up_and_ended() {
    let folder = tempfile::tempdir().unwrap();
    let script = "echo $$ >> pids; echo 'waiting for the moon' >&2; exec sleep 1000";
    let error = refused(&shell(script, &folder), Duration::from_millis(500)).await;
    assert_eq!(error.kind, FailureKind::Timeout);
    assert_eq!(
        error.message,
        "the server x did not answer within 500ms; the last it said: waiting for the moon"
    );
    // One that closes its output but goes on is given up too.
    let script = "echo $$ >> pids; exec >&-; exec sleep 1000";
    let error = refused(&shell(script, &folder), LONG).await;
    assert!(error.message.contains("hung up"), "{error:?}");
    assert_gone(folder.path());
}

#[tokio::test]
async fn a_call_to_a_program_that_hangs_takes_its_time_and_no_more() {
    let folder = tempfile::tempdir().unwrap();
    let session = opened(&shell(&on_call(":"), &folder)).await;
    let error = session.call("query_metrics", Map::new(), Duration::from_millis(100)).await.unwrap_err();
    assert_eq!(error.kind, FailureKind::Timeout);
    session.close().await;
}

#[tokio::test]
async fn a_program_that_will_not_end_is_killed_with_all_it_has_started() {
    let folder = tempfile::tempdir().unwrap();
    let begin = "trap '' TERM; echo $$ >> pids; sleep 1000 & echo $! >> pids\n";
    let stubborn = format!("{begin}{}\nwhile :; do sleep 1000; done", on_call("answer \"$good\""));
    let server = shell(&stubborn, &folder);
    let session = opened(&server).await;
    answers(&session).await;
    session.close().await;
    assert_eq!(lines(&folder.path().join("pids")).len(), 2);
    assert_gone(folder.path());
}

#[tokio::test]
async fn what_cannot_be_started_is_a_matter_of_configuration() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("text"), "no program").unwrap();
    let text = folder.path().join("text");
    for (entry, said, hint) in [
        (
            json!({"command": "kamslides-nowhere"}),
            "there is no program `kamslides-nowhere`",
            "install kamslides-nowhere",
        ),
        (json!({"command": text}), "may not be run", "may you run it?"),
        (json!({"command": "/bin/sh", "cwd": text}), "is not a folder", ""),
    ] {
        let error = refused(&chosen("x", &entry).unwrap(), LONG).await;
        assert_eq!(error.kind, FailureKind::Config, "{error:?}");
        assert!(
            !error.kind.is_transient() && error.message.starts_with("cannot start the server x: "),
            "{error:?}"
        );
        assert!(error.message.contains(said) && error.hints.concat().contains(hint), "{error:?}");
    }
}

#[tokio::test]
async fn a_program_has_its_arguments_its_variables_and_ours() {
    let folder = tempfile::tempdir().unwrap();
    let script = on_call("echo \"$1|$A|${PATH:+path}|$PWD\" > seen; answer \"$good\"");
    fs::write(folder.path().join("script"), script).unwrap();
    let entry = json!({
        "type": "stdio", "command": "/bin/${SH:-sh}", "args": ["script", "a ${TOKEN}"],
        "env": {"A": "${env:TOKEN}", "B": 3, "C": null}, "cwd": folder.path(), "kamslides": {"timeout": "5s"},
    });
    let server = chosen("x", &entry).unwrap();
    assert_eq!(server.knobs(), Knobs { call_timeout: Some(Duration::from_secs(5)), ..Knobs::default() });
    let session = opened(&server).await;
    answers(&session).await;
    session.close().await;
    let seen = lines(&folder.path().join("seen")).concat();
    let place = folder.path().canonicalize().unwrap();
    assert_eq!(seen, format!("a hunter2-314159|hunter2-314159|path|{}", place.display()));
}

// ---------------------------------------------------------------------------------------------------------------------
// HTTP

/// A stateful server that ends with all its connections when it is dropped, as a process does.
struct Stateful(Option<Runtime>, String);

impl Stateful {
    async fn start(address: &str) -> Self {
        let address = address.to_owned();
        // A runtime of its own, which cannot be made inside another.
        let start = move || {
            let runtime = kamslides::concurrency::runtime().unwrap();
            let listener = runtime.block_on(TcpListener::bind(address)).unwrap();
            let address = listener.local_addr().unwrap().to_string();
            let service = StreamableHttpService::new(
                || Ok(Good),
                Arc::new(LocalSessionManager::default()),
                StreamableHttpServerConfig::default(),
            );
            let router = Router::new().nest_service("/mcp", service);
            runtime.spawn(async move { axum::serve(listener, router).await });
            Self(Some(runtime), address)
        };
        tokio::task::spawn_blocking(start).await.unwrap()
    }
}

impl Drop for Stateful {
    fn drop(&mut self) {
        self.0.take().unwrap().shutdown_background();
    }
}

#[derive(Clone)]
struct Good;

impl rmcp::ServerHandler for Good {
    fn get_info(&self) -> rmcp::model::ServerConfig {
        let tools = rmcp::model::ServerCapabilities::builder().enable_tools().build();
        rmcp::model::ServerConfig::new(tools)
    }

    async fn call_tool(
        &self,
        request: rmcp::model::CallToolRequestParams,
        _: rmcp::service::RequestContext<rmcp::RoleServer>,
    ) -> Result<rmcp::model::CallToolResponse, rmcp::ErrorData> {
        if request.name == "hang" {
            std::future::pending::<()>().await;
        }
        Ok(rmcp::model::CallToolResult::success(vec![rmcp::model::ContentBlock::text("good")]).into())
    }
}

#[tokio::test]
async fn a_server_may_restart_between_calls_and_a_call_in_flight_ends() {
    let server = Stateful::start("127.0.0.1:0").await;
    let address = server.1.clone();
    let asked = chosen("x", &json!({"url": format!("http://{address}/mcp")})).unwrap();
    let session = opened(&asked).await;
    answers(&session).await;
    let hanging = session.call("hang", Map::new(), Duration::from_millis(200));
    let dying = async {
        tokio::task::yield_now().await;
        drop(server);
    };
    let (hung, ()) = tokio::join!(hanging, dying);
    let hung = hung.unwrap_err().kind;
    assert!(matches!(hung, FailureKind::Timeout | FailureKind::Unavailable), "{hung:?}");
    let down = call(&session).await.unwrap_err();
    assert!(down.kind.is_transient(), "{down:?}");
    let _server = Stateful::start(&address).await;
    join_all((0..20).map(|_| answers(&session))).await;
    session.close().await;
}

#[tokio::test]
async fn headers_and_tokens_are_sent_and_a_refusal_tells_how_to_set_them() {
    let seen = Arc::new(std::sync::Mutex::new(Vec::new()));
    let handle = {
        let seen = Arc::clone(&seen);
        move |headers: axum::http::HeaderMap| {
            let of = |name: &str| headers.get(name).map(|value| value.to_str().unwrap().to_owned());
            seen.lock().unwrap().push((of("authorization"), of("x-team"), of("accept")));
            let status =
                if of("x-team").is_some() { StatusCode::FORBIDDEN } else { StatusCode::UNAUTHORIZED };
            let challenge = format!("Bearer realm=\"{}\"", of("authorization").unwrap_or_default());
            async move { (status, [("www-authenticate", challenge)], "go away").into_response() }
        }
    };
    let url = listen(Router::new().route("/mcp", post(handle))).await.name();
    for (entry, status) in [
        (json!({"serverUrl": url, "headers": {"Authorization": "Bearer ${TOKEN}"}}), "401 Unauthorized"),
        (json!({"url": url, "token": "${TOKEN}"}), "401 Unauthorized"),
        (
            json!({"url": url, "token": "${TOKEN}", "headers": {"X-Team": "kam", "Accept": "text/html"}}),
            "403 Forbidden",
        ),
    ] {
        for protocol in ["2025-11-25", "2026-07-28", "auto"] {
            let mut entry = entry.clone();
            entry["kamslides"] = json!({"protocol": protocol});
            let error = refused(&chosen("sales", &entry).unwrap(), LONG).await;
            assert_eq!(error.kind, FailureKind::Auth, "{error:?}");
            let shown = format!("{error:?}");
            assert!(error.message.starts_with(&format!("the server sales answered {status}")), "{shown}");
            assert!(status.starts_with("403") || shown.contains("Bearer realm="), "{shown}");
            assert!(shown.contains("give sales a token") && !shown.contains("hunter2"), "{shown}");
        }
    }
    let seen = seen.lock().unwrap();
    assert!(seen.iter().all(|(token, ..)| token.as_deref() == Some("Bearer hunter2-314159")), "{seen:?}");
    assert!(seen.iter().all(|(.., accept)| accept.as_deref() != Some("text/html")), "{seen:?}");
}

#[tokio::test]
async fn every_version_of_the_protocol_is_spoken() {
    let stateful = Stateful::start("127.0.0.1:0").await;
    let stop = Stop::new();
    let store = Arc::new(Store::demo(&Merchant::new("demo-new").unwrap()));
    let ours = serve_http(store, "127.0.0.1:0".parse().unwrap(), &stop).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    // The shell's server does not know 2026-07-28 and answers with a result that is none, as some do.
    let old = script_in(&on_call("answer \"$good\""), folder.path());
    for (entry, protocols) in [
        (json!({"url": format!("http://{}/mcp", stateful.1)}), &["2025-11-25", "2026-07-28", "auto"][..]),
        (json!({"url": ours.url()}), &["2025-11-25", "2026-07-28", "auto"]),
        (old, &["2025-11-25", "auto"]),
    ] {
        for protocol in protocols {
            let mut entry = entry.clone();
            entry["kamslides"] = json!({"protocol": protocol});
            let server = chosen("x", &entry).unwrap();
            let session =
                Session::open(&server, LONG).await.unwrap_or_else(|error| panic!("{entry}: {error:?}"));
            let tool = if entry["url"] == ours.url() { "list_metrics" } else { "query_metrics" };
            assert!(!session.call(tool, Map::new(), LONG).await.unwrap().is_error, "{entry}");
            session.close().await;
        }
    }
}

#[tokio::test]
async fn https_is_spoken() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}/mcp", listener.local_addr().unwrap());
    let server = chosen("x", &json!({"url": url})).unwrap();
    let greeting = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut first = [0; 3];
        stream.read_exact(&mut first).await.unwrap();
        first
    };
    let (error, first) = tokio::join!(refused(&server, LONG), greeting);
    assert_eq!(first[..2], [0x16, 0x03], "a TLS handshake record");
    assert_eq!(error.kind, FailureKind::Unavailable, "{error:?}");
}

// ---------------------------------------------------------------------------------------------------------------------
// Lists

#[test]
fn an_entry_that_cannot_be_used_says_why_and_is_in_nobodys_way() {
    for (entry, said) in [
        (json!(3), "the server x is not a table of fields"),
        (json!({}), "the server x has neither a command nor a url"),
        (json!({"command": "a", "url": "http://h"}), "has both a command and a url"),
        (
            json!({"type": "sse", "url": "http://h/sse"}),
            "legacy SSE is not supported; use the server's Streamable HTTP address",
        ),
        (json!({"type": "htpp", "url": "http://h"}), "of the unknown type `htpp`; did you mean `http`?"),
        (json!({"type": "http", "command": "a"}), "is of type http and has no url"),
        (json!({"command": ["a"]}), "has a `command` that is not a text"),
        (json!({"command": " "}), "has an empty `command`"),
        (json!({"command": "a", "args": "b"}), "has `args` that are not a list"),
        (json!({"command": "a", "args": [[]]}), "has a `args[0]` that is not a text"),
        (json!({"command": "a", "env": ["A=b"]}), "has `env` that are not a table"),
        (json!({"command": "a", "env": {"A=": "b"}}), "has a variable in `env` whose name is no name"),
        (json!({"command": "a\u{0}b"}), "has a zero byte in `command`"),
        (json!({"url": "ftp://h"}), "the server x's address does not begin with http://"),
        (json!({"url": "http://kim:hunter2@h/"}), "address holds a user name or password"),
        (
            json!({"url": "http://h", "headers": {"A B": "hunter2"}}),
            "has an unusable header in `headers.A B`",
        ),
        (
            json!({"url": "http://h", "headers": {"A": "hunter2\n"}, "token": "è\u{7f}"}),
            "has an unusable `token`",
        ),
        (
            json!({"url": "http://h/${PLACE}"}),
            "the server x needs the environment variable PLACE, which is not set, for `url`",
        ),
        (
            json!({"command": "a", "env": {"KEY": "${env:PLACE}"}}),
            "variable PLACE, which is not set, for `env.KEY`; set PLACE",
        ),
        (
            json!({"command": "a", "args": ["${input:key}"]}),
            "has `${input:key}` in `args[0]`, which is not understood; nobody can be asked",
        ),
        (
            json!({"command": "a", "cwd": "${workspaceFolder}/b"}),
            "`${workspaceFolder}` in `cwd`, which is not understood; write the folder's path",
        ),
        (json!({"command": "a", "kamslides": {"retries": 3}}), "kamslides.retries is no setting of a server"),
    ] {
        let error = chosen("x", &entry).unwrap_err();
        let shown = format!("{error}; {}", error.hints.join("; "));
        assert!(shown.contains(said) && !shown.contains("hunter2"), "{shown}");
        assert_eq!(error.kind, FailureKind::Config, "{shown}");
        let list =
            json!({"servers": {"bad": entry, "worse": null, "good": {"command": "a", "disabled": false}}});
        let list = ServerList::parse(&list.to_string()).unwrap();
        assert_eq!(list.choose("good", &|_| None).unwrap().name(), "good");
    }
    let list =
        ServerList::parse(r#"{"mcpServers": {"sales": {"command": "a", "autoApprove": []}}}"#).unwrap();
    assert_eq!((list.unknown_fields("sales"), list.nearest("slaes")), (vec!["autoApprove"], Some("sales")));
}

#[test]
fn a_list_only_names_servers() {
    let kamslides = Kamslides::new();
    kamslides.file(
        ".mcp.json",
        json!({"mcpServers": {"bad": {"command": "/bin/sh", "args": ["-c", "echo started > started"]}}})
            .to_string(),
    );
    kamslides.demo("demo-new", &[]).run();
    assert_eq!(kamslides.names("."), [".mcp.json", "decks"]);
    // Not even a list that cannot be read matters as long as nobody asks for a server.
    kamslides.file(".mcp.json", "{").demo("demo-new", &[]).run().says(&[]);
    kamslides
        .demo("demo-new", &["--server", "bad"])
        .run()
        .fails(78, &[".mcp.json: the server list is not JSON"]);
}

#[test]
fn a_name_that_is_not_in_the_list_brings_the_list() {
    let kamslides = Kamslides::new();
    let list = |key: &str| json!({key: {"sales": {"command": "a"}, "duck": {"url": "http://h"}}}).to_string();
    kamslides.file(".mcp.json", list("mcpServers"));
    kamslides.file("kamslides.toml", "[mcp.servers.stock]\nurl = \"http://h\"\n");
    let asked = |more: &[&str]| kamslides.demo("demo-new", more);
    let said = [
        "--server: there is no server `slaes`",
        "did you mean `sales`?",
        "the servers are duck, sales, stock",
    ];
    asked(&["--server", "slaes"]).run().fails(2, &said);
    let said = ["retrieval.server: there is no server `stok`", "did you mean `stock`?"];
    asked(&[]).variable("SCALAPAY_RETRIEVAL__SERVER", "stok").run().fails(78, &said);
    // A list that is given stands alone, and is given for a reason.
    kamslides.file("mine.json", list("servers"));
    asked(&["--server", "stock", "--mcp-config", "mine.json"])
        .run()
        .fails(2, &["the servers are duck, sales\n"]);
    asked(&["--mcp-config", "mine.json"])
        .run()
        .fails(2, &["only names servers", "--server: the servers are duck, sales"]);
    asked(&["--server", "duck", "--mcp-config", "none.json"])
        .run()
        .fails(78, &["cannot read the server list none.json"]);
    kamslides
        .file("both.json", r#"{"mcpServers": {}, "servers": {}}"#)
        .file("neither.json", r#"{"mcp": {}}"#);
    for (file, said) in [("both.json", "holds both"), ("neither.json", "holds neither")] {
        asked(&["--server", "duck", "--mcp-config", file]).run().fails(78, &[file, said]);
    }
    let unset = json!({"mcpServers": {"sales": {"url": "http://h/${PLACE}"}}});
    kamslides.file("unset.json", unset.to_string());
    let run = || asked(&["--server", "sales", "--mcp-config", "unset.json"]);
    run()
        .run()
        .fails(78, &["unset.json: the server sales needs the environment variable PLACE", "hint: set PLACE"]);
    run().variable("PLACE", " ").run().fails(78, &["PLACE, which is not set"]);
    for more in [["--db", "x.db"], ["--mcp-url", "http://h"]] {
        asked(&[&["--server", "duck"][..], &more].concat()).run().fails(2, &["cannot be used with"]);
    }
}

#[test]
fn what_a_list_holds_beside_is_told_under_v() {
    let kamslides = Kamslides::new();
    let list =
        json!({"inputs": [], "servers": {"x": {"command": "kamslides-nowhere", "autoApprove": ["a"]}}});
    kamslides.file(".mcp.json", list.to_string());
    let run =
        kamslides.demo("demo-new", &["--server", "x", "-v"]).variable("SCALAPAY_RETRY_ATTEMPTS", "0").run();
    let said = ["passed over `inputs`", "the server x: the field `autoApprove` means nothing here"];
    run.fails(78, &said).says(&["cannot start the server x: there is no program `kamslides-nowhere`"]);
}

// ---------------------------------------------------------------------------------------------------------------------
// The whole program

/// A list with the program's own metrics server, started by a script of the shell that says what comes before.
fn own_server(kamslides: &Kamslides, script: &str) {
    let binary = env!("CARGO_BIN_EXE_kamslides");
    let script = script.replace("SERVE", &format!("'{binary}' data serve --stdio"));
    let entry = script_in(&script, &kamslides.path(""));
    kamslides.file("f.json", json!({"mcpServers": {"x": entry}}).to_string());
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_server_gives_the_same_deck() {
    let kamslides = Kamslides::new();
    let deck = |more: &[&str]| kamslides.demo("demo-fashion", more).run().succeeds().files();
    let want = deck(&["--out", "embedded"]);
    own_server(&kamslides, "echo $$ >> pids; exec SERVE");
    let http = demo_server("demo-fashion", |_| async { None }).await;
    kamslides.file("kamslides.toml", format!("[mcp.servers.web]\nurl = {:?}\n", http.name()));
    let same = |more: &[&str]| {
        let got = deck(more);
        assert_eq!(got.keys().collect::<Vec<_>>(), want.keys().collect::<Vec<_>>());
        for name in want.keys().filter(|name| *name == "deck.pptx" || name.starts_with("charts/")) {
            assert!(got[name] == want[name], "{name} differs with {more:?}");
        }
        let report: Value = serde_json::from_slice(&got["run.json"]).unwrap();
        assert_eq!(report["status"], "complete");
    };
    same(&["--out", "stdio", "--server", "x", "--mcp-config", "f.json"]);
    same(&["--out", "http", "--server", "web"]);
    assert_gone(kamslides.path("").as_path());
}

#[test]
fn a_program_that_dies_in_a_batch_is_started_again_and_nothing_is_lost() {
    let kamslides = Kamslides::new();
    let want = kamslides.demo("demo-fashion", &["--out", "embedded"]).run().succeeds().files();
    // The first program takes the handshake and two calls, answers what it can, and ends.
    own_server(
        &kamslides,
        "echo $$ >> pids; if [ -e begun ]; then exec SERVE; fi; : > begun; \
         { read a; echo \"$a\"; read a; echo \"$a\"; read a; echo \"$a\"; read a; echo \"$a\"; } | SERVE; echo 'out of memory' >&2; exit 3",
    );
    let run = kamslides.demo("demo-fashion", &["--server", "x", "--mcp-config", "f.json"]);
    let run =
        run.variable("SCALAPAY_MAX_CONCURRENT_BATCHES", "1").variable("SCALAPAY_RETRY_DELAY_SECONDS", "0");
    let got =
        run.variable("SCALAPAY_LOG__LEVEL", "debug").run().succeeds().says(&["trying again: the server x"]);
    assert!(got.files()["deck.pptx"] == want["deck.pptx"]);
    assert_eq!(lines(&kamslides.path("pids")).len(), 4, "three batches, one of them twice");
    assert_gone(&kamslides.path(""));
}

#[test]
fn ctrl_c_ends_the_programs_too() {
    let kamslides = Kamslides::new();
    // When it is called, the program interrupts the one that started it, and never answers.
    let script = format!("echo $$ >> pids\n{}", on_call("kill -INT $PPID"));
    let entry = script_in(&script, &kamslides.path(""));
    kamslides.file(".mcp.json", json!({"mcpServers": {"x": entry}}).to_string());
    kamslides.demo("demo-new", &["--server", "x"]).run().fails(130, &["interrupted"]);
    assert_eq!(lines(&kamslides.path("pids")).len(), 2);
    assert_gone(&kamslides.path(""));
    // Also one that takes no notice of its input being closed, nor of SIGTERM.
    let stubborn = format!("trap '' TERM\n{script}\nwhile :; do sleep 1000; done");
    let entry = script_in(&stubborn, &kamslides.path(""));
    kamslides.file(".mcp.json", json!({"mcpServers": {"x": entry}}).to_string());
    kamslides.demo("demo-new", &["--server", "x", "--deadline", "1s"]).run();
    assert_gone(&kamslides.path(""));
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_are_nowhere() {
    let kamslides = Kamslides::new();
    let tell = "echo \"the key is $KEY and $1, $2\" >&2; echo \"$KEY\"; exit 1";
    let refuse = |headers: axum::http::HeaderMap| async move {
        let sent: Vec<_> = headers.values().map(|value| value.to_str().unwrap().to_owned()).collect();
        (StatusCode::BAD_REQUEST, sent.join("; ")).into_response()
    };
    let url = listen(Router::new().route("/mcp", post(refuse))).await.name();
    let servers = json!({
        "tells": {"command": "/bin/sh", "args": ["-c", tell, "sh", "dsn://${TOKEN}", "postgres://kim:hunter2-223606@h/db"], "env": {"KEY": "hunter2-271828"}},
        "echoes": {"url": format!("{url}?key=hunter2-161803"), "headers": {"X-Key": "hunter2-141421", "Authorization": "Bearer ${TOKEN}"}},
    });
    kamslides.file(".mcp.json", json!({"mcpServers": servers}).to_string());
    kamslides.file("kamslides.toml", "[mcp.servers.more]\nurl = \"http://h/\"\ntoken = \"hunter2-173205\"\n");
    for server in ["tells", "echoes"] {
        let run = kamslides.demo("demo-new", &["--server", server, "-vv", "--json"]);
        let run = run.variable("TOKEN", "hunter2-314159").variable("SCALAPAY_RETRY_DELAY_SECONDS", "0").run();
        assert_eq!(run.code, 69, "{run}");
        let shown = format!("{run} {:?}", run.stdout);
        assert!(shown.contains("***"), "{shown}");
        for (_, bytes) in kamslides.files("decks") {
            assert!(!String::from_utf8_lossy(&bytes).contains("hunter2"));
        }
        assert!(!shown.contains("hunter2"), "{shown}");
    }
    let shown = kamslides.run(&["config", "show", "--all-layers"]).succeeds().stdout;
    assert!(shown.contains("# mcp.servers = [\"more\"]") && !shown.contains("hunter2"), "{shown}");
}
