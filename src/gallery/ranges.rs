//! Dots on ranges, ordinary and hostile.

use super::{
    Case, Group, Subject,
    make::{CJK, LONG, MONEY},
};
use crate::{
    chart::{RangeRow, Ranges},
    domain::Unit,
};

fn range(name: &str, unit: Unit, [low, median, high]: [f64; 3], own: Option<f64>) -> RangeRow {
    RangeRow { name: name.into(), unit, low, median, high, own }
}

fn ranges_of(subject: &str, rows: Vec<RangeRow>) -> Subject {
    Subject::Ranges(Ranges { subject: subject.into(), group: "comparable shops".into(), rows })
}

/// Average order values of products: one unit, one scale.
pub fn products() -> Vec<RangeRow> {
    vec![
        range("Pay in 3", MONEY, [71.2, 80.4, 88.1], Some(92.4)),
        range("Pay in 4", MONEY, [88.0, 97.5, 118.9], Some(104.87)),
        range("Pay later", MONEY, [42.0, 55.3, 63.0], Some(31.4)),
        range("Pay in 12 with the first instalment after thirty days", MONEY, [201.0, 240.0, 266.0], None),
    ]
}

/// Every case.
pub(super) fn all() -> Vec<Case> {
    use Group::{Hostile, Ordinary};
    let metrics = vec![
        range("Average order value", MONEY, [71.2, 80.4, 88.1], Some(92.4)),
        range("Orders", Unit::Count, [820.0, 1_935.0, 4_210.0], Some(2_204.0)),
        range("Share of new shoppers", Unit::Percent, [31.0, 38.0, 46.0], Some(52.0)),
        range("Refund rate of matured months", Unit::Percent, [2.1, 3.4, 5.0], Some(1.8)),
        range(
            "Share of orders over three or more instalments",
            Unit::Percent,
            [12.0, 18.0, 29.0],
            Some(18.0),
        ),
    ];
    let many = |count: usize| {
        let row = |n: usize| {
            let at = 50.0 + 7.0 * (n % 9) as f64;
            range(
                &format!("Product {}", n + 1),
                MONEY,
                [at, at + 12.0, at + 30.0],
                Some(40.0 + 6.0 * (n % 13) as f64),
            )
        };
        (0..count).map(row).collect::<Vec<_>>()
    };
    let mut silent = products();
    (silent[0].own, silent[3].own) = (None, Some(251.0));
    let one = |values, own| vec![range("Average order value", MONEY, values, Some(own))];
    let worst = vec![
        range(LONG, MONEY, [-1e12, 0.0, 1e12], Some(1e12)),
        range(CJK, Unit::Count, [0.0001, 0.0002, 0.0004], Some(0.0003)),
        range("", Unit::Percent, [-5.0, -5.0, -5.0], Some(-5.0)),
    ];
    [
        (
            "ranges",
            Ordinary,
            "One unit, one scale; a product without a value of its own",
            ranges_of("Lumière", products()),
        ),
        (
            "ranges-own-scales",
            Ordinary,
            "Different units: each row says that its scale is its own",
            ranges_of("Lumière", metrics),
        ),
        (
            "ranges-no-dot-first",
            Hostile,
            "The first row has no value, the last one a value",
            ranges_of("Lumière", silent),
        ),
        ("ranges-one", Hostile, "One row, in the middle", ranges_of("you", one([71.2, 80.4, 88.1], 80.4))),
        (
            "ranges-one-far",
            Hostile,
            "One row, far outside",
            ranges_of("you", one([71.2, 80.4, 88.1], 1_240.0)),
        ),
        ("ranges-equal", Hostile, "No range: all the same", ranges_of("you", one([80.0, 80.0, 80.0], 80.0))),
        ("ranges-fourteen", Hostile, "Fourteen rows", ranges_of("Lumière", many(14))),
        ("ranges-many", Hostile, "Forty rows", ranges_of("Lumière", many(40))),
        (
            "ranges-far-apart",
            Ordinary,
            "Amounts too far apart for one scale",
            ranges_of(
                "Lumière",
                vec![
                    range("Sales", MONEY, [310_000.0, 640_000.0, 1_900_000.0], Some(1_420_310.0)),
                    range("Average order value", MONEY, [71.2, 80.4, 88.1], Some(92.4)),
                ],
            ),
        ),
        (
            "ranges-worst",
            Hostile,
            "200 characters, another script, no name; a million millions",
            ranges_of(LONG, worst),
        ),
    ]
    .map(Case::from)
    .into()
}
