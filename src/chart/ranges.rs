//! One's own value as a dot on the range of others: a row a metric or product, each with the middle half of the group
//! as a bar, its median as a tick. No ranks, and nobody else's name.
//!
//! Rows of one unit share a scale, so that lengths compare. Where units differ, or one row would be a speck on the
//! scale of another, each row has its own, and a line of words says so.

use super::{
    ChartError, Style, check_count, check_values,
    leaders::line_up,
    page::{Composed, Page, short},
    scale::Scale,
    scene::{Align, Area, BODY, HEIGHT, Label, Mark, Plot, Scene, WHITE, WIDTH, half_cap},
};
use crate::{
    domain::Unit,
    format::Format,
    text::{self, Weight},
};

const MIDDLE_HALF: &str = "middle half";
const OF: &str = "of";
const AGAINST: &str = "against the";
const MEDIAN: &str = "median";
const NO_DATA: &str = "no data";
const ABOVE: &str = "above";
const BELOW: &str = "below";
const WITHIN: &str = "within";
const OWN_SCALES: &str = "Each row has its own scale: compare within a row. At the right, the value and the ends of the middle half.";
const NOT_SHOWN: &str = "more not shown";
const MORE: &str = "more";
const TO: &str = "to";

/// Rows on the page; further ones are counted in words.
const MOST: usize = 14;
/// Rows named in the alternative text.
const SPOKEN: usize = 8;
/// Widest name of a row, and of whose value the dot is.
const NAMES: f64 = 420.0;
const SUBJECT: f64 = 320.0;
/// Room for the key above the first row, and for a line below the last.
const HEAD: f64 = 92.0;
const LINE: f64 = 38.0;
/// Half the height of the bar, and the radius of the dot.
const BAR: f64 = 13.0;
const DOT: f64 = 14.0;
/// Between the words of the key.
const BETWEEN: f64 = 36.0;
/// White around the dot.
const RING: f64 = 3.0;
/// A row whose values are smaller than this share of the largest would be a speck on a shared scale.
const SPECK: f64 = 0.02;

/// One's own values on the ranges of a group.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranges {
    /// Whose value the dot is, for instance the merchant's name.
    pub subject: String,
    /// Who the ranges are of, for instance `comparable shops`.
    pub group: String,
    /// From top to bottom, at most 400; fourteen are drawn.
    pub rows: Vec<RangeRow>,
}

/// A value on its range.
#[derive(Debug, Clone, PartialEq)]
pub struct RangeRow {
    /// What is measured.
    pub name: String,
    /// What its numbers count.
    pub unit: Unit,
    /// A quarter of the group lies below it.
    pub low: f64,
    /// Half of the group lies below it.
    pub median: f64,
    /// A quarter of the group lies above it.
    pub high: f64,
    /// One's own value.
    pub own: Option<f64>,
}

impl RangeRow {
    fn values(&self) -> impl Iterator<Item = f64> {
        [self.low, self.median, self.high].into_iter().chain(self.own)
    }

    /// The largest magnitude.
    fn size(&self) -> f64 {
        self.values().map(f64::abs).fold(0.0, f64::max)
    }

    fn check(&self) -> Result<(), ChartError> {
        check_values(self.values())?;
        if self.low <= self.median && self.median <= self.high {
            return Ok(());
        }
        let RangeRow { low, median, high, .. } = self;
        Err(ChartError::OutOfBounds(format!("the range {low}, {median}, {high} does not ascend")))
    }

    /// `Average order value €92.40, above (€71.00 to €88.00, median €80.00)`
    fn said(&self, format: &Format) -> String {
        let print = |value: f64| format.value(value, self.unit);
        let own = match self.own {
            None => NO_DATA.to_owned(),
            Some(own) if own > self.high => format!("{}, {ABOVE}", print(own)),
            Some(own) if own < self.low => format!("{}, {BELOW}", print(own)),
            Some(own) => format!("{}, {WITHIN}", print(own)),
        };
        let (low, median, high) = (print(self.low), print(self.median), print(self.high));
        format!("{} {own} ({low} {TO} {high}, {MEDIAN} {median})", short(&self.name))
    }
}

/// Where the rows stand and how their values become places.
struct Layout {
    area: Area,
    pitch: f64,
    /// The scale of all rows; without it each row has its own.
    shared: Option<Scale>,
}

impl Layout {
    /// Half the height of the tick of the median, which is seen behind a dot.
    fn tick(&self) -> f64 {
        (self.pitch * 0.4).min(28.0)
    }

    fn middle(&self, row: usize) -> f64 {
        self.area.top + self.pitch * (row as f64 + 0.5)
    }

    /// From the left of the page.
    fn x(&self, row: &RangeRow, value: f64) -> f64 {
        // A row of its own scale keeps clear of the edges.
        const INSET: f64 = 0.05;
        let along = if let Some(scale) = &self.shared {
            (value - scale.low) / (scale.high - scale.low)
        } else {
            let low = row.values().fold(f64::INFINITY, f64::min);
            let high = row.values().fold(f64::NEG_INFINITY, f64::max);
            let along = if high - low > row.size() * 1e-9 { (value - low) / (high - low) } else { 0.5 };
            INSET + along * (1.0 - 2.0 * INSET)
        };
        self.area.left + along * self.area.width()
    }
}

/// Dots on ranges.
///
/// # Errors
/// When there is no row, or a value is out of bounds.
pub(super) fn compose(ranges: &Ranges, style: Style<'_>) -> Result<Composed, ChartError> {
    check_count(ranges.rows.len(), 400, "rows")?;
    ranges.rows.iter().try_for_each(RangeRow::check)?;
    let rows = &ranges.rows[..ranges.rows.len().min(MOST)];
    let Some(first) = rows.first() else { return Err(ChartError::Empty) };
    let mut page = Page::blank(style, Scene::default());
    let largest = rows.iter().map(RangeRow::size).fold(0.0, f64::max);
    let is_shared = rows.iter().all(|row| row.unit == first.unit && row.size() >= largest * SPECK);
    let shared = is_shared.then(|| Scale::around(rows.iter().flat_map(RangeRow::values), first.unit));

    let hidden = ranges.rows.len() - rows.len();
    let notes = notes(hidden, is_shared);
    let lines = notes.len() + usize::from(is_shared);
    let room = HEIGHT - HEAD - 18.0 - LINE * lines as f64;
    let pitch = (room / rows.len() as f64).min(140.0);
    // Few rows stand in the middle of the page, not at its top.
    let top = HEAD + (room - pitch * rows.len() as f64) / 2.0;
    let gutter = names(&mut page, rows, top, pitch) + 30.0;
    let right = values(&mut page, rows, top, pitch, is_shared) - 36.0;
    let area = Area { left: gutter, top, right, bottom: top + pitch * rows.len() as f64 };
    let layout = Layout { area, pitch, shared };
    foot(&mut page, &layout, &notes);
    marks(&mut page, rows, &layout);
    key(&mut page, ranges, first, &layout);

    let said: Vec<String> = ranges.rows.iter().take(SPOKEN).map(|row| row.said(style.format)).collect();
    let more = match ranges.rows.len().saturating_sub(SPOKEN) {
        0 => String::new(),
        n => format!("; {n} {MORE}"),
    };
    let (subject, group) = (short(&ranges.subject), short(&ranges.group));
    let alt = format!("{subject} {AGAINST} {MIDDLE_HALF} {OF} {group}: {}{more}.", said.join("; "));
    Ok(page.finish("ranges", alt))
}

/// The names at the left; gives back how far they reach.
fn names(page: &mut Page<'_>, rows: &[RangeRow], top: f64, pitch: f64) -> f64 {
    const LEADING: f64 = BODY * 1.15;
    let lines = if pitch > BODY * 2.6 { 2 } else { 1 };
    let cut = |row: &RangeRow| {
        text::elide_lines(&short(&row.name), Weight::Regular, BODY as f32, NAMES as f32, lines)
    };
    let names: Vec<Vec<String>> = rows.iter().map(cut).collect();
    let width = |line: &String| super::scene::width(line, Weight::Regular, BODY);
    let right = names.iter().flatten().map(width).fold(0.0, f64::max);
    let ink = page.colours().ink;
    for (n, lines) in names.iter().enumerate() {
        let middle = top + pitch * (n as f64 + 0.5) + half_cap(BODY);
        let first = middle - LEADING * (lines.len() as f64 - 1.0) / 2.0;
        for (i, line) in lines.iter().enumerate() {
            page.put(Label::new(line, right, first + LEADING * i as f64, ink).align(Align::Right));
        }
    }
    right
}

/// One's own values at the right, in the dot's colour; where rows have scales of their own, also their ranges. Gives
/// back where the numbers begin.
fn values(page: &mut Page<'_>, rows: &[RangeRow], top: f64, pitch: f64, is_shared: bool) -> f64 {
    let (colours, format) = (page.colours(), page.style.format);
    let column = |page: &mut Page<'_>, right: f64, labels: Vec<Label>| {
        let left = right - labels.iter().map(Label::width).fold(0.0, f64::max);
        for (n, label) in labels.into_iter().enumerate() {
            let baseline = top + pitch * (n as f64 + 0.5) + half_cap(BODY);
            page.put(label.at(right, baseline).align(Align::Right));
        }
        left
    };
    let mut right = WIDTH - 4.0;
    if !is_shared {
        let range = |row: &RangeRow| {
            let [low, high] = [row.low, row.high].map(|value| format.value(value, row.unit));
            Label::new(format!("{low} {TO} {high}"), 0.0, 0.0, colours.muted)
        };
        right = column(page, right, rows.iter().map(range).collect()) - 40.0;
    }
    let own = |row: &RangeRow| match row.own {
        Some(value) => Label::new(format.value(value, row.unit), 0.0, 0.0, colours.accent).bold(),
        None => Label::new(NO_DATA, 0.0, 0.0, colours.muted),
    };
    column(page, right, rows.iter().map(own).collect())
}

/// What is said below the rows: that scales are not shared, and how many rows are not shown.
fn notes(hidden: usize, is_shared: bool) -> Vec<String> {
    let hidden = if hidden > 0 { format!("{hidden} {NOT_SHOWN}") } else { String::new() };
    let words = if is_shared { hidden } else { format!("{OWN_SCALES} {hidden}") };
    text::elide_lines(&words, Weight::Regular, BODY as f32, WIDTH as f32, 2)
}

/// Gridlines with their values where the scale is shared, and the notes below.
fn foot(page: &mut Page<'_>, layout: &Layout, notes: &[String]) {
    let (colours, area) = (page.colours(), layout.area);
    let mut baseline = area.bottom + LINE + 4.0;
    if let Some(scale) = &layout.shared {
        for (tick, label) in scale.ticks.iter().zip(scale.labels(page.style.format)) {
            let x = area.left + (tick - scale.low) / (scale.high - scale.low) * area.width();
            page.scene.line(vec![(x, area.top), (x, area.bottom)], colours.grid, 1.5);
            page.place([Label::new(label, x, baseline, colours.muted).align(Align::Centre)]);
        }
        baseline += LINE;
    }
    for note in notes {
        page.put(Label::new(note, 0.0, baseline, colours.muted));
        baseline += LINE;
    }
}

/// The bars with their medians and dots.
fn marks(page: &mut Page<'_>, rows: &[RangeRow], layout: &Layout) {
    let colours = page.colours();
    let paper = page.scene.page();
    let mut plot = Plot::new(paper, (0.0, paper.right), (paper.bottom, 0.0));
    for (n, row) in rows.iter().enumerate() {
        let y = layout.middle(n);
        plot.line(vec![(layout.area.left, y), (layout.area.right, y)], colours.grid, 1.5);
        let [low, median, high] = [row.low, row.median, row.high].map(|value| layout.x(row, value));
        // A range of one value is still seen.
        let (low, high) = if high - low < 4.0 { (low - 2.0, high + 2.0) } else { (low, high) };
        plot.rect((low, y - BAR), (high, y + BAR), colours.previous);
        plot.line(vec![(median, y - layout.tick()), (median, y + layout.tick())], colours.ink, 4.0);
        if let Some(own) = row.own {
            let at = (layout.x(row, own), y);
            plot.dot(at, DOT + RING, WHITE);
            plot.dot(at, DOT, colours.accent);
        }
    }
    page.scene.plot(plot);
}

/// What bar, tick and dot mean, over the first row and joined to its marks.
fn key(page: &mut Page<'_>, ranges: &Ranges, first: &RangeRow, layout: &Layout) {
    let (colours, y) = (page.colours(), layout.middle(0));
    let baseline = layout.area.top - HEAD + 38.0;
    let label = |text: String, colour| Label::new(text, 0.0, baseline, colour);
    let cut = |text: &str, width: f64| text::elide(text, Weight::SemiBold, BODY as f32, width as f32);
    let group = cut(&format!("{MIDDLE_HALF} {OF} {}", short(&ranges.group)), 700.0);
    let [low, median, high] = [first.low, first.median, first.high].map(|value| layout.x(first, value));
    let own = first.own.map(|own| layout.x(first, own));
    // The bar is pointed at where most of it lies bare.
    let mut cuts: Vec<f64> = [low, median, high].into_iter().chain(own.map(|x| x.clamp(low, high))).collect();
    cuts.sort_by(f64::total_cmp);
    let bare = cuts.windows(2).max_by(|a, b| (a[1] - a[0]).total_cmp(&(b[1] - b[0])));
    let bar = bare.map_or(median, |ends| f64::midpoint(ends[0], ends[1]));
    let mut keys = vec![
        (label(group, colours.muted), bar, BAR),
        (label(MEDIAN.to_owned(), colours.ink), median, layout.tick()),
    ];
    let subject = label(cut(&short(&ranges.subject), SUBJECT), colours.accent).bold();
    let mut left = 0.0;
    if let Some(own) = own {
        keys.push((subject, own, DOT + RING));
    } else {
        // No dot in the first row to point at: one is shown beside the name.
        let dot = Mark::Dot { at: (DOT, baseline - half_cap(BODY)), radius: DOT, fill: colours.accent };
        page.scene.mark(dot);
        let subject = subject.at(2.0 * DOT + 10.0, baseline);
        left = subject.area().right + BETWEEN;
        page.put(subject);
    }
    keys.sort_by(|a, b| a.1.total_cmp(&b.1));
    let wanted: Vec<(f64, f64)> = keys.iter().map(|(label, x, _)| (*x, label.width())).collect();
    let starts = line_up(&wanted, BETWEEN, (left, WIDTH));
    for ((label, x, reach), start) in keys.into_iter().zip(starts) {
        let foot = (x.clamp(start, start + label.width()), baseline + 9.0);
        page.scene.line(vec![foot, (x, y - reach - 3.0)], label.colour, 2.0);
        page.put(label.at(start, baseline));
    }
}
