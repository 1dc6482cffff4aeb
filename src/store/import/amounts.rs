//! Money as people write it → ten-thousandths.

use super::{super::error::ImportError, dates::excerpt};
use crate::domain::{Amount, Currency};

/// Reads the amounts of one file.
pub(super) struct Amounts {
    decimal: u8,
    /// The currency of the options, else the one the first sign in the file stands for.
    currency: Option<Currency>,
}

/// An amount beyond is a slip of the pen: ten thousand million units.
const GREATEST: i64 = 10_000_000_000 * Amount::SCALE;

impl Amounts {
    /// A reader for a decimal sign.
    ///
    /// # Errors
    /// When the decimal sign is neither `.` nor `,`.
    pub(super) fn new(decimal: char, currency: Option<Currency>) -> Result<Self, ImportError> {
        match decimal {
            '.' | ',' => Ok(Self { decimal: decimal as u8, currency }),
            _ => Err(ImportError::Usage(format!("--decimal `{decimal}` is neither `.` nor `,`"))),
        }
    }

    /// The amount a text names, in ten-thousandths; the error is the reason for rejecting the row.
    pub(super) fn read(&mut self, text: &str) -> Result<i64, String> {
        if let Some(amount) = self.digits(text.as_bytes()) {
            return in_range(text, amount);
        }
        let (text, number) = (text.trim(), self.strip_currency(text)?);
        let (is_negative, number) = sign(&number);
        let grouped = self.ungroup(number).ok_or_else(|| self.reason(text, number))?;
        let amount = self.digits(grouped.as_bytes()).ok_or_else(|| self.reason(text, number))?;
        in_range(text, if is_negative { -amount } else { amount })
    }

    /// A plain number: an optional minus, digits, and perhaps the decimal sign and more digits.
    fn digits(&self, bytes: &[u8]) -> Option<i64> {
        let (is_negative, digits) = match bytes {
            [b'-', digits @ ..] => (true, digits),
            _ => (false, bytes),
        };
        let (whole, fraction) = match digits.iter().position(|byte| *byte == self.decimal) {
            Some(at) => (&digits[..at], &digits[at + 1..]),
            None => (digits, &[][..]),
        };
        if whole.is_empty() || digits.last() == Some(&self.decimal) {
            return None;
        }
        let push = |number: i64, byte: &u8| {
            byte.is_ascii_digit().then(|| number.checked_mul(10)?.checked_add(i64::from(byte - b'0')))?
        };
        let mut amount = whole.iter().try_fold(0, push)?;
        for place in 0..4 {
            amount = push(amount, fraction.get(place).unwrap_or(&b'0'))?;
        }
        if !fraction.iter().all(u8::is_ascii_digit) {
            return None;
        }
        // The fifth place rounds, away from zero.
        amount += i64::from(fraction.get(4).is_some_and(|digit| *digit >= b'5'));
        Some(if is_negative { -amount } else { amount })
    }

    /// Takes off a currency's sign or code, which must be that of the file.
    fn strip_currency(&mut self, text: &str) -> Result<String, String> {
        let is_number = |c: char| c.is_ascii_digit() || "+-().,'’\u{2212} \u{a0}\u{202f}\u{2009}".contains(c);
        let name: String = text.chars().filter(|c| !is_number(*c)).collect();
        let number: String = text.chars().filter(|c| is_number(*c)).collect();
        let code = match name.as_str() {
            // Many countries have a dollar.
            "" | "$" => return Ok(number),
            "€" => "EUR",
            "£" => "GBP",
            code => code,
        };
        let currency: Currency =
            code.parse().map_err(|_| format!("the amount `{}` is not a number", excerpt(text)))?;
        let expected = *self.currency.get_or_insert(currency);
        if expected != currency {
            return Err(format!(
                "the amount `{}` is in {currency}, the others are in {expected}",
                excerpt(text)
            ));
        }
        Ok(number)
    }

    /// Takes out what separates thousands; `None` when a separator does not stand before three digits.
    fn ungroup(&self, number: &str) -> Option<String> {
        let decimal = char::from(self.decimal);
        let (whole, fraction) = match number.split_once(decimal) {
            Some((whole, fraction)) => (whole, Some(fraction)),
            None => (number, None),
        };
        let is_separator = |c: char| c != decimal && ".,'’ \u{a0}\u{202f}\u{2009}".contains(c);
        let mut groups = whole.split(is_separator);
        let mut plain = groups.next()?.to_owned();
        let is_grouped = whole.contains(is_separator);
        if is_grouped && !(1..=3).contains(&plain.len()) {
            return None;
        }
        for group in groups {
            if group.len() != 3 {
                return None;
            }
            plain.push_str(group);
        }
        if let Some(fraction) = fraction {
            plain.push(decimal);
            plain.push_str(fraction);
        }
        Some(plain)
    }

    fn reason(&self, text: &str, number: &str) -> String {
        let (other, option) = if self.decimal == b'.' { (',', "--decimal ,") } else { ('.', "--decimal .") };
        let text = excerpt(text);
        let has_other = number.contains(other) && number.chars().any(|c| c.is_ascii_digit());
        if has_other {
            format!("the amount `{text}` is not a number; if `{other}` is the decimal sign, use {option}")
        } else {
            format!("the amount `{text}` is not a number")
        }
    }
}

/// A minus before or after, or parentheses, makes an amount negative.
fn sign(number: &str) -> (bool, &str) {
    let number = number.trim();
    let is_minus = |c: char| c == '-' || c == '\u{2212}';
    if let Some(inner) = number.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        return (true, inner.trim());
    }
    if let Some(rest) = number.strip_prefix(is_minus).or_else(|| number.strip_suffix(is_minus)) {
        return (true, rest.trim());
    }
    (false, number.strip_prefix('+').unwrap_or(number).trim())
}

fn in_range(text: &str, amount: i64) -> Result<i64, String> {
    if amount.abs() > GREATEST {
        return Err(format!("the amount `{}` is too large", excerpt(text)));
    }
    Ok(amount)
}

/// A price times a quantity, both in ten-thousandths.
pub(super) fn product(price: i64, quantity: i64) -> Result<i64, String> {
    let exact = i128::from(price) * i128::from(quantity);
    let scale = i128::from(Amount::SCALE);
    let rounded = (exact.abs() + scale / 2) / scale * exact.signum();
    let amount = i64::try_from(rounded).ok().filter(|amount| amount.abs() <= GREATEST);
    amount.ok_or_else(|| "the unit price times the quantity is too large".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, decimal: char) -> Result<i64, String> {
        Amounts::new(decimal, None).unwrap().read(text)
    }

    #[test]
    fn amounts_are_read_as_people_write_them() {
        for (text, decimal, want) in [
            ("12", '.', 120_000),
            ("12.5", '.', 125_000),
            ("0.00005", '.', 1),
            ("-12.50", '.', -125_000),
            ("(12.50)", '.', -125_000),
            ("12.50-", '.', -125_000),
            ("\u{2212}12.50", '.', -125_000),
            ("€12.50", '.', 125_000),
            ("-€ 12.50", '.', -125_000),
            ("$1,234.56", '.', 12_345_600),
            ("12.50 EUR", '.', 125_000),
            ("1,234", '.', 12_340_000),
            ("1'234.50", '.', 12_345_000),
            ("1.234,56", ',', 12_345_600),
            ("1\u{a0}234,56 €", ',', 12_345_600),
            ("12,5", ',', 125_000),
        ] {
            assert_eq!(read(text, decimal), Ok(want), "{text}");
        }
    }

    #[test]
    fn what_is_no_amount_is_rejected_with_what_to_do() {
        for (text, decimal, word) in [
            ("12,50", '.', "--decimal ,"),
            ("1.234,56", '.', "--decimal ,"),
            ("12.50", ',', "--decimal ."),
            ("free", '.', "not a number"),
            ("", '.', "not a number"),
            ("-", '.', "not a number"),
            (".", '.', "not a number"),
            ("1e5", '.', "not a number"),
            ("12.50.1", '.', "not a number"),
            ("NaN", '.', "not a number"),
            ("99999999999999999999", '.', "not a number"),
            ("99999999999", '.', "too large"),
        ] {
            let reason = read(text, decimal).unwrap_err();
            assert!(reason.contains(word), "{text}: {reason}");
        }
    }

    #[test]
    fn two_currencies_in_one_file_are_noticed() {
        let mut amounts = Amounts::new('.', None).unwrap();
        assert!(amounts.read("€1").is_ok());
        assert!(amounts.read("£1").unwrap_err().contains("GBP"));
    }

    #[test]
    fn price_times_quantity_is_exact() {
        assert_eq!(product(12_500, 30_000), Ok(37_500));
        assert_eq!(product(-3_333, 5_000), Ok(-1_667));
        assert!(product(i64::MAX, i64::MAX).is_err());
    }
}
