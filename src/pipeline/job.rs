//! What one run is asked to do, decided in full before it begins.

use crate::{
    artifact::{AnswerFolder, FolderName},
    concurrency::{Limits, Retry},
    config::{Audience, Entry, OnMissing, Settings},
    dataset::Thresholds,
    domain::{Merchant, Review},
    mcp::Server,
    retrieve::{self, AnswerStore},
    template::{DeckTemplate, Presence, Section},
};
use std::path::PathBuf;

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
    /// Where the deck goes.
    pub out: PathBuf,
    /// Document date when the environment fixes it (`SOURCE_DATE_EPOCH`), RFC 3339 in UTC.
    pub dated: Option<String>,
    /// Every setting.
    pub settings: Settings,
    /// Where each came from, for the report.
    pub provenance: Vec<Entry>,
}

impl Job {
    /// How much may happen at once.
    pub fn limits(&self) -> Limits {
        self.settings.limits()
    }

    /// From how many people on a share may be shown, and from how many orders on a change may be stated.
    pub fn thresholds(&self) -> Thresholds {
        let (privacy, analysis) = (&self.settings.privacy, &self.settings.analysis);
        Thresholds { min_base: privacy.min_base, min_cell: privacy.min_cell, min_orders: analysis.min_orders }
    }

    /// How answers are fetched.
    pub fn retrieval(&self) -> retrieve::Options {
        let Settings { retrieval, resilience, .. } = &self.settings;
        retrieve::Options {
            limits: self.limits(),
            connect_timeout: retrieval.connect_timeout,
            call_timeout: retrieval.call_timeout,
            retry: Retry::new(resilience.tries(), resilience.retry_delay()),
            answers: self.answers(),
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
