//! Data that would embarrass a careless chart, put to each of the charts that a section can ask for.

use super::{
    Sample,
    make::{dataset, dated, months, partial, parts_of, review, series, stacked, wave},
};
use crate::{
    chart::Note,
    domain::{Dimension, Metric},
    template::ChartKind,
};

/// A name of 200 characters that breaks anywhere, and one that breaks nowhere.
const LONG: &str = "An instalment plan whose name somebody in a hurry pasted in from the terms and conditions, \
    with every clause, every exception and the date on which the third amendment to the second annex entered \
    into force";
const UNBROKEN: &str = "Ratenzahlungsvertragsbedingungenänderungsmitteilungspflichtverletzungsfolgenabschätzung\
    verordnungsentwurfsbegründungsanlagenverzeichnisnummernkreisverwaltungszuständigkeitsübertragungsgesetzesvorlage";
/// Markup, other scripts, an override of direction, a line break.
const SCRIPTS: [&str; 6] = [
    "分割払い（3回）",
    "الدفع على ثلاث دفعات",
    "תשלום בשלושה תשלומים",
    "<script>alert(\"x\") & 'y'</script>",
    "Оплата частями",
    "\u{202e}Pay\nin\t3",
];

/// Every hostile sample.
pub(super) fn all() -> Vec<Sample> {
    let over_months = [(ChartKind::ColumnsByYear, Metric::Sales), (ChartKind::Line, Metric::Aov)];
    let over_parts = [
        (ChartKind::Donut, Metric::Orders),
        (ChartKind::Bars, Metric::Sales),
        (ChartKind::Panels, Metric::Users),
    ];
    let months = over_months.into_iter().flat_map(|(kind, metric)| by_month(kind, metric));
    let parts = over_parts.into_iter().flat_map(|(kind, metric)| by_part(kind, metric));
    months.chain(stacks()).chain(parts).collect()
}

/// One series over months up to June 2025.
fn by_month(kind: ChartKind, metric: Metric) -> Vec<Sample> {
    let usual = || wave(18, if metric == Metric::Aov { 90.0 } else { 62_000.0 }, 1);
    let with = |places: &[usize], value: Option<f64>| {
        let mut values = usual();
        for place in places {
            values[*place] = value;
        }
        values
    };
    let of = |name: &str, shows: &str, values: Vec<Option<f64>>| {
        let first = super::make::month("2025-06").plus(1 - values.len() as i32);
        let review = review(&first.first_day().to_string(), "2025-06-30");
        let index = months(&first.to_string(), values.len(), &first.to_string());
        let dataset = dataset(index, vec![series(metric, None, values)]);
        Sample::new((&format!("{kind}-{name}"), shows), kind, metric, review, dataset)
    };
    let mut samples = vec![
        of("one-point", "One month", vec![Some(62_300.0)]),
        of("all-equal", "Every month the same", vec![Some(250.0); 18]),
        of("all-negative", "Every month below zero", usual().iter().map(|v| v.map(|v| -v)).collect()),
        of(
            "huge",
            "A million millions: the most that is drawn",
            wave(18, 3e11, 1).iter().map(|v| v.map(|v| v.min(1e12))).collect(),
        ),
        of("tiny", "A ten-thousandth", (0..18).map(|n| Some(0.0001 * f64::from(1 + n % 3))).collect()),
        of("outlier", "One month a thousand times the others", with(&[9], Some(9e7))),
        of(
            "missing",
            "Most months missing, the first and the last among them",
            with(&[0, 3, 4, 5, 9, 11, 13, 15, 17], None),
        ),
        of("alternating", "Every other month missing", with(&[1, 3, 5, 7, 9, 11, 13, 15, 17], None)),
        of("zero", "Nothing but zero", vec![Some(0.0); 18]),
        of("five-years", "Sixty months", wave(60, if metric == Metric::Aov { 70.0 } else { 40_000.0 }, 7)),
        of(
            "longest",
            "Four hundred months: the most that is drawn",
            wave(400, 100.0, 1)
                .iter()
                .enumerate()
                .map(|(n, v)| v.map(|v| v / 1.018_f64.powi(n as i32)))
                .collect(),
        ),
    ];
    let mut partial_months =
        of("partial", "The first month begins on the 20th, the last ends on the 17th", usual());
    partial_months.dataset.partial =
        vec![partial(0, "2024-01-20", "2024-01-31"), partial(17, "2025-06-01", "2025-06-17")];
    let mut withheld = of(
        "withheld",
        "Three months kept back because too few people stand behind them",
        with(&[4, 5, 16], None),
    );
    withheld.dataset.withheld = vec![4, 5, 16];
    let mut noted = of("notes", "Three notes, one of them long, one in another script", usual());
    noted.notes = [(10, LONG), (11, "Peak"), (13, SCRIPTS[4])]
        .map(|(index, text)| Note { index, text: text.into() })
        .into();
    let mut crowded =
        of("crowded-events", "Events on each other's heels, one of them long, two on one day", usual());
    let days =
        ["2024-10-30", "2024-11-11", "2024-11-29", "2024-11-29", "2024-12-02", "2024-12-24", "2025-06-30"];
    crowded.events = days.map(|day| dated((day, "Black Friday"))).into();
    crowded.events[5].text = LONG.into();
    samples.extend([partial_months, withheld, noted, crowded]);
    if kind == ChartKind::ColumnsByYear {
        let values = [1e12, -4e11, 0.0, 2e11, 5.0, 8e11, -1e12].map(Some);
        let values = [&values[..3], &[None], &values[3..]].concat();
        samples.push(of(
            "no-pair",
            "Eight months over New Year, up to a million millions either way",
            values,
        ));
    }
    samples
}

/// Several parts over months up to June 2025.
fn stacks() -> Vec<Sample> {
    const USUAL: [(&str, f64); 3] = [("Pay in 3", 0.62), ("Pay in 4", 0.28), ("Pay later", 0.1)];
    let of = |name: &str, shows: &str, parts: &[(&str, f64)], count| {
        stacked(&format!("stack-{name}"), shows, Metric::Orders, parts, count)
    };
    let changed = |name: &str, shows: &str, change: &dyn Fn(f64) -> Option<f64>| {
        let mut sample = of(name, shows, &USUAL, 12);
        let columns = sample.dataset.series().iter().map(|column| {
            let mut column = column.clone();
            column.values = column.values.iter().map(|value| change((*value)?)).collect();
            column
        });
        sample.dataset = dataset(sample.dataset.index().clone(), columns.collect());
        sample
    };
    let names: Vec<String> = (1..=40).map(|n| format!("Category {n}")).collect();
    let forty: Vec<(&str, f64)> =
        names.iter().enumerate().map(|(n, name)| (name.as_str(), 1.0 / (n + 2) as f64)).collect();
    let scripts: Vec<(&str, f64)> = SCRIPTS.iter().take(4).map(|name| (*name, 0.25)).collect();
    let mut overlapping = of("overlapping", "Forty parts that overlap", &forty, 18);
    overlapping.dataset.adds_up = Some(false);
    let mut missing = of("missing", "Two months missing and two kept back", &USUAL, 12);
    let columns = missing.dataset.series().iter().map(|column| {
        let mut column = column.clone();
        for place in [1, 2, 6, 7] {
            column.values[place] = None;
        }
        column
    });
    missing.dataset = dataset(missing.dataset.index().clone(), columns.collect());
    missing.dataset.withheld = vec![6, 7];
    let mut cut_short = of("partial", "The last month ends on the 17th", &USUAL, 6);
    cut_short.dataset.partial = vec![partial(5, "2025-06-01", "2025-06-17")];
    vec![
        of("one-point", "One month", &USUAL, 1),
        of("one-part", "One part", &USUAL[..1], 12),
        changed("all-equal", "Every part the same in every month", &|_| Some(500.0)),
        changed("negative", "Every value below zero", &|value| Some(-value)),
        changed("huge", "Up to a million millions", &|value| Some((value * 1e9).min(1e12))),
        changed("tiny", "Ten-thousandths", &|value| Some(value * 1e-7)),
        changed("zero", "Nothing but zero", &|_| Some(0.0)),
        of("forty", "Forty parts", &forty, 18),
        of("five-years", "Sixty months", &USUAL, 60),
        of("long-names", "Names of 200 characters", &[(LONG, 0.5), (UNBROKEN, 0.3), ("Pay in 3", 0.2)], 12),
        of("scripts", "Other scripts, and markup in a name", &scripts, 12),
        overlapping,
        missing,
        cut_short,
    ]
}

/// One value a part.
fn by_part(kind: ChartKind, metric: Metric) -> Vec<Sample> {
    let of = |name: &str, shows: &str, rows: &[(&str, Option<f64>)]| {
        let rows: Vec<_> = rows.iter().map(|(name, value)| (Dimension::ProductType, *name, *value)).collect();
        parts_of(&format!("{kind}-{name}"), shows, kind, metric, &rows)
    };
    let valued = |values: [f64; 4]| {
        let names = ["Pay in 3", "Pay in 4", "Pay later", "Pay now"];
        names.into_iter().zip(values.map(Some)).collect::<Vec<_>>()
    };
    let names: Vec<String> = (1..=40).map(|n| format!("Category {n}")).collect();
    let forty: Vec<(&str, Option<f64>)> =
        names.iter().enumerate().map(|(n, name)| (name.as_str(), Some(9_000.0 / (n + 1) as f64))).collect();
    let scripts: Vec<(&str, Option<f64>)> =
        SCRIPTS.iter().enumerate().map(|(n, name)| (*name, Some(600.0 - 90.0 * n as f64))).collect();
    let mut overlapping = of("several-types", "Parts that overlap", &valued([500.0, 400.0, 350.0, 20.0]));
    overlapping.dataset.adds_up = Some(false);
    let mut samples = vec![
        of("one-point", "One part", &valued([21_350.0, 0.0, 0.0, 0.0])[..1]),
        of("all-equal", "Every part the same", &valued([250.0; 4])),
        of("huge", "A million millions beside one", &valued([1e12, 4e11, 2e10, 1.0])),
        of("tiny", "Ten-thousandths", &valued([0.0004, 0.0003, 0.0002, 0.0001])),
        of("forty", "Forty categories", &forty),
        of(
            "long-names",
            "Names of 200 characters",
            &[(LONG, Some(40.0)), (UNBROKEN, Some(30.0)), ("Pay in 3", Some(20.0))],
        ),
        of("scripts", "Other scripts, markup, and a name that overrides direction", &scripts),
        of(
            "missing",
            "Two values missing",
            &[("Pay in 3", Some(40.0)), ("Pay in 4", None), ("Pay later", Some(12.0)), ("Pay now", None)],
        ),
        overlapping,
    ];
    // Panels refuse what has no shares.
    if kind != ChartKind::Panels {
        samples.push(of("zero", "Nothing but zero", &valued([0.0; 4])));
        samples.push(of("negative", "Two parts below zero", &valued([900.0, 420.0, -130.0, -510.0])));
    }
    samples
}
