//! Sections with one value a month that may be added up: sales, orders, refunds.

use super::words::{Text, Words, capital, noun};
use crate::{
    analysis::{Change, Direction, Level, SalesEffects},
    domain::{Metric, Unit},
};

/// A cause this much smaller than the other is left out of a title.
const MINOR: f64 = 0.25;

/// Below this share of the last year, three months are no season.
const SEASON_SHARE: f64 = 33.0;

pub(super) fn write(words: &Words<'_>, level: &Level) -> Text {
    let mut text = Text::default();
    let Some(value) = level.value else {
        nothing_in_focus(words, level, &mut text);
        return text;
    };
    let value = words.value(value, level.unit);
    match level.change {
        Some(change) => {
            compared_title(words, level, &change, &value, &mut text);
            compared(words, level, &change, &mut text);
        }
        None if level.history.start.is_some() => young(words, level, &value, &mut text),
        None => {
            let during = words.during(&level.span);
            text.title(format!("{} came to {value} {during}", words.subject(level.metric)));
            let averaging = match level.orders.zip(level.average).filter(|_| level.metric == Metric::Sales) {
                Some((orders, average)) => {
                    format!(", from {} averaging {}", words.orders(orders), words.money(average))
                }
                None => String::new(),
            };
            text.say(format!("{} came to {value} {during}{averaging}.", capital(noun(level.metric))));
            text.say(words.not_compared(&level.span));
        }
    }
    text.say_some(words.gaps(&level.history.gaps).filter(|_| words.caveat(&level.span).is_none()));
    season(words, level, &mut text);
    trend(words, level, &mut text);
    text
}

fn nothing_in_focus(words: &Words<'_>, level: &Level, text: &mut Text) {
    let focus = words.format.period(&words.review.focus());
    let noun = noun(level.metric);
    text.title(format!("The data hold no {noun} for {focus}"));
    text.say(format!("No month of {focus} has {noun} in the data, so it can be neither told nor compared."));
    season(words, level, text);
    trend(words, level, text);
}

fn compared_title(words: &Words<'_>, level: &Level, change: &Change, value: &str, text: &mut Text) {
    let (during, against) = (words.during(&level.span), words.against(change, &level.span, level.unit));
    for subject in [words.subject(level.metric), capital(noun(level.metric))] {
        if !change.is_whole {
            let months = words.months(&level.span.focus);
            let (verb, short) = match change.direction() {
                Direction::Up => ("ran", &against),
                Direction::Down => ("came in", &against),
                Direction::Flat => ("stayed", &against),
            };
            text.title(format!("{subject} came to {value} {during}; {months} {verb} {short}"));
            let size = words.size(change, level.unit);
            text.title(match change.direction() {
                Direction::Up => format!("{subject} came to {value} {during}; comparable months rose {size}"),
                Direction::Down => {
                    format!("{subject} came to {value} {during}; comparable months fell {size}")
                }
                Direction::Flat => {
                    format!("{subject} came to {value} {during}; comparable months held level")
                }
            });
            continue;
        }
        let verb = match change.direction() {
            Direction::Up => "reached",
            Direction::Down => "came to",
            Direction::Flat => "held at",
        };
        let effects = level.effects.filter(|_| !below_zero(level, change));
        let cause = effects.map_or("", |effects| cause(effects, change.direction()));
        text.title(format!("{subject} {verb} {value} {during}, {against}{cause}"));
        text.title(format!("{subject} {verb} {value} {during}, {against}"));
    }
}

/// Whether refunds exceeded sales on either side: then averages and effects of orders and baskets mean nothing.
fn below_zero(level: &Level, change: &Change) -> bool {
    level.metric == Metric::Sales && (change.baseline <= 0.0 || change.value < 0.0)
}

/// What moved sales, as the end of a title.
fn cause(effects: SalesEffects, direction: Direction) -> &'static str {
    let (orders, basket) = (effects.orders, effects.basket);
    let minor = |small: f64, large: f64| small.abs() < large.abs() * MINOR;
    match direction {
        Direction::Flat => "",
        Direction::Up if minor(basket, orders) => ", on more orders",
        Direction::Up if minor(orders, basket) => ", on larger baskets",
        Direction::Up if orders > 0.0 && basket > 0.0 => ", on more orders and larger baskets",
        Direction::Up if orders > 0.0 => ", as more orders outweighed smaller baskets",
        Direction::Up => ", as larger baskets outweighed fewer orders",
        Direction::Down if minor(basket, orders) => ", on fewer orders",
        Direction::Down if minor(orders, basket) => ", on smaller baskets",
        Direction::Down if orders < 0.0 && basket < 0.0 => ", on fewer orders and smaller baskets",
        Direction::Down if orders < 0.0 => ", as fewer orders outweighed larger baskets",
        Direction::Down => ", as smaller baskets outweighed more orders",
    }
}

fn compared(words: &Words<'_>, level: &Level, change: &Change, text: &mut Text) {
    match (level.orders_change, level.average_change) {
        (Some(orders), Some(average)) if level.metric == Metric::Sales && !below_zero(level, change) => {
            text.say(orders_and_average(words, &orders, &average, &words.before(&level.span)));
        }
        _ => {
            let verb = match change.direction() {
                Direction::Up => "grew",
                Direction::Down => "went down",
                Direction::Flat => "hardly moved,",
            };
            text.say(format!(
                "{} {verb} from {} in {} to {} in {}.",
                capital(noun(level.metric)),
                words.value(change.baseline, level.unit),
                words.before(&level.span),
                words.value(change.value, level.unit),
                words.months(&level.span.focus),
            ));
        }
    }
    if below_zero(level, change) {
        let (before, months) = (words.before(&level.span), words.months(&level.span.focus));
        match (change.baseline < 0.0, change.value < 0.0) {
            (true, true) => text.say(format!("Refunds exceeded sales both in {before} and in {months}.")),
            (true, false) => text.say(format!("In {before} refunds exceeded sales.")),
            (false, true) => text.say(format!("In {months} refunds exceeded sales.")),
            (false, false) => {}
        }
        text.say_some(words.caveat(&level.span));
        return;
    }
    text.say_some(words.caveat(&level.span));
    text.say_some(level.effects.and_then(|effects| effects_in_money(words, effects, level.unit)));
}

/// Orders and the average order against the baseline, by which of the two moved.
fn orders_and_average(words: &Words<'_>, orders: &Change, average: &Change, before: &str) -> String {
    let count = words.count(orders.value);
    let money = words.money(average.value);
    let (by, by_average) = (orders.percent.map(f64::abs), average.percent.map(f64::abs));
    let (Some(by), Some(by_average)) = (by, by_average) else {
        let (count_before, money_before) = (words.count(orders.baseline), words.money(average.baseline));
        let count = words.orders(orders.value);
        return format!(
            "In all {count} averaged {money}, after {count_before} averaging {money_before} in {before}."
        );
    };
    let (by, by_average) = (words.format.percent(by), words.format.percent(by_average));
    let same = if orders.delta == 0.0 { "as many as" } else { "much the same as" };
    match (orders.direction(), average.direction()) {
        (Direction::Up, Direction::Flat) => format!(
            "Against {before}, the number of orders grew {by} to {count} while the average order stayed at {money}."
        ),
        (Direction::Up, Direction::Up) => format!(
            "Compared with {before}, there were {by} more orders ({count}) and each was {by_average} larger, at {money}."
        ),
        (Direction::Up, Direction::Down) => format!(
            "Orders rose {by} on {before} to {count}; the average order fell {by_average} to {money}."
        ),
        (Direction::Down, Direction::Up) => {
            format!(
                "Orders were {by} fewer than in {before}, at {count}, though the average rose {by_average} to {money}."
            )
        }
        (Direction::Down, Direction::Flat) => {
            format!(
                "At {count}, orders were {by} fewer than in {before}, with an almost unchanged average of {money}."
            )
        }
        (Direction::Down, Direction::Down) => {
            format!(
                "Both sides eased from {before}: orders by {by} to {count}, the average order by {by_average} to {money}."
            )
        }
        (Direction::Flat, Direction::Up) => format!(
            "With {count} orders, {same} in {before}, a {by_average} larger average of {money} made the difference."
        ),
        (Direction::Flat, Direction::Down) => format!(
            "With {count} orders, {same} in {before}, the average order was {by_average} smaller, at {money}."
        ),
        (Direction::Flat, Direction::Flat) => format!(
            "Neither orders ({count}) nor the average order ({money}) moved by a per cent from {before}."
        ),
    }
}

/// The two effects in money, by their signs and sizes; nothing where one of them is all of the change.
fn effects_in_money(words: &Words<'_>, effects: SalesEffects, unit: Unit) -> Option<String> {
    if words.prints_zero(effects.orders, unit) || words.prints_zero(effects.basket, unit) {
        return None;
    }
    let (orders, basket) = (effects.orders, effects.basket);
    let (o, b) = (words.money(orders.abs()), words.money(basket.abs()));
    let minor = |small: f64, large: f64| small.abs() < large.abs() * 0.1;
    Some(match (orders >= 0.0, basket >= 0.0) {
        (true, _) if minor(basket, orders) => {
            format!("The extra orders are worth {o}; basket size moved sales by only {b}.")
        }
        (false, _) if minor(basket, orders) => {
            format!("Fewer orders account for {o}; basket size moved sales by only {b}.")
        }
        (_, true) if minor(orders, basket) => {
            format!("Larger baskets brought {b} of it, the number of orders just {o}.")
        }
        (_, false) if minor(orders, basket) => {
            format!("Smaller baskets took {b}, the number of orders just {o}.")
        }
        (true, true) => format!("More orders added {o} and larger baskets a further {b}."),
        (true, false) if orders > -basket => {
            format!("More orders added {o}, of which smaller baskets took back {b}.")
        }
        (true, false) => format!("Smaller baskets cost {b}, more than the {o} that extra orders brought."),
        (false, true) if basket > -orders => {
            format!("Larger baskets brought {b}, more than the {o} lost with orders.")
        }
        (false, true) => format!("Fewer orders took off {o}; larger baskets made up {b} of that."),
        (false, false) => format!("Fewer orders explain {o} of the decrease, smaller baskets {b}."),
    })
}

/// A merchant whose data begin inside the period asked for, with nothing to compare with.
fn young(words: &Words<'_>, level: &Level, value: &str, text: &mut Text) {
    let Some(start) = level.history.start else { return };
    let day = words.format.day(start.day);
    let period = words.first_weeks(&level.span);
    let during = period.map_or_else(|| words.during(&level.span), |weeks| format!("in {weeks}"));
    for subject in [words.subject(level.metric), capital(noun(level.metric))] {
        text.title(format!("{subject} reached {value} {during}"));
    }
    match level.orders.zip(level.average).filter(|_| level.metric == Metric::Sales) {
        Some((orders, average)) => {
            let average = words.money(average);
            let days = capital(&words.during(&level.span));
            text.say(format!("{days}, {} averaged {average}.", words.orders(orders)));
        }
        None => text.say(format!("{} came to {value} {during}.", capital(noun(level.metric)))),
    }
    if level.history.months == 1
        && let Some(first) = level.history.peak.filter(|first| first.in_focus)
    {
        let (month, held) = (words.format.month(first.month), words.value(first.value, level.unit));
        if held != value {
            text.say(format!("{month}, the only complete month so far, holds {held} of that."));
        }
    }
    text.say(format!("The data begin on {day}, so there is no earlier period to set this against yet."));
}

/// Peak and low, or the season they belong to.
fn season(words: &Words<'_>, level: &Level, text: &mut Text) {
    let history = &level.history;
    let (Some(peak), Some(low)) = (history.peak, history.low) else { return };
    if history.months < 3 {
        return;
    }
    let noun = noun(level.metric);
    let (most, least) = (words.value(peak.value, level.unit), words.value(low.value, level.unit));
    if most == least {
        text.say(format!("Every complete month of the history came to {most}."));
        return;
    }
    if let Some((mark, times)) = history.season.and_then(|season| season.repeated_peak) {
        let name = words.format.month_name(mark.month);
        let value = words.value(mark.value, level.unit);
        let year = mark.month.year();
        if times >= 1.5 {
            text.say(format!(
                "{name} is the peak of every year: {value} in {year}, {} that year’s average month.",
                words.format.times(times)
            ));
        } else {
            text.say(format!(
                "Each year is highest in {name}, in {year} with {value}; the low was {}.",
                words.mark(&low, level.unit)
            ));
        }
        return;
    }
    if let Some(quarter) = history.season.map(|season| season.best_quarter)
        && quarter.share >= SEASON_SHARE
    {
        let months = words.format.period(&quarter.period);
        let share = words.format.percent(quarter.share);
        let what = if quarter.is_repeated {
            "The high season was again"
        } else {
            "The strongest run of three months was"
        };
        text.say(format!("{what} {months}, with {share} of that year’s {noun}."));
        return;
    }
    let (top, bottom) = (words.mark(&peak, level.unit), words.mark(&low, level.unit));
    if peak.in_focus {
        text.say(format!("No complete month of the history was higher than {top}; the lowest was {bottom}."));
    } else if low.in_focus {
        text.say(format!(
            "The lowest complete month, {bottom}, falls into this period; {top} remains the highest."
        ));
    } else {
        text.say(format!("Over the history, monthly {noun} ranged from {bottom} to {top}."));
    }
}

/// The longer run: how many months beat the year before, and the last year as a whole.
fn trend(words: &Words<'_>, level: &Level, text: &mut Text) {
    let history = &level.history;
    // Of a focus that lies back in time, the latest months are another story.
    let last = level.span.shown.last().map(|&at| words.dataset.months()[at].month);
    if last < history.last {
        return;
    }
    if let Some((above, of)) = history.above {
        let (above_word, of_word) = (words.format.number_word(above), words.format.number_word(of));
        let sentence = if above == of {
            Some(format!(
                "Every one of the last {of_word} complete months beat the same month a year before."
            ))
        } else if above == 0 {
            Some(format!(
                "All of the last {of_word} comparable months lay below the same month a year before."
            ))
        } else if above * 4 >= of * 3 {
            Some(format!(
                "{} of the last {of_word} comparable months were above the year before.",
                capital(&above_word)
            ))
        } else if above * 3 <= of {
            let below = capital(&words.format.number_word(of - above));
            Some(format!("{below} of the last {of_word} comparable months were below the year before."))
        } else {
            None
        };
        text.say_some(sentence);
    }
    let Some(year) = history.year else { return };
    let (value, to) =
        (words.value(year.value, level.unit), words.format.month(crate::domain::Month::of(year.period.to())));
    let by = words.format.percent(year.percent.abs());
    text.say(if year.percent.abs() < 1.0 {
        format!("The 12 months to {to} came to {value}, the same level as the 12 before.")
    } else if year.percent > 0.0 {
        format!("Over the 12 months to {to} they grew {by} to {value}.")
    } else {
        format!("Over the 12 months to {to} they were down {by} at {value}.")
    });
}
