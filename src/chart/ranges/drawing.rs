//! Ranges drawn: names and values, the bars with their dots, the axis or what stands in its place, and the key.

use super::{HEAD, LINE, Layout, RangeRow, Ranges, leaders::line_up};
use crate::{
    chart::{
        page::{Page, short},
        scene::{Align, BODY, Label, Mark, Plot, WHITE, WIDTH, half_cap, width},
        words::Words,
    },
    text::{self, Weight},
};

/// Widest name of a row, and of whose value the dot is.
const NAMES: f64 = 420.0;
const SUBJECT: f64 = 320.0;
/// Half the height of the bar, and the radius of the dot.
const BAR: f64 = 13.0;
const DOT: f64 = 14.0;
/// White around the dot.
const RING: f64 = 3.0;
/// Between the words of the key.
const BETWEEN: f64 = 36.0;

/// The names at the left; gives back how far they reach.
pub(super) fn names(page: &mut Page<'_>, rows: &[RangeRow], top: f64, pitch: f64) -> f64 {
    const LEADING: f64 = BODY * 1.15;
    let lines = if pitch > BODY * 2.6 { 2 } else { 1 };
    let cut = |row: &RangeRow| {
        text::elide_lines(&short(&row.name), Weight::Regular, BODY as f32, NAMES as f32, lines)
    };
    let names: Vec<Vec<String>> = rows.iter().map(cut).collect();
    let width = |line: &String| width(line, Weight::Regular, BODY);
    let right = names.iter().flatten().map(width).fold(0.0, f64::max);
    let ink = page.colours().ink;
    for (n, lines) in names.iter().enumerate() {
        let middle = top + pitch * (n as f64 + 0.5) + half_cap(BODY);
        let first = middle - LEADING * (lines.len() as f64 - 1.0) / 2.0;
        for (i, line) in lines.iter().enumerate() {
            page.put(Label::new(line, right, first + LEADING * i as f64, ink).align(Align::Right));
        }
    }
    right
}

/// One's own values at the right, in the dot's colour; where rows have scales of their own, also their ranges. Gives
/// back where the numbers begin.
pub(super) fn values(page: &mut Page<'_>, rows: &[RangeRow], top: f64, pitch: f64, is_shared: bool) -> f64 {
    let (colours, format) = (page.colours(), page.style.format);
    let column = |page: &mut Page<'_>, right: f64, labels: Vec<Label>| {
        let left = right - labels.iter().map(Label::width).fold(0.0, f64::max);
        for (n, label) in labels.into_iter().enumerate() {
            let baseline = top + pitch * (n as f64 + 0.5) + half_cap(BODY);
            page.put(label.at(right, baseline).align(Align::Right));
        }
        left
    };
    let mut right = WIDTH - 4.0;
    if !is_shared {
        let range = |row: &RangeRow| Label::new(row.range(format), 0.0, 0.0, colours.muted);
        right = column(page, right, rows.iter().map(range).collect()) - 40.0;
    }
    let own = |row: &RangeRow| match row.own {
        Some(value) => Label::new(format.value(value, row.unit), 0.0, 0.0, colours.accent).bold(),
        None => Label::new(page.style.words().no_data.join(" "), 0.0, 0.0, colours.muted),
    };
    column(page, right, rows.iter().map(own).collect())
}

/// What is said below the rows: that scales are not shared, and how many rows are not shown.
pub(super) fn notes(hidden: usize, is_shared: bool, words: &Words) -> Vec<String> {
    let hidden = if hidden > 0 { (words.more_not_shown)(hidden) } else { String::new() };
    let words = if is_shared { hidden } else { format!("{} {hidden}", words.ranges.own_scales) };
    text::elide_lines(&words, Weight::Regular, BODY as f32, WIDTH as f32, 2)
}

/// Gridlines with their values where the scale is shared, and the notes below.
pub(super) fn foot(page: &mut Page<'_>, layout: &Layout, notes: &[String]) {
    let (colours, area) = (page.colours(), layout.area);
    let mut baseline = area.bottom + LINE + 4.0;
    if let Some(scale) = &layout.shared {
        for (tick, label) in scale.ticks.iter().zip(scale.labels(page.style.format)) {
            let x = area.left + (tick - scale.low) / (scale.high - scale.low) * area.width();
            page.scene.line(vec![(x, area.top), (x, area.bottom)], colours.grid, 1.5);
            page.place([Label::new(label, x, baseline, colours.muted).align(Align::Centre)]);
        }
        baseline += LINE;
    }
    for note in notes {
        page.put(Label::new(note, 0.0, baseline, colours.muted));
        baseline += LINE;
    }
}

/// The bars with their medians and dots.
pub(super) fn marks(page: &mut Page<'_>, rows: &[RangeRow], layout: &Layout) {
    let colours = page.colours();
    let paper = page.scene.page();
    let mut plot = Plot::new(paper, (0.0, paper.right), (paper.bottom, 0.0));
    for (n, row) in rows.iter().enumerate() {
        let y = layout.middle(n);
        plot.line(vec![(layout.area.left, y), (layout.area.right, y)], colours.grid, 1.5);
        let [low, median, high] = [row.low, row.median, row.high].map(|value| layout.x(row, value));
        // A range of one value is still seen.
        let (low, high) = if high - low < 4.0 { (low - 2.0, high + 2.0) } else { (low, high) };
        plot.rect((low, y - BAR), (high, y + BAR), colours.previous);
        plot.line(vec![(median, y - layout.tick()), (median, y + layout.tick())], colours.ink, 4.0);
        if let Some(own) = row.own {
            let at = (layout.x(row, own), y);
            plot.dot(at, DOT + RING, WHITE);
            plot.dot(at, DOT, colours.accent);
        }
    }
    page.scene.plot(plot);
}

/// What bar, tick and dot mean, over the first row and joined to its marks.
pub(super) fn key(page: &mut Page<'_>, ranges: &Ranges, first: &RangeRow, layout: &Layout) {
    let (colours, y, words) = (page.colours(), layout.middle(0), &page.style.words().ranges);
    let baseline = layout.area.top - HEAD + 38.0;
    let label = |text: String, colour| Label::new(text, 0.0, baseline, colour);
    let cut = |text: &str, width: f64| text::elide(text, Weight::SemiBold, BODY as f32, width as f32);
    let group = cut(&(words.middle_half)(&short(&ranges.group)), 700.0);
    let [low, median, high] = [first.low, first.median, first.high].map(|value| layout.x(first, value));
    let own = first.own.map(|own| layout.x(first, own));
    // The bar is pointed at where most of it lies bare.
    let mut cuts: Vec<f64> = [low, median, high].into_iter().chain(own.map(|x| x.clamp(low, high))).collect();
    cuts.sort_by(f64::total_cmp);
    let bare = cuts.windows(2).max_by(|a, b| (a[1] - a[0]).total_cmp(&(b[1] - b[0])));
    let bar = bare.map_or(median, |ends| f64::midpoint(ends[0], ends[1]));
    let mut keys = vec![
        (label(group, colours.muted), bar, BAR),
        (label(words.median.to_owned(), colours.ink), median, layout.tick()),
    ];
    let subject = label(cut(&short(&ranges.subject), SUBJECT), colours.accent).bold();
    let mut left = 0.0;
    if let Some(own) = own {
        keys.push((subject, own, DOT + RING));
    } else {
        // No dot in the first row to point at: one is shown beside the name.
        let dot = Mark::Dot { at: (DOT, baseline - half_cap(BODY)), radius: DOT, fill: colours.accent };
        page.scene.mark(dot);
        let subject = subject.at(2.0 * DOT + 10.0, baseline);
        left = subject.area().right + BETWEEN;
        page.put(subject);
    }
    keys.sort_by(|a, b| a.1.total_cmp(&b.1));
    let wanted: Vec<(f64, f64)> = keys.iter().map(|(label, x, _)| (*x, label.width())).collect();
    let starts = line_up(&wanted, BETWEEN, (left, WIDTH));
    for ((label, x, reach), start) in keys.into_iter().zip(starts) {
        let foot = (x.clamp(start, start + label.width()), baseline + 9.0);
        page.scene.line(vec![foot, (x, y - reach - 3.0)], label.colour, 2.0);
        page.put(label.at(start, baseline));
    }
}
