//! German: `1,42 Mio. €`, `12 %`, `Nov. 26`.

use super::{Language, is_one};

pub(super) static FORMS: Language = Language {
    decimal: ',',
    group: '.',
    grouped_from: 4,
    // There is no short form of a thousand: below a million, numbers stand in full.
    short_from: 999_999.5,
    sizes: &[(1e6, "\u{a0}Mio."), (1e9, "\u{a0}Mrd.")],
    percent: "\u{a0}%",
    less_than: "<\u{a0}",
    is_sign_first: false,
    signs: &[("EUR", "€"), ("GBP", "£"), ("USD", "$")],
    counts: [
        "kein", "ein", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn", "elf",
        "zwölf",
    ],
    is_singular: is_one,
    points: ["Prozentpunkt", "Prozentpunkte"],
    times: |number| format!("{number}-mal"),
    twice: "doppelt",
    months: [
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ],
    months_alone: ["Jan", "Feb", "Mär", "Apr", "Mai", "Jun", "Jul", "Aug", "Sep", "Okt", "Nov", "Dez"],
    months_in_date: [
        "Jan.", "Feb.", "März", "Apr.", "Mai", "Juni", "Juli", "Aug.", "Sept.", "Okt.", "Nov.", "Dez.",
    ],
    day: |day| format!("{day}."),
    quarter: 'Q',
    months_from_to: |first, last| format!("{first} bis {last}"),
    days_from_to: |first, last| format!("{first} bis {last}"),
    from_day: |day| format!("ab {day}"),
    to_day: |day| format!("bis {day}"),
    and: |_| "und",
};
