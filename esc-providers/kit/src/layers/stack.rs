//! Layers upon layers.

use std::fmt;
use std::sync::Arc;

use esc_core::provider::Provider;

use super::{Cache, Coalesce, Concurrency, Layer, RateLimit, Retry, Timeout, Trace};
use crate::Family;

/// Layers, from the outside in.
///
/// One stack is for the providers of one backend: what layers share (a cache, a budget of retries) is shared by all that
/// the stack wraps.
///
/// ```
/// use std::time::Duration;
/// use esc_provider_kit::layers::{Retry, Stack, Timeout, Trace};
///
/// let stack = Stack::new()
///     .layer(Trace)
///     .layer(Retry::new(3))
///     .layer(Timeout::new(Duration::from_secs(10)));
/// # let _ = stack;
/// ```
#[derive(Clone, Default)]
pub struct Stack {
    layers: Vec<Arc<dyn Layer>>,
}

impl Stack {
    /// No layers.
    pub fn new() -> Stack {
        Stack::default()
    }

    /// The layers that a production program wants, as they are usually set. See [`Standard`] to set them.
    pub fn standard() -> Stack {
        Standard::default().stack()
    }

    /// The same, with one more layer inside of all others.
    pub fn layer(mut self, layer: impl Layer + 'static) -> Stack {
        self.layers.push(Arc::new(layer));
        self
    }

    /// The providers of a family, each with all layers round it.
    pub fn wrap_family(&self, family: &dyn Family) -> Vec<(&'static str, Arc<dyn Provider>)> {
        let wrap = |(name, provider)| (name, self.wrap(name, provider));
        family.providers().into_iter().map(wrap).collect()
    }
}

/// A stack is a layer too.
impl Layer for Stack {
    fn wrap(&self, name: &str, inner: Arc<dyn Provider>) -> Arc<dyn Provider> {
        self.layers.iter().rev().fold(inner, |inner, layer| layer.wrap(name, inner))
    }
}

impl fmt::Debug for Stack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stack").field("layers", &self.layers.len()).finish()
    }
}

/// The settings of the standard stack. A layer that is none is left out. The order and the reasons for it are told
/// [above](super).
///
/// ```
/// use std::time::Duration;
/// use esc_provider_kit::layers::{Cache, Standard};
///
/// let cache = Cache::new(Duration::from_secs(30));
/// let stack = Standard { cache: Some(cache.clone()), rate: None, ..Standard::default() }.stack();
/// // … later, when somebody says that a secret was changed:
/// cache.clear();
/// # let _ = stack;
/// ```
#[derive(Clone, Debug)]
pub struct Standard {
    /// Spans, events and metrics.
    pub trace: Option<Trace>,
    /// Answers are remembered for five minutes.
    pub cache: Option<Cache>,
    /// Equal calls in flight are one. The cache does the same for what it remembers.
    pub coalesce: Option<Coalesce>,
    /// Four attempts.
    pub retry: Option<Retry>,
    /// 50 calls a second for each account.
    pub rate: Option<RateLimit>,
    /// 32 calls at a time for each account.
    pub concurrency: Option<Concurrency>,
    /// 30 seconds for each attempt.
    pub timeout: Option<Timeout>,
}

impl Default for Standard {
    fn default() -> Standard {
        Standard {
            trace: Some(Trace),
            cache: Some(Cache::default()),
            coalesce: Some(Coalesce),
            retry: Some(Retry::default()),
            rate: Some(RateLimit::default()),
            concurrency: Some(Concurrency::default()),
            timeout: Some(Timeout::default()),
        }
    }
}

impl Standard {
    /// The layers in their order.
    pub fn stack(self) -> Stack {
        fn shared(layer: Option<impl Layer + 'static>) -> Option<Arc<dyn Layer>> {
            layer.map(|layer| Arc::new(layer) as Arc<dyn Layer>)
        }
        let layers = [
            shared(self.trace),
            shared(self.cache),
            shared(self.coalesce),
            shared(self.retry),
            shared(self.rate),
            shared(self.concurrency),
            shared(self.timeout),
        ];
        Stack { layers: layers.into_iter().flatten().collect() }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use esc_core::provider::{Capabilities, ErrorKind};
    use futures::future::join_all;
    use tokio::time::Instant;

    use super::*;
    use crate::layers::testing::{Fake, request, said};
    use crate::layers::{Fault, Faults};

    #[tokio::test(start_paused = true)]
    async fn what_a_provider_says_of_itself_goes_through() {
        let capabilities = Capabilities::default().with_batch().with_lease().with_contextual();
        for capabilities in [capabilities, capabilities.with_idempotent()] {
            let fake = Fake::echo().with_capabilities(capabilities).shared();
            let provider = Stack::standard().wrap("fake", fake.clone());
            assert_eq!(provider.capabilities(), capabilities);
            assert_eq!(provider.account(&request("a@eu")), "eu");
            assert_eq!(provider.schema().inputs, fake.schema().inputs);
            let answers = provider.open_many(["b", "a", "b"].map(request).to_vec()).await;
            assert_eq!(answers.iter().map(said).collect::<Vec<_>>(), ["b", "a", "b"]);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_standard_stack_rides_out_a_short_outage() {
        let faults = Faults::seeded(3);
        faults.push(Fault::fail(ErrorKind::Unavailable).times(1));
        faults.push(Fault::throttle(Duration::from_secs(2)).times(1));
        faults.push(Fault::hang().times(1));
        let fake = Fake::echo().batch().shared();
        let stack = Stack::standard().layer(faults);
        let provider = stack.wrap("fake", fake.clone());
        let begin = Instant::now();
        let answers = join_all((0..500).map(|_| provider.open(request("a")))).await;
        assert!(answers.iter().all(|answer| said(answer) == "a"));
        assert_eq!(fake.calls(), ["a"]);
        assert!(begin.elapsed() >= Duration::from_secs(32), "{:?}", begin.elapsed());
    }

    #[tokio::test(start_paused = true)]
    async fn the_first_layer_is_the_outermost() {
        let fake = Fake::echo().slow(Duration::from_secs(2)).shared();
        let limit = Timeout::new(Duration::from_secs(3));
        let outside = Stack::new().layer(limit).layer(Concurrency::new(1)).wrap("x", fake.clone());
        let inside = Stack::new().layer(Concurrency::new(1)).layer(limit).wrap("x", fake);
        for (provider, failed) in [(outside, 1), (inside, 0)] {
            let answers = join_all(["a", "b"].map(|input| provider.open(request(input)))).await;
            assert_eq!(answers.iter().filter(|answer| answer.is_err()).count(), failed);
        }
    }

    #[tokio::test]
    async fn a_family_keeps_its_names() {
        struct Two;
        impl Family for Two {
            fn providers(&self) -> Vec<(&'static str, Arc<dyn Provider>)> {
                vec![("one", Fake::echo().shared()), ("two", Fake::echo().shared())]
            }
        }
        let names = Stack::standard().wrap_family(&Two).into_iter().map(|(name, _)| name);
        assert_eq!(names.collect::<Vec<_>>(), ["one", "two"]);
    }
}
