//! Charts: golden pictures, and what must hold for every picture whatever the data.

#[path = "charts/bridges.rs"]
mod bridges;
#[path = "charts/choosing.rs"]
mod choosing;
#[path = "charts/contrast.rs"]
mod contrast;
#[path = "charts/languages.rs"]
mod languages;
#[path = "charts/pixels.rs"]
mod pixels;
#[path = "charts/public.rs"]
mod public;
#[path = "charts/samples.rs"]
mod samples;
#[path = "charts/standalone.rs"]
mod standalone;

use kamslides::{
    chart::{Chart, ChartError, Note},
    dataset::{Dataset, Index, Part},
    domain::{Dimension, Metric},
    format::Locale,
    template::ChartKind,
    text::{Weight, measure},
};
use proptest::prelude::*;
use samples::{Draw as _, Sample, months, parts, series};
use std::{sync::mpsc, thread, time::Duration};

/// How long a chart may take that takes milliseconds when all is well.
const HANGS: Duration = Duration::from_secs(60);

/// What drawing gives, or a failed case when it hangs.
fn in_time<T: Send + 'static>(draw: impl FnOnce() -> T + Send + 'static) -> Result<T, TestCaseError> {
    let (send, receive) = mpsc::channel();
    // A hung thread is left behind: nothing can end it, and the test has failed.
    thread::spawn(move || send.send(draw()));
    receive.recv_timeout(HANGS).map_err(|_| TestCaseError::fail("it hangs or panics"))
}

/// A rectangle of a picture: left, top, right, bottom.
type Bounds = [f64; 4];

fn attribute<'a>(element: &'a str, name: &str) -> Option<&'a str> {
    element.split_once(&format!(" {name}=\""))?.1.split('"').next()
}

fn number(element: &str, name: &str) -> f64 {
    attribute(element, name).unwrap().parse().unwrap()
}

/// The filled rectangles of a colour.
fn rects(svg: &str, fill: &str) -> Vec<Bounds> {
    let rects = svg.lines().filter(|line| line.starts_with("<rect") && attribute(line, "fill") == Some(fill));
    let area = |line: &str| {
        let (x, y) = (number(line, "x"), number(line, "y"));
        [x, y, x + number(line, "width"), y + number(line, "height")]
    };
    rects.map(area).collect()
}

/// Every line of text with its box.
fn texts(svg: &str) -> Vec<(String, Bounds)> {
    let line = |element: &str| {
        let text = element.split_once('>').unwrap().1.strip_suffix("</text>").unwrap();
        let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
        let is_bold = attribute(element, "font-weight").is_some();
        let weight = if is_bold { Weight::SemiBold } else { Weight::Regular };
        let size = number(element, "font-size");
        let width = f64::from(measure(&text, weight, size as f32));
        let left = number(element, "x")
            - match attribute(element, "text-anchor") {
                Some("middle") => width / 2.0,
                Some("end") => width,
                _ => 0.0,
            };
        let y = number(element, "y");
        (text, [left, y - 0.74 * size, left + width, y + 0.21 * size])
    };
    svg.lines().filter(|element| element.starts_with("<text")).map(line).collect()
}

fn overlap(a: &Bounds, b: &Bounds) -> bool {
    a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3]
}

fn says(chart: &Chart, text: &str) -> bool {
    texts(&chart.svg).iter().any(|(line, _)| line == text)
}

const ACCENT: &str = "#0b5fa5";
const PREVIOUS: &str = "#8a8f94";
const PARTIAL: &str = "#4f8bc0";
const GOOD: &str = "#1b7f4b";
const BAD: &str = "#b42318";

/// Every chart there is a sample of, with its name.
fn every_chart() -> Vec<(String, Chart)> {
    let samples = samples::all().into_iter().chain(samples::hostile());
    let charts = samples.map(|sample| (sample.name.clone(), sample.draw().unwrap()));
    let bridges = bridges::all().into_iter().map(|(name, bridge)| (name, bridges::draw(&bridge).unwrap()));
    charts.chain(bridges).collect()
}

#[test]
fn every_kind_looks_as_it_did() {
    for (name, chart) in every_chart() {
        insta::assert_snapshot!(name.as_str(), chart.svg);
    }
}

#[test]
fn words_are_large_enough_stay_on_the_page_and_never_meet() {
    let in_every_language = |sample: Sample| {
        Locale::ALL.map(|locale| (sample.name.clone(), locale, sample.draw_in(locale, 1).unwrap()))
    };
    let samples = samples::all().into_iter().chain(samples::hostile()).flat_map(in_every_language);
    let bridges = bridges::all().into_iter().flat_map(|(name, bridge)| {
        Locale::ALL.map(|locale| (name.clone(), locale, bridges::draw_in(locale, &bridge).unwrap()))
    });
    for (name, locale, chart) in samples.chain(bridges) {
        let texts = texts(&chart.svg);
        for (n, (text, area)) in texts.iter().enumerate() {
            let inside = area[0] > -1.0 && area[1] > -1.0 && area[2] < 1601.0 && area[3] < 901.0;
            assert!(inside, "{name} in {locale}: `{text}` at {area:?}");
            for (other, place) in &texts[..n] {
                assert!(!overlap(area, place), "{name} in {locale}: `{text}` meets `{other}`");
            }
        }
        let sizes =
            chart.svg.lines().filter(|line| line.starts_with("<text")).map(|t| number(t, "font-size"));
        assert!(sizes.fold(f64::INFINITY, f64::min) >= 28.0, "{name}");
        // No face here has Chinese signs.
        let warnings = chart.warnings.iter().filter(|warning| !warning.contains("has a sign for"));
        assert_eq!(warnings.collect::<Vec<_>>(), Vec::<&String>::new(), "{name}");
    }
}

#[test]
fn values_over_columns_do_not_meet_columns() {
    for sample in [samples::sales_over(1), samples::sales_over(2), samples::sales_with_gaps()] {
        let svg = sample.draw().unwrap().svg;
        let columns = [rects(&svg, ACCENT), rects(&svg, PREVIOUS), rects(&svg, PARTIAL)].concat();
        for (text, area) in texts(&svg).iter().filter(|(text, _)| text.starts_with('€')) {
            assert!(!columns.iter().any(|column| overlap(area, column)), "{}: {text}", sample.name);
        }
    }
}

#[test]
fn bars_and_columns_are_as_long_as_their_values() {
    let near = |lengths: &[f64], values: &[f64]| {
        assert_eq!(lengths.len(), values.len());
        let longest = lengths.iter().copied().fold(0.0, f64::max);
        let largest = values.iter().copied().fold(0.0, f64::max);
        for (length, value) in lengths.iter().zip(values) {
            // Half a pixel at each end, for the bar and for the one it is measured by.
            assert!((length - value / largest * longest).abs() <= 1.5, "{length} for {value}");
        }
    };
    let sample = samples::sales_over(1);
    let heights: Vec<f64> =
        rects(&sample.draw().unwrap().svg, ACCENT).iter().map(|area| area[3] - area[1]).collect();
    near(&heights, &sample.dataset.series()[0].values.iter().flatten().copied().collect::<Vec<_>>());
    let widths: Vec<f64> = rects(&samples::aov_by_product().draw().unwrap().svg, ACCENT)
        .iter()
        .map(|area| area[2] - area[0])
        .collect();
    near(&widths, &[104.87, 92.1, 61.4]);
    // One scale for all panels: per cents of different panels compare.
    let svg = samples::demographics().draw().unwrap().svg;
    let bars = [rects(&svg, ACCENT), rects(&svg, PREVIOUS)].concat();
    let widths: Vec<f64> = bars.iter().map(|area| area[2] - area[0]).collect();
    let shares = [13., 34., 28., 16., 7., 2., 62., 36., 2., 48., 38., 12., 1., 1.];
    near(&widths, &shares);
}

#[test]
fn shares_of_a_month_fill_it_and_their_numbers_add_to_a_hundred() {
    const SERIES: [&str; 3] = [ACCENT, "#d55e00", "#009e73"];
    let chart = samples::percent_columns()[1].draw().unwrap();
    let columns = SERIES.map(|fill| rects(&chart.svg, fill));
    assert!(columns.iter().all(|parts| parts.len() == 6));
    let printed: Vec<(u32, Bounds)> = texts(&chart.svg)
        .into_iter()
        .filter_map(|(text, area)| Some((text.strip_suffix('%')?.parse().ok()?, area)))
        .filter(|(share, _)| *share < 100)
        .collect();
    assert_eq!(printed.len(), 18, "every segment is labelled");
    for month in 0..6 {
        let tall: f64 = columns.iter().map(|parts| parts[month][3] - parts[month][1]).sum();
        let of_month = printed.iter().filter(|(_, area)| {
            let centre = f64::midpoint(area[0], area[2]);
            columns[0][month][0] < centre && centre < columns[0][month][2]
        });
        assert_eq!(of_month.map(|(share, _)| share).sum::<u32>(), 100);
        assert!((tall - (columns[0][0][3] - columns[2][0][1])).abs() < 3.0, "month {month} is {tall} tall");
    }
    assert!(says(&chart, "Shares of monthly orders; base 13,364 orders"));
}

#[test]
fn panels_share_a_scale_and_nobody_is_left_out_silently() {
    let sample = samples::orders_by_department();
    let chart = sample.draw().unwrap();
    assert!(says(&chart, "Not shown: Gift cards and Books"));
    assert!(chart.alt.contains("Not shown: Gift cards and Books"));
    // The largest and the smallest part's peaks, each by the line's highest point.
    let strong = |chart: &Chart| -> Vec<f64> {
        let lines = chart.svg.lines().filter(|line| line.contains("fill=\"none\""));
        let own = lines.filter(|line| attribute(line, "stroke") == Some(ACCENT));
        let heights = own.map(|line| {
            let numbers = attribute(line, "d").unwrap().split(|c: char| !(c.is_ascii_digit() || c == '.'));
            let numbers: Vec<f64> = numbers.filter_map(|n| n.parse().ok()).collect();
            let ys: Vec<f64> = numbers.chunks(2).map(|pair| pair[1]).collect();
            ys.iter().copied().fold(0.0, f64::max) - ys.iter().copied().fold(f64::INFINITY, f64::min)
        });
        heights.collect()
    };
    let heights = strong(&chart);
    assert_eq!(heights.len(), 12);
    let span = |part: &str| {
        let series =
            sample.dataset.by_part(Metric::Orders).find(|series| series.part.as_deref() == Some(part));
        let values: Vec<f64> = series.unwrap().values.iter().flatten().copied().collect();
        values.iter().copied().fold(0.0, f64::max) - values.iter().copied().fold(f64::INFINITY, f64::min)
    };
    let ratio = heights[11] / heights[0];
    assert!((ratio - span("Toys") / span("Women")).abs() < 0.02, "{ratio}");
}

#[test]
fn of_many_lines_two_are_in_colour_and_every_one_is_named() {
    let chart = samples::many_overlapping_types().draw().unwrap();
    // Leaders to names are thinner.
    let is_line = |line: &&str| line.contains("fill=\"none\"") && number(line, "stroke-width") >= 3.0;
    let strokes = chart.svg.lines().filter(is_line);
    let mut colours: Vec<&str> = strokes.filter_map(|line| attribute(line, "stroke")).collect();
    let pale = colours.iter().filter(|colour| **colour == "#c5c7ca").count();
    colours.retain(|colour| *colour == ACCENT || *colour == "#009e73");
    assert_eq!((pale, colours.len()), (5, 2), "{colours:?}");
    for name in ["Classic", "Supreme", "Veggie", "Chicken", "Seafood", "Dessert", "Gift card"] {
        assert!(says(&chart, name), "{name}");
    }
}

#[test]
fn a_bridge_hangs_together_and_is_as_tall_as_its_values() {
    let (name, it) = bridges::all().remove(0);
    let svg = bridges::draw(&it).unwrap().svg;
    let [start, up, down, end] =
        [PREVIOUS, GOOD, BAD, ACCENT].map(|colour| rects(&svg, colour).first().copied().unwrap());
    let tall = |area: Bounds, value: f64| {
        let want = value / it.from.1 * (start[3] - start[1]);
        assert!((area[3] - area[1] - want).abs() <= 1.5, "{name}: {area:?} for {value}");
    };
    tall(up, 168_400.0);
    tall(down, 21_400.0);
    tall(end, 1_420_000.0);
    assert!((start[3] - end[3]).abs() < 0.1, "totals stand on zero");
    assert!(
        (start[1] - up[3]).abs() < 1.0 && (up[1] - down[1]).abs() < 1.0 && (down[3] - end[1]).abs() < 1.0
    );
}

#[test]
fn columns_stand_on_zero() {
    for sample in [samples::sales_over(1), samples::sales_over(2), samples::sales_by_product()] {
        let svg = sample.draw().unwrap().svg;
        let feet: Vec<f64> = rects(&svg, ACCENT).iter().filter(|a| a[1] > 60.0).map(|area| area[3]).collect();
        assert!(
            feet.len() > 5 && feet.windows(2).all(|pair| (pair[0] - pair[1]).abs() < 0.1),
            "{}: {feet:?}",
            sample.name
        );
        assert!(says(&sample.draw().unwrap(), "0"), "{}", sample.name);
    }
}

#[test]
fn the_years_of_the_history_choose_the_kind() {
    let kind = |sample: Sample| sample.draw().unwrap().kind;
    assert_eq!(kind(samples::sales_over(1)), "columns");
    assert_eq!(kind(samples::sales_over(2)), "columns-by-year");
    assert_eq!(kind(samples::sales_over(3)), "lines-by-year");
    assert_eq!(kind(samples::sales_with_comparison()), "columns-by-year");
    assert_eq!(kind(samples::sales_of_five_weeks()), "columns");
    // Three months over New Year are columns in the order of time, not December after January.
    let mut sample = samples::sales_over(1);
    let column = series(Metric::Sales, None, vec![Some(1.0), Some(2.0), Some(3.0)]);
    sample.dataset = Dataset::new("x", months("2024-11", 3, "2024-11"), vec![column]).unwrap();
    let chart = sample.draw().unwrap();
    assert_eq!(chart.kind, "columns");
    let names: Vec<String> = texts(&chart.svg).into_iter().map(|(text, _)| text).collect();
    let at = |name| names.iter().position(|text| text == name).unwrap();
    assert!(at("Nov") < at("Dec") && at("Dec") < at("Jan"));
}

#[test]
fn comparison_months_are_drawn_as_the_year_before_only() {
    let chart = samples::sales_with_comparison().draw().unwrap();
    assert!(says(&chart, "2025") && says(&chart, "2024"));
    // Three years of history with comparison months before them: no fourth line.
    let mut sample = samples::sales_over(3);
    let column = series(Metric::Sales, None, samples::wave(42, 50_000.0, 1));
    sample.dataset = Dataset::new("x", months("2022-01", 42, "2023-01"), vec![column]).unwrap();
    let chart = sample.draw().unwrap();
    assert!(chart.kind == "lines-by-year" && says(&chart, "2023") && !says(&chart, "2022"));
}

#[test]
fn a_missing_month_is_a_gap_and_says_so() {
    let chart = samples::sales_with_gaps().draw().unwrap();
    let words = texts(&chart.svg).iter().filter(|(text, _)| text == "data" || text == "no data").count();
    assert_eq!(words, 2, "a gap in either year");
    let keys = 1;
    assert_eq!(rects(&chart.svg, ACCENT).len(), 4 + keys, "January, February, April, May");
    assert_eq!(rects(&chart.svg, PREVIOUS).len(), 11 + keys);

    let chart = samples::aov().draw().unwrap();
    assert!(says(&chart, "no data"));
    let lines = chart.svg.lines().filter(|line| line.starts_with("<path") && line.contains("fill=\"none\""));
    assert_eq!(lines.filter(|line| attribute(line, "stroke") == Some(ACCENT)).count(), 2);
}

#[test]
fn a_month_cut_short_is_pale_marked_and_no_extreme() {
    let chart = samples::sales_with_gaps().draw().unwrap();
    assert_eq!(rects(&chart.svg, PARTIAL).len(), 1);
    assert!(says(&chart, "to 17 Jun"));
    assert!(!chart.alt.contains("June 2025 with"), "{}", chart.alt);
    let chart = samples::aov().draw().unwrap();
    assert!(says(&chart, "to 17 Jun") && chart.svg.contains("<circle"));
}

#[test]
fn parts_that_overlap_are_neither_a_ring_nor_a_stack() {
    let cases = [samples::orders_by_product(), samples::sales_by_product(), samples::orders_by_user_type()];
    for (mut sample, kind) in cases.into_iter().zip(["bars", "lines", "lines"]) {
        sample.dataset.adds_up = Some(false);
        let chart = sample.draw().unwrap();
        assert_eq!(chart.kind, kind);
        assert!(texts(&chart.svg).iter().any(|(text, _)| text.contains("several types")), "{}", sample.name);
        assert!(!chart.svg.contains('%'), "{}: a share of parts that overlap", sample.name);
    }
}

#[test]
fn small_parts_are_summed_up_only_where_a_sum_means_something() {
    let chart = samples::many_products().draw().unwrap();
    assert!(says(&chart, "Other (4)"));
    assert!(chart.alt.contains("with a first instalment after thirty days"), "full names in the alt text");
    let rows: Vec<(String, f64)> = (0..14).map(|n| (format!("P{n}"), 50.0 + f64::from(n))).collect();
    let rows: Vec<(&str, f64)> = rows.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    let chart = parts("x", ChartKind::Bars, Metric::Aov, &rows).draw().unwrap();
    assert!(says(&chart, "4 more not shown") && !chart.svg.contains("Other"));
    assert_eq!(parts("x", ChartKind::Donut, Metric::Orders, &rows).draw().unwrap().kind, "bars");
}

#[test]
fn one_value_is_a_number_card() {
    let chart = samples::one_month_of_aov().draw().unwrap();
    assert!(chart.kind == "card" && says(&chart, "€92.40"));
    let chart = parts("x", ChartKind::Donut, Metric::Orders, &[("Pay in 3", 21_350.0)]).draw().unwrap();
    assert!(chart.kind == "card" && says(&chart, "21.4k") && chart.alt.contains("Pay in 3"));
}

#[test]
fn the_base_is_printed_or_said_to_be_missing() {
    let chart = samples::demographics().draw().unwrap();
    assert!(says(&chart, "base 3,202 shoppers") && says(&chart, "base not stated"));
    let per_cents =
        texts(&chart.svg).iter().filter_map(|(t, _)| t.strip_suffix('%')?.parse::<u32>().ok()).sum::<u32>();
    assert_eq!(per_cents, 300);
}

#[test]
fn what_cannot_be_drawn_is_an_error_that_says_why() {
    let none = parts("x", ChartKind::Panels, Metric::Users, &[("a", 0.0), ("b", 0.0)]).draw();
    assert!(matches!(none, Err(ChartError::Empty)));
    let mut sample = samples::sales_over(2);
    let column = series(Metric::Sales, None, vec![None; 18]);
    sample.dataset = Dataset::new("x", sample.dataset.index().clone(), vec![column]).unwrap();
    assert!(matches!(sample.draw(), Err(ChartError::Empty)));
    let large = parts("x", ChartKind::Bars, Metric::Orders, &[("a", 1e13)]).draw().unwrap_err();
    assert!(large.to_string().contains("1e13"), "{large}");
    assert!(matches!(samples::sales_over(1).draw_at(3), Err(ChartError::OutOfBounds(_))));
    let names: Vec<String> = (0..401).map(|n| n.to_string()).collect();
    let rows: Vec<(&str, f64)> = names.iter().map(|name| (name.as_str(), 1.0)).collect();
    assert!(matches!(
        parts("x", ChartKind::Bars, Metric::Orders, &rows).draw(),
        Err(ChartError::OutOfBounds(_))
    ));
}

#[test]
fn notes_stand_beside_their_month_and_what_does_not_fit_is_reported() {
    let mut sample = samples::sales_over(2);
    sample.notes =
        vec![Note { index: 10, text: "Black Friday".into() }, Note { index: 99, text: "Nowhere".into() }];
    let chart = sample.draw().unwrap();
    assert!(says(&chart, "Black Friday"));
    assert!(chart.warnings.len() == 1 && chart.warnings[0].contains("Nowhere"), "{:?}", chart.warnings);
    let rows = [("漢字", 3.0), ("b", 2.0)];
    let chart = parts("x", ChartKind::Donut, Metric::Orders, &rows).draw().unwrap();
    assert!(chart.warnings[0].contains("U+6F22"), "{:?}", chart.warnings);
}

#[test]
fn the_same_data_give_the_same_bytes_on_any_thread() {
    let samples = samples::all();
    let draw = || {
        samples.iter().map(|sample| sample.draw().unwrap()).map(|c| (c.png, c.svg, c.alt)).collect::<Vec<_>>()
    };
    let once = draw();
    let others: Vec<_> = thread::scope(|scope| {
        let threads: Vec<_> = (0..3).map(|_| scope.spawn(draw)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(others.iter().all(|other| *other == once));
    assert!(draw() == once, "a second time on the same thread");
}

#[test]
fn a_picture_has_the_size_asked_for() {
    let size = |png: &[u8]| [16, 20].map(|at| u32::from_be_bytes(png[at..at + 4].try_into().unwrap()));
    let sample = samples::orders_by_product();
    assert_eq!(size(&sample.draw_at(1).unwrap().png), [1600, 900]);
    let (one, two) = (sample.draw_at(1).unwrap(), sample.draw_at(2).unwrap());
    assert_eq!(size(&two.png), [3200, 1800]);
    assert_eq!(one.svg, two.svg, "the SVG knows no pixels");
}

/// Values of a series: all of a sensible size, or some that are not.
fn hostile_values() -> impl Strategy<Value = Vec<Option<f64>>> {
    let edges = vec![0.0, -0.0, 1e12, -1e12, 1e-300, f64::MIN_POSITIVE, 1.0, 999_999_999_999.999];
    let sometimes = |values| prop::collection::vec(prop::option::weighted(0.8, values), 40);
    prop_oneof![
        6 => sometimes((0.0..1e6).boxed()),
        2 => sometimes((-1e12..1e12).boxed()),
        2 => sometimes(prop::sample::select(edges).boxed()),
        2 => sometimes((1e3..1.000_001e3).boxed()),
        1 => sometimes(prop::num::f64::ANY.boxed()),
    ]
}

fn hostile_sample() -> impl Strategy<Value = Sample> {
    let kinds = vec![
        ChartKind::ColumnsByYear,
        ChartKind::StackedColumns,
        ChartKind::PercentColumns,
        ChartKind::SmallMultiples,
        ChartKind::Line,
        ChartKind::Donut,
        ChartKind::Bars,
        ChartKind::Panels,
    ];
    let metrics = Metric::ALL.to_vec();
    let columns = prop::collection::vec(hostile_values(), 1..7);
    let names = prop::collection::vec("\\PC{0,40}|.{0,8}|[a-z]{300}", 40);
    let shape = (0_usize..40, 0_i32..48, any::<bool>(), prop::option::of(any::<bool>()));
    (prop::sample::select(kinds), prop::sample::select(metrics), columns, names, shape).prop_map(
        |(kind, value, columns, names, (rows, first, is_months, adds_up))| {
            let mut sample = samples::aov();
            let month = kamslides::domain::Month::new(2022, 7).unwrap().plus(first);
            let index = if is_months {
                months(&month.to_string(), rows, "2023-01")
            } else {
                let dimensions = [Dimension::ProductType, Dimension::AgeBand, Dimension::Gender];
                let part = |(i, name): (usize, &String)| Part {
                    dimension: dimensions[i % 3].clone(),
                    name: name.clone(),
                };
                let mut parts: Vec<Part> = Vec::new();
                for part in names.iter().take(rows).enumerate().map(part) {
                    if !parts.contains(&part) {
                        parts.push(part);
                    }
                }
                Index::Parts(parts)
            };
            let count = index.len();
            let mut all: Vec<_> = columns
                .iter()
                .zip(&names)
                .map(|(values, name)| series(value, Some(name), values[..count].to_vec()))
                .collect();
            all.push(series(value, None, columns[0][..count].to_vec()));
            let finite =
                |column: &kamslides::dataset::Series| column.values.iter().flatten().all(|v| v.is_finite());
            all.retain(finite);
            sample.dataset = Dataset::new("hostile", index, all).unwrap_or_else(|_| samples::aov().dataset);
            sample.dataset.adds_up = adds_up;
            sample.dataset.partial =
                (0..count).step_by(7).map(|i| samples::partial(i, "2025-06-03", "2025-06-17")).collect();
            sample.notes = names
                .iter()
                .take(4)
                .enumerate()
                .map(|(i, text)| Note { index: i * 3, text: text.clone() })
                .collect();
            (sample.kind, sample.value) = (kind, value);
            sample
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_data_make_it_hang_panic_or_write_bad_xml(sample in hostile_sample()) {
        match in_time(move || sample.draw())? {
            Ok(chart) => {
                let mut reader = quick_xml::Reader::from_str(&chart.svg);
                loop {
                    match reader.read_event() {
                        Ok(quick_xml::events::Event::Eof) => break,
                        Ok(_) => {}
                        Err(error) => return Err(TestCaseError::fail(format!("{error}: {}", chart.svg))),
                    }
                }
                prop_assert!(!chart.svg.contains("NaN") && !chart.svg.contains("inf\""));
                for (text, area) in texts(&chart.svg) {
                    prop_assert!(area[0] > -2.0 && area[2] < 1602.0, "`{}` at {:?}", text, area);
                }
            }
            Err(ChartError::Empty | ChartError::OutOfBounds(_)) => {}
            Err(error @ ChartError::Backend(_)) => return Err(TestCaseError::fail(error.to_string())),
        }
    }

    #[test]
    fn no_steps_make_a_bridge_hang_panic_or_leave_the_page(
        from in prop_oneof![-1e12..1e12, prop::num::f64::ANY],
        steps in prop::collection::vec(("\\PC{0,40}|[a-z ]{300}", prop_oneof![3 => -1e11..1e11, 1 => -1.0..1.0]), 0..12),
    ) {
        let is_empty = steps.is_empty();
        let draw = move || {
            let steps: Vec<(&str, f64)> = steps.iter().map(|(name, delta)| (name.as_str(), *delta)).collect();
            bridges::draw(&bridges::bridge_of(Metric::Sales, from, &steps))
        };
        match in_time(draw)? {
            Ok(chart) => for (text, area) in texts(&chart.svg) {
                let inside = area[0] > -2.0 && area[1] > -2.0 && area[2] < 1602.0 && area[3] < 902.0;
                prop_assert!(inside, "`{}` at {:?}", text, area);
            },
            Err(ChartError::Empty) => prop_assert!(is_empty),
            Err(ChartError::OutOfBounds(_)) => {}
            Err(error @ ChartError::Backend(_)) => return Err(TestCaseError::fail(error.to_string())),
        }
    }
}
