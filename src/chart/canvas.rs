//! A [`Scene`] → plotters, on any backend. The one place that speaks to plotters.
//!
//! Neither `configure_mesh` nor the key points of plotters are used: with hostile ranges they hang. Ticks are ours
//! ([`super::scale`]), and nothing that is not finite gets this far.

use super::{
    ChartError,
    backend::{SUB, family},
    scene::{Align, Area, Item, Label, Mark, Plot, Scene, WHITE},
};
use crate::{template::Colour, text::Weight};
use plotters::{
    chart::ChartBuilder,
    coord::Shift,
    drawing::{DrawingArea, DrawingAreaErrorKind, IntoDrawingArea},
    element::{Circle, Polygon, Rectangle},
    series::LineSeries,
    style::{
        Color, FontStyle, IntoFont, RGBColor, ShapeStyle, TextStyle,
        text_anchor::{HPos, Pos, VPos},
    },
};
use plotters_backend::DrawingBackend;

type Drawn<DB> = Result<(), DrawingAreaErrorKind<<DB as DrawingBackend>::ErrorType>>;

/// Paints a scene, `scale` pixels to the layout unit.
pub(super) fn paint<DB: DrawingBackend>(scene: &Scene, backend: DB, scale: u32) -> Result<(), ChartError> {
    let canvas =
        Canvas { root: backend.into_drawing_area(), page: scene.page(), unit: f64::from(scale * SUB) };
    canvas.scene(scene).map_err(|error| ChartError::Backend(error.to_string()))
}

/// The page with its size in backend units.
struct Canvas<DB: DrawingBackend> {
    root: DrawingArea<DB, Shift>,
    /// In layout units.
    page: Area,
    /// Backend units to the layout unit.
    unit: f64,
}

impl<DB: DrawingBackend> Canvas<DB> {
    fn scene(&self, scene: &Scene) -> Drawn<DB> {
        self.root.fill(&rgb(WHITE))?;
        for item in &scene.items {
            match item {
                Item::Plot(plot) => self.plot(plot)?,
                Item::Text(label) => self.text(label)?,
            }
        }
        self.root.present()
    }

    fn length(&self, units: f64) -> i32 {
        (units * self.unit).round() as i32
    }

    fn plot(&self, plot: &Plot) -> Drawn<DB> {
        let area = plot.area;
        let root = if area == self.page {
            self.root.clone()
        } else {
            let corner = (self.length(area.left), self.length(area.top));
            let size = (self.length(area.right) - corner.0, self.length(area.bottom) - corner.1);
            self.root.clone().shrink(corner, size)
        };
        let mut chart = ChartBuilder::on(&root).build_cartesian_2d(plot.x.0..plot.x.1, plot.y.0..plot.y.1)?;
        for mark in &plot.marks {
            match mark {
                Mark::Rect { from, to, fill } => {
                    chart.draw_series([Rectangle::new([*from, *to], rgb(*fill).filled())])?;
                }
                Mark::Line { points, colour, width } => {
                    chart
                        .draw_series(LineSeries::new(points.iter().copied(), self.stroke(*colour, *width)))?;
                }
                Mark::Dot { at, radius, fill } => {
                    chart.draw_series([Circle::new(*at, self.length(*radius), rgb(*fill).filled())])?;
                }
                Mark::Polygon { points, fill } => {
                    chart.draw_series([Polygon::new(points.clone(), rgb(*fill).filled())])?;
                }
            }
        }
        Ok(())
    }

    fn stroke(&self, colour: Colour, width: f64) -> ShapeStyle {
        rgb(colour).stroke_width(self.length(width).unsigned_abs())
    }

    fn text(&self, label: &Label) -> Drawn<DB> {
        let style = match label.weight {
            Weight::Regular => FontStyle::Normal,
            Weight::SemiBold => FontStyle::Bold,
        };
        let across = match label.align {
            Align::Left => HPos::Left,
            Align::Centre => HPos::Center,
            Align::Right => HPos::Right,
        };
        // The backends take a text's place as the place of its baseline.
        let colour = rgb(label.colour);
        let style = TextStyle::from((family(), label.size * self.unit, style).into_font())
            .color(&colour)
            .pos(Pos::new(across, VPos::Bottom));
        self.root.draw_text(&label.text, &style, (self.length(label.x), self.length(label.baseline)))
    }
}

fn rgb(Colour(r, g, b): Colour) -> RGBColor {
    RGBColor(r, g, b)
}

/// Pixels of the picture at a scale.
pub(super) fn pixels(scene: &Scene, scale: u32) -> (u32, u32) {
    (scene.size.0 as u32 * scale, scene.size.1 as u32 * scale)
}
