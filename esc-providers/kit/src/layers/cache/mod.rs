//! Remembering answers.

mod settings;
mod store;
#[cfg(test)]
mod tests;

use settings::Settings;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use esc_core::provider::{OpenRequest, Provider};
use futures::FutureExt as _;

use super::coalesce::with_own_calls;
use super::flight::{Flights, may_be_shared};
use super::key::Keys;
use super::{Answer, Around, Layer, Next, around, meter};
use store::Store;

/// Remembers answers for a while.
///
/// * Only those of [idempotent](esc_core::provider::Capabilities::idempotent) providers. What makes calls equal is said at
///   [`Coalesce`](super::Coalesce).
/// * An answer is not remembered longer than the shortest of its leases lasts, less a [margin](Cache::with_margin). Leases
///   that are handed out again are shortened by their age. An answer with a lease of unknown length is not remembered.
/// * An answer with a lease that can be renewed or given back is not shared, unless [so configured](Cache::with_leases).
/// * That something is missing or denied is remembered for a [short time](Cache::with_negative_ttl); other errors are not.
/// * Calls for the same answer at the same time are one call.
/// * What is dropped is wiped, if it is secret.
///
/// Clones share what they remember. Keep one to [`clear`](Cache::clear) it.
///
/// ```
/// use std::time::Duration;
/// use esc_provider_kit::layers::Cache;
///
/// let cache = Cache::new(Duration::from_secs(60)).with_max_entries(1000);
/// # let _ = cache;
/// ```
#[derive(Clone)]
pub struct Cache {
    settings: Settings,
    shared: Arc<SharedState>,
}

struct SharedState {
    keys: Option<Keys>,
    flights: Flights,
    store: Store,
}

impl Cache {
    /// Remembers answers for so long.
    pub fn new(ttl: Duration) -> Cache {
        let settings = Settings {
            ttl,
            negative_ttl: Duration::from_secs(5).min(ttl),
            margin: Duration::from_secs(60),
            max_entries: 4096,
            leases: false,
        };
        let shared = SharedState {
            keys: Keys::random(),
            flights: Flights::default(),
            store: Store::default(),
        };
        Cache { settings, shared: Arc::new(shared) }
    }

    /// Remembers for so long that something is missing or denied. Default 5 s.
    pub fn with_negative_ttl(mut self, ttl: Duration) -> Cache {
        self.settings.negative_ttl = ttl;
        self
    }

    /// Hands out no answer whose lease ends within this time. Default 60 s.
    pub fn with_margin(mut self, margin: Duration) -> Cache {
        self.settings.margin = margin;
        self
    }

    /// Remembers at most so many answers; those not asked for longest go first. Default 4096.
    pub fn with_max_entries(mut self, count: usize) -> Cache {
        self.settings.max_entries = count;
        self
    }

    /// Whether results are shared whose leases can be renewed or revoked. Whoever does so must not give back what
    /// others still use.
    pub fn with_leases(mut self, shared: bool) -> Cache {
        self.settings.leases = shared;
        self
    }

    /// Forgets everything. Calls under way answer their callers, but are not remembered and not joined any more.
    pub fn clear(&self) {
        let store = &self.shared.store;
        let mut forgotten = None;
        self.shared.flights.forget(|| forgotten = Some(store.clear()));
        drop(forgotten);
    }

    /// How many answers are remembered, outdated ones among them.
    pub fn len(&self) -> usize {
        self.shared.store.len()
    }

    /// Whether nothing is remembered.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Five minutes.
impl Default for Cache {
    fn default() -> Cache {
        Cache::new(Duration::from_secs(300))
    }
}

impl Layer for Cache {
    fn wrap(&self, name: &str, inner: Arc<dyn Provider>) -> Arc<dyn Provider> {
        match self.shared.keys {
            Some(_) if inner.capabilities().idempotent => around(name, inner, self.clone()),
            _ => inner,
        }
    }
}

#[async_trait]
impl Around for Cache {
    async fn call(&self, requests: Vec<OpenRequest>, next: &Arc<Next>) -> Vec<Answer> {
        let Some(keys) = &self.shared.keys else { return next.call(requests).await };
        let settings = self.settings;
        let calls = requests.iter().map(|r| (keys.of(next, r), r.clone())).collect();
        let (shared, onward) = (self.shared.clone(), next.clone());
        let hits = std::sync::atomic::AtomicUsize::new(0);
        let known = |key: &_| {
            let answer = self.shared.store.get(key)?;
            hits.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            Some(answer)
        };
        let may_be_shared = |answer: &Answer| settings.leases || may_be_shared(answer);
        let answers = self.shared.flights.fly(calls, known, may_be_shared, |calls| {
            let generation = shared.store.generation();
            let (keys, requests): (Vec<_>, Vec<_>) = calls.into_iter().unzip();
            async move {
                let answers = onward.call(requests).await;
                for (key, answer) in keys.into_iter().zip(&answers) {
                    shared.store.put(key, answer, generation, &settings);
                }
                answers
            }
            .boxed()
        });
        let answers = answers.await;
        let hits = hits.into_inner();
        meter::cached(next.name(), hits, requests.len() - hits);
        tracing::Span::current().record("cache_hits", hits);
        with_own_calls(requests, answers, next).await
    }
}

impl fmt::Debug for Cache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cache").field("settings", &self.settings).finish_non_exhaustive()
    }
}
