//! What the names of each level of nested objects are, and which levels are no grouping.

use super::{Expected, Verdict, months, names, nested::Leaf, notes::Notes, shape, verdict::excerpt};
use crate::domain::Dimension;
use std::collections::BTreeSet;

/// What the names of one level are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    Year,
    /// A month with its year.
    Month,
    /// A month without its year.
    OfYear,
    Metric,
    Names,
}

/// What the names of each level are.
pub(super) fn of(leaves: &[Leaf], depth: usize, expected: &Expected) -> Vec<Level> {
    let by_time = expected.is_nothing() || expected.group_by.iter().any(Dimension::is_time);
    let all = |level: usize, fits: &dyn Fn(&str) -> bool| leaves.iter().all(|leaf| fits(&leaf.path[level]));
    (0..depth)
        .map(|level| {
            if all(level, &|name| months::year(name).is_some()) {
                Level::Year
            } else if all(level, &|name| months::full(name).is_some()) {
                Level::Month
            } else if by_time && all(level, &|name| months::of_year(name).is_some()) {
                Level::OfYear
            } else if all(level, &|name| shape::is_metric(name, expected)) {
                Level::Metric
            } else {
                Level::Names
            }
        })
        .collect()
}

/// Takes out levels that are no grouping: names of dimensions, of which the one asked for is kept, and names that stand
/// alone. Whether one of them says that the numbers are per cents.
pub(super) fn narrow(
    leaves: &mut Vec<Leaf>,
    levels: &mut Vec<Level>,
    expected: &Expected,
    notes: &mut Notes,
) -> Result<bool, Verdict> {
    let mut percent = false;
    if expected.is_nothing() {
        return Ok(percent);
    }
    let wanted: Vec<_> = expected.attributes().cloned().collect();
    let count = |levels: &[Level]| levels.iter().filter(|level| **level == Level::Names).count();
    let drop_level = |leaves: &mut Vec<Leaf>, levels: &mut Vec<Level>, level: usize| {
        levels.remove(level);
        for leaf in leaves.iter_mut() {
            leaf.path.remove(level);
        }
    };
    for level in 0..levels.len() {
        if levels[level] != Level::Names || count(levels) <= wanted.len() {
            continue;
        }
        let found: BTreeSet<String> = leaves.iter().map(|leaf| leaf.path[level].clone()).collect();
        let is_wanted =
            |name: &String| names::dimension(name).is_some_and(|dimension| wanted.contains(&dimension));
        let chosen: Vec<&String> = found.iter().filter(|name| is_wanted(name)).collect();
        let known = found.iter().all(|name| names::dimension(name).is_some());
        match chosen[..] {
            [name] if known || found.len() == 1 => {
                notes.alias(name, wanted[0].as_str());
                if found.len() > 1 {
                    let rest: Vec<_> = found
                        .iter()
                        .filter(|other| *other != name)
                        .map(|o| format!("`{}`", excerpt(o)))
                        .collect();
                    notes.repair(format!("{} left out: they are not for this call", rest.join(", ")));
                }
                percent |= names::key(name).percent;
                leaves.retain(|leaf| leaf.path[level] == *name);
                drop_level(leaves, levels, level);
                break;
            }
            [_, _, ..] => {
                let both: Vec<_> = chosen.iter().map(|name| format!("`{}`", excerpt(name))).collect();
                return Err(Verdict::invalid(format!(
                    "{} could both be `{}`",
                    both.join(" and "),
                    wanted[0]
                )));
            }
            _ => {}
        }
    }
    while count(levels) > wanted.len() {
        let alone = |level: &usize| {
            levels[*level] == Level::Names
                && leaves.windows(2).all(|pair| pair[0].path[*level] == pair[1].path[*level])
        };
        let Some(level) = (0..levels.len()).find(alone) else { break };
        if let Some(leaf) = leaves.first() {
            let name = &leaf.path[level];
            if let Some(why) = other_numbers(name, expected) {
                return Err(Verdict::invalid(why));
            }
            notes.repair(format!("looked inside `{}`", excerpt(name)));
            percent |= names::key(name).percent;
        }
        drop_level(leaves, levels, level);
    }
    Ok(percent)
}

/// Why numbers under a name are not those asked for, where the name says so: another metric, thousands, running totals.
fn other_numbers(name: &str, expected: &Expected) -> Option<String> {
    let shown = excerpt(name);
    if let Some(word) = names::qualifier(name) {
        return Some(format!(
            "its numbers are `{shown}`, and `{word}` makes them other numbers than were asked for"
        ));
    }
    let metric =
        names::metric(name).filter(|metric| expected.all_metrics().all(|wanted| wanted != *metric))?;
    Some(format!("its numbers are `{shown}`: `{metric}`, which was not asked for"))
}

/// Refuses parts that are called like metrics.
pub(super) fn check_parts(leaves: &[Leaf], levels: &[Level], expected: &Expected) -> Result<(), Verdict> {
    for (level, _) in levels.iter().enumerate().filter(|(_, kind)| **kind == Level::Names) {
        let odd = |name: &String| names::qualifier(name).is_some() || names::metric(name).is_some();
        if let Some(leaf) = leaves.iter().find(|leaf| !expected.is_nothing() && odd(&leaf.path[level])) {
            let name = excerpt(&leaf.path[level]);
            return Err(Verdict::invalid(format!(
                "`{name}` names numbers where a part of them was expected"
            )));
        }
    }
    Ok(())
}
