//! What the dialects write differently: days, texts, whole numbers.

use crate::template::binding::Dialect;

/// A day, or a moment, as `YYYY-MM-DD`.
pub(super) fn day(dialect: Dialect, column: &str) -> String {
    match dialect {
        Dialect::Duckdb => format!("CAST(CAST({column} AS DATE) AS VARCHAR)"),
        Dialect::Sqlite => format!("date({column})"),
        Dialect::Postgres => format!("to_char(CAST({column} AS date), 'YYYY-MM-DD')"),
        Dialect::Clickhouse => format!("toString(toDate({column}))"),
        Dialect::Mysql => format!("DATE_FORMAT({column}, '%Y-%m-%d')"),
    }
}

/// A value as text.
pub(super) fn text(dialect: Dialect, value: &str) -> String {
    match dialect {
        Dialect::Duckdb => format!("CAST({value} AS VARCHAR)"),
        Dialect::Sqlite | Dialect::Postgres => format!("CAST({value} AS TEXT)"),
        Dialect::Clickhouse => format!("toString({value})"),
        Dialect::Mysql => format!("CAST({value} AS CHAR)"),
    }
}

/// A value as text without blanks around it; empty is missing, as in an import.
pub(super) fn trimmed(dialect: Dialect, value: &str) -> String {
    let value = text(dialect, value);
    match dialect {
        Dialect::Clickhouse => format!("NULLIF(trimBoth({value}), '')"),
        _ => format!("NULLIF(TRIM({value}), '')"),
    }
}

/// A missing text.
pub(super) fn no_text(dialect: Dialect) -> String {
    match dialect {
        Dialect::Clickhouse => "CAST(NULL AS Nullable(String))".into(),
        _ => text(dialect, "NULL"),
    }
}

/// An amount in whole ten-thousandths, so that sums are exact.
pub(super) fn ten_thousandths(dialect: Dialect, amount: &str) -> String {
    match dialect {
        Dialect::Duckdb | Dialect::Postgres => format!("CAST(ROUND({amount} * 10000) AS BIGINT)"),
        Dialect::Sqlite => format!("CAST(ROUND({amount} * 10000) AS INTEGER)"),
        Dialect::Clickhouse => format!("toInt64(round({amount} * 10000))"),
        Dialect::Mysql => format!("CAST(ROUND({amount} * 10000) AS SIGNED)"),
    }
}

/// Two texts as one.
pub(super) fn joined(dialect: Dialect, first: &str, second: &str) -> String {
    match dialect {
        Dialect::Mysql => format!("CONCAT({first}, {second})"),
        _ => format!("{first} || {second}"),
    }
}
