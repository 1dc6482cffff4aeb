//! Bridges, ordinary and hostile.

use super::{Case, Group, Subject, make::unit};
use crate::{
    chart::{Bridge, Step},
    domain::{Metric, Unit},
};

/// A bridge of a metric from one value by steps.
pub fn bridge_of(metric: Metric, from: f64, steps: &[(&str, f64)]) -> Bridge {
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

/// Every case.
pub(super) fn all() -> Vec<Case> {
    use Group::{Hostile, Ordinary};
    let with = |from, steps: &[(&str, f64)]| bridge_of(Metric::Sales, from, steps);
    let rate =
        Bridge { unit: Unit::Percent, ..bridge_of(Metric::Users, 38.0, &[("New", 4.2), ("Network", -1.3)]) };
    let no_change = with(0.0, &[("More orders", 0.0), ("Smaller baskets", 0.0)]);
    let fall = with(-4_000.0, &[("More refunds", -3_500.0), ("Gifts", 900.0)]);
    let cases = [
        ("", "Two effects of opposite direction, the larger first", Ordinary, effects()),
        ("products", "Seven drivers", Ordinary, products()),
        ("lower-is-better", "Refunds: a fall is good news, and green", Ordinary, refunds()),
        ("per-cents", "Shares: changes are in points", Ordinary, rate),
        ("many", "More drivers than a page holds: the small ones are summed up", Hostile, many()),
        ("across-zero", "From a gain to a loss", Hostile, across_zero()),
        ("long-names", "Names that no column is wide enough for", Hostile, long_names()),
        (
            "long-names-across-zero",
            "Long names, with levels on both sides of zero",
            Hostile,
            long_names_across_zero(),
        ),
        ("nothing", "From nothing to nothing", Hostile, no_change),
        (
            "equal",
            "Two drivers that cancel out",
            Hostile,
            with(5_000.0, &[("Up", 2_500.0), ("Down", -2_500.0)]),
        ),
        ("from-nothing", "From nothing to something", Hostile, with(0.0, &[("First orders", 8_400.0)])),
        ("huge", "A million millions", Hostile, with(1e12, &[("Up", -9e11), ("Down", 8.5e11)])),
        ("tiny", "Ten-thousandths", Hostile, with(0.0001, &[("Up", 0.0002), ("Down", -0.0001)])),
        ("fall-below-zero", "A loss that grows", Hostile, fall),
    ];
    let case = |(name, shows, group, bridge): (&str, &str, _, _)| {
        let name = ["bridge", name].join("-");
        Case::new(name.trim_end_matches('-'), shows, group, Subject::Bridge(bridge))
    };
    cases.map(case).into()
}
