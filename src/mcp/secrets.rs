//! The secrets of one server, and texts without them.

use crate::secret::Secret;

/// What stands for a secret.
const MASK: &str = "***";

/// Shorter values are no secrets, and masking them would garble every text.
const SHORTEST: usize = 4;

/// What must not be told of a server: its token, the values of its headers and of its variables.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct Secrets(Vec<Secret>);

impl Secrets {
    /// Keeps a value secret, and also what follows its first word, so that `Bearer abcd` hides `abcd`.
    pub(super) fn keep(&mut self, value: &str) {
        let value = value.trim();
        let rest = value.split_once(' ').map(|(_, rest)| rest.trim());
        for text in std::iter::once(value).chain(rest) {
            if text.len() >= SHORTEST && !self.0.iter().any(|kept| kept.expose() == text) {
                self.0.push(Secret::new(text));
            }
        }
        // The longest first, so that no part of one is left over.
        self.0.sort_by_key(|kept| std::cmp::Reverse(kept.expose().len()));
    }

    /// The text with a mask in place of each secret.
    pub(super) fn mask(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, secret| text.replace(secret.expose(), MASK))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_values_and_what_follows_a_scheme_are_masked() {
        let mut secrets = Secrets::default();
        for value in ["Bearer hunter2", "on", "hunter2-and-more", " Basic  aGk6aG8= "] {
            secrets.keep(value);
        }
        let text = "on: Authorization Bearer hunter2, hunter2-and-more, hunter2; aGk6aG8=";
        assert_eq!(secrets.mask(text), "on: Authorization ***, ***, ***; ***");
    }
}
