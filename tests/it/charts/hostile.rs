//! Data that no merchant sends on purpose.

use super::samples::{Sample, drawn_as, months, review, series, stacked};
use kamslides::{
    dataset::Dataset,
    domain::Metric,
    template::ChartKind::{self, PercentColumns, SmallMultiples, StackedColumns},
};

/// Six months of parts.
fn of(name: &'static str, kind: ChartKind, rows: &[(&str, [Option<f64>; 6])]) -> Sample {
    let columns = rows.iter().map(|(part, values)| series(Metric::Orders, Some(part), values.to_vec()));
    let dataset = Dataset::new("hostile", months("2025-01", 6, "2025-01"), columns.collect()).unwrap();
    let base = stacked(name, Metric::Orders, &[("a", 1.0)], 6);
    Sample { dataset, kind, review: review("2025-01-01", "2025-06-30"), ..base }
}

fn forty(name: &'static str, kind: ChartKind) -> Sample {
    const NAMES: [&str; 40] = [
        "01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12", "13", "14", "15", "16", "17",
        "18", "19", "20", "21", "22", "23", "24", "25", "26", "27", "28", "29", "30", "31", "32", "33", "34",
        "35", "36", "37", "38", "39", "40",
    ];
    let parts: Vec<(&str, f64)> =
        NAMES.iter().enumerate().map(|(i, name)| (*name, 1.0 / (i + 2) as f64)).collect();
    drawn_as(name, kind, stacked(name, Metric::Orders, &parts, 18))
}

fn long_names(name: &'static str, kind: ChartKind) -> Sample {
    const LONG: &str = "Instalments for members after thirty days, instalments for members after sixty days, instalments \
                        for members after ninety days, and instalments for members after a hundred and twenty days";
    let parts =
        [(LONG, 0.4), ("分割払い・後払い", 0.35), ("Donaudampfschifffahrtsgesellschaftskapitän", 0.25)];
    drawn_as(name, kind, stacked(name, Metric::Sales, &parts, 12))
}

/// Every hostile sample.
pub(crate) fn all() -> Vec<Sample> {
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
    vec![
        of("hostile-percent-gaps", PercentColumns, &gaps),
        of("hostile-percent-negative", PercentColumns, &negative),
        of("hostile-percent-huge", PercentColumns, &huge),
        of("hostile-percent-tiny", PercentColumns, &tiny),
        forty("hostile-percent-40", PercentColumns),
        long_names("hostile-percent-names", PercentColumns),
        of("hostile-multiples-gaps", SmallMultiples, &gaps),
        of("hostile-multiples-negative", SmallMultiples, &negative),
        of("hostile-multiples-huge", SmallMultiples, &huge),
        of("hostile-multiples-tiny", SmallMultiples, &tiny),
        of("hostile-multiples-equal", SmallMultiples, &equal),
        forty("hostile-multiples-40", SmallMultiples),
        long_names("hostile-multiples-names", SmallMultiples),
        overlapping,
        of("hostile-stack-huge", StackedColumns, &huge),
        long_names("hostile-stack-names", StackedColumns),
    ]
}
