//! Templates of arguments: values with `{holes}` that a call fills in.
//!
//! A text that is nothing but a hole becomes the value itself, a list where the value is a list. In a longer text dates
//! and names are written out; `{merchant}` is not allowed there, because nobody could tell where the id ends.

use crate::message::nearest;
use serde_json::{Map, Value};

/// What a call fills in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hole {
    /// The merchant's id.
    Merchant,
    /// The metrics asked for, a list.
    Metrics,
    /// The groupings, a list.
    GroupBy,
    /// The first metric.
    Metric,
    /// The grouping that is no span of time; nothing where there is none.
    Dimension,
    /// First day, YYYY-MM-DD.
    StartDate,
    /// Last day, YYYY-MM-DD.
    EndDate,
    /// The statement that was made.
    Sql,
    /// The values that the statement names by parameter, an object.
    Parameters,
}

impl Hole {
    /// Every hole.
    pub const ALL: [Self; 9] = [
        Self::Merchant,
        Self::Metrics,
        Self::GroupBy,
        Self::Metric,
        Self::Dimension,
        Self::StartDate,
        Self::EndDate,
        Self::Sql,
        Self::Parameters,
    ];

    /// As it stands between braces.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Merchant => "merchant",
            Self::Metrics => "metrics",
            Self::GroupBy => "group_by",
            Self::Metric => "metric",
            Self::Dimension => "dimension",
            Self::StartDate => "start_date",
            Self::EndDate => "end_date",
            Self::Sql => "sql",
            Self::Parameters => "parameters",
        }
    }
}

/// A text with holes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text(Vec<Piece>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Fixed(String),
    Hole(Hole),
}

/// What a tool is called with: a template of an object.
#[derive(Debug, Clone, PartialEq)]
pub struct Arguments(Vec<(String, Template)>);

#[derive(Debug, Clone, PartialEq)]
enum Template {
    Fixed(Value),
    Text(Text),
    List(Vec<Template>),
    Object(Vec<(String, Template)>),
}

impl Text {
    /// Reads a text; `{{` and `}}` stand for braces.
    ///
    /// # Errors
    /// When a brace is left open, or holds a name that is no hole.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let mut pieces = Vec::new();
        let mut fixed = String::new();
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            fixed.push_str(&rest[..at]);
            let brace = &rest[at..=at];
            rest = &rest[at + 1..];
            if let Some(after) = rest.strip_prefix(brace) {
                fixed.push_str(brace);
                rest = after;
                continue;
            }
            let inside = rest.split_once('}').filter(|_| brace == "{");
            let (name, after) =
                inside.ok_or_else(|| format!("a single `{brace}`; write `{brace}{brace}` for a brace"))?;
            let hole = Hole::ALL.into_iter().find(|hole| hole.as_str() == name);
            let hole = hole.ok_or_else(|| unknown_hole(name))?;
            if !fixed.is_empty() {
                pieces.push(Piece::Fixed(std::mem::take(&mut fixed)));
            }
            pieces.push(Piece::Hole(hole));
            rest = after;
        }
        fixed.push_str(rest);
        if !fixed.is_empty() || pieces.is_empty() {
            pieces.push(Piece::Fixed(fixed));
        }
        Ok(Self(pieces))
    }

    /// The holes in it.
    pub(super) fn holes(&self) -> impl Iterator<Item = Hole> {
        self.0.iter().filter_map(|piece| match piece {
            Piece::Hole(hole) => Some(*hole),
            Piece::Fixed(_) => None,
        })
    }

    /// The text with every hole replaced by what `fill` gives for it.
    ///
    /// # Errors
    /// Those of `fill`.
    pub fn fill<E>(&self, mut fill: impl FnMut(Hole) -> Result<String, E>) -> Result<String, E> {
        let mut text = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Fixed(fixed) => text.push_str(fixed),
                Piece::Hole(hole) => text.push_str(&fill(*hole)?),
            }
        }
        Ok(text)
    }

    /// The hole that is all of it.
    fn only_hole(&self) -> Option<Hole> {
        match self.0[..] {
            [Piece::Hole(hole)] => Some(hole),
            _ => None,
        }
    }
}

fn unknown_hole(name: &str) -> String {
    let names: Vec<_> = Hole::ALL.iter().map(|hole| format!("{{{}}}", hole.as_str())).collect();
    match nearest(name, Hole::ALL.iter().map(|hole| hole.as_str())) {
        Some(near) => format!("`{{{name}}}` is not filled in; did you mean `{{{near}}}`?"),
        None => format!("`{{{name}}}` is not filled in; there are {}", names.join(", ")),
    }
}

impl Arguments {
    /// Reads the template of an object. What is wrong goes to `complain`, with the key it stands at.
    pub(super) fn parse(object: &Map<String, Value>, complain: &mut impl FnMut(&str, String)) -> Self {
        Self(object.iter().map(|(key, value)| (key.clone(), template(key, value, complain))).collect())
    }

    /// Whether a hole is anywhere in it.
    pub fn has(&self, hole: Hole) -> bool {
        fn has(template: &Template, hole: Hole) -> bool {
            match template {
                Template::Fixed(_) => false,
                Template::Text(text) => text.holes().any(|found| found == hole),
                Template::List(items) => items.iter().any(|item| has(item, hole)),
                Template::Object(entries) => entries.iter().any(|(_, item)| has(item, hole)),
            }
        }
        self.0.iter().any(|(_, template)| has(template, hole))
    }

    /// The arguments of a call. An argument whose value the call does not have is left out.
    pub fn fill(&self, value: &dyn Fn(Hole) -> Option<Value>) -> Map<String, Value> {
        filled(&self.0, value)
    }
}

fn template(at: &str, value: &Value, complain: &mut impl FnMut(&str, String)) -> Template {
    match value {
        Value::String(text) => {
            let text = match Text::parse(text) {
                Ok(text) => text,
                Err(why) => {
                    complain(at, why);
                    return Template::Fixed(Value::Null);
                }
            };
            let pasted = |hole: &Hole| matches!(hole, Hole::Merchant | Hole::Parameters);
            if text.only_hole().is_none()
                && let Some(hole) = text.holes().find(pasted)
            {
                let why = "must stand alone, so that an id is never read as anything else; a statement goes into \
                           `statement`, where it is quoted";
                complain(at, format!("`{{{}}}` {why}", hole.as_str()));
            }
            if text.holes().next().is_none() {
                let plain = text.fill(|_| Ok::<_, ()>(String::new())).unwrap_or_default();
                return Template::Fixed(plain.into());
            }
            Template::Text(text)
        }
        Value::Array(items) => {
            Template::List(items.iter().map(|item| template(at, item, complain)).collect())
        }
        Value::Object(entries) => {
            let entry = |(key, value): (&String, &Value)| {
                (key.clone(), template(&format!("{at}.{key}"), value, &mut *complain))
            };
            Template::Object(entries.iter().map(entry).collect())
        }
        other => Template::Fixed(other.clone()),
    }
}

fn filled(entries: &[(String, Template)], value: &dyn Fn(Hole) -> Option<Value>) -> Map<String, Value> {
    entries.iter().filter_map(|(key, item)| Some((key.clone(), fill(item, value)?))).collect()
}

fn fill(template: &Template, value: &dyn Fn(Hole) -> Option<Value>) -> Option<Value> {
    Some(match template {
        Template::Fixed(fixed) => fixed.clone(),
        Template::Text(text) => match text.only_hole() {
            Some(hole) => value(hole)?,
            None => text.fill(|hole| value(hole).map(|value| written(&value)).ok_or(())).ok()?.into(),
        },
        Template::List(items) => items.iter().filter_map(|item| fill(item, value)).collect(),
        Template::Object(entries) => Value::Object(filled(entries, value)),
    })
}

/// A value inside a text: lists with commas.
fn written(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(written).collect::<Vec<_>>().join(","),
        other => other.to_string(),
    }
}
