//! Fitting text into a width: wrapping between words, and cutting with an ellipsis.

use super::{Weight, clean, measure};

const ELLIPSIS: char = '…';

/// Breaks a text into lines no wider than `width`, between words; a word wider than a line is broken inside.
///
/// An empty text gives no line. A width too small for one character gives one character a line.
pub fn wrap(text: &str, weight: Weight, size: f32, width: f32) -> Vec<String> {
    let text = clean(text);
    let fits = |line: &str| measure(line, weight, size) <= width;
    let mut lines = Vec::new();
    let mut line = String::new();
    // A no-break space is no place to break.
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
        if fits(&longer) {
            line = longer;
            continue;
        }
        if !line.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
        word.clone_into(&mut line);
        while !fits(&line) && line.chars().nth(1).is_some() {
            let rest = line.split_off(fitting(&line, &fits));
            lines.push(std::mem::replace(&mut line, rest));
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

/// A text no wider than `width`: whole, or its beginning and an ellipsis.
pub fn elide(text: &str, weight: Weight, size: f32, width: f32) -> String {
    let text = clean(text);
    if measure(&text, weight, size) <= width {
        return text.into_owned();
    }
    let fits = |part: &str| measure(&format!("{}{ELLIPSIS}", part.trim_end()), weight, size) <= width;
    format!("{}{ELLIPSIS}", text[..fitting(&text, &fits)].trim_end())
}

/// [`wrap`] into at most `most` lines, the last one elided.
pub fn elide_lines(text: &str, weight: Weight, size: f32, width: f32, most: usize) -> Vec<String> {
    let mut lines = wrap(text, weight, size, width);
    if lines.len() > most.max(1) {
        let rest = lines.split_off(most.max(1) - 1).join(" ");
        lines.push(elide(&rest, weight, size, width));
    }
    lines
}

/// No line of a slide or chart holds more characters; keeps the search short in a text without spaces.
const LONGEST_LINE: usize = 1_000;

/// Bytes of the longest beginning that fits, at least one character, found by halving.
fn fitting(text: &str, fits: &impl Fn(&str) -> bool) -> usize {
    let ends: Vec<usize> = text.char_indices().take(LONGEST_LINE).map(|(at, c)| at + c.len_utf8()).collect();
    let count = ends.partition_point(|end| fits(&text[..*end]));
    ends.get(count.saturating_sub(1)).copied().unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    const W: Weight = Weight::Regular;

    #[test]
    fn lines_fit_and_lose_nothing() {
        let text = "Sales through the provider reached €1.42m in Q2 2025, 12% above Q2 2024";
        let lines = wrap(text, W, 20.0, 200.0);
        assert!(lines.len() > 2);
        assert!(lines.iter().all(|line| measure(line, W, 20.0) <= 200.0), "{lines:?}");
        assert_eq!(lines.join(" "), text);
        assert_eq!(wrap("", W, 20.0, 200.0), Vec::<String>::new());
    }

    #[test]
    fn a_word_wider_than_the_line_is_broken_inside() {
        let lines = wrap("Donaudampfschifffahrtsgesellschaft", W, 20.0, 100.0);
        assert!(lines.len() > 1 && lines.iter().all(|line| measure(line, W, 20.0) <= 100.0), "{lines:?}");
        assert_eq!(wrap("ab", W, 20.0, 0.0), ["a", "b"]);
    }

    #[test]
    fn an_elided_text_fits_and_says_so() {
        let cut = elide("A very long name of a product", W, 20.0, 120.0);
        assert!(cut.ends_with('…') && measure(&cut, W, 20.0) <= 120.0, "{cut}");
        assert_eq!(elide("Short", W, 20.0, 120.0), "Short");
        let lines = elide_lines("one two three four five six", W, 20.0, 60.0, 2);
        assert!(lines.len() == 2 && lines[1].ends_with('…'), "{lines:?}");
    }
}
