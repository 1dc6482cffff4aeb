//! Panels of shares of people: described, never advised on.

use super::words::{Text, Words};
use crate::{
    analysis::{Panel, Profile},
    dataset::is_named,
    domain::Dimension,
};

/// Age bands whose shares lie this close, in points, weigh the same.
const EVEN: u32 = 3;

/// Two groups whose shares lie this close, in points, are close to even.
const CLOSE: u32 = 10;

/// From this share on, one group is most of them.
const MOST: u32 = 60;

pub(super) fn write(words: &Words<'_>, profile: &Profile) -> Text {
    let mut text = Text::default();
    let panel = |dimension: &Dimension| profile.panels.iter().find(|panel| panel.dimension == *dimension);
    let over = words.over_history();
    let (age, gender) = (panel(&Dimension::AgeBand), panel(&Dimension::Gender));
    let age_top = age.and_then(largest);
    let gender_top = gender.and_then(largest);
    match (gender_top, age_top) {
        (Some((name, share)), Some((band, of_age))) if share >= MOST => {
            let (share, of_age) = (words.format.share(share), words.format.share(of_age));
            text.title(format!(
                "{share} of shoppers {over} were {}; {of_age} were aged {band}",
                name.to_lowercase()
            ));
        }
        (_, Some((band, share))) => match age.and_then(|panel| tie(words, panel)) {
            Some(bands) => text.title(format!(
                "Ages {bands} were the largest groups {over}, each with {} of shoppers",
                words.format.share(share)
            )),
            None => text.title(format!(
                "Ages {band} were the largest group {over}, {} of shoppers",
                words.format.share(share)
            )),
        },
        (Some((name, share)), None) => {
            let share = words.format.share(share);
            text.title(match gender.and_then(|panel| tie(words, panel)) {
                Some(names) => format!("{names} were each {share} of shoppers {over}"),
                None => format!("{name} were {share} of shoppers {over}"),
            });
        }
        (None, None) => {
            let first = profile.panels.first().and_then(|panel| Some((panel, largest(panel)?)));
            if let Some((panel, (name, share))) = first {
                let (one, _) = super::words::dimension(&panel.dimension);
                let share = words.format.share(share);
                text.title(match tie(words, panel) {
                    Some(names) => format!("{names} each had {share} of shoppers {over}"),
                    None => format!("{name} was the most frequent {one} {over}, {share} of shoppers"),
                });
            }
        }
    }
    text.say_some(age.and_then(|panel| ages(words, panel)));
    text.say_some(gender.and_then(|panel| genders(words, panel)));
    for panel in &profile.panels {
        if !matches!(panel.dimension, Dimension::AgeBand | Dimension::Gender) {
            text.say_some(others(words, panel));
        }
    }
    text.say(base(words, profile));
    text
}

/// The largest cell that names a group.
fn largest(panel: &Panel) -> Option<(&str, u32)> {
    let named = panel.cells.iter().filter(|(name, _)| is_named(name));
    named.rev().max_by_key(|(_, share)| *share).map(|(name, share)| (name.as_str(), *share))
}

/// The largest cells by name, where there are several of the same share.
fn tie(words: &Words<'_>, panel: &Panel) -> Option<String> {
    let (_, top) = largest(panel)?;
    let equal = panel.cells.iter().filter(|(name, share)| is_named(name) && *share == top);
    let names: Vec<String> = equal.map(|(name, _)| name.clone()).collect();
    (names.len() > 1).then(|| words.format.list(&names))
}

fn ages(words: &Words<'_>, panel: &Panel) -> Option<String> {
    let (band, share) = largest(panel)?;
    let bands: Vec<u32> =
        panel.cells.iter().filter(|(name, _)| is_named(name)).map(|(_, share)| *share).collect();
    let lowest = bands.iter().copied().min().unwrap_or(0);
    if bands.len() > 1 && share - lowest <= EVEN {
        let (lowest, highest) = (words.format.share(lowest), words.format.share(share));
        let each = if lowest == highest { highest } else { format!("{lowest} to {highest}") };
        return Some(format!("No age band stands out: each holds {each}."));
    }
    if let Some(names) = tie(words, panel) {
        return Some(format!("The age bands {names} weigh most, with {} each.", words.format.share(share)));
    }
    let cells: Vec<&(String, u32)> = panel.cells.iter().filter(|(name, _)| is_named(name)).collect();
    let at = cells.iter().position(|(name, _)| name == band)?;
    let neighbours = [at.checked_sub(1), Some(at + 1)].into_iter().flatten().filter_map(|i| cells.get(i));
    let next = neighbours.max_by_key(|(_, share)| *share);
    let share = words.format.share(share);
    let Some((beside, of_beside)) = next else {
        return Some(format!("The age band {band} holds {share}."));
    };
    let of_beside = words.format.share(*of_beside);
    // Of an odd number of bands the middle one belongs to neither half.
    let half = bands.len() / 2;
    let younger: u32 = bands[..half].iter().sum();
    let older: u32 = bands[bands.len() - half..].iter().sum();
    Some(if older > 50 && at >= bands.len() - half {
        format!("Older bands weigh most: {band} holds {share} and {beside} {of_beside}.")
    } else if at == 0 {
        format!("The youngest band is the largest: {band} holds {share}, {beside} beside it {of_beside}.")
    } else if younger > 50 && at < half {
        format!("Most shoppers are in the younger bands: {band} {share}, {beside} {of_beside}.")
    } else {
        format!("The largest age band is {band} with {share}, beside {beside} with {of_beside}.")
    })
}

fn genders(words: &Words<'_>, panel: &Panel) -> Option<String> {
    let (name, share) = largest(panel)?;
    let printed = words.format.share(share);
    let second = panel
        .cells
        .iter()
        .filter(|(other, _)| other != name && is_named(other))
        .max_by_key(|(_, share)| *share);
    Some(match second {
        Some((other, of_other)) if *of_other == share => {
            format!("{name} and {} are equal, with {printed} each.", other.to_lowercase())
        }
        Some((other, of_other)) if panel.cells.len() == 2 && share - of_other <= CLOSE => format!(
            "{name} ({printed}) and {} ({}) are close to even.",
            other.to_lowercase(),
            words.format.share(*of_other)
        ),
        Some((other, of_other)) => {
            format!(
                "{name} outnumber {}, {printed} to {}.",
                other.to_lowercase(),
                words.format.share(*of_other)
            )
        }
        None => format!("{name} are {printed}."),
    })
}

fn others(words: &Words<'_>, panel: &Panel) -> Option<String> {
    let (name, share) = largest(panel)?;
    let (one, many) = super::words::dimension(&panel.dimension);
    let cells = panel.cells.iter().filter(|(other, _)| other != name).take(3);
    let list = words.listing(cells.map(|(name, share)| (name.as_str(), words.format.share(*share))));
    let printed = words.format.share(share);
    Some(if let Some(names) = tie(words, panel) {
        format!("No {one} leads: {names} hold {printed} each.")
    } else if share >= 50 {
        format!("By {one}, {name} leads with {printed}, before {list}.")
    } else {
        format!("No {one} holds a majority: {name} {printed}, {list}.")
    })
    .filter(|_| !list.is_empty() && !many.is_empty())
}

/// How many people stand behind the shares.
fn base(words: &Words<'_>, profile: &Profile) -> String {
    let bases: Vec<u64> = profile.panels.iter().filter_map(|panel| panel.base).collect();
    match (bases.iter().min(), bases.iter().max()) {
        (Some(low), Some(high)) if bases.len() == profile.panels.len() && low == high => {
            format!("Shares are of {} shoppers.", words.format.full_count(*low as f64))
        }
        (Some(low), Some(high)) if bases.len() == profile.panels.len() => format!(
            "Shares are of {} to {} shoppers, by what is known of them.",
            words.format.full_count(*low as f64),
            words.format.full_count(*high as f64)
        ),
        _ => "The number of shoppers behind the shares is not stated.".into(),
    }
}
