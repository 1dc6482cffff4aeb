//! Answers as files: `{key}.json`, one each, for their owner's eyes alone.
//!
//! The key is a hash over whom was asked what about which merchant, so the same call always has the same file. What a
//! file says of itself is checked against its name; a file that is not what its name says is never an answer. What an
//! answer means is for `retrieve` to judge, which reads and writes through this module.

use super::{ArtifactError, name::sha256_hex};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::{
    fs,
    io::{ErrorKind, Write as _},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
    sync::atomic::{AtomicUsize, Ordering},
};

/// One answer with everything that tells it from others.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoredAnswer {
    /// The server's name.
    pub server: String,
    /// The tool called.
    pub tool: String,
    /// What was sent.
    pub arguments: Value,
    /// The merchant it was asked for.
    pub merchant: String,
    /// When it came.
    pub fetched_at: Timestamp,
    /// What came, without personal data; enough to be decoded again.
    pub raw: RawAnswer,
}

/// What a tool answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawAnswer {
    /// Whether the tool said that it failed.
    pub is_error: bool,
    /// The answer as data, where the server gave it so.
    pub structured: Option<Value>,
    /// Every text block.
    pub text: Vec<String>,
}

/// A folder of answers. Nothing is made before the first answer is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerFolder(PathBuf);

/// Why a stored answer cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{} {why}", path.display())]
pub struct UnusableAnswer {
    /// The file.
    path: PathBuf,
    /// What is wrong with it, to complete "the file …".
    why: String,
}

/// The name of an answer's file, without its ending: SHA-256 in hex over all that decides what is asked.
pub fn answer_key(server: &str, tool: &str, arguments: &Value, merchant: &str) -> String {
    // As a JSON list, so that no two sets of parts run together.
    sha256_hex(serde_json::json!([server, tool, arguments, merchant]).to_string().as_bytes())
}

impl StoredAnswer {
    /// Its [`answer_key`].
    pub fn key(&self) -> String {
        answer_key(&self.server, &self.tool, &self.arguments, &self.merchant)
    }
}

impl AnswerFolder {
    /// The folder at a path, whether it is there or not.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Makes the folder where it is missing, and makes sure that answers can be written into it.
    ///
    /// # Errors
    /// When the file system refuses.
    pub fn prepare(&self) -> Result<(), ArtifactError> {
        self.create()?;
        let probe = self.0.join(format!(".probe.{}", std::process::id()));
        private_file(&probe).map_err(ArtifactError::io("write to", &self.0))?;
        fs::remove_file(&probe).map_err(ArtifactError::io("write to", &self.0))
    }

    /// The answer of a key; `None` when there is none.
    ///
    /// # Errors
    /// When something stands there that is not that answer.
    pub fn read(&self, key: &str) -> Result<Option<StoredAnswer>, UnusableAnswer> {
        let path = self.0.join(format!("{key}.json"));
        let unusable = |why: String| UnusableAnswer { path: path.clone(), why };
        // A link is not followed, and a pipe or a device not opened: they may never end.
        match fs::symlink_metadata(&path) {
            Ok(found) if !found.is_file() => return Err(unusable("is not a regular file".into())),
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(unusable(format!("cannot be read: {error}"))),
            Ok(_) => {}
        }
        let bytes = fs::read(&path).map_err(|error| unusable(format!("cannot be read: {error}")))?;
        let answer: StoredAnswer = serde_json::from_slice(&bytes)
            .map_err(|error| unusable(format!("is damaged: {}", without_excerpt(&error))))?;
        if answer.key() == key {
            Ok(Some(answer))
        } else {
            Err(unusable("holds the answer to another question".into()))
        }
    }

    /// Writes an answer in one step, over one of the same key: who reads meanwhile sees the old one or the new one.
    ///
    /// # Errors
    /// When the file system refuses.
    pub fn write(&self, answer: &StoredAnswer) -> Result<(), ArtifactError> {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let path = self.0.join(format!("{}.json", answer.key()));
        let nth = COUNT.fetch_add(1, Ordering::Relaxed);
        let half = self.0.join(format!(".{}.{nth}", std::process::id()));
        let mut file = private_file(&half);
        if file.as_ref().is_err_and(|error| error.kind() == ErrorKind::NotFound) {
            self.create()?;
            file = private_file(&half);
        }
        // Plain values with text keys always serialise.
        let bytes = serde_json::to_vec(answer).unwrap_or_default();
        let written =
            file.and_then(|mut file| file.write_all(&bytes)).and_then(|()| fs::rename(&half, &path));
        written.map_err(|source| {
            fs::remove_file(&half).unwrap_or_default();
            ArtifactError::Io { action: "write", path, source }
        })
    }

    /// Removes the answer of a key. One that cannot be removed grows too old to be used.
    pub fn remove(&self, key: &str) {
        fs::remove_file(self.0.join(format!("{key}.json"))).unwrap_or_default();
    }

    /// Removes every answer. Those that cannot be removed grow too old to be used.
    pub fn clear(&self) {
        if fs::symlink_metadata(&self.0).is_ok_and(|found| found.is_dir()) {
            fs::remove_dir_all(&self.0).unwrap_or_default();
        }
    }

    fn create(&self) -> Result<(), ArtifactError> {
        let create = fs::DirBuilder::new().recursive(true).mode(0o700).create(&self.0);
        create.map_err(ArtifactError::io("create", &self.0))
    }
}

fn private_file(path: &Path) -> std::io::Result<fs::File> {
    fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

/// What is wrong with JSON, and where; the parser's own words may quote a merchant's data.
fn without_excerpt(error: &serde_json::Error) -> String {
    use serde_json::error::Category;
    let what = match error.classify() {
        Category::Eof => "it ends too early",
        Category::Syntax => "it is not JSON",
        Category::Data => "it is not a stored answer",
        Category::Io => "it cannot be read",
    };
    format!("{what} (line {}, column {})", error.line(), error.column())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use std::os::unix::fs::{PermissionsExt, symlink};

    fn answer(merchant: &str) -> StoredAnswer {
        StoredAnswer {
            server: "http://x/mcp".into(),
            tool: "query_metrics".into(),
            arguments: json!({"merchant": merchant, "n": 0.300_000_000_000_000_04}),
            merchant: merchant.into(),
            fetched_at: Timestamp::UNIX_EPOCH,
            raw: RawAnswer {
                is_error: false,
                structured: Some(json!({"rows": [[1]]})),
                text: vec!["a".into()],
            },
        }
    }

    #[test]
    fn an_answer_comes_back_as_it_was_and_is_its_owners_alone() {
        let out = tempfile::tempdir().unwrap();
        let folder = AnswerFolder::at(out.path().join("new/answers"));
        let key = answer("acme").key();
        assert_eq!(folder.read(&key).unwrap(), None);
        folder.write(&answer("acme")).unwrap();
        let newer = StoredAnswer { fetched_at: Timestamp::now(), ..answer("acme") };
        folder.write(&newer).unwrap();
        assert_eq!(folder.read(&key).unwrap(), Some(newer));
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        let file = folder.path().join(format!("{key}.json"));
        assert_eq!((mode(folder.path()), mode(&file)), (0o700, 0o600));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "a half-written file was left");
        folder.remove(&key);
        assert_eq!(folder.read(&key).unwrap(), None);
        folder.clear();
        assert!(!folder.path().exists());
    }

    #[test]
    fn every_part_of_a_question_makes_another_key() {
        let key = answer_key("a", "b", &json!({"x": 1}), "c");
        for other in [
            answer_key("a2", "b", &json!({"x": 1}), "c"),
            answer_key("a", "b2", &json!({"x": 1}), "c"),
            answer_key("a", "b", &json!({"x": 2}), "c"),
            answer_key("a", "b", &json!({"x": 1}), "c2"),
            answer_key("ab", "", &json!({"x": 1}), "c"),
        ] {
            assert_ne!(key, other);
        }
        assert_eq!(key.len(), 64);
    }

    #[test]
    fn what_is_not_the_answer_of_its_name_is_none() {
        let out = tempfile::tempdir().unwrap();
        let folder = AnswerFolder::at(out.path());
        let key = answer("acme").key();
        let path = out.path().join(format!("{key}.json"));
        let whole = serde_json::to_string(&answer("acme")).unwrap();
        let foreign = serde_json::to_string(&answer("other")).unwrap();
        let half = whole[..whole.len() / 2].to_owned();
        for (content, said) in [
            (half.as_str(), "it ends too early"),
            ("", "it ends too early"),
            ("Confidential: 5", "it is not JSON"),
            ("{\"rows\": []}", "it is not a stored answer"),
            (foreign.as_str(), "another question"),
        ] {
            fs::write(&path, content).unwrap();
            let error = folder.read(&key).unwrap_err().to_string();
            assert!(error.contains(said) && error.contains(&key), "{error}");
            assert!(!error.contains("Confidential"), "{error}");
        }
        fs::write(out.path().join("whole"), &whole).unwrap();
        fs::remove_file(&path).unwrap();
        symlink(out.path().join("whole"), &path).unwrap();
        assert!(folder.read(&key).unwrap_err().to_string().contains("not a regular file"));
        // Writing replaces a link and leaves what it points to.
        folder.write(&answer("acme")).unwrap();
        assert_eq!(folder.read(&key).unwrap(), Some(answer("acme")));
        assert_eq!(fs::read_to_string(out.path().join("whole")).unwrap(), whole);
    }
}
