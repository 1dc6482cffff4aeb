//! A calendar strip: a cell a week, shaded by its value, under the names of the months, with dated events over it.
//!
//! Up to sixteen weeks are one row; more are wrapped, a quarter a row where the weeks fall so. What it is not: a chart
//! of a trend, which is a line.

mod drawing;
mod flags;
mod shades;

use super::{
    ChartError, Style, check_count, check_values,
    page::{Composed, Page, short, text_on},
    scale::Scale,
    scene::{Align, Area, BODY, HEIGHT, Label, Scene, WIDTH, half_cap, width},
    words::{Spark, Words},
};
use crate::{
    domain::{Month, Period, Unit},
    format::{Format, with_plus},
    template::{Colour, Colours},
    text::Weight,
};
use flags::Flag;
use jiff::{
    ToSpan,
    civil::{Date, Weekday},
};

/// Weeks in one row, and in each of several.
const ONE_ROW: usize = 16;
const ROW: usize = 14;
/// Room for the name and the key.
const HEAD: f64 = 88.0;
/// Room for the names of the months, between events and cells, for the days, and between rows.
const MONTHS: f64 = 40.0;
const POINTERS: f64 = 16.0;
const DAYS: f64 = 34.0;
const BETWEEN: f64 = 18.0;
/// A line of events.
const LINE: f64 = 36.0;
/// The lowest and highest cell, the widest one, and the white between two.
const CELL: (f64, f64) = (56.0, 150.0);
const WIDEST: f64 = 200.0;
const GAP: f64 = 6.0;

/// Values of consecutive weeks.
#[derive(Debug, Clone, PartialEq)]
pub struct Weeks {
    /// What the shade shows, for instance `Sales last year against its average week`.
    pub name: String,
    /// What the values count.
    pub unit: Unit,
    /// Whether the values are changes: their sign is always printed.
    pub is_change: bool,
    /// The Monday of the first week.
    pub first: Date,
    /// A value a week, 1 to 53 of them; `None` is a week without data.
    pub values: Vec<Option<f64>>,
    /// What happened on a day, at most 40; as many as fit are drawn, all are spoken.
    pub events: Vec<(Date, String)>,
    /// Weeks to point out and what they are, for instance `this week` or `Q2 2025`.
    pub marked: Option<(Period, String)>,
}

impl Weeks {
    fn check(&self) -> Result<(), ChartError> {
        check_count(self.values.len(), 53, "weeks")?;
        check_count(self.events.len(), 40, "events")?;
        check_values(self.values.iter().flatten().copied())?;
        if self.first.weekday() != Weekday::Monday || self.first.checked_add(53.weeks()).is_err() {
            return Err(ChartError::OutOfBounds(format!("{} is not the first day of a week", self.first)));
        }
        if self.values.iter().all(Option::is_none) { Err(ChartError::Empty) } else { Ok(()) }
    }

    fn monday(&self, week: usize) -> Date {
        self.first.saturating_add((week as i64).weeks())
    }

    /// The month that most of the week lies in, that of its Thursday.
    fn month(&self, week: usize) -> Month {
        Month::of(self.monday(week).saturating_add(3.days()))
    }

    /// The days of a week, its last day excluded.
    fn days(&self, week: usize) -> (Date, Date) {
        (self.monday(week), self.monday(week + 1))
    }

    fn is_marked(&self, week: usize) -> bool {
        let (from, after) = self.days(week);
        self.marked.as_ref().is_some_and(|(period, _)| period.from() < after && from <= period.to())
    }

    fn print(&self, value: f64, format: &Format) -> String {
        match (self.is_change, self.unit) {
            (true, Unit::Percent) => format.change(value),
            (true, _) => with_plus(value, format.value(value, self.unit)),
            (false, _) => format.value(value, self.unit),
        }
    }

    /// The weeks of each row.
    fn rows(&self) -> Vec<std::ops::Range<usize>> {
        let count = self.values.len();
        if count <= ONE_ROW {
            return std::iter::once(0..count).collect();
        }
        let most = count.div_ceil(ROW);
        let quarter = |week: usize| (self.month(week).year(), (self.month(week).number() - 1) / 3);
        let starts: Vec<usize> =
            (0..count).filter(|week| *week == 0 || quarter(*week) != quarter(week - 1)).collect();
        let ends = starts.iter().skip(1).copied().chain([count]);
        let quarters: Vec<_> = starts.iter().zip(ends).map(|(start, end)| *start..end).collect();
        // Weeks that begin inside a quarter would need a row more.
        if quarters.len() <= most {
            return quarters;
        }
        let each = count.div_ceil(most);
        (0..most).map(|row| row * each..((row + 1) * each).min(count)).collect()
    }

    fn said(&self, format: &Format) -> String {
        let words = Words::of(format.locale());
        let week = |(week, value): (usize, f64)| {
            (words.weeks.in_week)(&self.print(value, format), &format.day(self.monday(week)))
        };
        let values = || self.values.iter().enumerate().filter_map(|(n, value)| Some((n, (*value)?)));
        let highest = values().max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)));
        let lowest = values().min_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
        let extremes = match (highest, lowest) {
            (Some(high), Some(low)) if high.0 != low.0 => {
                let Spark { highest, lowest, .. } = words.spark;
                format!("{highest} {}{}{lowest} {}", week(high), words.alt.between, week(low))
            }
            (Some(only), _) => week(only),
            _ => String::new(),
        };
        let last = self.monday(self.values.len()).saturating_sub(1.day());
        let days = Period::new(self.first, last).map_or(String::new(), |days| format.period(&days));
        let mut said = vec![(words.weeks.alt)([&short(&self.name), &days, &extremes])];
        match self.values.len() - values().count() {
            0 => {}
            gaps => said.push((words.weeks.gaps)(gaps)),
        }
        let event = |(day, text): &(Date, String)| format!("{} ({})", short(text), format.day(*day));
        let events: Vec<String> = self.events.iter().map(event).collect();
        if !events.is_empty() {
            said.push((words.weeks.events)(&events.join(words.alt.between)));
        }
        said.join(" ")
    }
}

/// A shade for each step of the scale: two hues, paler towards zero, because less and more are not alike.
fn shades_of(scale: &Scale, colours: &Colours) -> Vec<Colour> {
    let steps = (scale.ticks.len() - 1).max(1);
    let below = scale.ticks.iter().skip(1).filter(|to| **to <= f64::EPSILON).count();
    let less = colours.series.get(1).copied().unwrap_or(colours.accent);
    let less = shades::shades(less, below).into_iter().rev();
    less.chain(shades::shades(colours.accent, steps - below)).collect()
}

/// A strip of weeks.
///
/// # Errors
/// When there is no value, too many, or one is out of bounds.
pub(super) fn compose(weeks: &Weeks, style: Style<'_>) -> Result<Composed, ChartError> {
    weeks.check()?;
    let mut page = Page::blank(style, Scene::default());
    let rows = weeks.rows();
    let columns = rows.iter().map(ExactSizeIterator::len).max().unwrap_or(1);
    let pitch = (WIDTH / columns as f64).min(WIDEST);
    // What is left of a row for its cells and events.
    let frame = MONTHS + POINTERS + DAYS + BETWEEN;
    let room = (HEIGHT - HEAD) / rows.len() as f64 - frame;
    let lines = ((room - CELL.0) / LINE).clamp(0.0, 4.0) as usize;
    let flags: Vec<Vec<Flag>> = rows.iter().map(|row| drawing::flags_of(weeks, row, pitch, lines)).collect();
    let lines = flags.iter().flatten().map(|flag| flag.line + 1).max().unwrap_or(0) as f64;
    let cell = (room - lines * LINE).clamp(CELL.0, CELL.1);
    let height = frame + lines * LINE + cell;
    let top = ((HEIGHT - HEAD - height * rows.len() as f64) / 2.0).max(0.0);

    let scale = Scale::of_shades(weeks.values.iter().flatten().copied(), weeks.unit);
    let shades = shades_of(&scale, page.colours());
    drawing::head(&mut page, weeks, &scale, &shades, top);
    let print = |value: f64| weeks.print(value, style.format);
    let fits = |value: &f64| width(&print(*value), Weight::Regular, BODY) <= pitch - GAP - 8.0;
    let has_values = weeks.values.iter().flatten().all(fits);
    for (n, (row, flags)) in rows.iter().zip(&flags).enumerate() {
        let top = top + HEAD + height * n as f64;
        drawing::months(&mut page, weeks, row, pitch, top);
        let foot = top + MONTHS + lines * LINE + POINTERS;
        for flag in flags {
            flag.draw(&mut page, foot, LINE);
        }
        for week in row.clone() {
            let left = (week - row.start) as f64 * pitch;
            let area = Area { left, top: foot, right: left + pitch - GAP, bottom: foot + cell };
            let value = weeks.values[week];
            let fill = value.map(|value| shades[drawing::step(value, &scale, shades.len())]);
            drawing::draw_cell(&mut page, &area, fill, weeks.is_marked(week));
            let middle = f64::midpoint(area.left, area.right);
            if let (Some(value), Some(fill), true) = (value, fill, has_values) {
                let baseline = f64::midpoint(area.top, area.bottom) + half_cap(BODY);
                page.put(Label::new(print(value), middle, baseline, text_on(fill)).align(Align::Centre));
            }
            let ink = if weeks.is_marked(week) { page.colours().ink } else { page.colours().muted };
            let day = Label::new(weeks.monday(week).day().to_string(), middle, area.bottom + 32.0, ink);
            page.put(if weeks.is_marked(week) { day.bold() } else { day }.align(Align::Centre));
        }
    }
    let shown = flags.iter().map(Vec::len).sum::<usize>();
    let mut composed = page.finish("weeks", weeks.said(style.format));
    if shown < weeks.events.len() {
        let hidden = weeks.events.len() - shown;
        composed.warnings.push(format!("there was no room for {hidden} of {} events", weeks.events.len()));
    }
    Ok(composed)
}
