//! The embedded data: orders and their roll-ups in SQLite; import, demo data, and metric queries.

use crate::{
    decode::{About, Column, Table},
    domain::{Currency, Dimension, Merchant, Metric},
};
use jiff::civil::Date;
use serde_json::json;

/// Stand-in.
pub struct Store(());

/// Stand-in.
#[derive(Debug, Clone)]
pub struct Query {
    /// Stand-in.
    pub merchant: Merchant,
    /// Stand-in.
    pub metrics: Vec<Metric>,
    /// Stand-in.
    pub group_by: Vec<Dimension>,
    /// Stand-in.
    pub start: Date,
    /// Stand-in.
    pub end: Date,
    /// Stand-in.
    pub filter: Vec<(Dimension, Vec<String>)>,
    /// Stand-in.
    pub limit: Option<usize>,
}

/// Stand-in.
#[derive(Debug, thiserror::Error)]
pub enum QueryError {
    /// Stand-in.
    #[error("there is no merchant `{merchant}`")]
    UnknownMerchant {
        /// Stand-in.
        merchant: String,
        /// Stand-in.
        suggestions: Vec<String>,
    },
    /// Stand-in.
    #[error("{0}")]
    Store(String),
}

/// Stand-in.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct StoreError(pub String);

/// Stand-in.
#[derive(Debug)]
pub struct MerchantEntry {
    /// Stand-in.
    pub merchant: Merchant,
    /// Stand-in.
    pub currency: Option<Currency>,
    /// Stand-in.
    pub first_day: Date,
    /// Stand-in.
    pub last_day: Date,
    /// Stand-in.
    pub orders: u64,
    /// Stand-in.
    pub demo: bool,
}

impl Store {
    /// Stand-in.
    pub fn demo(_merchant: &Merchant) -> Self {
        Self(())
    }

    /// Stand-in.
    pub fn query(&self, query: &Query) -> Result<Table, QueryError> {
        if query.merchant.as_str() != "demo-fashion" {
            let (merchant, suggestions) = (query.merchant.to_string(), vec!["demo-fashion".into()]);
            return Err(QueryError::UnknownMerchant { merchant, suggestions });
        }
        let column = |name: &str, kind: &str| Column { name: name.into(), kind: kind.into(), unit: None };
        let columns: Vec<_> = query
            .group_by
            .iter()
            .map(|d| column(d.as_str(), "string"))
            .chain(query.metrics.iter().map(|m| column(m.as_str(), "number")))
            .collect();
        let rows = (1..=30)
            .map(|i| {
                let key = query.group_by.iter().map(|d| match d {
                    Dimension::Custom(_) => json!(null),
                    d => json!(format!("{d}-{i:02}")),
                });
                key.chain(query.metrics.iter().map(|_| json!(i))).collect()
            })
            .collect();
        let about = About {
            currency: Some("EUR".into()),
            merchant: Some(query.merchant.to_string()),
            ..About::default()
        };
        Ok(Table { columns, rows, about })
    }

    /// Stand-in.
    pub fn merchants(&self) -> Result<Vec<MerchantEntry>, StoreError> {
        let day = |y, m| Date::constant(y, m, 1);
        Ok(vec![MerchantEntry {
            merchant: Merchant::new("demo-fashion").map_err(|error| StoreError(error.0))?,
            currency: Some(Currency::EUR),
            first_day: day(2023, 1),
            last_day: day(2025, 6),
            orders: 30,
            demo: true,
        }])
    }
}
