//! Bridges, ordinary and hostile.

use super::samples::{style, unit};
use kamslides::{
    chart::{Bridge, Chart, ChartError, Step, bridge},
    domain::{Metric, Unit},
    format::Locale,
};

/// A bridge of a metric from one value by steps.
pub(crate) fn bridge_of(metric: Metric, from: f64, steps: &[(&str, f64)]) -> Bridge {
    let step = |(name, delta): &(&str, f64)| Step { name: (*name).to_owned(), delta: *delta };
    Bridge {
        metric,
        unit: unit(metric),
        from: ("Q2 2024".into(), from),
        steps: steps.iter().map(step).collect(),
        to: "Q2 2025".into(),
        higher_is_better: true,
        in_percent: true,
    }
}

pub(crate) fn draw(it: &Bridge) -> Result<Chart, ChartError> {
    draw_in(it, Locale::EnGb)
}

pub(crate) fn draw_in(it: &Bridge, locale: Locale) -> Result<Chart, ChartError> {
    bridge(it, style(locale, 1))
}

/// What drove sales: two effects of opposite direction.
fn effects() -> Bridge {
    bridge_of(Metric::Sales, 1_273_000.0, &[("Smaller baskets", -21_400.0), ("More orders", 168_400.0)])
}

/// Seven products, of which one fell.
fn products() -> Bridge {
    let steps = [
        ("Pay in 3", 38_200.0),
        ("Pay in 4", 61_500.0),
        ("Pay later", -24_900.0),
        ("Gift cards and vouchers", 9_800.0),
        ("Subscriptions", 4_100.0),
        ("Trade-in", -3_050.0),
        ("Pay now", 260.0),
    ];
    bridge_of(Metric::Sales, 212_000.0, &steps)
}

/// More drivers than a page holds by name.
fn many() -> Bridge {
    const NAMES: [&str; 14] = ["A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K", "L", "M", "N"];
    let steps: Vec<(&str, f64)> = NAMES
        .iter()
        .enumerate()
        .map(|(i, name)| (*name, 900.0 / (i + 1) as f64 * if i % 3 == 1 { -1.0 } else { 1.0 }))
        .collect();
    bridge_of(Metric::Orders, 4_200.0, &steps)
}

/// From a loss to a gain and back.
fn across_zero() -> Bridge {
    let steps =
        [("Refunds of May", -31_000.0), ("Spring sale", 24_000.0), ("Fees", -12_500.0), ("Gifts", 3_000.0)];
    bridge_of(Metric::Sales, 9_000.0, &steps)
}

/// Fewer refunds are good news.
fn refunds() -> Bridge {
    let steps = [("Sizes returned", -4_120.0), ("Late parcels", 830.0), ("Damaged goods", -1_290.0)];
    Bridge { higher_is_better: false, ..bridge_of(Metric::RefundAmount, 18_400.0, &steps) }
}

/// Names that no column is wide enough for.
fn long_names() -> Bridge {
    let long = "Instalments for members after thirty days ".repeat(5);
    let steps = [
        (long.as_str(), 5_200.0),
        ("Donaudampfschifffahrtsgesellschaftskapitän", -2_100.0),
        ("分割払い", 900.0),
    ];
    bridge_of(Metric::Orders, 12_000.0, &steps)
}

/// Long names, and levels on both sides of zero.
fn long_names_across_zero() -> Bridge {
    let steps = [
        ("Refunds of the spring collection after the recall", -31_000.0),
        ("Orders of returning shoppers", 24_000.0),
        ("Fees and chargebacks of the acquirer", -22_500.0),
    ];
    bridge_of(Metric::Sales, 9_000.0, &steps)
}

/// Every bridge with its name.
pub(crate) fn all() -> Vec<(&'static str, Bridge)> {
    let with = |from, steps: &[(&str, f64)]| bridge_of(Metric::Sales, from, steps);
    let rate =
        Bridge { unit: Unit::Percent, ..bridge_of(Metric::Users, 38.0, &[("New", 4.2), ("Network", -1.3)]) };
    vec![
        ("bridge", effects()),
        ("bridge-products", products()),
        ("bridge-many", many()),
        ("bridge-across-zero", across_zero()),
        ("bridge-lower-is-better", refunds()),
        ("bridge-long-names", long_names()),
        ("bridge-long-names-across-zero", long_names_across_zero()),
        ("bridge-nothing", with(0.0, &[("More orders", 0.0), ("Smaller baskets", 0.0)])),
        ("bridge-equal", with(5_000.0, &[("Up", 2_500.0), ("Down", -2_500.0)])),
        ("bridge-from-nothing", with(0.0, &[("First orders", 8_400.0)])),
        ("bridge-huge", with(1e12, &[("Up", -9e11), ("Down", 8.5e11)])),
        ("bridge-tiny", with(0.0001, &[("Up", 0.0002), ("Down", -0.0001)])),
        ("bridge-fall-below-zero", with(-4_000.0, &[("More refunds", -3_500.0), ("Gifts", 900.0)])),
        ("bridge-per-cents", rate),
    ]
}
