//! What is wrong with the configuration: every problem with its place, its reason and the way out.

use crate::failure::{Failure, FailureKind};
use std::{fmt, path::PathBuf};

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// The program itself.
    Default,
    /// A file, with the line from 1 where it is known.
    File(PathBuf, Option<usize>),
    /// An environment variable, by name.
    Variable(String),
    /// A flag, with its dashes.
    Flag(&'static str),
}

impl Place {
    /// The source as `config show` and the run report name it: `default`, `file PATH`, `env NAME` or `flag --x`.
    pub fn source(&self) -> String {
        match self {
            Self::Default => "default".into(),
            Self::File(path, _) => format!("file {}", path.display()),
            Self::Variable(name) => format!("env {name}"),
            Self::Flag(name) => format!("flag {name}"),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("built-in default"),
            Self::File(path, Some(line)) => write!(f, "{}:{line}", path.display()),
            Self::File(path, None) => write!(f, "{}", path.display()),
            Self::Variable(name) => f.write_str(name),
            Self::Flag(name) => f.write_str(name),
        }
    }
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where it stands.
    pub place: Place,
    /// What is wrong with it, and what is allowed.
    pub message: String,
    /// What to do, where that is not plain from the message.
    pub hint: Option<String>,
}

impl Problem {
    pub(super) fn new(place: Place, message: impl Into<String>) -> Self {
        Self { place, message: message.into(), hint: None }
    }

    /// Adds "did you mean", if there is something near.
    pub(super) fn suggest(mut self, near: Option<&str>) -> Self {
        self.hint = near.map(|near| format!("did you mean `{near}`?"));
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.message)
    }
}

/// The configuration cannot be used. Holds every problem found, at least one, in order of precedence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    /// All of them.
    pub problems: Vec<Problem>,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let [problem] = self.problems.as_slice() {
            return problem.fmt(f);
        }
        write!(f, "{} settings are wrong", self.problems.len())?;
        self.problems.iter().try_for_each(|problem| write!(f, "\n{problem}"))
    }
}

impl std::error::Error for ConfigError {}

impl From<ConfigError> for Failure {
    /// Wrong flags alone are a matter of usage; anything else is the configuration's.
    fn from(error: ConfigError) -> Self {
        let only_flags = error.problems.iter().all(|problem| matches!(problem.place, Place::Flag(_)));
        let kind = if only_flags { FailureKind::Usage } else { FailureKind::Config };
        let several = error.problems.len() > 1;
        let mut hints: Vec<_> = error
            .problems
            .iter()
            .filter_map(|problem| {
                let hint = problem.hint.clone()?;
                Some(if several { format!("{}: {hint}", problem.place) } else { hint })
            })
            .collect();
        if hints.is_empty() && !only_flags {
            hints.push("`kamslides config show` lists every setting with its source".into());
        }
        Self { hints, ..Self::new(kind, error) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrong_flags_are_usage_and_everything_else_is_configuration() {
        let problem = |place| Problem::new(place, "`x` is wrong");
        let failure = |problems| Failure::from(ConfigError { problems });
        assert_eq!(failure(vec![problem(Place::Flag("--deadline"))]).kind, FailureKind::Usage);
        let both = vec![problem(Place::Flag("--deadline")), problem(Place::Variable("SCALAPAY_X".into()))];
        let failure = failure(both);
        assert_eq!(failure.kind, FailureKind::Config);
        let text = failure.to_string();
        assert!(
            text.contains("2 settings") && text.contains("--deadline: ") && text.contains("SCALAPAY_X: "),
            "{text}"
        );
    }
}
