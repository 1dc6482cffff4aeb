//! What holds for every table of words.

use super::*;
use crate::{
    domain::{Currency, Dimension, Metric, Unit},
    format::Format,
    text::missing_glyphs,
};

/// Every word of a table. A field that is not listed here does not compile.
fn all(words: &Words) -> Vec<String> {
    let Words { no_data, no_data_short, not_shown, in_part, several_types_bars, several_types_lines, .. } =
        words;
    let Words { more_not_shown, base, base_not_stated, part, colon, .. } = words;
    let Words { left_out, others, pale_years, nothing, shares_of, in_all, .. } = words;
    let Words { metrics, dimensions, parts, marks, spark, tile, ranges, weeks, alt, .. } = words;
    let Spark { last, unfinished, highest: spark_highest, lowest } = spark;
    let Tile { against, no_comparison_with } = tile;
    let Metrics { sales, orders, items, aov, users, new_users, refund_amount, refund_orders } = metrics;
    let Dimensions { day, week, month, quarter, year, weekday, product_type, .. } = dimensions;
    let Dimensions { user_type, age_band, gender, card_type, country, store, channel, .. } = dimensions;
    let Parts { other, not_stated, women, men, new, returning, network } = parts;
    let Marks { columns, stacked_columns, line, lines, bars, ring, share_columns, small_multiples } = marks;
    let Alt { monthly, by, shares, one_colour_a_year, one_line_a_year, split, at, .. } = alt;
    let Alt { extremes, highest, opening, item, between, and_more, total, .. } = alt;
    let Alt { several_types, all, from_to, bridge, .. } = alt;
    let fixed = [
        no_data_short,
        last,
        unfinished,
        spark_highest,
        lowest,
        against,
        no_comparison_with,
        in_part,
        others,
        nothing,
        share_columns,
        small_multiples,
        several_types_bars,
        several_types_lines,
        base_not_stated,
        part,
        colon,
        sales,
        aov,
        refund_amount,
        day,
        week,
        month,
        quarter,
        year,
        weekday,
        product_type,
        user_type,
        age_band,
        gender,
        card_type,
        country,
        store,
        channel,
        other,
        not_stated,
        women,
        men,
        new,
        returning,
        network,
        columns,
        stacked_columns,
        line,
        lines,
        bars,
        ring,
        one_colour_a_year,
        one_line_a_year,
        opening,
        between,
        several_types,
    ];
    let nouns = [orders, items, users, new_users, refund_orders];
    let nouns = nouns.into_iter().flat_map(|noun| [noun.one, noun.many, noun.of_millions]);
    let made = [
        more_not_shown(1),
        more_not_shown(2),
        left_out("1"),
        pale_years(1, 2),
        shares_of("1", "2"),
        in_all("1"),
        from_to("1", ["2", "3"]),
        base("7"),
        monthly("1", "2"),
        by("1", "2", "3"),
        shares("1"),
        split("1"),
        at(["1", "2"]),
        extremes(["1", "2"], ["3", "4"]),
        highest("1", ["2", "3"]),
        bridge("1", ["2", "3"], "4"),
        item("1", "2"),
        and_more(1),
        and_more(2),
        total("1"),
        all("1", "2"),
    ];
    let fixed = fixed.into_iter().chain(no_data).chain(not_shown).copied().chain(nouns);
    fixed.map(str::to_owned).chain(made).chain(of_ranges(ranges)).chain(of_weeks(weeks)).collect()
}

fn of_ranges(ranges: &Ranges) -> Vec<String> {
    let Ranges { median, own_scales, above, below, within, middle_half, from_to, alt } = ranges;
    let fixed = [median, own_scales, above, below, within].map(|text| (*text).to_owned());
    fixed.into_iter().chain([middle_half("1"), from_to("1", "2"), alt(["1", "2", "3"])]).collect()
}

fn of_weeks(weeks: &Weeks) -> Vec<String> {
    let Weeks { mondays, in_week, gaps, events, alt } = weeks;
    vec![(*mondays).to_owned(), in_week("1", "2"), gaps(1), gaps(2), events("1"), alt(["1", "2", "3"])]
}

fn letters(text: &str) -> impl Iterator<Item = String> {
    let words = text.split(|c: char| !c.is_alphabetic()).filter(|word| word.len() > 1);
    words.map(str::to_lowercase)
}

#[test]
fn no_table_has_an_english_word_left_or_a_sign_that_the_font_lacks() {
    let english: Vec<String> = all(Words::of(Locale::EnGb)).iter().flat_map(|text| letters(text)).collect();
    for (locale, shared) in [
        (Locale::ItIt, &["base", "in", "vs"][..]),
        (Locale::FrFr, &["base", "total", "type", "types", "vs"]),
        (Locale::DeDe, &["in", "median"]),
    ] {
        for text in all(Words::of(locale)) {
            let left = letters(&text).find(|word| english.contains(word) && !shared.contains(&word.as_str()));
            assert_eq!(left, None, "{locale}: `{text}`");
            assert_eq!(missing_glyphs(&text), Vec::<char>::new(), "{locale}: `{text}`");
        }
    }
}

#[test]
fn values_stand_with_what_they_count() {
    let said = |locale, value| {
        let format = Format::new(locale, Some(Currency::EUR));
        let said = Words::of(locale).counted((value, Unit::Count), Metric::Orders, &format);
        said.replace('\u{a0}', "~")
    };
    let each = |value| Locale::ALL.map(|locale| said(locale, value));
    assert_eq!(each(1.0), ["1 order", "1 ordine", "1 commande", "1 Bestellung"]);
    assert_eq!(each(13_240.0), ["13.2k orders", "13,2K ordini", "13,2~k commandes", "13.240 Bestellungen"]);
    assert_eq!(
        each(2e6),
        ["2.00m orders", "2,00~Mln di ordini", "2,00~M de commandes", "2,00~Mio. Bestellungen"]
    );
    let base = |locale: Locale| {
        Words::of(locale).base_of(3_202, Metric::Users, &Format::new(locale, None)).replace('\u{a0}', "~")
    };
    assert_eq!(
        Locale::ALL.map(base),
        ["base 3,202 shoppers", "base: 3202 clienti", "base~: 3\u{202f}202 clients", "Basis: 3.202 Kunden"]
    );
}

#[test]
fn our_own_parts_are_translated_and_those_of_the_data_are_not() {
    let each = |name, dimension: Option<Dimension>| {
        Locale::ALL.map(|locale| Words::of(locale).part_name(name, dimension.as_ref()))
    };
    assert_eq!(each("Women", Some(Dimension::Gender)), ["Women", "Donne", "Femmes", "Frauen"]);
    assert_eq!(each("New", Some(Dimension::UserType)), ["New", "Nuovi", "Nouveaux", "Neukunden"]);
    assert_eq!(each("New", Some(Dimension::ProductType)), ["New"; 4]);
    assert_eq!(each("Other", None), ["Other", "Altro", "Autres", "Sonstige"]);
    assert_eq!(each("Pay in 3", None), ["Pay in 3"; 4]);
}
