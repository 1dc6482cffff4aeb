//! A sparkline: where a number comes from, as a line without axes. Gaps stay gaps, the last value has a dot.
//!
//! A tile draws one under its number ([`super::tile`]); alone it is a small page for a cell of a table. What it is not:
//! a chart to read values off.

use super::{
    ChartError, Style, check_count, check_values,
    page::{Composed, Page, short},
    scene::{Align, Area, BODY, Label, Plot, Scene, WHITE, half_cap},
};
use crate::domain::{Month, Period, Unit};

/// The size of a sparkline's own page.
const PAGE: (f64, f64) = (400.0, 120.0);
/// The dot on the last value.
const DOT: f64 = 8.0;
const LINE: f64 = 4.0;
/// Room for a line of words at the foot.
const FOOT: f64 = 38.0;

/// A small line of values.
#[derive(Debug, Clone, PartialEq)]
pub struct Spark {
    /// What it shows, for instance `Monthly sales`. Spoken, never drawn.
    pub name: String,
    /// What the values count.
    pub unit: Unit,
    /// A value a step of time, oldest first; `None` is a gap. At most 400.
    pub values: Vec<Option<f64>>,
    /// Whether the last value's time is not over: its dot is hollow, and no line leads to it.
    pub is_partial: bool,
    /// The days that the values stand for; its first and last month are printed at the ends.
    pub period: Option<Period>,
    /// Lowest and highest value of the scale, for rows that are to be compared; without it, the values' own.
    pub scale: Option<(f64, f64)>,
    /// The usual range, drawn as a band.
    pub band: Option<(f64, f64)>,
    /// Whether the last value is printed beside its dot.
    pub has_value: bool,
}

impl Spark {
    /// A line of values on its own scale, with nothing printed.
    pub fn new(name: impl Into<String>, unit: Unit, values: Vec<Option<f64>>) -> Self {
        let name = name.into();
        Self {
            name,
            unit,
            values,
            is_partial: false,
            period: None,
            scale: None,
            band: None,
            has_value: false,
        }
    }

    /// Position and value of the last entry that has one.
    fn last(&self) -> Option<(usize, f64)> {
        let at = self.values.iter().rposition(Option::is_some)?;
        Some((at, self.values[at]?))
    }

    /// Whether the last value is of a time that is not over.
    fn ends_early(&self) -> bool {
        self.is_partial && self.values.last().is_some_and(Option::is_some)
    }

    /// # Errors
    /// When there is no value, too many, or one is out of bounds or off the scale.
    pub(super) fn check(&self) -> Result<(), ChartError> {
        check_count(self.values.len(), 400, "values")?;
        let ends = [self.scale, self.band].into_iter().flatten();
        check_values(ends.clone().flat_map(|(low, high)| [low, high]))?;
        check_values(self.values.iter().flatten().copied())?;
        if let Some((low, high)) = { ends }.find(|(low, high)| low > high) {
            return Err(ChartError::OutOfBounds(format!("the range from {low} to {high} runs backwards")));
        }
        if let Some((low, high)) = self.scale
            && let Some(value) = self.values.iter().flatten().find(|value| !(low..=high).contains(*value))
        {
            return Err(ChartError::OutOfBounds(format!("{value} is off the scale from {low} to {high}")));
        }
        self.last().map(|_| ()).ok_or(ChartError::Empty)
    }

    /// The ends of the value scale. Values that are all one stand in its middle.
    fn extent(&self) -> (f64, f64) {
        let band = self.band.into_iter().flat_map(|(low, high)| [low, high]);
        let own = self.values.iter().flatten().copied().chain(band);
        let (low, high) = self.scale.unwrap_or_else(|| {
            own.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)))
        });
        let size = low.abs().max(high.abs()).max(1e-9);
        if high - low > size * 1e-9 { (low, high) } else { (low - size, high + size) }
    }

    /// `Monthly sales, January 2024 to June 2025: last €112k, highest €146k, lowest €41.2k`.
    pub(super) fn said(&self, style: Style<'_>) -> String {
        let (format, words) = (style.format, style.words());
        let (spark, between) = (&words.spark, words.alt.between);
        let Some((_, last)) = self.last() else { return String::new() };
        let print = |value: f64| format.value(value, self.unit);
        let period = self.period.map_or(String::new(), |period| format!(", {}", format.period(&period)));
        let unfinished = if self.ends_early() { format!(" ({})", spark.unfinished) } else { String::new() };
        let mut whole: Vec<f64> = self.values.iter().flatten().copied().collect();
        if self.ends_early() {
            whole.pop();
        }
        let highest = whole.iter().copied().max_by(f64::total_cmp);
        let lowest = whole.iter().copied().min_by(f64::total_cmp);
        let extremes = match (highest, lowest) {
            (Some(high), Some(low)) if high > low => {
                let (high, low) = (print(high), print(low));
                format!("{between}{} {high}{between}{} {low}", spark.highest, spark.lowest)
            }
            _ => String::new(),
        };
        let (name, colon, last) = (short(&self.name), words.colon, print(last));
        format!("{name}{period}{colon}{} {last}{unfinished}{extremes}", spark.last)
    }
}

/// A sparkline on its own page.
///
/// # Errors
/// When there is no value, or one is out of bounds.
pub(super) fn compose(spark: &Spark, style: Style<'_>) -> Result<Composed, ChartError> {
    spark.check()?;
    let mut page = Page::blank(style, Scene { size: PAGE, items: Vec::new() });
    let area = page.scene.page().grown(-10.0);
    draw(&mut page, spark, area);
    let alt = format!("{}.", spark.said(style));
    Ok(page.finish("sparkline", alt))
}

/// Draws a checked sparkline into a part of a page: the line, and below it where it starts and ends.
pub(super) fn draw(page: &mut Page<'_>, spark: &Spark, area: Area) {
    let Some((last, value)) = spark.last() else { return };
    let (colours, format) = (page.colours(), page.style.format);
    let mut room = area;
    if let Some(period) = spark.period {
        room.bottom -= FOOT;
        ends(page, &area, period);
    }
    let print = Label::new(format.value(value, spark.unit), 0.0, 0.0, colours.accent).bold();
    if spark.has_value {
        // However long the number, two fifths of the room are the line's.
        room.right -= (print.width() + 10.0).min(area.width() * 0.6);
    }
    let steps = spark.values.len().saturating_sub(1) as f64;
    // A single value stands where the last one stands.
    let across = if steps > 0.0 { (0.0, steps) } else { (-1.0, 0.0) };
    let (low, high) = spark.extent();
    // The line starts at the very left, and its last dot ends at the very right.
    let inner = Area { left: room.left + LINE / 2.0, ..room.grown(-DOT) };
    let mut plot = Plot::new(inner, across, (low, high));
    if let Some((from, to)) = spark.band {
        plot.rect((across.0, from.clamp(low, high)), (across.1, to.clamp(low, high)), colours.tint);
    }
    let joined = spark.values.len() - usize::from(spark.ends_early());
    let place = |(at, value): (usize, &Option<f64>)| value.map(|value| (at as f64, value));
    let points: Vec<Option<(f64, f64)>> = spark.values[..joined].iter().enumerate().map(place).collect();
    for stretch in points.split(Option::is_none) {
        let stretch: Vec<(f64, f64)> = stretch.iter().flatten().copied().collect();
        match stretch[..] {
            [] => {}
            [alone] => plot.dot(alone, LINE, colours.previous),
            _ => plot.line(stretch, colours.previous, LINE),
        }
    }
    let end = (last as f64, value);
    plot.dot(end, DOT, colours.accent);
    if spark.ends_early() {
        plot.dot(end, DOT * 0.55, WHITE);
    }
    let (x, y) = plot.place(end);
    page.scene.plot(plot);
    if spark.has_value {
        let size = (BODY * (area.right - x - DOT - 10.0) / print.width()).min(BODY);
        let y = y.clamp(room.top + half_cap(BODY), room.bottom - half_cap(BODY));
        page.put(print.at(x + DOT + 10.0, y + half_cap(size)).size(size));
    }
}

/// The first and the last month below the line, or the days where it is one month.
fn ends(page: &mut Page<'_>, area: &Area, period: Period) {
    let format = page.style.format;
    let (first, last) = (Month::of(period.from()), Month::of(period.to()));
    let month = |month: Month| format.month_abbreviated(month);
    let [from, to] = if first == last {
        [period.from(), period.to()].map(|day| format.day_short(day))
    } else {
        [first, last].map(month)
    };
    let label = |text, x| Label::new(text, x, area.bottom - BODY * 0.25, page.style.theme.colours.muted);
    let (from, to) = (label(from, area.left), label(to, area.right).align(Align::Right));
    page.put(from);
    if period.from() < period.to() {
        page.put(to);
    }
}
