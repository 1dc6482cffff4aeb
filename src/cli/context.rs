//! What every command works with: the environment, the global options, the terminal, and the settings on demand.

use super::{
    args::{ColorArg, Global, LogFormatArg},
    logging::{Logging, RunId},
    progress::{Progress, bars_fit},
    terminal::{ColourChoice, Style, Terminal},
};
use crate::{
    config::{self, Environment, Flag, Loaded, LogFormat, Sources},
    failure::Failure,
};
use serde_json::{Value, json};
use std::path::Path;

/// What every command works with.
pub(super) struct Context {
    pub(super) environment: Environment,
    pub(super) global: Global,
    pub(super) terminal: Terminal,
    style: Style,
    run_id: RunId,
}

impl Context {
    pub(super) fn new(environment: Environment, global: Global) -> Self {
        let choice = match global.color {
            ColorArg::Auto => ColourChoice::Auto,
            ColorArg::Always => ColourChoice::Always,
            ColorArg::Never => ColourChoice::Never,
        };
        let colour = choice.applies(&environment, Terminal::stderr_is_terminal());
        let json = global.log_format == Some(LogFormatArg::Json);
        let style = Style { colour, json, quiet: global.quiet };
        let run_id = RunId::default();
        Self { environment, global, terminal: Terminal::of_process(style, run_id.clone()), style, run_id }
    }

    /// Where settings come from, with the flags of a command.
    pub(super) fn sources(&self, flags: Vec<Flag>) -> Sources<'_> {
        let mut all = vec![
            ("log.verbose", "--verbose", if self.global.verbose > 0 { json!(true) } else { Value::Null }),
            ("log.level", "-vv", if self.global.verbose > 1 { json!("trace") } else { Value::Null }),
            ("log.level", "--quiet", if self.global.quiet { json!("error") } else { Value::Null }),
            (
                "log.format",
                "--log-format",
                match self.global.log_format {
                    Some(LogFormatArg::Human) => json!("human"),
                    Some(LogFormatArg::Json) => json!("json"),
                    None => Value::Null,
                },
            ),
        ];
        all.extend(flags);
        Sources {
            environment: &self.environment,
            config_file: self.global.config.as_deref(),
            working_dir: Path::new("."),
            flags: all,
        }
    }

    /// The settings in force. Warnings about them are printed; the terminal takes the configured form of messages.
    ///
    /// # Errors
    /// When a file, a variable or a flag is wrong.
    pub(super) fn settings(&mut self, flags: Vec<Flag>) -> Result<Loaded, Failure> {
        let loaded = config::load(&self.sources(flags)).map_err(Failure::from)?;
        if loaded.settings.log.format == LogFormat::Json && !self.style.json {
            self.style.json = true;
            self.terminal = Terminal::of_process(self.style, self.run_id.clone());
        }
        for warning in &loaded.warnings {
            self.terminal.warn(warning);
        }
        Ok(loaded)
    }

    /// Starts the log and the progress of a run.
    pub(super) fn observe(&self, loaded: &Loaded) -> Progress {
        let log = &loaded.settings.log;
        let unwanted = self.global.quiet || self.global.no_progress;
        let progress =
            Progress::new(bars_fit(Terminal::stderr_is_terminal(), unwanted, log), self.run_id.clone());
        let logging = Logging {
            level: log.effective_level(),
            format: log.format,
            colour: self.style.colour,
            run_id: self.run_id.clone(),
        };
        let writer = progress.log_writer();
        logging.start(move || writer.clone());
        progress
    }
}
