//! Marks that are not drawn from a dataset: sparklines, tiles, ranges and weeks, with ordinary and hostile data.

use super::{
    ACCENT, PREVIOUS, attribute, number, overlap,
    samples::{style, wave},
    says, texts,
};
use kamslides::{
    chart::{self, Change, Chart, ChartError, Comparison, Spark, Tile},
    domain::{Currency, Period, Unit, parse_date},
    format::Locale,
};

/// A mark to be drawn.
pub(crate) enum Mark {
    Spark(Spark),
    Tile(Tile),
}

impl Mark {
    pub(crate) fn draw(&self, scale: u32) -> Result<Chart, ChartError> {
        self.draw_in(Locale::EnGb, scale)
    }

    /// The words that come from the data.
    pub(crate) fn names(&self) -> Vec<&str> {
        match self {
            Self::Spark(line) => vec![line.name.as_str()],
            Self::Tile(tile) => {
                let comparison = tile.comparison.iter().map(|comparison| comparison.against.as_str());
                let spark = tile.spark.iter().map(|spark| spark.name.as_str());
                [tile.label.as_str()].into_iter().chain(comparison).chain(spark).collect()
            }
        }
    }

    pub(crate) fn draw_in(&self, locale: Locale, scale: u32) -> Result<Chart, ChartError> {
        let style = style(locale, scale);
        match self {
            Self::Spark(spark) => chart::spark(spark, style),
            Self::Tile(tile) => chart::tile(tile, style),
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

/// Every sample.
pub(crate) fn all() -> Vec<Sample> {
    [sparks(), tiles()].into_iter().flatten().collect()
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
    let in_every_language = |sample: &Sample| Locale::ALL.map(|locale| sample.1.draw_in(locale, 1).unwrap());
    for (name, chart) in
        all().iter().flat_map(|sample| in_every_language(sample).map(|chart| (sample.0, chart)))
    {
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
    let discs = |chart: &Chart, fill| {
        let is = |line: &&str| line.starts_with("<circle") && attribute(line, "fill") == Some(fill);
        chart.svg.lines().filter(is).count()
    };
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
