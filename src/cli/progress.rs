//! What a run tells while it runs: two bars on a terminal, log lines everywhere.
//!
//! Consumes [`Event`]s. Problems are logged in either case; with bars they are written above them. The bars must be
//! cleared ([`Progress::clear`]) before a summary or an error is printed; dropping the value does it too.

use super::logging::{REQUEST_SPAN, RunId};
use crate::{
    config::{LogFormat, LogLevel, LogSettings},
    event::{Event, Events, HealthChange, Phase},
    failure::FailureKind,
};
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};

/// Whether bars are drawn: on a terminal, unless something else is to be read there. `unwanted` is `-q` or
/// `--no-progress`.
pub(super) fn bars_fit(is_terminal: bool, unwanted: bool, log: &LogSettings) -> bool {
    is_terminal && !unwanted && log.format == LogFormat::Human && log.effective_level() <= LogLevel::Warn
}

/// A bar with its name before it and the section at work after it.
const BAR: &str = "{prefix:>9} [{bar:24}] {pos}/{len} {wide_msg}";

/// The progress of one run. Cheap to clone; the clones share their bars.
#[derive(Clone)]
pub(super) struct Progress {
    bars: Option<Arc<Bars>>,
    started: Arc<Mutex<BTreeMap<Phase, Instant>>>,
    /// Troubles told already: what befalls every section is worth one line.
    told: Arc<Mutex<BTreeSet<String>>>,
    /// The batch of each request, from 0.
    batches: Arc<Mutex<BTreeMap<String, usize>>>,
    run_id: RunId,
}

/// One bar for requests, one for charts.
struct Bars {
    all: MultiProgress,
    requests: ProgressBar,
    charts: ProgressBar,
}

impl Progress {
    /// With bars on stderr (see [`bars_fit`]), or with log lines alone. The run's id goes to `run_id` as soon as it is
    /// known.
    pub(super) fn new(with_bars: bool, run_id: RunId) -> Self {
        let bars = with_bars.then(|| Arc::new(Bars::on(ProgressDrawTarget::stderr())));
        Self { bars, started: Arc::default(), told: Arc::default(), batches: Arc::default(), run_id }
    }

    /// Where the stages send their events.
    pub(super) fn events(&self) -> Events {
        let progress = self.clone();
        Events::to(move |event| progress.observe(&event))
    }

    /// A stream for the log: stderr, above the bars where there are any.
    pub(super) fn log_writer(&self) -> LogWriter {
        LogWriter(self.bars.clone())
    }

    /// Takes the bars off the screen, for good.
    pub(super) fn clear(&self) {
        if let Some(bars) = &self.bars {
            bars.requests.finish_and_clear();
            bars.charts.finish_and_clear();
        }
    }

    fn observe(&self, event: &Event) {
        match event {
            Event::RunStarted { run_id, batches } => {
                self.run_id.set(run_id);
                let slugs = batches
                    .iter()
                    .enumerate()
                    .flat_map(|(batch, slugs)| slugs.iter().map(move |slug| (slug.clone(), batch)));
                self.batches.lock().unwrap_or_else(PoisonError::into_inner).extend(slugs);
            }
            Event::PhaseStarted(phase) => {
                self.started.lock().unwrap_or_else(PoisonError::into_inner).insert(*phase, Instant::now());
            }
            _ => (),
        }
        match event.slug() {
            Some(slug) => self.request_span(slug).in_scope(|| self.log(event)),
            None => self.log(event),
        }
        if let Some(bars) = &self.bars {
            bars.observe(event);
        }
    }

    /// What marks the log lines of one request: the run's id is on every line, these are its children.
    fn request_span(&self, slug: &str) -> tracing::Span {
        let batch = self.batches.lock().unwrap_or_else(PoisonError::into_inner).get(slug).copied();
        tracing::error_span!(target: "kamslides", REQUEST_SPAN, batch, request = slug)
    }

    /// One line per event. With the default level a run that succeeds is silent.
    fn log(&self, event: &Event) {
        match event {
            Event::RunStarted { batches, .. } => {
                tracing::info!(requests = count(batches), batches = batches.len(), "run started");
            }
            Event::PhaseStarted(phase) => tracing::debug!("{} started", phase.as_str()),
            Event::PhaseEnded(phase) => {
                tracing::info!(ms = self.elapsed_ms(*phase), "{} finished", phase.as_str());
            }
            Event::RequestStarted { slug } => tracing::debug!("{slug}: request sent"),
            Event::RequestReused { slug, fetched_at } => {
                tracing::info!("{slug}: answer of {} reused", fetched_at.strftime("%H:%M UTC"));
            }
            Event::CallRetried { slug, attempt, kind, reason } => {
                if self.is_new(format!("{attempt} {reason}")) {
                    tracing::warn!(attempt, kind = kind.as_str(), "{slug}: trying again: {reason}");
                } else {
                    tracing::debug!(attempt, kind = kind.as_str(), "{slug}: trying again: {reason}");
                }
            }
            Event::HealthChanged(HealthChange { server, state, limit, reason, worse, .. }) => {
                let state = state.as_str();
                if *worse {
                    tracing::warn!(state, limit, "the server {server} is asked less: {reason}");
                } else {
                    tracing::info!(state, limit, "the server {server} is asked more: {reason}");
                }
            }
            Event::RequestFinished { slug, error: None } => tracing::info!("{slug}: answered"),
            // A section may well have no data; whether that matters is for the summary to say.
            Event::RequestFinished { slug, error: Some((FailureKind::NoData, why)) } => {
                tracing::info!("{slug}: no data: {why}");
            }
            Event::RequestFinished { slug, error: Some((kind, why)) } => {
                if self.is_new(why.clone()) {
                    tracing::warn!(kind = kind.as_str(), "{slug}: no usable answer: {why}");
                } else {
                    tracing::info!(kind = kind.as_str(), "{slug}: no usable answer: {why}");
                }
            }
            Event::ChartStarted { slug } => tracing::debug!("{slug}: drawing"),
            Event::ChartFinished { slug, error: None } => tracing::info!("{slug}: chart drawn"),
            Event::ChartFinished { slug, error: Some(why) } => tracing::warn!("{slug}: no chart: {why}"),
        }
    }

    fn is_new(&self, trouble: String) -> bool {
        self.told.lock().unwrap_or_else(PoisonError::into_inner).insert(trouble)
    }

    fn elapsed_ms(&self, phase: Phase) -> Option<u64> {
        let started = self.started.lock().unwrap_or_else(PoisonError::into_inner).remove(&phase)?;
        Some(started.elapsed().as_millis() as u64)
    }
}

impl Drop for Bars {
    fn drop(&mut self) {
        self.requests.finish_and_clear();
        self.charts.finish_and_clear();
    }
}

impl Bars {
    fn on(target: ProgressDrawTarget) -> Self {
        let all = MultiProgress::with_draw_target(target);
        let bar = |name: &'static str| {
            let style = ProgressStyle::with_template(BAR).unwrap_or_else(|_| ProgressStyle::default_bar());
            all.add(ProgressBar::new(0).with_style(style.progress_chars("=> ")).with_prefix(name))
        };
        let (requests, charts) = (bar("requests"), bar("charts"));
        Self { all, requests, charts }
    }

    fn observe(&self, event: &Event) {
        match event {
            Event::RunStarted { batches, .. } => {
                for bar in [&self.requests, &self.charts] {
                    bar.set_length(count(batches) as u64);
                    bar.tick();
                }
            }
            Event::RequestStarted { slug } => self.requests.set_message(slug.clone()),
            Event::RequestFinished { error, .. } => {
                self.requests.inc(1);
                // A section without an answer has no chart either.
                if error.is_some() {
                    let charts = self.charts.length().unwrap_or(0);
                    self.charts.set_length(charts.saturating_sub(1));
                }
            }
            Event::ChartStarted { slug } => self.charts.set_message(slug.clone()),
            Event::ChartFinished { .. } => self.charts.inc(1),
            _ => (),
        }
    }
}

/// Requests in all batches.
fn count(batches: &[Vec<String>]) -> usize {
    batches.iter().map(Vec::len).sum()
}

/// Writes log lines to stderr; while bars are on the screen, above them.
#[derive(Clone)]
pub(super) struct LogWriter(Option<Arc<Bars>>);

impl io::Write for LogWriter {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let write = || io::stderr().write_all(line);
        match &self.0 {
            Some(bars) => bars.all.suspend(write)?,
            None => write()?,
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}

impl<'a> tracing_subscriber::fmt::MakeWriter<'a> for LogWriter {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::{super::logging::Logging, *};
    use crate::event::Health;

    #[test]
    fn bars_are_for_a_terminal_with_nothing_else_to_say() {
        let log = LogSettings::default();
        assert!(bars_fit(true, false, &log));
        assert!(!bars_fit(false, false, &log));
        assert!(!bars_fit(true, true, &log));
        assert!(!bars_fit(true, false, &LogSettings { verbose: true, ..log.clone() }));
        assert!(!bars_fit(true, false, &LogSettings { level: LogLevel::Info, ..log.clone() }));
        assert!(!bars_fit(true, false, &LogSettings { format: LogFormat::Json, ..log }));
    }

    #[test]
    fn bars_count_what_is_left_to_do_and_end_when_cleared() {
        assert!(ProgressStyle::with_template(BAR).is_ok());
        let bars = Arc::new(Bars::on(ProgressDrawTarget::hidden()));
        let run_id = RunId::default();
        let progress = Progress { bars: Some(bars.clone()), ..Progress::new(false, run_id) };
        let events = progress.events();
        let slug = || "aov".to_owned();
        events.emit(Event::RunStarted {
            run_id: "r".into(),
            batches: vec![vec![slug(), "demographics".into()]],
        });
        assert_eq!((bars.requests.length(), bars.charts.length()), (Some(2), Some(2)));
        events.emit(Event::RequestStarted { slug: slug() });
        events.emit(Event::RequestFinished { slug: slug(), error: None });
        let no_data = Some((FailureKind::NoData, "nothing".to_owned()));
        events.emit(Event::RequestFinished { slug: "demographics".into(), error: no_data });
        events.emit(Event::ChartStarted { slug: slug() });
        events.emit(Event::ChartFinished { slug: slug(), error: None });
        assert_eq!((bars.requests.position(), bars.requests.length()), (2, Some(2)));
        assert_eq!((bars.charts.position(), bars.charts.length()), (1, Some(1)));
        assert!(!bars.requests.is_finished() && !bars.charts.is_finished());
        progress.clear();
        assert!(bars.requests.is_finished() && bars.charts.is_finished());
    }

    #[test]
    fn at_the_default_level_only_problems_are_told_and_each_once() {
        let events = Progress::new(false, RunId::default()).events();
        let slug = || "aov".to_owned();
        let failed =
            |kind, why: &str| Event::RequestFinished { slug: slug(), error: Some((kind, why.into())) };
        let lines = written(|| {
            events.emit(Event::RunStarted { run_id: "r".into(), batches: vec![vec![slug()]] });
            events.emit(Event::PhaseStarted(Phase::Retrieval));
            events.emit(Event::RequestFinished { slug: slug(), error: None });
            events.emit(failed(FailureKind::NoData, "no rows"));
            events.emit(Event::PhaseEnded(Phase::Retrieval));
            events.emit(Event::ChartFinished { slug: slug(), error: None });
        });
        assert_eq!(lines, "");
        let lines = written(|| {
            let (kind, reason) = (FailureKind::Timeout, "slow".to_owned());
            events.emit(Event::CallRetried { slug: slug(), attempt: 1, kind, reason });
            events.emit(failed(FailureKind::Auth, "refused"));
            events.emit(failed(FailureKind::Auth, "refused"));
            for (state, limit, worse) in [(Health::Sequential, 1, true), (Health::Normal, 2, false)] {
                let (server, reason) = ("x".to_owned(), "5 of the last 6 calls failed".to_owned());
                events.emit(Event::HealthChanged(HealthChange {
                    server,
                    state,
                    at_ms: 0.0,
                    reason,
                    limit,
                    worse,
                }));
            }
            events.emit(Event::ChartFinished { slug: slug(), error: Some("no font".into()) });
        });
        let expected = "warning: aov: trying again: slow attempt=1 kind=\"timeout\"\n\
                        warning: aov: no usable answer: refused kind=\"auth\"\n\
                        warning: the server x is asked less: 5 of the last 6 calls failed state=\"sequential\" limit=1\n\
                        warning: aov: no chart: no font\n";
        assert_eq!(lines, expected);
    }

    /// What the log of a run holds with the default settings.
    fn written(run: impl FnOnce()) -> String {
        let lines = tempfile::NamedTempFile::new().unwrap();
        let LogSettings { level, format, .. } = LogSettings::default();
        let logging = Logging { level, format, colour: false, run_id: RunId::default() };
        tracing::subscriber::with_default(logging.subscriber(Arc::new(lines.reopen().unwrap())), run);
        std::fs::read_to_string(lines.path()).unwrap()
    }
}
