//! A server over bare TCP that speaks as much MCP as a client needs and answers each call as a test says, down to the
//! bytes. What no test interferes with is answered from the data of `demo-new`.

use super::super::support::LONG;
use kamslides::{
    domain::Merchant,
    mcp::{Server, Session},
    store::Store,
};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::Notify,
    task::JoinSet,
};

/// A call of `query_metrics`.
pub(super) struct Asked {
    pub(super) arguments: Value,
    /// How often the same has been asked before.
    pub(super) nth: usize,
    /// How many calls there have been before.
    pub(super) calls: usize,
}

impl Asked {
    /// Whether it belongs to the section in which the faults of single calls happen.
    pub(super) fn is_aov_by_product(&self) -> bool {
        self.arguments["group_by"] == json!(["product_type"]) && self.arguments["metrics"][0] == "aov"
    }
}

/// What is done about a call.
pub(super) enum Reply {
    /// The right answer.
    Good,
    /// This as the tool's result.
    Result(Value),
    /// This as the body of a success.
    Body(String),
    /// This status, these lines of headers, and this body.
    Http(&'static str, &'static str, &'static str),
    /// Nothing, for ever.
    Hang,
    /// The beginning of an answer, and then a byte now and then, for ever.
    Drip,
    /// The beginning of an answer, and then the end of the connection.
    Cut,
    /// The beginning of a stream of events, and then the end of the connection.
    CutStream,
    /// A reset of the connection before any header.
    Reset,
    /// The end of the server with all its connections.
    Die,
    /// The end of all sessions, and a reset.
    Restart,
}

/// What a tool answers with data.
pub(super) fn data(answer: &Value) -> Reply {
    Reply::Result(json!({"content": [], "structuredContent": answer}))
}

/// What a tool answers in words.
pub(super) fn text(text: &str, is_error: bool) -> Reply {
    Reply::Result(json!({"content": [{"type": "text", "text": text}], "isError": is_error}))
}

struct Scripted {
    script: Box<dyn Fn(&Asked) -> Reply + Send + Sync>,
    data: Session,
    /// Sessions begun before the last restart are unknown.
    epoch: AtomicUsize,
    calls: AtomicUsize,
    asked: Mutex<BTreeMap<String, usize>>,
    dead: Notify,
}

/// Serves for the rest of the test, or until it dies.
pub(super) async fn serve(script: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Server {
    let store = Store::demo(&Merchant::new("demo-new").unwrap());
    let data = Session::open(&Server::Embedded(Arc::new(store)), LONG).await.unwrap();
    let server = Arc::new(Scripted {
        script: Box::new(script),
        data,
        epoch: AtomicUsize::new(0),
        calls: AtomicUsize::new(0),
        asked: Mutex::default(),
        dead: Notify::new(),
    });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/mcp", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let mut connections = JoinSet::new();
        loop {
            tokio::select! {
                accepted = listener.accept() => {
                    connections.spawn(Arc::clone(&server).connection(accepted.unwrap().0));
                }
                () = server.dead.notified() => return,
            }
        }
    });
    Server::http(&url, None).unwrap()
}

impl Scripted {
    /// One request and its answer: the client makes a connection for each.
    async fn connection(self: Arc<Self>, mut stream: TcpStream) {
        let Some((head, body)) = request(&mut stream).await else { return };
        let session = head.lines().find_map(|line| {
            let (name, value) = line.split_once(": ")?;
            name.eq_ignore_ascii_case("mcp-session-id").then(|| value.trim().to_owned())
        });
        let epoch = self.epoch.load(Ordering::SeqCst).to_string();
        let message: Value = serde_json::from_slice(&body).unwrap_or_default();
        let method = message["method"].as_str().unwrap_or_default();
        let answer = match method {
            "initialize" => {
                let result = json!({
                    "protocolVersion": "2025-11-25", "capabilities": {"tools": {}},
                    "serverInfo": {"name": "scripted", "version": "0"},
                });
                let header = format!("mcp-session-id: {epoch}\r\n");
                success(
                    &header,
                    &json!({"jsonrpc": "2.0", "id": message["id"], "result": result}).to_string(),
                )
            }
            "tools/call" if session != Some(epoch) => http("404 Not Found", "", "no such session"),
            "tools/call" => match self.call(&message, &mut stream).await {
                Some(answer) => answer,
                None => return,
            },
            "" => http("405 Method Not Allowed", "", ""),
            _ => http("202 Accepted", "", ""),
        };
        // A client that has given up does not read.
        drop(stream.write_all(answer.as_bytes()).await);
    }

    /// The answer of a call; `None` when there is none, or what there is of it was sent.
    async fn call(&self, message: &Value, stream: &mut TcpStream) -> Option<String> {
        let (id, params) = (&message["id"], &message["params"]);
        let result =
            |result: &Value| success("", &json!({"jsonrpc": "2.0", "id": id, "result": result}).to_string());
        if params["name"] != "query_metrics" {
            let error = json!({"code": -32602, "message": "tool not found"});
            return Some(success("", &json!({"jsonrpc": "2.0", "id": id, "error": error}).to_string()));
        }
        let arguments = params["arguments"].clone();
        let nth = {
            let mut asked = self.asked.lock().unwrap();
            let times = asked.entry(arguments.to_string()).or_default();
            *times += 1;
            *times - 1
        };
        let calls = self.calls.fetch_add(1, Ordering::SeqCst);
        let asked = Asked { arguments, nth, calls };
        match (self.script)(&asked) {
            Reply::Good => {
                let arguments = asked.arguments.as_object().unwrap().clone();
                let answer = self.data.call("query_metrics", arguments, LONG).await.unwrap();
                Some(result(&json!({"content": [], "structuredContent": answer.structured})))
            }
            Reply::Result(value) => Some(result(&value)),
            Reply::Body(body) => Some(success("", &body)),
            Reply::Http(status, headers, body) => Some(http(status, headers, body)),
            Reply::Hang => std::future::pending().await,
            Reply::Drip => {
                let begun = begun();
                let mut tick = tokio::time::interval(Duration::from_millis(50));
                stream.write_all(begun.as_bytes()).await.ok()?;
                loop {
                    tick.tick().await;
                    stream.write_all(b" ").await.ok()?;
                }
            }
            Reply::Cut => {
                stream.write_all(begun().as_bytes()).await.ok()?;
                None
            }
            Reply::CutStream => {
                let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n";
                stream.write_all(format!("{head}: soon\n\n").as_bytes()).await.ok()?;
                None
            }
            Reply::Reset => {
                stream.set_zero_linger().unwrap();
                None
            }
            Reply::Die => {
                self.dead.notify_one();
                std::future::pending().await
            }
            Reply::Restart => {
                self.epoch.fetch_add(1, Ordering::SeqCst);
                stream.set_zero_linger().unwrap();
                None
            }
        }
    }
}

/// The head and the body of a request.
async fn request(stream: &mut TcpStream) -> Option<(String, Vec<u8>)> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut body = bytes.split_off(end + 4);
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(": ")?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().unwrap())
    });
    while body.len() < length.unwrap_or(0) {
        if stream.read_buf(&mut body).await.ok()? == 0 {
            return None;
        }
    }
    Some((head, body))
}

fn http(status: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n{body}")
}

fn success(headers: &str, body: &str) -> String {
    http("200 OK", &format!("content-type: application/json\r\n{headers}"), body)
}

/// The head and the first bytes of an answer that is said to be longer.
fn begun() -> String {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100000\r\n\r\n";
    format!("{head}{{\"jsonrpc\": \"2.0\",")
}
