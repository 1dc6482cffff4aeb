//! A sheet of pixels, each the number of its colour: a quarter of the memory of RGBA, and its file needs no search for
//! a palette.
//!
//! Shapes are drawn by how much of each pixel they cover: strokes by the distance to their line, which gives round ends
//! and joints by itself; polygons by area. All of them are clipped to the sheet. Places are finite: they were whole
//! numbers when plotters gave them.

use super::{
    glyphs::Mask,
    inks::{Ink, Inks, LEVELS, level},
};
use ab_glyph_rasterizer::Rasterizer;

pub(super) use ab_glyph_rasterizer::Point;

/// A sheet of pixels.
#[derive(Debug, Default)]
pub(in crate::chart) struct Sheet {
    width: usize,
    height: usize,
    /// Row by row from the top.
    pixels: Vec<Ink>,
    inks: Inks,
    /// How much of each pixel of a band the stroke being drawn covers, in levels; nothing between two strokes.
    covered: Vec<u8>,
}

/// Less than this share of a pixel is nothing: half a level.
const FAINT: f32 = 0.5 / LEVELS as f32;

/// Rows of a stroke or polygon worked out at once, which keeps their memory small and near.
const BAND: usize = 32;

/// Pixels from and to, without the last, across and down.
#[derive(Debug, Clone, Copy)]
struct Reach {
    columns: (usize, usize),
    rows: (usize, usize),
}

impl Reach {
    /// The pixels of a sheet that a box touches.
    fn of(left: f32, top: f32, right: f32, bottom: f32, sheet: (usize, usize)) -> Self {
        // A float beyond what an integer holds becomes the nearest one, not a number becomes 0.
        let from = |v: f32, most: usize| (v.floor() as usize).min(most);
        let to = |v: f32, most: usize| (v.ceil() as usize).min(most);
        Self {
            columns: (from(left, sheet.0), to(right, sheet.0)),
            rows: (from(top, sheet.1), to(bottom, sheet.1)),
        }
    }

    fn and(self, other: Self) -> Self {
        let join = |a: (usize, usize), b: (usize, usize)| (a.0.min(b.0), a.1.max(b.1));
        Self { columns: join(self.columns, other.columns), rows: join(self.rows, other.rows) }
    }
}

impl Sheet {
    /// A new picture of a size. What was drawn before is still to be painted over.
    pub(super) fn begin(&mut self, width: usize, height: usize) {
        if (self.width, self.height) != (width, height) {
            (self.width, self.height) = (width, height);
            self.pixels = vec![0; width * height];
            self.covered = vec![0; width * BAND];
        }
        self.inks.clear();
    }

    /// Width and height in pixels.
    pub(super) fn size(&self) -> (usize, usize) {
        (self.width, self.height)
    }

    /// The rows from the top.
    pub(super) fn rows(&self) -> impl Iterator<Item = &[Ink]> + Clone {
        self.pixels.chunks_exact(self.width.max(1))
    }

    /// The colours of the pixels, by number.
    pub(super) fn colours(&self) -> &[[u8; 3]] {
        self.inks.colours()
    }

    /// The number of a colour.
    pub(super) fn ink(&mut self, (r, g, b): (u8, u8, u8)) -> Ink {
        self.inks.number([r, g, b])
    }

    /// Fills `[left, top, right, bottom]`, edges on whole pixels.
    pub(super) fn fill(&mut self, [left, top, right, bottom]: [f32; 4], ink: Ink) {
        let reach = Reach::of(left.round(), top.round(), right.round(), bottom.round(), self.size());
        if reach.columns.0 >= reach.columns.1 {
            return;
        }
        for row in reach.rows.0..reach.rows.1 {
            let start = row * self.width;
            self.pixels[start + reach.columns.0..start + reach.columns.1].fill(ink);
        }
    }

    /// A line through points with round ends and joints; a single point is a disc.
    pub(super) fn stroke(&mut self, points: &[Point], radius: f32, ink: Ink) {
        let [first, rest @ ..] = points else { return };
        let last = rest.last().unwrap_or(first);
        let pieces = points.iter().zip(rest.iter().chain([last]));
        let (top, bottom) = span(points.iter().map(|point| point.y));
        let far = radius + 0.5;
        let rows = Reach::of(0.0, top - far, 0.0, bottom + far, self.size()).rows;
        for top in (rows.0..rows.1).step_by(BAND) {
            let band = (top, rows.1.min(top + BAND));
            let covered = pieces.clone().filter_map(|(a, b)| self.cover(*a, *b, radius, band));
            if let Some(reach) = covered.reduce(Reach::and) {
                self.paint(reach, top, ink);
            }
        }
    }

    /// Covers all pixels of a band nearer to the line from `a` to `b` than a radius, if there are any.
    fn cover(&mut self, a: Point, b: Point, radius: f32, band: (usize, usize)) -> Option<Reach> {
        // Half a pixel more: there the edge fades out.
        let far = radius + 0.5;
        let (left, right) = (a.x.min(b.x) - far, a.x.max(b.x) + far);
        let mut reach = Reach::of(left, a.y.min(b.y) - far, right, a.y.max(b.y) + far, self.size());
        reach.rows = (reach.rows.0.max(band.0), reach.rows.1.min(band.1));
        if reach.rows.0 >= reach.rows.1 {
            return None;
        }
        let (dx, dy) = (b.x - a.x, b.y - a.y);
        let length = dx.hypot(dy);
        let (ux, uy) = if length > 0.0 { (dx / length, dy / length) } else { (1.0, 0.0) };
        for row in reach.rows.0..reach.rows.1 {
            let y = row as f32 + 0.5 - a.y;
            // Where this row lies within `far` of the endless line; all of it, almost, when the line is flat.
            let (from, to) = if uy.abs() < 1e-3 {
                (left, right)
            } else {
                let (middle, half) = (a.x + y * ux / uy, far / uy.abs());
                ((middle - half).max(left), (middle + half).min(right))
            };
            let columns = Reach::of(from, 0.0, to, 0.0, self.size()).columns;
            let start = (row - band.0) * self.width;
            let line = &mut self.covered[start..start + self.width];
            let line = line.get_mut(columns.0..columns.1).unwrap_or_default();
            // Nothing in this loop depends on the pixel before, so that the compiler can do several at once.
            let first = columns.0 as f32 + 0.5 - a.x;
            for (covered, column) in line.iter_mut().zip(0_i32..) {
                let x = first + column as f32;
                let along = (x * ux + y * uy).max(0.0).min(length);
                let (off_x, off_y) = (x - ux * along, y - uy * along);
                // Not `hypot`: its care for huge numbers takes longer than all the rest.
                let distance = (off_x * off_x + off_y * off_y).sqrt();
                *covered = level(far - distance).max(*covered);
            }
        }
        Some(reach)
    }

    /// Fills a polygon.
    pub(super) fn polygon(&mut self, corners: &[Point], ink: Ink) {
        let (top, bottom) = span(corners.iter().map(|corner| corner.y));
        let rows = Reach::of(0.0, top, 0.0, bottom, self.size()).rows;
        let mut rasteriser = Rasterizer::new(self.width, BAND);
        for top in (rows.0..rows.1).step_by(BAND) {
            let bottom = rows.1.min(top + BAND);
            let next = corners.iter().cycle().skip(1);
            let edges =
                corners.iter().zip(next).filter_map(|(a, b)| cut(*a, *b, (top as f32, bottom as f32)));
            let edges: Vec<[Point; 2]> = edges.collect();
            // A ring is much wider than what a band holds of it.
            let (left, right) = span(edges.iter().flatten().map(|point| point.x));
            let columns = Reach::of(left, 0.0, right, 0.0, self.size()).columns;
            let Some(width) = columns.1.checked_sub(columns.0).filter(|width| *width > 0) else { continue };
            // What lies left or right of the sheet counts as lying on its edge.
            let place = |point: &Point| Point {
                x: (point.x - columns.0 as f32).clamp(0.0, width as f32),
                y: point.y - top as f32,
            };
            rasteriser.reset(width, bottom - top);
            for [a, b] in &edges {
                rasteriser.draw_line(place(a), place(b));
            }
            rasteriser.for_each_pixel_2d(|x, y, covered| {
                let covered = covered.abs();
                if covered >= FAINT {
                    let pixel = &mut self.pixels[(top + y as usize) * self.width + columns.0 + x as usize];
                    *pixel = self.inks.over(*pixel, ink, level(covered));
                }
            });
        }
    }

    /// Prints a glyph with its origin at a pixel.
    pub(super) fn stamp(&mut self, mask: &Mask, (x, y): (i32, i32), ink: Ink) {
        for (row, line) in mask.levels.chunks_exact(mask.width.max(1)).enumerate() {
            let Some(page_row) =
                usize::try_from(y + mask.top + row as i32).ok().filter(|row| *row < self.height)
            else {
                continue;
            };
            for (column, &level) in line.iter().enumerate().filter(|(_, level)| **level > 0) {
                let page_column = usize::try_from(x + mask.left + column as i32).ok();
                if let Some(page_column) = page_column.filter(|column| *column < self.width) {
                    let pixel = &mut self.pixels[page_row * self.width + page_column];
                    *pixel = self.inks.over(*pixel, ink, level);
                }
            }
        }
    }

    /// Paints what is covered of the band from a row on, and uncovers it.
    fn paint(&mut self, reach: Reach, top: usize, ink: Ink) {
        // Most of the box around a line is empty.
        const STEP: usize = 16;
        for row in reach.rows.0..reach.rows.1 {
            let mut at = row * self.width + reach.columns.0;
            let start = at - top * self.width;
            for levels in self.covered[start..start + reach.columns.1 - reach.columns.0].chunks_mut(STEP) {
                let is_empty = levels.as_chunks::<STEP>().0.first().is_some_and(|all| *all == [0; STEP]);
                if !is_empty {
                    for (level, pixel) in levels.iter_mut().zip(&mut self.pixels[at..]) {
                        if *level > 0 {
                            *pixel = self.inks.over(*pixel, ink, *level);
                            *level = 0;
                        }
                    }
                }
                at += levels.len();
            }
        }
    }
}

/// The least and the most.
fn span(values: impl Iterator<Item = f32>) -> (f32, f32) {
    values.fold((f32::INFINITY, f32::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)))
}

/// The piece of a line between two heights; `None` when it lies beside them or is flat.
fn cut(a: Point, b: Point, (top, bottom): (f32, f32)) -> Option<[Point; 2]> {
    let at = |y: f32| {
        let y = y.clamp(top, bottom);
        Point { x: a.x + (b.x - a.x) * ((y - a.y) / (b.y - a.y)).clamp(0.0, 1.0), y }
    };
    let (high, low) = (a.y.min(b.y), a.y.max(b.y));
    (high < low && high < bottom && low > top).then(|| [at(a.y), at(b.y)])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet() -> (Sheet, Ink) {
        let mut sheet = Sheet::default();
        sheet.begin(40, 30);
        let white = sheet.ink((255, 255, 255));
        sheet.fill([0.0, 0.0, 40.0, 30.0], white);
        let black = sheet.ink((0, 0, 0));
        (sheet, black)
    }

    /// How much black there is, in pixels.
    fn black(sheet: &Sheet) -> f32 {
        let grey = |ink: &Ink| 1.0 - f32::from(sheet.colours()[usize::from(*ink)][0]) / 255.0;
        sheet.pixels.iter().map(grey).sum()
    }

    #[test]
    fn shapes_cover_their_area() {
        let corners = [(5.5, 5.0), (25.5, 5.0), (25.5, 15.0), (5.5, 15.0)].map(|(x, y)| Point { x, y });
        let (mut square, ink) = sheet();
        square.polygon(&corners, ink);
        assert!((black(&square) - 200.0).abs() < 1.0, "{}", black(&square));
        let (mut disc, ink) = sheet();
        disc.stroke(&[Point { x: 20.0, y: 15.0 }], 10.0, ink);
        assert!((black(&disc) - 314.2).abs() < 4.0, "{}", black(&disc));
        // Two halves of a line are as dark at their joint as the whole line is.
        let [a, b, c] = [(5.0, 5.0), (15.0, 12.0), (25.0, 19.0)].map(|(x, y)| Point { x, y });
        let (mut whole, ink) = sheet();
        whole.stroke(&[a, c], 3.0, ink);
        let (mut halves, ink) = sheet();
        halves.stroke(&[a, b, c], 3.0, ink);
        assert_eq!(whole.pixels, halves.pixels);
        assert!(halves.covered.iter().all(|level| *level == 0));
    }

    #[test]
    fn what_lies_off_the_sheet_is_cut_off() {
        let far = [(-1e9, 3.0), (1e9, 4.0), (2.0, -1e9), (20.0, 1e9)].map(|(x, y)| Point { x, y });
        let (mut sheet, ink) = sheet();
        sheet.stroke(&far, 2.0, ink);
        sheet.polygon(&far, ink);
        sheet.fill([-5.0, -5.0, 3.0, 1e9], ink);
        assert!(black(&sheet) <= 1200.0);
        assert_eq!(sheet.rows().count(), 30);
    }
}
