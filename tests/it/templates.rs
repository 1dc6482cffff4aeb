//! A template of one's own, from its folder to the slides.

use super::support::Kamslides;
use kamslides::template::DeckTemplate;
use serde_json::Value;
use std::fs;

/// Two more sections of an existing shape with charts that the built-in template does not use.
const SECTIONS: &str = r#"
[[sections]]
id = "share of each product in monthly sales"
slug = "product-shares"
heading = "How sales divide among products"
presence = "optional"
shape = "months-by-part"
metrics = ["sales", "orders"]
group_by = ["month", "product_type"]
value = "sales"
comparison = true
chart = "percent-columns"

[[sections]]
id = "monthly orders of each product"
slug = "product-panels"
heading = "Orders, product by product"
presence = "optional"
shape = "months-by-part"
metrics = ["orders", "sales"]
group_by = ["month", "product_type"]
value = "orders"
comparison = true
chart = "small-multiples"

[story]
order = [
  "product-shares",
  "product-panels","#;

/// Writes the built-in template with two more sections as `mine`, its deck file changed further.
fn write(kamslides: &Kamslides, change: impl Fn(String) -> String) {
    let built_in = concat!(env!("CARGO_MANIFEST_DIR"), "/templates/kam-review/");
    let read = |name: &str| fs::read_to_string(format!("{built_in}{name}")).unwrap();
    let deck = read("deck.toml").replace("name = \"kam-review\"", "name = \"mine\"");
    let deck = deck.replace("[story]\norder = [", SECTIONS);
    kamslides.file("mine/deck.toml", change(deck)).file("mine/theme.toml", read("theme.toml"));
    for (part, bytes) in DeckTemplate::load("kam-review").unwrap().base {
        kamslides.file(&format!("mine/base/{part}"), bytes);
    }
}

#[test]
fn sections_with_columns_of_shares_and_small_multiples_become_slides() {
    let kamslides = Kamslides::new();
    write(&kamslides, |deck| deck);
    kamslides.run(&["template", "check", "mine"]).succeeds();
    let finished = kamslides.demo("demo-fashion", &["--template", "./mine"]).run().succeeds();
    let report = finished.report();
    let kind = |slug: &str| -> Value {
        let charts = report["charts"].as_array().unwrap();
        charts.iter().find(|chart| chart["request"] == slug).unwrap_or_else(|| panic!("{report}"))["kind"]
            .clone()
    };
    assert_eq!([kind("product-shares"), kind("product-panels")], ["percent-columns", "small-multiples"]);
    let deck = finished.deck();
    let slides: Vec<&String> = deck.0.keys().filter(|part| part.starts_with("ppt/slides/slide")).collect();
    let said: String = slides.iter().map(|part| String::from_utf8_lossy(&deck.0[*part])).collect();
    for alt in ["Columns of shares of monthly sales", "Small multiples of monthly orders"] {
        assert!(said.contains(alt), "no alternative text `{alt}`");
    }
}

#[test]
fn a_chart_of_parts_is_refused_where_there_are_no_parts() {
    let kamslides = Kamslides::new();
    for kind in ["percent-columns", "small-multiples"] {
        write(&kamslides, |deck| deck.replace("columns-by-year\"", &format!("{kind}\"")));
        let said = format!("the chart `{kind}` cannot show the shape `months`");
        kamslides.run(&["template", "check", "mine"]).fails(78, &["monthly-sales-yoy", &said]);
    }
}
