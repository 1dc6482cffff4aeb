//! Shares of people, a panel per dimension, all bars on one scale.

use super::{
    ChartError, Drawing, alt,
    page::{Composed, Page, short},
    scale::{share_text, shares},
    scene::{Align, Area, BODY, KEY, Label, Plot, WIDTH, half_cap},
};
use crate::{
    dataset::Series,
    domain::{Dimension, Unit},
    text::{self, Weight},
};

/// A panel to be.
struct Panel {
    dimension: Dimension,
    /// Position in the index, name, share, and whether the share is of something at all.
    rows: Vec<Row>,
    base: String,
}

struct Row {
    index: Option<usize>,
    name: String,
    share: u32,
    text: String,
}

/// Panels side by side.
const PANELS: usize = 4;
/// Bars in a panel; the rest is summed up.
const ROWS: usize = 9;
const TOP: f64 = 84.0;
const BOTTOM: f64 = 836.0;
const BETWEEN: f64 = 50.0;

/// A panel per dimension, in the order of the data.
///
/// # Errors
/// When there is no value, or one is below zero.
pub(super) fn compose(drawing: &Drawing<'_>, series: &Series) -> Result<Composed, ChartError> {
    if series.values.iter().flatten().any(|value| *value < 0.0) {
        return Err(ChartError::OutOfBounds("a share of people is below zero".into()));
    }
    let mut dimensions: Vec<&Dimension> = Vec::new();
    for part in drawing.dataset.parts() {
        if !dimensions.contains(&&part.dimension) {
            dimensions.push(&part.dimension);
        }
    }
    let panels: Vec<Panel> =
        dimensions.iter().filter_map(|d| panel(drawing, series, d)).take(PANELS).collect();
    if panels.is_empty() {
        return Err(ChartError::Empty);
    }
    let words = drawing.style.words();
    let mut page = Page::new(drawing);
    draw(&mut page, &panels);
    let said = |panel: &Panel| {
        let rows: Vec<String> = panel.rows.iter().map(|row| format!("{} {}", row.name, row.text)).collect();
        let heading = alt::capitalised(&words.dimension(&panel.dimension));
        format!("{heading}{}{} ({})", words.colon, rows.join(", "), panel.base)
    };
    let period = drawing.style.format.period(&drawing.period());
    let panels: Vec<String> = panels.iter().map(said).collect();
    let shares = (words.alt.shares)(words.metric(series.metric));
    let alt = format!("{shares}, {period}. {}.", panels.join(". "));
    Ok(page.finish("panels", alt))
}

/// The shares of one dimension; `None` when it has no value.
fn panel(drawing: &Drawing<'_>, series: &Series, dimension: &Dimension) -> Option<Panel> {
    let (format, words) = (drawing.style.format, drawing.style.words());
    let name = |name: &str| words.part_name(&short(name), Some(dimension));
    let parts = drawing.dataset.parts().iter().enumerate();
    let own = parts.filter(|(_, part)| part.dimension == *dimension);
    let mut rows: Vec<(Option<usize>, String, f64)> =
        own.filter_map(|(i, part)| Some((Some(i), name(&part.name), (*series.values.get(i)?)?))).collect();
    if rows.iter().map(|(_, _, value)| value).sum::<f64>() <= 0.0 {
        return None;
    }
    if rows.len() > ROWS {
        let rest = rows.split_off(ROWS - 1);
        let sum = rest.iter().map(|(_, _, value)| value).sum();
        rows.push((None, words.rest(rest.len()), sum));
    }
    let values: Vec<f64> = rows.iter().map(|(_, _, value)| *value).collect();
    let total: f64 = values.iter().sum();
    // Shares given as per cents are kept as they are unless they are a whole but for rounding.
    let is_whole = !matches!(series.unit, Unit::Percent) || (total - 100.0).abs() <= 1.5;
    let printed = if is_whole { shares(&values) } else { values.iter().map(|v| v.round() as u32).collect() };
    let rows = rows.into_iter().zip(printed).map(|((index, name, value), share)| Row {
        index,
        name,
        share,
        text: share_text(format, share, value),
    });
    let base = drawing.dataset.bases.iter().find(|(d, _)| d == dimension);
    let base = base
        .map_or(words.base_not_stated.to_owned(), |(_, count)| words.base_of(*count, series.metric, format));
    Some(Panel { dimension: dimension.clone(), rows: rows.collect(), base })
}

fn draw(page: &mut Page<'_>, panels: &[Panel]) {
    let colours = page.colours();
    let count = panels.len() as f64;
    let most = panels.iter().map(|panel| panel.rows.len()).max().unwrap_or(1) as f64;
    let pitch = ((BOTTOM - TOP) / most).min(116.0);
    let lines = if pitch > BODY * 2.4 { 2 } else { 1 };
    let widest_name = WIDTH / count * 0.42;
    let fit =
        |row: &Row| text::elide_lines(&row.name, Weight::Regular, BODY as f32, widest_name as f32, lines);
    let names: Vec<Vec<Vec<String>>> =
        panels.iter().map(|panel| panel.rows.iter().map(fit).collect()).collect();
    let line_width = |line: &String| super::scene::width(line, Weight::Regular, BODY);
    let gutters: Vec<f64> =
        names.iter().map(|panel| panel.iter().flatten().map(line_width).fold(0.0, f64::max) + 14.0).collect();
    // One scale: a per cent is as long as the room for bars allows, and each panel as wide as its longest bar needs.
    let value_room = super::scene::width(&page.style.format.share(100), Weight::SemiBold, BODY) + 12.0;
    let longest =
        |panel: &Panel| f64::from(panel.rows.iter().map(|row| row.share).max().unwrap_or(0).max(20));
    let room = WIDTH - gutters.iter().sum::<f64>() - value_room * count - BETWEEN * (count - 1.0);
    let per_cent = room.max(100.0) / panels.iter().map(longest).sum::<f64>();
    let mut left = 0.0;
    for (n, panel) in panels.iter().enumerate() {
        let width = gutters[n] + longest(panel) * per_cent + value_room;
        let heading = alt::capitalised(&page.style.words().dimension(&panel.dimension));
        let heading = text::elide(&heading, Weight::SemiBold, KEY as f32, width as f32);
        page.put(Label::new(heading, left, 40.0, colours.ink).size(KEY).bold());
        let zero = left + gutters[n];
        let bottom = TOP + pitch * panel.rows.len() as f64;
        let reach = per_cent * longest(panel);
        let area = Area { left: zero, top: TOP, right: zero + reach, bottom };
        let mut plot = Plot::new(area, (0.0, longest(panel)), (panel.rows.len() as f64, 0.0));
        for (i, row) in panel.rows.iter().enumerate() {
            let (middle, half) = (i as f64 + 0.5, (pitch * 0.6).min(64.0) / pitch / 2.0);
            plot.rect((0.0, middle - half), (f64::from(row.share), middle + half), colours.accent);
            let (x, y) = plot.place((f64::from(row.share), middle));
            page.anchor(row.index, (x, y));
            page.taken.add(Area::between(
                plot.place((0.0, middle - half)),
                plot.place((f64::from(row.share), middle + half)),
            ));
            page.put(Label::new(&row.text, x + 10.0, y + half_cap(BODY), colours.ink).bold());
            let leading = BODY * 1.1;
            let first = y + half_cap(BODY) - leading * (names[n][i].len() as f64 - 1.0) / 2.0;
            for (line, text) in names[n][i].iter().enumerate() {
                let label = Label::new(text, zero - 14.0, first + leading * line as f64, colours.ink);
                page.put(label.align(Align::Right));
            }
        }
        page.scene.plot(plot);
        page.scene.line(vec![(zero, TOP), (zero, bottom)], colours.ink, 2.0);
        let base = text::elide(&panel.base, Weight::Regular, BODY as f32, width as f32);
        page.put(Label::new(base, left, TOP + pitch * most + 44.0, colours.muted));
        left += width + BETWEEN;
    }
}
