//! `template list`, `template show` and `template check`.

use super::fonts;
use crate::{
    artifact::OwnFolder,
    cli::{args::TemplateCommand, context::Context},
    deck,
    failure::{Failure, FailureKind},
    gallery::{self, Case},
    template::{
        Binding, BindingError, DeckTemplate, Presence, TemplateError, Theme, binding_names, embedded_names,
    },
    text::{Weight, font_file},
};
use std::{collections::BTreeSet, fmt::Write as _, path::Path, process::ExitCode};

pub(super) fn run(context: &mut Context, command: &TemplateCommand) -> Result<ExitCode, Failure> {
    let text = match command {
        TemplateCommand::List => embedded_names().join("\n") + "\n",
        TemplateCommand::Show { template, gallery: None } => shown(&load(template)?),
        TemplateCommand::Show { template, gallery: Some(folder) } => {
            fonts::use_fallback(&context.settings(Vec::new())?.settings.fonts.fallback)?;
            draw_gallery(&load(template)?, folder)?
        }
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
            deck::Base::open(&loaded, false)?;
            format!("template `{}` is valid: {} sections\n", loaded.name, loaded.sections.len())
        }
    };
    context.terminal.result(&text)?;
    Ok(ExitCode::SUCCESS)
}

/// What a template asks for, in slide order, and its colours.
fn shown(template: &DeckTemplate) -> String {
    let mut text = format!("template `{}`: {}, in slide order\n", template.name, template.heading);
    let mut line = |cells: std::fmt::Arguments<'_>| writeln!(text, "  {cells}").unwrap_or_default();
    for section in template.order.iter().filter_map(|slug| template.section(slug)) {
        let presence = match section.presence {
            Presence::Required => "required",
            Presence::Optional => "optional",
        };
        let (shape, chart) = (section.shape.to_string(), section.chart.to_string());
        line(format_args!("{:<24} {presence:<9} {shape:<15} {chart:<16} {}", section.slug, section.id));
    }
    let Theme { name, slide_font, colours } = &template.theme;
    text += &format!("\ntheme `{name}`, slides in {slide_font}\n");
    for (name, colour) in colours.named() {
        text += &format!("  {name:<24} #{}\n", colour.hex());
    }
    text
}

/// Draws the gallery into a folder and gives the path of its page.
fn draw_gallery(template: &DeckTemplate, folder: &Path) -> Result<String, Failure> {
    let cases = gallery::cases();
    let fonts = [Weight::Regular, Weight::SemiBold].map(font_file);
    let names = fonts.iter().map(|(name, _)| (*name).to_owned());
    // Whether it may write there is known before it begins to draw.
    let names: Vec<_> = names.chain(cases.iter().map(Case::file)).collect();
    let folder = OwnFolder::take(folder, gallery::MARK, &names)?;
    let plates: Vec<_> = cases
        .into_iter()
        .map(|case| case.draw(&template.theme))
        .collect::<Result<_, _>>()
        .map_err(|error| Failure::new(FailureKind::Bug, error))?;
    let page = folder.write_page(&gallery::page(&template.name, &template.theme, &plates))?;
    for (name, bytes) in fonts {
        folder.write(name, bytes)?;
    }
    for plate in &plates {
        folder.write(&plate.case.file(), &plate.chart.png)?;
    }
    Ok(format!("{}\n", page.display()))
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
