//! The embedded data: order lines and their roll-ups in SQLite, import, demo merchants, and metric queries.
//!
//! `mcp` serves [`Store::query`] under the metrics contract; the command line imports, lists and forgets. It is no
//! general database: one row is one order line of one merchant, and the only questions are those of [`Query`].
//!
//! The way through: `import` reads rows and `demo` makes them, `writer` stores them line by line while `rollup` adds them
//! up, `query` answers from the roll-ups where they suffice and lets `count` count the lines where they do not, and
//! `answer` turns either into a table.

mod answer;
mod buyers;
mod calendar;
mod count;
mod demo;
mod error;
mod facts;
mod groups;
mod hashing;
mod import;
mod line;
mod profiles;
mod query;
mod rollup;
mod schema;
mod writer;

pub use error::{ImportError, QueryError, StoreError};
pub use facts::MerchantEntry;
pub use import::{Field, ImportOptions, ImportReport, Mapping, Rejected};
pub use query::Query;

use crate::{decode::Table, domain::Merchant};
use rusqlite::Connection;
use std::{
    io::Read,
    path::Path,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// Merchants' orders: a database file, or one demo merchant in memory. Queries from several threads take turns.
pub struct Store {
    data: Data,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self.data {
            Data::File(_) => "Store(file)",
            Data::Demo(_) => "Store(demo)",
        })
    }
}

enum Data {
    File(Mutex<Connection>),
    /// Empty when there is no demo merchant of the name asked for: then every query is an unknown merchant.
    Demo(Vec<demo::DemoMerchant>),
}

impl Store {
    /// The ids of the built-in demo merchants.
    pub const DEMO_MERCHANTS: [&str; 4] = demo::NAMES;

    /// Opens a database that exists.
    ///
    /// # Errors
    /// When there is no such file, or it is not a kamslides database.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        schema::open(path).map(Self::file)
    }

    /// Opens a database to import into, making it when it does not exist.
    ///
    /// # Errors
    /// When the file cannot be made, or it is something else than a kamslides database.
    pub fn create_or_open(path: &Path) -> Result<Self, StoreError> {
        schema::create_or_open(path).map(Self::file)
    }

    /// One demo merchant in memory, made from a fixed seed in a few milliseconds. For any other name the store is empty, and
    /// a query suggests the demo merchants.
    pub fn demo(merchant: &Merchant) -> Self {
        Self { data: Data::Demo(demo::generate(merchant.as_str()).into_iter().collect()) }
    }

    /// Every demo merchant in memory.
    pub fn demo_all() -> Self {
        Self { data: Data::Demo(demo::NAMES.into_iter().filter_map(demo::generate).collect()) }
    }

    fn file(connection: Connection) -> Self {
        Self { data: Data::File(Mutex::new(connection)) }
    }

    /// Answers a query under the metrics contract.
    ///
    /// # Errors
    /// When the merchant is not known, with near names, or the database cannot be read.
    pub fn query(&self, query: &Query) -> Result<Table, QueryError> {
        match &self.data {
            Data::File(connection) => query::from_file(&lock(connection), query),
            Data::Demo(merchants) => demo::answer(merchants, query),
        }
    }

    /// Every merchant in the store, by name.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn merchants(&self) -> Result<Vec<MerchantEntry>, StoreError> {
        match &self.data {
            Data::File(connection) => facts::entries(&lock(connection)),
            Data::Demo(merchants) => Ok(merchants.iter().map(|merchant| merchant.facts.entry()).collect()),
        }
    }

    /// Removes everything that is stored about a merchant, and overwrites it in the file.
    ///
    /// # Errors
    /// When the merchant is not known, or the database cannot be written.
    pub fn forget(&mut self, merchant: &Merchant) -> Result<(), QueryError> {
        writer::forget(self.connection()?, merchant)
    }

    /// Stores the four demo merchants, replacing what was stored of them. Answers equal those of [`Store::demo`].
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn write_demo(&mut self) -> Result<(), StoreError> {
        demo::write(self.connection()?)
    }

    /// Imports order lines from CSV, gzipped or not, in one transaction: all of the file, or nothing.
    ///
    /// A report with nothing imported and no `already_imported` means that every row was rejected.
    ///
    /// # Errors
    /// When the header cannot be mapped, the file as a whole is no usable CSV, a mapped column holds personal data, or the
    /// database cannot be written. The database is then as it was.
    pub fn import(&mut self, input: impl Read, options: &ImportOptions) -> Result<ImportReport, ImportError> {
        import::run(self.connection()?, input, options)
    }

    fn connection(&mut self) -> Result<&mut Connection, StoreError> {
        match &mut self.data {
            Data::File(connection) => Ok(connection.get_mut().unwrap_or_else(PoisonError::into_inner)),
            Data::Demo(_) => Err(StoreError::ReadOnly),
        }
    }
}

/// A query that panicked leaves no half-done work behind in SQLite, so the connection stays usable.
fn lock(connection: &Mutex<Connection>) -> MutexGuard<'_, Connection> {
    connection.lock().unwrap_or_else(PoisonError::into_inner)
}
