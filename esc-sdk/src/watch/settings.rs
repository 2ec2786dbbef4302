//! How an environment is opened again and again, and how often.

use std::sync::Arc;
use std::time::Duration;

use esc_core::provider::Lease;
use esc_core::source::Loaded;
use esc_core::value::Value;
use futures::future::BoxFuture;

use super::leases;
use super::schedule::Pace;
use crate::crypto::Randomness;
use crate::error::Error;

/// The environment that is watched.
pub(crate) trait Watched<T>: Send + Sync {
    /// Opens it.
    fn open(&self) -> BoxFuture<'_, Attempt<T>>;

    /// Waits until something is no longer what was loaded; for ever, if that cannot be known.
    fn changed<'a>(&'a self, loaded: &'a [Loaded]) -> BoxFuture<'a, ()>;
}

/// What came of an attempt to open the environment.
pub(crate) struct Attempt<T> {
    /// What opening gave.
    pub result: Result<Opening<T>, Error>,
    /// What was loaded for it, whether or not it worked.
    pub loaded: Arc<[Loaded]>,
}

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

/// The program's own check of values.
pub(super) type Validate<T> =
    Arc<dyn Fn(&T) -> Result<(), Arc<dyn std::error::Error + Send + Sync>> + Send + Sync>;

/// What the task goes by.
pub(super) struct Settings<T> {
    pub watched: Arc<dyn Watched<T>>,
    pub pace: Pace,
    pub grace: Duration,
    pub validate: Option<Validate<T>>,
    pub randomness: Arc<dyn Randomness>,
}

impl<T> Settings<T> {
    /// Opens the environment, and judges what that gives.
    pub async fn try_open(&self) -> Attempt<T> {
        let Attempt { result, loaded } = self.watched.open().await;
        let opening = match result {
            Ok(opening) => opening,
            Err(error) => return Attempt { result: Err(error), loaded },
        };
        let judged = self.validate.as_ref().map_or(Ok(()), |validate| validate(&opening.value));
        let result = match judged {
            Ok(()) => Ok(opening),
            Err(reason) => {
                // Nobody will use these.
                leases::release(opening.leases).await;
                Err(Error::Rejected(reason))
            }
        };
        Attempt { result, loaded }
    }

    /// A number between 0 and 1.
    pub fn jitter(&self) -> f64 {
        let mut bytes = [0; 4];
        match self.randomness.fill(&mut bytes) {
            Ok(()) => f64::from(u32::from_le_bytes(bytes)) / f64::from(u32::MAX),
            Err(_) => 0.5,
        }
    }
}
