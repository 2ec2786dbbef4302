//! Times, allocations and memory of evaluations.

use std::hint::black_box;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use crate::bench::Bench;
use crate::counting;

/// How often to do what.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    /// Timed evaluations, after a tenth as many that warm up.
    pub iterations: usize,
    /// Timed exports.
    pub exports: usize,
    /// No more of either than fit into this time, but at least one.
    pub at_most: Duration,
}

/// What evaluations cost.
///
/// An evaluation here parses the root and every import, evaluates in open mode, makes the values of the root and drops
/// everything again. Reading files is not part of it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Report {
    /// How many evaluations were timed.
    pub iterations: usize,
    /// Half of them took at most so long.
    pub median_ns: u64,
    /// 95 of 100 took at most so long.
    pub p95_ns: u64,
    /// The mean of what the evaluating thread computed, without waiting for delays or for the processor; none where the
    /// system does not tell. On a busy machine this is the figure to look at.
    pub cpu_mean_ns: Option<u64>,
    /// Allocations and reallocations of one evaluation.
    pub allocations: u64,
    /// Bytes that one evaluation allocated in total.
    pub bytes: u64,
    /// The most bytes that one evaluation held at one time.
    pub peak_bytes: u64,
    /// The most memory that the process had before it exported anything; none where the system does not tell.
    pub peak_rss_bytes: Option<u64>,
    /// Of it, what parsing the root takes.
    pub parse_root_ns: u64,
    /// The median of what exporting everything takes after an evaluation: expressions, traces and schemas.
    pub export_median_ns: Option<u64>,
    /// Allocations of one export.
    pub export_allocations: Option<u64>,
    /// Bytes that one export allocated in total.
    pub export_bytes: Option<u64>,
    /// The median of an evaluation with the full export in place of the plain values, from parsing to dropping it all.
    pub full_median_ns: Option<u64>,
    /// The mean of what the thread computed for that.
    pub full_cpu_mean_ns: Option<u64>,
    /// Errors and warnings of an evaluation.
    pub diagnostics: usize,
    /// Of them, errors.
    pub errors: usize,
}

/// Measures.
pub fn measure(bench: &Bench, effort: Effort) -> Report {
    let warm_up = effort.iterations / 10 + 1;
    time(warm_up, effort.at_most / 4, || drop(black_box(bench.values())));
    let cpu = thread_cpu();
    let times = time(effort.iterations, effort.at_most, || drop(black_box(bench.values())));
    let cpu = thread_cpu().zip(cpu).map(|(end, start)| (end - start) / times.len().max(1) as u64);
    // Not in a task of its own, whatever the number of threads: counting is for this thread.
    let (_, evaluation) = counting::count(|| drop(black_box(bench.evaluate().value())));
    let parses = time(effort.iterations.min(100), effort.at_most / 4, || {
        drop(black_box(bench.parse()));
    });
    let outcome = bench.evaluate();
    let mut report = Report {
        iterations: times.len(),
        median_ns: quantile(&times, 50),
        p95_ns: quantile(&times, 95),
        cpu_mean_ns: cpu,
        allocations: evaluation.count,
        bytes: evaluation.bytes,
        peak_bytes: evaluation.peak,
        peak_rss_bytes: peak_rss(),
        parse_root_ns: quantile(&parses, 50),
        diagnostics: outcome.diagnostics().len(),
        errors: outcome.diagnostics().iter().filter(|d| d.is_error()).count(),
        ..Report::default()
    };
    drop(outcome);
    if effort.exports > 0 {
        measure_exports(bench, effort, &mut report);
    }
    report
}

fn measure_exports(bench: &Bench, effort: Effort, report: &mut Report) {
    let mut times = Vec::new();
    let started = Instant::now();
    while times.len() < effort.exports && (times.is_empty() || started.elapsed() < effort.at_most) {
        let mut evaluation = bench.evaluate();
        let start = Instant::now();
        drop(black_box(evaluation.environment()));
        times.push(start.elapsed());
    }
    times.sort_unstable();
    let cpu = thread_cpu();
    let full = time(effort.exports, effort.at_most, || drop(black_box(bench.environment())));
    let cpu = thread_cpu().zip(cpu).map(|(end, start)| (end - start) / full.len().max(1) as u64);
    report.full_median_ns = Some(quantile(&full, 50));
    report.full_cpu_mean_ns = cpu;
    let mut evaluation = bench.evaluate();
    let (_, seen) = counting::count(|| drop(black_box(evaluation.environment())));
    report.export_median_ns = Some(quantile(&times, 50));
    report.export_allocations = Some(seen.count);
    report.export_bytes = Some(seen.bytes);
}

/// Times of repetitions, sorted.
pub fn time(times: usize, at_most: Duration, mut run: impl FnMut()) -> Vec<Duration> {
    let started = Instant::now();
    let mut taken = Vec::with_capacity(times);
    while taken.len() < times.max(1) && (taken.is_empty() || started.elapsed() < at_most) {
        let start = Instant::now();
        run();
        taken.push(start.elapsed());
    }
    taken.sort_unstable();
    taken
}

/// Of sorted times, the one that so many of a hundred do not exceed, in nanoseconds.
pub fn quantile(sorted: &[Duration], percent: usize) -> u64 {
    let index = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
    sorted.get(index).map_or(0, |d| u64::try_from(d.as_nanos()).unwrap_or(u64::MAX))
}

/// How long this thread has computed, as Linux tells it.
fn thread_cpu() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    status.split(' ').next()?.parse().ok()
}

/// The most memory that this process ever had, as Linux tells it.
fn peak_rss() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_ranks() {
        let times: Vec<Duration> = (1..=20).map(Duration::from_nanos).collect();
        assert_eq!((quantile(&times, 50), quantile(&times, 95)), (10, 19));
        assert_eq!(quantile(&times[..1], 95), 1);
        assert_eq!(quantile(&[], 50), 0);
    }
}
