//! Relationships: how parts refer to each other (ECMA-376 part 2, §9.3). They lie in a `_rels` folder beside their part.

use super::xml::{Element, escape};
use std::fmt::Write as _;

/// One arrow from a part, or from the package, to a part or an address outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Relationship {
    /// What the part calls it, for instance `rId1`.
    pub(super) id: String,
    /// What kind of arrow it is: its type, a long URI whose last word says it.
    pub(super) type_uri: String,
    /// Where it leads, as written: relative to the folder of its part, or from the root.
    pub(super) target: String,
    /// Whether it leads out of the package.
    pub(super) external: bool,
}

impl Relationship {
    /// An arrow from one part to another.
    pub(super) fn new(id: &str, type_uri: &str, source: &str, target: &str) -> Self {
        Self {
            id: id.to_owned(),
            type_uri: type_uri.to_owned(),
            target: relative(source, target),
            external: false,
        }
    }

    /// The last word of the type, such as `slideLayout`.
    pub(super) fn kind(&self) -> &str {
        self.type_uri.rsplit('/').next().unwrap_or_default()
    }

    /// The part it leads to from its source; `None` when it leads out of the package.
    pub(super) fn part(&self, source: &str) -> Option<String> {
        if self.external {
            return None;
        }
        let mut path: Vec<_> = if self.target.starts_with('/') { Vec::new() } else { folders(source) };
        for step in self.target.split('/') {
            match step {
                "" | "." => {}
                ".." => drop(path.pop()),
                name => path.push(name),
            }
        }
        Some(path.join("/"))
    }
}

/// The relationships file of a part.
pub(super) fn file_of(source: &str) -> String {
    match source.rsplit_once('/') {
        Some((folder, name)) => format!("{folder}/_rels/{name}.rels"),
        None => format!("_rels/{source}.rels"),
    }
}

/// The part that a relationships file belongs to; empty for the package itself.
pub(super) fn source_of(file: &str) -> Option<String> {
    let name = file.strip_suffix(".rels")?;
    if let Some(name) = name.strip_prefix("_rels/") {
        return Some(name.to_owned());
    }
    let (folder, name) = name.rsplit_once("/_rels/")?;
    Some(format!("{folder}/{name}"))
}

pub(super) fn parse(bytes: &[u8]) -> Result<Vec<Relationship>, String> {
    let mut list: Vec<Relationship> = Vec::new();
    for element in Element::parse(bytes)?.children {
        let text = |name| element.attribute(name).unwrap_or_default().to_owned();
        let id = text("Id");
        if id.is_empty() || list.iter().any(|other| other.id == id) {
            return Err(format!("has no Id or the same Id twice: `{id}`"));
        }
        list.push(Relationship {
            id,
            type_uri: text("Type"),
            target: text("Target"),
            external: text("TargetMode") == "External",
        });
    }
    Ok(list)
}

pub(super) fn write(list: &[Relationship]) -> String {
    let mut xml = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
         <Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">",
    );
    for relationship in list {
        let (id, kind) = (escape(&relationship.id), escape(&relationship.type_uri));
        let target = escape(&relationship.target);
        let mode = if relationship.external { " TargetMode=\"External\"" } else { "" };
        _ = write!(xml, "<Relationship Id=\"{id}\" Type=\"{kind}\" Target=\"{target}\"{mode}/>");
    }
    xml + "</Relationships>"
}

/// `rId` and the number after the largest in use.
pub(super) fn next_id(list: &[Relationship]) -> String {
    let largest = list.iter().filter_map(|r| r.id.strip_prefix("rId")?.parse::<u32>().ok()).max();
    format!("rId{}", largest.unwrap_or(0).saturating_add(1))
}

fn folders(part: &str) -> Vec<&str> {
    part.rsplit_once('/').map_or(Vec::new(), |(folder, _)| folder.split('/').collect())
}

/// The way from the folder of one part to another part.
fn relative(source: &str, target: &str) -> String {
    let from = folders(source);
    let to: Vec<_> = target.split('/').collect();
    let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let mut steps = vec![".."; from.len() - shared];
    steps.extend(&to[shared..]);
    steps.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_there_is_the_way_back() {
        for (source, target, written) in [
            ("", "ppt/presentation.xml", "ppt/presentation.xml"),
            ("ppt/presentation.xml", "ppt/slides/slide1.xml", "slides/slide1.xml"),
            ("ppt/slides/slide1.xml", "ppt/media/image1.png", "../media/image1.png"),
            ("ppt/slides/slide1.xml", "docProps/app.xml", "../../docProps/app.xml"),
        ] {
            let relationship = Relationship::new("rId1", "t", source, target);
            assert_eq!(relationship.target, written);
            assert_eq!(relationship.part(source).as_deref(), Some(target));
            assert_eq!(source_of(&file_of(source)).as_deref(), Some(source));
        }
        let absolute =
            Relationship { target: "/ppt/x.xml".into(), ..Relationship::new("rId1", "t", "", "x") };
        assert_eq!(absolute.part("a/b/c.xml").as_deref(), Some("ppt/x.xml"));
    }

    #[test]
    fn a_new_id_is_free() {
        let with = |id: &str| Relationship::new(id, "t", "", "x");
        assert_eq!(next_id(&[]), "rId1");
        assert_eq!(next_id(&[with("rId7"), with("rId2"), with("other")]), "rId8");
    }
}
