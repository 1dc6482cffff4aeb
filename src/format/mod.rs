//! Numbers, money, percentages and dates as a British reader expects them, following CLDR: `€1.42m`, `12%`, `Nov 26`.
//!
//! One number has one printed form across the deck, so titles, texts, charts and tables all print through here.
//! Nothing here knows of charts or slides.

mod locale;

pub use locale::Locale;

use crate::domain::{Currency, Month, Period, Unit};
use jiff::civil::Date;

/// U+2212, the minus sign.
pub const MINUS: &str = "\u{2212}";

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Prints values in one language and currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Format {
    locale: Locale,
    currency: Option<Currency>,
}

impl Format {
    /// A format for a language and for amounts of a currency; without one, amounts are bare numbers.
    pub fn new(locale: Locale, currency: Option<Currency>) -> Self {
        Self { locale, currency }
    }

    /// The language it prints in.
    pub fn locale(&self) -> Locale {
        self.locale
    }

    /// The currency's sign, empty when it is not known.
    pub fn sign(&self) -> String {
        self.currency.map(|currency| currency.sign()).unwrap_or_default()
    }

    /// A value in its unit, short: three significant digits from 10,000 on.
    pub fn value(&self, value: f64, unit: Unit) -> String {
        match unit {
            Unit::Money(_) => self.money(value),
            Unit::Count => self.count(value),
            Unit::Percent => self.percent(value),
        }
    }

    /// Money, short: `€37.50`, `€8,412`, `€72.6k`, `€1.42m`.
    pub fn money(&self, value: f64) -> String {
        let magnitude = value.abs();
        let decimals = self.decimals();
        let rounds_up = 1000.0 - 0.5 * 0.1_f64.powi(decimals as i32);
        let text = if magnitude < rounds_up { grouped(magnitude, decimals) } else { short(magnitude) };
        format!("{}{}{text}", minus(value, &text), self.sign())
    }

    /// A count, short: `834`, `8,412`, `37.4k`, `1.42m`.
    pub fn count(&self, value: f64) -> String {
        let text = short(value.abs());
        format!("{}{text}", minus(value, &text))
    }

    /// A count in full: `21,350`.
    pub fn full_count(&self, value: f64) -> String {
        let text = grouped(value.abs(), 0);
        format!("{}{text}", minus(value, &text))
    }

    /// Digits after the point of an amount of money; two where the currency is not known.
    fn decimals(&self) -> usize {
        self.currency.map_or(2, |currency| currency.decimals())
    }

    /// Parts of a hundred: `12%` from ten on, `3.4%` below.
    pub fn percent(&self, value: f64) -> String {
        let text = ratio(value.abs());
        format!("{}{text}%", minus(value, &text))
    }

    /// A change in parts of a hundred, sign always printed: `+12%`, `−3.4%`.
    pub fn change(&self, value: f64) -> String {
        signed(value, &format!("{}%", ratio(value.abs())))
    }

    /// A change of a share: `2.3 points`, `1.0 point` as `1 point`.
    pub fn points(&self, value: f64) -> String {
        let text = ratio(value.abs());
        let text = text.strip_suffix(".0").unwrap_or(&text).to_owned();
        let noun = if text == "1" { "point" } else { "points" };
        format!("{}{text} {noun}", minus(value, &text))
    }

    /// A whole share of a hundred: `38%`.
    pub fn share(&self, percent: u32) -> String {
        format!("{percent}%")
    }

    /// How many times as large: `2.1 times`, `twice` when it prints as two.
    pub fn times(&self, ratio_of: f64) -> String {
        match ratio(ratio_of).as_str() {
            "2.0" => "twice".into(),
            text => format!("{} times", text.strip_suffix(".0").unwrap_or(text)),
        }
    }

    /// A small count in words, from 13 on in digits: `three`, `13`.
    pub fn number_word(&self, count: usize) -> String {
        const WORDS: [&str; 13] = [
            "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
            "twelve",
        ];
        WORDS.get(count).map_or_else(|| self.full_count(count as f64), |word| (*word).to_owned())
    }

    /// A month: `June 2025`.
    pub fn month(&self, month: Month) -> String {
        format!("{} {}", self.month_name(month), month.year())
    }

    /// A month's name: `June`.
    pub fn month_name(&self, month: Month) -> &'static str {
        MONTHS[month.number() as usize - 1]
    }

    /// A month's short name: `Jun`.
    pub fn month_short(&self, month: Month) -> &'static str {
        &self.month_name(month)[..3]
    }

    /// A day: `17 June 2025`.
    pub fn day(&self, day: Date) -> String {
        format!("{} {}", day.day(), self.month(Month::of(day)))
    }

    /// A day without its year: `17 Jun`.
    pub fn day_short(&self, day: Date) -> String {
        format!("{} {}", day.day(), self.month_short(Month::of(day)))
    }

    /// A period by the shortest exact name: `2024`, `Q2 2025`, `June 2025`, `January to May 2025`,
    /// `January 2023 to June 2025`, `1 May to 17 June 2025`, `1 June 2025`.
    pub fn period(&self, period: &Period) -> String {
        let (first, last) = (Month::of(period.from()), Month::of(period.to()));
        let whole = period.covers(first) && period.covers(last);
        let span = last.since(first) + 1;
        match (whole, span) {
            _ if period.from() == period.to() => self.day(period.from()),
            (true, 12) if first.number() == 1 => first.year().to_string(),
            (true, 3) if first.number() % 3 == 1 => format!("Q{} {}", first.number() / 3 + 1, first.year()),
            (true, 1) => self.month(first),
            (true, _) if first.year() == last.year() => {
                format!("{} to {}", self.month_name(first), self.month(last))
            }
            (true, _) => format!("{} to {}", self.month(first), self.month(last)),
            (false, _) if first.year() == last.year() => {
                format!("{} {} to {}", period.from().day(), self.month_name(first), self.day(period.to()))
            }
            (false, _) => format!("{} to {}", self.day(period.from()), self.day(period.to())),
        }
    }

    /// Names in a sentence: `A`, `A and B`, `A, B and C`.
    pub fn list(&self, names: &[String]) -> String {
        match names {
            [] => String::new(),
            [one] => one.clone(),
            [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
        }
    }
}

/// The minus sign, unless the value prints as zero.
fn minus(value: f64, printed: &str) -> &'static str {
    if value < 0.0 && printed.bytes().any(|b| (b'1'..=b'9').contains(&b)) { MINUS } else { "" }
}

fn signed(value: f64, printed: &str) -> String {
    let is_zero = !printed.bytes().any(|b| (b'1'..=b'9').contains(&b));
    let sign = if is_zero {
        ""
    } else if value < 0.0 {
        MINUS
    } else {
        "+"
    };
    format!("{sign}{printed}")
}

/// `12` from ten on, `3.4` below.
fn ratio(magnitude: f64) -> String {
    if magnitude >= 9.95 { grouped(magnitude, 0) } else { grouped(magnitude, 1) }
}

/// Three significant digits with k, m or bn from 10,000 on; grouped whole numbers below.
fn short(magnitude: f64) -> String {
    if magnitude < 9_999.5 {
        return grouped(magnitude, 0);
    }
    for (size, suffix) in [(1e3, "k"), (1e6, "m"), (1e9, "bn")] {
        let scaled = magnitude / size;
        if scaled < 999.5 || suffix == "bn" {
            let decimals = if scaled < 9.995 { 2 } else { usize::from(scaled < 99.95) };
            return format!("{}{suffix}", grouped(scaled, decimals));
        }
    }
    grouped(magnitude, 0)
}

/// A non-negative number with comma-separated thousands.
fn grouped(magnitude: f64, decimals: usize) -> String {
    let text = format!("{magnitude:.decimals$}");
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let mut out = String::with_capacity(text.len() + 4);
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if !fraction.is_empty() {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::parse_date;

    fn euro() -> Format {
        Format::new(Locale::EnGb, Some(Currency::EUR))
    }

    #[test]
    fn money_has_at_most_three_significant_digits_above_ten_thousand() {
        for (value, want) in [
            (37.4976, "€37.50"),
            (999.99, "€999.99"),
            (999.996, "€1,000"),
            (8412.4, "€8,412"),
            (9999.6, "€10.0k"),
            (72557.9, "€72.6k"),
            (817_860.05, "€818k"),
            (999_600.0, "€1.00m"),
            (1_420_310.0, "€1.42m"),
            (2.5e9, "€2.50bn"),
            (-21_400.0, "−€21.4k"),
            (-0.001, "€0.00"),
        ] {
            assert_eq!(euro().money(value), want, "{value}");
        }
        for (code, want) in [("JPY", "JPY\u{a0}13"), ("KWD", "KWD\u{a0}12.500"), ("HUF", "HUF\u{a0}12.50")] {
            assert_eq!(Format::new(Locale::EnGb, code.parse().ok()).money(12.5001), want);
        }
        assert_eq!(Format::new(Locale::EnGb, "JPY".parse().ok()).money(999.6), "JPY\u{a0}1,000");
        assert_eq!(Format::new(Locale::EnGb, None).money(12.5), "12.50");
        assert_eq!(Format::new(Locale::EnGb, Some("CHF".parse().unwrap())).money(12.5), "CHF\u{a0}12.50");
    }

    #[test]
    fn counts_and_changes() {
        let format = euro();
        assert_eq!(format.count(1935.0), "1,935");
        assert_eq!(format.count(21350.0), "21.4k");
        assert_eq!(format.full_count(21350.0), "21,350");
        assert_eq!(format.change(12.4), "+12%");
        assert_eq!(format.change(-3.44), "−3.4%");
        assert_eq!(format.change(0.01), "0.0%");
        assert_eq!(format.percent(9.96), "10%");
        assert_eq!(format.points(-2.3), "−2.3 points");
        assert_eq!(format.points(1.0), "1 point");
    }

    #[test]
    fn ratios_and_small_counts_read_as_words() {
        let format = euro();
        assert_eq!(format.times(2.04), "twice");
        assert_eq!(format.times(1.96), "twice");
        assert_eq!(format.times(3.0), "3 times");
        assert_eq!(format.times(1.83), "1.8 times");
        assert_eq!(format.number_word(5), "five");
        assert_eq!(format.number_word(13), "13");
        assert_eq!(format.share(7), "7%");
    }

    #[test]
    fn periods_take_their_shortest_exact_name() {
        let name = |from: &str, to: &str| {
            euro().period(&Period::new(parse_date(from).unwrap(), parse_date(to).unwrap()).unwrap())
        };
        assert_eq!(name("2025-04-01", "2025-06-30"), "Q2 2025");
        assert_eq!(name("2025-05-01", "2025-07-31"), "May to July 2025");
        assert_eq!(name("2024-01-01", "2024-12-31"), "2024");
        assert_eq!(name("2025-06-01", "2025-06-30"), "June 2025");
        assert_eq!(name("2025-05-03", "2025-06-17"), "3 May to 17 June 2025");
        assert_eq!(name("2025-06-01", "2025-06-01"), "1 June 2025");
        assert_eq!(name("2023-01-01", "2025-06-30"), "January 2023 to June 2025");
        assert_eq!(name("2024-12-15", "2025-01-14"), "15 December 2024 to 14 January 2025");
    }
}
