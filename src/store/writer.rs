//! Writes one merchant's lines, and everything that follows from them; reads them back for counting.

use super::{
    calendar::Day,
    error::QueryError,
    facts::{self, Facts},
    hashing::{NumberMap, NumberSet},
    line::Line,
    profiles::{Profile, Profiles},
    rollup::Rollups,
    schema,
};
use crate::domain::{Currency, Merchant};
use rusqlite::{CachedStatement, Connection, params};

/// A merchant while its lines are being added, within a transaction of the caller.
pub(super) struct MerchantWriter {
    merchant: Merchant,
    id: i64,
    /// As it was before; `None` for a new merchant.
    before: Option<Facts>,
    /// The id of the first line of this import; those stored before lie below.
    first_line: i64,
    next_line: i64,
    rollups: Rollups,
    profiles: Profiles,
    stored_profiles: usize,
    customers: NumberMap<i64, u32>,
    stored_customers: usize,
}

/// What the caller knows of the merchant beyond its lines.
pub(super) struct Frame {
    pub(super) source: &'static str,
    pub(super) currency: Option<Currency>,
    pub(super) as_of: Day,
    pub(super) complete_through: Day,
    /// The first day that the data speak of, if not that of the first line.
    pub(super) data_from: Option<Day>,
}

/// What was written of a merchant.
pub(super) struct Written {
    /// Orders of this import with a positive line.
    pub(super) orders: i64,
    /// Orders that were stored before and are replaced.
    pub(super) replaced: u64,
}

/// The statement that stores a line, for [`MerchantWriter::add`].
pub(super) fn line_insert(connection: &Connection) -> rusqlite::Result<CachedStatement<'_>> {
    connection.prepare_cached(
        "INSERT INTO line (id, order_key, order_day, day, amount, customer, profile) VALUES (?, ?, ?, ?, ?, ?, ?)",
    )
}

impl MerchantWriter {
    /// Begins to add lines to a merchant, stored or new.
    pub(super) fn begin(connection: &Connection, merchant: &Merchant) -> rusqlite::Result<Self> {
        let (id, before) = facts::find(connection, merchant)?.unzip();
        let id = if let Some(id) = id {
            id
        } else {
            // Reserves the name and number; `finish` fills in the rest.
            connection.execute(
                "INSERT INTO merchant VALUES (NULL, ?, NULL, '', '', 0, 0, 0, 0)",
                [merchant.as_str()],
            )?;
            connection.last_insert_rowid()
        };
        let (first, end) = schema::line_ids(id);
        let last: Option<i64> = connection.query_row(
            "SELECT max(id) FROM line WHERE id >= ? AND id < ?",
            [first, end],
            |row| row.get(0),
        )?;
        let first_line = last.map_or(first, |last| last + 1);
        let profiles = profiles(connection, id)?;
        let customers = customers(connection, id)?;
        Ok(Self {
            merchant: merchant.clone(),
            id,
            before,
            first_line,
            next_line: first_line,
            rollups: Rollups::default(),
            stored_profiles: profiles.list().len(),
            profiles,
            stored_customers: customers.len(),
            customers,
        })
    }

    /// Whose lines these are.
    pub(super) fn merchant(&self) -> &Merchant {
        &self.merchant
    }

    /// The currency of the lines stored before.
    pub(super) fn stored_currency(&self) -> Option<Currency> {
        self.before.as_ref().and_then(|facts| facts.currency)
    }

    /// The number of an attribute combination.
    pub(super) fn profile(&mut self, profile: Profile) -> u32 {
        self.profiles.number(profile)
    }

    /// The number of a customer, by the hash of its id.
    pub(super) fn customer(&mut self, hash: i64) -> u32 {
        let next = self.customers.len() as u32;
        *self.customers.entry(hash).or_insert(next)
    }

    /// Stores a line; its `order_day` is filled in.
    pub(super) fn add(&mut self, insert: &mut CachedStatement<'_>, line: &mut Line) -> rusqlite::Result<()> {
        self.rollups.add(line);
        insert.execute(params![
            self.next_line,
            line.order,
            line.order_day.0,
            line.day.0,
            line.amount,
            line.customer,
            line.profile,
        ])?;
        self.next_line += 1;
        Ok(())
    }

    /// Replaces orders stored before, and stores what follows from the lines.
    pub(super) fn finish(mut self, connection: &Connection, frame: &Frame) -> rusqlite::Result<Written> {
        let orders = self.rollups.order_count();
        let mut replaced = 0;
        self.write_new_profiles_and_customers(connection)?;
        if self.before.is_some() {
            replaced = self.remove_replaced(connection)?;
            self.rollups = Rollups::default();
            scan(connection, self.id, &mut |line| self.rollups.add(&mut line.clone()))?;
        }
        self.rollups.write(connection, self.id, &self.profiles)?;

        let (first_day, last_day) =
            self.rollups.days().unwrap_or((frame.complete_through, frame.complete_through));
        let before = |pick: fn(&Facts) -> Day| self.before.as_ref().map(pick);
        let complete_through =
            frame.complete_through.max(before(|facts| facts.complete_through).unwrap_or(Day(0)));
        let facts = Facts {
            merchant: self.merchant.clone(),
            currency: frame.currency.or(self.stored_currency()),
            source: frame.source.to_owned(),
            as_of: frame.as_of.max(complete_through).date().to_string(),
            data_from: frame.data_from.unwrap_or(first_day),
            last_day,
            complete_through,
            orders: self.rollups.order_count(),
            has_customers: !self.customers.is_empty(),
            has_refunds: false,
        };
        facts.write(connection, self.id)?;
        Ok(Written { orders, replaced })
    }

    /// Notes that the merchant has lines from a file.
    pub(super) fn note_file(&self, connection: &Connection, fingerprint: &[u8]) -> rusqlite::Result<()> {
        connection.execute(
            "INSERT INTO file (fingerprint, merchant) VALUES (?, ?)",
            params![fingerprint, self.id],
        )?;
        Ok(())
    }

    /// Deletes the earlier lines of every order that was added again; returns how many orders that are.
    fn remove_replaced(&self, connection: &Connection) -> rusqlite::Result<u64> {
        let mut select = connection.prepare("SELECT id, order_key FROM line WHERE id >= ? AND id < ?")?;
        let mut rows = select.query([schema::line_ids(self.id).0, self.first_line])?;
        let mut lines = Vec::new();
        let mut orders = NumberSet::default();
        while let Some(row) = rows.next()? {
            let order = row.get(1)?;
            if self.rollups.has_order(order) {
                lines.push(row.get::<_, i64>(0)?);
                orders.insert(order);
            }
        }
        let mut delete = connection.prepare("DELETE FROM line WHERE id = ?")?;
        for line in lines {
            delete.execute([line])?;
        }
        Ok(orders.len() as u64)
    }

    fn write_new_profiles_and_customers(&self, connection: &Connection) -> rusqlite::Result<()> {
        let mut insert = connection.prepare_cached("INSERT INTO attribute VALUES (?, ?, ?, ?)")?;
        for (number, profile) in self.profiles.list().iter().enumerate().skip(self.stored_profiles) {
            for (dimension, value) in profile {
                insert.execute(params![self.id, number as i64, dimension.as_str(), value])?;
            }
        }
        let stored = self.stored_customers;
        let mut new: Vec<_> = self.customers.iter().map(|(hash, number)| (*number, *hash)).collect();
        new.retain(|(number, _)| *number as usize >= stored);
        new.sort_unstable();
        let mut insert = connection.prepare_cached("INSERT INTO customer VALUES (?, ?, ?)")?;
        for (number, hash) in new {
            insert.execute(params![self.id, number, hash])?;
        }
        Ok(())
    }
}

/// A merchant's attribute combinations.
pub(super) fn profiles(connection: &Connection, id: i64) -> rusqlite::Result<Profiles> {
    let mut select = connection.prepare_cached(
        "SELECT profile, dimension, value FROM attribute WHERE merchant = ? ORDER BY profile",
    )?;
    let mut rows = select.query([id])?;
    let mut profiles = Profiles::default();
    let mut current: (i64, Profile) = (0, Profile::new());
    while let Some(row) = rows.next()? {
        let number = row.get(0)?;
        if number != current.0 {
            profiles.number(std::mem::take(&mut current.1));
            current.0 = number;
        }
        let name = row.get_ref(1)?.as_str()?;
        if let Ok(dimension) = name.parse() {
            current.1.insert(dimension, row.get(2)?);
        }
    }
    profiles.number(current.1);
    Ok(profiles)
}

fn customers(connection: &Connection, id: i64) -> rusqlite::Result<NumberMap<i64, u32>> {
    let mut select = connection.prepare("SELECT hash, number FROM customer WHERE merchant = ?")?;
    select.query_map([id], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}

/// Visits every line of a merchant in file order.
pub(super) fn scan(connection: &Connection, id: i64, visit: &mut dyn FnMut(&Line)) -> rusqlite::Result<()> {
    let mut select = connection.prepare_cached(
        "SELECT order_key, order_day, day, amount, customer, profile FROM line WHERE id >= ? AND id < ? ORDER BY id",
    )?;
    let mut rows = select.query(<[i64; 2]>::from(schema::line_ids(id)))?;
    while let Some(row) = rows.next()? {
        visit(&Line {
            order: row.get(0)?,
            order_day: Day(row.get(1)?),
            day: Day(row.get(2)?),
            amount: row.get(3)?,
            customer: row.get(4)?,
            profile: row.get(5)?,
        });
    }
    Ok(())
}

/// Removes a merchant in a transaction of its own, overwriting its bytes in the file.
pub(super) fn forget(connection: &mut Connection, merchant: &Merchant) -> Result<(), QueryError> {
    let Some((id, _)) = facts::find(connection, merchant)? else {
        return Err(super::answer::unknown(merchant, &facts::names(connection)?));
    };
    connection.pragma_update(None, "secure_delete", true)?;
    let transaction = connection.transaction()?;
    remove(&transaction, id)?;
    transaction.commit()?;
    Ok(())
}

/// Deletes everything about a merchant. Its files are forgotten for every merchant in them, so that they can be imported again.
pub(super) fn remove(connection: &Connection, id: i64) -> rusqlite::Result<()> {
    connection.execute(
        "DELETE FROM file WHERE fingerprint IN (SELECT fingerprint FROM file WHERE merchant = ?)",
        [id],
    )?;
    connection
        .execute("DELETE FROM line WHERE id >= ? AND id < ?", <[i64; 2]>::from(schema::line_ids(id)))?;
    for table in ["rollup", "attribute", "customer"] {
        connection.execute(&format!("DELETE FROM {table} WHERE merchant = ?"), [id])?;
    }
    connection.execute("DELETE FROM merchant WHERE id = ?", [id])?;
    Ok(())
}
