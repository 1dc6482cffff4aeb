//! The rows of a file → batches of lines, on one thread; `storing` stores them on another.

use super::{
    super::{calendar::Day, error::ImportError, profiles::Profile},
    ImportReport,
    rows::{Row, Rows, Unusable},
    source::Source,
};
use crate::{concurrency::Inlet, domain::Merchant};
use csv::ByteRecord;
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};
use std::{collections::HashMap, io::Read};

/// What goes from reading to storing.
pub(super) enum Piece {
    /// The next lines.
    Lines(Batch),
    /// The whole file was read and may be stored.
    End(Summary),
}

/// Lines on their way, with the merchants and attributes that begin among them.
#[derive(Default)]
pub(super) struct Batch {
    /// Merchants of which these are the first lines. Lines name them by number, in the order of their beginning.
    pub(super) merchants: Vec<Merchant>,
    /// Attribute combinations, each with its merchant, that come for the first time. Lines name those of their merchant by
    /// number, in the order of their coming.
    pub(super) profiles: Vec<(usize, Profile)>,
    pub(super) lines: Vec<ReadLine>,
}

/// A line as the file alone tells it.
pub(super) struct ReadLine {
    pub(super) merchant: usize,
    /// A hash of the order id.
    pub(super) order: i64,
    pub(super) day: Day,
    /// Ten-thousandths.
    pub(super) amount: i64,
    /// A hash of the customer id.
    pub(super) customer: Option<i64>,
    pub(super) profile: usize,
}

/// What is known at the end of the file.
pub(super) struct Summary {
    /// SHA-256 of content and options.
    pub(super) fingerprint: Vec<u8>,
    pub(super) last_day: Day,
    pub(super) lines: u64,
    /// Ten-thousandths.
    pub(super) total: i64,
}

/// Lines in a batch.
const BATCH: usize = 4096;

/// One file while it is being read.
pub(super) struct Reading {
    rows: Rows,
    customer_key: Hmac<Sha256>,
    merchants: Vec<MerchantRows>,
    positions: HashMap<Vec<u8>, usize>,
    /// The merchant of the row before: rows mostly come in runs.
    latest: Option<(Vec<u8>, usize)>,
    attributes: Vec<u8>,
    batch: Batch,
    last_day: Day,
    lines: u64,
    total: i64,
    magnitude: i64,
}

/// One merchant of the file, with the number of each combination of attributes as they stand there, so that each is checked
/// once.
struct MerchantRows {
    merchant: Merchant,
    profiles: HashMap<Vec<u8>, usize>,
}

impl Reading {
    /// Begins a file. `customer_key` is that of the database.
    pub(super) fn new(rows: Rows, customer_key: Hmac<Sha256>) -> Self {
        Self {
            rows,
            customer_key,
            merchants: Vec::new(),
            positions: HashMap::new(),
            latest: None,
            attributes: Vec::new(),
            batch: Batch::default(),
            last_day: Day(0),
            lines: 0,
            total: 0,
            magnitude: 0,
        }
    }

    /// Reads the whole file and hands it over, noting rows and rejections. Without a single usable line there is no end.
    ///
    /// # Errors
    /// When the file is refused. What comes before the reason is handed over, since it may hold an earlier one.
    pub(super) fn read<R: Read>(
        mut self,
        source: &mut Source<R>,
        fingerprint: impl FnOnce(&Source<R>, &Rows) -> Vec<u8>,
        report: &mut ImportReport,
        inlet: &Inlet<Piece>,
    ) -> Result<(), ImportError> {
        let read = self.lines(source, report, inlet);
        inlet.put(Piece::Lines(std::mem::take(&mut self.batch)));
        if read? && self.lines > 0 {
            let fingerprint = fingerprint(source, &self.rows);
            let Self { last_day, lines, total, .. } = self;
            inlet.put(Piece::End(Summary { fingerprint, last_day, lines, total }));
        }
        Ok(())
    }

    /// Reads to the end of the file; `false` when storing has failed before.
    fn lines<R: Read>(
        &mut self,
        source: &mut Source<R>,
        report: &mut ImportReport,
        inlet: &Inlet<Piece>,
    ) -> Result<bool, ImportError> {
        let mut record = ByteRecord::new();
        while source.read(&mut record)? {
            report.rows += 1;
            let number = source.line(&record);
            match self.rows.read(&record, number).and_then(|row| self.add(&record, number, &row)) {
                Ok(()) => {}
                Err(Unusable::Row(reason)) => report.reject(number, reason),
                Err(Unusable::File(error)) => return Err(error),
            }
            if self.batch.lines.len() == BATCH {
                let next = Batch { lines: Vec::with_capacity(BATCH), ..Batch::default() };
                if !inlet.put(Piece::Lines(std::mem::replace(&mut self.batch, next))) {
                    return Ok(false);
                }
            }
        }
        match report.rows {
            0 => Err(ImportError::File("the file has a header but no rows; nothing was imported".into())),
            _ => Ok(true),
        }
    }

    fn add(&mut self, record: &ByteRecord, number: u64, row: &Row<'_>) -> Result<(), Unusable> {
        let position = self.merchant(row.merchant, number)?;
        let profile = self.profile(position, record, number)?;
        // While this sum fits, so does every other one.
        self.magnitude = self.magnitude.checked_add(row.amount.abs()).ok_or_else(|| {
            ImportError::File(format!("line {number}: the amounts are too large to be added up"))
        })?;
        let merchant = &self.merchants[position].merchant;
        self.batch.lines.push(ReadLine {
            merchant: position,
            order: number_of(&Sha256::digest(row.order)),
            day: row.day,
            amount: row.amount,
            customer: row.customer.map(|id| keyed_hash(&self.customer_key, merchant, id)),
            profile,
        });
        self.lines += 1;
        self.last_day = self.last_day.max(row.day);
        self.total += row.amount;
        Ok(())
    }

    /// The position of a merchant, begun at its first row.
    fn merchant(&mut self, name: &[u8], line: u64) -> Result<usize, Unusable> {
        if let Some((latest, position)) = &self.latest
            && latest == name
        {
            return Ok(*position);
        }
        let position = if let Some(position) = self.positions.get(name) {
            *position
        } else {
            let merchant = self.rows.merchant(name, line)?;
            // Two spellings that differ in surrounding blanks are one merchant.
            let known = self.merchants.iter().position(|rows| rows.merchant == merchant);
            let position = known.unwrap_or_else(|| {
                self.batch.merchants.push(merchant.clone());
                self.merchants.push(MerchantRows { merchant, profiles: HashMap::new() });
                self.merchants.len() - 1
            });
            self.positions.insert(name.to_owned(), position);
            position
        };
        self.latest = Some((name.to_owned(), position));
        Ok(position)
    }

    /// The number of a row's attributes among those of its merchant.
    fn profile(&mut self, merchant: usize, record: &ByteRecord, line: u64) -> Result<usize, Unusable> {
        self.rows.attributes(record, &mut self.attributes);
        let profiles = &mut self.merchants[merchant].profiles;
        if let Some(profile) = profiles.get(&self.attributes) {
            return Ok(*profile);
        }
        self.batch.profiles.push((merchant, self.rows.profile(record, line)?));
        profiles.insert(self.attributes.clone(), profiles.len());
        Ok(profiles.len() - 1)
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
