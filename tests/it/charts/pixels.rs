//! Pixels: a few charts beside pictures of how they were. The SVG snapshots catch every change of the layout; these catch
//! what happens to it on the way to pixels.
//!
//! A picture may differ by what another processor rounds otherwise. One figure for the whole picture would not notice a
//! missing label, so the worst tile decides. With `INSTA_UPDATE=always` the pictures are made anew.

use super::samples::{self, Sample, THEME};
use kamslides::{
    chart::Style,
    domain::Currency,
    format::{Format, Locale},
};
use std::{fs, io::Cursor, path::PathBuf};

/// Pixels of a tile's side.
const TILE: usize = 32;
/// A channel that differs by no more is the same.
const LEVELS: u8 = 8;
/// The most that may differ of a tile.
const MOST: f64 = 0.02;

/// RGB pixels, row by row.
struct Picture {
    width: usize,
    rgb: Vec<u8>,
}

impl Picture {
    fn read(bytes: &[u8]) -> Self {
        let mut decoder = png::Decoder::new(Cursor::new(bytes));
        decoder.set_transformations(png::Transformations::EXPAND);
        let mut reader = decoder.read_info().unwrap();
        let mut rgb = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut rgb).unwrap();
        Self { width: info.width as usize, rgb }
    }

    /// The largest share of a tile that differs.
    fn worst_tile(&self, other: &Self) -> f64 {
        assert_eq!((self.width, self.rgb.len()), (other.width, other.rgb.len()));
        let across = self.width.div_ceil(TILE);
        let mut different = vec![0_u32; across * (self.rgb.len() / 3 / self.width).div_ceil(TILE)];
        let pairs = self.rgb.chunks_exact(3).zip(other.rgb.chunks_exact(3)).enumerate();
        for (n, (a, b)) in pairs {
            if a.iter().zip(b).any(|(a, b)| a.abs_diff(*b) > LEVELS) {
                different[n / self.width / TILE * across + n % self.width / TILE] += 1;
            }
        }
        f64::from(different.into_iter().max().unwrap_or(0)) / (TILE * TILE) as f64
    }
}

fn drawn(sample: &Sample) -> Vec<u8> {
    let format = &Format::new(Locale::EnGb, Some(Currency::EUR));
    sample.chart(Style { format, theme: &THEME, scale: 1, small: true }).unwrap().png
}

fn reference(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/pictures").join(name).with_extension("png")
}

#[test]
fn pixels_are_as_they_were() {
    let all = [
        samples::sales_over(2),
        samples::aov(),
        samples::orders_by_product(),
        samples::aov_by_product(),
        samples::demographics(),
    ];
    for sample in all {
        let (path, now) = (reference(&sample.name), drawn(&sample));
        if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
            fs::write(&path, &now).unwrap();
        }
        let before = fs::read(&path).unwrap();
        // The same bytes are the same pixels.
        if before != now {
            let worst = Picture::read(&before).worst_tile(&Picture::read(&now));
            assert!(worst <= MOST, "{}: {:.1} % of a tile differs", sample.name, worst * 100.0);
        }
    }
}

#[test]
fn the_measure_notices_a_missing_label_and_not_another_rounding() {
    let whole = Picture::read(&drawn(&samples::sales_over(2)));
    let rounded =
        Picture { width: whole.width, rgb: whole.rgb.iter().map(|c| c.saturating_sub(1)).collect() };
    assert!(whole.worst_tile(&rounded) <= MOST);
    let mut without = Picture { width: whole.width, rgb: whole.rgb.clone() };
    // Over the highest column stands its value.
    let column =
        (0..whole.rgb.len() / 3).find(|n| whole.rgb[n * 3..n * 3 + 3] == [0x0b, 0x5f, 0xa5]).unwrap();
    for row in 0..TILE {
        let start = (column / whole.width + row) * whole.width + column % whole.width;
        without.rgb[start * 3..(start + TILE) * 3].fill(255);
    }
    assert!(whole.worst_tile(&without) > MOST);
}
