//! Whole runs over the demo merchants and a real year of a pizza shop: what they leave behind and what they report.

use super::{
    narrative::blank,
    support::{Finished, Kamslides, LONG, Pptx, demo_server, read_json, request, tool_error},
};
use kamslides::{
    artifact::sha256_hex,
    concurrency::{Stop, StopReason},
    config::Settings,
    deck::Base,
    domain::{Merchant, Period, Review, parse_date},
    event::{Event, Events, Phase},
    failure::FailureKind,
    mcp::Server,
    pipeline::{Job, generate},
    store::Store,
    template::DeckTemplate,
};
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Condvar, Mutex, OnceLock},
    thread,
    time::Duration,
};
use tokio::sync::Notify;

/// A run's end and everything it left.
struct Shop {
    merchant: &'static str,
    finished: Finished,
    folder: String,
    files: BTreeMap<String, Vec<u8>>,
    report: Value,
    deck: Pptx,
}

impl Shop {
    fn is_demo(&self) -> bool {
        self.merchant.starts_with("demo-")
    }

    fn json(&self, path: &str) -> Value {
        serde_json::from_slice(&self.files[path]).unwrap()
    }

    /// A series of a section's numbers, by the labels of its index.
    fn series(&self, slug: &str, name: &str) -> BTreeMap<String, Value> {
        let data = self.json(&format!("data/{slug}.json"));
        let series = data["series"].as_array().unwrap().iter().find(|series| series["name"] == name).unwrap();
        let labels = data["index"]["values"].as_array().unwrap().iter();
        let labels = labels.map(|label| label.as_str().unwrap().to_owned());
        labels.zip(series["values"].as_array().unwrap().clone()).collect()
    }
}

/// The run of every demo merchant and of pizzaplace, made once.
fn shops() -> &'static [Shop] {
    static SHOPS: OnceLock<Vec<Shop>> = OnceLock::new();
    SHOPS.get_or_init(|| {
        let merchants = ["demo-fashion", "demo-travel", "demo-new", "demo-gap", "pizzaplace"];
        let run = |merchant: &'static str| {
            let (kamslides, finished) = if merchant == "pizzaplace" {
                let kamslides = Kamslides::with_pizza();
                let finished = kamslides.pizza(&[]).run().succeeds();
                (kamslides, finished)
            } else {
                let kamslides = Kamslides::new();
                let finished = kamslides.demo(merchant, &[]).run().succeeds();
                (kamslides, finished)
            };
            let (files, report, deck) = (finished.files(), finished.report(), finished.deck());
            let folder = finished.folder_name();
            drop(kamslides);
            Shop { merchant, finished, folder, files, report, deck }
        };
        thread::scope(|scope| {
            let runs = merchants.map(|merchant| scope.spawn(move || run(merchant)));
            runs.map(|run| run.join().unwrap()).into_iter().collect()
        })
    })
}

fn shop(merchant: &str) -> &'static Shop {
    shops().iter().find(|shop| shop.merchant == merchant).unwrap()
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key].as_array().unwrap_or_else(|| panic!("{key} is no list in {value:#}"))
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap_or_else(|| panic!("{value} is no object")).keys().map(String::as_str).collect()
}

const SLUGS: [&str; 7] = [
    "monthly-sales-yoy",
    "sales-by-product",
    "orders-by-user-type",
    "aov",
    "demographics",
    "orders-by-product",
    "aov-by-product",
];

// ---------------------------------------------------------------------------------------------------------------------
// What a run leaves

#[test]
fn a_run_leaves_every_file_in_its_place() {
    for shop in shops() {
        let folder = match shop.merchant {
            "pizzaplace" => "pizzaplace_2015-01-01_2015-12-31".to_owned(),
            demo => format!("{demo}_2023-01-01_2025-06-30_demo"),
        };
        assert_eq!(shop.folder, folder);
        let drawn: Vec<_> =
            list(&shop.report, "charts").iter().map(|chart| chart["request"].as_str().unwrap()).collect();
        let mut expected: BTreeSet<String> = ["deck.pptx", "summary.md", "run.json"].map(String::from).into();
        for (number, slug) in (1..).zip(SLUGS) {
            for call in 1..=if slug == "demographics" { 3 } else { 1 } {
                expected.insert(format!("raw/{number:02}-{slug}-{call}.json"));
            }
            let name = shop.files.keys().find_map(|path| {
                path.strip_prefix(&format!("charts/{number:02}-{slug}-"))?.strip_suffix(".png")
            });
            assert_eq!(name.is_some(), drawn.contains(&slug), "{}: {slug}", shop.merchant);
            if let Some(hash) = name {
                assert!(hash.len() == 8 && u32::from_str_radix(hash, 16).is_ok(), "{hash}");
                expected.insert(format!("charts/{number:02}-{slug}-{hash}.png"));
                expected.insert(format!("charts/{number:02}-{slug}-{hash}.svg"));
                expected.insert(format!("data/{slug}.json"));
            }
        }
        let found: BTreeSet<String> = shop.files.keys().cloned().collect();
        assert_eq!(found, expected, "{}", shop.merchant);
        assert_eq!(
            String::from_utf8_lossy(&shop.files["summary.md"]).lines().count(),
            5,
            "{}",
            shop.merchant
        );
    }
}

#[test]
fn which_sections_are_drawn_follows_from_the_data() {
    let absent: [(&str, &[&str]); 5] = [
        ("demo-fashion", &[]),
        ("demo-travel", &[]),
        ("demo-new", &[]),
        ("demo-gap", &["demographics"]),
        ("pizzaplace", &["orders-by-user-type", "demographics"]),
    ];
    for (merchant, absent) in absent {
        let shop = shop(merchant);
        assert_eq!(shop.report["status"], "complete", "{merchant}");
        for slug in SLUGS {
            let status = if absent.contains(&slug) { "no_data" } else { "ok" };
            assert_eq!(request(&shop.report, slug)["status"], status, "{merchant}: {slug}");
        }
        let line = &shop.finished.stderr;
        let drawn = format!("complete: {} of 7 sections drawn, 9 calls, ", 7 - absent.len());
        assert!(line.starts_with("kamslides: ") && line.contains(&drawn), "{line}");
        assert_eq!(line.contains("no data for "), !absent.is_empty(), "{line}");
        assert!(absent.iter().all(|slug| line.contains(slug)), "{line}");
    }
}

#[test]
fn what_is_absent_is_named_on_the_last_slide_in_neutral_words() {
    let closing = shop("pizzaplace").deck.closing();
    for line in ["Not in this edition", "Orders by shopper type: no data", "Who shops this way: no data"] {
        assert!(closing.contains(line), "{closing}");
    }
    assert!(shop("demo-gap").deck.closing().contains("Who shops this way: no data"));
    for merchant in ["demo-fashion", "demo-travel", "demo-new"] {
        assert!(!shop(merchant).deck.closing().contains("Not in this edition"), "{merchant}");
    }
}

#[test]
fn demo_data_are_marked_on_every_slide_and_others_on_none() {
    for shop in shops() {
        let slides = shop.deck.slides();
        assert_eq!(slides.len(), list(&shop.report, "charts").len() + 2, "{}", shop.merchant);
        for slide in slides {
            let marked = slide.iter().any(|(_, texts)| texts.iter().any(|text| text == "Demo data"));
            assert_eq!(marked, shop.is_demo(), "{}: {slide:?}", shop.merchant);
        }
        assert_eq!(shop.report["demo"], json!(shop.is_demo()));
    }
}

#[test]
fn a_clients_deck_tells_nothing_of_how_it_was_made() {
    for shop in shops() {
        let ids = list(&shop.report, "requests").iter().map(|request| request["id"].as_str().unwrap());
        // Some ids are plain words of the slides too, such as `AOV`; those in sentences of their own are not.
        let mut secrets: Vec<String> = ids.filter(|id| id.len() > 10).map(str::to_owned).collect();
        secrets.push(shop.report["run_id"].as_str().unwrap().to_owned());
        secrets.extend(SLUGS.iter().filter(|slug| slug.contains('-')).map(|slug| (*slug).to_owned()));
        secrets.extend(
            [
                "query_metrics",
                "embedded",
                "mcp",
                "sqlite",
                "select ",
                "kamslides",
                "no_data",
                "product_type",
                "user_type",
                "age_band",
                "localhost",
                "127.0.0.1",
                "/tmp",
                "pizza.db",
                "panicked",
                "rust",
            ]
            .map(String::from),
        );
        for (part, content) in &shop.deck.0 {
            let text = String::from_utf8_lossy(content).to_lowercase();
            for secret in &secrets {
                assert!(!text.contains(&secret.to_lowercase()), "{}: {part} holds {secret}", shop.merchant);
            }
        }
    }
}

#[test]
fn with_names_and_numbers_blanked_the_decks_differ() {
    let demos: Vec<_> = shops().iter().filter(|shop| shop.is_demo()).collect();
    let sentences = |shop: &Shop| -> BTreeSet<String> {
        let mut names: BTreeSet<String> = [shop.merchant.to_owned()].into();
        for (path, content) in &shop.files {
            if path.starts_with("data/") {
                let data: Value = serde_json::from_slice(content).unwrap();
                let series = list(&data, "series").iter().map(|series| series["name"].as_str().unwrap());
                let parts = series.filter_map(|name| name.split_once(": ")).map(|(_, part)| part.to_owned());
                names.extend(parts);
                if data["index"]["kind"] == "parts" {
                    let values = list(&data["index"], "values").iter();
                    names.extend(values.map(|value| value.as_str().unwrap().to_owned()));
                }
            }
        }
        let slides = shop.deck.slides();
        let told = slides.iter().filter(|slide| slide.iter().any(|(shape, _)| shape == "Takeaway"));
        let texts = told.flatten().filter(|(shape, _)| shape == "Title" || shape == "Takeaway");
        texts.flat_map(|(_, texts)| texts).map(|text| blank(text, names.clone())).collect()
    };
    for (i, one) in demos.iter().enumerate() {
        for other in &demos[i + 1..] {
            let (a, b) = (sentences(one), sentences(other));
            assert!(a.len() >= 15 && b.len() >= 15, "too few sentences: {} and {}", a.len(), b.len());
            let shared: Vec<_> = a.intersection(&b).collect();
            let part = shared.len() as f64 / a.len().min(b.len()) as f64;
            assert!(part <= 0.4, "{} and {} share {part:.2}: {shared:#?}", one.merchant, other.merchant);
        }
    }
}

// ---------------------------------------------------------------------------------------------------------------------
// The report

#[test]
fn the_report_has_every_field_of_its_schema() {
    for shop in shops() {
        let report = &shop.report;
        assert_eq!(
            keys(report),
            [
                "schema",
                "run_id",
                "status",
                "demo",
                "merchant",
                "from",
                "to",
                "focus",
                "template",
                "audience",
                "started_at",
                "duration_ms",
                "settings",
                "phases",
                "requests",
                "charts",
                "findings",
                "narratives",
                "health",
                "concurrency",
                "tokens",
                "resources",
                "errors_by_kind",
                "files",
                "warnings",
            ]
        );
        assert_eq!((&report["schema"], &report["merchant"]), (&json!(1), &json!(shop.merchant)));
        assert_eq!((&report["template"], &report["audience"]), (&json!("kam-review"), &json!("client")));
        let (from, to, focus) = match shop.merchant {
            "pizzaplace" => ("2015-01-01", "2015-12-31", ["2015-10-01", "2015-12-31"]),
            _ => ("2023-01-01", "2025-06-30", ["2025-04-01", "2025-06-30"]),
        };
        assert_eq!((&report["from"], &report["to"]), (&json!(from), &json!(to)));
        assert_eq!(report["focus"], json!({"from": focus[0], "to": focus[1]}));
        let settings = report["settings"].as_object().unwrap();
        assert_eq!(settings["charts.max_concurrent"], json!({"value": 4, "source": "default"}));
        assert_eq!(settings["mcp.token"]["value"], Value::Null);
        let tables: BTreeSet<_> = settings.keys().map(|key| key.split_once('.').unwrap().0).collect();
        for table in ["retrieval", "charts", "mcp", "resilience", "output", "log"] {
            assert!(tables.contains(table), "{table}");
        }
        assert_eq!(keys(&report["concurrency"]), ["batches", "calls", "charts", "llm", "narratives"]);
        assert_eq!(keys(&report["tokens"]), ["prompt", "completion", "max_context"]);
        for request in list(report, "requests") {
            assert_eq!(
                keys(request),
                [
                    "id",
                    "slug",
                    "status",
                    "calls",
                    "cached",
                    "fetched_at",
                    "batch",
                    "attempts",
                    "started_ms",
                    "ended_ms",
                    "rows",
                    "bytes",
                    "tokens",
                    "warnings",
                    "error",
                ]
            );
        }
        for finding in list(report, "findings") {
            assert_eq!(
                keys(finding),
                [
                    "id", "requests", "kind", "metric", "segment", "period", "baseline", "value", "unit",
                    "delta", "p", "score", "formula", "inputs",
                ]
            );
            for input in list(finding, "inputs") {
                assert_eq!(keys(input), ["request", "series", "index"]);
            }
        }
    }
}

#[test]
fn the_report_holds_what_was_measured() {
    for shop in shops() {
        let (report, merchant) = (&shop.report, shop.merchant);
        let duration = number(&report["duration_ms"]);
        let span = |of: &Value| {
            let (started, ended) = (number(&of["started_ms"]), number(&of["ended_ms"]));
            assert!(0.0 < started && started <= ended && ended <= duration, "{merchant}: {of:#}");
            (started, ended)
        };
        assert_eq!(
            keys(&report["phases"]),
            ["analysis", "charts", "connect", "deck", "narrative", "retrieval"]
        );
        let phase = |name: &str| span(&report["phases"][name]);
        assert!(phase("retrieval").1 <= phase("analysis").0 && phase("analysis").1 <= phase("narrative").0);
        assert!(phase("narrative").1 <= phase("deck").0 && phase("charts").1 <= phase("analysis").0);
        let requests = list(report, "requests");
        let slugs: Vec<_> = requests.iter().map(|request| request["slug"].as_str().unwrap()).collect();
        assert_eq!(slugs, SLUGS);
        let calls: Vec<_> = requests.iter().map(|request| number(&request["calls"])).collect();
        assert_eq!(calls, [1.0, 1.0, 1.0, 1.0, 3.0, 1.0, 1.0]);
        let batches: Vec<_> = requests.iter().map(|request| number(&request["batch"])).collect();
        assert_eq!(batches, [0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 2.0]);
        for request in requests {
            span(request);
            assert!(number(&request["rows"]) > 0.0 && number(&request["bytes"]) > 0.0, "{request:#}");
            assert_eq!((&request["attempts"], &request["cached"]), (&json!(1), &json!(false)));
            assert_eq!(request["error"].is_null(), request["status"] == "ok", "{request:#}");
        }
        let no_data = requests.iter().filter(|request| request["status"] == "no_data").count();
        let errors = if no_data == 0 { json!({}) } else { json!({"no_data": no_data}) };
        assert_eq!(report["errors_by_kind"], errors);
        for chart in list(report, "charts") {
            span(chart);
            let png = &shop.files[chart["file"].as_str().unwrap()];
            assert_eq!((&chart["bytes"], &chart["sha256"]), (&json!(png.len()), &json!(sha256_hex(png))));
        }
        let told: Vec<_> = list(report, "narratives").iter().map(|text| &text["request"]).collect();
        let drawn: Vec<_> = list(report, "charts").iter().map(|chart| &chart["request"]).collect();
        assert_eq!(told, drawn);
        for text in list(report, "narratives") {
            assert!((15.0..=80.0).contains(&number(&text["words"])), "{merchant}: {text}");
            assert_eq!((&text["source"], &text["grounded"]), (&json!("rules"), &Value::Null));
        }
        let ids: BTreeSet<_> = requests.iter().map(|request| request["id"].as_str().unwrap()).collect();
        assert!(list(report, "findings").len() >= 10, "{merchant}");
        for finding in list(report, "findings") {
            let named = list(finding, "requests").iter().map(|id| id.as_str().unwrap());
            assert!(named.into_iter().all(|id| ids.contains(id)), "{finding:#}");
        }
        let concurrency = |of: &str| {
            let of = &report["concurrency"][of];
            (number(&of["limit"]), number(&of["peak"]))
        };
        assert_eq!(
            (concurrency("batches").0, concurrency("calls").0, concurrency("charts").0),
            (2.0, 6.0, 4.0)
        );
        for of in ["batches", "calls", "charts", "narratives"] {
            let (limit, peak) = concurrency(of);
            assert!((1.0..=limit).contains(&peak), "{merchant}: {of} {peak} of {limit}");
        }
        let resources = &report["resources"];
        assert!(number(&resources["cpu_ms"]) > 0.0 && number(&resources["peak_rss_bytes"]) > 1e6);
        assert!((0.0..=1.05).contains(&number(&resources["utilisation"])), "{resources}");
        let files = list(report, "files").iter().map(|file| {
            let content = &shop.files[file["path"].as_str().unwrap()];
            assert_eq!(
                (&file["bytes"], &file["sha256"]),
                (&json!(content.len()), &json!(sha256_hex(content)))
            );
            file["path"].as_str().unwrap().to_owned()
        });
        let mut named: BTreeSet<String> = files.collect();
        named.insert("run.json".into());
        assert_eq!(named, shop.files.keys().cloned().collect(), "{merchant}");
    }
}

#[test]
fn json_prints_the_report_that_is_filed() {
    let kamslides = Kamslides::new();
    let finished = kamslides.demo("demo-new", &["--json"]).run().succeeds();
    let filed = &kamslides.files("decks/demo-new_2023-01-01_2025-06-30_demo")["run.json"];
    assert_eq!(finished.stdout.as_bytes(), &filed[..]);
}

// ---------------------------------------------------------------------------------------------------------------------
// A real year

#[test]
fn pizzaplace_gives_its_known_answers() {
    let shop = shop("pizzaplace");
    let sum = |values: &BTreeMap<String, Value>| values.values().map(number).sum::<f64>();
    let sales = shop.series("monthly-sales-yoy", "sales");
    let orders = shop.series("monthly-sales-yoy", "orders");
    assert_eq!(sales.len(), 12);
    assert!((sum(&sales) - 817_860.05).abs() < 1e-6 && sum(&orders).to_bits() == 21_350_f64.to_bits());
    let aov = shop.series("aov", "aov");
    for (month, sold, ordered, average) in
        [("2015-07", 72_557.90, 1935, 37.4976), ("2015-09", 64_180.05, 1661, 38.6394)]
    {
        assert_eq!((&sales[month], &orders[month]), (&json!(sold), &json!(ordered)));
        assert!((number(&aov[month]) - average).abs() < 5e-5, "{month}: {}", aov[month]);
    }
    let by_type = shop.series("orders-by-product", "orders");
    assert_eq!(sum(&by_type).to_bits(), 37_421_f64.to_bits());
    assert_eq!(by_type.keys().collect::<Vec<_>>(), ["Chicken", "Classic", "Supreme", "Veggie"]);
}

#[test]
fn orders_that_hold_several_types_are_bars_and_say_so() {
    let kind = |shop: &Shop, slug: &str| {
        let charts = list(&shop.report, "charts").iter();
        charts.filter(|chart| chart["request"] == slug).map(|chart| chart["kind"].clone()).next().unwrap()
    };
    let note = "An order can hold several types.";
    let pizza = shop("pizzaplace");
    assert_eq!(kind(pizza, "orders-by-product"), "bars");
    assert!(pizza.deck.text().contains(note), "{}", pizza.deck.text());
    // Nobody's order holds two of these, so nothing says so.
    let fashion = shop("demo-fashion");
    assert_eq!(kind(fashion, "orders-by-product"), "donut");
    assert!(!fashion.deck.text().to_lowercase().contains("several types"), "{}", fashion.deck.text());
}

// ---------------------------------------------------------------------------------------------------------------------
// Same data, same bytes

#[test]
fn the_same_data_give_the_same_bytes_however_many_charts_are_drawn_at_once() {
    let kept = |finished: &Finished| -> BTreeMap<String, Vec<u8>> {
        let files = finished.files().into_iter();
        files.filter(|(path, _)| !path.starts_with("raw/") && path != "run.json").collect()
    };
    let (one, two) = (Kamslides::new(), Kamslides::new());
    let run = |kamslides: &Kamslides, charts| {
        let run = kamslides.demo("demo-fashion", &[]).variable("SCALAPAY_MAX_CONCURRENT_CHARTS", charts);
        kept(&run.run().succeeds())
    };
    let first = run(&one, "1");
    assert_eq!(first.len(), 7 * 3 + 2);
    assert!(first == run(&two, "4") && first == run(&two, "4"), "demo-fashion differs");
    let (one, two) = (Kamslides::with_pizza(), Kamslides::with_pizza());
    let run = |kamslides: &Kamslides, charts| {
        kept(&kamslides.pizza(&[]).variable("SCALAPAY_MAX_CONCURRENT_CHARTS", charts).run().succeeds())
    };
    assert!(run(&one, "1") == run(&two, "4"), "pizzaplace differs");
}

#[test]
fn the_source_date_changes_the_documents_date_and_nothing_else() {
    let kamslides = Kamslides::new();
    let run = |seconds: &str| {
        let run = kamslides.demo("demo-new", &[]).variable("SOURCE_DATE_EPOCH", seconds);
        let finished = run.run().succeeds();
        (finished.files(), finished.deck())
    };
    let (files, deck) = run("0");
    let (other_files, other_deck) = run("86400");
    let differ: Vec<_> = deck.0.iter().filter(|(part, content)| &other_deck.0[*part] != *content).collect();
    assert_eq!(differ.iter().map(|(part, _)| part.as_str()).collect::<Vec<_>>(), ["docProps/core.xml"]);
    assert!(String::from_utf8_lossy(&deck.0["docProps/core.xml"]).contains("1970-01-01T00:00:00Z"));
    for (path, content) in &files {
        if path.starts_with("charts/") || path.starts_with("data/") {
            assert!(other_files[path] == *content, "{path}");
        }
    }
    let run = kamslides.demo("demo-new", &[]).variable("SOURCE_DATE_EPOCH", "yesterday").run();
    run.fails(78, &["SOURCE_DATE_EPOCH", "yesterday"]);
}

// ---------------------------------------------------------------------------------------------------------------------
// Which period, which sections, for whom

#[test]
fn the_last_quarter_is_set_against_the_year_before_on_every_time_slide() {
    let kamslides = Kamslides::new();
    let period = ["--period", "last-quarter", "--today", "2025-07-15"];
    let generate = ["generate", "--merchant", "demo-fashion"];
    let finished = kamslides.run(&[&generate[..], &period].concat()).succeeds();
    assert_eq!(finished.folder_name(), "demo-fashion_2023-04-01_2025-06-30_demo");
    let report = finished.report();
    assert_eq!(report["focus"], json!({"from": "2025-04-01", "to": "2025-06-30"}));
    let slides = finished.deck().slides();
    for caption in [
        "Monthly sales, ",
        "Monthly sales by product, ",
        "Monthly average order value, ",
        "Monthly orders by shopper",
    ] {
        let slide = slides
            .iter()
            .find(|slide| {
                slide.iter().any(|(name, texts)| name == "Caption" && texts[0].starts_with(caption))
            })
            .unwrap_or_else(|| panic!("no slide `{caption}`"));
        let told = slide.iter().filter(|(name, _)| name == "Title" || name == "Takeaway");
        let told: Vec<_> = told.flat_map(|(_, texts)| texts.clone()).collect();
        assert!(told.iter().any(|text| text.contains("Q2 2024")), "{caption}: {told:#?}");
    }
    let files = finished.files();
    for slug in ["monthly-sales-yoy", "sales-by-product", "orders-by-user-type", "aov"] {
        let baselines = list(&report, "findings").iter().filter(|finding| {
            finding["id"].as_str().unwrap().starts_with(&format!("{slug}:"))
                && finding["baseline"] == "2024-04-01..2024-06-30"
        });
        assert!(baselines.count() > 0, "{slug}");
        let data: Value = serde_json::from_slice(&files[&format!("data/{slug}.json")]).unwrap();
        let roles = list(&data["index"], "values").iter().zip(list(&data["index"], "role"));
        let months: BTreeMap<_, _> =
            roles.map(|(month, role)| (month.as_str().unwrap(), role.as_str().unwrap())).collect();
        assert_eq!(
            (months["2023-03"], months["2024-04"], months["2025-06"]),
            ("comparison", "history", "history")
        );
    }
}

#[test]
fn the_focus_is_a_quarter_a_month_a_year_or_days() {
    let kamslides = Kamslides::new();
    let only = ["--only", "aov"];
    let default = "demo-fashion_2023-01-01_2025-06-30_only-";
    for (focus, from, to, name) in [
        ("2025-Q2", "2025-04-01", "2025-06-30", default),
        ("2025-Q1", "2025-01-01", "2025-03-31", "_focus-2025-01-01-2025-03-31_only-"),
        ("2025-05", "2025-05-01", "2025-05-31", "_focus-2025-05-01-2025-05-31_only-"),
        ("2024", "2024-01-01", "2024-12-31", "_focus-2024-01-01-2024-12-31_only-"),
        ("2025-01-15..2025-02-14", "2025-01-15", "2025-02-14", "_focus-2025-01-15-2025-02-14_only-"),
    ] {
        let more = [&["--focus", focus][..], &only].concat();
        let finished = kamslides.demo("demo-fashion", &more).run().succeeds();
        assert_eq!(finished.report()["focus"], json!({"from": from, "to": to}), "{focus}");
        assert!(finished.folder_name().contains(name), "{focus}: {}", finished.folder_name());
    }
}

#[test]
fn only_the_sections_asked_for_are_on_the_deck_and_none_is_missing() {
    let kamslides = Kamslides::with_pizza();
    let run = |only: &[&str]| kamslides.pizza(only).run().succeeds();
    let finished = run(&["--only", "monthly-sales-yoy"]);
    let report = finished.report();
    let slugs: Vec<_> = list(&report, "requests").iter().map(|request| &request["slug"]).collect();
    assert_eq!((slugs, finished.deck().slides().len()), (vec![&json!("monthly-sales-yoy")], 3));
    assert!(!finished.deck().closing().contains("Not in this edition"));
    // The id says the same as the slug, and the order does not matter.
    assert_eq!(finished.folder(), run(&["--only", "monthly sales year over year"]).folder());
    let both = run(&["--only", "aov", "--only", "monthly-sales-yoy"]).folder();
    assert_eq!(both, run(&["--only", "monthly-sales-yoy", "--only", "AOV"]).folder());
    assert_ne!(both, finished.folder());
}

#[test]
fn a_section_without_data_is_a_card_a_line_or_the_end() {
    let kamslides = Kamslides::with_pizza();
    let run = |more: &[&str]| {
        let finished = kamslides.pizza(more).run().succeeds();
        let deck = finished.deck();
        let listed = deck.closing().contains("Not in this edition");
        (finished.folder_name(), deck.paragraphs("Message"), listed)
    };
    let plain = "pizzaplace_2015-01-01_2015-12-31".to_owned();
    let internal = format!("{plain}_internal");
    let card = || vec!["No data for this period.".to_owned(); 2];
    assert_eq!(run(&[]), (plain.clone(), vec![], true));
    assert_eq!(run(&["--on-missing", "omit"]), (plain.clone(), vec![], true));
    assert_eq!(run(&["--on-missing", "placeholder"]), (plain.clone(), card(), false));
    // Both are optional, so that nothing is refused.
    assert_eq!(run(&["--on-missing", "fail"]), (plain, vec![], true));
    assert_eq!(run(&["--audience", "internal"]), (internal.clone(), card(), false));
    assert_eq!(run(&["--audience", "internal", "--on-missing", "omit"]), (internal, vec![], true));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_required_section_that_is_missing_makes_the_run_partial_or_ends_it() {
    let no_aov = || {
        demo_server("demo-fashion", |asked| async move {
            let columns = json!(["month", "sales", "orders", "users"]);
            let empty = json!({"columns": columns, "rows": []});
            asked.arguments["metrics"]
                .as_array()
                .unwrap()
                .contains(&json!("users"))
                .then(|| asked.arguments["group_by"] == json!(["month"]))
                .filter(|is_aov| *is_aov)
                .map(|_| Ok(rmcp::model::CallToolResult::structured(empty)))
        })
    };
    let (kamslides, server) = (Kamslides::new(), no_aov().await);
    let partial = kamslides.served("demo-fashion", &server, &[]).run().ends(3);
    assert_eq!(partial.report()["status"], "partial");
    assert_eq!(partial.deck().paragraphs("Message"), ["No data for this period."]);
    assert!(partial.stderr.contains("partial: 6 of 7 sections drawn"), "{partial}");
    let before = partial.files();
    let refused = kamslides.served("demo-fashion", &server, &["--on-missing", "fail"]).run();
    refused.fails(65, &["hint: the report is "]);
    assert!(partial.files() == before, "the deck before was touched");
    let failed = kamslides.files("decks").remove("demo-fashion_2023-01-01_2025-06-30_demo.failed.json");
    let failed: Value = serde_json::from_slice(&failed.unwrap()).unwrap();
    assert_eq!(
        (&failed["status"], &request(&failed, "aov")["status"]),
        (&json!("failed"), &json!("no_data"))
    );
    // A run that succeeds takes the report of the failed one away.
    kamslides.demo("demo-fashion", &[]).run().succeeds();
    let names = kamslides.names("decks");
    assert!(!names.iter().any(|name| name.ends_with("failed.json")), "{names:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_asks_nothing_and_writes_nothing() {
    let server = demo_server("demo-fashion", |_| async { panic!("the server was asked") }).await;
    let kamslides = Kamslides::new();
    let finished = kamslides.served("demo-fashion", &server, &["--dry-run"]).run().succeeds();
    assert_eq!(kamslides.names("."), [""; 0]);
    let lines: Vec<_> = finished.stdout.lines().collect();
    assert_eq!(lines.len(), 1 + 9, "{}", finished.stdout);
    assert!(lines[0].contains("7 requests in 3 batches") && lines[0].contains("2025-04-01..2025-06-30"));
    assert!(lines[1].contains("sales, orders by month, 2022-01-01..2025-06-30"), "{}", lines[1]);
}

// ---------------------------------------------------------------------------------------------------------------------
// At the same time

fn job(merchant: &str, server: Server, out: &std::path::Path) -> Job {
    let history = Period::new(parse_date("2023-01-01").unwrap(), parse_date("2025-06-30").unwrap()).unwrap();
    let template = DeckTemplate::load("kam-review").unwrap();
    Job {
        run_id: "run".into(),
        started_at: jiff::Timestamp::UNIX_EPOCH,
        merchant: Merchant::new(merchant).unwrap(),
        review: Review::new(history, None).unwrap(),
        base: Base::open(&template, true).unwrap(),
        template,
        only: Vec::new(),
        server,
        record: None,
        replay: None,
        refresh: false,
        binding: Arc::default(),
        out: out.to_owned(),
        dated: None,
        settings: Settings::default(),
        provenance: Vec::new(),
        agent: None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_chart_is_drawn_while_the_last_request_is_in_flight() {
    let drawn = Arc::new(Notify::new());
    let server = demo_server("demo-new", {
        let drawn = Arc::clone(&drawn);
        move |asked| {
            let drawn = Arc::clone(&drawn);
            async move {
                // The last request of the plan is answered when the first chart is there, or much too late.
                if asked.is(&["product_type"], "aov") {
                    drop(tokio::time::timeout(LONG, drawn.notified()).await);
                }
                None
            }
        }
    })
    .await;
    let events = Events::to(move |event| {
        if matches!(event, Event::ChartFinished { .. }) {
            drawn.notify_one();
        }
    });
    let out = tempfile::tempdir().unwrap();
    let run = generate(job("demo-new", server, out.path()), &events, &Stop::new()).await.unwrap();
    assert!(run.failure.is_none() && run.report.charts.len() == 7);
    let first = run.report.charts.iter().map(|chart| chart.ended_ms).fold(f64::INFINITY, f64::min);
    let last = run.report.requests.iter().map(|request| request.ended_ms).fold(0.0, f64::max);
    assert!(first < last, "the first chart was drawn at {first}, the last answer came at {last}");
}

#[tokio::test(flavor = "multi_thread")]
async fn as_many_charts_are_drawn_at_once_as_allowed_and_no_more() {
    let store = Arc::new(Store::demo(&Merchant::new("demo-new").unwrap()));
    for limit in [1, 2, 3, 8] {
        let out = tempfile::tempdir().unwrap();
        let mut job = job("demo-new", Server::Embedded(Arc::clone(&store)), out.path());
        let pattern = job.template.section("orders-by-product").unwrap().clone();
        job.template.sections = (0..24)
            .map(|n| kamslides::template::Section { slug: format!("s{n:02}"), ..pattern.clone() })
            .collect();
        job.template.order = job.template.sections.iter().map(|section| section.slug.clone()).collect();
        job.settings.charts.max_concurrent = limit;
        // No chart goes on before as many as allowed have begun: with fewer threads than that, the wait runs out.
        let begun = Arc::new((Mutex::new(0), Condvar::new()));
        let events = Events::to(move |event| {
            if matches!(event, Event::ChartStarted { .. }) {
                let (count, more) = &*begun;
                let mut count = count.lock().unwrap();
                *count += 1;
                more.notify_all();
                drop(more.wait_timeout_while(count, LONG, |count| *count < limit).unwrap());
            }
        });
        let run = generate(job, &events, &Stop::new()).await.unwrap();
        assert!(run.failure.is_none(), "{:?}", run.failure);
        assert_eq!(run.report.charts.len(), 24);
        let charts = run.report.concurrency["charts"];
        assert_eq!((charts.limit, charts.peak), (limit, limit));
        let calls = run.report.concurrency["calls"];
        assert!(calls.limit == 6 && calls.peak <= 6, "{calls:?}");
    }
}

// ---------------------------------------------------------------------------------------------------------------------
// The end before its time

#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_after_the_deadline_publishes_nothing() {
    let store = Arc::new(Store::demo(&Merchant::new("demo-new").unwrap()));
    for interrupted in [false, true] {
        let (out, stop) = (tempfile::tempdir().unwrap(), Stop::new());
        let events = Events::to({
            let stop = stop.clone();
            move |event| match event {
                // What has come by the deadline is drawn, as far as it has come.
                Event::RequestFinished { error: None, .. } if stop.reason().is_none() => {
                    stop.stop(StopReason::Deadline);
                }
                Event::PhaseStarted(Phase::Analysis) if interrupted => stop.stop(StopReason::Interrupted),
                _ => {}
            }
        });
        let job = job("demo-new", Server::Embedded(Arc::clone(&store)), out.path());
        let run = generate(job, &events, &stop).await;
        if interrupted {
            assert_eq!(run.unwrap_err().kind, FailureKind::Interrupted);
            assert!(!out.path().join("demo-new_2023-01-01_2025-06-30_demo").exists());
        } else {
            assert_eq!(run.unwrap().decks.len(), 1);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deck_that_is_not_ready_at_the_deadline_is_not_waited_for() {
    let store = Arc::new(Store::demo(&Merchant::new("demo-new").unwrap()));
    let (out, stop) = (tempfile::tempdir().unwrap(), Stop::new());
    let (gate, drawing) = (Arc::new((Mutex::new(false), Condvar::new())), Arc::new(Notify::new()));
    let events = Events::to({
        let (gate, drawing) = (Arc::clone(&gate), Arc::clone(&drawing));
        move |event| {
            if matches!(event, Event::ChartStarted { .. }) {
                drawing.notify_one();
                let (open, opened) = &*gate;
                drop(opened.wait_timeout_while(open.lock().unwrap(), LONG, |open| !*open).unwrap());
            }
        }
    });
    let run = generate(job("demo-new", Server::Embedded(store), out.path()), &events, &stop);
    let deadline = async {
        drawing.notified().await;
        stop.within(Duration::from_millis(50), Duration::ZERO)
    };
    let (run, _deadline) = futures::future::join(run, deadline).await;
    let failure = run.unwrap_err();
    *gate.0.lock().unwrap() = true;
    gate.1.notify_all();
    assert_eq!((failure.kind, failure.hints.len()), (FailureKind::Deadline, 1));
    assert_eq!(failure.to_string(), "the run's time was up; nothing was published");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panel_whose_call_fails_takes_no_other_panel_along() {
    let server = demo_server("demo-fashion", |asked| async move {
        asked.is(&["gender"], "users").then(|| Ok(tool_error("the view of genders is gone")))
    })
    .await;
    let out = tempfile::tempdir().unwrap();
    let mut job = job("demo-fashion", server, out.path());
    job.settings.resilience.retry_attempts = 0;
    let run = generate(job, &Events::ignored(), &Stop::new()).await.unwrap();
    let report = serde_json::to_value(&run.report).unwrap();
    assert!(run.failure.is_none(), "{report:#}");
    assert_eq!((&report["status"], run.report.charts.len()), (&json!("partial"), 7));
    let of = report["requests"].as_array().unwrap().iter().find(|one| one["slug"] == "demographics").unwrap();
    assert_eq!((&of["status"], &of["error"]["kind"]), (&json!("ok"), &json!("unavailable")));
    assert!(of["error"]["message"].as_str().unwrap().starts_with("by gender: "), "{of}");
    assert!(run.report.warnings.iter().any(|warning| warning.contains("drawn without gender")), "{report:#}");
    let folder = run.decks[0].parent().unwrap();
    let data = read_json(&folder.join("data/demographics.json"));
    let parts = data["index"]["values"].to_string();
    assert!(parts.contains("25–34") && parts.contains("Debit") && !parts.contains("Women"), "{parts}");
    // Raw answers keep the number of their call.
    let raw = |call| folder.join(format!("raw/05-demographics-{call}.json")).exists();
    assert_eq!([raw(1), raw(2), raw(3)], [true, false, true]);
    let deck = Pptx::open(&std::fs::read(&run.decks[0]).unwrap());
    let slides = deck.text();
    let caption = "Share of shoppers by age band and card type";
    assert!(slides.contains(caption) && slides.contains("gender not available"), "{slides}");
}
