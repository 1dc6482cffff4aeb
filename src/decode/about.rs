//! What an answer says about itself. A field of the wrong type is ignored aloud, except for the merchant, which decides
//! whose data these are.

use super::{About, Verdict};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// Reads the optional fields of the contract; null is the same as absent.
///
/// # Errors
/// When `merchant` is there and is neither a text nor a number.
pub(super) fn read(object: &Map<String, Value>) -> Result<About, Verdict> {
    let mut fields = Fields { object, ignored: Vec::new() };
    let mut about = About {
        merchant: merchant(NAMES.iter().find_map(|name| object.get(*name)))?,
        currency: fields.read("currency", "a text"),
        source: fields.read("source", "a text"),
        as_of: fields.read("as_of", "a text"),
        data_from: fields.read("data_from", "a text"),
        complete_through: fields.read("complete_through", "a text"),
        truncated: fields.read("truncated", "true or false"),
        warnings: fields.read("warnings", "a list of texts").unwrap_or_default(),
        base: fields.read("base", "a list of counts").unwrap_or_default(),
        overlaps: fields.read("overlaps", "a list of texts"),
    };
    about.warnings.append(&mut fields.ignored);
    Ok(about)
}

struct Fields<'a> {
    object: &'a Map<String, Value>,
    ignored: Vec<String>,
}

impl Fields<'_> {
    fn read<T: DeserializeOwned>(&mut self, name: &str, what: &str) -> Option<T> {
        let value = self.object.get(name).filter(|value| !value.is_null())?;
        let read = serde_json::from_value(value.clone()).ok();
        if read.is_none() {
            self.ignored.push(format!("`{name}` was ignored: it is not {what}"));
        }
        read
    }
}

/// Fields that name the merchant, the surest first.
const NAMES: [&str; 4] = ["merchant", "merchant_id", "merchant_token", "merchant_name"];

fn merchant(value: Option<&Value>) -> Result<Option<String>, Verdict> {
    match value {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(id)) => Ok(Some(id.clone())),
        Some(Value::Number(id)) => Ok(Some(id.to_string())),
        Some(_) => Err(Verdict::invalid("its `merchant` is not a text")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn odd_fields_are_ignored_aloud_but_never_the_merchant() {
        let answer = json!({"merchant": 42, "as_of": 1_719_705_600, "currency": null, "warnings": ["late"], "base": [-1]});
        let about = read(answer.as_object().unwrap()).unwrap();
        assert_eq!(about.merchant.as_deref(), Some("42"));
        assert_eq!((about.as_of, about.currency, about.base.len()), (None, None, 0));
        let want = [
            "late",
            "`as_of` was ignored: it is not a text",
            "`base` was ignored: it is not a list of counts",
        ];
        assert_eq!(about.warnings, want);
        assert!(read(json!({"merchant": ["acme"]}).as_object().unwrap()).is_err());
    }
}
