//! Durations as people write them: `90s`, `5m`, `1500ms`, `1h`.

use serde::{Deserialize, Deserializer, Serializer, de::Error as _};
use std::time::Duration;

/// The longest duration taken, so that no deadline overflows a clock.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// What is taken, in words.
pub(super) const ALLOWED: &str = "a duration such as 90s, 5m, 1500ms or 1h, up to 24h";

/// Reads a whole number with a unit: `ms`, `s`, `m` or `h`. `None` for anything else, for zero, and beyond 24 hours.
pub fn parse_duration(text: &str) -> Option<Duration> {
    let text = text.trim();
    let digits = text.find(|c: char| !c.is_ascii_digit())?;
    let number: u64 = text[..digits].parse().ok()?;
    let milliseconds = match &text[digits..] {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        _ => return None,
    };
    let duration = Duration::from_millis(number.checked_mul(milliseconds)?);
    (!duration.is_zero() && duration <= LONGEST).then_some(duration)
}

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
    parse_duration(&text).ok_or_else(|| D::Error::custom(format_args!("`{text}` is not {ALLOWED}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_unit_is_read_and_nonsense_is_not() {
        let good =
            [("1500ms", 1_500), ("90s", 90_000), ("5m", 300_000), ("24h", 86_400_000), (" 2s ", 2_000)];
        for (text, milliseconds) in good {
            assert_eq!(parse_duration(text), Some(Duration::from_millis(milliseconds)), "{text}");
        }
        for text in [
            "",
            "5",
            "s",
            "-5s",
            "1.5s",
            "0s",
            "25h",
            "5 m",
            "5M",
            "99999999999999999999s",
            "5184467440737095516h",
        ] {
            assert_eq!(parse_duration(text), None, "{text}");
        }
    }
}
