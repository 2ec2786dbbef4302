//! Evaluates a directory of environments again and again and prints what it costs, as one line of JSON.

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use esc_benches::bench::{Bench, Conditions};
use esc_benches::directory;
use esc_benches::measure::{Effort, Report, measure};
use esc_benches::shapes::{SEED, Shape};
use serde::Serialize;

/// Evaluates environments again and again with the test providers and prints one line of JSON: times, allocations and
/// memory of an evaluation.
///
/// Timed are: parsing the root and every import, evaluating in open mode, making the values of the root, and dropping
/// it all. Files are read before. The full export is timed apart, as `export_…`.
#[derive(Parser)]
struct Arguments {
    /// The directory of NAME.yaml and project/name.yaml.
    #[arg(long, required_unless_present_any = ["shape", "write_shape"])]
    dir: Option<PathBuf>,
    /// The name of the environment to evaluate.
    #[arg(long, default_value = "env")]
    root: String,
    /// Evaluate a generated shape and no directory: E1 to E9, or with a size, such as E7:500.
    #[arg(long, conflicts_with = "dir")]
    shape: Option<Shape>,
    /// Only write a generated shape to a directory.
    #[arg(long, num_args = 2, value_names = ["SHAPE", "DIR"])]
    write_shape: Option<Vec<String>>,
    /// What shapes are generated from.
    #[arg(long, default_value_t = SEED)]
    seed: u64,
    /// How many evaluations to time.
    #[arg(long, default_value_t = 200)]
    iterations: usize,
    /// How many exports to time. An export can be much larger than the evaluation, so none unless asked for.
    #[arg(long, default_value_t = 0)]
    exports: usize,
    /// Stop after about so long, whatever the number of evaluations.
    #[arg(long, default_value = "60s", value_parser = duration)]
    at_most: Duration,
    /// How long each load of an import takes.
    #[arg(long, default_value = "0s", value_parser = duration)]
    load_delay: Duration,
    /// How long each open of the provider `bench` takes.
    #[arg(long, default_value = "0s", value_parser = duration)]
    open_delay: Duration,
    /// Parse all documents once and keep them: an evaluation then parses nothing.
    #[arg(long)]
    kept: bool,
    /// With more than one: the evaluation is a task on a runtime of so many threads. Allocations are counted on one.
    #[arg(long, default_value_t = 1)]
    threads: usize,
}

#[derive(Serialize)]
struct Line {
    name: String,
    environments: usize,
    source_bytes: usize,
    #[serde(flatten)]
    report: Report,
}

fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("evalbench: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> io::Result<ExitCode> {
    if let Some([shape, target]) = arguments.write_shape.as_deref() {
        let shape: Shape = shape.parse().map_err(io::Error::other)?;
        let documents = shape.documents(arguments.seed);
        directory::write(target.as_ref(), &documents)?;
        println!("{} environments; the root is {}", documents.texts.len(), documents.root);
        return Ok(ExitCode::SUCCESS);
    }
    let (name, documents) = match (arguments.shape, &arguments.dir) {
        (Some(shape), _) => (shape.to_string(), shape.documents(arguments.seed)),
        (None, Some(dir)) => (arguments.root.clone(), directory::read(dir, &arguments.root)?),
        (None, None) => return Err(io::Error::other("neither a directory nor a shape")),
    };
    let environments = documents.texts.len();
    let source_bytes = documents.texts.values().map(String::len).sum();
    let bench = Bench::new(
        documents,
        Conditions {
            load_delay: arguments.load_delay,
            open_delay: arguments.open_delay,
            kept: arguments.kept,
            threads: arguments.threads,
        },
    )?;
    if bench.values().is_none() {
        return Err(io::Error::other("the root does not evaluate to anything"));
    }
    let effort = Effort {
        iterations: arguments.iterations,
        exports: arguments.exports,
        at_most: arguments.at_most,
    };
    let line = Line { name, environments, source_bytes, report: measure(&bench, effort) };
    println!("{}", serde_json::to_string(&line).map_err(io::Error::other)?);
    Ok(ExitCode::SUCCESS)
}

/// `10ms`, `500us`, `2s`.
fn duration(text: &str) -> Result<Duration, String> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let number: f64 = digits.parse().map_err(|_| format!("{text:?} is not a duration"))?;
    let unit = match text.strip_prefix(digits).unwrap_or_default() {
        "us" => 1e-6,
        "ms" => 1e-3,
        "s" => 1.0,
        _ => return Err("durations end in us, ms or s".to_owned()),
    };
    Duration::try_from_secs_f64(number * unit).map_err(|error| error.to_string())
}
