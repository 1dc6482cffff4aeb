//! Log lines on stderr: for a person, or as JSON with the run's id on every line.
//!
//! This program's own lines follow the level asked for. Those of libraries appear with `-v` alone, and then from warnings
//! up: what they complain of, this program reports in its own words. Those of `rmcp` never appear.

use crate::config::{LogFormat, LogLevel};
use std::{
    fmt,
    sync::{Arc, OnceLock},
};
use tracing::{Event, Level, Subscriber, level_filters::LevelFilter};
use tracing_subscriber::{
    Layer as _, Registry,
    filter::Targets,
    fmt::{
        FmtContext, FormatEvent, FormatFields, FormattedFields, MakeWriter,
        format::{self, Format, JsonFields, Writer},
    },
    layer::SubscriberExt as _,
    registry::{LookupSpan, Scope},
};

/// The span of the lines about one request, with its batch. Lines for a person begin with the request's name already.
pub(super) const REQUEST_SPAN: &str = "request";

/// This program's own lines, by the module path they come from.
const OWN: &str = "kamslides";

/// The id that every JSON line of a run carries. Empty until the run has one; cheap to clone.
#[derive(Debug, Clone, Default)]
pub(super) struct RunId(Arc<OnceLock<String>>);

impl RunId {
    /// Fixes the id. A second id is ignored: a process has one run.
    pub(super) fn set(&self, id: &str) {
        self.0.get_or_init(|| id.to_owned());
    }

    /// The id, once there is one.
    pub(super) fn get(&self) -> Option<&str> {
        self.0.get().map(String::as_str)
    }
}

/// How the log is written.
#[derive(Debug, Clone)]
pub(super) struct Logging {
    /// The least severe line of this program that is written.
    pub(super) level: LogLevel,
    /// For a person, or JSON.
    pub(super) format: LogFormat,
    /// Whether lines for a person are coloured.
    pub(super) colour: bool,
    /// On every JSON line.
    pub(super) run_id: RunId,
}

impl Logging {
    /// Starts the log of this process. In a process that has one already nothing changes.
    pub(super) fn start<W>(self, writer: W)
    where
        W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
    {
        tracing::subscriber::set_global_default(self.subscriber(writer)).ok();
    }

    pub(super) fn subscriber<W>(self, writer: W) -> impl Subscriber + Send + Sync
    where
        W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
    {
        let own = match self.level {
            LogLevel::Error => LevelFilter::ERROR,
            LogLevel::Warn => LevelFilter::WARN,
            LogLevel::Info => LevelFilter::INFO,
            LogLevel::Debug => LevelFilter::DEBUG,
            LogLevel::Trace => LevelFilter::TRACE,
        };
        let others = match own {
            LevelFilter::TRACE => LevelFilter::DEBUG,
            LevelFilter::DEBUG => LevelFilter::WARN,
            _ => LevelFilter::OFF,
        };
        // What rmcp tells, errors included, holds what servers send, and they may repeat secrets.
        let filter =
            Targets::new().with_default(others).with_target("rmcp", LevelFilter::OFF).with_target(OWN, own);
        let lines = tracing_subscriber::fmt::layer::<Registry>().with_writer(writer);
        let lines = match self.format {
            LogFormat::Human => {
                lines.with_ansi(false).event_format(HumanLines { colour: self.colour }).boxed()
            }
            LogFormat::Json => {
                let json = format::json().flatten_event(true).with_current_span(false).with_span_list(true);
                lines
                    .fmt_fields(JsonFields::new())
                    .event_format(JsonLines { json, run_id: self.run_id })
                    .boxed()
            }
        };
        Registry::default().with(lines.with_filter(filter))
    }
}

/// `warning: the message key=value`, with the module before it where it is not this program's own, and without a time:
/// whoever runs a service has one. Colours the level itself, which spares the library's `ansi` feature.
struct HumanLines {
    colour: bool,
}

impl<S, N> FormatEvent<S, N> for HumanLines
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let metadata = event.metadata();
        let (label, colour) = match *metadata.level() {
            Level::ERROR => ("error", "31"),
            Level::WARN => ("warning", "33"),
            Level::INFO => ("info", "32"),
            Level::DEBUG => ("debug", "34"),
            Level::TRACE => ("trace", "35"),
        };
        if self.colour {
            write!(writer, "\u{1b}[1;{colour}m{label}\u{1b}[0m: ")?;
        } else {
            write!(writer, "{label}: ")?;
        }
        if metadata.target().split("::").next() != Some(OWN) {
            write!(writer, "{}: ", metadata.target())?;
        }
        let spans = context.event_scope().into_iter().flat_map(Scope::from_root);
        for span in spans.filter(|span| span.name() != REQUEST_SPAN) {
            let extensions = span.extensions();
            let fields = extensions.get::<FormattedFields<N>>().filter(|fields| !fields.is_empty());
            if let Some(fields) = fields {
                write!(writer, "{}{{{fields}}}: ", span.name())?;
            }
        }
        context.field_format().format_fields(writer.by_ref(), event)?;
        writeln!(writer)
    }
}

/// The library's JSON with `run_id` in front. Put there rather than in a span, because a span does not follow the work
/// to other threads on its own.
struct JsonLines {
    json: Format<format::Json>,
    run_id: RunId,
}

impl<S, N> FormatEvent<S, N> for JsonLines
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let mut line = String::new();
        self.json.format_event(context, Writer::new(&mut line), event)?;
        match (line.strip_prefix('{'), self.run_id.get()) {
            (Some(rest), Some(id)) => {
                write!(writer, "{{\"run_id\":{},{rest}", serde_json::Value::from(id))
            }
            _ => writer.write_str(&line),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{io, sync::Mutex};

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn log(level: LogLevel, format: LogFormat, tell: impl FnOnce()) -> String {
        log_in(false, level, format, tell)
    }

    fn log_in(colour: bool, level: LogLevel, format: LogFormat, tell: impl FnOnce()) -> String {
        let (lines, run_id) = (Lines::default(), RunId::default());
        run_id.set("run-1");
        run_id.set("run-2");
        let writer = lines.clone();
        let logging = Logging { level, format, colour, run_id };
        tracing::subscriber::with_default(logging.subscriber(move || writer.clone()), tell);
        String::from_utf8(lines.0.lock().unwrap().clone()).unwrap()
    }

    fn tell() {
        let _span = tracing::info_span!("batch", number = 2).entered();
        tracing::warn!(section = "aov", "slow answer\u{1b}[2J");
        tracing::debug!("detail");
        tracing::info!(target: "hyper::transport", "chatter");
        tracing::warn!(target: "hyper::transport", "closed");
        tracing::error!(target: "rmcp::transport", "it answered hunter2");
    }

    #[test]
    fn a_person_reads_the_level_and_the_message() {
        assert_eq!(log(LogLevel::Error, LogFormat::Human, tell), "");
        let lines = log(LogLevel::Warn, LogFormat::Human, tell);
        assert!(lines.contains("slow answer") && lines.contains("section=\"aov\""), "{lines}");
        assert!(lines.starts_with("warning: ") && !lines.contains('\u{1b}'), "{lines}");
        assert!(!lines.contains("detail") && !lines.contains("hyper"), "{lines}");
        let lines = log(LogLevel::Debug, LogFormat::Human, tell);
        assert!(lines.contains("debug: batch{number=2}: detail\n") && !lines.contains("chatter"), "{lines}");
        assert!(lines.contains("warning: hyper::transport: "), "{lines}");
        assert!(!log(LogLevel::Trace, LogFormat::Human, tell).contains("hunter2"));
    }

    #[test]
    fn colour_is_for_the_level_alone() {
        let lines = log_in(true, LogLevel::Warn, LogFormat::Human, tell);
        assert!(lines.starts_with("\u{1b}[1;33mwarning\u{1b}[0m: "), "{lines:?}");
        assert_eq!(lines.matches('\u{1b}').count(), 2 * lines.lines().count(), "{lines:?}");
    }

    #[test]
    fn every_json_line_carries_the_run() {
        let lines = log(LogLevel::Debug, LogFormat::Json, || {
            tell();
            std::thread::scope(|scope| {
                let dispatch = tracing::dispatcher::get_default(Clone::clone);
                scope.spawn(move || {
                    tracing::dispatcher::with_default(&dispatch, || tracing::warn!("elsewhere"));
                });
            });
        });
        assert_eq!(lines.lines().count(), 4, "{lines}");
        for line in lines.lines() {
            let line: serde_json::Value = serde_json::from_str(line).unwrap();
            assert_eq!(line["run_id"], "run-1", "{line}");
            assert!(line["message"].is_string() && line["timestamp"].is_string(), "{line}");
        }
        assert!(lines.lines().next().unwrap().contains("\"number\":2"), "{lines}");
    }
}
