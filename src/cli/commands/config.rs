//! `config show`, `config path` and `config check`.

use crate::{
    cli::{args::ConfigCommand, context::Context},
    config::show,
    failure::Failure,
};
use std::process::ExitCode;

pub(super) fn run(context: &mut Context, command: &ConfigCommand) -> Result<ExitCode, Failure> {
    let text = match command {
        ConfigCommand::Show { json, all_layers } => {
            let loaded = context.settings(Vec::new())?;
            if *json {
                show::settings_json(&loaded, *all_layers)
            } else {
                show::settings(&loaded, *all_layers)
            }
        }
        ConfigCommand::Path => show::files(&context.sources(Vec::new())),
        ConfigCommand::Check => show::check(&context.sources(Vec::new()))?,
    };
    context.terminal.result(&text)?;
    Ok(ExitCode::SUCCESS)
}
