//! How a run ends, from how each of its sections ended: publish or refuse, and with which exit code.
//!
//! The rules are those of the exit codes in the README: a deck is published when at least one section was drawn, unless
//! the run was told to fail over what is missing.

use crate::{config::OnMissing, failure::FailureKind, report::Status, template::Presence};

/// How a section ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SectionEnd {
    /// Its chart is drawn.
    Drawn,
    /// Its chart is drawn without what some of its calls should have brought; why the first of them failed.
    Cut(FailureKind),
    /// There are no data for it.
    NoData,
    /// Anything else.
    Failed(FailureKind),
}

/// What becomes of the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// A deck is published, complete or partial.
    Publish(Status),
    /// Nothing is published.
    Refuse(FailureKind),
}

/// Decides how a run ends.
pub fn ending(sections: &[(Presence, SectionEnd)], on_missing: Option<OnMissing>) -> Ending {
    let drawn = sections.iter().any(|(_, end)| matches!(end, SectionEnd::Drawn | SectionEnd::Cut(_)));
    let lacking = sections.iter().any(|(presence, end)| match end {
        SectionEnd::Drawn => false,
        SectionEnd::NoData => *presence == Presence::Required,
        SectionEnd::Cut(_) | SectionEnd::Failed(_) => true,
    });
    if !drawn || (lacking && on_missing == Some(OnMissing::Fail)) {
        return Ending::Refuse(worst(sections.iter().filter_map(|(_, end)| match end {
            SectionEnd::Drawn => None,
            SectionEnd::NoData => Some(FailureKind::NoData),
            SectionEnd::Cut(kind) | SectionEnd::Failed(kind) => Some(*kind),
        })));
    }
    Ending::Publish(if lacking { Status::Partial } else { Status::Complete })
}

/// The kind that names the run: credentials first, then the server, then what may pass, then the data.
fn worst(kinds: impl Iterator<Item = FailureKind>) -> FailureKind {
    use FailureKind as K;
    let rank = |kind: &K| match kind {
        K::Interrupted | K::Terminated => 0,
        K::Auth => 1,
        K::Bug => 2,
        K::Unavailable | K::Refused | K::Timeout => 3,
        K::Throttled | K::Deadline | K::Locked | K::Incomplete => 4,
        K::UnknownMerchant => 5,
        K::WrongMerchant => 6,
        K::InvalidData => 7,
        K::NoData => 8,
        K::Usage | K::CannotCreate | K::Stdout | K::Config => 9,
    };
    kinds.min_by_key(rank).unwrap_or(K::NoData)
}

#[cfg(test)]
mod tests {
    use super::*;
    use FailureKind as K;
    use Presence::{Optional, Required};
    use SectionEnd::{Cut, Drawn, Failed, NoData};

    #[test]
    fn a_deck_is_complete_partial_or_refused() {
        let publish = |status| Ending::Publish(status);
        for (sections, want) in [
            (vec![(Required, Drawn), (Optional, Drawn)], publish(Status::Complete)),
            (vec![(Required, Drawn), (Optional, NoData)], publish(Status::Complete)),
            (vec![(Required, NoData), (Optional, Drawn)], publish(Status::Partial)),
            (vec![(Required, Drawn), (Optional, Failed(FailureKind::Timeout))], publish(Status::Partial)),
            (vec![(Required, Drawn), (Optional, Cut(FailureKind::Timeout))], publish(Status::Partial)),
            (vec![(Required, NoData), (Optional, NoData)], Ending::Refuse(FailureKind::NoData)),
        ] {
            assert_eq!(ending(&sections, None), want, "{sections:?}");
        }
    }

    #[test]
    fn on_missing_fail_refuses_what_would_be_partial() {
        let fail = Some(OnMissing::Fail);
        let partial = [(Required, Drawn), (Optional, Failed(FailureKind::Timeout))];
        assert_eq!(ending(&partial, fail), Ending::Refuse(FailureKind::Timeout));
        assert_eq!(ending(&[(Required, Drawn), (Optional, NoData)], fail), Ending::Publish(Status::Complete));
    }

    #[test]
    fn the_first_kind_that_applies_names_the_run() {
        let code = |kinds: &[FailureKind]| {
            let sections: Vec<_> = kinds.iter().map(|kind| (Required, Failed(*kind))).collect();
            match ending(&sections, None) {
                Ending::Refuse(kind) => kind.exit_code(),
                Ending::Publish(_) => 0,
            }
        };
        assert_eq!(code(&[K::NoData, K::Throttled, K::Timeout, K::Auth]), 77);
        assert_eq!(code(&[K::NoData, K::Throttled, K::Timeout]), 69);
        assert_eq!(code(&[K::NoData, K::Deadline]), 75);
        assert_eq!(code(&[K::NoData, K::InvalidData, K::UnknownMerchant]), 65);
    }
}
