//! Why an answer is not a table.

/// Why an answer is not a table.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Verdict {
    /// The server says that it failed.
    #[error("the server answered with an error: {0}")]
    Error(String),
    /// The server does not know the merchant; near names if it gave any.
    #[error("{message}")]
    UnknownMerchant {
        /// The server's words.
        message: String,
        /// Near names.
        suggestions: Vec<String>,
    },
    /// The answer has no table in it.
    #[error("the answer is not a table: {0}")]
    NotATable(String),
    /// The answer has a table with something in it that cannot be used.
    #[error("the answer cannot be used: {0}")]
    InvalidData(String),
    /// The answer says that rows are missing, or ends in the middle.
    #[error("the answer is truncated: {0}")]
    Truncated(String),
    /// The answer states that its numbers are hypothetical, simulated or illustrative.
    #[error("the server says that the data are not real: {0}")]
    NotReal(String),
}

impl Verdict {
    pub(super) fn invalid(message: impl Into<String>) -> Self {
        Self::InvalidData(message.into())
    }
}

/// Characters of an answer quoted in a verdict or a note.
const EXCERPT: usize = 120;

/// The first characters of a text, on one line.
pub(super) fn excerpt(text: &str) -> String {
    let line: String = text.chars().take(EXCERPT * 4).collect();
    let line = line.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    let line = line.collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(EXCERPT) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}
