//! How a watch is to behave.

use std::error::Error as StdError;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use super::handle::Watch;
use super::schedule::Pace;
use super::settings::{Settings, Watched};
use super::task;
use crate::crypto::{Randomness, SystemRandomness};
use crate::error::Error;

/// Makes a [`Watch`]: set what should differ from the defaults, and await it.
pub struct WatchBuilder<T>(Settings<T>);

impl<T: Send + Sync + 'static> WatchBuilder<T> {
    pub(crate) fn new(watched: impl Watched<T> + 'static) -> WatchBuilder<T> {
        WatchBuilder(Settings {
            watched: Arc::new(watched),
            pace: Pace {
                ttl: Duration::from_secs(300),
                min_interval: Duration::from_secs(5),
                first_backoff: Duration::from_secs(1),
                max_backoff: Duration::from_secs(60),
            },
            grace: Duration::from_secs(60),
            validate: None,
            randomness: Arc::new(SystemRandomness::default()),
        })
    }

    /// The longest time between two refreshes. Default 5 minutes. Changes that the source notices are taken up at once.
    pub fn ttl(mut self, ttl: Duration) -> Self {
        self.0.pace.ttl = ttl;
        self
    }

    /// The shortest time between two refreshes, however short the leases are. Default 5 seconds.
    pub fn min_interval(mut self, interval: Duration) -> Self {
        self.0.pace.min_interval = interval;
        self
    }

    /// How long to wait after the first failure, and how long at most. Default 1 second and 1 minute.
    pub fn backoff(mut self, first: Duration, longest: Duration) -> Self {
        self.0.pace.first_backoff = first;
        self.0.pace.max_backoff = longest;
        self
    }

    /// How long the leases of old values are kept after new ones are in place. Default 1 minute.
    pub fn grace(mut self, grace: Duration) -> Self {
        self.0.grace = grace;
        self
    }

    /// A last check of new values before they are put in place. Values it rejects are not used; the reason is the source
    /// of [`Error::Rejected`]. It must not contain secrets: it is shown.
    ///
    /// The reason is any error, or a text.
    pub fn validate<E>(
        mut self,
        validate: impl Fn(&T) -> Result<(), E> + Send + Sync + 'static,
    ) -> Self
    where
        E: Into<Box<dyn StdError + Send + Sync>>,
    {
        self.0.validate =
            Some(Arc::new(move |value| validate(value).map_err(|reason| Arc::from(reason.into()))));
        self
    }

    /// Where jitter comes from. Default: the system's randomness.
    pub fn randomness(mut self, randomness: Arc<dyn Randomness>) -> Self {
        self.0.randomness = randomness;
        self
    }
}

/// Opens the environment for the first time, and starts the task that keeps it fresh on the current runtime.
impl<T: Send + Sync + 'static> IntoFuture for WatchBuilder<T> {
    type Output = Result<Watch<T>, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(task::start(self.0))
    }
}
