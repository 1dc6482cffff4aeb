//! XML: reading a part into a small tree of elements and attributes, and escaping text that goes into one.

use quick_xml::{Reader, XmlVersion, events::BytesStart, events::Event};

/// Deeper nesting than any real part has; it bounds the recursion of whoever walks a tree.
const MAX_DEPTH: usize = 100;

/// An element with what is inside, without text.
#[derive(Debug, Clone, Default)]
pub struct Element {
    /// Its name without prefix.
    pub name: String,
    /// Names as written, prefix included, and values.
    pub attributes: Vec<(String, String)>,
    /// Elements inside, in order.
    pub children: Vec<Element>,
    /// Where it ends in the part: the offset of the byte after it.
    pub end: usize,
}

impl Element {
    /// Reads a part. The whole of it must be well-formed, in UTF-8.
    ///
    /// # Errors
    /// With words that follow the part's name: `is not well-formed XML: …`.
    pub fn parse(bytes: &[u8]) -> Result<Self, String> {
        let broken = |why: &dyn std::fmt::Display| format!("is not well-formed XML: {why}");
        let text = std::str::from_utf8(bytes).map_err(|error| broken(&error))?;
        // A byte order mark stays in the offsets that the elements carry.
        let offset = text.len() - text.trim_start_matches('\u{feff}').len();
        let mut reader = Reader::from_str(&text[offset..]);
        // The outermost element of this list stands for the document.
        let mut open = vec![Self::default()];
        loop {
            let event = reader.read_event().map_err(|error| broken(&error))?;
            let end = offset + reader.buffer_position() as usize;
            match event {
                Event::Start(start) => {
                    if open.len() > MAX_DEPTH {
                        return Err("is nested too deeply".into());
                    }
                    open.push(Self::begin(&start, end).map_err(|error| broken(&error))?);
                }
                Event::Empty(start) => {
                    let element = Self::begin(&start, end).map_err(|error| broken(&error))?;
                    open.last_mut().ok_or("")?.children.push(element);
                }
                Event::End(_) => {
                    let element = Self { end, ..open.pop().unwrap_or_default() };
                    open.last_mut().ok_or_else(|| broken(&"an element ends twice"))?.children.push(element);
                }
                Event::DocType(_) => return Err("holds a document type declaration".into()),
                Event::Eof if open.len() > 1 => return Err(broken(&"it ends too early")),
                Event::Eof => break,
                _ => {}
            }
        }
        let mut roots = open.pop().unwrap_or_default().children;
        match (roots.pop(), roots.pop()) {
            (Some(root), None) => Ok(root),
            _ => Err(broken(&"it needs exactly one outermost element")),
        }
    }

    fn begin(start: &BytesStart<'_>, end: usize) -> Result<Self, quick_xml::Error> {
        let mut attributes = Vec::new();
        for attribute in start.attributes() {
            let attribute = attribute?;
            let value = attribute.normalized_value(XmlVersion::Explicit1_0)?.into_owned();
            attributes.push((attribute.key.0.to_owned(), value));
        }
        let name = start.name().0;
        let name = name.rsplit_once(':').map_or(name, |(_, local)| local).to_owned();
        Ok(Self { name, attributes, children: Vec::new(), end })
    }

    /// The first child of a name.
    pub fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The element at the end of a path of first children.
    pub fn at(&self, path: &[&str]) -> Option<&Self> {
        path.iter().try_fold(self, |element, name| element.child(name))
    }

    /// The value of an attribute, by its name as written.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The value of an attribute as a number.
    pub fn number(&self, name: &str) -> Option<i64> {
        self.attribute(name)?.parse().ok()
    }

    /// Every element of a name at any depth, in document order.
    pub fn all<'a>(&'a self, name: &str) -> Vec<&'a Self> {
        let mut found = Vec::new();
        for child in &self.children {
            if child.name == name {
                found.push(child);
            }
            found.extend(child.all(name));
        }
        found
    }
}

/// Text for an element or a quoted attribute: markup is escaped, and what XML 1.0 cannot hold (§2.2) is left out.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            // As numbers, so that a reader keeps them in attributes.
            '\t' => out.push_str("&#9;"),
            '\n' => out.push_str("&#10;"),
            '\r' => out.push_str("&#13;"),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escaped_text_is_read_back_without_what_xml_cannot_hold() {
        let text = "../../etc/ô 🛒 & <b> \"q\" 'a' tab\t nl\n \u{0}\u{1}\u{b}\u{1f}\u{fffe}\u{ffff}end";
        let xml = format!("<x v=\"{}\"/>", escape(text));
        let want = "../../etc/ô 🛒 & <b> \"q\" 'a' tab\t nl\n end";
        assert_eq!(Element::parse(xml.as_bytes()).unwrap().attribute("v"), Some(want));
    }

    #[test]
    fn the_tree_has_local_names_and_ends() {
        let xml = b"<?xml version='1.0'?><!-- c --><p:a xmlns:p='u'><p:b r:id='1' id='2'/><c>t</c></p:a>";
        let root = Element::parse(xml).unwrap();
        assert_eq!(root.name, "a");
        assert_eq!(root.child("b").unwrap().attribute("r:id"), Some("1"));
        assert_eq!(root.child("b").unwrap().number("id"), Some(2));
        assert!(xml[root.child("b").unwrap().end..].starts_with(b"<c>"));
        assert!(xml[root.child("c").unwrap().end..].starts_with(b"</p:a>"));
    }

    #[test]
    fn what_is_not_well_formed_is_refused() {
        let deep = "<a>".repeat(5000);
        for xml in [
            "",
            "text",
            "<a>",
            "<a></b>",
            "<a/><b/>",
            "</a>",
            "<a x=1/>",
            "<a x='&nope;'/>",
            "<a x='1' x='2'/>",
            &deep,
        ] {
            assert!(Element::parse(xml.as_bytes()).is_err(), "{xml:.40}");
        }
        assert!(Element::parse(b"<a>\xff</a>").is_err());
        assert!(Element::parse(b"<!DOCTYPE a><a/>").is_err());
    }
}
