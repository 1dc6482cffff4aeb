//! A KPI tile: what is measured, the number large, its change, and where it comes from as a sparkline.
//!
//! Tiles stand in rows, so every part has its own place whatever the others hold: the same baselines in every tile.

use super::{
    ChartError, Style, check_values,
    page::{Composed, Page, short},
    scene::{Area, BODY, Label, Mark, Scene, half_cap},
    spark::{self, Spark},
};
use crate::{
    domain::Unit,
    format::{Format, prints_as_zero, with_plus},
    template::Colour,
    text::{self, Weight},
};

/// The size of a tile's page.
const PAGE: (f64, f64) = (480.0, 360.0);
const LEFT: f64 = 16.0;
const RIGHT: f64 = 464.0;
const ROOM: f64 = RIGHT - LEFT;
/// Baselines, from the top: the label's two lines, the number, the change's two lines.
const LABEL: [f64; 2] = [38.0, 71.0];
const NUMBER: f64 = 151.0;
const CHANGE: [f64; 2] = [197.0, 230.0];
/// Where the sparkline lies.
const SPARK: Area = Area { left: LEFT, top: 244.0, right: RIGHT, bottom: 352.0 };
/// Font size of the number; a long one is smaller.
const LARGE: f64 = 84.0;

/// A number, its change and its history.
#[derive(Debug, Clone, PartialEq)]
pub struct Tile {
    /// What is measured and when, for instance `Sales, Q2 2025`. Two lines are drawn; all of it is spoken.
    pub label: String,
    /// The number.
    pub value: f64,
    /// What it counts.
    pub unit: Unit,
    /// The number against another.
    pub comparison: Option<Comparison>,
    /// Where it comes from.
    pub spark: Option<Spark>,
}

/// A value against another one.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// How far they are apart.
    pub change: Change,
    /// What the value is compared with, for instance `Q2 2024`.
    pub against: String,
    /// Whether more is better, which decides between green and red; `None` where neither more nor less is.
    pub higher_is_better: Option<bool>,
}

/// How far a value is from the one it is compared with.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Change {
    /// In parts of a hundred of the other value.
    Percent(f64),
    /// In the unit of the value, for instance where too few orders stand behind a per cent.
    Absolute(f64),
    /// In percentage points, between two shares.
    Points(f64),
    /// Not known: there is nothing to compare with.
    Unknown,
}

impl Change {
    fn amount(self) -> Option<f64> {
        match self {
            Self::Percent(amount) | Self::Absolute(amount) | Self::Points(amount) => Some(amount),
            Self::Unknown => None,
        }
    }
}

impl Comparison {
    /// The change as printed, its sign always there: `+12%`. Empty when it is not known.
    fn printed(&self, unit: Unit, format: &Format) -> String {
        match self.change {
            Change::Percent(percent) => format.change(percent),
            Change::Absolute(amount) => with_plus(amount, format.value(amount, unit)),
            Change::Points(points) => with_plus(points, format.points(points)),
            Change::Unknown => String::new(),
        }
    }

    /// `vs Q2 2024`.
    fn words(&self, style: Style<'_>) -> String {
        let words = &style.words().tile;
        let opening = if self.change == Change::Unknown { words.no_comparison_with } else { words.against };
        format!("{opening} {}", short(&self.against))
    }

    /// Green for better, red for worse; grey when it prints as nothing or neither way is better.
    fn colour(&self, printed: &str, style: Style<'_>) -> Colour {
        let colours = &style.theme.colours;
        match (self.change.amount(), self.higher_is_better) {
            (Some(amount), Some(higher)) if !prints_as_zero(printed) => {
                if (amount > 0.0) == higher {
                    colours.good
                } else {
                    colours.bad
                }
            }
            _ => colours.muted,
        }
    }
}

/// A tile on its page.
///
/// # Errors
/// When a value is out of bounds.
pub(super) fn compose(tile: &Tile, style: Style<'_>) -> Result<Composed, ChartError> {
    let change = tile.comparison.as_ref().and_then(|comparison| comparison.change.amount());
    check_values([tile.value].into_iter().chain(change))?;
    // A line without a value is no reason to withhold the number.
    let spark = tile.spark.as_ref().map(|spark| (spark, spark.check()));
    let spark = match spark {
        Some((_, Err(error @ ChartError::OutOfBounds(_)))) => return Err(error),
        Some((spark, Ok(()))) => Some(spark),
        _ => None,
    };
    let mut page = Page::blank(style, Scene { size: PAGE, items: Vec::new() });
    let (colours, format) = (page.colours(), style.format);
    page.scene.line(vec![(LEFT, 2.0), (RIGHT, 2.0)], colours.previous, 2.0);

    let label = short(&tile.label);
    let lines = text::elide_lines(&label, Weight::Regular, BODY as f32, ROOM as f32, LABEL.len());
    for (line, baseline) in lines.iter().zip(LABEL) {
        page.put(Label::new(line, LEFT, baseline, colours.muted));
    }
    let printed = format.value(tile.value, tile.unit);
    let number = Label::new(&printed, LEFT, NUMBER, colours.ink).bold().size(LARGE);
    let size = (LARGE * ROOM / number.width().max(1.0)).min(LARGE);
    page.put(number.size(size));
    let mut alt = format!("{label}{}{printed}", style.words().colon);
    if let Some(comparison) = &tile.comparison {
        alt = format!("{alt}, {}", draw_change(&mut page, comparison, tile.unit));
    }
    if let Some(spark) = spark {
        spark::draw(&mut page, spark, SPARK);
        alt = format!("{alt}. {}", spark.said(style));
    }
    Ok(page.finish("tile", format!("{alt}.")))
}

/// Draws the change with an arrow and its words; gives it back as it is spoken.
fn draw_change(page: &mut Page<'_>, comparison: &Comparison, unit: Unit) -> String {
    let (colours, style) = (page.colours(), page.style);
    let printed = comparison.printed(unit, style.format);
    let colour = comparison.colour(&printed, style);
    let words = comparison.words(style);
    let mut x = LEFT;
    if !prints_as_zero(&printed) {
        let rises = comparison.change.amount().is_some_and(|amount| amount > 0.0);
        page.scene.mark(arrow(x, rises, colour));
        x += 32.0;
    }
    let change = Label::new(&printed, x, CHANGE[0], colour).bold();
    if !printed.is_empty() {
        x += change.width() + 9.0;
        page.put(change);
    }
    let beside = Label::new(&words, x, CHANGE[0], colours.muted);
    if x + beside.width() <= RIGHT {
        page.put(beside);
    } else if printed.is_empty() {
        let lines = text::elide_lines(&words, Weight::Regular, BODY as f32, ROOM as f32, CHANGE.len());
        for (line, baseline) in lines.iter().zip(CHANGE) {
            page.put(Label::new(line, LEFT, baseline, colours.muted));
        }
    } else {
        let words = text::elide(&words, Weight::Regular, BODY as f32, ROOM as f32);
        page.put(Label::new(words, LEFT, CHANGE[1], colours.muted));
    }
    if printed.is_empty() { words } else { format!("{printed} {words}") }
}

/// A triangle as high as the capitals of the change.
fn arrow(left: f64, rises: bool, fill: Colour) -> Mark {
    let (foot, top) = (CHANGE[0], CHANGE[0] - 2.0 * half_cap(BODY));
    let (base, tip) = if rises { (foot, top) } else { (top, foot) };
    let points = vec![(left, base), (left + 22.0, base), (left + 11.0, tip)];
    Mark::Polygon { points, fill }
}
