//! The value axis: where its ticks stand and how they print; and shares that add to 100.

use crate::{dataset::whole_percents, domain::Unit, format::Format};
use std::ops::RangeInclusive;

/// A value axis from its lowest to its highest tick.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Scale {
    pub(super) low: f64,
    pub(super) high: f64,
    /// Ascending, evenly spaced.
    pub(super) ticks: Vec<f64>,
    unit: Unit,
}

/// Steps between ticks, as tenths of a power of ten.
const STEPS: [f64; 4] = [10.0, 20.0, 25.0, 50.0];
/// Four to six ticks.
const INTERVALS: RangeInclusive<i64> = 3..=5;
/// Shades are to tell values apart, so there are more of them.
const SHADES: RangeInclusive<i64> = 4..=6;
/// Values closer to each other than this share of their size are one value: no axis could tell them apart.
const FLAT: f64 = 1e-6;

impl Scale {
    /// The axis of bars: zero is always on it.
    pub(super) fn from_zero(values: impl Iterator<Item = f64>, unit: Unit) -> Self {
        let (low, high) = extent(values);
        Self::over(low.min(0.0), high.max(0.0), unit, &INTERVALS)
    }

    /// The axis of lines: it may start elsewhere than zero when the values lie well above it.
    pub(super) fn around(values: impl Iterator<Item = f64>, unit: Unit) -> Self {
        let (low, high) = extent(values);
        let near_zero = low >= 0.0 && low < high * 0.4;
        Self::over(if near_zero { 0.0 } else { low }, high, unit, &INTERVALS)
    }

    /// Where one shade ends and the next begins.
    pub(super) fn of_shades(values: impl Iterator<Item = f64>, unit: Unit) -> Self {
        let (low, high) = extent(values);
        Self::over(low, high, unit, &SHADES)
    }

    fn over(low: f64, high: f64, unit: Unit, intervals: &RangeInclusive<i64>) -> Self {
        let size = low.abs().max(high.abs());
        let (low, high) = match (high - low > size * FLAT, size < FLAT) {
            (_, true) => (0.0, 1.0),
            (true, _) => (low, high),
            (false, _) => (low - size * 0.05, high + size * 0.05),
        };
        let power = (high - low).log10().floor() as i32;
        let mut best: Option<(f64, i64, i64, f64)> = None;
        for step in (power - 3..=power).flat_map(|k| STEPS.map(|step| step * 10_f64.powi(k))) {
            if matches!(unit, Unit::Count) && (step < 1.0 || step.fract() > 1e-9) {
                continue;
            }
            let first = (low / step + 1e-9).floor() as i64;
            let last = (high / step - 1e-9).ceil() as i64;
            let filled = (high - low) / ((last - first) as f64 * step);
            if intervals.contains(&(last - first)) && best.is_none_or(|(_, _, _, other)| filled > other) {
                best = Some((step, first, last, filled));
            }
        }
        // One or two things: 0, 1, 2.
        let (step, first, last, _) =
            best.unwrap_or((1.0, low.floor() as i64, (high.ceil() as i64).max(low.floor() as i64 + 1), 1.0));
        let ticks: Vec<f64> = (first..=last).take(12).map(|n| n as f64 * step).collect();
        Self { low: first as f64 * step, high: last as f64 * step, ticks, unit }
    }

    /// What its values count.
    pub(super) fn unit(&self) -> Unit {
        self.unit
    }

    /// The printed ticks, all with the same decimals; the unit stands once, on the top one (or, when that is zero, on
    /// the lowest).
    pub(super) fn labels(&self, format: &Format) -> Vec<String> {
        let size = format.size(self.low.abs().max(self.high.abs()));
        let is_whole = |decimals: i32| {
            let whole = |tick: &f64| {
                let scaled = tick / size.ones * 10_f64.powi(decimals);
                (scaled - scaled.round()).abs() < 1e-6
            };
            self.ticks.iter().all(whole)
        };
        let mut decimals = (0..8).find(|d| is_whole(*d)).unwrap_or(8) as usize;
        let is_money = matches!(self.unit, Unit::Money(_));
        if is_money && size.ones < 2.0 && decimals == 1 {
            decimals = 2;
        }
        let bearer = if self.high > 0.0 { self.ticks.len() - 1 } else { 0 };
        let print = |(i, tick): (usize, &f64)| match i == bearer {
            true => format.tick(*tick, size, decimals, Some(self.unit)),
            false if (tick / size.ones).abs() < 1e-12 => "0".to_owned(),
            false => format.tick(*tick, size, decimals, None),
        };
        self.ticks.iter().enumerate().map(print).collect()
    }
}

fn extent(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let (low, high) =
        values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)));
    if low <= high { (low, high) } else { (0.0, 0.0) }
}

/// Whole per cents that add to 100; all zero where there are no shares, because the values add to nothing or one of them
/// is negative.
pub(super) fn shares(values: &[f64]) -> Vec<u32> {
    let shares = whole_percents(values);
    if shares.is_empty() { vec![0; values.len()] } else { shares }
}

/// A share as printed: a share above nothing never prints as nothing.
pub(super) fn share_text(format: &Format, share: u32, value: f64) -> String {
    if share == 0 && value > 0.0 { format.least_share() } else { format.share(share) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{domain::Currency, format::Locale};
    use proptest::prelude::*;

    fn printed(scale: &Scale) -> Vec<String> {
        scale.labels(&Format::new(Locale::EnGb, Some(Currency::EUR)))
    }

    #[test]
    fn ticks_are_round_and_carry_the_unit_once() {
        let money = Unit::Money(Some(Currency::EUR));
        for (values, want) in [
            (vec![41_200.0, 146_000.0], vec!["0", "50", "100", "€150k"]),
            (vec![3.0], vec!["0", "1", "2", "€3"]),
            (vec![0.3], vec!["0", "0.10", "0.20", "€0.30"]),
            (vec![1_420_000.0], vec!["0", "0.5", "1.0", "€1.5m"]),
            (vec![-20_000.0, 70_000.0], vec!["−20", "0", "20", "40", "60", "€80k"]),
            (vec![-20_000.0], vec!["−€20k", "−15", "−10", "−5", "0"]),
        ] {
            assert_eq!(printed(&Scale::from_zero(values.into_iter(), money)), want);
        }
        let scale = Scale::around([81.2, 104.9].into_iter(), money);
        assert_eq!(printed(&scale), ["80", "85", "90", "95", "100", "€105"]);
        for (locale, want) in Locale::ALL.into_iter().zip([
            ["0", "0.10", "0.20", "€0.30"],
            ["0", "0,10", "0,20", "0,30\u{a0}€"],
            ["0", "0,10", "0,20", "0,30\u{a0}€"],
            ["0", "0,10", "0,20", "0,30\u{a0}€"],
        ]) {
            let format = Format::new(locale, Some(Currency::EUR));
            assert_eq!(Scale::from_zero([0.3].into_iter(), money).labels(&format), want);
        }
        let scale = Scale::from_zero([2.0].into_iter(), Unit::Count);
        assert_eq!(printed(&scale), ["0", "1", "2"]);
    }

    #[test]
    fn printed_shares_add_to_a_hundred() {
        assert_eq!(shares(&[1.0, 1.0, 1.0]), [34, 33, 33]);
        assert_eq!(shares(&[0.0, 0.0]), [0, 0]);
        let format = Format::new(Locale::EnGb, None);
        assert_eq!(share_text(&format, 0, 1.0), "<1%");
        assert_eq!(share_text(&format, 0, 0.0), "0%");
    }

    proptest! {
        #[test]
        fn an_axis_always_holds_its_values(values in prop::collection::vec(-1e12..1e12, 1..20), zero: bool) {
            for unit in [Unit::Count, Unit::Money(None), Unit::Percent] {
                let all = values.iter().copied();
                let scale = if zero { Scale::from_zero(all, unit) } else { Scale::around(all, unit) };
                prop_assert!(scale.low < scale.high && (2..=12).contains(&scale.ticks.len()));
                let slack = (scale.high - scale.low) * 1e-6;
                prop_assert!(values.iter().all(|v| scale.low - slack <= *v && *v <= scale.high + slack));
                prop_assert_eq!(printed(&scale).len(), scale.ticks.len());
            }
        }

        #[test]
        fn shares_always_add_to_a_hundred(values in prop::collection::vec(0.0..1e12, 1..40)) {
            prop_assume!(values.iter().sum::<f64>() > 0.0);
            prop_assert_eq!(shares(&values).iter().sum::<u32>(), 100);
        }
    }
}
