//! A binding's table → a binding, with everything that is wrong.

use super::{
    AnswerForm, Arguments, Binding, Dialect, ErrorMark, Fits, Hole, LineColumns, Retrieval, Rows, SqlSource,
    Text, Way, fields::Fields,
};
use crate::{
    domain::{Dimension, Metric},
    message::nearest,
};
use serde_json::{Map, Value};

/// The version of a binding that this program reads.
const SCHEMA: u64 = 1;

const KEYS: [&str; 10] =
    ["schema", "name", "extends", "retrieval", "tool", "arguments", "words", "answer", "sql", "calls"];
const CALL_KEYS: [&str; 8] =
    ["section", "group_by", "metrics", "tool", "arguments", "statement", "words", "answer"];
const ANSWER_KEYS: [&str; 4] = ["path", "columns", "error_if", "currency"];
const SQL_KEYS: [&str; 6] = ["dialect", "table", "query", "columns", "parameters", "settling_days"];

/// Reads a binding. It is of use only when nothing was wrong.
pub(super) fn binding(table: &Map<String, Value>, errors: &mut Vec<String>) -> Binding {
    let mut fields = Fields::new(table, "", &KEYS, errors);
    match fields.value("schema") {
        None => fields.complain("schema", format!("is missing; write `schema = {SCHEMA}`")),
        Some(version) if *version != SCHEMA => {
            fields.complain("schema", format!("is {version}, this version reads {SCHEMA}"));
        }
        Some(_) => {}
    }
    if !fields.has("name") {
        fields.complain("name", "is missing");
    }
    let name = fields.text("name").unwrap_or_default().to_owned();
    let ways = [("direct", Retrieval::Direct), ("agent", Retrieval::Agent)];
    let retrieval = fields.choice("retrieval", &ways).unwrap_or(Retrieval::Direct);
    if retrieval == Retrieval::Agent {
        for key in ["tool", "arguments", "words", "answer", "sql", "calls"] {
            if fields.has(key) {
                fields.complain(key, "means nothing where an agent asks; remove it");
            }
        }
        return Binding { name, retrieval, sql: None, ways: Vec::new() };
    }
    let sql_table = fields.table("sql");
    let (words, answer) = (fields.table("words").cloned(), fields.table("answer").cloned());
    let calls = fields.list("calls").cloned().unwrap_or_default();
    let has_default = fields.has("tool") || fields.has("arguments") || calls.is_empty();
    let (tool, arguments) = (fields.value("tool").cloned(), fields.value("arguments").cloned());

    let sql = sql_table.and_then(|table| source(table, errors));
    let shared = Shared { tool, arguments, words, answer, sql: sql.as_ref(), has_sql: sql_table.is_some() };
    let mut ways = Vec::new();
    for (number, call) in (1..).zip(&calls) {
        match call.as_object() {
            Some(call) => ways.extend(shared.way(call, &format!("calls[{number}]."), errors)),
            None => errors.push(format!("`calls[{number}]`: must be a table, written [[calls]]")),
        }
    }
    if has_default {
        ways.extend(shared.way(&Map::new(), "", errors));
    }
    Binding { name, retrieval, sql, ways }
}

/// What every way of asking falls back to.
struct Shared<'a> {
    tool: Option<Value>,
    arguments: Option<Value>,
    words: Option<Map<String, Value>>,
    answer: Option<Map<String, Value>>,
    sql: Option<&'a SqlSource>,
    /// Whether the file has a table `sql`, be it right or wrong.
    has_sql: bool,
}

impl Shared<'_> {
    /// One way of asking: the file's own where `call` is empty.
    fn way(&self, call: &Map<String, Value>, prefix: &str, errors: &mut Vec<String>) -> Option<Way> {
        let mut whole = call.clone();
        for (key, shared) in [("tool", &self.tool), ("arguments", &self.arguments)] {
            if let (false, Some(shared)) = (whole.contains_key(key), shared) {
                whole.insert(key.to_owned(), shared.clone());
            }
        }
        for (key, shared) in [("words", &self.words), ("answer", &self.answer)] {
            let mut merged = shared.clone().unwrap_or_default();
            match whole.remove(key) {
                Some(Value::Object(own)) => merged.extend(own),
                Some(wrong) => {
                    whole.insert(key.to_owned(), wrong);
                    continue;
                }
                None => {}
            }
            whole.insert(key.to_owned(), Value::Object(merged));
        }
        let before = errors.len();
        let mut fields = Fields::new(&whole, prefix, &CALL_KEYS, errors);
        let fits = fits(&mut fields);
        for key in ["tool", "arguments"] {
            if !fields.has(key) {
                fields.complain(key, "is missing");
            }
        }
        let tool = fields.text("tool").map(str::to_owned);
        let words = fields.names("words");
        for (name, _) in &words {
            known(&mut fields, "words", name);
        }
        let words = words.into_iter().map(|(name, word)| (name.to_owned(), word.to_owned())).collect();
        let statement = fields.text("statement").and_then(|text| statement(&mut fields, text));
        let arguments = fields.table("arguments").map(|table| {
            let arguments =
                Arguments::parse(table, &mut |key, what| fields.complain(&format!("arguments.{key}"), what));
            self.check_arguments(&mut fields, &arguments, statement.as_ref());
            arguments
        });
        let form = fields.table("answer");
        let answer =
            form.map(|form| answer_form(form, &format!("{prefix}answer."), errors)).unwrap_or_default();
        // What every way takes over from the file is reported once.
        let mut seen = errors[..before].to_vec();
        let fresh: Vec<_> = errors.drain(before..).collect();
        for error in fresh {
            let plain = error.replacen(prefix, "", 1);
            if !seen.contains(&error) && !seen.contains(&plain) {
                seen.push(error.clone());
                errors.push(error);
            }
        }
        Some(Way { fits, tool: tool?, arguments: arguments?, statement, words, answer })
    }

    fn check_arguments(&self, fields: &mut Fields<'_, '_>, arguments: &Arguments, own: Option<&Text>) {
        let has_sql = arguments.has(Hole::Sql);
        if !has_sql && !arguments.has(Hole::Merchant) {
            let what =
                if self.has_sql { "neither `{sql}` nor `{merchant}` is" } else { "`{merchant}` is not" };
            fields.complain(
                "arguments",
                format!("{what} among them, so the server would not know whose data to give"),
            );
        }
        if has_sql && !self.has_sql {
            fields.complain(
                "arguments",
                "`{sql}` needs a table [sql] that says where the order lines are; or extends = \"sql\"",
            );
        }
        if own.is_some() && !has_sql {
            fields.complain("statement", "is never sent: no argument is \"{sql}\"");
        }
        let Some(sql) = self.sql else { return };
        if let Some(own) = own
            && sql.columns.merchant.is_some()
            && !own.holes().any(|hole| hole == Hole::Merchant)
        {
            fields.complain("statement", "does not use {merchant}, so it would give everybody's data");
        }
        match (has_sql, arguments.has(Hole::Parameters), &sql.parameters) {
            (true, false, Some(_)) => fields.complain(
                "arguments",
                "sql.parameters is set, so one of them must be \"{parameters}\"",
            ),
            (_, true, None) => fields.complain(
                "arguments",
                "\"{parameters}\" needs sql.parameters, the way a statement names one, for instance \":{name}\"",
            ),
            _ => {}
        }
    }
}

fn statement(fields: &mut Fields<'_, '_>, text: &str) -> Option<Text> {
    match Text::parse(text) {
        Ok(parsed) => {
            let allowed = [Hole::Merchant, Hole::StartDate, Hole::EndDate];
            for hole in parsed.holes().filter(|hole| !allowed.contains(hole)) {
                let what = "has no place in a statement; {merchant}, {start_date} and {end_date} have";
                fields.complain("statement", format!("`{{{}}}` {what}", hole.as_str()));
            }
            Some(parsed)
        }
        Err(why) => {
            fields.complain("statement", why);
            None
        }
    }
}

fn fits(fields: &mut Fields<'_, '_>) -> Fits {
    let names = fields.texts("metrics");
    let metrics = names.iter().filter_map(|name| match name.parse::<Metric>() {
        Ok(metric) => Some(metric),
        Err(error) => {
            let near = nearest(name, Metric::ALL.iter().map(|metric| metric.as_str()));
            let near = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
            fields.complain("metrics", format!("{error}{near}"));
            None
        }
    });
    let metrics = metrics.collect();
    let group_by = fields.has("group_by").then(|| {
        let names = fields.texts("group_by");
        names.iter().filter_map(|name| dimension(fields, "group_by", name)).collect()
    });
    Fits { section: fields.text("section").map(str::to_owned), group_by, metrics }
}

/// A dimension by name. One that is nearly a built-in one is taken for a slip.
fn dimension(fields: &mut Fields<'_, '_>, key: &str, name: &str) -> Option<Dimension> {
    match name.parse::<Dimension>() {
        Ok(Dimension::Custom(name)) => match slip(&name) {
            Some(near) => {
                fields.complain(key, format!("`{name}` is no built-in dimension; did you mean `{near}`?"));
                None
            }
            None => Some(Dimension::Custom(name)),
        },
        Ok(known) => Some(known),
        Err(error) => {
            fields.complain(key, error);
            None
        }
    }
}

/// Notes a name that is neither a metric nor a dimension.
fn known(fields: &mut Fields<'_, '_>, key: &str, name: &str) {
    if name.parse::<Metric>().is_err() && name != "merchant" {
        dimension(fields, &format!("{key}.{name}"), name);
    }
}

/// The built-in name that is a letter or two away.
fn slip(name: &str) -> Option<&'static str> {
    let words = DIMENSIONS.into_iter().chain(Metric::ALL.iter().map(|metric| metric.as_str()));
    words
        .map(|word| (strsim::damerau_levenshtein(name, word), word))
        .filter(|(distance, _)| *distance <= 2)
        .min()
        .map(|(_, word)| word)
}

/// The built-in dimensions.
const DIMENSIONS: [&str; 14] = [
    "day",
    "week",
    "month",
    "quarter",
    "year",
    "weekday",
    "product_type",
    "user_type",
    "age_band",
    "gender",
    "card_type",
    "country",
    "store",
    "channel",
];

fn answer_form(table: &Map<String, Value>, prefix: &str, errors: &mut Vec<String>) -> AnswerForm {
    let mut fields = Fields::new(table, prefix, &ANSWER_KEYS, errors);
    let columns = fields.names("columns");
    for (name, _) in &columns {
        known(&mut fields, "columns", name);
    }
    let currency = fields.text("currency").and_then(|code| match code.parse() {
        Ok(currency) => Some(currency),
        Err(error) => {
            fields.complain("currency", error);
            None
        }
    });
    let mut marks = Vec::new();
    for (number, item) in (1..).zip(fields.list("error_if").into_iter().flatten()) {
        let at = format!("error_if[{number}]");
        match item.as_object().and_then(error_mark) {
            Some(mark) => marks.push(mark),
            None => fields.complain(&at, "must be { begins = \"TEXT\" } or { path = \"KEY\", is = VALUE }"),
        }
    }
    AnswerForm {
        path: fields.text("path").map(path).unwrap_or_default(),
        columns: columns.into_iter().map(|(name, column)| (name.to_owned(), column.to_owned())).collect(),
        error_if: marks,
        currency,
    }
}

fn error_mark(table: &Map<String, Value>) -> Option<ErrorMark> {
    match (table.get("begins"), table.get("path"), table.get("is"), table.len()) {
        (Some(Value::String(text)), None, None, 1) if !text.trim().is_empty() => {
            Some(ErrorMark::Begins(text.trim().to_owned()))
        }
        (None, Some(Value::String(at)), Some(is), 2) => {
            Some(ErrorMark::At { path: path(at), is: is.clone() })
        }
        _ => None,
    }
}

/// `$.data.rows`, `data.rows` and `data.0` as keys and positions.
fn path(text: &str) -> Vec<String> {
    let text = text.trim().trim_start_matches('$');
    text.split(['.', '[', ']']).filter(|key| !key.is_empty()).map(str::to_owned).collect()
}

fn source(table: &Map<String, Value>, errors: &mut Vec<String>) -> Option<SqlSource> {
    let mut fields = Fields::new(table, "sql.", &SQL_KEYS, errors);
    let dialects = Dialect::ALL.map(|dialect| (dialect.as_str(), dialect));
    if !fields.has("dialect") {
        let names = dialects.map(|(name, _)| name).join(", ");
        fields.complain("dialect", format!("is missing; it is one of {names}"));
    }
    let dialect = fields.choice("dialect", &dialects);
    let rows = rows(&mut fields);
    let parameters = fields.text("parameters").map(str::to_owned);
    if parameters.as_ref().is_some_and(|pattern| !pattern.contains("{name}")) {
        fields.complain("parameters", "must hold {name}, for instance \":{name}\"");
    }
    let settling_days = fields.whole("settling_days").unwrap_or(0);
    if settling_days > 366 {
        fields.complain("settling_days", "is more than a year");
    }
    let columns = fields.names("columns");
    if !fields.has("columns") {
        fields.complain("columns", "is missing; it needs order_id, date and amount");
    }
    let columns = line_columns(&mut fields, &columns);
    Some(SqlSource {
        dialect: dialect?,
        rows: rows?,
        columns: columns?,
        parameters,
        settling_days: settling_days as u32,
    })
}

fn rows(fields: &mut Fields<'_, '_>) -> Option<Rows> {
    match (fields.value("table"), fields.has("query")) {
        (Some(_), true) => {
            fields.complain("query", "is there beside `table`; keep the one that gives the order lines");
            None
        }
        (None, false) => {
            fields.complain("table", "is missing; it names the table of order lines");
            None
        }
        (None, true) => {
            let query = fields.text("query")?.trim().trim_end_matches(';').to_owned();
            Some(Rows::Query(query))
        }
        (Some(Value::Array(_)), false) => Some(Rows::Table(fields.texts("table"))),
        (Some(_), false) => {
            let parts: Vec<_> = fields.text("table")?.split('.').map(|part| part.trim().to_owned()).collect();
            if parts.iter().any(String::is_empty) {
                fields.complain("table", "has an empty part; write schema.table, or a list of names");
            }
            Some(Rows::Table(parts))
        }
    }
}

fn line_columns(fields: &mut Fields<'_, '_>, columns: &[(&str, &str)]) -> Option<LineColumns> {
    const OWN: [&str; 6] = ["order_id", "date", "amount", "currency", "merchant", "customer_id"];
    let column = |wanted: &str| {
        columns.iter().find(|(name, _)| *name == wanted).map(|(_, column)| (*column).to_owned())
    };
    let mut attributes = std::collections::BTreeMap::new();
    for (name, column) in columns.iter().filter(|(name, _)| !OWN.contains(name)) {
        let key = format!("columns.{name}");
        let near = OWN.iter().copied().find(|own| strsim::damerau_levenshtein(name, own) <= 2);
        match (near, name.parse::<Dimension>()) {
            (Some(near), _) => fields.complain(&key, format!("is not known; did you mean `{near}`?")),
            (None, Ok(time)) if time.is_time() => {
                fields.complain(&key, "is taken from `date`; remove it");
            }
            (None, _) => {
                attributes.extend(dimension(fields, &key, name).map(|known| (known, (*column).to_owned())));
            }
        }
    }
    if fields.has("columns") {
        for name in ["order_id", "date", "amount"].into_iter().filter(|name| column(name).is_none()) {
            fields.complain(&format!("columns.{name}"), "is missing");
        }
    }
    Some(LineColumns {
        order_id: column("order_id")?,
        date: column("date")?,
        amount: column("amount")?,
        merchant: column("merchant"),
        currency: column("currency"),
        customer_id: column("customer_id"),
        attributes,
    })
}
