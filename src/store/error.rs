//! What can go wrong with the embedded data, in words that say what to do next.

use crate::failure::{Failure, FailureKind};
use std::path::{Path, PathBuf};

/// The database cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is no such file.
    #[error(
        "there is no database `{}`; `kamslides data import FILE --db {}` makes one from orders, `kamslides data demo` one with \
         demo merchants", .0.display(), .0.display()
    )]
    Missing(PathBuf),
    /// The file is something else.
    #[error("`{}` is not a kamslides database; name another file with --db", .0.display())]
    NotOurs(PathBuf),
    /// The file was written by another version.
    #[error("`{}` was written by another version of kamslides (tables {version}); import the data again into a new file", .path.display())]
    Version {
        /// The file.
        path: PathBuf,
        /// The version of its tables.
        version: i64,
    },
    /// The store holds a demo merchant in memory.
    #[error("the built-in demo data cannot be changed; name a database with --db")]
    ReadOnly,
    /// The file cannot be opened.
    #[error("cannot open the database `{}`; check that its folder exists and may be written to", .path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// SQLite's reason.
        source: rusqlite::Error,
    },
    /// The file cannot be made.
    #[error("cannot make the database `{}`; check that its folder exists and may be written to", .path.display())]
    Create {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// SQLite failed.
    #[error("the database failed")]
    Sqlite(#[from] rusqlite::Error),
}

impl StoreError {
    /// SQLite's answer to opening a file.
    pub(super) fn at(path: &Path, source: rusqlite::Error) -> Self {
        match source.sqlite_error_code() {
            Some(rusqlite::ErrorCode::NotADatabase) => Self::NotOurs(path.to_owned()),
            _ => Self::Open { path: path.to_owned(), source },
        }
    }

    /// The kind, which decides the exit code.
    pub fn kind(&self) -> FailureKind {
        match self {
            Self::Missing(_) | Self::ReadOnly => FailureKind::Usage,
            Self::NotOurs(_) | Self::Version { .. } => FailureKind::InvalidData,
            Self::Open { .. } | Self::Create { .. } => FailureKind::CannotCreate,
            Self::Sqlite(error) => match error.sqlite_error_code() {
                Some(rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DatabaseLocked) => {
                    FailureKind::Locked
                }
                Some(
                    rusqlite::ErrorCode::DiskFull
                    | rusqlite::ErrorCode::ReadOnly
                    | rusqlite::ErrorCode::SystemIoFailure,
                ) => FailureKind::CannotCreate,
                Some(rusqlite::ErrorCode::DatabaseCorrupt) => FailureKind::InvalidData,
                _ => FailureKind::Bug,
            },
        }
    }
}

/// A query has no answer.
#[derive(Debug, thiserror::Error)]
pub enum QueryError {
    /// The store does not hold the merchant.
    #[error("there are no data for the merchant `{merchant}`")]
    UnknownMerchant {
        /// As asked.
        merchant: String,
        /// Names that are near, best first; none when none is.
        suggestions: Vec<String>,
    },
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl QueryError {
    /// The kind, which decides the exit code.
    pub fn kind(&self) -> FailureKind {
        match self {
            Self::UnknownMerchant { .. } => FailureKind::UnknownMerchant,
            Self::Store(error) => error.kind(),
        }
    }
}

impl From<rusqlite::Error> for QueryError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}

/// A file was not imported; the database is as it was.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The options contradict each other or the header.
    #[error("{0}")]
    Usage(String),
    /// The header does not have what is needed.
    #[error("{0}")]
    Header(String),
    /// The file as a whole is no usable CSV.
    #[error("{0}")]
    File(String),
    /// The day and the month cannot be told apart.
    #[error(
        "line {line}: the date `{value}` can be read as day/month or month/day; say which with --date-format, for instance \
         --date-format {suggestion}"
    )]
    AmbiguousDate {
        /// Line of the file, from 1.
        line: u64,
        /// As written.
        value: String,
        /// A format that reads it.
        suggestion: String,
    },
    /// A mapped column holds personal data.
    #[error(
        "line {line}: the column `{column}` holds what looks like {what}, which is never stored; leave the column out of --map"
    )]
    Personal {
        /// Line of the file, from 1.
        line: u64,
        /// The column's name.
        column: String,
        /// For instance `an e-mail address`.
        what: &'static str,
    },
    /// The merchant's stored orders are in another currency.
    #[error(
        "the orders of `{merchant}` are stored in {stored}, this import says {given}; two currencies are never added: import them \
         for a merchant name of their own"
    )]
    Currency {
        /// The merchant.
        merchant: String,
        /// The stored code.
        stored: String,
        /// The code of the options.
        given: String,
    },
    /// The file cannot be read.
    #[error("cannot read the file")]
    Read(#[from] std::io::Error),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ImportError {
    /// The kind, which decides the exit code.
    pub fn kind(&self) -> FailureKind {
        match self {
            Self::Usage(_) => FailureKind::Usage,
            Self::Store(error) => error.kind(),
            _ => FailureKind::InvalidData,
        }
    }
}

impl From<rusqlite::Error> for ImportError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::new(error.kind(), error)
    }
}

impl From<QueryError> for Failure {
    fn from(error: QueryError) -> Self {
        let hints = match &error {
            QueryError::UnknownMerchant { suggestions, .. } if !suggestions.is_empty() => {
                vec![format!("did you mean {}?", suggestions.join(" or "))]
            }
            QueryError::UnknownMerchant { .. } => {
                vec!["`kamslides data merchants` lists those there are".into()]
            }
            QueryError::Store(_) => Vec::new(),
        };
        Self { hints, ..Self::new(error.kind(), error) }
    }
}

impl From<ImportError> for Failure {
    fn from(error: ImportError) -> Self {
        Self::new(error.kind(), error)
    }
}
