//! Validated data of one section: aligned series over one index, with invariants that nothing downstream checks again.
//! Pure. `retrieve` brings the answers; `analysis`, `chart` and `deck` read the [`Dataset`].
//!
//! Invariants, checked by [`Dataset::new`] alone: months strictly increasing, or parts unique within their dimension;
//! every series as long as the index; at least one series; every value finite. A missing observation is `None`,
//! never zero.

mod additivity;
mod build;
mod cutoffs;
mod grid;
mod json;
mod names;
mod panels;
mod refusal;
mod rows;
mod shares;
mod source;
mod suppress;
mod thresholds;

pub use additivity::check_parts;
pub use build::build;
pub use names::{NOT_STATED, OTHER, is_named};
pub use refusal::Refusal;
pub use shares::whole_percents;
pub use thresholds::Thresholds;

use crate::domain::{Dimension, Metric, Month, Period, Unit};
use jiff::civil::Date;
use serde_json::Value;

/// Data of one section.
#[derive(Debug, Clone, PartialEq)]
pub struct Dataset {
    request: String,
    index: Index,
    series: Vec<Series>,
    /// Months that a cut-off covers only in part. Shown, marked, and left out of every comparison.
    pub partial: Vec<Partial>,
    /// Positions of months that are not shown because a group in them is too small.
    pub withheld: Vec<usize>,
    /// People or orders behind each panel of shares, where counts were given.
    pub bases: Vec<(Dimension, u64)>,
    /// Whether the parts add up to the whole; `None` until it is known.
    pub adds_up: Option<bool>,
    /// Whether an order can hold several of the parts, as the source says; `None` where it does not say.
    pub overlaps: Option<bool>,
    /// What the parts of series are parts of, where the rows are months; `None` where series have no parts.
    pub parts_of: Option<Dimension>,
    /// Parts in the data, before any were put together or left out; 0 where there are none.
    pub part_count: usize,
    /// Parts that are in the data and not shown, because they may overlap and cannot be put together.
    pub left_out: usize,
    /// The days that the numbers stand for, where they are not by month: the history, cut to where the data begin and end.
    pub covers: Option<Period>,
    /// Where the numbers come from.
    pub provenance: Provenance,
    /// What a reader of the data should know.
    pub issues: Vec<Issue>,
}

/// What the rows of a dataset stand for.
#[derive(Debug, Clone, PartialEq)]
pub enum Index {
    /// Calendar months, in order.
    Months(Vec<IndexMonth>),
    /// Parts of a whole, in printing order.
    Parts(Vec<Part>),
}

/// A month of an index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IndexMonth {
    /// Which month.
    pub month: Month,
    /// Whether it lies before the history and serves comparison only.
    pub comparison: bool,
}

/// A part: a category of a dimension.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// What it is a part of.
    pub dimension: Dimension,
    /// Its printed name.
    pub name: String,
}

/// One column of values, as long as the index.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// What is measured.
    pub metric: Metric,
    /// The part it belongs to, by printed name; `None` for all of it.
    pub part: Option<String>,
    /// What the values count.
    pub unit: Unit,
    /// One per index entry; finite where present.
    pub values: Vec<Option<f64>>,
}

/// A month of which the data cover only some days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Partial {
    /// Position in the index.
    pub index: usize,
    /// First day covered.
    pub from: Date,
    /// Last day covered.
    pub to: Date,
}

/// Where the numbers of a dataset come from.
#[derive(Debug, Clone, PartialEq, Default, serde::Serialize)]
pub struct Provenance {
    /// The server, by name.
    pub server: String,
    /// The tool called.
    pub tool: String,
    /// The arguments sent; a list where there were several calls.
    pub arguments: Value,
    /// When the data were last brought up to date.
    pub as_of: Option<String>,
    /// Last day for which the data are complete.
    pub complete_through: Option<String>,
    /// SHA-256 of the raw answer, in hex.
    pub raw_sha256: String,
}

/// Something a reader of the data should know.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Issue {
    /// A short name, for instance `suppressed`.
    pub kind: &'static str,
    /// In words.
    pub message: String,
}

/// A broken invariant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DatasetError {
    /// There is no series.
    #[error("there is no series")]
    NoSeries,
    /// A series is not as long as the index.
    #[error("series {series} has {found} values for {expected} index entries")]
    Length {
        /// Position of the series.
        series: usize,
        /// Its length.
        found: usize,
        /// The index's length.
        expected: usize,
    },
    /// The index is out of order or names something twice.
    #[error("the index has {0} twice or out of order")]
    Index(String),
    /// A value is infinite or not a number.
    #[error("series {0} holds a value that is not finite")]
    NotFinite(usize),
}

impl Series {
    /// Its name, unique in a dataset: the metric, and the part behind a colon.
    pub fn name(&self) -> String {
        self.part.as_ref().map_or_else(|| self.metric.to_string(), |part| format!("{}: {part}", self.metric))
    }
}

impl Dataset {
    /// Checks the invariants.
    ///
    /// # Errors
    /// Names the first one broken.
    pub fn new(request: impl Into<String>, index: Index, series: Vec<Series>) -> Result<Self, DatasetError> {
        match &index {
            Index::Months(months) => {
                if let Some(pair) = months.windows(2).find(|pair| pair[0].month >= pair[1].month) {
                    return Err(DatasetError::Index(pair[1].month.to_string()));
                }
            }
            Index::Parts(parts) => {
                if let Some((_, part)) = parts.iter().enumerate().find(|(i, part)| parts[..*i].contains(part))
                {
                    return Err(DatasetError::Index(format!("`{}`", part.name)));
                }
            }
        }
        if series.is_empty() {
            return Err(DatasetError::NoSeries);
        }
        for (i, column) in series.iter().enumerate() {
            if column.values.len() != index.len() {
                let (found, expected) = (column.values.len(), index.len());
                return Err(DatasetError::Length { series: i, found, expected });
            }
            if column.values.iter().flatten().any(|value| !value.is_finite()) {
                return Err(DatasetError::NotFinite(i));
            }
        }
        Ok(Self {
            request: request.into(),
            index,
            series,
            partial: Vec::new(),
            withheld: Vec::new(),
            bases: Vec::new(),
            adds_up: None,
            overlaps: None,
            parts_of: None,
            part_count: 0,
            left_out: 0,
            covers: None,
            provenance: Provenance::default(),
            issues: Vec::new(),
        })
    }

    /// The request it answers.
    pub fn request(&self) -> &str {
        &self.request
    }

    /// What the rows stand for.
    pub fn index(&self) -> &Index {
        &self.index
    }

    /// The months of a monthly dataset; empty for parts.
    pub fn months(&self) -> &[IndexMonth] {
        match &self.index {
            Index::Months(months) => months,
            Index::Parts(_) => &[],
        }
    }

    /// The parts of a dataset of parts; empty for months.
    pub fn parts(&self) -> &[Part] {
        match &self.index {
            Index::Months(_) => &[],
            Index::Parts(parts) => parts,
        }
    }

    /// Every series.
    pub fn series(&self) -> &[Series] {
        &self.series
    }

    /// The series of a metric for all parts together.
    pub fn whole(&self, metric: Metric) -> Option<&Series> {
        self.series.iter().find(|series| series.metric == metric && series.part.is_none())
    }

    /// The series of a metric, one per part, in printing order.
    pub fn by_part(&self, metric: Metric) -> impl Iterator<Item = &Series> {
        self.series.iter().filter(move |series| series.metric == metric && series.part.is_some())
    }

    /// Whether an order is known to hold several of the parts: the source says so, or the parts add up to too much.
    pub fn orders_overlap(&self) -> bool {
        self.overlaps.unwrap_or(self.left_out == 0 && self.adds_up == Some(false))
    }

    /// The partial month at a position, if it is one.
    pub fn partial_at(&self, index: usize) -> Option<&Partial> {
        self.partial.iter().find(|partial| partial.index == index)
    }
}

impl Index {
    /// Number of entries.
    pub fn len(&self) -> usize {
        match self {
            Self::Months(months) => months.len(),
            Self::Parts(parts) => parts.len(),
        }
    }

    /// Whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn months(list: &[&str]) -> Index {
        let month = |text: &&str| IndexMonth { month: text.parse().unwrap(), comparison: false };
        Index::Months(list.iter().map(month).collect())
    }

    fn series(values: Vec<Option<f64>>) -> Series {
        Series { metric: Metric::Orders, part: None, unit: Unit::Count, values }
    }

    #[test]
    fn every_broken_invariant_is_refused() {
        let good = || vec![series(vec![Some(1.0), None])];
        assert!(Dataset::new("x", months(&["2025-01", "2025-02"]), good()).is_ok());
        assert!(Dataset::new("x", months(&["2025-02", "2025-01"]), good()).is_err());
        assert!(Dataset::new("x", months(&["2025-01", "2025-01"]), good()).is_err());
        assert!(Dataset::new("x", months(&["2025-01"]), good()).is_err());
        assert!(Dataset::new("x", months(&["2025-01"]), vec![]).is_err());
        assert!(Dataset::new("x", months(&["2025-01"]), vec![series(vec![Some(f64::NAN)])]).is_err());
        let part = Part { dimension: Dimension::Gender, name: "Other".into() };
        let other = Part { dimension: Dimension::AgeBand, name: "Other".into() };
        assert!(Dataset::new("x", Index::Parts(vec![part.clone(), other]), good()).is_ok());
        assert!(Dataset::new("x", Index::Parts(vec![part.clone(), part]), good()).is_err());
    }
}
