//! Answers → the dataset of a section.

use super::{
    Dataset, Index, IndexMonth, Issue, Part, Refusal, Series, Thresholds,
    cutoffs::Cutoffs,
    grid::{Grid, Group},
    names, panels, rows, source, suppress,
};
use crate::{
    domain::{Currency, Dimension, Metric, Review, Unit},
    retrieve::Answer,
    template::{Section, Shape},
};

/// Parts shown at most; of more, the largest five stay and the others become `Other` or, where they cannot be added
/// up, are left out.
const MAX_PARTS: usize = 6;

/// What a shape yields before it is checked.
pub(super) struct Draft {
    pub(super) index: Index,
    pub(super) series: Vec<Series>,
    pub(super) withheld: Vec<usize>,
    pub(super) bases: Vec<(Dimension, u64)>,
    pub(super) adds_up: Option<bool>,
    pub(super) overlaps: Option<bool>,
    pub(super) part_count: usize,
    pub(super) left_out: usize,
    pub(super) issues: Vec<Issue>,
}

/// Builds the dataset of a section from its answers, one per call, in call order.
///
/// The series of `section.value` come first; an average order value that did not come is computed from sales and
/// orders. A part without a row in a month has no value there; totals add what is there. Numbers of people too small to be
/// shown are put together or withheld (see `suppress`).
///
/// # Errors
/// [`Refusal`]: nothing to show, or something that cannot be trusted, with the row at fault where there is one.
pub fn build(
    section: &Section,
    answers: &[Answer],
    review: &Review,
    thresholds: &Thresholds,
) -> Result<Dataset, Refusal> {
    if answers.len() != section.calls.len() {
        let (found, expected) = (answers.len(), section.calls.len());
        return Err(Refusal::invalid(format!("{found} answers came for {expected} calls")));
    }
    let mut issues = Vec::new();
    let currency = source::currency(section, answers, &mut issues)?;
    let warnings = answers.iter().flat_map(|answer| answer.table.about.warnings.clone());
    issues.extend(warnings.map(|message| Issue { kind: "warning", message }));
    let mut cutoffs = None;
    let mut draft = match (section.shape, answers) {
        (Shape::Panels, _) => panels::draft(section, answers, thresholds)?,
        (Shape::Parts, [answer]) => parts(section, answer, currency, thresholds)?,
        (Shape::Months | Shape::MonthsByPart, [answer]) => {
            let cut = *cutoffs.insert(Cutoffs::new(section, &answer.table.about, review));
            months(section, answer, currency, &cut, thresholds)?
        }
        _ => return Err(Refusal::invalid("this section takes one call".to_owned())),
    };
    issues.append(&mut draft.issues);
    let mut dataset = Dataset::new(&section.id, draft.index, draft.series)
        .map_err(|error| Refusal::invalid(error.to_string()))?;
    if let Some(cutoffs) = cutoffs {
        let has_value = |index: usize| dataset.series().iter().any(|series| series.values[index].is_some());
        let months = dataset.months().iter().enumerate().filter(|(index, _)| has_value(*index));
        dataset.partial = months.filter_map(|(index, entry)| cutoffs.partial(index, entry.month)).collect();
    }
    dataset.withheld = draft.withheld;
    dataset.bases = draft.bases;
    dataset.adds_up = draft.adds_up;
    dataset.overlaps = draft.overlaps;
    if section.shape == Shape::MonthsByPart {
        dataset.parts_of = section.calls.first().and_then(|group_by| part_dimension(group_by)).cloned();
    }
    dataset.part_count = draft.part_count;
    dataset.left_out = draft.left_out;
    dataset.covers = match answers {
        [first, ..] if dataset.months().is_empty() => {
            Cutoffs::new(section, &first.table.about, review).covered()
        }
        _ => None,
    };
    dataset.provenance = source::provenance(answers);
    dataset.issues = issues;
    Ok(dataset)
}

/// One value a month, or one a month and part.
fn months(
    section: &Section,
    answer: &Answer,
    currency: Option<Currency>,
    cutoffs: &Cutoffs,
    thresholds: &Thresholds,
) -> Result<Draft, Refusal> {
    let group_by = &section.calls[0];
    let mut rows = rows::read(section, &answer.table, group_by, currency)?;
    let mut issues = std::mem::take(&mut rows.issues);
    let window = cutoffs.months();
    let place = |month| window.iter().position(|entry| entry.month == month && !cutoffs.is_beyond(month));
    let outside =
        rows.list.iter().filter(|row| row.month.is_some_and(|month| place(month).is_none())).count();
    if outside > 0 {
        let message =
            format!("{outside} rows lie outside the months asked for, or beyond the last complete day");
        issues.push(Issue { kind: "outside", message });
    }
    let dimension = part_dimension(group_by);
    let overlap = dimension.and_then(|dimension| overlaps(answer, dimension));
    let mut grid = Grid::fill(&rows, dimension, overlap == Some(true), window.len(), place)?;
    let (mut adds_up, mut part_count, mut left_out) = (None, 0, 0);
    let mut withheld = Vec::new();
    if let Some(dimension) = dimension {
        refuse_nothing_said(&grid, dimension)?;
        part_count = grid.parts.len();
        if dimension.is_personal() {
            (grid, withheld) = suppress::over_months(&grid, thresholds)?;
            note_suppressed(&grid, &rows, withheld.len(), &mut issues);
        }
        let in_history = |position: usize| !window[position].comparison;
        (grid, left_out) = largest(grid, section.value, overlap, in_history, &mut issues);
        adds_up = stated_to_add_up(section.value, overlap);
    }
    let grid = finish(section, grid, currency);
    let first = (0..grid.positions).find(|&position| grid.has_data_at(position));
    let history =
        (0..grid.positions).any(|position| !window[position].comparison && grid.has_data_at(position));
    let Some(first) = first.filter(|_| history) else {
        return Err(Refusal::no_data("no month of the history has a value other than zero"));
    };
    let mut series = Vec::new();
    for (metric, &(name, unit)) in grid.metrics.iter().enumerate() {
        series.extend(grid.parts.iter().map(|part| Series {
            metric: name,
            part: dimension.map(|_| part.name.clone()),
            unit,
            values: part.values[metric][first..].to_vec(),
        }));
    }
    let index: Vec<IndexMonth> = window[first..].to_vec();
    let withheld = withheld.iter().filter_map(|position| position.checked_sub(first)).collect();
    Ok(Draft {
        index: Index::Months(index),
        series,
        withheld,
        bases: Vec::new(),
        adds_up,
        overlaps: overlap,
        part_count,
        left_out,
        issues,
    })
}

/// One value a part, over the whole history.
fn parts(
    section: &Section,
    answer: &Answer,
    currency: Option<Currency>,
    thresholds: &Thresholds,
) -> Result<Draft, Refusal> {
    let group_by = &section.calls[0];
    let mut rows = rows::read(section, &answer.table, group_by, currency)?;
    let mut issues = std::mem::take(&mut rows.issues);
    let dimension = part_dimension(group_by)
        .ok_or_else(|| Refusal::invalid("the section names no dimension for its parts"))?;
    let overlap = overlaps(answer, dimension);
    let mut grid = Grid::fill(&rows, Some(dimension), overlap == Some(true), 1, |_| None)?;
    refuse_nothing_said(&grid, dimension)?;
    let part_count = grid.parts.len();
    let mut bases = Vec::new();
    if dimension.is_personal() {
        let base;
        (grid, base) = suppress::whole(&grid, *dimension == Dimension::AgeBand, thresholds)?;
        note_suppressed(&grid, &rows, 0, &mut issues);
        bases.extend(base.map(|base| (dimension.clone(), base)));
    }
    let (grid, left_out) = largest(grid, section.value, overlap, |_| true, &mut issues);
    let grid = finish(section, grid, currency);
    if !grid.has_data_at(0) {
        return Err(Refusal::no_data("no part has a value other than zero"));
    }
    let part = |part: &super::grid::PartCells| Part { dimension: dimension.clone(), name: part.name.clone() };
    let index = Index::Parts(grid.parts.iter().map(part).collect());
    let series = grid.metrics.iter().enumerate().map(|(metric, &(name, unit))| Series {
        metric: name,
        part: None,
        unit,
        values: grid.parts.iter().map(|part| part.values[metric][0]).collect(),
    });
    Ok(Draft {
        index,
        series: series.collect(),
        withheld: Vec::new(),
        bases,
        adds_up: stated_to_add_up(section.value, overlap),
        overlaps: overlap,
        part_count,
        left_out,
        issues,
    })
}

fn part_dimension(group_by: &[Dimension]) -> Option<&Dimension> {
    group_by.iter().find(|dimension| !dimension.is_time())
}

/// Refuses parts that tell nothing apart: none, or the single value null, `all` or `unknown`.
pub(super) fn refuse_nothing_said(grid: &Grid, dimension: &Dimension) -> Result<(), Refusal> {
    match &grid.parts[..] {
        [] => Err(Refusal::no_data("the answer has no row")),
        [only] if only.name == names::NOT_STATED => {
            Err(Refusal::no_data(format!("no value of `{dimension}` is known")))
        }
        _ => Ok(()),
    }
}

/// The average where it is to be computed, the section's value first, and parts in printing order.
fn finish(section: &Section, grid: Grid, currency: Option<Currency>) -> Grid {
    let mut grid = if section.value == Metric::Aov { grid.with_average(Unit::Money(currency)) } else { grid };
    grid.parts.sort_by(|a, b| names::order(&a.name, &b.name));
    grid
}

/// The largest parts, and the others as one; also how many others are left out instead.
///
/// Orders that hold several parts would be counted several times in a sum: unless the source says that parts do not
/// overlap, only money and numbers of order lines are put together. Every section ranks parts by their orders, else
/// by their sales, so that a deck speaks of the same parts throughout.
fn largest(
    grid: Grid,
    value: Metric,
    overlaps: Option<bool>,
    in_history: impl Fn(usize) -> bool,
    issues: &mut Vec<Issue>,
) -> (Grid, usize) {
    if grid.parts.len() <= MAX_PARTS {
        return (grid, 0);
    }
    let measure = [Metric::Orders, Metric::Sales].into_iter().find_map(|metric| grid.metric(metric));
    let size = |part: usize| -> f64 {
        let column = &grid.parts[part].values[measure.unwrap_or(0)];
        (0..grid.positions).filter(|&position| in_history(position)).filter_map(|at| column[at]).sum()
    };
    let mut by_size: Vec<usize> = (0..grid.parts.len()).collect();
    by_size.sort_by(|&a, &b| {
        let small = |part: usize| grid.parts[part].name == names::OTHER;
        small(a).cmp(&small(b)).then_with(|| size(b).total_cmp(&size(a))).then(a.cmp(&b))
    });
    let (kept, rest) = by_size.split_at(MAX_PARTS - 1);
    let mut groups: Vec<_> =
        kept.iter().map(|&i| Group { name: grid.parts[i].name.clone(), members: vec![i] }).collect();
    let distinct = grid.personal || overlaps == Some(false);
    if !distinct && !is_of_lines(value) {
        let message =
            format!("{} more are not shown: an order may hold several, so they are not added up", rest.len());
        issues.push(Issue { kind: "parts_left_out", message });
        return (grid.merged(&groups), rest.len());
    }
    groups.push(Group { name: names::OTHER.into(), members: rest.to_vec() });
    let message = format!("the {} smallest parts are shown as one", rest.len());
    issues.push(Issue { kind: "other_parts", message });
    let mut merged = grid.merged(&groups);
    if !distinct && let Some(other) = merged.parts.last_mut() {
        for ((metric, _), column) in merged.metrics.iter().zip(&mut other.values) {
            if !is_of_lines(*metric) {
                column.fill(None);
            }
        }
        other.base.fill(None);
    }
    (merged, 0)
}

/// Whether a metric is of order lines. Each has one part, even if its order has several: such values always add up.
fn is_of_lines(metric: Metric) -> bool {
    matches!(metric, Metric::Sales | Metric::Items | Metric::RefundAmount)
}

/// Whether an order can hold several parts of a dimension, as the source says.
fn overlaps(answer: &Answer, dimension: &Dimension) -> Option<bool> {
    let overlaps = answer.table.about.overlaps.as_ref()?;
    Some(overlaps.iter().any(|name| name == dimension.as_str()))
}

/// Whether the parts add up, where that is known without the totals. Of averages, what counts is whether the orders
/// behind them add up.
fn stated_to_add_up(value: Metric, overlaps: Option<bool>) -> Option<bool> {
    overlaps.map(|overlaps| !overlaps || is_of_lines(value))
}

fn note_suppressed(grid: &Grid, rows: &rows::Rows, withheld: usize, issues: &mut Vec<Issue>) {
    let mut before: Vec<_> = rows.list.iter().map(|row| row.part.as_deref()).collect();
    before.sort_unstable();
    before.dedup();
    if grid.parts.len() < before.len() {
        let message = "groups too small to be shown were put together with others".to_owned();
        issues.push(Issue { kind: "suppressed", message });
    }
    if withheld > 0 {
        let months = if withheld == 1 { "1 month is".to_owned() } else { format!("{withheld} months are") };
        let message = format!("{months} withheld, because a group in it is too small to be shown");
        issues.push(Issue { kind: "withheld_months", message });
    }
}

#[cfg(test)]
mod tests;
