//! A bridge (waterfall): how one number became another, driver by driver.
//!
//! Both totals stand on the zero line; the drivers hang between them, the largest first. The later total is computed, so
//! that the steps always lead to it. Upright where the names fit under their columns, lying down where they do not.

mod drawing;
mod layout;

use super::{
    Chart, ChartError, LARGEST, LONGEST, Style, finished,
    page::{Composed, Page, short},
    scene::Scene,
};
use crate::{
    dataset::OTHER,
    domain::{Metric, Unit},
    format::{Format, prints_as_zero, with_plus},
};

/// How one number became another.
#[derive(Debug, Clone, PartialEq)]
pub struct Bridge {
    /// What is measured.
    pub metric: Metric,
    /// What the values count.
    pub unit: Unit,
    /// The earlier total: its name, for instance its period, and its value.
    pub from: (String, f64),
    /// What was added or taken away, in any order. At most 400.
    pub steps: Vec<Step>,
    /// Name of the later total, which is the earlier one with every step.
    pub to: String,
    /// Whether more is better: it decides what is green.
    pub higher_is_better: bool,
    /// Whether enough stands behind the earlier total to give the change in per cent, too.
    pub in_percent: bool,
}

/// One driver of a change.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// Its name.
    pub name: String,
    /// What it added; below zero what it took away.
    pub delta: f64,
}

/// Draws a bridge.
///
/// # Errors
/// When there is no step, or a number is out of bounds. Never hangs, never panics.
pub fn bridge(bridge: &Bridge, style: Style<'_>) -> Result<Chart, ChartError> {
    check(bridge)?;
    finished(style, || Ok(compose(bridge, style)))
}

/// Drivers shown by name; the rest is summed up as Other.
const NAMED: usize = 7;

/// A column of the bridge.
#[derive(Debug, Clone, PartialEq)]
struct Column {
    name: String,
    /// The levels it stands between.
    from: f64,
    to: f64,
    role: Role,
    /// Its value as printed.
    text: String,
}

/// What a column stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Before,
    Better,
    Worse,
    /// A step that prints as nothing.
    Nothing,
    After,
}

/// The difference of both totals.
#[derive(Debug, Clone, PartialEq)]
struct Change {
    from: f64,
    to: f64,
    role: Role,
    /// The change as printed, and in per cent where that means something.
    lines: Vec<String>,
}

fn check(bridge: &Bridge) -> Result<(), ChartError> {
    let out = |what: String| Err(ChartError::OutOfBounds(what));
    if bridge.steps.is_empty() {
        return Err(ChartError::Empty);
    }
    if bridge.steps.len() > LONGEST {
        return out(format!(
            "there are {} steps to draw; a bridge holds {LONGEST} at most",
            bridge.steps.len()
        ));
    }
    let mut values = vec![bridge.from.1, bridge.from.1];
    for step in &bridge.steps {
        values.push(step.delta);
        values[0] += step.delta;
    }
    match { values }.iter().find(|value| value.is_nan() || value.abs() > LARGEST) {
        Some(value) => out(format!("the value {value:e} is beyond what a chart can show (1e12)")),
        None => Ok(()),
    }
}

fn compose(bridge: &Bridge, style: Style<'_>) -> Composed {
    let columns = columns(bridge, style);
    let change = change(bridge, style.format);
    let mut page = Page::blank(style, Scene::default());
    drawing::draw(&mut page, &columns, &change);
    let words = style.words();
    let total = |column: &Column| (words.alt.item)(&column.name, &column.text);
    let (first, last) = (&columns[0], &columns[columns.len() - 1]);
    let steps: Vec<String> = columns[1..columns.len() - 1].iter().map(total).collect();
    let change = change.lines.join(words.alt.between);
    let head = (words.alt.bridge)(words.metric(bridge.metric), [&total(first), &total(last)], &change);
    page.finish("bridge", format!("{head}{}{}.", words.alt.opening, steps.join(words.alt.between)))
}

/// The earlier total, the steps from the largest on, and the later total.
fn columns(bridge: &Bridge, style: Style<'_>) -> Vec<Column> {
    let format = style.format;
    let mut steps: Vec<(String, f64)> =
        bridge.steps.iter().map(|step| (short(&step.name), step.delta)).collect();
    steps.sort_by(|(a, x), (b, y)| (a == OTHER).cmp(&(b == OTHER)).then(y.abs().total_cmp(&x.abs())));
    if steps.len() > NAMED + 1 {
        let rest = steps.split_off(NAMED);
        steps.push((
            format!("{} ({})", style.words().parts.other, rest.len()),
            rest.iter().map(|(_, delta)| delta).sum(),
        ));
    }
    let start = bridge.from.1;
    let total = |name: &str, to: f64, role| Column {
        name: short(name),
        from: 0.0,
        to,
        role,
        text: format.value(to, bridge.unit),
    };
    let mut columns = vec![total(&bridge.from.0, start, Role::Before)];
    let mut level = start;
    for (name, delta) in steps {
        let text = signed(format, delta, bridge.unit);
        let role = role(&text, delta, bridge.higher_is_better);
        columns.push(Column { name, from: level, to: level + delta, role, text });
        level += delta;
    }
    columns.push(total(&bridge.to, level, Role::After));
    columns
}

fn change(bridge: &Bridge, format: &Format) -> Change {
    let (from, delta) = (bridge.from.1, bridge.steps.iter().map(|step| step.delta).sum::<f64>());
    let text = signed(format, delta, bridge.unit);
    let role = role(&text, delta, bridge.higher_is_better);
    let mut lines = vec![text];
    // Of nothing or less there are no per cents, per cents change by points, and 40 times as much is no percentage.
    let percent = delta / from * 100.0;
    let is_ratio = from > 0.0 && from + delta >= 0.0 && percent < 1_000.0;
    if bridge.in_percent && is_ratio && role != Role::Nothing && bridge.unit != Unit::Percent {
        lines.push(format.change(percent));
    }
    Change { from, to: from + delta, role, lines }
}

/// A difference as printed, the sign always with it.
fn signed(format: &Format, delta: f64, unit: Unit) -> String {
    let text = if unit == Unit::Percent { format.points(delta) } else { format.value(delta, unit) };
    with_plus(delta, text)
}

fn role(printed: &str, delta: f64, higher_is_better: bool) -> Role {
    match (prints_as_zero(printed), (delta > 0.0) == higher_is_better) {
        (true, _) => Role::Nothing,
        (false, true) => Role::Better,
        (false, false) => Role::Worse,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{domain::Currency, format::Locale, template::DeckTemplate};

    fn bridge(from: f64, deltas: &[f64]) -> Bridge {
        let step = |(i, delta): (usize, &f64)| Step { name: format!("Driver {i}"), delta: *delta };
        Bridge {
            metric: Metric::Sales,
            unit: Unit::Money(Some(Currency::EUR)),
            from: ("Q2 2024".into(), from),
            steps: deltas.iter().enumerate().map(step).collect(),
            to: "Q2 2025".into(),
            higher_is_better: true,
            in_percent: true,
        }
    }

    fn euro() -> Format {
        Format::new(Locale::EnGb, Some(Currency::EUR))
    }

    fn columns(bridge: &Bridge) -> Vec<Column> {
        let theme = DeckTemplate::load("kam-review").unwrap().theme;
        super::columns(bridge, Style { format: &euro(), theme: &theme, scale: 1, small: false })
    }

    #[test]
    fn the_steps_lead_from_total_to_total_the_largest_first() {
        let columns = columns(&bridge(100_000.0, &[-2_000.0, 30_000.0, 5_000.0]));
        let said: Vec<&str> = columns.iter().map(|column| column.text.as_str()).collect();
        assert_eq!(said, ["€100k", "+€30.0k", "+€5,000", "−€2,000", "€133k"]);
        let levels: Vec<f64> = columns.iter().flat_map(|column| [column.from, column.to]).collect();
        let want = [0.0, 100e3, 100e3, 130e3, 130e3, 135e3, 135e3, 133e3, 0.0, 133e3];
        assert!(levels.iter().zip(want).all(|(level, want)| (level - want).abs() < 1e-6), "{levels:?}");
    }

    #[test]
    fn small_drivers_are_summed_up() {
        let deltas: Vec<f64> = (1..=12).map(|n| f64::from(n) * 1_000.0).collect();
        let columns = columns(&bridge(0.0, &deltas));
        assert_eq!(columns.len(), 2 + NAMED + 1);
        assert_eq!((columns[8].name.as_str(), columns[8].text.as_str()), ("Other (5)", "+€15.0k"));
    }

    #[test]
    fn green_is_what_is_better_and_nothing_is_neither() {
        let mut fewer = bridge(50_000.0, &[-400.0]);
        assert_eq!(columns(&fewer)[1].role, Role::Worse);
        fewer.higher_is_better = false;
        assert_eq!(columns(&fewer)[1].role, Role::Better);
        assert_eq!(columns(&bridge(50.0, &[0.0001]))[1].role, Role::Nothing);
    }

    #[test]
    fn a_change_is_in_per_cent_only_of_something() {
        let lines = |from, delta| change(&bridge(from, &[delta]), &euro()).lines;
        assert_eq!(lines(10_000.0, 1_200.0), ["+€1,200", "+12%"]);
        assert_eq!(lines(10_000.0, -12_000.0), ["−€12.0k"]);
        assert_eq!(lines(0.0, 500.0), ["+€500.00"]);
        assert_eq!(lines(10.0, 5_000.0), ["+€5,000"]);
        let mut rate = bridge(20.0, &[2.3]);
        rate.unit = Unit::Percent;
        assert_eq!(change(&rate, &euro()).lines, ["+2.3 points"]);
        rate.in_percent = false;
        rate.unit = Unit::Count;
        assert_eq!(change(&rate, &euro()).lines, ["+2"]);
    }

    #[test]
    fn what_is_not_a_number_is_refused() {
        assert!(matches!(check(&bridge(1.0, &[])), Err(ChartError::Empty)));
        for (from, delta) in [(f64::NAN, 1.0), (1.0, f64::INFINITY), (9e11, 9e11), (1e13, 0.0)] {
            assert!(matches!(check(&bridge(from, &[delta])), Err(ChartError::OutOfBounds(_))), "{from}");
        }
        assert!(check(&bridge(1.0, &[0.0; 401])).is_err());
    }
}
