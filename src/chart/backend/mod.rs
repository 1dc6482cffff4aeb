//! The two backends that plotters draws on. Both take fixed-point coordinates, [`SUB`] to the pixel, because plotters
//! knows whole numbers only, and both draw text as [`crate::text`] shapes it: position = baseline, size = em.

mod deflate;
mod glyphs;
mod huffman;
mod inks;
mod png;
mod raster;
mod sheet;
mod svg;

pub(super) use png::encode;
pub(super) use raster::{RasterBackend, draw_pixels};
pub(super) use svg::draw_svg;

use crate::text::Weight;
use plotters_backend::{BackendTextStyle, FontStyle};

/// Backend units to the pixel.
pub(super) const SUB: u32 = 8;

/// The font's name, as the SVG and plotters know it.
pub(super) fn family() -> &'static str {
    "Inter"
}

fn pixels(units: i32) -> f32 {
    units as f32 / SUB as f32
}

fn weight(style: &impl BackendTextStyle) -> Weight {
    match style.style() {
        FontStyle::Bold => Weight::SemiBold,
        FontStyle::Normal | FontStyle::Oblique | FontStyle::Italic => Weight::Regular,
    }
}

/// The pixel rectangle `[left, top, right, bottom]` between two points, on whole pixels so that edges are sharp, and at
/// least one pixel wide and high.
fn snapped(a: (i32, i32), b: (i32, i32)) -> [f32; 4] {
    let left = pixels(a.0.min(b.0)).round();
    let top = pixels(a.1.min(b.1)).round();
    let right = pixels(a.0.max(b.0)).round();
    let bottom = pixels(a.1.max(b.1)).round();
    [left, top, right.max(left + 1.0), bottom.max(top + 1.0)]
}

/// A straight horizontal or vertical stroke as the pixel rectangle that draws it sharply.
fn straight(points: &[(i32, i32)], width: f32) -> Option<[f32; 4]> {
    let &[a, b] = points else { return None };
    let thick = width.round().max(1.0);
    let half = thick / 2.0;
    match (a.0 == b.0, a.1 == b.1) {
        (false, true) => {
            let top = (pixels(a.1) - half).round();
            Some([pixels(a.0.min(b.0)).round(), top, pixels(a.0.max(b.0)).round(), top + thick])
        }
        (true, false) => {
            let left = (pixels(a.0) - half).round();
            Some([left, pixels(a.1.min(b.1)).round(), left + thick, pixels(a.1.max(b.1)).round()])
        }
        _ => None,
    }
}
