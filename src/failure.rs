//! How a run or a command ends when it does not succeed: a kind, which decides the exit code, the error and its causes,
//! and what to do next. Stages return their own error enums; they become a [`Failure`] where the stage knows the kind.

use std::fmt;

/// Why something failed, in the terms of an operator. The kind alone decides the exit code and whether a call is tried
/// again.
///
/// A call fails as *transient* (`Unavailable`), *throttled* (`Throttled`), *timeout* (`Timeout`), *permanent* (`Refused`),
/// *auth* (`Auth`), *no data* (`NoData`, `UnknownMerchant`) or *bad shape* (`InvalidData`, `WrongMerchant`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureKind {
    /// A fault of this program.
    Bug,
    /// The command line is wrong.
    Usage,
    /// Nothing is there for this merchant and period.
    NoData,
    /// Data came, but it cannot be used.
    InvalidData,
    /// The server does not know the merchant.
    UnknownMerchant,
    /// The answer speaks of another merchant.
    WrongMerchant,
    /// The server cannot be reached, died or answered with a fault that may pass.
    Unavailable,
    /// The server, or what stands in its place, refuses what is asked of it, and will refuse it again.
    Refused,
    /// The output cannot be created.
    CannotCreate,
    /// Writing the result to stdout failed.
    Stdout,
    /// A call took longer than allowed.
    Timeout,
    /// The server asked us to slow down.
    Throttled,
    /// The whole run took longer than allowed.
    Deadline,
    /// Another run holds the output.
    Locked,
    /// The data do not reach the end of the focus yet.
    Incomplete,
    /// Credentials are missing or refused.
    Auth,
    /// The configuration or the template is wrong.
    Config,
    /// Ctrl-C.
    Interrupted,
    /// SIGTERM.
    Terminated,
}

impl FailureKind {
    /// The process exit code. Those above 3 are the names of sysexits.h, which service managers know.
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Bug => 1,
            Self::Usage => 2,
            Self::NoData | Self::InvalidData | Self::UnknownMerchant | Self::WrongMerchant => 65,
            Self::Unavailable | Self::Refused | Self::Timeout => 69,
            Self::CannotCreate => 73,
            Self::Stdout => 74,
            Self::Throttled | Self::Deadline | Self::Locked | Self::Incomplete => 75,
            Self::Auth => 77,
            Self::Config => 78,
            Self::Interrupted => 130,
            Self::Terminated => 143,
        }
    }

    /// The name used in reports and logs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Bug => "bug",
            Self::Usage => "usage",
            Self::NoData => "no_data",
            Self::InvalidData => "invalid_data",
            Self::UnknownMerchant => "unknown_merchant",
            Self::WrongMerchant => "wrong_merchant",
            Self::Unavailable => "unavailable",
            Self::Refused => "refused",
            Self::CannotCreate => "cannot_create",
            Self::Stdout => "stdout",
            Self::Timeout => "timeout",
            Self::Throttled => "throttled",
            Self::Deadline => "deadline",
            Self::Locked => "locked",
            Self::Incomplete => "incomplete",
            Self::Auth => "auth",
            Self::Config => "config",
            Self::Interrupted => "interrupted",
            Self::Terminated => "terminated",
        }
    }

    /// The kind of a failure of which only the server's own words are known: what names a mistake in the question, such
    /// as a table that is not there, will be the same next time; anything else may pass.
    pub fn told(words: &str) -> Self {
        const LASTING: [&str; 15] = [
            "unknown tool",
            "tool not found",
            "no such table",
            "no such column",
            "no such function",
            "unknown column",
            "unknown table",
            "unknown identifier",
            "does not exist",
            "catalog error",
            "binder error",
            "parser error",
            "syntax error",
            "permission denied",
            "not authorized",
        ];
        let words = words.to_lowercase();
        if LASTING.iter().any(|mistake| words.contains(mistake)) { Self::Refused } else { Self::Unavailable }
    }

    /// Whether a call that failed so is tried again. One that got no answer in time is not: it took the time of several
    /// tries already.
    pub fn is_transient(self) -> bool {
        matches!(self, Self::Unavailable | Self::Throttled)
    }
}

/// The end of a command that did not succeed.
#[derive(Debug)]
pub struct Failure {
    /// Decides the exit code.
    pub kind: FailureKind,
    /// What happened, and the chain of why.
    pub error: anyhow::Error,
    /// What to do next, a sentence each.
    pub hints: Vec<String>,
}

impl Failure {
    /// A failure of a kind, with its error.
    pub fn new(kind: FailureKind, error: impl Into<anyhow::Error>) -> Self {
        Self { kind, error: error.into(), hints: Vec::new() }
    }

    /// A failure of a kind, described in words.
    pub fn msg(kind: FailureKind, message: impl fmt::Display) -> Self {
        Self::new(kind, anyhow::anyhow!("{message}"))
    }

    /// Adds what to do next.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#}", self.error)
    }
}

#[cfg(test)]
mod tests {
    use super::FailureKind;

    #[test]
    fn a_mistake_in_the_question_is_not_tried_again() {
        for words in [
            "Unknown tool: 'query_metrics'",
            "Catalog Error: Table orders does not exist!",
            "no such column: x",
        ] {
            assert_eq!(FailureKind::told(words), FailureKind::Refused, "{words}");
        }
        for words in ["the warehouse is down", "connect ECONNREFUSED 127.0.0.1:5432", ""] {
            assert_eq!(FailureKind::told(words), FailureKind::Unavailable, "{words}");
        }
    }
}
