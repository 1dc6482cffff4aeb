//! One tolerant reader for JSON and what is nearly JSON: Python literals, JavaScript objects, comments, trailing commas.
//!
//! It reads in one pass, never looks back, and stops at a depth of 64. It guesses nothing: brackets that do not close,
//! words that are no literal and names that come twice are faults. A number that is none (`NaN`, `Infinity`) becomes null.

mod call;
mod scalar;

use crate::decode::notes::{Notes, counted};
use serde_json::{Map, Value};

/// Brackets within brackets.
const DEPTH: usize = 64;

/// Values of one text, at most: what fits into some hundred MiB of memory.
const VALUES: usize = 4_000_000;

/// A value that was read.
#[derive(Debug)]
pub(super) struct Literal {
    pub(super) value: Value,
    /// The byte behind it.
    pub(super) end: usize,
    found: Found,
}

/// Why a text is no literal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fault {
    /// The text ends inside of brackets or quotes.
    Ended,
    /// The text says that values are left out: an ellipsis, or a comment.
    Elided(String),
    /// A name stands twice in one object.
    Twice(String),
    /// Something else, at a byte, after so many scalars.
    At { at: usize, what: String, scalars: usize },
}

impl Fault {
    /// The byte where it was found, `None` for the end of the text.
    pub(super) fn at(&self) -> Option<usize> {
        match self {
            Self::At { at, .. } => Some(*at),
            _ => None,
        }
    }
}

/// What differs from JSON.
#[derive(Debug, Default)]
struct Found {
    python: bool,
    unquoted: usize,
    number_keys: bool,
    decimals: usize,
    dates: usize,
    not_numbers: usize,
    trailing_commas: usize,
    comments: Vec<String>,
}

/// Reads the value that begins at a byte of a text, behind white space and comments.
pub(super) fn read(text: &str, from: usize) -> Result<Literal, Fault> {
    let mut reader = Reader {
        text,
        bytes: text.as_bytes(),
        at: from,
        scalars: 0,
        values: 0,
        ignoring: 0,
        found: Found::default(),
    };
    reader.blank()?;
    let value = reader.value(0)?;
    Ok(Literal { value, end: reader.at, found: reader.found })
}

/// Reads a text that is one value and nothing else but white space, comments and a semicolon.
pub(super) fn whole(text: &str) -> Result<Literal, Fault> {
    let mut literal = read(text, 0)?;
    let mut rest = Reader {
        text,
        bytes: text.as_bytes(),
        at: literal.end,
        scalars: 1,
        values: 0,
        ignoring: 0,
        found: Found::default(),
    };
    rest.blank()?;
    rest.eat(b';');
    rest.blank()?;
    if rest.at < text.len() {
        return Err(rest.fault("more stands behind the value"));
    }
    literal.found.comments.append(&mut rest.found.comments);
    Ok(literal)
}

impl Literal {
    /// The value; what had to be done to read it is noted.
    pub(super) fn noted(self, notes: &mut Notes) -> Value {
        let found = self.found;
        if found.python {
            notes.repair("read as a Python literal");
        }
        if found.number_keys {
            notes.repair("numbers that stood as names were read as text");
        }
        if found.unquoted > 0 {
            notes.repair(format!("{} without quotes", counted(found.unquoted, "name")));
        }
        if found.decimals > 0 {
            notes.repair(format!(
                "{} in `Decimal(…)` or the like unwrapped",
                counted(found.decimals, "number")
            ));
        }
        if found.dates > 0 {
            notes.repair(format!(
                "{} in `datetime.date(…)` or the like unwrapped",
                counted(found.dates, "date")
            ));
        }
        if found.trailing_commas > 0 {
            notes.repair(format!("{} removed", counted(found.trailing_commas, "trailing comma")));
        }
        if found.not_numbers > 0 {
            let times = counted(found.not_numbers, "value");
            notes.grave(format!("{times} written as NaN or Infinity count as missing"));
        }
        if !found.comments.is_empty() {
            notes.repair(format!("{} removed", counted(found.comments.len(), "comment")));
            found.comments.iter().for_each(|comment| notes.say(comment));
        }
        self.value
    }
}

struct Reader<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    /// Scalars read so far.
    scalars: usize,
    /// Values read so far.
    values: usize,
    /// Inside named arguments of calls, whose values do not count.
    ignoring: usize,
    found: Found,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn eat(&mut self, byte: u8) -> bool {
        let is_it = self.peek() == Some(byte);
        self.at += usize::from(is_it);
        is_it
    }

    fn fault(&self, what: impl Into<String>) -> Fault {
        Fault::At { at: self.at, what: what.into(), scalars: self.scalars }
    }

    /// Passes white space and comments. A comment that says that values are left out is a fault.
    fn blank(&mut self) -> Result<(), Fault> {
        loop {
            let rest = &self.text[self.at..];
            let trimmed = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
            self.at += rest.len() - trimmed.len();
            let (comment, length) = if trimmed.starts_with("//") || trimmed.starts_with('#') {
                let line = trimmed.lines().next().unwrap_or_default();
                (line.trim_start_matches(['/', '#']), line.len())
            } else if let Some(inside) = trimmed.strip_prefix("/*") {
                // The star that opens the comment does not close it.
                let end = inside.find("*/").ok_or(Fault::Ended)?;
                (&inside[..end], end + 4)
            } else {
                return Ok(());
            };
            let comment = comment.trim().to_owned();
            self.at += length;
            if says_that_more_follows(&comment) {
                return Err(Fault::Elided(comment));
            }
            self.found.comments.push(comment);
        }
    }

    fn value(&mut self, depth: usize) -> Result<Value, Fault> {
        if depth > DEPTH {
            return Err(self.fault(format!("more than {DEPTH} brackets stand within each other")));
        }
        self.values += 1;
        if self.values > VALUES {
            return Err(self.fault(format!("there are more than {VALUES} values")));
        }
        match self.peek() {
            None => Err(Fault::Ended),
            Some(b'{') => self.object(depth),
            Some(b'[') => self.list(b']', depth),
            Some(b'(') => {
                self.found.python = true;
                self.list(b')', depth)
            }
            Some(b'.') if self.text[self.at..].starts_with("...") => Err(Fault::Elided("...".into())),
            Some(_) => self.scalar(depth),
        }
    }

    fn object(&mut self, depth: usize) -> Result<Value, Fault> {
        self.at += 1;
        let mut object = Map::new();
        loop {
            self.blank()?;
            if self.eat(b'}') {
                return Ok(Value::Object(object));
            }
            if self.text[self.at..].starts_with("...") {
                return Err(Fault::Elided("...".into()));
            }
            let name = self.name()?;
            self.blank()?;
            if !self.eat(b':') {
                return Err(self.expected("a colon behind the name"));
            }
            self.blank()?;
            let value = self.value(depth + 1)?;
            if object.contains_key(&name) {
                return Err(Fault::Twice(name));
            }
            object.insert(name, value);
            self.separator(b'}')?;
        }
    }

    fn list(&mut self, close: u8, depth: usize) -> Result<Value, Fault> {
        self.at += 1;
        let mut list = Vec::new();
        loop {
            self.blank()?;
            if self.eat(close) {
                return Ok(Value::Array(list));
            }
            list.push(self.value(depth + 1)?);
            self.separator(close)?;
        }
    }

    /// The comma between two elements; none is needed before the closing bracket.
    fn separator(&mut self, close: u8) -> Result<(), Fault> {
        self.blank()?;
        if self.eat(b',') {
            self.blank()?;
            // A tuple of one element is written with a comma.
            if self.peek() == Some(close) && close != b')' {
                self.found.trailing_commas += 1;
            }
            return Ok(());
        }
        if self.peek() == Some(close) { Ok(()) } else { Err(self.expected("a comma or the closing bracket")) }
    }

    fn expected(&self, what: &str) -> Fault {
        if self.at >= self.bytes.len() { Fault::Ended } else { self.fault(format!("{what} is missing")) }
    }

    /// The name of an object's field: a text, a word or a number.
    fn name(&mut self) -> Result<String, Fault> {
        match self.peek() {
            None => Err(Fault::Ended),
            Some(b'"' | b'\'') => self.string(),
            Some(b'0'..=b'9' | b'-') => {
                self.found.number_keys = true;
                Ok(self.number_text().to_owned())
            }
            Some(b'(' | b'[' | b'{') => Err(self.fault("a list stands where a name is wanted")),
            Some(_) => {
                let word = self.word();
                if word.is_empty() {
                    return Err(self.fault("a name is missing"));
                }
                let word = word.to_owned();
                if self.peek() == Some(b'(') {
                    // A date as a key, as Python prints it.
                    let value = self.call(&word, 0)?;
                    return match value {
                        Value::String(text) => Ok(text),
                        other => Ok(other.to_string()),
                    };
                }
                if word == "None" {
                    self.found.python = true;
                } else {
                    self.found.unquoted += 1;
                }
                Ok(word)
            }
        }
    }
}

/// Whether a comment or a mark says that values were left out.
fn says_that_more_follows(comment: &str) -> bool {
    let lower = comment.to_lowercase();
    let marked = lower.contains("...") || lower.contains('…');
    let words =
        ["more data", "more rows", "more entries", "and so on", "omitted", "truncated", "remaining", "etc."];
    marked || words.iter().any(|word| lower.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn value(text: &str) -> Value {
        whole(text).unwrap_or_else(|fault| panic!("{text}: {fault:?}")).value
    }

    #[test]
    fn a_comment_is_not_closed_by_its_own_star() {
        assert!(matches!(whole("/*/*"), Err(Fault::Ended)));
        assert_eq!(value("/*/ x */ 1"), json!(1));
    }

    fn repairs(text: &str) -> Vec<String> {
        let mut notes = Notes::default();
        whole(text).unwrap().noted(&mut notes);
        notes.repairs
    }

    #[test]
    fn python_is_read() {
        let text = "[{'region': 'AM\\'ER', 1: None, 'ok': True, 'x': Decimal('8190.00'), 'd': datetime.date(2026, 1, 2), \
                    'm': datetime.datetime(2026, 1, 1, 0, 5, tzinfo=zoneinfo.ZoneInfo(key='Etc/UTC')), 't': (1, 'a',)}]";
        let want = json!([{
            "region": "AM'ER", "1": null, "ok": true, "x": 8190.0, "d": "2026-01-02", "m": "2026-01-01T00:05:00", "t": [1, "a"]
        }]);
        assert_eq!(value(text), want);
        assert_eq!(repairs(text)[0], "read as a Python literal");
        assert_eq!(
            repairs("{datetime.date(2026, 1, 1): Decimal('NaN')}")[2],
            "1 value written as NaN or Infinity count as missing"
        );
        assert_eq!(
            value("[np.float64(1.5), Timestamp('2024-01-01 00:00:00'), float('inf'), UUID('a')]"),
            json!([1.5, "2024-01-01 00:00:00", null, "a"])
        );
        assert_eq!(
            value("{'tz': datetime.datetime(2024, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)}"),
            json!({"tz": "2024-01-01T00:00:00"})
        );
    }

    #[test]
    fn json_with_slips_is_read_and_each_slip_named() {
        assert_eq!(
            value("{a: 1, \"b\": [1, 2,], // a note\n /* b */ c: -Infinity,}"),
            json!({"a": 1, "b": [1, 2], "c": null})
        );
        let want = [
            "2 names without quotes",
            "2 trailing commas removed",
            "1 value written as NaN or Infinity count as missing",
            "2 comments removed",
        ];
        assert_eq!(repairs("{a: 1, \"b\": [1, 2,], // a note\n /* b */ c: -Infinity,}"), want);
        assert_eq!(value("{\"a\": NaN, \"b\": 170141183460469231731687303715884105727}")["a"], Value::Null);
        assert_eq!(
            value("[9223372036854775807, 18446744073709551615, 0.1, -5e3]"),
            json!([i64::MAX, u64::MAX, 0.1, -5000.0])
        );
        assert_eq!(value("\"a\\u00e9\\n\\ud83d\\ude00\\x41\"; "), json!("aé\n😀A"));
    }

    #[test]
    fn what_is_left_out_or_cut_is_never_read_as_whole() {
        for text in ["[{\"a\": 1}, {\"a\"", "{'a': 'b", "[1, 2", "{\"a\":", "/* x", "[1,"] {
            assert_eq!(whole(text).unwrap_err(), Fault::Ended, "{text}");
        }
        for text in ["[1, ...]", "[{'a': 1}, // ... more data\n]", "{'a': 1, ...}", "[1, # rows omitted\n]"] {
            assert!(matches!(whole(text), Err(Fault::Elided(_))), "{text}");
        }
        assert_eq!(whole("{'a': 1, 'a': 2}").unwrap_err(), Fault::Twice("a".into()));
        for text in [
            "Sales rose.",
            "{merchant}",
            "[1 2]",
            "{1}",
            "{'a': object()}",
            "[1] x",
            "<html>",
            "",
            "{[1]: 2}",
        ] {
            assert!(whole(text).is_err(), "{text}");
        }
        assert!(matches!(whole(&"[".repeat(100_000)), Err(Fault::At { .. })));
    }
}
