//! Who stands where: labels take free places only, in order of importance, and give way when there is none.

use super::scene::{Area, Label};

/// What is taken on the page.
#[derive(Debug, Clone)]
pub(super) struct Taken {
    page: Area,
    marks: Vec<Area>,
    texts: Vec<Area>,
}

/// White space kept around a label.
const BREATH: f64 = 4.0;

impl Taken {
    /// Nothing yet.
    pub(super) fn on(page: Area) -> Self {
        Self { page, marks: Vec::new(), texts: Vec::new() }
    }

    /// Keeps labels off a mark.
    pub(super) fn add(&mut self, area: Area) {
        self.marks.push(area);
    }

    /// Keeps labels and leaders off a text.
    pub(super) fn add_text(&mut self, area: Area) {
        self.texts.push(area);
    }

    /// Keeps labels off a line.
    pub(super) fn add_line(&mut self, points: &[(f64, f64)]) {
        const STEP: f64 = 10.0;
        for pair in points.windows(2) {
            let (dx, dy) = (pair[1].0 - pair[0].0, pair[1].1 - pair[0].1);
            let steps = (dx.hypot(dy) / STEP).ceil().clamp(1.0, 200.0);
            for n in 0..=steps as u32 {
                let along = f64::from(n) / steps;
                self.add(Area::around((pair[0].0 + dx * along, pair[0].1 + dy * along), 3.0));
            }
        }
    }

    /// Whether a place lies on the page and touches nothing.
    pub(super) fn is_free(&self, area: &Area) -> bool {
        area.is_inside(&self.page) && !self.marks.iter().chain(&self.texts).any(|other| other.overlaps(area))
    }

    /// Whether a straight line crosses no text.
    pub(super) fn is_clear(&self, (x0, y0): (f64, f64), (x1, y1): (f64, f64)) -> bool {
        const STEPS: u32 = 32;
        (0..=STEPS).map(|n| f64::from(n) / f64::from(STEPS)).all(|along| {
            let here = Area::around((x0 + (x1 - x0) * along, y0 + (y1 - y0) * along), 4.0);
            !self.texts.iter().any(|text| text.overlaps(&here))
        })
    }

    /// The first of several places for a label that is free, and takes it.
    pub(super) fn first_free(&mut self, candidates: impl IntoIterator<Item = Label>) -> Option<Label> {
        let label = candidates.into_iter().find(|label| self.is_free(&label.area().grown(BREATH)))?;
        self.add_text(label.area());
        Some(label)
    }
}

/// Moves centres apart, as little as possible, until neighbours are `gap` apart and all lie from `top` to `bottom`.
/// When there is no room for that, they are spread evenly. The order of the centres is kept.
pub(super) fn spread(centres: &mut [f64], gap: f64, top: f64, bottom: f64) {
    let Some(last) = centres.len().checked_sub(1) else { return };
    let mut order: Vec<usize> = (0..centres.len()).collect();
    order.sort_by(|&a, &b| centres[a].total_cmp(&centres[b]).then(a.cmp(&b)));
    let gap = if last == 0 { gap } else { gap.min((bottom - top) / last as f64) };
    let mut floor = top;
    for &i in &order {
        centres[i] = centres[i].max(floor);
        floor = centres[i] + gap;
    }
    let mut ceiling = bottom;
    for &i in order.iter().rev() {
        centres[i] = centres[i].min(ceiling);
        ceiling = centres[i] - gap;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template::Colour;

    #[test]
    fn a_label_takes_the_first_free_place_and_nobody_else_gets_it() {
        let mut taken = Taken::on(Area { left: 0.0, top: 0.0, right: 1600.0, bottom: 900.0 });
        let label = Label::new("€146k", 100.0, 100.0, Colour(0, 0, 0));
        let places = || [label.clone(), label.at(100.0, 60.0)];
        assert_eq!(taken.first_free(places()), Some(label.clone()));
        assert_eq!(taken.first_free(places()), Some(label.at(100.0, 60.0)));
        assert_eq!(taken.first_free(places()), None);
        assert_eq!(taken.first_free([label.at(1590.0, 500.0)]), None, "over the edge of the page");
    }

    #[test]
    fn centres_are_pushed_apart_and_stay_inside() {
        let mut centres = [100.0, 98.0, 300.0];
        spread(&mut centres, 40.0, 0.0, 310.0);
        assert_eq!(centres.map(f64::round).map(|y| y as i32), [138, 98, 300]);
        let mut crowded = [5.0; 5];
        spread(&mut crowded, 40.0, 0.0, 100.0);
        assert!(crowded.iter().all(|y| (0.0..=100.0).contains(y)));
    }
}
