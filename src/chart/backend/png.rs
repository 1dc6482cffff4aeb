//! A sheet of numbered colours → PNG with a palette: a third of the time and half of the size of an RGB file.

use super::{inks::Ink, sheet::Sheet};
use crate::chart::ChartError;
use png::{BitDepth, ColorType, Compression, Encoder, EncodingError, Filter};
use std::{cmp::Reverse, io::Write as _, iter};

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
    let mut counts = vec![0; sheet.colours().len()];
    for (row, above) in rows(sheet) {
        changes(row, above)
            .for_each(|(_, block)| block.iter().for_each(|ink| counts[usize::from(*ink)] += 1));
    }
    let (places, palette) = palette(sheet.colours(), &counts);

    let mut bytes = Vec::with_capacity(BUFFER);
    let mut encoder = Encoder::new(&mut bytes, width as u32, height as u32);
    encoder.set_color(ColorType::Indexed);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_palette(palette);
    encoder.set_compression(if small { Compression::Balanced } else { Compression::Fast });
    let mut writer = encoder.write_header()?;
    let mut stream = writer.stream_writer_with_size(BUFFER)?;
    let mut line = vec![0; width];
    for (row, above) in rows(sheet) {
        // Both turn a row like the one above into zeros, but `Up` does so in a fraction of the time. A thorough search for
        // repetitions finds most of them in rows as they are.
        let mut filter = Filter::Up;
        for (start, block) in changes(row, above) {
            filter = if small { Filter::NoFilter } else { Filter::Paeth };
            line[start..].iter_mut().zip(block).for_each(|(place, ink)| *place = places[usize::from(*ink)]);
        }
        stream.set_filter(filter);
        stream.write_all(&line)?;
    }
    stream.finish()?;
    writer.finish()?;
    Ok(bytes)
}

/// Every row with the one above it; above the first there is nothing.
fn rows(sheet: &Sheet) -> impl Iterator<Item = (&[Ink], &[Ink])> {
    sheet.rows().zip(iter::once(&[][..]).chain(sheet.rows()))
}

/// The parts of a row that differ from the row above, each with the number of its first pixel. Most of a chart repeats
/// the row above.
fn changes<'p>(row: &'p [Ink], above: &'p [Ink]) -> impl Iterator<Item = (usize, &'p [Ink])> {
    /// Pixels compared at once.
    const BLOCK: usize = 32;
    let row = if row == above { &[] } else { row };
    let blocks = row.chunks(BLOCK).enumerate().map(|(n, block)| (n * BLOCK, block));
    blocks.filter(|(start, block)| above.get(*start..start + block.len()) != Some(block))
}

/// Colours in a palette, at most.
const PALETTE: usize = 256;

/// For every colour its place in the palette, and the palette: the most frequent colours, the most frequent first,
/// because the encoder's fixed code is short for small numbers.
fn palette(colours: &[[u8; 3]], counts: &[u32]) -> (Vec<u8>, Vec<u8>) {
    let mut order: Vec<usize> = (0..colours.len()).filter(|&i| counts[i] > 0).collect();
    order.sort_by_key(|&i| (Reverse(counts[i]), colours[i]));
    let kept: Vec<[u8; 3]> = order.iter().take(PALETTE).map(|&i| colours[i]).collect();
    let mut places = vec![0; colours.len()];
    for (rank, &i) in order.iter().enumerate() {
        places[i] = if rank < PALETTE { rank as u8 } else { nearest(colours[i], &kept) };
    }
    (places, kept.concat())
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
