//! Finds, reads and checks a template. Every error of a file is reported at once.

use super::{ChartKind, DeckTemplate, Presence, Section, Shape, Theme};
use crate::domain::{Dimension, Metric};
use serde::Deserialize;
use std::{collections::BTreeMap, path::Path};

include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// The version of `deck.toml` that this program reads.
const SCHEMA: u32 = 1;

/// What is wrong with a template.
#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    /// No such template.
    #[error("there is no template `{name}`; built in: {}", embedded_names().join(", "))]
    Unknown {
        /// As asked for.
        name: String,
    },
    /// A file of it cannot be read.
    #[error("cannot read {path}")]
    Unreadable {
        /// The file or folder.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// A file of it is not the TOML it must be.
    #[error("{file}: {}", message.trim_end())]
    Toml {
        /// The file.
        file: &'static str,
        /// The parser's words, with line and column.
        message: String,
    },
    /// It contradicts itself.
    #[error("{}", .0.join("; "))]
    Invalid(Vec<String>),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DeckFile {
    schema: u32,
    name: String,
    heading: String,
    sections: Vec<SectionFile>,
    story: StoryFile,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SectionFile {
    id: String,
    slug: String,
    heading: String,
    presence: Presence,
    shape: Shape,
    metrics: Vec<String>,
    #[serde(default)]
    group_by: Vec<String>,
    #[serde(default)]
    panels: Vec<String>,
    value: String,
    #[serde(default)]
    comparison: bool,
    chart: ChartKind,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StoryFile {
    order: Vec<String>,
}

/// Names of the templates embedded in the program.
pub fn embedded_names() -> Vec<&'static str> {
    EMBEDDED.iter().map(|(name, _)| *name).collect()
}

impl DeckTemplate {
    /// Loads an embedded template by name, or a folder when the name holds a path separator or is a folder.
    ///
    /// # Errors
    /// When there is none, it cannot be read, or it is wrong; all that is wrong is named.
    pub fn load(name: &str) -> Result<Self, TemplateError> {
        if let Some((_, files)) = EMBEDDED.iter().find(|(known, _)| *known == name) {
            let files = files.iter().map(|(path, bytes)| ((*path).to_owned(), bytes.to_vec())).collect();
            return Self::from_files(files);
        }
        let folder = Path::new(name);
        if !folder.is_dir() {
            return Err(TemplateError::Unknown { name: name.to_owned() });
        }
        let mut files = BTreeMap::new();
        read_folder(folder, "", &mut files)
            .map_err(|source| TemplateError::Unreadable { path: name.to_owned(), source })?;
        let template = Self::from_files(files)?;
        // Decks of two templates of one name would take each other's place.
        if embedded_names().contains(&template.name.as_str()) {
            let error =
                format!("deck.toml: `{}` is the name of a built-in template; choose another", template.name);
            return Err(TemplateError::Invalid(vec![error]));
        }
        Ok(template)
    }

    /// Checks a template given as file contents by relative path.
    fn from_files(mut files: BTreeMap<String, Vec<u8>>) -> Result<Self, TemplateError> {
        let deck: DeckFile = parse("deck.toml", &files)?;
        let theme: Theme = parse("theme.toml", &files)?;
        let mut errors = Vec::new();
        if deck.schema != SCHEMA {
            errors.push(format!("schema is {}, this version reads {SCHEMA}", deck.schema));
        }
        let sections: Vec<_> = deck.sections.iter().map(|file| check_section(file, &mut errors)).collect();
        for (i, section) in sections.iter().enumerate() {
            if sections[..i].iter().any(|other| other.slug == section.slug || other.id == section.id) {
                errors.push(format!("section `{}` is defined twice", section.slug));
            }
            if !deck.story.order.contains(&section.slug) {
                errors.push(format!("section `{}` has no place in story.order", section.slug));
            }
        }
        for slug in &deck.story.order {
            if !sections.iter().any(|section| section.slug == *slug) {
                errors.push(format!("story.order names `{slug}`, which is not a section"));
            }
        }
        if sections.is_empty() {
            errors.push("there is no section".into());
        }
        let mut errors: Vec<_> = errors.into_iter().map(|error| format!("deck.toml: {error}")).collect();
        if theme.colours.series.len() < 4 || theme.colours.series.len() != theme.colours.series_text.len() {
            errors.push(
                "theme.toml: series and series_text need the same number of colours, at least 4".into(),
            );
        }
        if !errors.is_empty() {
            return Err(TemplateError::Invalid(errors));
        }
        files.retain(|path, _| path.starts_with("base/"));
        let base = files.into_iter().map(|(path, bytes)| (path["base/".len()..].to_owned(), bytes)).collect();
        Ok(Self { name: deck.name, heading: deck.heading, sections, order: deck.story.order, theme, base })
    }
}

fn check_section(file: &SectionFile, errors: &mut Vec<String>) -> Section {
    let mut complain = |message: String| errors.push(format!("section `{}`: {message}", file.slug));
    let is_slug = !file.slug.is_empty()
        && file.slug.len() <= 40
        && file.slug.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    if !is_slug {
        complain("the slug must be 1 to 40 lower-case letters, digits and hyphens".into());
    }
    let mut metric = |name: &str| {
        name.parse::<Metric>().unwrap_or_else(|error| {
            complain(error.to_string());
            Metric::Sales
        })
    };
    let metrics: Vec<_> = file.metrics.iter().map(|name| metric(name)).collect();
    let value = metric(&file.value);
    let mut dimensions = |names: &[String]| {
        let parsed = names.iter().filter_map(|name| {
            let dimension: Dimension = name.parse().map_err(|error| complain(format!("{error}"))).ok()?;
            // A slip would make a personal dimension one that nothing protects.
            if let Some(meant) = misspelt(&dimension) {
                complain(format!("`{name}` is not a dimension; did you mean `{meant}`?"));
            }
            Some(dimension)
        });
        parsed.collect::<Vec<_>>()
    };
    let (group_by, panels) = (dimensions(&file.group_by), dimensions(&file.panels));
    let months = group_by.first() == Some(&Dimension::Month);
    let parts = group_by.iter().filter(|dimension| !dimension.is_time()).count();
    let fits = match file.shape {
        Shape::Months => months && group_by.len() == 1,
        Shape::MonthsByPart => months && group_by.len() == 2 && parts == 1,
        Shape::Parts => group_by.len() == 1 && parts == 1,
        Shape::Panels => group_by.is_empty() && !panels.is_empty() && panels.iter().all(|d| !d.is_time()),
    };
    if !fits {
        complain(format!("group_by and panels do not give the shape `{}`", file.shape));
    }
    let computable =
        value == Metric::Aov && metrics.contains(&Metric::Sales) && metrics.contains(&Metric::Orders);
    if !metrics.contains(&value) && !computable {
        complain(format!("the value `{value}` is not among the metrics and cannot be computed from them"));
    }
    let drawn = match file.chart {
        ChartKind::ColumnsByYear | ChartKind::Line => file.shape == Shape::Months,
        ChartKind::StackedColumns => file.shape == Shape::MonthsByPart,
        ChartKind::Donut | ChartKind::Bars => file.shape == Shape::Parts,
        ChartKind::Panels => file.shape == Shape::Panels,
    };
    if !drawn {
        complain(format!("the chart `{}` cannot show the shape `{}`", file.chart, file.shape));
    }
    let calls =
        if panels.is_empty() { vec![group_by] } else { panels.into_iter().map(|d| vec![d]).collect() };
    Section {
        id: file.id.clone(),
        slug: file.slug.clone(),
        heading: file.heading.clone(),
        presence: file.presence,
        shape: file.shape,
        metrics,
        calls,
        value,
        comparison: file.comparison,
        chart: file.chart,
    }
}

fn parse<T: for<'de> Deserialize<'de>>(
    file: &'static str,
    files: &BTreeMap<String, Vec<u8>>,
) -> Result<T, TemplateError> {
    let wrong = |message: String| TemplateError::Toml { file, message };
    let bytes = files.get(file).ok_or_else(|| wrong("the file is missing".into()))?;
    let text = std::str::from_utf8(bytes).map_err(|error| wrong(error.to_string()))?;
    toml::from_str(text).map_err(|error| wrong(error.to_string()))
}

fn read_folder(folder: &Path, prefix: &str, files: &mut BTreeMap<String, Vec<u8>>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            read_folder(&entry.path(), &format!("{name}/"), files)?;
        } else {
            files.insert(name, std::fs::read(entry.path())?);
        }
    }
    Ok(())
}

/// The built-in dimension that a custom one's name is a slip of the pen away from.
fn misspelt(dimension: &Dimension) -> Option<Dimension> {
    let Dimension::Custom(name) = dimension else { return None };
    let known = Dimension::TIME.into_iter().chain(Dimension::ATTRIBUTES);
    let near = |known: &Dimension| {
        let slips = if known.as_str().len() > 5 { 2 } else { 1 };
        strsim::damerau_levenshtein(name, known.as_str()) <= slips
    };
    known.into_iter().find(near)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(deck: &str) -> BTreeMap<String, Vec<u8>> {
        let theme = include_bytes!("../../templates/kam-review/theme.toml").to_vec();
        [("deck.toml".to_owned(), deck.as_bytes().to_vec()), ("theme.toml".to_owned(), theme)].into()
    }

    const DECK: &str = include_str!("../../templates/kam-review/deck.toml");

    #[test]
    fn the_built_in_deck_asks_for_the_seven() {
        let template = DeckTemplate::load("kam-review").unwrap();
        let ids: Vec<_> = template.sections.iter().map(|section| section.id.as_str()).collect();
        assert_eq!(
            ids,
            [
                "monthly sales year over year",
                "monthly sales by product type over time",
                "monthly orders by user type",
                "AOV",
                "scalapay users demographic in percentages",
                "orders by product type (i.e. pay in 3, pay in 4)",
                "AOV by product type (i.e. pay in 3, pay in 4)",
            ]
        );
        let calls: usize = template.sections.iter().map(|section| section.calls.len()).sum();
        assert_eq!(calls, 9);
    }

    #[test]
    fn a_section_more_is_a_block_of_toml() {
        let block = "[[sections]]\nid = \"orders by country\"\nslug = \"orders-by-country\"\nheading = \"Orders by \
             country\"\npresence = \"optional\"\nshape = \"parts\"\nmetrics = [\"orders\"]\ngroup_by = \
             [\"country\"]\nvalue = \"orders\"\nchart = \"bars\"\n\n[story]\norder = [\"orders-by-country\",";
        let template = DeckTemplate::from_files(files(&DECK.replace("[story]\norder = [", block))).unwrap();
        assert_eq!(template.sections.len(), 8);
    }

    #[test]
    fn every_error_is_named_at_once() {
        let deck = DECK
            .replace("schema = 1", "schema = 9")
            .replace("slug = \"aov\"", "slug = \"A O V\"")
            .replace("value = \"users\"", "value = \"income\"");
        let message = DeckTemplate::from_files(files(&deck)).unwrap_err().to_string();
        for part in ["schema is 9", "the slug must be", "`income` is not a metric", "no place in story.order"]
        {
            assert!(message.contains(part), "{part} is not in {message}");
        }
    }

    #[test]
    fn a_misspelt_dimension_is_not_a_new_one() {
        let load = |dimension: &str| {
            DeckTemplate::from_files(files(&DECK.replace("\"gender\"", &format!("\"{dimension}\""))))
        };
        let message = load("gendr").unwrap_err().to_string();
        assert!(message.contains("did you mean `gender`"), "{message}");
        assert!(load("shoe_size").is_ok());
    }

    #[test]
    fn a_misspelt_key_or_chart_names_its_line() {
        let message =
            DeckTemplate::from_files(files(&DECK.replace("\"donut\"", "\"pie\""))).unwrap_err().to_string();
        assert!(message.contains("line") && message.contains("`donut`"), "{message}");
        let message = DeckTemplate::from_files(files(&DECK.replace("heading =", "headline =")))
            .unwrap_err()
            .to_string();
        assert!(message.contains("headline"), "{message}");
    }
}
