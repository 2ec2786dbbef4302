//! The thread that asynchronous work runs on.

use std::future::Future;
use std::io;

use tokio::runtime::{Builder, Handle, Runtime};

use crate::error::InsideRuntime;

/// A runtime that may be dropped anywhere.
pub(super) struct Worker {
    handle: Handle,
    /// There until it is dropped.
    runtime: Option<Runtime>,
}

impl Worker {
    pub fn start() -> io::Result<Worker> {
        // A runtime without threads would stand still between calls, and watches with it.
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("esc-sdk")
            .enable_all()
            .build()?;
        Ok(Worker { handle: runtime.handle().clone(), runtime: Some(runtime) })
    }

    /// Waits for work, unless this thread drives that of others.
    pub fn block_on<F: Future>(&self, future: F) -> Result<F::Output, InsideRuntime> {
        match Handle::try_current() {
            Ok(_) => Err(InsideRuntime),
            Err(_) => Ok(self.handle.block_on(future)),
        }
    }

    /// Work that nobody waits for.
    pub fn spawn(&self, future: impl Future<Output = ()> + Send + 'static) {
        self.handle.spawn(future);
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // A runtime that is simply dropped waits for its threads, and panics inside asynchronous code.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}
