//! The variables that are set → one layer each, lowest precedence first, with what the operator should know.

use super::{
    Effect, EnvVar, Environment, env,
    error::{Place, Problem},
    layers::Layer,
};
use serde_json::Value;
use std::{collections::BTreeMap, fs, path::Path};

/// What the environment adds to the configuration.
#[derive(Default)]
pub(super) struct Variables {
    /// One per variable that sets a key.
    pub(super) layers: Vec<Layer>,
    /// Sentences for the operator.
    pub(super) warnings: Vec<String>,
}

/// Reads the environment. A variable named after its key wins over the key's other names; among historical names of
/// one switch, one that turns it on wins, since each of them used to be enough.
pub(super) fn read(environment: &Environment, working_dir: &Path, problems: &mut Vec<Problem>) -> Variables {
    let mut set: Vec<(&EnvVar, &'static str, Value)> = Vec::new();
    let mut found = Variables::default();
    let mut replaced = Vec::new();
    for (name, text) in environment.own() {
        let Some(variable) = env::variable(name) else { continue };
        let Some((key, kind)) = variable.key().and_then(env::kind_of) else {
            if variable.effect == Effect::Unused {
                found.warnings.push(format!("{name} is recognised but has no effect in this version"));
            } else {
                replaced.push(format!("{name} ({})", variable.help));
            }
            continue;
        };
        let value = value(variable, text, working_dir).and_then(|text| kind.check(&text.into()));
        match value {
            Ok(value) => set.push((variable, key, value)),
            Err(why) => problems.push(Problem::new(Place::Variable(name.to_owned()), why)),
        }
    }
    if !replaced.is_empty() {
        found.warnings.push(format!(
            "no effect, since slides are no longer made by calls to Google services: {}",
            replaced.join(", ")
        ));
    }
    set.sort_by_key(|(variable, _, value)| {
        let rank = match variable.effect {
            Effect::Key(..) => 2,
            Effect::File(_) => 1,
            _ => 0,
        };
        (rank, *value == Value::Bool(true))
    });
    for (variable, key, _) in &set {
        let own_name =
            |other: &&(&EnvVar, &str, Value)| other.1 == *key && matches!(other.0.effect, Effect::Key(..));
        if let Some((winner, ..)) = set.iter().find(own_name)
            && winner.name != variable.name
        {
            found.warnings.push(format!("{} is ignored, because {} is set too", variable.name, winner.name));
        }
    }
    let layer = |(variable, key, value): (&EnvVar, _, _)| {
        Layer::new(Place::Variable(variable.name.to_owned()), BTreeMap::from([(key, value)]))
    };
    found.layers = set.into_iter().map(layer).collect();
    found
}

/// The key of a language model in the variable that other programs use too, or in the file that it names. Anything of
/// our own wins over it, files included; where it cannot be read, that is no reason to stop a run.
pub(super) fn common_key(environment: &Environment, working_dir: &Path) -> Variables {
    let mut found = Variables::default();
    let own = |name: &'static str| environment.get(name).map(|text| (name, text));
    let Some((name, text)) = own("OPENAI_API_KEY").or_else(|| own("OPENAI_API_KEY_FILE")) else {
        return found;
    };
    let Some((key, kind)) = env::kind_of("llm.api_key") else { return found };
    let text = match name {
        "OPENAI_API_KEY" => Ok(text.to_owned()),
        _ => read_secret(text, working_dir),
    };
    match text.and_then(|text| kind.check(&text.into())) {
        Ok(value) => {
            found.layers.push(Layer::new(Place::Variable(name.to_owned()), BTreeMap::from([(key, value)])));
        }
        Err(why) => found.warnings.push(format!("{name} is ignored: {why}")),
    }
    found
}

/// Every variable with the program's prefix that the table does not know, as problems; a warning for a run, an error
/// for `config check`. The prefix is a company's, so somebody else's variable must not stop a run.
pub(super) fn unknown(environment: &Environment) -> Vec<Problem> {
    environment
        .own()
        .filter(|(name, _)| env::variable(name).is_none())
        .map(|(name, _)| {
            Problem::new(Place::Variable(name.to_owned()), "no such variable, so it has no effect")
                .suggest(env::nearest_variable(name).as_deref())
        })
        .collect()
}

/// The text that a variable stands for: its own, or that of the file it names.
fn value(variable: &EnvVar, text: &str, working_dir: &Path) -> Result<String, String> {
    if text.contains(char::REPLACEMENT_CHARACTER) {
        return Err("the value is not valid UTF-8".into());
    }
    if !matches!(variable.effect, Effect::File(_)) {
        return Ok(text.to_owned());
    }
    read_secret(text, working_dir)
}

/// The text of the file that a variable names.
fn read_secret(text: &str, working_dir: &Path) -> Result<String, String> {
    let path = working_dir.join(text.trim());
    let secret =
        fs::read_to_string(&path).map_err(|error| format!("cannot read {}: {error}", path.display()))?;
    if secret.trim().is_empty() { Err(format!("{} is empty", path.display())) } else { Ok(secret) }
}
