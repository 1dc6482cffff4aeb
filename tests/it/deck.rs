//! The `.pptx` deck: what is in the package, that it is whole, and what a template must have.

use kamslides::{
    deck::{self, Base, Deck, DeckError, Picture, Slide},
    package::Element,
    template::DeckTemplate,
};
use quick_xml::{Reader, events::Event};
use std::{
    collections::{BTreeMap, BTreeSet},
    io::{Cursor, Read as _},
};

/// The parts of a package by name.
type Files = BTreeMap<String, Vec<u8>>;

const ODD: &str = "../../etc/ô 🛒 & <b> \"q\" 'a' 東京 متجر";

#[test]
fn every_kind_of_slide_carries_its_texts_unchanged() {
    let files = open(&pptx(&sample()));
    let slides = slides(&files);
    assert_eq!(slides.len(), 5);
    let long = "M".repeat(200);
    for (number, texts) in [
        (1, vec![ODD, "Business review", "Focus: Q2 2025", "Data as of 30 June 2025", "Demo data"]),
        (
            2,
            vec![
                "Sales rose 12% & more",
                "Sales by month",
                "Sales rose.",
                &long,
                "Source: <none>",
                "Demo data",
            ],
        ),
        (3, vec!["A square picture", "One sentence."]),
        (4, vec!["Who shops this way", "There is no data for it."]),
        (
            5,
            vec!["Definitions", "Sources", "Not in this edition", "a: b & c", "Orders by user type: no data"],
        ),
    ] {
        let found = texts_of(&slides[number - 1]);
        for text in texts {
            assert!(found.contains(&text.to_owned()), "slide {number}: no {text:?} in {found:?}");
        }
    }
    assert!(texts_of(&slides[4]).contains(&"Sales\t".to_owned()), "{:?}", texts_of(&slides[4]));
    let core = String::from_utf8(files["docProps/core.xml"].clone()).unwrap();
    assert!(core.contains("<dc:title>Review of &lt;Shop&gt;</dc:title>"), "{core}");
    assert!(core.contains(">2025-06-30T00:00:00Z</dcterms:created>"), "{core}");
    let app = String::from_utf8(files["docProps/app.xml"].clone()).unwrap();
    assert!(app.contains("<Company>A &amp; B</Company>") && app.contains("<Slides>5</Slides>"), "{app}");
}

#[test]
fn control_characters_are_left_out() {
    let mut deck = sample();
    deck.slides = vec![Slide::Missing {
        slug: "x".into(),
        title: "Bell\u{7} and null\u{0}".into(),
        message: "fine\u{ffff}".into(),
    }];
    let files = open(&pptx(&deck));
    let texts = texts_of(&slides(&files)[0]);
    assert!(texts.contains(&"Bell and null".to_owned()) && texts.contains(&"fine".to_owned()), "{texts:?}");
}

#[test]
fn the_same_deck_gives_the_same_bytes() {
    assert_eq!(pptx(&sample()), pptx(&sample()));
}

#[test]
fn the_package_is_whole() {
    let bytes = pptx(&sample());
    assert_eq!(findings(&bytes), [""; 0]);
    let mut empty = sample();
    empty.slides.clear();
    assert_eq!(findings(&pptx(&empty)), [""; 0]);
}

#[test]
fn a_package_that_is_not_whole_is_noticed() {
    let files = open(&pptx(&sample()));
    let with = |change: &dyn Fn(&mut Files)| {
        let mut files = files.clone();
        change(&mut files);
        check(&files)
    };
    let edit = |part: &'static str, from: &'static str, to: &'static str| {
        with(&move |files| {
            let text = String::from_utf8(files[part].clone()).unwrap();
            assert!(text.contains(from), "{part} holds no {from}");
            files.insert(part.into(), text.replace(from, to).into_bytes());
        })
    };
    let slide = "ppt/slides/slide2.xml";
    for (what, found) in [
        ("missing", with(&|files| drop(files.remove("ppt/media/chart2.png")))),
        ("orphan", with(&|files| drop(files.insert("ppt/media/spare.png".into(), Vec::new())))),
        ("not well-formed", edit(slide, "</p:sld>", "")),
        ("shape id", edit(slide, "<p:cNvPr id=\"3\"", "<p:cNvPr id=\"2\"")),
        ("dangling", edit(slide, "r:embed=\"rId3\"", "r:embed=\"rId99\"")),
        (
            "layout",
            edit("ppt/slides/_rels/slide2.xml.rels", "relationships/slideLayout\"", "relationships/theme\""),
        ),
        ("slide id", edit("ppt/presentation.xml", "id=\"257\"", "id=\"256\"")),
        ("phantom", edit("[Content_Types].xml", "slide5.xml", "slide9.xml")),
    ] {
        assert!(found.iter().any(|finding| finding.contains(what)), "{what}: {found:?}");
    }
}

#[test]
fn a_chart_is_a_picture_in_both_forms_with_alternative_text_in_its_place() {
    let files = open(&pptx(&sample()));
    let slides = slides(&files);
    for (slide, size) in [(2, (7_543_800, 4_243_388)), (3, (4_243_388, 4_243_388))] {
        let slide_root = &slides[slide - 1].root;
        let picture = slide_root.all("pic")[0];
        let name = picture.at(&["nvPicPr", "cNvPr"]).unwrap();
        assert_eq!(name.attribute("descr"), Some("Columns: \"Jan\" < Feb & so on"));
        assert_eq!(name.attribute("name"), Some("Chart"));
        let placeholder = picture.at(&["nvPicPr", "nvPr", "ph"]).unwrap();
        assert_eq!(placeholder.attribute("type"), Some("pic"));
        let extent = picture.at(&["spPr", "xfrm", "ext"]).unwrap();
        let (width, height) = (extent.number("cx").unwrap(), extent.number("cy").unwrap());
        assert!((width - size.0).abs() < 3 && (height - size.1).abs() < 3, "{width} x {height}");
        assert_eq!(picture.all("svgBlip").len(), 1);
        assert_eq!(files[&format!("ppt/media/chart{slide}.png")][..4], *b"\x89PNG");
        assert!(files[&format!("ppt/media/chart{slide}.svg")].starts_with(b"<svg"));
    }
}

#[test]
fn the_title_is_read_first_and_every_run_says_its_language() {
    let files = open(&pptx(&sample()));
    for slide in slides(&files) {
        let placeholders = slide.root.all("ph");
        assert!(placeholders[0].attribute("type").unwrap().ends_with("itle"), "{}", slide.name);
        for run in slide.root.all("rPr") {
            assert_eq!(run.attribute("lang"), Some("en-GB"), "{}", slide.name);
        }
        // Text inherits its place; only pictures have one of their own.
        for shape in slide.root.all("sp") {
            assert!(shape.child("spPr").unwrap().children.is_empty(), "{}", slide.name);
        }
    }
}

#[test]
fn the_ribbon_is_on_every_slide_or_on_none() {
    let count = |deck: &Deck| {
        let files = open(&pptx(deck));
        let slides = slides(&files);
        slides.iter().filter(|slide| texts_of(slide).contains(&"Demo data".to_owned())).count()
    };
    let mut deck = sample();
    assert_eq!(count(&deck), deck.slides.len());
    deck.ribbon = None;
    assert_eq!(count(&deck), 0);
}

#[test]
fn text_of_any_length_stays_in_its_place_and_long_lists_continue() {
    let long = "A rather long sentence about the shop. ".repeat(400);
    let mut deck = sample();
    deck.slides = vec![
        Slide::Title { title: long.clone(), subtitle: long.clone(), lines: vec![long.clone(); 9] },
        section(&long, vec![long.clone(); 3], &long),
        Slide::Missing { slug: "x".into(), title: "W".repeat(200), message: long.clone() },
        Slide::Closing {
            title: "Definitions".into(),
            definitions: (0..60).map(|i| (format!("Term {i}"), "What it means. ".repeat(8))).collect(),
            sources: (0..20).map(|i| format!("Source {i} {}", "東京".repeat(30))).collect(),
            absent: vec![long.clone()],
        },
    ];
    let bytes = pptx(&deck);
    assert_eq!(findings(&bytes), [""; 0]);
    let files = open(&bytes);
    let slides = slides(&files);
    assert!(slides.len() > 5, "{}", slides.len());
    let titles: BTreeSet<_> = slides[4..].iter().map(|slide| texts_of(slide)[0].clone()).collect();
    assert_eq!(titles, BTreeSet::from(["Definitions (continued)".to_owned()]));
    let closing: Vec<_> = slides[3..].iter().flat_map(texts_of).collect();
    for i in 0..60 {
        assert_eq!(closing.iter().filter(|text| **text == format!("Term {i}\t")).count(), 1, "term {i}");
    }
    let parts: String = closing.into_iter().filter(|text| long.contains(text.as_str())).collect();
    assert_eq!(parts, long, "a list is continued, never cut");
    for slide in &slides {
        for run in slide.root.all("rPr") {
            assert!(run.number("sz").is_none_or(|size| size >= 800), "{}", slide.name);
        }
    }
}

#[test]
fn colours_and_font_of_the_base_are_those_of_the_theme() {
    let template = DeckTemplate::load("kam-review").unwrap();
    let theme = Element::parse(&template.base["ppt/theme/theme1.xml"]).unwrap();
    let scheme = theme.at(&["themeElements", "clrScheme"]).unwrap();
    let colour = |name: &str| scheme.at(&[name, "srgbClr"]).unwrap().attribute("val").unwrap().to_owned();
    let colours = &template.theme.colours;
    assert_eq!(colour("dk1"), colours.ink.hex());
    assert_eq!(colour("lt1"), "FFFFFF");
    assert_eq!(colour("dk2"), colours.muted.hex());
    assert_eq!(colour("lt2"), colours.tint.hex());
    assert_eq!(colour("hlink"), colours.accent.hex());
    for (i, series) in colours.series.iter().enumerate() {
        assert_eq!(colour(&format!("accent{}", i + 1)), series.hex());
    }
    for font in ["majorFont", "minorFont"] {
        let latin = theme.at(&["themeElements", "fontScheme", font, "latin"]).unwrap();
        assert_eq!(latin.attribute("typeface"), Some(template.theme.slide_font.as_str()));
    }
}

#[test]
fn what_a_base_lacks_is_named_with_what_it_has() {
    let message = |part: &str, from: &str, to: &str| {
        let mut template = DeckTemplate::load("kam-review").unwrap();
        let text = String::from_utf8(template.base[part].clone()).unwrap();
        assert!(text.contains(from), "{part} holds no {from}");
        template.base.insert(part.into(), text.replace(from, to).into_bytes());
        match Base::open(&template, true) {
            Err(error @ DeckError::Base { .. }) => error.to_string(),
            other => panic!("{from}: {:?}", other.map(|_| ())),
        }
    };
    let layout = |number: u32| format!("ppt/slideLayouts/slideLayout{number}.xml");
    for (part, from, to, words) in [
        (
            layout(3),
            "name=\"Message\"",
            "name=\"Notice\"",
            &["no layout `Message`", "`Notice`", "`Chart and takeaway`"][..],
        ),
        (
            layout(2),
            "name=\"Takeaway\"",
            "name=\"Box\"",
            &["layout `Chart and takeaway`", "no placeholder `Takeaway`", "`Box`"],
        ),
        (layout(2), "type=\"pic\"", "type=\"body\"", &["`Chart`", "type `body`", "must be `pic`"]),
        (layout(4), "name=\"Ribbon\"", "name=\"Band\"", &["no placeholder `Ribbon`", "`Band`"]),
        (layout(1), "</p:sldLayout>", "", &["slideLayout1.xml", "not well-formed"]),
        (
            "ppt/_rels/presentation.xml.rels".into(),
            "slideMaster1.xml",
            "nowhere.xml",
            &["nowhere.xml", "not there"],
        ),
        ("ppt/presentation.xml".into(), "<p:sldSz", "<p:sldIdLst/><p:sldSz", &["holds slides", "sldIdLst"]),
    ] {
        let message = message(&part, from, to);
        for word in words.iter().chain(&["kam-review"]) {
            assert!(message.contains(word), "{from}: no {word:?} in {message:?}");
        }
    }
}

#[test]
fn a_base_without_a_ribbon_serves_decks_without_one() {
    let mut template = DeckTemplate::load("kam-review").unwrap();
    for layout in template.base.iter_mut().filter(|(name, _)| name.contains("slideLayouts/slide")) {
        *layout.1 =
            String::from_utf8(layout.1.clone()).unwrap().replace("name=\"Ribbon\"", "name=\"Band\"").into();
    }
    assert!(Base::open(&template, true).is_err());
    let base = Base::open(&template, false).unwrap();
    let mut deck = sample();
    let error = deck::pptx(&deck, &base).unwrap_err().to_string();
    assert!(error.contains("no placeholder `Ribbon`"), "{error}");
    deck.ribbon = None;
    assert!(deck::pptx(&deck, &base).is_ok());
}

#[test]
fn a_picture_that_is_none_is_an_error_that_names_its_section() {
    let mut deck = sample();
    if let Slide::Section { chart, .. } = &mut deck.slides[1] {
        chart.png = b"GIF89a".to_vec();
    }
    let error = deck::pptx(&deck, &base()).unwrap_err().to_string();
    assert!(error.contains("`aov`") && error.contains("PNG"), "{error}");
}

fn pptx(deck: &Deck) -> Vec<u8> {
    deck::pptx(deck, &base()).unwrap()
}

fn base() -> Base {
    Base::open(&DeckTemplate::load("kam-review").unwrap(), true).unwrap()
}

/// A deck with every kind of slide and awkward text.
fn sample() -> Deck {
    let mut square = section("A square picture", vec!["One sentence.".into()], "Source");
    if let Slide::Section { chart, .. } = &mut square {
        chart.png = png(90, 90);
    }
    Deck {
        title: "Review of <Shop>".into(),
        author: "Ada & Co".into(),
        company: "A & B".into(),
        language: "en-GB".into(),
        dated: "2025-06-30T00:00:00Z".into(),
        ribbon: Some("Demo data".into()),
        slides: vec![
            Slide::Title {
                title: ODD.into(),
                subtitle: "Business review".into(),
                lines: vec!["Focus: Q2 2025".into(), "Data as of 30 June 2025".into()],
            },
            section("Sales rose 12% & more", vec!["Sales rose.".into(), "M".repeat(200)], "Source: <none>"),
            square,
            Slide::Missing {
                slug: "demographics".into(),
                title: "Who shops this way".into(),
                message: "There is no data for it.".into(),
            },
            Slide::Closing {
                title: "Definitions".into(),
                definitions: vec![
                    ("Sales".into(), "Money of all orders.".into()),
                    (ODD.repeat(3), "x".into()),
                ],
                sources: vec!["a: b & c".into()],
                absent: vec!["Orders by user type: no data".into()],
            },
        ],
    }
}

fn section(title: &str, takeaway: Vec<String>, source: &str) -> Slide {
    Slide::Section {
        slug: "aov".into(),
        title: title.into(),
        caption: "Sales by month".into(),
        chart: Picture {
            png: png(160, 90),
            svg: "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 160 90\"/>".into(),
            alt: "Columns: \"Jan\" < Feb & so on".into(),
        },
        takeaway,
        source: source.into(),
    }
}

fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Grayscale);
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(&vec![200; (width * height) as usize]).unwrap();
    writer.finish().unwrap();
    bytes
}

fn open(bytes: &[u8]) -> Files {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    (0..archive.len())
        .map(|i| {
            let mut file = archive.by_index(i).unwrap();
            let mut content = Vec::new();
            file.read_to_end(&mut content).unwrap();
            (file.name().unwrap().into_owned(), content)
        })
        .collect()
}

struct Page {
    name: String,
    xml: String,
    root: Element,
}

/// The slides in the order of the deck.
fn slides(files: &Files) -> Vec<Page> {
    let targets = relationships(files, "ppt/presentation.xml");
    let presentation = Element::parse(&files["ppt/presentation.xml"]).unwrap();
    let ids = presentation.all("sldId").into_iter().map(|slide| slide.attribute("r:id").unwrap().to_owned());
    ids.map(|id| {
        let name = targets.iter().find(|target| target.0 == id).unwrap().2.clone();
        let xml = String::from_utf8(files[&name].clone()).unwrap();
        Page { root: Element::parse(xml.as_bytes()).unwrap(), xml, name }
    })
    .collect()
}

/// The text of every run, read by a parser of its own.
fn texts_of(page: &Page) -> Vec<String> {
    let mut reader = Reader::from_str(&page.xml);
    let (mut texts, mut inside) = (Vec::new(), false);
    loop {
        match reader.read_event().unwrap() {
            Event::Start(start) if start.name().0 == "a:t" => {
                inside = true;
                texts.push(String::new());
            }
            Event::End(end) if end.name().0 == "a:t" => inside = false,
            Event::Text(text) if inside => texts.last_mut().unwrap().push_str(&text.xml10_content()),
            Event::GeneralRef(name) if inside => {
                let c = name.resolve_char_ref().unwrap().unwrap_or_else(|| match &*name.into_inner() {
                    "amp" => '&',
                    "lt" => '<',
                    "gt" => '>',
                    "quot" => '"',
                    "apos" => '\'',
                    other => panic!("&{other};"),
                });
                texts.last_mut().unwrap().push(c);
            }
            Event::Eof => return texts,
            _ => {}
        }
    }
}

/// Id, last word of the type and target part of each relationship of a part; the package itself is the empty name.
fn relationships(files: &Files, source: &str) -> Vec<(String, String, String)> {
    let (folder, name) = source.rsplit_once('/').unwrap_or(("", source));
    let file = format!("{folder}/_rels/{name}.rels");
    let Some(bytes) = files.get(file.trim_start_matches('/')) else { return Vec::new() };
    let text = |element: &Element, name: &str| element.attribute(name).unwrap().to_owned();
    let resolve = |target: String| {
        let mut path: Vec<_> = folder.split('/').filter(|step| !step.is_empty()).map(str::to_owned).collect();
        for step in target.split('/') {
            if step == ".." {
                path.pop();
            } else {
                path.push(step.to_owned());
            }
        }
        path.join("/")
    };
    let kind = |element: &Element| text(element, "Type").rsplit('/').next().unwrap().to_owned();
    let root = Element::parse(bytes).unwrap();
    root.children.iter().map(|r| (text(r, "Id"), kind(r), resolve(text(r, "Target")))).collect()
}

/// What is wrong with a file, after `tests/tools/pptx_lint.py`.
fn findings(bytes: &[u8]) -> Vec<String> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let names: Vec<_> =
        (0..archive.len()).map(|i| archive.by_index(i).unwrap().name().unwrap().into_owned()).collect();
    let mut found = check(&open(bytes));
    if names[0] != "[Content_Types].xml" {
        found.push("content types are not first".into());
    }
    if names.iter().collect::<BTreeSet<_>>().len() != names.len() {
        found.push("an entry stands there twice".into());
    }
    found.extend(names.iter().filter(|name| name.ends_with('/') || name.contains('\\')).cloned());
    found
}

fn check(files: &Files) -> Vec<String> {
    let mut found = Vec::new();
    let is_xml = |name: &str| matches!(name.rsplit_once('.'), Some((_, "xml" | "rels")));
    let xml: BTreeMap<_, _> = files
        .iter()
        .filter(|(name, _)| is_xml(name))
        .filter_map(|(name, bytes)| match Element::parse(bytes) {
            Ok(root) => Some((name.as_str(), root)),
            Err(why) => {
                found.push(format!("{name}: not well-formed: {why}"));
                None
            }
        })
        .collect();
    let (mut extensions, mut typed) = (BTreeSet::new(), BTreeSet::new());
    for element in &xml["[Content_Types].xml"].children {
        match (element.attribute("Extension"), element.attribute("PartName")) {
            (Some(extension), _) => drop(extensions.insert(extension)),
            (_, part) => drop(typed.insert(part.unwrap().trim_start_matches('/'))),
        }
    }
    let extension_of = |name: &str| name.rsplit_once('.').unwrap().1.to_owned();
    found.extend(
        typed.iter().filter(|part| !files.contains_key(**part)).map(|part| format!("phantom {part}")),
    );
    for extension in &extensions {
        if !files.keys().any(|name| extension_of(name) == *extension) {
            found.push(format!("phantom extension {extension}"));
        }
    }
    let mut reached = BTreeSet::from([String::new()]);
    let mut queue = vec![String::new()];
    while let Some(source) = queue.pop() {
        for (_, _, target) in relationships(files, &source) {
            if !files.contains_key(&target) {
                found.push(format!("{source}: target missing: {target}"));
            } else if reached.insert(target.clone()) {
                queue.push(target);
            }
        }
    }
    for name in files.keys().filter(|name| *name != "[Content_Types].xml") {
        if !typed.contains(name.as_str()) && !extensions.contains(extension_of(name).as_str()) {
            found.push(format!("{name}: no content type"));
        }
        if !reached.contains(name) && extension_of(name) != "rels" {
            found.push(format!("orphan {name}"));
        }
    }
    for (name, root) in &xml {
        let known = relationships(files, name);
        let mut elements = vec![root];
        while let Some(element) = elements.pop() {
            for (_, value) in element.attributes.iter().filter(|(name, _)| name.starts_with("r:")) {
                if !known.iter().any(|(id, _, _)| id == value) {
                    found.push(format!("{name}: dangling {value}"));
                }
            }
            elements.extend(&element.children);
        }
        let unique = |ids: Vec<&str>| ids.iter().collect::<BTreeSet<_>>().len() == ids.len();
        let ids =
            |kind: &str| root.all(kind).into_iter().filter_map(|e| e.attribute("id")).collect::<Vec<_>>();
        if !unique(ids("cNvPr")) {
            found.push(format!("{name}: shape id twice"));
        }
        if !unique(ids("sldId")) || ids("sldId").iter().any(|id| id.parse::<u32>().unwrap() < 256) {
            found.push(format!("{name}: slide id twice or below 256"));
        }
        let is_slide = name.starts_with("ppt/slides/slide");
        if is_slide && known.iter().filter(|(_, kind, _)| kind == "slideLayout").count() != 1 {
            found.push(format!("{name}: not exactly one layout"));
        }
    }
    found
}
