//! What happened, for people.

use std::fmt;

use super::servers::Calls;

/// What happened. Its `Display` is a short account without secrets.
#[derive(Debug)]
pub struct Report {
    /// How often each backend was asked for what, in all.
    pub calls: Vec<Calls>,
    /// How often the backends were asked by the check before. It opens nothing, so it must be never.
    pub calls_by_check: usize,
    /// The application's variables and files, redacted, as JSON.
    pub environment: String,
    /// What differs from production.
    pub differences: Vec<Difference>,
    /// What the application says of its work.
    pub work: String,
    /// How many leases were given back in the end.
    pub leases: usize,
}

/// A value that differs from production's.
#[derive(Debug)]
pub struct Difference {
    /// Its path.
    pub path: &'static str,
    /// What it is on this machine.
    pub local: String,
    /// What it is in production.
    pub production: String,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "Other than in production:")?;
        for Difference { path, local, production } in &self.differences {
            writeln!(f, "  {path:<24} {local:<24} (production: {production})")?;
        }
        writeln!(f, "\nThe environment, as anybody may see it:")?;
        for line in self.environment.lines() {
            writeln!(f, "  {line}")?;
        }
        writeln!(f, "\nWhat it took ({} calls for a check before):", self.calls_by_check)?;
        for Calls { backend, operation, count } in &self.calls {
            writeln!(f, "  {count:>2} × {backend}: {operation}")?;
        }
        writeln!(f, "\nThe application: {}.", self.work)?;
        write!(f, "Leases given back: {}.", self.leases)
    }
}
