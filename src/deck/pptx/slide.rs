//! One slide being written: placeholders of its layout are filled with text and a picture.
//!
//! A filled placeholder refers to the layout's by type and index and inherits place and look. The order of shapes is
//! the reading order: the title comes first.

use crate::{
    deck::{
        Picture,
        fit::{EMU, Paragraph, Room, Ruler},
    },
    package::{Layout, Placeholder, Rectangle, escape},
};
use std::fmt::Write as _;

/// A new slide; `presentation` begins and ends it.
pub(super) struct SlideWriter {
    pub(super) layout: Layout,
    /// Part name, content type and bytes. Relationship 1 is the layout; the media follow in order.
    pub(super) media: Vec<(String, &'static str, Vec<u8>)>,
    number: usize,
    language: String,
    ruler: Ruler,
    shapes: String,
    /// Shape ids are unique on a slide; 1 is the tree of shapes itself.
    last_id: u32,
}

impl SlideWriter {
    pub(super) fn new(layout: Layout, number: usize, language: &str, ruler: Ruler) -> Self {
        let language = escape(language);
        Self { layout, media: Vec::new(), number, language, ruler, shapes: String::new(), last_id: 1 }
    }

    /// The title. It is written even when it is empty: every slide has one for screen readers.
    pub(super) fn title(&mut self, text: &str) {
        let Some(placeholder) = self.layout.placeholder("Title").cloned() else { return };
        let room = Room::of(&placeholder);
        let title = Paragraph { bold: placeholder.style.bold, ..Paragraph::new(text) };
        let (paragraphs, size) = match self.ruler.title_size(&title, &room, super::SMALLEST_TITLE) {
            Some(size) => (vec![title], size),
            None => self.ruler.fit(vec![title], &room, super::SMALLEST_TITLE),
        };
        self.write_text(&placeholder, &paragraphs, size);
    }

    /// Text at the placeholder's size, or smaller if it must be. A placeholder without text stays off the slide.
    pub(super) fn text(&mut self, name: &str, mut paragraphs: Vec<Paragraph>, smallest: f32) {
        let Some(placeholder) = self.layout.placeholder(name).cloned() else { return };
        paragraphs.retain(|paragraph| !paragraph.is_blank());
        let (paragraphs, size) = self.ruler.fit(paragraphs, &Room::of(&placeholder), smallest);
        if !paragraphs.is_empty() {
            self.write_text(&placeholder, &paragraphs, size);
        }
    }

    /// Text at a size that is known to fit.
    pub(super) fn set(&mut self, name: &str, paragraphs: &[Paragraph], size: f32) {
        if let Some(placeholder) = self.layout.placeholder(name).cloned()
            && !paragraphs.is_empty()
        {
            self.write_text(&placeholder, paragraphs, size);
        }
    }

    /// The words of the ribbon.
    pub(super) fn ribbon(&mut self, name: &str, words: &str) {
        self.text(name, vec![Paragraph::new(words)], super::SMALLEST_NOTE);
    }

    /// The number of the slide, if the layout has a place for it; `PowerPoint` keeps it up to date.
    pub(super) fn slide_number(&mut self) {
        let Some(placeholder) = self.layout.placeholders.iter().find(|p| p.kind == "sldNum").cloned() else {
            return;
        };
        let (language, number) = (&self.language, self.number);
        let body = format!(
            "<a:p><a:fld id=\"{{6F1C7C5A-3F5B-4C1E-9A53-0E6B1D7C2A10}}\" type=\"slidenum\">\
             <a:rPr lang=\"{language}\"/><a:t>{number}</a:t></a:fld></a:p>"
        );
        self.write_shape(&placeholder, &body);
    }

    /// A picture in the middle of its placeholder, as large as its shape allows; SVG where it can be shown, else PNG.
    ///
    /// # Errors
    /// When the PNG is none, with words that follow what the picture is called.
    pub(super) fn picture(&mut self, name: &str, picture: &Picture) -> Result<(), &'static str> {
        let Some(placeholder) = self.layout.placeholder(name).cloned() else { return Ok(()) };
        let (width, height) = png_size(&picture.png).ok_or("is not a PNG")?;
        let Rectangle { x, y, width: cx, height: cy } = inscribe(width, height, placeholder.place);
        let png = self.relate(format!("ppt/media/chart{}.png", self.number), "image/png", &picture.png);
        let svg = if picture.svg.is_empty() {
            String::new()
        } else {
            let part = format!("ppt/media/chart{}.svg", self.number);
            let id = self.relate(part, "image/svg+xml", picture.svg.as_bytes());
            format!(
                "<a:extLst><a:ext uri=\"{{96DAC541-7B7A-43D3-8B79-37D633B846F1}}\"><asvg:svgBlip \
                 xmlns:asvg=\"http://schemas.microsoft.com/office/drawing/2016/SVG/main\" r:embed=\"{id}\"/>\
                 </a:ext></a:extLst>"
            )
        };
        self.last_id += 1;
        let (id, name, alt) = (self.last_id, escape(name), escape(&picture.alt));
        let mark = mark(&placeholder);
        _ = write!(
            self.shapes,
            "<p:pic><p:nvPicPr><p:cNvPr id=\"{id}\" name=\"{name}\" descr=\"{alt}\"/><p:cNvPicPr>\
             <a:picLocks noGrp=\"1\" noChangeAspect=\"1\"/></p:cNvPicPr><p:nvPr>{mark}</p:nvPr></p:nvPicPr>\
             <p:blipFill><a:blip r:embed=\"{png}\">{svg}</a:blip><a:stretch><a:fillRect/></a:stretch></p:blipFill>\
             <p:spPr><a:xfrm><a:off x=\"{x}\" y=\"{y}\"/><a:ext cx=\"{cx}\" cy=\"{cy}\"/></a:xfrm></p:spPr></p:pic>"
        );
        Ok(())
    }

    /// The part.
    pub(super) fn finish(self) -> String {
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
             <p:sld xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" \
             xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\" \
             xmlns:p=\"http://schemas.openxmlformats.org/presentationml/2006/main\"><p:cSld><p:spTree>\
             <p:nvGrpSpPr><p:cNvPr id=\"1\" name=\"\"/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/>{}\
             </p:spTree></p:cSld><p:clrMapOvr><a:masterClrMapping/></p:clrMapOvr></p:sld>",
            self.shapes
        )
    }

    fn relate(&mut self, part: String, content_type: &'static str, bytes: &[u8]) -> String {
        self.media.push((part, content_type, bytes.to_vec()));
        format!("rId{}", self.media.len() + 1)
    }

    fn write_text(&mut self, placeholder: &Placeholder, paragraphs: &[Paragraph], size: f32) {
        let own = placeholder.style;
        // What the layout says already is not said again, so that a change of the layout changes the slide.
        let size_attribute = if (size - own.size).abs() < 0.01 {
            String::new()
        } else {
            format!(" sz=\"{}\"", (size * 100.0).round() as u32)
        };
        let run = |text: &str, bold: bool| {
            let bold = if bold && !own.bold { " b=\"1\"" } else { "" };
            let (language, text) = (&self.language, escape(text));
            format!("<a:r><a:rPr lang=\"{language}\"{size_attribute}{bold}/><a:t>{text}</a:t></a:r>")
        };
        let mut body = String::new();
        for paragraph in paragraphs {
            body.push_str("<a:p>");
            body.push_str(&paragraph_properties(paragraph));
            if let Some(term) = &paragraph.term {
                if self.ruler.term_fits(paragraph, size) {
                    body.push_str(&run(&format!("{term}\t"), true));
                } else {
                    _ = write!(body, "{}<a:br/>", run(term, true));
                }
            }
            body.push_str(&run(&paragraph.text, paragraph.bold));
            body.push_str("</a:p>");
        }
        self.write_shape(placeholder, &body);
    }

    fn write_shape(&mut self, placeholder: &Placeholder, body: &str) {
        self.last_id += 1;
        let (id, name, mark) = (self.last_id, escape(&placeholder.name), mark(placeholder));
        _ = write!(
            self.shapes,
            "<p:sp><p:nvSpPr><p:cNvPr id=\"{id}\" name=\"{name}\"/><p:cNvSpPr><a:spLocks noGrp=\"1\"/></p:cNvSpPr>\
             <p:nvPr>{mark}</p:nvPr></p:nvSpPr><p:spPr/><p:txBody><a:bodyPr/><a:lstStyle/>{body}</p:txBody></p:sp>"
        );
    }
}

/// How a slide refers to a placeholder of its layout.
fn mark(placeholder: &Placeholder) -> String {
    let mut mark = String::from("<p:ph");
    if placeholder.kind != "obj" {
        _ = write!(mark, " type=\"{}\"", escape(&placeholder.kind));
    }
    if placeholder.index != 0 {
        _ = write!(mark, " idx=\"{}\"", placeholder.index);
    }
    mark + "/>"
}

/// A hanging indent with a tab stop at its end, and a space before that is not the placeholder's own.
fn paragraph_properties(paragraph: &Paragraph) -> String {
    let indent = (paragraph.indent * EMU).round() as i64;
    let hanging = if paragraph.term.is_some() { -indent } else { 0 };
    let margin = if indent > 0 { format!(" marL=\"{indent}\" indent=\"{hanging}\"") } else { String::new() };
    let mut inner = String::new();
    if let Some(before) = paragraph.before {
        let points = (before * 100.0).round() as u32;
        _ = write!(inner, "<a:spcBef><a:spcPts val=\"{points}\"/></a:spcBef>");
    }
    if hanging != 0 {
        _ = write!(inner, "<a:tabLst><a:tab pos=\"{indent}\" algn=\"l\"/></a:tabLst>");
    }
    if margin.is_empty() && inner.is_empty() {
        return String::new();
    }
    format!("<a:pPr{margin}>{inner}</a:pPr>")
}

/// Width and height from a PNG's first chunk.
fn png_size(png: &[u8]) -> Option<(u32, u32)> {
    let header = png.strip_prefix(b"\x89PNG\r\n\x1a\n")?;
    if header.get(4..8)? != b"IHDR" {
        return None;
    }
    let number = |at: usize| Some(u32::from_be_bytes(header.get(at..at + 4)?.try_into().ok()?));
    let (width, height) = (number(8)?, number(12)?);
    (width > 0 && height > 0).then_some((width, height))
}

/// The largest rectangle of a picture's proportions in the middle of a place.
fn inscribe(width: u32, height: u32, place: Rectangle) -> Rectangle {
    let scale = (place.width as f64 / f64::from(width)).min(place.height as f64 / f64::from(height));
    let (cx, cy) = ((f64::from(width) * scale).round() as i64, (f64::from(height) * scale).round() as i64);
    let (cx, cy) = (cx.clamp(1, place.width), cy.clamp(1, place.height));
    Rectangle {
        x: place.x + (place.width - cx) / 2,
        y: place.y + (place.height - cy) / 2,
        width: cx,
        height: cy,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_keeps_its_proportions_inside_its_place() {
        let place = Rectangle { x: 100, y: 50, width: 1600, height: 900 };
        assert_eq!(inscribe(1600, 900, place), place);
        assert_eq!(inscribe(100, 100, place), Rectangle { x: 450, y: 50, width: 900, height: 900 });
        assert_eq!(inscribe(3200, 900, place), Rectangle { x: 100, y: 275, width: 1600, height: 450 });
    }

    #[test]
    fn what_is_not_a_png_has_no_size() {
        assert_eq!(png_size(b""), None);
        assert_eq!(png_size(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0"), None);
        assert_eq!(png_size(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x06\x40\0\0\x03\x84"), Some((1600, 900)));
    }
}
