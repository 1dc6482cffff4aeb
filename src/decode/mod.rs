//! What a server said → a [`Table`], or the reason why it is none. Pure: no I/O, no merchant's history, no charts.
//!
//! `retrieve` calls [`decode`] on every answer and `kamslides decode` on a saved one; `store` builds the same [`Table`]
//! directly. The way of an answer: `text` and `literal` turn text into values, `shape` and `nested` find the rows in
//! them, `fit` puts the rows under the names asked for. What was done on the way is told in [`Decoded`].

mod about;
mod answer;
mod builder;
mod categories;
mod cells;
mod expected;
mod fit;
mod grid;
mod levels;
mod literal;
mod months;
mod names;
mod nested;
mod notes;
mod numbers;
mod roles;
mod saved;
mod shape;
mod stated;
mod text;
mod totals;
mod verdict;
mod wide;

pub use answer::decode;
pub use expected::Expected;
pub use saved::Saved;
pub use verdict::Verdict;

use crate::domain::parse_date;
use jiff::civil::Date;
use serde_json::Value;

/// What a tool answered, as it came.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reply<'a> {
    /// Whether the tool says that it failed.
    pub is_error: bool,
    /// The answer as data, where the server gave it so.
    pub structured: Option<&'a Value>,
    /// The answer as text, a block each.
    pub blocks: &'a [String],
}

/// An answer that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Decoded {
    /// Its rows.
    pub table: Table,
    /// What had to be mended to read it, in plain words, each once.
    pub repairs: Vec<String>,
    /// Names that were read as other names, in plain words, each once.
    pub aliases: Vec<String>,
}

/// Rows under named columns, as a tool answered them, with what the answer says about itself.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Table {
    /// The columns, in answer order.
    pub columns: Vec<Column>,
    /// Rows as long as `columns`; cells are null, number or string.
    pub rows: Vec<Vec<Value>>,
    /// What the answer says about itself.
    pub about: About,
}

/// A column of a [`Table`].
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
pub struct Column {
    /// The metric or dimension.
    pub name: String,
    /// `string`, `number` or `date`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The unit where it has one: a currency code, `count` or `percent`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
}

/// The optional fields of the metrics contract: what an answer says about itself.
#[derive(Debug, Clone, PartialEq, Default, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(default)]
pub struct About {
    /// ISO 4217 code of every amount.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// Where the data come from, in the server's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// When the data were last brought up to date, RFC 3339 or a date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_of: Option<String>,
    /// First day the source holds data for, `YYYY-MM-DD`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_from: Option<String>,
    /// Last day for which the data are complete, `YYYY-MM-DD`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub complete_through: Option<String>,
    /// Whether rows are missing because of a limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub truncated: Option<bool>,
    /// What the server wants said about the answer.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    /// The merchant the answer speaks of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merchant: Option<String>,
    /// Count of orders or users behind each row, in row order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub base: Vec<Option<u64>>,
    /// Dimensions whose groups overlap, so that their counts do not add up to the total. `None` when not stated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overlaps: Option<Vec<String>>,
}

impl About {
    /// The last day the data are complete for; `None` where the answer does not say so or names no date.
    pub fn complete_through(&self) -> Option<Date> {
        self.complete_through.as_deref().and_then(|text| parse_date(text.get(..10)?).ok())
    }
}

impl Table {
    /// The position of a column by name.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }
}
