//! Batches of lines → the database, in one transaction.

use super::{
    super::{
        error::{ImportError, StoreError},
        line::Line,
        writer::{self, Frame, MerchantWriter},
    },
    reading::{Batch, Piece, Summary},
};
use crate::domain::{Currency, Merchant};
use rusqlite::{CachedStatement, Connection, Transaction, TransactionBehavior};

/// What became of a file that was read to its end.
pub(super) enum Outcome {
    Stored(Stored),
    /// It was imported before with the same options.
    Known,
}

/// What was stored.
pub(super) struct Stored {
    pub(super) lines: u64,
    pub(super) orders: u64,
    pub(super) replaced: u64,
    pub(super) total: i64,
    /// By name.
    pub(super) merchants: Vec<String>,
}

/// Stores what is read. `None`, and nothing is stored, when the pieces stop before their end.
///
/// # Errors
/// When the database cannot be written, or a merchant's lines are in another currency.
pub(super) fn store(
    connection: &mut Connection,
    currency: Option<Currency>,
    pieces: impl Iterator<Item = Piece>,
) -> Result<Option<Outcome>, ImportError> {
    // Dropping the transaction undoes it.
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut storing = Storing {
        transaction: &transaction,
        insert: writer::line_insert(&transaction)?,
        currency,
        merchants: Vec::new(),
    };
    for piece in pieces {
        match piece {
            Piece::Lines(batch) => storing.add(batch)?,
            Piece::End(summary) if is_known(&transaction, &summary.fingerprint)? => {
                return Ok(Some(Outcome::Known));
            }
            Piece::End(summary) => {
                let stored = storing.finish(&summary)?;
                transaction.commit()?;
                return Ok(Some(Outcome::Stored(stored)));
            }
        }
    }
    Ok(None)
}

fn is_known(transaction: &Transaction<'_>, fingerprint: &[u8]) -> Result<bool, StoreError> {
    let known = "SELECT EXISTS (SELECT 1 FROM file WHERE fingerprint = ?)";
    Ok(transaction.query_row(known, [fingerprint], |row| row.get(0))?)
}

/// The lines of one file on their way into the database.
struct Storing<'t> {
    transaction: &'t Transaction<'t>,
    insert: CachedStatement<'t>,
    currency: Option<Currency>,
    merchants: Vec<MerchantLines>,
}

/// One merchant of the file, with the stored number of each combination of attributes that came.
struct MerchantLines {
    writer: MerchantWriter,
    profiles: Vec<u32>,
}

impl Storing<'_> {
    fn add(&mut self, batch: Batch) -> Result<(), ImportError> {
        for merchant in &batch.merchants {
            self.begin(merchant)?;
        }
        for (merchant, profile) in batch.profiles {
            let MerchantLines { writer, profiles } = &mut self.merchants[merchant];
            profiles.push(writer.profile(profile));
        }
        for read in batch.lines {
            let MerchantLines { writer, profiles } = &mut self.merchants[read.merchant];
            let mut line = Line {
                order: read.order,
                order_day: read.day,
                day: read.day,
                amount: read.amount,
                customer: read.customer.map(|hash| writer.customer(hash)),
                profile: profiles[read.profile],
            };
            writer.add(&mut self.insert, &mut line)?;
        }
        Ok(())
    }

    fn begin(&mut self, merchant: &Merchant) -> Result<(), ImportError> {
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
        self.merchants.push(MerchantLines { writer, profiles: Vec::new() });
        Ok(())
    }

    fn finish(self, summary: &Summary) -> Result<Stored, StoreError> {
        let frame = Frame {
            source: "imported orders",
            currency: self.currency,
            as_of: summary.last_day,
            complete_through: summary.last_day,
            data_from: None,
        };
        let mut stored = Stored {
            lines: summary.lines,
            orders: 0,
            replaced: 0,
            total: summary.total,
            merchants: Vec::new(),
        };
        for MerchantLines { writer, .. } in self.merchants {
            stored.merchants.push(writer.merchant().to_string());
            writer.note_file(self.transaction, &summary.fingerprint)?;
            let written = writer.finish(self.transaction, &frame)?;
            stored.orders += written.orders.unsigned_abs();
            stored.replaced += written.replaced;
        }
        stored.merchants.sort();
        Ok(stored)
    }
}
