//! What a program holds of a live environment.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use tokio::sync::watch;

use super::state::{Alive, Failing, Failure, Shared, Status, Version};
use crate::inspect::{FieldChange, diff};

/// A live environment. Cheap to clone; the background task ends when [`stop`](Self::stop) is called or the last clone
/// is dropped.
pub struct Watch<T> {
    pub(super) shared: Arc<Shared<T>>,
    /// Counts the versions; closed when the task has ended.
    pub(super) versions: watch::Receiver<u64>,
    /// Its last clone ends the task.
    pub(super) _alive: Arc<Alive>,
}

/// The values at one moment: they stay what they are while this is held. Reads as the type.
pub struct Current<T>(arc_swap::Guard<Arc<Version<T>>>);

impl<T> Deref for Current<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0.value
    }
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

    /// Stops the background task, and waits until it has released the leases. The values stay readable.
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
    seen: Arc<Version<T>>,
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
