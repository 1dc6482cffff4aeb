//! Sets of customer numbers as bytes: ascending differences, seven bits a byte, the high bit set on all but the last.

/// The bytes of an ascending list without duplicates.
pub(super) fn encode(customers: &[u32]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(customers.len() * 2);
    let mut previous = 0;
    for customer in customers {
        let mut rest = customer - previous;
        previous = *customer;
        while rest >= 0x80 {
            bytes.push(rest as u8 | 0x80);
            rest >>= 7;
        }
        bytes.push(rest as u8);
    }
    bytes
}

/// Appends the numbers that `bytes` hold to a list.
pub(super) fn decode_into(bytes: &[u8], customers: &mut Vec<u32>) {
    let (mut customer, mut rest, mut shift) = (0_u32, 0_u32, 0);
    for byte in bytes {
        rest |= u32::from(byte & 0x7f).checked_shl(shift).unwrap_or(0);
        shift += 7;
        if byte & 0x80 == 0 {
            customer = customer.wrapping_add(rest);
            customers.push(customer);
            (rest, shift) = (0, 0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_was_encoded_comes_back(mut customers in prop::collection::vec(any::<u32>(), 0..200)) {
            customers.sort_unstable();
            customers.dedup();
            let mut decoded = Vec::new();
            decode_into(&encode(&customers), &mut decoded);
            prop_assert_eq!(decoded, customers);
        }
    }
}
