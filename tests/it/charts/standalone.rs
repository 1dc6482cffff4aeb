//! Marks that are not drawn from a dataset: sparklines, tiles, ranges and weeks, with ordinary and hostile data.

use super::{
    ACCENT, PREVIOUS, attribute, number, overlap, rects,
    samples::{THEME, wave},
    says, texts,
};
use kamslides::{
    chart::{self, Change, Chart, ChartError, Comparison, RangeRow, Ranges, Spark, Style, Tile, Weeks},
    domain::{Currency, Period, Unit, parse_date},
    format::{Format, Locale},
};
use proptest::prelude::*;

/// A mark to be drawn.
#[derive(Debug)]
pub(crate) enum Mark {
    Spark(Spark),
    Tile(Tile),
    Ranges(Ranges),
    Weeks(Weeks),
}

impl Mark {
    pub(crate) fn draw(&self, scale: u32) -> Result<Chart, ChartError> {
        let style = Style {
            format: &Format::new(Locale::EnGb, Some(Currency::EUR)),
            theme: &THEME,
            scale,
            small: false,
        };
        match self {
            Self::Spark(spark) => chart::spark(spark, style),
            Self::Tile(tile) => chart::tile(tile, style),
            Self::Ranges(ranges) => chart::ranges(ranges, style),
            Self::Weeks(weeks) => chart::weeks(weeks, style),
        }
    }
}

pub(crate) type Sample = (&'static str, Mark);

const MONEY: Unit = Unit::Money(Some(Currency::EUR));
const LONG: &str = "Sales of instalment plans whose first payment is due thirty days after the goods have been sent, \
                    without orders that were cancelled before they were sent and without gift cards, in euros, by day \
                    of the order";
const CJK: &str = "売上高 2025年第2四半期";

fn period(from: &str, to: &str) -> Period {
    Period::new(parse_date(from).unwrap(), parse_date(to).unwrap()).unwrap()
}

/// Thirty months of sales.
fn history() -> Spark {
    let mut spark = Spark::new("Monthly sales", MONEY, wave(30, 62_000.0, 1));
    spark.period = Some(period("2023-01-01", "2025-06-30"));
    spark
}

fn line(values: &[f64]) -> Spark {
    Spark::new("Monthly sales", MONEY, values.iter().copied().map(Some).collect())
}

fn sparks() -> Vec<Sample> {
    let valued = |spark: Spark| Mark::Spark(Spark { has_value: true, ..spark });
    let mut gaps = history();
    (gaps.values[4], gaps.values[5], gaps.values[12], gaps.values[14]) = (None, None, None, None);
    (gaps.values[29], gaps.is_partial) = (Some(31_000.0), true);
    let mut ending = history();
    (ending.values[27], ending.values[28], ending.values[29]) = (None, None, None);
    let band = Spark { band: Some((60_000.0, 110_000.0)), scale: Some((0.0, 200_000.0)), ..history() };
    vec![
        ("spark", Mark::Spark(history())),
        ("spark-value", valued(Spark { period: None, ..history() })),
        ("spark-gaps-partial", valued(gaps)),
        ("spark-ends-early", valued(ending)),
        ("spark-band", valued(band)),
        ("spark-one", valued(line(&[92.4]))),
        ("spark-equal", valued(line(&[5.0; 12]))),
        ("spark-negative", valued(line(&[-3.0, 4.0, -8.0, 2.0, -5.0]))),
        ("spark-huge", valued(line(&[1e12, -1e12, 0.0, 1e12, -1e12]))),
        ("spark-tiny", valued(line(&[0.0001, 0.0002, 0.00005]))),
        ("spark-many", valued(line(&[1.0, 3.0].repeat(200)))),
    ]
}

fn tile(label: &str, value: f64, unit: Unit, change: Option<(Change, Option<bool>)>) -> Tile {
    let comparison = change.map(|(change, higher_is_better)| Comparison {
        change,
        against: "Q2 2024".into(),
        higher_is_better,
    });
    Tile { label: label.into(), value, unit, comparison, spark: Some(history()) }
}

fn tiles() -> Vec<Sample> {
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
    vec![
        ("tile", Mark::Tile(tile("Sales, Q2 2025", 1_420_310.0, MONEY, up(12.4)))),
        ("tile-down", Mark::Tile(cut_short)),
        (
            "tile-less-is-better",
            Mark::Tile(tile(
                "Refund rate of matured months, Q2 2025",
                3.42,
                Unit::Percent,
                Some((Change::Points(-0.6), Some(false))),
            )),
        ),
        (
            "tile-few-orders",
            Mark::Tile(tile("Orders, Q2 2025", 21.0, Unit::Count, Some((Change::Absolute(9.0), Some(true))))),
        ),
        ("tile-nought", Mark::Tile(tile("Average order value, Q2 2025", 92.4, MONEY, up(0.01)))),
        ("tile-unknown", Mark::Tile(unknown)),
        ("tile-long-comparison", Mark::Tile(long_comparison)),
        (
            "tile-no-better-way",
            Mark::Tile(tile(
                "Share of new shoppers, Q2 2025",
                41.0,
                Unit::Percent,
                Some((Change::Points(2.3), None)),
            )),
        ),
        ("tile-bare", Mark::Tile(Tile { spark: None, ..tile("Items", 0.0001, Unit::Count, None) })),
        ("tile-cjk", Mark::Tile(tile(CJK, 1_420_310.0, MONEY, up(12.4)))),
        ("tile-worst", Mark::Tile(worst)),
        ("tile-huge", Mark::Tile(tile("Sales", 1e12, MONEY, up(1e12)))),
    ]
}

fn range(name: &str, unit: Unit, [low, median, high]: [f64; 3], own: Option<f64>) -> RangeRow {
    RangeRow { name: name.into(), unit, low, median, high, own }
}

fn ranges_of(subject: &str, rows: Vec<RangeRow>) -> Mark {
    Mark::Ranges(Ranges { subject: subject.into(), group: "comparable shops".into(), rows })
}

/// Average order values of products: one unit, one scale.
fn products() -> Vec<RangeRow> {
    vec![
        range("Pay in 3", MONEY, [71.2, 80.4, 88.1], Some(92.4)),
        range("Pay in 4", MONEY, [88.0, 97.5, 118.9], Some(104.87)),
        range("Pay later", MONEY, [42.0, 55.3, 63.0], Some(31.4)),
        range("Pay in 12 with the first instalment after thirty days", MONEY, [201.0, 240.0, 266.0], None),
    ]
}

fn ranges() -> Vec<Sample> {
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
    vec![
        ("ranges", ranges_of("Lumière", products())),
        ("ranges-own-scales", ranges_of("Lumière", metrics)),
        ("ranges-no-dot-first", ranges_of("Lumière", silent)),
        ("ranges-one", ranges_of("you", one([71.2, 80.4, 88.1], 80.4))),
        ("ranges-one-far", ranges_of("you", one([71.2, 80.4, 88.1], 1_240.0))),
        ("ranges-equal", ranges_of("you", one([80.0, 80.0, 80.0], 80.0))),
        ("ranges-fourteen", ranges_of("Lumière", many(14))),
        ("ranges-many", ranges_of("Lumière", many(40))),
        (
            "ranges-far-apart",
            ranges_of(
                "Lumière",
                vec![
                    range("Sales", MONEY, [310_000.0, 640_000.0, 1_900_000.0], Some(1_420_310.0)),
                    range("Average order value", MONEY, [71.2, 80.4, 88.1], Some(92.4)),
                ],
            ),
        ),
        ("ranges-worst", ranges_of(LONG, worst)),
    ]
}

/// Weeks of a shop in per cents of its average week: quiet in February, loud in late November.
fn uplift(first: &str, count: usize) -> Weeks {
    let first = parse_date(first).unwrap();
    let value = |n: usize| {
        let day = f64::from(first.day_of_year()) + 7.0 * n as f64;
        let season = 18.0 * ((day - 120.0) / 58.0).sin() + 9.0 * (day / 9.0).sin();
        let rush = if (325.0..345.0).contains(&(day % 365.0)) { 46.0 } else { 0.0 };
        Some((season + rush).round())
    };
    Weeks {
        name: "Last year's weekly sales against an average week".into(),
        unit: Unit::Percent,
        is_change: true,
        first,
        values: (0..count).map(value).collect(),
        events: Vec::new(),
        marked: None,
    }
}

fn event(day: &str, text: &str) -> (jiff::civil::Date, String) {
    (parse_date(day).unwrap(), text.into())
}

fn weeks() -> Vec<Sample> {
    let mut quarter = uplift("2024-09-30", 13);
    quarter.events = vec![
        event("2024-11-11", "Singles' Day"),
        event("2024-11-29", "Black Friday"),
        event("2024-12-02", "Cyber Monday"),
        event("2024-12-24", "Christmas Eve"),
    ];
    let mut year = uplift("2024-01-01", 52);
    (year.values[6], year.values[7]) = (None, None);
    year.events = [
        quarter.events.clone(),
        vec![
            event("2024-01-02", "Winter sale"),
            event("2024-05-12", "Mother's Day"),
            event("2024-05-13", "App release with a new first page"),
        ],
    ]
    .concat();
    year.marked = Some((period("2024-04-01", "2024-06-30"), "Q2 2024".into()));
    let sales = |count: usize, scale: f64| {
        let values = wave(count, 12_000.0, 1).into_iter().map(|value| value.map(|v| v * scale)).collect();
        let name = "Sales a week".into();
        Weeks { name, unit: MONEY, is_change: false, values, ..uplift("2025-03-31", count) }
    };
    let mut crowded = uplift("2024-01-01", 53);
    crowded.events = (0..40)
        .map(|n| (crowded.first.saturating_add(jiff::Span::new().days(n * 9)), format!("Event {n}")))
        .collect();
    crowded.name = LONG.into();
    crowded.marked = Some((period("2024-12-30", "2025-01-05"), LONG.into()));
    let mut cjk = sales(5, 1.0);
    (cjk.name, cjk.events) = (CJK.into(), vec![event("2025-04-14", CJK)]);
    let equal = Weeks { values: vec![Some(5.0); 13], ..sales(13, 1.0) };
    let negative =
        Weeks { values: (0..13).map(|n| Some(-1e12 + f64::from(n) * 1.5e11)).collect(), ..sales(13, 1.0) };
    let tiny = Weeks { values: (0..13).map(|n| Some(0.0001 * f64::from(n))).collect(), ..sales(13, 1.0) };
    let counts = Weeks {
        unit: Unit::Count,
        values: (0..6).map(|n| Some(f64::from(n % 3))).collect(),
        ..sales(6, 1.0)
    };
    vec![
        ("weeks", Mark::Weeks(quarter)),
        ("weeks-year", Mark::Weeks(year)),
        ("weeks-one", Mark::Weeks(sales(1, 1.0))),
        ("weeks-sixteen", Mark::Weeks(sales(16, 1.0))),
        ("weeks-two-rows", Mark::Weeks(sales(17, 1.0))),
        ("weeks-mid-quarter", Mark::Weeks(uplift("2024-02-12", 40))),
        ("weeks-crowded", Mark::Weeks(crowded)),
        ("weeks-cjk", Mark::Weeks(cjk)),
        ("weeks-equal", Mark::Weeks(equal)),
        ("weeks-huge", Mark::Weeks(negative)),
        ("weeks-tiny", Mark::Weeks(tiny)),
        ("weeks-few-counts", Mark::Weeks(counts)),
    ]
}

/// Every sample.
pub(crate) fn all() -> Vec<Sample> {
    [sparks(), tiles(), ranges(), weeks()].into_iter().flatten().collect()
}

/// Width and height of a picture.
fn page(chart: &Chart) -> [f64; 2] {
    let head = chart.svg.lines().next().unwrap();
    [number(head, "width"), number(head, "height")]
}

fn chart_of(name: &str) -> Chart {
    all().into_iter().find(|(other, _)| *other == name).unwrap().1.draw(1).unwrap()
}

#[test]
fn every_mark_looks_as_it_did() {
    for (name, mark) in all() {
        insta::assert_snapshot!(name, mark.draw(1).unwrap().svg);
    }
}

#[test]
fn words_of_marks_are_large_enough_stay_on_the_page_and_never_meet() {
    for (name, mark) in all() {
        let chart = mark.draw(1).unwrap();
        let ([width, height], texts) = (page(&chart), texts(&chart.svg));
        for (n, (text, area)) in texts.iter().enumerate() {
            let inside = area[0] > -1.0 && area[1] > -1.0 && area[2] < width + 1.0 && area[3] < height + 1.0;
            assert!(inside, "{name}: `{text}` at {area:?}");
            for (other, place) in &texts[..n] {
                assert!(!overlap(area, place), "{name}: `{text}` meets `{other}`");
            }
        }
        let sizes =
            chart.svg.lines().filter(|line| line.starts_with("<text")).map(|t| number(t, "font-size"));
        assert!(sizes.fold(f64::INFINITY, f64::min) >= 28.0, "{name}");
    }
}

#[test]
fn a_gap_in_a_sparkline_is_a_gap_and_a_month_cut_short_is_hollow() {
    let lines = |chart: &Chart| chart.svg.lines().filter(|line| line.contains("fill=\"none\"")).count();
    let (whole, gaps) = (chart_of("spark"), chart_of("spark-gaps-partial"));
    assert_eq!((lines(&whole), lines(&gaps)), (1, 3));
    let discs = |chart: &Chart, fill: &str| discs(chart, fill).len();
    assert_eq!((discs(&whole, ACCENT), discs(&whole, "#ffffff")), (1, 0));
    assert_eq!((discs(&gaps, ACCENT), discs(&gaps, "#ffffff")), (1, 1));
    assert_eq!(discs(&gaps, PREVIOUS), 1, "a value between two gaps is a dot");
    assert!(
        gaps.alt.contains("€31.0k (not finished)") && !gaps.alt.contains("lowest €31.0k"),
        "{}",
        gaps.alt
    );
}

#[test]
fn every_part_of_a_tile_has_its_own_place() {
    let baseline = |svg: &str, is: &dyn Fn(&str) -> bool| -> Vec<i32> {
        let lines = svg.lines().filter(|line| line.starts_with("<text") && is(line));
        lines.map(|line| number(line, "y") as i32).collect()
    };
    for (name, mark) in tiles() {
        let svg = mark.draw(1).unwrap().svg;
        let number_at =
            baseline(&svg, &|line| line.contains("font-weight") && number(line, "font-size") > 60.0);
        assert_eq!(number_at, [151], "{name}");
        let change_at =
            baseline(&svg, &|line| line.contains("font-weight") && number(line, "font-size") < 60.0);
        assert!(change_at.iter().all(|y| *y == 197), "{name}: {change_at:?}");
        assert_eq!(baseline(&svg, &|line| line.contains("font-size=\"28\""))[0], 38, "{name}");
        let ends_at = baseline(&svg, &|line| line.contains("Jun 2025<"));
        assert!(ends_at.iter().all(|y| *y == 345), "{name}: {ends_at:?}");
    }
}

#[test]
fn a_change_has_sign_arrow_and_the_colour_of_its_meaning() {
    const GOOD: &str = "#1b7f4b";
    const BAD: &str = "#b42318";
    const MUTED: &str = "#5b6770";
    let cases = [
        ("tile", "+12%", GOOD, 1),
        ("tile-down", "−3.4%", BAD, 1),
        ("tile-less-is-better", "−0.6 points", GOOD, 1),
        ("tile-few-orders", "+9", GOOD, 1),
        ("tile-nought", "0.0%", MUTED, 0),
        ("tile-no-better-way", "+2.3 points", MUTED, 1),
    ];
    for (name, change, colour, arrows) in cases {
        let svg = chart_of(name).svg;
        let line =
            svg.lines().find(|line| line.starts_with("<text") && line.contains(&format!(">{change}<")));
        assert_eq!(line.and_then(|line| attribute(line, "fill")), Some(colour), "{name}");
        let triangles =
            svg.lines().filter(|line| line.contains("Z\"") && attribute(line, "fill") == Some(colour));
        assert_eq!(triangles.count(), arrows, "{name}");
    }
    let unknown = chart_of("tile-unknown");
    assert!(says(&unknown, "no comparison with Q2 2024") && !unknown.svg.contains('%'));
}

#[test]
fn what_is_cut_on_a_tile_is_spoken_in_full() {
    let chart = chart_of("tile-worst");
    let cut = texts(&chart.svg).iter().filter(|(text, _)| text.ends_with('…')).count();
    assert_eq!(cut, 2, "label and comparison");
    assert!(chart.alt.contains("without orders that were cancelled before they were sent"));
}

#[test]
fn marks_refuse_what_they_cannot_show() {
    let refused = |mark: Mark, word: &str| match mark.draw(1) {
        Err(ChartError::OutOfBounds(said)) => assert!(said.contains(word), "{said}"),
        other => panic!("{word}: {other:?}"),
    };
    refused(Mark::Spark(line(&[1.0, f64::NAN])), "NaN");
    refused(Mark::Spark(line(&[1.0; 401])), "401 values");
    refused(Mark::Spark(Spark { scale: Some((0.0, 2.0)), ..line(&[1.0, 3.0]) }), "off the scale");
    refused(Mark::Spark(Spark { band: Some((2.0, 1.0)), ..line(&[1.0]) }), "backwards");
    refused(Mark::Tile(tile("x", f64::INFINITY, MONEY, None)), "inf");
    refused(Mark::Tile(tile("x", 1.0, MONEY, Some((Change::Points(2e12), None)))), "2e12");
    assert!(matches!(Mark::Spark(Spark::new("x", MONEY, vec![None, None])).draw(1), Err(ChartError::Empty)));
}

/// Centres of the discs of a colour, from top to bottom as they were drawn.
fn discs(chart: &Chart, fill: &str) -> Vec<(f64, f64)> {
    let is = |line: &&str| line.starts_with("<circle") && attribute(line, "fill") == Some(fill);
    chart.svg.lines().filter(is).map(|line| (number(line, "cx"), number(line, "cy"))).collect()
}

#[test]
fn dots_and_ranges_of_one_unit_stand_on_one_scale() {
    let chart = chart_of("ranges");
    let tick = |text: &str| {
        let (_, area) = texts(&chart.svg).into_iter().find(|(line, _)| line == text).unwrap();
        f64::midpoint(area[0], area[2])
    };
    let place = |value: f64| tick("0") + (tick("€300") - tick("0")) * value / 300.0;
    let rows = products();
    let owns: Vec<f64> = rows.iter().filter_map(|row| row.own).collect();
    let dots = discs(&chart, ACCENT);
    assert_eq!(dots.len(), owns.len(), "no dot where there is no data");
    for ((x, _), own) in dots.iter().zip(owns) {
        assert!((x - place(own)).abs() < 0.5, "{own} at {x}");
    }
    for (area, row) in rects(&chart.svg, PREVIOUS).iter().zip(&rows) {
        assert!(
            (area[0] - place(row.low)).abs() <= 1.0 && (area[2] - place(row.high)).abs() <= 1.0,
            "{row:?}"
        );
    }
    assert!(says(&chart, "no data") && says(&chart, "€31.40"));
}

#[test]
fn rows_of_different_units_have_their_own_scales_and_say_so() {
    for name in ["ranges-own-scales", "ranges-far-apart"] {
        let chart = chart_of(name);
        assert!(texts(&chart.svg).iter().any(|(text, _)| text.contains("own scale")), "{name}");
        assert!(says(&chart, "€71.20 to €88.10") && says(&chart, "€92.40"), "{name}");
    }
    assert!(!chart_of("ranges").svg.contains("own scale"));
}

#[test]
fn rows_that_do_not_fit_are_counted_and_every_dot_is_on_the_page() {
    let chart = chart_of("ranges-many");
    assert!(says(&chart, "26 more not shown") && discs(&chart, ACCENT).len() == 14);
    for (name, mark) in ranges() {
        let chart = mark.draw(1).unwrap();
        assert!(
            discs(&chart, ACCENT)
                .iter()
                .all(|(x, y)| (13.5..1586.5).contains(x) && (13.5..886.5).contains(y)),
            "{name}"
        );
        assert!(chart.alt.contains("middle half of comparable shops"), "{name}");
    }
}

/// Contrast of two colours written `#rrggbb` (WCAG 2.2).
fn contrast(a: &str, b: &str) -> f64 {
    let luminance = |colour: &str| {
        let linear = |at: usize| {
            let c = f64::from(u8::from_str_radix(&colour[at..at + 2], 16).unwrap()) / 255.0;
            if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(1) + 0.7152 * linear(3) + 0.0722 * linear(5)
    };
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// Rectangles of any colour at least as high as a cell, with their colours.
fn cells(chart: &Chart) -> Vec<(String, [f64; 4])> {
    let rects = chart.svg.lines().filter(|line| line.starts_with("<rect") && number(line, "height") >= 50.0);
    let cells = rects.filter(|line| (50.0..210.0).contains(&number(line, "width"))).map(|line| {
        let (x, y) = (number(line, "x"), number(line, "y"));
        let area = [x, y, x + number(line, "width"), y + number(line, "height")];
        (attribute(line, "fill").unwrap().to_owned(), area)
    });
    cells.collect()
}

#[test]
fn a_year_of_weeks_is_four_rows_and_weeks_without_data_are_hatched() {
    let chart = chart_of("weeks-year");
    let cells = cells(&chart);
    assert_eq!(cells.len(), 50, "two of 52 weeks have no data");
    let mut tops: Vec<i32> = cells.iter().map(|(_, area)| area[1] as i32).collect();
    tops.sort_unstable();
    tops.dedup();
    assert_eq!(tops.len(), 4);
    assert!(says(&chart, "no data") && chart.alt.contains("Weeks without data: 2"), "{}", chart.alt);
    for month in ["Jan 2024", "Feb", "Jun", "Dec", "Q2 2024"] {
        assert!(says(&chart, month), "{month}");
    }
    let rows = |name| {
        let tops = self::cells(&chart_of(name)).into_iter().map(|(_, area)| area[1] as i32);
        tops.collect::<std::collections::BTreeSet<_>>().len()
    };
    assert_eq!(
        [rows("weeks"), rows("weeks-sixteen"), rows("weeks-two-rows"), rows("weeks-crowded")],
        [1, 1, 2, 4]
    );
}

#[test]
fn darker_weeks_have_more_and_what_is_written_on_them_can_be_read() {
    for (name, mark) in weeks() {
        let chart = mark.draw(1).unwrap();
        let cells = cells(&chart);
        for line in chart.svg.lines().filter(|line| line.starts_with("<text")) {
            let (x, y) = (number(line, "x"), number(line, "y"));
            let behind = cells.iter().find(|(_, a)| a[0] < x && x < a[2] && a[1] < y && y < a[3]);
            if let Some((fill, _)) = behind {
                let contrast = contrast(fill, attribute(line, "fill").unwrap());
                assert!(contrast >= 4.5, "{name}: {line} on {fill}");
            }
        }
    }
    let chart = chart_of("weeks-huge");
    let shades: Vec<f64> = cells(&chart).iter().map(|(fill, _)| contrast(fill, "#ffffff")).collect();
    assert!(shades.len() == 13 && shades.is_sorted() && shades[0] < shades[12], "{shades:?}");
    assert!(!texts(&chart.svg).iter().any(|(text, _)| text == "€800bn"), "too long for a cell");
}

#[test]
fn events_fly_over_their_weeks_and_all_are_spoken() {
    let chart = chart_of("weeks");
    for event in ["Singles' Day", "Black Friday", "Cyber Monday", "Christmas Eve"] {
        assert!(says(&chart, event) && chart.alt.contains(event), "{event}");
    }
    assert_eq!(chart.warnings, Vec::<String>::new());
    let crowded = chart_of("weeks-crowded");
    assert!((0..40).all(|n| crowded.alt.contains(&format!("Event {n} ("))));
    assert!(
        crowded.warnings.len() == 1 && crowded.warnings[0].contains("no room for"),
        "{:?}",
        crowded.warnings
    );
}

/// Values: all of a sensible size, or some that are not.
fn hostile_values() -> impl Strategy<Value = Vec<Option<f64>>> {
    let edges = vec![0.0, -0.0, 1e12, -1e12, 1e-300, f64::MIN_POSITIVE, 1.0, 999_999_999_999.999];
    let some = |values| prop::collection::vec(prop::option::weighted(0.85, values), 1..54);
    prop_oneof![
        6 => some((0.0..1e6).boxed()),
        3 => some((-1e12..1e12).boxed()),
        3 => some(prop::sample::select(edges).boxed()),
        2 => some((1e3..1.000_001e3).boxed()),
        1 => some(prop::num::f64::ANY.boxed()),
    ]
}

fn hostile_mark() -> impl Strategy<Value = Mark> {
    let text =
        || prop_oneof!["[A-Z][a-z]{2,9}( [a-z]{1,9}){0,30}", "\\PC{0,40}", "[a-z]{300}", Just(String::new())];
    let values = hostile_values();
    let units = prop::sample::select(vec![MONEY, Unit::Count, Unit::Percent]);
    let words = prop::collection::vec((text(), 0_i64..400), 20);
    (0_u8..4, values, units, words, any::<[bool; 3]>()).prop_map(|(kind, values, unit, words, [a, b, c])| {
        let (text, other) = (words[0].0.clone(), words[1].0.clone());
        let first = values.iter().flatten().copied().next().unwrap_or(1.0);
        let span = period("2024-11-04", if a { "2024-11-20" } else { "2025-06-30" });
        let spark = Spark {
            is_partial: a,
            has_value: b,
            period: c.then_some(span),
            band: (a && b).then_some((-5.0, 5.0)),
            ..Spark::new(text.clone(), unit, values.clone())
        };
        match kind {
            0 => Mark::Spark(spark),
            1 => {
                let change = if a { Change::Percent(first) } else { Change::Absolute(first) };
                let change = if c { Change::Unknown } else { change };
                let comparison = Comparison { change, against: other, higher_is_better: b.then_some(a) };
                Mark::Tile(Tile {
                    label: text,
                    value: first,
                    unit,
                    comparison: Some(comparison),
                    spark: Some(spark),
                })
            }
            2 => {
                let row = |(four, (name, _)): (&[Option<f64>], &(String, i64))| {
                    let [low, median, high, own] = [0, 1, 2, 3].map(|n| four.get(n).copied().flatten());
                    let mut range = [low, median, high].map(|value| value.unwrap_or(3.0));
                    range.sort_by(f64::total_cmp);
                    let unit = if b { unit } else { MONEY };
                    RangeRow {
                        name: name.clone(),
                        unit,
                        low: range[0],
                        median: range[1],
                        high: range[2],
                        own,
                    }
                };
                let rows = values.chunks(4).zip(&words).map(row).collect();
                Mark::Ranges(Ranges { subject: text, group: other, rows })
            }
            _ => {
                let first = parse_date("2024-07-01").unwrap();
                let day = |days: i64| first.saturating_add(jiff::Span::new().days(days));
                let events = words.into_iter().map(|(text, days)| (day(days), text)).collect();
                Mark::Weeks(Weeks {
                    name: text,
                    unit,
                    is_change: a,
                    first,
                    values,
                    events,
                    marked: Some((span, other)),
                })
            }
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_values_and_words_make_a_mark_panic_or_leave_its_page(mark in hostile_mark()) {
        match mark.draw(1) {
            Ok(chart) => {
                let [width, height] = page(&chart);
                prop_assert!(!chart.svg.contains("NaN") && !chart.svg.contains("inf\""));
                let texts = texts(&chart.svg);
                for (n, (text, area)) in texts.iter().enumerate() {
                    let inside = area[0] > -2.0 && area[1] > -2.0 && area[2] < width + 2.0 && area[3] < height + 2.0;
                    prop_assert!(inside, "`{}` at {:?}", text, area);
                    for (other, place) in &texts[..n] {
                        prop_assert!(!overlap(area, place), "`{}` meets `{}`", text, other);
                    }
                }
            }
            Err(ChartError::Empty | ChartError::OutOfBounds(_)) => {}
            Err(error @ ChartError::Backend(_)) => return Err(TestCaseError::fail(error.to_string())),
        }
    }
}
