//! Values that Python and database shells print as calls: `Decimal('1.50')`, `datetime.date(2026, 1, 1)`.

use super::{Fault, Reader};
use crate::decode::numbers;
use serde_json::Value;

impl Reader<'_> {
    /// Reads the arguments of a call and makes its value. Named arguments, such as a time zone, do not count.
    pub(super) fn call(&mut self, function: &str, depth: usize) -> Result<Value, Fault> {
        if depth > super::DEPTH {
            return Err(self.fault("too many calls stand within each other"));
        }
        self.at += 1;
        let mut arguments = Vec::new();
        loop {
            self.blank()?;
            if self.eat(b')') {
                break;
            }
            let begin = self.at;
            let is_named = self.peek().is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_') && {
                self.word();
                self.blank()?;
                self.eat(b'=')
            };
            if is_named {
                self.ignoring += 1;
                self.blank()?;
                self.value(depth + 1)?;
                self.ignoring -= 1;
            } else {
                self.at = begin;
                arguments.push(self.value(depth + 1)?);
            }
            self.separator(b')')?;
        }
        let name = function.rsplit('.').next().unwrap_or_default();
        self.made(name, &arguments).ok_or_else(|| self.fault(format!("`{name}(…)` is not understood")))
    }

    fn made(&mut self, name: &str, arguments: &[Value]) -> Option<Value> {
        self.found.python = true;
        let first = arguments.first();
        match name {
            "Decimal" | "NumberDecimal" | "NumberLong" | "NumberInt" | "float" | "int" | "float64"
            | "float32" | "int64" | "int32" => {
                let number = match first? {
                    Value::String(text) => numbers::plain(text.trim()),
                    Value::Number(number) => Some(number.clone()),
                    _ => None,
                };
                if number.is_none() {
                    self.found.not_numbers += 1;
                } else {
                    self.found.decimals += 1;
                }
                let is_none = |text: &str| {
                    text.trim().trim_start_matches(['-', '+']).parse::<f64>().is_ok_and(|n| !n.is_finite())
                };
                match (number, first?) {
                    (Some(number), _) => Some(Value::Number(number)),
                    (None, Value::String(text)) if is_none(text) => Some(Value::Null),
                    (None, Value::Null) => Some(Value::Null),
                    _ => None,
                }
            }
            "date" | "datetime" | "Timestamp" | "ISODate" | "Date" | "Period" => {
                self.found.dates += 1;
                match first? {
                    Value::String(text) => Some(Value::String(text.clone())),
                    _ => date(arguments).map(Value::String),
                }
            }
            "UUID" | "ObjectId" | "str" => first.filter(|value| value.is_string()).cloned(),
            "OrderedDict" | "dict" | "list" | "tuple" | "array" | "Row" => {
                first.filter(|value| value.is_array() || value.is_object()).cloned()
            }
            _ if self.ignoring > 0 => Some(Value::Null),
            _ => None,
        }
    }
}

/// `YYYY-MM-DD`, with the time behind a `T` where there is one.
fn date(arguments: &[Value]) -> Option<String> {
    let numbers: Option<Vec<u64>> = arguments.iter().map(Value::as_u64).collect();
    let numbers = numbers?;
    let [year, month, day, time @ ..] = &numbers[..] else { return None };
    let date = format!("{year:04}-{month:02}-{day:02}");
    let part = |i: usize| time.get(i).copied().unwrap_or(0);
    Some(if time.is_empty() { date } else { format!("{date}T{:02}:{:02}:{:02}", part(0), part(1), part(2)) })
}
