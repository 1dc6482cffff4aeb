//! `.pptx` packages: parts, content types, relationships and layouts; written with the same bytes every time. Pure.
//!
//! Parts that nobody touches keep their bytes. It knows the container (ECMA-376 part 2) and as much of
//! `PresentationML` as finding layouts and placeholders takes; what stands on a slide is `deck`'s. A base package
//! comes from `template`; `deck` fills it.

mod archive;
mod content_types;
mod layout;
mod relationships;
mod xml;

pub use layout::{Layout, Placeholder, Rectangle, TextStyle, layouts};
pub use xml::{Element, escape};

use archive::Files;
use content_types::ContentTypes;
use relationships::Relationship;
use std::collections::BTreeMap;

const CONTENT_TYPES: &str = "[Content_Types].xml";

/// What is wrong with a package.
#[derive(Debug, thiserror::Error)]
pub enum PackageError {
    /// A part that must be there is not.
    #[error("the part `{0}` is missing")]
    Missing(String),
    /// A part does not say what it must say.
    #[error("the part `{part}` {message}")]
    Malformed {
        /// The part.
        part: String,
        /// What is wrong, to follow its name.
        message: String,
    },
    /// The archive cannot be written.
    #[error("the archive cannot be written")]
    Archive(#[from] zip::result::ZipError),
    /// A part cannot be compressed.
    #[error("a part cannot be compressed")]
    Compress(#[from] std::io::Error),
}

/// A package in memory. Part names have no leading slash: `ppt/presentation.xml`.
#[derive(Debug, Clone)]
pub struct Package {
    parts: BTreeMap<String, Vec<u8>>,
    types: ContentTypes,
    /// By the part they start from; the package itself is the empty name.
    relationships: BTreeMap<String, Vec<Relationship>>,
}

impl Package {
    /// A package from its files by name. Every XML part is read once, so that a broken one is found here.
    ///
    /// # Errors
    /// When there are no content types, an XML part is not well-formed, or a relationship leads to no part.
    pub fn from_parts(mut parts: BTreeMap<String, Vec<u8>>) -> Result<Self, PackageError> {
        for (name, bytes) in &parts {
            if is_xml(name) {
                Element::parse(bytes).map_err(|message| malformed(name, message))?;
            }
        }
        let types = parts.remove(CONTENT_TYPES).ok_or_else(|| PackageError::Missing(CONTENT_TYPES.into()))?;
        let types = ContentTypes::parse(&types).map_err(|message| malformed(CONTENT_TYPES, message))?;
        let (files, parts): (BTreeMap<_, _>, BTreeMap<_, _>) =
            parts.into_iter().partition(|(name, _)| extension(name) == "rels");
        let mut all = BTreeMap::new();
        for (name, bytes) in &files {
            let source = relationships::source_of(name)
                .ok_or_else(|| malformed(name, "does not lie in a folder named _rels".into()))?;
            let list = relationships::parse(&bytes[..]).map_err(|message| malformed(name, message))?;
            for relationship in &list {
                let target = relationship.part(&source);
                if let Some(target) = target.filter(|target| !parts.contains_key(target)) {
                    return Err(malformed(name, format!("leads to `{target}`, which is not there")));
                }
            }
            all.insert(source, list);
        }
        Ok(Self { parts, types, relationships: all })
    }

    /// The bytes of a part.
    ///
    /// # Errors
    /// When there is no such part.
    pub fn part(&self, name: &str) -> Result<&[u8], PackageError> {
        self.parts.get(name).map(Vec::as_slice).ok_or_else(|| PackageError::Missing(name.to_owned()))
    }

    /// An XML part, read.
    ///
    /// # Errors
    /// When there is no such part or it is not well-formed.
    pub fn xml(&self, name: &str) -> Result<Element, PackageError> {
        Element::parse(self.part(name)?).map_err(|message| malformed(name, message))
    }

    /// Puts a part in, or in the place of another, with its content type. XML parts get an `Override` each, others
    /// share the `Default` of their extension.
    pub fn put(&mut self, name: &str, content_type: &str, bytes: impl Into<Vec<u8>>) {
        self.types.set(name, content_type);
        self.parts.insert(name.to_owned(), bytes.into());
    }

    /// Changes the bytes of a part and leaves its content type alone.
    pub fn replace(&mut self, name: &str, bytes: impl Into<Vec<u8>>) {
        self.parts.insert(name.to_owned(), bytes.into());
    }

    /// The part that another one is related to by a kind of relationship, the first if there are several. The
    /// package itself is the empty name; the kind is the last word of the relationship's type, such as `slideLayout`.
    pub fn related(&self, source: &str, kind: &str) -> Option<String> {
        self.all_related(source, kind).into_iter().next()
    }

    /// Every part that another one is related to by a kind of relationship, in the order of the file.
    pub fn all_related(&self, source: &str, kind: &str) -> Vec<String> {
        let list = self.relationships.get(source).map_or(&[][..], Vec::as_slice);
        list.iter()
            .filter(|relationship| relationship.kind() == kind)
            .filter_map(|r| r.part(source))
            .collect()
    }

    /// Relates two parts by a relationship's full type and gives the new relationship's id.
    pub fn relate(&mut self, source: &str, type_uri: &str, target: &str) -> String {
        let list = self.relationships.entry(source.to_owned()).or_default();
        let id = relationships::next_id(list);
        list.push(Relationship::new(&id, type_uri, source, target));
        id
    }

    /// The package as a file: `[Content_Types].xml` first, then the parts by name, dated 1980. The same package gives
    /// the same bytes.
    ///
    /// # Errors
    /// When a part is too large for the archive.
    pub fn to_bytes(&self) -> Result<Vec<u8>, PackageError> {
        let mut files: Files<'_> =
            self.parts.iter().map(|(name, bytes)| (name.as_str().into(), bytes.as_slice().into())).collect();
        for (source, list) in self.relationships.iter().filter(|(_, list)| !list.is_empty()) {
            files.insert(
                relationships::file_of(source).into(),
                relationships::write(list).into_bytes().into(),
            );
        }
        let types = self.types.write(files.keys().map(AsRef::as_ref));
        archive::write(CONTENT_TYPES, types.as_bytes(), &files)
    }
}

fn extension(name: &str) -> &str {
    name.rsplit_once('.').map_or("", |(_, extension)| extension)
}

fn is_xml(name: &str) -> bool {
    matches!(extension(name), "xml" | "rels")
}

fn malformed(part: &str, message: String) -> PackageError {
    PackageError::Malformed { part: part.to_owned(), message }
}
