//! What each column of a grid holds, by its name: metrics, dimensions, years, the merchant.
//!
//! Of two columns that could be the same, none is picked.

use super::{Expected, Verdict, cells::holds_numbers, grid::Grid, names, notes::Notes, verdict::excerpt};
use crate::domain::{Dimension, Metric};

/// What a column holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Role {
    Metric(Metric),
    Dimension(Dimension),
    /// The year of a month in another column.
    Year,
    Merchant,
    Currency,
    Other,
}

/// What each column holds. The contract's own names go first, then other names, then names that say little.
pub(super) fn roles(grid: &Grid, expected: &Expected, notes: &mut Notes) -> Result<Vec<Role>, Verdict> {
    let mut roles = vec![Role::Other; grid.columns.len()];
    let name = |at: usize| grid.columns[at].name.as_str();
    let free =
        |roles: &[Role]| -> Vec<usize> { (0..roles.len()).filter(|at| roles[*at] == Role::Other).collect() };
    let at_name = |wanted: &str| grid.columns.iter().position(|column| column.name == wanted);
    for metric in expected.all_metrics() {
        if let Some(at) = at_name(metric.as_str()) {
            roles[at] = Role::Metric(metric);
        }
    }
    for dimension in &expected.group_by {
        if let Some(at) = at_name(dimension.as_str()) {
            roles[at] = Role::Dimension(dimension.clone());
        }
    }
    let merchants = (0..grid.columns.len()).filter(|at| names::merchant(name(*at)).is_some());
    if let Some(at) = merchants.min_by_key(|at| names::merchant(name(*at))) {
        roles[at] = Role::Merchant;
    }
    let currency = |at: &usize| matches!(names::key(name(*at)).name.as_str(), "currency" | "currency_code");
    if let Some(at) = free(&roles).into_iter().find(currency) {
        roles[at] = Role::Currency;
    }
    for dimension in &expected.group_by {
        if roles.contains(&Role::Dimension(dimension.clone())) {
            continue;
        }
        let fits = |at: &usize| names::dimension(name(*at)).as_ref() == Some(dimension);
        let found: Vec<usize> = free(&roles).into_iter().filter(fits).collect();
        if let Some(at) = only(&found, dimension.as_str(), &name)? {
            roles[at] = Role::Dimension(dimension.clone());
        }
    }
    let missing: Vec<&Dimension> =
        expected.attributes().filter(|d| !roles.contains(&Role::Dimension((*d).clone()))).collect();
    if let [dimension] = missing[..] {
        let found: Vec<usize> =
            free(&roles).into_iter().filter(|at| names::is_unnamed_group(name(*at))).collect();
        if let Some(at) = only(&found, dimension.as_str(), &name)? {
            roles[at] = Role::Dimension(dimension.clone());
        }
    }
    if expected.by_month() && !expected.group_by.contains(&Dimension::Year) {
        let is_year = |at: &usize| names::dimension(name(*at)) == Some(Dimension::Year);
        if let Some(at) = free(&roles).into_iter().find(is_year) {
            roles[at] = Role::Year;
        }
    }
    for metric in expected.all_metrics() {
        if roles.contains(&Role::Metric(metric)) {
            continue;
        }
        let found = free(&roles).into_iter().filter(|at| names::metric(name(*at)) == Some(metric));
        if let Some(at) = counts_first(found, &name, notes, metric.as_str())? {
            roles[at] = Role::Metric(metric);
        }
    }
    let any_metric = roles.iter().any(|role| matches!(role, Role::Metric(_)));
    let (found, rest): (Vec<usize>, Vec<usize>) =
        free(&roles).into_iter().partition(|at| names::is_unnamed_metric(name(*at)));
    if any_metric {
        for at in found.into_iter().filter(|at| names::key(name(*at)).percent) {
            notes.repair(format!("`{}` left out: counts are there", excerpt(name(at))));
        }
    } else if !expected.is_nothing() && !rest.iter().any(|at| holds_numbers(grid, *at)) {
        // Beside other numbers, `total` may be their sum.
        match (expected.unnamed(), found.is_empty()) {
            (_, true) => {}
            (Some(metric), false) => {
                if let Some(at) = counts_first(found.into_iter(), &name, notes, metric.as_str())? {
                    roles[at] = Role::Metric(metric);
                }
            }
            (None, false) => {
                let metrics: Vec<_> = expected.metrics.iter().map(|metric| format!("`{metric}`")).collect();
                let (column, metrics) = (excerpt(name(found[0])), metrics.join(" or "));
                return Err(Verdict::invalid(format!(
                    "column `{column}` could be {metrics}: say which in a binding"
                )));
            }
        }
    }
    Ok(roles)
}

/// The one column that fits a name.
fn only<'a>(
    found: &[usize],
    wanted: &str,
    name: &impl Fn(usize) -> &'a str,
) -> Result<Option<usize>, Verdict> {
    match found {
        [] => Ok(None),
        [at] => Ok(Some(*at)),
        [a, b, ..] => {
            let (a, b) = (excerpt(name(*a)), excerpt(name(*b)));
            Err(Verdict::invalid(format!(
                "columns `{a}` and `{b}` could both be `{wanted}`: say which in a binding"
            )))
        }
    }
}

/// The one column of counts that fits a name; a column of per cents only where there are no counts.
fn counts_first<'a>(
    found: impl Iterator<Item = usize>,
    name: &impl Fn(usize) -> &'a str,
    notes: &mut Notes,
    wanted: &str,
) -> Result<Option<usize>, Verdict> {
    let (percents, counts): (Vec<usize>, Vec<usize>) = found.partition(|at| names::key(name(*at)).percent);
    if let Some(at) = only(&counts, wanted, name)? {
        for at in percents {
            notes.repair(format!("`{}` left out: counts are there", excerpt(name(at))));
        }
        return Ok(Some(at));
    }
    only(&percents, wanted, name)
}
