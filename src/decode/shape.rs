//! A value → a [`Grid`]: envelopes are opened, and the shape inside them is recognised.
//!
//! Envelopes are strings that hold JSON, lists of text blocks, and objects around the data. What the outer ones say of
//! themselves counts for the data inside.

use super::{
    About, Expected, Verdict, about, grid::Grid, names, nested, notes::Notes, stated, text, verdict::excerpt,
};
use serde_json::{Map, Value};

/// Names under which servers put the data, besides `columns` and `rows`.
const WRAPPERS: &[&str] = &[
    "result",
    "results",
    "data",
    "rows",
    "items",
    "records",
    "structured_data",
    "structuredContent",
    "response",
    "output",
    "values",
];

/// Names of the list of columns, and of the list of rows beside it.
const HEADERS: &[&str] = &["columns", "fields", "headers", "column_names"];
const BODIES: &[&str] = &["rows", "data", "records", "values"];

/// Names of what stands beside the data and is none of it.
const BESIDE: &[&str] = &[
    "merchant",
    "merchant_id",
    "merchant_name",
    "merchant_token",
    "currency",
    "source",
    "as_of",
    "data_from",
    "complete_through",
    "truncated",
    "warnings",
    "warning",
    "base",
    "overlaps",
    "paragraph",
    "note",
    "notes",
    "message",
    "summary",
    "description",
    "title",
    "disclaimer",
    "insights",
    "analysis",
    "comment",
    "_comment",
    "request",
    "query",
    "sql",
    "status",
    "success",
    "ok",
    "error",
    "errors",
    "rowCount",
    "row_count",
    "total_rows",
    "start_date",
    "end_date",
    "from",
    "to",
    "unit",
    "request_id",
    "chart_type",
];

/// Which of them hold prose.
const PROSE: &[&str] = &[
    "paragraph",
    "note",
    "notes",
    "message",
    "summary",
    "description",
    "disclaimer",
    "insights",
    "analysis",
    "comment",
    "_comment",
    "warning",
    "title",
    "_note",
];

/// How deep envelopes are opened, and how often a text in them is read.
#[derive(Clone, Copy)]
pub(super) struct Budget {
    pub(super) levels: u8,
    pub(super) texts: u8,
}

impl Default for Budget {
    fn default() -> Self {
        Self { levels: 12, texts: 3 }
    }
}

/// The grid that a value holds; `None` when it holds none.
///
/// # Errors
/// When the value says that it is an error or incomplete, or holds a table that cannot be used.
pub(super) fn recognise(
    value: &Value,
    expected: &Expected,
    left: Budget,
    notes: &mut Notes,
) -> Result<Option<Grid>, Verdict> {
    let Some(levels) = left.levels.checked_sub(1) else {
        return Err(Verdict::NotATable("its wrappers are nested too deep".into()));
    };
    let left = Budget { levels, ..left };
    match value {
        Value::Null => Ok(Some(empty(expected))),
        Value::String(words) => {
            let Some(texts) = left.texts.checked_sub(1) else {
                notes.say(words);
                return Ok(None);
            };
            match text::read(words, notes)? {
                Some(value) => recognise(&value, expected, Budget { texts, ..left }, notes),
                None => Ok(None),
            }
        }
        Value::Array(list) => self::list(list, expected, left, notes),
        Value::Object(object) => self::object(object, expected, left, notes),
        Value::Bool(_) => Ok(None),
        Value::Number(_) => Ok(scalar(value, expected)),
    }
}

/// The grid of several text blocks: one row a block where each is an object, else one text.
pub(super) fn recognise_blocks(
    blocks: &[&str],
    expected: &Expected,
    left: Budget,
    notes: &mut Notes,
) -> Result<Option<Grid>, Verdict> {
    let object = |block: &&str| serde_json::from_str::<Map<String, Value>>(block.trim()).ok();
    if blocks.len() > 1
        && let Some(rows) = blocks.iter().map(object).collect::<Option<Vec<_>>>()
    {
        if let Some(failure) = rows.iter().find_map(stated::failure) {
            return Err(failure);
        }
        notes.repair("one text block a row");
        let rows: Vec<Value> = rows.into_iter().map(Value::Object).collect();
        return recognise(&Value::Array(rows), expected, left, notes);
    }
    match blocks {
        [only] => recognise(&Value::from(*only), expected, left, notes),
        _ => recognise(&Value::from(blocks.join("\n")), expected, left, notes),
    }
}

/// An answer without rows, under the names that were asked for.
fn empty(expected: &Expected) -> Grid {
    let dimensions = expected.group_by.iter().map(|dimension| dimension.as_str().to_owned());
    let metrics = expected.all_metrics().map(|metric| metric.as_str().to_owned());
    Grid::new(dimensions.chain(metrics).collect(), Vec::new())
}

/// One number: the only metric asked for, of everything.
fn scalar(value: &Value, expected: &Expected) -> Option<Grid> {
    let name = match expected.unnamed() {
        Some(metric) => metric.as_str().to_owned(),
        None if expected.is_nothing() => "value".into(),
        None => return None,
    };
    expected.group_by.is_empty().then(|| Grid::new(vec![name], vec![vec![value.clone()]]))
}

fn list(
    list: &[Value],
    expected: &Expected,
    left: Budget,
    notes: &mut Notes,
) -> Result<Option<Grid>, Verdict> {
    let block = |value: &Value| -> Option<String> {
        let is_text = value.get("type").and_then(Value::as_str) == Some("text");
        value.get("text").and_then(Value::as_str).filter(|_| is_text).map(str::to_owned)
    };
    if let Some(blocks) =
        list.iter().map(block).collect::<Option<Vec<String>>>().filter(|list| !list.is_empty())
    {
        let blocks: Vec<&str> = blocks.iter().map(String::as_str).collect();
        return recognise_blocks(&blocks, expected, left, notes);
    }
    match list {
        [] => Ok(Some(empty(expected))),
        [only] if only.is_number() => Ok(scalar(only, expected)),
        // Rows as texts, one JSON object each.
        _ if list.iter().all(Value::is_string) && left.texts > 0 => {
            let texts: Vec<&str> = list.iter().filter_map(Value::as_str).collect();
            let left = Budget { texts: left.texts - 1, ..left };
            recognise_blocks(&texts, expected, left, notes)
        }
        _ if list.iter().all(Value::is_object) => {
            let records = || list.iter().filter_map(Value::as_object);
            if let [Value::Object(only)] = list
                && let Some(failure) = stated::failure(only)
            {
                return Err(failure);
            }
            let is_flat =
                records().flat_map(Map::values).all(|value| !value.is_object() && !value.is_array());
            if is_flat {
                return Ok(Some(Grid::of_records(records())));
            }
            nested::of_list(list, expected, notes).map(Some)
        }
        [Value::Array(names), rows @ ..] if list.iter().all(Value::is_array) => {
            if !names.is_empty() && names.iter().all(Value::is_string) {
                notes.repair("the first row read as the names of the columns");
                return Grid::of_columns(names, None, rows).map(Some);
            }
            Err(Verdict::invalid("its rows have no names for their columns; ask for rows with names"))
        }
        _ => Ok(None),
    }
}

fn object(
    object: &Map<String, Value>,
    expected: &Expected,
    left: Budget,
    notes: &mut Notes,
) -> Result<Option<Grid>, Verdict> {
    if let Some(grid) = columnar(object) {
        return Ok(Some(grid));
    }
    if let Some(failure) = stated::failure(object) {
        return Err(failure);
    }
    let about = read_about(object, notes)?;
    let header = HEADERS.iter().find_map(|name| object.get(*name)?.as_array());
    let body = BODIES.iter().find_map(|name| object.get(*name)?.as_array());
    if let (Some(columns), Some(rows)) = (header, body) {
        if let Some(cut) = stated::truncation(object, Some(rows.len())) {
            return Err(cut);
        }
        let types = object.get("columnTypes").or_else(|| object.get("column_types"));
        let grid = Grid::of_columns(columns, types, rows)?;
        return Ok(Some(Grid { about, ..grid }));
    }
    if object.contains_key("columns") && object.contains_key("rows") {
        let wrong = if header.is_none() { "columns" } else { "rows" };
        return Err(Verdict::invalid(format!("its {wrong} are not a list")));
    }
    let inside = opened(object, expected, left, notes)?;
    let rows = inside.as_ref().map(|grid| grid.rows.len());
    if let Some(cut) = stated::truncation(object, rows) {
        return Err(cut);
    }
    inside.map(|grid| within(grid, about)).transpose()
}

/// The data inside an object that is no table itself.
fn opened(
    object: &Map<String, Value>,
    expected: &Expected,
    left: Budget,
    notes: &mut Notes,
) -> Result<Option<Grid>, Verdict> {
    let holds = |value: &Value| value.is_object() || value.is_array();
    let named = |wanted: fn(&Value) -> bool| -> Vec<&str> {
        WRAPPERS.iter().copied().filter(|name| object.get(*name).is_some_and(wanted)).collect()
    };
    let mut wrapped = named(|value| value.is_object() || value.is_array());
    if wrapped.is_empty() {
        wrapped = named(Value::is_string);
    }
    match wrapped[..] {
        [] => {}
        [name] => return recognise(&object[name], expected, left, notes),
        [first, second, ..] => {
            return Err(Verdict::invalid(format!("it holds data as `{first}` and as `{second}`")));
        }
    }
    if let Some(value) = object.get("result").filter(|_| object.len() == 1) {
        return recognise(value, expected, left, notes);
    }
    let is_record = !object.values().any(holds) && object.keys().any(|name| is_metric(name, expected));
    if is_record {
        return Ok(Some(Grid::of_records(std::iter::once(object))));
    }
    let data: Map<String, Value> = object
        .iter()
        .filter(|(name, value)| !(BESIDE.contains(&name.as_str()) && !value.is_object()))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    let mut fields = data.iter();
    match (fields.next(), fields.next()) {
        (None, _) => Ok(object.is_empty().then(|| empty(expected))),
        (Some((name, value @ Value::Array(_))), None) => {
            notes.repair(format!("looked inside `{}`", excerpt(name)));
            recognise(value, expected, left, notes)
        }
        _ => nested::of_object(&data, expected, notes),
    }
}

/// Whether a name means a metric that may be there.
pub(super) fn is_metric(name: &str, expected: &Expected) -> bool {
    let known = names::metric(name);
    known.is_some_and(|metric| expected.is_nothing() || expected.all_metrics().any(|wanted| wanted == metric))
}

/// A grid whose columns are lists: `{"month": […], "sales": […]}`, or the same with `"0"`, `"1"` … for places.
fn columnar(object: &Map<String, Value>) -> Option<Grid> {
    if ["columns", "rows", "warnings", "errors"].iter().any(|name| object.contains_key(*name)) {
        return None;
    }
    let flat = |list: &[Value]| !list.iter().any(|value| value.is_array() || value.is_object());
    let cells = |value: &Value| -> Option<Vec<Value>> {
        match value {
            Value::Array(list) => flat(list).then(|| list.clone()),
            Value::Object(places) => {
                let in_order = places.keys().enumerate().all(|(i, place)| *place == i.to_string());
                let list: Vec<Value> = places.values().cloned().collect();
                (in_order && !list.is_empty() && flat(&list)).then_some(list)
            }
            _ => None,
        }
    };
    let lists: Vec<Vec<Value>> = object.values().map(cells).collect::<Option<_>>()?;
    let length = lists.first()?.len();
    let named = object.len() > 1 || object.keys().all(|name| names::metric(name).is_some());
    if length == 0 || !named || lists.iter().any(|list| list.len() != length) {
        return None;
    }
    let rows = (0..length).map(|row| lists.iter().map(|list| list[row].clone()).collect()).collect();
    Some(Grid::new(object.keys().cloned().collect(), rows))
}

/// What an object says about itself, and the prose in it.
fn read_about(object: &Map<String, Value>, notes: &mut Notes) -> Result<About, Verdict> {
    let mut about = about::read(object)?;
    for field in PROSE {
        match object.get(*field) {
            Some(Value::String(words)) => notes.say(words),
            Some(Value::Array(list)) => {
                list.iter().filter_map(Value::as_str).for_each(|words| notes.say(words))
            }
            _ => {}
        }
    }
    about.warnings.extend(object.get("warning").and_then(Value::as_str).map(str::to_owned));
    Ok(about)
}

/// A grid with what the object around it says; what the grid itself says goes first.
fn within(mut grid: Grid, outer: About) -> Result<Grid, Verdict> {
    let inner = &mut grid.about;
    if let (Some(a), Some(b)) = (&inner.merchant, &outer.merchant)
        && a.trim() != b.trim()
    {
        let message = format!("it names two merchants, `{}` and `{}`", excerpt(a), excerpt(b));
        return Err(Verdict::InvalidData(message));
    }
    inner.merchant = inner.merchant.take().or(outer.merchant);
    inner.currency = inner.currency.take().or(outer.currency);
    inner.source = inner.source.take().or(outer.source);
    inner.as_of = inner.as_of.take().or(outer.as_of);
    inner.data_from = inner.data_from.take().or(outer.data_from);
    inner.complete_through = inner.complete_through.take().or(outer.complete_through);
    inner.truncated = inner.truncated.or(outer.truncated);
    inner.overlaps = inner.overlaps.take().or(outer.overlaps);
    if inner.base.is_empty() {
        inner.base = outer.base;
    }
    inner.warnings.extend(outer.warnings);
    Ok(grid)
}
