//! The commands, one file each: what was typed → the library's types, and the result → the terminal.

mod agent;
mod config;
mod data;
mod decode;
mod fonts;
mod generate;
mod servers;
mod template;

use super::{args::Command, context::Context};
use crate::failure::Failure;
use std::process::ExitCode;

/// Runs a command.
///
/// # Errors
/// What ends the command.
pub(super) fn run(context: &mut Context, command: Command) -> Result<ExitCode, Failure> {
    match command {
        Command::Generate(args) => generate::run(context, &args),
        Command::Data(command) => data::run(context, command),
        Command::Template(command) => template::run(context, &command),
        Command::Decode(args) => decode::run(context, &args),
        Command::Config(command) => config::run(context, &command),
    }
}
