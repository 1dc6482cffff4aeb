//! The base package with slides coming in: checked when it is opened, listed and dated when it is finished.

use super::{LAYOUTS, RIBBON, properties, slide::SlideWriter};
use crate::{
    deck::{
        Deck, DeckError,
        fit::{Room, Ruler},
    },
    package::{Layout, Package, PackageError, layouts},
    template::DeckTemplate,
};
use std::fmt::Write as _;

const RELATION: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const SLIDE_TYPE: &str = "application/vnd.openxmlformats-officedocument.presentationml.slide+xml";

/// `p:sldId` identifiers begin here (ECMA-376 part 1, §19.7.13).
const FIRST_SLIDE_ID: usize = 256;

pub(super) struct Presentation<'a> {
    deck: &'a Deck,
    base: &'a Base,
    package: Package,
    slides: Vec<String>,
    pub(super) ruler: Ruler,
}

/// A template's base, read and found to have everything that a deck needs.
#[derive(Debug, Clone)]
pub struct Base {
    /// The template's name.
    template: String,
    package: Package,
    /// The part of the presentation itself.
    part: String,
    layouts: Vec<Layout>,
    slide_font: String,
    /// Whether every layout has a place for a ribbon.
    has_ribbon: bool,
}

impl Base {
    /// Opens the base of a template, before anything is asked or drawn for a deck of it.
    ///
    /// # Errors
    /// All that is missing or broken in it. A place for the ribbon is asked for only where the deck will have one.
    pub fn open(template: &DeckTemplate, has_ribbon: bool) -> Result<Self, DeckError> {
        let wrong = |message: String| DeckError::Base { template: template.name.clone(), message };
        let broken = |error: PackageError| wrong(format!("in its base, {error}"));
        let package = Package::from_parts(template.base.clone()).map_err(broken)?;
        let part = package.related("", "officeDocument");
        let part =
            part.ok_or_else(|| wrong("its base has no presentation: _rels/.rels names none".into()))?;
        if package.xml(&part).map_err(broken)?.child("sldIdLst").is_some() {
            return Err(wrong(format!(
                "its base holds slides; delete them and the element `sldIdLst` in base/{part}"
            )));
        }
        let layouts = layouts(&package).map_err(broken)?;
        let lacking = missing(&layouts, has_ribbon);
        if !lacking.is_empty() {
            return Err(wrong(lacking.join("; ")));
        }
        let (template, slide_font) = (template.name.clone(), template.theme.slide_font.clone());
        let has_ribbon = has_ribbon || missing(&layouts, true).is_empty();
        Ok(Self { template, package, part, layouts, slide_font, has_ribbon })
    }
}

impl<'a> Presentation<'a> {
    /// A base, ready for the slides of a deck.
    pub(super) fn new(deck: &'a Deck, base: &'a Base) -> Result<Self, DeckError> {
        let ruler = Ruler::new(&base.slide_font);
        let presentation = Self { deck, base, package: base.package.clone(), slides: Vec::new(), ruler };
        // A deck of made-up data without the words that say so must not come about.
        if deck.ribbon.is_some() && !base.has_ribbon {
            return Err(presentation.wrong(missing(&base.layouts, true).join("; ")));
        }
        Ok(presentation)
    }

    /// A new slide on a layout; [`Self::end`] puts it in.
    pub(super) fn begin(&self, layout: &str) -> Result<SlideWriter, DeckError> {
        let layout = self.layout(layout)?.clone();
        let number = self.slides.len() + 1;
        let language = if self.deck.language.is_empty() { "en-GB" } else { &self.deck.language };
        Ok(SlideWriter::new(layout, number, language, self.ruler))
    }

    /// The room inside a placeholder of a layout.
    pub(super) fn room(&self, layout: &str, placeholder: &str) -> Result<Room, DeckError> {
        let found = self.layout(layout)?.placeholder(placeholder);
        Ok(Room::of(found.ok_or_else(|| self.wrong(lacks(layout, placeholder)))?))
    }

    /// Puts a slide in, behind the others, with ribbon and slide number where its layout has a place for them.
    pub(super) fn end(&mut self, mut slide: SlideWriter) {
        slide.slide_number();
        if let Some(ribbon) = &self.deck.ribbon {
            slide.ribbon(RIBBON, ribbon);
        }
        let part = format!("ppt/slides/slide{}.xml", self.slides.len() + 1);
        self.package.relate(&part, &format!("{RELATION}/slideLayout"), &slide.layout.part);
        for (name, content_type, bytes) in std::mem::take(&mut slide.media) {
            self.package.relate(&part, &format!("{RELATION}/image"), &name);
            self.package.put(&name, content_type, bytes);
        }
        self.package.put(&part, SLIDE_TYPE, slide.finish());
        self.slides.push(part);
    }

    /// Lists the slides, writes the document's properties, and packs it all.
    pub(super) fn finish(mut self) -> Result<Vec<u8>, DeckError> {
        if !self.slides.is_empty() {
            self.list_slides()?;
        }
        properties::write(&mut self.package, self.deck, self.slides.len());
        self.package.to_bytes().map_err(|error| DeckError::Package(error.to_string()))
    }

    /// The list of slides stands behind the lists of masters, in this order (ECMA-376 part 1, §19.2.1.26).
    fn list_slides(&mut self) -> Result<(), DeckError> {
        let mut list = format!(
            "<p:sldIdLst xmlns:p=\"http://schemas.openxmlformats.org/presentationml/2006/main\" xmlns:r=\"{RELATION}\">"
        );
        for (i, slide) in self.slides.iter().enumerate() {
            let relation = self.package.relate(&self.base.part, &format!("{RELATION}/slide"), slide);
            _ = write!(list, "<p:sldId id=\"{}\" r:id=\"{relation}\"/>", FIRST_SLIDE_ID + i);
        }
        list.push_str("</p:sldIdLst>");
        let broken = |error: PackageError| self.wrong(format!("in its base, {error}"));
        let root = self.package.xml(&self.base.part).map_err(broken)?;
        let before = ["sldMasterIdLst", "notesMasterIdLst", "handoutMasterIdLst"];
        let place = before.iter().filter_map(|name| root.child(name)).map(|element| element.end).max();
        let place =
            place.ok_or_else(|| self.wrong(format!("base/{} lists no slide master", self.base.part)))?;
        let mut bytes = self.package.part(&self.base.part).map_err(broken)?.to_vec();
        bytes.splice(place..place, list.into_bytes());
        self.package.replace(&self.base.part, bytes);
        Ok(())
    }

    fn layout(&self, name: &str) -> Result<&Layout, DeckError> {
        let found = self.base.layouts.iter().find(|layout| layout.name == name);
        found.ok_or_else(|| self.wrong(format!("its base has no layout `{name}`")))
    }

    fn wrong(&self, message: String) -> DeckError {
        DeckError::Base { template: self.base.template.clone(), message }
    }
}

/// Everything that the layouts of a base lack, in words.
fn missing(layouts: &[Layout], ribbon: bool) -> Vec<String> {
    let mut missing = Vec::new();
    for (name, placeholders) in LAYOUTS {
        let Some(layout) = layouts.iter().find(|layout| layout.name == name) else {
            let there: Vec<_> = layouts.iter().map(|layout| format!("`{}`", layout.name)).collect();
            missing.push(format!("its base has no layout `{name}`; it has {}", list(&there)));
            continue;
        };
        for placeholder in placeholders.iter().copied().chain(ribbon.then_some(RIBBON)) {
            let Some(found) = layout.placeholder(placeholder) else {
                let there: Vec<_> = layout.placeholders.iter().map(|p| format!("`{}`", p.name)).collect();
                missing.push(format!("{}; it has {}", lacks(name, placeholder), list(&there)));
                continue;
            };
            let kind_is_right = match placeholder {
                "Title" => matches!(found.kind.as_str(), "title" | "ctrTitle"),
                "Chart" => found.kind == "pic",
                _ => true,
            };
            if !kind_is_right {
                missing.push(format!(
                    "the placeholder `{placeholder}` of the layout `{name}` has the type `{}`; it must be {}",
                    found.kind,
                    if placeholder == "Chart" { "`pic`" } else { "`title` or `ctrTitle`" }
                ));
            }
            if found.place.width <= 0 || found.place.height <= 0 {
                missing.push(format!("the placeholder `{placeholder}` of the layout `{name}` has no size"));
            }
        }
    }
    missing
}

fn lacks(layout: &str, placeholder: &str) -> String {
    format!("the layout `{layout}` of its base has no placeholder `{placeholder}`")
}

fn list(names: &[String]) -> String {
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}
