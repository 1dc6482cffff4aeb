//! Months in every spelling that servers use, in English, Italian, French and German.
//!
//! A spelling that could mean two months, such as `01/02/2024`, is none.

use crate::domain::Month;
use deunicode::deunicode;

/// A month, and how exactly it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Spelt {
    pub(super) month: Month,
    /// The day of the month, where one was written.
    pub(super) day: Option<i8>,
    /// The hour of the day, where a time was written.
    pub(super) hour: Option<u8>,
}

impl Spelt {
    /// Whether this is the evening of a month's last day: what the first instant of a month becomes in the zone of a
    /// country further west, so that it can be told neither to this month nor to the next.
    pub(super) fn is_shifted(self) -> bool {
        self.day == Some(self.month.last_day().day()) && self.hour.is_some_and(|hour| hour >= 10)
    }
}

/// Names and short names of the months, without accents.
const NAMES: [&[&str]; 12] = [
    &["january", "jan", "gennaio", "gen", "janvier", "janv", "januar", "janner", "jaenner"],
    &["february", "feb", "febbraio", "fevrier", "fevr", "fev", "februar", "feber"],
    &["march", "mar", "marzo", "mars", "marz", "maerz", "mrz"],
    &["april", "apr", "aprile", "avril", "avr"],
    &["may", "maggio", "mag", "mai"],
    &["june", "jun", "giugno", "giu", "juin", "juni"],
    &["july", "jul", "luglio", "lug", "juillet", "juil", "juli"],
    &["august", "aug", "agosto", "ago", "aout"],
    &["september", "sep", "sept", "settembre", "set", "sett", "septembre"],
    &["october", "oct", "ottobre", "ott", "octobre", "oktober", "okt"],
    &["november", "nov", "novembre"],
    &["december", "dec", "dicembre", "dic", "decembre", "dezember", "dez"],
];

/// The longest text that is looked at.
const LONGEST: usize = 40;

/// Reads a month with its year: `2024-01`, `2024/1`, `202401`, `01/2024`, `Jan 2024`, `gennaio 2024`, `Oct-22`,
/// `2024-01-01T00:00:00.000Z`, `1. Mai 2024`.
pub(super) fn full(text: &str) -> Option<Spelt> {
    if text.len() > LONGEST {
        return None;
    }
    let text = deunicode(text.trim()).to_lowercase();
    let (date, time) = match text.as_bytes().get(10) {
        Some(b't' | b' ')
            if text.as_bytes()[..10]
                .iter()
                .all(|b| b.is_ascii_digit() || matches!(b, b'-' | b'/' | b'.')) =>
        {
            text.split_at(10)
        }
        _ => (text.as_str(), ""),
    };
    let hour = match time.get(1..3).map(str::parse) {
        Some(hour) => Some(hour.ok()?),
        None => None,
    };
    let tokens = tokens(date);
    let spelt = |year: i16, month: i8, day: Option<i8>| {
        let month = Month::new(year, month).filter(|_| (1900..=2199).contains(&year))?;
        (day.is_none_or(|day| (1..=month.last_day().day()).contains(&day))).then_some(Spelt {
            month,
            day,
            hour,
        })
    };
    let four = |token: &str| (token.len() == 4).then(|| token.parse().ok()).flatten();
    let number = |token: &str| (token.len() <= 2).then(|| token.parse::<i8>().ok()).flatten();
    let short =
        |token: &str| (token.len() == 2).then(|| token.parse::<i16>().ok()).flatten().map(|year| 2000 + year);
    match &tokens[..] {
        [digits] if digits.len() == 6 => spelt(digits[..4].parse().ok()?, digits[4..].parse().ok()?, None),
        [digits] if digits.len() == 8 => {
            spelt(digits[..4].parse().ok()?, digits[4..6].parse().ok()?, digits[6..].parse().ok())
        }
        [a, b] => match (four(a), four(b)) {
            (Some(year), None) => spelt(year, named(b).or_else(|| number(b))?, None),
            (None, Some(year)) => spelt(year, named(a).or_else(|| number(a))?, None),
            _ => spelt(short(b)?, named(a)?, None),
        },
        [a, b, c] => match (four(a), four(c)) {
            (Some(year), _) => spelt(year, named(b).or_else(|| number(b))?, Some(number(c)?)),
            (_, Some(year)) => match (named(a), named(b)) {
                (Some(month), _) => spelt(year, month, Some(number(b)?)),
                (_, Some(month)) => spelt(year, month, Some(number(a)?)),
                // Only with points is it certain that the day comes first.
                _ if date.contains('.') => spelt(year, number(b)?, Some(number(a)?)),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    }
}

/// Reads a month without its year: a name in one of the four languages, or its number.
pub(super) fn of_year(text: &str) -> Option<i8> {
    if text.len() > LONGEST {
        return None;
    }
    let text = deunicode(text.trim()).to_lowercase();
    let text = text.trim_end_matches('.');
    let number = || (text.len() <= 2).then(|| text.parse::<i8>().ok()).flatten();
    named(text).or_else(number).filter(|month| (1..=12).contains(month))
}

/// Reads a year of four digits.
pub(super) fn year(text: &str) -> Option<i16> {
    let text = text.trim();
    let digits = text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten().filter(|year| (1900..=2199).contains(year))
}

fn named(token: &str) -> Option<i8> {
    (1..).zip(NAMES).find(|(_, names)| names.contains(&token)).map(|(number, _)| number)
}

/// Runs of letters and runs of digits.
fn tokens(text: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let digits = first.is_ascii_digit();
        let same = |c: char| c.is_alphanumeric() && c.is_ascii_digit() == digits;
        let end = rest.find(|c: char| !same(c)).unwrap_or(rest.len());
        if end == 0 {
            rest = &rest[first.len_utf8()..];
        } else {
            tokens.push(&rest[..end]);
            rest = &rest[end..];
        }
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_a_month_is_the_same_month() {
        for text in [
            "2024-01",
            "2024-1",
            "2024/01",
            "2024/1",
            "2024.01",
            "202401",
            "20240101",
            "01/2024",
            "1-2024",
            "Jan 2024",
            "JANUARY 2024",
            "January, 2024",
            "Jan-24",
            "Jan '24",
            "jan24",
            "Jan2024",
            "2024 Jan",
            "2024-Jan",
            "gennaio 2024",
            "Gen-24",
            "janvier 2024",
            "janv. 2024",
            "Januar 2024",
            "Jänner 2024",
            "2024-01-01",
            "2024/01/01",
            "1 Jan 2024",
            "Jan 1, 2024",
            "1. Januar 2024",
            "01.01.2024",
            "2024-01-01T00:00:00.000Z",
            "2024-01-01 00:00:00+00:00",
        ] {
            assert_eq!(full(text).map(|spelt| spelt.month), Month::new(2024, 1), "{text}");
        }
        for (text, month) in [
            ("févr. 2024", 2),
            ("März 2024", 3),
            ("août 2024", 8),
            ("Dez-24", 12),
            ("Mai 2024", 5),
            ("giu 2024", 6),
        ] {
            assert_eq!(full(text).map(|spelt| spelt.month.number()), Some(month), "{text}");
        }
    }

    #[test]
    fn what_could_be_two_months_or_none_is_none() {
        for text in [
            "01/02/2024",
            "2024",
            "13/2024",
            "2024-13",
            "2024-02-30",
            "01-24",
            "Q1 2024",
            "Janus 2024",
            "",
            "20241",
            "2024-01-01Txx",
            "18-24",
        ] {
            assert_eq!(full(text), None, "{text}");
        }
        assert!(full("2023-12-31T23:00:00.000Z").unwrap().is_shifted());
        assert!(!full("2024-01-01T00:00:00.000Z").unwrap().is_shifted());
    }

    #[test]
    fn months_of_a_year_have_names_in_four_languages() {
        for (text, month) in [
            ("Jan", 1),
            ("12", 12),
            ("01", 1),
            ("Maggio", 5),
            ("août", 8),
            ("MÄRZ", 3),
            ("déc.", 12),
            ("Okt", 10),
            ("luglio", 7),
        ] {
            assert_eq!(of_year(text), Some(month), "{text}");
        }
        for text in ["13", "0", "Monday", "2024", ""] {
            assert_eq!(of_year(text), None, "{text}");
        }
        assert_eq!((year("2024"), year("1"), year("3024")), (Some(2024), None, None));
    }
}
