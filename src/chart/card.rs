//! A single number, large: what is left of a chart with one value.

use super::{
    Drawing, alt,
    page::{Composed, Page},
    scene::{Align, HEIGHT, KEY, Label, WIDTH},
};

/// A number with a line of words below it.
pub(super) fn compose(drawing: &Drawing<'_>, number: &str, words: &str) -> Composed {
    let mut page = Page::new(drawing);
    let colours = page.colours();
    let centre = WIDTH / 2.0;
    let big = Label::new(number, centre, HEIGHT / 2.0 + 20.0, colours.accent).bold().align(Align::Centre);
    // As large as fits.
    let size = (180.0 * (WIDTH - 120.0) / big.clone().size(180.0).width()).min(180.0);
    page.put(big.size(size));
    let lines =
        crate::text::elide_lines(words, crate::text::Weight::Regular, KEY as f32, (WIDTH - 200.0) as f32, 2);
    for (n, line) in lines.iter().enumerate() {
        let baseline = HEIGHT / 2.0 + 100.0 + 44.0 * n as f64;
        page.put(Label::new(line, centre, baseline, colours.muted).size(KEY).align(Align::Centre));
    }
    page.finish("card", format!("{}{}{number}.", alt::capitalised(words), drawing.style.words().colon))
}
