//! How a watch is to behave.

use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use super::schedule::Pace;
use super::{Open, Opening, Watch, task};
use crate::client::Error;
use crate::crypto::{Randomness, SystemRandomness};

/// Makes a [`Watch`]: set what should differ from the defaults, and await it.
pub struct Watcher<T> {
    pub(super) open: Open<T>,
    pub(super) pace: Pace,
    pub(super) grace: Duration,
    pub(super) validate: Option<Validate<T>>,
    pub(super) randomness: Arc<dyn Randomness>,
}

/// Says why values must not be used.
type Validate<T> = Arc<dyn Fn(&T) -> Result<(), String> + Send + Sync>;

impl<T: Send + Sync + 'static> Watcher<T> {
    pub(crate) fn new(
        open: impl Fn() -> futures::future::BoxFuture<'static, Result<Opening<T>, Error>>
        + Send
        + Sync
        + 'static,
    ) -> Watcher<T> {
        Watcher {
            open: Arc::new(open),
            pace: Pace {
                ttl: Duration::from_secs(300),
                min_interval: Duration::from_secs(5),
                first_backoff: Duration::from_secs(1),
                max_backoff: Duration::from_secs(60),
            },
            grace: Duration::from_secs(60),
            validate: None,
            randomness: Arc::new(SystemRandomness::default()),
        }
    }

    /// The longest time between two refreshes. Default 5 minutes.
    pub fn ttl(mut self, ttl: Duration) -> Self {
        self.pace.ttl = ttl;
        self
    }

    /// The shortest time between two refreshes, however short the leases are. Default 5 seconds.
    pub fn min_interval(mut self, interval: Duration) -> Self {
        self.pace.min_interval = interval;
        self
    }

    /// How long to wait after the first failure, and how long at most. Default 1 second and 1 minute.
    pub fn backoff(mut self, first: Duration, longest: Duration) -> Self {
        self.pace.first_backoff = first;
        self.pace.max_backoff = longest;
        self
    }

    /// How long the leases of old values are kept after new ones are in place. Default 1 minute.
    pub fn grace(mut self, grace: Duration) -> Self {
        self.grace = grace;
        self
    }

    /// A last word on new values before they are put in place. What it says must not contain secrets: it is shown.
    pub fn validate(
        mut self,
        validate: impl Fn(&T) -> Result<(), String> + Send + Sync + 'static,
    ) -> Self {
        self.validate = Some(Arc::new(validate));
        self
    }

    /// Where jitter comes from. Default: the system's randomness.
    pub fn randomness(mut self, randomness: Arc<dyn Randomness>) -> Self {
        self.randomness = randomness;
        self
    }

    /// Opens the environment as often as it is asked to, and judges what it gets.
    pub(super) async fn try_open(&self) -> Result<Opening<T>, Error> {
        let opening = (self.open)().await?;
        match self.validate.as_ref().map_or(Ok(()), |validate| validate(&opening.value)) {
            Ok(()) => Ok(opening),
            Err(problem) => {
                // Nobody will use these.
                task::revoke(opening.leases).await;
                Err(Error::Refused(problem))
            }
        }
    }

    /// A number between 0 and 1.
    pub(super) fn jitter(&self) -> f64 {
        let mut bytes = [0; 4];
        match self.randomness.fill(&mut bytes) {
            Ok(()) => f64::from(u32::from_le_bytes(bytes)) / f64::from(u32::MAX),
            Err(_) => 0.5,
        }
    }
}

/// Opens the environment for the first time, and starts the task that keeps it fresh on the current runtime.
impl<T: Send + Sync + 'static> IntoFuture for Watcher<T> {
    type Output = Result<Watch<T>, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(task::start(self))
    }
}
