//! plotters on tiny-skia: pixels.

use super::{SUB, glyphs, pixels, snapped, straight, weight};
use crate::{chart::ChartError, text};
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind,
    text_anchor::{HPos, VPos},
};
use std::{cell::RefCell, convert::Infallible};
use tiny_skia::{Color, FillRule, LineCap, LineJoin, Paint, PathBuilder, Pixmap, Rect, Stroke, Transform};

thread_local! {
    /// The last picture's memory, used again by the next one on this thread.
    static PIXMAP: RefCell<Option<Pixmap>> = const { RefCell::new(None) };
}

/// Draws on a page of pixels, opaque RGBA row by row, and hands it to `then`.
pub(in crate::chart) fn draw_pixels<T>(
    (width, height): (u32, u32),
    draw: impl FnOnce(SkiaBackend<'_>) -> Result<(), ChartError>,
    then: impl FnOnce(&[u8]) -> Result<T, ChartError>,
) -> Result<T, ChartError> {
    let kept = PIXMAP.take().filter(|pixmap| (pixmap.width(), pixmap.height()) == (width, height));
    let mut pixmap = kept
        .or_else(|| Pixmap::new(width, height))
        .ok_or_else(|| ChartError::OutOfBounds(format!("a picture of {width} × {height} pixels")))?;
    draw(SkiaBackend { pixmap: &mut pixmap })?;
    let result = then(pixmap.data());
    PIXMAP.set(Some(pixmap));
    result
}

/// A page of pixels for plotters. Everything but text edges and curves lies on whole pixels.
pub(in crate::chart) struct SkiaBackend<'a> {
    pixmap: &'a mut Pixmap,
}

type Drawn = Result<(), DrawingErrorKind<Infallible>>;

impl SkiaBackend<'_> {
    fn fill(&mut self, [left, top, right, bottom]: [f32; 4], colour: BackendColor) {
        let (width, height) = (self.pixmap.width() as f32, self.pixmap.height() as f32);
        if left <= 0.0 && top <= 0.0 && right >= width && bottom >= height && colour.alpha >= 1.0 {
            let (r, g, b) = colour.rgb;
            self.pixmap.fill(Color::from_rgba8(r, g, b, 255));
        } else if let Some(area) = Rect::from_ltrb(left, top, right, bottom) {
            self.pixmap.fill_rect(area, &paint(colour, false), Transform::identity(), None);
        }
    }

    fn blit(&mut self, mask: &glyphs::Mask, at: (i32, i32), (red, green, blue): (u8, u8, u8)) {
        let (width, height) = (self.pixmap.width() as i32, self.pixmap.height() as i32);
        let data = self.pixmap.data_mut();
        for (row, line) in mask.coverage.chunks_exact(mask.width.max(1)).enumerate() {
            let page_y = at.1 + mask.top + row as i32;
            if !(0..height).contains(&page_y) {
                continue;
            }
            for (column, &covered) in line.iter().enumerate() {
                let page_x = at.0 + mask.left + column as i32;
                if covered == 0 || !(0..width).contains(&page_x) {
                    continue;
                }
                let pixel = ((page_y * width + page_x) * 4) as usize;
                for (under, over) in data[pixel..pixel + 3].iter_mut().zip([red, green, blue]) {
                    let (covered, below) = (u32::from(covered), u32::from(*under));
                    *under = ((u32::from(over) * covered + below * (255 - covered) + 127) / 255) as u8;
                }
            }
        }
    }
}

impl DrawingBackend for SkiaBackend<'_> {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        (self.pixmap.width() * SUB, self.pixmap.height() * SUB)
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
        } else if let Some(path) = trace(&points, false) {
            let stroke =
                Stroke { width, line_cap: LineCap::Round, line_join: LineJoin::Round, ..Stroke::default() };
            self.pixmap.stroke_path(&path, &paint(style.color(), true), &stroke, Transform::identity(), None);
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
        let (x, y) = (pixels(centre.0), pixels(centre.1));
        if let Some(path) = PathBuilder::from_circle(x, y, radius as f32 / SUB as f32) {
            self.fill_shape(&path, style.color());
        }
        Ok(())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        vertices: I,
        style: &S,
    ) -> Drawn {
        if let Some(path) = trace(&vertices.into_iter().collect::<Vec<_>>(), true) {
            self.fill_shape(&path, style.color());
        }
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
            let mask = glyphs::mask(weight, glyph.id, size, quarters.rem_euclid(4));
            let y = baseline - (glyph.y * size).round() as i32;
            self.blit(&mask, (quarters.div_euclid(4), y), style.color().rgb);
        }
        Ok(())
    }
}

impl SkiaBackend<'_> {
    fn fill_shape(&mut self, path: &tiny_skia::Path, colour: BackendColor) {
        let paint = paint(colour, true);
        self.pixmap.fill_path(path, &paint, FillRule::Winding, Transform::identity(), None);
    }
}

fn paint(colour: BackendColor, smooth: bool) -> Paint<'static> {
    let mut paint = Paint { anti_alias: smooth, ..Paint::default() };
    let (r, g, b) = colour.rgb;
    paint.set_color_rgba8(r, g, b, (colour.alpha * 255.0).round() as u8);
    paint
}

fn trace(points: &[BackendCoord], closed: bool) -> Option<tiny_skia::Path> {
    let mut path = PathBuilder::new();
    let (first, rest) = points.split_first()?;
    path.move_to(pixels(first.0), pixels(first.1));
    for point in rest {
        path.line_to(pixels(point.0), pixels(point.1));
    }
    if closed {
        path.close();
    }
    path.finish()
}
