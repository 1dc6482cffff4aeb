//! What one run is asked to do, decided in full before it begins.

use crate::{
    artifact::{AnswerFolder, FolderName},
    chart::Style,
    concurrency::{Limits, Retry, Stop, Task, now_ms},
    config::{Audience, Entry, OnMissing, Settings},
    dataset::Thresholds,
    deck,
    domain::{Merchant, Review},
    format::Format,
    mcp::Server,
    retrieve::{self, AnswerStore},
    template::{Binding, DeckTemplate, Presence, Section},
};
use std::{path::PathBuf, sync::Arc, time::Duration};

/// The share of a run's time that is kept for the deck, and its bounds. The last answer is drawn, told and published
/// within 60 ms here (`docs/benchmarks.md`); the rest is for slower machines.
const RESERVE: (u32, Duration, Duration) = (10, Duration::from_millis(500), Duration::from_secs(5));

/// How long before its deadline a run ends asking: a tenth of its time, at least 0.5 s and at most 5 s, but never more
/// than half of it.
fn reserve(deadline: Duration) -> Duration {
    let (share, least, most) = RESERVE;
    (deadline / share).clamp(least, most).min(deadline / 2)
}

/// One run.
#[derive(Debug, Clone)]
pub struct Job {
    /// Correlation id, on every log line.
    pub run_id: String,
    /// When the process started.
    pub started_at: jiff::Timestamp,
    /// Whose deck.
    pub merchant: Merchant,
    /// History and focus.
    pub review: Review,
    /// The deck's definition, with the sections asked for.
    pub template: DeckTemplate,
    /// What its slides are put into.
    pub base: deck::Base,
    /// The slugs asked for by `--only`; empty for all.
    pub only: Vec<String>,
    /// Where the numbers come from.
    pub server: Server,
    /// The folder that receives every answer (`--record`).
    pub record: Option<PathBuf>,
    /// The folder that every answer comes from (`--replay`).
    pub replay: Option<PathBuf>,
    /// Whether the answers of a run of the same job minutes ago are asked for again (`--refresh`).
    pub refresh: bool,
    /// How that server is asked.
    pub binding: Arc<Binding>,
    /// Where the deck goes.
    pub out: PathBuf,
    /// Document date when the environment fixes it (`SOURCE_DATE_EPOCH`), RFC 3339 in UTC.
    pub dated: Option<String>,
    /// Every setting.
    pub settings: Settings,
    /// Where each came from, for the report.
    pub provenance: Vec<Entry>,
    /// The model that drives the server's tools, for agent retrieval.
    pub agent: Option<retrieve::Agent>,
}

impl Job {
    /// How much may happen at once.
    pub fn limits(&self) -> Limits {
        let limits = self.settings.limits();
        self.server.knobs().concurrency.map_or(limits, |calls| limits.at_most_calls(calls))
    }

    /// From how many people on a share may be shown, and from how many orders on a change may be stated.
    pub fn thresholds(&self) -> Thresholds {
        let (privacy, analysis) = (&self.settings.privacy, &self.settings.analysis);
        Thresholds { min_base: privacy.min_base, min_cell: privacy.min_cell, min_orders: analysis.min_orders }
    }

    /// How answers are fetched.
    pub fn retrieval(&self) -> retrieve::Options {
        let Settings { retrieval, resilience, .. } = &self.settings;
        let knobs = self.server.knobs();
        retrieve::Options {
            limits: self.limits(),
            connect_timeout: knobs.connect_timeout.unwrap_or(retrieval.connect_timeout),
            call_timeout: knobs.call_timeout.unwrap_or(retrieval.call_timeout),
            retry: Retry::new(resilience.tries(), resilience.retry_delay()),
            breaker: resilience.breaker(),
            answers: self.answers(),
            agent: self.agent.clone(),
        }
    }

    /// Which stored answers serve, and where answers are stored. Those of the embedded server cost nothing to fetch, and
    /// an import may change them at any moment, so no further run uses them.
    pub fn answers(&self) -> AnswerStore {
        let reusable = || AnswerFolder::at(self.out.join(self.folder().answers()));
        let is_embedded = matches!(self.server, Server::Embedded(_));
        AnswerStore {
            replay: self.replay.as_ref().map(AnswerFolder::at),
            record: self.record.as_ref().map(AnswerFolder::at),
            reusable: (!is_embedded && self.replay.is_none()).then(reusable),
            now: self.started_at,
            complete_through: self.settings.output.require_complete.then(|| self.review.focus().to()),
        }
    }

    /// How charts print and look.
    pub fn chart_style<'a>(&'a self, format: &'a Format) -> Style<'a> {
        let charts = &self.settings.charts;
        Style { format, theme: &self.template.theme, scale: charts.scale, small: charts.small }
    }

    /// Ends the run by its deadline, which counts from the start of the process. Asking ends earlier, by what it takes
    /// to make a deck of what has come.
    pub fn keep_deadline(&self, stop: &Stop) -> Task<()> {
        let deadline = self.settings.retrieval.deadline;
        let left = deadline.saturating_sub(Duration::from_secs_f64(now_ms() / 1e3));
        stop.within(left, reserve(deadline))
    }

    /// The name of the folder of this run.
    pub fn folder_name(&self) -> String {
        self.folder().to_string()
    }

    fn folder(&self) -> FolderName<'_> {
        let internal = self.settings.output.audience == Audience::Internal;
        FolderName {
            merchant: &self.merchant,
            review: &self.review,
            template: &self.template.name,
            internal,
            only: &self.only,
        }
    }

    /// Whether a section without a chart gets a card of its own, rather than a line on the last slide.
    pub fn shows_card(&self, section: &Section) -> bool {
        match self.settings.output.on_missing {
            Some(OnMissing::Placeholder) => true,
            Some(OnMissing::Omit) => false,
            Some(OnMissing::Fail) | None => {
                section.presence == Presence::Required || self.settings.output.audience == Audience::Internal
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenth_of_the_time_is_kept_for_the_deck_within_bounds() {
        for (deadline, kept) in [(300_000, 5_000), (20_000, 2_000), (3_000, 500), (400, 200)] {
            assert_eq!(
                reserve(Duration::from_millis(deadline)),
                Duration::from_millis(kept),
                "{deadline} ms"
            );
        }
    }
}
