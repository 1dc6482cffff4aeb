//! Which month a text speaks of. Only what is certain: two different months in one text are none.

use crate::domain::Month;

/// English names; three letters are enough.
const NAMES: [&str; 12] = [
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

/// The one month in a text such as `2025-06`, `2025-06-30`, `Jun 2025`, `Jun-25` or `6 2025`.
pub(super) fn month_in(text: &str) -> Option<Month> {
    let lower = text.to_lowercase();
    let words: Vec<&str> =
        lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let mut found: Vec<Month> = Vec::new();
    for (i, word) in words.iter().enumerate() {
        let next = words.get(i + 1).copied();
        let before = i.checked_sub(1).map(|i| words[i]);
        let month = match (name(word), year(word)) {
            (Some(month), _) => next
                .and_then(|next| year(next).or_else(|| short_year(next)))
                .or_else(|| before.and_then(year))
                .and_then(|year| Month::new(year, month)),
            // 2025-06, and where there is nothing else also 06/2025.
            (None, Some(year)) => next
                .and_then(number)
                .or_else(|| if words.len() == 2 { before.and_then(number) } else { None })
                .and_then(|month| Month::new(year, month)),
            _ => None,
        };
        found.extend(month);
    }
    found.dedup();
    match found[..] {
        [month] => Some(month),
        _ => None,
    }
}

fn name(word: &str) -> Option<i8> {
    let at = NAMES.iter().position(|name| word.len() >= 3 && name.starts_with(word))?;
    i8::try_from(at + 1).ok()
}

fn year(word: &str) -> Option<i16> {
    word.parse().ok().filter(|year| word.len() == 4 && (1990..2100).contains(year))
}

fn short_year(word: &str) -> Option<i16> {
    let year: i16 = word.parse().ok().filter(|_| word.len() == 2)?;
    Some(2000 + year)
}

fn number(word: &str) -> Option<i8> {
    word.parse().ok().filter(|month| word.len() <= 2 && (1..=12).contains(month))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_is_read_only_where_it_is_certain() {
        let june = Month::new(2025, 6);
        for text in [
            "2025-06",
            "2025-06-30",
            "2025-06-30T00:00:00Z",
            "June 2025",
            "Jun-25",
            "2025 jun",
            "6 2025",
            "06/2025",
            "In June 2025 you sold 100",
        ] {
            assert_eq!(month_in(text), june, "{text}");
        }
        for text in
            ["", "2025", "June", "30/06/2025", "June 2025 and July 2025", "13 2025", "ju 2025", "2025-13"]
        {
            assert_eq!(month_in(text), None, "{text}");
        }
    }
}
