//! Glyph masks: how much of each pixel a glyph covers. Kept per thread, because the same few digits come again and
//! again.

use super::inks::level;
use crate::text::{self, FontId, Glyph, Outline};
use ab_glyph_rasterizer::{Point, Rasterizer, point};
use std::{cell::RefCell, collections::HashMap, rc::Rc};

/// Levels of coverage of the pixels around a glyph's origin, row by row.
#[derive(Debug)]
pub(super) struct Mask {
    /// From the origin to the first column.
    pub(super) left: i32,
    /// From the baseline to the first row; negative is above.
    pub(super) top: i32,
    pub(super) width: usize,
    pub(super) levels: Vec<u8>,
}

/// What a mask depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Key {
    font: FontId,
    glyph: u16,
    /// Font size in 1/64 pixel.
    size: u32,
    /// Quarters of a pixel that the origin lies right of a whole pixel.
    phase: i32,
}

/// Masks kept per thread.
const CACHED: usize = 4096;

thread_local! {
    static MASKS: RefCell<HashMap<Key, Rc<Mask>>> = RefCell::default();
}

/// The mask of a glyph whose origin lies `phase` quarters of a pixel right of a whole pixel.
pub(super) fn mask(glyph: &Glyph, size: f32, phase: i32) -> Rc<Mask> {
    let key = Key { font: glyph.font, glyph: glyph.id, size: (size * 64.0) as u32, phase };
    MASKS.with_borrow_mut(|masks| {
        if masks.len() >= CACHED {
            masks.clear();
        }
        Rc::clone(masks.entry(key).or_insert_with(|| Rc::new(rasterise(&key, size))))
    })
}

fn rasterise(key: &Key, size: f32) -> Mask {
    let Some(bounds) = text::glyph_box(key.font, key.glyph) else {
        return Mask { left: 0, top: 0, width: 0, levels: Vec::new() };
    };
    let shift = key.phase as f32 / 4.0;
    let [left, bottom, right, top] = bounds.map(|v| v * size);
    let (left, right) = ((left + shift).floor() as i32 - 1, (right + shift).ceil() as i32 + 1);
    let (top, bottom) = ((-top).floor() as i32 - 1, (-bottom).ceil() as i32 + 1);
    let (width, height) = ((right - left) as usize, (bottom - top) as usize);
    let mut rasteriser = Rasterizer::new(width, height);
    let origin = point(shift - left as f32, -top as f32);
    let mut trace =
        Trace { rasteriser: &mut rasteriser, size, origin, at: point(0.0, 0.0), start: point(0.0, 0.0) };
    text::outline(key.font, key.glyph, &mut trace);
    let mut levels = vec![0; width * height];
    rasteriser.for_each_pixel(|i, covered| levels[i] = level(covered));
    Mask { left, top, width, levels }
}

/// Follows an outline with the rasteriser.
struct Trace<'a> {
    rasteriser: &'a mut Rasterizer,
    size: f32,
    origin: Point,
    at: Point,
    start: Point,
}

impl Trace<'_> {
    fn pixel(&self, x: f32, y: f32) -> Point {
        point(self.origin.x + x * self.size, self.origin.y - y * self.size)
    }
}

impl Outline for Trace<'_> {
    fn move_to(&mut self, x: f32, y: f32) {
        self.at = self.pixel(x, y);
        self.start = self.at;
    }
    fn line_to(&mut self, x: f32, y: f32) {
        let to = self.pixel(x, y);
        self.rasteriser.draw_line(self.at, to);
        self.at = to;
    }
    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        let to = self.pixel(x, y);
        self.rasteriser.draw_quad(self.at, self.pixel(x1, y1), to);
        self.at = to;
    }
    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        let to = self.pixel(x, y);
        self.rasteriser.draw_cubic(self.at, self.pixel(x1, y1), self.pixel(x2, y2), to);
        self.at = to;
    }
    fn close(&mut self) {
        self.rasteriser.draw_line(self.at, self.start);
        self.at = self.start;
    }
}
