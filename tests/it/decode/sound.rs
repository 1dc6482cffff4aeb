//! What holds of every table that was read out of a text, whatever the text: asserted by the tests and by the fuzzer.

use kamslides::decode::Decoded;
use serde_json::Value;

/// The most groups of digits that one number is written in.
const GROUPS: usize = 8;

/// Panics where a table is not whole, or holds a number that the text does not.
pub(super) fn check(text: &str, decoded: &Decoded) {
    let table = &decoded.table;
    for row in &table.rows {
        assert_eq!(row.len(), table.columns.len(), "a row is not as wide as the table");
        for cell in row {
            let plain = cell.is_null() || cell.is_string() || cell.as_f64().is_some_and(f64::is_finite);
            assert!(plain, "{cell} is no cell");
        }
    }
    // Digits may be written as `\u0031`.
    if text.contains("\\u") || text.contains("\\x") || text.contains("\\U") {
        return;
    }
    let written = numbers(text);
    for number in table.rows.iter().flatten().filter_map(Value::as_f64) {
        let found = written.binary_search_by(|written| written.total_cmp(&number.abs()));
        assert!(found.is_ok(), "{number} stands nowhere in the text");
    }
}

/// Every number that a text can be said to hold, without its sign, in order: groups of digits from the beginning of one
/// to the end of any, with the decimal sign before the last group or nowhere.
fn numbers(text: &str) -> Vec<f64> {
    let letters: Vec<char> = text.chars().collect();
    let digit = |at: usize| letters.get(at).is_some_and(char::is_ascii_digit);
    let mut numbers = Vec::new();
    for start in (0..letters.len()).filter(|&at| digit(at) && (at == 0 || !digit(at - 1))) {
        let (mut whole, mut at) = (String::new(), start);
        for _ in 0..GROUPS {
            let before = whole.len();
            while digit(at) {
                whole.push(letters[at]);
                at += 1;
            }
            let power = power(&letters[at..]);
            let pointed = format!("{}.{}", &whole[..before], &whole[before..]);
            numbers
                .extend([&whole, &pointed].iter().filter_map(|n| format!("{n}{power}").parse::<f64>().ok()));
            let is_sign = letters.get(at).is_some_and(|c| ".,'’_ \\\u{a0}\u{202f}\u{2009}".contains(*c));
            at += 1;
            if !is_sign || !digit(at) {
                break;
            }
        }
    }
    numbers.sort_by(f64::total_cmp);
    numbers
}

/// The power of ten at the beginning of a text.
fn power(letters: &[char]) -> String {
    let letters = if letters.first() == Some(&'.') { &letters[1..] } else { letters };
    let Some('e' | 'E') = letters.first() else { return String::new() };
    let sign = usize::from(matches!(letters.get(1), Some('+' | '-')));
    let digits: String = letters[1 + sign..].iter().take_while(|c| c.is_ascii_digit()).collect();
    if digits.is_empty() { digits } else { letters[..=sign].iter().collect::<String>() + &digits }
}
