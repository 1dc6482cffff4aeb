//! A [`Grid`] → the [`Table`] that was asked for: columns under the contract's names, numbers as numbers, months as
//! `YYYY-MM`. Every name that was read as another is noted; of two that could be the same, none is picked.

use super::{
    Column, Expected, Table, Verdict, categories,
    grid::Grid,
    months, names,
    nested::{self, Leaf},
    notes::Notes,
    numbers,
    verdict::excerpt,
};
use crate::domain::{Dimension, Metric};
use serde_json::Value;

/// What a column holds.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Role {
    Metric(Metric),
    Dimension(Dimension),
    /// The year of a month in another column.
    Year,
    Merchant,
    Currency,
    Other,
}

/// Fits a grid to what is expected.
///
/// # Errors
/// When a column could be two things or two columns one, or a cell is not what its column must hold.
pub(super) fn fit(mut grid: Grid, expected: &Expected, notes: &mut Notes) -> Result<Table, Verdict> {
    grid.check_names()?;
    let mut roles = roles(&grid, expected, notes)?;
    if let Some(long) = unpivoted(&grid, &roles, expected, notes)? {
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
    leave_out_totals(&mut grid, &roles, notes)?;
    for (at, role) in roles.iter().enumerate() {
        match role {
            Role::Metric(metric) => read_numbers(&mut grid, at, metric.is_money(), notes)?,
            Role::Other if is_numeric(&grid.columns[at]) => read_numbers(&mut grid, at, false, notes)?,
            Role::Dimension(Dimension::Month) => {
                let year = roles.iter().position(|role| *role == Role::Year);
                read_months(&mut grid, at, year, notes)?;
            }
            Role::Dimension(dimension) => read_names(&mut grid, at, dimension, notes)?,
            Role::Currency => read_currency(&mut grid, at)?,
            Role::Merchant => check_plain(&grid, at)?,
            Role::Other | Role::Year => flatten(&mut grid, at),
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
    Ok(Table { columns: grid.columns, rows: grid.rows, about: grid.about })
}

/// What each column holds. The contract's own names go first, then other names, then names that say little.
fn roles(grid: &Grid, expected: &Expected, notes: &mut Notes) -> Result<Vec<Role>, Verdict> {
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

/// The rows of a wide table, one a number: a column a year, a month or a part. `None` where the table is not wide.
fn unpivoted(
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

/// Whether a column has nothing but numbers, be they text, and at least one.
fn holds_numbers(grid: &Grid, at: usize) -> bool {
    let is_number = |cell: &Value| cell.is_number() || is_number_text(cell);
    let cells = || grid.rows.iter().map(|row| &row[at]).filter(|cell| !cell.is_null());
    cells().next().is_some() && cells().all(is_number)
}

fn is_number_text(cell: &Value) -> bool {
    cell.as_str().is_some_and(|text| !text.chars().any(char::is_alphabetic))
}

fn cell_text(cell: &Value) -> String {
    match cell {
        Value::String(text) => text.trim().to_owned(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// Takes out rows that add up the others: those with `Total` for a month or a part.
fn leave_out_totals(grid: &mut Grid, roles: &[Role], notes: &mut Notes) -> Result<(), Verdict> {
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

/// The word in a unit that makes the numbers under it thousands, cents or the like.
fn other_scale(unit: &str) -> Option<String> {
    let key = names::key(unit).name;
    let is_scale = |word: &&str| matches!(*word, "k" | "m" | "mn" | "bn" | "t" | "cent" | "000" | "1000");
    names::qualifier(unit).or_else(|| key.split('_').find(is_scale).map(str::to_owned))
}

/// Whether a column without a role holds numbers by its stated type, or by the contract's name.
fn is_numeric(column: &Column) -> bool {
    has_numeric_type(column) || column.name.parse::<Metric>().is_ok()
}

/// Whether a column's stated type is one of numbers.
fn has_numeric_type(column: &Column) -> bool {
    let kind = column.kind.to_ascii_lowercase();
    let stem = kind.split(['(', ' ']).next().unwrap_or_default();
    let numeric = [
        "number", "integer", "int", "bigint", "smallint", "hugeint", "int64", "int32", "float", "float64",
        "double", "real", "decimal", "numeric",
    ];
    numeric.contains(&stem)
}

fn read_numbers(grid: &mut Grid, at: usize, is_money: bool, notes: &mut Notes) -> Result<(), Verdict> {
    let column = &mut grid.columns[at];
    if let Some((unit, word)) = column.unit.as_deref().and_then(|unit| Some((unit, other_scale(unit)?))) {
        let (name, unit) = (excerpt(&column.name), excerpt(unit));
        return Err(Verdict::invalid(format!(
            "column `{name}` is in `{unit}`, and `{word}` makes it another number; ask for whole units"
        )));
    }
    let mut cells: Vec<&mut Value> = grid.rows.iter_mut().map(|row| &mut row[at]).collect();
    let written = numbers::column(&column.name, &mut cells, has_numeric_type(column), notes)?;
    let unit = &mut column.unit;
    if written.percent && unit.as_deref().is_some_and(|unit| !matches!(unit, "percent" | "%")) {
        return Err(Verdict::invalid(format!(
            "column `{}` is written with per cent signs and stated in `{}`",
            excerpt(&column.name),
            excerpt(unit.as_deref().unwrap_or_default())
        )));
    }
    if written.percent && unit.is_none() {
        *unit = Some("percent".into());
    }
    if is_money && unit.is_none() {
        *unit = written.currency;
    }
    Ok(())
}

/// Months as `YYYY-MM`; those without a year take it from the column of years.
fn read_months(grid: &mut Grid, at: usize, year: Option<usize>, notes: &mut Notes) -> Result<(), Verdict> {
    for (i, row) in grid.rows.iter_mut().enumerate() {
        let text = cell_text(&row[at]);
        if row[at].is_null() || text.is_empty() {
            return Err(Verdict::invalid(format!("row {} has no month", i + 1)));
        }
        let spelt = months::full(&text).or_else(|| {
            let year = months::year(&cell_text(&row[year?]))?;
            months::full(&format!("{year}-{:02}", months::of_year(&text)?))
        });
        let Some(spelt) = spelt else {
            let why = if months::of_year(&text).is_some() {
                "is a month without a year"
            } else if months::year(&text).is_some() {
                "is a year, where months were asked for"
            } else {
                "is not a month"
            };
            return Err(Verdict::invalid(format!("row {}: `{}` {why}", i + 1, excerpt(&text))));
        };
        if spelt.is_shifted() {
            return Err(Verdict::invalid(format!(
                "row {}: `{}` looks like the first of a month in another time zone; ask for months as text, YYYY-MM",
                i + 1,
                excerpt(&text)
            )));
        }
        let month = spelt.month.to_string();
        if text != month {
            if !notes.repairs.iter().any(|repair| repair.starts_with("months such as")) {
                notes.repair(format!("months such as `{}` read as `{month}`", excerpt(&text)));
            }
            row[at] = Value::String(month);
        }
    }
    Ok(())
}

fn read_names(grid: &mut Grid, at: usize, dimension: &Dimension, notes: &mut Notes) -> Result<(), Verdict> {
    check_plain(grid, at)?;
    let total = |row: &Vec<Value>| row[at].as_str().is_some_and(names::may_be_total);
    if let Some(row) = grid.rows.iter().position(total) {
        let name = excerpt(&cell_text(&grid.rows[row][at]));
        return Err(Verdict::invalid(format!(
            "row {}: `{name}` may be a total of other rows; ask for the values of `{dimension}` alone",
            row + 1
        )));
    }
    let mut known: Vec<String> =
        grid.rows.iter().filter_map(|row| row[at].as_str()).map(str::to_owned).collect();
    known.sort_unstable();
    known.dedup();
    let renamed: Vec<(String, String)> = known
        .iter()
        .filter_map(|value| Some((value.clone(), categories::canonical(value, dimension, &known)?)))
        .filter(|(from, to)| from != to)
        .collect();
    for (from, to) in &renamed {
        notes.alias(from, to);
    }
    for row in &mut grid.rows {
        if let Value::String(value) = &mut row[at]
            && let Some((_, to)) = renamed.iter().find(|(from, _)| from == value)
        {
            value.clone_from(to);
        }
    }
    Ok(())
}

/// The one currency of a column, for all amounts.
fn read_currency(grid: &mut Grid, at: usize) -> Result<(), Verdict> {
    flatten(grid, at);
    let mut codes: Vec<&str> = grid.rows.iter().filter_map(|row| row[at].as_str()).map(str::trim).collect();
    codes.retain(|code| !code.is_empty());
    codes.sort_unstable();
    codes.dedup();
    match codes[..] {
        [] => {}
        [code] if grid.about.currency.is_none() => grid.about.currency = Some(code.to_owned()),
        [code] if grid.about.currency.as_deref() == Some(code) => {}
        _ => {
            let all = codes.join(", ");
            return Err(Verdict::invalid(format!("amounts come in several currencies: {}", excerpt(&all))));
        }
    }
    Ok(())
}

/// Refuses lists, objects and truth values where a name is wanted.
fn check_plain(grid: &Grid, at: usize) -> Result<(), Verdict> {
    let odd = |cell: &Value| matches!(cell, Value::Bool(_) | Value::Array(_) | Value::Object(_));
    match grid.rows.iter().position(|row| odd(&row[at])) {
        Some(row) => {
            let (name, cell) = (excerpt(&grid.columns[at].name), excerpt(&grid.rows[row][at].to_string()));
            Err(Verdict::invalid(format!(
                "row {}, column `{name}`: {cell} is not a number or a text",
                row + 1
            )))
        }
        None => Ok(()),
    }
}

/// Whatever nobody asked for is kept as text.
fn flatten(grid: &mut Grid, at: usize) {
    for row in &mut grid.rows {
        if matches!(row[at], Value::Bool(_) | Value::Array(_) | Value::Object(_)) {
            row[at] = Value::String(row[at].to_string());
        }
    }
}
