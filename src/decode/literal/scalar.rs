//! Texts, numbers and words of the tolerant reader.

use super::{Fault, Reader};
use crate::decode::numbers;
use serde_json::Value;

impl Reader<'_> {
    pub(super) fn scalar(&mut self, depth: usize) -> Result<Value, Fault> {
        let value = match self.peek() {
            Some(b'"' | b'\'') => Value::String(self.string()?),
            Some(b'0'..=b'9' | b'-' | b'+' | b'.') => self.number()?,
            _ => {
                let word = self.word().to_owned();
                self.named(&word, depth)?
            }
        };
        self.scalars += 1;
        Ok(value)
    }

    /// A word that stands for a value, or the call of something that makes one.
    fn named(&mut self, word: &str, depth: usize) -> Result<Value, Fault> {
        if self.peek() == Some(b'(') {
            return self.call(word, depth);
        }
        match word {
            "None" | "True" | "False" => {
                self.found.python = true;
                Ok(match word {
                    "True" => Value::Bool(true),
                    "False" => Value::Bool(false),
                    _ => Value::Null,
                })
            }
            "null" | "NULL" | "undefined" => Ok(Value::Null),
            "true" => Ok(Value::Bool(true)),
            "false" => Ok(Value::Bool(false)),
            "NaN" | "nan" | "Infinity" | "inf" | "Inf" => {
                self.found.not_numbers += 1;
                Ok(Value::Null)
            }
            "b" | "u" | "r" if matches!(self.peek(), Some(b'"' | b'\'')) => self.string().map(Value::String),
            _ if self.ignoring > 0 && !word.is_empty() => Ok(Value::Null),
            "" => Err(self.fault("a value is missing")),
            _ => Err(self.fault(format!("`{word}` is no value"))),
        }
    }

    /// A run of letters, digits, `_`, `$` and dots.
    pub(super) fn word(&mut self) -> &str {
        let rest = &self.text[self.at..];
        let end =
            rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.' | '$'))).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    pub(super) fn number_text(&mut self) -> &str {
        let rest = &self.text[self.at..];
        let end = rest
            .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.' | '_')))
            .unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    fn number(&mut self) -> Result<Value, Fault> {
        let from = self.at;
        let text = self.number_text().replace('_', "");
        if matches!(text.trim_start_matches(['-', '+']), "Infinity" | "inf" | "NaN" | "nan") {
            self.found.not_numbers += 1;
            return Ok(Value::Null);
        }
        if let Some(number) = numbers::plain(&text) {
            return Ok(Value::Number(number));
        }
        if text.parse::<f64>().is_ok_and(|number| !number.is_finite()) {
            self.found.not_numbers += 1;
            return Ok(Value::Null);
        }
        self.at = from;
        Err(self.fault(format!("`{text}` is no number")))
    }

    /// A text in single, double or three quotes, with the escapes of JSON and Python.
    pub(super) fn string(&mut self) -> Result<String, Fault> {
        let Some(quote) = self.peek() else { return Err(Fault::Ended) };
        if quote == b'\'' {
            self.found.python = true;
        }
        let triple = [quote; 3];
        let close: &[u8] = if self.bytes[self.at..].starts_with(&triple) { &triple } else { &triple[..1] };
        self.at += close.len();
        let mut text = String::new();
        let mut high: Option<u32> = None;
        loop {
            let rest = &self.text[self.at..];
            if rest.as_bytes().starts_with(close) {
                self.at += close.len();
                return Ok(text);
            }
            let Some(c) = rest.chars().next() else { return Err(Fault::Ended) };
            self.at += c.len_utf8();
            if c != '\\' {
                text.push(c);
                continue;
            }
            let Some(escape) = self.text[self.at..].chars().next() else { return Err(Fault::Ended) };
            self.at += escape.len_utf8();
            match escape {
                'n' => text.push('\n'),
                't' => text.push('\t'),
                'r' => text.push('\r'),
                'b' => text.push('\u{8}'),
                'f' => text.push('\u{c}'),
                '\n' => {}
                'x' | 'u' | 'U' => {
                    let digits = match escape {
                        'x' => 2,
                        'u' => 4,
                        _ => 8,
                    };
                    let code = self.text.get(self.at..self.at + digits);
                    let code = code.and_then(|code| u32::from_str_radix(code, 16).ok());
                    let code = code.ok_or_else(|| self.fault("an escaped letter is not complete"))?;
                    self.at += digits;
                    match (code, high.take()) {
                        (0xD800..=0xDBFF, _) => high = Some(code),
                        (0xDC00..=0xDFFF, Some(first)) => {
                            let both = 0x10000 + ((first - 0xD800) << 10) + (code - 0xDC00);
                            text.push(char::from_u32(both).unwrap_or('\u{fffd}'));
                        }
                        _ => text.push(char::from_u32(code).unwrap_or('\u{fffd}')),
                    }
                }
                other => text.push(other),
            }
        }
    }
}
