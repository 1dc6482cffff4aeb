//! Strict JSON, with one rule more: no object has a name twice. serde_json keeps the last of the two and says nothing.

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use std::{cell::RefCell, fmt};

/// Reads a text that is JSON and nothing else.
///
/// # Errors
/// `Some` name that stands twice in one object; `None` when the text is not JSON.
pub(super) fn read(text: &str) -> Result<Value, Option<String>> {
    let twice = RefCell::new(None);
    let mut json = serde_json::Deserializer::from_str(text);
    let value = Node { twice: &twice }.deserialize(&mut json);
    match value {
        Ok(value) => json.end().map(|()| value).map_err(|_| None),
        Err(_) => Err(twice.into_inner()),
    }
}

#[derive(Clone, Copy)]
struct Node<'a> {
    twice: &'a RefCell<Option<String>>,
}

impl<'de> DeserializeSeed<'de> for Node<'_> {
    type Value = Value;
    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Value, D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }
    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }
    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }
    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }
    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }
    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }
    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }
    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = list.next_element_seed(self)? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(name) = fields.next_key::<String>()? {
            let value = fields.next_value_seed(self)?;
            if object.contains_key(&name) {
                *self.twice.borrow_mut() = Some(name);
                return Err(A::Error::custom("a name stands twice"));
            }
            object.insert(name, value);
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn json_is_read_as_it_is_and_a_name_twice_is_named() {
        assert_eq!(
            read(" {\"a\": [1, -2, 0.5, \"x\", null, true, {}]} "),
            Ok(json!({"a": [1, -2, 0.5, "x", null, true, {}]}))
        );
        assert_eq!(read("[{\"a\": {\"id\": 1, \"id\": 1}}]"), Err(Some("id".into())));
        for text in ["{\"a\": NaN}", "[1,]", "1 2", "", "{'a': 1}", "1e999"] {
            assert_eq!(read(text), Err(None), "{text}");
        }
        assert_eq!(read(&"[".repeat(100_000)), Err(None));
    }
}
