//! Columns of parts that stand on each other, a column a month: the frame, the segments with their values, and the names
//! of the parts at the right. What the columns add up to is their caller's: totals, or a hundred per cent.

use super::{
    Drawing,
    axes::{self, Category, Margins},
    columns,
    labels::spread,
    months::{Calendar, Slot},
    page::{Page, contrast, text_on},
    parts::{self, Part, pale, part_colour},
    scale::Scale,
    scene::{Align, Area, BODY, KEY, Label, Plot, half_cap, width},
};
use crate::{
    template::Colour,
    text::{self, Weight},
};

/// The most months whose parts carry values: in more, numbers would drown the columns.
const LABELLED: usize = 8;
/// Room for names at the right.
const NAMES: f64 = 300.0;

/// What is drawn.
pub(super) struct Columns<'a> {
    pub(super) drawing: &'a Drawing<'a>,
    pub(super) slots: &'a [Slot],
    /// From the zero line up; as tall as their values.
    pub(super) parts: &'a [Part],
    pub(super) scale: &'a Scale,
    /// Whether a line of words stands at the top.
    pub(super) has_caption: bool,
}

/// What was drawn.
pub(super) struct Drawn {
    /// The plot, without its marks.
    pub(super) plot: Plot,
    segments: Vec<Segment>,
    names: Vec<String>,
}

/// A part of a column on the page.
struct Segment {
    /// Positions of its part and its month.
    part: usize,
    slot: usize,
    area: Area,
    fill: Colour,
}

impl Columns<'_> {
    /// The columns in their frame.
    pub(super) fn draw(&self, page: &mut Page<'_>) -> Drawn {
        let (drawing, slots) = (self.drawing, self.slots);
        let fit = |(name, _): &Part| text::elide(name, Weight::SemiBold, KEY as f32, NAMES as f32);
        let names: Vec<String> = self.parts.iter().map(fit).collect();
        let widest = names.iter().map(|name| width(name, Weight::SemiBold, KEY)).fold(0.0, f64::max);
        let categories: Vec<Category> =
            slots.iter().enumerate().map(|(i, slot)| axes::month(drawing, slot, i == 0)).collect();
        let margins = Margins { right: widest + 30.0, has_keys: self.has_caption };
        let mut plot = axes::plot(page, self.scale, &categories, margins);
        let in_focus: Vec<bool> = slots.iter().map(|slot| slot.in_focus).collect();
        let place = |month| slots.iter().position(|slot| slot.month == month);
        axes::calendar(page, &plot, &Calendar::new(drawing, in_focus, false, place));
        axes::grid(page, &plot, self.scale);
        let segments = self.segments(page, &mut plot);
        let empty = Plot { marks: Vec::new(), ..plot.clone() };
        page.scene.plot(plot);
        axes::zero_line(page, &empty, self.scale);
        axes::categories(page, &empty, &categories);
        for (i, slot) in slots.iter().enumerate().filter(|(_, slot)| parts::total(self.parts, slot).is_none())
        {
            let (x, zero) = empty.place((i as f64 + 0.5, 0.0));
            columns::no_data(page, slot.index, x, empty.area.width() / slots.len() as f64, zero);
        }
        Drawn { plot: empty, segments, names }
    }

    fn segments(&self, page: &mut Page<'_>, plot: &mut Plot) -> Vec<Segment> {
        const FILLED: f64 = 0.78;
        const WIDEST: f64 = 130.0;
        let half = FILLED.min(WIDEST * self.slots.len() as f64 / plot.area.width()) / 2.0;
        let mut segments = Vec::new();
        for (i, slot) in self.slots.iter().enumerate() {
            let centre = i as f64 + 0.5;
            let mut base = 0.0;
            for (part, (_, series)) in self.parts.iter().enumerate() {
                let Some(value) = slot.value(series) else { continue };
                let colour = part_colour(self.drawing, series).0;
                let fill = if slot.partial.is_some() { pale(colour) } else { colour };
                let (from, to) = ((centre - half, base), (centre + half, base + value));
                plot.rect(from, to, fill);
                let area = Area::between(plot.place(from), plot.place(to));
                segments.push(Segment { part, slot: i, area, fill });
                base += value;
            }
            if base > 0.0 {
                page.taken
                    .add(Area::between(plot.place((centre - half, 0.0)), plot.place((centre + half, base))));
                page.anchor(slot.index, plot.place((centre, base)));
            }
        }
        segments
    }

    /// Values inside the segments, where they fit and read well and the months are few, and the names of the parts.
    /// `print` gives the value of a part in a month.
    pub(super) fn labels(&self, page: &mut Page<'_>, drawn: &Drawn, print: impl Fn(usize, usize) -> String) {
        for segment in drawn.segments.iter().filter(|_| self.slots.len() <= LABELLED) {
            value_label(page, segment, print(segment.part, segment.slot));
        }
        self.names(page, drawn);
    }

    /// Names at the right, level with the parts of the last column that has them, pushed apart.
    fn names(&self, page: &mut Page<'_>, drawn: &Drawn) {
        let Drawn { plot, segments, names } = drawn;
        let parts: Vec<(usize, f64)> = (0..names.len())
            .filter_map(|part| {
                let area = segments.iter().rfind(|segment| segment.part == part)?.area;
                Some((part, f64::midpoint(area.top, area.bottom)))
            })
            .collect();
        let mut centres: Vec<f64> = parts.iter().map(|(_, centre)| *centre).collect();
        spread(&mut centres, KEY * 1.3, plot.area.top, plot.area.bottom - KEY / 2.0);
        for ((part, _), centre) in parts.iter().zip(centres) {
            let colour = part_colour(self.drawing, &self.parts[*part].1).1;
            let label = Label::new(&names[*part], plot.area.right + 16.0, centre + half_cap(KEY), colour);
            page.put(label.size(KEY).bold());
        }
    }
}

/// The value inside a segment, where it fits and reads well.
fn value_label(page: &mut Page<'_>, segment: &Segment, text: String) {
    let area = segment.area;
    let colour = text_on(segment.fill);
    let middle =
        (f64::midpoint(area.left, area.right), f64::midpoint(area.top, area.bottom) + half_cap(BODY));
    let label = Label::new(text, middle.0, middle.1, colour).align(Align::Centre);
    let fits = label.width() <= area.width() - 8.0 && area.height() >= BODY * 1.2;
    if fits && contrast(segment.fill, colour) >= 4.5 {
        page.put(label);
    }
}
