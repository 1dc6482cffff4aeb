//! What a run did → its report.

use super::{
    Ending, Job, SectionEnd,
    edition::{chart_name, end},
    section::{Drawn, SectionRun},
};
use crate::{
    analysis::Study,
    artifact::sha256_hex,
    concurrency::{Span, Usage},
    event::{Health, HealthChange, Phase},
    narrative::Narrative,
    report::{
        ChartReport, Days, ErrorReport, NarrativeReport, PhaseTimes, RequestReport, RequestStatus, Resources,
        RunReport, Setting, Status, Tokens,
    },
    request::RequestPlan,
    retrieve::{RetrievalSummary, Retrieved, TokensSpent},
};
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;

/// What a report is made from, besides the sections.
pub(super) struct Reporting<'a> {
    pub(super) job: &'a Job,
    pub(super) plan: &'a RequestPlan,
    pub(super) retrieval: &'a RetrievalSummary,
    /// Threads of the CPU pool and the most that were busy.
    pub(super) charts: Usage,
}

/// What a language model took, over all requests.
fn tokens(retrieval: &RetrievalSummary) -> Tokens {
    let spent = retrieval.retrieved.iter().map(|one| one.tokens).reduce(TokensSpent::and).unwrap_or_default();
    Tokens { prompt: spent.prompt, completion: spent.completion, max_context: spent.max_context }
}

impl Reporting<'_> {
    /// The report of everything up to the deck.
    pub(super) fn report(
        &self,
        sections: &[SectionRun],
        study: &Study,
        narratives: &[Option<Narrative>],
        ending: Ending,
    ) -> RunReport {
        let job = self.job;
        let (history, focus) = (job.review.history(), job.review.focus());
        let requests: Vec<_> = sections.iter().map(|run| self.request(run)).collect();
        let mut errors_by_kind = BTreeMap::new();
        for error in requests.iter().filter_map(|request| request.error.as_ref()) {
            *errors_by_kind.entry(error.kind.as_str()).or_insert(0) += 1;
        }
        let mut phases = PhaseTimes::default();
        if let Some(connect) = self.retrieval.connect {
            phases.add(Phase::Connect, connect);
        }
        for run in sections {
            let Retrieved { started_ms, ended_ms, .. } = run.retrieved;
            phases.add(Phase::Retrieval, Span { started_ms, ended_ms });
            if let Some(Ok(Drawn { span, .. })) = &run.chart {
                phases.add(Phase::Charts, *span);
            }
        }
        let audience = serde_json::to_value(job.settings.output.audience).unwrap_or_default();
        let setting = |entry: &crate::config::Entry| {
            (entry.key.to_owned(), Setting { value: entry.value.clone(), source: entry.source.clone() })
        };
        RunReport {
            schema: RunReport::SCHEMA,
            run_id: job.run_id.clone(),
            status: match ending {
                Ending::Publish(status) => status,
                Ending::Refuse(_) => Status::Failed,
            },
            demo: job.merchant.is_demo(),
            merchant: job.merchant.to_string(),
            from: history.from().to_string(),
            to: history.to().to_string(),
            focus: Days { from: focus.from().to_string(), to: focus.to().to_string() },
            template: job.template.name.clone(),
            audience: audience.as_str().unwrap_or_default().to_owned(),
            started_at: job.started_at.to_string(),
            duration_ms: 0.0,
            settings: job.provenance.iter().map(setting).collect(),
            phases: phases.into_map(),
            charts: (1..).zip(sections).filter_map(|(number, run)| self.chart(number, run)).collect(),
            findings: study.findings.clone(),
            narratives: sections.iter().zip(narratives).filter_map(narrative).collect(),
            health: self.retrieval.health.clone(),
            concurrency: BTreeMap::from([
                ("batches", self.retrieval.batches),
                ("calls", self.retrieval.calls),
                ("charts", self.charts),
                // Rules write one text after the other; no model is asked.
                ("narratives", Usage { limit: 1, peak: usize::from(narratives.iter().any(Option::is_some)) }),
                ("llm", self.retrieval.llm),
            ]),
            tokens: tokens(self.retrieval),
            resources: Resources::measure(1.0),
            errors_by_kind,
            files: Vec::new(),
            warnings: trouble(&self.retrieval.health)
                .chain(warnings(job, sections, study))
                .chain(self.retrieval.warnings.iter().cloned())
                .collect(),
            requests,
        }
    }

    fn request(&self, run: &SectionRun) -> RequestReport {
        let retrieved = &run.retrieved;
        let answers = retrieved.answers.as_deref().unwrap_or_default();
        let error = match (&run.dataset, &run.chart) {
            (Err(lack), _) => Some(ErrorReport { kind: lack.kind, message: lack.message.clone() }),
            (Ok(_), Some(Err(message))) => {
                Some(ErrorReport { kind: crate::failure::FailureKind::Bug, message: message.clone() })
            }
            (Ok(_), _) => run.lost().map(|(what, error)| ErrorReport {
                kind: error.kind,
                message: format!("by {what}: {}", error.message),
            }),
        };
        RequestReport {
            id: run.section.id.clone(),
            slug: run.section.slug.clone(),
            status: match end(run) {
                SectionEnd::Drawn | SectionEnd::Cut(_) => RequestStatus::Ok,
                SectionEnd::NoData => RequestStatus::NoData,
                SectionEnd::Failed(_) => RequestStatus::Failed,
            },
            calls: run.section.calls.len(),
            cached: !answers.is_empty() && answers.iter().all(|answer| answer.cached),
            fetched_at: match answers.iter().map(|answer| answer.fetched_at).max() {
                Some(fetched_at) => fetched_at.to_string(),
                None => moment(self.job.started_at, retrieved.ended_ms),
            },
            batch: self.plan.batches.iter().position(|batch| batch.contains(&retrieved.request)).unwrap_or(0),
            attempts: retrieved.attempts,
            started_ms: retrieved.started_ms,
            ended_ms: retrieved.ended_ms,
            rows: answers.iter().map(|answer| answer.table.rows.len()).sum(),
            bytes: answers.iter().map(|answer| answer.raw.len()).sum(),
            tokens: retrieved.tokens.prompt + retrieved.tokens.completion,
            warnings: run
                .dataset
                .iter()
                .flat_map(|dataset| &dataset.issues)
                .map(|i| i.message.clone())
                .collect(),
            error,
        }
    }

    fn chart(&self, number: usize, run: &SectionRun) -> Option<ChartReport> {
        let (Ok(dataset), Some(Ok(Drawn { chart, span }))) = (&run.dataset, &run.chart) else { return None };
        let sha256 = sha256_hex(&chart.png);
        Some(ChartReport {
            request: run.section.slug.clone(),
            file: format!("charts/{}.png", chart_name(number, run, dataset, self.job)),
            kind: chart.kind,
            started_ms: span.started_ms,
            ended_ms: span.ended_ms,
            bytes: chart.png.len(),
            sha256,
        })
    }
}

fn narrative((run, narrative): (&SectionRun, &Option<Narrative>)) -> Option<NarrativeReport> {
    Some(NarrativeReport {
        request: run.section.slug.clone(),
        source: "rules",
        grounded: None,
        words: narrative.as_ref()?.words(),
        rejected: Vec::new(),
    })
}

/// The worst that each server in trouble came to.
fn trouble(changes: &[HealthChange]) -> impl Iterator<Item = String> {
    let mut worst: BTreeMap<&str, &HealthChange> = BTreeMap::new();
    for change in changes {
        let known = worst.entry(&change.server).or_insert(change);
        if change.limit < known.limit {
            *known = change;
        }
    }
    worst.into_values().map(|change| {
        let HealthChange { server, state, reason, limit, .. } = change;
        let done = match state {
            Health::Open | Health::Probing => "was left alone for a while".to_owned(),
            Health::Sequential => "was asked one call at a time".to_owned(),
            Health::Normal => format!("was asked at most {limit} calls at a time"),
        };
        format!("the server {server} {done}: {reason}")
    })
}

/// What the operator should know: a focus without data, what drawn charts lack, and their problems.
fn warnings(job: &Job, sections: &[SectionRun], study: &Study) -> impl Iterator<Item = String> {
    let focus = job.review.focus();
    let stale = study.focus_without_data.map(|known| {
        let (from, to) = (known.from(), known.to());
        format!(
            "the data cover {from} to {to} and hold nothing for the focus, {} to {}",
            focus.from(),
            focus.to()
        )
    });
    let drawn = sections.iter().filter_map(|run| Some((run, run.chart.as_ref()?.as_ref().ok()?)));
    let lost = sections.iter().filter(|run| matches!(run.chart, Some(Ok(_)))).filter_map(|run| {
        let (what, error) = run.lost()?;
        Some(format!("`{}` is drawn without {what}: {}", run.section.slug, error.message))
    });
    let charts = drawn.flat_map(|(run, drawn)| {
        drawn.chart.warnings.iter().map(|warning| format!("`{}`: {warning}", run.section.slug))
    });
    stale.into_iter().chain(lost).chain(charts)
}

/// A moment of the run, RFC 3339 in UTC.
fn moment(started_at: Timestamp, after_ms: f64) -> String {
    let later = started_at.saturating_add(SignedDuration::from_micros((after_ms * 1e3) as i64));
    later.unwrap_or(started_at).to_string()
}
