//! Import of order lines from CSV: all of a file in one transaction, or nothing.
//!
//! `source` opens the bytes, `mapping` says which column is what, `rows` reads one row (with `dates`, `amounts` and
//! `privacy`); here the rows become lines, and the report.

mod amounts;
mod dates;
mod fields;
mod mapping;
mod privacy;
mod rows;
mod source;

pub use fields::Field;
pub use mapping::Mapping;

use super::{
    calendar::Day,
    error::{ImportError, StoreError},
    line::Line,
    writer::{self, Frame, MerchantWriter},
};
use crate::domain::{Amount, Currency, Merchant};
use amounts::Amounts;
use dates::Dates;
use hmac::{Hmac, KeyInit, Mac};
use mapping::{Columns, MerchantFrom};
use rows::{Row, Rows, Unusable};
use rusqlite::{CachedStatement, Connection, Transaction, TransactionBehavior};
use sha2::{Digest, Sha256};
use source::Source;
use std::{collections::HashMap, io::Read};

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
    let mut rows = Rows::new(
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

    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let stored = {
        let mut import = Import::begin(&transaction, options.currency)?;
        let mut record = csv::ByteRecord::new();
        while source.read(&mut record)? {
            report.rows += 1;
            let line = source.line(&record);
            match rows.read(&record, line).and_then(|row| import.add(&rows, &record, line, &row)) {
                Ok(()) => {}
                Err(Unusable::Row(reason)) => report.reject(line, reason),
                Err(Unusable::File(error)) => return Err(error),
            }
        }
        if report.rows == 0 {
            return Err(ImportError::File("the file has a header but no rows; nothing was imported".into()));
        }
        let fingerprint = fingerprint(&source.sha256(), rows.columns(), options);
        report.already_imported = import.is_known(&fingerprint)?;
        if report.already_imported || import.lines == 0 {
            // Dropping the transaction undoes it.
            return Ok(report);
        }
        import.finish(&fingerprint)?
    };
    transaction.commit()?;
    report.imported = stored.lines;
    report.orders = stored.orders;
    report.replaced = stored.replaced;
    report.total = Amount(stored.total).units();
    report.merchants = stored.merchants;
    Ok(report)
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

/// The lines of one file on their way into the database.
struct Import<'t> {
    transaction: &'t Transaction<'t>,
    insert: CachedStatement<'t>,
    currency: Option<Currency>,
    customer_key: Hmac<Sha256>,
    merchants: Vec<MerchantRows>,
    positions: HashMap<Vec<u8>, usize>,
    /// The merchant of the row before: rows mostly come in runs.
    latest: Option<(Vec<u8>, usize)>,
    attributes: Vec<u8>,
    last_day: Option<Day>,
    lines: u64,
    total: i64,
    magnitude: i64,
}

/// One merchant of the file, with the number of each combination of attributes as they stand there, so that each is checked and
/// looked up once.
struct MerchantRows {
    writer: MerchantWriter,
    profiles: HashMap<Vec<u8>, u32>,
}

struct Stored {
    lines: u64,
    orders: u64,
    replaced: u64,
    total: i64,
    merchants: Vec<String>,
}

impl<'t> Import<'t> {
    fn begin(transaction: &'t Transaction<'t>, currency: Option<Currency>) -> Result<Self, ImportError> {
        let key: Vec<u8> =
            transaction
                .query_row("SELECT value FROM setting WHERE name = 'customer_key'", [], |row| row.get(0))?;
        Ok(Self {
            transaction,
            insert: writer::line_insert(transaction)?,
            currency,
            customer_key: Hmac::new_from_slice(&key)
                .map_err(|_| ImportError::File("the database has no key for customer ids".into()))?,
            merchants: Vec::new(),
            positions: HashMap::new(),
            latest: None,
            attributes: Vec::new(),
            last_day: None,
            lines: 0,
            total: 0,
            magnitude: 0,
        })
    }

    fn add(
        &mut self,
        rows: &Rows,
        record: &csv::ByteRecord,
        number: u64,
        row: &Row<'_>,
    ) -> Result<(), Unusable> {
        let position = self.merchant(rows, row.merchant, number)?;
        let merchant = &mut self.merchants[position];
        rows.attributes(record, &mut self.attributes);
        let profile = if let Some(profile) = merchant.profiles.get(&self.attributes) {
            *profile
        } else {
            let profile = merchant.writer.profile(rows.profile(record, number)?);
            merchant.profiles.insert(self.attributes.clone(), profile);
            profile
        };
        let customer = row.customer.map(|id| {
            let hash = keyed_hash(&self.customer_key, merchant.writer.merchant(), id);
            merchant.writer.customer(hash)
        });
        let mut line = Line {
            order: number_of(&Sha256::digest(row.order)),
            order_day: row.day,
            day: row.day,
            amount: row.amount,
            customer,
            profile,
        };
        merchant.writer.add(&mut self.insert, &mut line)?;
        self.lines += 1;
        self.last_day = self.last_day.max(Some(row.day));
        self.total += row.amount;
        // While this sum fits, so does every other one.
        self.magnitude = self.magnitude.checked_add(row.amount.abs()).ok_or_else(|| {
            ImportError::File(format!("line {number}: the amounts are too large to be added up"))
        })?;
        Ok(())
    }

    /// The position of a merchant, begun at its first row.
    fn merchant(&mut self, rows: &Rows, name: &[u8], line: u64) -> Result<usize, Unusable> {
        if let Some((latest, position)) = &self.latest
            && latest == name
        {
            return Ok(*position);
        }
        let position = if let Some(position) = self.positions.get(name) {
            *position
        } else {
            let merchant = rows.merchant(name, line)?;
            // Two spellings that differ in surrounding blanks are one merchant.
            let known = self.merchants.iter().position(|rows| rows.writer.merchant() == &merchant);
            let position = match known {
                Some(position) => position,
                None => self.begin_merchant(&merchant)?,
            };
            self.positions.insert(name.to_owned(), position);
            position
        };
        self.latest = Some((name.to_owned(), position));
        Ok(position)
    }

    fn begin_merchant(&mut self, merchant: &Merchant) -> Result<usize, ImportError> {
        let writer = MerchantWriter::begin(self.transaction, merchant)?;
        if let (Some(stored), Some(given)) = (writer.stored_currency(), self.currency)
            && stored != given
        {
            return Err(ImportError::Currency {
                merchant: merchant.to_string(),
                stored: stored.to_string(),
                given: given.to_string(),
            });
        }
        self.merchants.push(MerchantRows { writer, profiles: HashMap::new() });
        Ok(self.merchants.len() - 1)
    }

    fn is_known(&self, fingerprint: &[u8]) -> Result<bool, StoreError> {
        let known = "SELECT EXISTS (SELECT 1 FROM file WHERE fingerprint = ?)";
        Ok(self.transaction.query_row(known, [fingerprint], |row| row.get(0))?)
    }

    fn finish(self, fingerprint: &[u8]) -> Result<Stored, StoreError> {
        let last_day = self.last_day.unwrap_or(Day(0));
        let frame = Frame {
            source: "imported orders",
            currency: self.currency,
            as_of: last_day,
            complete_through: last_day,
            data_from: None,
        };
        let mut stored =
            Stored { lines: self.lines, orders: 0, replaced: 0, total: self.total, merchants: Vec::new() };
        for merchant in self.merchants {
            stored.merchants.push(merchant.writer.merchant().to_string());
            merchant.writer.note_file(self.transaction, fingerprint)?;
            let written = merchant.writer.finish(self.transaction, &frame)?;
            stored.orders += written.orders.unsigned_abs();
            stored.replaced += written.replaced;
        }
        stored.merchants.sort();
        Ok(stored)
    }
}

/// HMAC-SHA256 of a customer id, truncated; the merchant is in it, so that a person cannot be followed from one to another.
fn keyed_hash(key: &Hmac<Sha256>, merchant: &Merchant, customer: &[u8]) -> i64 {
    let mut mac = key.clone();
    mac.update(merchant.as_str().as_bytes());
    mac.update(&[0]);
    mac.update(customer);
    number_of(&mac.finalize().into_bytes())
}

/// The first eight bytes of a hash as a number: of a million ids, two meet once in forty million files.
fn number_of(hash: &[u8]) -> i64 {
    hash.iter().take(8).fold(0, |number, byte| number << 8 | i64::from(*byte))
}
