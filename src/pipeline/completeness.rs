//! `--require-complete`: a deck only when the data reach the end of the focus.
//!
//! An answer says by `complete_through` up to which day its data are complete. One that does not say so is taken as
//! complete: the field is optional, and a server that never gives it would otherwise never have a deck.

use super::{Ending, Job, section::SectionRun};
use crate::{
    domain::Review,
    failure::{Failure, FailureKind},
    format::{Format, Locale},
};
use jiff::civil::Date;

/// The first day up to which some answer's data are complete, when that is before the end of the focus.
pub(super) fn incomplete_since(sections: &[SectionRun], review: &Review) -> Option<Date> {
    let answers = sections.iter().filter_map(|run| run.retrieved.answers.as_deref().ok()).flatten();
    let through = answers.filter_map(|answer| answer.table.about.complete_through());
    through.min().filter(|through| *through < review.focus().to())
}

/// The sections whose answers do not say how far their data are complete, by slug.
pub(super) fn unstated(sections: &[SectionRun]) -> Vec<&str> {
    let says_nothing = |run: &&SectionRun| {
        let answers = run.retrieved.answers.as_deref().unwrap_or_default();
        run.dataset.is_ok() && answers.iter().any(|answer| answer.table.about.complete_through().is_none())
    };
    sections.iter().filter(says_nothing).map(|run| run.section.slug.as_str()).collect()
}

/// What becomes of a run whose data end too early: nothing is published. A trouble that comes first among the exit codes
/// names the run when there would have been no deck anyway.
pub(super) fn refuse(ending: Ending) -> Ending {
    match ending {
        Ending::Refuse(kind) if !matches!(kind.exit_code(), 65 | 75) => ending,
        _ => Ending::Refuse(FailureKind::Incomplete),
    }
}

/// Why nothing was published, and what to do.
pub(super) fn failure(job: &Job, through: Date) -> Failure {
    let format = Format::new(Locale::EnGb, None);
    let end = job.review.focus().to();
    let (day, short) = (format.day(end), format.day_short(through));
    let through = format.day(through);
    Failure::msg(
        FailureKind::Incomplete,
        format!(
            "no deck of {}: the data are complete through {through} only, and the focus ends on {day}",
            job.merchant
        ),
    )
    .hint(format!("run again when the data reach {day}, or choose an earlier --focus"))
    .hint(format!("without --require-complete there is a deck, whose titles say \"to {short}\""))
}
