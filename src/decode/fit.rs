//! A [`Grid`] → the [`Table`] that was asked for: columns under the contract's names, numbers as numbers, months as
//! `YYYY-MM`. Every name that was read as another is noted; of two that could be the same, none is picked.

use super::{
    Expected, Table, Verdict,
    cells::{self, is_numeric},
    grid::Grid,
    names,
    notes::Notes,
    roles::{Role, roles},
    totals, wide,
};
use crate::domain::Dimension;

/// Fits a grid to what is expected.
///
/// # Errors
/// When a column could be two things or two columns one, or a cell is not what its column must hold.
pub(super) fn fit(mut grid: Grid, expected: &Expected, notes: &mut Notes) -> Result<Table, Verdict> {
    grid.check_names()?;
    let mut roles = roles(&grid, expected, notes)?;
    if let Some(long) = wide::unpivoted(&grid, &roles, expected, notes)? {
        let about = std::mem::take(&mut grid.about);
        grid = Grid { about, ..long };
        roles = self::roles(&grid, expected, notes)?;
    }
    for (column, role) in grid.columns.iter_mut().zip(&roles) {
        let name = match role {
            Role::Metric(metric) => metric.as_str(),
            Role::Dimension(dimension) => dimension.as_str(),
            Role::Merchant => "merchant",
            Role::Year | Role::Currency | Role::Other => continue,
        };
        let key = names::key(&column.name);
        if matches!(role, Role::Metric(_)) {
            let stated = key.percent.then_some("percent").or(key.currency);
            column.unit = column.unit.take().or(stated.map(str::to_owned));
        }
        if column.name != name {
            if matches!(role, Role::Metric(_)) {
                notes.alias_of_numbers(&column.name, name);
            } else {
                notes.alias(&column.name, name);
            }
            name.clone_into(&mut column.name);
        }
    }
    grid.check_names()?;
    totals::leave_out(&mut grid, &roles, notes)?;
    for (at, role) in roles.iter().enumerate() {
        match role {
            Role::Metric(metric) => cells::read_numbers(&mut grid, at, metric.is_money(), notes)?,
            Role::Other if is_numeric(&grid.columns[at]) => cells::read_numbers(&mut grid, at, false, notes)?,
            Role::Dimension(Dimension::Month) => {
                let year = roles.iter().position(|role| *role == Role::Year);
                cells::read_months(&mut grid, at, year, notes)?;
            }
            Role::Dimension(dimension) => cells::read_names(&mut grid, at, dimension, notes)?,
            Role::Currency => cells::read_currency(&mut grid, at)?,
            Role::Merchant => cells::check_plain(&grid, at)?,
            Role::Other | Role::Year => cells::flatten(&mut grid, at),
        }
        let column = &mut grid.columns[at];
        let told = matches!(column.kind.as_str(), "string" | "number" | "date");
        column.kind = match role {
            Role::Metric(_) => "number".into(),
            _ if told => continue,
            Role::Dimension(dimension) if dimension.is_time() => "date".into(),
            Role::Other if is_numeric(column) => "number".into(),
            _ => "string".into(),
        };
    }
    totals::check_rollup(&grid, &roles)?;
    Ok(Table { columns: grid.columns, rows: grid.rows, about: grid.about })
}
