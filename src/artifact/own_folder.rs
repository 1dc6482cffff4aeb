//! A folder that one command fills, and fills again: it overwrites what it wrote itself and nothing else.

use super::ArtifactError;
use std::{
    fs,
    io::{ErrorKind, Read as _},
    path::{Path, PathBuf},
};

/// The page of such a folder, which says whose the folder is.
const PAGE: &str = "index.html";
/// How far into a page its mark is looked for.
const HEAD: u64 = 4096;

/// A folder with a page and files beside it.
#[derive(Debug)]
pub struct OwnFolder(PathBuf);

impl OwnFolder {
    /// Takes a folder that is missing, empty, or was filled by this very command before: its page carries the mark, and
    /// nothing else is in it but the files named.
    ///
    /// # Errors
    /// When the folder holds anything else, or the file system refuses.
    pub fn take(folder: &Path, mark: &str, files: &[String]) -> Result<Self, ArtifactError> {
        if folder.exists() && !folder.is_dir() {
            return Err(ArtifactError::NotAFolder(folder.to_owned()));
        }
        fs::create_dir_all(folder).map_err(ArtifactError::io("create", folder))?;
        let folder = fs::canonicalize(folder).map_err(ArtifactError::io("find", folder))?;
        let is_ours = is_marked(&folder.join(PAGE), mark)?;
        for entry in fs::read_dir(&folder).map_err(ArtifactError::io("read", &folder))? {
            let entry = entry.map_err(ArtifactError::io("read", &folder))?;
            let name = entry.file_name();
            let is_known = name == PAGE || files.iter().any(|file| name == file.as_str());
            if !(is_ours && is_known && entry.file_type().is_ok_and(|kind| kind.is_file())) {
                return Err(ArtifactError::Foreign(entry.path()));
            }
        }
        Ok(Self(folder))
    }

    /// Writes the page, with the mark in its first lines, and gives its path. It goes first: a folder that was left half
    /// written is known as ours the next time.
    ///
    /// # Errors
    /// When the file system refuses.
    pub fn write_page(&self, page: &str) -> Result<PathBuf, ArtifactError> {
        self.write(PAGE, page.as_bytes())
    }

    /// Writes one of the files named when the folder was taken.
    ///
    /// # Errors
    /// When the file system refuses.
    pub fn write(&self, name: &str, bytes: &[u8]) -> Result<PathBuf, ArtifactError> {
        let path = self.0.join(name);
        fs::write(&path, bytes).map_err(ArtifactError::io("write", &path))?;
        Ok(path)
    }
}

/// Whether a file is there and carries the mark.
fn is_marked(page: &Path, mark: &str) -> Result<bool, ArtifactError> {
    let file = match fs::File::open(page) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
        opened => opened.map_err(ArtifactError::io("read", page))?,
    };
    let mut head = Vec::new();
    file.take(HEAD).read_to_end(&mut head).map_err(ArtifactError::io("read", page))?;
    Ok(String::from_utf8_lossy(&head).contains(mark))
}
