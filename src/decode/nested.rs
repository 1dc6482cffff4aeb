//! Objects within objects, and wide tables → rows: `{"Jan": {"2024": 5}}`, `{"2024-01": {"Pay in 3": 5}}`, a column a year.
//!
//! Every number is a leaf under a path of names. All names of one level are read as one thing: years, months, metrics or
//! the values of a dimension. A level that fits nothing asked for is refused, unless it has one name only and so tells
//! nothing apart.

use super::{
    Expected, Verdict,
    builder::Builder,
    grid::Grid,
    levels::{self, Level},
    months, names,
    notes::Notes,
    shape,
    verdict::excerpt,
};
use crate::domain::Dimension;
use serde_json::{Map, Value};

/// Objects within objects that are read.
const DEPTH: usize = 8;

/// One number, or the fields of one record, with the names that lead to it.
#[derive(Debug, Clone)]
pub(super) struct Leaf {
    pub(super) path: Vec<String>,
    /// Named values; the name is empty for a number alone.
    pub(super) fields: Vec<(String, Value)>,
}

/// The grid of an object of objects; `None` when it holds no number.
pub(super) fn of_object(
    object: &Map<String, Value>,
    expected: &Expected,
    notes: &mut Notes,
) -> Result<Option<Grid>, Verdict> {
    let mut leaves = Vec::new();
    walk_fields(object, &[], expected, &mut leaves, notes)?;
    let is_number = |value: &Value| match value {
        Value::Number(_) => true,
        Value::String(text) => text.bytes().any(|byte| byte.is_ascii_digit()),
        _ => false,
    };
    let nothing = leaves.iter().flat_map(|leaf| &leaf.fields).all(|(_, value)| value.is_null());
    let numbers = leaves.iter().any(|leaf| leaf.fields.iter().any(|(_, value)| is_number(value)));
    if !numbers && !nothing {
        return Ok(None);
    }
    assemble(leaves, expected, notes).map(Some)
}

/// The grid of a list of objects that hold objects.
pub(super) fn of_list(list: &[Value], expected: &Expected, notes: &mut Notes) -> Result<Grid, Verdict> {
    let mut leaves = Vec::new();
    walk(&Value::Array(list.to_vec()), &[], expected, &mut leaves, notes)?;
    assemble(leaves, expected, notes)
}

fn walk(
    value: &Value,
    path: &[String],
    expected: &Expected,
    leaves: &mut Vec<Leaf>,
    notes: &mut Notes,
) -> Result<(), Verdict> {
    if path.len() > DEPTH {
        return Err(Verdict::invalid(format!("it has more than {DEPTH} levels")));
    }
    match value {
        Value::Object(object) => walk_fields(object, path, expected, leaves, notes),
        Value::Array(list) => {
            for item in list {
                let Value::Object(record) = item else {
                    return Err(Verdict::invalid(format!("{} is a list without names", shown(path))));
                };
                walk_record(record, path, expected, leaves, notes)?;
            }
            Ok(())
        }
        _ => {
            leaves.push(Leaf { path: path.to_vec(), fields: vec![(String::new(), value.clone())] });
            Ok(())
        }
    }
}

fn walk_fields(
    object: &Map<String, Value>,
    path: &[String],
    expected: &Expected,
    leaves: &mut Vec<Leaf>,
    notes: &mut Notes,
) -> Result<(), Verdict> {
    let holds = |value: &Value| value.is_object() || value.is_array();
    let flat = !object.is_empty() && !object.values().any(holds);
    let names_metric = |name: &String| shape::is_metric(name, expected);
    if flat && (object.keys().any(names_metric) || object.keys().all(|name| names::is_unnamed_metric(name))) {
        let fields = object.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
        leaves.push(Leaf { path: path.to_vec(), fields });
        return Ok(());
    }
    for (name, value) in object {
        if object.len() > 1 && names::is_total(name) {
            notes.repair(format!("the total `{}` left out", excerpt(name)));
            continue;
        }
        let mut inner = path.to_vec();
        inner.push(name.clone());
        walk(value, &inner, expected, leaves, notes)?;
    }
    Ok(())
}

/// A record of a list: its plain fields belong to every leaf inside it.
fn walk_record(
    record: &Map<String, Value>,
    path: &[String],
    expected: &Expected,
    leaves: &mut Vec<Leaf>,
    notes: &mut Notes,
) -> Result<(), Verdict> {
    let holds = |value: &Value| value.is_object() || value.is_array();
    let (inside, plain): (Vec<_>, Vec<_>) = record.iter().partition(|(_, value)| holds(value));
    let plain: Vec<(String, Value)> =
        plain.into_iter().map(|(name, value)| (name.clone(), value.clone())).collect();
    if inside.is_empty() {
        leaves.push(Leaf { path: path.to_vec(), fields: plain });
        return Ok(());
    }
    let first = leaves.len();
    for (name, value) in &inside {
        let mut inner = path.to_vec();
        if inside.len() > 1 || shape::is_metric(name, expected) {
            inner.push((*name).clone());
        } else {
            notes.repair(format!("looked inside `{}`", excerpt(name)));
        }
        walk(value, &inner, expected, leaves, notes)?;
    }
    for leaf in &mut leaves[first..] {
        leaf.fields.splice(..0, plain.iter().cloned());
    }
    Ok(())
}

fn shown(path: &[String]) -> String {
    if path.is_empty() { "it".to_owned() } else { format!("`{}`", excerpt(&path.join(" › "))) }
}

/// Leaves → rows under columns.
pub(super) fn assemble(
    mut leaves: Vec<Leaf>,
    expected: &Expected,
    notes: &mut Notes,
) -> Result<Grid, Verdict> {
    let depth = leaves.first().map_or(0, |leaf| leaf.path.len());
    if let Some(odd) = leaves.iter().find(|leaf| leaf.path.len() != depth) {
        let first = shown(&leaves[0].path);
        return Err(Verdict::invalid(format!("its levels differ: {first} and {}", shown(&odd.path))));
    }
    let mut levels = levels::of(&leaves, depth, expected);
    let percent = levels::narrow(&mut leaves, &mut levels, expected, notes)?;
    let dimensions: Vec<&str> = expected.attributes().map(Dimension::as_str).collect();
    let named = levels.iter().filter(|level| **level == Level::Names).count();
    if !expected.is_nothing() && named > dimensions.len() || named > 1 && dimensions.len() > 1 {
        return Err(Verdict::invalid(format!(
            "it is grouped by more than was asked for: {} has {named} levels of names; say in a binding what they are",
            shown(&leaves[0].path)
        )));
    }
    levels::check_parts(&leaves, &levels, expected)?;
    let is_metric_level = levels.contains(&Level::Metric);
    let bare = bare_name(&leaves, is_metric_level, expected, notes)?;

    let mut builder = Builder::default();
    for leaf in leaves {
        let mut keys: Vec<(String, Value)> = Vec::new();
        let (mut year, mut of_year, mut metric, mut names_seen) = (None, None, None, 0);
        for (name, level) in leaf.path.into_iter().zip(&levels) {
            match level {
                Level::Year => year = Some(name),
                Level::OfYear => of_year = Some(name),
                Level::Month => keys.push(("month".into(), name.into())),
                Level::Metric => metric = Some(name),
                Level::Names => {
                    names_seen += 1;
                    let column = match dimensions.get(names_seen - 1) {
                        Some(dimension) => (*dimension).to_owned(),
                        None if names_seen == 1 => "category".to_owned(),
                        None => format!("category {names_seen}"),
                    };
                    keys.push((column, name.into()));
                }
            }
        }
        match (year, of_year) {
            (Some(year), Some(month)) => {
                let number = months::of_year(&month).unwrap_or_default();
                keys.insert(0, ("month".into(), format!("{}-{number:02}", year.trim()).into()));
                let from = format!("{} {}", year.trim(), month.trim());
                notes.repair(format!("months put together from years and months, such as `{from}`"));
            }
            (Some(year), None) => keys.insert(0, ("year".into(), year.into())),
            (None, Some(month)) => keys.insert(0, ("month".into(), month.into())),
            (None, None) => {}
        }
        // Of a record below a metric's name, the plain fields are keys; the number is the metric's.
        let mut values = Vec::new();
        for (name, value) in leaf.fields {
            match (&metric, name.is_empty()) {
                (Some(metric), true) => values.push((metric.clone(), value)),
                (Some(_), false) => keys.push((name, value)),
                (None, true) => {
                    if let Some(bare) = &bare {
                        values.push((bare.clone(), value));
                    }
                }
                (None, false) => values.push((name, value)),
            }
        }
        builder.add(keys, values, is_metric_level)?;
    }
    let mut grid = builder.finish();
    if percent {
        for column in &mut grid.columns {
            let is_value = bare.as_deref() == Some(&column.name) || names::metric(&column.name).is_some();
            if is_value {
                column.unit = Some("percent".into());
            }
        }
    }
    Ok(grid)
}

/// What a number without a name is called.
fn bare_name(
    leaves: &[Leaf],
    is_metric_level: bool,
    expected: &Expected,
    notes: &mut Notes,
) -> Result<Option<String>, Verdict> {
    let is_bare = leaves.iter().any(|leaf| leaf.fields.iter().any(|(name, _)| name.is_empty()));
    if !is_bare || is_metric_level {
        return Ok(None);
    }
    if expected.is_nothing() {
        return Ok(Some("value".into()));
    }
    if let Some(metric) = expected.unnamed() {
        notes.grave(format!("numbers without a name read as `{metric}`"));
        return Ok(Some(metric.as_str().into()));
    }
    let metrics: Vec<_> = expected.metrics.iter().map(|metric| format!("`{metric}`")).collect();
    let metrics = metrics.join(" or ");
    let message = format!("its numbers have no name; they could be {metrics}: say which in a binding");
    Err(Verdict::InvalidData(message))
}
