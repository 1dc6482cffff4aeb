//! Small numbers of people are not shown. Every rule here ends with no cell below the threshold and none that can be
//! found by subtracting what is shown from a total.
//!
//! A cell alone is never hidden: it is put together with another, or everything that would give it away goes too.

use super::{
    Refusal, Thresholds,
    grid::{Grid, Group},
    names,
};
use crate::domain::{Metric, Unit};

/// Months withheld for small cells may be this part of all months; beyond it the smallest parts are put together.
const WITHHELD_AT_MOST: usize = 4;

/// Per cents below which a cell is put together with another where no counts are given.
const MIN_PERCENT: u64 = 5;

/// What stands behind the cells of a grid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Behind {
    /// Orders or people, by part and position.
    Counts(Vec<Vec<u64>>),
    /// Nothing but per cents, by part.
    PercentOnly(Vec<u64>),
}

/// Finds the counts behind the cells: the people or orders given, else the base stated beside the values.
pub(super) fn behind(grid: &Grid) -> Option<Behind> {
    let counted = [Metric::Users, Metric::Orders]
        .into_iter()
        .filter_map(|metric| grid.metric(metric))
        .find(|&metric| grid.metrics[metric].1 == Unit::Count);
    if let Some(metric) = counted {
        let whole = |value: &Option<f64>| value.map_or(0, |value| value.round() as u64);
        let counts = grid.parts.iter().map(|part| part.values[metric].iter().map(whole).collect());
        return Some(Behind::Counts(counts.collect()));
    }
    if grid.parts.iter().any(|part| part.base.iter().any(Option::is_some)) {
        let counts = grid.parts.iter().map(|part| part.base.iter().map(|base| base.unwrap_or(0)).collect());
        return Some(Behind::Counts(counts.collect()));
    }
    let percent = grid.metrics.first().is_some_and(|(_, unit)| *unit == Unit::Percent) && grid.positions == 1;
    let share = |part: &super::grid::PartCells| part.values[0][0].map_or(0, |value| value.floor() as u64);
    percent.then(|| Behind::PercentOnly(grid.parts.iter().map(share).collect()))
}

/// Puts small parts of a whole together; also gives the base where it is known. Parts without anybody are left out.
pub(super) fn whole(
    grid: &Grid,
    ordered: bool,
    thresholds: &Thresholds,
) -> Result<(Grid, Option<u64>), Refusal> {
    let (counts, least, base) = match behind(grid) {
        None => {
            return Err(Refusal::no_data("no count stands behind the groups, so small ones cannot be told"));
        }
        Some(Behind::PercentOnly(shares)) => (shares, MIN_PERCENT, None),
        Some(Behind::Counts(counts)) => {
            let counts: Vec<u64> = counts.iter().map(|cells| cells.iter().sum()).collect();
            let base = counts.iter().sum();
            if base < thresholds.min_base {
                return Err(Refusal::no_data(format!("fewer than {} stand behind it", thresholds.min_base)));
            }
            (counts, thresholds.min_cell, Some(base))
        }
    };
    let names: Vec<_> = grid.parts.iter().map(|part| part.name.clone()).collect();
    let groups = if ordered { bands(&names, &counts, least) } else { pooled(&names, &counts, least) };
    if groups.len() < 2 {
        return Err(Refusal::no_data(format!("no two groups reach {least}")));
    }
    Ok((grid.merged(&groups), base))
}

/// Small cells of parts over months; gives the positions of the months withheld.
///
/// A part that is small over the whole history is put into `Other`. A month in which any cell is still small, or holds
/// an amount without an order behind it (one person's refund), is withheld for every part, because a single hidden cell
/// could be found from the month's total; where that would take more than a quarter of the months, the two smallest
/// parts are put together first.
pub(super) fn over_months(grid: &Grid, thresholds: &Thresholds) -> Result<(Grid, Vec<usize>), Refusal> {
    let (mut grid, _) = whole(grid, false, thresholds)?;
    loop {
        let Some(Behind::Counts(counts)) = behind(&grid) else {
            return Err(Refusal::no_data("no count stands behind the groups, so small ones cannot be told"));
        };
        let has_data = (0..grid.positions).filter(|&position| grid.has_data_at(position)).count();
        let is_small = |part: usize, position: usize| {
            let holds = |column: &Vec<Option<f64>>| column[position].is_some_and(|value| value != 0.0);
            counts[part][position] < thresholds.min_cell && grid.parts[part].values.iter().any(holds)
        };
        let withheld: Vec<usize> = (0..grid.positions)
            .filter(|&position| (0..grid.parts.len()).any(|part| is_small(part, position)))
            .collect();
        if withheld.len() * WITHHELD_AT_MOST > has_data && grid.parts.len() > 2 {
            let totals: Vec<u64> = counts.iter().map(|cells| cells.iter().sum()).collect();
            grid = grid.merged(&two_smallest_pooled(&grid, &totals));
            continue;
        }
        if withheld.len() >= has_data {
            return Err(Refusal::no_data("every month has a group that is too small to be shown"));
        }
        for part in &mut grid.parts {
            for &position in &withheld {
                part.values.iter_mut().for_each(|column| column[position] = None);
            }
        }
        return Ok((grid, withheld));
    }
}

fn two_smallest_pooled(grid: &Grid, totals: &[u64]) -> Vec<Group> {
    let mut by_size: Vec<usize> = (0..totals.len()).collect();
    by_size.sort_by_key(|&part| (grid.parts[part].name != names::OTHER, totals[part], part));
    let (pool, rest) = by_size.split_at(2);
    with_pool(&grid.parts.iter().map(|part| part.name.clone()).collect::<Vec<_>>(), rest, pool)
}

/// Unordered cells: the small ones together as `Other`, with the next smallest until at least two are together and
/// the sum is large enough.
fn pooled(names: &[String], counts: &[u64], least: u64) -> Vec<Group> {
    let mut by_size: Vec<usize> = (0..names.len()).filter(|&i| counts[i] > 0).collect();
    // An existing `Other` is the first to take in more, so that there is never a second one.
    by_size.sort_by_key(|&i| (names[i] != names::OTHER, counts[i], i));
    let mut pool: Vec<usize> = by_size.iter().copied().filter(|&i| counts[i] < least).collect();
    if !pool.is_empty() {
        pool.extend(by_size.iter().copied().filter(|&i| counts[i] >= least && names[i] == names::OTHER));
        while pool.len() < 2 || pool.iter().map(|&i| counts[i]).sum::<u64>() < least {
            match by_size.iter().find(|i| !pool.contains(i)) {
                Some(&next) => pool.push(next),
                None => break,
            }
        }
    }
    let rest: Vec<usize> = by_size.into_iter().filter(|i| !pool.contains(i)).collect();
    with_pool(names, &rest, &pool)
}

fn with_pool(names: &[String], rest: &[usize], pool: &[usize]) -> Vec<Group> {
    let mut rest = rest.to_vec();
    rest.sort_unstable();
    let mut groups: Vec<_> =
        rest.iter().map(|&i| Group { name: names[i].clone(), members: vec![i] }).collect();
    if !pool.is_empty() {
        groups.push(Group { name: names::OTHER.into(), members: pool.to_vec() });
    }
    groups
}

/// Ordered bands: a small one joins its smaller neighbour until none is small. Those whose band is not stated, if
/// they are few, join the smallest band as `Other`.
fn bands(names: &[String], counts: &[u64], least: u64) -> Vec<Group> {
    let is_band = |i: &usize| names[*i] != names::NOT_STATED && names[*i] != names::OTHER;
    let present = (0..names.len()).filter(|&i| counts[i] > 0);
    let (mut order, mut rest): (Vec<usize>, Vec<usize>) = present.partition(is_band);
    order.sort_by(|&a, &b| names::order(&names[a], &names[b]));
    let size = |members: &[usize]| members.iter().map(|&i| counts[i]).sum::<u64>();
    let mut bands: Vec<Vec<usize>> = order.iter().map(|&i| vec![i]).collect();
    while bands.len() > 1 {
        let Some(at) = (0..bands.len()).filter(|&i| size(&bands[i]) < least).min_by_key(|&i| size(&bands[i]))
        else {
            break;
        };
        let sizes = |i: Option<usize>| i.and_then(|i| bands.get(i)).map(|band| size(band));
        let joins_earlier = match (sizes(at.checked_sub(1)), sizes(Some(at + 1))) {
            (Some(before), Some(after)) => before <= after,
            (before, _) => before.is_some(),
        };
        let first = if joins_earlier { at - 1 } else { at };
        let second = bands.remove(first + 1);
        bands[first].extend(second);
    }
    let mut other = Vec::new();
    let few = |members: &[usize]| !members.is_empty() && size(members) < least;
    if few(&rest) || rest.iter().any(|&i| counts[i] < least) || bands.iter().any(|band| few(band)) {
        other.append(&mut rest);
        if let Some(smallest) = (0..bands.len()).min_by_key(|&i| size(&bands[i])) {
            other.extend(bands.remove(smallest));
        }
    }
    let name = |band: &[usize]| match band {
        [only] => names[*only].clone(),
        [from, .., to] => names::joined_band(&names[*from], &names[*to]),
        [] => String::new(),
    };
    let mut groups: Vec<_> =
        bands.into_iter().map(|band| Group { name: name(&band), members: band }).collect();
    groups.extend(rest.into_iter().map(|i| Group { name: names[i].clone(), members: vec![i] }));
    if !other.is_empty() {
        groups.push(Group { name: names::OTHER.into(), members: other });
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn names(n: usize) -> Vec<String> {
        (0..n).map(|i| format!("{}\u{2013}{}", i * 10, i * 10 + 9)).collect()
    }

    /// Every part of the table is shown once, and no shown cell is small unless nothing else is left to join.
    fn holds(groups: &[Group], counts: &[u64], least: u64) {
        let mut shown: Vec<usize> = groups.iter().flat_map(|group| group.members.clone()).collect();
        shown.sort_unstable();
        let people: Vec<usize> = (0..counts.len()).filter(|&i| counts[i] > 0).collect();
        assert_eq!(shown, people, "{groups:?}");
        if groups.len() > 1 {
            for group in groups {
                let size: u64 = group.members.iter().map(|&i| counts[i]).sum();
                assert!(size >= least, "{group:?} holds {size}");
            }
        }
        // A small cell is recoverable by subtraction exactly when it is the only one of its group.
        for group in groups.iter().filter(|_| groups.len() > 1) {
            assert!(group.members.len() > 1 || counts[group.members[0]] >= least);
        }
    }

    proptest! {
        #[test]
        fn no_group_is_small_or_recoverable(counts in prop::collection::vec(0u64..60, 1..8), least in 5u64..15) {
            let names = names(counts.len());
            holds(&pooled(&names, &counts, least), &counts, least);
            holds(&bands(&names, &counts, least), &counts, least);
            let mut with_rest = names.clone();
            *with_rest.last_mut().unwrap() = names::NOT_STATED.into();
            holds(&bands(&with_rest, &counts, least), &counts, least);
            *with_rest.first_mut().unwrap() = names::OTHER.into();
            holds(&pooled(&with_rest, &counts, least), &counts, least);
            holds(&bands(&with_rest, &counts, least), &counts, least);
        }
    }

    #[test]
    fn one_small_cell_takes_the_next_smallest_with_it() {
        let names = ["Credit", "Debit", "Prepaid", "Gift"].map(str::to_owned);
        let groups = pooled(&names, &[400, 300, 4, 60], 10);
        let shown: Vec<_> = groups.iter().map(|group| group.name.as_str()).collect();
        assert_eq!(shown, ["Credit", "Debit", "Other"]);
        assert_eq!(groups[2].members, [2, 3]);
    }

    #[test]
    fn a_small_band_joins_its_smaller_neighbour() {
        let names = ["18–24", "25–34", "35–44", "45–54", "55–64"].map(str::to_owned);
        let groups = bands(&names, &[40, 300, 200, 30, 4], 10);
        let shown: Vec<_> = groups.iter().map(|group| group.name.as_str()).collect();
        assert_eq!(shown, ["18–24", "25–34", "35–44", "45–64"]);
    }
}
