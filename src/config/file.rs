//! A configuration file → the keys it sets, each with its line, or what is wrong with it.

use super::{
    env,
    error::{Place, Problem},
};
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use std::{collections::BTreeMap, fmt, ops::Range, path::Path};
use toml::Spanned;

/// Reads the text of a file. Problems are added to `problems`; what is right is returned nevertheless, so that one
/// mistake does not hide another.
pub(super) fn read(path: &Path, text: &str, problems: &mut Vec<Problem>) -> BTreeMap<&'static str, Value> {
    // A byte-order mark is a habit of some editors and not an error.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let place = |span: Option<Range<usize>>| {
        let before = span.and_then(|span| text.get(..span.start));
        Place::File(path.to_owned(), before.map(|before| before.matches('\n').count() + 1))
    };
    let mut values = BTreeMap::new();
    let tree: Node = match toml::from_str(text) {
        Ok(tree) => tree,
        // The parser's own rendering quotes the line, which may hold a secret.
        Err(error) => {
            problems.push(Problem::new(place(error.span()), format!("not valid TOML: {}", error.message())));
            return values;
        }
    };
    let mut leaves = Vec::new();
    flatten(tree, &mut Vec::new(), 0, &mut leaves);
    for (key, span, value) in leaves {
        let place = place(Some(span));
        match check(&key, &value, place) {
            Ok((key, value)) => {
                values.insert(key, value);
            }
            Err(problem) => problems.push(problem),
        }
    }
    values
}

fn check(key: &str, value: &Value, place: Place) -> Result<(&'static str, Value), Problem> {
    let Some((key, kind)) = env::kind_of(key) else {
        let what = if value.is_object() { "table" } else { "key" };
        let problem = Problem::new(place, format!("unknown {what} `{}`", key.escape_debug()));
        return Err(problem.suggest(env::nearest_key(key).as_deref()));
    };
    let value = kind.check(value).map_err(|why| Problem::new(place, format!("{key}: {why}")))?;
    Ok((key, value))
}

/// A value of a TOML document with the span of each key.
enum Node {
    Table(Vec<(Spanned<String>, Node)>),
    Leaf(Value),
}

/// Collects keys in dotted form. A table that no key begins with is one leaf, so that a misspelt table is one problem, and
/// so is one that is a key itself.
fn flatten(
    node: Node,
    path: &mut Vec<String>,
    start: usize,
    leaves: &mut Vec<(String, Range<usize>, Value)>,
) {
    match node {
        Node::Table(entries) if path.is_empty() || env::is_table(&path.join(".")) => {
            for (key, child) in entries {
                let start = key.span().start;
                path.push(key.into_inner());
                flatten(child, path, start, leaves);
                path.pop();
            }
        }
        node => leaves.push((path.join("."), start..start, node.into_value())),
    }
}

impl Node {
    fn into_value(self) -> Value {
        match self {
            Self::Table(entries) => {
                let entry = |(key, child): (Spanned<String>, Self)| (key.into_inner(), child.into_value());
                Value::Object(entries.into_iter().map(entry).collect())
            }
            Self::Leaf(value) => value,
        }
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Leaf(value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Node, E> {
        Ok(Node::Leaf(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Node, E> {
        // JSON has no infinity; as text it is refused by name.
        let number =
            serde_json::Number::from_f64(value).map_or_else(|| value.to_string().into(), Value::Number);
        Ok(Node::Leaf(number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Node, E> {
        Ok(Node::Leaf(value.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Node, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element::<Node>()? {
            items.push(item.into_value());
        }
        Ok(Node::Leaf(Value::Array(items)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        let mut entries = Vec::new();
        loop {
            match map.next_key() {
                Ok(Some(key)) => entries.push((key, map.next_value()?)),
                Ok(None) => return Ok(Node::Table(entries)),
                // A date comes as a table of one key that has no span. No setting is a date.
                Err(_) => return Ok(Node::Leaf(Value::Array(Vec::new()))),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(text: &str) -> Vec<String> {
        let mut problems = Vec::new();
        read(Path::new("k.toml"), text, &mut problems);
        problems.iter().map(|p| format!("{p} {}", p.hint.as_deref().unwrap_or("-"))).collect()
    }

    #[test]
    fn every_mistake_is_named_with_its_line() {
        let text = "\u{feff}batch_size = 3\n[retrieval]\nbatchsize = 4\nbatch_size = 0\n\n[retreival]\na = 1\nb = 2\n";
        assert_eq!(
            problems(text),
            [
                "k.toml:1: unknown key `batch_size` did you mean `retrieval.batch_size`?",
                "k.toml:3: unknown key `retrieval.batchsize` did you mean `retrieval.batch_size`?",
                "k.toml:4: retrieval.batch_size: `0` is not a whole number from 1 to 1000 -",
                "k.toml:6: unknown table `retreival` did you mean `retrieval`?",
            ]
        );
    }

    #[test]
    fn odd_values_are_refused_and_never_a_panic() {
        for (value, shown) in [
            ("1979-05-27", "a list, table or date"),
            ("[1, 2]", "a list, table or date"),
            ("{ a = 1 }", "a list, table or date"),
            ("inf", "`inf`"),
            ("9223372036854775807", "`9223372036854775807`"),
        ] {
            let found = problems(&format!("retrieval.batch_size = {value}"));
            assert_eq!(found.len(), 1, "{found:?}");
            assert!(found[0].contains(shown) && found[0].starts_with("k.toml:1: "), "{found:?}");
        }
    }

    #[test]
    fn a_broken_file_does_not_give_its_secret_away() {
        let found = problems("[mcp]\ntoken = \"hunter2\n");
        assert!(found[0].starts_with("k.toml:2: not valid TOML"), "{found:?}");
        assert!(!found[0].contains("hunter2"), "{found:?}");
    }
}
