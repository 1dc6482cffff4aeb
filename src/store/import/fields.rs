//! What a column can be taken for.

use crate::domain::{Dimension, DomainError, Metric};
use std::str::FromStr;

/// A target of the mapping.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// The order's id. Required.
    OrderId,
    /// The line's date. Required.
    Date,
    /// The line's money. Required, unless unit price and quantity are there.
    Amount,
    /// The price of one; with the quantity instead of the amount.
    UnitPrice,
    /// How many; with the unit price instead of the amount.
    Quantity,
    /// The merchant.
    Merchant,
    /// The customer's id, kept only as a keyed hash.
    CustomerId,
    /// An attribute, built-in or custom.
    Attribute(Dimension),
}

impl Field {
    /// The names of all built-in targets.
    pub const NAMES: [&'static str; 15] = [
        "order_id",
        "date",
        "amount",
        "unit_price",
        "quantity",
        "merchant",
        "customer_id",
        "product_type",
        "user_type",
        "age_band",
        "gender",
        "card_type",
        "country",
        "store",
        "channel",
    ];

    /// The name, as written in a mapping.
    pub fn as_str(&self) -> &str {
        match self {
            Self::OrderId => "order_id",
            Self::Date => "date",
            Self::Amount => "amount",
            Self::UnitPrice => "unit_price",
            Self::Quantity => "quantity",
            Self::Merchant => "merchant",
            Self::CustomerId => "customer_id",
            Self::Attribute(dimension) => dimension.as_str(),
        }
    }
}

impl std::fmt::Display for Field {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl serde::Serialize for Field {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl FromStr for Field {
    type Err = DomainError;

    /// A built-in name, or any other valid one for a custom dimension. What looks like a slip of a built-in name is refused.
    fn from_str(text: &str) -> Result<Self, DomainError> {
        Ok(match text {
            "order_id" => Self::OrderId,
            "date" => Self::Date,
            "amount" => Self::Amount,
            "unit_price" => Self::UnitPrice,
            "quantity" => Self::Quantity,
            "merchant" => Self::Merchant,
            "customer_id" => Self::CustomerId,
            _ => {
                let slip = |name: &&&str| {
                    let slips = if name.len() >= 8 { 2 } else { 1 };
                    text != **name && strsim::damerau_levenshtein(&text.to_lowercase(), name) <= slips
                };
                if let Some(name) = Self::NAMES.iter().find(slip).filter(|_| !Self::NAMES.contains(&text)) {
                    return Err(DomainError(format!(
                        "`{text}` is no target of --map; did you mean `{name}`?"
                    )));
                }
                let dimension: Dimension = text.parse()?;
                if dimension.is_time() {
                    return Err(DomainError(format!("`{text}` follows from the date and cannot be mapped")));
                }
                if text.parse::<Metric>().is_ok() {
                    return Err(DomainError(format!(
                        "`{text}` is the name of a metric and cannot be that of a column; choose another"
                    )));
                }
                Self::Attribute(dimension)
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_name_is_read_and_written_alike() {
        for name in Field::NAMES {
            assert_eq!(name.parse::<Field>().unwrap().as_str(), name);
        }
    }

    #[test]
    fn slips_times_and_metrics_are_no_custom_dimensions() {
        for (text, word) in
            [("ammount", "`amount`"), ("order-id", "`order_id`"), ("month", "date"), ("sales", "metric")]
        {
            let error = text.parse::<Field>().unwrap_err().to_string();
            assert!(error.contains(word), "{error}");
        }
        assert_eq!("size".parse::<Field>().unwrap(), Field::Attribute(Dimension::Custom("size".into())));
    }
}
