//! Tables with a column for each year, month or part → grids with a row for each number.

use super::{
    Expected, Verdict,
    cells::{cell_text, holds_numbers},
    grid::Grid,
    months, names,
    nested::{self, Leaf},
    notes::Notes,
    roles::Role,
    verdict::excerpt,
};
use crate::domain::Dimension;

/// The rows of a wide table, one a number: a column a year, a month or a part. `None` where the table is not wide.
pub(super) fn unpivoted(
    grid: &Grid,
    roles: &[Role],
    expected: &Expected,
    notes: &mut Notes,
) -> Result<Option<Grid>, Verdict> {
    if expected.is_nothing() || roles.iter().any(|role| matches!(role, Role::Metric(_))) {
        return Ok(None);
    }
    let name = |at: usize| grid.columns[at].name.as_str();
    let wide: Vec<usize> =
        (0..roles.len()).filter(|at| roles[*at] == Role::Other && !names::is_total(name(*at))).collect();
    let all = |fits: &dyn Fn(&str) -> bool| !wide.is_empty() && wide.iter().all(|at| fits(name(*at)));
    let has = |dimension: &Dimension| roles.contains(&Role::Dimension(dimension.clone()));
    let times = all(&|name| months::year(name).is_some())
        || all(&|name| months::full(name).is_some())
        || all(&|name| months::of_year(name).is_some() && name.parse::<u8>().is_err());
    let groups = {
        let missing = expected.attributes().filter(|dimension| !has(dimension)).count();
        let others_there = expected.group_by.iter().filter(|d| has(d)).count() + 1 == expected.group_by.len();
        // A column under the name of another metric or dimension is no part.
        let is_part =
            |at: &usize| names::metric(name(*at)).is_none() && names::dimension(name(*at)).is_none();
        let parts = || wide.iter().all(|at| is_part(at) && holds_numbers(grid, *at));
        missing == 1 && others_there && wide.len() > 1 && parts()
    };
    if !(expected.by_month() && times || groups) {
        return Ok(None);
    }
    for at in (0..roles.len()).filter(|at| roles[*at] == Role::Other && names::is_total(name(*at))) {
        notes.repair(format!("the total `{}` left out", excerpt(name(at))));
    }
    if times {
        notes.repair("columns of years or months turned into rows");
    } else {
        let parts: Vec<_> = wide.iter().map(|at| format!("`{}`", excerpt(name(*at)))).collect();
        notes.grave(format!("columns turned into rows, a part each: {}", parts.join(", ")));
    }
    let kept: Vec<usize> = (0..roles.len()).filter(|at| !matches!(roles[*at], Role::Other)).collect();
    // A month without its year becomes a level beside the years.
    let month = roles.iter().position(|role| *role == Role::Dimension(Dimension::Month)).filter(|_| times);
    let mut leaves = Vec::with_capacity(grid.rows.len() * wide.len());
    for row in &grid.rows {
        for &at in &wide {
            let mut path = vec![name(at).to_owned()];
            if let Some(month) = month {
                let text = cell_text(&row[month]);
                if names::is_total(&text) {
                    continue;
                }
                path.push(text);
            } else if let Some(year) = roles.iter().position(|role| *role == Role::Year).filter(|_| times) {
                path.push(cell_text(&row[year]));
            }
            let fields =
                kept.iter().filter(|at| Some(**at) != month && !(times && roles[**at] == Role::Year));
            let mut fields: Vec<_> = fields.map(|at| (name(*at).to_owned(), row[*at].clone())).collect();
            fields.push((String::new(), row[at].clone()));
            leaves.push(Leaf { path, fields });
        }
    }
    nested::assemble(leaves, expected, notes).map(Some)
}
