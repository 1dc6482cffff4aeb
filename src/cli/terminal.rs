//! The two streams of the program, and the only writer to them besides the progress bars and the log.
//!
//! stdout carries results and nothing else; everything for the person goes to stderr. A reader that goes away
//! (`| head`) is no failure; any other fault of stdout is, because a result would be lost in silence. Faults of stderr
//! are ignored: there is nobody left to tell.

use super::logging::RunId;
use crate::{
    config::Environment,
    failure::{Failure, FailureKind},
};
use serde_json::{Value, json};
use std::{
    fmt::Write as _,
    io::{self, IsTerminal as _, Write},
};

/// When to colour, as asked for on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum ColourChoice {
    /// By the environment and the stream.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl ColourChoice {
    /// Whether a stream is coloured: `--color`, then `NO_COLOR` (not empty), then `CLICOLOR_FORCE`, then whether the
    /// stream is a terminal that can (<https://no-color.org>, <https://bixense.com/clicolors>).
    pub(super) fn applies(self, environment: &Environment, is_terminal: bool) -> bool {
        match self {
            Self::Always => true,
            Self::Never => false,
            Self::Auto if environment.get("NO_COLOR").is_some() => false,
            Self::Auto if environment.get("CLICOLOR_FORCE").is_some_and(|value| value != "0") => true,
            Self::Auto => is_terminal && environment.get("TERM") != Some("dumb"),
        }
    }
}

/// How messages on stderr look, and which appear.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Style {
    /// Whether stderr is coloured.
    pub(super) colour: bool,
    /// Whether messages are JSON objects, a line each.
    pub(super) json: bool,
    /// Whether only failures are written.
    pub(super) quiet: bool,
}

/// Both streams.
pub(super) struct Terminal {
    stdout: Box<dyn Write + Send>,
    stderr: Box<dyn Write + Send>,
    style: Style,
    run_id: RunId,
    reader_gone: bool,
}

impl Terminal {
    /// The streams of this process.
    pub(super) fn of_process(style: Style, run_id: RunId) -> Self {
        Self::new(io::stdout(), io::stderr(), style, run_id)
    }

    /// Any two streams. Messages written as JSON carry the run's id once it is known.
    pub(super) fn new(
        stdout: impl Write + Send + 'static,
        stderr: impl Write + Send + 'static,
        style: Style,
        run_id: RunId,
    ) -> Self {
        Self { stdout: Box::new(stdout), stderr: Box::new(stderr), style, run_id, reader_gone: false }
    }

    /// Whether stderr of this process is a terminal.
    pub(super) fn stderr_is_terminal() -> bool {
        io::stderr().is_terminal()
    }

    /// Writes a part of the result to stdout, as it is. Once the reader has gone, nothing more is written.
    ///
    /// # Errors
    /// When stdout fails for any other reason, for instance a full disk.
    pub(super) fn result(&mut self, text: &str) -> Result<(), Failure> {
        if self.reader_gone {
            return Ok(());
        }
        match self.stdout.write_all(text.as_bytes()).and_then(|()| self.stdout.flush()) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.reader_gone = true;
                Ok(())
            }
            Err(error) => {
                let error = anyhow::Error::new(error).context("cannot write the result to stdout");
                Err(Failure::new(FailureKind::Stdout, error))
            }
        }
    }

    /// Writes text to stderr as it is: what the parser of the command line says, quiet or not.
    pub(super) fn plain(&mut self, text: &str) {
        self.stderr.write_all(text.as_bytes()).and_then(|()| self.stderr.flush()).ok();
    }

    /// Writes a line for the person to stderr, for instance the summary of a run.
    pub(super) fn note(&mut self, message: &str) {
        self.message("info", None, message);
    }

    /// From now on every message is written, quiet or not: there is something that must not be missed.
    pub(super) fn speak_up(&mut self) {
        self.style.quiet = false;
    }

    /// Writes a warning to stderr.
    pub(super) fn warn(&mut self, message: &str) {
        self.message("warn", Some(("warning", YELLOW)), message);
    }

    /// Writes the failure that ends a command to stderr, quiet or not.
    pub(super) fn failure(&mut self, failure: &Failure) {
        let text = if self.style.json {
            failure_json(failure, self.run_id.get())
        } else {
            render_failure(failure, self.style.colour)
        };
        self.stderr.write_all(text.as_bytes()).and_then(|()| self.stderr.flush()).ok();
    }

    fn message(&mut self, level: &str, label: Option<(&str, &str)>, message: &str) {
        if self.style.quiet {
            return;
        }
        let line = match label {
            _ if self.style.json => json_line(self.run_id.get(), json!({"level": level, "message": message})),
            Some((label, colour)) => {
                format!("{}: {}", paint(label, colour, self.style.colour), clean(message))
            }
            None => clean(message),
        };
        writeln!(self.stderr, "{}", line.trim_end()).and_then(|()| self.stderr.flush()).ok();
    }
}

const RED: &str = "\u{1b}[1;31m";
const YELLOW: &str = "\u{1b}[1;33m";
const CYAN: &str = "\u{1b}[1;36m";
const RESET: &str = "\u{1b}[0m";

fn paint(text: &str, colour: &str, on: bool) -> String {
    if on { format!("{colour}{text}{RESET}") } else { text.to_owned() }
}

/// A failure in words: what happened, why, and after a blank line what to do next.
pub(super) fn render_failure(failure: &Failure, colour: bool) -> String {
    let mut text = format!("{}: {}\n", paint("error", RED, colour), clean(&failure.error.to_string()));
    for cause in causes(failure) {
        writeln!(text, "  {}: {}", paint("caused by", RED, colour), clean(&cause)).ok();
    }
    if !failure.hints.is_empty() {
        text.push('\n');
    }
    for hint in &failure.hints {
        writeln!(text, "{}: {}", paint("hint", CYAN, colour), clean(hint)).ok();
    }
    text
}

/// A failure as one line of JSON: the run's id, level, kind, code, message, causes and hints.
pub(super) fn failure_json(failure: &Failure, run_id: Option<&str>) -> String {
    let object = json!({
        "level": "error",
        "kind": failure.kind.as_str(),
        "code": failure.kind.exit_code(),
        "message": failure.error.to_string(),
        "causes": causes(failure).collect::<Vec<_>>(),
        "hints": failure.hints,
    });
    json_line(run_id, object)
}

fn json_line(run_id: Option<&str>, mut object: Value) -> String {
    if let Some(id) = run_id {
        object["run_id"] = id.into();
    }
    format!("{object}\n")
}

/// Why it happened, step by step. A cause that says what the one before said already is left out.
fn causes(failure: &Failure) -> impl Iterator<Item = String> {
    let mut last = failure.error.to_string();
    failure.error.chain().skip(1).map(ToString::to_string).filter(move |cause| {
        let is_new = !last.ends_with(cause.as_str());
        last.clone_from(cause);
        is_new
    })
}

/// The text without control characters, which a server's message could use to rewrite the screen; further lines are
/// indented.
fn clean(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    for c in text.trim_end().chars() {
        match c {
            '\n' => clean.push_str("\n    "),
            '\t' => clean.push(c),
            '\r' => (),
            c if c.is_control() => clean.push(char::REPLACEMENT_CHARACTER),
            c => clean.push(c),
        }
    }
    clean
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Arc, Mutex};

    /// A stream that keeps what is written to it, or fails.
    #[derive(Clone, Default)]
    struct Stream(Arc<Mutex<Vec<u8>>>, Option<io::ErrorKind>);

    impl Stream {
        fn text(&self) -> String {
            String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
        }
    }

    impl Write for Stream {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if let Some(kind) = self.1 {
                return Err(kind.into());
            }
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn failure() -> Failure {
        let error = anyhow::anyhow!("connection refused\u{1b}[2J").context("cannot reach the server");
        Failure::new(FailureKind::Unavailable, error).hint("start the server")
    }

    #[test]
    fn colour_follows_the_flag_then_the_environment_then_the_stream() {
        use ColourChoice::{Always, Auto, Never};
        type Variables = &'static [(&'static str, &'static str)];
        let cases: [(_, Variables, _, _); 11] = [
            (Auto, &[], true, true),
            (Auto, &[], false, false),
            (Auto, &[("NO_COLOR", "1")], true, false),
            (Auto, &[("NO_COLOR", "")], true, true),
            (Auto, &[("CLICOLOR_FORCE", "1")], false, true),
            (Auto, &[("CLICOLOR_FORCE", "0")], false, false),
            (Auto, &[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")], true, false),
            (Auto, &[("TERM", "dumb")], true, false),
            (Auto, &[("TERM", "dumb"), ("CLICOLOR_FORCE", "1")], true, true),
            (Always, &[("NO_COLOR", "1"), ("TERM", "dumb")], false, true),
            (Never, &[("CLICOLOR_FORCE", "1")], true, false),
        ];
        for (choice, variables, is_terminal, coloured) in cases {
            let environment = Environment::new(variables.iter().copied());
            assert_eq!(choice.applies(&environment, is_terminal), coloured, "{choice:?} {variables:?}");
        }
    }

    #[test]
    fn a_failure_says_what_why_and_what_next() {
        let expected = "error: cannot reach the server\n  caused by: connection refused\u{fffd}[2J\n\n\
                        hint: start the server\n";
        assert_eq!(render_failure(&failure(), false), expected);
        assert!(render_failure(&failure(), true).starts_with("\u{1b}[1;31merror\u{1b}[0m: "));
        let json: Value = serde_json::from_str(&failure_json(&failure(), Some("run-1"))).unwrap();
        assert_eq!((&json["code"], &json["kind"]), (&json!(69), &json!("unavailable")));
        assert_eq!(json["run_id"], "run-1");
        assert_eq!(json["hints"], json!(["start the server"]));
    }

    #[test]
    fn a_cause_is_not_said_twice() {
        let error = anyhow::anyhow!("no space left").context("cannot write a.png: no space left");
        let shown = render_failure(&Failure::new(FailureKind::CannotCreate, error), false);
        assert_eq!(shown, "error: cannot write a.png: no space left\n");
    }

    #[test]
    fn a_gone_reader_is_no_failure_and_a_full_disk_is() {
        let gone = Stream(Arc::default(), Some(io::ErrorKind::BrokenPipe));
        let mut terminal = Terminal::new(gone, Stream::default(), Style::default(), RunId::default());
        assert!(terminal.result("a\n").is_ok() && terminal.result("b\n").is_ok());
        let full = Stream(Arc::default(), Some(io::ErrorKind::StorageFull));
        let mut terminal = Terminal::new(full, Stream::default(), Style::default(), RunId::default());
        assert_eq!(terminal.result("a\n").unwrap_err().kind, FailureKind::Stdout);
    }

    #[test]
    fn results_and_messages_keep_to_their_streams() {
        let (stdout, stderr) = (Stream::default(), Stream::default());
        let write = |style| {
            let mut terminal = Terminal::new(stdout.clone(), stderr.clone(), style, RunId::default());
            terminal.result("deck.pptx\n").unwrap();
            terminal.note("done");
            terminal.warn("old data");
            terminal.failure(&Failure::msg(FailureKind::Bug, "oh"));
            let both = (stdout.text(), stderr.text());
            stdout.0.lock().unwrap().clear();
            stderr.0.lock().unwrap().clear();
            both
        };
        let (result, messages) = write(Style::default());
        assert_eq!(
            (result.as_str(), messages.as_str()),
            ("deck.pptx\n", "done\nwarning: old data\nerror: oh\n")
        );
        let (result, messages) = write(Style { quiet: true, ..Style::default() });
        assert_eq!((result.as_str(), messages.as_str()), ("deck.pptx\n", "error: oh\n"));
        let (_, messages) = write(Style { json: true, ..Style::default() });
        let parsed: Vec<Value> = messages.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(parsed.len(), 3);
    }
}
