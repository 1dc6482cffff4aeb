//! Data as merchants have them: a sample for everything that a chart does of its own accord.

use super::{
    Sample, by_part,
    make::{dataset, dated, month, months, partial, parts, parts_of, review, sales, series, stacked, wave},
};
use crate::{
    chart::Note,
    domain::{Dimension, Metric},
    template::ChartKind,
};

/// Every sample.
pub fn all() -> Vec<Sample> {
    vec![
        sales_over(1),
        sales_over(2),
        sales_over(3),
        sales_over_five_years(),
        sales_with_comparison(),
        sales_with_gaps(),
        sales_of_five_weeks(),
        aov_with_events(),
        sales_below_zero(),
        sales_by_product(),
        orders_by_user_type(),
        orders_of_many_types(),
        overlapping_types_over_time(),
        aov(),
        one_month_of_aov(),
        orders_by_product(),
        small_slices(),
        overlapping_orders(),
        aov_by_product(),
        many_products(),
        demographics(),
        sales_over_twelve_years(),
        many_overlapping_types(),
        one_month_by_part(),
    ]
    .into_iter()
    .chain(by_part::ordinary())
    .collect()
}

/// Sales of one, two or three calendar years up to June 2025.
pub fn sales_over(years: usize) -> Sample {
    let (name, shows, first, count) = match years {
        1 => ("columns-one-year", "One year: a column a month, the focus tinted", "2025-01", 6),
        2 => ("columns-two-years", "Two years: pairs of columns, the later year dark", "2024-01", 18),
        _ => ("lines-three-years", "Three years: a line a year instead of columns", "2023-01", 30),
    };
    let review = review(&month(first).first_day().to_string(), "2025-06-30");
    sales(name, shows, months(first, count, first), wave(count, 62_000.0, 1), review)
}

/// Five years of months: lines a year, the older ones grey.
pub fn sales_over_five_years() -> Sample {
    let shows = "Five years and more: the last one in colour, the others grey";
    let index = months("2020-07", 60, "2020-07");
    let review = review("2020-07-01", "2025-06-30");
    sales("lines-five-years", shows, index, wave(60, 40_000.0, 7), review)
}

/// One year of history with the year before it for comparison.
pub fn sales_with_comparison() -> Sample {
    let shows = "One year of history, with the year before it for comparison only";
    let index = months("2024-01", 24, "2025-01");
    let review = review("2025-01-01", "2025-12-31");
    sales("columns-comparison", shows, index, wave(24, 51_000.0, 1), review)
}

/// Ends on 17 June 2025; March 2025 and August 2024 are missing.
pub fn sales_with_gaps() -> Sample {
    let mut values = wave(18, 62_000.0, 1);
    (values[14], values[7]) = (None, None);
    values[17] = Some(41_300.0);
    let shows = "Two months missing, the last one cut short, and a note on the peak";
    let (index, review) = (months("2024-01", 18, "2024-01"), review("2024-01-01", "2025-06-17"));
    let mut sample = sales("columns-gaps", shows, index, values, review);
    sample.dataset.partial = vec![partial(17, "2025-06-01", "2025-06-17")];
    sample.notes = vec![Note { index: 10, text: "Black Friday week brought a third of the month".into() }];
    sample
}

/// Five weeks of history.
pub fn sales_of_five_weeks() -> Sample {
    let shows = "Five weeks of history: the first month begins on the 27th";
    let values = vec![Some(9_400.0), Some(18_250.0)];
    let (index, review) = (months("2025-05", 2, "2025-05"), review("2025-05-27", "2025-06-30"));
    let mut sample = sales("columns-five-weeks", shows, index, values, review);
    sample.dataset.partial = vec![partial(0, "2025-05-27", "2025-05-31")];
    sample
}

/// A month in which refunds exceed sales.
pub fn sales_below_zero() -> Sample {
    let shows = "A month in which refunds exceed sales";
    let mut values = wave(9, 8_000.0, 1);
    values[3] = Some(-2_150.0);
    let (index, review) = (months("2024-10", 9, "2024-10"), review("2024-10-01", "2025-06-30"));
    sales("columns-below-zero", shows, index, values, review)
}

/// Thirty months of three products.
pub fn sales_by_product() -> Sample {
    let shows = "Thirty months of three products: the largest stands on zero, totals on top";
    let parts = [("Pay in 3", 0.62), ("Pay in 4", 0.28), ("Pay later", 0.1)];
    stacked("stack-30-months", shows, Metric::Sales, &parts, 30)
}

/// Six months of three kinds of shopper.
pub fn orders_by_user_type() -> Sample {
    let shows = "Six months: each part carries its value";
    let parts = [("New", 0.4), ("Returning", 0.35), ("Network", 0.25)];
    let mut sample = stacked("stack-6-months", shows, Metric::Orders, &parts, 6);
    sample.dataset.parts_of = Some(Dimension::UserType);
    sample
}

/// Seven parts, of which four are named.
pub fn orders_of_many_types() -> Sample {
    let parts = [
        ("Classic", 0.3),
        ("Supreme", 0.2),
        ("Veggie", 0.2),
        ("Chicken", 0.1),
        ("Seafood", 0.08),
        ("Dessert", 0.07),
        ("Gift card", 0.05),
    ];
    let shows = "More parts than eyes can follow: the small ones are summed up";
    let mut sample = stacked("stack-other", shows, Metric::Orders, &parts, 12);
    sample.dataset.adds_up = Some(true);
    sample
}

/// Four parts of which an order can hold several.
pub fn overlapping_types_over_time() -> Sample {
    let shows = "Parts that overlap are lines: a stack would count orders twice";
    let parts = [("Classic", 0.3), ("Supreme", 0.25), ("Veggie", 0.24), ("Chicken", 0.2)];
    let mut sample = stacked("lines-of-parts", shows, Metric::Orders, &parts, 12);
    sample.dataset.adds_up = Some(false);
    sample
}

/// Average order value over 30 months with a missing one, the last cut short.
pub fn aov() -> Sample {
    let value = |i: usize| {
        84.0 + i as f64 * 0.55 + 5.0 * (i as f64 * 0.9).sin() + if i % 12 == 10 { 7.0 } else { 0.0 }
    };
    let mut values: Vec<Option<f64>> = (0..30).map(|i| Some((value(i) * 100.0).round() / 100.0)).collect();
    values[16] = None;
    let dataset = dataset(months("2023-01", 30, "2023-01"), vec![series(Metric::Aov, None, values)]);
    let shows = "An average over thirty months: a gap where a month is missing, the last one hollow";
    let review = review("2023-01-01", "2025-06-17");
    let mut sample = Sample::new(("line", shows), ChartKind::Line, Metric::Aov, review, dataset);
    sample.dataset.partial = vec![partial(29, "2025-06-01", "2025-06-17")];
    sample.notes = vec![Note { index: 22, text: "Gift season: larger baskets".into() }];
    sample
}

/// The same with dated events and without a note.
pub fn aov_with_events() -> Sample {
    let shows = "Dated events, each marked at its month";
    let mut sample = Sample { notes: Vec::new(), ..aov() }.renamed("line-events", shows, ChartKind::Line);
    let events =
        [("2023-09-12", "New checkout"), ("2024-11-29", "Black Friday"), ("2025-05-05", "App release")];
    sample.events = events.map(dated).into();
    sample
}

/// A single month.
pub fn one_month_of_aov() -> Sample {
    let column = series(Metric::Aov, None, vec![Some(92.4)]);
    let dataset = dataset(months("2025-06", 1, "2025-06"), vec![column]);
    let shows = "A single month is a number, not a line";
    Sample::new(("card", shows), ChartKind::Line, Metric::Aov, review("2025-06-01", "2025-06-30"), dataset)
}

/// Three products.
pub fn orders_by_product() -> Sample {
    let rows = [("Pay in 3", 13_240.0), ("Pay in 4", 6_110.0), ("Pay later", 2_000.0)];
    parts("donut", "Three parts that add up, the total in the hole", ChartKind::Donut, Metric::Orders, &rows)
}

/// Slices too thin to be labelled in place.
pub fn small_slices() -> Sample {
    let rows = [
        ("Pay in 3", 20_410.0),
        ("Pay in 4", 610.0),
        ("Pay later with a rather long name", 210.0),
        ("Pay now", 40.0),
    ];
    let shows = "Thin slices: names are pushed apart";
    parts("donut-small-slices", shows, ChartKind::Donut, Metric::Orders, &rows)
}

/// Four parts of which an order can hold several.
pub fn overlapping_orders() -> Sample {
    let rows = [("Classic", 10_859.0), ("Supreme", 9_085.0), ("Veggie", 8_941.0), ("Chicken", 8_536.0)];
    let shows = "Parts that overlap are bars without shares: a ring would claim that they add up";
    let mut sample = parts("bars-overlapping", shows, ChartKind::Donut, Metric::Orders, &rows);
    sample.dataset.adds_up = Some(false);
    sample
}

/// Averages with the orders behind them, of which one is missing.
pub fn aov_by_product() -> Sample {
    let rows = [("Pay in 3", 92.1), ("Pay in 4", 104.87), ("Pay later", 61.4)];
    let shows = "Averages, with the number of orders behind each where it is known";
    let mut sample = parts("bars-aov", shows, ChartKind::Bars, Metric::Aov, &rows);
    let orders = series(Metric::Orders, None, vec![Some(13_240.0), Some(1_935.0), None]);
    let columns = vec![sample.dataset.series()[0].clone(), orders];
    sample.dataset = dataset(sample.dataset.index().clone(), columns);
    sample
}

/// Fourteen products, one with a long name.
pub fn many_products() -> Sample {
    const NAMES: [&str; 14] = [
        "Pay in 3",
        "Pay in 4 with a first instalment after thirty days for members",
        "Pay later",
        "Pay now",
        "Gift card",
        "Voucher",
        "Transfer",
        "Wallet",
        "Subscription",
        "Trade-in",
        "Layaway",
        "Invoice",
        "Cash on delivery",
        "Barter",
    ];
    let rows: Vec<(&str, f64)> =
        NAMES.iter().enumerate().map(|(i, name)| (*name, 9_000.0 / (i + 1) as f64)).collect();
    let shows = "Fourteen parts: the ten largest, and the others summed up";
    parts("bars-many", shows, ChartKind::Bars, Metric::Orders, &rows)
}

/// Age, gender and card, of which the card panel has no base.
pub fn demographics() -> Sample {
    let rows = [
        (Dimension::AgeBand, "18–24", 402.0),
        (Dimension::AgeBand, "25–34", 1_104.0),
        (Dimension::AgeBand, "35–44", 905.0),
        (Dimension::AgeBand, "45–54", 520.0),
        (Dimension::AgeBand, "55–64", 210.0),
        (Dimension::AgeBand, "65+", 61.0),
        (Dimension::Gender, "Women", 1_988.0),
        (Dimension::Gender, "Men", 1_140.0),
        (Dimension::Gender, "Not stated", 74.0),
        (Dimension::CardType, "Debit", 1_530.0),
        (Dimension::CardType, "Credit", 1_220.0),
        (Dimension::CardType, "Prepaid", 402.0),
        (Dimension::CardType, "Business and corporate cards", 31.0),
        (Dimension::CardType, "Other", 19.0),
    ]
    .map(|(dimension, name, value)| (dimension, name, Some(value)));
    let shows = "Three panels on one scale, with their bases";
    let mut sample = parts_of("panels", shows, ChartKind::Panels, Metric::Users, &rows);
    sample.dataset.bases = vec![(Dimension::AgeBand, 3_202), (Dimension::Gender, 3_202)];
    sample
}

/// More overlapping types than colours can tell apart.
pub fn many_overlapping_types() -> Sample {
    let shows = "More lines than colours can tell apart: the first in colour, the others grey";
    let mut sample = orders_of_many_types().renamed("lines-greyed", shows, ChartKind::StackedColumns);
    sample.dataset.adds_up = Some(false);
    sample
}

/// One month of several parts.
pub fn one_month_by_part() -> Sample {
    let parts = [("New", 0.4), ("Returning", 0.35), ("Network", 0.25)];
    let mut sample =
        stacked("bars-one-month", "A single month of parts is no history: bars", Metric::Orders, &parts, 1);
    sample.dataset.parts_of = Some(Dimension::UserType);
    sample
}

/// Twelve years of months.
pub fn sales_over_twelve_years() -> Sample {
    let index = months("2013-07", 144, "2013-07");
    let (shows, review) = ("Twelve years", review("2013-07-01", "2025-06-30"));
    sales("lines-twelve-years", shows, index, wave(144, 20_000.0, 7), review)
}
