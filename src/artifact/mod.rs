//! Where files land: safe names, the lock, the staging folder and its publication in one step.
//!
//! Only this module and `store` write files. A run writes into a staging folder beside its target and swaps the two in
//! one step, so that whoever looks at the target sees the old deck or the new one, never half of one. `pipeline` calls it.

mod answers;
mod lock;
mod name;
mod own_folder;
mod retention;
mod run_dir;

pub use answers::{AnswerFolder, RawAnswer, StoredAnswer, UnusableAnswer, answer_key};
pub use lock::RunLock;
pub use name::{FolderName, chart_file, merchant_slug, sha256_hex, short_hash};
pub use own_folder::OwnFolder;
pub use retention::{purge_raw_answers, purge_reusable_answers};
pub use run_dir::{Published, RunDir, RunFile};

use std::path::PathBuf;

/// Why the output cannot be created.
#[derive(Debug, thiserror::Error)]
pub enum ArtifactError {
    /// The file system refused.
    #[error("cannot {action} {}", path.display())]
    Io {
        /// What was tried, as a verb.
        action: &'static str,
        /// Where.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// Something else stands where the output folder belongs.
    #[error("{} is a file, not a folder", .0.display())]
    NotAFolder(PathBuf),
    /// Something that somebody else put there stands in the way.
    #[error("{} was not written by this command, which overwrites its own files only", .0.display())]
    Foreign(PathBuf),
    /// Another run holds the lock.
    #[error("another run ({holder}) is writing {}", target.display())]
    Locked {
        /// The folder both want.
        target: PathBuf,
        /// What the other run wrote about itself.
        holder: String,
    },
}

impl ArtifactError {
    fn io(action: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { action, path, source }
    }
}

impl From<ArtifactError> for crate::failure::Failure {
    fn from(error: ArtifactError) -> Self {
        use crate::failure::{Failure, FailureKind};
        match error {
            ArtifactError::Locked { .. } => Failure::new(FailureKind::Locked, error)
                .hint("wait for it to end, or give this run another folder with --out"),
            ArtifactError::Foreign(_) => {
                Failure::new(FailureKind::CannotCreate, error).hint("name a new or an empty folder")
            }
            ArtifactError::NotAFolder(_) => {
                Failure::new(FailureKind::CannotCreate, error).hint("name a folder instead, with --out or --gallery")
            }
            ArtifactError::Io { .. } => Failure::new(FailureKind::CannotCreate, error)
                .hint("check that the folder can be written and the disk has room, or name another with --out or --gallery"),
        }
    }
}
