//! A chart in the making: the scene, what is taken on it, where each index entry stands, and what could not be shown.

use super::{
    Drawing, Note, Style,
    labels::Taken,
    rules::Rule,
    scene::{Align, Area, BODY, Label, Scene, WHITE},
};
use crate::{
    domain::Unit,
    template::{Colour, Colours},
    text::{self, Weight},
};

/// A finished composition.
pub(super) struct Composed {
    pub(super) kind: &'static str,
    pub(super) scene: Scene,
    pub(super) alt: String,
    pub(super) warnings: Vec<String>,
}

/// A chart in the making.
pub(super) struct Page<'a> {
    pub(super) style: Style<'a>,
    pub(super) scene: Scene,
    pub(super) taken: Taken,
    /// Where notes point to, by index entry.
    anchors: Vec<Option<(f64, f64)>>,
    notes: &'a [Note],
    /// Positions of months whose values are kept back.
    withheld: &'a [usize],
    /// Thin lines, each with the number of items drawn before it.
    rules: Vec<(usize, Rule)>,
    /// What the alternative text says beside the numbers.
    asides: Vec<String>,
    warnings: Vec<String>,
}

impl<'a> Page<'a> {
    /// The page of a dataset's chart.
    pub(super) fn new(drawing: &'a Drawing<'a>) -> Self {
        let anchors = vec![None; drawing.dataset.index().len()];
        let (notes, withheld) = (drawing.notes, drawing.dataset.withheld.as_slice());
        Self { anchors, notes, withheld, ..Self::blank(drawing.style, Scene::default()) }
    }

    /// A page of its own size, without notes.
    pub(super) fn blank(style: Style<'a>, scene: Scene) -> Self {
        let taken = Taken::on(scene.page());
        Self {
            style,
            scene,
            taken,
            anchors: Vec::new(),
            notes: &[],
            withheld: &[],
            rules: Vec::new(),
            asides: Vec::new(),
            warnings: Vec::new(),
        }
    }

    pub(super) fn colours(&self) -> &'a Colours {
        &self.style.theme.colours
    }

    /// A value as every part of the deck prints it.
    pub(super) fn print(&self, value: f64, unit: Unit) -> String {
        self.style.format.value(value, unit)
    }

    /// Draws a label where it is and takes its place.
    pub(super) fn put(&mut self, label: Label) {
        self.taken.add_text(label.area());
        self.scene.text(label);
    }

    /// Draws a label in the first of its places that is free; `false` when there is none.
    pub(super) fn place(&mut self, candidates: impl IntoIterator<Item = Label>) -> bool {
        self.place_value(None, candidates)
    }

    /// [`Self::place`] for the value of an index entry: a note on it then points to the value that stands over it.
    pub(super) fn place_value(
        &mut self,
        index: Option<usize>,
        candidates: impl IntoIterator<Item = Label>,
    ) -> bool {
        let Some(label) = self.taken.first_free(candidates) else { return false };
        let area = label.area();
        if let Some(Some((x, y))) = index.and_then(|i| self.anchors.get_mut(i))
            && area.bottom <= *y
            && (area.left..=area.right).contains(x)
        {
            *y = area.top;
        }
        self.scene.text(label);
        true
    }

    /// Whether a month is kept back because a group in it is too small to be shown.
    pub(super) fn is_withheld(&self, index: Option<usize>) -> bool {
        index.is_some_and(|index| self.withheld.contains(&index))
    }

    /// Says where notes on an index entry point to.
    pub(super) fn anchor(&mut self, index: Option<usize>, at: (f64, f64)) {
        if let Some(anchor) = index.and_then(|i| self.anchors.get_mut(i)) {
            *anchor = Some(at);
        }
    }

    /// Draws a thin line behind what is drawn later; no text stands on it.
    pub(super) fn rule(&mut self, rule: Rule) {
        self.rules.push((self.scene.items.len(), rule));
    }

    /// Adds a few words to the alternative text.
    pub(super) fn aside(&mut self, words: String) {
        self.asides.push(words);
    }

    /// Tells the report what could not be shown.
    pub(super) fn warn(&mut self, message: String) {
        self.warnings.push(message);
    }

    /// Places the notes and closes the page.
    pub(super) fn finish(mut self, kind: &'static str, alt: String) -> Composed {
        self.notes();
        // From the last to the first, so that no place moves before its turn.
        for (place, rule) in self.rules.iter().rev() {
            let pieces = rule.around(&self.scene);
            self.scene.items.splice(*place..*place, pieces);
        }
        let alt = self.asides.iter().fold(alt, |alt, aside| format!("{alt} {aside}."));
        let missing: Vec<char> = self
            .scene
            .items
            .iter()
            .filter_map(|item| match item {
                super::scene::Item::Text(label) => Some(text::missing_glyphs(&label.text)),
                super::scene::Item::Plot(_) => None,
            })
            .flatten()
            .collect();
        if let Some(first) = missing.first() {
            self.warnings.push(format!(
                "no font has a sign for `{first}` (U+{:04X}), so the PNG shows Latin letters instead; name a font file that has it under fonts.fallback",
                u32::from(*first)
            ));
        }
        Composed { kind, scene: self.scene, alt, warnings: self.warnings }
    }

    fn notes(&mut self) {
        const MOST: usize = 3;
        const WIDTH: f64 = 330.0;
        let notes = self.notes;
        if notes.len() > MOST {
            self.warnings.push(format!("{} notes were left out: a chart holds three", notes.len() - MOST));
        }
        for note in &notes[..notes.len().min(MOST)] {
            let text = short(&note.text);
            let lines = text::elide_lines(&text, Weight::Regular, BODY as f32, WIDTH as f32, 3);
            let anchor = self.anchors.get(note.index).copied().flatten();
            if !anchor.is_some_and(|at| self.note(&lines, at)) {
                self.warnings.push(format!("there was no room for the note `{text}`"));
            }
        }
    }

    /// Draws a note near the point it speaks of, with a leader; `false` when there is no room.
    fn note(&mut self, lines: &[String], (x, y): (f64, f64)) -> bool {
        const LEADING: f64 = BODY * 1.2;
        let widest =
            lines.iter().map(|line| super::scene::width(line, Weight::Regular, BODY)).fold(0.0, f64::max);
        let height = LEADING * (lines.len() as f64 - 1.0) + BODY;
        let sideways = [0.0, -0.6, 0.6, -1.0, 1.0, -1.5, 1.5, -2.2, 2.2].map(|n| n * (widest / 2.0 + 30.0));
        let upwards = [40.0, 64.0, 100.0, 0.0, 150.0, -40.0, 220.0, 290.0, 370.0, 460.0];
        let spots = upwards.iter().flat_map(|up| sideways.map(|side| (x + side, y - up)));
        let free = spots.map(|(centre, foot)| {
            let (left, right) = (centre - widest / 2.0, centre + widest / 2.0);
            Area { left, right, top: foot - height, bottom: foot + 8.0 }
        });
        // From the nearest point of the text's edge to just above the entry.
        let leader = |area: &Area| {
            let tip = (x, y - 6.0);
            let edge = area.grown(5.0);
            ((x.clamp(edge.left, edge.right), tip.1.clamp(edge.top, edge.bottom)), tip)
        };
        let fits = |area: &Area| {
            let (foot, tip) = leader(area);
            self.taken.is_free(&area.grown(8.0)) && self.taken.is_clear(foot, tip)
        };
        let Some(area) = { free }.find(fits) else { return false };
        let ink = self.colours().ink;
        let (foot, tip) = leader(&area);
        self.scene.line(vec![foot, tip], ink, 2.0);
        self.taken.add_text(area);
        for (n, line) in lines.iter().enumerate() {
            let baseline = area.top + BODY * 0.8 + LEADING * n as f64;
            let middle = f64::midpoint(area.left, area.right);
            let label = Label::new(line, middle, baseline, ink).align(Align::Centre);
            self.scene.text(label);
        }
        true
    }
}

/// The longest name that is looked at; what is drawn is cut further to the room there is.
const LONGEST_NAME: usize = 200;

/// A name or note as it can be drawn: clean, on one line, of bounded length.
pub(super) fn short(name: &str) -> String {
    let start: String = name.chars().take(LONGEST_NAME).collect();
    text::clean(&start).trim().to_owned()
}

/// White on dark colours, nearly black on others.
pub(super) fn text_on(fill: Colour) -> Colour {
    const BLACK: Colour = Colour(0x14, 0x14, 0x14);
    if contrast(fill, WHITE) >= 4.5 { WHITE } else { BLACK }
}

/// Contrast of two colours, 1 to 21 (WCAG 2.2, relative luminance).
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
