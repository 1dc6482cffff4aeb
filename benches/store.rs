//! How fast the embedded data are: an import of 1,000,000 generated rows, queries on them, and the demo merchants.
//!
//! `cargo bench --bench store`, or with a number of rows: `cargo bench --bench store -- 200000`.
#![expect(clippy::print_stdout, reason = "a benchmark prints")]

mod orders;

use jiff::civil::date;
use kamslides::{
    domain::{Dimension, Merchant, Metric},
    store::{ImportOptions, Mapping, Query, Store},
};
use std::{error::Error, fs::File, time::Instant};

fn main() -> Result<(), Box<dyn Error>> {
    let rows = std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(1_000_000);
    let folder = tempfile::tempdir()?;
    let csv = folder.path().join("orders.csv");
    orders::generate(&csv, rows)?;
    println!("{rows} rows, {:.1} MB of CSV", std::fs::metadata(&csv)?.len() as f64 / 1e6);

    let file = folder.path().join("orders.db");
    let options = ImportOptions {
        map: Mapping::parse(&["auto"])?,
        merchant: Some(Merchant::new("bench")?),
        ..ImportOptions::default()
    };
    let (begun, cpu) = (Instant::now(), cpu_seconds());
    let report = Store::create_or_open(&file)?.import(File::open(&csv)?, &options)?;
    let seconds = begun.elapsed().as_secs_f64();
    println!(
        "import: {:.2} s ({:.2} s of CPU), {:.0} rows/s, {} orders, {:.1} MB database",
        seconds,
        cpu_seconds() - cpu,
        report.rows as f64 / seconds,
        report.orders,
        std::fs::metadata(&file)?.len() as f64 / 1e6
    );

    let begun = Instant::now();
    let again = Store::open(&file)?.import(File::open(&csv)?, &options)?;
    println!("the same file again: {:.2} s, {} rows added", begun.elapsed().as_secs_f64(), again.imported);

    let store = Store::open(&file)?;
    for (metrics, group_by) in [
        ("sales orders", "month"),
        ("sales orders", "month product_type"),
        ("aov sales orders", "product_type"),
        ("users", "age_band"),
        ("users", "month"),
        ("users", ""),
        ("sales orders users", "month"),
        ("sales orders", "month product_type user_type"),
    ] {
        let query = query("bench", metrics, group_by)?;
        println!("{metrics} by {group_by}: {}", best(|| store.query(&query).map(|table| table.rows.len()))?);
    }

    for name in Store::DEMO_MERCHANTS {
        let merchant = Merchant::new(name)?;
        let orders = Store::demo(&merchant).merchants()?[0].orders;
        println!(
            "{name}: made in {}, {orders} orders",
            best(|| Store::demo(&merchant).merchants().map(|entries| entries.len()))?
        );
        let store = Store::demo(&merchant);
        let query = query(name, "sales orders users", "month product_type")?;
        println!("{name}: queried in {}", best(|| store.query(&query).map(|table| table.rows.len()))?);
    }
    Ok(())
}

/// CPU time of this process, all threads: on a busy machine it says more than the clock.
fn cpu_seconds() -> f64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}

/// The shortest of five runs, and what the first one gave.
fn best<E>(run: impl Fn() -> Result<usize, E>) -> Result<String, E> {
    let begun = Instant::now();
    let found = run()?;
    let first = begun.elapsed();
    let mut shortest = first;
    for _ in 0..4 {
        let begun = Instant::now();
        run()?;
        shortest = shortest.min(begun.elapsed());
    }
    let ms = |time: std::time::Duration| time.as_secs_f64() * 1e3;
    Ok(format!("{:.1} ms (first run {:.1} ms), {found} rows", ms(shortest), ms(first)))
}

fn query(merchant: &str, metrics: &str, group_by: &str) -> Result<Query, Box<dyn Error>> {
    Ok(Query {
        merchant: Merchant::new(merchant)?,
        metrics: metrics.split_whitespace().map(str::parse::<Metric>).collect::<Result<_, _>>()?,
        group_by: group_by.split_whitespace().map(str::parse::<Dimension>).collect::<Result<_, _>>()?,
        start: date(2023, 1, 1),
        end: date(2025, 6, 30),
        filter: Vec::new(),
        limit: None,
    })
}
