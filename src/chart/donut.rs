//! A ring of at most four parts with the total in the hole.

use super::{
    ChartError, Drawing, alt,
    bars::{self, Row},
    card,
    labels::spread,
    page::{Composed, Page},
    parts::series_colour,
    scale::{share_text, shares},
    scene::{Align, Area, BODY, KEY, Label, Mark, WHITE},
};
use crate::{
    dataset::Series,
    template::{Colour, Colours},
    text::{self, Weight},
};
use std::f64::consts::{PI, TAU};

/// More parts than this are bars: angles are hard to compare.
const MOST: usize = 4;
const CENTRE: (f64, f64) = (800.0, 450.0);
const OUTER: f64 = 360.0;
const INNER: f64 = 222.0;

/// A ring where the parts are few and add up to the whole; else bars; one part is a number card.
///
/// # Errors
/// When there is no value.
pub(super) fn compose(drawing: &Drawing<'_>, series: &Series) -> Result<Composed, ChartError> {
    // A part of nothing has no slice.
    let rows: Vec<Row> =
        bars::ranked(drawing, series).into_iter().filter(|row| row.value.is_some_and(|v| v != 0.0)).collect();
    let values: Vec<f64> = rows.iter().filter_map(|row| row.value).collect();
    let total: f64 = values.iter().sum();
    if rows.is_empty() {
        return nothing(drawing, series);
    }
    let is_ring = rows.len() <= MOST
        && drawing.dataset.adds_up != Some(false)
        && series.metric.is_additive()
        && values.iter().all(|value| *value > 0.0)
        && drawing.dataset.parts().windows(2).all(|pair| pair[0].dimension == pair[1].dimension);
    if !is_ring {
        return bars::compose(drawing, series);
    }
    if let [only] = &rows[..] {
        let number = drawing.style.format.value(total, series.unit);
        let period = drawing.style.format.period(&drawing.period());
        let words = drawing.style.words();
        let all = (words.alt.all)(words.metric(series.metric), &only.name);
        let words = format!("{all}, {period}");
        return Ok(card::compose(drawing, &number, &words));
    }
    Ok(ring(drawing, series, &rows, &values))
}

/// A whole of nothing has no parts to show: it is a number card that says zero.
fn nothing(drawing: &Drawing<'_>, series: &Series) -> Result<Composed, ChartError> {
    if series.values.iter().all(Option::is_none) {
        return Err(ChartError::Empty);
    }
    let number = drawing.style.format.value(0.0, series.unit);
    let period = drawing.style.format.period(&drawing.period());
    Ok(card::compose(drawing, &number, &format!("{}, {period}", drawing.style.words().metric(series.metric))))
}

/// Mark and text colour of a slice: its place in the dataset, not its size, decides. Other is grey.
fn slice_colour(colours: &Colours, row: &Row) -> (Colour, Colour) {
    match row.index {
        Some(place) if !row.is_rest => series_colour(colours, place),
        _ => (colours.previous, colours.muted),
    }
}

fn ring(drawing: &Drawing<'_>, series: &Series, rows: &[Row], values: &[f64]) -> Composed {
    let mut page = Page::new(drawing);
    let colours = page.colours();
    let total: f64 = values.iter().sum();
    let (format, words) = (drawing.style.format, drawing.style.words());
    let printed: Vec<String> =
        shares(values).iter().zip(values).map(|(share, value)| share_text(format, *share, *value)).collect();
    let mut from = 0.0;
    let mut middles = Vec::new();
    for (i, value) in values.iter().enumerate() {
        let to = from + value / total;
        let fill = slice_colour(colours, &rows[i]).0;
        page.scene.mark(Mark::Polygon { points: slice(from, to), fill });
        let middle = at(f64::midpoint(from, to), OUTER);
        page.anchor(rows[i].index, at(f64::midpoint(from, to), f64::midpoint(INNER, OUTER)));
        middles.push(middle);
        from = to;
    }
    // A slice must not vanish under its own edges.
    let smallest = values.iter().copied().fold(f64::INFINITY, f64::min) / total * TAU * INNER;
    let gap = (smallest * 0.4).clamp(1.0, 5.0);
    let mut edge = 0.0;
    for value in values {
        page.scene.line(vec![at(edge, INNER - 2.0), at(edge, OUTER + 2.0)], WHITE, gap);
        edge += value / total;
    }
    page.taken.add(Area::around(CENTRE, OUTER * 0.72));
    let number = Label::new(page.print(total, series.unit), CENTRE.0, CENTRE.1 + 12.0, colours.ink)
        .bold()
        .align(Align::Centre);
    let size = (96.0 * (INNER * 1.6) / number.clone().size(96.0).width()).min(96.0);
    page.put(number.size(size));
    let noun = words.metric(series.metric);
    page.put(Label::new(noun, CENTRE.0, CENTRE.1 + 62.0, colours.muted).size(KEY).align(Align::Centre));
    for side in [Align::Left, Align::Right] {
        let here: Vec<usize> =
            (0..rows.len()).filter(|i| (middles[*i].0 >= CENTRE.0) == (side == Align::Left)).collect();
        let mut centres: Vec<f64> = here.iter().map(|i| middles[*i].1).collect();
        spread(&mut centres, 110.0, 60.0, 840.0);
        for (i, centre) in here.iter().zip(centres) {
            let name = [rows[*i].name.as_str(), printed[*i].as_str()];
            slice_label(
                &mut page,
                name,
                words.counted((values[*i], series.unit), series.metric, format),
                centre,
                side,
                slice_colour(colours, &rows[*i]).1,
            );
        }
    }
    let said: Vec<(String, String)> =
        rows.iter().zip(&printed).map(|(row, share)| (row.name.clone(), share.clone())).collect();
    let alt = alt::parts(words.marks.ring, drawing, series.metric, &bars::by(drawing), &said);
    let total = (words.alt.total)(&format.value(total, series.unit));
    let alt = format!("{alt} {total}.");
    page.finish("donut", alt)
}

/// Name and share beside a slice, its value below.
fn slice_label(
    page: &mut Page<'_>,
    [name, share]: [&str; 2],
    value: String,
    centre: f64,
    side: Align,
    colour: Colour,
) {
    let muted = page.colours().muted;
    let out: f64 = if side == Align::Left { 34.0 } else { -34.0 };
    // How far out the ring reaches, at the height of the two lines where it is widest.
    let (upper, lower) = (centre - KEY - CENTRE.1, centre + BODY * 1.6 - CENTRE.1);
    let rise = if upper < 0.0 && lower > 0.0 { 0.0 } else { upper.abs().min(lower.abs()).min(OUTER) };
    let edge = (OUTER * OUTER - rise * rise).sqrt();
    let x = CENTRE.0 + out.signum() * edge + out;
    let room = if side == Align::Left { super::scene::WIDTH - x } else { x };
    let tail = format!(" · {share}");
    let room_for_name = room - super::scene::width(&tail, Weight::SemiBold, KEY);
    let name = text::elide(name, Weight::SemiBold, KEY as f32, room_for_name as f32);
    page.put(Label::new(format!("{name}{tail}"), x, centre, colour).size(KEY).bold().align(side));
    page.put(Label::new(value, x, centre + BODY * 1.35, muted).align(side));
}

/// The point of a circle at a share of the way round, clockwise from the top.
fn at(turn: f64, radius: f64) -> (f64, f64) {
    let angle = turn * TAU - PI / 2.0;
    (CENTRE.0 + radius * angle.cos(), CENTRE.1 + radius * angle.sin())
}

/// The outline of a ring's slice, a point every few units.
fn slice(from: f64, to: f64) -> Vec<(f64, f64)> {
    let steps = ((to - from) * TAU * OUTER / 3.0).ceil().max(2.0) as u32;
    let turn = |n: u32| from + (to - from) * f64::from(n) / f64::from(steps);
    let outer = (0..=steps).map(|n| at(turn(n), OUTER));
    outer.chain((0..=steps).rev().map(|n| at(turn(n), INNER))).collect()
}
