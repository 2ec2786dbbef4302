//! Which shapes are measured, what they may cost, and what the reference implementation takes.

use std::time::Duration;

use crate::bench::Conditions;
use crate::shapes::Shape;

/// One line of the table.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    /// What it is called on the command line.
    pub id: &'static str,
    /// What it is.
    pub title: &'static str,
    /// Its documents.
    pub shape: Shape,
    /// Delays of loads and opens, in milliseconds.
    pub delays_ms: (u64, u64),
    /// Whether documents are kept parsed.
    pub kept: bool,
    /// What it should cost.
    pub goal: Cost,
    /// What the reference implementation costs.
    pub go: Cost,
}

/// A cost, as far as it is known or wanted.
#[derive(Clone, Copy, Debug)]
pub struct Cost {
    /// Microseconds of an evaluation.
    pub us: Option<f64>,
    /// Allocations of an evaluation.
    pub allocations: Option<u64>,
    /// Bytes that an evaluation allocates.
    pub bytes: Option<u64>,
    /// Bytes of memory that the process has at most.
    pub rss: Option<u64>,
}

impl Case {
    /// What to evaluate it with.
    pub fn conditions(&self) -> Conditions {
        Conditions {
            load_delay: Duration::from_millis(self.delays_ms.0),
            open_delay: Duration::from_millis(self.delays_ms.1),
            kept: self.kept,
            threads: 1,
        }
    }
}

const fn cost(us: f64) -> Cost {
    Cost { us: Some(us), allocations: None, bytes: None, rss: None }
}

const fn go(us: f64, bytes: u64, allocations: u64) -> Cost {
    Cost { us: Some(us), allocations: Some(allocations), bytes: Some(bytes), rss: None }
}

const NONE: Cost = Cost { us: None, allocations: None, bytes: None, rss: None };

/// All cases.
///
/// The figures of the reference implementation, a Go program, were measured with its own benchmark and with generated
/// documents of the shapes named here (Go 1.26, two virtual processors); the generated ones are not these very
/// documents. They say what order of magnitude to expect, on a machine that is not yours. Where there is none, the
/// shape was not run.
pub const CASES: &[Case] = &[
    Case {
        id: "E1",
        title: "26 imports with secrets, 10 opens",
        shape: Shape::Imports,
        delays_ms: (0, 0),
        kept: false,
        goal: Cost { allocations: Some(2_000), ..cost(250.0) },
        go: go(2_450.0, 2_490_000, 20_046),
    },
    Case {
        id: "E2",
        title: "E1, each open 10 ms",
        shape: Shape::Imports,
        delays_ms: (0, 10),
        kept: false,
        goal: cost(10_500.0),
        go: go(109_700.0, 2_490_000, 20_057),
    },
    Case {
        id: "E3",
        title: "E1, each load 10 ms",
        shape: Shape::Imports,
        delays_ms: (10, 0),
        kept: false,
        goal: cost(10_500.0),
        go: go(274_900.0, 2_490_000, 20_047),
    },
    Case {
        id: "E4",
        title: "E1, each load and open 10 ms",
        shape: Shape::Imports,
        delays_ms: (10, 10),
        kept: false,
        goal: cost(21_000.0),
        go: go(378_500.0, 2_490_000, 20_057),
    },
    Case {
        id: "E5",
        title: "10,000 literals",
        shape: Shape::Literals(10_000),
        delays_ms: (0, 0),
        kept: false,
        goal: Cost { bytes: Some(5_000_000), ..cost(8_000.0) },
        go: go(79_000.0, 49_000_000, 490_000),
    },
    Case {
        id: "E6",
        title: "10,000 interpolations",
        shape: Shape::Interpolations(10_000),
        delays_ms: (0, 0),
        kept: false,
        goal: cost(15_000.0),
        go: go(157_000.0, 73_000_000, 910_000),
    },
    Case {
        id: "E7:10",
        title: "chain of 10 imports",
        shape: Shape::Chain(10),
        delays_ms: (0, 0),
        kept: false,
        goal: NONE,
        go: NONE,
    },
    Case {
        id: "E7",
        title: "chain of 80 imports",
        shape: Shape::Chain(80),
        delays_ms: (0, 0),
        kept: false,
        goal: cost(700.0),
        go: go(272_000.0, 224_000_000, 1_940_000),
    },
    Case {
        id: "E7:500",
        title: "chain of 500 imports",
        shape: Shape::Chain(500),
        delays_ms: (0, 0),
        kept: false,
        goal: cost(5_000.0),
        go: NONE,
    },
    Case {
        id: "E8",
        title: "200 imports side by side",
        shape: Shape::Fan(200),
        delays_ms: (0, 0),
        kept: false,
        goal: cost(3_000.0),
        go: go(67_000.0, 25_000_000, 176_000),
    },
    Case {
        id: "E8:d",
        title: "3 levels of 10 environments, 1,000 paths",
        shape: Shape::Diamond { width: 10, depth: 3 },
        delays_ms: (0, 0),
        kept: false,
        goal: cost(3_000.0),
        go: NONE,
    },
    Case {
        id: "E9",
        title: "100,000 references in a row",
        shape: Shape::References(100_000),
        delays_ms: (0, 0),
        kept: false,
        goal: Cost { rss: Some(64_000_000), ..cost(60_000.0) },
        go: NONE,
    },
    Case {
        id: "K1",
        title: "E1, its documents kept parsed",
        shape: Shape::Imports,
        delays_ms: (0, 0),
        kept: true,
        goal: NONE,
        go: NONE,
    },
    Case {
        id: "K6",
        title: "E6, its document kept parsed",
        shape: Shape::Interpolations(10_000),
        delays_ms: (0, 0),
        kept: true,
        goal: NONE,
        go: NONE,
    },
    Case {
        id: "K8",
        title: "E8, its documents kept parsed",
        shape: Shape::Fan(200),
        delays_ms: (0, 0),
        kept: true,
        goal: NONE,
        go: NONE,
    },
    Case {
        id: "O:100",
        title: "100 opens, each 10 ms",
        shape: Shape::Opens(100),
        delays_ms: (0, 10),
        kept: false,
        goal: cost(10_500.0),
        go: NONE,
    },
];

/// The lengths of chains of which the growth is fitted, and the exponent that is the goal.
pub const CHAIN_LENGTHS: [usize; 5] = [50, 100, 250, 500, 1000];

/// How the time of a chain may grow with its length: as this power of it.
pub const CHAIN_EXPONENT: f64 = 1.1;

/// The same with the full export.
pub const CHAIN_EXPONENT_WITH_EXPORT: f64 = 1.2;

/// The exponent of growth: the slope of the line through the logarithms.
pub fn exponent(points: &[(f64, f64)]) -> f64 {
    let n = points.len() as f64;
    let logs: Vec<(f64, f64)> = points.iter().map(|(x, y)| (x.ln(), y.ln())).collect();
    let (mean_x, mean_y) =
        logs.iter().fold((0.0, 0.0), |(sx, sy), (x, y)| (sx + x / n, sy + y / n));
    let over: f64 = logs.iter().map(|(x, y)| (x - mean_x) * (y - mean_y)).sum();
    let under: f64 = logs.iter().map(|(x, _)| (x - mean_x).powi(2)).sum();
    over / under
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fits_powers() {
        let points: Vec<(f64, f64)> = [50.0f64, 100.0, 1000.0].map(|x| (x, 3.0 * x.powi(2))).into();
        assert!((exponent(&points) - 2.0).abs() < 1e-9);
    }

    #[test]
    fn ids_name_their_shapes() {
        for case in CASES {
            assert_eq!(case.id.parse(), Ok(case.shape));
        }
    }
}
