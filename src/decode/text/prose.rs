//! Data inside prose: a fenced block, or brackets among words.

use super::{read as read_text, unreadable};
use crate::decode::{Verdict, literal, notes::Notes};
use serde_json::Value;

/// How often a text is read over, at most, in search of its data. What takes more is no answer to a question about sales.
const PASSES: usize = 8;

/// Finds the data in a text and notes the prose around them. `None` when there is only prose.
pub(super) fn read(text: &str, notes: &mut Notes) -> Result<Option<Value>, Verdict> {
    if let Some((inside, around)) = fenced(text) {
        let mut found = Vec::new();
        for block in inside {
            let mut own = Notes::default();
            if let Some(value) = read_text(block, &mut own)?.filter(|value| !value.is_null()) {
                found.push((value, own));
            }
        }
        match found.len() {
            0 => {}
            1 => {
                notes.repair("read out of a code fence");
                notes.say(&around);
                for (value, own) in found {
                    own.repairs.into_iter().for_each(|repair| notes.repair(repair));
                    own.grave.into_iter().for_each(|repair| notes.grave(repair));
                    own.said.iter().for_each(|words| notes.say(words));
                    return Ok(Some(value));
                }
            }
            several => return Err(Verdict::invalid(format!("it holds {several} code blocks with data"))),
        }
    }
    bracketed(text, notes)
}

/// The contents of code fences, and everything else.
fn fenced(text: &str) -> Option<(Vec<&str>, String)> {
    let pieces: Vec<&str> = text.split("```").collect();
    if pieces.len() < 3 {
        return None;
    }
    let (mut inside, mut around) = (Vec::new(), String::new());
    for (i, piece) in pieces.iter().enumerate() {
        if i % 2 == 0 {
            around.push_str(piece);
            continue;
        }
        // The first line may name the language.
        let (language, rest) = piece.split_once('\n').unwrap_or(("", piece));
        let is_language = language.trim().bytes().all(|byte| byte.is_ascii_alphanumeric());
        inside.push(if is_language { rest } else { piece });
    }
    Some((inside, around))
}

fn bracketed(text: &str, notes: &mut Notes) -> Result<Option<Value>, Verdict> {
    let (mut found, mut around) = (Vec::new(), String::new());
    let (mut at, mut told) = (0, 0);
    let mut passed = 0;
    while let Some(next) = text[at..].find(['{', '[']).map(|next| at + next) {
        at = next + 1;
        match literal::read(text, next) {
            Ok(literal) if is_data(&literal.value) => {
                around.push_str(&text[told..next]);
                (at, told) = (literal.end, literal.end);
                found.push(literal);
            }
            Ok(literal) => at = literal.end,
            Err(fault) => {
                passed += fault.at().unwrap_or(text.len()) - next;
                if passed > PASSES * text.len() {
                    return Err(Verdict::NotATable("its brackets do not close".into()));
                }
                let nests = text[next + 1..].trim_start().starts_with(['{', '[']);
                // A footnote such as `[1 of 3]` is no data that went wrong.
                if (text[next..].starts_with('{') || nests)
                    && let Some(verdict) = unreadable(text, &fault)
                {
                    return Err(verdict);
                }
            }
        }
    }
    around.push_str(&text[told..]);
    let alone = around.chars().all(|c| c.is_whitespace() || c == ',');
    match found.len() {
        0 => {
            notes.say(text);
            Ok(None)
        }
        1 => {
            if !alone {
                notes.repair("prose around the data left out");
                notes.say(&around);
            }
            Ok(found.pop().map(|literal| literal.noted(notes)))
        }
        _ if alone && found.iter().all(|literal| literal.value.is_object()) => {
            notes.repair("one object a line read as rows");
            Ok(Some(Value::Array(found.into_iter().map(|literal| literal.noted(notes)).collect())))
        }
        several => {
            Err(Verdict::invalid(format!("it holds {several} pieces of data with words between them")))
        }
    }
}

/// Whether a value in brackets can be an answer: not `[1]`, not `{}`.
fn is_data(value: &Value) -> bool {
    match value {
        Value::Object(object) => !object.is_empty(),
        Value::Array(list) => list.iter().any(|value| value.is_object() || value.is_array()),
        _ => false,
    }
}
