//! Durations in settings: text, as people write them.

use crate::domain::{DURATION_FORM, parse_duration};
use serde::{Deserialize, Deserializer, Serializer, de::Error as _};
use std::time::Duration;

pub(super) fn serialize<S: Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    let milliseconds = duration.as_millis();
    if milliseconds.is_multiple_of(1000) {
        serializer.collect_str(&format_args!("{}s", milliseconds / 1000))
    } else {
        serializer.collect_str(&format_args!("{milliseconds}ms"))
    }
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    let text = String::deserialize(deserializer)?;
    parse_duration(&text).ok_or_else(|| D::Error::custom(format_args!("`{text}` is not {DURATION_FORM}")))
}
