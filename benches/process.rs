//! The whole program, as whoever runs it waits for it: a deck of demo data, and an import of 1,000,000 rows.
//!
//! `cargo bench --bench process` builds the release program and prints what `run.json` says of 20 runs of
//!
//! ```sh
//! kamslides generate --merchant demo-fashion --from 2023-01-01 --to 2025-06-30
//! ```
//!
//! and how long `kamslides data import` took, from start to end of the process. Another number of rows is given with
//! `cargo bench --bench process -- 200000`.
#![expect(clippy::print_stdout, reason = "a benchmark prints")]

mod orders;

use serde_json::Value;
use std::{
    error::Error,
    path::Path,
    process::{Command, Output},
    time::Instant,
};

const RUNS: usize = 20;

fn main() -> Result<(), Box<dyn Error>> {
    let rows = std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(1_000_000);
    let folder = tempfile::tempdir()?;
    decks(folder.path())?;
    import(folder.path(), rows)
}

fn decks(folder: &Path) -> Result<(), Box<dyn Error>> {
    let generate =
        ["generate", "--merchant", "demo-fashion", "--from", "2023-01-01", "--to", "2025-06-30", "--json"];
    let (mut process, mut duration, mut cpu, mut memory) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for _ in 0..RUNS {
        let begun = Instant::now();
        let output = kamslides(folder, &generate)?;
        process.push(begun.elapsed().as_secs_f64() * 1e3);
        let report: Value = serde_json::from_slice(&output.stdout)?;
        let number = |value: &Value| value.as_f64().ok_or("the report lacks a number");
        duration.push(number(&report["duration_ms"])?);
        cpu.push(number(&report["resources"]["cpu_ms"])?);
        memory.push(number(&report["resources"]["peak_rss_bytes"])? / f64::from(1 << 20));
    }
    println!("a deck of demo-fashion, {RUNS} runs");
    print("whole process, wall ms", process);
    print("duration_ms of run.json", duration);
    print("CPU ms", cpu);
    print("peak memory, MiB", memory);
    Ok(())
}

fn import(folder: &Path, rows: usize) -> Result<(), Box<dyn Error>> {
    orders::generate(&folder.join("orders.csv"), rows)?;
    let import = [
        "data",
        "import",
        "orders.csv",
        "--merchant",
        "bench",
        "--currency",
        "EUR",
        "--map",
        "auto",
        "--json",
    ];
    let begun = Instant::now();
    let output = kamslides(folder, &import)?;
    let seconds = begun.elapsed().as_secs_f64();
    let report: Value = serde_json::from_slice(&output.stdout)?;
    println!("import of {} rows: {seconds:.2} s, {:.0} rows/s", report["imported"], rows as f64 / seconds);
    Ok(())
}

/// Runs the program in an empty environment; it must succeed.
fn kamslides(folder: &Path, arguments: &[&str]) -> Result<Output, Box<dyn Error>> {
    let program = env!("CARGO_BIN_EXE_kamslides");
    let output = Command::new(program).args(arguments).env_clear().current_dir(folder).output()?;
    if output.status.success() { Ok(output) } else { Err(String::from_utf8_lossy(&output.stderr).into()) }
}

fn print(what: &str, mut values: Vec<f64>) {
    values.sort_by(f64::total_cmp);
    println!("  {what}: median {:.1}, lowest {:.1}", values[values.len() / 2], values[0]);
}
