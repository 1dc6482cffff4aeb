//! `template list` and `template check`.

use crate::{
    cli::{args::TemplateCommand, context::Context},
    deck,
    failure::{Failure, FailureKind},
    template::{Binding, BindingError, DeckTemplate, TemplateError, binding_names, embedded_names},
};
use std::{collections::BTreeSet, path::Path, process::ExitCode};

pub(super) fn run(context: &mut Context, command: &TemplateCommand) -> Result<ExitCode, Failure> {
    let text = match command {
        TemplateCommand::List => embedded_names().join("\n") + "\n",
        TemplateCommand::Check { template } if is_binding(template) => {
            let binding = load_binding(template)?;
            let tools: BTreeSet<_> = binding.ways.iter().map(|way| way.tool.as_str()).collect();
            let tools = tools.into_iter().collect::<Vec<_>>().join(", ");
            format!(
                "binding `{}` is valid{}{tools}\n",
                binding.name,
                if tools.is_empty() { "" } else { ": calls " }
            )
        }
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

/// Whether a binding is meant: a built-in one, or a TOML file; a template is a folder.
fn is_binding(name: &str) -> bool {
    let is_toml = Path::new(name).extension().is_some_and(|extension| extension.eq_ignore_ascii_case("toml"));
    binding_names().contains(&name) || (is_toml && !Path::new(name).is_dir())
}

/// A binding by name or file.
///
/// # Errors
/// Everything that is wrong with it, as a configuration failure.
pub(super) fn load_binding(name: &str) -> Result<Binding, Failure> {
    Binding::load(name).map_err(|error| {
        let hint = match error {
            BindingError::Unknown { .. } | BindingError::Unreadable { .. } => {
                "a file is named with its path, for instance ./warehouse.toml".into()
            }
            _ => format!(
                "correct it, then try `kamslides template check {name}`; docs/bindings.md explains every key"
            ),
        };
        Failure::new(FailureKind::Config, error).hint(hint)
    })
}
