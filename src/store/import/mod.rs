//! Import of order lines from CSV: all of a file in one transaction, or nothing.
//!
//! `source` opens the bytes, `mapping` says which column is what, `rows` reads one row (with `dates`, `amounts` and
//! `privacy`), `reading` makes lines of the rows, and `storing` puts them into the database on a thread of its own.

mod amounts;
mod dates;
mod fields;
mod mapping;
mod privacy;
mod proposal;
mod reading;
mod rows;
mod source;
mod storing;

pub use fields::Field;
pub use mapping::Mapping;

use super::error::ImportError;
use crate::{
    concurrency::pipe,
    domain::{Amount, Currency, Merchant},
};
use amounts::Amounts;
use dates::Dates;
use hmac::{Hmac, KeyInit};
use mapping::{Columns, MerchantFrom};
use reading::Reading;
use rows::Rows;
use rusqlite::Connection;
use sha2::{Digest, Sha256};
use source::Source;
use std::io::Read;
use storing::Outcome;

/// How to read a file.
#[derive(Debug, Clone)]
pub struct ImportOptions {
    /// Which column is what.
    pub map: Mapping,
    /// The merchant of every row, where no column says it.
    pub merchant: Option<Merchant>,
    /// The currency of every amount.
    pub currency: Option<Currency>,
    /// How dates are written, in the directives of `strftime`; needed where day and month cannot be told apart.
    pub date_format: Option<String>,
    /// The decimal sign, `.` or `,`.
    pub decimal: char,
}

impl Default for ImportOptions {
    fn default() -> Self {
        Self { map: Mapping::default(), merchant: None, currency: None, date_format: None, decimal: '.' }
    }
}

/// A row that was not imported.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Rejected {
    /// Line of the file, from 1.
    pub line: u64,
    /// Why, as a sentence fragment.
    pub reason: String,
}

/// What an import did.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct ImportReport {
    /// Rows of the file, the header not counted.
    pub rows: u64,
    /// Rows stored now.
    pub imported: u64,
    /// The first rows that were rejected, at most [`ImportReport::LISTED`].
    pub rejected: Vec<Rejected>,
    /// How many rows were rejected in all.
    pub rejected_total: u64,
    /// Distinct orders among the rows stored now, refunds not counted.
    pub orders: u64,
    /// Orders that were stored from another file and are replaced by this one's.
    pub replaced: u64,
    /// The sum of the amounts stored now, in units of the currency.
    pub total: f64,
    /// The merchants in the rows stored now, by name.
    pub merchants: Vec<String>,
    /// The columns used, each with what it was taken for, in file order.
    pub mapping: Vec<(String, Field)>,
    /// The file was imported before with the same options: nothing was added.
    pub already_imported: bool,
}

impl ImportReport {
    /// How many rejected rows are listed.
    pub const LISTED: usize = 100;

    fn reject(&mut self, line: u64, reason: String) {
        self.rejected_total += 1;
        if self.rejected.len() < Self::LISTED {
            self.rejected.push(Rejected { line, reason });
        }
    }
}

/// Imports a file; see [`super::Store::import`].
pub(super) fn run(
    connection: &mut Connection,
    input: impl Read,
    options: &ImportOptions,
) -> Result<ImportReport, ImportError> {
    let mut source = Source::open(input)?;
    let columns = options.map.resolve(source.header(), options.merchant.as_ref())?;
    let rows = Rows::new(
        columns,
        Dates::new(options.date_format.as_deref())?,
        Amounts::new(options.decimal, options.currency)?,
    );
    let mut report = ImportReport {
        rows: 0,
        imported: 0,
        rejected: Vec::new(),
        rejected_total: 0,
        orders: 0,
        replaced: 0,
        total: 0.0,
        merchants: Vec::new(),
        mapping: rows.columns().chosen(),
        already_imported: false,
    };
    let reading = Reading::new(rows, customer_key(connection)?);
    let fingerprint =
        |source: &Source<_>, rows: &Rows| fingerprint(&source.sha256(), rows.columns(), options);
    let (read, stored) = pipe(
        |inlet| reading.read(&mut source, fingerprint, &mut report, &inlet),
        |pieces| storing::store(connection, options.currency, pieces),
    );
    // Storing lags behind: where both failed, its failure is the one that stands earlier in the file.
    let stored = stored?;
    read?;
    match stored {
        None => {}
        Some(Outcome::Known) => report.already_imported = true,
        Some(Outcome::Stored(stored)) => {
            report.imported = stored.lines;
            report.orders = stored.orders;
            report.replaced = stored.replaced;
            report.total = Amount(stored.total).units();
            report.merchants = stored.merchants;
        }
    }
    Ok(report)
}

/// The key of this database's customer hashes.
fn customer_key(connection: &Connection) -> Result<Hmac<Sha256>, ImportError> {
    let key: Vec<u8> =
        connection
            .query_row("SELECT value FROM setting WHERE name = 'customer_key'", [], |row| row.get(0))?;
    Hmac::new_from_slice(&key)
        .map_err(|_| ImportError::File("the database has no key for customer ids".into()))
}

/// Recognises a file with its options: the same rows read in another way are another import.
fn fingerprint(content: &[u8], columns: &Columns, options: &ImportOptions) -> Vec<u8> {
    let mut hash = Sha256::new();
    hash.update(content);
    let merchant = match &columns.merchant {
        MerchantFrom::Column(_) => None,
        MerchantFrom::Option(merchant) => Some(merchant),
    };
    let read_as = (columns.chosen(), merchant, options.currency, &options.date_format, options.decimal);
    hash.update(format!("{read_as:?}"));
    hash.finalize().to_vec()
}
