//! A merchant's id, exactly as it was given.

use super::DomainError;

/// A merchant's id: the text that the data knows the merchant by. Trimmed, 1 to 200 characters, no control characters.
///
/// Case is kept and matters: ids are compared byte for byte.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(transparent)]
pub struct Merchant(String);

impl Merchant {
    /// Checks and keeps an id.
    ///
    /// # Errors
    /// When the text is empty, longer than 200 characters, or holds a control character.
    pub fn new(text: &str) -> Result<Self, DomainError> {
        let id = text.trim();
        if id.is_empty() {
            return Err(DomainError("the merchant is empty".into()));
        }
        if id.chars().count() > 200 {
            return Err(DomainError("the merchant is longer than 200 characters".into()));
        }
        if id.chars().any(char::is_control) {
            return Err(DomainError("the merchant holds a control character".into()));
        }
        Ok(Self(id.to_owned()))
    }

    /// The id as given.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this is one of the built-in demo merchants, whose ids alone begin with `demo-`.
    pub fn is_demo(&self) -> bool {
        self.0.starts_with("demo-")
    }
}

impl std::fmt::Display for Merchant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::str::FromStr for Merchant {
    type Err = DomainError;
    fn from_str(text: &str) -> Result<Self, DomainError> {
        Self::new(text)
    }
}
