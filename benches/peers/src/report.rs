//! The tables.

use std::collections::BTreeMap;
use std::fmt;

use crate::load::Figures;

/// What nothing can be faster than.
pub const FLOOR: &str = "a plain reference, a field";
/// What the goals are for.
pub const FIELD: &str = "`Watch::current()`, a field";
/// What the others are compared with.
pub const PEER: &str = "AWS's caching client, a hit";

/// What a typed read of a watch may take, in nanoseconds.
const GOAL_NS: f64 = 40.0;
/// How much of the floor's scaling still counts as linear.
const LINEAR: f64 = 0.9;
/// If the floor itself gets less of the cores than this, others use them, and nothing can be told.
const FREE: f64 = 0.8;

/// What was measured.
pub struct Report {
    cores: usize,
    threads: Vec<usize>,
    /// In the order in which they came.
    names: Vec<&'static str>,
    /// The best, by whether there was a writer, name and number of threads.
    best: BTreeMap<(bool, &'static str, usize), Figures>,
}

impl Report {
    pub fn new(cores: usize, threads: Vec<usize>) -> Report {
        Report { cores, threads, names: Vec::new(), best: BTreeMap::new() }
    }

    pub fn add(&mut self, name: &'static str, threads: usize, writing: bool, figures: Figures) {
        if !self.names.contains(&name) {
            self.names.push(name);
        }
        let best = self.best.entry((writing, name, threads)).or_insert(figures);
        *best = best.better(figures);
    }

    fn figures(&self, writing: bool, name: &'static str, threads: usize) -> Option<&Figures> {
        self.best.get(&(writing, name, threads))
    }

    fn table(
        &self,
        f: &mut fmt::Formatter<'_>,
        title: &str,
        writing: bool,
        cell: impl Fn(&'static str, &Figures, usize) -> String,
    ) -> fmt::Result {
        writeln!(f, "\n{title}\n")?;
        let columns: Vec<String> = self.threads.iter().map(|n| format!("{n} threads")).collect();
        writeln!(f, "| | {} |\n|---|{}", columns.join(" | "), "---|".repeat(columns.len()))?;
        for &name in &self.names {
            let figures = self.threads.iter().map(|&n| (n, self.figures(writing, name, n)));
            let cells: Option<Vec<String>> =
                figures.map(|(n, figures)| Some(cell(name, figures?, n))).collect();
            // What never changes has no writer.
            if let Some(cells) = cells {
                writeln!(f, "| {name} | {} |", cells.join(" | "))?;
            }
        }
        Ok(())
    }

    /// How many times as much so many threads read as one.
    fn scaling(&self, name: &'static str) -> f64 {
        let rate = |threads| self.figures(false, name, threads).map_or(0.0, Figures::per_second);
        rate(self.cores) / rate(1)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} cores", self.cores)?;
        for writing in [false, true] {
            let when = if writing { "while the value changes every 10 ms" } else { "undisturbed" };
            let title = format!("Time of one core for one read, and reads a second, {when}:");
            self.table(f, &title, writing, |_, figures, _| {
                let rate = figures.per_second() / 1e6;
                format!("{}, {rate:.2} M/s", ns(figures.cpu_ns()))
            })?;
            let title = format!("Reads a second, as multiples of AWS's caching client, {when}:");
            self.table(f, &title, writing, |_, figures, threads| {
                let peer = self.figures(writing, PEER, threads).map_or(0.0, Figures::per_second);
                format!("{:.2}", figures.per_second() / peer)
            })?;
        }
        self.table(
            f,
            "Changes a second that were put in place meanwhile:",
            true,
            |_, figures, _| format!("{:.0}", figures.writes as f64 / figures.wall.as_secs_f64()),
        )?;
        writeln!(f, "\nGoals:\n")?;
        let took = self.figures(false, FIELD, 1).map_or(f64::NAN, Figures::cpu_ns);
        let verdict = met(took <= GOAL_NS);
        writeln!(f, "- {FIELD}, at most {GOAL_NS} ns: {}: {verdict}", ns(took))?;
        let (cores, scaling, floor) = (self.cores, self.scaling(FIELD), self.scaling(FLOOR));
        let verdict = match floor >= FREE * cores as f64 {
            true => met(scaling >= LINEAR * floor),
            false => "NOT JUDGED, the cores are not free",
        };
        writeln!(
            f,
            "- {FIELD}, linear to the {cores} cores: {scaling:.2} times one thread (a plain reference: {floor:.2}): {verdict}"
        )
    }
}

fn met(met: bool) -> &'static str {
    if met { "met" } else { "MISSED" }
}

fn ns(ns: f64) -> String {
    match ns {
        ns if ns < 10.0 => format!("{ns:.1} ns"),
        ns if ns < 1e4 => format!("{ns:.0} ns"),
        ns => format!("{:.1} µs", ns / 1e3),
    }
}
