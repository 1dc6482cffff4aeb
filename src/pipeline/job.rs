//! What one run is asked to do, decided in full before it begins.

use crate::{
    artifact::FolderName,
    concurrency::{Limits, Retry},
    config::{Audience, Entry, OnMissing, Settings},
    dataset::Thresholds,
    domain::{Merchant, Review},
    mcp::Server,
    retrieve,
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
            agent: self.agent.clone(),
        }
    }

    /// The name of the folder of this run.
    pub fn folder_name(&self) -> String {
        let internal = self.settings.output.audience == Audience::Internal;
        FolderName {
            merchant: &self.merchant,
            review: &self.review,
            template: &self.template.name,
            internal,
            only: &self.only,
        }
        .to_string()
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
