//! The time of day, as something that is handed in.

use std::time::SystemTime;

/// Returns the time of day. Programs use [`SystemClock`]; tests set their own.
pub trait Clock: Send + Sync {
    /// What time it is.
    fn now(&self) -> SystemTime;
}

/// The clock of the machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }
}
