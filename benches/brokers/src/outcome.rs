//! What was measured against what was promised.

use std::collections::BTreeSet;
use std::time::Duration;

/// Prints measurements, and remembers whether all was well.
#[derive(Debug)]
pub struct Outcome {
    time_counts: bool,
    good: bool,
    told: BTreeSet<String>,
}

impl Outcome {
    /// Nothing yet. In a `smoke` run times are told only.
    pub fn new(smoke: bool) -> Outcome {
        Outcome { time_counts: !smoke, good: true, told: BTreeSet::new() }
    }

    /// How many runs to take the best time of.
    pub fn runs(&self) -> usize {
        if self.time_counts { 3 } else { 1 }
    }

    /// A number that must be exactly that. It is told once, unless it is not.
    pub fn count(&mut self, what: &str, measured: usize, promised: usize) {
        let met = measured == promised;
        self.good &= met;
        if self.told.insert(what.to_owned()) || !met {
            println!("  {what}: {measured} (promised: {promised}) {}", verdict(met));
        }
    }

    /// A time that may be at most so many times the ideal one.
    pub fn time(&mut self, what: &str, measured: Duration, ideal: Duration, most: f64) {
        let factor = measured.as_secs_f64() / ideal.as_secs_f64();
        let met = factor <= most;
        self.good &= met || !self.time_counts;
        println!(
            "  {what}: {:.0} ms, ideal {:.0} ms, factor {factor:.2} (goal: at most {most}) {}",
            measured.as_secs_f64() * 1e3,
            ideal.as_secs_f64() * 1e3,
            verdict(met)
        );
    }

    /// Whether all that counts was met.
    pub fn is_good(&self) -> bool {
        self.good
    }
}

fn verdict(met: bool) -> &'static str {
    if met { "met" } else { "MISSED" }
}
