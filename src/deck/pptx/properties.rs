//! The document's properties: title, author, company and date. Nothing in them depends on clock or machine.

use crate::{
    deck::Deck,
    package::{Package, escape},
};

const RELATION: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const CORE_RELATION: &str =
    "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties";
const CORE_TYPE: &str = "application/vnd.openxmlformats-package.core-properties+xml";
const APP_TYPE: &str = "application/vnd.openxmlformats-officedocument.extended-properties+xml";

/// Writes both parts of properties, over those of the base.
pub(super) fn write(package: &mut Package, deck: &Deck, slides: usize) {
    put(package, CORE_RELATION, "docProps/core.xml", CORE_TYPE, core(deck));
    let relation = format!("{RELATION}/extended-properties");
    put(package, &relation, "docProps/app.xml", APP_TYPE, app(deck, slides));
}

fn put(package: &mut Package, relation: &str, part: &str, content_type: &str, xml: String) {
    let kind = relation.rsplit('/').next().unwrap_or_default();
    let part = package.related("", kind).unwrap_or_else(|| {
        package.relate("", relation, part);
        part.to_owned()
    });
    package.put(&part, content_type, xml);
}

/// Dublin Core (ECMA-376 part 2, §11).
fn core(deck: &Deck) -> String {
    let (title, author) = (escape(&deck.title), escape(&deck.author));
    let (language, dated) = (escape(&deck.language), escape(&deck.dated));
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
         <cp:coreProperties xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:dcterms=\"http://purl.org/dc/terms/\" \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">\
         <dc:title>{title}</dc:title><dc:creator>{author}</dc:creator><dc:language>{language}</dc:language>\
         <cp:lastModifiedBy>{author}</cp:lastModifiedBy>\
         <dcterms:created xsi:type=\"dcterms:W3CDTF\">{dated}</dcterms:created>\
         <dcterms:modified xsi:type=\"dcterms:W3CDTF\">{dated}</dcterms:modified>\
         </cp:coreProperties>"
    )
}

/// ECMA-376 part 1, §22.2.
fn app(deck: &Deck, slides: usize) -> String {
    let company = escape(&deck.company);
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
         <Properties xmlns=\"http://schemas.openxmlformats.org/officeDocument/2006/extended-properties\">\
         <PresentationFormat>Widescreen</PresentationFormat><Slides>{slides}</Slides><Notes>0</Notes>\
         <HiddenSlides>0</HiddenSlides><Company>{company}</Company></Properties>"
    )
}
