//! Slide layouts: their placeholders by name, with the place and text style that a slide inherits.
//!
//! A slide says only "this is the takeaway"; where it stands and how it looks comes from the layout, and what the
//! layout leaves open from its master (ECMA-376 part 1, §19.3.1.36).

use super::{Element, Package, PackageError};

/// A slide layout.
#[derive(Debug, Clone)]
pub struct Layout {
    /// Its name, as the user of `PowerPoint` sees it.
    pub name: String,
    /// Its part.
    pub part: String,
    /// What a slide can fill, in document order.
    pub placeholders: Vec<Placeholder>,
}

/// A place on a layout that slides fill.
#[derive(Debug, Clone)]
pub struct Placeholder {
    /// Its name, as the selection pane of `PowerPoint` shows it.
    pub name: String,
    /// `title`, `body`, `pic`, …: what a slide refers to it by, together with the index.
    pub kind: String,
    /// Tells placeholders of a kind apart; 0 when not written.
    pub index: u32,
    /// Where it stands.
    pub place: Rectangle,
    /// How text in it looks.
    pub style: TextStyle,
}

/// A rectangle on a slide in EMU, 914,400 to the inch.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rectangle {
    /// From the left edge of the slide.
    pub x: i64,
    /// From the top edge of the slide.
    pub y: i64,
    /// Its width.
    pub width: i64,
    /// Its height.
    pub height: i64,
}

/// The text style of a placeholder's first level.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TextStyle {
    /// In points.
    pub size: f32,
    /// Whether it is bold.
    pub bold: bool,
    /// Space before a paragraph, in points.
    pub before: f32,
    /// Line spacing; 1 is the font's own.
    pub spacing: f32,
    /// Inside the placeholder's rectangle, from left, top, right and bottom, in EMU.
    pub insets: [i64; 4],
}

impl Layout {
    /// The placeholder of a name.
    pub fn placeholder(&self, name: &str) -> Option<&Placeholder> {
        self.placeholders.iter().find(|placeholder| placeholder.name == name)
    }
}

/// Every layout of every master, in the order of the package.
///
/// # Errors
/// When the presentation, a master or a layout is missing or not well-formed.
pub fn layouts(package: &Package) -> Result<Vec<Layout>, PackageError> {
    let presentation = package
        .related("", "officeDocument")
        .ok_or_else(|| PackageError::Missing("ppt/presentation.xml".into()))?;
    let mut found = Vec::new();
    for master_part in package.all_related(&presentation, "slideMaster") {
        let master = package.xml(&master_part)?;
        for part in package.all_related(&master_part, "slideLayout") {
            let layout = package.xml(&part)?;
            let name = layout.child("cSld").and_then(|slide| slide.attribute("name")).unwrap_or_default();
            let placeholders = shapes(&layout)
                .filter_map(|shape| Some((shape, placeholder_of(shape)?)))
                .map(|(shape, mark)| resolve(shape, mark, &master))
                .collect();
            found.push(Layout { name: name.to_owned(), part, placeholders });
        }
    }
    Ok(found)
}

fn shapes(page: &Element) -> impl Iterator<Item = &Element> {
    page.at(&["cSld", "spTree"]).into_iter().flat_map(|tree| &tree.children)
}

fn placeholder_of(shape: &Element) -> Option<&Element> {
    let properties = shape.child("nvSpPr").or_else(|| shape.child("nvPicPr"))?;
    properties.at(&["nvPr", "ph"])
}

/// A placeholder with what it inherits from the master's placeholder of its kind.
fn resolve(shape: &Element, mark: &Element, master: &Element) -> Placeholder {
    let kind = mark.attribute("type").unwrap_or("obj");
    let family = match kind {
        "title" | "ctrTitle" => "title",
        "dt" | "ftr" | "sldNum" => kind,
        _ => "body",
    };
    let parent = shapes(master).find(|shape| {
        placeholder_of(shape).is_some_and(|mark| mark.attribute("type").unwrap_or("obj") == family)
    });
    let styles = match family {
        "title" => "titleStyle",
        "body" => "bodyStyle",
        _ => "otherStyle",
    };
    let levels: Vec<&Element> = [
        shape.at(&["txBody", "lstStyle", "lvl1pPr"]),
        parent.and_then(|shape| shape.at(&["txBody", "lstStyle", "lvl1pPr"])),
        master.at(&["txStyles", styles, "lvl1pPr"]),
    ]
    .into_iter()
    .flatten()
    .collect();
    let bodies: Vec<&Element> = [Some(shape), parent]
        .into_iter()
        .flatten()
        .filter_map(|shape| shape.at(&["txBody", "bodyPr"]))
        .collect();
    let name = ["nvSpPr", "nvPicPr"].iter().find_map(|kind| shape.at(&[kind, "cNvPr"])?.attribute("name"));
    Placeholder {
        name: name.unwrap_or_default().to_owned(),
        kind: kind.to_owned(),
        index: mark.number("idx").and_then(|index| u32::try_from(index).ok()).unwrap_or(0),
        place: place_of(shape).or_else(|| parent.and_then(place_of)).unwrap_or_default(),
        style: style_of(&levels, &bodies),
    }
}

fn place_of(shape: &Element) -> Option<Rectangle> {
    let frame = shape.at(&["spPr", "xfrm"])?;
    let (offset, extent) = (frame.child("off")?, frame.child("ext")?);
    Some(Rectangle {
        x: offset.number("x")?,
        y: offset.number("y")?,
        width: extent.number("cx")?,
        height: extent.number("cy")?,
    })
}

/// The first of the levels, nearest first, that states a property wins; without any, the defaults of the standard.
fn style_of(levels: &[&Element], bodies: &[&Element]) -> TextStyle {
    let at = |path: &[&str], name: &str| levels.iter().find_map(|level| level.at(path)?.attribute(name));
    let number = |path: &[&str], name: &str| at(path, name).and_then(|text| text.parse::<f32>().ok());
    let inset =
        |name: &str, default: i64| bodies.iter().find_map(|body| body.number(name)).unwrap_or(default);
    TextStyle {
        size: number(&["defRPr"], "sz").unwrap_or(1800.0) / 100.0,
        bold: matches!(at(&["defRPr"], "b"), Some("1" | "true")),
        before: number(&["spcBef", "spcPts"], "val").unwrap_or(0.0) / 100.0,
        spacing: number(&["lnSpc", "spcPct"], "val").unwrap_or(100_000.0) / 100_000.0,
        insets: [inset("lIns", 91_440), inset("tIns", 45_720), inset("rIns", 91_440), inset("bIns", 45_720)],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MASTER: &str = "<sldMaster><cSld><spTree><sp><nvSpPr><cNvPr name='T'/><nvPr><ph type='title'/></nvPr></nvSpPr>\
        <spPr><xfrm><off x='1' y='2'/><ext cx='3' cy='4'/></xfrm></spPr><txBody><bodyPr lIns='0'/></txBody></sp></spTree>\
        </cSld><txStyles><titleStyle><lvl1pPr><lnSpc><spcPct val='90000'/></lnSpc><defRPr sz='2400' b='1'/></lvl1pPr>\
        </titleStyle></txStyles></sldMaster>";

    #[test]
    fn a_placeholder_inherits_what_its_layout_leaves_open() {
        let shape = "<sp><nvSpPr><cNvPr name='Title'/><nvPr><ph type='ctrTitle'/></nvPr></nvSpPr><spPr/>\
            <txBody><bodyPr tIns='7'/><lstStyle><lvl1pPr><defRPr sz='4400'/></lvl1pPr></lstStyle></txBody></sp>";
        let shape = Element::parse(shape.as_bytes()).unwrap();
        let master = Element::parse(MASTER.as_bytes()).unwrap();
        let found = resolve(&shape, placeholder_of(&shape).unwrap(), &master);
        assert_eq!((found.name.as_str(), found.kind.as_str(), found.index), ("Title", "ctrTitle", 0));
        assert_eq!(found.place, Rectangle { x: 1, y: 2, width: 3, height: 4 });
        let style =
            TextStyle { size: 44.0, bold: true, before: 0.0, spacing: 0.9, insets: [0, 7, 91_440, 45_720] };
        assert_eq!(found.style, style);
    }
}
