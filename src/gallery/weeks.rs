//! Calendar strips of weeks, ordinary and hostile.

use super::{
    Case, Group, Subject,
    make::{self, CJK, LONG, MONEY, wave},
};
use crate::{chart::Weeks, domain::Unit};
use jiff::{Span, civil::Date};

/// Weeks of a shop in per cents of its average week: quiet in February, loud in late November.
fn uplift(first: &str, count: usize) -> Weeks {
    let first = make::day(first);
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

fn event(day: &str, text: &str) -> (Date, String) {
    (make::day(day), text.into())
}

/// Every case.
pub(super) fn all() -> Vec<Case> {
    use Group::{Hostile, Ordinary};
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
    year.marked = Some((make::period("2024-04-01", "2024-06-30"), "Q2 2024".into()));
    let sales = |count: usize, scale: f64| {
        let values = wave(count, 12_000.0, 1).into_iter().map(|value| value.map(|v| v * scale)).collect();
        let name = "Sales a week".into();
        Weeks { name, unit: MONEY, is_change: false, values, ..uplift("2025-03-31", count) }
    };
    let mut crowded = uplift("2024-01-01", 53);
    crowded.events = (0..40)
        .map(|n| (crowded.first.saturating_add(Span::new().days(n * 9)), format!("Event {n}")))
        .collect();
    crowded.name = LONG.into();
    crowded.marked = Some((make::period("2024-12-30", "2025-01-05"), LONG.into()));
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
    [
        ("weeks", Ordinary, "A quarter of weeks with dated events", Subject::Weeks(quarter)),
        (
            "weeks-year",
            Ordinary,
            "A year in four rows, the quarter in question outlined, two weeks without data",
            Subject::Weeks(year),
        ),
        ("weeks-one", Hostile, "One week", Subject::Weeks(sales(1, 1.0))),
        ("weeks-sixteen", Ordinary, "Sixteen weeks in one row", Subject::Weeks(sales(16, 1.0))),
        ("weeks-two-rows", Ordinary, "Seventeen weeks are two rows", Subject::Weeks(sales(17, 1.0))),
        (
            "weeks-mid-quarter",
            Ordinary,
            "Forty weeks that begin within a quarter",
            Subject::Weeks(uplift("2024-02-12", 40)),
        ),
        ("weeks-crowded", Hostile, "Forty events, and names of 200 characters", Subject::Weeks(crowded)),
        ("weeks-cjk", Hostile, "Another script", Subject::Weeks(cjk)),
        ("weeks-equal", Hostile, "Every week the same", Subject::Weeks(equal)),
        ("weeks-huge", Hostile, "Up to a million millions below zero", Subject::Weeks(negative)),
        ("weeks-tiny", Hostile, "Ten-thousandths", Subject::Weeks(tiny)),
        ("weeks-few-counts", Hostile, "Counts of nought, one and two", Subject::Weeks(counts)),
    ]
    .map(Case::from)
    .into()
}
