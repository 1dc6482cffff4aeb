//! Durations as people write them: `90s`, `5m`, `1500ms`, `1h`.

use std::time::Duration;

/// The longest duration taken, so that no deadline overflows a clock.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// What [`parse_duration`] takes, in words.
pub const DURATION_FORM: &str = "a duration such as 90s, 5m, 1500ms or 1h, up to 24h";

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
