//! Dates, taken as written: no time zone moves them.

use super::super::{calendar::Day, error::ImportError};
use jiff::{civil::Date, fmt::strtime};

/// Reads the date column of one file.
pub(super) struct Dates {
    format: Option<String>,
}

/// Why a date could not be read.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum NoDate {
    /// This row's is no date.
    Bad(String),
    /// Day and month cannot be told apart, in this row or another; with a format that reads this one.
    Ambiguous(&'static str),
}

/// A date outside is a slip of the pen.
const YEARS: std::ops::RangeInclusive<i16> = 1970..=2100;

impl Dates {
    /// A reader of dates in a format, or in those that can be read in one way only.
    ///
    /// # Errors
    /// When the format is none.
    pub(super) fn new(format: Option<&str>) -> Result<Self, ImportError> {
        if let Some(format) = format {
            let refuse = |why: String| {
                ImportError::Usage(format!(
                    "--date-format `{format}` {why}; write it as in %d/%m/%Y: %d day, %m month, %Y year, %b month name"
                ))
            };
            let sample = Date::constant(2001, 2, 3);
            let written = strtime::format(format, sample)
                .map_err(|error| refuse(format!("is no date format ({error})")))?;
            let read = strtime::parse(format, &written).and_then(|read| read.to_date());
            if !read.is_ok_and(|date| date == sample) {
                return Err(refuse("does not hold day, month and year".into()));
            }
        }
        Ok(Self { format: format.map(str::to_owned) })
    }

    /// The day a text names.
    pub(super) fn read(&self, text: &str) -> Result<Day, NoDate> {
        let bad = |why: &str| NoDate::Bad(format!("the date `{}` {why}", excerpt(text)));
        let date = if let Some(format) = &self.format {
            let read = strtime::parse(format, text).and_then(|read| read.to_date());
            read.map_err(|_| bad(&format!("is not written as --date-format {format}")))?
        } else {
            let Some((year, month, day)) = parts(text) else {
                return Err(ambiguous(text).map_or_else(|| bad("cannot be read"), NoDate::Ambiguous));
            };
            Date::new(year, month, day).map_err(|_| bad("is not a day of the calendar"))?
        };
        if !YEARS.contains(&date.year()) {
            return Err(bad("lies outside 1970 to 2100"));
        }
        Ok(Day::of(date))
    }
}

/// The beginning of a text, for a message.
pub(super) fn excerpt(text: &str) -> String {
    let mut excerpt: String = text.chars().take(40).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if excerpt.len() < text.len() {
        excerpt.push('…');
    }
    excerpt
}

/// Year, month and day of the forms that can be read in one way only.
fn parts(text: &str) -> Option<(i16, i8, i8)> {
    let bytes = text.as_bytes();
    match bytes {
        [_, _, _, _, sep @ (b'-' | b'/' | b'.'), _, _, again, _, _, rest @ ..]
            if sep == again && is_time(rest) =>
        {
            Some((number(&bytes[..4])?, number(&bytes[5..7])? as i8, number(&bytes[8..10])? as i8))
        }
        [_, _, _, _, _, _, _, _, rest @ ..] if bytes[..8].iter().all(u8::is_ascii_digit) && is_time(rest) => {
            Some((number(&bytes[..4])?, number(&bytes[4..6])? as i8, number(&bytes[6..8])? as i8))
        }
        _ => named(text),
    }
}

/// Whether what follows a date is nothing, or a time: `T11:38:36Z`, ` 11:38`.
fn is_time(rest: &[u8]) -> bool {
    match rest {
        [] => true,
        [b'T' | b't' | b' ', digit, ..] if digit.is_ascii_digit() => rest[1..].iter().all(|byte| {
            byte.is_ascii_digit()
                || matches!(
                    byte,
                    b':' | b'.' | b'+' | b'-' | b'Z' | b'z' | b' ' | b'A' | b'P' | b'M' | b'U' | b'T' | b'C'
                )
        }),
        _ => false,
    }
}

fn number(digits: &[u8]) -> Option<i16> {
    digits.iter().try_fold(0, |number: i16, digit| {
        digit.is_ascii_digit().then(|| number * 10 + i16::from(digit - b'0'))
    })
}

/// `17 Jun 2025`, `17-June-2025`, `Jun 17, 2025`, with or without a time.
fn named(text: &str) -> Option<(i16, i8, i8)> {
    let mut words = text.split([' ', '-', ',', '.', '/']).filter(|word| !word.is_empty());
    let (first, second, year) = (words.next()?, words.next()?, words.next()?);
    let (day, month) = match month(second) {
        Some(month) => (first, month),
        None => (second, month(first)?),
    };
    let is_number = |word: &str, lengths: std::ops::RangeInclusive<usize>| {
        lengths.contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_digit())
    };
    let rest_is_time = words.all(|word| word.starts_with(|c: char| c.is_ascii_digit()));
    (is_number(day, 1..=2) && is_number(year, 4..=4) && rest_is_time)
        .then(|| Some((year.parse().ok()?, month, day.parse().ok()?)))?
}

fn month(word: &str) -> Option<i8> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let word = word.to_ascii_lowercase();
    let is_month = |name: &&str| {
        word.len() >= 3 && name.starts_with(&word) || word == "sept" && name.starts_with("sept")
    };
    MONTHS.iter().position(is_month).map(|position| position as i8 + 1)
}

/// For a date such as 03/04/2025: a format that reads it, day first unless that cannot be.
fn ambiguous(text: &str) -> Option<&'static str> {
    let date = text.split([' ', 'T']).next()?;
    let sign = date.chars().find(|c| !c.is_ascii_digit()).filter(|sign| matches!(sign, '/' | '.' | '-'))?;
    let numbers: Vec<&str> = date.split(sign).collect();
    let [first, second, year] = numbers[..] else { return None };
    let is_part =
        |part: &str| (1..=2).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    if !is_part(first)
        || !is_part(second)
        || !matches!(year.len(), 2 | 4)
        || !year.bytes().all(|b| b.is_ascii_digit())
    {
        return None;
    }
    let month_first = second.parse::<u8>().is_ok_and(|second| second > 12);
    Some(match (sign, month_first, year.len()) {
        ('/', false, 4) => "%d/%m/%Y",
        ('/', true, 4) => "%m/%d/%Y",
        ('/', false, _) => "%d/%m/%y",
        ('/', true, _) => "%m/%d/%y",
        ('.', _, 4) => "%d.%m.%Y",
        ('.', ..) => "%d.%m.%y",
        (_, false, 4) => "%d-%m-%Y",
        (_, true, 4) => "%m-%d-%Y",
        (_, false, _) => "%d-%m-%y",
        (_, true, _) => "%m-%d-%y",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, format: Option<&str>) -> Result<i32, NoDate> {
        Dates::new(format).unwrap().read(text).map(|day| day.0)
    }

    #[test]
    fn unmistakable_forms_are_read_as_written() {
        for text in [
            "2025-06-17",
            "2025/06/17",
            "2025.06.17",
            "20250617",
            "2025-06-17T23:59:59+02:00",
            "2025-06-17 11:38:36.123",
            "2025-06-17T00:00:00Z",
            "17 Jun 2025",
            "17-June-2025",
            "June 17, 2025 10:20",
        ] {
            assert_eq!(read(text, None), Ok(20_250_617), "{text}");
        }
    }

    #[test]
    fn what_is_no_date_is_rejected() {
        for text in [
            "2025-02-30",
            "2025-13-01",
            "2205-01-01",
            "yesterday",
            "",
            "2025-06",
            "2025-06-17x",
            "17 Juni 20256",
            "1750000000",
        ] {
            assert!(matches!(read(text, None), Err(NoDate::Bad(_))), "{text}: {:?}", read(text, None));
        }
    }

    #[test]
    fn a_day_that_may_be_a_month_needs_a_format() {
        for (text, format) in
            [("03/04/2025", "%d/%m/%Y"), ("06/17/2025", "%m/%d/%Y"), ("3.4.25 10:00", "%d.%m.%y")]
        {
            assert_eq!(read(text, None), Err(NoDate::Ambiguous(format)), "{text}");
        }
        assert_eq!(read("03/04/2025", Some("%d/%m/%Y")), Ok(20_250_403));
        assert_eq!(read("03/04/2025", Some("%m/%d/%Y")), Ok(20_250_304));
        assert!(matches!(read("2025-04-03", Some("%d/%m/%Y")), Err(NoDate::Bad(_))));
    }

    #[test]
    fn a_format_without_a_whole_date_is_refused() {
        for format in ["%d/%m", "dd/mm/yyyy", "%Q"] {
            assert!(Dates::new(Some(format)).is_err(), "{format} was taken");
        }
    }
}
