//! One section on its way from answers to chart: its own outcome, which no other section can change.

use super::Job;
use crate::{
    chart::{self, Chart, Drawing},
    concurrency::{CpuPool, Span, Task, now_ms, spawn},
    dataset::{self, Dataset},
    domain::{Dimension, Unit},
    event::{Event, Events},
    failure::FailureKind,
    format::{Format, Locale},
    retrieve::{CallError, Retrieved},
    template::{Section, Shape},
};
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// A section with everything that is known of it.
#[derive(Debug)]
pub(super) struct SectionRun {
    pub(super) section: Section,
    pub(super) retrieved: Retrieved,
    /// Its numbers, or why there are none.
    pub(super) dataset: Result<Arc<Dataset>, Lack>,
    /// Its chart; `None` while it waits for the other sections, and without data.
    pub(super) chart: Option<Result<Drawn, String>>,
}

/// Why a section has no numbers.
#[derive(Debug, Clone)]
pub(super) struct Lack {
    pub(super) kind: FailureKind,
    pub(super) message: String,
    pub(super) hints: Vec<String>,
}

impl Lack {
    pub(super) fn new(kind: FailureKind, message: String) -> Self {
        Self { kind, message, hints: Vec::new() }
    }
}

/// A chart and when it was drawn.
#[derive(Debug)]
pub(super) struct Drawn {
    pub(super) chart: Chart,
    pub(super) span: Span,
}

/// Builds datasets and draws charts as answers arrive.
pub(super) struct Studio {
    job: Arc<Job>,
    pool: Arc<CpuPool>,
    events: Events,
    begun: Mutex<Vec<Task<SectionRun>>>,
}

impl Studio {
    pub(super) fn new(job: &Arc<Job>, pool: CpuPool, events: &Events) -> Self {
        Self { job: Arc::clone(job), pool: Arc::new(pool), events: events.clone(), begun: Mutex::default() }
    }

    /// Prepares for drawing while there is nothing to draw: when the questions are on their way, which it would delay,
    /// and the server takes its time.
    pub(super) async fn warm_up(&self) {
        const ASKED_BY: Duration = Duration::from_millis(50);
        tokio::time::sleep(ASKED_BY).await;
        if self.begun().is_empty() {
            self.pool.on_each_thread(chart::warm_up);
        }
    }

    fn begun(&self) -> MutexGuard<'_, Vec<Task<SectionRun>>> {
        self.begun.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins a section as soon as its answers, or the lack of them, are there.
    pub(super) fn begin(&self, section: Section, retrieved: Retrieved) {
        let (job, pool, events) = (Arc::clone(&self.job), Arc::clone(&self.pool), self.events.clone());
        let task = spawn(async move {
            let mut run = SectionRun::build(section, retrieved, &job);
            // Whether such parts add up is only known when the totals are there too.
            let waits = run.dataset.as_ref().is_ok_and(|dataset| dataset.adds_up.is_none());
            let waits = waits && run.section.shape != Shape::Months;
            if !waits {
                run.draw(&job, &pool, &events).await;
            }
            run
        });
        self.begun().push(task);
    }

    /// Every section begun, in request order.
    ///
    /// # Errors
    /// When a task of ours panicked.
    pub(super) async fn sections(&self) -> Result<Vec<SectionRun>, crate::concurrency::Panicked> {
        let tasks = std::mem::take(&mut *self.begun());
        let mut sections = Vec::with_capacity(tasks.len());
        for task in tasks {
            sections.push(task.join().await?);
        }
        sections.sort_by_key(|run| run.retrieved.request);
        Ok(sections)
    }

    /// Draws what waited for the join, all at once.
    pub(super) async fn draw_waiting(&self, sections: &mut [SectionRun]) {
        let waiting = sections.iter_mut().filter(|run| run.chart.is_none());
        futures::future::join_all(waiting.map(|run| run.draw(&self.job, &self.pool, &self.events))).await;
    }

    /// The threads that draw.
    pub(super) fn pool(&self) -> &CpuPool {
        &self.pool
    }

    /// Threads of the pool, and the most that were busy.
    pub(super) fn usage(&self) -> crate::concurrency::Usage {
        self.pool.usage()
    }
}

impl SectionRun {
    fn build(section: Section, retrieved: Retrieved, job: &Job) -> Self {
        let dataset = match &retrieved.answers {
            Ok(answers) => {
                let answered = answered(&section, &retrieved);
                let build = || dataset::build(&answered, answers, &job.review, &job.thresholds());
                // A fault of ours costs this section, not the run.
                match catch_unwind(AssertUnwindSafe(build)) {
                    Ok(Ok(dataset)) => Ok(Arc::new(dataset)),
                    Ok(Err(refusal)) => Err(Lack::new(refusal.kind, refusal.message)),
                    Err(_) => {
                        Err(Lack::new(FailureKind::Bug, "its numbers could not be put together".into()))
                    }
                }
            }
            Err(error) => {
                Err(Lack { hints: error.hints.clone(), ..Lack::new(error.kind, error.message.clone()) })
            }
        };
        Self { section, retrieved, dataset, chart: None }
    }

    /// What is missing because some of its calls failed where others did not, and why the first of them did.
    pub(super) fn lost(&self) -> Option<(String, &CallError)> {
        let lost = &self.retrieved.lost;
        let what = |(call, _): &(usize, CallError)| -> Option<String> {
            let by: Vec<&str> = self.section.calls.get(*call)?.iter().map(Dimension::as_str).collect();
            Some(by.join(" and "))
        };
        let (_, error) = lost.first()?;
        Some((lost.iter().filter_map(what).collect::<Vec<_>>().join(", "), error))
    }

    async fn draw(&mut self, job: &Arc<Job>, pool: &CpuPool, events: &Events) {
        let Ok(dataset) = &self.dataset else { return };
        let slug = self.section.slug.clone();
        let (dataset, job, section) = (Arc::clone(dataset), Arc::clone(job), self.section.clone());
        let started = events.clone();
        let outcome = pool
            .run(move || {
                started.emit(Event::ChartStarted { slug: section.slug.clone() });
                let started_ms = now_ms();
                let format = format_of(&dataset);
                let drawing = Drawing {
                    dataset: &dataset,
                    kind: section.chart,
                    value: section.value,
                    review: &job.review,
                    notes: &[],
                    events: &[],
                    style: job.chart_style(&format),
                };
                let chart = chart::draw(&drawing)?;
                Ok(Drawn { chart, span: Span { started_ms, ended_ms: now_ms() } })
            })
            .await;
        let chart = match outcome {
            Ok(drawn) => drawn.map_err(|error: chart::ChartError| error.to_string()),
            Err(panicked) => Err(panicked.to_string()),
        };
        events.emit(Event::ChartFinished { slug, error: chart.as_ref().err().cloned() });
        self.chart = Some(chart);
    }
}

/// The section with the calls that were answered alone.
fn answered(section: &Section, retrieved: &Retrieved) -> Section {
    let calls = retrieved.answered().filter_map(|(call, _)| section.calls.get(call).cloned());
    Section { calls: calls.collect(), ..section.clone() }
}

/// How the numbers of a dataset are printed.
pub(super) fn format_of(dataset: &Dataset) -> Format {
    Format::new(
        Locale::EnGb,
        dataset.series().iter().find_map(|series| match series.unit {
            Unit::Money(currency) => currency,
            Unit::Count | Unit::Percent => None,
        }),
    )
}
