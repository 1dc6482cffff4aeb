//! One CSV row → the parts of an order line, or the reason why it is none.

use super::{
    super::{calendar::Day, error::ImportError, profiles::Profile},
    amounts::{self, Amounts},
    dates::{Dates, NoDate},
    mapping::{AmountFrom, Columns, MerchantFrom},
    privacy,
};
use crate::domain::Merchant;
use csv::ByteRecord;

/// Reads the rows of one file.
pub(super) struct Rows {
    columns: Columns,
    dates: Dates,
    amounts: Amounts,
    /// The date of the row before, and its day: rows mostly come in runs.
    latest: (String, Day),
}

/// The parts of a line, as they stand in the row.
pub(super) struct Row<'r> {
    pub(super) order: &'r [u8],
    /// Empty where an option says it.
    pub(super) merchant: &'r [u8],
    pub(super) day: Day,
    /// Ten-thousandths.
    pub(super) amount: i64,
    pub(super) customer: Option<&'r [u8]>,
}

/// Why there is no line.
pub(super) enum Unusable {
    /// This row is rejected.
    Row(String),
    /// The file is refused.
    File(ImportError),
}

/// No honest row is longer.
const LONGEST_ROW: usize = 64 * 1024;

/// No honest attribute value is longer, in characters.
const LONGEST_VALUE: usize = 200;

impl<E: Into<ImportError>> From<E> for Unusable {
    fn from(error: E) -> Self {
        Self::File(error.into())
    }
}

fn reject<T>(reason: impl Into<String>) -> Result<T, Unusable> {
    Err(Unusable::Row(reason.into()))
}

impl Rows {
    /// A reader of rows.
    pub(super) fn new(columns: Columns, dates: Dates, amounts: Amounts) -> Self {
        Self { columns, dates, amounts, latest: (String::new(), Day(0)) }
    }

    /// The columns it reads.
    pub(super) fn columns(&self) -> &Columns {
        &self.columns
    }

    /// Reads a row that stands on a line of the file.
    pub(super) fn read<'r>(&mut self, record: &'r ByteRecord, line: u64) -> Result<Row<'r>, Unusable> {
        let width = self.columns.names.len();
        if record.as_slice().len() > LONGEST_ROW {
            return reject(format!("the row has {} characters; 65536 at most", record.as_slice().len()));
        }
        if record.len() != width {
            return reject(format!("the row has {} fields, the header has {width}", record.len()));
        }
        let order = record[self.columns.order_id].trim_ascii();
        if order.is_empty() {
            return reject("the order id is missing");
        }
        let merchant = match &self.columns.merchant {
            MerchantFrom::Option(_) => &[][..],
            MerchantFrom::Column(column) => record[*column].trim_ascii(),
        };
        if merchant.is_empty() && matches!(self.columns.merchant, MerchantFrom::Column(_)) {
            return reject("the merchant is missing");
        }
        for (column, dimension) in &self.columns.attributes {
            let value = text(record, *column)?;
            if value.len() > LONGEST_VALUE && value.chars().count() > LONGEST_VALUE {
                return reject(format!("the {dimension} is longer than {LONGEST_VALUE} characters"));
            }
        }
        Ok(Row {
            order,
            merchant,
            day: self.day(record, line)?,
            amount: self.amount(record)?,
            customer: self
                .columns
                .customer
                .map(|column| record[column].trim_ascii())
                .filter(|id| !id.is_empty()),
        })
    }

    fn day(&mut self, record: &ByteRecord, line: u64) -> Result<Day, Unusable> {
        let written = text(record, self.columns.date)?;
        if written.is_empty() {
            return reject("the date is missing");
        }
        if written != self.latest.0 {
            let day = self.dates.read(written).map_err(|error| match error {
                NoDate::Bad(reason) => Unusable::Row(reason),
                NoDate::Ambiguous(suggestion) => Unusable::File(ImportError::AmbiguousDate {
                    line,
                    value: written.to_owned(),
                    suggestion: suggestion.to_owned(),
                }),
            })?;
            self.latest = (written.to_owned(), day);
        }
        Ok(self.latest.1)
    }

    fn amount(&mut self, record: &ByteRecord) -> Result<i64, Unusable> {
        let mut read = |column: usize, what: &str| {
            let written = text(record, column)?;
            if written.is_empty() {
                return reject(format!("the {what} is missing"));
            }
            self.amounts.read(written).map_err(Unusable::Row)
        };
        match self.columns.amount {
            AmountFrom::Column(column) => read(column, "amount"),
            AmountFrom::PriceTimesQuantity { price, quantity } => {
                let (price, quantity) = (read(price, "unit price")?, read(quantity, "quantity")?);
                amounts::product(price, quantity).map_err(Unusable::Row)
            }
        }
    }

    /// The merchant that a row names; empty where an option says it.
    pub(super) fn merchant(&self, name: &[u8], line: u64) -> Result<Merchant, Unusable> {
        let column = match &self.columns.merchant {
            MerchantFrom::Option(merchant) => return Ok(merchant.clone()),
            MerchantFrom::Column(column) => *column,
        };
        let Ok(name) = std::str::from_utf8(name) else { return reject("the merchant is not in UTF-8") };
        let merchant = Merchant::new(name).map_err(|error| Unusable::Row(error.to_string()))?;
        if merchant.is_demo() {
            return reject("the merchant begins with demo-, which only the built-in demo merchants may");
        }
        // Merchants may well be numbers as long as a telephone's.
        self.refuse_personal(column, merchant.as_str(), line, |what| what != "a telephone number")?;
        Ok(merchant)
    }

    /// The attribute columns one after the other: equal for equal combinations.
    pub(super) fn attributes(&self, record: &ByteRecord, key: &mut Vec<u8>) {
        key.clear();
        for (column, _) in &self.columns.attributes {
            key.extend_from_slice(&(record[*column].len() as u32).to_le_bytes());
            key.extend_from_slice(&record[*column]);
        }
    }

    /// The attributes of a row, checked. Empty ones are left out.
    pub(super) fn profile(&self, record: &ByteRecord, line: u64) -> Result<Profile, Unusable> {
        let mut profile = Profile::new();
        for (column, dimension) in &self.columns.attributes {
            let value = text(record, *column)?.replace(char::is_control, " ");
            if !value.is_empty() {
                self.refuse_personal(*column, &value, line, |_| true)?;
                profile.insert(dimension.clone(), value);
            }
        }
        Ok(profile)
    }

    fn refuse_personal(
        &self,
        column: usize,
        value: &str,
        line: u64,
        matters: impl Fn(&str) -> bool,
    ) -> Result<(), ImportError> {
        match privacy::personal(value).filter(|what| matters(what)) {
            Some(what) => {
                Err(ImportError::Personal { line, column: self.columns.names[column].clone(), what })
            }
            None => Ok(()),
        }
    }
}

fn text(record: &ByteRecord, column: usize) -> Result<&str, Unusable> {
    match std::str::from_utf8(&record[column]) {
        Ok(text) => Ok(text.trim()),
        Err(_) => reject("the row is not in UTF-8; save the file in UTF-8"),
    }
}
