//! Sections with one value a month and part: whose share moved, and what that is in money or numbers.

use super::words::{Text, Words, capital, dimension, noun};
use crate::analysis::{Change, Direction, Mix, MixPart};

/// Parts whose shares lie this close, in points, are evenly spread.
const EVEN: u32 = 15;

pub(super) fn write(words: &Words<'_>, mix: &Mix) -> Text {
    let mut text = Text::default();
    let Some(leader) = mix.named().first() else {
        if let Some(total) = mix.total.filter(|_| !mix.parts.is_empty()) {
            let (total, during) = (words.value(total, mix.unit), words.during(&mix.span));
            text.title(format!("{} came to {total} {during}", capital(noun(mix.metric))));
            text.say(format!("No {} is named in the data for this period.", dimension(&mix.dimension).0));
            return text;
        }
        let focus = words.format.period(&words.review.focus());
        let noun = noun(mix.metric);
        let (one, _) = dimension(&mix.dimension);
        text.title(format!("The data hold no {noun} by {one} for {focus}"));
        text.say(format!(
            "No month of {focus} has {noun} by {one} in the data, so shares cannot be told for it."
        ));
        return text;
    };
    if has_shares(mix) {
        shares_title(words, mix, leader, &mut text);
    } else {
        let value = words.value(leader.value, mix.unit);
        let (_, many) = dimension(&mix.dimension);
        let during = words.during(&mix.span);
        text.title(match mix.named().get(1) {
            None if mix.parts.len() == 1 => {
                format!("{} with {} came to {value} {during}", capital(noun(mix.metric)), leader.name)
            }
            Some(second) if second.value >= leader.value => {
                format!("{} and {} led the {many} with {value} each {during}", leader.name, second.name)
            }
            _ => format!("{} led the {many} with {value} {during}", leader.name),
        });
    }
    if mix.change.is_some() || mix.parts.iter().any(|part| part.change.is_some()) {
        in_numbers(words, mix, &mut text);
        shares_before(words, mix, &mut text);
    } else {
        levels(words, mix, &mut text);
    }
    text.say_some(words.caveat(&mix.span));
    contribution(words, mix, &mut text);
    text
}

/// Whether every part has a share: beside a part below zero there are none.
fn has_shares(mix: &Mix) -> bool {
    mix.adds_up && mix.parts.iter().all(|part| part.share.is_some())
}

/// Whether shares can be set against those of the baseline.
pub(super) fn has_shares_before(mix: &Mix) -> bool {
    let is_negative = |part: &MixPart| part.change.is_some_and(|change| change.value < 0.0);
    has_shares(mix) && mix.parts.iter().all(|part| part.baseline_share.is_some() && !is_negative(part))
}

fn shares_title(words: &Words<'_>, mix: &Mix, leader: &MixPart, text: &mut Text) {
    let (noun, during) = (noun(mix.metric), words.during(&mix.span));
    let (_, many) = dimension(&mix.dimension);
    let share = |part: &MixPart| words.format.share(part.share.unwrap_or(0));
    let lowest = mix.named().iter().filter_map(|part| part.share).min().unwrap_or(0);
    let highest = leader.share.unwrap_or(0);
    if mix.parts.len() == 1 {
        text.title(format!("All {noun} came from {} {during}", leader.name));
        return;
    }
    if mix.change.is_none() || !has_shares_before(mix) {
        match mix.named() {
            [_, second, ..] if second.share == leader.share => text.title(format!(
                "{} and {} brought {} of {noun} each {during}",
                leader.name,
                second.name,
                share(leader)
            )),
            [_, second, ..] if mix.parts.len() > 2 && highest.saturating_sub(lowest) <= EVEN => {
                text.title(format!(
                    "{} were spread over {} {many} {during}, {} leading with {} before {}",
                    capital(noun),
                    words.format.number_word(mix.part_count),
                    leader.name,
                    share(leader),
                    second.name
                ));
            }
            [_, second, ..] => text.title(format!(
                "{} brought {} of {noun} {during}, ahead of {} with {}",
                leader.name,
                share(leader),
                second.name,
                share(second)
            )),
            _ => {}
        }
        text.title(format!("{} brought {} of {noun} {during}", leader.name, share(leader)));
        return;
    }
    // With a cut focus the shares of the title and the months compared differ: the months compared are named.
    let before = if mix.span.is_whole {
        words.before(&mix.span)
    } else {
        format!("{} (comparing {})", words.before(&mix.span), words.months(&mix.span.focus))
    };
    let old_leader = mix.overtaken();
    let moved = |part: &MixPart| words.format.points(part.shift.unwrap_or(0.0).abs());
    match (old_leader, mix.gainer()) {
        (Some(old), _) if mix.span.is_whole => {
            text.title(format!(
                "{} overtook {} {during}, with {} of {noun} after {} in {before}",
                leader.name,
                old.name,
                share(leader),
                words.format.share(leader.baseline_share.unwrap_or(0)),
            ));
        }
        (_, Some(gainer)) if gainer.name == leader.name => text.title(format!(
            "{} grew to {} of {noun} {during}, {} more than in {before}",
            leader.name,
            share(leader),
            moved(leader)
        )),
        (_, Some(gainer)) if leader.shift.is_some_and(|shift| shift <= -1.0) => text.title(format!(
            "{} kept {} of {noun} {during}, but {} moved to {} since {before}",
            leader.name,
            share(leader),
            moved(gainer),
            gainer.name
        )),
        (_, Some(gainer)) => text.title(format!(
            "{} took {} of {noun} {during}, up {} from {before}",
            gainer.name,
            share(gainer),
            moved(gainer)
        )),
        (_, None)
            if mix.named().len() > 2 && mix.named().len() == mix.parts.len() && highest - lowest <= EVEN =>
        {
            text.title(format!(
                "{} stayed spread over {} {many} {during}, {} to {} each",
                capital(noun),
                words.format.number_word(mix.part_count),
                words.format.share(lowest),
                words.format.share(highest)
            ));
        }
        (_, None) => text.title(format!(
            "{} held {} of {noun} {during}, within a point of {before}",
            leader.name,
            share(leader)
        )),
    }
    text.title(format!("{} brought {} of {noun} {during}", leader.name, share(leader)));
}

/// What each part did in money or numbers, by who grew and who did not.
fn in_numbers(words: &Words<'_>, mix: &Mix, text: &mut Text) {
    let known: Vec<Moved<'_>> = mix.named().iter().filter_map(|part| Some((part, part.change?))).collect();
    let of = |direction| -> Vec<Moved<'_>> {
        known.iter().filter(|(_, change)| change.direction() == direction).copied().collect()
    };
    // Of parts put together, left out or without a value before, nobody can say that none of them moved.
    let is_all = known.len() == mix.part_count && known.len() > 1;
    let (grew, fell) = (of(Direction::Up), of(Direction::Down));
    let value = |value: f64| words.value(value, mix.unit);
    let before = words.before(&mix.span);
    text.say(match (most(&grew), most(&fell)) {
        (Some((up, gain)), Some((down, loss))) => format!(
            "{} added {} on {before} and reached {}, while {} gave up {} and ended at {}.",
            up.name,
            value(gain.delta),
            value(gain.value),
            down.name,
            value(loss.delta.abs()),
            value(loss.value)
        ),
        (Some((up, gain)), None) if grew.len() > 1 => {
            let (reached, many) = (value(gain.value), dimension(&mix.dimension).1);
            let by = gain
                .percent
                .map_or(String::new(), |percent| format!(", up {},", words.format.percent(percent)));
            let (second, other) = grew[usize::from(grew[0].0.name == up.name)];
            let also = other
                .percent
                .map_or_else(|| "also grew".into(), |by| format!("grew {}", words.format.percent(by)));
            if grew.len() > 2 {
                format!(
                    "{} {many} grew, most of all {}{by} to {reached}.",
                    capital(&words.format.number_word(grew.len())),
                    up.name
                )
            } else {
                let second_value = value(other.value);
                format!("{}{by} reached {reached}; {} {also} to {second_value}.", up.name, second.name)
            }
        }
        (Some((up, gain)), None) => {
            let who = if is_all { format!("Only {}", up.name) } else { up.name.clone() };
            format!("{who} grew by {} to {}.", words.size(&gain, mix.unit), value(gain.value))
        }
        (None, Some((down, loss))) if fell.len() > 1 => format!(
            "{} {} went down, most of all {}, with {} less than in {before}.",
            capital(&words.format.number_word(fell.len())),
            dimension(&mix.dimension).1,
            down.name,
            value(loss.delta.abs())
        ),
        (None, Some((down, loss))) => {
            let who = if is_all { format!("Only {}", down.name) } else { down.name.clone() };
            format!("{who} went down by {} to {}.", words.size(&loss, mix.unit), value(loss.value))
        }
        (None, None) => {
            let (one, _) = dimension(&mix.dimension);
            let which = if is_all || mix.part_count == 1 { one } else { format!("{one} with a comparison") };
            format!("No {which} moved by as much as a per cent from {before}.")
        }
    });
}

/// A part that moved.
type Moved<'a> = (&'a MixPart, Change);

fn most<'a>(list: &[Moved<'a>]) -> Option<Moved<'a>> {
    list.iter().max_by(|a, b| a.1.delta.abs().total_cmp(&b.1.delta.abs())).copied()
}

/// Shares now and before, where they can be set side by side.
fn shares_before(words: &Words<'_>, mix: &Mix, text: &mut Text) {
    if !has_shares_before(mix) || !mix.span.is_whole || mix.parts.len() < 2 {
        return;
    }
    let list = |of: fn(&MixPart) -> Option<u32>| {
        words.listing(
            mix.parts
                .iter()
                .take(3)
                .map(|part| (part.name.as_str(), words.format.share(of(part).unwrap_or(0)))),
        )
    };
    let (now, then) = (list(|part| part.share), list(|part| part.baseline_share));
    let before = words.before(&mix.span);
    let moved = mix.parts.iter().any(|part| part.shift.is_some_and(|shift| shift.abs() >= 1.0));
    text.say(if !moved {
        format!("The split hardly changed: {now}.")
    } else if mix.parts.len() == 2 {
        format!("The split is now {now}; in {before} it was {then}.")
    } else {
        format!("Shares are {now}, after {then} in {before}.")
    });
}

/// Without a baseline: what each part brought.
fn levels(words: &Words<'_>, mix: &Mix, text: &mut Text) {
    let during = words.during(&mix.span);
    let parts = mix.parts.iter().take(4);
    let list = words.listing(parts.map(|part| (part.name.as_str(), words.value(part.value, mix.unit))));
    let noun = noun(mix.metric);
    text.say(format!("By {}, {noun} {during} were: {list}.", dimension(&mix.dimension).0));
    if has_shares(mix) && mix.parts.len() > 2 {
        let rest: u32 = mix.parts.iter().skip(1).filter_map(|part| part.share).sum();
        text.say(format!("The others together make up {}.", words.format.share(rest)));
    }
    text.say(words.not_compared(&mix.span));
}

/// How much of the whole change one part explains, where it is most of it.
fn contribution(words: &Words<'_>, mix: &Mix, text: &mut Text) {
    let Some(whole) = mix.change.filter(|change| change.direction() != Direction::Flat) else { return };
    let same_way = |part: &&MixPart| part.change.is_some_and(|change| change.delta * whole.delta > 0.0);
    let most = mix.named().iter().filter(same_way).max_by(|a, b| {
        let delta = |part: &MixPart| part.change.map_or(0.0, |change| change.delta.abs());
        delta(a).total_cmp(&delta(b))
    });
    let Some((part, change)) = most.and_then(|part| Some((part, part.change?))) else { return };
    let (of, delta) = (words.value(whole.delta.abs(), mix.unit), words.value(change.delta.abs(), mix.unit));
    if of == delta || words.prints_zero(change.delta, mix.unit) {
        return;
    }
    let way = if whole.delta > 0.0 { "increase" } else { "decrease" };
    text.say(if change.delta.abs() > whole.delta.abs() {
        format!("The whole {way} of {of} is smaller than {}’s alone ({delta}).", part.name)
    } else {
        format!("{} stands for {delta} of the {of} {way}.", part.name)
    });
}
