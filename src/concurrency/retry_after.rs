//! How long a server asks us to wait, in the forms in which servers say it.

use jiff::{Timestamp, fmt::rfc2822};
use std::time::Duration;

/// Reads the value of `Retry-After`: seconds (`7`, `1.5`, `7s`), milliseconds (`500ms`), or an HTTP date, which is
/// RFC 9110's `Sun, 06 Nov 1994 08:49:37 GMT`. A date in the past is no wait. `None` for anything else.
pub fn retry_after(value: &str, now: Timestamp) -> Option<Duration> {
    let value = value.trim();
    let (number, unit) = if let Some(number) = value.strip_suffix("ms") {
        (number, 1e-3)
    } else {
        (value.strip_suffix('s').unwrap_or(value), 1.0)
    };
    let seconds = number.trim_end().parse::<f64>().ok().map(|number| number * unit);
    let wait = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    wait.or_else(|| {
        let until = rfc2822::parse(value).ok()?.timestamp();
        Some(until.duration_since(now).try_into().unwrap_or(Duration::ZERO))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_read_and_nonsense_is_not() {
        let now: Timestamp = "1994-11-06T08:49:30Z".parse().unwrap();
        for (value, milliseconds) in [
            ("7", 7_000),
            (" 0 ", 0),
            ("1.5", 1_500),
            ("7s", 7_000),
            ("500ms", 500),
            ("500 ms", 500),
            ("Sun, 06 Nov 1994 08:49:37 GMT", 7_000),
            ("Sun, 06 Nov 1994 08:49:00 GMT", 0),
        ] {
            assert_eq!(retry_after(value, now), Some(Duration::from_millis(milliseconds)), "{value}");
        }
        for value in ["", "soon", "-1", "NaN", "inf", "1e999", "ms", "s", "7 minutes"] {
            assert_eq!(retry_after(value, now), None, "{value}");
        }
    }
}
