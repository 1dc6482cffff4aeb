//! Decimal numbers as they were written, added and compared without loss.

use std::cmp::Ordering;

/// Digits after the point that are kept: as many as a server prints of an average.
const SCALE: u32 = 18;

/// A decimal number: a whole number of 10⁻¹⁸.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub(super) struct Decimal(i128);

impl Decimal {
    /// Reads `-12.5` or `1.25e3`. `None` for anything else, beyond 10¹⁸, and for more digits than are kept.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (text, exponent) = match text.split_once(['e', 'E']) {
            Some((digits, exponent)) => (digits, exponent.parse::<i32>().ok()?),
            None => (text, 0),
        };
        let (negative, text) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let digits = || whole.bytes().chain(fraction.bytes());
        if digits().next().is_none() || !digits().all(|b| b.is_ascii_digit()) || digits().count() > 40 {
            return None;
        }
        let mut value: i128 = 0;
        for digit in digits() {
            value = value.checked_mul(10)?.checked_add(i128::from(digit - b'0'))?;
        }
        let shift = i32::try_from(SCALE).ok()? + exponent - i32::try_from(fraction.len()).ok()?;
        let power = 10_i128.checked_pow(shift.unsigned_abs());
        value = match shift.cmp(&0) {
            _ if value == 0 => 0,
            Ordering::Less => {
                let power = power?;
                (value % power == 0).then_some(value / power)?
            }
            _ => value.checked_mul(power?)?,
        };
        let limit = 10_i128.pow(18 + SCALE);
        (value <= limit).then_some(Self(if negative { -value } else { value }))
    }

    /// A whole number.
    pub(super) fn whole(n: usize) -> Option<Self> {
        Self::parse(&n.to_string())
    }

    /// The sum, unless it is too large.
    pub(super) fn plus(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// `100 × self ÷ whole`, rounded half away from zero to so many digits after the point.
    pub(super) fn percent_of(self, whole: Self, digits: u32) -> Option<Self> {
        let unit = 10_i128.checked_pow(SCALE.checked_sub(digits)?)?;
        let (mut part, mut whole) = (self.0, whole.0);
        if whole == 0 {
            return None;
        }
        // The quotient is the same without the zeros that both end in, and there is room to multiply.
        while part % 10 == 0 && whole % 10 == 0 {
            (part, whole) = (part / 10, whole / 10);
        }
        // 100 × part ÷ whole, in units of the last printed digit.
        let numerator = part.checked_mul(100)?.checked_mul(10_i128.checked_pow(digits)?)?;
        let (sign, a, b) =
            (numerator.signum() * whole.signum(), numerator.unsigned_abs(), whole.unsigned_abs());
        let rounded = a / b + u128::from(a % b >= b.div_ceil(2));
        i128::try_from(rounded).ok()?.checked_mul(unit)?.checked_mul(sign).map(Self)
    }
}

impl std::fmt::Display for Decimal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (unit, size) = (10_u128.pow(SCALE), self.0.unsigned_abs());
        let fraction = format!("{:0width$}", size % unit, width = SCALE as usize);
        let sign = if self.0 < 0 { "-" } else { "" };
        write!(f, "{sign}{}", size / unit)?;
        match fraction.trim_end_matches('0') {
            "" => Ok(()),
            fraction => write!(f, ".{fraction}"),
        }
    }
}

/// Digits after the point of a number as it is written.
pub(super) fn digits_after_point(text: &str) -> u32 {
    text.split_once('.').map_or(0, |(_, fraction)| fraction.trim_end_matches('0').len() as u32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn d(text: &str) -> Decimal {
        Decimal::parse(text).unwrap_or_else(|| panic!("{text}"))
    }

    #[test]
    fn numbers_are_equal_however_they_are_written() {
        assert_eq!(d("8190.50"), d("8190.5"));
        assert_eq!(d("1.25e3"), d("1250"));
        assert_eq!(d("-0"), d("0.000"));
        assert_eq!(d("0.1").plus(d("0.2")), Some(d("0.3")));
        assert!(d("-2") < d("1"));
        assert_eq!([d("-0.50"), d("12"), d("1e-3")].map(|d| d.to_string()), ["-0.5", "12", "0.001"]);
        for odd in [
            "",
            ".",
            "-",
            "1,5",
            "NaN",
            "inf",
            "1e400",
            "1e-400",
            "12a",
            "1.0000000000000000001",
            "2e18",
            "٣",
        ] {
            assert_eq!(Decimal::parse(odd), None, "{odd}");
        }
    }

    #[test]
    fn percentages_are_rounded_to_what_is_printed() {
        assert_eq!(d("1").percent_of(d("3"), 1), Some(d("33.3")));
        assert_eq!(d("2").percent_of(d("3"), 2), Some(d("66.67")));
        assert_eq!(d("1").percent_of(d("8"), 0), Some(d("13")));
        assert_eq!(d("-1").percent_of(d("8"), 1), Some(d("-12.5")));
        assert_eq!(d("1").percent_of(d("0"), 1), None);
        assert_eq!(digits_after_point("33.30"), 1);
    }

    proptest! {
        #[test]
        fn what_is_printed_is_read_back(n in -1e9_f64..1e9) {
            let n = (n * 1e4).round() / 1e4;
            let text = serde_json::Number::from_f64(n).unwrap().to_string();
            let twice = d(&text).plus(d(&text)).unwrap();
            prop_assert_eq!(twice, d(&format!("{:.4}", n * 2.0)));
        }

        #[test]
        fn a_changed_digit_is_another_number(whole in 0_u64..1_000_000_000, cents in 0_u32..100, at in 0_usize..12, by in 1_u8..10) {
            let text = format!("{whole}.{cents:02}");
            let at = at % text.len();
            let mut bytes = text.clone().into_bytes();
            prop_assume!(bytes[at].is_ascii_digit());
            bytes[at] = b'0' + (bytes[at] - b'0' + by) % 10;
            prop_assert_ne!(d(&text), d(std::str::from_utf8(&bytes).unwrap()));
        }
    }
}
