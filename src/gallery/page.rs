//! The gallery as HTML: every mark under a heading of its own, as SVG in the page with the PNG beside it. It needs no
//! script and asks for nothing but the files beside it. Every tag is closed, so that the page is XML too.

use super::{Case, Group, Plate, Subject};
use crate::{
    package::escape,
    template::{Colours, Theme},
};
use std::fmt::Write as _;

/// The line that tells a page of ours from any other.
pub const MARK: &str = "<meta name=\"generator\" content=\"kamslides gallery\"/>";

/// What a chart draws, by the kind it reports: its heading, and when it is drawn.
const MARKS: [(&str, &str, &str); 11] = [
    ("columns", "Columns", "A value a month, over at most two years of which no month has its pair."),
    ("columns-by-year", "Columns by year", "Two years, month beside month."),
    ("lines-by-year", "Lines by year", "Three years and more, January to December."),
    ("stacked-columns", "Stacked columns", "Parts of a monthly total that add up."),
    ("lines", "Lines of parts", "Parts by month that do not add up."),
    ("line", "Line", "An average by month. Its axis may begin above zero."),
    ("donut", "Donut", "At most four parts that add up."),
    ("bars", "Bars", "Parts that are many, overlap, or are averages."),
    ("panels", "Panels", "Shares of people by several attributes, on one scale."),
    ("bridge", "Bridge", "How one total became another, the largest driver first."),
    ("card", "Number card", "A single value: there is nothing to compare it with."),
];

/// The page of a template's marks.
pub fn page(template: &str, theme: &Theme, plates: &[Plate]) -> String {
    let template = escape(template);
    let mut out = format!(
        "<!DOCTYPE html>\n<html lang=\"en-GB\">\n<head>\n<meta charset=\"utf-8\"/>\n{MARK}\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n\
         <title>Charts of the template {template}</title>\n<style>\n{}</style>\n</head>\n<body>\n\
         <a class=\"skip\" href=\"#charts\">Skip to the charts</a>\n<header>\n\
         <h1>Charts of the template {template}</h1>\n\
         <p>{} pictures: every mark with ordinary and with hostile data, all of it made up. A click on a small picture \
         opens the PNG as a deck holds it; the large one is the SVG with real text.</p>\n",
        include_str!("page.css"),
        plates.len(),
    );
    colours(&mut out, &theme.colours);
    out.push_str("</header>\n<nav id=\"marks\" aria-label=\"Marks\">\n<ul>\n");
    let marks: Vec<_> = MARKS.iter().filter(|mark| of(plates, mark.0).next().is_some()).collect();
    for (kind, title, _) in &marks {
        put(
            &mut out,
            format_args!("<li><a href=\"#mark-{kind}\">{title} ({})</a></li>\n", of(plates, kind).count()),
        );
    }
    out.push_str("</ul>\n</nav>\n<main id=\"charts\">\n");
    for (kind, title, when) in marks {
        put(
            &mut out,
            format_args!(
                "<section id=\"mark-{kind}\">\n<h2>{title}</h2>\n<p>{when}</p>\n<div class=\"cases\">\n"
            ),
        );
        of(plates, kind).for_each(|plate| case(&mut out, plate));
        out.push_str(
            "</div>\n<p class=\"back\"><a href=\"#marks\">Back to the list of marks</a></p>\n</section>\n",
        );
    }
    out.push_str("</main>\n</body>\n</html>\n");
    out
}

/// The pictures of one kind.
fn of<'a>(plates: &'a [Plate], kind: &str) -> impl Iterator<Item = &'a Plate> {
    plates.iter().filter(move |plate| plate.chart.kind == kind)
}

fn case(out: &mut String, plate: &Plate) {
    let Case { name, shows, locale, .. } = &plate.case;
    let (name, shows, file) = (escape(name), escape(shows), escape(&plate.case.file()));
    let asked = match &plate.case.subject {
        Subject::Data(sample) => sample.kind.to_string(),
        Subject::Bridge(_) => "a bridge".to_owned(),
    };
    let group = match plate.case.group {
        Group::Ordinary => "Ordinary data",
        Group::Language => "Ordinary data in another language",
        Group::Hostile => "Hostile data",
    };
    put(
        out,
        format_args!(
            "<article id=\"{name}\" aria-labelledby=\"{name}-shows\">\n<h3 id=\"{name}-shows\">{shows}</h3>\n\
         <p class=\"drawn\">{group} ({locale}). Asked for: {asked}. Drawn: {}.</p>\n\
         <figure lang=\"{locale}\">\n{}<figcaption><b>Alternative text:</b> {}</figcaption>\n</figure>\n",
            plate.chart.kind,
            plate.chart.svg,
            escape(&plate.chart.alt),
        ),
    );
    for warning in &plate.chart.warnings {
        put(out, format_args!("<p class=\"drawn\">Warning: {}.</p>\n", escape(warning)));
    }
    put(
        out,
        format_args!(
            "<p class=\"png\"><a href=\"{file}\"><img src=\"{file}\" alt=\"PNG of {name}\" width=\"1600\" height=\"900\" \
         loading=\"lazy\"/></a> {} KB</p>\n</article>\n",
            plate.chart.png.len().div_ceil(1000),
        ),
    );
}

/// The colours of the theme, each with its name.
fn colours(out: &mut String, colours: &Colours) {
    out.push_str("<h2>Colours</h2>\n<ul class=\"colours\">\n");
    for (name, colour) in colours.named() {
        let hex = colour.hex();
        put(
            out,
            format_args!(
                "<li><svg viewBox=\"0 0 1 1\" aria-hidden=\"true\"><rect width=\"1\" height=\"1\" fill=\"#{hex}\"/></svg> \
             {name} <code>#{hex}</code></li>\n",
            ),
        );
    }
    out.push_str("</ul>\n");
}

/// Appends to the text, which cannot fail.
fn put(out: &mut String, text: std::fmt::Arguments<'_>) {
    out.write_fmt(text).expect("a string takes everything");
}
