//! One run from job to published deck: the one screen that names every stage. The command line calls [`generate`].
//!
//! Sections are decoded and drawn as their answers arrive (`section.rs`); when the last has come, analysis looks across
//! them, texts are written, and the deck is composed, written and published in one step (`edition.rs`).

mod completeness;
mod edition;
mod ending;
mod job;
mod reporting;
mod section;

pub use ending::{Ending, SectionEnd, ending};
pub use job::Job;

use crate::{
    analysis,
    artifact::{AnswerFolder, RunDir, purge_raw_answers, purge_reusable_answers},
    concurrency::{CpuPool, Span, Stop, StopReason, now_ms},
    event::{Event, Events, Phase},
    failure::{Failure, FailureKind},
    report::RunReport,
    request, retrieve,
};
use section::Studio;
use std::{path::PathBuf, sync::Arc, time::Duration};

/// What a run leaves behind.
#[derive(Debug)]
pub struct Run {
    /// What it did.
    pub report: RunReport,
    /// The decks, absolute paths in the order of the formats; empty when nothing was published.
    pub decks: Vec<PathBuf>,
    /// Why nothing was published.
    pub failure: Option<Failure>,
}

/// Makes one merchant's deck.
///
/// # Errors
/// What ends a run before it has anything to report: an output that cannot be created, a lock held by another run, a
/// signal, a broken template. A run whose sections all fail is no error here but a [`Run`] with a failure.
pub async fn generate(job: Job, events: &Events, stop: &Stop) -> Result<Run, Failure> {
    tokio::select! {
        run = make(job, events, stop) => run,
        () = stop.at_once() => heed(stop).and_then(|()| Err(too_late())),
    }
}

async fn make(job: Job, events: &Events, stop: &Stop) -> Result<Run, Failure> {
    let job = Arc::new(job);
    // First of all, so that an output that cannot be written costs no request.
    let mut folder = RunDir::stage(&job.out, &job.folder_name(), job.settings.output.fsync)?;
    let keep = Duration::from_secs(job.settings.privacy.raw_days * 24 * 60 * 60);
    purge_raw_answers(&job.out, job.started_at.into(), keep)?;
    purge_reusable_answers(&job.out, job.started_at.into(), retrieve::REUSED_FOR)?;
    let answers = job.answers();
    if let Some(recording) = &answers.record {
        recording.prepare()?;
    }
    if job.refresh {
        answers.reusable.iter().for_each(AnswerFolder::clear);
    }
    let limits = job.limits();
    let pool = CpuPool::new(limits.charts)
        .map_err(|error| Failure::msg(FailureKind::Bug, format!("cannot start drawing threads: {error}")))?;
    let studio = Studio::new(&job, pool, events);

    let plan = request::plan(&job.template.sections, &job.merchant, &job.review, limits.batch_size.get())
        .under(Arc::clone(&job.binding));
    let slug = |&request: &usize| plan.requests[request].section.slug.clone();
    let batches = plan.batches.iter().map(|batch| batch.iter().map(slug).collect()).collect();
    events.emit(Event::RunStarted { run_id: job.run_id.clone(), batches });
    events.emit(Event::PhaseStarted(Phase::Retrieval));
    let options = job.retrieval();
    let answers_come = retrieve::retrieve(&plan, &job.server, &options, events, stop, |retrieved| {
        studio.begin(plan.requests[retrieved.request].section.clone(), retrieved);
    });
    let retrieval = tokio::select! {
        retrieval = answers_come => retrieval,
        never = async { studio.warm_up().await; std::future::pending().await } => never,
    };
    events.emit(Event::PhaseEnded(Phase::Retrieval));
    let mut sections = studio.sections().await.map_err(|error| Failure::new(FailureKind::Bug, error))?;
    edition::join(&mut sections);
    for run in sections.iter().filter(|run| run.dataset.is_err()) {
        answers.forget(run.retrieved.answers.as_deref().unwrap_or_default());
    }
    studio.draw_waiting(&mut sections).await;
    heed(stop)?;

    let (study, analysed) = timed(Phase::Analysis, events, || {
        analysis::study(&edition::told(&sections), &job.review, &job.thresholds())
    });
    let name = retrieval.merchant_name.as_deref().unwrap_or(job.merchant.as_str());
    let (narratives, told) =
        timed(Phase::Narrative, events, || edition::narratives(&job, name, &sections, &study));
    let ends = edition::ends(&sections);
    let required = job.settings.output.require_complete;
    let short = completeness::incomplete_since(&sections, &job.review).filter(|_| required);
    let mut ending = ending(&ends, job.settings.output.on_missing);
    if short.is_some() {
        ending = completeness::refuse(ending);
    }
    let mut report =
        reporting::Reporting { job: &job, plan: &plan, retrieval: &retrieval, charts: studio.usage() }
            .report(&sections, &study, &narratives, ending);
    let unstated = completeness::unstated(&sections);
    if required && !unstated.is_empty() {
        report.warnings.push(format!(
            "the answers for {} do not say how far their data are complete and are taken as complete",
            unstated.join(", ")
        ));
    }
    report.add_phase(Phase::Analysis, analysed);
    report.add_phase(Phase::Narrative, told);
    if let Ending::Refuse(kind) = ending {
        let failure = match short {
            Some(through) if kind == FailureKind::Incomplete => completeness::failure(&job, through),
            _ => edition::failure(kind, &job, &sections),
        };
        report.finish(folder.files());
        let path = folder.fail(report.to_json().as_bytes())?;
        let failure = failure.hint(format!("the report is {}", path.display()));
        return Ok(Run { report, decks: Vec::new(), failure: Some(failure) });
    }
    let (written, composed) = timed(Phase::Deck, events, || {
        edition::write(&mut folder, &job, name, &sections, narratives, studio.pool())
    });
    written?;
    report.add_phase(Phase::Deck, composed);
    report.finish(folder.files());
    folder.write("run.json", report.to_json().as_bytes())?;
    heed(stop)?;
    let published = folder.publish()?;
    Ok(Run { report, decks: vec![published.folder.join("deck.pptx")], failure: None })
}

/// Does the work of a phase, tells of it, and measures it.
fn timed<T>(phase: Phase, events: &Events, work: impl FnOnce() -> T) -> (T, Span) {
    events.emit(Event::PhaseStarted(phase));
    let started_ms = now_ms();
    let done = work();
    let span = Span { started_ms, ended_ms: now_ms() };
    events.emit(Event::PhaseEnded(phase));
    (done, span)
}

/// The deadline came before the deck was ready.
fn too_late() -> Failure {
    let why = format!("{}; nothing was published", StopReason::Deadline);
    Failure::msg(FailureKind::Deadline, why).hint("allow more time with --deadline")
}

/// Ends the run when a signal said so. A deadline does not: what has been answered by then is worth a deck.
fn heed(stop: &Stop) -> Result<(), Failure> {
    match stop.reason() {
        Some(reason) if reason.kind() != FailureKind::Deadline => {
            Err(Failure::msg(reason.kind(), format!("{reason}; nothing was published")))
        }
        _ => Ok(()),
    }
}
