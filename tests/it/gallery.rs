//! `template show`: what a template asks for, and the page of every chart that it can draw.

use crate::support::Kamslides;
use quick_xml::{Reader, events::BytesStart, events::Event};
use std::{collections::BTreeSet, fs, sync::LazyLock};

/// The page and the files beside it, drawn once for all tests.
static GALLERY: LazyLock<Kamslides> = LazyLock::new(|| {
    let kamslides = Kamslides::new();
    let path = kamslides.run(&["template", "show", "--gallery", "new/gallery"]).succeeds().stdout;
    assert_eq!(fs::canonicalize(path.trim_end()).unwrap(), kamslides.path("new/gallery/index.html"));
    kamslides
});

fn page() -> String {
    fs::read_to_string(GALLERY.path("new/gallery/index.html")).unwrap()
}

/// The start of every element, in order, with the names of what it stands in.
fn elements(page: &str) -> Vec<(Vec<String>, BytesStart<'_>)> {
    let mut reader = Reader::from_str(page);
    let (mut open, mut found) = (Vec::<String>::new(), Vec::new());
    loop {
        match reader.read_event().unwrap() {
            Event::Start(start) => {
                found.push((open.clone(), start.clone()));
                open.push(start.name().0.to_owned());
            }
            Event::Empty(start) => found.push((open.clone(), start)),
            Event::End(_) => drop(open.pop()),
            Event::Eof => break,
            _ => {}
        }
    }
    assert!(open.is_empty(), "{open:?} end nowhere");
    found
}

fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = element.attributes().map(Result::unwrap).find(|attribute| attribute.key.0 == name)?;
    Some(found.normalized_value(quick_xml::XmlVersion::Explicit1_0).unwrap().into_owned())
}

#[test]
fn every_mark_has_a_heading_and_is_drawn_with_ordinary_data() {
    let page = page();
    let marks = [
        "columns",
        "columns-by-year",
        "lines-by-year",
        "stacked-columns",
        "lines",
        "line",
        "donut",
        "bars",
        "panels",
        "bridge",
        "card",
    ];
    let mut sections: Vec<&str> = page.split("<section id=\"mark-").skip(1).collect();
    let kinds: Vec<&str> = sections.iter().map(|section| section.split('"').next().unwrap()).collect();
    assert_eq!(kinds, marks);
    assert!(sections.iter().all(|section| section.contains("<p class=\"drawn\">Ordinary data (en-GB).")));
    sections.retain(|section| !section.contains("<p class=\"drawn\">Hostile data"));
    assert!(sections.is_empty(), "a mark without hostile data");
}

#[test]
fn the_page_asks_for_nothing_but_the_files_beside_it() {
    let page = page();
    let files: BTreeSet<String> = GALLERY.files("new/gallery").into_keys().collect();
    let mut used: BTreeSet<String> = ["index.html".to_owned()].into();
    let mut ids = BTreeSet::new();
    let mut targets = Vec::new();
    for (_, element) in elements(&page) {
        assert_ne!(element.name().0, "script");
        if let Some(id) = attribute(&element, "id") {
            assert!(ids.insert(id.clone()), "`{id}` twice");
        }
        let links = ["href", "src"].into_iter().filter_map(|name| attribute(&element, name));
        for link in links {
            match link.strip_prefix('#') {
                Some(id) => targets.push(id.to_owned()),
                None => drop(used.insert(link)),
            }
        }
        let handler = element.attributes().map(Result::unwrap).find(|a| a.key.0.starts_with("on"));
        assert!(handler.is_none(), "{element:?}");
    }
    let fonts = page.split("url(").skip(1).map(|rest| rest.split(')').next().unwrap().to_owned());
    used.extend(fonts);
    assert_eq!(used, files);
    assert!(targets.iter().all(|id| ids.contains(id)), "{targets:?}");
    let names = page.replace("http://www.w3.org/2000/svg", "");
    assert!(!names.contains("http:") && !names.contains("https:") && !names.contains("@import"));
    assert!(page.len() < 10_000_000);
}

#[test]
fn every_picture_says_what_it_shows() {
    let page = page();
    let elements = elements(&page);
    let count = |name: &str| elements.iter().filter(|(_, element)| element.name().0 == name).count();
    let figures = count("figure");
    assert!(figures > 80 && count("article") == figures && count("figcaption") == figures);
    let titles = elements.iter().filter(|(inside, element)| {
        element.name().0 == "title" && inside.last().is_some_and(|parent| parent == "svg")
    });
    assert_eq!(titles.count(), figures);
    assert!(!page.contains("<title></title>") && !page.contains("</b> </figcaption>"));
    assert_eq!(page.matches("Asked for: ").count(), figures);
    // Headings go down one step at a time.
    let levels: Vec<u32> =
        elements.iter().filter_map(|(_, element)| element.name().0.strip_prefix('h')?.parse().ok()).collect();
    assert!(levels[0] == 1 && levels.windows(2).all(|pair| pair[1] <= pair[0] + 1), "{levels:?}");
}

#[test]
fn hostile_names_are_text() {
    let page = page();
    assert!(!page.contains("<script"));
    assert!(page.contains("&lt;script&gt;alert("));
    assert!(!page.contains('\u{202e}'), "nobody turns the page around");
    assert!(page.contains("分割払い") && page.contains("שלושה"));
}

#[test]
fn the_same_template_gives_the_same_bytes_again_in_the_same_folder() {
    let kamslides = Kamslides::new();
    for _ in 0..2 {
        kamslides.run(&["template", "show", "kam-review", "--gallery", "new/gallery"]).succeeds();
        assert!(kamslides.files("new/gallery") == GALLERY.files("new/gallery"));
    }
}

#[test]
fn a_folder_with_other_files_is_left_as_it_is() {
    let refused = |kamslides: &Kamslides, folder: &str, word: &str| {
        let before = kamslides.files(".");
        let finished = kamslides.run(&["template", "show", "--gallery", folder]).ends(73);
        assert!(finished.stderr.contains(word) && finished.stdout.is_empty(), "{}", finished.stderr);
        assert!(kamslides.files(".") == before, "{folder} has changed");
    };
    let kamslides = Kamslides::new();
    kamslides.file("foreign/notes.txt", "mine").file("page/index.html", "<h1>mine</h1>");
    kamslides.file("picture/donut.png", "mine").file("file", "mine");
    refused(&kamslides, "foreign", "notes.txt was not written by this command");
    refused(&kamslides, "page", "index.html was not written by this command");
    refused(&kamslides, "picture", "donut.png was not written by this command");
    refused(&kamslides, "file", "is a file, not a folder");
    refused(&kamslides, "file/below", "below");
    // Ours, but for what somebody put there since.
    for (name, bytes) in GALLERY.files("new/gallery") {
        kamslides.file(&format!("ours/{name}"), bytes);
    }
    kamslides.file("ours/notes.txt", "mine");
    refused(&kamslides, "ours", "notes.txt was not written by this command");
}

#[test]
fn a_template_is_shown_in_slide_order_with_its_colours() {
    let kamslides = Kamslides::new();
    let shown = kamslides.run(&["template", "show"]).succeeds().stdout;
    assert_eq!(shown, kamslides.run(&["template", "show", "kam-review"]).succeeds().stdout);
    let slugs: Vec<&str> = shown.lines().skip(1).map_while(|line| line.split_whitespace().next()).collect();
    assert_eq!(slugs[..2], ["monthly-sales-yoy", "sales-by-product"]);
    assert_eq!(slugs.len(), 7);
    let line = shown.lines().find(|line| line.contains("orders-by-product")).unwrap();
    assert!(line.contains(" parts ") && line.contains(" donut "), "{line}");
    assert!(shown.contains("  accent ") && shown.contains("#0B5FA5"));
    assert!(kamslides.run(&["template", "show", "kam-revue"]).ends(78).stderr.contains("kam-revue"));
}
