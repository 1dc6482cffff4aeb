//! Values of dimensions in the spellings that servers use.
//!
//! Only what certainly means the same is put under one name. Which names are printed how is `dataset`'s business.

use super::names;
use crate::domain::Dimension;

/// The name under which a value of a dimension is kept; `None` where it stays as it is. `others` are all values of the
/// answer.
pub(super) fn canonical(value: &str, dimension: &Dimension, others: &[String]) -> Option<String> {
    let key = names::key(value).name;
    match dimension {
        Dimension::ProductType => {
            let count = pay_in(&key)?;
            // The two machine spellings are printed alike already.
            (!value.starts_with("pay_in_") && !value.starts_with("pay-in-"))
                .then(|| format!("Pay in {count}"))
        }
        Dimension::UserType => {
            let name = user_type(&key)?;
            // `known` beside the names of both kinds of known shopper is something else.
            let is_other =
                |other: &String| user_type(&names::key(other).name) == Some(name) && other != value;
            if key == "known" && others.iter().any(is_other) {
                return None;
            }
            (!value.eq_ignore_ascii_case(name)).then(|| name.to_owned())
        }
        _ => None,
    }
}

/// The number of parts: `pay_in_3`, `payin3`, `pay_in_3x`.
fn pay_in(key: &str) -> Option<&str> {
    let rest = key
        .strip_prefix("pay_in_")
        .or_else(|| key.strip_prefix("payin_"))
        .or_else(|| key.strip_prefix("payin"));
    let count = rest?.trim_end_matches('x');
    let digits = !count.is_empty() && count.len() <= 2 && count.bytes().all(|byte| byte.is_ascii_digit());
    digits.then_some(count)
}

/// Network: has bought at other shops of the network. Returning: has bought here. New: neither.
fn user_type(key: &str) -> Option<&'static str> {
    Some(match key {
        "network" | "scalapay_network" | "network_plus" | "repeat_other" | "repeat_elsewhere" | "known" => {
            "Network"
        }
        "returning" | "repeat_same" | "repeat_here" | "returning_customer" | "returning_user" => "Returning",
        "new" | "new_customer" | "new_user" | "first_time" => "New",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(value: &str, dimension: &Dimension, others: &[&str]) -> String {
        let others: Vec<String> = others.iter().map(|other| (*other).to_owned()).collect();
        canonical(value, dimension, &others).unwrap_or_else(|| value.to_owned())
    }

    #[test]
    fn spellings_of_a_product_are_one() {
        for text in ["pay in 3", "PAY IN 3", "Pay_in_3", "payin3", "Pay-In-3", "pay in 3x", "Pay in 3"] {
            assert_eq!(read(text, &Dimension::ProductType, &[]), "Pay in 3", "{text}");
        }
        for text in ["pay_in_3", "pay-in-4", "Pay later", "Electronics", "pay in", "pay in full"] {
            assert_eq!(read(text, &Dimension::ProductType, &[]), text);
        }
    }

    #[test]
    fn kinds_of_shoppers_are_known_by_other_names() {
        let user = |text: &str, others: &[&str]| read(text, &Dimension::UserType, others);
        for (text, want) in [
            ("Repeat other", "Network"),
            ("known", "Network"),
            ("Repeat same", "Returning"),
            ("Scalapay Network", "Network"),
        ] {
            assert_eq!(user(text, &["new"]), want);
        }
        assert_eq!(user("known", &["known", "Network"]), "known");
        assert_eq!((user("network", &[]), user("unknown", &[])), ("network".into(), "unknown".into()));
        assert_eq!(read("known", &Dimension::Channel, &[]), "known");
    }
}
