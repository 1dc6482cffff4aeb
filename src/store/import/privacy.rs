//! Recognises values that point to a person. Such a column is never stored, whatever it is mapped to.

use crate::domain::{is_card_number, is_iban};

/// What a value looks like, if it looks like something personal: "an e-mail address", "an IBAN", "a payment card number" or
/// "a telephone number".
pub(super) fn personal(value: &str) -> Option<&'static str> {
    if value.split(|c: char| c.is_whitespace() || "<>(),;\"'".contains(c)).any(is_email) {
        return Some("an e-mail address");
    }
    let compact: String = value.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
    if is_iban(compact.as_bytes()) {
        return Some("an IBAN");
    }
    let digits: Option<Vec<u8>> = compact.chars().map(|c| c.to_digit(10).map(|digit| digit as u8)).collect();
    if digits.is_some_and(|digits| is_card_number(&digits)) {
        return Some("a payment card number");
    }
    is_phone(value).then_some("a telephone number")
}

fn is_email(word: &str) -> bool {
    let Some((name, domain)) = word.split_once('@') else { return false };
    let labels: Vec<&str> = domain.trim_end_matches('.').split('.').collect();
    !name.is_empty()
        && labels.len() >= 2
        && labels.iter().all(|label| !label.is_empty() && !label.contains('@'))
}

/// Nine to fifteen digits, or from eight after `+` or `00`, with nothing but blanks, dots, dashes, slashes and parentheses among
/// them. A bare number of more than twelve digits is an article code rather than a telephone.
fn is_phone(value: &str) -> bool {
    let value = value.trim();
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let only_phone_signs = value.chars().all(|c| c.is_ascii_digit() || " .-/()+\u{a0}".contains(c));
    if !only_phone_signs || value.chars().filter(|c| *c == '+').count() > 1 {
        return false;
    }
    let is_international = value.starts_with('+') || value.starts_with("00");
    let is_bare = digits == value.len();
    (if is_international { 8 } else { 9 }..=if is_bare && !is_international { 12 } else { 15 })
        .contains(&digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn personal_values_are_recognised() {
        for (value, what) in [
            ("anna.rossi@example.com", "e-mail"),
            ("Anna Rossi <anna@mail.example.co.uk>", "e-mail"),
            ("GB82 WEST 1234 5698 7654 32", "IBAN"),
            ("de89370400440532013000", "IBAN"),
            ("4111 1111 1111 1111", "card"),
            ("5500-0000-0000-0004", "card"),
            ("+39 333 123 4567", "telephone"),
            ("0039 06 698", "telephone"),
            ("(02) 1234-5678", "telephone"),
            ("3331234567", "telephone"),
        ] {
            assert!(
                personal(value).is_some_and(|found| found.contains(what)),
                "{value}: {:?}",
                personal(value)
            );
        }
    }

    #[test]
    fn ordinary_values_pass() {
        for value in [
            "Pay in 3",
            "18-24",
            "65+",
            "F",
            "debit",
            "IT",
            "2025-06-17",
            "1234567",
            "Milano @ Duomo",
            "@home",
            "4006381333931",
            "../../etc/ô 🛒 & <b>",
            "a@b",
            "M",
            "1.5",
            "100 - 200",
            "",
        ] {
            assert_eq!(personal(value), None, "{value}");
        }
    }
}
