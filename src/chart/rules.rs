//! Thin straight lines behind a chart: gridlines, and the lines of dated events. They are parted where a text stands, so
//! that none is struck through, whatever lies beneath it.

use super::scene::{Area, Item, Scene};
use crate::template::Colour;

/// A horizontal or vertical line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Rule {
    pub(super) from: (f64, f64),
    pub(super) to: (f64, f64),
    pub(super) colour: Colour,
    pub(super) width: f64,
}

/// Paper left between a line and a text.
const BREATH: f64 = 7.0;
/// What is left of a line between two texts is drawn from this length on.
const SHORTEST: f64 = 10.0;

impl Rule {
    /// The pieces of the line beside the texts of a scene.
    pub(super) fn around(&self, scene: &Scene) -> Vec<Item> {
        let is_level = (self.to.0 - self.from.0).abs() >= (self.to.1 - self.from.1).abs();
        let along = |(x, y): (f64, f64)| if is_level { x } else { y };
        let (start, end) = (along(self.from).min(along(self.to)), along(self.from).max(along(self.to)));
        let line = Area::between(self.from, self.to).grown(self.width);
        let gap = |area: Area| {
            let area = area.grown(1.0);
            let (from, to) = if is_level { (area.left, area.right) } else { (area.top, area.bottom) };
            area.overlaps(&line).then_some((from - BREATH, to + BREATH))
        };
        let texts = scene.items.iter().filter_map(|item| match item {
            Item::Text(label) => gap(label.area()),
            Item::Plot(_) => None,
        });
        let mut gaps: Vec<(f64, f64)> = texts.collect();
        gaps.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut pieces = Scene { size: scene.size, items: Vec::new() };
        let mut at = start;
        for (from, to) in gaps.into_iter().chain([(end, end)]) {
            if from - at >= SHORTEST || (at <= start && from >= end) {
                let ends = if is_level {
                    vec![(at, self.from.1), (from.min(end), self.from.1)]
                } else {
                    vec![(self.from.0, at), (self.from.0, from.min(end))]
                };
                pieces.line(ends, self.colour, self.width);
            }
            at = at.max(to);
        }
        pieces.items
    }
}

#[cfg(test)]
mod tests {
    use super::{super::scene::Label, *};

    const GREY: Colour = Colour(200, 200, 200);

    #[test]
    fn a_line_is_parted_where_a_text_stands_and_nowhere_else() {
        let mut scene = Scene::default();
        let rule = Rule { from: (100.0, 400.0), to: (1500.0, 400.0), colour: GREY, width: 1.5 };
        assert_eq!(rule.around(&scene).len(), 1);
        scene.text(Label::new("over the line", 700.0, 405.0, GREY));
        scene.text(Label::new("above it", 300.0, 300.0, GREY));
        assert_eq!(rule.around(&scene).len(), 2);
        let upright = Rule { from: (750.0, 100.0), to: (750.0, 800.0), ..rule };
        assert_eq!(upright.around(&scene).len(), 2);
        scene.text(Label::new("at its end", 1450.0, 405.0, GREY));
        assert_eq!(rule.around(&scene).len(), 2, "nothing is left of it behind its last text");
    }
}
