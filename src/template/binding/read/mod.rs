//! A binding's table → a binding, with everything that is wrong. `[answer]` and `[sql]` are read in files of their own.

mod answer;
mod names;
mod sql;

use super::{Arguments, Binding, Fits, Hole, Retrieval, SqlSource, Text, Way, fields::Fields};
use crate::{domain::Metric, message::nearest};
use answer::answer_form;
use names::{dimension, known};
use serde_json::{Map, Value};

/// The version of a binding that this program reads.
const SCHEMA: u64 = 1;

const KEYS: [&str; 10] =
    ["schema", "name", "extends", "retrieval", "tool", "arguments", "words", "answer", "sql", "calls"];
const CALL_KEYS: [&str; 8] =
    ["section", "group_by", "metrics", "tool", "arguments", "statement", "words", "answer"];

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

    let sql = sql_table.and_then(|table| sql::source(table, errors));
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
