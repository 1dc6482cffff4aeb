//! The database file: its tables, how it is recognised, how it is opened.

use super::error::StoreError;
use rusqlite::{Connection, OpenFlags};
use std::{fs::OpenOptions, io::ErrorKind, os::unix::fs::OpenOptionsExt, path::Path, time::Duration};

/// Marks a SQLite file as ours: "kams".
const APPLICATION_ID: i64 = 0x6b61_6d73;

/// Grows with every change of the tables.
const VERSION: i64 = 1;

/// Everything but `setting` belongs to exactly one merchant, so that forgetting one is a delete per table.
///
/// - `line`: one order line. Its `id` is the merchant's times 2^40 plus a count in file order, so that a merchant's lines lie
///   together and are appended without a search; see [`line_ids`]. Days are numbers YYYYMMDD, money is
///   ten-thousandths, `order_key` is a hash of the order id, `customer` a number from `customer`.
/// - `attribute`: the values of each distinct attribute combination ("profile") of a merchant; profile 0 has none.
/// - `customer`: the keyed hash of each customer id.
/// - `rollup`: totals per day (dimension '') and per day × value of one dimension ('' = no value); `buyers` is the set of
///   customers, see `buyers.rs`.
/// - `file`: what was imported, by a hash of content and options, with the merchants in it.
/// - `setting`: the key of the customer hashes, random per database.
const TABLES: &str = "
CREATE TABLE setting (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE merchant (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, currency TEXT, source TEXT NOT NULL, as_of TEXT NOT NULL,
  data_from INTEGER NOT NULL, last_day INTEGER NOT NULL, complete_through INTEGER NOT NULL, orders INTEGER NOT NULL);
CREATE TABLE file (fingerprint BLOB, merchant INTEGER, PRIMARY KEY (fingerprint, merchant)) WITHOUT ROWID;
CREATE TABLE attribute (
  merchant INTEGER, profile INTEGER, dimension TEXT, value TEXT NOT NULL,
  PRIMARY KEY (merchant, profile, dimension)) WITHOUT ROWID;
CREATE TABLE customer (
  merchant INTEGER, number INTEGER, hash INTEGER NOT NULL, PRIMARY KEY (merchant, number)) WITHOUT ROWID;
CREATE TABLE line (
  id INTEGER PRIMARY KEY, order_key INTEGER NOT NULL, order_day INTEGER NOT NULL, day INTEGER NOT NULL,
  amount INTEGER NOT NULL, customer INTEGER, profile INTEGER NOT NULL);
CREATE TABLE rollup (
  merchant INTEGER, dimension TEXT, day INTEGER, value TEXT, sales INTEGER NOT NULL, items INTEGER NOT NULL,
  orders INTEGER NOT NULL, refund_amount INTEGER NOT NULL, refund_orders INTEGER NOT NULL, new_users INTEGER NOT NULL,
  buyers BLOB, PRIMARY KEY (merchant, dimension, day, value)) WITHOUT ROWID;
INSERT INTO setting VALUES ('customer_key', randomblob(32));
";

/// The ids that lines of a merchant may have, from the first up to but not the last.
pub(super) fn line_ids(merchant: i64) -> (i64, i64) {
    (merchant << 40, (merchant + 1) << 40)
}

/// How long to wait for another process that writes, before saying so.
const PATIENCE: Duration = Duration::from_secs(10);

/// Opens a database that exists.
pub(super) fn open(path: &Path) -> Result<Connection, StoreError> {
    if !path.exists() {
        return Err(StoreError::Missing(path.to_owned()));
    }
    let connection = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    match identify(&connection, path)? {
        Content::Ours => Ok(connection),
        Content::Empty => Err(StoreError::NotOurs(path.to_owned())),
    }
}

/// Opens a database, or makes it. Only its owner may read it: it holds the key of the customer hashes.
pub(super) fn create_or_open(path: &Path) -> Result<Connection, StoreError> {
    let created = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    if let Err(error) = created
        && error.kind() != ErrorKind::AlreadyExists
    {
        return Err(StoreError::Create { path: path.to_owned(), source: error });
    }
    let mut connection = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
    if identify(&connection, path)? == Content::Empty {
        let transaction = connection.transaction().map_err(|error| StoreError::at(path, error))?;
        transaction
            .execute_batch(TABLES)
            .and_then(|()| transaction.pragma_update(None, "application_id", APPLICATION_ID))
            .and_then(|()| transaction.pragma_update(None, "user_version", VERSION))
            .and_then(|()| transaction.commit())
            .map_err(|error| StoreError::at(path, error))?;
    }
    Ok(connection)
}

fn connect(path: &Path, flags: OpenFlags) -> Result<Connection, StoreError> {
    let open = || {
        let connection = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        connection.busy_timeout(PATIENCE)?;
        // The default journal keeps an import all or nothing against a kill and a power cut.
        connection.pragma_update(None, "cache_size", -65_536)?;
        connection.pragma_update(None, "temp_store", "MEMORY")?;
        Ok(connection)
    };
    open().map_err(|error| StoreError::at(path, error))
}

#[derive(PartialEq, Eq)]
enum Content {
    Empty,
    Ours,
}

fn identify(connection: &Connection, path: &Path) -> Result<Content, StoreError> {
    let number =
        |pragma: &str| connection.query_row(&format!("PRAGMA {pragma}"), [], |row| row.get::<_, i64>(0));
    let read = || {
        let tables =
            connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get::<_, i64>(0))?;
        Ok((tables, number("application_id")?, number("user_version")?))
    };
    match read() {
        Ok((_, APPLICATION_ID, VERSION)) => Ok(Content::Ours),
        Ok((_, APPLICATION_ID, version)) => Err(StoreError::Version { path: path.to_owned(), version }),
        Ok((0, 0, _)) => Ok(Content::Empty),
        Ok(_) => Err(StoreError::NotOurs(path.to_owned())),
        Err(error) => Err(StoreError::at(path, error)),
    }
}
