//! Every word that a chart draws or speaks: a table a language, all of the same fields, so that none can lack one.
//!
//! Numbers and dates are printed by `format`; names that come from the data stay as they are. What is said to those who
//! make decks (warnings, errors) is English and not here.

mod english;
mod french;
mod german;
mod italian;
mod names;

use super::Style;
use crate::format::{Locale, Noun};

/// The words of one language. A word that follows a number, a name or a preposition is written as in the middle of a
/// sentence.
pub(super) struct Words {
    /// In the place of a value that there is none of, in two halves that may stand one over the other.
    pub(super) no_data: [&'static str; 2],
    /// The same where those do not fit.
    pub(super) no_data_short: &'static str,
    /// In the place of a value that is kept back.
    pub(super) not_shown: [&'static str; 2],
    /// Below a month of which the data miss days in the middle.
    pub(super) in_part: &'static str,
    /// Below bars of parts that orders can share.
    pub(super) several_types_bars: &'static str,
    /// Over lines of parts that orders can share.
    pub(super) several_types_lines: &'static str,
    /// How many parts are left out.
    pub(super) more_not_shown: fn(usize) -> String,
    /// Which parts are left out, from their list.
    pub(super) left_out: fn(&str) -> String,
    /// Lines that are only there to compare with.
    pub(super) others: &'static str,
    /// The years of lines without names, the first and the last.
    pub(super) pale_years: fn(i16, i16) -> String,
    /// In the place of a column of shares of nothing.
    pub(super) nothing: &'static str,
    /// Over columns of shares, from the metric and what stands behind them.
    pub(super) shares_of: fn(&str, &str) -> String,
    /// The sum of money behind shares.
    pub(super) in_all: fn(&str) -> String,
    /// People behind shares, from how many they are.
    pub(super) base: fn(&str) -> String,
    /// Where nobody says how many people are behind shares.
    pub(super) base_not_stated: &'static str,
    /// A name of the data where none is known.
    pub(super) part: &'static str,
    /// Between a name and what is said of it.
    pub(super) colon: &'static str,
    pub(super) metrics: Metrics,
    pub(super) dimensions: Dimensions,
    pub(super) parts: Parts,
    pub(super) marks: Marks,
    pub(super) spark: Spark,
    pub(super) tile: Tile,
    pub(super) alt: Alt,
}

/// What is measured.
pub(super) struct Metrics {
    pub(super) sales: &'static str,
    pub(super) orders: Noun,
    pub(super) items: Noun,
    pub(super) aov: &'static str,
    pub(super) users: Noun,
    pub(super) new_users: Noun,
    pub(super) refund_amount: &'static str,
    pub(super) refund_orders: Noun,
}

/// What it is broken down by.
pub(super) struct Dimensions {
    pub(super) day: &'static str,
    pub(super) week: &'static str,
    pub(super) month: &'static str,
    pub(super) quarter: &'static str,
    pub(super) year: &'static str,
    pub(super) weekday: &'static str,
    pub(super) product_type: &'static str,
    pub(super) user_type: &'static str,
    pub(super) age_band: &'static str,
    pub(super) gender: &'static str,
    pub(super) card_type: &'static str,
    pub(super) country: &'static str,
    pub(super) store: &'static str,
    pub(super) channel: &'static str,
}

/// Parts whose names are ours, as they stand at the head of a line.
pub(super) struct Parts {
    pub(super) other: &'static str,
    pub(super) not_stated: &'static str,
    pub(super) women: &'static str,
    pub(super) men: &'static str,
    pub(super) new: &'static str,
    pub(super) returning: &'static str,
    pub(super) network: &'static str,
}

/// What a chart is called in its alternative text.
pub(super) struct Marks {
    pub(super) columns: &'static str,
    pub(super) stacked_columns: &'static str,
    pub(super) line: &'static str,
    pub(super) lines: &'static str,
    pub(super) share_columns: &'static str,
    pub(super) small_multiples: &'static str,
    pub(super) bars: &'static str,
    pub(super) ring: &'static str,
}

/// What is spoken of a line of values.
pub(super) struct Spark {
    /// Before its last value.
    pub(super) last: &'static str,
    /// Behind it, when its time is not over.
    pub(super) unfinished: &'static str,
    /// Before its highest and its lowest value.
    pub(super) highest: &'static str,
    pub(super) lowest: &'static str,
}

/// What stands beside the change of a number.
pub(super) struct Tile {
    /// Before what it is compared with.
    pub(super) against: &'static str,
    /// Before what it cannot be compared with.
    pub(super) no_comparison_with: &'static str,
}

/// The sentences of alternative texts. Those of one chart are put together in `alt`.
pub(super) struct Alt {
    /// A metric over months, from the mark and the metric.
    pub(super) monthly: fn(&str, &str) -> String,
    /// A metric over parts, from the mark, the metric and what they are parts of.
    pub(super) by: fn(&str, &str, &str) -> String,
    /// Shares of people, from who they are.
    pub(super) shares: fn(&str) -> String,
    /// How years are told apart, behind a comma.
    pub(super) one_colour_a_year: &'static str,
    pub(super) one_line_a_year: &'static str,
    /// What columns are split into, from the list.
    pub(super) split: fn(&str) -> String,
    /// A month with its value.
    pub(super) at: fn([&str; 2]) -> String,
    /// The highest and the lowest month, each with its value.
    pub(super) extremes: fn([&str; 2], [&str; 2]) -> String,
    /// The highest month of one of several lines, from its name.
    pub(super) highest: fn(&str, [&str; 2]) -> String,
    /// A way from one total to another, from the metric, both totals and the change.
    pub(super) bridge: fn(&str, [&str; 2], &str) -> String,
    /// What stands before a list of values.
    pub(super) opening: &'static str,
    /// A name with its value in such a list.
    pub(super) item: fn(&str, &str) -> String,
    /// Between two of them: no comma where a comma is part of a number.
    pub(super) between: &'static str,
    /// How many are not in the list, with what stands before it.
    pub(super) and_more: fn(usize) -> String,
    /// A part with its first and its last share.
    pub(super) from_to: fn(&str, [&str; 2]) -> String,
    /// The sum of a ring.
    pub(super) total: fn(&str) -> String,
    /// That orders can share parts.
    pub(super) several_types: &'static str,
    /// A metric of which one part is all, from the metric and the part.
    pub(super) all: fn(&str, &str) -> String,
}

impl Words {
    /// The words of a locale.
    pub(super) fn of(locale: Locale) -> &'static Self {
        match locale {
            Locale::EnGb => &english::WORDS,
            Locale::ItIt => &italian::WORDS,
            Locale::FrFr => &french::WORDS,
            Locale::DeDe => &german::WORDS,
        }
    }
}

impl Style<'_> {
    /// The words of the chart's language.
    pub(super) fn words(&self) -> &'static Words {
        Words::of(self.format.locale())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::{Currency, Dimension, Metric, Unit},
        format::Format,
        text::missing_glyphs,
    };

    /// Every word of a table. A field that is not listed here does not compile.
    fn all(words: &Words) -> Vec<String> {
        let Words {
            no_data, no_data_short, not_shown, in_part, several_types_bars, several_types_lines, ..
        } = words;
        let Words { more_not_shown, base, base_not_stated, part, colon, .. } = words;
        let Words { left_out, others, pale_years, nothing, shares_of, in_all, .. } = words;
        let Words { metrics, dimensions, parts, marks, spark, tile, alt, .. } = words;
        let Spark { last, unfinished, highest: spark_highest, lowest } = spark;
        let Tile { against, no_comparison_with } = tile;
        let Metrics { sales, orders, items, aov, users, new_users, refund_amount, refund_orders } = metrics;
        let Dimensions { day, week, month, quarter, year, weekday, product_type, .. } = dimensions;
        let Dimensions { user_type, age_band, gender, card_type, country, store, channel, .. } = dimensions;
        let Parts { other, not_stated, women, men, new, returning, network } = parts;
        let Marks { columns, stacked_columns, line, lines, bars, ring, share_columns, small_multiples } =
            marks;
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
        fixed.map(str::to_owned).chain(made).collect()
    }

    fn letters(text: &str) -> impl Iterator<Item = String> {
        let words = text.split(|c: char| !c.is_alphabetic()).filter(|word| word.len() > 1);
        words.map(str::to_lowercase)
    }

    #[test]
    fn no_table_has_an_english_word_left_or_a_sign_that_the_font_lacks() {
        let english: Vec<String> =
            all(Words::of(Locale::EnGb)).iter().flat_map(|text| letters(text)).collect();
        for (locale, shared) in [
            (Locale::ItIt, &["base", "vs"][..]),
            (Locale::FrFr, &["base", "total", "type", "types", "vs"]),
            (Locale::DeDe, &["in"]),
        ] {
            for text in all(Words::of(locale)) {
                let left =
                    letters(&text).find(|word| english.contains(word) && !shared.contains(&word.as_str()));
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
        assert_eq!(
            each(13_240.0),
            ["13.2k orders", "13,2K ordini", "13,2~k commandes", "13.240 Bestellungen"]
        );
        assert_eq!(
            each(2e6),
            ["2.00m orders", "2,00~Mln di ordini", "2,00~M de commandes", "2,00~Mio. Bestellungen"]
        );
        let base = |locale: Locale| {
            Words::of(locale).base_of(3_202, Metric::Users, &Format::new(locale, None)).replace('\u{a0}', "~")
        };
        assert_eq!(
            Locale::ALL.map(base),
            [
                "base 3,202 shoppers",
                "base: 3202 clienti",
                "base~: 3\u{202f}202 clients",
                "Basis: 3.202 Kunden"
            ]
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
}
