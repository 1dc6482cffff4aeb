//! The terminal: arguments, commands, streams, progress and logs.

pub mod logging;
pub mod progress;
pub mod terminal;

use std::{ffi::OsString, process::ExitCode};

/// Runs the program with its arguments and gives its exit code.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    ExitCode::from(u8::from(arguments.into_iter().count() > 0))
}
