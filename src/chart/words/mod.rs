//! Every word that a chart draws or speaks: a table a language, all of the same fields, so that none can lack one.
//!
//! Numbers and dates are printed by `format`; names that come from the data stay as they are. What is said to those who
//! make decks (warnings, errors) is English and not here.

mod english;
mod french;
mod german;
mod italian;
mod names;

use super::Style;
use crate::format::{Locale, Noun};

/// The words of one language. A word that follows a number, a name or a preposition is written as in the middle of a
/// sentence.
pub(super) struct Words {
    /// In the place of a value that there is none of, in two halves that may stand one over the other.
    pub(super) no_data: [&'static str; 2],
    /// The same where those do not fit.
    pub(super) no_data_short: &'static str,
    /// In the place of a value that is kept back.
    pub(super) not_shown: [&'static str; 2],
    /// Below a month of which the data miss days in the middle.
    pub(super) in_part: &'static str,
    /// Below bars of parts that orders can share.
    pub(super) several_types_bars: &'static str,
    /// Over lines of parts that orders can share.
    pub(super) several_types_lines: &'static str,
    /// How many parts are left out.
    pub(super) more_not_shown: fn(usize) -> String,
    /// Which parts are left out, from their list.
    pub(super) left_out: fn(&str) -> String,
    /// Lines that are only there to compare with.
    pub(super) others: &'static str,
    /// The years of lines without names, the first and the last.
    pub(super) pale_years: fn(i16, i16) -> String,
    /// In the place of a column of shares of nothing.
    pub(super) nothing: &'static str,
    /// Over columns of shares, from the metric and what stands behind them.
    pub(super) shares_of: fn(&str, &str) -> String,
    /// The sum of money behind shares.
    pub(super) in_all: fn(&str) -> String,
    /// People behind shares, from how many they are.
    pub(super) base: fn(&str) -> String,
    /// Where nobody says how many people are behind shares.
    pub(super) base_not_stated: &'static str,
    /// A name of the data where none is known.
    pub(super) part: &'static str,
    /// Between a name and what is said of it.
    pub(super) colon: &'static str,
    pub(super) metrics: Metrics,
    pub(super) dimensions: Dimensions,
    pub(super) parts: Parts,
    pub(super) marks: Marks,
    pub(super) spark: Spark,
    pub(super) tile: Tile,
    pub(super) ranges: Ranges,
    pub(super) weeks: Weeks,
    pub(super) alt: Alt,
}

/// What is measured.
pub(super) struct Metrics {
    pub(super) sales: &'static str,
    pub(super) orders: Noun,
    pub(super) items: Noun,
    pub(super) aov: &'static str,
    pub(super) users: Noun,
    pub(super) new_users: Noun,
    pub(super) refund_amount: &'static str,
    pub(super) refund_orders: Noun,
}

/// What it is broken down by.
pub(super) struct Dimensions {
    pub(super) day: &'static str,
    pub(super) week: &'static str,
    pub(super) month: &'static str,
    pub(super) quarter: &'static str,
    pub(super) year: &'static str,
    pub(super) weekday: &'static str,
    pub(super) product_type: &'static str,
    pub(super) user_type: &'static str,
    pub(super) age_band: &'static str,
    pub(super) gender: &'static str,
    pub(super) card_type: &'static str,
    pub(super) country: &'static str,
    pub(super) store: &'static str,
    pub(super) channel: &'static str,
}

/// Parts whose names are ours, as they stand at the head of a line.
pub(super) struct Parts {
    pub(super) other: &'static str,
    pub(super) not_stated: &'static str,
    pub(super) women: &'static str,
    pub(super) men: &'static str,
    pub(super) new: &'static str,
    pub(super) returning: &'static str,
    pub(super) network: &'static str,
}

/// What a chart is called in its alternative text.
pub(super) struct Marks {
    pub(super) columns: &'static str,
    pub(super) stacked_columns: &'static str,
    pub(super) line: &'static str,
    pub(super) lines: &'static str,
    pub(super) share_columns: &'static str,
    pub(super) small_multiples: &'static str,
    pub(super) bars: &'static str,
    pub(super) ring: &'static str,
}

/// What is spoken of a line of values.
pub(super) struct Spark {
    /// Before its last value.
    pub(super) last: &'static str,
    /// Behind it, when its time is not over.
    pub(super) unfinished: &'static str,
    /// Before its highest and its lowest value.
    pub(super) highest: &'static str,
    pub(super) lowest: &'static str,
}

/// What stands beside the change of a number.
pub(super) struct Tile {
    /// Before what it is compared with.
    pub(super) against: &'static str,
    /// Before what it cannot be compared with.
    pub(super) no_comparison_with: &'static str,
}

/// What stands beside values on the ranges of a group.
pub(super) struct Ranges {
    pub(super) median: &'static str,
    /// Below rows that do not share a scale.
    pub(super) own_scales: &'static str,
    /// Where a value lies.
    pub(super) above: &'static str,
    pub(super) below: &'static str,
    pub(super) within: &'static str,
    /// From the lower to the upper quartile, from the group.
    pub(super) middle_half: fn(&str) -> String,
    /// Two ends.
    pub(super) from_to: fn(&str, &str) -> String,
    /// All that is spoken, from the one, the group and the rows.
    pub(super) alt: fn([&str; 3]) -> String,
}

/// What stands beside a strip of weeks.
pub(super) struct Weeks {
    /// What the day below a week is.
    pub(super) mondays: &'static str,
    /// A value with its week's Monday.
    pub(super) in_week: fn(&str, &str) -> String,
    /// How many weeks have no data.
    pub(super) gaps: fn(usize) -> String,
    /// What happened, from the list.
    pub(super) events: fn(&str) -> String,
    /// What is shown, its days, and the values.
    pub(super) alt: fn([&str; 3]) -> String,
}

/// The sentences of alternative texts. Those of one chart are put together in `alt`.
pub(super) struct Alt {
    /// A metric over months, from the mark and the metric.
    pub(super) monthly: fn(&str, &str) -> String,
    /// A metric over parts, from the mark, the metric and what they are parts of.
    pub(super) by: fn(&str, &str, &str) -> String,
    /// Shares of people, from who they are.
    pub(super) shares: fn(&str) -> String,
    /// How years are told apart, behind a comma.
    pub(super) one_colour_a_year: &'static str,
    pub(super) one_line_a_year: &'static str,
    /// What columns are split into, from the list.
    pub(super) split: fn(&str) -> String,
    /// A month with its value.
    pub(super) at: fn([&str; 2]) -> String,
    /// The highest and the lowest month, each with its value.
    pub(super) extremes: fn([&str; 2], [&str; 2]) -> String,
    /// The highest month of one of several lines, from its name.
    pub(super) highest: fn(&str, [&str; 2]) -> String,
    /// A way from one total to another, from the metric, both totals and the change.
    pub(super) bridge: fn(&str, [&str; 2], &str) -> String,
    /// What stands before a list of values.
    pub(super) opening: &'static str,
    /// A name with its value in such a list.
    pub(super) item: fn(&str, &str) -> String,
    /// Between two of them: no comma where a comma is part of a number.
    pub(super) between: &'static str,
    /// How many are not in the list, with what stands before it.
    pub(super) and_more: fn(usize) -> String,
    /// A part with its first and its last share.
    pub(super) from_to: fn(&str, [&str; 2]) -> String,
    /// The sum of a ring.
    pub(super) total: fn(&str) -> String,
    /// That orders can share parts.
    pub(super) several_types: &'static str,
    /// A metric of which one part is all, from the metric and the part.
    pub(super) all: fn(&str, &str) -> String,
}

impl Words {
    /// The words of a locale.
    pub(super) fn of(locale: Locale) -> &'static Self {
        match locale {
            Locale::EnGb => &english::WORDS,
            Locale::ItIt => &italian::WORDS,
            Locale::FrFr => &french::WORDS,
            Locale::DeDe => &german::WORDS,
        }
    }
}

impl Style<'_> {
    /// The words of the chart's language.
    pub(super) fn words(&self) -> &'static Words {
        Words::of(self.format.locale())
    }
}

#[cfg(test)]
mod tests;
