//! `template list` and `template check`.

use crate::{
    cli::{args::TemplateCommand, context::Context},
    deck,
    failure::{Failure, FailureKind},
    template::{DeckTemplate, TemplateError, embedded_names},
};
use std::process::ExitCode;

pub(super) fn run(context: &mut Context, command: &TemplateCommand) -> Result<ExitCode, Failure> {
    let text = match command {
        TemplateCommand::List => embedded_names().join("\n") + "\n",
        TemplateCommand::Check { template } => {
            let loaded = load(template)?;
            deck::check_base(&loaded, false)?;
            format!("template `{}` is valid: {} sections\n", loaded.name, loaded.sections.len())
        }
    };
    context.terminal.result(&text)?;
    Ok(ExitCode::SUCCESS)
}

/// A template by name or folder.
///
/// # Errors
/// Everything that is wrong with it, as a configuration failure.
pub(super) fn load(name: &str) -> Result<DeckTemplate, Failure> {
    DeckTemplate::load(name).map_err(|error| {
        let hint = match error {
            TemplateError::Unknown { .. } => {
                "`kamslides template list` names the built-in templates; a folder is named with its path".into()
            }
            _ => format!("correct it, then try `kamslides template check {name}`; docs/templates.md explains every field"),
        };
        Failure::new(FailureKind::Config, error).hint(hint)
    })
}
