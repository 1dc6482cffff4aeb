//! `fonts.fallback`: the files read once, before anything is drawn.

use crate::{
    failure::{Failure, FailureKind},
    text,
};
use std::{fs, path::PathBuf};

/// Lets the fonts of the settings stand in for signs that the program's own font lacks.
///
/// # Errors
/// When a file cannot be read or is no font.
pub(super) fn use_fallback(paths: &[PathBuf]) -> Result<(), Failure> {
    let failed = |path: &PathBuf, why: String| {
        Failure::msg(FailureKind::Config, format!("fonts.fallback: {} {why}", path.display()))
            .hint("name TrueType or OpenType files (.ttf, .otf, .ttc)")
    };
    let read = |path| fs::read(path).map_err(|error| failed(path, format!("cannot be read: {error}")));
    let files = paths.iter().map(read).collect::<Result<_, _>>()?;
    text::set_fallback(files).map_err(|place| failed(&paths[place], "is not a font".into()))
}
