//! The closed list of what a run can tell an observer. Stages emit events and never print; progress bars, log lines
//! and the report consume them.

use crate::failure::FailureKind;
use jiff::Timestamp;
use std::sync::Arc;

/// A phase of a run, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// Opening sessions with the server.
    Connect,
    /// Calls in flight.
    Retrieval,
    /// Facts across sections.
    Analysis,
    /// Titles and texts.
    Narrative,
    /// Charts being drawn; begins during retrieval.
    Charts,
    /// Slides to bytes, and publication.
    Deck,
}

impl Phase {
    /// The name used in the report.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::Retrieval => "retrieval",
            Self::Analysis => "analysis",
            Self::Narrative => "narrative",
            Self::Charts => "charts",
            Self::Deck => "deck",
        }
    }
}

/// How a server is treated, by how its last calls went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Health {
    /// It is asked as much as the limit allows.
    Normal,
    /// It kept failing: one call at a time.
    Sequential,
    /// It went on failing: no calls for a while.
    Open,
    /// The while is over: one call finds out how it is.
    Probing,
}

impl Health {
    /// The name used in the report.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::Sequential => "sequential",
            Self::Open => "open",
            Self::Probing => "probing",
        }
    }
}

/// A change in how a server is treated.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct HealthChange {
    /// The server's name.
    pub server: String,
    /// What it is from now on.
    pub state: Health,
    /// Milliseconds since the process began.
    pub at_ms: f64,
    /// Why, in words.
    pub reason: String,
    /// Calls in flight from now on, at most; 0 while none are made.
    pub limit: usize,
    /// Whether a call that failed brought it about.
    #[serde(skip)]
    pub worse: bool,
}

/// Something that happened in a run. Sections are named by slug.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Event {
    /// The run begins.
    RunStarted {
        /// Correlation id of the run.
        run_id: String,
        /// The slugs of each batch's requests, in request order.
        batches: Vec<Vec<String>>,
    },
    /// A phase began.
    PhaseStarted(Phase),
    /// A phase ended.
    PhaseEnded(Phase),
    /// A request's first call was sent.
    RequestStarted {
        /// The section.
        slug: String,
    },
    /// Every answer of a request was stored, so it is not asked for.
    RequestReused {
        /// The section.
        slug: String,
        /// When the last of its answers came.
        fetched_at: Timestamp,
    },
    /// A call failed in passing and will be tried again.
    CallRetried {
        /// The section.
        slug: String,
        /// The attempt that failed, from 1.
        attempt: u32,
        /// Why it failed.
        kind: FailureKind,
        /// In words.
        reason: String,
    },
    /// A server is treated differently from now on.
    HealthChanged(HealthChange),
    /// A request's last answer arrived.
    RequestFinished {
        /// The section.
        slug: String,
        /// The problem, when no answer is usable.
        error: Option<(FailureKind, String)>,
    },
    /// A chart is being drawn.
    ChartStarted {
        /// The section.
        slug: String,
    },
    /// A chart was drawn, or could not be.
    ChartFinished {
        /// The section.
        slug: String,
        /// The problem, when there is no chart.
        error: Option<String>,
    },
}

impl Event {
    /// The request it is about, where it is about one.
    pub fn slug(&self) -> Option<&str> {
        match self {
            Self::RunStarted { .. }
            | Self::PhaseStarted(_)
            | Self::PhaseEnded(_)
            | Self::HealthChanged(_) => None,
            Self::RequestStarted { slug }
            | Self::CallRetried { slug, .. }
            | Self::RequestReused { slug, .. }
            | Self::RequestFinished { slug, .. }
            | Self::ChartStarted { slug }
            | Self::ChartFinished { slug, .. } => Some(slug),
        }
    }
}

/// Where stages send events. Cheap to clone; the observer must be quick.
#[derive(Clone)]
pub struct Events(Arc<dyn Fn(Event) + Send + Sync>);

impl Events {
    /// Sends every event to `observer`.
    pub fn to(observer: impl Fn(Event) + Send + Sync + 'static) -> Self {
        Self(Arc::new(observer))
    }

    /// Drops every event.
    pub fn ignored() -> Self {
        Self::to(|_| ())
    }

    /// Tells the observer.
    pub fn emit(&self, event: Event) {
        (self.0)(event);
    }
}

impl std::fmt::Debug for Events {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Events")
    }
}
