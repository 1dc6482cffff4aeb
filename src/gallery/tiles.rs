//! Sparklines and tiles, ordinary and hostile.

use super::{
    Case, Group, Subject,
    make::{self, CJK, LONG, MONEY, wave},
};
use crate::{
    chart::{Change, Comparison, Spark, Tile},
    domain::Unit,
};

/// Thirty months of sales.
pub fn history() -> Spark {
    let mut spark = Spark::new("Monthly sales", MONEY, wave(30, 62_000.0, 1));
    spark.period = Some(make::period("2023-01-01", "2025-06-30"));
    spark
}

/// A bare sparkline of values.
pub fn line(values: &[f64]) -> Spark {
    Spark::new("Monthly sales", MONEY, values.iter().copied().map(Some).collect())
}

/// Every sparkline.
pub(super) fn sparks() -> Vec<Case> {
    use Group::{Hostile, Ordinary};
    let valued = |spark: Spark| Subject::Spark(Spark { has_value: true, ..spark });
    let mut gaps = history();
    (gaps.values[4], gaps.values[5], gaps.values[12], gaps.values[14]) = (None, None, None, None);
    (gaps.values[29], gaps.is_partial) = (Some(31_000.0), true);
    let mut ending = history();
    (ending.values[27], ending.values[28], ending.values[29]) = (None, None, None);
    let band = Spark { band: Some((60_000.0, 110_000.0)), scale: Some((0.0, 200_000.0)), ..history() };
    [
        ("spark", Ordinary, "Thirty months, the first and the last named", Subject::Spark(history())),
        (
            "spark-value",
            Ordinary,
            "The last value beside its dot",
            valued(Spark { period: None, ..history() }),
        ),
        ("spark-gaps-partial", Ordinary, "Gaps, and a last month that is not finished", valued(gaps)),
        ("spark-ends-early", Hostile, "The last three months missing", valued(ending)),
        ("spark-band", Ordinary, "The usual range as a band, on a scale shared with others", valued(band)),
        ("spark-one", Hostile, "One value", valued(line(&[92.4]))),
        ("spark-equal", Hostile, "Every value the same", valued(line(&[5.0; 12]))),
        ("spark-negative", Hostile, "On both sides of zero", valued(line(&[-3.0, 4.0, -8.0, 2.0, -5.0]))),
        (
            "spark-huge",
            Hostile,
            "A million millions, up and down",
            valued(line(&[1e12, -1e12, 0.0, 1e12, -1e12])),
        ),
        ("spark-tiny", Hostile, "Ten-thousandths", valued(line(&[0.0001, 0.0002, 0.00005]))),
        ("spark-many", Hostile, "Four hundred values", valued(line(&[1.0, 3.0].repeat(200)))),
    ]
    .map(Case::from)
    .into()
}

/// A tile with a history.
pub fn tile(label: &str, value: f64, unit: Unit, change: Option<(Change, Option<bool>)>) -> Tile {
    let comparison = change.map(|(change, higher_is_better)| Comparison {
        change,
        against: "Q2 2024".into(),
        higher_is_better,
    });
    Tile { label: label.into(), value, unit, comparison, spark: Some(history()) }
}

/// Every tile.
pub(super) fn tiles() -> Vec<Case> {
    use Group::{Hostile, Ordinary};
    let up = |percent| Some((Change::Percent(percent), Some(true)));
    let mut long_comparison = tile("Sales, 1 May to 17 June 2025", 1_420_310.0, MONEY, up(12.4));
    if let Some(comparison) = &mut long_comparison.comparison {
        comparison.against = "1 May to 17 June 2024".into();
    }
    let mut unknown = tile("New shoppers, Q2 2025", 2_104.0, Unit::Count, Some((Change::Unknown, None)));
    unknown.spark = Some(Spark::new("x", Unit::Count, vec![None; 5]));
    let mut cut_short = tile("Orders, Q2 2025", 12_345.0, Unit::Count, up(-3.4));
    cut_short.spark = Some(Spark { is_partial: true, ..history() });
    let mut worst = tile(LONG, -1e12, MONEY, Some((Change::Absolute(-1e12), Some(true))));
    if let Some(comparison) = &mut worst.comparison {
        comparison.against = LONG.into();
    }
    [
        (
            "tile",
            Ordinary,
            "A number, its change and its history",
            Subject::Tile(tile("Sales, Q2 2025", 1_420_310.0, MONEY, up(12.4))),
        ),
        ("tile-down", Ordinary, "A fall; the last month is not finished", Subject::Tile(cut_short)),
        (
            "tile-less-is-better",
            Ordinary,
            "A rate: less is better, its change in points",
            Subject::Tile(tile(
                "Refund rate of matured months, Q2 2025",
                3.42,
                Unit::Percent,
                Some((Change::Points(-0.6), Some(false))),
            )),
        ),
        (
            "tile-few-orders",
            Ordinary,
            "Few orders: the change as a number, not in per cent",
            Subject::Tile(tile(
                "Orders, Q2 2025",
                21.0,
                Unit::Count,
                Some((Change::Absolute(9.0), Some(true))),
            )),
        ),
        (
            "tile-nought",
            Hostile,
            "A change that prints as nothing has no arrow",
            Subject::Tile(tile("Average order value, Q2 2025", 92.4, MONEY, up(0.01))),
        ),
        ("tile-unknown", Ordinary, "Nothing to compare with, and no history", Subject::Tile(unknown)),
        ("tile-long-comparison", Ordinary, "A long period of comparison", Subject::Tile(long_comparison)),
        (
            "tile-no-better-way",
            Ordinary,
            "Neither more nor less is better: no colour",
            Subject::Tile(tile(
                "Share of new shoppers, Q2 2025",
                41.0,
                Unit::Percent,
                Some((Change::Points(2.3), None)),
            )),
        ),
        (
            "tile-bare",
            Hostile,
            "Ten-thousandths, without comparison and history",
            Subject::Tile(Tile { spark: None, ..tile("Items", 0.0001, Unit::Count, None) }),
        ),
        ("tile-cjk", Hostile, "Another script", Subject::Tile(tile(CJK, 1_420_310.0, MONEY, up(12.4)))),
        ("tile-worst", Hostile, "200 characters, and a million millions below zero", Subject::Tile(worst)),
        (
            "tile-huge",
            Hostile,
            "A million millions, and a change of as many per cent",
            Subject::Tile(tile("Sales", 1e12, MONEY, up(1e12))),
        ),
    ]
    .map(Case::from)
    .into()
}
