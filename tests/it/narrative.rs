//! What the slides say: datasets built from answers, facts from datasets, words from facts, over merchants that
//! resemble the demo ones and a real year of a pizza shop.

use kamslides::{
    analysis::{self, Facts, Study},
    dataset::{self, Dataset, Thresholds},
    decode::{About, Column, Table},
    domain::{Currency, Dimension, Metric, Month, Period, Review, parse_date},
    failure::FailureKind,
    format::{Format, Locale},
    narrative::{self, Narrative},
    retrieve::Answer,
    template::{DeckTemplate, Section, Shape},
};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeSet;

// ---------------------------------------------------------------------------------------------------------------------
// Merchants

/// Sales and orders of one part in one month.
type Cell = (f64, u64);

/// A month of a shop: products with their cells, user types with their cells, and orders as a whole.
struct ShopMonth {
    month: Month,
    orders: u64,
    products: Vec<(&'static str, Cell)>,
    users: Vec<(&'static str, Cell)>,
}

struct Shop {
    name: &'static str,
    provider: &'static str,
    currency: Currency,
    review: Review,
    months: Vec<ShopMonth>,
    about: About,
    /// Age, gender and card with counts of people.
    people: Vec<(&'static str, Vec<(&'static str, u64)>)>,
    overlaps: bool,
}

/// Evenly moving values of a made-up shop.
struct Recipe {
    per_day: [f64; 3],
    season: [f64; 12],
    products: &'static [(&'static str, [f64; 2], [f64; 2])],
    users: &'static [(&'static str, f64)],
    from: &'static str,
    to: &'static str,
    missing: &'static [&'static str],
}

/// A small repeatable noise around 1.
fn noise(seed: &mut u64) -> f64 {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    0.97 + ((*seed >> 33) % 1000) as f64 / 1000.0 * 0.06
}

fn cook(recipe: &Recipe, mut seed: u64) -> Vec<ShopMonth> {
    let period = period(recipe.from, recipe.to);
    let all = period_days("2023-01-01", "2025-06-30");
    let months = period.months().into_iter().filter(|m| !recipe.missing.contains(&m.to_string().as_str()));
    months
        .map(|month| {
            let from = month.first_day().max(period.from());
            let days = f64::from(Period::new(from, month.last_day().min(period.to())).unwrap().days());
            let along = period_days("2023-01-01", &month.first_day().to_string()) / all;
            let year = recipe.per_day[(month.year() - 2023) as usize];
            let orders = year * recipe.season[month.number() as usize - 1] * days * noise(&mut seed);
            let mix = |ends: [f64; 2]| ends[0] + (ends[1] - ends[0]) * along;
            let products: Vec<_> = recipe
                .products
                .iter()
                .map(|(name, share, basket)| {
                    let count = (orders * mix(*share)).round();
                    let sales = (count * mix(*basket) * noise(&mut seed) * 100.0).round() / 100.0;
                    (*name, (sales, count as u64))
                })
                .collect();
            let total: u64 = products.iter().map(|(_, cell)| cell.1).sum();
            let sales: f64 = products.iter().map(|(_, cell)| cell.0).sum();
            let mut left = (sales, total);
            let mut users: Vec<(&'static str, Cell)> = Vec::new();
            for (i, (name, share)) in recipe.users.iter().enumerate() {
                let count = if i + 1 == recipe.users.len() {
                    left.1
                } else {
                    ((total as f64 * share * noise(&mut seed)).round() as u64).min(left.1)
                };
                let part = (sales * count as f64 / total as f64 * 100.0).round() / 100.0;
                left = (left.0 - part, left.1 - count);
                users.push((name, (part, count)));
            }
            ShopMonth { month, orders: total, products, users }
        })
        .collect()
}

fn period(from: &str, to: &str) -> Period {
    Period::new(parse_date(from).unwrap(), parse_date(to).unwrap()).unwrap()
}

fn period_days(from: &str, to: &str) -> f64 {
    f64::from(period(from, to).days())
}

fn demo_review() -> Review {
    Review::new(period("2023-01-01", "2025-06-30"), None).unwrap()
}

fn about(data_from: &str, complete_through: &str) -> About {
    About {
        currency: Some("EUR".into()),
        as_of: Some("2025-07-01".into()),
        data_from: Some(data_from.into()),
        complete_through: Some(complete_through.into()),
        overlaps: Some(Vec::new()),
        ..About::default()
    }
}

fn fashion() -> Shop {
    let recipe = Recipe {
        per_day: [7.6, 8.74, 9.79],
        season: [0.90, 0.78, 0.86, 0.90, 0.94, 0.92, 1.18, 0.74, 0.92, 1.00, 2.00, 1.36],
        products: &[("Pay in 3", [0.82, 0.66], [92.0, 97.0]), ("Pay in 4", [0.18, 0.34], [138.0, 146.0])],
        users: &[("New", 0.40), ("Returning", 0.43), ("Network", 0.17)],
        from: "2023-01-01",
        to: "2025-06-30",
        missing: &[],
    };
    Shop {
        name: "Demo Fashion",
        provider: "Demo Pay",
        currency: Currency::EUR,
        review: demo_review(),
        months: cook(&recipe, 1),
        about: about("2023-01-01", "2025-06-30"),
        people: vec![
            (
                "age_band",
                vec![
                    ("18-24", 1029),
                    ("25-34", 1666),
                    ("35-44", 1127),
                    ("45-54", 637),
                    ("55-64", 294),
                    ("65+", 147),
                ],
            ),
            ("gender", vec![("F", 3479), ("M", 1421)]),
            ("card_type", vec![("debit", 2695), ("credit", 1372), ("prepaid", 833)]),
        ],
        overlaps: false,
    }
}

fn travel() -> Shop {
    let recipe = Recipe {
        per_day: [8.2, 8.7, 9.1],
        season: [0.96, 0.86, 0.90, 0.98, 1.30, 1.50, 1.38, 0.98, 0.82, 0.78, 0.62, 0.92],
        products: &[("Pay in 3", [0.40, 0.68], [260.0, 290.0]), ("Pay in 4", [0.60, 0.32], [520.0, 580.0])],
        users: &[("New", 0.52), ("Returning", 0.22), ("Network", 0.26)],
        from: "2023-01-01",
        to: "2025-06-30",
        missing: &[],
    };
    Shop {
        name: "Demo Travel",
        provider: "Demo Pay",
        currency: Currency::EUR,
        review: demo_review(),
        months: cook(&recipe, 2),
        about: about("2023-01-01", "2025-06-30"),
        people: vec![
            (
                "age_band",
                vec![
                    ("18-24", 295),
                    ("25-34", 944),
                    ("35-44", 1416),
                    ("45-54", 1593),
                    ("55-64", 1121),
                    ("65+", 531),
                ],
            ),
            ("gender", vec![("F", 3068), ("M", 2832)]),
            ("card_type", vec![("debit", 1416), ("credit", 4012), ("prepaid", 472)]),
        ],
        overlaps: false,
    }
}

fn new() -> Shop {
    let recipe = Recipe {
        per_day: [0.0, 0.0, 7.1],
        season: [1.0; 12],
        products: &[
            ("Pay in 3", [0.58, 0.58], [74.0, 74.0]),
            ("Pay in 4", [0.27, 0.27], [112.0, 112.0]),
            ("Pay later", [0.15, 0.15], [48.0, 48.0]),
        ],
        users: &[("New", 0.66), ("Returning", 0.09), ("Network", 0.25)],
        from: "2025-05-27",
        to: "2025-06-30",
        missing: &[],
    };
    Shop {
        name: "Demo New",
        provider: "Demo Pay",
        currency: Currency::EUR,
        review: demo_review(),
        months: cook(&recipe, 3),
        about: about("2025-05-27", "2025-06-30"),
        people: vec![
            ("age_band", vec![("18-24", 104), ("25-34", 80), ("35-44", 24), ("45-54", 13)]),
            ("gender", vec![("F", 124), ("M", 97)]),
            ("card_type", vec![("debit", 126), ("credit", 33), ("prepaid", 62)]),
        ],
        overlaps: false,
    }
}

fn gap() -> Shop {
    let recipe = Recipe {
        per_day: [9.6, 9.1, 8.6],
        season: [0.98, 0.92, 1.00, 1.02, 1.04, 1.00, 0.96, 0.84, 1.02, 1.04, 1.06, 1.12],
        products: &[("Pay in 3", [0.74, 0.71], [63.0, 64.0]), ("Pay in 4", [0.26, 0.29], [101.0, 102.0])],
        users: &[("New", 0.19), ("Returning", 0.74), ("Network", 0.07)],
        from: "2023-01-01",
        to: "2025-06-17",
        missing: &["2024-02", "2024-03"],
    };
    Shop {
        name: "Demo Gap",
        provider: "Demo Pay",
        currency: Currency::EUR,
        review: demo_review(),
        months: cook(&recipe, 4),
        about: about("2023-01-01", "2025-06-17"),
        people: Vec::new(),
        overlaps: false,
    }
}

/// The real months of a pizza shop in 2015: sales and orders, then those of chicken, classic, supreme and veggie.
const PIZZA: [(f64, u64, [Cell; 4]); 12] = [
    (69793.30, 1845, [(16188.75, 714), (18619.40, 920), (17929.75, 779), (17055.40, 774)]),
    (65159.60, 1685, [(15468.25, 674), (17336.10, 871), (16718.85, 720), (15636.40, 723)]),
    (70397.10, 1840, [(17625.50, 764), (18116.60, 917), (17319.65, 767), (17335.35, 795)]),
    (68736.80, 1799, [(16473.00, 715), (18816.80, 923), (17643.55, 777), (15803.45, 739)]),
    (71402.75, 1853, [(16752.25, 735), (19423.10, 939), (18315.65, 787), (16911.75, 806)]),
    (68230.20, 1773, [(16086.50, 706), (18035.90, 865), (18097.25, 784), (16010.55, 732)]),
    (72557.90, 1935, [(17002.25, 757), (19653.00, 962), (18216.85, 815), (17685.80, 804)]),
    (68278.25, 1841, [(16352.50, 728), (18821.90, 936), (17093.45, 755), (16010.40, 765)]),
    (64180.05, 1661, [(16039.00, 707), (17832.85, 867), (15295.60, 671), (15012.60, 689)]),
    (64027.60, 1646, [(14792.00, 639), (17409.15, 865), (17275.10, 746), (14551.35, 655)]),
    (70395.35, 1792, [(17399.75, 738), (18585.60, 948), (18202.80, 784), (16207.20, 747)]),
    (64701.15, 1680, [(15739.75, 659), (17402.70, 846), (16088.50, 700), (15470.20, 712)]),
];

fn pizza() -> Shop {
    let months = PIZZA.iter().enumerate().map(|(i, (_, orders, types))| ShopMonth {
        month: Month::new(2015, i as i8 + 1).unwrap(),
        orders: *orders,
        products: ["chicken", "classic", "supreme", "veggie"].into_iter().zip(*types).collect(),
        users: Vec::new(),
    });
    let mut about = about("2015-01-01", "2015-12-31");
    about.currency = Some("USD".into());
    about.as_of = None;
    Shop {
        name: "Pizzaplace",
        provider: "",
        currency: "USD".parse().unwrap(),
        review: Review::new(period("2015-01-01", "2015-12-31"), None).unwrap(),
        months: months.collect(),
        about,
        people: Vec::new(),
        overlaps: true,
    }
}

// ---------------------------------------------------------------------------------------------------------------------
// Answers

fn number(value: f64) -> Value {
    json!((value * 1e4).round() / 1e4)
}

fn table(columns: &[&str], rows: Vec<Vec<Value>>, about: About) -> Table {
    let column = |name: &&str| Column { name: (*name).into(), kind: "string".into(), unit: None };
    Table { columns: columns.iter().map(column).collect(), rows, about }
}

fn answer(table: Table) -> Answer {
    Answer {
        table,
        server: "test".into(),
        tool: "query_metrics".into(),
        arguments: json!({}),
        raw: String::new(),
        raw_sha256: "00".into(),
        fetched_at: jiff::Timestamp::UNIX_EPOCH,
        cached: false,
        key: String::new(),
    }
}

impl ShopMonth {
    fn cells(&self, dimension: Option<&Dimension>) -> Vec<(&'static str, Cell)> {
        match dimension {
            Some(Dimension::ProductType) => self.products.clone(),
            Some(_) => self.users.clone(),
            None => {
                let cents: i64 = self.products.iter().map(|(_, cell)| (cell.0 * 100.0).round() as i64).sum();
                vec![("", (cents as f64 / 100.0, self.orders))]
            }
        }
    }
}

impl Shop {
    /// What a server would answer to the section's calls.
    fn answers(&self, section: &Section) -> Vec<Answer> {
        let mut about = self.about.clone();
        if self.overlaps {
            about.overlaps = Some(vec!["product_type".into()]);
        }
        let metric = |metric: &Metric, (sales, orders): Cell| match metric {
            Metric::Sales => number(sales),
            Metric::Orders => json!(orders),
            Metric::Aov if orders > 0 => number(sales / orders as f64),
            _ => Value::Null,
        };
        let names: Vec<&str> = section.metrics.iter().map(|metric| metric.as_str()).collect();
        section
            .calls
            .iter()
            .map(|group_by| {
                if section.shape == Shape::Panels {
                    let name = group_by[0].as_str();
                    let counts = self.people.iter().find(|(known, _)| *known == name);
                    let rows = counts.map(|(_, cells)| {
                        cells.iter().map(|(value, count)| vec![json!(value), json!(count)]).collect()
                    });
                    let rows = rows.unwrap_or_else(|| vec![vec![Value::Null, json!(500)]]);
                    return answer(table(&[name, "users"], rows, about.clone()));
                }
                let part = group_by.iter().find(|dimension| !dimension.is_time());
                let by_month = group_by.contains(&Dimension::Month);
                let mut rows: Vec<(Vec<Value>, Cell)> = Vec::new();
                for month in &self.months {
                    for (name, cell) in month.cells(part) {
                        let mut key = Vec::new();
                        if by_month {
                            key.push(json!(month.month.to_string()));
                        }
                        if part.is_some() {
                            key.push(json!(name));
                        }
                        match rows.iter_mut().find(|(known, _)| *known == key) {
                            Some((_, sum)) => *sum = (sum.0 + cell.0, sum.1 + cell.1),
                            None => rows.push((key, cell)),
                        }
                    }
                }
                let rows = rows.into_iter().map(|(mut key, cell)| {
                    key.extend(section.metrics.iter().map(|name| metric(name, cell)));
                    key
                });
                let mut columns: Vec<&str> = group_by.iter().map(Dimension::as_str).collect();
                columns.extend(&names);
                answer(table(&columns, rows.collect(), about.clone()))
            })
            .collect()
    }
}

// ---------------------------------------------------------------------------------------------------------------------
// Decks

/// The texts of one merchant's sections, in slide order, and what they were written from.
struct Told {
    shop: Shop,
    sections: Vec<(Section, Dataset, Narrative)>,
    refused: Vec<(String, FailureKind)>,
    study: Study,
}

fn tell(shop: Shop) -> Told {
    let template = DeckTemplate::load("kam-review").unwrap();
    let thresholds = Thresholds::default();
    let (mut built, mut refused) = (Vec::new(), Vec::new());
    for slug in &template.order {
        let section = template.section(slug).unwrap();
        match dataset::build(section, &shop.answers(section), &shop.review, &thresholds) {
            Ok(dataset) => built.push((section.clone(), dataset)),
            Err(refusal) => refused.push((slug.clone(), refusal.kind)),
        }
    }
    let pairs: Vec<_> = built.iter().map(|(section, dataset)| (section, dataset)).collect();
    let study = analysis::study(&pairs, &shop.review, &thresholds);
    let format = Format::new(Locale::EnGb, Some(shop.currency));
    let write = |section: &Section, dataset: &Dataset| {
        narrative::write(section, dataset, &study, &shop.review, &format, shop.provider, shop.name)
    };
    let texts: Vec<_> = built.iter().map(|(section, dataset)| write(section, dataset)).collect();
    let sections = built.into_iter().zip(texts).map(|((section, dataset), text)| (section, dataset, text));
    Told { sections: sections.collect(), shop, refused, study }
}

fn everyone() -> Vec<Told> {
    [fashion(), travel(), new(), gap(), pizza()].into_iter().map(tell).collect()
}

impl Told {
    fn text(&self, slug: &str) -> &Narrative {
        &self.sections.iter().find(|(section, ..)| section.slug == slug).unwrap().2
    }

    fn sentences(&self) -> Vec<&str> {
        self.sections
            .iter()
            .flat_map(|(_, _, text)| std::iter::once(&text.title).chain(&text.sentences))
            .map(String::as_str)
            .collect()
    }
}

#[test]
fn every_text_is_a_title_with_number_and_period_and_a_paragraph_of_15_to_80_words() {
    for told in everyone() {
        for (section, _, text) in &told.sections {
            let place = format!("{} {}: {text:#?}", told.shop.name, section.slug);
            assert!(text.title.chars().count() <= 120, "{place}");
            assert!(text.title.chars().any(|c| c.is_ascii_digit()), "{place}");
            assert!(!text.title.ends_with('.') && !text.title.contains('…'), "{place}");
            assert!(text.title.contains("20"), "no period: {place}");
            assert!((15..=80).contains(&text.words()), "{} words: {place}", text.words());
            assert!((2..=4).contains(&text.sentences.len()), "{place}");
            assert!(text.sentences.iter().all(|sentence| sentence.ends_with('.')), "{place}");
            assert!(text.caption.contains("20"), "{place}: no period in `{}`", text.caption);
        }
    }
}

fn blanked(sentence: &str, told: &Told) -> String {
    let mut names: BTreeSet<String> = [told.shop.name.to_owned()].into();
    names.insert(told.shop.provider.to_owned());
    for (_, dataset, _) in &told.sections {
        names.extend(dataset.series().iter().filter_map(|series| series.part.clone()));
        names.extend(dataset.parts().iter().map(|part| part.name.clone()));
    }
    blank(sentence, names)
}

/// A sentence with names, dates and numbers blanked; blanks that follow each other are one.
pub(crate) fn blank(sentence: &str, names: BTreeSet<String>) -> String {
    let mut names: Vec<String> = names.into_iter().filter(|name| !name.is_empty()).collect();
    names.sort_by_key(|name| std::cmp::Reverse(name.len()));
    let mut text = sentence.to_owned();
    for name in names {
        text = text.replace(&name, "_").replace(&name.to_lowercase(), "_");
    }
    let format = Format::new(Locale::EnGb, None);
    let months: Vec<&str> = (1..=12).map(|n| format.month_name(Month::new(2025, n).unwrap())).collect();
    let numbers: Vec<String> = (1..=12).map(|n| format.number_word(n)).collect();
    let mut blanks: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
        let is_name = months.iter().any(|m| m.to_lowercase() == bare || m[..3].to_lowercase() == bare);
        let blank = is_name
            || numbers.contains(&bare)
            || bare == "twice"
            || word.contains('_')
            || bare.chars().any(|c| c.is_ascii_digit());
        let next = if blank { "_".to_owned() } else { word.to_lowercase() };
        // `_ and _`, `_ to _` and `_ _` are one list or period, however long it is.
        if next == "_" {
            while blanks.last().is_some_and(|last| matches!(last.as_str(), "and" | "to"))
                && blanks.len() > 1
                && blanks[blanks.len() - 2] == "_"
            {
                blanks.pop();
            }
            if blanks.last().is_some_and(|last| last == "_") {
                continue;
            }
        }
        blanks.push(next);
    }
    blanks.join(" ")
}

#[test]
fn no_two_decks_share_more_than_two_fifths_of_their_sentences() {
    let told = everyone();
    let decks: Vec<BTreeSet<String>> = told
        .iter()
        .map(|deck| deck.sentences().iter().map(|sentence| blanked(sentence, deck)).collect())
        .collect();
    for (i, one) in decks.iter().enumerate() {
        for (j, other) in decks.iter().enumerate().skip(i + 1) {
            let shared: Vec<_> = one.intersection(other).collect();
            let part = shared.len() as f64 / one.len().min(other.len()) as f64;
            let names = (told[i].shop.name, told[j].shop.name);
            println!("{names:?} {part:.2} of {} and {}", one.len(), other.len());
            assert!(part <= 0.4, "{names:?} share {part:.2}: {shared:#?}");
        }
    }
}

/// Words that blame, hype, promise or address the merchant's money as ours to own.
const BANNED: [&str; 22] = [
    "your",
    "poor",
    "collapse",
    "massive",
    "huge",
    "amazing",
    "great",
    "strong growth",
    "disappoint",
    "bad ",
    "unfortunately",
    "excellent",
    "impressive",
    "skyrocket",
    "plummet",
    "conversion",
    "uplift",
    "should",
    "easy credit",
    "recommend",
    "thanks to",
    "!",
];

#[test]
fn no_text_hypes_blames_promises_or_says_your() {
    for told in everyone() {
        for sentence in told.sentences() {
            for word in BANNED {
                assert!(!sentence.to_lowercase().contains(word), "`{word}` in {sentence}");
            }
        }
    }
}

/// The numerals of a text: digits with their separators, without signs, units and suffixes.
fn numerals(text: &str) -> Vec<String> {
    let is_part = |c: char| c.is_ascii_digit() || c == '.' || c == ',';
    text.split(|c: char| !is_part(c))
        .map(|piece| piece.trim_matches(['.', ',']).to_owned())
        .filter(|piece| piece.chars().any(|c| c.is_ascii_digit()))
        .collect()
}

#[test]
fn every_numeral_in_a_text_is_a_fact_a_date_or_a_name() {
    for told in everyone() {
        let format = Format::new(Locale::EnGb, Some(told.shop.currency));
        let mut known: BTreeSet<String> = BTreeSet::new();
        let mut learn = |text: &str| known.extend(numerals(text));
        // Every number of the facts, in every form it can be printed in.
        for numeral in numerals(&format!("{:?}", told.study.facts)) {
            let Ok(value) = numeral.parse::<f64>() else { continue };
            let printed = [
                format.money(value),
                format.count(value),
                format.full_count(value),
                format.percent(value),
                format.points(value),
                format.times(value),
                format.share(value as u32),
                format.share(100u32.saturating_sub(value as u32)),
            ];
            for text in &printed {
                learn(text);
            }
        }
        for (_, dataset, _) in &told.sections {
            let months = dataset.months().iter().map(|entry| entry.month);
            months.for_each(|month| learn(&format.month(month)));
            dataset.series().iter().filter_map(|series| series.part.as_deref()).for_each(&mut learn);
            dataset.parts().iter().for_each(|part| learn(&part.name));
        }
        learn("1 2 3 4 12");
        for period in [told.study.period, told.shop.review.history(), told.shop.review.focus()] {
            learn(&format.day(period.from()));
            learn(&format.day(period.to()));
        }
        for sentence in told.sentences() {
            for numeral in numerals(sentence) {
                assert!(known.contains(&numeral), "{numeral} is no fact: {sentence}");
            }
        }
    }
}

#[test]
fn the_titles_alone_tell_each_story() {
    let told = everyone();
    let has = |deck: &Told, slug: &str, words: &[&str]| {
        let title = &deck.text(slug).title;
        for word in words {
            assert!(title.contains(word), "`{word}` is not in: {title}");
        }
    };
    let [fashion, travel, new, gap, pizza] = &told[..] else { panic!("five merchants") };
    has(fashion, "monthly-sales-yoy", &["Sales through Demo Pay reached €", "above Q2 2024", "more orders"]);
    has(fashion, "sales-by-product", &["Pay in 3 kept", "points moved to Pay in 4"]);
    has(fashion, "orders-by-user-type", &["shoppers new to Demo Fashion"]);
    let peak = &fashion.text("monthly-sales-yoy").sentences;
    assert!(peak.iter().any(|sentence| sentence.contains("November is the peak of every year")), "{peak:?}");
    has(travel, "aov", &["fell", "because orders moved to Pay in 3", "each product’s own average rose"]);
    has(travel, "monthly-sales-yoy", &["Q2 2025"]);
    let season = &travel.text("monthly-sales-yoy").sentences;
    assert!(season.iter().any(|sentence| sentence.contains("high season")), "{season:?}");
    has(new, "monthly-sales-yoy", &["in the first five weeks, to 30 June 2025"]);
    has(gap, "monthly-sales-yoy", &["in Q2 2025, to 17 Jun", "below April and May 2024"]);
    has(pizza, "monthly-sales-yoy", &["Sales came to $199k in Q4 2015", "below Q3 2015"]);
    has(pizza, "orders-by-product", &["Classic led the products in 2015, with 10.9k orders"]);
    for deck in [fashion, travel, new] {
        assert!(deck.refused.is_empty(), "{:?}", deck.refused);
    }
    assert_eq!(gap.refused, [("demographics".to_owned(), FailureKind::NoData)]);
    assert_eq!(pizza.refused.len(), 2, "{:?}", pizza.refused);
}

#[test]
fn months_without_data_are_named_when_they_matter() {
    let mut shop = gap();
    shop.review = Review::new(period("2023-01-01", "2025-06-17"), None).unwrap();
    let told = tell(shop);
    let text = told.text("monthly-sales-yoy");
    assert!(text.title.contains("Q1 2025") && text.title.contains("January 2025"), "{}", text.title);
    let caveat = "Only January 2025 is compared, because February and March 2024 hold no complete data.";
    assert!(text.sentences.iter().any(|sentence| sentence == caveat), "{:?}", text.sentences);
}

#[test]
fn months_missing_in_the_focus_itself_are_named_as_such() {
    let mut shop = gap();
    shop.review = Review::new(shop.review.history(), Some(period("2024-01-01", "2024-12-31"))).unwrap();
    let told = tell(shop);
    let text = told.text("monthly-sales-yoy");
    assert!(
        text.title.contains("in 2024, without February and March; comparable months fell"),
        "{}",
        text.title
    );
    let caveat = "Only January and April to December 2024 are compared, because February and March 2024 hold no complete data.";
    assert!(text.sentences.iter().any(|sentence| sentence == caveat), "{:?}", text.sentences);
    shop = gap();
    shop.review = Review::new(shop.review.history(), Some(period("2025-01-01", "2025-06-30"))).unwrap();
    let told = tell(shop);
    let caveat = "Only January, April and May 2025 are compared: data run to 17 June 2025, and February and March 2024 \
        hold no complete data.";
    let text = told.text("monthly-sales-yoy");
    assert!(text.sentences.iter().any(|sentence| sentence == caveat), "{:?}", text.sentences);
}

#[test]
fn a_withheld_month_is_not_taken_for_missing_data() {
    let mut shop = gap();
    let june = shop.months.last_mut().unwrap();
    june.users[2].1.1 = 4;
    let told = tell(shop);
    let sentences = &told.text("orders-by-user-type").sentences;
    assert!(!sentences.iter().any(|sentence| sentence.contains("Data run to")), "{sentences:?}");
    let kept = "Months in which a group was too small to be shown are left out.";
    assert!(sentences.iter().any(|sentence| sentence == kept), "{sentences:?}");
}

#[test]
fn an_order_that_holds_several_products_explains_no_average() {
    let told = tell(pizza());
    let Some(Facts::Level(level)) = told.study.facts("aov") else { panic!("no facts") };
    assert!(level.average_effects.is_none());
    let Some(Facts::Breakdown(parts)) = told.study.facts("orders-by-product") else { panic!("no facts") };
    assert!(!parts.adds_up && parts.parts.iter().all(|part| part.share.is_none()));
    let peak = told.study.findings.iter().find(|finding| finding.id == "monthly-sales-yoy:peak").unwrap();
    assert_eq!((peak.value, peak.period.as_deref()), (72_557.90, Some("2015-07")));
    let Some(Facts::Level(sales)) = told.study.facts("monthly-sales-yoy") else { panic!("no facts") };
    let change = sales.change.unwrap();
    let effects = sales.effects.unwrap();
    assert!((effects.orders + effects.basket - change.delta).abs() < 1e-6);
    assert!((told.sections[2].1.series()[0].values.len()) == 4);
}

#[test]
fn findings_serialise_with_the_fields_of_the_report() {
    let told = tell(travel());
    let mut ids = BTreeSet::new();
    for finding in &told.study.findings {
        assert!(ids.insert(finding.id.clone()), "{} twice", finding.id);
        assert!(finding.value.is_finite() && (0.0..=1.0).contains(&finding.score), "{finding:?}");
        let json = serde_json::to_value(finding).unwrap();
        for key in [
            "id", "requests", "kind", "metric", "segment", "period", "baseline", "value", "unit", "delta",
            "p", "score", "formula", "inputs",
        ] {
            assert!(json.get(key).is_some(), "{key} is missing in {json}");
        }
    }
    let mix = told.study.findings.iter().find(|finding| finding.segment.as_deref() == Some("mix")).unwrap();
    assert_eq!(mix.requests, ["AOV", "monthly sales by product type over time"]);
}

#[test]
fn few_orders_give_an_absolute_change_and_no_per_cent() {
    let mut shop = fashion();
    for month in &mut shop.months {
        // 4 to 8 orders a month, a few more each year.
        let orders = 2 + (month.month.year() - 2022) as u64 + u64::from(month.month.number() == 11);
        month.orders = orders;
        month.products = vec![("Pay in 3", (orders as f64 * 90.0, orders))];
        month.users = vec![("New", (orders as f64 * 90.0, orders))];
    }
    let told = tell(shop);
    let text = told.text("monthly-sales-yoy");
    assert_eq!(
        text.title,
        "Sales through Demo Pay reached €1,350 in Q2 2025, €270.00 more than in Q2 2024, on more orders"
    );
    for slug in ["monthly-sales-yoy", "aov", "sales-by-product"] {
        let text = told.text(slug);
        let changes = ["above", "below", "fewer", "more orders ("];
        for sentence in text.sentences.iter().chain([&text.title]) {
            assert!(
                !changes.iter().any(|word| sentence.contains('%') && sentence.contains(word)),
                "{sentence}"
            );
        }
    }
    assert!(told.refused.iter().any(|(slug, _)| slug == "orders-by-user-type"), "{:?}", told.refused);
}

#[test]
fn a_long_provider_and_merchant_still_fit() {
    let mut shop = fashion();
    shop.provider =
        "The Very Long Named Payment Institution of the Northern Provinces and Their Overseas Territories";
    shop.name = "A Merchant Whose Name Takes Up Considerably More Room Than Anybody Would Wish for on a Slide, Limited";
    for (section, _, text) in &tell(shop).sections {
        assert!(text.title.chars().count() <= 120, "{}: {}", section.slug, text.title);
        assert!(!text.title.contains('…'), "{}", text.title);
    }
}

#[test]
fn a_section_more_is_written_about_without_new_code() {
    let template = DeckTemplate::load("kam-review").unwrap();
    let mut section = template.section("orders-by-product").unwrap().clone();
    section.slug = "items-by-country".into();
    section.id = "items by country".into();
    section.metrics = vec![Metric::Items];
    section.value = Metric::Items;
    section.calls = vec![vec![Dimension::Country]];
    let rows = (0..9).map(|i| vec![json!(format!("land {i}")), json!(1000 - i * 90)]).collect();
    let answers = [answer(table(&["country", "items"], rows, about("2023-01-01", "2025-06-30")))];
    let review = demo_review();
    let dataset = dataset::build(&section, &answers, &review, &Thresholds::default()).unwrap();
    let names: Vec<_> = dataset.parts().iter().map(|part| part.name.as_str()).collect();
    assert_eq!(names, ["land 0", "land 1", "land 2", "land 3", "land 4", "Other"]);
    assert_eq!(dataset.series()[0].values[5], Some(550.0 + 460.0 + 370.0 + 280.0));
    let study = analysis::study(&[(&section, &dataset)], &review, &Thresholds::default());
    let format = Format::new(Locale::EnGb, None);
    let text = narrative::write(&section, &dataset, &study, &review, &format, "", "Anybody");
    assert!(text.title.contains("items sold") && text.caption.contains("by country"), "{text:?}");
    assert!((15..=80).contains(&text.words()), "{text:?}");
}

/// A shop whose products are split into many: nine of a seventh to a tenth of the orders each.
fn many_products(mut shop: Shop) -> Shop {
    const NAMES: [&str; 9] = ["p1", "p2", "p3", "p4", "p5", "p6", "p7", "p8", "p9"];
    for month in &mut shop.months {
        let (sales, orders) =
            month.products.iter().fold((0.0, 0), |sum, (_, cell)| (sum.0 + cell.0, sum.1 + cell.1));
        let cell = |i: usize| (sales / 9.0, orders / 9 + 9 - i as u64);
        month.products = NAMES.iter().enumerate().map(|(i, name)| (*name, cell(i))).collect();
        month.orders = month.products.iter().map(|(_, cell)| cell.1).sum();
    }
    shop
}

#[test]
fn parts_put_together_are_never_the_subject_of_a_sentence() {
    for told in [tell(many_products(fashion())), tell(many_products(pizza()))] {
        for (section, _, text) in &told.sections {
            for sentence in text.sentences.iter().chain([&text.title]) {
                assert!(!sentence.starts_with("Other "), "{}: {sentence}", section.slug);
                for claim in
                    ["every product", "Every product", "each product", "six products", "ahead of Other"]
                {
                    assert!(!sentence.contains(claim), "{}: {sentence}", section.slug);
                }
            }
        }
    }
}

#[test]
fn averages_beside_an_other_are_ranked_among_those_shown_only() {
    let mut shop = many_products(fashion());
    for month in &mut shop.months {
        // Of the five largest the averages differ little, then much; what became `Other` averages more than any.
        for (i, (_, cell)) in month.products.iter_mut().enumerate() {
            cell.0 = cell.1 as f64 * [100.0, 101.0, 102.0, 103.0, 104.0, 400.0, 400.0, 400.0, 400.0][i];
        }
    }
    let over = "from January 2023 to June 2025";
    let want = format!("The five largest products averaged €100.00 (P1) to €104.00 (P5) an order {over}");
    assert_eq!(tell(shop).text("aov-by-product").title, want);
    let mut shop = many_products(fashion());
    for month in &mut shop.months {
        for (i, (_, cell)) in month.products.iter_mut().enumerate() {
            cell.0 = cell.1 as f64 * [100.0, 105.0, 110.0, 115.0, 120.0, 400.0, 400.0, 400.0, 400.0][i];
        }
    }
    let title = tell(shop).text("aov-by-product").title.clone();
    assert!(title.contains("the most of the five products shown"), "{title}");
}

#[test]
fn parts_left_out_are_told() {
    let told = tell(many_products(pizza()));
    for slug in ["orders-by-product", "aov-by-product"] {
        let text = told.text(slug);
        assert!(text.caption.contains("4 more products not shown"), "{}", text.caption);
        let shown = "Five of nine products are shown, those with most orders.";
        assert!(text.sentences.iter().any(|sentence| sentence == shown), "{:?}", text.sentences);
    }
}

#[test]
fn what_an_order_spends_on_a_part_is_no_average_order() {
    let told = tell(pizza());
    let text = told.text("aov-by-product");
    assert_eq!(
        text.title,
        "Orders with Chicken spent $22.95 on it in 2015, the most of four products; Classic the least, $20.26"
    );
    assert!(text.caption.starts_with("Spend per order on each product"), "{}", text.caption);
    for sentence in &text.sentences {
        assert!(!sentence.contains("basket") || sentence.contains("not the whole basket"), "{sentence}");
        assert!(!sentence.contains("averaged"), "{sentence}");
    }
}

#[test]
fn a_history_from_inside_a_month_has_that_month_whole_where_the_year_before_is_fetched() {
    let mut shop = fashion();
    shop.review =
        Review::new(period("2025-05-10", "2025-06-20"), Some(period("2025-05-10", "2025-06-20"))).unwrap();
    let told = tell(shop);
    let text = told.text("monthly-sales-yoy");
    assert!(text.title.contains("from 1 May to 20 June 2025"), "{}", text.title);
    assert!(
        text.caption.contains("1 May to 20 June 2025; June 2025 covers 1–20 Jun only"),
        "{}",
        text.caption
    );
    assert!(!text.caption.contains("May 2025 covers"), "{}", text.caption);
    // The year before begins on the same day: its May is cut and nothing is compared with it.
    let Some(Facts::Level(level)) = told.study.facts("monthly-sales-yoy") else { panic!("no facts") };
    assert!(level.change.is_none());
}

#[test]
fn what_a_paragraph_rests_on_are_the_months_with_a_value() {
    let mut shop = fashion();
    shop.review = Review::new(demo_review().history(), Some(period("2023-01-01", "2023-01-31"))).unwrap();
    shop.months.retain(|month| month.month >= Month::new(2024, 7).unwrap());
    shop.about.data_from = None;
    let told = tell(shop);
    let text = told.text("sales-by-product");
    let basis = "The chart shows the sales of twelve months, July 2024 to June 2025, all that the data hold.";
    assert!(text.sentences.iter().any(|sentence| sentence == basis), "{:?}", text.sentences);
}

#[test]
fn every_finding_points_at_cells_of_the_data_files() {
    for told in everyone() {
        for finding in &told.study.findings {
            assert!(finding.kind == "gap" || !finding.inputs.is_empty(), "{} has no inputs", finding.id);
            for input in &finding.inputs {
                let (_, dataset, _) =
                    told.sections.iter().find(|(section, ..)| section.id == input.request).unwrap();
                let json = dataset.to_json();
                let series = json["series"].as_array().unwrap().iter();
                let named: Vec<_> = series.filter(|series| series["name"] == *input.series).collect();
                assert_eq!(named.len(), 1, "{}: {}", finding.id, input.series);
                let cells = named[0]["values"].as_array().unwrap();
                assert!(!input.index.is_empty(), "{}", finding.id);
                assert!(input.index.iter().all(|&at| at < cells.len()), "{}", finding.id);
            }
        }
    }
    let told = tell(travel());
    let inputs = |id: &str| &told.study.findings.iter().find(|finding| finding.id == id).unwrap().inputs;
    let series: Vec<_> = inputs("aov:effect:mix").iter().map(|input| input.series.as_str()).collect();
    assert_eq!(series, ["sales: Pay in 3", "sales: Pay in 4", "orders: Pay in 3", "orders: Pay in 4"]);
    assert_eq!(inputs("monthly-sales-yoy:trend")[0].index.len(), 24);
}

#[test]
fn a_focus_that_the_data_do_not_reach_is_told() {
    let mut shop = fashion();
    shop.review =
        Review::new(period("2023-01-01", "2026-09-30"), Some(period("2026-07-01", "2026-09-30"))).unwrap();
    let told = tell(shop);
    assert_eq!(told.study.focus_without_data, Some(period("2023-01-01", "2025-06-30")));
    assert_eq!(told.text("monthly-sales-yoy").title, "The data hold no sales for Q3 2026");
    assert_eq!(tell(fashion()).study.focus_without_data, None);
}

#[test]
fn one_order_is_one_order() {
    let mut shop = fashion();
    for month in &mut shop.months {
        month.products = vec![("pay_in_3", (90.0, 1))];
        month.orders = 1;
    }
    shop.months.drain(..29);
    shop.about.data_from = None;
    for sentence in tell(shop).sentences() {
        assert!(
            !sentence.split(' ').zip(sentence.split(' ').skip(1)).any(|pair| pair == ("1", "orders")),
            "{sentence}"
        );
    }
}

#[test]
fn equal_shares_are_no_ranking() {
    let mut shop = fashion();
    shop.people =
        vec![("age_band", vec![("18-24", 200), ("25-34", 200)]), ("gender", vec![("F", 50), ("M", 50)])];
    let text = tell(shop).text("demographics").clone();
    assert!(text.title.starts_with("Ages 18–24 and 25–34 were the largest groups"), "{}", text.title);
    assert!(text.sentences[0].starts_with("No age band stands out: each holds 50%"), "{:?}", text.sentences);
}

#[test]
fn the_first_weeks_are_told_only_of_a_focus_that_covers_all_the_data() {
    let mut shop = new();
    shop.review = Review::new(shop.review.history(), Some(period("2025-05-01", "2025-05-31"))).unwrap();
    let told = tell(shop);
    for slug in ["monthly-sales-yoy", "aov"] {
        let title = &told.text(slug).title;
        assert!(title.ends_with("from 27 May to 31 May 2025"), "{title}");
    }
    let said = told.text("monthly-sales-yoy").sentences.join(" ");
    assert!(!said.contains("of that"), "June is no part of May: {said}");
}

/// Every month with these products: sales and orders of a month before the last half-year, and from then on.
fn two_levels(products: &[(&'static str, Cell, Cell)]) -> Shop {
    let mut shop = fashion();
    for month in &mut shop.months {
        let is_late = month.month >= Month::new(2025, 1).unwrap();
        let cell =
            |&(name, early, late): &(&'static str, Cell, Cell)| (name, if is_late { late } else { early });
        month.products = products.iter().map(cell).collect();
        month.orders = month.products.iter().map(|(_, cell)| cell.1).sum();
        let sales = month.products.iter().map(|(_, cell)| cell.0).sum();
        month.users = vec![("New", (sales, month.orders))];
    }
    shop
}

#[test]
fn an_average_that_did_not_move_has_neither_risen_nor_fallen() {
    let told = tell(two_levels(&[
        ("Pay in 3", (5000.0, 100), (2500.0, 50)),
        ("Pay in 4", (9000.0, 100), (9000.0, 90)),
    ]));
    let said = told.text("aov").sentences.join(" ");
    assert!(!said.contains("own average fell") && !said.contains("averaged less"), "{said}");
    let told = tell(two_levels(&[
        ("Pay in 3", (9000.0, 100), (7000.0, 80)),
        ("Pay in 4", (9000.0, 90), (6000.0, 55)),
    ]));
    let said = told.text("aov").sentences.join(" ");
    assert!(said.contains("went different ways"), "{said}");
}

#[test]
fn beside_a_part_below_zero_no_shares_are_told() {
    let told = tell(two_levels(&[
        ("Pay in 3", (5000.0, 100), (6000.0, 110)),
        ("Pay in 4", (900.0, 10), (-500.0, 9)),
    ]));
    let text = told.text("sales-by-product");
    for sentence in text.sentences.iter().chain([&text.title]) {
        assert!(
            !["0% of", " 0%", "split", "Shares"].iter().any(|word| sentence.contains(word)),
            "{sentence}"
        );
    }
}

#[test]
fn few_orders_rank_no_parts_and_move_no_shares() {
    // The same story with few orders and with many: only the second is worth telling.
    let told = |orders: u64| {
        let cell = |orders: u64| (orders as f64 * 50.0, orders);
        let told = tell(two_levels(&[
            ("Pay in 3", cell(orders * 3), cell(orders)),
            ("Pay in 4", cell(orders), cell(orders * 3)),
        ]));
        let texts = ["sales-by-product", "orders-by-product"].map(|slug| told.text(slug).clone());
        texts.map(|text| format!("{}. {}", text.title, text.sentences.join(" "))).join(" ")
    };
    let moves = ["overtook", "rising", "moving", "point", "against"];
    let (few, many) = (told(2), told(200));
    assert!(moves.iter().any(|word| many.contains(word)), "{many}");
    assert!(!moves.iter().any(|word| few.contains(word)), "{few}");
}

#[test]
fn a_value_below_zero_is_no_percentage_of_what_was() {
    let told = tell(two_levels(&[("Pay in 3", (5000.0, 100), (-900.0, 40))]));
    let text = told.text("monthly-sales-yoy");
    for sentence in text.sentences.iter().chain([&text.title]) {
        assert!(!sentence.contains("below") || !sentence.contains('%'), "{sentence}");
    }
}

#[test]
fn a_baseline_below_zero_gives_no_per_cent_and_no_baskets() {
    let told = tell(two_levels(&[("Pay in 3", (-900.0, 40), (5000.0, 100))]));
    let text = told.text("monthly-sales-yoy");
    assert!(text.title.contains("more than in Q2 2024") && !text.title.contains("basket"), "{}", text.title);
    let said = text.sentences.join(" ");
    assert!(said.contains("In Q2 2024 refunds exceeded sales.") && !said.contains("basket"), "{said}");
}

#[test]
fn what_prints_as_zero_or_twice_is_not_said() {
    // One product, the same average in every month.
    let told = tell(two_levels(&[("Pay in 3", (5000.0, 100), (4000.0, 80))]));
    for slug in ["monthly-sales-yoy", "aov", "sales-by-product"] {
        let text = told.text(slug);
        for sentence in text.sentences.iter().chain([&text.title]) {
            let silly = ["€0.00", "stands for", "shift", "within the", "100%"];
            assert!(!silly.iter().any(|word| sentence.contains(word)), "{sentence}");
        }
    }
}

#[test]
fn an_even_history_with_an_uneven_focus_has_both_in_its_title() {
    let told = tell(travel());
    let title = &told.text("orders-by-product").title;
    assert!(title.contains(" in Q2 2025"), "{title}");
}

#[test]
fn groups_of_people_are_described_as_they_are() {
    let said = |ages: Vec<(&'static str, u64)>, genders: Vec<(&'static str, u64)>| {
        let mut shop = fashion();
        shop.people = vec![("age_band", ages), ("gender", genders)];
        tell(shop).text("demographics").sentences.join(" ")
    };
    let flat = vec![("18-24", 160), ("25-34", 260), ("35-44", 230), ("45-54", 200), ("55-64", 150)];
    let text = said(flat, vec![("F", 450), ("M", 440), ("Not stated", 110)]);
    assert!(text.contains("The largest age band is 25–34 with 26%"), "{text}");
    assert!(!text.contains("close to even"), "{text}");
    let young = vec![("18-24", 300), ("25-34", 400), ("35-44", 100), ("45-54", 100), ("55-64", 100)];
    let text = said(young, vec![("F", 500), ("M", 500)]);
    assert!(text.contains("Most shoppers are in the younger bands"), "{text}");
    assert!(text.contains("are equal, with 50% each"), "{text}");
}

#[test]
fn a_leading_group_in_the_title_is_not_repeated_as_one_of_the_others() {
    let told = tell(gap());
    let text = told.text("orders-by-user-type");
    assert!(text.title.starts_with("Returning shoppers placed"), "{}", text.title);
    assert!(!text.sentences.iter().any(|sentence| sentence.starts_with("Most of the others")), "{text:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    /// Whatever the months hold: no panic, no text out of bounds, no per cent that is not finite.
    #[test]
    fn any_months_give_a_text(
        cells in prop::collection::vec(prop::option::of((0u32..2_000_000, 0u64..900)), 42),
        cut in 0usize..42,
        day in 1i8..28,
    ) {
        let first = Month::new(2022, 1).unwrap();
        let months: Vec<ShopMonth> = cells.iter().enumerate().filter_map(|(i, cell)| {
            let (cents, orders) = (*cell)?;
            let half = orders / 2;
            let sales = f64::from(cents) / 100.0;
            Some(ShopMonth {
                month: first.plus(i as i32),
                orders,
                products: vec![("pay_in_3", (sales, half)), ("pay_in_4", (sales / 2.0, orders - half))],
                users: vec![("new", (sales, half)), ("returning", (sales / 2.0, orders - half))],
            })
        }).collect();
        let through = first.plus(cut as i32).first_day().saturating_add(jiff_days(day));
        let shop = Shop {
            name: "Anybody", provider: "", currency: Currency::EUR, review: demo_review(), months,
            about: about("2022-01-01", &through.to_string()), people: Vec::new(), overlaps: false,
        };
        for (section, dataset, text) in &tell(shop).sections {
            prop_assert!(text.title.chars().count() <= 120, "{}", text.title);
            prop_assert!((15..=80).contains(&text.words()), "{}: {:?}", section.slug, text);
            prop_assert!((2..=4).contains(&text.sentences.len()), "{}: {:?}", section.slug, text);
            for sentence in text.sentences.iter().chain([&text.title, &text.caption]) {
                prop_assert!(!sentence.contains("NaN") && !sentence.contains("inf ") && !sentence.contains("  "), "{sentence}");
            }
            if section.slug == "orders-by-user-type" {
                for series in dataset.by_part(Metric::Orders) {
                    prop_assert!(series.values.iter().flatten().all(|v| *v == 0.0 || *v >= 10.0), "{series:?}");
                }
            }
        }
    }
}

fn jiff_days(days: i8) -> jiff::Span {
    jiff::Span::new().days(i64::from(days) - 1)
}
