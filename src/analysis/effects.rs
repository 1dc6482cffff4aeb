//! What a change is made of. Each split adds up to the change exactly and does not depend on an order of steps.

use crate::dataset::{is_named, whole_percents};

/// A change of sales as more or fewer orders, and larger or smaller ones.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SalesEffects {
    /// Change of orders, at the mean of both averages.
    pub orders: f64,
    /// Change of the average, at the mean of both numbers of orders.
    pub basket: f64,
}

/// Splits a change of sales (midpoint, the Shapley value of two factors):
/// `ΔS = ΔO·(A₀+A₁)/2 + ΔA·(O₀+O₁)/2`. The basket effect takes the rest of the rounding, so that both add up.
/// `None` without orders on both sides.
pub fn sales_effects(sales: [f64; 2], orders: [f64; 2]) -> Option<SalesEffects> {
    if orders[0] <= 0.0 || orders[1] <= 0.0 {
        return None;
    }
    let mean_average = f64::midpoint(sales[0] / orders[0], sales[1] / orders[1]);
    let by_orders = (orders[1] - orders[0]) * mean_average;
    Some(SalesEffects { orders: by_orders, basket: (sales[1] - sales[0]) - by_orders })
}

/// Sales and orders of one part, before and after.
#[derive(Debug, Clone, PartialEq)]
pub struct PartFlow {
    /// The part.
    pub name: String,
    /// Before and after.
    pub sales: [f64; 2],
    /// Before and after.
    pub orders: [f64; 2],
}

/// A change of the average order value as a change of what is bought with and a change within.
#[derive(Debug, Clone, PartialEq)]
pub struct AverageEffects {
    /// Orders moving between parts whose averages differ.
    pub mix: f64,
    /// Averages changing within parts.
    pub rate: f64,
    /// Every part with orders on both sides.
    pub parts: Vec<PartEffect>,
    /// Whether those are all parts that there are, each under its own name.
    pub is_complete: bool,
}

/// One part of a change of the average.
#[derive(Debug, Clone, PartialEq)]
pub struct PartEffect {
    /// The part.
    pub name: String,
    /// Its share of orders before and after, in parts of a hundred.
    pub share: [f64; 2],
    /// The same in whole per cents; on each side the shares of all parts add to 100.
    pub whole_share: [u32; 2],
    /// Its own average before and after.
    pub average: [f64; 2],
    /// The change of its own average, in parts of a hundred; `None` where too few orders stand behind it.
    pub percent: Option<f64>,
}

impl PartEffect {
    /// Change of its share of orders, in points.
    pub fn shift(&self) -> f64 {
        self.share[1] - self.share[0]
    }

    /// Change of its own average.
    pub fn rise(&self) -> f64 {
        self.average[1] - self.average[0]
    }
}

impl AverageEffects {
    /// Whether every part's own average moved against the whole (Simpson's case): mix alone explains the direction.
    pub fn is_reversed(&self) -> bool {
        let delta = self.mix + self.rate;
        self.is_complete
            && self.parts.len() > 1
            && delta != 0.0
            && self.parts.iter().all(|part| part.rise() * delta < 0.0)
    }

    /// The named part that gained most share of orders.
    pub fn gainer(&self) -> Option<&PartEffect> {
        let named = self.parts.iter().filter(|part| is_named(&part.name));
        named.max_by(|a, b| a.shift().total_cmp(&b.shift())).filter(|part| part.shift() > 0.0)
    }
}

/// Splits a change of the average order value into mix and rate (midpoint, exact, order free):
/// `mixᵢ = (s₁ᵢ−s₀ᵢ)·((r₀ᵢ+r₁ᵢ)/2 − (R₀+R₁)/2)`, `rateᵢ = (r₁ᵢ−r₀ᵢ)·(s₀ᵢ+s₁ᵢ)/2`, where `s` are shares of orders, `r`
/// averages and `R` the average of all. A part that is new or gone has one average, which counts for both sides.
/// The parts must not overlap. Below `min_orders` on either side a part gets no per cent. `None` without orders on both
/// sides.
pub fn average_effects(parts: &[PartFlow], min_orders: f64) -> Option<AverageEffects> {
    let total =
        |of: fn(&PartFlow) -> [f64; 2], side: usize| parts.iter().map(|part| of(part)[side]).sum::<f64>();
    let orders = [0, 1].map(|side| total(|part| part.orders, side));
    let sales = [0, 1].map(|side| total(|part| part.sales, side));
    if orders[0] <= 0.0 || orders[1] <= 0.0 {
        return None;
    }
    let whole = f64::midpoint(sales[0] / orders[0], sales[1] / orders[1]);
    let whole_shares = [0, 1]
        .map(|side: usize| whole_percents(&parts.iter().map(|part| part.orders[side]).collect::<Vec<_>>()));
    let mut effects = AverageEffects { mix: 0.0, rate: 0.0, parts: Vec::new(), is_complete: true };
    for (i, part) in parts.iter().enumerate() {
        let average = |side: usize| (part.orders[side] > 0.0).then(|| part.sales[side] / part.orders[side]);
        let (before, after) = match (average(0), average(1)) {
            (Some(before), Some(after)) => (before, after),
            (Some(only), None) | (None, Some(only)) => (only, only),
            (None, None) => continue,
        };
        let on_both_sides = part.orders[0] > 0.0 && part.orders[1] > 0.0;
        effects.is_complete &= on_both_sides && is_named(&part.name);
        let share = [part.orders[0] / orders[0], part.orders[1] / orders[1]];
        effects.mix += (share[1] - share[0]) * (f64::midpoint(before, after) - whole);
        effects.rate += (after - before) * f64::midpoint(share[0], share[1]);
        if on_both_sides {
            effects.parts.push(PartEffect {
                name: part.name.clone(),
                share: share.map(|share| share * 100.0),
                whole_share: [0, 1].map(|side: usize| whole_shares[side].get(i).copied().unwrap_or(0)),
                average: [before, after],
                percent: (before > 0.0 && part.orders[0].min(part.orders[1]) >= min_orders)
                    .then(|| (after / before - 1.0) * 100.0),
            });
        }
    }
    Some(effects)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn flow(name: &str, orders: [f64; 2], average: [f64; 2]) -> PartFlow {
        let sales = [orders[0] * average[0], orders[1] * average[1]];
        PartFlow { name: name.into(), sales, orders }
    }

    fn near(a: f64, b: f64) {
        assert!((a - b).abs() < 5e-5, "{a} is not {b}");
    }

    #[test]
    fn the_known_case_of_three_products() {
        // 10×1000, 15×800, 20×500 → 11×1000, 15×700, 23×800: the average goes from 13.9130 to 15.9600.
        let parts = [
            flow("A", [1000.0, 1000.0], [10.0, 11.0]),
            flow("B", [800.0, 700.0], [15.0, 15.0]),
            flow("C", [500.0, 800.0], [20.0, 23.0]),
        ];
        let effects = average_effects(&parts, 30.0).unwrap();
        near(effects.mix, 0.8235);
        near(effects.rate, 1.2235);
        let sales = sales_effects([32_000.0, 39_900.0], [2_300.0, 2_500.0]).unwrap();
        near(sales.orders, 2_987.304_35);
        near(sales.orders + sales.basket, 7_900.0);
    }

    #[test]
    fn pizzaplace_loses_orders_not_baskets() {
        // July to September 2015: sales fall by 8,377.85 although the average order rises.
        let effects = sales_effects([72_557.90, 64_180.05], [1_935.0, 1_661.0]).unwrap();
        near(effects.orders + effects.basket, -8_377.85);
        assert!(effects.orders < -8_377.85 && effects.basket > 0.0);
    }

    #[test]
    fn an_average_that_falls_while_every_part_rises_is_told() {
        let parts = [
            flow("Pay in 3", [300.0, 600.0], [250.0, 262.0]),
            flow("Pay in 4", [700.0, 400.0], [500.0, 522.0]),
        ];
        let effects = average_effects(&parts, 30.0).unwrap();
        assert!(effects.is_reversed() && effects.mix < 0.0 && effects.rate > 0.0);
        assert_eq!(effects.gainer().unwrap().name, "Pay in 3");
        let plain =
            average_effects(&[flow("A", [1.0, 1.0], [10.0, 9.0]), flow("B", [1.0, 1.0], [20.0, 19.0])], 30.0);
        let plain = plain.unwrap();
        assert!(!plain.is_reversed() && plain.parts[0].percent.is_none());
    }

    proptest! {
        #[test]
        fn effects_add_up_and_swap_sign(
            sales in prop::array::uniform2(0i64..1_000_000_000),
            orders in prop::array::uniform2(1u32..100_000),
        ) {
            let sales = sales.map(|s| s as f64 / 1e4);
            let orders = orders.map(f64::from);
            let effects = sales_effects(sales, orders).unwrap();
            let delta = sales[1] - sales[0];
            prop_assert!((effects.orders + effects.basket - delta).abs() <= 1e-9 * (1.0 + effects.orders.abs()));
            let back = sales_effects([sales[1], sales[0]], [orders[1], orders[0]]).unwrap();
            prop_assert!((back.orders + effects.orders).abs() <= 1e-6 * (1.0 + effects.orders.abs()));
        }

        #[test]
        fn mix_and_rate_add_up(parts in prop::collection::vec(
            (prop::array::uniform2(0u32..5_000), prop::array::uniform2(1u32..90_000)), 1..6)) {
            let flows: Vec<_> = parts.iter().enumerate().map(|(i, (orders, average))| {
                flow(&i.to_string(), orders.map(f64::from), average.map(|a| f64::from(a) / 100.0))
            }).collect();
            if let Some(effects) = average_effects(&flows, 30.0) {
                let whole = |side: usize| {
                    flows.iter().map(|p| p.sales[side]).sum::<f64>() / flows.iter().map(|p| p.orders[side]).sum::<f64>()
                };
                prop_assert!((effects.mix + effects.rate - (whole(1) - whole(0))).abs() < 1e-6);
            }
        }
    }
}
