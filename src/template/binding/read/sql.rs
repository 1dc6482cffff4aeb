//! `[sql]` → where the order lines are, and which column is what.

use super::names::dimension;
use crate::{
    domain::Dimension,
    template::binding::{Dialect, LineColumns, Rows, SqlSource, fields::Fields},
};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

const KEYS: [&str; 6] = ["dialect", "table", "query", "columns", "parameters", "settling_days"];

pub(super) fn source(table: &Map<String, Value>, errors: &mut Vec<String>) -> Option<SqlSource> {
    let mut fields = Fields::new(table, "sql.", &KEYS, errors);
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
    let mut attributes = BTreeMap::new();
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
