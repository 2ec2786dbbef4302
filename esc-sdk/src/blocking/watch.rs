//! Live environments for programs without asynchronous code.

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::timeout;

use super::worker::Worker;
use crate::error::InsideRuntime;
use crate::watch::{self, Change, Current, Status, Stopped};

/// A live environment, as [`watch::Watch`](crate::watch::Watch). Cheap to clone.
///
/// When its last clone is dropped, it stops and releases its leases in the background. [`stop`](Self::stop) waits for
/// that; a program that ends at once should call it.
pub struct Watch<T: Send + Sync + 'static>(Arc<Live<T>>);

struct Live<T: Send + Sync + 'static> {
    watch: watch::Watch<T>,
    worker: Arc<Worker>,
}

/// Why there is nothing to wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WaitError {
    /// The watch has been stopped: there will be no more changes.
    #[error(transparent)]
    Stopped(#[from] Stopped),
    /// The call was made where asynchronous code runs.
    #[error(transparent)]
    InsideRuntime(#[from] InsideRuntime),
}

impl<T: Send + Sync + 'static> Watch<T> {
    pub(super) fn new(watch: watch::Watch<T>, worker: Arc<Worker>) -> Watch<T> {
        Watch(Arc::new(Live { watch, worker }))
    }

    /// The values as they are now. This takes neither a lock nor a call, and works everywhere.
    pub fn current(&self) -> Current<T> {
        self.0.watch.current()
    }

    /// How fresh they are. This works everywhere.
    pub fn status(&self) -> Status {
        self.0.watch.status()
    }

    /// Waits until the values change, or the time has passed. Returns whether they changed.
    ///
    /// What changes between two calls is not reported; [`changes`](Self::changes) misses nothing.
    ///
    /// # Errors
    ///
    /// The watch was stopped, or this thread drives asynchronous code.
    pub fn changed(&self, longest: Duration) -> Result<bool, WaitError> {
        let changed = within(longest, self.0.watch.changed());
        Ok(self.0.worker.block_on(changed)?.transpose()?.is_some())
    }

    /// The changes from now on, one after the other.
    pub fn changes(&self) -> Changes<T> {
        Changes { changes: self.0.watch.changes(), worker: self.0.worker.clone() }
    }

    /// Asks for a refresh now, without waiting for it. This works everywhere.
    pub fn refresh(&self) {
        self.0.watch.refresh();
    }

    /// Stops the watch, for all clones, and waits until it has released its leases. Values that are held stay
    /// readable.
    ///
    /// # Errors
    ///
    /// This thread drives asynchronous code. The watch stops when its last clone is dropped.
    pub fn stop(self) -> Result<(), InsideRuntime> {
        self.0.worker.block_on(self.0.watch.clone().stop())
    }
}

impl<T: Send + Sync + 'static> Drop for Live<T> {
    fn drop(&mut self) {
        // The thread has to outlive the client for as long as it takes to release leases.
        let (watch, worker) = (self.watch.clone(), self.worker.clone());
        self.worker.spawn(async move {
            watch.stop().await;
            drop(worker);
        });
    }
}

impl<T: Send + Sync + 'static> Clone for Watch<T> {
    fn clone(&self) -> Self {
        Watch(self.0.clone())
    }
}

impl<T: Send + Sync + 'static> fmt::Debug for Watch<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.watch.fmt(f)
    }
}

/// Changes, one after the other. Somebody who is slow sees several changes as one; none is lost.
pub struct Changes<T> {
    changes: watch::Changes<T>,
    worker: Arc<Worker>,
}

impl<T: Send + Sync + 'static> Changes<T> {
    /// Waits for the next change; none if the time has passed.
    ///
    /// # Errors
    ///
    /// The watch was stopped, or this thread drives asynchronous code.
    pub fn next(&mut self, longest: Duration) -> Result<Option<Change>, WaitError> {
        match self.worker.block_on(within(longest, self.changes.next()))? {
            Some(None) => Err(WaitError::Stopped(Stopped)),
            Some(change) => Ok(change),
            None => Ok(None),
        }
    }
}

/// What comes within a time; none if nothing does.
async fn within<F: Future>(longest: Duration, future: F) -> Option<F::Output> {
    timeout(longest, future).await.ok()
}
