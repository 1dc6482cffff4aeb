//! Whole per cents that add to 100.

/// Shares of a whole in whole per cents, adding to 100 by the largest remainder (Hamilton's method); of equal
/// remainders the earlier goes up. Empty when the values do not add up to something positive.
pub fn whole_percents(values: &[f64]) -> Vec<u32> {
    let total: f64 = values.iter().sum();
    if total <= 0.0 || values.iter().any(|value| *value < 0.0) {
        return Vec::new();
    }
    let exact: Vec<f64> = values.iter().map(|value| value / total * 100.0).collect();
    let mut shares: Vec<u32> = exact.iter().map(|share| share.floor() as u32).collect();
    let missing = 100_u32.saturating_sub(shares.iter().sum()) as usize;
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| exact[b].fract().total_cmp(&exact[a].fract()).then(a.cmp(&b)));
    for &i in order.iter().take(missing) {
        shares[i] += 1;
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn thirds_add_to_a_hundred() {
        assert_eq!(whole_percents(&[1.0, 1.0, 1.0]), [34, 33, 33]);
        assert_eq!(whole_percents(&[0.0, 0.0]), [0_u32; 0]);
    }

    proptest! {
        #[test]
        fn shares_add_to_a_hundred_and_stay_near(values in prop::collection::vec(0.0f64..1e9, 1..9)) {
            prop_assume!(values.iter().sum::<f64>() > 1.0);
            let shares = whole_percents(&values);
            prop_assert_eq!(shares.iter().sum::<u32>(), 100);
            let total: f64 = values.iter().sum();
            for (share, value) in shares.iter().zip(&values) {
                prop_assert!((f64::from(*share) - value / total * 100.0).abs() < 1.0);
            }
        }
    }
}
