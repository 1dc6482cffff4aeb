//! Huffman codes: short words for what is frequent.

use std::{cmp::Reverse, collections::BinaryHeap};

/// A word of a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Code {
    /// Its bits, the first of them lowest.
    pub(super) word: u16,
    /// How many; 0 for what never occurs.
    pub(super) length: u8,
}

impl Code {
    /// The words of given lengths as everybody agrees on them (RFC 1951, §3.2.2).
    pub(super) fn canonical(lengths: &[u8]) -> Vec<Self> {
        let mut codes = vec![Self { word: 0, length: 0 }; lengths.len()];
        let mut next = 0_u16;
        for length in 1..=15_u8 {
            next <<= 1;
            for (code, _) in codes.iter_mut().zip(lengths).filter(|(_, of)| **of == length) {
                *code = Self { word: next.reverse_bits() >> (16 - length), length };
                next = next.wrapping_add(1);
            }
        }
        codes
    }
}

/// The length of each symbol's word, none longer than `limit`, which leaves room for all of them.
pub(super) fn code_lengths(counts: &[u32], limit: u8) -> Vec<u8> {
    let mut counts = counts.to_vec();
    loop {
        let lengths = unlimited(&counts);
        if lengths.iter().all(|length| *length <= limit) {
            return lengths;
        }
        // Nearer to each other, and what occurs still does: in the end all are as long.
        for count in &mut counts {
            *count = count.div_ceil(2);
        }
    }
}

/// Joins the two rarest until there is one: how often a symbol was joined is how long its word is.
fn unlimited(counts: &[u32]) -> Vec<u8> {
    let mut rarest: BinaryHeap<_> =
        (0..counts.len()).filter(|&i| counts[i] > 0).map(|i| Reverse((counts[i], i))).collect();
    let mut lengths = vec![0; counts.len()];
    if let (1, Some(Reverse((_, only)))) = (rarest.len(), rarest.peek()) {
        lengths[*only] = 1;
        return lengths;
    }
    let mut parents = vec![0; counts.len()];
    while let (Some(Reverse((a, left))), Some(Reverse((b, right)))) = (rarest.pop(), rarest.pop()) {
        let parent = parents.len();
        parents.push(0);
        (parents[left], parents[right]) = (parent, parent);
        rarest.push(Reverse((a + b, parent)));
    }
    // A parent comes after its children, and the last of all is nobody's child.
    let mut depths = vec![0_u8; parents.len()];
    for node in (0..parents.len().saturating_sub(1)).rev() {
        depths[node] = depths.get(parents[node]).map_or(0, |depth| depth + 1);
    }
    (0..counts.len()).filter(|&i| counts[i] > 0).for_each(|i| lengths[i] = depths[i]);
    lengths
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_frequent_is_short_and_the_code_is_full() {
        assert_eq!(code_lengths(&[5, 0, 1, 1, 2], 15), [1, 0, 3, 3, 2]);
        assert_eq!(code_lengths(&[0, 0, 9], 15), [0, 0, 1]);
        assert_eq!(code_lengths(&[0, 0], 15), [0, 0]);
        // Each as frequent as the two before it together: the longest words there are.
        let mut counts = vec![1, 1];
        while counts.len() < 40 {
            counts.push(counts[counts.len() - 2..].iter().sum());
        }
        for limit in [7, 15] {
            let lengths = code_lengths(&counts, limit);
            assert!(lengths.iter().all(|length| (1..=limit).contains(length)));
            let full: u32 = lengths.iter().map(|length| 1 << (limit - length)).sum();
            assert_eq!(full, 1 << limit);
        }
    }

    #[test]
    fn words_are_those_of_the_specification() {
        // RFC 1951, §3.2.2, the example.
        let words = ["010", "011", "100", "101", "110", "00", "1110", "1111"];
        let codes = Code::canonical(&[3, 3, 3, 3, 3, 2, 4, 4]);
        for (word, code) in words.iter().zip(codes) {
            let reversed: String = word.chars().rev().collect();
            assert_eq!(
                (u16::from_str_radix(&reversed, 2).unwrap(), word.len()),
                (code.word, usize::from(code.length))
            );
        }
    }
}
