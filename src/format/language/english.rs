//! British English: `€1.42m`, `12%`, `Nov 26`.

use super::{Language, is_one};

pub(super) static FORMS: Language = Language {
    decimal: '.',
    group: ',',
    grouped_from: 4,
    short_from: 9_999.5,
    sizes: &[(1e3, "k"), (1e6, "m"), (1e9, "bn")],
    percent: "%",
    less_than: "<",
    is_sign_first: true,
    // CLDR has `US$`; a deck of one merchant has one dollar.
    signs: &[("EUR", "€"), ("GBP", "£"), ("USD", "$")],
    counts: [
        "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
        "twelve",
    ],
    is_singular: is_one,
    points: ["point", "points"],
    times: |number| format!("{number} times"),
    twice: "twice",
    months: [
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
    ],
    // CLDR has `Sept`; three letters each stand evenly under a chart.
    months_alone: SHORT,
    months_in_date: SHORT,
    day: |day| day.to_string(),
    quarter: 'Q',
    months_from_to: |first, last| format!("{first} to {last}"),
    days_from_to: |first, last| format!("{first} to {last}"),
    from_day: |day| format!("from {day}"),
    to_day: |day| format!("to {day}"),
    and: |_| "and",
};

const SHORT: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
