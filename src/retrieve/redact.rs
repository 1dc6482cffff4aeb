//! Personal data in answers → marks: e-mail addresses, telephone numbers, IBANs, payment card numbers.
//!
//! Looks at texts only, never at numbers of JSON, and reads JSON inside texts. Errs on the side of keeping: dates,
//! amounts, and ids of up to eight digits always survive.

use crate::domain::{is_card_number, is_iban};
use serde_json::Value;

/// A text without personal data. A text that is JSON stays JSON.
pub(super) fn text(text: &str) -> String {
    match text.trim_start().chars().next() {
        Some('{' | '[') => match serde_json::from_str::<Value>(text) {
            Ok(mut json) => {
                value(&mut json);
                json.to_string()
            }
            Err(_) => plain(text),
        },
        _ => plain(text),
    }
}

/// Redacts every text of a JSON value, keys included.
pub(super) fn value(json: &mut Value) {
    match json {
        Value::String(words) => {
            let redacted = text(words);
            if redacted != *words {
                *words = redacted;
            }
        }
        Value::Array(list) => list.iter_mut().for_each(value),
        Value::Object(fields) => {
            let odd: Vec<_> = fields.keys().filter(|key| plain(key) != **key).cloned().collect();
            for key in odd {
                if let Some(inner) = fields.shift_remove(&key) {
                    fields.insert(plain(&key), inner);
                }
            }
            fields.values_mut().for_each(value);
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut before = None;
    while let Some(c) = rest.chars().next() {
        let starts =
            !before.is_some_and(|b: char| b.is_alphanumeric() || matches!(b, '_' | '-' | '.' | '@' | '+'));
        let found = if starts { find(rest) } else { None };
        let (length, mark) = match found {
            Some((length, mark)) => (length, mark.unwrap_or(&rest[..length])),
            None => (c.len_utf8(), &rest[..c.len_utf8()]),
        };
        out.push_str(mark);
        before = rest[..length].chars().next_back();
        rest = &rest[length..];
    }
    out
}

/// What stands at the beginning of a text: its length, and the mark it becomes, `None` for what survives as it is.
fn find(text: &str) -> Option<(usize, Option<&'static str>)> {
    if let Some(length) = email(text) {
        return Some((length, Some("[e-mail]")));
    }
    if let Some(length) = iban(text) {
        return Some((length, Some("[IBAN]")));
    }
    if let Some(length) = date(text) {
        return Some((length, None));
    }
    number(text)
}

/// `local@domain.tld`.
fn email(text: &str) -> Option<usize> {
    let is_local = |b: u8| b.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(&b);
    let is_local = |c: char| if c.is_ascii() { is_local(c as u8) } else { c.is_alphanumeric() };
    let at = text.find(|c: char| !is_local(c))?;
    let domain = text[at..].strip_prefix('@').filter(|_| at > 0)?;
    let end = domain.find(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '.'))).unwrap_or(domain.len());
    let domain = domain[..end].trim_end_matches(['.', '-']);
    let (name, last) = domain.rsplit_once('.')?;
    (!name.is_empty() && last.chars().count() >= 2).then_some(at + 1 + domain.len())
}

/// Two letters, two check digits and 11 to 30 more, in groups or not, with the right check digits (ISO 13616).
fn iban(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let head = bytes.len() >= 15
        && bytes[..2].iter().all(u8::is_ascii_uppercase)
        && bytes[2..4].iter().all(u8::is_ascii_digit);
    if !head {
        return None;
    }
    let mut compact = Vec::new();
    let mut best = None;
    for (i, byte) in bytes.iter().enumerate() {
        match byte {
            b if b.is_ascii_alphanumeric() && compact.len() < 34 => compact.push(b.to_ascii_uppercase()),
            b' ' if i > 0 && bytes[i - 1] != b' ' => continue,
            _ => break,
        }
        let ends = !bytes.get(i + 1).is_some_and(u8::is_ascii_alphanumeric);
        if ends && is_iban(&compact) {
            best = Some(i + 1);
        }
    }
    best
}

/// `2025-01-31`, `31-01-2025`, and the same with dots or slashes.
fn date(text: &str) -> Option<usize> {
    let bytes = text.as_bytes().get(..10)?;
    let shape = |pattern: &[u8; 10]| {
        bytes.iter().zip(pattern).all(|(byte, kind)| match kind {
            b'd' => byte.is_ascii_digit(),
            _ => matches!(byte, b'-' | b'.' | b'/'),
        })
    };
    (shape(b"dddd-dd-dd") || shape(b"dd-dd-dddd")).then_some(10)
}

/// A run of digits with single separators: a card number, a telephone number, or something that survives.
fn number(text: &str) -> Option<(usize, Option<&'static str>)> {
    let bytes = text.as_bytes();
    let international = bytes.first() == Some(&b'+');
    let begins =
        usize::from(international) + usize::from(bytes.get(usize::from(international)) == Some(&b'('));
    if !bytes.get(begins)?.is_ascii_digit() {
        return None;
    }
    let (mut digits, mut end) = (Vec::new(), 0);
    for (i, byte) in bytes.iter().enumerate().skip(begins) {
        match byte {
            b'0'..=b'9' => {
                digits.push(byte - b'0');
                end = i + 1;
            }
            b' ' | b'-' | b'(' | b')' if i - end < 2 => {}
            b'.' | b',' if i == end && bytes.get(i + 1).is_some_and(u8::is_ascii_digit) => {}
            _ => break,
        }
    }
    let run = &text[..end];
    // Part of a word or of a longer code, such as a UUID.
    if bytes.get(end).is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_') {
        return Some((end, None));
    }
    let mark = if is_amount(run) {
        None
    } else if !international && is_card_number(&digits) {
        Some("[card number]")
    } else if (9..=15).contains(&digits.len()) || international && digits.len() == 8 {
        Some("[telephone]")
    } else {
        None
    };
    Some((end, mark))
}

/// A decimal with one separator, or digits in groups of three: `123456789.50`, `1,234,567`, `1.234.567,89`.
fn is_amount(run: &str) -> bool {
    let parts: Vec<_> = run.split(['.', ',']).collect();
    let all_digits =
        parts.iter().all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()));
    if !all_digits || parts.len() < 2 {
        return false;
    }
    let grouped = |parts: &[&str]| parts[0].len() <= 3 && parts[1..].iter().all(|part| part.len() == 3);
    parts.len() == 2 || grouped(&parts) || grouped(&parts[..parts.len() - 1])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn personal_data_become_marks() {
        let cases = [
            ("write to anna.rossi+x@mail.example.com, now", "write to [e-mail], now"),
            ("<jürgen@example.de>.", "<[e-mail]>."),
            ("+39 06 1234 5678 or (06) 1234-5678-9", "[telephone] or [telephone]"),
            ("call 3331234567!", "call [telephone]!"),
            ("IT60 X054 2811 1010 0000 0123 456 ok", "[IBAN] ok"),
            ("DE89370400440532013000", "[IBAN]"),
            ("4111 1111 1111 1111", "[card number]"),
            ("5500-0000-0000-0004,", "[card number],"),
        ];
        for (given, want) in cases {
            assert_eq!(text(given), want);
        }
    }

    #[test]
    fn dates_amounts_and_short_ids_survive() {
        for kept in [
            "2025-01-01",
            "2025-01-01 00:00:00",
            "2025-06-30T23:59:59.000Z",
            "2025-01-01..2025-06-30",
            "01/02/2025 - 28/02/2025",
            "31.01.2025",
            "2023, 2024, 2025",
            "8190.00",
            "123456789.50",
            "1,234,567,890",
            "1.234.567.890,00",
            "12345678",
            "order 87654321",
            "550e8400-e29b-41d4-a716-446655440000",
            "pay in 3",
            "25-34",
            "€ 1 234.50",
            "DE89370400440532013001",
            "a@b",
            "@home",
            "AB12CDEF34567",
            "x_123456789",
        ] {
            assert_eq!(text(kept), kept);
        }
    }

    #[test]
    fn json_is_redacted_in_its_texts_and_stays_json() {
        let given = json!({"a": [1_234_567_890_123_u64, "me@x.org"], "you@x.org": null, "in": "{\"b\": \"me@x.org\", \"n\": 3331234567}"});
        let got: Value = serde_json::from_str(&text(&given.to_string())).unwrap();
        let want = json!({"a": [1_234_567_890_123_u64, "[e-mail]"], "[e-mail]": null, "in": "{\"b\":\"[e-mail]\",\"n\":3331234567}"});
        assert_eq!(got, want);
    }

    proptest! {
        #[test]
        fn nothing_makes_it_panic_and_twice_is_once(given in ".{0,80}", digits in "[0-9+ ().,@a-zA-Z-]{0,60}") {
            for given in [given, digits] {
                let once = text(&given);
                prop_assert_eq!(text(&once), once.clone());
            }
        }
    }
}
