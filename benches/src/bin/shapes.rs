//! Measures every case and prints the table of `benches/README.md`.

use std::io;
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use clap::Parser;
use esc_benches::bench::Bench;
use esc_benches::cases::{
    CASES, CHAIN_EXPONENT, CHAIN_EXPONENT_WITH_EXPORT, CHAIN_LENGTHS, Case, Cost, exponent,
};
use esc_benches::measure::{Effort, Report, measure};
use esc_benches::shapes::{SEED, Shape};

/// How long a case may take altogether.
const PATIENCE: Duration = Duration::from_secs(60);

/// Measures every case, each in a process of its own, and prints a table: goal, measured, and what the reference
/// implementation takes.
#[derive(Parser)]
struct Arguments {
    /// Only the cases with these names, such as E1 or E7:500.
    cases: Vec<String>,
    /// Seconds to spend on each case at most.
    #[arg(long, default_value_t = 3)]
    seconds: u64,
    /// Measure one shape in this process and print a line of JSON.
    #[arg(long, hide = true)]
    one: Option<String>,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("shapes: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> io::Result<()> {
    if let Some(id) = &arguments.one {
        let report = here(id, arguments.seconds)?;
        println!("{}", serde_json::to_string(&report).map_err(io::Error::other)?);
        return Ok(());
    }
    println!(
        "| | shape | goal | here | of goal | p95 | CPU | allocations | bytes | peak RSS | export | with export | its CPU | Go | Go ÷ with export |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|");
    for case in CASES {
        if arguments.cases.is_empty() || arguments.cases.iter().any(|id| id == case.id) {
            match apart(case.id, arguments.seconds) {
                Ok(report) => println!("{}", row(case, &report)),
                Err(error) => {
                    println!("| {} | {} | {} | {error} |", case.id, case.title, costs(&case.goal))
                }
            }
        }
    }
    if arguments.cases.is_empty() {
        let (mut plain, mut full) = (Vec::new(), Vec::new());
        for length in CHAIN_LENGTHS {
            let report = apart(&Shape::Chain(length).to_string(), arguments.seconds)?;
            plain.push((length as f64, report.cpu_mean_ns.unwrap_or(report.median_ns) as f64));
            let ns = report.full_cpu_mean_ns.or(report.full_median_ns);
            full.extend(ns.map(|ns| (length as f64, ns as f64)));
        }
        println!();
        print_growth("Chains of imports", &plain, CHAIN_EXPONENT);
        print_growth("With export", &full, CHAIN_EXPONENT_WITH_EXPORT);
    }
    Ok(())
}

fn print_growth(of: &str, points: &[(f64, f64)], goal: f64) {
    let times: Vec<String> =
        points.iter().map(|(n, ns)| format!("{n}: {}", time(ns / 1e3))).collect();
    println!(
        "{of}: {}. They grow as n^{:.2} (goal: at most {goal}).",
        times.join(", "),
        exponent(points)
    );
}

/// Measures in this process.
fn here(id: &str, seconds: u64) -> io::Result<Report> {
    let shape: Shape = id.parse().map_err(io::Error::other)?;
    let case = CASES.iter().find(|case| case.id == id);
    let conditions = case.map(Case::conditions).unwrap_or_default();
    let bench = Bench::new(shape.documents(SEED), conditions)?;
    let at_most = Duration::from_secs(seconds);
    let effort = Effort { iterations: 2_000, exports: 2_000, at_most };
    let report = measure(&bench, effort);
    match report.errors {
        0 => Ok(report),
        errors => Err(io::Error::other(format!("{id} has {errors} errors"))),
    }
}

/// Measures in a process of its own, whose peak memory is this case's and no other's.
fn apart(id: &str, seconds: u64) -> io::Result<Report> {
    let mut child = Command::new(std::env::current_exe()?)
        .args(["--one", id, "--seconds", &seconds.to_string()])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let started = Instant::now();
    while child.try_wait()?.is_none() {
        if started.elapsed() > PATIENCE {
            child.kill()?;
            child.wait()?;
            return Err(io::Error::other(format!("{id}: not within {} s", PATIENCE.as_secs())));
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    let output = child.wait_with_output()?;
    if !output.status.success() {
        let message = String::from_utf8_lossy(&output.stderr).into_owned();
        return Err(io::Error::other(format!("{id}: {} {message}", output.status)));
    }
    serde_json::from_slice(&output.stdout).map_err(io::Error::other)
}

fn row(case: &Case, report: &Report) -> String {
    let us = report.median_ns as f64 / 1e3;
    let ours = judged(case, Some(report.median_ns), report.cpu_mean_ns).unwrap_or(us);
    let goal = case.goal.us.map_or(String::new(), |goal| format!("{:.2}", ours / goal));
    let shown = |ns: Option<u64>| ns.map_or(String::new(), |ns| time(ns as f64 / 1e3));
    let full = judged(case, report.full_median_ns, report.full_cpu_mean_ns);
    let go = case.go.us.zip(full).map_or(String::new(), |(go, full)| format!("{:.1}×", go / full));
    let cells = [
        case.id.to_owned(),
        case.title.to_owned(),
        costs(&case.goal),
        time(us),
        goal,
        time(report.p95_ns as f64 / 1e3),
        shown(report.cpu_mean_ns),
        report.allocations.to_string(),
        size(report.bytes),
        report.peak_rss_bytes.map_or(String::new(), size),
        shown(report.export_median_ns),
        shown(report.full_median_ns),
        shown(report.full_cpu_mean_ns),
        costs(&case.go),
        go,
    ];
    format!("| {} |", cells.join(" | "))
}

/// The time to compare, in microseconds. Where nothing is waited for that is what the thread computed: other work on the
/// machine is then left out.
fn judged(case: &Case, median: Option<u64>, cpu: Option<u64>) -> Option<f64> {
    let waits = case.delays_ms != (0, 0);
    let ns = if waits { median } else { cpu.or(median) };
    ns.map(|ns| ns as f64 / 1e3)
}

fn costs(cost: &Cost) -> String {
    let parts = [
        cost.us.map(time),
        cost.allocations.map(|n| format!("{n} allocations")),
        cost.bytes.map(size),
        cost.rss.map(|rss| format!("RSS {}", size(rss))),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn time(us: f64) -> String {
    if us < 1e3 { format!("{us:.0} µs") } else { format!("{:.2} ms", us / 1e3) }
}

fn size(bytes: u64) -> String {
    let bytes = bytes as f64;
    if bytes < 1e6 { format!("{:.0} kB", bytes / 1e3) } else { format!("{:.1} MB", bytes / 1e6) }
}
