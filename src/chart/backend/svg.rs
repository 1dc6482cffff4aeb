//! plotters as SVG: decimals, real text, exact baselines.

use super::{SUB, family, pixels, snapped, straight, weight};
use crate::{
    chart::ChartError,
    text::{self, Weight},
};
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind,
    text_anchor::HPos,
};
use std::{convert::Infallible, fmt, fmt::Write as _};

/// Draws a picture of a size in layout units as SVG; `title` is what a screen reader says.
pub(in crate::chart) fn draw_svg(
    title: &str,
    (width, height): (f64, f64),
    draw: impl FnOnce(SvgBackend<'_>) -> Result<(), ChartError>,
) -> Result<String, ChartError> {
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" font-family=\"{}, 'Segoe UI', Arial, sans-serif\" role=\"img\">\n\
         <title>{}</title>\n",
        family(),
        Escaped(title),
    );
    let size = (width as u32 * SUB, height as u32 * SUB);
    draw(SvgBackend { out: &mut out, size })?;
    out.push_str("</svg>\n");
    Ok(out)
}

/// SVG text for plotters, one element a line.
pub(in crate::chart) struct SvgBackend<'a> {
    out: &'a mut String,
    size: (u32, u32),
}

type Drawn = Result<(), DrawingErrorKind<Infallible>>;

impl SvgBackend<'_> {
    /// Appends to the text, which cannot fail.
    fn put(&mut self, line: fmt::Arguments<'_>) {
        self.out.write_fmt(line).expect("a string takes everything");
    }

    fn fill(&mut self, [left, top, right, bottom]: [f32; 4], colour: BackendColor) {
        let (width, height) = (right - left, bottom - top);
        let fill = Hex(colour);
        self.put(format_args!(
            "<rect x=\"{left}\" y=\"{top}\" width=\"{width}\" height=\"{height}\" fill=\"{fill}\"/>\n"
        ));
    }

    fn points(&mut self, points: &[BackendCoord]) {
        self.out.push_str("<path d=\"");
        for (i, point) in points.iter().enumerate() {
            let verb = if i == 0 { 'M' } else { 'L' };
            self.put(format_args!("{verb}{} {}", pixels(point.0), pixels(point.1)));
        }
    }
}

impl DrawingBackend for SvgBackend<'_> {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        self.size
    }

    fn ensure_prepared(&mut self) -> Drawn {
        Ok(())
    }

    fn present(&mut self) -> Drawn {
        Ok(())
    }

    fn draw_pixel(&mut self, at: BackendCoord, colour: BackendColor) -> Drawn {
        self.fill(snapped(at, at), colour);
        Ok(())
    }

    fn draw_line<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, style: &S) -> Drawn {
        self.draw_path([from, to], style)
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        upper_left: BackendCoord,
        bottom_right: BackendCoord,
        style: &S,
        fill: bool,
    ) -> Drawn {
        debug_assert!(fill, "outlines are drawn as paths");
        self.fill(snapped(upper_left, bottom_right), style.color());
        Ok(())
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Drawn {
        let points: Vec<_> = path.into_iter().collect();
        let width = style.stroke_width() as f32 / SUB as f32;
        if let Some(area) = straight(&points, width) {
            self.fill(area, style.color());
            return Ok(());
        }
        self.points(&points);
        let stroke = Hex(style.color());
        self.put(format_args!(
            "\" fill=\"none\" stroke=\"{stroke}\" stroke-width=\"{width}\" stroke-linecap=\"round\" \
             stroke-linejoin=\"round\"/>\n"
        ));
        Ok(())
    }

    fn draw_circle<S: BackendStyle>(
        &mut self,
        centre: BackendCoord,
        radius: u32,
        style: &S,
        fill: bool,
    ) -> Drawn {
        debug_assert!(fill, "rings are drawn as one disc on another");
        let (x, y, radius) = (pixels(centre.0), pixels(centre.1), radius as f32 / SUB as f32);
        let fill = Hex(style.color());
        self.put(format_args!("<circle cx=\"{x}\" cy=\"{y}\" r=\"{radius}\" fill=\"{fill}\"/>\n"));
        Ok(())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        vertices: I,
        style: &S,
    ) -> Drawn {
        self.points(&vertices.into_iter().collect::<Vec<_>>());
        let fill = Hex(style.color());
        self.put(format_args!("Z\" fill=\"{fill}\"/>\n"));
        Ok(())
    }

    fn estimate_text_size<T: BackendTextStyle>(
        &self,
        text: &str,
        style: &T,
    ) -> Result<(u32, u32), DrawingErrorKind<Infallible>> {
        let (weight, size) = (weight(style), style.size() as f32);
        let height = (text::ascent(weight) + text::descent(weight)) * size;
        Ok((text::measure(text, weight, size).ceil() as u32, height.ceil() as u32))
    }

    fn draw_text<T: BackendTextStyle>(&mut self, text: &str, style: &T, at: BackendCoord) -> Drawn {
        let (x, y, size) = (pixels(at.0), pixels(at.1).round(), style.size() as f32 / SUB as f32);
        let fill = Hex(style.color());
        self.put(format_args!("<text x=\"{x}\" y=\"{y}\" font-size=\"{size}\" fill=\"{fill}\""));
        self.out.push_str(match style.anchor().h_pos {
            HPos::Left => "",
            HPos::Center => " text-anchor=\"middle\"",
            HPos::Right => " text-anchor=\"end\"",
        });
        if weight(style) == Weight::SemiBold {
            self.out.push_str(" font-weight=\"600\"");
        }
        if !text.chars().any(char::is_alphabetic) {
            self.out.push_str(" font-variant-numeric=\"tabular-nums\"");
        }
        self.put(format_args!(">{}</text>\n", Escaped(text)));
        Ok(())
    }
}

/// A colour as SVG writes it; every colour of a chart is opaque.
struct Hex(BackendColor);

impl fmt::Display for Hex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (r, g, b) = self.0.rgb;
        write!(f, "#{r:02x}{g:02x}{b:02x}")
    }
}

/// Text between XML tags.
struct Escaped<'a>(&'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in text::clean(self.0).chars() {
            match c {
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '&' => f.write_str("&amp;")?,
                c => f.write_char(c)?,
            }
        }
        Ok(())
    }
}
