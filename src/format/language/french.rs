//! French: `1,42 M €`, `12 %`, `nov. 26`; the groups of a number stand a narrow no-break space apart.

use super::Language;

pub(super) static FORMS: Language = Language {
    decimal: ',',
    group: '\u{202f}',
    grouped_from: 4,
    short_from: 9_999.5,
    sizes: &[(1e3, "\u{a0}k"), (1e6, "\u{a0}M"), (1e9, "\u{a0}Md")],
    percent: "\u{a0}%",
    less_than: "<\u{a0}",
    is_sign_first: false,
    signs: &[("EUR", "€"), ("GBP", "£GB"), ("USD", "$US")],
    counts: [
        "aucun", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze",
        "douze",
    ],
    // The plural begins at two: `1,5 point`.
    is_singular: |number| number < 2.0,
    points: ["point", "points"],
    times: |number| format!("{number} fois"),
    twice: "deux fois",
    months: [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ],
    months_alone: SHORT,
    months_in_date: SHORT,
    // The first of a month is an ordinal, which the patterns of CLDR cannot say.
    day: |day| if day == 1 { "1er".to_owned() } else { day.to_string() },
    quarter: 'T',
    months_from_to: |first, last| {
        let of = if first.starts_with(['a', 'o']) { "d\u{2019}" } else { "de " };
        format!("{of}{first} à {last}")
    },
    days_from_to: |first, last| format!("du {first} au {last}"),
    from_day: |day| format!("dès le {day}"),
    to_day: |day| format!("au {day}"),
    and: |_| "et",
};

const SHORT: [&str; 12] =
    ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."];
