//! A sheet of numbered colours → PNG with a palette: a third of the time and half of the size of an RGB file.
//!
//! Most rows of a chart repeat the row above, in whole or but for a few places, and what is left repeats the pixel before
//! or is the soft edge of a shape. Knowing that is faster than any search, and no filter does better.

use super::{deflate::Deflate, inks::Ink, sheet::Sheet};
use crate::chart::ChartError;
use flate2::{Compression, write::ZlibEncoder};
use png::{BitDepth, ColorType, Encoder, EncodingError, chunk};
use std::{cmp::Reverse, io, io::Write as _, ops::Range};

/// Encodes a sheet, fast or `small`. Up to 256 colours the file is exact; beyond, the rarest take the nearest kept
/// colour.
///
/// # Errors
/// When the encoder refuses, which it does not for a picture of these sizes.
pub(in crate::chart) fn encode(sheet: &Sheet, small: bool) -> Result<Vec<u8>, ChartError> {
    write(sheet, small).map_err(|error| ChartError::Backend(format!("the PNG: {error}")))
}

/// Room for the file of most charts.
const BUFFER: usize = 64 * 1024;

fn write(sheet: &Sheet, small: bool) -> Result<Vec<u8>, EncodingError> {
    let (width, height) = sheet.size();
    let palette = Palette::of(sheet);
    let mut bytes = Vec::with_capacity(BUFFER);
    let mut encoder = Encoder::new(&mut bytes, width as u32, height as u32);
    encoder.set_color(ColorType::Indexed);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_palette(palette.colours.concat());
    let mut writer = encoder.write_header()?;
    let data = if small { searched(sheet, &palette)? } else { compressed(sheet, &palette) };
    writer.write_chunk(chunk::IDAT, &data)?;
    writer.finish()?;
    Ok(bytes)
}

/// What a row begins with whose bytes are the pixels' numbers themselves (PNG specification, §9.2).
const UNFILTERED: u8 = 0;

/// The rows with every repetition that a thorough search finds.
fn searched(sheet: &Sheet, palette: &Palette) -> io::Result<Vec<u8>> {
    let mut encoder = ZlibEncoder::new(Vec::with_capacity(BUFFER), Compression::best());
    let mut line = vec![UNFILTERED; sheet.size().0 + 1];
    for row in sheet.rows() {
        palette.place(row, &mut line[1..]);
        encoder.write_all(&line)?;
    }
    encoder.finish()
}

/// The rows with the repetitions that are known of a chart.
fn compressed(sheet: &Sheet, palette: &Palette) -> Vec<u8> {
    let mut rows = Rows::new(sheet.size().0);
    each_row(sheet, |row, changes| rows.add(row, changes, palette));
    rows.stream.finish()
}

/// Rows on their way into a file: what repeats the row above, what repeats the pixel before, and the rest.
struct Rows {
    stream: Deflate,
    /// The last row as the file holds it.
    line: Vec<u8>,
    /// The one before it, where they differ.
    above: Vec<u8>,
    /// From a byte to the one above it; `None` while there is none, or where it is farther than a repetition reaches.
    to_above: Option<u16>,
}

impl Rows {
    fn new(width: usize) -> Self {
        let line = vec![UNFILTERED; width + 1];
        Self { stream: Deflate::new(BUFFER), above: line.clone(), line, to_above: None }
    }

    /// One more row, which differs from the last one in some places.
    fn add(&mut self, row: &[Ink], changes: &[Range<usize>], palette: &Palette) {
        // Before the pixels comes one byte.
        let bytes = |pixels: &Range<usize>| pixels.start + 1..pixels.end + 1;
        for change in changes {
            let place = bytes(change);
            self.above[place.clone()].copy_from_slice(&self.line[place.clone()]);
            palette.place(&row[change.clone()], &mut self.line[place]);
        }
        self.stream.check(&self.line);
        let mut done = 0;
        for change in changes.iter().map(bytes) {
            done = self.write(done, change.start, true);
            done = self.write(done, change.end, false);
        }
        self.write(done, self.line.len(), true);
        self.to_above = u16::try_from(self.line.len()).ok().filter(|distance| *distance <= 1 << 15);
    }

    /// Writes the row from one byte to another, which may be known to be as above, and says how far it came.
    fn write(&mut self, mut at: usize, end: usize, as_above: bool) -> usize {
        while at < end {
            let same = if as_above { end - at } else { alike(&self.line[at..end], &self.above[at..end]) };
            if self.to_above.is_some_and(|distance| self.stream.again(same, distance)) {
                at += same;
                continue;
            }
            let held =
                self.line[at..].iter().take_while(|byte| at > 0 && **byte == self.line[at - 1]).count();
            if self.stream.again(held, 1) {
                at += held;
            } else {
                self.stream.byte(self.line[at]);
                at += 1;
            }
        }
        at
    }
}

/// How many bytes two lines have in common before they differ: most often none.
#[inline]
fn alike(line: &[u8], other: &[u8]) -> usize {
    let mut count = 0;
    while line.get(count).is_some_and(|byte| other.get(count) == Some(byte)) {
        count += 1;
    }
    count
}

/// Tells of every row the parts that differ from the row above it.
fn each_row(sheet: &Sheet, mut tell: impl FnMut(&[Ink], &[Range<usize>])) {
    let (mut above, mut changes): (&[Ink], _) = (&[], Vec::new());
    for row in sheet.rows() {
        changes.clear();
        compare(row, above, &mut changes);
        tell(row, &changes);
        above = row;
    }
}

/// Finds the blocks of a row that differ from the row above, neighbours joined; above the first row there is nothing.
fn compare(row: &[Ink], above: &[Ink], changes: &mut Vec<Range<usize>>) {
    /// Pixels compared at once.
    const BLOCK: usize = 16;
    if above.is_empty() {
        changes.push(0..row.len());
        return;
    }
    let mut add = |block: Range<usize>| match changes.last_mut() {
        Some(last) if last.end == block.start => last.end = block.end,
        _ => changes.push(block),
    };
    let ((blocks, rest), (blocks_above, rest_above)) = (row.as_chunks::<BLOCK>(), above.as_chunks::<BLOCK>());
    for (n, (block, above)) in blocks.iter().zip(blocks_above).enumerate() {
        if block != above {
            add(n * BLOCK..(n + 1) * BLOCK);
        }
    }
    if rest != rest_above {
        add(blocks.len() * BLOCK..row.len());
    }
}

/// Colours in a palette, at most.
const PALETTE: usize = 256;

/// The colours of a file.
struct Palette {
    colours: Vec<[u8; 3]>,
    /// The place of each of the sheet's colours among them.
    places: Vec<u8>,
}

impl Palette {
    /// All colours, or where there are too many those that change most often from row to row.
    fn of(sheet: &Sheet) -> Self {
        let colours = sheet.colours();
        if colours.len() <= PALETTE {
            return Self { colours: colours.to_vec(), places: (0..=u8::MAX).take(colours.len()).collect() };
        }
        let mut counts = vec![0; colours.len()];
        each_row(sheet, |row, changes| {
            let changed = changes.iter().flat_map(|change| &row[change.clone()]);
            changed.for_each(|ink| counts[usize::from(*ink)] += 1);
        });
        let mut order: Vec<usize> = (0..colours.len()).filter(|&i| counts[i] > 0).collect();
        order.sort_by_key(|&i| (Reverse(counts[i]), colours[i]));
        let kept: Vec<[u8; 3]> = order.iter().take(PALETTE).map(|&i| colours[i]).collect();
        let mut places = vec![0; colours.len()];
        for (rank, &i) in order.iter().enumerate() {
            places[i] = if rank < PALETTE { rank as u8 } else { nearest(colours[i], &kept) };
        }
        Self { colours: kept, places }
    }

    /// The places of some pixels' colours.
    fn place(&self, inks: &[Ink], line: &mut [u8]) {
        line.iter_mut().zip(inks).for_each(|(to, ink)| *to = self.places[usize::from(*ink)]);
    }
}

fn nearest(colour: [u8; 3], palette: &[[u8; 3]]) -> u8 {
    let distance = |other: &[u8; 3]| -> u32 {
        colour.iter().zip(other).map(|(a, b)| u32::from(a.abs_diff(*b)).pow(2)).sum()
    };
    let best = palette.iter().enumerate().min_by_key(|(_, other)| distance(other));
    best.map_or(0, |(place, _)| place as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 32 × 32 pixels in so many colours.
    fn picture(colours: usize) -> Sheet {
        let mut sheet = Sheet::default();
        sheet.begin(32, 32);
        for i in 0..32 * 32 {
            let (x, y, c) = ((i % 32) as f32, (i / 32) as f32, i % colours);
            let ink = sheet.ink(((c % 7) as u8, (c / 7) as u8, 9));
            sheet.fill([x, y, x + 1.0, y + 1.0], ink);
        }
        sheet
    }

    fn decoded(bytes: &[u8]) -> Vec<u8> {
        let mut decoder = png::Decoder::new(io::Cursor::new(bytes));
        decoder.set_transformations(png::Transformations::EXPAND);
        let mut reader = decoder.read_info().unwrap();
        let mut out = vec![0; reader.output_buffer_size().unwrap()];
        reader.next_frame(&mut out).unwrap();
        out
    }

    #[test]
    fn few_colours_are_kept_exactly_and_many_nearly() {
        for (colours, most_off) in [(1, 0), (256, 0), (300, 8)] {
            let sheet = picture(colours);
            for small in [false, true] {
                let back = decoded(&encode(&sheet, small).unwrap());
                let rgb = sheet.rows().flatten().flat_map(|ink| sheet.colours()[usize::from(*ink)]);
                let off = rgb.zip(&back).map(|(a, b)| a.abs_diff(*b)).max().unwrap();
                assert!(off <= most_off, "{colours} colours: {off}");
                assert_eq!(back.len(), 32 * 32 * 3);
            }
        }
    }
}
