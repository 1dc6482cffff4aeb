//! Panels of shares of people: one dimension a panel, never two crossed.

use super::{
    Index, Issue, Part, Refusal, Series, Thresholds, build::Draft, build::refuse_nothing_said, grid::Grid,
    names, rows, shares::whole_percents, suppress,
};
use crate::{
    domain::{Dimension, Unit},
    retrieve::Answer,
    template::Section,
};

/// Per cents given instead of counts must add to 100 within this much.
const PERCENT_SLACK: f64 = 2.0;

/// One panel an answer, in call order. A panel that cannot be shown is left out and noted; none at all is no data.
pub(super) fn draft(
    section: &Section,
    answers: &[Answer],
    thresholds: &Thresholds,
) -> Result<Draft, Refusal> {
    let (mut parts, mut values) = (Vec::new(), Vec::new());
    let (mut bases, mut issues) = (Vec::new(), Vec::new());
    for (group_by, answer) in section.calls.iter().zip(answers) {
        let [dimension] = &group_by[..] else {
            return Err(Refusal::invalid("a panel is grouped by one dimension"));
        };
        match panel(section, answer, dimension, thresholds) {
            Ok((names, shares, base)) => {
                parts.extend(names.into_iter().map(|name| Part { dimension: dimension.clone(), name }));
                values.extend(shares.into_iter().map(|share| Some(f64::from(share))));
                match base {
                    Some(base) => bases.push((dimension.clone(), base)),
                    None => issues.push(Issue {
                        kind: "base_not_stated",
                        message: format!("only per cents came for `{dimension}`"),
                    }),
                }
            }
            Err(refusal) => {
                issues.push(Issue { kind: "panel_left_out", message: format!("{dimension}: {refusal}") });
            }
        }
    }
    if parts.is_empty() {
        let reasons: Vec<_> = issues.into_iter().map(|issue| issue.message).collect();
        return Err(Refusal::no_data(format!("no panel can be shown: {}", reasons.join("; "))));
    }
    let series = vec![Series { metric: section.value, part: None, unit: Unit::Percent, values }];
    Ok(Draft {
        index: Index::Parts(parts),
        series,
        withheld: Vec::new(),
        bases,
        adds_up: Some(true),
        overlaps: None,
        part_count: 0,
        left_out: 0,
        issues,
    })
}

type Panel = (Vec<String>, Vec<u32>, Option<u64>);

fn panel(
    section: &Section,
    answer: &Answer,
    dimension: &Dimension,
    thresholds: &Thresholds,
) -> Result<Panel, Refusal> {
    let rows = rows::read(section, &answer.table, std::slice::from_ref(dimension), None)?;
    let grid = Grid::fill(&rows, Some(dimension), false, 1, |_| None)?;
    refuse_nothing_said(&grid, dimension)?;
    let ordered = *dimension == Dimension::AgeBand;
    let (grid, base) = suppress::whole(&grid, ordered, thresholds)?;
    let percent = grid.metrics.first().is_some_and(|(_, unit)| *unit == Unit::Percent);
    let total: f64 = (0..grid.parts.len()).map(|part| grid.size(part)).sum();
    if percent && (total - 100.0).abs() > PERCENT_SLACK {
        return Err(Refusal::invalid(format!("the per cents add to {total:.1}, not to 100")));
    }
    let mut cells: Vec<(String, f64)> =
        (0..grid.parts.len()).map(|part| (grid.parts[part].name.clone(), grid.size(part))).collect();
    if ordered {
        cells.sort_by(|a, b| names::order(&a.0, &b.0));
    } else {
        let last = |name: &str| name == names::OTHER || name == names::NOT_STATED;
        cells.sort_by(|a, b| {
            last(&a.0).cmp(&last(&b.0)).then_with(|| b.1.total_cmp(&a.1)).then_with(|| a.0.cmp(&b.0))
        });
    }
    let shares = whole_percents(&cells.iter().map(|(_, value)| *value).collect::<Vec<_>>());
    if shares.is_empty() {
        return Err(Refusal::no_data("every group is empty"));
    }
    Ok((cells.into_iter().map(|(name, _)| name).collect(), shares, base))
}
