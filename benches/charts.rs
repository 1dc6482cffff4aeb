//! CPU time and size of every kind of chart, the time from the start of a process to its first picture, and the memory
//! after 2,000: `cargo bench --bench charts`. `-- FOLDER` writes the pictures there instead, `-- json` prints the figures
//! with the data for `benches/against_matplotlib.py`. Judges nothing.
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
use serde_json::json;
use std::{
    env, fs,
    hint::black_box,
    path::Path,
    process::Command,
    sync::LazyLock,
    time::{Duration, Instant},
};

static THEME: LazyLock<Theme> = LazyLock::new(|| DeckTemplate::load("kam-review").unwrap().theme);

/// Drawings timed together, and how often: the machine is shared, so the quickest counts.
const TOGETHER: u32 = 10;
const TIMES: u32 = 5;

/// Processes started to time the first picture.
const STARTS: usize = 20;

fn main() {
    let argument = env::args().skip(1).find(|argument| !argument.starts_with('-'));
    match argument.as_deref() {
        None => {
            println!(
                "{:<22} {:<16} {:>8} {:>8} {:>9} {:>9}",
                "sample", "kind", "ms × 1", "ms × 2", "PNG", "SVG"
            );
            ordinary::all().iter().for_each(measure);
            first_pictures();
            println!("{}", own(&["many"]));
        }
        Some("json") => ordinary::all().iter().for_each(export),
        Some("first") => drop(draw(&ordinary::all()[0], 1)),
        Some("many") => many(),
        Some(folder) => ordinary::all().iter().for_each(|sample| write(sample, Path::new(folder))),
    }
}

/// What another process of this program prints.
fn own(arguments: &[&str]) -> String {
    let output = Command::new(env::current_exe().unwrap()).args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
}

fn first_pictures() {
    let mut times: Vec<Duration> = (0..STARTS)
        .map(|_| {
            let start = Instant::now();
            own(&["first"]);
            start.elapsed()
        })
        .collect();
    times.sort();
    let ms = |time: Duration| time.as_secs_f64() * 1e3;
    println!(
        "from the start of a process to its end with one picture: median {:.1} ms, lowest {:.1} ms of {STARTS}",
        ms(times[STARTS / 2]),
        ms(times[0])
    );
}

/// Draws 2,000 charts of all kinds and prints the most memory that was needed by a tenth of the way and by its end.
fn many() {
    let samples = ordinary::all();
    let mut early = 0;
    for n in 0..2_000 {
        black_box(draw(&samples[n % samples.len()], 1));
        if n == 200 {
            early = peak_kib();
        }
    }
    println!("memory: {:.1} MiB after 200 charts, {:.1} MiB after 2,000", mib(early), mib(peak_kib()));
}

fn mib(kib: u64) -> f64 {
    kib as f64 / 1024.0
}

/// The most memory this process has had, in KiB.
fn peak_kib() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

/// A line of JSON with a sample's figures and its data.
fn export(sample: &Sample) {
    let chart = draw(sample, 1);
    let ms = cpu_of(sample, 1);
    let data = sample.dataset.to_json();
    println!(
        "{}",
        json!({"sample": sample.name, "kind": chart.kind, "ms": ms, "bytes": chart.png.len(), "data": data})
    );
}

/// CPU time of one drawing, in milliseconds.
fn cpu_of(sample: &Sample, scale: u32) -> f64 {
    let together = |_| {
        let start = cpu_ms();
        for _ in 0..TOGETHER {
            black_box(draw(sample, scale));
        }
        (cpu_ms() - start) / f64::from(TOGETHER)
    };
    (0..TIMES).map(together).fold(f64::INFINITY, f64::min)
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
    let ms = [1, 2].map(|scale| cpu_of(sample, scale));
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
    fs::write(path.with_extension("png"), &chart.png).unwrap();
    fs::write(path.with_extension("svg"), &chart.svg).unwrap();
    println!("{} ({}): {}", sample.name, chart.kind, chart.alt);
    chart.warnings.iter().for_each(|warning| println!("    ! {warning}"));
}
