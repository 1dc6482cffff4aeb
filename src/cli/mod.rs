//! The terminal: arguments, commands, streams, progress and logs. Nothing below this module knows of any of them.

mod args;
mod commands;
mod context;
mod logging;
mod progress;
mod terminal;

use crate::{
    concurrency::now_ms,
    config::Environment,
    failure::{Failure, FailureKind},
};
use args::Cli;
use clap::Parser;
use context::Context;
use logging::RunId;
use std::{
    ffi::OsString,
    panic::{self, AssertUnwindSafe},
    process::ExitCode,
};
use terminal::{Style, Terminal};

/// Runs the program with its arguments and gives its exit code.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    now_ms(); // The process begins here.
    let environment = Environment::of_process();
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => return before_any_command(&error),
    };
    let mut context = Context::new(environment, cli.global);
    // A panic has told its place already; what is left to say is whose fault it is, with the code of a bug.
    let outcome = panic::catch_unwind(AssertUnwindSafe(|| commands::run(&mut context, cli.command)))
        .unwrap_or_else(|_| Err(bug()));
    match outcome {
        Ok(code) => code,
        Err(failure) => {
            context.terminal.failure(&failure);
            ExitCode::from(failure.kind.exit_code())
        }
    }
}

fn bug() -> Failure {
    Failure::msg(FailureKind::Bug, "kamslides stopped because of a fault of its own; nothing was published")
        .hint("report it with the lines above, and the command that was run")
}

/// Help and version are results; anything else the parser says is a usage error, in its own words.
fn before_any_command(error: &clap::Error) -> ExitCode {
    let mut terminal = Terminal::of_process(Style::default(), RunId::default());
    let text = error.to_string();
    if error.use_stderr() {
        terminal.plain(&text);
        return ExitCode::from(FailureKind::Usage.exit_code());
    }
    match terminal.result(&text) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            terminal.failure(&failure);
            ExitCode::from(failure.kind.exit_code())
        }
    }
}

/// A usage error, in words.
fn usage(message: impl std::fmt::Display) -> Failure {
    Failure::msg(FailureKind::Usage, message)
}
