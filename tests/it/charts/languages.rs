//! Charts in every language: no English is left, words fit, and axes print as their readers expect.

use super::{
    samples::{self, Draw as _, Sample},
    says, texts,
};
use kamslides::{
    chart::Chart,
    dataset::{Dataset, NOT_STATED, OTHER, Series},
    domain::{Dimension, Month},
    format::{Format, Locale},
};
use std::collections::BTreeSet;

/// Words of two letters and more, in small letters.
fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphabetic()).filter(|word| word.chars().count() > 1).map(str::to_lowercase)
}

/// Every word that a chart draws or speaks.
fn said(chart: &Chart) -> BTreeSet<String> {
    let drawn = texts(&chart.svg);
    drawn.iter().flat_map(|(text, _)| words(text)).chain(words(&chart.alt)).collect()
}

/// The words of names and notes that come from the data.
fn of_data(sample: &Sample) -> BTreeSet<String> {
    let is_own = |name: &str, dimension: Option<&Dimension>| {
        let is_translated = matches!(dimension, Some(Dimension::Gender | Dimension::UserType));
        is_translated || name == OTHER || name == NOT_STATED
    };
    let dataset = &sample.dataset;
    let parts = dataset.parts().iter().map(|part| (part.name.as_str(), Some(&part.dimension)));
    let series = dataset.series().iter().filter_map(|series| series.part.as_deref());
    let series = series.map(|name| (name, dataset.parts_of.as_ref()));
    let names = parts.chain(series).filter(|(name, dimension)| !is_own(name, *dimension));
    let notes = sample.notes.iter().map(|note| note.text.as_str());
    let events = sample.events.iter().map(|event| event.text.as_str());
    names.map(|(name, _)| name).chain(notes).chain(events).flat_map(words).collect()
}

/// A dataset with every value so many times as large.
fn scaled(dataset: &Dataset, times: f64) -> Dataset {
    let larger = |series: &Series| {
        let values = series.values.iter().map(|value| value.map(|v| v * times)).collect();
        Series { values, ..series.clone() }
    };
    let series = dataset.series().iter().map(larger).collect();
    Dataset::new(dataset.request(), dataset.index().clone(), series).unwrap()
}

/// The names of months, some of which languages share.
fn months_of(locale: Locale) -> BTreeSet<String> {
    let format = Format::new(locale, None);
    let months = (1..=12).filter_map(|number| Month::new(2025, number));
    months.flat_map(|month| [format.month_name(month), format.month_short(month)]).flat_map(words).collect()
}

#[test]
fn no_english_word_is_left_in_another_language() {
    let english: BTreeSet<String> = samples::all()
        .iter()
        .flat_map(|sample| {
            let names = of_data(sample);
            said(&sample.draw().unwrap()).into_iter().filter(move |word| !names.contains(word))
        })
        .collect();
    assert!(english.len() > 60, "{english:?}");
    for (locale, shared) in [
        (Locale::ItIt, &["base"][..]),
        (Locale::FrFr, &["base", "total", "type", "types"]),
        (Locale::DeDe, &["in"]),
    ] {
        let months = months_of(locale);
        for sample in samples::all() {
            let names = of_data(&sample);
            let left: Vec<String> = said(&sample.draw_in(locale, 1).unwrap())
                .into_iter()
                .filter(|word| english.contains(word) && !names.contains(word))
                .filter(|word| !shared.contains(&word.as_str()) && !months.contains(word))
                .collect();
            assert_eq!(left, Vec::<String>::new(), "{locale}: {}", sample.name);
        }
    }
}

#[test]
fn missing_months_say_so_in_every_language() {
    // Where the words do not fit in the place of a column, their abbreviation does.
    for (locale, [whole, second, least]) in Locale::ALL.into_iter().zip([
        ["no data", "data", "n/a"],
        ["nessun dato", "dato", "n.d."],
        ["pas de données", "données", "n.d."],
        ["keine Daten", "Daten", "k.\u{202f}A."],
    ]) {
        let chart = samples::sales_with_gaps().draw_in(locale, 1).unwrap();
        let count = texts(&chart.svg).iter().filter(|(text, _)| text == least || text == second).count();
        assert_eq!(count, 2, "{locale}: a gap in either year");
        assert!(says(&samples::aov().draw_in(locale, 1).unwrap(), whole), "{locale}");
    }
}

#[test]
fn axes_have_their_decimals_and_their_unit_once() {
    // The value axis is drawn first of all that is right-aligned; every tick but the top one is bare.
    let ticks = |sample: &Sample, locale| -> Vec<String> {
        let chart = sample.draw_in(locale, 1).unwrap();
        let is_tick = |element: &&str| element.contains("text-anchor=\"end\"");
        let elements = chart.svg.lines().filter(|line| line.starts_with("<text")).filter(is_tick);
        let text = |element: &str| element.split_once('>').unwrap().1.replace("</text>", "");
        elements.map(text).collect()
    };
    let each = |sample: &Sample| Locale::ALL.map(|locale| ticks(sample, locale));
    assert_eq!(
        each(&samples::sales_over(2)),
        [
            vec!["0", "25", "50", "75", "100", "€125k"],
            vec!["0", "25", "50", "75", "100", "125K\u{a0}€"],
            vec!["0", "25", "50", "75", "100", "125\u{a0}k\u{a0}€"],
            vec!["0", "25.000", "50.000", "75.000", "100.000", "125.000\u{a0}€"],
        ]
    );
    let mut millions = samples::sales_over(1);
    millions.dataset = scaled(&millions.dataset, 20.0);
    for (ticks, want) in each(&millions).iter().zip([
        ["0", "0.5", "1.0", "€1.5m"],
        ["0", "0,5", "1,0", "1,5\u{a0}Mln\u{a0}€"],
        ["0", "0,5", "1,0", "1,5\u{a0}M\u{a0}€"],
        ["0", "0,5", "1,0", "1,5\u{a0}Mio.\u{a0}€"],
    ]) {
        assert_eq!(ticks, &want);
    }
}

#[test]
fn the_alternative_text_reads_as_written_by_hand() {
    let alt = |sample: Sample, locale| {
        sample.draw_in(locale, 1).unwrap().alt.replace('\u{a0}', "~").replace('\u{202f}', "_")
    };
    let each = |sample: fn() -> Sample| Locale::ALL.map(|locale| alt(sample(), locale)).join("\n");
    insta::assert_snapshot!("alt-columns-by-year", each(|| samples::sales_over(2)));
    insta::assert_snapshot!("alt-lines-by-year", each(|| samples::sales_over(3)));
    insta::assert_snapshot!("alt-stacked-columns", each(samples::orders_by_user_type));
    insta::assert_snapshot!("alt-lines-of-parts", each(samples::overlapping_types_over_time));
    insta::assert_snapshot!("alt-card", each(samples::one_month_of_aov));
    insta::assert_snapshot!("alt-donut", each(samples::orders_by_product));
    insta::assert_snapshot!("alt-bars-aov", each(samples::aov_by_product));
    insta::assert_snapshot!("alt-bars-many", each(samples::many_products));
    insta::assert_snapshot!("alt-bars-overlapping", each(samples::overlapping_orders));
    insta::assert_snapshot!("alt-panels", each(samples::demographics));
}
