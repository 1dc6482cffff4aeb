//! What servers call the metrics and dimensions of the contract.

use crate::domain::{Dimension, Metric};
use deunicode::deunicode;

/// Names of metrics besides the contract's own, as [`key`] writes them.
const METRICS: [(Metric, &[&str]); 8] = [
    (
        Metric::Sales,
        &[
            "sale",
            "total_sales",
            "sales_total",
            "sales_amount",
            "sales_value",
            "gross_sales",
            "net_sales",
            "revenue",
            "total_revenue",
            "revenues",
            "gmv",
            "turnover",
            "amount",
            "total_amount",
            "amount_sum",
            "monthly_sales",
            "vendite",
            "fatturato",
            "ricavi",
            "ventes",
            "chiffre_d_affaires",
            "umsatz",
            "umsatze",
        ],
    ),
    (
        Metric::Orders,
        &[
            "order",
            "orders_count",
            "order_count",
            "count_orders",
            "num_orders",
            "n_orders",
            "number_of_orders",
            "nb_orders",
            "total_orders",
            "orders_total",
            "transactions",
            "ordini",
            "numero_ordini",
            "commandes",
            "bestellungen",
            "auftrage",
        ],
    ),
    (
        Metric::Items,
        &[
            "item",
            "items_count",
            "item_count",
            "order_lines",
            "line_items",
            "lines",
            "quantity",
            "qty",
            "units_sold",
        ],
    ),
    (
        Metric::Aov,
        &[
            "average_order_value",
            "avg_order_value",
            "mean_order_value",
            "average_order",
            "avg_order",
            "average_basket",
            "avg_basket",
            "avg_ticket",
            "average_ticket",
            "scontrino_medio",
            "valore_medio_ordine",
            "panier_moyen",
            "durchschnittlicher_bestellwert",
        ],
    ),
    (
        Metric::Users,
        &[
            "user",
            "total_users",
            "users_count",
            "user_count",
            "number_of_users",
            "num_users",
            "unique_users",
            "distinct_users",
            "customers",
            "total_customers",
            "customer_count",
            "customers_count",
            "unique_customers",
            "distinct_customers",
            "shoppers",
            "unique_shoppers",
            "buyers",
            "utenti",
            "clienti",
            "clients",
            "kunden",
        ],
    ),
    (
        Metric::NewUsers,
        &[
            "new_customers",
            "new_user_count",
            "new_shoppers",
            "nuovi_clienti",
            "nouveaux_clients",
            "neukunden",
        ],
    ),
    (
        Metric::RefundAmount,
        &["refunds_amount", "refunded_amount", "total_refunds", "refund_value", "amount_refunded"],
    ),
    (
        Metric::RefundOrders,
        &["refund_count", "refunds_count", "refunded_orders", "number_of_refunds", "orders_refunded"],
    ),
];

/// Names that say that there is a number, and not of what.
const UNNAMED: [&str; 10] =
    ["value", "values", "count", "counts", "n", "cnt", "number", "total", "num", "val"];

/// Names of dimensions besides the contract's own, as [`key`] writes them.
const DIMENSIONS: [(Dimension, &[&str]); 10] = [
    (
        Dimension::Month,
        &[
            "months",
            "period",
            "date",
            "order_month",
            "year_month",
            "yearmonth",
            "month_year",
            "month_start",
            "month_name",
            "order_date",
            "mese",
            "mois",
            "monat",
            "monate",
            "datum",
            "time",
            "x",
        ],
    ),
    (Dimension::Year, &["years", "order_year", "anno", "annee", "jahr"]),
    (
        Dimension::ProductType,
        &[
            "product",
            "products",
            "product_name",
            "product_types",
            "pay_product",
            "payment_product",
            "payment_type",
            "payment_plan",
            "plan",
            "item_category",
            "product_category",
            "prodotto",
            "tipo_prodotto",
            "produit",
            "type_de_produit",
            "produkt",
        ],
    ),
    (
        Dimension::UserType,
        &[
            "user_types",
            "usertype",
            "customer_type",
            "shopper_type",
            "user_segment",
            "customer_segment",
            "type_of_user",
            "user_category",
            "tipo_utente",
            "tipo_cliente",
            "type_de_client",
            "kundentyp",
        ],
    ),
    (
        Dimension::AgeBand,
        &[
            "age",
            "ages",
            "age_group",
            "age_groups",
            "age_bands",
            "age_range",
            "age_ranges",
            "age_bracket",
            "age_distribution",
            "eta",
            "fascia_eta",
            "fascia_di_eta",
            "tranche_d_age",
            "alter",
            "altersgruppe",
        ],
    ),
    (Dimension::Gender, &["genders", "sex", "gender_distribution", "sesso", "genere", "sexe", "geschlecht"]),
    (
        Dimension::CardType,
        &[
            "card",
            "cards",
            "card_types",
            "cart_type",
            "card_kind",
            "card_type_distribution",
            "cart_type_distribution",
            "payment_card",
            "tipo_carta",
            "tipo_di_carta",
            "type_de_carte",
            "kartentyp",
        ],
    ),
    (Dimension::Country, &["countries", "country_code", "country_name", "paese", "pays", "land"]),
    (Dimension::Store, &["stores", "store_name", "shop", "shop_name", "negozio", "magasin", "filiale"]),
    (Dimension::Channel, &["channels", "sales_channel", "channel_name", "canale", "canal", "kanal"]),
];

/// Names that say that there is a grouping, and not which.
const UNNAMED_GROUPS: [&str; 10] =
    ["category", "categories", "segment", "group", "name", "label", "type", "key", "bucket", "categoria"];

/// Names of a column that holds the merchant, the surest first.
const MERCHANT: [&str; 6] =
    ["merchant", "merchant_id", "merchant_token", "merchant_code", "merchantid", "merchant_name"];

/// Currency codes that stand beside a name: `sales_eur`.
const CURRENCIES: [(&str, &str); 6] =
    [("eur", "EUR"), ("euro", "EUR"), ("euros", "EUR"), ("usd", "USD"), ("gbp", "GBP"), ("chf", "CHF")];

/// A name without what stands beside it: `Sales (EUR)` is `sales`, and of a currency.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Key {
    /// Small letters, digits and `_`.
    pub(super) name: String,
    /// The currency that the name states.
    pub(super) currency: Option<&'static str>,
    /// The name states per cents.
    pub(super) percent: bool,
}

/// The key of a name: without accents, capitals, units and signs.
pub(super) fn key(name: &str) -> Key {
    if name.len() > 100 {
        return Key::default();
    }
    let (mut currency, mut percent) = (None, false);
    for (sign, code) in [('€', "EUR"), ('£', "GBP"), ('$', "USD")] {
        if name.contains(sign) {
            currency = Some(code);
        }
    }
    percent |= name.contains('%');
    let bare: String = name.chars().filter(|c| !matches!(c, '€' | '£' | '$' | '%')).collect();
    let mut words = String::new();
    let mut before_was_small = false;
    for c in deunicode(&bare).chars() {
        if c.is_ascii_uppercase() && before_was_small {
            words.push('_');
        }
        before_was_small = c.is_ascii_lowercase() || c.is_ascii_digit();
        words.push(if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' });
    }
    let mut kept: Vec<&str> = Vec::new();
    for word in words.split('_').filter(|word| !word.is_empty()) {
        match word {
            "percent" | "percentage" | "percentages" | "pct" | "perc" | "prozent" | "percentuale"
            | "pourcentage" | "share" => {
                percent = true;
            }
            _ => match CURRENCIES.iter().find(|(token, _)| *token == word) {
                Some((_, code)) => currency = Some(code),
                None => kept.push(word),
            },
        }
    }
    if percent {
        kept.retain(|word| !matches!(*word, "in" | "of" | "per" | "the"));
    }
    if kept.len() > 2 && kept[..2] == ["date", "trunc"] {
        kept.drain(..2);
        kept.truncate(1);
    }
    if kept.len() > 1 && kept[0] == "sum" {
        kept.remove(0);
    }
    Key { name: kept.join("_"), currency, percent }
}

/// The metric that a name means.
pub(super) fn metric(name: &str) -> Option<Metric> {
    let key = key(name).name;
    let own = || Metric::ALL.into_iter().find(|metric| metric.as_str() == key);
    own().or_else(|| {
        METRICS.iter().find(|(_, names)| names.contains(&key.as_str())).map(|(metric, _)| *metric)
    })
}

/// The dimension that a name means.
pub(super) fn dimension(name: &str) -> Option<Dimension> {
    let key = key(name).name;
    let own = || Dimension::TIME.into_iter().chain(Dimension::ATTRIBUTES).find(|d| d.as_str() == key);
    own().or_else(|| {
        DIMENSIONS.iter().find(|(_, names)| names.contains(&key.as_str())).map(|(d, _)| d.clone())
    })
}

/// Whether a name says that there is a number, and not of what.
pub(super) fn is_unnamed_metric(name: &str) -> bool {
    let key = key(name);
    UNNAMED.contains(&key.name.as_str()) || key.percent && key.name.is_empty()
}

/// Whether a name says that there is a grouping, and not which.
pub(super) fn is_unnamed_group(name: &str) -> bool {
    UNNAMED_GROUPS.contains(&key(name).name.as_str())
}

/// How surely a column holds the merchant: its place among the names of one.
pub(super) fn merchant(name: &str) -> Option<usize> {
    let key = key(name).name;
    MERCHANT.iter().position(|known| *known == key)
}

/// Words for a total, in the four languages.
const TOTALS: [&str; 15] = [
    "total",
    "totals",
    "subtotal",
    "subtotals",
    "totale",
    "totali",
    "subtotale",
    "totaux",
    "gesamt",
    "gesamtsumme",
    "gesamtergebnis",
    "zwischensumme",
    "summe",
    "somma",
    "somme",
];

/// Names that sum up others, besides the words for a total.
const SUMMARIES: [&str; 17] = [
    "grand_total",
    "sub_total",
    "sub_totals",
    "overall",
    "sum",
    "all",
    "ytd",
    "insgesamt",
    "totale_complessivo",
    "totale_generale",
    "total_general",
    "total_generale",
    "average",
    "avg",
    "mean",
    "median",
    "durchschnitt",
];

/// Words that make a number another number than the one asked for: of another scale, added up over time, not yet real.
const QUALIFIERS: [&str; 29] = [
    "ytd",
    "mtd",
    "qtd",
    "cumulative",
    "cumulated",
    "cum",
    "running",
    "rolling",
    "cumulato",
    "progressivo",
    "kumuliert",
    "cumul",
    "thousand",
    "thousands",
    "thsd",
    "tsd",
    "teur",
    "keur",
    "meur",
    "million",
    "millions",
    "mio",
    "mln",
    "cents",
    "centesimi",
    "growth",
    "forecast",
    "target",
    "budget",
];

/// Whether a name among others is their total, or sums them up otherwise.
pub(super) fn is_total(name: &str) -> bool {
    let key = key(name).name;
    TOTALS.contains(&key.as_str()) || SUMMARIES.contains(&key.as_str())
}

/// Whether a name may be a total, and of what cannot be known: `Total 2024`, `Pay in 3 subtotal`.
pub(super) fn may_be_total(name: &str) -> bool {
    let key = key(name).name;
    let mut words = key.split('_');
    let ends = [words.next(), words.next_back()];
    !is_total(name) && ends.into_iter().flatten().any(|word| TOTALS.contains(&word))
}

/// The word in a name that makes its numbers other numbers: `sales_ytd`, `Sales (k€)`.
pub(super) fn qualifier(name: &str) -> Option<String> {
    let key = key(name);
    let is_scale = |word: &str| key.currency.is_some() && matches!(word, "k" | "m" | "mn" | "bn" | "t");
    let found = key.name.split('_').find(|word| QUALIFIERS.contains(word) || is_scale(word));
    found.map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_leave_out_units_accents_and_capitals() {
        let key = |name: &str| key(name);
        assert_eq!(key("Sales (EUR)"), Key { name: "sales".into(), currency: Some("EUR"), percent: false });
        assert_eq!(key("totalSales").name, "total_sales");
        assert_eq!(key("Chiffre d'affaires €").name, "chiffre_d_affaires");
        assert_eq!(key("Age in percentages"), Key { name: "age".into(), currency: None, percent: true });
        assert_eq!(key("date_trunc('month', created_at)").name, "month");
        assert_eq!(key("sum(amount)").name, "amount");
    }

    #[test]
    fn names_mean_what_they_say_and_no_more() {
        assert_eq!(metric("AOV"), Some(Metric::Aov));
        assert_eq!(metric("Average Order Value"), Some(Metric::Aov));
        assert_eq!(metric("total_users"), Some(Metric::Users));
        assert_eq!(metric("total"), None);
        assert_eq!(dimension("Card type in percentages"), Some(Dimension::CardType));
        assert_eq!(dimension("Mese"), Some(Dimension::Month));
        assert_eq!(dimension("category"), None);
        assert!(
            is_unnamed_group("category") && is_unnamed_metric("percentage") && !is_unnamed_metric("sales")
        );
        assert_eq!(
            (merchant("merchantId"), merchant("merchant"), merchant("shop")),
            (Some(1), Some(0), None)
        );
    }

    #[test]
    fn totals_and_what_makes_a_number_another_are_known_by_their_words() {
        for name in ["Total", "TOTALE", "Grand total:", "Sub-total", "Gesamt", "Average", "all", "YTD"] {
            assert!(is_total(name) && !may_be_total(name), "{name}");
        }
        for name in ["Total 2024", "Total (all shops)", "Pay in 3 subtotal", "Totale vendite"] {
            assert!(may_be_total(name) && !is_total(name), "{name}");
        }
        for name in ["Media", "Totally Vegan", "Pay in 3", "Summer"] {
            assert!(!may_be_total(name) && !is_total(name), "{name}");
        }
        for name in [
            "sales_ytd",
            "Sales (k€)",
            "Sales (EUR m)",
            "cumulativeSales",
            "Umsatz TEUR",
            "Sales in thousands",
        ] {
            assert!(qualifier(name).is_some(), "{name}");
        }
        for name in ["monthly_sales_yoy", "Circle K", "sales_eur", "Sales (€)", "result"] {
            assert_eq!(qualifier(name), None, "{name}");
        }
    }

    #[test]
    fn no_name_means_two_things() {
        let mut all: Vec<&str> = METRICS.iter().flat_map(|(_, names)| names.iter().copied()).collect();
        all.extend(DIMENSIONS.iter().flat_map(|(_, names)| names.iter().copied()));
        all.extend(UNNAMED.iter().chain(&UNNAMED_GROUPS).chain(&MERCHANT));
        all.extend(Metric::ALL.iter().map(|metric| metric.as_str()));
        all.extend(Dimension::TIME.iter().chain(&Dimension::ATTRIBUTES).map(Dimension::as_str));
        for name in &all {
            assert_eq!(key(name).name, **name, "a key is written as keys are");
        }
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
    }
}
