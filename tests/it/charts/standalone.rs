//! Marks that are not drawn from a dataset: sparklines, tiles, ranges and weeks, with ordinary and hostile data.

use super::{
    ACCENT, PREVIOUS, attribute,
    contrast::{WHITE, contrast, read},
    in_time, number, overlap, rects,
    samples::THEME,
    says, texts,
};
use kamslides::{
    chart::{Change, Chart, ChartError, Comparison, RangeRow, Ranges, Spark, Style, Tile, Weeks},
    domain::{Currency, Unit},
    format::{Format, Locale},
    gallery::{
        self, Subject as Mark,
        make::{MONEY, day, period},
        ranges::products,
        tiles::{line, tile},
    },
};
use proptest::prelude::*;

/// Drawing a mark without further ado.
pub(crate) trait DrawMark {
    fn draw(&self, scale: u32) -> Result<Chart, ChartError>;
}

impl DrawMark for Mark {
    fn draw(&self, scale: u32) -> Result<Chart, ChartError> {
        let format = Format::new(Locale::EnGb, Some(Currency::EUR));
        self.chart(Style { format: &format, theme: &THEME, scale, small: false })
    }
}

/// Every mark of the gallery whose name begins so.
fn named(start: &str) -> Vec<(String, Mark)> {
    let english = gallery::cases().into_iter().filter(|case| case.locale == Locale::EnGb);
    english.filter(|case| case.name.starts_with(start)).map(|case| (case.name, case.subject)).collect()
}

/// Every mark.
pub(crate) fn all() -> Vec<(String, Mark)> {
    ["spark", "tile", "ranges", "weeks"].into_iter().flat_map(named).collect()
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
        insta::assert_snapshot!(name.as_str(), mark.draw(1).unwrap().svg);
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
    for (name, mark) in named("tile") {
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
    for (name, mark) in named("ranges") {
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
fn darker_weeks_are_farther_from_zero_and_what_is_written_on_them_can_be_read() {
    for (name, mark) in named("weeks") {
        let chart = mark.draw(1).unwrap();
        let cells = cells(&chart);
        for line in chart.svg.lines().filter(|line| line.starts_with("<text")) {
            let (x, y) = (number(line, "x"), number(line, "y"));
            let behind = cells.iter().find(|(_, a)| a[0] < x && x < a[2] && a[1] < y && y < a[3]);
            if let Some((fill, _)) = behind {
                let contrast = contrast(read(fill), read(attribute(line, "fill").unwrap()));
                assert!(contrast >= 4.5, "{name}: {line} on {fill}");
            }
        }
    }
    let chart = chart_of("weeks-huge");
    let shades: Vec<f64> = cells(&chart).iter().map(|(fill, _)| contrast(read(fill), WHITE)).collect();
    // From the least to the most; six of them are above zero, and of another hue.
    let (less, more) = shades.split_at(7);
    assert!(less.is_sorted_by(|a, b| a >= b) && less[0] > less[6], "{shades:?}");
    assert!(more.len() == 6 && more.is_sorted() && more[0] < more[5], "{shades:?}");
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
                let first = day("2024-07-01");
                let later = |days: i64| first.saturating_add(jiff::Span::new().days(days));
                let events = words.into_iter().map(|(text, days)| (later(days), text)).collect();
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
        match in_time(move || mark.draw(1))? {
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
