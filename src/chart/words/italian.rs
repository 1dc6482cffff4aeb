//! Italian. Metrics differ in gender and number, so no word here has to agree with one.

use super::{Alt, Dimensions, Marks, Metrics, Parts, Ranges, Spark, Tile, Weeks, Words};
use crate::format::Noun;

pub(super) static WORDS: Words = Words {
    no_data: ["nessun", "dato"],
    no_data_short: "n.d.",
    not_shown: ["non", "mostrato"],
    in_part: "parziale",
    several_types_bars: "Un ordine può contenere più tipi: le barre non si sommano.",
    several_types_lines: "Un ordine può contenere più tipi: le linee non si sommano.",
    more_not_shown: |count| match count {
        1 => "1 altra voce non mostrata".to_owned(),
        _ => format!("{count} altre voci non mostrate"),
    },
    left_out: |names| format!("Non mostrate: {names}"),
    others: "le altre voci",
    pale_years: |first, last| format!("Chiare: dal {first} al {last}"),
    nothing: "nulla",
    shares_of: |metric, base| format!("Quote mensili: {metric}; {base}"),
    in_all: |amount| format!("{amount} in totale"),
    base: |people| format!("base: {people}"),
    base_not_stated: "base non indicata",
    part: "voce",
    colon: ": ",
    metrics: Metrics {
        sales: "vendite",
        orders: noun("ordine", "ordini", "di ordini"),
        items: noun("articolo", "articoli", "di articoli"),
        aov: "valore medio dell\u{2019}ordine",
        users: noun("cliente", "clienti", "di clienti"),
        new_users: noun("nuovo cliente", "nuovi clienti", "di nuovi clienti"),
        refund_amount: "rimborsi",
        refund_orders: noun("ordine rimborsato", "ordini rimborsati", "di ordini rimborsati"),
    },
    dimensions: Dimensions {
        day: "giorno",
        week: "settimana",
        month: "mese",
        quarter: "trimestre",
        year: "anno",
        weekday: "giorno della settimana",
        product_type: "prodotto",
        user_type: "tipo di cliente",
        age_band: "età",
        gender: "genere",
        card_type: "carta",
        country: "paese",
        store: "negozio",
        channel: "canale",
    },
    parts: Parts {
        other: "Altro",
        not_stated: "Non indicato",
        women: "Donne",
        men: "Uomini",
        new: "Nuovi",
        returning: "Di ritorno",
        network: "Dalla rete",
    },
    marks: Marks {
        columns: "Grafico a colonne",
        stacked_columns: "Grafico a colonne in pila",
        line: "Grafico a linea",
        lines: "Grafico a linee",
        share_columns: "Grafico a colonne di quote",
        small_multiples: "Piccoli grafici a linee",
        bars: "Grafico a barre",
        ring: "Grafico ad anello",
    },
    spark: Spark { last: "ultimo valore", unfinished: "non concluso", highest: "massimo", lowest: "minimo" },
    tile: Tile { against: "vs", no_comparison_with: "nessun confronto con" },
    ranges: Ranges {
        median: "mediana",
        own_scales: "Ogni riga ha la propria scala: confrontare solo nella stessa riga. A destra il valore e gli estremi della metà centrale.",
        above: "sopra",
        below: "sotto",
        within: "dentro",
        middle_half: |group| format!("metà centrale: {group}"),
        from_to: |low, high| format!("da {low} a {high}"),
        alt: |[own, group, rows]| format!("{own} a confronto con la metà centrale ({group}): {rows}."),
    },
    weeks: Weeks {
        mondays: "sotto ogni settimana, il suo lunedì",
        in_week: |value, monday| format!("{value} nella settimana del {monday}"),
        gaps: |count| format!("Settimane senza dati: {count}."),
        events: |list| format!("Eventi: {list}."),
        alt: |[name, days, values]| format!("{name}, una tonalità per settimana, {days}: {values}."),
    },
    alt: Alt {
        monthly: |mark, metric| format!("{mark}: {metric} per mese"),
        by: |mark, metric, dimension| format!("{mark}: {metric} per {dimension}"),
        shares: |people| format!("Quote in percentuale: {people}"),
        one_colour_a_year: "un colore per anno",
        one_line_a_year: "una linea per anno",
        split: |list| format!("con la suddivisione in {list}"),
        at: |[month, value]| format!("{month} con {value}"),
        extremes: |[high, most], [low, least]| {
            format!("Massimo nel {high} con {most}, minimo nel {low} con {least}")
        },
        highest: |name, [month, value]| format!("{name}: massimo nel {month} con {value}"),
        bridge: |metric, [from, to], change| {
            format!("Grafico a cascata: {metric}. {from}; {to}; variazione: {change}")
        },
        opening: ". ",
        item: |name, value| format!("{name}: {value}"),
        between: "; ",
        and_more: |count| match count {
            1 => "; e un\u{2019}altra voce".to_owned(),
            _ => format!("; e altre {count} voci"),
        },
        from_to: |name, [first, last]| format!("{name}: da {first} a {last}"),
        total: |total| format!("Totale: {total}"),
        several_types: "Un ordine può contenere più tipi.",
        all: |metric, part| format!("{metric}, solo {part}"),
    },
};

const fn noun(one: &'static str, many: &'static str, of_millions: &'static str) -> Noun {
    Noun { one, many, of_millions }
}
