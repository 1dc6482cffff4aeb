//! Columns of shares, small multiples and greyed lines.

use super::samples::{
    Sample, drawn_as, months, orders_by_user_type, orders_of_many_types, overlapping_types_over_time,
    partial, sales_by_product, stacked, wave,
};
use kamslides::{
    domain::{Metric, Review},
    gallery::make::{review, sales},
    template::ChartKind,
};

/// Shares of each month's sales, of orders with values inside, and of many types.
pub(crate) fn percent_columns() -> [Sample; 3] {
    let mut types = drawn_as("percent-other", ChartKind::PercentColumns, orders_of_many_types());
    types.dataset.partial = vec![partial(11, "2025-06-01", "2025-06-17")];
    [
        drawn_as("percent-30-months", ChartKind::PercentColumns, sales_by_product()),
        drawn_as("percent-6-months", ChartKind::PercentColumns, orders_by_user_type()),
        types,
    ]
}

/// Orders of fourteen departments over 30 months.
pub(crate) fn orders_by_department() -> Sample {
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
    let mut sample = stacked("multiples-14-parts", Metric::Orders, &PARTS, 30);
    sample.kind = ChartKind::SmallMultiples;
    sample
}

/// Small multiples of three, four, seven and fourteen parts.
pub(crate) fn small_multiples() -> [Sample; 4] {
    let mut types = drawn_as("multiples-7-parts", ChartKind::SmallMultiples, orders_of_many_types());
    types.dataset.partial = vec![partial(11, "2025-06-01", "2025-06-17")];
    types.review = review("2024-07-01", "2025-06-17");
    let mut three = drawn_as("multiples-3-parts", ChartKind::SmallMultiples, sales_by_product());
    three.review =
        Review::new(three.review.history(), Some(review("2025-04-01", "2025-06-30").history())).unwrap();
    [
        three,
        drawn_as("multiples-4-parts", ChartKind::SmallMultiples, overlapping_types_over_time()),
        types,
        orders_by_department(),
    ]
}

/// More overlapping types than colours can tell apart.
pub(crate) fn many_overlapping_types() -> Sample {
    let mut sample = drawn_as("lines-greyed", ChartKind::StackedColumns, orders_of_many_types());
    sample.dataset.adds_up = Some(false);
    sample
}

/// One month of several parts.
pub(crate) fn one_month_by_part() -> Sample {
    let parts = [("New", 0.4), ("Returning", 0.35), ("Network", 0.25)];
    stacked("bars-one-month", Metric::Orders, &parts, 1)
}

/// Twelve years of months.
pub(crate) fn sales_over_twelve_years() -> Sample {
    let index = months("2013-07", 144, "2013-07");
    sales("lines-twelve-years", "", index, wave(144, 20_000.0, 7), review("2013-07-01", "2025-06-30"))
}

/// Every sample.
pub(crate) fn all() -> Vec<Sample> {
    let lines = [sales_over_twelve_years(), many_overlapping_types(), one_month_by_part()];
    lines.into_iter().chain(percent_columns()).chain(small_multiples()).collect()
}
