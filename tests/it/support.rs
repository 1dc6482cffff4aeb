//! What the tests of the whole program share: the program in a folder of its own, a reader of decks, and fake servers.

use axum::{Router, http::StatusCode, response::IntoResponse, routing::post};
use futures::future::BoxFuture;
use kamslides::{
    domain::Merchant,
    mcp::{Server, Session},
    store::Store,
};
use quick_xml::{Reader, events::Event};
use rmcp::{
    ErrorData, RoleServer, ServerHandler,
    model::{
        CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, ServerCapabilities,
        ServerConfig,
    },
    service::RequestContext,
    transport::streamable_http_server::{
        StreamableHttpServerConfig, StreamableHttpService, session::local::LocalSessionManager,
    },
};
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::{Cursor, Read},
    os::unix::process::ExitStatusExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    thread,
    time::Duration,
};
use tempfile::TempDir;
use tokio::{net::TcpListener, sync::Notify};

/// No test waits so long unless it has failed.
pub(crate) const LONG: Duration = Duration::from_secs(20);

/// The history that the demo merchants' data cover.
pub(crate) const DEMO_HISTORY: [&str; 4] = ["--from", "2023-01-01", "--to", "2025-06-30"];

/// The year that pizzaplace's data cover.
pub(crate) const PIZZA_HISTORY: [&str; 4] = ["--from", "2015-01-01", "--to", "2015-12-31"];

// ---------------------------------------------------------------------------------------------------------------------
// The program

/// The program with an empty environment, in a folder of its own.
pub(crate) struct Kamslides(TempDir);

impl Kamslides {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// With the year of a pizza shop in `pizza.db`, as the merchant `pizzaplace`.
    pub(crate) fn with_pizza() -> Self {
        let kamslides = Self::new();
        let fixture = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/pizzaplace.csv.gz");
        let map = "id=order_id,date=date,type=product_type,price=amount";
        let import = ["data", "import", fixture, "--merchant", "pizzaplace", "--currency", "USD"];
        kamslides.run(&[&import[..], &["--map", map, "--db", "pizza.db"]].concat()).succeeds();
        kamslides
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Writes a file into the folder.
    pub(crate) fn file(&self, name: &str, content: impl AsRef<[u8]>) -> &Self {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
        self
    }

    /// Every file below a folder by its path relative to it; none when there is no such folder.
    pub(crate) fn files(&self, name: &str) -> BTreeMap<String, Vec<u8>> {
        files(&self.path(name))
    }

    /// What stands directly in a folder, hidden or not, in order.
    pub(crate) fn names(&self, folder: &str) -> Vec<String> {
        let entries = fs::read_dir(self.path(folder)).into_iter().flatten();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Run {
        self.any_command(env!("CARGO_BIN_EXE_kamslides"), arguments)
    }

    /// Another program that runs this one.
    pub(crate) fn any_command(&self, program: &str, arguments: &[&str]) -> Run {
        let mut command = Command::new(program);
        command.args(arguments).env_clear().current_dir(self.0.path());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        Run { command, what: arguments.join(" ") }
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Finished {
        self.command(arguments).run()
    }

    /// `generate` of a demo merchant over its whole history.
    pub(crate) fn demo(&self, merchant: &str, more: &[&str]) -> Run {
        self.command(&[&["generate", "--merchant", merchant][..], &DEMO_HISTORY, more].concat())
    }

    /// `generate` of a demo merchant from a server.
    pub(crate) fn served(&self, merchant: &str, server: &Server, more: &[&str]) -> Run {
        self.demo(merchant, &[&["--mcp-url", &server.name()][..], more].concat())
    }

    /// `generate` of pizzaplace over its year.
    pub(crate) fn pizza(&self, more: &[&str]) -> Run {
        let generate = ["generate", "--merchant", "pizzaplace", "--db", "pizza.db"];
        self.command(&[&generate[..], &PIZZA_HISTORY, more].concat())
    }
}

fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        if entry.path().is_dir() {
            let below = files(&entry.path());
            found.extend(below.into_iter().map(|(path, bytes)| (format!("{name}/{path}"), bytes)));
        } else {
            found.insert(name, fs::read(entry.path()).unwrap());
        }
    }
    found
}

/// A run of the program that has not begun.
pub(crate) struct Run {
    command: Command,
    what: String,
}

impl Run {
    pub(crate) fn variable(mut self, name: &str, value: impl AsRef<std::ffi::OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    pub(crate) fn stdin(mut self, stdin: impl Into<Stdio>) -> Self {
        self.command.stdin(stdin);
        self
    }

    pub(crate) fn stdout(mut self, stdout: impl Into<Stdio>) -> Self {
        self.command.stdout(stdout);
        self
    }

    pub(crate) fn start(mut self) -> Running {
        Running { child: self.command.spawn().unwrap(), what: self.what }
    }

    pub(crate) fn run(self) -> Finished {
        self.start().wait()
    }
}

/// A run of the program that has begun.
pub(crate) struct Running {
    child: Child,
    what: String,
}

impl Running {
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// The next line on stderr, which is read no further.
    pub(crate) fn line(&mut self) -> String {
        let stderr = self.child.stderr.as_mut().unwrap();
        let (mut line, mut byte) = (Vec::new(), [0]);
        while stderr.read(&mut byte).unwrap() == 1 && byte != *b"\n" {
            line.extend(byte);
        }
        String::from_utf8(line).unwrap()
    }

    pub(crate) fn signal(&self, signal: rustix::process::Signal) {
        let id = rustix::process::Pid::from_raw(self.child.id().try_into().unwrap()).unwrap();
        rustix::process::kill_process(id, signal).unwrap();
    }

    /// Waits for the end, which must come without panic and before anybody would call it a hang.
    pub(crate) fn wait(self) -> Finished {
        let id = rustix::process::Pid::from_raw(self.child.id().try_into().unwrap()).unwrap();
        let (send, receive) = mpsc::channel();
        let child = self.child;
        thread::spawn(move || send.send(child.wait_with_output().unwrap()));
        let Ok(output) = receive.recv_timeout(3 * LONG) else {
            rustix::process::kill_process(id, rustix::process::Signal::KILL).unwrap();
            panic!("`{}` hangs", self.what);
        };
        let status = output.status;
        let finished = Finished {
            what: self.what,
            code: status.code().unwrap_or_else(|| 128 + status.signal().unwrap()),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        };
        assert!(!finished.stderr.contains("panicked"), "{finished:?}");
        finished
    }
}

/// A run of the program that has ended.
#[derive(Debug)]
pub(crate) struct Finished {
    what: String,
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Finished {
    pub(crate) fn succeeds(self) -> Self {
        self.ends(0)
    }

    pub(crate) fn ends(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{self}");
        self
    }

    /// The run ended with this code and said all of this, nothing of it on stdout.
    pub(crate) fn fails(self, code: i32, said: &[&str]) -> Self {
        let finished = self.ends(code);
        assert!(finished.stderr.contains("error: ") && finished.stdout.is_empty(), "{finished}");
        finished.says(said)
    }

    pub(crate) fn says(self, said: &[&str]) -> Self {
        for words in said {
            assert!(self.stderr.contains(words), "`{words}` is missing: {self}");
        }
        self
    }

    /// The folder of the deck whose path was printed.
    pub(crate) fn folder(&self) -> PathBuf {
        let path = Path::new(self.stdout.strip_suffix('\n').unwrap_or_else(|| panic!("{self}")));
        assert!(path.is_absolute() && path.ends_with("deck.pptx"), "{self}");
        path.parent().unwrap().to_owned()
    }

    /// The name of that folder.
    pub(crate) fn folder_name(&self) -> String {
        self.folder().file_name().unwrap().to_str().unwrap().to_owned()
    }

    /// Every file of that folder.
    pub(crate) fn files(&self) -> BTreeMap<String, Vec<u8>> {
        files(&self.folder())
    }

    /// `run.json` of that folder.
    pub(crate) fn report(&self) -> Value {
        read_json(&self.folder().join("run.json"))
    }

    pub(crate) fn deck(&self) -> Pptx {
        Pptx::open(&fs::read(self.folder().join("deck.pptx")).unwrap())
    }
}

impl std::fmt::Display for Finished {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { what, code, stdout, stderr } = self;
        write!(f, "`{what}` ended with {code}\n--- stdout\n{stdout}--- stderr\n{stderr}")
    }
}

pub(crate) fn read_json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap_or_else(|_| panic!("no {}", path.display()))).unwrap()
}

/// The request of a slug in a report.
pub(crate) fn request<'a>(report: &'a Value, slug: &str) -> &'a Value {
    let requests = report["requests"].as_array().unwrap();
    requests.iter().find(|request| request["slug"] == slug).unwrap_or_else(|| panic!("no request {slug}"))
}

// ---------------------------------------------------------------------------------------------------------------------
// Decks

/// A deck's parts by name.
pub(crate) struct Pptx(pub(crate) BTreeMap<String, Vec<u8>>);

/// The texts of a slide: the name of each shape with its paragraphs.
pub(crate) type Shapes = Vec<(String, Vec<String>)>;

impl Pptx {
    pub(crate) fn open(bytes: &[u8]) -> Self {
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        let parts = (0..archive.len()).map(|i| {
            let mut file = archive.by_index(i).unwrap();
            let mut content = Vec::new();
            file.read_to_end(&mut content).unwrap();
            (file.name().unwrap().into_owned(), content)
        });
        Self(parts.collect())
    }

    fn slide_xml(&self) -> Vec<&str> {
        let parts = (1..).map_while(|n| self.0.get(&format!("ppt/slides/slide{n}.xml")));
        parts.map(|xml| std::str::from_utf8(xml).unwrap()).collect()
    }

    /// The slides, which are numbered in the order of the deck.
    pub(crate) fn slides(&self) -> Vec<Shapes> {
        self.slide_xml().into_iter().map(shapes).collect()
    }

    /// The paragraphs of the shapes of one name over all slides.
    pub(crate) fn paragraphs(&self, shape: &str) -> Vec<String> {
        let shapes = self.slides().into_iter().flatten().filter(|(name, _)| name == shape);
        shapes.flat_map(|(_, paragraphs)| paragraphs).collect()
    }

    /// Every text of the last slide.
    pub(crate) fn closing(&self) -> String {
        let last = self.slides().pop().unwrap();
        last.into_iter().flat_map(|(_, paragraphs)| paragraphs).collect::<Vec<_>>().join("\n")
    }

    /// Every text of the deck, alternative texts included.
    pub(crate) fn text(&self) -> String {
        let texts = self.slides().into_iter().flatten().flat_map(|(_, paragraphs)| paragraphs);
        texts.collect::<Vec<_>>().join("\n")
    }
}

fn shapes(xml: &str) -> Shapes {
    let mut reader = Reader::from_str(xml);
    let (mut shapes, mut inside): (Shapes, bool) = (Vec::new(), false);
    loop {
        let event = reader.read_event().unwrap();
        match &event {
            Event::Start(start) | Event::Empty(start) if start.name().0 == "p:cNvPr" => {
                let attribute = |name: &str| {
                    let found = start.attributes().map(Result::unwrap).find(|a| a.key.0 == name);
                    found
                        .map(|a| a.normalized_value(quick_xml::XmlVersion::Implicit1_0).unwrap().into_owned())
                };
                let description = attribute("descr").into_iter().collect();
                shapes.push((attribute("name").unwrap_or_default(), description));
            }
            Event::Start(start) if start.name().0 == "a:p" => {
                shapes.last_mut().unwrap().1.push(String::new());
            }
            Event::Start(start) if start.name().0 == "a:t" => inside = true,
            Event::End(end) if end.name().0 == "a:t" => inside = false,
            _ => {}
        }
        let text = match event {
            Event::Text(text) if inside => text.xml10_content().into_owned(),
            Event::GeneralRef(name) if inside => match name.resolve_char_ref().unwrap() {
                Some(c) => c.to_string(),
                None => match &*name.into_inner() {
                    "amp" => "&".into(),
                    "lt" => "<".into(),
                    "gt" => ">".into(),
                    "quot" => "\"".into(),
                    "apos" => "'".into(),
                    other => panic!("&{other};"),
                },
            },
            Event::Eof => return shapes,
            _ => continue,
        };
        shapes.last_mut().unwrap().1.last_mut().unwrap().push_str(&text);
    }
}

// ---------------------------------------------------------------------------------------------------------------------
// Servers

pub(crate) type Reply = Result<CallToolResult, ErrorData>;

/// A call as a fake server sees it.
pub(crate) struct Asked {
    /// Which call of `query_metrics` this is, from 0.
    pub(crate) nth: usize,
    pub(crate) tool: String,
    pub(crate) arguments: Value,
    pub(crate) session: String,
    /// The header `Authorization`.
    pub(crate) authorization: Option<String>,
}

impl Asked {
    /// Whether it groups by these dimensions and asks for this metric first.
    pub(crate) fn is(&self, group_by: &[&str], metric: &str) -> bool {
        self.arguments["group_by"] == json!(group_by) && self.arguments["metrics"][0] == metric
    }
}

/// An MCP server whose one tool does what the test says.
#[derive(Clone)]
struct Fake {
    reply: Arc<dyn Fn(Asked) -> BoxFuture<'static, Reply> + Send + Sync>,
    calls: Arc<AtomicUsize>,
}

impl ServerHandler for Fake {
    fn get_info(&self) -> ServerConfig {
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let head = context.extensions.get::<axum::http::request::Parts>().unwrap();
        let header = |name: &str| Some(head.headers.get(name)?.to_str().unwrap().to_owned());
        let (session, authorization) = (header("mcp-session-id").unwrap(), header("authorization"));
        let is_query = request.name == "query_metrics";
        let nth = self.calls.fetch_add(usize::from(is_query), Ordering::SeqCst);
        let arguments = Value::Object(request.arguments.unwrap_or_default());
        let asked = Asked { nth, tool: request.name.to_string(), arguments, session, authorization };
        (self.reply)(asked).await.map(Into::into)
    }
}

/// Serves a fake over loopback HTTP for the rest of the test.
pub(crate) async fn fake<F>(reply: impl Fn(Asked) -> F + Send + Sync + 'static) -> Server
where
    F: Future<Output = Reply> + Send + 'static,
{
    let fake = Fake { reply: Arc::new(move |asked| Box::pin(reply(asked))), calls: Arc::default() };
    let service = StreamableHttpService::new(
        move || Ok(fake.clone()),
        Arc::new(LocalSessionManager::default()),
        StreamableHttpServerConfig::default(),
    );
    listen(Router::new().nest_service("/mcp", service)).await
}

pub(crate) async fn listen(router: Router) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/mcp", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    Server::http(&url, None).unwrap()
}

/// A server that answers from a demo merchant's data, unless `instead` has another answer.
pub(crate) async fn demo_server<F>(
    merchant: &str,
    instead: impl Fn(Asked) -> F + Send + Sync + 'static,
) -> Server
where
    F: Future<Output = Option<Reply>> + Send + 'static,
{
    let store = Store::demo(&Merchant::new(merchant).unwrap());
    let session = Arc::new(Session::open(&Server::Embedded(Arc::new(store)), LONG).await.unwrap());
    fake(move |asked| {
        let (session, arguments) = (Arc::clone(&session), asked.arguments.clone());
        let instead = instead(asked);
        async move {
            if let Some(reply) = instead.await {
                return reply;
            }
            let arguments = arguments.as_object().unwrap().clone();
            let answer = session.call("query_metrics", arguments, LONG).await.unwrap();
            let content = answer.structured.unwrap();
            Ok(if answer.is_error {
                CallToolResult::structured_error(content)
            } else {
                CallToolResult::structured(content)
            })
        }
    })
    .await
}

/// An answer of a tool that says that it failed.
pub(crate) fn tool_error(text: &str) -> CallToolResult {
    CallToolResult::error(vec![ContentBlock::text(text)])
}

/// A server that speaks just enough MCP by hand for a test to choose the HTTP answer of each tool call.
pub(crate) async fn by_hand(
    call: impl Fn(usize) -> axum::response::Response + Clone + Send + Sync + 'static,
) -> Server {
    let calls = Arc::new(AtomicUsize::new(0));
    let handle = move |body: String| async move {
        let message: Value = serde_json::from_str(&body).unwrap();
        let result = match message["method"].as_str() {
            Some("initialize") => json!({
                "protocolVersion": "2025-11-25", "capabilities": {"tools": {}},
                "serverInfo": {"name": "by hand", "version": "0"},
            }),
            Some("tools/call") => match call(calls.fetch_add(1, Ordering::SeqCst)) {
                response if response.status() == StatusCode::OK => {
                    let answer = json!({"columns": ["sales"], "rows": [[1]]});
                    json!({"content": [{"type": "text", "text": answer.to_string()}]})
                }
                response => return response,
            },
            _ => return StatusCode::ACCEPTED.into_response(),
        };
        let reply = json!({"jsonrpc": "2.0", "id": message["id"], "result": result});
        ([("content-type", "application/json")], reply.to_string()).into_response()
    };
    listen(Router::new().route("/mcp", post(handle))).await
}

/// Holds whoever comes until a number of them are inside at once; then lets everybody through.
#[derive(Default)]
pub(crate) struct Hold {
    state: Mutex<Inside>,
    open: Notify,
}

#[derive(Default)]
struct Inside {
    sessions: Vec<String>,
    peak: usize,
    peak_sessions: usize,
    opened: bool,
}

impl Hold {
    pub(crate) async fn enter(&self, expected: usize, session: &str) {
        let opened = self.open.notified();
        tokio::pin!(opened);
        opened.as_mut().enable();
        let wait = {
            let mut state = self.state.lock().unwrap();
            state.sessions.push(session.to_owned());
            state.peak = state.peak.max(state.sessions.len());
            let distinct = state.sessions.iter().collect::<BTreeSet<_>>().len();
            state.peak_sessions = state.peak_sessions.max(distinct);
            state.opened |= state.sessions.len() >= expected;
            !state.opened
        };
        if wait {
            opened.await;
        } else {
            self.open.notify_waiters();
        }
    }

    pub(crate) fn leave(&self, session: &str) {
        let mut state = self.state.lock().unwrap();
        let at = state.sessions.iter().position(|inside| inside == session).unwrap();
        state.sessions.remove(at);
    }

    /// The most that were inside at once, and of how many sessions.
    pub(crate) fn peaks(&self) -> (usize, usize) {
        let state = self.state.lock().unwrap();
        (state.peak, state.peak_sessions)
    }
}
