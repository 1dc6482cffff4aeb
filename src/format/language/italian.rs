//! Italian: `1,42 Mln €`, `12%`, `nov 26`; four digits are not grouped.

use super::{Language, is_one};

pub(super) static FORMS: Language = Language {
    decimal: ',',
    group: '.',
    grouped_from: 5,
    short_from: 9_999.5,
    sizes: &[(1e3, "K"), (1e6, "\u{a0}Mln"), (1e9, "\u{a0}Mld")],
    percent: "%",
    less_than: "<",
    is_sign_first: false,
    signs: &[("EUR", "€"), ("GBP", "£")],
    counts: [
        "nessun", "un", "due", "tre", "quattro", "cinque", "sei", "sette", "otto", "nove", "dieci", "undici",
        "dodici",
    ],
    is_singular: is_one,
    points: ["punto", "punti"],
    times: |number| format!("{number} volte"),
    twice: "due volte",
    months: [
        "gennaio",
        "febbraio",
        "marzo",
        "aprile",
        "maggio",
        "giugno",
        "luglio",
        "agosto",
        "settembre",
        "ottobre",
        "novembre",
        "dicembre",
    ],
    months_alone: SHORT,
    months_in_date: SHORT,
    // The first of a month is an ordinal, which the patterns of CLDR cannot say.
    day: |day| if day == 1 { "1º".to_owned() } else { day.to_string() },
    quarter: 'T',
    months_from_to: |first, last| {
        format!("da {first} {} {last}", if last.starts_with('a') { "ad" } else { "a" })
    },
    days_from_to: |first, last| format!("{} {}", from(first), to(last)),
    from_day: from,
    to_day: to,
    and: |last| if last.starts_with(['e', 'E', 'è', 'È', 'é', 'É']) { "ed" } else { "e" },
};

const SHORT: [&str; 12] =
    ["gen", "feb", "mar", "apr", "mag", "giu", "lug", "ago", "set", "ott", "nov", "dic"];

fn from(day: &str) -> String {
    joined("dal", day)
}

fn to(day: &str) -> String {
    joined("al", day)
}

/// The preposition and the day: eight and eleven begin with a vowel, `dall'8 maggio`.
fn joined(preposition: &str, day: &str) -> String {
    let number: String = day.chars().take_while(char::is_ascii_digit).collect();
    match number.as_str() {
        "8" | "11" => format!("{preposition}l\u{2019}{day}"),
        _ => format!("{preposition} {day}"),
    }
}
