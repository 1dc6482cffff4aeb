//! The file of generated orders that the benchmarks import.

use jiff::{ToSpan, civil::date};
use std::{
    error::Error,
    fs::File,
    io::{BufWriter, Write},
    path::Path,
};

/// Order lines over 30 months with every built-in attribute: about 1.4 lines an order, and a customer for every third order.
pub(crate) fn generate(path: &Path, rows: usize) -> Result<(), Box<dyn Error>> {
    let mut file = BufWriter::new(File::create(path)?);
    writeln!(
        file,
        "order_id,date,amount,product_type,user_type,customer_id,age_band,gender,card_type,country,channel"
    )?;
    let mut state = 42_u64;
    let mut random = |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let (days, orders) = (912, (rows / 3).max(1) as u64);
    let mut order = 0;
    for row in 0..rows {
        if row == 0 || random(10) < 7 {
            order += 1;
        }
        let day = date(2023, 1, 1).checked_add((row as i64 * days / rows as i64).days())?;
        let customer = random(orders);
        writeln!(
            file,
            "ORD-{order:09},{day},{}.{:02},{},{},C{customer},{},{},{},{},{}",
            random(300) + 5,
            random(100),
            ["Pay in 3", "Pay in 4"][random(2) as usize],
            ["New", "Returning", "Network"][random(3) as usize],
            ["18-24", "25-34", "35-44", "45-54", "55-64", "65+"][customer as usize % 6],
            ["F", "M"][customer as usize % 2],
            ["debit", "credit", "prepaid"][customer as usize % 3],
            ["IT", "FR", "DE"][random(3) as usize],
            ["web", "store"][random(2) as usize],
        )?;
    }
    Ok(file.flush()?)
}
