//! The sources as layers, merged once; where each value comes from is found by looking its key up in every layer.

use super::{
    Environment, Kind, Settings, env,
    error::{ConfigError, Place, Problem},
    file,
    kind::MASK,
    paths, variables,
};
use figment::{
    Figment, Metadata, Profile, Provider,
    value::{Dict, Map, Value as FigmentValue},
};
use serde::Serialize;
use serde_json::Value;
use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

/// A flag that sets a key: the key, the flag with its dashes, and its value as typed; `Value::Null` if it was not given.
pub type Flag = (&'static str, &'static str, Value);

/// Where settings come from, besides the defaults.
#[derive(Debug)]
pub struct Sources<'a> {
    /// The variables.
    pub environment: &'a Environment,
    /// The file that stands in for all others, from `--config`. It must exist.
    pub config_file: Option<&'a Path>,
    /// The folder one works in: absolute, or relative to the process.
    pub working_dir: &'a Path,
    /// The flags, highest precedence.
    pub flags: Vec<Flag>,
}

/// The settings, and how they came about.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// What is in effect.
    pub settings: Settings,
    /// One per key, in the order of the table of keys.
    pub provenance: Vec<Entry>,
    /// Sentences for the operator, for instance about variables without effect.
    pub warnings: Vec<String>,
    /// The files looked for, lowest precedence first, and whether each was there.
    pub files: Vec<(PathBuf, bool)>,
}

/// A key, its value and where that comes from. Secrets are masked.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Entry {
    /// `table.key`.
    pub key: &'static str,
    /// The value in effect; null when nothing sets it.
    pub value: Value,
    /// `default`, `file PATH`, `env NAME` or `flag --x`.
    pub source: String,
    /// What it hides, highest precedence first.
    pub shadowed: Vec<Shadowed>,
}

impl Entry {
    /// Whether the value is shown with a mask, so that it cannot be read back.
    pub fn is_masked(&self) -> bool {
        let kind = env::kind_of(self.key).map(|(_, kind)| kind);
        if kind == Some(Kind::Servers) {
            return !self.value.is_null();
        }
        matches!(kind, Some(Kind::Secret | Kind::Url))
            && self.value.as_str().is_some_and(|text| text.ends_with(MASK))
    }
}

/// A value that another source overrides.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Shadowed {
    /// The value, masked if secret.
    pub value: Value,
    /// As in [`Entry::source`].
    pub source: String,
}

/// One source with the values it sets, each already checked. No `Debug`: values may be secrets.
pub(super) struct Layer {
    place: Place,
    values: BTreeMap<&'static str, Value>,
}

impl Layer {
    pub(super) fn new(place: Place, values: BTreeMap<&'static str, Value>) -> Self {
        Self { place, values }
    }

    /// The defaults of [`Settings`]: every key, null where there is none.
    fn defaults() -> Self {
        let settings = serde_json::to_value(Settings::default()).unwrap_or_default();
        let default = |key: &str| settings.pointer(&format!("/{}", key.replace('.', "/"))).cloned();
        let values = env::keys().map(|(key, _)| (key, default(key).unwrap_or_default())).collect();
        Self::new(Place::Default, values)
    }
}

impl Provider for Layer {
    fn metadata(&self) -> Metadata {
        Metadata::named(self.place.source())
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        let mut tables = Dict::new();
        for (name, value) in &self.values {
            let (table, key) = name.split_once('.').unwrap_or((name, ""));
            let entry = tables.entry(table.to_owned()).or_insert_with(|| FigmentValue::from(Dict::new()));
            if let FigmentValue::Dict(_, keys) = entry
                && !value.is_null()
            {
                keys.insert(key.to_owned(), FigmentValue::serialize(value)?);
            }
        }
        Ok(Profile::Default.collect(tables))
    }
}

/// Reads every source, checks every value, and merges: defaults, `/etc/kamslides/config.toml`, the user's file, the
/// working folder's `kamslides.toml`, variables, flags.
///
/// # Errors
/// When a value, a key or a file is wrong. Every problem of every source is reported, also where another source
/// overrides the value.
pub fn load(sources: &Sources<'_>) -> Result<Loaded, ConfigError> {
    let mut problems = Vec::new();
    let mut layers = vec![Layer::defaults()];
    let mut common = variables::common_key(sources.environment, sources.working_dir);
    layers.append(&mut common.layers);
    let files = read_files(sources, &mut layers, &mut problems);
    let mut variables = variables::read(sources.environment, sources.working_dir, &mut problems);
    variables.warnings.append(&mut common.warnings);
    layers.extend(variables.layers);
    read_flags(&sources.flags, &mut layers, &mut problems);
    if !problems.is_empty() {
        return Err(ConfigError { problems });
    }
    let merged = layers.iter().fold(Figment::new(), |merged, layer| merged.merge(layer));
    // Every value has been checked, so this fails only if the table of keys and the structs differ.
    let settings = merged
        .extract()
        .map_err(|error| ConfigError { problems: vec![Problem::new(Place::Default, error.to_string())] })?;
    let unknown = variables::unknown(sources.environment).into_iter().map(|problem| match &problem.hint {
        Some(hint) => format!("{problem}; {hint}"),
        None => problem.to_string(),
    });
    let warnings = unknown.chain(variables.warnings).collect();
    Ok(Loaded { settings, provenance: provenance(&layers), warnings, files })
}

/// The files that [`load`] would read, lowest precedence first, and whether each is there. Works whatever they hold.
pub(super) fn consulted(sources: &Sources<'_>) -> Vec<(PathBuf, bool)> {
    let files = match sources.config_file {
        Some(path) => vec![path.to_owned()],
        None => paths::standard(sources.environment, sources.working_dir),
    };
    files.into_iter().map(|path| (path.clone(), path.exists())).collect()
}

fn read_files(
    sources: &Sources<'_>,
    layers: &mut Vec<Layer>,
    problems: &mut Vec<Problem>,
) -> Vec<(PathBuf, bool)> {
    let mut files = Vec::new();
    for (path, _) in consulted(sources) {
        let text = fs::read_to_string(&path);
        files.push((path.clone(), text.is_ok()));
        match text {
            Ok(text) => {
                let values = file::read(&path, &text, problems);
                layers.push(Layer::new(Place::File(path, None), values));
            }
            Err(error) if is_absent(&error) && sources.config_file.is_none() => (),
            Err(error) => problems
                .push(Problem::new(Place::File(path, None), format!("cannot read this file: {error}"))),
        }
    }
    files
}

/// Whether the file is simply not there, be it that a part of its path is a file.
fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

fn read_flags(flags: &[Flag], layers: &mut Vec<Layer>, problems: &mut Vec<Problem>) {
    for (key, flag, value) in flags.iter().filter(|(.., value)| !value.is_null()) {
        let place = Place::Flag(flag);
        match env::kind_of(key) {
            Some((key, kind)) => match kind.check(value) {
                Ok(value) => layers.push(Layer::new(place, BTreeMap::from([(key, value)]))),
                Err(why) => problems.push(Problem::new(place, why)),
            },
            None => problems.push(Problem::new(place, format!("unknown key `{key}`"))),
        }
    }
}

fn provenance(layers: &[Layer]) -> Vec<Entry> {
    let entry = |(key, kind): (&'static str, Kind)| {
        let mut set = layers.iter().rev().filter_map(|layer| {
            let value = layer.values.get(key)?;
            Some(Shadowed { value: kind.shown(value), source: layer.place.source() })
        });
        // The defaults hold every key.
        let Shadowed { value, source } = set.next()?;
        Some(Entry { key, value, source, shadowed: set.collect() })
    };
    env::keys().filter_map(entry).collect()
}
