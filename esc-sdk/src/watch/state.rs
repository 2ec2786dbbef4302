//! What the handles of a watch and its task share.

use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use esc_core::value::Value;
use tokio::sync::Notify;
use tokio::time::Instant;

use crate::error::Error;

/// What the handles and the task share.
pub(super) struct Shared<T> {
    pub current: ArcSwap<Version<T>>,
    pub state: ArcSwap<State>,
    /// Wakes the task for an early refresh.
    pub refresh: Notify,
}

/// One version of the values.
pub(super) struct Version<T> {
    pub value: T,
    pub values: Arc<Value>,
    pub version: u64,
}

/// How things stand.
#[derive(Clone, Debug)]
pub(super) struct State {
    pub opened: Instant,
    /// How old the values were then, if they came from the offline cache.
    pub offline: Option<Duration>,
    pub failing: Option<Failing>,
}

/// Refreshing does not work.
#[derive(Clone, Debug)]
pub(super) struct Failing {
    pub since: Instant,
    pub attempts: u32,
    pub error: Arc<Error>,
}

/// Tells the task when nobody is left.
pub(super) struct Alive(pub Arc<Notify>);

impl Drop for Alive {
    fn drop(&mut self) {
        self.0.notify_one();
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
