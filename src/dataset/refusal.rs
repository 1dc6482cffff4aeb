//! Why the answers to a request make no dataset.

use crate::failure::FailureKind;

/// Why answers make no dataset. Nothing of them is shown.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Refusal {
    /// [`FailureKind::NoData`] or [`FailureKind::InvalidData`].
    pub kind: FailureKind,
    /// What is wrong, for the report; never shown to a merchant.
    pub message: String,
}

impl Refusal {
    /// There is nothing to show.
    pub(super) fn no_data(message: impl Into<String>) -> Self {
        Self { kind: FailureKind::NoData, message: message.into() }
    }

    /// There is something, but it cannot be trusted or understood.
    pub(super) fn invalid(message: impl Into<String>) -> Self {
        Self { kind: FailureKind::InvalidData, message: message.into() }
    }
}
