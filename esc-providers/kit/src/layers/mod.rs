//! Layers: what every call of a backend needs, written once and put round any provider.
//!
//! A layer is a value that [wraps](Layer::wrap) a provider into another one with the same schema, capabilities and
//! accounts. The layers know nothing of backends: they go by the [kinds of errors](esc_core::provider::ErrorKind), the
//! [capabilities](esc_core::provider::Capabilities) and the [account](Provider::account) of a request. A batch passes
//! through each of them as a batch, and every request in it has its own answer.
//!
//! # The order
//!
//! A [`Stack`] applies layers to the providers of a whole [`Family`](crate::Family). [`Standard`] is the stack that a
//! production program wants, from the outside in:
//!
//! | layer | why there |
//! |---|---|
//! | [`Trace`] | tells what the caller sees: answers from the cache, waits and retries are part of it |
//! | [`Cache`] | a hit consumes no rate token, no slot and no attempt |
//! | [`Coalesce`] | equal calls in flight are one, before they are multiplied by attempts |
//! | [`Retry`] | each attempt queues anew: a retry takes a token and a slot like any other request |
//! | [`RateLimit`] | who waits for a token does not occupy a slot |
//! | [`Concurrency`] | a slot is taken only while the backend works |
//! | [`Timeout`] | limits the backend's time alone, for each attempt; waiting in our own queues is no fault of its |
//!
//! # Metrics
//!
//! With the crate's feature `metrics` the layers count and time through the facade of the `metrics` crate:
//!
//! | name | kind | labels |
//! |---|---|---|
//! | `esc_provider_calls_total` | counter of requests | `provider`, `outcome`: `ok` or the kind of the error |
//! | `esc_provider_call_seconds` | histogram | `provider` |
//! | `esc_provider_cache_total` | counter of requests | `provider`, `result`: `hit` or `miss` |
//! | `esc_provider_retries_total` | counter of calls | `provider` |
//! | `esc_provider_throttles_total` | counter of requests that the backend refused | `provider` |
//! | `esc_provider_wait_seconds` | histogram of the time that calls waited for a rate limit | `provider` |
//!
//! # Time and tasks
//!
//! Time is tokio's, so that tests can pause it. Nothing is spawned: dropping a call stops it.

mod around;
mod budget;
mod cache;
mod coalesce;
mod concurrency;
mod faults;
mod flight;
mod key;
mod meter;
mod rate;
mod retry;
mod stack;
#[cfg(test)]
mod testing;
mod timeout;
mod trace;

use std::sync::Arc;

use esc_core::provider::Provider;

pub use around::{Answer, Around, Next, around};
pub use budget::Budget;
pub use cache::Cache;
pub use coalesce::Coalesce;
pub use concurrency::Concurrency;
pub use faults::{Fault, Faults};
pub use rate::RateLimit;
pub use retry::{Jitter, Retry};
pub use stack::{Stack, Standard};
pub use timeout::Timeout;
pub use trace::Trace;

/// Wraps providers. See [`Around`] for a short way to write one.
pub trait Layer: Send + Sync {
    /// The provider, called `name` in documents, with this layer round it.
    fn wrap(&self, name: &str, inner: Arc<dyn Provider>) -> Arc<dyn Provider>;
}
