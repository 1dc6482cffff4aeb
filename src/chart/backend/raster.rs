//! plotters on pixels: rectangles on whole pixels, everything else with soft edges.

use super::{
    SUB, glyphs, pixels,
    sheet::{Point, Sheet},
    snapped, straight, weight,
};
use crate::{chart::ChartError, text};
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind,
    text_anchor::{HPos, VPos},
};
use std::{cell::RefCell, convert::Infallible};

thread_local! {
    /// The last picture's memory, used again by the next one on this thread.
    static SHEET: RefCell<Option<Sheet>> = const { RefCell::new(None) };
}

/// Draws on a sheet of pixels and hands it to `then`.
pub(in crate::chart) fn draw_pixels<T>(
    (width, height): (u32, u32),
    draw: impl FnOnce(RasterBackend<'_>) -> Result<(), ChartError>,
    then: impl FnOnce(&Sheet) -> Result<T, ChartError>,
) -> Result<T, ChartError> {
    let mut sheet = SHEET.take().unwrap_or_default();
    sheet.begin(width as usize, height as usize);
    draw(RasterBackend { sheet: &mut sheet })?;
    let result = then(&sheet);
    SHEET.set(Some(sheet));
    result
}

/// A page of pixels for plotters.
pub(in crate::chart) struct RasterBackend<'a> {
    sheet: &'a mut Sheet,
}

type Drawn = Result<(), DrawingErrorKind<Infallible>>;

impl RasterBackend<'_> {
    fn fill(&mut self, area: [f32; 4], colour: BackendColor) {
        let ink = self.sheet.ink(colour.rgb);
        self.sheet.fill(area, ink);
    }
}

impl DrawingBackend for RasterBackend<'_> {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        let (width, height) = self.sheet.size();
        (width as u32 * SUB, height as u32 * SUB)
    }

    fn ensure_prepared(&mut self) -> Drawn {
        Ok(())
    }

    fn present(&mut self) -> Drawn {
        Ok(())
    }

    fn draw_pixel(&mut self, at: BackendCoord, colour: BackendColor) -> Drawn {
        self.fill(snapped(at, at), colour);
        Ok(())
    }

    fn draw_line<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, style: &S) -> Drawn {
        self.draw_path([from, to], style)
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        upper_left: BackendCoord,
        bottom_right: BackendCoord,
        style: &S,
        fill: bool,
    ) -> Drawn {
        debug_assert!(fill, "outlines are drawn as paths");
        self.fill(snapped(upper_left, bottom_right), style.color());
        Ok(())
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Drawn {
        let points: Vec<_> = path.into_iter().collect();
        let width = style.stroke_width() as f32 / SUB as f32;
        if let Some(area) = straight(&points, width) {
            self.fill(area, style.color());
        } else {
            let ink = self.sheet.ink(style.color().rgb);
            let points: Vec<Point> = points.into_iter().map(point).collect();
            self.sheet.stroke(&points, width / 2.0, ink);
        }
        Ok(())
    }

    fn draw_circle<S: BackendStyle>(
        &mut self,
        centre: BackendCoord,
        radius: u32,
        style: &S,
        fill: bool,
    ) -> Drawn {
        debug_assert!(fill, "rings are drawn as one disc on another");
        let ink = self.sheet.ink(style.color().rgb);
        self.sheet.stroke(&[point(centre)], radius as f32 / SUB as f32, ink);
        Ok(())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        vertices: I,
        style: &S,
    ) -> Drawn {
        let ink = self.sheet.ink(style.color().rgb);
        self.sheet.polygon(&vertices.into_iter().map(point).collect::<Vec<_>>(), ink);
        Ok(())
    }

    fn estimate_text_size<T: BackendTextStyle>(
        &self,
        text: &str,
        style: &T,
    ) -> Result<(u32, u32), DrawingErrorKind<Infallible>> {
        let (weight, size) = (weight(style), style.size() as f32);
        let height = (text::ascent(weight) + text::descent(weight)) * size;
        Ok((text::measure(text, weight, size).ceil() as u32, height.ceil() as u32))
    }

    fn draw_text<T: BackendTextStyle>(&mut self, text: &str, style: &T, at: BackendCoord) -> Drawn {
        debug_assert!(matches!(style.anchor().v_pos, VPos::Bottom), "text stands on its baseline");
        let (weight, size) = (weight(style), style.size() as f32 / SUB as f32);
        let ink = self.sheet.ink(style.color().rgb);
        let run = text::shape(text, weight);
        let width = run.width * size;
        let left = pixels(at.0)
            - match style.anchor().h_pos {
                HPos::Left => 0.0,
                HPos::Center => width / 2.0,
                HPos::Right => width,
            };
        let baseline = pixels(at.1).round() as i32;
        for glyph in &run.glyphs {
            let quarters = ((left + glyph.x * size) * 4.0).round() as i32;
            let mask = glyphs::mask(glyph, size, quarters.rem_euclid(4));
            let y = baseline - (glyph.y * size).round() as i32;
            self.sheet.stamp(&mask, (quarters.div_euclid(4), y), ink);
        }
        Ok(())
    }
}

fn point((x, y): BackendCoord) -> Point {
    Point { x: pixels(x), y: pixels(y) }
}
