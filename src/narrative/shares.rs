//! Sections with one value a part over the whole history: shares of orders, averages by product.

use super::words::{Text, Words, capital, dimension, noun};
use crate::{
    analysis::{Breakdown, BreakdownPart, Recent},
    domain::Metric,
};

/// A share of the focus this far, in points, from that of the history is another story.
const DRIFT: u32 = 5;

pub(super) fn write(words: &Words<'_>, parts: &Breakdown) -> Text {
    let mut text = Text::default();
    let Some(leader) = parts.parts.first() else { return text };
    if parts.metric == Metric::Aov {
        averages(words, parts, leader, &mut text);
    } else if parts.adds_up {
        shares(words, parts, leader, &mut text);
    } else {
        overlapping(words, parts, leader, &mut text);
    }
    text
}

fn shares(words: &Words<'_>, parts: &Breakdown, leader: &BreakdownPart, text: &mut Text) {
    let (noun, over) = (noun(parts.metric), words.over_history());
    let (one, many) = dimension(&parts.dimension);
    let share = |part: &BreakdownPart| words.format.share(part.share.unwrap_or(0));
    let total = words.value(parts.total.unwrap_or(0.0), parts.unit);
    let [_, second, rest @ ..] = &parts.parts[..] else {
        text.title(format!("All {total} {noun} {over} came with {}", leader.name));
        text.say(format!(
            "There is one {one} in the data, {}, so the {noun} need no splitting.",
            leader.name
        ));
        return;
    };
    let leading = leader.share.unwrap_or(0);
    let lead = leading - second.share.unwrap_or(0).min(leading);
    let rest_is_small = rest.is_empty();
    let now = parts.recent.iter().find(|recent| recent.name == leader.name).and_then(|recent| recent.shares);
    let drift = now.map(|[_, now]| now).filter(|now| now.abs_diff(leading) >= DRIFT);
    text.title(match (leading, lead) {
        (_, 0..=10) if rest_is_small => format!(
            "{} and {} shared {noun} almost evenly {over}: {} and {}",
            leader.name,
            second.name,
            share(leader),
            share(second)
        ),
        (_, 0..=10) => format!(
            "{} led with {} of {noun} {over}, just before {} with {}",
            leader.name,
            share(leader),
            second.name,
            share(second)
        ),
        (75.., _) => format!("{} stood for {} of all {noun} {over}", leader.name, share(leader)),
        (50.., _) => format!("{} made up {} of {noun} {over}", leader.name, share(leader)),
        _ => format!(
            "{} was the largest of {} {many} {over}, with {} of {noun}",
            leader.name,
            words.format.number_word(parts.parts.len()),
            share(leader)
        ),
    });
    if let Some(now) = drift.filter(|_| leading >= 50 && lead > 10) {
        let (period, now) = (words.month_list(&parts.recent_months[0]), words.format.share(now));
        let long =
            format!("{} made up {} of {noun} {over}, and {now} in {period}", leader.name, share(leader));
        text.titles.insert(0, long);
    }
    text.title(format!("{} made up {} of {noun} {over}", leader.name, share(leader)));
    let value = |part: &BreakdownPart| words.value(part.value, parts.unit);
    text.say(if rest_is_small {
        match parts.ratio {
            Some(ratio) if ratio >= 1.5 && drift.is_some() => format!(
                "Of {total} {noun}, {} had {}, {} the {} of {}.",
                leader.name,
                value(leader),
                words.format.times(ratio),
                value(second),
                second.name
            ),
            _ => format!(
                "{} counts {} {noun} and {} {}, of {total} in all.",
                leader.name,
                value(leader),
                second.name,
                value(second)
            ),
        }
    } else {
        let list =
            words.listing(parts.parts.iter().skip(1).take(3).map(|part| (part.name.as_str(), share(part))));
        format!("{} stands for {} of {total} {noun}, ahead of {list}.", leader.name, value(leader))
    });
    recent_shares(words, parts, leader, text);
}

/// The leading part in the focus and a year before.
fn recent_shares(words: &Words<'_>, parts: &Breakdown, leader: &BreakdownPart, text: &mut Text) {
    let noun = noun(parts.metric);
    let Some(recent) = parts.recent.iter().find(|recent| recent.name == leader.name) else {
        text.say(format!(
            "The {} are taken over all of this period, since the data allow no comparison by {}.",
            noun,
            dimension(&parts.dimension).0
        ));
        return;
    };
    let Some([before, now]) = recent.shares else { return };
    let [period, earlier] = [0, 1].map(|side: usize| words.month_list(&parts.recent_months[side]));
    let (printed, printed_before) = (words.format.share(now), words.format.share(before));
    let overall = leader.share.unwrap_or(0);
    text.say(match (now, before) {
        (now, before) if now == before => format!("In {period} its share was {printed}, unchanged from {earlier}."),
        (now, before) if now.abs_diff(before) < DRIFT => {
            let way = if now > before { "a little more than" } else { "a little less than" };
            format!("In {period} its share was {printed}, {way} the {printed_before} of {earlier}.")
        }
        (now, before) if now > before && now > overall => {
            format!("Its share is rising: {printed} in {period} after {printed_before} in {earlier}.")
        }
        (now, before) if now < before && now < overall => {
            format!("The balance is moving: in {period} its share was {printed}, in {earlier} still {printed_before}.")
        }
        _ => format!("In {period} it held {printed}, against {printed_before} in {earlier}."),
    });
    if let Some(other) = parts
        .recent
        .iter()
        .filter(|other| other.name != leader.name)
        .max_by(|a, b| a.change.delta.total_cmp(&b.change.delta))
        && other.change.percent.is_some_and(|percent| percent >= 1.0)
    {
        let percent = other.change.percent.unwrap_or(0.0);
        let by = words.format.percent(percent);
        text.say(if percent >= 25.0 {
            format!("{} gained most: {by} more {noun} than in {earlier}.", other.name)
        } else {
            format!("With {}, {noun} were {by} up on {earlier}.", other.name)
        });
    }
}

/// Parts that do not add up: a ranking, with the reason.
fn overlapping(words: &Words<'_>, parts: &Breakdown, leader: &BreakdownPart, text: &mut Text) {
    let (noun, over) = (noun(parts.metric), words.over_history());
    let (_, many) = dimension(&parts.dimension);
    let value = |part: &BreakdownPart| words.value(part.value, parts.unit);
    text.title(format!("{} led the {many} {over}, with {} {noun}", leader.name, value(leader)));
    let list =
        words.listing(parts.parts.iter().skip(1).take(4).map(|part| (part.name.as_str(), value(part))));
    if !list.is_empty() {
        text.say(format!("It stands before {list}."));
    }
    if parts.metric == Metric::Orders {
        text.say(format!("An order can hold several {many}, so the numbers add up to more than all orders and are no shares."));
    } else {
        text.say(format!(
            "The values overlap between {many} and do not add up to a whole, so no shares are given."
        ));
    }
    if let Some(ratio) = parts.ratio.filter(|ratio| *ratio >= 1.05) {
        let smallest = parts.parts.last().unwrap_or(leader);
        let times = words.format.times(ratio);
        text.say(format!("{} has {times} as many {noun} as {}.", leader.name, smallest.name));
    }
}

/// Average order values side by side.
fn averages(words: &Words<'_>, parts: &Breakdown, leader: &BreakdownPart, text: &mut Text) {
    let over = words.over_history();
    let (one, many) = dimension(&parts.dimension);
    let value = |part: &BreakdownPart| words.value(part.value, parts.unit);
    let Some(last) = parts.parts.last().filter(|_| parts.parts.len() > 1) else {
        text.title(format!("An order with {} averaged {} {over}", leader.name, value(leader)));
        text.say(format!(
            "There is one {one} in the data, so there is no other average to set beside its {}.",
            value(leader)
        ));
        return;
    };
    let ratio = parts.ratio.unwrap_or(1.0);
    text.title(if ratio >= 1.5 {
        format!(
            "An order with {} averaged {} {over}, {} one with {}",
            leader.name,
            value(leader),
            words.format.times(ratio),
            last.name
        )
    } else if ratio < 1.1 {
        format!(
            "Average orders lay close together {over}, from {} ({}) to {} ({})",
            value(last),
            last.name,
            value(leader),
            leader.name
        )
    } else {
        format!(
            "{} had the largest average order {over}, {}; {} the smallest, {}",
            leader.name,
            value(leader),
            last.name,
            value(last)
        )
    });
    text.title(format!("An order with {} averaged {} {over}", leader.name, value(leader)));
    behind(words, parts, leader, last, ratio, text);
    recent_averages(words, parts, &one, &many, text);
}

/// How many orders stand behind the highest and the lowest average.
fn behind(
    words: &Words<'_>,
    parts: &Breakdown,
    leader: &BreakdownPart,
    last: &BreakdownPart,
    ratio: f64,
    text: &mut Text,
) {
    let (Some(top), Some(bottom)) = (leader.orders, last.orders) else { return };
    let (top_count, bottom_count) = (words.count(top), words.count(bottom));
    let gap = words.value(parts.spread, parts.unit);
    text.say(if ratio < 1.1 {
        format!(
            "Between the first ({top_count} orders) and the last ({bottom_count} orders) lie {gap} an order."
        )
    } else if top < bottom {
        format!(
            "The larger baskets are the rarer ones: {top_count} orders with {}, {bottom_count} with {}.",
            leader.name, last.name
        )
    } else {
        format!(
            "{} also has more orders, {top_count} against {bottom_count} with {}.",
            leader.name, last.name
        )
    });
    if parts.parts.len() > 2 {
        let middle = &parts.parts[1..parts.parts.len() - 1];
        let between = words.listing(
            middle.iter().take(3).map(|part| (part.name.as_str(), words.value(part.value, parts.unit))),
        );
        text.say(format!("In between: {between}."));
    }
}

/// How each average moved in the focus.
fn recent_averages(words: &Words<'_>, parts: &Breakdown, one: &str, many: &str, text: &mut Text) {
    let known: Vec<_> =
        parts.recent.iter().filter_map(|recent| Some((recent, recent.change.percent?))).collect();
    if known.is_empty() {
        text.say(format!(
            "{} are taken over the whole of this period; the data hold too little to compare single {many}.",
            capital("the averages")
        ));
        return;
    }
    let [period, earlier] = [0, 1].map(|side: usize| words.month_list(&parts.recent_months[side]));
    let list = words.format.list(
        &known
            .iter()
            .take(3)
            .map(|(recent, percent)| {
                format!(
                    "{} {} ({})",
                    recent.name,
                    words.value(recent.change.value, parts.unit),
                    words.format.change(*percent)
                )
            })
            .collect::<Vec<_>>(),
    );
    let rising = known.iter().filter(|(_, percent)| *percent >= 1.0).count();
    let falling = known.iter().filter(|(_, percent)| *percent <= -1.0).count();
    text.say(if rising == known.len() {
        format!("In {period} every {one} averaged more than in {earlier}: {list}.")
    } else if falling == known.len() {
        format!("In {period} every {one} averaged less than in {earlier}: {list}.")
    } else if rising + falling == 0 {
        format!("In {period} the averages were in line with {earlier}: {list}.")
    } else {
        // The first part has the highest average over the history.
        let moved = |at: Option<&(&Recent, f64)>| at.map_or(0.0, |(recent, _)| recent.change.delta);
        let widened = moved(known.first()) > moved(known.last());
        let way = if widened { "widened" } else { "narrowed" };
        format!("From {earlier} to {period} the distance between {many} {way}: {list}.")
    });
}
