//! Environments that stay fresh while a program runs.
//!
//! A [`Watch`] holds the values of an environment as a Rust type. Reading it takes no lock and no call; a task in the
//! background keeps it fresh:
//!
//! | state | what happens | what comes next |
//! |---|---|---|
//! | fresh | waits until the time to live, or two thirds of the shortest lease, has passed, less some jitter | renewing or refreshing |
//! | renewing | prolongs the leases that are due | fresh; refreshing, if a lease cannot be prolonged |
//! | refreshing | opens the environment anew, reads it into the type, asks the validator | fresh, with the new values in place; failing |
//! | failing | keeps the last good values, waits (longer each time, with jitter), and says since when and why | refreshing |
//! | stopped | gives all leases back | – |
//!
//! New values are put in place as a whole, and only once they are valid. The leases of the old ones are given back some
//! time later, so that what still uses them can finish.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use esc_core::provider::Lease;
use esc_core::value::Value;
use futures::future::BoxFuture;
use tokio::sync::{Notify, watch};
use tokio::time::Instant;

use crate::client::Error;
use crate::diff::{FieldChange, diff};

mod options;
mod schedule;
mod task;
#[cfg(test)]
mod tests;

pub use options::Watcher;

/// A live environment. Cheap to clone; the background task ends when [`stop`](Self::stop) is called or the last clone
/// is dropped.
pub struct Watch<T> {
    shared: Arc<Shared<T>>,
    /// Counts the versions; closed when the task has ended.
    versions: watch::Receiver<u64>,
    /// Its last clone ends the task.
    _alive: Arc<Alive>,
}

/// What the handles and the task share.
struct Shared<T> {
    current: ArcSwap<Snapshot<T>>,
    state: ArcSwap<State>,
    /// Wakes the task for an early refresh.
    refresh: Notify,
}

/// One version of the values.
struct Snapshot<T> {
    value: T,
    values: Arc<Value>,
    version: u64,
}

/// How things stand.
#[derive(Clone, Debug)]
struct State {
    opened: Instant,
    /// How old the values were then, if they came from the offline cache.
    offline: Option<Duration>,
    failing: Option<Failing>,
}

/// Refreshing does not work.
#[derive(Clone, Debug)]
struct Failing {
    since: Instant,
    attempts: u32,
    error: Arc<Error>,
}

/// Tells the task when nobody is left.
struct Alive(Arc<Notify>);

impl Drop for Alive {
    fn drop(&mut self) {
        self.0.notify_one();
    }
}

/// How an environment is opened anew.
type Open<T> = Arc<dyn Fn() -> BoxFuture<'static, Result<Opening<T>, Error>> + Send + Sync>;

/// What opening gave.
pub(crate) struct Opening<T> {
    /// The values as the type.
    pub value: T,
    /// The values.
    pub values: Arc<Value>,
    /// How long they are valid.
    pub leases: Vec<Lease>,
    /// Set if they come from the offline cache.
    pub offline: Option<Fallback>,
}

/// Values of the past, and why there are none of the present.
#[derive(Clone, Debug)]
pub(crate) struct Fallback {
    /// How old they are.
    pub age: Duration,
    /// Why they are used.
    pub cause: Arc<Error>,
}

/// The values at one moment: they stay what they are while this is held. Reads as the type.
pub struct Current<T>(arc_swap::Guard<Arc<Snapshot<T>>>);

impl<T> Deref for Current<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0.value
    }
}

/// How fresh the values of a [`Watch`] are.
#[derive(Clone, Debug)]
pub struct Status {
    /// How many times the values have changed.
    pub version: u64,
    /// How long ago they were last confirmed.
    pub age: Duration,
    /// Whether they come from the offline cache, where nothing has confirmed them since the program started.
    pub offline: bool,
    /// Why refreshing does not work at the moment.
    pub failure: Option<Failure>,
}

/// Why refreshing does not work.
#[derive(Clone, Debug)]
pub struct Failure {
    /// For how long.
    pub lasting: Duration,
    /// How many attempts have failed.
    pub attempts: u32,
    /// What the last one said.
    pub error: Arc<Error>,
}

/// The watch has been stopped: there will be no more changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the watch has been stopped")]
pub struct Stopped;

impl<T> Watch<T> {
    /// The values as they are now. This takes neither a lock nor a call.
    pub fn current(&self) -> Current<T> {
        Current(self.shared.current.load())
    }

    /// How fresh they are.
    pub fn status(&self) -> Status {
        let state = self.shared.state.load();
        let failure = |failing: &Failing| Failure {
            lasting: failing.since.elapsed(),
            attempts: failing.attempts,
            error: failing.error.clone(),
        };
        Status {
            version: self.shared.current.load().version,
            age: state.opened.elapsed() + state.offline.unwrap_or_default(),
            offline: state.offline.is_some(),
            failure: state.failing.as_ref().map(failure),
        }
    }

    /// Waits until the values change.
    ///
    /// # Errors
    ///
    /// The watch was stopped.
    pub async fn changed(&self) -> Result<(), Stopped> {
        let mut versions = self.versions.clone();
        versions.mark_unchanged();
        versions.changed().await.map_err(|_| Stopped)
    }

    /// The changes from now on, one after the other.
    pub fn changes(&self) -> Changes<T> {
        let mut versions = self.versions.clone();
        versions.mark_unchanged();
        Changes { seen: self.shared.current.load_full(), shared: self.shared.clone(), versions }
    }

    /// Asks for a refresh now, without waiting for it.
    pub fn refresh(&self) {
        self.shared.refresh.notify_one();
    }

    /// Stops the background task, and waits until it has given the leases back. The values stay readable.
    pub async fn stop(self) {
        let Watch { mut versions, _alive, shared: _ } = self;
        _alive.0.notify_one();
        drop(_alive);
        while versions.changed().await.is_ok() {}
    }
}

impl<T> Clone for Watch<T> {
    fn clone(&self) -> Self {
        Watch {
            shared: self.shared.clone(),
            versions: self.versions.clone(),
            _alive: self._alive.clone(),
        }
    }
}

impl<T> fmt::Debug for Watch<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watch").field("status", &self.status()).finish_non_exhaustive()
    }
}

/// What became of the values, from one look to the next.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The version that the values are of now.
    pub version: u64,
    /// What is not what it was, without secrets.
    pub fields: Vec<FieldChange>,
}

/// A stream of changes. Somebody who is slow sees several changes as one; none is lost.
pub struct Changes<T> {
    seen: Arc<Snapshot<T>>,
    shared: Arc<Shared<T>>,
    versions: watch::Receiver<u64>,
}

impl<T> Changes<T> {
    /// The next change; none once the watch has been stopped.
    pub async fn next(&mut self) -> Option<Change> {
        self.versions.changed().await.ok()?;
        self.versions.mark_unchanged();
        let current = self.shared.current.load_full();
        let fields = diff(&self.seen.values, &current.values);
        self.seen = current;
        Some(Change { version: self.seen.version, fields })
    }
}
