//! A calendar strip: a cell a week, shaded by its value, under the names of the months, with dated events over it.
//!
//! Up to sixteen weeks are one row; more are wrapped, a quarter a row where the weeks fall so. What it is not: a chart
//! of a trend, which is a line.

use super::{
    ChartError, Style, check_count, check_values,
    flags::{Flag, flags},
    page::{Composed, Page, short, text_on},
    scale::Scale,
    scene::{Align, Area, BODY, HEIGHT, Label, Plot, Scene, WIDTH, half_cap},
    shades::shades,
    tile::with_plus,
};
use crate::{
    domain::{Month, Period, Unit},
    format::Format,
    template::Colour,
    text::{self, Weight},
};
use jiff::{
    ToSpan,
    civil::{Date, Weekday},
};

const MONDAYS: &str = "below each week, its Monday";
const NO_DATA: &str = "no data";
const WEEKS: &str = "a shade a week";
const HIGHEST: &str = "highest";
const LOWEST: &str = "lowest";
const IN_WEEK: &str = "in the week of";
const WEEKS_WITHOUT: &str = "weeks without data";
const EVENTS: &str = "Events";

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
        let week = |what: &str, week: usize, value: f64| {
            format!("{what} {} {IN_WEEK} {}", self.print(value, format), format.day(self.monday(week)))
        };
        let values = || self.values.iter().enumerate().filter_map(|(n, value)| Some((n, (*value)?)));
        let highest = values().max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)));
        let lowest = values().min_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
        let extremes = match (highest, lowest) {
            (Some((high, top)), Some((low, bottom))) if high != low => {
                format!("{}, {}", week(HIGHEST, high, top), week(LOWEST, low, bottom))
            }
            (Some((only, value)), _) => week("", only, value).trim().to_owned(),
            _ => String::new(),
        };
        let last = self.monday(self.values.len()).saturating_sub(1.day());
        let days = Period::new(self.first, last).map_or(String::new(), |days| format.period(&days));
        let gaps = match self.values.len() - values().count() {
            0 => String::new(),
            count => format!(" {count} {WEEKS_WITHOUT}."),
        };
        let event = |(day, text): &(Date, String)| format!("{} ({})", short(text), format.day(*day));
        let events: Vec<String> = self.events.iter().map(event).collect();
        let events =
            if events.is_empty() { String::new() } else { format!(" {EVENTS}: {}.", events.join(", ")) };
        format!("{}, {WEEKS}, {days}: {extremes}.{gaps}{events}", short(&self.name))
    }
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
    let flags: Vec<Vec<Flag>> = rows.iter().map(|row| flags_of(weeks, row, pitch, lines)).collect();
    let lines = flags.iter().flatten().map(|flag| flag.line + 1).max().unwrap_or(0) as f64;
    let cell = (room - lines * LINE).clamp(CELL.0, CELL.1);
    let height = frame + lines * LINE + cell;
    let top = ((HEIGHT - HEAD - height * rows.len() as f64) / 2.0).max(0.0);

    let scale = Scale::of_shades(weeks.values.iter().flatten().copied(), weeks.unit);
    let shades = shades(page.colours().accent, (scale.ticks.len() - 1).max(1));
    head(&mut page, weeks, &scale, &shades, top);
    let print = |value: f64| weeks.print(value, style.format);
    let fits = |value: &f64| super::scene::width(&print(*value), Weight::Regular, BODY) <= pitch - GAP - 8.0;
    let has_values = weeks.values.iter().flatten().all(fits);
    for (n, (row, flags)) in rows.iter().zip(&flags).enumerate() {
        let top = top + HEAD + height * n as f64;
        months(&mut page, weeks, row, pitch, top);
        let foot = top + MONTHS + lines * LINE + POINTERS;
        for flag in flags {
            flag.draw(&mut page, foot, LINE);
        }
        for week in row.clone() {
            let left = (week - row.start) as f64 * pitch;
            let area = Area { left, top: foot, right: left + pitch - GAP, bottom: foot + cell };
            let value = weeks.values[week];
            let fill = value.map(|value| shades[step(value, &scale, shades.len())]);
            draw_cell(&mut page, &area, fill, weeks.is_marked(week));
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

/// The events of a row as far as they fit.
fn flags_of(weeks: &Weeks, row: &std::ops::Range<usize>, pitch: f64, lines: usize) -> Vec<Flag> {
    let place = |(day, text): &(Date, String)| {
        let week = { row.clone() }.find(|week| (weeks.days(*week).0..weeks.days(*week).1).contains(day))?;
        let into = f64::from(day.weekday().to_monday_zero_offset()) + 0.5;
        let along = (week - row.start) as f64 * pitch + (pitch - GAP) * into / 7.0;
        Some((along, short(text)))
    };
    flags(weeks.events.iter().filter_map(place).collect(), lines)
}

/// The shade of a value, counted from the palest.
fn step(value: f64, scale: &Scale, count: usize) -> usize {
    let along = (value - scale.low) / (scale.high - scale.low) * count as f64;
    (along.max(0.0) as usize).min(count - 1)
}

fn draw_cell(page: &mut Page<'_>, area: &Area, fill: Option<Colour>, is_marked: bool) {
    let ink = page.colours().ink;
    match fill {
        Some(fill) => page.scene.rect(area, fill),
        None => hatched(page, area),
    }
    if is_marked {
        let line = Area { top: area.bottom + 2.0, bottom: area.bottom + 8.0, ..*area };
        page.scene.rect(&line, ink);
    }
}

/// A cell without a value: outlined and hatched.
fn hatched(page: &mut Page<'_>, area: &Area) {
    const STEP: f64 = 12.0;
    let grey = page.colours().previous;
    let paper = page.scene.page();
    let mut plot = Plot::new(paper, (0.0, paper.right), (paper.bottom, 0.0));
    let (width, height) = (area.width(), area.height());
    let steps = ((width + height) / STEP) as usize;
    for n in 1..=steps {
        // From the left or lower edge up to the upper or right one.
        let along = n as f64 * STEP;
        let from = ((along - height).max(0.0), along.min(height));
        let to = (along.min(width), (along - width).max(0.0));
        let at = |(x, y): (f64, f64)| (area.left + x, area.top + y);
        plot.line(vec![at(from), at(to)], grey, 1.5);
    }
    let Area { left, top, right, bottom } = *area;
    plot.line(vec![(left, top), (right, top), (right, bottom), (left, bottom), (left, top)], grey, 2.0);
    page.scene.plot(plot);
}

/// The names of the months over a rule as long as their weeks; the year with the first one and in January.
fn months(page: &mut Page<'_>, weeks: &Weeks, row: &std::ops::Range<usize>, pitch: f64, top: f64) {
    let (colours, format) = (page.colours(), page.style.format);
    let mut is_year_due = row.start == 0;
    let mut start = row.start;
    while start < row.end {
        let month = weeks.month(start);
        let end = { start..row.end }.find(|week| weeks.month(*week) != month).unwrap_or(row.end);
        let (left, right) = ((start - row.start) as f64 * pitch, (end - row.start) as f64 * pitch - GAP);
        is_year_due |= month.number() == 1;
        let bare = Label::new(format.month_short(month), left, top + 28.0, colours.ink).bold();
        let dated = Label { text: format!("{} {}", bare.text, month.year()), ..bare.clone() };
        let label = [dated, bare].into_iter().skip(usize::from(!is_year_due));
        if let Some(label) = { label }.find(|label| label.width() <= right - left) {
            is_year_due &= label.text == format.month_short(month);
            page.put(label);
        }
        page.scene.line(vec![(left, top + 38.0), (right, top + 38.0)], colours.previous, 2.0);
        start = end;
    }
}

/// What the shades mean, with their numbers; and what else is on the strip.
fn head(page: &mut Page<'_>, weeks: &Weeks, scale: &Scale, shades: &[Colour], top: f64) {
    let (colours, format) = (page.colours(), page.style.format);
    let numbers: Vec<String> = { scale.labels(format).into_iter().zip(&scale.ticks) }
        .map(|(label, tick)| if weeks.is_change { with_plus(*tick, label) } else { label })
        .collect();
    let width = |line: &String| super::scene::width(line, Weight::Regular, BODY);
    let widest = numbers.iter().map(width).fold(0.0, f64::max);
    let swatch = (widest + 16.0).max(90.0);
    let left = WIDTH - widest / 2.0 - 4.0 - swatch * shades.len() as f64;
    for (n, shade) in shades.iter().enumerate() {
        let left = left + swatch * n as f64;
        page.scene.rect(&Area { left, top: top + 6.0, right: left + swatch, bottom: top + 34.0 }, *shade);
    }
    for (n, number) in numbers.into_iter().enumerate() {
        let x = left + swatch * n as f64;
        page.put(Label::new(number, x, top + 64.0, colours.muted).align(Align::Centre));
    }
    let room = left - widest / 2.0 - 40.0;
    let name = text::elide(&short(&weeks.name), Weight::SemiBold, BODY as f32, room as f32);
    page.put(Label::new(name, 0.0, top + 30.0, colours.ink).bold());

    let baseline = top + 68.0;
    let mut x = 0.0;
    let swatch = |x: f64| Area { left: x, top: baseline - 21.0, right: x + 30.0, bottom: baseline + 1.0 };
    if weeks.values.iter().any(Option::is_none) {
        hatched(page, &swatch(x));
        let label = Label::new(NO_DATA, x + 40.0, baseline, colours.muted);
        x = label.area().right + 36.0;
        page.put(label);
    }
    if let Some((_, name)) =
        weeks.marked.as_ref().filter(|_| (0..weeks.values.len()).any(|n| weeks.is_marked(n)))
    {
        let line = Area { top: baseline - 6.0, bottom: baseline, ..swatch(x) };
        page.scene.rect(&line, colours.ink);
        let name = text::elide(&short(name), Weight::SemiBold, BODY as f32, 260.0);
        let label = Label::new(name, x + 40.0, baseline, colours.ink).bold();
        x = label.area().right + 36.0;
        page.put(label);
    }
    let label = Label::new(MONDAYS, x, baseline, colours.muted);
    if label.area().right <= left - widest / 2.0 {
        page.put(label);
    }
}
