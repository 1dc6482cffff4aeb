//! Milliseconds since the process began, the time scale of the run report.

use std::{sync::OnceLock, time::Instant};

static START: OnceLock<Instant> = OnceLock::new();

/// Milliseconds since the first call of this function in the process. `main` calls it first, so that the count begins
/// with the process.
pub fn now_ms() -> f64 {
    START.get_or_init(Instant::now).elapsed().as_secs_f64() * 1000.0
}

/// From when to when, in milliseconds since the process began.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Span {
    /// Its beginning.
    pub started_ms: f64,
    /// Its end.
    pub ended_ms: f64,
}
