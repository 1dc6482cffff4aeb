//! What is known of a merchant as a whole: the frame of every answer.

use super::{calendar::Day, error::StoreError};
use crate::domain::{Currency, Dimension, Merchant};
use jiff::civil::Date;
use rusqlite::{Connection, OptionalExtension, Row, params};

/// A merchant in the store.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct MerchantEntry {
    /// Its id.
    pub merchant: Merchant,
    /// The currency of its amounts, where the import named one.
    pub currency: Option<Currency>,
    /// The first day with data.
    pub first_day: Date,
    /// The last day with data.
    pub last_day: Date,
    /// Distinct orders.
    pub orders: u64,
    /// Whether it is a built-in demo merchant.
    pub demo: bool,
}

/// A merchant's row, and what its data can answer.
#[derive(Debug, Clone)]
pub(super) struct Facts {
    pub(super) merchant: Merchant,
    pub(super) currency: Option<Currency>,
    pub(super) source: String,
    /// A date. For imported data the last day their file reaches: when the file was exported is not known.
    pub(super) as_of: String,
    pub(super) data_from: Day,
    pub(super) last_day: Day,
    pub(super) complete_through: Day,
    pub(super) orders: i64,
    pub(super) has_customers: bool,
    pub(super) has_refunds: bool,
}

impl Facts {
    /// The merchant's entry in a list.
    pub(super) fn entry(&self) -> MerchantEntry {
        MerchantEntry {
            merchant: self.merchant.clone(),
            currency: self.currency,
            first_day: self.data_from.date(),
            last_day: self.last_day.date(),
            orders: self.orders.unsigned_abs(),
            demo: self.merchant.is_demo(),
        }
    }

    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let invalid = |column: usize, error: crate::domain::DomainError| {
            rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, Box::new(error))
        };
        let currency = row.get::<_, Option<String>>(2)?.map(|code| code.parse()).transpose();
        Ok(Self {
            merchant: Merchant::new(&row.get::<_, String>(1)?).map_err(|error| invalid(1, error))?,
            currency: currency.map_err(|error| invalid(2, error))?,
            source: row.get(3)?,
            as_of: row.get(4)?,
            data_from: Day(row.get(5)?),
            last_day: Day(row.get(6)?),
            complete_through: Day(row.get(7)?),
            orders: row.get(8)?,
            has_customers: false,
            has_refunds: false,
        })
    }

    /// Stores the merchant's row.
    pub(super) fn write(&self, connection: &Connection, id: i64) -> rusqlite::Result<()> {
        connection.execute(
            "INSERT OR REPLACE INTO merchant VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            params![
                id,
                self.merchant.as_str(),
                self.currency.map(|currency| currency.code().to_owned()),
                self.source,
                self.as_of,
                self.data_from.0,
                self.last_day.0,
                self.complete_through.0,
                self.orders,
            ],
        )?;
        Ok(())
    }
}

const COLUMNS: &str = "id, name, currency, source, as_of, data_from, last_day, complete_through, orders";

/// A merchant's number and facts; `None` when it is not stored.
pub(super) fn find(connection: &Connection, merchant: &Merchant) -> rusqlite::Result<Option<(i64, Facts)>> {
    let select = format!("SELECT {COLUMNS} FROM merchant WHERE name = ?");
    let row = |row: &Row<'_>| Ok((row.get(0)?, Facts::read(row)?));
    let found: Option<(i64, Facts)> = connection.query_row(&select, [merchant.as_str()], row).optional()?;
    found
        .map(|(id, mut facts)| {
            let exists = |sql: &str| connection.query_row(sql, [id], |row| row.get(0));
            facts.has_customers = exists("SELECT EXISTS (SELECT 1 FROM customer WHERE merchant = ?)")?;
            facts.has_refunds = exists(
                "SELECT EXISTS (SELECT 1 FROM rollup WHERE merchant = ? AND dimension = '' \
                 AND (refund_amount > 0 OR refund_orders > 0))",
            )?;
            Ok((id, facts))
        })
        .transpose()
}

/// Whether any line of a merchant has a value of a dimension.
pub(super) fn holds(connection: &Connection, id: i64, dimension: &Dimension) -> rusqlite::Result<bool> {
    connection.query_row(
        "SELECT EXISTS (SELECT 1 FROM rollup WHERE merchant = ? AND dimension = ? AND value <> '')",
        params![id, dimension.as_str()],
        |row| row.get(0),
    )
}

/// Every stored merchant, by name.
pub(super) fn entries(connection: &Connection) -> Result<Vec<MerchantEntry>, StoreError> {
    let mut select = connection.prepare(&format!("SELECT {COLUMNS} FROM merchant ORDER BY name"))?;
    let rows = select.query_map([], |row| Ok(Facts::read(row)?.entry()))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Every stored merchant's name.
pub(super) fn names(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut select = connection.prepare("SELECT name FROM merchant ORDER BY name")?;
    let rows = select.query_map([], |row| row.get(0))?;
    rows.collect()
}
