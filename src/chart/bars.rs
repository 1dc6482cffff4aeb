//! Horizontal bars, the largest first, with their values at the end.

use super::{
    ChartError, Drawing, alt,
    page::{Composed, Page, short},
    scale::{share_text, shares},
    scene::{Align, Area, BODY, Label, Plot, WIDTH, half_cap},
};
use crate::{
    dataset::{OTHER, Series},
    domain::{Metric, Unit},
    text::{self, Weight},
};

/// A bar to be.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) index: Option<usize>,
    pub(super) name: String,
    pub(super) value: Option<f64>,
    /// Whether it is what several small ones were put together in.
    pub(super) is_rest: bool,
    /// What stands behind the value: `1,935 orders`.
    behind: Option<String>,
}

/// Bars shown before the rest is summed up or left out.
const MOST: usize = 10;
/// Room for names.
const NAMES: f64 = 420.0;

/// The parts, largest first; those without a value last.
pub(super) fn ranked(drawing: &Drawing<'_>, series: &Series) -> Vec<Row> {
    let orders = (series.metric == Metric::Aov).then(|| drawing.dataset.whole(Metric::Orders)).flatten();
    let (format, words) = (drawing.style.format, drawing.style.words());
    let is_rest = |i: usize| drawing.dataset.parts().get(i).is_some_and(|part| part.name == OTHER);
    let row = |(i, value): (usize, &Option<f64>)| Row {
        index: Some(i),
        name: entry_name(drawing, i),
        is_rest: is_rest(i),
        value: *value,
        behind: orders
            .and_then(|orders| orders.values[i])
            .map(|count| words.counted((count, Unit::Count), Metric::Orders, format)),
    };
    let mut rows: Vec<Row> = series.values.iter().enumerate().map(row).collect();
    rows.sort_by(|a, b| match (a.value, b.value) {
        (Some(x), Some(y)) => a.is_rest.cmp(&b.is_rest).then(y.total_cmp(&x)),
        (x, y) => y.is_some().cmp(&x.is_some()),
    });
    rows
}

fn entry_name(drawing: &Drawing<'_>, i: usize) -> String {
    let part = drawing
        .dataset
        .parts()
        .get(i)
        .map(|part| drawing.style.words().part_name(&short(&part.name), Some(&part.dimension)));
    let month = || drawing.dataset.months().get(i).map(|entry| drawing.style.format.month(entry.month));
    part.or_else(month).unwrap_or_default()
}

/// What the parts are parts of, in words: `product`.
pub(super) fn by(drawing: &Drawing<'_>) -> String {
    let words = drawing.style.words();
    let first = drawing.dataset.parts().first();
    first.map_or_else(|| words.part.to_owned(), |part| words.dimension(&part.dimension))
}

/// Bars of one value a part.
///
/// # Errors
/// When there is no value.
pub(super) fn compose(drawing: &Drawing<'_>, series: &Series) -> Result<Composed, ChartError> {
    let mut rows = ranked(drawing, series);
    if rows.iter().all(|row| row.value.is_none()) {
        return Err(ChartError::Empty);
    }
    let mut page = Page::new(drawing);
    let (format, words) = (drawing.style.format, drawing.style.words());
    // Averages never add up, which says nothing about what an order can hold.
    let additive = series.metric.is_additive();
    let overlap = additive && drawing.dataset.adds_up == Some(false);
    let several = additive && drawing.dataset.orders_overlap();
    let can_sum = additive && !overlap;
    let values: Vec<f64> = rows.iter().filter_map(|row| row.value).collect();
    // A share needs a whole: parts that add up, all there, none below zero.
    let is_count = !matches!(series.unit, Unit::Percent);
    let is_whole = values.iter().all(|v| *v >= 0.0) && values.iter().sum::<f64>() > 0.0;
    if can_sum && is_count && values.len() == rows.len() && is_whole {
        for (row, share) in rows.iter_mut().zip(shares(&values)) {
            row.behind.get_or_insert_with(|| share_text(format, share, row.value.unwrap_or(0.0)));
        }
    }
    let said: Vec<(String, String)> =
        rows.iter().map(|row| (row.name.clone(), printed(&page, row, series))).collect();
    let mut note = several.then(|| words.several_types_bars.to_owned());
    if rows.len() > MOST + 1 {
        let rest = rows.split_off(MOST);
        if can_sum {
            let present: Vec<f64> = rest.iter().filter_map(|row| row.value).collect();
            let value = (!present.is_empty()).then(|| present.iter().sum());
            let shown: u32 = shares(&values).iter().take(MOST).sum();
            let behind = (values.len() == said.len() && values.iter().all(|v| *v >= 0.0))
                .then(|| share_text(format, 100_u32.saturating_sub(shown), value.unwrap_or(0.0)));
            let name = words.rest(rest.len());
            rows.push(Row { index: None, name, value, is_rest: true, behind });
        } else {
            let more = (words.more_not_shown)(rest.len());
            note = Some(note.map_or(more.clone(), |note| format!("{note} {more}.")));
        }
    }
    draw(&mut page, &rows, series, note.as_deref());
    let alt = alt::parts(words.marks.bars, drawing, series.metric, &by(drawing), &said);
    let alt = if several { format!("{alt} {}", words.alt.several_types) } else { alt };
    Ok(page.finish("bars", alt))
}

fn printed(page: &Page<'_>, row: &Row, series: &Series) -> String {
    row.value.map_or_else(|| page.style.words().no_data.join(" "), |value| page.print(value, series.unit))
}

fn draw(page: &mut Page<'_>, rows: &[Row], series: &Series, note: Option<&str>) {
    let colours = page.colours();
    let bottom = if note.is_some() { 840.0 } else { 890.0 };
    let pitch = ((bottom - 10.0) / rows.len() as f64).min(150.0);
    // Few bars stand in the middle of the page, not at its top.
    let top = 10.0 + ((bottom - 10.0) - pitch * rows.len() as f64) / 2.0;
    let lines = if pitch > BODY * 2.6 { 2 } else { 1 };
    let names: Vec<Vec<String>> = rows
        .iter()
        .map(|row| text::elide_lines(&row.name, Weight::Regular, BODY as f32, NAMES as f32, lines))
        .collect();
    let width = |text: &str, weight| super::scene::width(text, weight, BODY);
    let gutter = names.iter().flatten().map(|line| width(line, Weight::Regular)).fold(0.0, f64::max) + 18.0;
    let texts: Vec<String> = rows.iter().map(|row| printed(page, row, series)).collect();
    let label_width = |(row, text): (&Row, &String)| {
        let behind = row.behind.as_ref().map_or(0.0, |text| width(text, Weight::Regular) + 22.0);
        width(text, Weight::SemiBold) + behind + 28.0
    };
    let widest_label = rows.iter().zip(&texts).map(label_width).fold(0.0, f64::max);
    let present = || rows.iter().filter_map(|row| row.value);
    let (low, high) = (present().fold(0.0, f64::min), present().fold(0.0, f64::max));
    let has_negative = low < 0.0;
    let left = gutter + if has_negative { widest_label } else { 0.0 };
    let area = Area { left, top, right: WIDTH - widest_label, bottom: top + pitch * rows.len() as f64 };
    let span = if high > low { (low, high) } else { (0.0, 1.0) };
    let mut plot = Plot::new(area, span, (rows.len() as f64, 0.0));
    let mut labels = Vec::new();
    for (n, row) in rows.iter().enumerate() {
        let middle = n as f64 + 0.5;
        let thick = (pitch * 0.62).min(72.0) / pitch / 2.0;
        let end = row.value.unwrap_or(0.0);
        let fill = if row.is_rest { colours.previous } else { colours.accent };
        if row.value.is_some() {
            plot.rect((0.0, middle - thick), (end, middle + thick), fill);
            let bar = Area::between(plot.place((0.0, middle - thick)), plot.place((end, middle + thick)));
            page.taken.add(bar);
        }
        let (x, y) = plot.place((end, middle));
        page.anchor(row.index, (x, y));
        let (baseline, side) = (y + half_cap(BODY), if end < 0.0 { Align::Right } else { Align::Left });
        let towards = if end < 0.0 { -1.0 } else { 1.0 };
        let colour = if row.value.is_some() { colours.ink } else { colours.muted };
        let label = Label::new(&texts[n], x + 12.0 * towards, baseline, colour).align(side);
        let label = if row.value.is_some() { label.bold() } else { label };
        let next = x + (34.0 + label.width()) * towards;
        labels.push(label);
        let behind = row.behind.as_ref();
        labels.extend(behind.map(|text| Label::new(text, next, baseline, colours.muted).align(side)));
        let leading = BODY * 1.15;
        let first = baseline - leading * (names[n].len() as f64 - 1.0) / 2.0;
        for (i, line) in names[n].iter().enumerate() {
            let label = Label::new(line, gutter - 18.0, first + leading * i as f64, colours.ink);
            labels.push(label.align(Align::Right));
        }
    }
    let zero = plot.place((0.0, 0.0)).0;
    page.scene.plot(plot);
    page.scene.line(vec![(zero, area.top), (zero, area.bottom)], colours.ink, 2.0);
    labels.extend(note.map(|note| Label::new(note, 0.0, area.bottom + 44.0, colours.muted)));
    for label in labels {
        page.put(label);
    }
}
