//! What every section writes with: nouns of metrics and dimensions, names of periods, comparisons in words.

use crate::{
    analysis::{Basis, Change, Direction, Mark, Span, Study},
    dataset::Dataset,
    domain::{Dimension, Metric, Month, Period, Review, Unit},
    format::Format,
    template::Section,
};

/// Everything a section writes from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Words<'a> {
    pub(super) section: &'a Section,
    pub(super) dataset: &'a Dataset,
    pub(super) study: &'a Study,
    pub(super) review: &'a Review,
    pub(super) format: &'a Format,
    pub(super) provider: &'a str,
    pub(super) merchant: &'a str,
}

/// A title in several lengths, longest first, and sentences, most important first.
#[derive(Debug, Default)]
pub(super) struct Text {
    pub(super) titles: Vec<String>,
    pub(super) sentences: Vec<String>,
}

impl Text {
    /// Adds a way to title the slide.
    pub(super) fn title(&mut self, title: String) {
        self.titles.push(title);
    }

    /// Adds a sentence.
    pub(super) fn say(&mut self, sentence: String) {
        self.sentences.push(sentence);
    }

    /// Adds a sentence where there is one.
    pub(super) fn say_some(&mut self, sentence: Option<String>) {
        self.sentences.extend(sentence);
    }
}

/// The plain noun of a metric, as it stands inside a sentence.
pub(super) fn noun(metric: Metric) -> &'static str {
    match metric {
        Metric::Sales => "sales",
        Metric::Orders => "orders",
        Metric::Items => "items sold",
        Metric::Aov => "average order value",
        Metric::Users => "shoppers",
        Metric::NewUsers => "new shoppers",
        Metric::RefundAmount => "refunds",
        Metric::RefundOrders => "refunded orders",
    }
}

/// The noun of a dimension, one and many.
pub(super) fn dimension(dimension: &Dimension) -> (String, String) {
    let known = match dimension {
        Dimension::ProductType => ("product", "products"),
        Dimension::UserType => ("shopper type", "shopper types"),
        Dimension::AgeBand => ("age band", "age bands"),
        Dimension::Gender => ("gender", "genders"),
        Dimension::CardType => ("card type", "card types"),
        Dimension::Country => ("country", "countries"),
        Dimension::Store => ("shop", "shops"),
        Dimension::Channel => ("channel", "channels"),
        other => {
            let one = other.as_str().replace('_', " ");
            let many = match one.strip_suffix('y') {
                Some(stem) if !stem.ends_with(['a', 'e', 'o', 'u']) => format!("{stem}ies"),
                _ => format!("{one}s"),
            };
            return (one, many);
        }
    };
    (known.0.to_owned(), known.1.to_owned())
}

/// With a capital at its beginning.
pub(super) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A period's name behind its preposition: `from 1 May to 17 June 2025`, `on 1 June 2025`, `in Q2 2025`.
fn with_preposition(name: &str) -> String {
    let is_range = name.contains(" to ") && !name.contains(", to ");
    let preposition = match name.as_bytes() {
        _ if is_range => "from",
        // A year has four digits, a day one or two.
        [first, second, ..] if first.is_ascii_digit() && !second.is_ascii_digit() => "on",
        [first, _, third, ..] if first.is_ascii_digit() && !third.is_ascii_digit() => "on",
        _ => "in",
    };
    format!("{preposition} {name}")
}

/// Whether a name of months takes a verb in the singular: `June 2025` and `Q2 2025`, not `May and June 2025`.
fn is_one(months: &str) -> bool {
    !months.contains(" and ") && !months.contains(" to ")
}

impl Words<'_> {
    /// Whether a value prints as zero, so that no sentence should tell it as a change.
    pub(super) fn prints_zero(&self, value: f64, unit: Unit) -> bool {
        self.value(value.abs(), unit) == self.value(0.0, unit)
    }

    /// A count with its noun: `1 order`, `834 orders`, `$72.6k sales`.
    pub(super) fn quantity(&self, value: f64, unit: Unit, metric: Metric) -> String {
        let printed = self.value(value, unit);
        let noun = match metric {
            Metric::Items if printed == "1" => "item sold",
            _ if printed == "1" && unit == Unit::Count => noun(metric).trim_end_matches('s'),
            _ => noun(metric),
        };
        format!("{printed} {noun}")
    }

    /// A number of orders: `1 order`, `834 orders`.
    pub(super) fn orders(&self, count: f64) -> String {
        self.quantity(count, Unit::Count, Metric::Orders)
    }

    /// The subject of a title: `Sales through {provider}`, or without a provider `Sales`.
    pub(super) fn subject(&self, metric: Metric) -> String {
        match metric {
            Metric::Sales if !self.provider.is_empty() => format!("Sales through {}", self.provider),
            other => capital(noun(other)),
        }
    }

    /// A value as the section's unit prints it.
    pub(super) fn value(&self, value: f64, unit: Unit) -> String {
        self.format.value(value, unit)
    }

    /// Money.
    pub(super) fn money(&self, value: f64) -> String {
        self.format.money(value)
    }

    /// A count.
    pub(super) fn count(&self, value: f64) -> String {
        self.format.count(value)
    }

    /// A change's size in per cent, without sign; the absolute change where a per cent would say too much.
    pub(super) fn size(&self, change: &Change, unit: Unit) -> String {
        change.percent.map_or_else(
            || self.value(change.delta.abs(), unit),
            |percent| self.format.percent(percent.abs()),
        )
    }

    /// The focus as far as the data go: `Q2 2025`, `Q2 2025, to 17 Jun`, `Q1 2025, without February`.
    pub(super) fn when(&self, span: &Span) -> String {
        let focus = self.review.focus();
        let Some(covered) = span.covered else { return self.format.period(&focus) };
        let from_the_start =
            Month::of(covered.from()) == Month::of(focus.from()) && covered.from() <= focus.from();
        let name = match span.cut {
            _ if !from_the_start => self.format.period(&covered),
            Some(_) if self.format.period(&focus).contains(" to ") => self.format.period(&covered),
            Some(to) => format!("{}, to {}", self.format.period(&focus), self.format.day_short(to)),
            None if covered == focus => self.format.period(&focus),
            None => self.format.period(&covered),
        };
        let inside: Vec<String> = covered
            .months()
            .into_iter()
            .filter(|month| !span.shown.iter().any(|&at| self.dataset.months()[at].month == *month))
            .map(|month| self.format.month_name(month).to_owned())
            .collect();
        if inside.is_empty() { name } else { format!("{name}, without {}", self.format.list(&inside)) }
    }

    /// The focus as far as the data go, with its preposition: `in Q2 2025`, `from 27 May to 30 June 2025`.
    pub(super) fn during(&self, span: &Span) -> String {
        let when = self.when(span);
        with_preposition(&when)
    }

    /// Months of the index by the shortest exact name; those that do not follow each other as a list.
    pub(super) fn months(&self, at: &[usize]) -> String {
        let months: Vec<Month> = at.iter().map(|&at| self.dataset.months()[at].month).collect();
        self.month_list(&months)
    }

    /// Months by the shortest exact name, runs of them as one: `Q2 2025`, `January and April to June 2025`.
    pub(super) fn month_list(&self, months: &[Month]) -> String {
        let mut runs: Vec<(Month, Month)> = Vec::new();
        for &month in months {
            match runs.last_mut().filter(|(_, last)| month.since(*last) == 1) {
                Some((_, last)) => *last = month,
                None => runs.push((month, month)),
            }
        }
        let [rest @ .., (first, last)] = &runs[..] else { return String::new() };
        if rest.is_empty() {
            let name = self.format.period(&Period::of_months(*first, *last));
            return if months.len() == 2 { name.replacen(" to ", " and ", 1) } else { name };
        }
        let one_year = months.iter().all(|month| month.year() == last.year());
        let names = |(from, to): &(Month, Month)| {
            let bare = |month: Month| {
                let in_short = one_year && month != *last;
                if in_short { self.format.month_name(month).to_owned() } else { self.format.month(month) }
            };
            match to.since(*from) {
                0 => vec![bare(*from)],
                1 => vec![bare(*from), bare(*to)],
                _ => vec![format!("{} to {}", bare(*from), bare(*to))],
            }
        };
        self.format.list(&runs.iter().flat_map(names).collect::<Vec<_>>())
    }

    /// Why the focus is compared with nothing.
    pub(super) fn not_compared(&self, span: &Span) -> String {
        let is_complete = span.shown.iter().any(|&at| self.dataset.partial_at(at).is_none());
        if is_complete {
            "The data hold no complete earlier period that this could be set against.".into()
        } else {
            "The period is not complete in the data, so it is not set against an earlier one.".into()
        }
    }

    /// The baseline by its months.
    pub(super) fn before(&self, span: &Span) -> String {
        self.months(&span.baseline)
    }

    /// A change as words after a value: `18% above Q2 2024`, `level with Q2 2024`, `€1,200 less than in Q2 2024`.
    pub(super) fn against(&self, change: &Change, span: &Span, unit: Unit) -> String {
        let before = self.before(span);
        match (change.direction(), change.percent) {
            (Direction::Flat, Some(percent)) if percent.abs() >= 0.05 => {
                format!("within {} of {before}", self.format.percent(percent.abs()))
            }
            (Direction::Flat, _) => format!("level with {before}"),
            (Direction::Up, Some(percent)) => format!("{} above {before}", self.format.percent(percent)),
            (Direction::Down, Some(percent)) => format!("{} below {before}", self.format.percent(-percent)),
            (Direction::Up, None) => format!("{} more than in {before}", self.value(change.delta, unit)),
            (Direction::Down, None) => format!("{} less than in {before}", self.value(-change.delta, unit)),
        }
    }

    /// A month with its value: `November 2024 (€212k)`.
    pub(super) fn mark(&self, mark: &Mark, unit: Unit) -> String {
        format!("{} ({})", self.format.month(mark.month), self.value(mark.value, unit))
    }

    /// Why not all of the focus is compared, where that is so.
    pub(super) fn caveat(&self, span: &Span) -> Option<String> {
        let basis = span.basis.filter(|_| !span.is_whole)?;
        let months = self.dataset.months();
        let is_complete = |month: Month| {
            let at = months.iter().position(|entry| entry.month == month);
            at.is_some_and(|at| span.shown.contains(&at) && self.dataset.partial_at(at).is_none())
        };
        let back = if basis == Basis::YearBefore { 12 } else { self.review.focus().months().len() as i32 };
        let mut missing: Vec<Month> = Vec::new();
        for month in self.review.focus().months() {
            let is_compared = span.focus.iter().any(|&at| months[at].month == month);
            let is_cut = span.cut.is_some_and(|day| Month::of(day) <= month);
            if !is_compared && !is_cut {
                // Either the month itself is missing, or the one it would be compared with.
                missing.push(if is_complete(month) { month.plus(-back) } else { month });
            }
        }
        missing.sort_unstable();
        let compared = self.months(&span.focus);
        let verb = if is_one(&compared) { "is" } else { "are" };
        let missing_months = self.month_list(&missing);
        let hold = if is_one(&missing_months) { "holds" } else { "hold" };
        let lacking = format!("{missing_months} {hold} no complete data");
        if !self.dataset.withheld.is_empty() {
            // Some of what is missing was withheld: the reason for each month is not told.
            return Some(format!("Only {compared} {verb} set against {}.", self.before(span)));
        }
        Some(match span.cut.map(|day| self.format.day(day)) {
            Some(day) if missing.is_empty() => {
                format!("Data run to {day}, so only {compared} {verb} set against the year before.")
            }
            Some(day) => format!("Only {compared} {verb} compared: data run to {day}, and {lacking}."),
            None => format!("Only {compared} {verb} compared, because {lacking}."),
        })
    }

    /// Gaps of the history that no comparison uses.
    pub(super) fn gaps(&self, gaps: &[Month]) -> Option<String> {
        if gaps.is_empty() || gaps.len() > 6 {
            return (!gaps.is_empty()).then(|| {
                format!(
                    "{} months of the history hold no data.",
                    capital(&self.format.number_word(gaps.len()))
                )
            });
        }
        let months = self.month_list(gaps);
        let (hold, stay) = if is_one(&months) { ("holds", "stays") } else { ("hold", "stay") };
        Some(format!("{months} {hold} no data and {stay} empty in the chart."))
    }

    /// The beginning of the data in words: `the first five weeks, to 30 June 2025`, where the day is known and near and
    /// the span covers all of the data.
    pub(super) fn first_weeks(&self, span: &Span) -> Option<String> {
        let start = self.study.start.filter(|start| start.is_stated)?;
        let end = self.study.period.to();
        let all = Period::new(start.day, end).ok().filter(|all| span.covered == Some(*all))?;
        let days = all.days();
        let length = match days {
            14..=90 if days % 7 == 0 => format!("{} weeks", self.format.number_word(days as usize / 7)),
            2..=90 => format!("{} days", self.format.number_word(days as usize)),
            _ => return None,
        };
        Some(format!("the first {length}, to {}", self.format.day(end)))
    }

    /// The days that the section's values cover. Where comparison months are fetched, a history that begins inside a
    /// month has that month whole.
    pub(super) fn period(&self) -> Period {
        let known = self.study.period;
        let first = Month::of(known.from());
        let at = self.dataset.months().iter().position(|entry| entry.month == first);
        let whole = at.is_some_and(|at| self.dataset.partial_at(at).is_none());
        let from = if whole { first.first_day() } else { known.from() };
        Period::new(from, known.to()).unwrap_or(known)
    }

    /// What a paragraph rests on, where there is little else to say.
    pub(super) fn basis(&self) -> String {
        let has_value = |at: usize| self.dataset.series().iter().any(|series| series.values[at].is_some());
        let months = self.dataset.months().iter().enumerate();
        let shown: Vec<usize> =
            months.filter(|(at, entry)| !entry.comparison && has_value(*at)).map(|(at, _)| at).collect();
        let (Some(&first), Some(&last)) = (shown.first(), shown.last()) else {
            let period = self.format.period(&self.study.period);
            let base = if self.section.value == Metric::Aov { "orders" } else { noun(self.section.value) };
            return format!("The chart rests on all {base} in the data for {period}, without a comparison.");
        };
        let month = |at: usize| self.dataset.months()[at].month;
        let from = self.dataset.partial_at(first).map_or(month(first).first_day(), |cut| cut.from);
        let to = self.dataset.partial_at(last).map_or(month(last).last_day(), |cut| cut.to);
        let span = Period::new(from, to).unwrap_or(self.study.period);
        let (count, span) = (self.format.number_word(shown.len()), self.format.period(&span));
        let many = if shown.len() == 1 { "month" } else { "months" };
        let all =
            if self.dataset.withheld.is_empty() { "all that the data hold" } else { "all that can be shown" };
        format!("The chart shows the {} of {count} {many}, {span}, {all}.", noun(self.section.value))
    }

    /// What sections without months speak of: `from January 2023 to June 2025`, `in 2015`.
    pub(super) fn over_history(&self) -> String {
        with_preposition(&self.format.period(&self.study.period))
    }

    /// `A 38%, B 22% and C 20%`.
    pub(super) fn listing<'b>(&self, cells: impl Iterator<Item = (&'b str, String)>) -> String {
        self.format.list(&cells.map(|(name, value)| format!("{name} {value}")).collect::<Vec<_>>())
    }
}
