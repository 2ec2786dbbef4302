//! Environments that stay fresh while a program runs.
//!
//! A [`Watch`] holds the values of an environment as a Rust type. Reading it takes no lock and no call; a task in the
//! background keeps it fresh:
//!
//! | state | what happens | what comes next |
//! |---|---|---|
//! | fresh | waits until the source says that something [changed](esc_core::source::EnvironmentSource::changed), or the time to live or two thirds of the shortest lease have passed, less some jitter | renewing or refreshing |
//! | renewing | renews the leases that are due | fresh; refreshing, if a lease cannot be renewed |
//! | refreshing | opens the environment again, reads it into the type, asks the validator | fresh, with the new values in place; failing |
//! | failing | keeps the last good values, waits for a change or some time (longer each time, with jitter), and says since when and why | refreshing |
//! | stopped | releases all leases | – |
//!
//! New values are put in place as a whole, and only once they are valid. The leases of the old ones are released some
//! time later, so that what still uses them can finish.

//! * `handle`: what programs hold; `builder`: options; `settings`: how to open, and how often;
//! * `state`: what handles and task share; `task`: the task; `schedule`: when to do what; `leases`: releasing them.

mod builder;
mod handle;
mod leases;
mod schedule;
mod settings;
mod state;
mod task;
#[cfg(test)]
mod tests;

pub use builder::WatchBuilder;
pub use handle::{Change, Changes, Current, Stopped, Watch};
pub(crate) use settings::{Attempt, Fallback, Opening, Watched};
pub use state::{Failure, Status};
