//! Equal requests at the same time are one, and results are cached for a while.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures::FutureExt;
use futures::future::{BoxFuture, Shared, WeakShared};
use tokio::time::Instant;

/// Requests and cached results, by key.
pub(super) struct Coalesced<K, V: Clone> {
    slots: Mutex<HashMap<K, Slot<V>>>,
    /// How many results are cached at most.
    bound: usize,
}

enum Slot<V: Clone> {
    /// Running, as long as somebody waits for it.
    Running(WeakShared<BoxFuture<'static, V>>),
    /// Done, and good until then.
    Done(V, Instant),
}

impl<K, V> Coalesced<K, V>
where
    K: Clone + Eq + Hash + Send + 'static,
    V: Clone + Send + Sync + 'static,
{
    pub fn new(bound: usize) -> Coalesced<K, V> {
        Coalesced { slots: Mutex::default(), bound }
    }

    /// The cached result of the key, that of the running request for it, or else that of a new one.
    ///
    /// Work returns a value and how long to cache it. A caller that stops waiting does not stop it for others; when
    /// nobody waits any more, it is dropped.
    pub async fn get<F>(self: &Arc<Self>, key: K, work: impl FnOnce() -> F) -> V
    where
        F: Future<Output = (V, Duration)> + Send + 'static,
    {
        let request = match self.join(key, work) {
            Ok(value) => return value,
            Err(request) => request,
        };
        request.await
    }

    /// What is cached for the key, if anything is.
    pub fn cached(&self, key: &K) -> Option<V> {
        match self.slots().get(key) {
            Some(Slot::Done(value, until)) if *until > Instant::now() => Some(value.clone()),
            _ => None,
        }
    }

    /// Invalidates cached results for keys like these. What is running goes on, for those who wait for it.
    pub fn invalidate(&self, like: impl Fn(&K) -> bool) {
        self.slots().retain(|key, _| !like(key));
    }

    fn join<F>(
        self: &Arc<Self>,
        key: K,
        work: impl FnOnce() -> F,
    ) -> Result<V, Shared<BoxFuture<'static, V>>>
    where
        F: Future<Output = (V, Duration)> + Send + 'static,
    {
        let mut slots = self.slots();
        match slots.get(&key) {
            // It may be done since somebody looked.
            Some(Slot::Done(value, until)) if *until > Instant::now() => {
                return Ok(value.clone());
            }
            Some(Slot::Running(request)) => {
                if let Some(request) = request.upgrade() {
                    return Err(request);
                }
            }
            _ => {}
        }
        let (requests, done) = (Arc::downgrade(self), key.clone());
        let work = work();
        let request = async move {
            let (value, keep) = work.await;
            if let Some(requests) = requests.upgrade() {
                requests.finish(done, value.clone(), keep);
            }
            value
        };
        let request = request.boxed().shared();
        if let Some(weak) = request.downgrade() {
            slots.insert(key, Slot::Running(weak));
        }
        Err(request)
    }

    fn finish(&self, key: K, value: V, keep: Duration) {
        let now = Instant::now();
        let mut slots = self.slots();
        if keep.is_zero() {
            slots.remove(&key);
            return;
        }
        if slots.len() > self.bound {
            slots.retain(|_, slot| match slot {
                Slot::Running(request) => request.upgrade().is_some(),
                Slot::Done(_, until) => *until > now,
            });
        }
        let done = slots.values().filter(|slot| matches!(slot, Slot::Done(..))).count();
        if done < self.bound {
            slots.insert(key, Slot::Done(value, now + keep));
        } else {
            slots.remove(&key);
        }
    }

    fn slots(&self) -> MutexGuard<'_, HashMap<K, Slot<V>>> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use futures::future::join_all;
    use tokio::time::{sleep, timeout};

    use super::*;

    struct Upstream(Arc<Coalesced<&'static str, u32>>, Arc<AtomicU32>);

    impl Upstream {
        fn new(bound: usize) -> Upstream {
            Upstream(Arc::new(Coalesced::new(bound)), Arc::default())
        }

        /// Takes a second; returns how many calls there were.
        async fn get(&self, key: &'static str, keep: u64) -> u32 {
            let calls = self.1.clone();
            let work = || async move {
                sleep(Duration::from_secs(1)).await;
                (calls.fetch_add(1, Ordering::SeqCst) + 1, Duration::from_secs(keep))
            };
            self.0.get(key, work).await
        }
    }

    #[tokio::test(start_paused = true)]
    async fn ten_thousand_who_ask_at_once_make_one_call() {
        let upstream = Upstream::new(10);
        let results = join_all((0..10_000).map(|_| upstream.get("a", 5))).await;
        assert!(results.iter().all(|result| *result == 1));
        sleep(Duration::from_secs(4)).await;
        assert_eq!(upstream.get("a", 5).await, 1);
        sleep(Duration::from_secs(1)).await;
        assert_eq!(upstream.get("a", 5).await, 2);
        assert_eq!(upstream.get("b", 5).await, 3);
        upstream.0.invalidate(|key| *key == "a");
        assert_eq!(upstream.get("b", 5).await, 3);
        assert_eq!(upstream.get("a", 5).await, 4);
    }

    #[tokio::test(start_paused = true)]
    async fn who_stops_waiting_does_not_stop_the_others() {
        let upstream = Upstream::new(10);
        let hurried = timeout(Duration::from_millis(500), upstream.get("a", 0));
        let (hurried, patient) = tokio::join!(hurried, upstream.get("a", 0));
        assert!(hurried.is_err());
        assert_eq!(patient, 1);
        // Nobody waits: it is dropped, and the next one begins again.
        assert!(timeout(Duration::from_millis(500), upstream.get("a", 0)).await.is_err());
        sleep(Duration::from_secs(5)).await;
        assert_eq!(upstream.1.load(Ordering::SeqCst), 1);
        assert_eq!(upstream.get("a", 0).await, 2);
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_cached_is_bounded() {
        let upstream = Upstream::new(2);
        for key in ["a", "b", "c", "d"] {
            upstream.get(key, 100).await;
        }
        assert!(upstream.0.slots().len() <= 2);
        sleep(Duration::from_secs(200)).await;
        upstream.get("e", 100).await;
        assert_eq!(upstream.get("e", 100).await, 5);
    }
}
