//! Sections with one average a month.

use super::words::{Text, Words, capital, dimension, noun};
use crate::{
    analysis::{AverageEffects, Change, Direction, Level, PartEffect},
    dataset::is_named,
    domain::Dimension,
};

/// One effect explains a change alone when the other is this much smaller.
const ALONE: f64 = 0.25;

/// Highest over lowest month below which an average counts as steady.
const STEADY: f64 = 1.15;

/// How a change of the average came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cause {
    /// By mix, against every part's own average.
    Reversed,
    /// By mix.
    Mix,
    /// Within the parts.
    Rate,
    /// Both the same way.
    Both,
    /// One against the other.
    Opposed,
}

pub(super) fn write(words: &Words<'_>, level: &Level) -> Text {
    let mut text = Text::default();
    let subject = capital(noun(level.metric));
    let during = words.during(&level.span);
    match (level.value, level.change) {
        (Some(value), Some(change)) => {
            let value = words.value(value, level.unit);
            title(words, level, &change, &value, &mut text);
            match split(words, level) {
                Some((by, effects)) if change.direction() != Direction::Flat => {
                    explained(words, level, &change, by, effects, &mut text);
                }
                Some((by, effects)) => unmoved(words, level, by, effects, &mut text),
                None => unexplained(words, level, &change, &mut text),
            }
            text.say_some(words.caveat(&level.span));
        }
        (Some(value), None) => {
            let value = words.value(value, level.unit);
            let weeks = words.first_weeks(&level.span).filter(|_| level.history.start.is_some());
            let in_title = weeks.map_or_else(|| during.clone(), |weeks| format!("in {weeks}"));
            text.title(format!("{subject} stood at {value} {in_title}"));
            let orders = level.orders.map(|orders| format!("It is taken over {}.", words.orders(orders)));
            text.say(format!("An order came to {value} on average {during}."));
            text.say_some(orders);
            if level.history.start.is_none() {
                text.say(words.not_compared(&level.span));
            } else {
                text.say("A first level to measure later months by; nothing earlier is in the data.".into());
            }
        }
        (None, _) => {
            let focus = words.format.period(&words.review.focus());
            text.title(format!("The data hold no {} for {focus}", noun(level.metric)));
            text.say(format!(
                "No month of {focus} has both sales and orders in the data, so there is no average to tell."
            ));
        }
    }
    range(words, level, &mut text);
    year(words, level, &mut text);
    text
}

/// Mix and rate, where there is something to split: one part alone has no mix.
fn split<'a>(words: &Words<'_>, level: &'a Level) -> Option<&'a (Dimension, AverageEffects)> {
    let effects = level.average_effects.as_ref();
    effects.filter(|(_, effects)| effects.parts.len() > 1 || !words.prints_zero(effects.mix, level.unit))
}

fn cause(effects: &AverageEffects) -> Cause {
    let (mix, rate) = (effects.mix, effects.rate);
    if effects.is_reversed() {
        Cause::Reversed
    } else if rate.abs() < mix.abs() * ALONE {
        Cause::Mix
    } else if mix.abs() < rate.abs() * ALONE {
        Cause::Rate
    } else if mix * rate > 0.0 {
        Cause::Both
    } else {
        Cause::Opposed
    }
}

fn title(words: &Words<'_>, level: &Level, change: &Change, value: &str, text: &mut Text) {
    let subject = capital(noun(level.metric));
    let during = words.during(&level.span);
    if !change.is_whole {
        let (months, against) =
            (words.months(&level.span.focus), words.against(change, &level.span, level.unit));
        text.title(format!("{subject} was {value} {during}; {months} came {against}"));
        text.title(format!("{subject} was {value} {during}"));
        return;
    }
    let verb = match change.direction() {
        Direction::Up => "rose",
        Direction::Down => "fell",
        Direction::Flat => {
            let against = words.against(change, &level.span, level.unit);
            text.title(format!("{subject} held at {value} {during}, {against}"));
            return;
        }
    };
    let start = format!("{subject} {verb} {} to {value} {during}", words.size(change, level.unit));
    if let Some((by, effects)) = split(words, level) {
        let (one, many) = dimension(by);
        let gainer = effects.gainer().map_or("other parts", |part| part.name.as_str());
        let own = if verb == "fell" { "rose" } else { "fell" };
        match cause(effects) {
            Cause::Reversed => {
                text.title(format!(
                    "{start} because orders moved to {gainer}; each {one}’s own average {own}"
                ));
                text.title(format!("{start} as orders moved to {gainer}"));
            }
            Cause::Mix => text.title(format!("{start} as orders moved to {gainer}")),
            Cause::Rate => text.title(format!("{start}, within the {many} rather than between them")),
            Cause::Both => {
                text.title(format!("{start}, both within {many} and by orders moving to {gainer}"));
            }
            Cause::Opposed if effects.mix * change.delta > 0.0 => {
                text.title(format!("{start}, with orders moving to {gainer}"));
            }
            Cause::Opposed => text.title(format!("{start}, although orders moved to {gainer}")),
        }
    }
    text.title(format!("{start}, against {}", words.before(&level.span)));
    text.title(start);
}

/// Mix and rate in money, then the part that moved, then the parts' own averages.
fn explained(
    words: &Words<'_>,
    level: &Level,
    change: &Change,
    by: &Dimension,
    effects: &AverageEffects,
    text: &mut Text,
) {
    let (one, many) = dimension(by);
    let (mix, rate) = (words.money(effects.mix.abs()), words.money(effects.rate.abs()));
    let down = change.delta < 0.0;
    let gainer = effects.gainer();
    let how = match cause(effects) {
        Cause::Reversed | Cause::Opposed if down && effects.mix < 0.0 => {
            format!(
                "The shift between {many} took {mix} off the average; larger orders within them gave back {rate}."
            )
        }
        Cause::Reversed | Cause::Opposed if effects.mix > 0.0 && !down => {
            format!(
                "The shift between {many} put {mix} on the average; smaller orders within them took back {rate}."
            )
        }
        Cause::Reversed | Cause::Opposed => {
            let (did, undid) = if down { ("took off", "gave back") } else { ("added", "took back") };
            format!("Changes within {many} {did} {rate}, while the shift between them {undid} {mix}.")
        }
        Cause::Mix if words.prints_zero(effects.rate, level.unit) => {
            format!("The shift between {many} explains all of the change, {mix}.")
        }
        Cause::Rate if words.prints_zero(effects.mix, level.unit) => {
            let size = if down { "smaller" } else { "larger" };
            format!("The change of {rate} comes from {size} orders within the {many}.")
        }
        Cause::Mix => {
            format!("The shift between {many} explains {mix} of the change, their own averages only {rate}.")
        }
        Cause::Rate if down => {
            format!("Smaller orders within the {many} explain {rate}; the shift between them only {mix}.")
        }
        Cause::Rate => {
            format!("Larger orders within the {many} explain {rate}; the shift between them only {mix}.")
        }
        Cause::Both => {
            let way = if down { "took off" } else { "brought" };
            format!("Changes within the {many} {way} {rate}, orders moving between them a further {mix}.")
        }
    };
    // The title tells the cause; what the change is against stands here. A focus cut short says it in words of its own.
    text.say(match how.split_at_checked(1) {
        Some((first, rest)) if change.is_whole => {
            format!("Against {}, {}{rest}", words.before(&level.span), first.to_lowercase())
        }
        _ => how,
    });
    if let Some(part) = gainer.filter(|part| part.shift() >= 1.0 && !matches!(cause(effects), Cause::Rate)) {
        text.say(format!(
            "{}, where an order averages {}, went from {} to {} of orders.",
            part.name,
            words.money(part.average[1]),
            words.format.share(part.whole_share[0]),
            words.format.share(part.whole_share[1])
        ));
    }
    text.say_some(own_averages(words, level, effects, &one));
}

/// Each part's own average.
fn own_averages(words: &Words<'_>, level: &Level, effects: &AverageEffects, one: &str) -> Option<String> {
    let mut parts: Vec<&PartEffect> = effects.parts.iter().filter(|part| is_named(&part.name)).collect();
    parts.sort_by(|a, b| b.share[1].total_cmp(&a.share[1]));
    let own = |part: &PartEffect| {
        let moved = part.percent.map_or_else(
            || format!("after {}", words.money(part.average[0])),
            |percent| words.format.change(percent),
        );
        format!("{} {} ({moved})", part.name, words.money(part.average[1]))
    };
    let list = words.format.list(&parts.iter().take(2).map(|part| own(part)).collect::<Vec<_>>());
    // What prints as no change is none.
    let way = |part: &PartEffect| {
        let is_still = words.prints_zero(part.rise(), level.unit)
            || part.percent.is_some_and(|percent| percent.abs() < 0.05);
        if is_still { 0.0 } else { part.rise().signum() }
    };
    let rose = parts.iter().filter(|part| way(part) > 0.0).count();
    let fell = parts.iter().filter(|part| way(part) < 0.0).count();
    let [first, second, ..] = &parts[..] else { return None };
    if effects.is_complete && rose == parts.len() {
        return Some(format!("Every {one}’s own average rose: {list}."));
    }
    if effects.is_complete && fell == parts.len() {
        return Some(format!("Every {one}’s own average fell: {list}."));
    }
    if way(first) * way(second) < 0.0 {
        return Some(format!("Their own averages went different ways: {list}."));
    }
    // A part that is new, or has no name, may have more orders than all of these.
    let unseen = 100.0 - parts.iter().map(|part| part.share[1]).sum::<f64>();
    let which = if first.share[1] > second.share[1].max(unseen) {
        format!("The {one} with most orders")
    } else {
        "One of them".to_owned()
    };
    let did = match way(first) {
        way if way > 0.0 => "averaged more",
        way if way < 0.0 => "averaged less than before",
        _ => "kept its average",
    };
    Some(format!("{which} {did}: {}.", own(first)))
}

fn unmoved(words: &Words<'_>, level: &Level, by: &Dimension, effects: &AverageEffects, text: &mut Text) {
    let (one, many) = dimension(by);
    let (mix, rate) = (words.format.money(effects.mix.abs()), words.money(effects.rate.abs()));
    let is_zero = |value: f64| words.prints_zero(value, level.unit);
    if is_zero(effects.mix) && is_zero(effects.rate) {
        text.say(format!("Neither a shift between {many} nor a change within them moved it."));
    } else if is_zero(effects.rate) {
        text.say(format!(
            "The shift between {many} moved it by {mix}; together, changes within them made no difference."
        ));
    } else if is_zero(effects.mix) {
        text.say(format!("Changes within {many} moved it by {rate}, the shift between them hardly at all."));
    } else if effects.mix * effects.rate < 0.0 && !is_zero(effects.mix) && !is_zero(effects.rate) {
        text.say(format!(
            "Two small moves offset each other: {mix} from the shift between {many}, {rate} within them."
        ));
    } else {
        text.say(format!(
            "Neither the shift between {many} ({mix}) nor changes within them ({rate}) moved it far."
        ));
    }
    text.say_some(own_averages(words, level, effects, &one));
}

fn unexplained(words: &Words<'_>, level: &Level, change: &Change, text: &mut Text) {
    let (now, before) = (words.value(change.value, level.unit), words.value(change.baseline, level.unit));
    let (months, earlier) = (words.months(&level.span.focus), words.before(&level.span));
    let Some(orders) = level.orders_change else {
        text.say(format!("It went from {before} in {earlier} to {now} in {months}."));
        return;
    };
    let many = match orders.delta {
        more if more > 0.0 => "More orders",
        fewer if fewer < 0.0 => "Fewer orders",
        _ => "As many orders",
    };
    let size = match change.delta {
        _ if now == before => " of the same size",
        delta if delta * orders.delta > 0.0 && delta > 0.0 => ", and larger ones",
        delta if delta * orders.delta > 0.0 => ", and smaller ones",
        delta if delta > 0.0 => ", larger ones",
        _ => ", smaller ones",
    };
    let against = format!("{many}{size}");
    text.say(format!(
        "{against}: {} averaging {now} in {months}, after {} averaging {before} in {earlier}.",
        words.count(orders.value),
        words.count(orders.baseline)
    ));
}

/// Highest and lowest month, by how far they lie apart.
fn range(words: &Words<'_>, level: &Level, text: &mut Text) {
    let history = &level.history;
    let (Some(peak), Some(low)) = (history.peak, history.low) else { return };
    if history.months < 3 || low.value <= 0.0 {
        return;
    }
    let (top, bottom) = (words.mark(&peak, level.unit), words.mark(&low, level.unit));
    let (most, least) = (words.value(peak.value, level.unit), words.value(low.value, level.unit));
    if most == least {
        text.say(format!("Every complete month of the history averaged {most}."));
        return;
    }
    let ratio = peak.value / low.value;
    text.say(if low.in_focus && ratio < STEADY {
        format!("{bottom} is the lowest month of the history, though never far from the high of {top}.")
    } else if low.in_focus {
        format!("The line reaches its lowest month with {bottom}; the highest was {top}.")
    } else if peak.in_focus {
        format!("With {top} the line is at its highest; its lowest point was {bottom}.")
    } else if ratio < STEADY {
        format!("The line is steady: no complete month lay outside {bottom} and {top}.")
    } else {
        format!("Single months lay between {bottom} and {top}.")
    });
}

fn year(words: &Words<'_>, level: &Level, text: &mut Text) {
    let Some(year) = level.history.year else { return };
    let last = level.span.shown.last().map(|&at| words.dataset.months()[at].month);
    if last < level.history.last {
        return;
    }
    let value = words.value(year.value, level.unit);
    let by = words.format.percent(year.percent.abs());
    let focus_fell = level.change.is_some_and(|change| change.delta < 0.0);
    text.say(match (year.percent.abs() < 1.0, year.percent < 0.0, focus_fell) {
        (true, ..) => format!("The last 12 complete months averaged {value}, level with the 12 before."),
        (_, true, true) => {
            format!("The decline is not new: the last 12 complete months averaged {value}, down {by}.")
        }
        (_, false, false) => {
            format!("The rise lasts: the last 12 complete months averaged {value}, up {by}.")
        }
        (_, fell, _) => {
            let way = if fell { "down" } else { "up" };
            format!("The longer view differs: the last 12 complete months averaged {value}, {way} {by}.")
        }
    });
}
