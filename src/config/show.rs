//! The configuration in words: what `config show`, `config path` and `config check` print.

use super::{
    ConfigError, Entry, Loaded, Sources,
    layers::{consulted, load},
    variables,
};
use serde_json::{Value, json};
use std::path::PathBuf;

/// Longer lines do not push the column of sources to the right.
const MAX_COLUMN: usize = 60;

/// Every key with its value and source, a line each, as TOML that `--config` takes. With `all_layers` also the values
/// that are hidden. Secrets are masked and commented out, as are keys that nothing sets.
pub fn settings(loaded: &Loaded, all_layers: bool) -> String {
    let mut rows = Vec::new();
    for entry in &loaded.provenance {
        let Entry { key, value, .. } = entry;
        let row = match value {
            Value::Null => format!("# {key} is not set"),
            _ if entry.is_masked() => format!("# {key} = {value}"),
            _ => format!("{key} = {value}"),
        };
        rows.push((row, entry.source.as_str()));
        for shadowed in entry.shadowed.iter().filter(|shadowed| all_layers && !shadowed.value.is_null()) {
            rows.push((format!("#   hides {}", shadowed.value), shadowed.source.as_str()));
        }
    }
    let widths = rows.iter().map(|(row, _)| row.chars().count());
    let width = widths.filter(|width| *width <= MAX_COLUMN).max().unwrap_or(0);
    lines(rows.iter().map(|(row, source)| format!("{row:width$}  # {}", source.escape_debug())))
}

/// The same as one JSON object: `{key: {value, source, shadowed?}}`.
pub fn settings_json(loaded: &Loaded, all_layers: bool) -> String {
    let mut keys = serde_json::Map::new();
    for entry in &loaded.provenance {
        let mut shown = json!({"value": entry.value, "source": entry.source});
        if all_layers {
            shown["shadowed"] = json!(entry.shadowed);
        }
        keys.insert(entry.key.to_owned(), shown);
    }
    format!("{:#}\n", Value::Object(keys))
}

/// The files looked for, lowest precedence first, a line each. Also when a file is wrong.
pub fn files(sources: &Sources<'_>) -> String {
    let line = |(path, found): &(PathBuf, bool)| {
        let state = if *found { "found " } else { "absent" };
        format!("{state}  {}", path.display())
    };
    lines(consulted(sources).iter().map(line))
}

/// One line when everything is right. Unlike a run, this takes an unknown variable for a mistake.
///
/// # Errors
/// Everything that [`load`] reports, and every unknown `SCALAPAY_*` variable.
pub fn check(sources: &Sources<'_>) -> Result<String, ConfigError> {
    let unknown = variables::unknown(sources.environment);
    match load(sources) {
        Ok(loaded) if unknown.is_empty() => {
            let set = loaded.provenance.iter().filter(|entry| entry.source != "default").count();
            let files = loaded.files.iter().filter(|(_, found)| *found).count();
            let (settings, files) = (count(set, "setting"), count(files, "file"));
            Ok(format!("the configuration is valid: {settings} changed from the default, {files} read\n"))
        }
        Ok(_) => Err(ConfigError { problems: unknown }),
        Err(mut error) => {
            error.problems.extend(unknown);
            Err(error)
        }
    }
}

fn lines(lines: impl Iterator<Item = String>) -> String {
    lines.map(|line| line + "\n").collect()
}

fn count(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}
