//! Groups → the table of the metrics contract, with what the answer says about itself; and near names of unknown merchants.

use super::{
    calendar, demo,
    error::QueryError,
    facts::Facts,
    groups::{Groups, Key, Totals},
    query::Query,
};
use crate::{
    decode::{About, Column, Table},
    domain::{Amount, Dimension, Merchant, Metric},
};
use serde_json::Value;

/// The answer to a query. `absent` are the attributes it names that no line of the merchant has.
pub(super) fn table(query: &Query, facts: &Facts, absent: &[&Dimension], groups: &Groups) -> Table {
    let mut warnings: Vec<String> =
        absent.iter().map(|dimension| format!("the data hold no {dimension}")).collect();
    warnings.extend(query.metrics.iter().filter_map(|metric| why_not(*metric, facts)));
    warnings.dedup();

    let rows = groups.totals.iter().take(query.limit.unwrap_or(usize::MAX));
    Table {
        columns: columns(query, facts),
        rows: rows.clone().map(|(key, totals)| row(query, facts, key, totals)).collect(),
        about: About {
            currency: facts.currency.map(|currency| currency.code().to_owned()),
            source: Some(facts.source.clone()),
            as_of: Some(facts.as_of.clone()),
            data_from: Some(facts.data_from.date().to_string()),
            complete_through: Some(facts.complete_through.date().to_string()),
            truncated: Some(rows.len() < groups.totals.len()),
            warnings,
            merchant: Some(facts.merchant.to_string()),
            base: rows.map(|(_, totals)| base(query, facts, totals)).collect(),
            overlaps: Some(groups.overlaps.iter().map(ToString::to_string).collect()),
        },
    }
}

fn columns(query: &Query, facts: &Facts) -> Vec<Column> {
    let groupings = query.group_by.iter().map(|grouping| Column {
        name: grouping.to_string(),
        kind: if matches!(grouping, Dimension::Day | Dimension::Week) { "date" } else { "string" }.into(),
        unit: None,
    });
    let metrics = query.metrics.iter().map(|metric| Column {
        name: metric.to_string(),
        kind: "number".into(),
        unit: if metric.is_money() {
            facts.currency.map(|currency| currency.code().to_owned())
        } else {
            Some("count".into())
        },
    });
    groupings.chain(metrics).collect()
}

fn row(query: &Query, facts: &Facts, key: &[Key], totals: &Totals) -> Vec<Value> {
    let groupings = query.group_by.iter().zip(key).map(|(grouping, key)| match key {
        Key::Span(span) => calendar::label(grouping, *span).into(),
        Key::Value(value) => value.as_str().into(),
        Key::Missing => Value::Null,
    });
    let metrics = query.metrics.iter().map(|metric| match why_not(*metric, facts) {
        Some(_) => Value::Null,
        None => number(*metric, totals),
    });
    groupings.chain(metrics).collect()
}

fn number(metric: Metric, totals: &Totals) -> Value {
    let money = |amount: i64| Amount(amount).units().into();
    match metric {
        Metric::Sales => money(totals.sales),
        Metric::Orders => totals.orders.into(),
        Metric::Items => totals.items.into(),
        Metric::Aov if totals.orders == 0 => Value::Null,
        Metric::Aov => (Amount(totals.sales).units() / totals.orders as f64).into(),
        Metric::Users => totals.users.into(),
        Metric::NewUsers => totals.new_users.into(),
        Metric::RefundAmount => money(totals.refund_amount),
        Metric::RefundOrders => totals.refund_orders.into(),
    }
}

/// Why a metric cannot be computed from a merchant's data; `None` when it can.
fn why_not(metric: Metric, facts: &Facts) -> Option<String> {
    match metric {
        Metric::Users | Metric::NewUsers if !facts.has_customers => {
            Some(format!("the data hold no customer ids, so {metric} cannot be counted"))
        }
        // Whether there were none, or none were recorded, cannot be told apart.
        Metric::RefundAmount | Metric::RefundOrders if !facts.has_refunds => {
            Some(format!("the data hold no refunds, so {metric} cannot be computed"))
        }
        _ => None,
    }
}

/// Users behind a row if the query asks for users, else orders.
fn base(query: &Query, facts: &Facts, totals: &Totals) -> Option<u64> {
    if query.metrics.contains(&Metric::Users) {
        return facts.has_customers.then_some(totals.users.unsigned_abs());
    }
    Some(totals.orders.unsigned_abs())
}

/// How alike names must be to be suggested: the share of `strsim`'s Jaro-Winkler measure, 0 to 1.
const NEAR: f64 = 0.8;

/// At most so many names are suggested.
const SUGGESTIONS: usize = 4;

/// An unknown merchant, with the names among `known` that are near; for an id like a demo merchant's, the demo merchants.
pub(super) fn unknown<N: AsRef<str>>(merchant: &Merchant, known: &[N]) -> QueryError {
    let suggestions = if merchant.is_demo() {
        demo::NAMES.map(str::to_owned).to_vec()
    } else {
        let asked = merchant.as_str().to_lowercase();
        let likeness = |name: &str| strsim::jaro_winkler(&asked, &name.to_lowercase());
        let names = known.iter().map(|name| (likeness(name.as_ref()), name.as_ref()));
        let mut near: Vec<_> = names.filter(|(likeness, _)| *likeness >= NEAR).collect();
        near.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
        near.iter().take(SUGGESTIONS).map(|(_, name)| (*name).to_owned()).collect()
    };
    QueryError::UnknownMerchant { merchant: merchant.to_string(), suggestions }
}
