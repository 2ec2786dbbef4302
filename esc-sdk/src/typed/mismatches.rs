//! Everything in which an environment does not fit a type.

use std::fmt;

use crate::inspect::LookupError;

/// Everything in which an environment does not fit a type.
#[derive(Clone, Debug, PartialEq)]
pub struct Mismatches {
    /// The environment.
    pub environment: String,
    /// The name of the type.
    pub type_name: &'static str,
    /// What does not fit, in the order of paths; at least one.
    pub all: Vec<LookupError>,
}

impl std::error::Error for Mismatches {}

/// A line for each.
impl fmt::Display for Mismatches {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.type_name.rsplit("::").next().unwrap_or(self.type_name);
        write!(f, "`{}` does not fit `{name}`:", self.environment)?;
        let environment = format!("`{}`: ", self.environment);
        for error in &self.all {
            let line = error.to_string();
            write!(f, "\n  {}", line.strip_prefix(&environment).unwrap_or(&line))?;
        }
        Ok(())
    }
}
