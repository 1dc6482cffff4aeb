//! French, with the no-break space before a colon and the narrow one before a semicolon. Metrics differ in gender and
//! number, so no word here has to agree with one.

use super::{Alt, Dimensions, Marks, Metrics, Parts, Ranges, Spark, Tile, Weeks, Words};
use crate::format::Noun;

pub(super) static WORDS: Words = Words {
    no_data: ["pas de", "données"],
    no_data_short: "n.d.",
    not_shown: ["non", "affiché"],
    in_part: "partiel",
    several_types_bars: "Une commande peut contenir plusieurs types\u{a0}: les barres ne s\u{2019}additionnent pas.",
    several_types_lines: "Une commande peut contenir plusieurs types\u{a0}: les courbes ne s\u{2019}additionnent pas.",
    more_not_shown: |count| match count {
        1 => "1 autre élément non affiché".to_owned(),
        _ => format!("{count} autres éléments non affichés"),
    },
    left_out: |names| format!("Non affichés\u{a0}: {names}"),
    others: "les autres",
    pale_years: |first, last| format!("En clair\u{a0}: de {first} à {last}"),
    nothing: "aucun",
    shares_of: |metric, base| format!("Parts mensuelles\u{a0}: {metric}\u{202f}; {base}"),
    in_all: |amount| format!("{amount} au total"),
    base: |people| format!("base\u{a0}: {people}"),
    base_not_stated: "base non précisée",
    part: "élément",
    colon: "\u{a0}: ",
    metrics: Metrics {
        sales: "ventes",
        orders: noun("commande", "commandes", "de commandes"),
        items: noun("article", "articles", "d\u{2019}articles"),
        aov: "panier moyen",
        users: noun("client", "clients", "de clients"),
        new_users: noun("nouveau client", "nouveaux clients", "de nouveaux clients"),
        refund_amount: "remboursements",
        refund_orders: noun("commande remboursée", "commandes remboursées", "de commandes remboursées"),
    },
    dimensions: Dimensions {
        day: "jour",
        week: "semaine",
        month: "mois",
        quarter: "trimestre",
        year: "année",
        weekday: "jour de la semaine",
        product_type: "produit",
        user_type: "type de client",
        age_band: "âge",
        gender: "sexe",
        card_type: "carte",
        country: "pays",
        store: "magasin",
        channel: "canal",
    },
    parts: Parts {
        other: "Autres",
        not_stated: "Non précisé",
        women: "Femmes",
        men: "Hommes",
        new: "Nouveaux",
        returning: "Déjà clients",
        network: "Du réseau",
    },
    marks: Marks {
        columns: "Graphique en colonnes",
        stacked_columns: "Graphique en colonnes empilées",
        line: "Courbe",
        lines: "Courbes",
        share_columns: "Graphique en colonnes de parts",
        small_multiples: "Petites courbes",
        bars: "Graphique en barres",
        ring: "Graphique en anneau",
    },
    spark: Spark { last: "dernière valeur", unfinished: "en cours", highest: "maximum", lowest: "minimum" },
    tile: Tile { against: "vs", no_comparison_with: "pas de comparaison avec" },
    ranges: Ranges {
        median: "médiane",
        own_scales: "Chaque ligne a sa propre échelle\u{a0}: comparer au sein d\u{2019}une ligne. À droite, la valeur et les bornes de la moitié centrale.",
        above: "au-dessus",
        below: "au-dessous",
        within: "dans la plage",
        middle_half: |group| format!("moitié centrale\u{a0}: {group}"),
        from_to: |low, high| format!("de {low} à {high}"),
        alt: |[own, group, rows]| format!("{own} face à la moitié centrale ({group})\u{a0}: {rows}."),
    },
    weeks: Weeks {
        mondays: "sous chaque semaine, son lundi",
        in_week: |value, monday| format!("{value} la semaine du {monday}"),
        gaps: |count| format!("Semaines sans données\u{a0}: {count}."),
        events: |list| format!("Événements\u{a0}: {list}."),
        alt: |[name, days, values]| format!("{name}, une nuance par semaine, {days}\u{a0}: {values}."),
    },
    alt: Alt {
        monthly: |mark, metric| format!("{mark}\u{a0}: {metric} par mois"),
        by: |mark, metric, dimension| format!("{mark}\u{a0}: {metric} par {dimension}"),
        shares: |people| format!("Répartition en pourcentage\u{a0}: {people}"),
        one_colour_a_year: "une couleur par année",
        one_line_a_year: "une courbe par année",
        split: |list| format!("avec répartition entre {list}"),
        at: |[month, value]| format!("{month} avec {value}"),
        extremes: |[high, most], [low, least]| {
            format!("Maximum en {high} avec {most}, minimum en {low} avec {least}")
        },
        highest: |name, [month, value]| format!("{name}\u{a0}: maximum en {month} avec {value}"),
        bridge: |metric, [from, to], change| {
            format!(
                "Graphique en cascade\u{a0}: {metric}. {from}\u{202f}; {to}\u{202f}; variation\u{a0}: {change}"
            )
        },
        opening: ". ",
        item: |name, value| format!("{name}\u{a0}: {value}"),
        between: "\u{202f}; ",
        and_more: |count| match count {
            1 => "\u{202f}; et un autre".to_owned(),
            _ => format!("\u{202f}; et {count} autres"),
        },
        from_to: |name, [first, last]| format!("{name}\u{a0}: de {first} à {last}"),
        total: |total| format!("Total\u{a0}: {total}"),
        several_types: "Une commande peut contenir plusieurs types.",
        all: |metric, part| format!("{metric}, uniquement {part}"),
    },
};

const fn noun(one: &'static str, many: &'static str, of_millions: &'static str) -> Noun {
    Noun { one, many, of_millions }
}
