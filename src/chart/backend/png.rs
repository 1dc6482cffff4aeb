//! A sheet of numbered colours → PNG with a palette: a third of the time and half of the size of an RGB file.
//!
//! Most rows of a chart repeat the row above, in whole or but for a few blocks. Only those blocks are looked at for the
//! palette and for the filter, which by itself would take half of the time of a chart; all else is zeros.

use super::{inks::Ink, sheet::Sheet};
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
    let changes = changes(sheet);
    let mut counts = vec![0; sheet.colours().len()];
    for (row, change) in sheet.rows().zip(&changes) {
        change.iter().flat_map(|block| &row[block.clone()]).for_each(|ink| counts[usize::from(*ink)] += 1);
    }
    let (places, palette) = palette(sheet.colours(), &counts);
    let mut bytes = Vec::with_capacity(BUFFER);
    let mut encoder = Encoder::new(&mut bytes, width as u32, height as u32);
    encoder.set_color(ColorType::Indexed);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_palette(palette);
    let mut writer = encoder.write_header()?;
    let data = if small {
        // A thorough search for repetitions finds most of them in rows as they are.
        let mut encoder = ZlibEncoder::new(Vec::with_capacity(BUFFER), Compression::best());
        for row in sheet.rows() {
            let line: Vec<u8> = row.iter().map(|ink| places[usize::from(*ink)]).collect();
            encoder.write_all(&[UNFILTERED])?;
            encoder.write_all(&line)?;
        }
        encoder.finish()?
    } else {
        compressed(sheet, &changes, &places)?
    };
    writer.write_chunk(chunk::IDAT, &data)?;
    writer.finish()?;
    Ok(bytes)
}

/// The filters of a row (PNG specification, §9.2): none, the difference to the pixel above, and the difference to the one
/// of three neighbours that is nearest to what a plane through them would have.
const UNFILTERED: u8 = 0;
const UP: u8 = 2;
const PAETH: u8 = 4;

/// The picture's rows, filtered, in a zlib stream.
fn compressed(sheet: &Sheet, changes: &[Vec<Range<usize>>], places: &[u8]) -> io::Result<Vec<u8>> {
    let (width, _) = sheet.size();
    let mut compressor = fdeflate::Compressor::new(Vec::with_capacity(BUFFER))?;
    let (mut line, mut above) = (vec![0; width], vec![0; width]);
    let mut filtered = vec![0; width + 1];
    for (row, change) in sheet.rows().zip(changes) {
        filtered.fill(0);
        filtered[0] = UP;
        if !change.is_empty() {
            filtered[0] = PAETH;
            above.copy_from_slice(&line);
            for block in change {
                let inks = &row[block.clone()];
                line[block.clone()]
                    .iter_mut()
                    .zip(inks)
                    .for_each(|(to, ink)| *to = places[usize::from(*ink)]);
            }
            for block in change {
                // The pixel after a block has a changed neighbour.
                for x in block.start..(block.end + 1).min(width) {
                    let (left, corner) = if x == 0 { (0, 0) } else { (line[x - 1], above[x - 1]) };
                    filtered[x + 1] = line[x].wrapping_sub(paeth(left, above[x], corner));
                }
            }
        }
        compressor.write_data(&filtered)?;
    }
    compressor.finish()
}

/// The neighbour nearest to `left + above − corner`.
fn paeth(left: u8, above: u8, corner: u8) -> u8 {
    let (a, b, c) = (i16::from(left), i16::from(above), i16::from(corner));
    let (to_left, to_above, to_corner) = ((b - c).abs(), (a - c).abs(), (a + b - 2 * c).abs());
    if to_left <= to_above && to_left <= to_corner {
        left
    } else if to_above <= to_corner {
        above
    } else {
        corner
    }
}

/// For each row, the parts that differ from the row above.
fn changes(sheet: &Sheet) -> Vec<Vec<Range<usize>>> {
    let mut above: &[Ink] = &[];
    let of_row = |row| {
        let change = if row == above { Vec::new() } else { changed(row, above) };
        above = row;
        change
    };
    sheet.rows().map(of_row).collect()
}

/// The blocks of a row that differ from the row above, neighbours joined; above the first row there is nothing.
fn changed(row: &[Ink], above: &[Ink]) -> Vec<Range<usize>> {
    /// Pixels compared at once.
    const BLOCK: usize = 16;
    let whole = 0..row.len();
    let ((blocks, rest), (blocks_above, rest_above)) = (row.as_chunks::<BLOCK>(), above.as_chunks::<BLOCK>());
    if above.is_empty() {
        return vec![whole];
    }
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut add = |block: Range<usize>| match found.last_mut() {
        Some(last) if last.end == block.start => last.end = block.end,
        _ => found.push(block),
    };
    for (n, _) in blocks.iter().zip(blocks_above).enumerate().filter(|(_, (block, above))| block != above) {
        add(n * BLOCK..(n + 1) * BLOCK);
    }
    if rest != rest_above {
        add(blocks.len() * BLOCK..whole.end);
    }
    found
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
