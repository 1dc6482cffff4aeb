//! Orders by kind of shopper: who is new, who returns, who comes from other shops. Description only.

use super::{
    mix,
    words::{Text, Words, capital, noun},
};
use crate::{
    analysis::{Mix, MixPart},
    dataset::{NOT_STATED, OTHER, is_named},
};

/// From this share on, new shoppers are the story.
const MANY_NEW: u32 = 35;

pub(super) fn write(words: &Words<'_>, mix: &Mix) -> Text {
    let is_new = |part: &&MixPart| part.name.eq_ignore_ascii_case("new");
    let (Some(new), Some(leader)) = (mix.parts.iter().find(is_new), mix.named().first()) else {
        return mix::write(words, mix);
    };
    let (Some(share), Some(leading)) = (new.share, leader.share) else { return mix::write(words, mix) };
    let mut text = Text::default();
    let (noun, during) = (noun(mix.metric), words.during(&mix.span));
    let moved = compared(words, mix, new);
    let titled = if share >= MANY_NEW { new } else { leader };
    if titled.name == new.name {
        let printed = words.format.share(share);
        for newcomers in [format!("shoppers new to {}", words.merchant), "new shoppers".to_owned()] {
            text.title(format!("{printed} of {noun} {during} came from {newcomers}{moved}"));
            text.title(format!("{printed} of {noun} {during} came from {newcomers}"));
        }
    } else {
        let printed = words.format.share(leading);
        let moved = compared(words, mix, leader);
        text.title(format!("{} shoppers placed {printed} of {noun} {during}{moved}", leader.name));
        text.title(format!("{} shoppers placed {printed} of {noun} {during}", leader.name));
    }
    numbers(words, mix, new, &mut text);
    others(words, mix, new, titled, &mut text);
    text.say_some(words.caveat(&mix.span));
    if mix.has_withheld {
        text.say("Months in which a group was too small to be shown are left out.".into());
    }
    text
}

fn compared(words: &Words<'_>, mix: &Mix, part: &MixPart) -> String {
    match part.shift.filter(|_| mix.span.is_whole && mix::has_shares_before(mix)) {
        None => String::new(),
        Some(shift) if shift.abs() < 1.0 => {
            format!(", much the same share as in {}", words.before(&mix.span))
        }
        Some(shift) => {
            let way = if shift > 0.0 { "more" } else { "less" };
            format!(", {} {way} than in {}", words.format.points(shift.abs()), words.before(&mix.span))
        }
    }
}

/// How many new shoppers ordered, and how that moved.
fn numbers(words: &Words<'_>, mix: &Mix, new: &MixPart, text: &mut Text) {
    let noun = noun(mix.metric);
    let total = mix.total.map(|total| words.value(total, mix.unit)).unwrap_or_default();
    let value = words.value(new.value, mix.unit);
    let Some(change) = new.change else {
        text.say(format!("New shoppers placed {value} of the {total} {noun} {}.", words.during(&mix.span)));
        return;
    };
    let (now, before) = (words.value(change.value, mix.unit), words.value(change.baseline, mix.unit));
    let (period, earlier) = (words.months(&mix.span.focus), words.before(&mix.span));
    let faster = mix.change.zip(change.percent).and_then(|(whole, own)| Some((whole.percent?, own)));
    text.say(match faster {
        Some((whole, own)) if own > 0.0 && whole > 0.0 && own > whole + 1.0 => {
            format!("New shoppers’ {noun} grew faster than the rest: from {before} in {earlier} to {now} in {period}.")
        }
        Some((whole, own)) if own > 0.0 && whole > 0.0 && own < whole - 1.0 => {
            let rest = if mix.parts.len() > 2 { "the others together" } else { "the rest" };
            format!("New shoppers placed more {noun} than in {earlier}, {now} after {before}, but {rest} grew faster.")
        }
        Some((whole, own)) if own > 0.0 && whole > 0.0 => {
            format!("New shoppers grew in step with the whole, from {before} {noun} in {earlier} to {now} in {period}.")
        }
        Some((_, own)) if own < 0.0 => {
            format!("New shoppers placed {now} {noun} in {period}, fewer than the {before} of {earlier}.")
        }
        _ => format!("In {period} new shoppers placed {now} {noun}, after {before} in {earlier}."),
    });
}

/// A group inside a sentence: `returning shoppers`.
fn group(part: &MixPart) -> String {
    if part.name == NOT_STATED {
        "shoppers of no stated type".into()
    } else {
        format!("{} shoppers", part.name.to_lowercase())
    }
}

/// The groups that the title does not name.
fn others(words: &Words<'_>, mix: &Mix, new: &MixPart, titled: &MixPart, text: &mut Text) {
    let rest: Vec<&MixPart> = mix.parts.iter().filter(|part| part.name != titled.name).collect();
    let points = |part: &MixPart| part.share.unwrap_or(0);
    let share = |part: &MixPart| words.format.share(points(part));
    let sum: u32 = rest.iter().map(|part| points(part)).sum();
    match rest[..] {
        [] => {}
        [only] if only.name == OTHER => {
            text.say(format!("All other shoppers together placed the other {}.", share(only)));
        }
        [only] => text.say(format!("{} placed the other {}.", capital(&group(only)), share(only))),
        [first, second, ..]
            if titled.name == new.name
                && is_named(&second.name)
                && points(first) > points(second) + 10
                && points(first) * 2 > sum =>
        {
            text.say(format!(
                "Most of the others were {} with {}, well before {} with {}.",
                group(first),
                share(first),
                second.name.to_lowercase(),
                share(second)
            ));
        }
        _ if rest.len() <= 4 => {
            let groups: Vec<_> =
                rest.iter().map(|part| format!("{} ({})", group(part), share(part))).collect();
            text.say(format!("The rest divides into {}.", words.format.list(&groups)));
        }
        _ => {}
    }
    if !mix::has_shares_before(mix) {
        return;
    }
    let others: Vec<&MixPart> = mix.parts.iter().filter(|part| part.name != new.name).collect();
    let by_shift =
        |part: &&&MixPart| is_named(&part.name) && part.shift.is_some_and(|shift| shift.abs() >= 1.0);
    let moved = others.iter().filter(by_shift).max_by(|a, b| {
        let size = |part: &MixPart| part.shift.map_or(0.0, f64::abs);
        size(a).total_cmp(&size(b))
    });
    if let Some(part) = moved.filter(|part| mix.span.is_whole && part.name != titled.name) {
        let shift = part.shift.unwrap_or(0.0);
        let way = if shift > 0.0 { "gained" } else { "lost" };
        let before = words.before(&mix.span);
        text.say(format!(
            "{} shoppers {way} {} since {before}.",
            part.name,
            words.format.points(shift.abs())
        ));
    } else if moved.is_none() && mix.change.is_some() && others.iter().all(|part| part.shift.is_some()) {
        text.say("Among them no group’s share moved by a point.".into());
    }
}
