//! Months that the data cover only in part: cut by the first or last day asked for, by the first day of the data, or
//! by the last day they are complete for. Never because days are missing inside, and never by the first day of a history
//! that comparison months are fetched before: its month is there whole then.

use super::{IndexMonth, Partial};
use crate::{
    decode::About,
    domain::{Month, Period, Review, parse_date},
    template::Section,
};
use jiff::civil::Date;

/// The days that an answer covers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cutoffs {
    /// The first day asked for.
    asked_from: Date,
    /// The first day of the history.
    history_from: Date,
    /// The last day asked for.
    to: Date,
    /// The first day the source holds data for.
    data_from: Option<Date>,
    /// The last day the data are complete for.
    pub(super) complete_through: Option<Date>,
}

impl Cutoffs {
    /// What the review asks and the answer says of itself; a date that is none is ignored.
    pub(super) fn new(section: &Section, about: &About, review: &Review) -> Self {
        let date = |text: &Option<String>| text.as_deref().and_then(|text| parse_date(text.get(..10)?).ok());
        let history = review.history();
        Self {
            asked_from: if section.comparison { review.comparison_from() } else { history.from() },
            history_from: history.from(),
            to: history.to(),
            data_from: date(&about.data_from),
            complete_through: about.complete_through(),
        }
    }

    /// The days of the history that the data cover; `None` when they cover none of it.
    pub(super) fn covered(&self) -> Option<Period> {
        let from = self.data_from.map_or(self.history_from, |day| day.max(self.history_from));
        let to = self.complete_through.map_or(self.to, |day| day.min(self.to));
        Period::new(from, to).ok()
    }

    /// Every month asked for.
    pub(super) fn months(&self) -> Vec<IndexMonth> {
        let first = Month::of(self.asked_from);
        let month = |n| {
            let month = first.plus(n);
            IndexMonth { month, comparison: month < Month::of(self.history_from) }
        };
        (0..=Month::of(self.to).since(first)).map(month).collect()
    }

    /// The first and last day covered of a month, `None` when it is covered whole or not at all.
    pub(super) fn partial(&self, index: usize, month: Month) -> Option<Partial> {
        let (mut from, mut to) = (month.first_day(), month.last_day());
        for cut in [Some(self.asked_from), self.data_from].into_iter().flatten() {
            if month == Month::of(cut) {
                from = from.max(cut);
            }
        }
        for cut in [Some(self.to), self.complete_through].into_iter().flatten() {
            if month == Month::of(cut) {
                to = to.min(cut);
            }
        }
        let cut = month.first_day() < from || to < month.last_day();
        (cut && from <= to).then_some(Partial { index, from, to })
    }

    /// Whether a month begins after the last day the data are complete for, so that nothing in it can be trusted.
    pub(super) fn is_beyond(&self, month: Month) -> bool {
        self.complete_through.is_some_and(|through| through < month.first_day())
    }
}
