//! A zlib stream (RFC 1950 and 1951) of data whose repetitions the caller knows.
//!
//! Libraries look for repetitions, which takes longer than drawing the chart (3 to 4 ms for 1600 × 900 pixels), or do
//! without and use one code for all data, which makes the file a third larger. Here the pieces are given, and only their
//! Huffman codes are worked out, for a block at a time. Called by `png` alone.

use super::huffman::{Code, code_lengths};
use simd_adler32::Adler32;

/// The bytes of a repetition, at least.
const SHORTEST: usize = 3;
/// The bytes of a repetition, at most.
const LONGEST: usize = 258;
/// Bytes and repetitions with the same codes: what zlib takes, enough for the codes to pay for their description.
const BLOCK: usize = 1 << 14;

/// One step of the stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Piece {
    Byte(u8),
    Again { length: u16, distance: u16 },
}

/// A zlib stream being written.
pub(super) struct Deflate {
    bits: Bits,
    block: Vec<Piece>,
    sum: Adler32,
}

impl Deflate {
    /// An empty stream with room for so many bytes.
    pub(super) fn new(room: usize) -> Self {
        let mut bytes = Vec::with_capacity(room);
        // Deflate with a window of 32 KiB, no dictionary, the fastest level.
        bytes.extend([0x78, 0x01]);
        let bits = Bits { bytes, pending: 0, count: 0 };
        Self { bits, block: Vec::with_capacity(BLOCK), sum: Adler32::new() }
    }

    /// Tells what the pieces given before and after stand for, in order: the stream ends with its checksum.
    pub(super) fn check(&mut self, bytes: &[u8]) {
        self.sum.write(bytes);
    }

    /// One more byte.
    #[inline]
    pub(super) fn byte(&mut self, byte: u8) {
        self.end_block_if_full();
        self.block.push(Piece::Byte(byte));
    }

    /// As many bytes as begin `distance` bytes before, 1 to 32,768. `false`, and nothing done, when they are too few for a
    /// repetition of their own and the last piece is none that they continue.
    pub(super) fn again(&mut self, mut length: usize, distance: u16) -> bool {
        if length == 0 {
            return false;
        }
        if let Some(Piece::Again { length: last, distance: same }) = self.block.last_mut()
            && *same == distance
        {
            let more = part(length, LONGEST - usize::from(*last));
            *last += more as u16;
            length -= more;
        }
        if (1..SHORTEST).contains(&length) {
            return false;
        }
        while length > 0 {
            let now = part(length, LONGEST);
            self.end_block_if_full();
            self.block.push(Piece::Again { length: now as u16, distance });
            length -= now;
        }
        true
    }

    /// The whole stream.
    pub(super) fn finish(mut self) -> Vec<u8> {
        self.write_block(true);
        let mut bytes = self.bits.finish();
        bytes.extend(self.sum.finish().to_be_bytes());
        bytes
    }

    fn end_block_if_full(&mut self) {
        if self.block.len() == BLOCK {
            self.write_block(false);
        }
    }

    /// Writes the pieces with codes made for them (RFC 1951, §3.2.7).
    fn write_block(&mut self, last: bool) {
        let (mut values, mut distances) = ([0_u32; 286], [0_u32; 30]);
        values[END] = 1;
        for piece in &self.block {
            match *piece {
                Piece::Byte(byte) => values[usize::from(byte)] += 1,
                Piece::Again { length, distance } => {
                    values[Extended::length(length).symbol] += 1;
                    distances[Extended::distance(distance).symbol] += 1;
                }
            }
        }
        // Decoders differ on what a code of nothing is.
        distances[0] = distances[0].max(1);
        let (values, distances) = (code_lengths(&values, 15), code_lengths(&distances, 15));
        self.bits.write(u32::from(last), 1);
        self.bits.write(2, 2);
        self.write_codes(&values, &distances);
        let (values, distances) = (Code::canonical(&values), Code::canonical(&distances));
        for piece in self.block.drain(..) {
            match piece {
                Piece::Byte(byte) => self.bits.code(values[usize::from(byte)]),
                Piece::Again { length, distance } => {
                    self.bits.extended(&values, Extended::length(length));
                    self.bits.extended(&distances, Extended::distance(distance));
                }
            }
        }
        self.bits.code(values[END]);
    }

    /// Describes two codes by the lengths of their words, which are themselves coded.
    fn write_codes(&mut self, values: &[u8], distances: &[u8]) {
        /// The order in which the words of the third code are described.
        const ORDER: [usize; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
        let steps = runs(&[values, distances].concat());
        let mut counts = [0; 19];
        for step in &steps {
            counts[step.symbol] += 1;
        }
        let lengths = code_lengths(&counts, 7);
        let described =
            ORDER.iter().rposition(|&symbol| lengths[symbol] > 0).map_or(4, |last| (last + 1).max(4));
        self.bits.write(values.len() as u32 - 257, 5);
        self.bits.write(distances.len() as u32 - 1, 5);
        self.bits.write(described as u32 - 4, 4);
        ORDER[..described].iter().for_each(|&symbol| self.bits.write(u32::from(lengths[symbol]), 3));
        let codes = Code::canonical(&lengths);
        for step in steps {
            self.bits.extended(&codes, step);
        }
    }
}

/// How much of a repetition goes where there is some room, so that nothing is left or enough for another one.
fn part(length: usize, room: usize) -> usize {
    let now = length.min(room);
    if (1..SHORTEST).contains(&(length - now)) { now.saturating_sub(SHORTEST) } else { now }
}

/// The symbol of the end of a block.
const END: usize = 256;

/// A symbol, and bits after it that tell one of the numbers it stands for.
#[derive(Debug, Clone, Copy)]
struct Extended {
    symbol: usize,
    bits: u8,
    value: u32,
}

impl Extended {
    /// RFC 1951, §3.2.5, the table of lengths: four symbols for every bit more, and one for the longest.
    fn length(length: u16) -> Self {
        match u32::from(length) - 3 {
            short @ ..8 => Self { symbol: 257 + short as usize, bits: 0, value: 0 },
            255 => Self { symbol: 285, bits: 0, value: 0 },
            long => {
                let bits = long.ilog2() - 2;
                let symbol = 257 + 4 * bits as usize + (long >> bits) as usize;
                Self { symbol, bits: bits as u8, value: long % (1 << bits) }
            }
        }
    }

    /// RFC 1951, §3.2.5, the table of distances: two symbols for every bit more.
    fn distance(distance: u16) -> Self {
        match u32::from(distance) - 1 {
            near @ ..4 => Self { symbol: near as usize, bits: 0, value: 0 },
            far => {
                let bits = far.ilog2() - 1;
                let symbol = 2 * bits as usize + (far >> bits) as usize;
                Self { symbol, bits: bits as u8, value: far % (1 << bits) }
            }
        }
    }
}

/// The lengths of code words with their repetitions told (RFC 1951, §3.2.7: 16 repeats the last, 17 and 18 are zeros).
fn runs(lengths: &[u8]) -> Vec<Extended> {
    let mut steps = Vec::new();
    let step = |symbol, bits, value: usize| Extended { symbol, bits, value: value as u32 };
    for run in lengths.chunk_by(|a, b| a == b) {
        let (length, mut left) = (usize::from(run[0]), run.len());
        if length > 0 {
            steps.push(step(length, 0, 0));
            left -= 1;
        }
        while left >= 3 {
            let (now, repeated) = match (length, left) {
                (0, ..=10) => (left, step(17, 3, left - 3)),
                (0, _) => (left.min(138), step(18, 7, left.min(138) - 11)),
                _ => (left.min(6), step(16, 2, left.min(6) - 3)),
            };
            steps.push(repeated);
            left -= now;
        }
        steps.extend(std::iter::repeat_n(step(length, 0, 0), left));
    }
    steps
}

/// Bits into bytes, the lowest first.
#[derive(Debug)]
struct Bits {
    bytes: Vec<u8>,
    pending: u64,
    /// Bits pending; fewer than 32 between two writes.
    count: u8,
}

impl Bits {
    #[inline]
    fn write(&mut self, value: u32, bits: u8) {
        self.pending |= u64::from(value) << self.count;
        self.count += bits;
        if self.count >= 32 {
            self.bytes.extend((self.pending as u32).to_le_bytes());
            self.pending >>= 32;
            self.count -= 32;
        }
    }

    #[inline]
    fn code(&mut self, code: Code) {
        self.write(u32::from(code.word), code.length);
    }

    #[inline]
    fn extended(&mut self, codes: &[Code], Extended { symbol, bits, value }: Extended) {
        self.code(codes[symbol]);
        self.write(value, bits);
    }

    fn finish(mut self) -> Vec<u8> {
        let rest = self.pending.to_le_bytes();
        self.bytes.extend(&rest[..usize::from(self.count.div_ceil(8))]);
        self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::read::ZlibDecoder;
    use proptest::prelude::*;
    use std::io::Read;

    fn unpacked(stream: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        ZlibDecoder::new(stream).read_to_end(&mut bytes).unwrap();
        bytes
    }

    /// What steps stand for, as a stream and plainly. Steps that cannot be taken are bytes.
    fn packed(steps: &[(u8, usize, u16)]) -> (Vec<u8>, Vec<u8>) {
        let (mut stream, mut plain) = (Deflate::new(0), Vec::<u8>::new());
        for &(byte, length, distance) in steps {
            let start = plain.len();
            if distance > 0 && usize::from(distance) <= start && stream.again(length, distance) {
                (0..length).for_each(|n| plain.push(plain[start + n - usize::from(distance)]));
            } else {
                stream.byte(byte);
                plain.push(byte);
            }
        }
        stream.check(&plain);
        (stream.finish(), plain)
    }

    proptest! {
        #[test]
        fn every_stream_is_read_back(
            steps in prop::collection::vec((any::<u8>(), 1..2000_usize, prop::sample::select(vec![0_u16, 1, 2, 5, 301])), 0..400)
        ) {
            let (stream, plain) = packed(&steps);
            prop_assert_eq!(unpacked(&stream), plain);
        }
    }

    #[test]
    fn every_length_and_distance_is_read_back() {
        for length in 1..=600 {
            let (stream, plain) =
                packed(&[(7, 0, 0), (8, 0, 0), (0, 3, 2), (9, 0, 0), (0, 5, 2), (0, length, 2)]);
            assert_eq!(unpacked(&stream), plain, "{length}");
        }
        let far: Vec<_> = (0..40_000).map(|n| ((n % 251) as u8, 0, 0)).collect();
        for distance in (0..15).flat_map(|bits| [1 << bits, (1 << bits) + 1]).chain([32_768]) {
            let (stream, plain) = packed(&[far.as_slice(), &[(0, 9, distance)]].concat());
            assert_eq!(unpacked(&stream), plain, "{distance}");
        }
    }

    #[test]
    fn many_blocks_of_one_value_are_read_back() {
        let steps = vec![(3, 0, 0); 3 * BLOCK + 1];
        let (stream, plain) = packed(&steps);
        assert_eq!(unpacked(&stream), plain);
        assert!(stream.len() < plain.len() / 7, "{}", stream.len());
        assert_eq!(unpacked(&Deflate::new(0).finish()), Vec::<u8>::new());
    }
}
