//! Datasets → facts and findings: what changed, what peaked, who has which share, and why. Pure; no words.
//!
//! Facts are what `narrative` writes from; findings are the same facts as the run report lists them. A section's
//! facts come from its own dataset; [`study`] of all sections adds what one section explains about another.

mod breakdown;
mod change;
mod effects;
mod finding;
mod history;
mod level;
mod measure;
mod mix;
mod span;

pub use breakdown::{Breakdown, BreakdownPart, Panel, Profile, Recent};
pub use change::{Change, Direction};
pub use effects::{AverageEffects, PartEffect, PartFlow, SalesEffects, average_effects, sales_effects};
pub use finding::{Finding, Input};
pub use history::{BestQuarter, History, Mark, Season, Start, Year};
pub use level::Level;
pub use mix::{Mix, MixPart};
pub use span::{Basis, Span};

use crate::{
    dataset::{Dataset, Thresholds},
    domain::{Dimension, Metric, Period, Review},
    template::{Section, Shape},
};

/// Facts of every section, and the findings among them.
#[derive(Debug, Clone)]
pub struct Study {
    /// By slug, in the order given.
    pub facts: Vec<(String, Facts)>,
    /// In section order; the report may sort them by score.
    pub findings: Vec<Finding>,
    /// The history as far as the data go: what sections without months speak of.
    pub period: Period,
    /// Where the data begin later than was asked for.
    pub start: Option<Start>,
    /// Where no section by month has a value inside the focus: the days that the data do cover.
    pub focus_without_data: Option<Period>,
    /// The request that explains changes of the average order value by mix, where there is one.
    pub mix_source: Option<String>,
}

/// Facts of one section, by its shape.
#[derive(Debug, Clone, PartialEq)]
pub enum Facts {
    /// One value a month.
    Level(Box<Level>),
    /// One value a month and part.
    Mix(Box<Mix>),
    /// One value a part.
    Breakdown(Breakdown),
    /// Shares of people.
    Profile(Profile),
}

impl Study {
    /// The facts of a section.
    pub fn facts(&self, slug: &str) -> Option<&Facts> {
        self.facts.iter().find(|(known, _)| known == slug).map(|(_, facts)| facts)
    }
}

/// Facts of the sections that have data, and what they explain about each other. May be called for one section alone:
/// its facts then come from its own dataset only.
pub fn study(sections: &[(&Section, &Dataset)], review: &Review, thresholds: &Thresholds) -> Study {
    let monthly = || sections.iter().filter(|(section, _)| section.shape == Shape::Months);
    let start = monthly().find_map(|(_, dataset)| history::start(dataset, review));
    let mut study = Study {
        facts: Vec::new(),
        findings: Vec::new(),
        period: known_period(sections, review, start),
        start,
        focus_without_data: None,
        mix_source: None,
    };
    for (section, dataset) in sections {
        let facts = match section.shape {
            Shape::Months => {
                let mut level = Level::new(dataset, section.value, review, thresholds);
                if section.value == Metric::Aov
                    && let Some((source, dimension, parts)) = parts_for_mix(sections)
                    && let Some(effects) = mix::average_change(parts, dataset, &level.span, thresholds)
                {
                    level.average_effects = Some((dimension.clone(), effects));
                    study.mix_source = Some(source.id.clone());
                }
                Facts::Level(Box::new(level))
            }
            Shape::MonthsByPart => {
                let Some(dimension) = part_dimension(section) else { continue };
                Facts::Mix(Box::new(Mix::new(dataset, section.value, dimension, review, thresholds)))
            }
            Shape::Parts => {
                let mut parts = Breakdown::new(dataset, section.value);
                let same = |other: &&(&Section, &Dataset)| {
                    other.0.shape == Shape::MonthsByPart && part_dimension(other.0) == Some(&parts.dimension)
                };
                if let Some((_, monthly)) = sections.iter().find(same) {
                    parts.add_recent(monthly, &Span::new(monthly, review), thresholds);
                }
                Facts::Breakdown(parts)
            }
            Shape::Panels => Facts::Profile(Profile::new(dataset)),
        };
        study.facts.push((section.slug.clone(), facts));
    }
    study.focus_without_data = Some(study.period).filter(|_| !has_data_in_focus(sections, review));
    let findings = sections.iter().filter_map(|(section, dataset)| {
        let source = parts_for_mix(sections).map(|(section, _, parts)| (section, parts));
        Some(finding::of_section(section, dataset, study.facts(&section.slug)?, &study, source))
    });
    study.findings = findings.flatten().collect();
    study
}

fn part_dimension(section: &Section) -> Option<&Dimension> {
    section.calls.iter().flatten().find(|dimension| !dimension.is_time())
}

/// The section that gives sales and orders by month and part, which is not about people.
fn parts_for_mix<'a>(
    sections: &[(&'a Section, &'a Dataset)],
) -> Option<(&'a Section, &'a Dimension, &'a Dataset)> {
    sections.iter().find_map(|(section, dataset)| {
        let dimension = part_dimension(section).filter(|dimension| !dimension.is_personal())?;
        let has = |metric| dataset.by_part(metric).next().is_some();
        let fits = section.shape == Shape::MonthsByPart && has(Metric::Sales) && has(Metric::Orders);
        fits.then_some((*section, dimension, *dataset))
    })
}

/// Whether any section by month has a value inside the focus; true where there is no such section.
fn has_data_in_focus(sections: &[(&Section, &Dataset)], review: &Review) -> bool {
    let mut by_month =
        sections.iter().map(|(_, dataset)| *dataset).filter(|data| !data.months().is_empty()).peekable();
    by_month.peek().is_none() || by_month.any(|dataset| !Span::new(dataset, review).shown.is_empty())
}

/// The history, cut to where the monthly data begin and end.
fn known_period(sections: &[(&Section, &Dataset)], review: &Review, start: Option<Start>) -> Period {
    let history = review.history();
    let ends = sections.iter().filter_map(|(_, dataset)| {
        let (at, entry) =
            dataset.months().iter().enumerate().rev().find(|(at, _)| span::has_value(dataset, *at))?;
        Some(dataset.partial_at(at).map_or(entry.month.last_day(), |cut| cut.to))
    });
    let from = start.map_or(history.from(), |start| start.day);
    let to = ends.max().unwrap_or(history.to()).min(history.to());
    Period::new(from, to).unwrap_or(history)
}
