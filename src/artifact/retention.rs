//! How long answers are kept: they hold more than the deck shows, so they go first.

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

/// The ending of a hidden folder, beside the decks, of answers that the next run of the same job may use.
pub(super) const REUSABLE: &str = ".answers";

/// Removes answers older than `keep` that runs of an output folder left for the next run of the same job, and folders of
/// which nothing remains.
///
/// # Errors
/// When the output folder cannot be read. What vanishes meanwhile or cannot be removed is left to the next run.
pub fn purge_reusable_answers(out: &Path, now: SystemTime, keep: Duration) -> Result<(), ArtifactError> {
    for entry in fs::read_dir(out).map_err(ArtifactError::io("read", out))?.flatten() {
        let name = entry.file_name();
        let is_ours = name.to_str().is_some_and(|name| name.starts_with('.') && name.ends_with(REUSABLE));
        if !is_ours || !entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            continue;
        }
        for file in fs::read_dir(entry.path()).into_iter().flatten().flatten() {
            let written = file.metadata().and_then(|file| file.modified());
            if written.is_ok_and(|written| now.duration_since(written).is_ok_and(|age| age > keep)) {
                fs::remove_file(file.path()).unwrap_or_default();
            }
        }
        // Only an empty folder can be removed so.
        fs::remove_dir(entry.path()).unwrap_or_default();
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

    #[test]
    fn only_old_reusable_answers_go_and_no_empty_folder_stays() {
        let out = tempfile::tempdir().unwrap();
        let now = SystemTime::now();
        let minute = Duration::from_secs(60);
        for (path, age) in [
            (".acme.answers/old.json", 16),
            (".acme.answers/new.json", 14),
            (".gone.answers/.12.0", 16),
            ("mine.answers/old.json", 16),
            (".other/old.json", 16),
        ] {
            let path = out.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::File::create(path).unwrap().set_modified(now - minute * age).unwrap();
        }
        std::os::unix::fs::symlink("mine.answers", out.path().join(".link.answers")).unwrap();
        purge_reusable_answers(out.path(), now, minute * 15).unwrap();
        let stands = |path: &str| out.path().join(path).exists();
        assert!(!stands(".acme.answers/old.json") && stands(".acme.answers/new.json"));
        assert!(!stands(".gone.answers"));
        assert!(
            stands("mine.answers/old.json") && stands(".other/old.json"),
            "a stranger's file was removed"
        );
    }
}
