//! `[Content_Types].xml`: what kind of thing each part is (ECMA-376 part 2, §10.1.2).

use super::xml::{Element, escape};
use std::{collections::BTreeMap, collections::BTreeSet, fmt::Write as _};

/// Content types by extension and by part.
#[derive(Debug, Clone, Default)]
pub(super) struct ContentTypes {
    defaults: BTreeMap<String, String>,
    overrides: BTreeMap<String, String>,
}

impl ContentTypes {
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, String> {
        let mut types = Self::default();
        for element in Element::parse(bytes)?.children {
            let content_type = element.attribute("ContentType").unwrap_or_default().to_owned();
            if let Some(extension) = element.attribute("Extension") {
                types.defaults.insert(extension.to_ascii_lowercase(), content_type);
            } else if let Some(part) = element.attribute("PartName") {
                types.overrides.insert(part.trim_start_matches('/').to_owned(), content_type);
            }
        }
        Ok(types)
    }

    /// Sets a part's type: by its extension, unless it is XML or the extension means something else already.
    pub(super) fn set(&mut self, part: &str, content_type: &str) {
        let extension = extension_of(part);
        if extension != "xml" {
            let default = self.defaults.entry(extension).or_insert_with(|| content_type.to_owned());
            if default == content_type {
                return;
            }
        }
        self.overrides.insert(part.to_owned(), content_type.to_owned());
    }

    /// The file for a package of these parts. Only what they use is in it: `PowerPoint` offers to repair a file that
    /// declares a part it does not hold.
    pub(super) fn write<'a>(&self, parts: impl Iterator<Item = &'a str>) -> String {
        let parts: BTreeSet<_> = parts.collect();
        let used: BTreeSet<_> = parts
            .iter()
            .filter(|part| !self.overrides.contains_key(**part))
            .map(|part| extension_of(part))
            .collect();
        let mut xml = String::from(
            "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
             <Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">",
        );
        for (extension, content_type) in
            self.defaults.iter().filter(|(extension, _)| used.contains(*extension))
        {
            let (extension, content_type) = (escape(extension), escape(content_type));
            _ = write!(xml, "<Default Extension=\"{extension}\" ContentType=\"{content_type}\"/>");
        }
        for (part, content_type) in self.overrides.iter().filter(|(part, _)| parts.contains(part.as_str())) {
            let (part, content_type) = (escape(part), escape(content_type));
            _ = write!(xml, "<Override PartName=\"/{part}\" ContentType=\"{content_type}\"/>");
        }
        xml + "</Types>"
    }
}

fn extension_of(part: &str) -> String {
    let file = part.rsplit('/').next().unwrap_or(part);
    file.rsplit_once('.').map_or(String::new(), |(_, extension)| extension.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_types_in_use_are_written() {
        let mut types = ContentTypes::parse(
            br#"<Types><Default Extension="PNG" ContentType="image/png"/><Default Extension="emf" ContentType="x"/>
               <Override PartName="/gone.xml" ContentType="y"/></Types>"#,
        )
        .unwrap();
        types.set("a/b.xml", "part+xml");
        types.set("a/c.svg", "image/svg+xml");
        types.set("a/odd.png", "image/other");
        let xml = types.write(["a/b.xml", "a/c.svg", "a/odd.png", "a/d.png"].into_iter());
        assert!(xml.contains(r#"<Default Extension="png" ContentType="image/png"/>"#), "{xml}");
        assert!(xml.contains(r#"<Default Extension="svg" ContentType="image/svg+xml"/>"#), "{xml}");
        assert!(xml.contains(r#"<Override PartName="/a/b.xml" ContentType="part+xml"/>"#), "{xml}");
        assert!(xml.contains(r#"<Override PartName="/a/odd.png" ContentType="image/other"/>"#), "{xml}");
        assert!(!xml.contains("emf") && !xml.contains("gone"), "{xml}");
    }
}
