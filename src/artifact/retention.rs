//! How long raw answers are kept: they hold more than the deck shows, so they go first.

use super::ArtifactError;
use std::{
    fs,
    path::Path,
    time::{Duration, SystemTime},
};

/// Removes the raw answers of published runs in an output folder that are older than `keep`, by the age of their
/// report. Decks, charts and data stay.
///
/// # Errors
/// When the output folder cannot be read. A run that vanishes meanwhile, or whose files cannot be removed, is left to the
/// next run.
pub fn purge_raw_answers(out: &Path, now: SystemTime, keep: Duration) -> Result<(), ArtifactError> {
    for entry in fs::read_dir(out).map_err(ArtifactError::io("read", out))? {
        let Ok(run) = entry.map(|entry| entry.path()) else { continue };
        let written = fs::metadata(run.join("run.json")).and_then(|report| report.modified());
        let is_old = written.is_ok_and(|written| now.duration_since(written).is_ok_and(|age| age > keep));
        if is_old && run.join("raw").is_dir() {
            fs::remove_dir_all(run.join("raw")).unwrap_or_default();
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: Duration = Duration::from_secs(24 * 60 * 60);

    #[test]
    fn only_the_raw_answers_of_old_runs_go() {
        let out = tempfile::tempdir().unwrap();
        let now = SystemTime::now();
        for (run, age) in [("old", 31), ("new", 29)] {
            fs::create_dir_all(out.path().join(run).join("raw")).unwrap();
            let report = fs::File::create(out.path().join(run).join("run.json")).unwrap();
            report.set_modified(now - DAY * age).unwrap();
        }
        // Somebody's own folder is not a run.
        fs::create_dir_all(out.path().join("photos/raw")).unwrap();
        purge_raw_answers(out.path(), now, DAY * 30).unwrap();
        let stands = |path: &str| out.path().join(path).exists();
        assert!(!stands("old/raw") && stands("old/run.json"));
        assert!(stands("new/raw") && stands("photos/raw"));
    }
}
