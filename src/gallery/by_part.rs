//! Parts over months as shares and as small multiples, ordinary and hostile.

use super::{
    Sample,
    make::{self, months, partial, review, series, stacked},
    ordinary,
};
use crate::{
    domain::{Metric, Review},
    template::ChartKind::{self, PercentColumns, SmallMultiples, StackedColumns},
};

/// Every ordinary sample.
pub fn ordinary() -> Vec<Sample> {
    percent_columns().into_iter().chain(small_multiples()).collect()
}

/// Shares of each month's sales, of orders with values inside, and of many types.
pub fn percent_columns() -> [Sample; 3] {
    let shows = "Shares of each month, the last one cut short";
    let mut types = ordinary::orders_of_many_types().renamed("percent-other", shows, PercentColumns);
    types.dataset.partial = vec![partial(11, "2025-06-01", "2025-06-17")];
    let (months, few) = ("Thirty months of shares", "Six months of shares, each with its value");
    [
        ordinary::sales_by_product().renamed("percent-30-months", months, PercentColumns),
        ordinary::orders_by_user_type().renamed("percent-6-months", few, PercentColumns),
        types,
    ]
}

/// Orders of fourteen departments over 30 months.
pub fn orders_by_department() -> Sample {
    const PARTS: [(&str, f64); 14] = [
        ("Women", 0.24),
        ("Men", 0.17),
        ("Shoes", 0.13),
        ("Children", 0.1),
        ("Accessories", 0.08),
        ("Home", 0.07),
        ("Sport", 0.05),
        ("Beauty", 0.04),
        ("Bags", 0.035),
        ("Swimwear", 0.03),
        ("Lingerie", 0.02),
        ("Toys", 0.015),
        ("Books", 0.01),
        ("Gift cards", 0.01),
    ];
    let sample = stacked("multiples-14-parts", "Fourteen parts on one scale", Metric::Orders, &PARTS, 30);
    Sample { kind: SmallMultiples, ..sample }
}

/// Small multiples of three, four, seven and fourteen parts.
pub fn small_multiples() -> [Sample; 4] {
    let shows = "Seven parts, the last month cut short";
    let mut types = ordinary::orders_of_many_types().renamed("multiples-7-parts", shows, SmallMultiples);
    types.dataset.partial = vec![partial(11, "2025-06-01", "2025-06-17")];
    types.review = review("2024-07-01", "2025-06-17");
    let mut three =
        ordinary::sales_by_product().renamed("multiples-3-parts", "Three parts on one scale", SmallMultiples);
    let focus = make::period("2025-04-01", "2025-06-30");
    three.review = Review::new(three.review.history(), Some(focus)).unwrap_or(three.review);
    let four = ordinary::overlapping_types_over_time();
    [
        three,
        four.renamed("multiples-4-parts", "Four parts that overlap", SmallMultiples),
        types,
        orders_by_department(),
    ]
}

/// Six months of parts.
fn of(name: &str, shows: &str, kind: ChartKind, rows: &[(&str, [Option<f64>; 6])]) -> Sample {
    let columns = rows.iter().map(|(part, values)| series(Metric::Orders, Some(part), values.to_vec()));
    let dataset = make::dataset(months("2025-01", 6, "2025-01"), columns.collect());
    Sample::new((name, shows), kind, Metric::Orders, review("2025-01-01", "2025-06-30"), dataset)
}

fn forty(name: &str, kind: ChartKind) -> Sample {
    let names: Vec<String> = (1..=40).map(|n| format!("{n:02}")).collect();
    let parts: Vec<(&str, f64)> =
        names.iter().enumerate().map(|(i, name)| (name.as_str(), 1.0 / (i + 2) as f64)).collect();
    Sample { kind, ..stacked(name, "Forty parts", Metric::Orders, &parts, 18) }
}

fn long_names(name: &str, kind: ChartKind) -> Sample {
    const LONG: &str = "Instalments for members after thirty days, instalments for members after sixty days, instalments \
                        for members after ninety days, and instalments for members after a hundred and twenty days";
    let parts =
        [(LONG, 0.4), ("分割払い・後払い", 0.35), ("Donaudampfschifffahrtsgesellschaftskapitän", 0.25)];
    Sample { kind, ..stacked(name, "Long names, and another script", Metric::Sales, &parts, 12) }
}

/// Every hostile sample.
pub fn hostile() -> Vec<Sample> {
    let some = |values: [f64; 6]| values.map(Some);
    let mut overlapping = forty("hostile-lines-40", StackedColumns);
    overlapping.dataset.adds_up = Some(false);
    let gaps = [
        ("New", [Some(120.0), None, Some(90.0), Some(0.0), None, Some(60.0)]),
        ("Returning", [Some(80.0), None, Some(95.0), Some(0.0), Some(40.0), Some(61.0)]),
        ("Tiny", [Some(0.2), None, Some(0.1), Some(0.0), Some(0.1), Some(0.3)]),
    ];
    let negative = [
        ("New", some([120.0, 90.0, -40.0, 30.0, 80.0, 60.0])),
        ("Returning", some([80.0, 75.0, 60.0, 20.0, 90.0, 85.0])),
    ];
    let huge = [("New", some([1e12; 6])), ("Returning", some([2.5e11, 1e3, 1.0, 0.0, 9e11, 1e12]))];
    let tiny =
        [("New", some([0.0001; 6])), ("Returning", some([0.0002, 0.0001, 0.0, 0.0003, 0.0001, 0.0001]))];
    let equal = [("New", some([50.0; 6])), ("Returning", some([50.0; 6]))];
    let missing = "A month missing, a month of zero, a part missing";
    vec![
        of("hostile-percent-gaps", missing, PercentColumns, &gaps),
        of("hostile-percent-negative", "A value below zero", PercentColumns, &negative),
        of("hostile-percent-huge", "A million millions", PercentColumns, &huge),
        of("hostile-percent-tiny", "Ten-thousandths", PercentColumns, &tiny),
        forty("hostile-percent-40", PercentColumns),
        long_names("hostile-percent-names", PercentColumns),
        of("hostile-multiples-gaps", missing, SmallMultiples, &gaps),
        of("hostile-multiples-negative", "A value below zero", SmallMultiples, &negative),
        of("hostile-multiples-huge", "A million millions", SmallMultiples, &huge),
        of("hostile-multiples-tiny", "Ten-thousandths", SmallMultiples, &tiny),
        of("hostile-multiples-equal", "Every value the same", SmallMultiples, &equal),
        forty("hostile-multiples-40", SmallMultiples),
        long_names("hostile-multiples-names", SmallMultiples),
        overlapping,
        of("hostile-stack-huge", "A million millions", StackedColumns, &huge),
        long_names("hostile-stack-names", StackedColumns),
    ]
}
