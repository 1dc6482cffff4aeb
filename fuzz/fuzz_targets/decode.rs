//! Any bytes as an answer of a server: never a panic, never a table that is not sound.
//!
//! A saved answer is a seed as it is: what it is expected to hold, and the place where it stands, follow from its length.
#![no_main]

#[path = "../../tests/it/decode/sound.rs"]
mod sound;

use kamslides::{
    decode::{Expected, Reply, Saved, decode},
    domain::{Dimension, Metric},
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let expectations = expectations();
    let expected = &expectations[bytes.len() % expectations.len()];
    let saved = Saved::read(&text);
    match serde_json::from_str(&text) {
        Ok(value) if bytes.len() / expectations.len() % 2 == 0 => {
            check(&text, &Reply { is_error: false, structured: Some(&value), blocks: &[] }, expected);
        }
        _ if text.contains('\0') => {
            let blocks: Vec<String> = text.split('\0').map(str::to_owned).collect();
            check(&text, &Reply { is_error: false, structured: None, blocks: &blocks }, expected);
        }
        _ => check(&text, &saved.reply(), expected),
    }
});

fn check(text: &str, reply: &Reply<'_>, expected: &Expected) {
    let first = decode(reply, expected);
    assert_eq!(first, decode(reply, expected), "it is read in two ways");
    if let Ok(decoded) = first {
        sound::check(text, &decoded);
    }
}

fn expectations() -> [Expected; 6] {
    let of = |metrics: &[Metric], group_by: &[Dimension], value| Expected {
        metrics: metrics.to_vec(),
        group_by: group_by.to_vec(),
        value,
    };
    let sales = [Metric::Sales, Metric::Orders];
    [
        Expected::default(),
        of(&sales, &[Dimension::Month], Some(Metric::Sales)),
        of(&sales, &[Dimension::Month, Dimension::ProductType], Some(Metric::Sales)),
        of(&[Metric::Users], &[Dimension::AgeBand], Some(Metric::Users)),
        of(&sales, &[Dimension::Month], None),
        of(&[Metric::Aov, Metric::Sales], &[], None),
    ]
}
