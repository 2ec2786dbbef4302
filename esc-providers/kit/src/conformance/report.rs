//! What came of the checks.

use std::fmt;

use smol_str::SmolStr;

/// What came of all checks. `Display` tells it line by line, without any canary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The provider's name.
    pub provider: SmolStr,
    /// The checks in the order they were made.
    pub checks: Vec<Check>,
}

/// One check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// What has to hold.
    pub name: &'static str,
    /// Whether it does.
    pub outcome: Outcome,
}

/// What came of a check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It holds.
    Passed,
    /// It does not hold: each instance.
    Failed(Vec<String>),
    /// It does not apply, and why.
    Skipped(String),
}

impl Report {
    /// The names of the checks that failed.
    pub fn failed(&self) -> Vec<&'static str> {
        let failed = |check: &&Check| matches!(check.outcome, Outcome::Failed(_));
        self.checks.iter().filter(failed).map(|check| check.name).collect()
    }

    /// Whether none failed.
    pub fn passed(&self) -> bool {
        self.failed().is_empty()
    }

    /// For tests.
    ///
    /// # Panics
    ///
    /// A check failed. The message is the whole report.
    #[track_caller]
    #[expect(clippy::panic, reason = "this is how tests fail")]
    pub fn assert(&self) {
        if !self.passed() {
            panic!("{self}");
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = |wanted: fn(&Outcome) -> bool| {
            self.checks.iter().filter(|check| wanted(&check.outcome)).count()
        };
        writeln!(
            f,
            "conformance of {}: {} passed, {} failed, {} skipped",
            self.provider,
            count(|outcome| *outcome == Outcome::Passed),
            count(|outcome| matches!(outcome, Outcome::Failed(_))),
            count(|outcome| matches!(outcome, Outcome::Skipped(_))),
        )?;
        for Check { name, outcome } in &self.checks {
            match outcome {
                Outcome::Passed => writeln!(f, "  passed   {name}")?,
                Outcome::Skipped(why) => writeln!(f, "  skipped  {name}: {why}")?,
                Outcome::Failed(instances) => {
                    writeln!(f, "  FAILED   {name}")?;
                    for instance in instances {
                        writeln!(f, "           - {instance}")?;
                    }
                }
            }
        }
        Ok(())
    }
}
