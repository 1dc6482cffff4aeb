//! A single number, large: what is left of a chart with one value, or of parts that are all nothing.

use super::{
    Drawing, alt,
    months::Slot,
    page::{Composed, Page, short},
    scene::{Align, BODY, HEIGHT, KEY, Label, WIDTH},
};
use crate::{
    dataset::Series,
    text::{Weight, elide_lines},
};

/// The only value of a history.
pub(super) fn of_month(drawing: &Drawing<'_>, series: &Series, slot: &Slot, value: f64) -> Composed {
    let month = drawing.style.format.month(slot.month);
    let when = slot.partial.as_ref().map_or(month.clone(), |partial| format!("{month} ({partial})"));
    compose(drawing, series, value, &when)
}

/// A value for all of the data's period: that of `series`' part where it has one.
pub(super) fn of_period(drawing: &Drawing<'_>, series: &Series, value: f64) -> Composed {
    compose(drawing, series, value, &drawing.style.format.period(&drawing.period()))
}

/// A number with a line of words below it.
fn compose(drawing: &Drawing<'_>, series: &Series, value: f64, when: &str) -> Composed {
    let number = drawing.style.format.value(value, series.unit);
    let words = drawing.style.words();
    let metric = words.metric(series.metric);
    let part =
        series.part.as_deref().map(|part| words.part_name(&short(part), drawing.dataset.parts_of.as_ref()));
    let what = match part {
        Some(part) if series.metric.is_additive() => (words.alt.all)(metric, &part),
        Some(part) => format!("{metric}, {part}"),
        None => metric.to_owned(),
    };
    let said = alt::capitalised(&format!("{what}, {when}"));
    let mut page = Page::new(drawing);
    let colours = page.colours();
    let centre = WIDTH / 2.0;
    let big = Label::new(&number, centre, HEIGHT / 2.0 + 20.0, colours.accent).bold().align(Align::Centre);
    // As large as fits.
    let size = (180.0 * (WIDTH - 120.0) / big.clone().size(180.0).width()).clamp(BODY, 180.0);
    page.put(big.size(size));
    for (n, line) in
        elide_lines(&said, Weight::Regular, KEY as f32, (WIDTH - 200.0) as f32, 2).iter().enumerate()
    {
        let baseline = HEIGHT / 2.0 + 100.0 + 44.0 * n as f64;
        page.put(Label::new(line, centre, baseline, colours.muted).size(KEY).align(Align::Centre));
    }
    page.finish("card", format!("{said}{}{number}.", words.colon))
}
