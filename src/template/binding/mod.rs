//! A binding: how a given server answers. Which tool is called with what, where the rows of its answer are, and which
//! column is which metric or dimension. `docs/bindings.md` is the user's view.
//!
//! [`Binding::load`] reads a built-in binding or a file and reports every error at once. Nothing here asks a server:
//! `retrieve` fills the templates in and reads the answers.

mod arguments;
mod fields;
mod load;
mod read;
mod sql;

pub use arguments::{Arguments, Hole, Text};
pub use load::{BindingError, binding_names};
pub use sql::{Dialect, LineColumns, Rows, SqlSource};

use crate::domain::{Currency, Dimension, Metric};
use serde_json::Value;
use std::collections::BTreeMap;

/// How a server answers, checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Binding {
    /// Its name.
    pub name: String,
    /// Who asks.
    pub retrieval: Retrieval,
    /// The table of order lines, where statements are made from it.
    pub sql: Option<SqlSource>,
    /// Ways of asking; the first that fits a call is taken. Empty when an agent asks.
    pub ways: Vec<Way>,
}

/// Who asks the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retrieval {
    /// The program calls tools.
    Direct,
    /// A model calls tools.
    Agent,
}

/// One way of asking.
#[derive(Debug, Clone, PartialEq)]
pub struct Way {
    /// The calls it is for.
    pub fits: Fits,
    /// The tool called.
    pub tool: String,
    /// What it is called with.
    pub arguments: Arguments,
    /// A statement of the user's own, in place of the one that is made.
    pub statement: Option<Text>,
    /// The server's words for metrics and dimensions, in arguments.
    pub words: BTreeMap<String, String>,
    /// How its answer is read.
    pub answer: AnswerForm,
}

/// The calls that a way of asking is for. What is not said fits every call.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fits {
    /// The section, by slug or request id.
    pub section: Option<String>,
    /// Exactly these groupings, in any order.
    pub group_by: Option<Vec<Dimension>>,
    /// At least these metrics.
    pub metrics: Vec<Metric>,
}

/// How an answer is read.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AnswerForm {
    /// Keys and positions that lead to the rows; empty where the rows are found without.
    pub path: Vec<String>,
    /// The server's column by metric or dimension; what is not named goes by the contract's name.
    pub columns: BTreeMap<String, String>,
    /// What marks an answer as an error.
    pub error_if: Vec<ErrorMark>,
    /// The currency of every amount, where answers do not say it.
    pub currency: Option<Currency>,
}

/// What marks an answer as an error.
#[derive(Debug, Clone, PartialEq)]
pub enum ErrorMark {
    /// Its text begins with this.
    Begins(String),
    /// What the path leads to is this value.
    At {
        /// Keys and positions.
        path: Vec<String>,
        /// The value.
        is: Value,
    },
}

impl Default for Binding {
    /// The metrics contract, as it is built in.
    fn default() -> Self {
        load::metrics()
    }
}

impl Binding {
    /// The way of asking for a call; `None` when the binding has none.
    pub fn way(&self, section: [&str; 2], metrics: &[Metric], group_by: &[Dimension]) -> Option<&Way> {
        self.ways.iter().find(|way| way.fits.call(section, metrics, group_by))
    }
}

impl Fits {
    /// Whether a call is one of these. `section` is its slug and its request id.
    fn call(&self, section: [&str; 2], metrics: &[Metric], group_by: &[Dimension]) -> bool {
        let sorted = |list: &[Dimension]| {
            let mut list = list.to_vec();
            list.sort_unstable();
            list
        };
        self.section.as_deref().is_none_or(|name| section.contains(&name))
            && self.group_by.as_deref().is_none_or(|wanted| sorted(wanted) == sorted(group_by))
            && self.metrics.iter().all(|metric| metrics.contains(metric))
    }
}
