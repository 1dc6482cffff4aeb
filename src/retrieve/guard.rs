//! The wrong-merchant guard: whose data an answer says it holds.
//!
//! An answer that names nobody is accepted; one that names anybody but the merchant asked for, by id or by the name
//! that the server's `list_merchants` gives, is not. Names are compared trimmed, case kept.

use crate::{decode::Table, domain::Merchant};
use serde_json::Value;
use std::collections::BTreeSet;

/// The column of an answer that holds merchants.
pub(super) const COLUMN: &str = "merchant";

/// Who an answer speaks of besides the merchant asked for, by id.
pub(super) fn others(table: &Table, asked: &Merchant) -> BTreeSet<String> {
    let echo = table.about.merchant.iter().map(|name| name.trim().to_owned());
    let column = table.column(COLUMN);
    let cells = column.into_iter().flat_map(|i| table.rows.iter().filter_map(move |row| row.get(i)));
    let cells = cells.filter_map(|cell| match cell {
        Value::String(name) => Some(name.trim().to_owned()),
        Value::Null => None,
        other => Some(other.to_string()),
    });
    echo.chain(cells).filter(|name| name != asked.as_str()).collect()
}

/// The name of a merchant in an answer of `list_merchants`: the `name` beside its `id`.
pub(super) fn name_of(asked: &Merchant, list: &Value) -> Option<String> {
    let entries = list.get("merchants").unwrap_or(list).as_array()?;
    let is_asked = |entry: &&Value| match entry.get("id") {
        Some(Value::String(id)) => id.trim() == asked.as_str(),
        Some(Value::Number(id)) => id.to_string() == asked.as_str(),
        _ => false,
    };
    let name = entries.iter().find(is_asked)?.get("name")?.as_str()?;
    Some(name.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::{About, Column};
    use serde_json::json;

    fn table(echo: Option<&str>, cells: &[Value]) -> Table {
        Table {
            columns: vec![Column { name: "merchant".into(), kind: "string".into(), unit: None }],
            rows: cells.iter().map(|cell| vec![cell.clone()]).collect(),
            about: About { merchant: echo.map(Into::into), ..About::default() },
        }
    }

    #[test]
    fn only_another_merchant_is_another() {
        let asked = Merchant::new("acme").unwrap();
        let none: [&str; 0] = [];
        let found =
            |echo, cells: &[Value]| others(&table(echo, cells), &asked).into_iter().collect::<Vec<_>>();
        assert_eq!(found(None, &[]), none);
        assert_eq!(found(Some(" acme "), &[json!("acme"), json!(null)]), none);
        assert_eq!(found(Some("Acme"), &[]), ["Acme"]);
        assert_eq!(found(None, &[json!("acme"), json!("other"), json!(7)]), ["7", "other"]);
    }

    #[test]
    fn the_name_stands_beside_the_id() {
        let asked = Merchant::new("7").unwrap();
        let list = json!({"merchants": [{"id": "x", "name": "X"}, {"id": 7, "name": " Seven "}]});
        assert_eq!(name_of(&asked, &list).as_deref(), Some("Seven"));
        for list in [json!({"merchants": 3}), json!([{"id": "7"}]), json!([]), json!(null)] {
            assert_eq!(name_of(&asked, &list), None);
        }
    }
}
