//! The check digits by which an IBAN and a payment card number are told from other numbers.

/// Whether letters and digits have the check digits of an IBAN (ISO 13616): with the first four moved to the end and
/// letters read as numbers from 10, the remainder by 97 is 1. Case does not matter.
pub fn is_iban(compact: &[u8]) -> bool {
    let shape = (15..=34).contains(&compact.len())
        && compact[..2].iter().all(u8::is_ascii_alphabetic)
        && compact[2..4].iter().all(u8::is_ascii_digit)
        && compact.iter().all(u8::is_ascii_alphanumeric);
    let remainder = |rest: u32, byte: &u8| match byte {
        b'0'..=b'9' => (rest * 10 + u32::from(byte - b'0')) % 97,
        _ => (rest * 100 + u32::from(byte.to_ascii_uppercase() - b'A') + 10) % 97,
    };
    shape && compact[4..].iter().chain(&compact[..4]).fold(0, remainder) == 1
}

/// Whether 13 to 19 digits, as numbers, have the check digit of a payment card (ISO/IEC 7812-1, annex B: Luhn).
pub fn is_card_number(digits: &[u8]) -> bool {
    let doubled = |digit: u32| digit * 2 / 10 + digit * 2 % 10;
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| if place % 2 == 0 { u32::from(*digit) } else { doubled(u32::from(*digit)) })
        .sum();
    (13..=19).contains(&digits.len()) && sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_wrong_digit_fails() {
        assert!(is_iban(b"GB82WEST12345698765432") && is_iban(b"de89370400440532013000"));
        assert!(!is_iban(b"GB82WEST12345698765433") && !is_iban(b"GB82"));
        let card = [4, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1];
        assert!(is_card_number(&card) && !is_card_number(&card[..12]));
        assert!(!is_card_number(&[4, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2]));
    }
}
