//! Money as whole ten-thousandths, so that sums are exact; currencies; and the unit a series is in.

use super::DomainError;

/// An amount of money in ten-thousandths of the currency's unit. Sums of it are exact; rounding happens in print.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Amount(pub i64);

impl Amount {
    /// Ten-thousandths in one unit.
    pub const SCALE: i64 = 10_000;

    /// The nearest amount to a number of units; `None` when it is not finite or does not fit.
    pub fn from_units(units: f64) -> Option<Self> {
        let scaled = (units * Self::SCALE as f64).round();
        (scaled.is_finite() && scaled.abs() < 9.0e18).then_some(Self(scaled as i64))
    }

    /// The amount in units of the currency.
    pub fn units(self) -> f64 {
        self.0 as f64 / Self::SCALE as f64
    }
}

impl std::iter::Sum for Amount {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        Self(amounts.map(|amount| amount.0).sum())
    }
}

/// An ISO 4217 currency code: three capital letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

impl Currency {
    /// The euro, the currency of the demo data.
    pub const EUR: Self = Self(*b"EUR");

    /// The code, for instance `EUR`.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("???")
    }

    /// Digits after the point of an amount, by the minor unit of ISO 4217.
    pub fn decimals(&self) -> usize {
        match self.code() {
            "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF" | "UGX" | "UYI"
            | "VND" | "VUV" | "XAF" | "XOF" | "XPF" => 0,
            "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
            _ => 2,
        }
    }

    /// The sign that stands before an amount in British English, or the code and a no-break space where there is none.
    pub fn sign(&self) -> String {
        match self.code() {
            "EUR" => "€".into(),
            "GBP" => "£".into(),
            "USD" => "$".into(),
            code => format!("{code}\u{a0}"),
        }
    }
}

impl std::fmt::Display for Currency {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())
    }
}

impl std::str::FromStr for Currency {
    type Err = DomainError;
    fn from_str(text: &str) -> Result<Self, DomainError> {
        match text.as_bytes() {
            &[a, b, c] if text.bytes().all(|byte| byte.is_ascii_uppercase()) => Ok(Self([a, b, c])),
            _ => Err(DomainError(format!("`{text}` is not a currency code such as EUR"))),
        }
    }
}

impl serde::Serialize for Currency {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

/// What the numbers of a series count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Money of one currency; `None` when the source does not say which.
    Money(Option<Currency>),
    /// Whole things.
    Count,
    /// Parts of a hundred.
    Percent,
}
