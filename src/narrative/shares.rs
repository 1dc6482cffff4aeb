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
    match parts.named().first() {
        None => unnamed(words, parts, &mut text),
        Some(leader) if parts.metric == Metric::Aov => averages(words, parts, leader, &mut text),
        Some(leader) if parts.adds_up => shares(words, parts, leader, &mut text),
        Some(leader) => overlapping(words, parts, leader, &mut text),
    }
    text
}

/// Nothing but parts without a name of their own.
fn unnamed(words: &Words<'_>, parts: &Breakdown, text: &mut Text) {
    let (noun, over) = (capital(noun(parts.metric)), words.over_history());
    if let Some(total) = parts.total {
        text.title(format!("{noun} came to {} {over}", words.value(total, parts.unit)));
        text.say(format!("No {} is named in the data for this period.", dimension(&parts.dimension).0));
    }
}

fn shares(words: &Words<'_>, parts: &Breakdown, leader: &BreakdownPart, text: &mut Text) {
    let (noun, over) = (noun(parts.metric), words.over_history());
    let (one, many) = dimension(&parts.dimension);
    let share = |part: &BreakdownPart| words.format.share(part.share.unwrap_or(0));
    let total = words.quantity(parts.total.unwrap_or(0.0), parts.unit, parts.metric);
    if parts.parts.len() == 1 {
        text.title(format!("All {noun} {over} came with {}, {total}", leader.name));
        text.say(format!(
            "There is one {one} in the data, {}, so the {noun} need no splitting.",
            leader.name
        ));
        return;
    }
    let second = parts.named().get(1);
    let leading = leader.share.unwrap_or(0);
    let lead = second.map(|second| leading.saturating_sub(second.share.unwrap_or(0)));
    let is_pair = parts.parts.len() == 2 && second.is_some();
    let now = parts.recent.iter().find(|recent| recent.name == leader.name).and_then(|recent| recent.shares);
    let drift = now.map(|[_, now]| now).filter(|now| now.abs_diff(leading) >= DRIFT);
    text.title(match (second, lead) {
        (Some(second), Some(0)) => {
            format!("{} and {} each had {} of {noun} {over}", leader.name, second.name, share(leader))
        }
        (Some(second), Some(1..=10)) if is_pair => format!(
            "{} and {} shared {noun} almost evenly {over}: {} and {}",
            leader.name,
            second.name,
            share(leader),
            share(second)
        ),
        (Some(second), Some(1..=10)) => format!(
            "{} led with {} of {noun} {over}, just before {} with {}",
            leader.name,
            share(leader),
            second.name,
            share(second)
        ),
        _ if leading >= 75 => format!("{} stood for {} of all {noun} {over}", leader.name, share(leader)),
        _ if leading >= 50 || second.is_none() => {
            format!("{} made up {} of {noun} {over}", leader.name, share(leader))
        }
        _ => format!(
            "{} was the largest of {} {many} {over}, with {} of {noun}",
            leader.name,
            words.format.number_word(parts.part_count),
            share(leader)
        ),
    });
    let period = words.month_list(&parts.recent_months[0]);
    if let Some((second, now)) = second.zip(drift).filter(|_| is_pair && lead.is_some_and(|lead| lead <= 10))
    {
        let names = format!("{} and {}", leader.name, second.name);
        let (old, old_second) = (share(leader), share(second));
        let (new, new_second) = (words.format.share(now), words.format.share(100 - now));
        let recent = format!("{new} and {new_second} in {period}");
        let even = if lead == Some(0) { "evenly" } else { "almost evenly" };
        let long = format!("{names} shared {noun} {even} {over}: {old} and {old_second}, but {recent}");
        let short = format!("{names} had {old} and {old_second} of {noun} {over}, and {recent}");
        text.titles.splice(0..0, [long, short]);
    } else if let Some(now) = drift {
        let now = words.format.share(now);
        let long =
            format!("{} made up {} of {noun} {over}, and {now} in {period}", leader.name, share(leader));
        text.titles.insert(0, long);
    }
    text.title(format!("{} made up {} of {noun} {over}", leader.name, share(leader)));
    let value = |part: &BreakdownPart| words.value(part.value, parts.unit);
    text.say(match second {
        Some(second) if is_pair => match parts.ratio {
            Some(ratio) if ratio >= 1.5 && drift.is_some() => format!(
                "Of {total}, {} had {}, {} the {} of {}.",
                leader.name,
                value(leader),
                words.format.times(ratio),
                value(second),
                second.name
            ),
            _ => format!(
                "Of {total} in all, {} had {} and {} had {}.",
                leader.name,
                value(leader),
                second.name,
                value(second)
            ),
        },
        Some(_) => {
            let next = parts.named().iter().skip(1).take(3);
            let list = words.listing(next.map(|part| (part.name.as_str(), share(part))));
            format!("{} stands for {} of {total}, ahead of {list}.", leader.name, value(leader))
        }
        None => format!("{} stands for {} of {total}.", leader.name, value(leader)),
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
    let (overall, name) = (leader.share.unwrap_or(0), &leader.name);
    text.say(match (now, before) {
        (now, before) if now == before => format!("In {period} the share of {name} was {printed}, unchanged from {earlier}."),
        (now, before) if now.abs_diff(before) < DRIFT => {
            let way = if now > before { "a little more than" } else { "a little less than" };
            format!("In {period} the share of {name} was {printed}, {way} the {printed_before} of {earlier}.")
        }
        (now, before) if now > before && now > overall => {
            format!("The share of {name} is rising: {printed} in {period} after {printed_before} in {earlier}.")
        }
        (now, before) if now < before && now < overall => {
            format!("The balance is moving: in {period} the share of {name} was {printed}, in {earlier} still {printed_before}.")
        }
        _ => format!("In {period} {name} held {printed}, against {printed_before} in {earlier}."),
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
            format!("{} brought {by} more {noun} than in {earlier}.", other.name)
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
    let quantity = words.quantity(leader.value, parts.unit, parts.metric);
    text.title(match parts.named().get(1) {
        Some(second) if second.value >= leader.value => {
            format!("{} and {} led the {many} {over}, with {quantity} each", leader.name, second.name)
        }
        _ => format!("{} led the {many} {over}, with {quantity}", leader.name),
    });
    let next = parts.named().iter().skip(1).take(4);
    let list = words.listing(next.map(|part| (part.name.as_str(), value(part))));
    if !list.is_empty() {
        text.say(format!("Next come {list}."));
    }
    text.say_some(left_out(words, parts, &many));
    if parts.metric == Metric::Orders && words.dataset.orders_overlap() {
        text.say(format!("An order can hold several {many}, so the numbers add up to more than all orders and are no shares."));
    } else {
        text.say(format!("The numbers of these {many} do not add up to a whole, so no shares are given."));
    }
    let smallest = parts.named().last().unwrap_or(leader);
    if let Some(ratio) = parts.ratio.filter(|ratio| *ratio >= 1.05 && parts.left_out == 0) {
        let times = words.format.times(ratio);
        text.say(format!("{} has {times} as many {noun} as {}.", leader.name, smallest.name));
    }
}

/// How many parts are in the data and not shown.
fn left_out(words: &Words<'_>, parts: &Breakdown, many: &str) -> Option<String> {
    let shown = capital(&words.format.number_word(parts.named().len()));
    let all = words.format.number_word(parts.part_count);
    (parts.left_out > 0).then(|| format!("{shown} of {all} {many} are shown, those with most orders."))
}

/// Average order values side by side. Where an order can hold several parts, what is known is only what it spent on
/// one of them, and the words say so.
fn averages(words: &Words<'_>, parts: &Breakdown, leader: &BreakdownPart, text: &mut Text) {
    let over = words.over_history();
    let (one, many) = dimension(&parts.dimension);
    let value = |part: &BreakdownPart| words.value(part.value, parts.unit);
    let alone = if parts.overlaps {
        format!("Orders with {} spent {} on it {over}", leader.name, value(leader))
    } else {
        format!("An order with {} averaged {} {over}", leader.name, value(leader))
    };
    let Some(last) = parts.named().last().filter(|_| parts.named().len() > 1) else {
        text.title(alone);
        text.say(format!(
            "There is no other {one} in the data whose average could stand beside its {}.",
            value(leader)
        ));
        return;
    };
    let ratio = parts.ratio.unwrap_or(1.0);
    // What was put together or left out could be higher or lower still.
    let count = words.format.number_word(parts.named().len());
    let is_all = parts.named().len() == parts.part_count;
    let shown = if is_all { format!("{count} {many}") } else { format!("the {count} {many} shown") };
    text.title(if ratio < 1.1 && !is_all {
        let (low, high) = (value(last), value(leader));
        let range = format!("{low} ({}) to {high} ({})", last.name, leader.name);
        if parts.overlaps {
            format!("Orders spent {range} on each of the {count} largest {many} {over}")
        } else {
            format!("The {count} largest {many} averaged {range} an order {over}")
        }
    } else if ratio < 1.1 {
        let what = if parts.overlaps { format!("Amounts spent by {one}") } else { "Average orders".into() };
        format!(
            "{what} lay close together {over}, from {} ({}) to {} ({})",
            value(last),
            last.name,
            value(leader),
            leader.name
        )
    } else if parts.overlaps {
        format!("{alone}, the most of {shown}; {} the least, {}", last.name, value(last))
    } else if ratio >= 1.5 {
        format!("{alone}, {} one with {}", words.format.times(ratio), last.name)
    } else if !is_all {
        format!("{alone}, the most of {shown}; {} the least, {}", last.name, value(last))
    } else {
        format!(
            "{} had the largest average order {over}, {}; {} the smallest, {}",
            leader.name,
            value(leader),
            last.name,
            value(last)
        )
    });
    if ratio >= 1.1 && (parts.overlaps || !is_all) {
        text.title(format!("{alone}, the most of {shown}"));
    }
    text.title(alone);
    if parts.overlaps {
        text.say(format!(
            "An order can hold several {many}: this is its spend on one of them, not the whole basket."
        ));
        text.say_some(left_out(words, parts, &many));
    }
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
    let (top_orders, bottom_orders) = (words.orders(top), words.orders(bottom));
    let (top_count, bottom_count) = (words.count(top), words.count(bottom));
    let gap = words.value(parts.spread, parts.unit);
    text.say(if parts.overlaps {
        format!("{top_orders} held {}, {bottom_count} held {}.", leader.name, last.name)
    } else if ratio < 1.1 {
        format!("Between the first ({top_orders}) and the last ({bottom_orders}) lie {gap} an order.")
    } else if top < bottom {
        format!(
            "The larger orders are the rarer ones: {top_orders} with {}, {bottom_count} with {}.",
            leader.name, last.name
        )
    } else if top_count == bottom_count {
        format!("Each stands on {top_orders}.")
    } else {
        format!(
            "{} also has more orders, {top_count} against {bottom_count} with {}.",
            leader.name, last.name
        )
    });
    if parts.named().len() > 2 {
        let middle = &parts.named()[1..parts.named().len() - 1];
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
            "The averages are taken over the whole of this period; the data hold too little to compare single {many}."
        ));
        return;
    }
    let [period, earlier] = [0, 1].map(|side: usize| words.month_list(&parts.recent_months[side]));
    let moved_to = |(recent, percent): &(&Recent, f64)| {
        let value = words.value(recent.change.value, parts.unit);
        format!("{} {value} ({})", recent.name, words.format.change(*percent))
    };
    let list = words.format.list(&known.iter().take(3).map(moved_to).collect::<Vec<_>>());
    let rising = known.iter().filter(|(_, percent)| *percent >= 1.0).count();
    let falling = known.iter().filter(|(_, percent)| *percent <= -1.0).count();
    let all_way = rising == known.len() || falling == known.len();
    text.say(if all_way && known.len() > 1 {
        let which = if known.len() == parts.part_count {
            format!("every {one}")
        } else {
            format!("each of the {} {many} compared", words.format.number_word(known.len()))
        };
        let way = if rising > 0 { "more" } else { "less" };
        let did = if parts.overlaps {
            format!("orders spent {way} on {which}")
        } else {
            format!("{which} averaged {way}")
        };
        format!("In {period} {did} than in {earlier}: {list}.")
    } else if rising + falling == 0 {
        format!("In {period} the averages were in line with {earlier}: {list}.")
    } else if let [only] = &known[..] {
        format!("In {period} {}, set against {earlier}.", moved_to(only))
    } else {
        // The first part has the highest average over the history.
        let moved = |at: Option<&(&Recent, f64)>| at.map_or(0.0, |(recent, _)| recent.change.delta);
        let apart = moved(known.first()) - moved(known.last());
        let way = match apart {
            _ if words.prints_zero(apart, parts.unit) => "stayed the same",
            apart if apart > 0.0 => "widened",
            _ => "narrowed",
        };
        format!("From {earlier} to {period} the distance between {many} {way}: {list}.")
    });
}
