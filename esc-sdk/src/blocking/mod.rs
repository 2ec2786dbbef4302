//! The client for programs without asynchronous code (feature `blocking`).
//!
//! [`Client`] wraps the asynchronous [client](crate::Client) and waits for it. It has a runtime of its own: one worker
//! thread, on which the tasks of its [watches](Watch) live.
//!
//! ```
//! use std::time::Duration;
//! use esc_sdk::{FromEnvironment, MemorySource, blocking};
//!
//! #[derive(FromEnvironment)]
//! struct Config {
//!     host: String,
//! }
//!
//! let source = MemorySource::new().with("shop/dev", "values: {host: db.example}")?;
//! let client = blocking::Client::new(esc_sdk::Client::builder(source).build())?;
//! let config: Config = client.open_as("shop/dev")?;
//! assert_eq!(config.host, "db.example");
//!
//! let watch = client.watch::<Config>("shop/dev")?;
//! assert_eq!(watch.current().host, "db.example");
//! assert!(!watch.changed(Duration::from_millis(10))?);
//! watch.stop()?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Waiting would stop everything else on a thread that drives asynchronous code. There every call returns
//! [`InsideRuntime`], and nothing has happened. That goes for all threads of a tokio runtime, those of
//! `spawn_blocking` included: asynchronous programs use the asynchronous client.
//!
//! Dropping a client or a watch never waits, so it may happen anywhere.

use std::fmt;
use std::future::Future;
use std::io;
use std::sync::Arc;

use serde::de::DeserializeOwned;

use crate::error::Error;
use crate::snapshot::Snapshot;
use crate::typed::FromEnvironment;
use crate::watch::WatchBuilder;

mod watch;
mod worker;

pub use crate::error::InsideRuntime;
pub use watch::{Changes, WaitError, Watch};
use worker::Worker;

/// Opens environments, and waits until that is done. Cheap to clone: clones share everything.
#[derive(Clone)]
pub struct Client {
    client: crate::Client,
    worker: Arc<Worker>,
}

impl Client {
    /// A client that does what that one does. This starts its thread.
    ///
    /// # Errors
    ///
    /// The system does not give a thread, or what waiting for the network takes.
    pub fn new(client: crate::Client) -> io::Result<Client> {
        Ok(Client { client, worker: Arc::new(Worker::start()?) })
    }

    /// See [`Client::open`](crate::Client::open).
    ///
    /// # Errors
    ///
    /// As there, and [`Error::InsideRuntime`].
    pub fn open(&self, name: &str) -> Result<Snapshot, Error> {
        self.block_on(self.client.open(name))?
    }

    /// See [`Client::open_paths`](crate::Client::open_paths).
    ///
    /// # Errors
    ///
    /// As there, and [`Error::InsideRuntime`].
    pub fn open_paths(&self, name: &str, paths: &[&str]) -> Result<Snapshot, Error> {
        self.block_on(self.client.open_paths(name, paths))?
    }

    /// See [`Client::get`](crate::Client::get).
    ///
    /// # Errors
    ///
    /// As there, and [`Error::InsideRuntime`].
    pub fn get<T: DeserializeOwned>(&self, name: &str, path: &str) -> Result<T, Error> {
        self.block_on(self.client.get(name, path))?
    }

    /// See [`Client::open_as`](crate::Client::open_as).
    ///
    /// # Errors
    ///
    /// As there, and [`Error::InsideRuntime`].
    pub fn open_as<T: FromEnvironment>(&self, name: &str) -> Result<T, Error> {
        self.block_on(self.client.open_as(name))?
    }

    /// See [`Client::check_type`](crate::Client::check_type).
    ///
    /// # Errors
    ///
    /// As there, and [`Error::InsideRuntime`].
    pub fn check_type<T: FromEnvironment>(&self, name: &str) -> Result<(), Error> {
        self.block_on(self.client.check_type::<T>(name))?
    }

    /// See [`Client::check`](crate::Client::check).
    ///
    /// # Errors
    ///
    /// As there, and [`Error::InsideRuntime`].
    pub fn check(&self, name: &str) -> Result<Snapshot, Error> {
        self.block_on(self.client.check(name))?
    }

    /// Opens an environment and keeps it fresh: see [`watch`](crate::watch).
    ///
    /// # Errors
    ///
    /// The environment cannot be opened or read, and [`Error::InsideRuntime`].
    pub fn watch<T>(&self, name: &str) -> Result<Watch<T>, Error>
    where
        T: FromEnvironment + Send + Sync + 'static,
    {
        self.watch_with(name, |builder| builder)
    }

    /// The same, with options.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use esc_sdk::{FromEnvironment, MemorySource, blocking};
    /// # #[derive(FromEnvironment)]
    /// # struct Config { host: String }
    /// # let source = MemorySource::new().with("shop/dev", "values: {host: db.example}")?;
    /// # let client = blocking::Client::new(esc_sdk::Client::builder(source).build())?;
    /// let watch = client.watch_with::<Config>("shop/dev", |w| w.ttl(Duration::from_secs(60)))?;
    /// # assert_eq!(watch.current().host, "db.example");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`watch`](Self::watch).
    pub fn watch_with<T>(
        &self,
        name: &str,
        options: impl FnOnce(WatchBuilder<T>) -> WatchBuilder<T>,
    ) -> Result<Watch<T>, Error>
    where
        T: FromEnvironment + Send + Sync + 'static,
    {
        let builder = options(self.client.watch(name));
        let watch = self.block_on(builder.into_future())??;
        Ok(Watch::new(watch, self.worker.clone()))
    }

    /// See [`Client::invalidate`](crate::Client::invalidate).
    pub fn invalidate(&self, name: &str) {
        self.client.invalidate(name);
    }

    /// Waits for anything else of the asynchronous API, such as [`Snapshot::close`].
    ///
    /// ```
    /// # use esc_sdk::{MemorySource, blocking};
    /// # let source = MemorySource::new().with("shop/dev", "values: {host: db.example}")?;
    /// # let client = blocking::Client::new(esc_sdk::Client::builder(source).build())?;
    /// let opened = client.open("shop/dev")?;
    /// client.block_on(opened.close())??;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// This thread drives asynchronous code.
    pub fn block_on<F: Future>(&self, future: F) -> Result<F::Output, InsideRuntime> {
        self.worker.block_on(future)
    }

    /// The asynchronous client.
    pub fn client(&self) -> &crate::Client {
        &self.client
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("blocking::Client").field(&self.client).finish()
    }
}
