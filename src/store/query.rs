//! A metric query, and the cheapest way to answer it.

use super::{
    answer, buyers,
    calendar::{self, Day},
    count,
    error::QueryError,
    facts,
    groups::{Groups, Key, Totals, value_key},
    writer,
};
use crate::{
    decode::Table,
    domain::{Dimension, Merchant, Metric},
};
use jiff::civil::Date;
use rusqlite::{Connection, params};
use std::collections::BTreeMap;

/// What is asked of one merchant's data, in the terms of the metrics contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// The merchant.
    pub merchant: Merchant,
    /// The columns of numbers, in order.
    pub metrics: Vec<Metric>,
    /// The columns before them, in order; rows are sorted by them.
    pub group_by: Vec<Dimension>,
    /// The first day.
    pub start: Date,
    /// The last day.
    pub end: Date,
    /// Only lines that have one of the values, in each of the dimensions.
    pub filter: Vec<(Dimension, Vec<String>)>,
    /// The greatest number of rows.
    pub limit: Option<usize>,
}

impl Query {
    /// Every attribute that the query names.
    pub(super) fn attributes(&self) -> Vec<&Dimension> {
        let named = self.group_by.iter().chain(self.filter.iter().map(|(dimension, _)| dimension));
        let mut attributes: Vec<_> = named.filter(|dimension| !dimension.is_time()).collect();
        attributes.sort_unstable();
        attributes.dedup();
        attributes
    }
}

/// Answers from a database.
pub(super) fn from_file(connection: &Connection, query: &Query) -> Result<Table, QueryError> {
    let Some((id, facts)) = facts::find(connection, &query.merchant)? else {
        return Err(answer::unknown(&query.merchant, &facts::names(connection)?));
    };
    let mut absent = Vec::new();
    for dimension in query.attributes() {
        if !facts::holds(connection, id, dimension)? {
            absent.push(dimension);
        }
    }
    let groups = match query.attributes()[..] {
        [] if query.filter.is_empty() => from_rollups(connection, id, query, None)?,
        // Of an attribute that no line has there are no roll-ups: the totals, with the value missing.
        [attribute] if query.filter.is_empty() => {
            from_rollups(connection, id, query, absent.is_empty().then_some(attribute))?
        }
        _ => {
            let profiles = writer::profiles(connection, id)?;
            count::lines(query, &profiles, |visit| writer::scan(connection, id, visit))?
        }
    };
    Ok(answer::table(query, &facts, &absent, &groups))
}

fn from_rollups(
    connection: &Connection,
    id: i64,
    query: &Query,
    attribute: Option<&Dimension>,
) -> rusqlite::Result<Groups> {
    let wants_users = query.metrics.contains(&Metric::Users);
    let (first, last) = (Day::of(query.start).0, Day::of(query.end).0);
    let mut select = connection.prepare_cached(&format!(
        "SELECT day, value, sales, items, orders, refund_amount, refund_orders, new_users, {} FROM rollup \
         WHERE merchant = ? AND dimension = ? AND day BETWEEN ? AND ?",
        if wants_users { "buyers" } else { "NULL" },
    ))?;
    let dimension = attribute.map_or("", Dimension::as_str);
    let mut rows = select.query(params![id, dimension, first, last])?;
    let mut groups = BTreeMap::<Vec<Key>, (Totals, Vec<u32>)>::new();
    while let Some(row) = rows.next()? {
        let day = Day(row.get(0)?);
        let value = row.get_ref(1)?.as_str()?;
        let key = query.group_by.iter().map(|grouping| {
            if grouping.is_time() {
                Key::Span(calendar::span_of(grouping, day))
            } else {
                value_key((!value.is_empty()).then_some(value))
            }
        });
        let (totals, customers) = groups.entry(key.collect()).or_default();
        totals.sales += row.get::<_, i64>(2)?;
        totals.items += row.get::<_, i64>(3)?;
        totals.orders += row.get::<_, i64>(4)?;
        totals.refund_amount += row.get::<_, i64>(5)?;
        totals.refund_orders += row.get::<_, i64>(6)?;
        // A customer is new on one day only, so that newcomers of several days add up.
        totals.new_users += row.get::<_, i64>(7)?;
        if let Some(bytes) = row.get_ref(8)?.as_blob_or_null()? {
            buyers::decode_into(bytes, customers);
        }
    }
    let distinct = |(key, (mut totals, mut customers)): (Vec<Key>, (Totals, Vec<u32>))| {
        customers.sort_unstable();
        customers.dedup();
        totals.users = customers.len() as i64;
        (key, totals)
    };
    // As when counted from the lines: refunds alone make a group only for a query that asks for them.
    let wants_refunds = query.metrics.contains(&Metric::RefundOrders);
    let is_shown = |totals: &Totals| totals.items + totals.orders > 0 || wants_refunds;
    let totals = groups.into_iter().map(distinct).filter(|(_, totals)| is_shown(totals)).collect();
    let mut groups = Groups { totals, overlaps: Vec::new() };
    if let Some(attribute) = attribute {
        let all: i64 = connection.query_row(
            "SELECT coalesce(sum(orders), 0) FROM rollup WHERE merchant = ? AND dimension = '' AND day BETWEEN ? AND ?",
            params![id, first, last],
            |row| row.get(0),
        )?;
        if groups.totals.values().map(|totals| totals.orders).sum::<i64>() > all {
            groups.overlaps.push(attribute.clone());
        }
    }
    Ok(groups)
}
