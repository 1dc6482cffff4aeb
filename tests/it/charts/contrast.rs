//! Every colour that a chart is drawn in can be told from what it lies on: marks at 3 to 1, text at 4.5 to 1 (WCAG 2.2,
//! 1.4.11 and 1.4.3).

use super::{attribute, every_chart, number, samples::THEME, texts};
use kamslides::template::Colour;

/// A colour as SVG writes it.
pub(super) fn read(hex: &str) -> Colour {
    Colour::try_from(hex.to_uppercase()).unwrap()
}

/// Contrast of two colours (WCAG 2.2, relative luminance). Worked out here once more: with the program's own function, a
/// fault in it would go unseen.
pub(super) fn contrast(a: Colour, b: Colour) -> f64 {
    let luminance = |Colour(r, g, b): Colour| {
        let linear = |channel: u8| {
            let c = f64::from(channel) / 255.0;
            if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
    };
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

pub(super) const WHITE: Colour = Colour(255, 255, 255);

/// Half way to paper: what is unfinished, or stands behind for comparison. A value or a name is printed beside it.
fn pale(Colour(r, g, b): Colour) -> Colour {
    let half = |c: u8| c / 2 + 128;
    Colour(half(r), half(g), half(b))
}

#[test]
fn marks_stand_out_from_paper() {
    let colours = &THEME.colours;
    let mut quiet = vec![WHITE, colours.tint, colours.grid, pale(colours.previous), pale(colours.accent)];
    quiet.extend(colours.series.iter().map(|colour| pale(*colour)));
    for (name, chart) in every_chart() {
        let drawn = chart.svg.lines().filter(|line| !line.starts_with("<text"));
        let fills = drawn.flat_map(|line| [attribute(line, "fill"), attribute(line, "stroke")]);
        for colour in fills.flatten().filter(|colour| colour.starts_with('#')).map(read) {
            assert!(
                quiet.contains(&colour) || contrast(colour, WHITE) >= 3.0,
                "{name}: {colour:?} has {:.2}",
                contrast(colour, WHITE)
            );
        }
    }
}

#[test]
fn text_stands_out_from_what_it_lies_on() {
    for (name, chart) in every_chart() {
        let mut under: Vec<([f64; 4], Colour)> = Vec::new();
        let mut labels = texts(&chart.svg).into_iter();
        for line in chart.svg.lines() {
            if line.starts_with("<rect") {
                let (x, y) = (number(line, "x"), number(line, "y"));
                let area = [x, y, x + number(line, "width"), y + number(line, "height")];
                under.push((area, read(attribute(line, "fill").unwrap())));
            } else if line.starts_with("<text") {
                let (text, area) = labels.next().unwrap();
                let (x, y) = (f64::midpoint(area[0], area[2]), f64::midpoint(area[1], area[3]));
                let holds = |a: &[f64; 4]| a[0] <= x && x <= a[2] && a[1] <= y && y <= a[3];
                let paper = under.iter().rfind(|(area, _)| holds(area)).map_or(WHITE, |(_, colour)| *colour);
                let colour = read(attribute(line, "fill").unwrap());
                let found = contrast(colour, paper);
                assert!(found >= 4.5, "{name}: `{text}` in {colour:?} on {paper:?} has {found:.2}");
            }
        }
    }
}
