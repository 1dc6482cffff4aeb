//! The rows of a made statement → the contract's table: what the further rows say, and what follows from the numbers.

use super::ABOUT;
use crate::{
    decode::{Column, Table, Verdict},
    domain::{Amount, Metric, parse_date},
    request::Call,
    template::binding::SqlSource,
};
use jiff::ToSpan;
use serde_json::Value;
use std::collections::BTreeMap;

/// Reads the answer to a made statement.
///
/// # Errors
/// When rows are missing, the merchant has no line, or no line can be used.
pub(in crate::retrieve) fn contract(
    source: &SqlSource,
    call: &Call,
    mut table: Table,
) -> Result<Table, Verdict> {
    let facts = facts(&mut table)?;
    let number = |name: &str| facts.get(name).and_then(|value| value.parse::<u64>().ok());
    let (Some(rows), Some(lines)) = (number("rows"), number("lines")) else {
        return Err(Verdict::Truncated("its last rows, which say how many there are, did not come".into()));
    };
    if rows != table.rows.len() as u64 {
        let came = table.rows.len();
        return Err(Verdict::Truncated(format!("{came} of {rows} rows came; the server limits its answers")));
    }
    let incomplete = number("incomplete").unwrap_or(0);
    if lines == 0 && incomplete > 0 {
        return Err(Verdict::InvalidData(format!(
            "none of {incomplete} lines has an order, a day and an amount that can be read"
        )));
    }
    if lines == 0 {
        let message = match &source.columns.merchant {
            Some(column) => format!("no row has the merchant `{}` in column `{column}`", call.merchant),
            None => "the table has no row".to_owned(),
        };
        return Err(Verdict::UnknownMerchant { message, suggestions: Vec::new() });
    }
    let about = &mut table.about;
    if incomplete > 0 {
        about.warnings.push(format!("{incomplete} lines without order, day or amount were left out"));
    }
    let fact = |name: &str| facts.get(name).filter(|value| !value.is_empty()).cloned();
    about.data_from = fact("first_day");
    about.as_of = fact("last_day");
    about.complete_through = fact("last_day").map(|day| settled(&day, source.settling_days));
    match [fact("currency_first"), fact("currency_last")] {
        [Some(first), Some(last)] if first != last => {
            let message =
                format!("the merchant's amounts are in several currencies, such as {first} and {last}");
            return Err(Verdict::InvalidData(message));
        }
        [currency, _] => about.currency = currency,
    }
    // The guard compares one name: the one that is not the merchant's, if there is one.
    let names = [fact("merchant_first"), fact("merchant_last")];
    let other = names.iter().flatten().find(|name| name.as_str() != call.merchant.as_str());
    about.merchant = other.or(names[0].as_ref()).cloned();

    let orders = table.column("orders").map(|column| whole_numbers(&table, column)).unwrap_or_default();
    overlaps(&mut table, call, &orders, number("orders"));
    // In the words of the embedded data.
    for (n, attribute) in (1..).zip(call.group_by.iter().filter(|dimension| !dimension.is_time())) {
        if number(&format!("values_{n}")) == Some(0) {
            table.about.warnings.push(format!("the data hold no {attribute}"));
        }
    }
    for (metric, name, what, done) in [
        (Metric::Users, "customers", "customer ids", "counted"),
        (Metric::NewUsers, "customers", "customer ids", "counted"),
        (Metric::RefundAmount, "refunds", "refunds", "computed"),
        (Metric::RefundOrders, "refunds", "refunds", "computed"),
    ] {
        if call.metrics.contains(&metric) && number(name) == Some(0) {
            missing(&mut table, metric);
            table.about.warnings.push(format!("the data hold no {what}, so {metric} cannot be {done}"));
        }
    }
    let counted = if call.metrics.contains(&Metric::Users) {
        table.column("users").map(|column| whole_numbers(&table, column)).unwrap_or_default()
    } else {
        orders
    };
    table.about.base = counted;
    if call.metrics.contains(&Metric::Aov) {
        averages(&mut table);
    }
    Ok(asked_for(table, call))
}

/// Takes the further rows, and the column that marks them, out of the table.
fn facts(table: &mut Table) -> Result<BTreeMap<String, String>, Verdict> {
    let at = table.column(ABOUT).ok_or_else(|| {
        let names: Vec<_> = table.columns.iter().map(|column| column.name.as_str()).collect();
        Verdict::NotATable(format!("it has no column `{ABOUT}`; it has: {}", names.join(", ")))
    })?;
    let mut facts = BTreeMap::new();
    table.rows.retain(|row| match row[at].as_str().and_then(|text| text.split_once('=')) {
        Some((name, value)) => {
            facts.insert(name.to_owned(), value.trim().to_owned());
            false
        }
        None => true,
    });
    table.columns.remove(at);
    for row in &mut table.rows {
        row.remove(at);
    }
    Ok(facts)
}

/// A day less the days that may still change.
fn settled(day: &str, days: u32) -> String {
    match parse_date(day) {
        Ok(date) => date.saturating_sub(i64::from(days).days()).to_string(),
        Err(_) => day.to_owned(),
    }
}

fn whole_numbers(table: &Table, column: usize) -> Vec<Option<u64>> {
    let cells = table.rows.iter().map(|row| number(&row[column]));
    cells.map(|value| value.filter(|value| *value >= 0.0).map(|value| value.round() as u64)).collect()
}

/// A number, or one that the server wrote as text.
fn number(cell: &Value) -> Option<f64> {
    cell.as_f64().or_else(|| cell.as_str()?.trim().parse().ok()).filter(|value| value.is_finite())
}

/// Orders of all groups together are more than there are exactly when an order is in several.
fn overlaps(table: &mut Table, call: &Call, orders: &[Option<u64>], all: Option<u64>) {
    let mut attributes = call.group_by.iter().filter(|dimension| !dimension.is_time());
    match (attributes.next(), attributes.next(), all) {
        (None, ..) => table.about.overlaps = Some(Vec::new()),
        (Some(attribute), None, Some(all)) => {
            let overlap = orders.iter().flatten().sum::<u64>() > all;
            table.about.overlaps = Some(overlap.then(|| attribute.to_string()).into_iter().collect());
        }
        // Of two at once it is not known which.
        _ => {}
    }
}

/// Makes a metric's column missing, adding it where there is none.
fn missing(table: &mut Table, metric: Metric) {
    let column = match table.column(metric.as_str()) {
        Some(column) => column,
        None => add(table, metric),
    };
    for row in &mut table.rows {
        row[column] = Value::Null;
    }
}

fn add(table: &mut Table, metric: Metric) -> usize {
    table.columns.push(Column { name: metric.to_string(), kind: "number".into(), unit: None });
    for row in &mut table.rows {
        row.push(Value::Null);
    }
    table.columns.len() - 1
}

/// Sales divided by orders, sales first rounded to what an amount can hold, as in the embedded data.
fn averages(table: &mut Table) {
    let (Some(sales), Some(orders)) = (table.column("sales"), table.column("orders")) else { return };
    let column = add(table, Metric::Aov);
    for row in &mut table.rows {
        let sales = number(&row[sales]).and_then(Amount::from_units).map(Amount::units);
        row[column] = match (sales, number(&row[orders])) {
            (Some(sales), Some(orders)) if orders > 0.0 => (sales / orders).into(),
            _ => Value::Null,
        };
    }
}

/// Only what was asked for, in the order of the contract.
fn asked_for(table: Table, call: &Call) -> Table {
    let wanted =
        call.group_by.iter().map(ToString::to_string).chain(call.metrics.iter().map(ToString::to_string));
    let columns: Vec<usize> = wanted.filter_map(|name| table.column(&name)).collect();
    Table {
        rows: table.rows.iter().map(|row| columns.iter().map(|at| row[*at].clone()).collect()).collect(),
        columns: columns.iter().map(|at| table.columns[*at].clone()).collect(),
        about: table.about,
    }
}
