//! The table of order lines that statements are made from: its dialect, its name, and which column is what.

use crate::domain::Dimension;
use std::collections::BTreeMap;

/// A dialect of SQL: how texts and names are quoted and days are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// `DuckDB` and `MotherDuck`.
    Duckdb,
    /// `SQLite` 3.25 or later.
    Sqlite,
    /// `PostgreSQL` and what speaks its SQL.
    Postgres,
    /// `ClickHouse` and chDB.
    Clickhouse,
    /// `MySQL` 8 and `MariaDB` 10.2 or later.
    Mysql,
}

impl Dialect {
    /// Every dialect.
    pub const ALL: [Self; 5] = [Self::Duckdb, Self::Sqlite, Self::Postgres, Self::Clickhouse, Self::Mysql];

    /// As it is written in a binding.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Duckdb => "duckdb",
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
            Self::Clickhouse => "clickhouse",
            Self::Mysql => "mysql",
        }
    }
}

/// Where order lines are, and how they are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SqlSource {
    /// The dialect.
    pub dialect: Dialect,
    /// The rows.
    pub rows: Rows,
    /// What the columns are.
    pub columns: LineColumns,
    /// How the statement names a parameter, with `{name}` for its name; values are quoted in it where unset.
    pub parameters: Option<String>,
    /// Days at the end of the table whose lines may still change.
    pub settling_days: u32,
}

/// Rows that are order lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rows {
    /// A table: database, schema and name, as far as they are given.
    Table(Vec<String>),
    /// A statement of the user's own that yields them.
    Query(String),
}

/// Names of columns of order lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineColumns {
    /// The order's id.
    pub order_id: String,
    /// The line's day.
    pub date: String,
    /// The line's money, negative for a refund.
    pub amount: String,
    /// The merchant's id; without it every row belongs to the merchant asked for.
    pub merchant: Option<String>,
    /// ISO 4217 code of the amount.
    pub currency: Option<String>,
    /// The customer's id.
    pub customer_id: Option<String>,
    /// Attributes.
    pub attributes: BTreeMap<Dimension, String>,
}
