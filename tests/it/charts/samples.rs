//! Realistic datasets for every chart, shared by the tests and the benchmark.

use kamslides::{
    chart::{Chart, ChartError, Drawing, Note, Style, draw},
    dataset::{Dataset, Index, IndexMonth, Part, Partial, Series},
    domain::{Currency, Dimension, Metric, Month, Period, Review, Unit, parse_date},
    format::{Format, Locale},
    template::{ChartKind, DeckTemplate, Theme},
};
use std::sync::LazyLock;

pub(crate) static THEME: LazyLock<Theme> = LazyLock::new(|| DeckTemplate::load("kam-review").unwrap().theme);

static FORMATS: LazyLock<[Format; 4]> =
    LazyLock::new(|| Locale::ALL.map(|locale| Format::new(locale, Some(Currency::EUR))));

/// How charts look in a language.
pub(crate) fn style(locale: Locale, scale: u32) -> Style<'static> {
    let format = FORMATS.iter().find(|format| format.locale() == locale).unwrap();
    Style { format, theme: &THEME, scale, small: false }
}

/// A chart to be drawn.
#[derive(Debug, Clone)]
pub(crate) struct Sample {
    pub(crate) name: &'static str,
    pub(crate) dataset: Dataset,
    pub(crate) kind: ChartKind,
    pub(crate) value: Metric,
    pub(crate) review: Review,
    pub(crate) notes: Vec<Note>,
}

impl Sample {
    pub(crate) fn draw(&self) -> Result<Chart, ChartError> {
        self.draw_at(1)
    }

    pub(crate) fn draw_at(&self, scale: u32) -> Result<Chart, ChartError> {
        self.draw_in(Locale::EnGb, scale)
    }

    pub(crate) fn draw_in(&self, locale: Locale, scale: u32) -> Result<Chart, ChartError> {
        draw(&Drawing {
            dataset: &self.dataset,
            kind: self.kind,
            value: self.value,
            review: &self.review,
            notes: &self.notes,
            style: style(locale, scale),
        })
    }
}

pub(crate) fn review(from: &str, to: &str) -> Review {
    let period = Period::new(parse_date(from).unwrap(), parse_date(to).unwrap()).unwrap();
    Review::new(period, None).unwrap()
}

/// Unit of a metric.
pub(crate) fn unit(metric: Metric) -> Unit {
    if metric.is_money() { Unit::Money(Some(Currency::EUR)) } else { Unit::Count }
}

/// `count` months from `first`, of which those before `history` serve comparison only.
pub(crate) fn months(first: &str, count: usize, history: &str) -> Index {
    let (first, history): (Month, Month) = (first.parse().unwrap(), history.parse().unwrap());
    let entry = |n: usize| {
        let month = first.plus(n as i32);
        IndexMonth { month, comparison: month < history }
    };
    Index::Months((0..count).map(entry).collect())
}

pub(crate) fn series(metric: Metric, part: Option<&str>, values: Vec<Option<f64>>) -> Series {
    Series { metric, part: part.map(str::to_owned), unit: unit(metric), values }
}

/// A shop's months: growth, a peak in November, a dip in February.
pub(crate) fn wave(count: usize, base: f64, first_month: usize) -> Vec<Option<f64>> {
    const SEASON: [f64; 12] = [0.92, 0.74, 0.85, 0.9, 1.0, 1.05, 1.08, 0.86, 0.98, 1.1, 1.62, 1.45];
    (0..count)
        .map(|i| {
            let ripple = 1.0 + 0.03 * ((i * 7 % 5) as f64 - 2.0);
            Some((base * SEASON[(first_month - 1 + i) % 12] * 1.018_f64.powi(i as i32) * ripple).round())
        })
        .collect()
}

fn sample(name: &'static str, kind: ChartKind, value: Metric, review: Review, dataset: Dataset) -> Sample {
    Sample { name, dataset, kind, value, review, notes: Vec::new() }
}

fn sales(name: &'static str, index: Index, values: Vec<Option<f64>>, review: Review) -> Sample {
    let dataset = Dataset::new("sales", index, vec![series(Metric::Sales, None, values)]).unwrap();
    sample(name, ChartKind::ColumnsByYear, Metric::Sales, review, dataset)
}

/// Sales of one, two or three calendar years up to June 2025.
pub(crate) fn sales_over(years: usize) -> Sample {
    let (name, first, count) = match years {
        1 => ("columns-one-year", "2025-01", 6),
        2 => ("columns-two-years", "2024-01", 18),
        _ => ("lines-three-years", "2023-01", 30),
    };
    let first_day = format!("{first}-01");
    sales(name, months(first, count, first), wave(count, 62_000.0, 1), review(&first_day, "2025-06-30"))
}

/// One year of history with the year before it for comparison.
pub(crate) fn sales_with_comparison() -> Sample {
    let index = months("2024-01", 24, "2025-01");
    sales("columns-comparison", index, wave(24, 51_000.0, 1), review("2025-01-01", "2025-12-31"))
}

/// Ends on 17 June 2025; March 2025 and August 2024 are missing.
pub(crate) fn sales_with_gaps() -> Sample {
    let mut values = wave(18, 62_000.0, 1);
    (values[14], values[7]) = (None, None);
    values[17] = Some(41_300.0);
    let mut sample =
        sales("columns-gaps", months("2024-01", 18, "2024-01"), values, review("2024-01-01", "2025-06-17"));
    sample.dataset.partial = vec![partial(17, "2025-06-01", "2025-06-17")];
    sample.notes = vec![Note { index: 10, text: "Black Friday week brought a third of the month".into() }];
    sample
}

/// Five weeks of history.
pub(crate) fn sales_of_five_weeks() -> Sample {
    let index = months("2025-05", 2, "2025-05");
    let values = vec![Some(9_400.0), Some(18_250.0)];
    let mut sample = sales("columns-five-weeks", index, values, review("2025-05-27", "2025-06-30"));
    sample.dataset.partial = vec![partial(0, "2025-05-27", "2025-05-31")];
    sample
}

pub(crate) fn partial(index: usize, from: &str, to: &str) -> Partial {
    Partial { index, from: parse_date(from).unwrap(), to: parse_date(to).unwrap() }
}

/// Monthly values of several parts over `count` months to June 2025.
pub(crate) fn stacked(name: &'static str, metric: Metric, parts: &[(&str, f64)], count: usize) -> Sample {
    let last: Month = "2025-06".parse().unwrap();
    let first = last.plus(1 - count as i32);
    let index = months(&first.to_string(), count, &first.to_string());
    let column = |(i, (part, share)): (usize, &(&str, f64))| {
        let mut values =
            wave(count, share * if metric.is_money() { 80_000.0 } else { 1_900.0 }, first.number() as usize);
        for (n, value) in values.iter_mut().enumerate() {
            *value = value.map(|v| (v * (1.0 + 0.08 * ((n * (i + 3)) % 7) as f64)).round());
        }
        series(metric, Some(part), values)
    };
    let columns = parts.iter().enumerate().map(column).collect();
    let dataset = Dataset::new("stack", index, columns).unwrap();
    let review = review(&first.first_day().to_string(), "2025-06-30");
    sample(name, ChartKind::StackedColumns, metric, review, dataset)
}

pub(crate) fn sales_by_product() -> Sample {
    stacked(
        "stack-30-months",
        Metric::Sales,
        &[("Pay in 3", 0.62), ("Pay in 4", 0.28), ("Pay later", 0.1)],
        30,
    )
}

pub(crate) fn orders_by_user_type() -> Sample {
    let parts = [("New", 0.4), ("Returning", 0.35), ("Network", 0.25)];
    let mut sample = stacked("stack-6-months", Metric::Orders, &parts, 6);
    sample.dataset.parts_of = Some(Dimension::UserType);
    sample
}

pub(crate) fn orders_of_many_types() -> Sample {
    let parts = [
        ("Classic", 0.3),
        ("Supreme", 0.2),
        ("Veggie", 0.2),
        ("Chicken", 0.1),
        ("Seafood", 0.08),
        ("Dessert", 0.07),
        ("Gift card", 0.05),
    ];
    let mut sample = stacked("stack-other", Metric::Orders, &parts, 12);
    sample.dataset.adds_up = Some(true);
    sample
}

pub(crate) fn overlapping_types_over_time() -> Sample {
    let parts = [("Classic", 0.3), ("Supreme", 0.25), ("Veggie", 0.24), ("Chicken", 0.2)];
    let mut sample = stacked("lines-of-parts", Metric::Orders, &parts, 12);
    sample.dataset.adds_up = Some(false);
    sample
}

/// Average order value over 30 months with a missing one, the last cut short.
pub(crate) fn aov() -> Sample {
    let value = |i: usize| {
        84.0 + i as f64 * 0.55 + 5.0 * (i as f64 * 0.9).sin() + if i % 12 == 10 { 7.0 } else { 0.0 }
    };
    let mut values: Vec<Option<f64>> = (0..30).map(|i| Some((value(i) * 100.0).round() / 100.0)).collect();
    values[16] = None;
    let dataset =
        Dataset::new("AOV", months("2023-01", 30, "2023-01"), vec![series(Metric::Aov, None, values)])
            .unwrap();
    let mut sample =
        sample("line", ChartKind::Line, Metric::Aov, review("2023-01-01", "2025-06-17"), dataset);
    sample.dataset.partial = vec![partial(29, "2025-06-01", "2025-06-17")];
    sample.notes = vec![Note { index: 22, text: "Gift season: larger baskets".into() }];
    sample
}

pub(crate) fn one_month_of_aov() -> Sample {
    let dataset = Dataset::new(
        "AOV",
        months("2025-06", 1, "2025-06"),
        vec![series(Metric::Aov, None, vec![Some(92.4)])],
    )
    .unwrap();
    sample("card", ChartKind::Line, Metric::Aov, review("2025-06-01", "2025-06-30"), dataset)
}

/// One value a part of a dimension.
pub(crate) fn parts(name: &'static str, kind: ChartKind, metric: Metric, rows: &[(&str, f64)]) -> Sample {
    let part = |(name, _): &(&str, f64)| Part { dimension: Dimension::ProductType, name: (*name).to_owned() };
    let index = Index::Parts(rows.iter().map(part).collect());
    let values = rows.iter().map(|(_, value)| Some(*value)).collect();
    let dataset = Dataset::new("parts", index, vec![series(metric, None, values)]).unwrap();
    sample(name, kind, metric, review("2023-01-01", "2025-06-30"), dataset)
}

pub(crate) fn orders_by_product() -> Sample {
    let rows = [("Pay in 3", 13_240.0), ("Pay in 4", 6_110.0), ("Pay later", 2_000.0)];
    parts("donut", ChartKind::Donut, Metric::Orders, &rows)
}

pub(crate) fn overlapping_orders() -> Sample {
    let rows = [("Classic", 10_859.0), ("Supreme", 9_085.0), ("Veggie", 8_941.0), ("Chicken", 8_536.0)];
    let mut sample = parts("bars-overlapping", ChartKind::Donut, Metric::Orders, &rows);
    sample.dataset.adds_up = Some(false);
    sample
}

pub(crate) fn aov_by_product() -> Sample {
    let rows = [("Pay in 3", 92.1), ("Pay in 4", 104.87), ("Pay later", 61.4)];
    let mut sample = parts("bars-aov", ChartKind::Bars, Metric::Aov, &rows);
    let orders = series(Metric::Orders, None, vec![Some(13_240.0), Some(1_935.0), None]);
    let columns = vec![sample.dataset.series()[0].clone(), orders];
    sample.dataset = Dataset::new("aov", sample.dataset.index().clone(), columns).unwrap();
    sample
}

pub(crate) fn many_products() -> Sample {
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
    parts("bars-many", ChartKind::Bars, Metric::Orders, &rows)
}

pub(crate) fn demographics() -> Sample {
    let rows: [(Dimension, &str, f64); 14] = [
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
    ];
    let part = |(dimension, name, _): &(Dimension, &str, f64)| Part {
        dimension: dimension.clone(),
        name: (*name).into(),
    };
    let index = Index::Parts(rows.iter().map(part).collect());
    let values = rows.iter().map(|(_, _, value)| Some(*value)).collect();
    let mut dataset = Dataset::new("who", index, vec![series(Metric::Users, None, values)]).unwrap();
    dataset.bases = vec![(Dimension::AgeBand, 3_202), (Dimension::Gender, 3_202)];
    sample("panels", ChartKind::Panels, Metric::Users, review("2023-01-01", "2025-06-30"), dataset)
}

pub(crate) fn small_slices() -> Sample {
    let rows = [
        ("Pay in 3", 20_410.0),
        ("Pay in 4", 610.0),
        ("Pay later with a rather long name", 210.0),
        ("Pay now", 40.0),
    ];
    parts("donut-small-slices", ChartKind::Donut, Metric::Orders, &rows)
}

/// A month in which refunds exceed sales.
pub(crate) fn sales_below_zero() -> Sample {
    let mut values = wave(9, 8_000.0, 1);
    values[3] = Some(-2_150.0);
    let mut sample = sales(
        "columns-below-zero",
        months("2024-10", 9, "2024-10"),
        values,
        review("2024-10-01", "2025-06-30"),
    );
    sample.dataset.adds_up = None;
    sample
}

/// Five years of months: lines a year, the older ones grey.
pub(crate) fn sales_over_five_years() -> Sample {
    let index = months("2020-07", 60, "2020-07");
    sales("lines-five-years", index, wave(60, 40_000.0, 7), review("2020-07-01", "2025-06-30"))
}

/// Every sample.
pub(crate) fn all() -> Vec<Sample> {
    vec![
        sales_over(1),
        sales_over(2),
        sales_over(3),
        sales_with_comparison(),
        sales_with_gaps(),
        sales_of_five_weeks(),
        sales_by_product(),
        orders_by_user_type(),
        orders_of_many_types(),
        overlapping_types_over_time(),
        aov(),
        one_month_of_aov(),
        orders_by_product(),
        overlapping_orders(),
        aov_by_product(),
        many_products(),
        demographics(),
        small_slices(),
        sales_below_zero(),
        sales_over_five_years(),
    ]
}
