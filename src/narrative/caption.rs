//! The line above a chart (what, unit, period) and the line below it (provider, metric, period, currency, as of).

use super::words::{Words, capital, dimension, noun};
use crate::{
    dataset::Dataset,
    domain::{Dimension, Metric, Month, Unit, parse_date},
    template::Shape,
};

/// What the chart shows: metric, unit, period, and what a reader must know to read it.
pub(super) fn caption(words: &Words<'_>) -> String {
    let section = words.section;
    let unit = match words.dataset.series()[0].unit {
        Unit::Money(Some(currency)) => format!(", {}", currency.sign().trim_end()),
        Unit::Money(None) | Unit::Count => String::new(),
        Unit::Percent => ", %".into(),
    };
    let names: Vec<String> = asked_for(words)
        .filter(|part| section.shape != Shape::Panels || is_shown(words, part))
        .map(|part| dimension(part).0)
        .collect();
    let (noun, by) = (noun(section.value), words.format.list(&names));
    let what = match section.shape {
        Shape::Months => format!("Monthly {noun}"),
        Shape::MonthsByPart => format!("Monthly {noun} by {by}"),
        Shape::Parts if is_spend_on_part(words) => format!("Spend per order on each {by}"),
        Shape::Parts => format!("{} by {by}", capital(noun)),
        Shape::Panels => format!("Share of {noun} by {by}"),
    };
    let period = words.format.period(&words.period());
    let mut line = format!("{what}{unit}, {period}");
    for note in notes(words) {
        line.push_str("; ");
        line.push_str(&note);
    }
    line
}

/// Whether averages by part are of what orders spent on a part, since an order can hold several.
fn is_spend_on_part(words: &Words<'_>) -> bool {
    let is_average = words.section.value == Metric::Aov && words.section.shape == Shape::Parts;
    is_average && words.dataset.adds_up != Some(true)
}

/// The dimensions that the section asks for, time apart.
fn asked_for<'w>(words: &'w Words<'_>) -> impl Iterator<Item = &'w Dimension> {
    words.section.calls.iter().flatten().filter(|dimension| !dimension.is_time())
}

/// Whether there is a panel of a dimension.
fn is_shown(words: &Words<'_>, panel: &Dimension) -> bool {
    words.dataset.parts().iter().any(|part| part.dimension == *panel)
}

/// Overlaps, cut months, months without data, and panels that are not there.
fn notes(words: &Words<'_>) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some(part) = asked_for(words).next() {
        let many = dimension(part).1;
        if words.dataset.orders_overlap() && words.section.value == Metric::Orders {
            notes.push(format!("an order can hold several {many}"));
        }
        if words.dataset.left_out > 0 {
            notes.push(format!("{} more {many} not shown", words.dataset.left_out));
        }
    }
    for cut in &words.dataset.partial {
        let month = words.dataset.months()[cut.index];
        if !month.comparison {
            let last = words.format.day_short(cut.to);
            let one_day = cut.from == cut.to;
            let days = if one_day { last } else { format!("{}\u{2013}{last}", cut.from.day()) };
            notes.push(format!("{} covers {days} only", words.format.month(month.month)));
        }
    }
    if words.section.shape == Shape::Panels {
        let absent = asked_for(words).filter(|panel| !is_shown(words, panel)).map(|panel| dimension(panel).0);
        let absent: Vec<String> = absent.collect();
        if !absent.is_empty() {
            notes.push(format!("{} not available", words.format.list(&absent)));
        }
    }
    let missing: Vec<Month> = empty_months(words.dataset).collect();
    if !missing.is_empty() {
        notes.push(format!("no data for {}", words.month_list(&missing)));
    }
    if !words.dataset.withheld.is_empty() {
        notes.push(format!("{} not shown", words.months(&words.dataset.withheld)));
    }
    notes
}

/// Months of the history inside the index that no series has a value for.
fn empty_months(dataset: &Dataset) -> impl Iterator<Item = Month> {
    let is_empty = |at: usize| {
        !dataset.withheld.contains(&at) && dataset.series().iter().all(|series| series.values[at].is_none())
    };
    let months = dataset.months().iter().enumerate();
    months.filter(move |(at, entry)| !entry.comparison && is_empty(*at)).map(|(_, entry)| entry.month)
}

/// The terms of user types that the chart shows, a reader's help below the chart.
pub(super) fn terms(words: &Words<'_>) -> Option<String> {
    let by_shopper = words.section.calls.iter().flatten().any(|part| *part == Dimension::UserType);
    by_shopper.then(|| user_types(words)).flatten()
}

fn user_types(words: &Words<'_>) -> Option<String> {
    let has = |key: &str| {
        words
            .dataset
            .series()
            .iter()
            .any(|s| s.part.as_deref().is_some_and(|name| name.to_lowercase().contains(key)))
    };
    let through =
        if words.provider.is_empty() { "this way".to_owned() } else { format!("through {}", words.provider) };
    let terms = [
        ("new", format!("New: first order {through}")),
        ("returning", "Returning: ordered here before".to_owned()),
        ("network", "Network: ordered at other shops before".to_owned()),
    ];
    let shown: Vec<_> = terms.into_iter().filter(|(key, _)| has(key)).map(|(_, meaning)| meaning).collect();
    (!shown.is_empty()).then(|| shown.join(", "))
}

/// Provider, metric, period, currency, as of; and the base of shares of people.
pub(super) fn source(words: &Words<'_>) -> Vec<String> {
    let mut parts = Vec::new();
    if !words.provider.is_empty() {
        parts.push(format!("Source: {}", words.provider));
    }
    parts.push(if is_spend_on_part(words) {
        "Spend per order".into()
    } else {
        capital(noun(words.section.value))
    });
    parts.push(words.format.period(&words.period()));
    if let Unit::Money(Some(currency)) = words.dataset.series()[0].unit {
        parts.push(currency.code().to_owned());
    }
    let bases = &words.dataset.bases;
    let count = |base: u64| words.format.full_count(base as f64);
    match &bases[..] {
        [(_, first), ..] if bases.iter().all(|(_, base)| base == first) => {
            parts.push(format!("base {}", count(*first)));
        }
        _ => parts.extend(
            bases.iter().map(|(part, base)| format!("base by {} {}", dimension(part).0, count(*base))),
        ),
    }
    if words.section.shape == Shape::Panels && words.dataset.bases.is_empty() {
        parts.push("base not stated".into());
    }
    let as_of = words.dataset.provenance.as_of.as_deref().and_then(|text| parse_date(text.get(..10)?).ok());
    if let Some(day) = as_of {
        parts.push(format!("data as of {}", words.format.day(day)));
    }
    parts
}
