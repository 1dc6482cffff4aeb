//! The statement for a call.

use super::{
    ABOUT,
    dialect::{day, joined, no_text, ten_thousandths, text, trimmed},
    quote::name,
};
use crate::{
    domain::{Dimension, Metric},
    request::Call,
    template::binding::{Dialect, Rows, SqlSource},
};

/// The values that a statement compares with: literals, or names of parameters.
pub(in crate::retrieve) struct Given {
    pub(in crate::retrieve) merchant: String,
    pub(in crate::retrieve) start_date: String,
    pub(in crate::retrieve) end_date: String,
}

/// What is counted of a group, each in one pass over the lines: its name, and its expression there.
type Counts<'a> = [(&'a str, &'a str)];

/// The statement that answers a call.
///
/// An order counts on the day of its earliest line, which an import calls its first. Money and lines count on their own day.
///
/// # Errors
/// When the call groups by a span of time that not every dialect can name.
pub(in crate::retrieve) fn statement(
    source: &SqlSource,
    call: &Call,
    given: &Given,
) -> Result<String, String> {
    let dialect = source.dialect;
    let sql = Select { source, dialect, call, given };
    let mut groups = Vec::new();
    for dimension in &call.group_by {
        groups.push(group(dimension, &call.group_by)?);
    }
    let wants = |metric| call.metrics.contains(&metric);
    let mut passes = vec![
        sql.pass(
            &groups,
            "ks_day",
            "ks_lines",
            "1 = 1",
            &[
                ("ks_sales", "SUM(ks_amount)"),
                ("ks_items", "COUNT(*)"),
                ("ks_refund_amount", "SUM(CASE WHEN ks_amount < 0 THEN -ks_amount ELSE 0 END)"),
            ],
        ),
        sql.pass(
            &groups,
            "ks_order_day",
            "ks_lines",
            "ks_amount > 0",
            &[("ks_orders", "COUNT(DISTINCT ks_order)"), ("ks_users", "COUNT(DISTINCT ks_customer)")],
        ),
    ];
    if wants(Metric::RefundOrders) {
        let count = [("ks_refund_orders", "COUNT(DISTINCT ks_order)")];
        passes.push(sql.pass(&groups, "ks_order_day", "ks_lines", "ks_largest <= 0", &count));
    }
    if wants(Metric::NewUsers) {
        let count = [("ks_new_users", "COUNT(DISTINCT ks_customer)")];
        passes.push(sql.pass(&groups, "ks_order_day", "ks_firsts", "ks_order_day = ks_first_day", &count));
    }
    let keys: Vec<String> = (1..=groups.len()).map(|n| format!("ks_group_{n}")).collect();
    let by = |keys: &[String]| {
        if keys.is_empty() { String::new() } else { format!("GROUP BY {}", keys.join(", ")) }
    };
    let totals: String = MEASURES.iter().map(|measure| format!(", SUM({measure}) AS {measure}")).collect();
    let grouped = format!(
        "SELECT {first}{totals} FROM (\n{passes}\n) ks_passes {by}",
        first = keys.iter().map(|key| format!("{key}, ")).collect::<String>() + "COUNT(*) AS ks_any",
        passes = passes.join("\nUNION ALL\n"),
        by = by(&keys),
    );
    let rows = sql.rows(&keys);
    let about = sql.about(keys.len());
    Ok(format!(
        "WITH ks_source AS (\n{}\n),\nks_lines AS (\n{}\n),\nks_firsts AS (\n{}\n),\nks_grouped AS (\n{grouped}\n),\nks_facts AS (\n{}\n)\n\
         SELECT * FROM (\n{}\n) ks_answer ORDER BY {}",
        sql.source_lines(),
        LINES,
        FIRSTS,
        sql.facts_row(),
        std::iter::once(rows).chain(about).collect::<Vec<_>>().join("\nUNION ALL\n"),
        (1..=keys.len() + 1).map(|n| n.to_string()).collect::<Vec<_>>().join(", "),
    ))
}

/// Lines with an order, a day and an amount, each with its order's day and its order's largest amount.
const LINES: &str = "SELECT ks_source.*, MIN(ks_day) OVER (PARTITION BY ks_order) AS ks_order_day, \
    MAX(ks_amount) OVER (PARTITION BY ks_order) AS ks_largest FROM ks_source \
    WHERE ks_order IS NOT NULL AND ks_day IS NOT NULL AND ks_amount IS NOT NULL";

/// Lines of orders by customers who are known, each with the day of the customer's first order.
const FIRSTS: &str = "SELECT ks_lines.*, MIN(ks_order_day) OVER (PARTITION BY ks_customer) AS ks_first_day \
    FROM ks_lines WHERE ks_amount > 0 AND ks_customer IS NOT NULL";

/// What is counted of a group.
const MEASURES: [&str; 7] =
    ["ks_sales", "ks_items", "ks_refund_amount", "ks_orders", "ks_users", "ks_refund_orders", "ks_new_users"];

/// How a group's key is made of a day column and the line: the prefix of the day, or the attribute's column.
enum Group {
    /// Characters of the day.
    Day(usize),
    /// The attribute's number.
    Attribute(usize),
}

fn group(dimension: &Dimension, group_by: &[Dimension]) -> Result<Group, String> {
    let attribute = || {
        let mut attributes = group_by.iter().filter(|other| !other.is_time());
        attributes.position(|other| other == dimension).map_or(1, |at| at + 1)
    };
    match dimension {
        Dimension::Day => Ok(Group::Day(10)),
        Dimension::Month => Ok(Group::Day(7)),
        Dimension::Year => Ok(Group::Day(4)),
        time if time.is_time() => Err(format!(
            "no statement is made for groups by {time}; give the binding a [[calls]] with a statement of its own"
        )),
        _ => Ok(Group::Attribute(attribute())),
    }
}

struct Select<'a> {
    source: &'a SqlSource,
    dialect: Dialect,
    call: &'a Call,
    given: &'a Given,
}

impl Select<'_> {
    fn column(&self, column: &str) -> String {
        name(self.dialect, column)
    }

    /// The table or statement that gives the order lines.
    fn from(&self) -> String {
        match &self.source.rows {
            Rows::Table(parts) => parts.iter().map(|part| self.column(part)).collect::<Vec<_>>().join("."),
            Rows::Query(query) => format!("(\n{query}\n) ks_rows"),
        }
    }

    /// The merchant's lines under names of our own, cleaned as an import cleans them.
    fn source_lines(&self) -> String {
        let (dialect, columns) = (self.dialect, &self.source.columns);
        let optional = |column: Option<&String>| {
            column.map_or_else(|| no_text(dialect), |column| trimmed(dialect, &self.column(column)))
        };
        let mut selected = vec![
            format!("{} AS ks_order", trimmed(dialect, &self.column(&columns.order_id))),
            format!("{} AS ks_day", day(dialect, &self.column(&columns.date))),
            format!("{} AS ks_amount", ten_thousandths(dialect, &self.column(&columns.amount))),
            format!("{} AS ks_customer", optional(columns.customer_id.as_ref())),
            format!("{} AS ks_merchant", optional(columns.merchant.as_ref())),
            format!("{} AS ks_currency", optional(columns.currency.as_ref())),
        ];
        let attributes = self.call.group_by.iter().filter(|dimension| !dimension.is_time());
        for (number, attribute) in (1..).zip(attributes) {
            selected.push(format!("{} AS ks_part_{number}", optional(columns.attributes.get(attribute))));
        }
        let whose = columns.merchant.as_ref().map_or_else(String::new, |merchant| {
            format!(" WHERE {} = {}", self.column(merchant), self.given.merchant)
        });
        format!("SELECT {} FROM {}{whose}", selected.join(", "), self.from())
    }

    /// One pass over lines: some counts by group, the others zero.
    fn pass(&self, groups: &[Group], day: &str, lines: &str, which: &str, counts: &Counts<'_>) -> String {
        let keys: Vec<String> = groups
            .iter()
            .map(|group| match group {
                Group::Day(10) => day.to_owned(),
                Group::Day(length) => format!("SUBSTR({day}, 1, {length})"),
                Group::Attribute(number) => format!("ks_part_{number}"),
            })
            .collect();
        let mut selected: Vec<String> =
            (1..).zip(&keys).map(|(number, key)| format!("{key} AS ks_group_{number}")).collect();
        selected.extend(MEASURES.iter().map(|measure| {
            let count = counts.iter().find(|(name, _)| name == measure).map_or("0", |(_, count)| *count);
            format!("{count} AS {measure}")
        }));
        // Without groups, a count over no line would still be a row.
        let by = if keys.is_empty() {
            "HAVING COUNT(*) > 0".to_owned()
        } else {
            format!("GROUP BY {}", keys.join(", "))
        };
        format!("SELECT {} FROM {lines} WHERE {which} AND {} {by}", selected.join(", "), self.inside(day))
    }

    fn inside(&self, day: &str) -> String {
        format!("{day} BETWEEN {} AND {}", self.given.start_date, self.given.end_date)
    }

    /// The rows of numbers.
    fn rows(&self, keys: &[String]) -> String {
        let dimensions = self.call.group_by.iter().map(Dimension::as_str);
        let mut selected = vec![format!("'' AS {ABOUT}")];
        selected.extend(
            dimensions.zip(keys).map(|(dimension, key)| format!("{key} AS {}", self.column(dimension))),
        );
        selected.extend(
            self.selected()
                .into_iter()
                .map(|(metric, value)| format!("{value} AS {}", self.column(metric.as_str()))),
        );
        format!("SELECT {} FROM ks_grouped WHERE ks_any > 0", selected.join(", "))
    }

    /// Metrics that are selected: those asked for, but for averages, which are computed from sales and orders; orders
    /// always, since they stand behind every group.
    fn selected(&self) -> Vec<(Metric, &'static str)> {
        let asked = |metric| self.call.metrics.contains(&metric);
        let customers = self.source.columns.customer_id.is_some();
        let list = [
            (Metric::Sales, "ks_sales / 10000.0", asked(Metric::Sales) || asked(Metric::Aov)),
            (Metric::Orders, "ks_orders", true),
            (Metric::Items, "ks_items", asked(Metric::Items)),
            (Metric::Users, "ks_users", asked(Metric::Users) && customers),
            (Metric::NewUsers, "ks_new_users", asked(Metric::NewUsers) && customers),
            (Metric::RefundAmount, "ks_refund_amount / 10000.0", asked(Metric::RefundAmount)),
            (Metric::RefundOrders, "ks_refund_orders", asked(Metric::RefundOrders)),
        ];
        list.into_iter().filter(|(.., wanted)| *wanted).map(|(metric, value, _)| (metric, value)).collect()
    }

    /// What the answer is, name by value: counted of `ks_lines`, all in one pass.
    fn facts(&self) -> Vec<(String, String)> {
        let count = |what: &str| text(self.dialect, &format!("COUNT({what})"));
        let of = |name: &str, value: String| (name.to_owned(), value);
        let in_period = self.inside("ks_order_day");
        let mut facts = vec![
            of("lines", count("*")),
            of("first_day", "MIN(ks_day)".to_owned()),
            of("customers", count("ks_customer")),
            of("refunds", count("CASE WHEN ks_amount < 0 OR ks_largest <= 0 THEN 1 END")),
            of(
                "orders",
                count(&format!("DISTINCT CASE WHEN ks_amount > 0 AND {in_period} THEN ks_order END")),
            ),
        ];
        let attributes = self.call.group_by.iter().filter(|dimension| !dimension.is_time()).count();
        facts.extend((1..=attributes).map(|n| of(&format!("values_{n}"), count(&format!("ks_part_{n}")))));
        let columns = &self.source.columns;
        for (name, column) in [("merchant", &columns.merchant), ("currency", &columns.currency)] {
            if column.is_some() {
                facts.push(of(&format!("{name}_first"), format!("MIN(ks_{name})")));
                facts.push(of(&format!("{name}_last"), format!("MAX(ks_{name})")));
            }
        }
        facts
    }

    /// The one row of facts.
    fn facts_row(&self) -> String {
        let facts = self.facts().into_iter().map(|(name, value)| format!("{value} AS ks_{name}_fact"));
        format!("SELECT {} FROM ks_lines", facts.collect::<Vec<_>>().join(", "))
    }

    /// The rows that say what the answer is: `name=value`.
    fn about(&self, groups: usize) -> Vec<String> {
        let dialect = self.dialect;
        let keys = (0..groups).map(|_| format!(", {}", no_text(dialect)));
        let nulls: String = keys.chain(self.selected().iter().map(|_| ", NULL".to_owned())).collect();
        let row = |name: &str, value: &str, from: &str| {
            let value = joined(dialect, &format!("'{name}='"), &format!("COALESCE({value}, '')"));
            format!("SELECT {value}{nulls} FROM {from}")
        };
        let count = text(dialect, "COUNT(*)");
        let incomplete = "ks_source WHERE ks_order IS NULL OR ks_day IS NULL OR ks_amount IS NULL";
        let last_day = format!("MAX({})", day(dialect, &self.column(&self.source.columns.date)));
        let mut rows = vec![
            row("rows", &count, "ks_grouped WHERE ks_any > 0"),
            row("incomplete", &count, incomplete),
            row("last_day", &last_day, &self.from()),
        ];
        let facts = self.facts().into_iter();
        rows.extend(facts.map(|(name, _)| row(&name, &format!("ks_{name}_fact"), "ks_facts")));
        rows
    }
}
