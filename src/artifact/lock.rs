//! One run per output folder, through a lock of the operating system: it ends with the process, however that ends.

use super::ArtifactError;
use std::{
    fs::{File, OpenOptions, TryLockError},
    io::{Read, Seek, Write},
    path::Path,
};

/// The lock of an output folder, held until dropped.
#[derive(Debug)]
pub struct RunLock {
    _file: File,
}

impl RunLock {
    /// Takes the lock beside a target folder at once, or says who holds it.
    ///
    /// # Errors
    /// When another run holds it, or the lock file cannot be written.
    pub(super) fn take(target: &Path, path: &Path) -> Result<Self, ArtifactError> {
        let mut file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(path)
            .map_err(ArtifactError::io("create", path))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                // The text is for people only: a lock without it is still a lock.
                let known = file.read_to_string(&mut holder).is_ok() && !holder.trim().is_empty();
                let holder =
                    if known { holder.trim().to_owned() } else { "of an unknown process".to_owned() };
                return Err(ArtifactError::Locked { target: target.to_owned(), holder });
            }
            Err(TryLockError::Error(source)) => {
                return Err(ArtifactError::Io { action: "lock", path: path.to_owned(), source });
            }
        }
        let note = format!("process {}\n", std::process::id());
        file.set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| file.write_all(note.as_bytes()))
            .map_err(ArtifactError::io("write", path))?;
        Ok(Self { _file: file })
    }
}
