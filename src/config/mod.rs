//! Every setting of the program in one value, from defaults, files, environment and flags, each with its source.
//!
//! [`load`] reads the sources in order of precedence (`docs/configuration.md`), checks every value where it was
//! written, reports everything that is wrong at once, and gives [`Settings`] with the provenance of each key. The
//! environment comes in as a value ([`Environment`]), so that nothing else asks the process for a variable. Called by
//! `cli/`; the stages receive plain numbers and paths from it and never see a file or a variable.

mod duration;
mod env;
mod error;
mod file;
mod kind;
mod layers;
mod paths;
mod settings;
pub mod show;
mod variables;

pub use env::{ENV_VARS, Effect, EnvVar, Environment};
pub use error::{ConfigError, Place, Problem};
pub use kind::Kind;
pub use layers::{Entry, Flag, Loaded, Shadowed, Sources, load};
pub use settings::{
    AnalysisSettings, Audience, ChartSettings, LlmSettings, LogFormat, LogLevel, LogSettings, McpSettings,
    OnMissing, OutputSettings, PrivacySettings, ResilienceSettings, RetrievalMode, RetrievalSettings,
    Settings,
};
