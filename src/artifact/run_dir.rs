//! The folder of one run: staged beside its target, published in one step, removed when the run fails.

use super::{ArtifactError, RunLock, name::sha256_hex};
use rustix::fs::{CWD, RenameFlags, renameat_with};
use std::{
    fs,
    io::{ErrorKind, Write as _},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

/// The staging folder of a run, with the lock of its target. Dropped unpublished, it removes what was staged.
#[derive(Debug)]
pub struct RunDir {
    out: PathBuf,
    name: String,
    fsync: bool,
    files: Vec<RunFile>,
    published: bool,
    _lock: RunLock,
}

/// A file of a run.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct RunFile {
    /// Relative to the run's folder.
    pub path: String,
    /// Its length.
    pub bytes: u64,
    /// Its SHA-256, in hex.
    pub sha256: String,
}

/// Where a published run stands.
#[derive(Debug, Clone)]
pub struct Published {
    /// The folder, absolute.
    pub folder: PathBuf,
}

impl RunDir {
    /// Creates the output folder where needed, takes the lock, finishes what a killed run left, and stages a new folder.
    ///
    /// # Errors
    /// When another run holds the target, or the file system refuses.
    pub fn stage(out: &Path, name: &str, fsync: bool) -> Result<Self, ArtifactError> {
        if out.exists() && !out.is_dir() {
            return Err(ArtifactError::NotAFolder(out.to_owned()));
        }
        fs::create_dir_all(out).map_err(ArtifactError::io("create", out))?;
        let out = fs::canonicalize(out).map_err(ArtifactError::io("find", out))?;
        let target = out.join(name);
        let lock = RunLock::take(&target, &out.join(format!(".{name}.lock")))?;
        let dir =
            Self { out, name: name.to_owned(), fsync, files: Vec::new(), published: false, _lock: lock };
        if target.exists() && !target.is_dir() {
            return Err(ArtifactError::NotAFolder(target));
        }
        dir.finish_what_a_kill_left()?;
        let staging = dir.staging();
        fs::create_dir(&staging).map_err(ArtifactError::io("create", &staging))?;
        Ok(dir)
    }

    fn target(&self) -> PathBuf {
        self.out.join(&self.name)
    }

    fn staging(&self) -> PathBuf {
        self.out.join(format!(".{}.staging", self.name))
    }

    fn old(&self) -> PathBuf {
        self.out.join(format!(".{}.old", self.name))
    }

    /// The report of a run that published nothing.
    pub fn failed_report(&self) -> PathBuf {
        self.out.join(format!("{}.failed.json", self.name))
    }

    /// With the lock held nobody else writes these names, so whatever stands there is from a killed run.
    fn finish_what_a_kill_left(&self) -> Result<(), ArtifactError> {
        let (target, old, staging) = (self.target(), self.old(), self.staging());
        if old.exists() && !target.exists() {
            fs::rename(&old, &target).map_err(ArtifactError::io("restore", &target))?;
        }
        for left in [old, staging] {
            let removed = if left.is_dir() { fs::remove_dir_all(&left) } else { fs::remove_file(&left) };
            match removed {
                Err(error) if error.kind() != ErrorKind::NotFound => {
                    return Err(ArtifactError::Io { action: "remove", path: left, source: error });
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Writes a file into the staging folder. Files under `raw/` can be read by their owner only.
    ///
    /// # Errors
    /// When the file system refuses.
    pub fn write(&mut self, path: &str, bytes: &[u8]) -> Result<(), ArtifactError> {
        let private = path.starts_with("raw/");
        let full = self.staging().join(path);
        let file_mode = if private { 0o600 } else { 0o666 };
        let open = || fs::OpenOptions::new().write(true).create_new(true).mode(file_mode).open(&full);
        let file = match open() {
            // Its folder is made for the first file of it only: asking each time takes longer than the file.
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let folder = full.parent().unwrap_or(&full);
                let mode = if private { 0o700 } else { 0o777 };
                let create = fs::DirBuilder::new().recursive(true).mode(mode).create(folder);
                create.map_err(ArtifactError::io("create", folder))?;
                open()
            }
            opened => opened,
        };
        let written = file.and_then(|mut file| {
            file.write_all(bytes)?;
            if self.fsync { file.sync_all() } else { Ok(()) }
        });
        written.map_err(ArtifactError::io("write", &full))?;
        let sha256 = sha256_hex(bytes);
        self.files.push(RunFile { path: path.to_owned(), bytes: bytes.len() as u64, sha256 });
        Ok(())
    }

    /// What was written so far, in order.
    pub fn files(&self) -> &[RunFile] {
        &self.files
    }

    /// Puts the staged folder in the target's place in one step, and removes what stood there.
    ///
    /// # Errors
    /// When the file system refuses; the old folder then stands as it did.
    pub fn publish(mut self) -> Result<Published, ArtifactError> {
        let (target, staging) = (self.target(), self.staging());
        if self.fsync {
            sync_folder(&staging)?;
        }
        if target.exists() {
            match renameat_with(CWD, &staging, CWD, &target, RenameFlags::EXCHANGE) {
                // The staging name now holds the old folder. If it cannot be removed, the next run removes it.
                Ok(()) => fs::remove_dir_all(&staging).unwrap_or_default(),
                Err(_) => self.replace_in_two_steps(&staging, &target)?,
            }
        } else {
            fs::rename(&staging, &target).map_err(ArtifactError::io("publish", &target))?;
        }
        self.published = true;
        if self.fsync {
            sync_folder(&self.out)?;
        }
        let failed = self.failed_report();
        fs::remove_file(failed).unwrap_or_default();
        Ok(Published { folder: target })
    }

    /// For file systems that cannot exchange two names. A kill between the steps is mended by the next run.
    fn replace_in_two_steps(&self, staging: &Path, target: &Path) -> Result<(), ArtifactError> {
        let old = self.old();
        fs::rename(target, &old).map_err(ArtifactError::io("set aside", target))?;
        if let Err(source) = fs::rename(staging, target) {
            fs::rename(&old, target).map_err(ArtifactError::io("restore", target))?;
            return Err(ArtifactError::Io { action: "publish", path: target.to_owned(), source });
        }
        fs::remove_dir_all(&old).unwrap_or_default();
        Ok(())
    }

    /// Leaves the target as it was and writes the report of the failed run beside it.
    ///
    /// # Errors
    /// When the file system refuses.
    pub fn fail(self, report: &[u8]) -> Result<PathBuf, ArtifactError> {
        let path = self.failed_report();
        fs::write(&path, report).map_err(ArtifactError::io("write", &path))?;
        Ok(path)
    }
}

impl Drop for RunDir {
    fn drop(&mut self) {
        if !self.published {
            // A folder that cannot be removed now is removed by the next run.
            fs::remove_dir_all(self.staging()).unwrap_or_default();
        }
    }
}

fn sync_folder(folder: &Path) -> Result<(), ArtifactError> {
    fs::File::open(folder).and_then(|file| file.sync_all()).map_err(ArtifactError::io("sync", folder))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(out: &Path, path: &str) -> String {
        fs::read_to_string(out.join(path)).unwrap()
    }

    #[test]
    fn a_second_run_replaces_the_first_whole() {
        let out = tempfile::tempdir().unwrap();
        for (content, extra) in [("one", true), ("two", false)] {
            let mut run = RunDir::stage(out.path(), "acme", true).unwrap();
            run.write("deck.pptx", content.as_bytes()).unwrap();
            if extra {
                run.write("charts/only-in-the-first.svg", b"x").unwrap();
            }
            run.publish().unwrap();
        }
        assert_eq!(read(out.path(), "acme/deck.pptx"), "two");
        assert!(!out.path().join("acme/charts").exists());
        let mut left: Vec<_> = fs::read_dir(out.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
        left.sort();
        assert_eq!(left, [".acme.lock", "acme"]);
    }

    #[test]
    fn a_run_dropped_unpublished_leaves_the_old_deck() {
        let out = tempfile::tempdir().unwrap();
        let mut run = RunDir::stage(out.path(), "acme", false).unwrap();
        run.write("deck.pptx", b"one").unwrap();
        run.publish().unwrap();
        let mut run = RunDir::stage(out.path(), "acme", false).unwrap();
        run.write("deck.pptx", b"half").unwrap();
        drop(run);
        assert_eq!(read(out.path(), "acme/deck.pptx"), "one");
        assert!(!out.path().join(".acme.staging").exists());
    }

    #[test]
    fn two_runs_at_once_are_one_run_and_a_refusal() {
        let out = tempfile::tempdir().unwrap();
        let first = RunDir::stage(out.path(), "acme", false).unwrap();
        let second = RunDir::stage(out.path(), "acme", false).unwrap_err();
        assert!(second.to_string().contains(&format!("process {}", std::process::id())), "{second}");
        assert!(RunDir::stage(out.path(), "other", false).is_ok());
        drop(first);
        assert!(RunDir::stage(out.path(), "acme", false).is_ok());
    }

    #[test]
    fn what_a_kill_left_is_finished_by_the_next_run() {
        let out = tempfile::tempdir().unwrap();
        // Killed between the two steps of the fallback: the old deck stands aside, the target is gone.
        fs::create_dir(out.path().join(".acme.old")).unwrap();
        fs::write(out.path().join(".acme.old/deck.pptx"), "one").unwrap();
        fs::create_dir(out.path().join(".acme.staging")).unwrap();
        fs::write(out.path().join(".acme.staging/deck.pptx"), "half").unwrap();
        let run = RunDir::stage(out.path(), "acme", false).unwrap();
        assert_eq!(read(out.path(), "acme/deck.pptx"), "one");
        assert!(fs::read_dir(run.staging()).unwrap().next().is_none());
        drop(run);
        assert!(!out.path().join(".acme.old").exists());
    }

    #[test]
    fn the_two_step_replacement_gives_the_same_result() {
        let out = tempfile::tempdir().unwrap();
        let mut run = RunDir::stage(out.path(), "acme", false).unwrap();
        run.write("deck.pptx", b"one").unwrap();
        run.publish().unwrap();
        let mut run = RunDir::stage(out.path(), "acme", false).unwrap();
        run.write("deck.pptx", b"two").unwrap();
        run.replace_in_two_steps(&run.staging(), &run.target()).unwrap();
        assert_eq!(read(out.path(), "acme/deck.pptx"), "two");
        assert!(!out.path().join(".acme.old").exists());
    }

    #[test]
    fn raw_answers_are_private() {
        use std::os::unix::fs::PermissionsExt;
        let out = tempfile::tempdir().unwrap();
        let mut run = RunDir::stage(out.path(), "acme", false).unwrap();
        run.write("raw/01.json", b"{}").unwrap();
        let folder = run.publish().unwrap().folder;
        let mode = |path: &str| fs::metadata(folder.join(path)).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode("raw"), mode("raw/01.json")), (0o700, 0o600));
    }

    #[test]
    fn a_file_in_the_way_is_named() {
        let out = tempfile::tempdir().unwrap();
        fs::write(out.path().join("acme"), "a file").unwrap();
        assert!(matches!(RunDir::stage(out.path(), "acme", false), Err(ArtifactError::NotAFolder(_))));
        assert!(matches!(
            RunDir::stage(&out.path().join("acme"), "x", false),
            Err(ArtifactError::NotAFolder(_))
        ));
    }
}
