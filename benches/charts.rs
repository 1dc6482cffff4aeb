//! CPU time and size of every kind of chart: `cargo bench --bench charts`. With a folder as argument
//! (`cargo bench --bench charts -- FOLDER`) it writes the pictures there instead. Judges nothing.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark prints, and stops when it cannot go on"
)]

use kamslides::{
    chart::{Chart, Style},
    domain::Currency,
    format::{Format, Locale},
    gallery::{Sample, ordinary},
    template::{DeckTemplate, Theme},
};
use std::{hint::black_box, path::Path, sync::LazyLock};

static THEME: LazyLock<Theme> = LazyLock::new(|| DeckTemplate::load("kam-review").unwrap().theme);

const ROUNDS: u32 = 50;

fn main() {
    if let Some(folder) = std::env::args().skip(1).find(|argument| !argument.starts_with('-')) {
        for sample in ordinary::all() {
            write(&sample, Path::new(&folder));
        }
    } else {
        println!("{:<22} {:<16} {:>8} {:>8} {:>9} {:>9}", "sample", "kind", "ms × 1", "ms × 2", "PNG", "SVG");
        ordinary::all().iter().for_each(measure);
    }
}

fn draw(sample: &Sample, scale: u32) -> Chart {
    sample
        .chart(Style {
            format: &Format::new(Locale::EnGb, Some(Currency::EUR)),
            theme: &THEME,
            scale,
            small: false,
        })
        .unwrap()
}

fn measure(sample: &Sample) {
    let chart = draw(sample, 1);
    let ms = [1, 2].map(|scale| {
        let start = cpu_ms();
        for _ in 0..ROUNDS {
            black_box(draw(sample, scale));
        }
        (cpu_ms() - start) / f64::from(ROUNDS)
    });
    let (png, svg) = (chart.png.len(), chart.svg.len());
    println!("{:<22} {:<16} {:>8.2} {:>8.2} {png:>9} {svg:>9}", sample.name, chart.kind, ms[0], ms[1]);
}

/// CPU time of this process in milliseconds: other processes do not count.
fn cpu_ms() -> f64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    time.tv_sec as f64 * 1e3 + time.tv_nsec as f64 / 1e6
}

fn write(sample: &Sample, folder: &Path) {
    let chart = draw(sample, 1);
    let path = folder.join(&sample.name);
    std::fs::write(path.with_extension("png"), &chart.png).unwrap();
    std::fs::write(path.with_extension("svg"), &chart.svg).unwrap();
    println!("{} ({}): {}", sample.name, chart.kind, chart.alt);
    chart.warnings.iter().for_each(|warning| println!("    ! {warning}"));
}
