//! Rows that add up others: left out where they say so, refused where they may.

use super::{Verdict, cells::cell_text, grid::Grid, names, notes::Notes, roles::Role, verdict::excerpt};
use crate::domain::Metric;
use serde_json::Value;
use std::collections::HashMap;

/// Takes out rows that add up the others: those with `Total` for a month or a part.
pub(super) fn leave_out(grid: &mut Grid, roles: &[Role], notes: &mut Notes) -> Result<(), Verdict> {
    for (at, role) in roles.iter().enumerate() {
        let Role::Dimension(_) = role else { continue };
        let is_total = |row: &Vec<Value>| {
            // `all` is the contract's word; `dataset` knows it.
            row[at]
                .as_str()
                .is_some_and(|text| names::is_total(text) && !text.trim().eq_ignore_ascii_case("all"))
        };
        let totals = grid.rows.iter().filter(|row| is_total(row)).count();
        if totals == 0 {
            continue;
        }
        if totals == grid.rows.len() {
            let name = &grid.columns[at].name;
            return Err(Verdict::invalid(format!(
                "it holds nothing but totals where values of `{name}` were asked for"
            )));
        }
        let keep: Vec<bool> = grid.rows.iter().map(|row| !is_total(row)).collect();
        let word =
            grid.rows.iter().find(|row| is_total(row)).map(|row| cell_text(&row[at])).unwrap_or_default();
        notes.repair(format!("rows for `{}` left out", excerpt(&word)));
        if grid.about.base.len() == grid.rows.len() {
            let mut kept = keep.iter();
            grid.about.base.retain(|_| kept.next() == Some(&true));
        }
        let mut kept = keep.iter();
        grid.rows.retain(|_| kept.next() == Some(&true));
    }
    Ok(())
}

/// Refuses rows without a part that are the sum of all parts beside them, as `GROUP BY ROLLUP` adds them: nothing tells
/// them from a part that is not known.
pub(super) fn check_rollup(grid: &Grid, roles: &[Role]) -> Result<(), Verdict> {
    for (at, role) in roles.iter().enumerate() {
        let Role::Dimension(dimension) = role else { continue };
        let additive =
            |role: &Role| matches!(role, Role::Metric(Metric::Sales | Metric::Orders | Metric::Items));
        let Some(value) = roles.iter().position(additive).filter(|_| !dimension.is_time()) else { continue };
        let others: Vec<usize> = (0..roles.len())
            .filter(|other| *other != at && matches!(roles[*other], Role::Dimension(_)))
            .collect();
        let key = |row: &Vec<Value>| others.iter().map(|other| cell_text(&row[*other])).collect::<Vec<_>>();
        let mut sums: HashMap<Vec<String>, (usize, f64)> = HashMap::new();
        for row in grid.rows.iter().filter(|row| !cell_text(&row[at]).is_empty()) {
            let (parts, sum) = sums.entry(key(row)).or_default();
            *parts += 1;
            *sum += row[value].as_f64().unwrap_or_default();
        }
        let is_sum = |row: &Vec<Value>| {
            let number = row[value].as_f64().unwrap_or_default();
            sums.get(&key(row)).is_some_and(|(parts, sum)| {
                *parts > 1 && *sum > 0.0 && (sum - number).abs() <= 1e-9 * sum.abs()
            })
        };
        let unknown = || grid.rows.iter().enumerate().filter(|(_, row)| cell_text(&row[at]).is_empty());
        if let Some((first, _)) = unknown().next().filter(|_| unknown().all(|(_, row)| is_sum(row))) {
            return Err(Verdict::invalid(format!(
                "row {} has no `{dimension}` and adds up the others, as ROLLUP does; ask for groups without totals",
                first + 1
            )));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Dimension;
    use serde_json::json;

    fn check(rows: Value) -> Result<(), Verdict> {
        let rows = serde_json::from_value(rows).unwrap();
        let grid = Grid::new(vec!["product_type".into(), "sales".into()], rows);
        check_rollup(&grid, &[Role::Dimension(Dimension::ProductType), Role::Metric(Metric::Sales)])
    }

    #[test]
    fn the_sum_of_all_parts_is_no_part_without_a_name() {
        assert!(check(json!([["a", 40.5], ["b", 60], [null, 100.5]])).is_err());
        assert!(check(json!([["a", 40.5], ["b", 60], [null, 100]])).is_ok());
        assert!(check(json!([["a", 40], [null, 40]])).is_ok());
        assert!(check(json!([["a", 40], ["b", 60]])).is_ok());
    }
}
