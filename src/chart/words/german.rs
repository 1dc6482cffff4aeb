//! German. Metrics differ in gender and number, so no word here has to agree with one.

use super::{Alt, Dimensions, Marks, Metrics, Parts, Ranges, Spark, Tile, Weeks, Words};
use crate::format::Noun;

pub(super) static WORDS: Words = Words {
    no_data: ["keine", "Daten"],
    no_data_short: "k.\u{202f}A.",
    not_shown: ["nicht", "gezeigt"],
    in_part: "teilweise",
    several_types_bars: "Eine Bestellung kann mehrere Arten enthalten: Die Balken lassen sich nicht addieren.",
    several_types_lines: "Eine Bestellung kann mehrere Arten enthalten: Die Linien lassen sich nicht addieren.",
    more_not_shown: |count| match count {
        1 => "1 weitere Gruppe nicht gezeigt".to_owned(),
        _ => format!("{count} weitere Gruppen nicht gezeigt"),
    },
    left_out: |names| format!("Nicht gezeigt: {names}"),
    others: "die übrigen",
    pale_years: |first, last| format!("Blass: {first} bis {last}"),
    nothing: "nichts",
    shares_of: |metric, base| format!("Anteile pro Monat: {metric}; {base}"),
    in_all: |amount| format!("insgesamt {amount}"),
    base: |people| format!("Basis: {people}"),
    base_not_stated: "Basis nicht angegeben",
    part: "Gruppe",
    colon: ": ",
    metrics: Metrics {
        sales: "Umsatz",
        orders: noun("Bestellung", "Bestellungen"),
        items: noun("Artikel", "Artikel"),
        aov: "durchschnittlicher Bestellwert",
        users: noun("Kunde", "Kunden"),
        new_users: noun("Neukunde", "Neukunden"),
        refund_amount: "Erstattungen",
        refund_orders: noun("erstattete Bestellung", "erstattete Bestellungen"),
    },
    dimensions: Dimensions {
        day: "Tag",
        week: "Woche",
        month: "Monat",
        quarter: "Quartal",
        year: "Jahr",
        weekday: "Wochentag",
        product_type: "Produkt",
        user_type: "Kundenart",
        age_band: "Alter",
        gender: "Geschlecht",
        card_type: "Karte",
        country: "Land",
        store: "Filiale",
        channel: "Kanal",
    },
    parts: Parts {
        other: "Sonstige",
        not_stated: "Keine Angabe",
        women: "Frauen",
        men: "Männer",
        new: "Neukunden",
        returning: "Bestandskunden",
        network: "Netzwerkkunden",
    },
    marks: Marks {
        columns: "Säulendiagramm",
        stacked_columns: "Gestapeltes Säulendiagramm",
        line: "Liniendiagramm",
        lines: "Liniendiagramm",
        share_columns: "Säulendiagramm der Anteile",
        small_multiples: "Kleine Liniendiagramme",
        bars: "Balkendiagramm",
        ring: "Ringdiagramm",
    },
    spark: Spark {
        last: "zuletzt",
        unfinished: "nicht abgeschlossen",
        highest: "höchster Wert",
        lowest: "niedrigster Wert",
    },
    tile: Tile { against: "ggü.", no_comparison_with: "kein Vergleich mit" },
    ranges: Ranges {
        median: "Median",
        own_scales: "Jede Zeile hat ihre eigene Skala: nur innerhalb einer Zeile vergleichen. Rechts der Wert und die Grenzen der mittleren Hälfte.",
        above: "darüber",
        below: "darunter",
        within: "innerhalb",
        middle_half: |group| format!("mittlere Hälfte: {group}"),
        from_to: |low, high| format!("{low} bis {high}"),
        alt: |[own, group, rows]| format!("{own} gegenüber der mittleren Hälfte ({group}): {rows}."),
    },
    weeks: Weeks {
        mondays: "unter jeder Woche ihr Montag",
        in_week: |value, monday| format!("{value} in der Woche ab {monday}"),
        gaps: |count| format!("Wochen ohne Daten: {count}."),
        events: |list| format!("Ereignisse: {list}."),
        alt: |[name, days, values]| format!("{name}, eine Tönung pro Woche, {days}: {values}."),
    },
    alt: Alt {
        monthly: |mark, metric| format!("{mark}: {metric} pro Monat"),
        by: |mark, metric, dimension| format!("{mark}: {metric} nach {dimension}"),
        shares: |people| format!("Anteile in Prozent: {people}"),
        one_colour_a_year: "eine Farbe pro Jahr",
        one_line_a_year: "eine Linie pro Jahr",
        split: |list| format!("aufgeteilt in {list}"),
        at: |[month, value]| format!("{month} mit {value}"),
        extremes: |[high, most], [low, least]| {
            format!("Höchster Wert im {high} mit {most}, niedrigster im {low} mit {least}")
        },
        highest: |name, [month, value]| format!("{name}: höchster Wert im {month} mit {value}"),
        bridge: |metric, [from, to], change| {
            format!("Wasserfalldiagramm: {metric}. {from}; {to}; Veränderung: {change}")
        },
        opening: ". ",
        item: |name, value| format!("{name}: {value}"),
        between: "; ",
        and_more: |count| match count {
            1 => "; und eine weitere Gruppe".to_owned(),
            _ => format!("; und {count} weitere Gruppen"),
        },
        from_to: |name, [first, last]| format!("{name}: von {first} auf {last}"),
        total: |total| format!("Gesamt: {total}"),
        several_types: "Eine Bestellung kann mehrere Arten enthalten.",
        all: |metric, part| format!("{metric}, ausschließlich {part}"),
    },
};

const fn noun(one: &'static str, many: &'static str) -> Noun {
    Noun { one, many, of_millions: many }
}
