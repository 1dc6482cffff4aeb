//! A server that is a program: started, listened to, and ended.
//!
//! The program leads a process group of its own, so that Ctrl-C in a terminal reaches this program alone, which then
//! ends its children in order, and so that what the program itself started (`npx`, `uvx` and shells start the real
//! server as their child) ends with it.

use super::{ServerError, server::StdioServer};
use crate::{
    concurrency::{Task, spawn},
    failure::FailureKind,
};
use rustix::process::{Pid, Signal, kill_process_group};
use std::{
    io,
    process::{ExitStatus, Stdio},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncReadExt},
    process::{ChildStdin, ChildStdout, Command},
};
use tokio_util::sync::CancellationToken;

/// How long each step of an orderly end may take: after its input was closed, and after SIGTERM.
const GRACE: Duration = Duration::from_millis(500);

/// How long we wait for what a program that has ended still had to say.
const LAST_WORDS: Duration = Duration::from_millis(200);

/// Bytes of standard error that are kept.
const KEPT: usize = 8 * 1024;

/// Lines of them that are shown.
const SHOWN: usize = 5;

/// A running program. Dropping it kills it; [`Child::end`] is the orderly way.
#[derive(Debug)]
pub(super) struct Child {
    process: tokio::sync::Mutex<tokio::process::Child>,
    group: Option<Pid>,
    said: Arc<Mutex<Tail>>,
    /// Given when standard error has ended.
    silent: CancellationToken,
    _listening: Task<()>,
}

impl Child {
    /// Starts the program with the variables of this process and its own. Its standard error is read all the time: a
    /// full pipe would stop it.
    ///
    /// # Errors
    /// When there is no such program or folder, or the system refuses.
    pub(super) fn start(server: &StdioServer) -> Result<(Self, ChildStdout, ChildStdin), ServerError> {
        let mut command = Command::new(&server.command);
        command.args(&server.args).envs(server.env.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.process_group(0).kill_on_drop(true);
        if let Some(cwd) = &server.cwd {
            if !cwd.is_dir() {
                let message = format!(
                    "cannot start the server {}: its `cwd` {} is not a folder",
                    server.name(),
                    cwd.display()
                );
                return Err(ServerError::new(FailureKind::Config, message));
            }
            command.current_dir(cwd);
        }
        let mut process = command.spawn().map_err(|error| cannot_start(server, &error))?;
        let (Some(stdin), Some(stdout), Some(stderr)) =
            (process.stdin.take(), process.stdout.take(), process.stderr.take())
        else {
            let message = format!("cannot talk to the server {}", server.name());
            return Err(ServerError::new(FailureKind::Refused, message));
        };
        let group = process.id().and_then(|id| Pid::from_raw(id.try_into().ok()?));
        let (said, silent) = (Arc::<Mutex<Tail>>::default(), CancellationToken::new());
        let listening = spawn(listen(stderr, Arc::clone(&said), silent.clone()));
        let process = tokio::sync::Mutex::new(process);
        Ok((Self { process, group, said, silent, _listening: listening }, stdout, stdin))
    }

    /// The error of a call or a connection with what is known of the program: how it ended, and its last lines.
    pub(super) async fn explain(&self, server: &StdioServer, mut error: ServerError) -> ServerError {
        if let Some(status) = self.ended_within(LAST_WORDS).await {
            drop(tokio::time::timeout(LAST_WORDS, self.silent.cancelled()).await);
            error.message = format!("the server {} ended {}", server.name(), how(status));
        }
        let tail = self.said.lock().unwrap_or_else(PoisonError::into_inner).text();
        let lines = last_lines(&server.secrets().mask(&tail));
        if !lines.is_empty() {
            error.message = format!("{}; the last it said: {}", error.message, lines.join(" | "));
        }
        error
    }

    /// Ends the program, whose standard input has been closed: waits, asks it to end, kills it.
    pub(super) async fn end(&self) {
        if self.ended_within(GRACE).await.is_none() {
            self.signal(Signal::TERM);
            self.ended_within(GRACE).await;
        }
        // Also what it has started and left behind.
        self.signal(Signal::KILL);
        self.ended_within(GRACE).await;
    }

    async fn ended_within(&self, time: Duration) -> Option<ExitStatus> {
        tokio::time::timeout(time, async { self.process.lock().await.wait().await.ok() }).await.ok().flatten()
    }

    /// Signals the whole group; without effect when it has ended.
    fn signal(&self, signal: Signal) {
        if let Some(group) = self.group {
            kill_process_group(group, signal).ok();
        }
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        // Once it has been waited for, its number may be another's.
        if self.process.get_mut().id().is_some() {
            self.signal(Signal::KILL);
        }
    }
}

fn cannot_start(server: &StdioServer, error: &io::Error) -> ServerError {
    let (name, command) = (server.name(), server.secrets().mask(&server.command));
    let (kind, why, hint) = match error.kind() {
        io::ErrorKind::NotFound => (
            FailureKind::Config,
            format!("there is no program `{command}`"),
            format!("install {command}, or give its full path as `command`"),
        ),
        io::ErrorKind::PermissionDenied => (
            FailureKind::Config,
            format!("`{command}` may not be run"),
            "is it a program, and may you run it?".into(),
        ),
        _ => (
            FailureKind::Unavailable,
            error.to_string(),
            "run its command by hand to see what is wrong".into(),
        ),
    };
    ServerError::new(kind, format!("cannot start the server {name}: {why}")).hint(hint)
}

fn how(status: ExitStatus) -> String {
    use std::os::unix::process::ExitStatusExt;
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("with exit code {code}"),
        (None, Some(signal)) => format!("by signal {signal}"),
        (None, None) => "unexpectedly".into(),
    }
}

async fn listen(mut stderr: impl AsyncRead + Unpin, said: Arc<Mutex<Tail>>, silent: CancellationToken) {
    let _silent = silent.drop_guard();
    let mut buffer = vec![0; 4 * 1024];
    while let Ok(read @ 1..) = stderr.read(&mut buffer).await {
        said.lock().unwrap_or_else(PoisonError::into_inner).push(&buffer[..read]);
    }
}

/// The end of a stream of bytes.
#[derive(Debug, Default)]
struct Tail {
    bytes: Vec<u8>,
    /// Whether something before it was dropped.
    cut: bool,
}

impl Tail {
    fn push(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
        if self.bytes.len() > 2 * KEPT {
            self.bytes.drain(..self.bytes.len() - KEPT);
            self.cut = true;
        }
    }

    /// The whole lines of it: the first may begin in the middle of a secret.
    fn text(&self) -> String {
        let text = String::from_utf8_lossy(&self.bytes);
        if self.cut {
            text.split_once('\n').map(|(_, rest)| rest.to_owned()).unwrap_or_default()
        } else {
            text.into_owned()
        }
    }
}

/// The last lines that say something, without colours and other control characters.
fn last_lines(text: &str) -> Vec<String> {
    let mut lines: Vec<_> = text
        .lines()
        .rev()
        .map(|line| super::error::quoted(&printable(line)))
        .filter(|line| !line.is_empty())
        .take(SHOWN)
        .collect();
    lines.reverse();
    lines
}

fn printable(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line.chars().peekable();
    while let Some(c) = rest.next() {
        if c == '\u{1b}' && rest.next_if_eq(&'[').is_some() {
            // A control sequence ends with a letter or one of a few signs (ECMA-48, 5.4).
            while rest.next().is_some_and(|c| !('@'..='~').contains(&c)) {}
        } else if !c.is_control() || c == '\t' {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_last_lines_are_kept() {
        let mut tail = Tail::default();
        tail.push(b"first\n");
        assert_eq!(tail.text(), "first\n");
        for i in 0..10_000 {
            tail.push(format!("line {i}\n").as_bytes());
        }
        assert!(tail.bytes.len() <= 2 * KEPT && tail.text().starts_with("line "));
        let last = ["line 9995", "line 9996", "line 9997", "line 9998", "line 9999"];
        assert_eq!(last_lines(&tail.text()), last);
        tail.push(&vec![b'x'; 3 * KEPT]);
        assert_eq!(tail.text(), "", "half a line may hold half a secret");
    }

    #[test]
    fn control_characters_are_not_passed_on() {
        let text = "\u{1b}[31mError:\u{1b}[0m no\ttable\u{7}\r\n\n \u{1b}]0;title\n";
        assert_eq!(last_lines(text), ["Error: no table", "]0;title"]);
    }
}
