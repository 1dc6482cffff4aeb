//! From sections to files: the join across sections, the texts, the slides, and everything the run's folder holds.

use super::{
    Job, SectionEnd,
    section::{Drawn, Lack, SectionRun},
};
use crate::{
    analysis::Study,
    artifact::{ArtifactError, RunDir, chart_file, short_hash},
    concurrency::CpuPool,
    dataset::{self, Dataset},
    deck::{self, Edition, Picture, Telling, Told},
    domain::{Metric, Unit},
    failure::{Failure, FailureKind},
    format::{Format, Locale},
    mcp::Server,
    narrative::{self, Narrative},
    template::{Presence, Section},
};
use jiff::civil::Date;
use std::{collections::BTreeSet, sync::Arc};

/// What only all sections together tell: whether they speak of one currency, and whether the parts of one add up to the
/// totals of another.
pub(super) fn join(sections: &mut [SectionRun]) {
    refuse_two_currencies(sections);
    let totals = sections
        .iter()
        .filter_map(|run| run.dataset.as_ref().ok())
        .find(|dataset| dataset.whole(Metric::Orders).is_some() && !dataset.months().is_empty())
        .map(Arc::clone);
    for run in sections {
        if let Ok(dataset) = &mut run.dataset
            && dataset.adds_up.is_none()
        {
            dataset::check_parts(Arc::make_mut(dataset), totals.as_deref());
        }
    }
}

/// Amounts of two currencies are never put into one deck: then no section has data.
fn refuse_two_currencies(sections: &mut [SectionRun]) {
    let found = currencies(sections);
    if found.len() < 2 {
        return;
    }
    let names: Vec<String> = found.iter().map(ToString::to_string).collect();
    let message = format!("the answers are in {}; a deck holds one currency", names.join(" and "));
    let hints = vec!["give each currency's orders a merchant id of their own".to_owned()];
    for run in sections {
        run.dataset =
            Err(Lack { kind: FailureKind::InvalidData, message: message.clone(), hints: hints.clone() });
    }
}

/// The sections with data, as the analysis reads them.
pub(super) fn told(sections: &[SectionRun]) -> Vec<(&Section, &Dataset)> {
    sections.iter().filter_map(|run| Some((&run.section, run.dataset.as_deref().ok()?))).collect()
}

/// The words of each section, in request order; `None` where there is no chart to speak of.
pub(super) fn narratives(
    job: &Job,
    name: &str,
    sections: &[SectionRun],
    study: &Study,
) -> Vec<Option<Narrative>> {
    let format = deck_format(sections);
    let provider = &job.settings.output.provider;
    sections
        .iter()
        .map(|run| {
            let dataset = run.dataset.as_deref().ok().filter(|_| matches!(run.chart, Some(Ok(_))))?;
            Some(narrative::write(&run.section, dataset, study, &job.review, &format, provider, name))
        })
        .collect()
}

/// How each section ended.
pub(super) fn ends(sections: &[SectionRun]) -> Vec<(Presence, SectionEnd)> {
    sections.iter().map(|run| (run.section.presence, end(run))).collect()
}

pub(super) fn end(run: &SectionRun) -> SectionEnd {
    match (&run.dataset, &run.chart) {
        (Ok(_), Some(Ok(_))) => match run.retrieved.lost.first() {
            None => SectionEnd::Drawn,
            Some((_, error)) => SectionEnd::Cut(error.kind),
        },
        (Ok(_), _) => SectionEnd::Failed(FailureKind::Bug),
        (Err(Lack { kind: FailureKind::NoData, .. }), _) => SectionEnd::NoData,
        (Err(lack), _) => SectionEnd::Failed(lack.kind),
    }
}

/// Why a run published nothing: the first section of that kind speaks, all of its kind hint.
pub(super) fn failure(kind: FailureKind, job: &Job, sections: &[SectionRun]) -> Failure {
    let of_kind = |run: &&SectionRun| match end(run) {
        SectionEnd::NoData => kind == FailureKind::NoData,
        SectionEnd::Failed(found) | SectionEnd::Cut(found) => found == kind,
        SectionEnd::Drawn => false,
    };
    let history = job.review.history();
    let mut hints: Vec<String> = Vec::new();
    let mut messages: Vec<String> = Vec::new();
    for run in sections.iter().filter(of_kind) {
        let (message, more) = match (&run.dataset, &run.chart) {
            (Err(lack), _) => (lack.message.clone(), lack.hints.clone()),
            (Ok(_), Some(Err(error))) => {
                (format!("the chart of `{}`: {error}", run.section.slug), Vec::new())
            }
            (Ok(_), Some(Ok(_))) => match run.lost() {
                Some((what, error)) => {
                    (format!("`{}` by {what}: {}", run.section.slug, error.message), error.hints.clone())
                }
                None => continue,
            },
            (Ok(_), None) => (format!("`{}` has no chart", run.section.slug), Vec::new()),
        };
        for (list, item) in [(&mut messages, vec![message]), (&mut hints, more)] {
            for text in item {
                if !list.contains(&text) {
                    list.push(text);
                }
            }
        }
    }
    let cause = messages.into_iter().next().unwrap_or_else(|| "no section was drawn".into());
    let context = format!("no deck of {} for {history}", job.merchant);
    let mut failure = Failure::new(kind, anyhow::anyhow!("{cause}").context(context));
    failure.hints = hints;
    let embedded = matches!(job.server, Server::Embedded(_));
    if kind == FailureKind::NoData && embedded {
        failure = failure.hint("`kamslides data merchants` shows which days each merchant's data cover");
    }
    if kind == FailureKind::UnknownMerchant && embedded && job.settings.retrieval.db.is_none() {
        failure = failure.hint(
            "without --db or --mcp-url only the demo merchants are known; give the database that `kamslides data import` made",
        );
    }
    failure
}

/// Writes every file of the run but its report; those of the sections while the deck is put together.
///
/// # Errors
/// When the template's base lacks something, or a file cannot be written.
pub(super) fn write(
    folder: &mut RunDir,
    job: &Job,
    name: &str,
    sections: &[SectionRun],
    narratives: Vec<Option<Narrative>>,
    pool: &CpuPool,
) -> Result<(), Failure> {
    let summary = summary(job, name, sections, &narratives);
    let edition = edition(job, name, sections, narratives);
    let (written, deck) = pool
        .both(|| write_sections(folder, job, sections), || deck::pptx(&deck::compose(edition), &job.base));
    written?;
    folder.write("deck.pptx", &deck?)?;
    folder.write("summary.md", summary.as_bytes())?;
    Ok(())
}

/// What each section's answers were, its numbers and its chart.
fn write_sections(folder: &mut RunDir, job: &Job, sections: &[SectionRun]) -> Result<(), ArtifactError> {
    for (number, run) in (1..).zip(sections) {
        let slug = &run.section.slug;
        for (call, answer) in run.retrieved.answered() {
            folder.write(&format!("raw/{number:02}-{slug}-{}.json", call + 1), answer.raw.as_bytes())?;
        }
        let Ok(dataset) = &run.dataset else { continue };
        folder.write(&format!("data/{slug}.json"), format!("{:#}\n", dataset.to_json()).as_bytes())?;
        if let Some(Ok(Drawn { chart, .. })) = &run.chart {
            let name = chart_name(number, run, dataset, job);
            folder.write(&format!("charts/{name}.png"), &chart.png)?;
            folder.write(&format!("charts/{name}.svg"), chart.svg.as_bytes())?;
        }
    }
    Ok(())
}

/// The file name of a section's chart, without ending: the same numbers, kind and looks give the same name.
pub(super) fn chart_name(number: usize, run: &SectionRun, dataset: &Dataset, job: &Job) -> String {
    let section = &run.section;
    let spec = format!("{:?} {:?} {}", section.chart, section.value, job.review.focus());
    let looks = format!("{:?}", job.template.theme);
    let hash =
        short_hash(&[section.id.as_bytes(), numbers(dataset).as_bytes(), spec.as_bytes(), looks.as_bytes()]);
    chart_file(number, &section.slug, &hash)
}

/// A dataset without where it came from.
fn numbers(dataset: &Dataset) -> String {
    let mut json = dataset.to_json();
    if let Some(fields) = json.as_object_mut() {
        fields.shift_remove("provenance");
    }
    json.to_string()
}

/// How the whole deck prints numbers: in the currency of the first section that has one.
fn deck_format(sections: &[SectionRun]) -> Format {
    let currency = currencies(sections).into_iter().next();
    Format::new(Locale::EnGb, currency)
}

/// Every currency among the sections.
pub(super) fn currencies(sections: &[SectionRun]) -> BTreeSet<crate::domain::Currency> {
    let series = sections.iter().filter_map(|run| run.dataset.as_deref().ok()).flat_map(Dataset::series);
    series
        .filter_map(|series| match series.unit {
            Unit::Money(currency) => currency,
            Unit::Count | Unit::Percent => None,
        })
        .collect()
}

/// The day the data stand for: the date that `as_of` begins with.
fn as_of(sections: &[SectionRun]) -> Option<Date> {
    let datasets = sections.iter().filter_map(|run| run.dataset.as_deref().ok());
    datasets
        .filter_map(|dataset| crate::domain::parse_date(dataset.provenance.as_of.as_ref()?.get(..10)?).ok())
        .max()
}

/// Everything the deck says. `name` is what the reader knows the merchant by.
fn edition<'a>(
    job: &'a Job,
    name: &'a str,
    sections: &'a [SectionRun],
    narratives: Vec<Option<Narrative>>,
) -> Edition<'a> {
    let as_of = as_of(sections);
    let output = &job.settings.output;
    let format = deck_format(sections);
    // A document needs a date; without one from the data, the last day of the history is the one that repeats.
    let day = as_of.unwrap_or_else(|| job.review.history().to());
    let told = sections.iter().zip(narratives).map(|(run, narrative)| Told {
        section: &run.section,
        telling: match (&run.chart, narrative) {
            (Some(Ok(Drawn { chart, .. })), Some(narrative)) => {
                let chart =
                    Picture { png: chart.png.clone(), svg: chart.svg.clone(), alt: chart.alt.clone() };
                Telling::Slide { chart, narrative }
            }
            _ if job.shows_card(&run.section) => Telling::Card(format!("{}.", neutral_reason(run))),
            _ => Telling::Line(neutral_reason(run).to_lowercase()),
        },
    });
    Edition {
        template: &job.template,
        merchant: name,
        review: &job.review,
        provider: &output.provider,
        author: &output.author,
        company: &output.company,
        demo: job.merchant.is_demo(),
        dated: job.dated.clone().unwrap_or_else(|| format!("{day}T00:00:00Z")),
        as_of: as_of.map(|day| format.day(day)),
        sections: told.collect(),
        format,
    }
}

/// Why a section is not there, in words that a merchant may read: nothing of servers, tools or errors.
fn neutral_reason(run: &SectionRun) -> &'static str {
    match end(run) {
        SectionEnd::NoData => "No data for this period",
        SectionEnd::Failed(_) | SectionEnd::Cut(_) | SectionEnd::Drawn => "Not available for this edition",
    }
}

/// Five lines for the covering e-mail: what it is, three findings in story order, and what the data stand for.
fn summary(job: &Job, name: &str, sections: &[SectionRun], narratives: &[Option<Narrative>]) -> String {
    let format = deck_format(sections);
    let place = |slug: &String| job.template.order.iter().position(|other| other == slug);
    let mut titles: Vec<_> = sections
        .iter()
        .zip(narratives)
        .filter_map(|(run, narrative)| Some((place(&run.section.slug), &narrative.as_ref()?.title)))
        .collect();
    titles.sort_by_key(|(place, _)| *place);
    let mut lines = vec![format!(
        "{name}: {}, {}",
        job.template.heading.to_lowercase(),
        format.period(&job.review.focus())
    )];
    lines.extend(titles.into_iter().take(3).map(|(_, title)| format!("- {title}.")));
    let history = format.period(&job.review.history());
    lines.push(match as_of(sections) {
        Some(day) => format!("History {history}; data as of {}.", format.day(day)),
        None => format!("History {history}."),
    });
    lines.join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        dataset::{Index, Part, Series},
        domain::Dimension,
        pipeline::{Ending, ending},
        retrieve::Retrieved,
        template::DeckTemplate,
    };

    fn run(place: usize, currency: &str) -> SectionRun {
        let section = DeckTemplate::load("kam-review").unwrap().sections[place].clone();
        let unit = Unit::Money(Some(currency.parse().unwrap()));
        let series = Series { metric: Metric::Sales, part: None, unit, values: vec![Some(1.0)] };
        let part = Part { dimension: Dimension::ProductType, name: "Pay in 3".into() };
        let dataset = Dataset::new(&section.id, Index::Parts(vec![part]), vec![series]).unwrap();
        let answers = Ok(Vec::new());
        let tokens = crate::retrieve::TokensSpent::default();
        let retrieved = Retrieved {
            request: place,
            answers,
            lost: Vec::new(),
            attempts: 1,
            tokens,
            started_ms: 0.0,
            ended_ms: 0.0,
        };
        SectionRun { section, retrieved, dataset: Ok(Arc::new(dataset)), chart: None }
    }

    #[test]
    fn two_currencies_make_no_deck() {
        let mut sections = vec![run(0, "EUR"), run(1, "USD")];
        join(&mut sections);
        assert_eq!(ending(&ends(&sections), None), Ending::Refuse(FailureKind::InvalidData));
        let Err(lack) = &sections[0].dataset else { panic!("EUR was kept") };
        assert!(lack.message.contains("EUR and USD"), "{}", lack.message);
        let mut sections = vec![run(0, "EUR"), run(1, "EUR")];
        join(&mut sections);
        assert!(sections.iter().all(|run| run.dataset.is_ok()));
    }
}
