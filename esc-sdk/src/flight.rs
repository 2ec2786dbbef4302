//! Equal work in flight is done once, and what it came to is remembered for a while.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures::FutureExt;
use futures::future::{BoxFuture, Shared, WeakShared};
use tokio::time::Instant;

/// Work by what it is for.
pub(crate) struct Flights<K, V: Clone> {
    slots: Mutex<HashMap<K, Slot<V>>>,
    /// How many answers are remembered at most.
    bound: usize,
}

enum Slot<V: Clone> {
    /// Under way, as long as somebody waits for it.
    Flying(WeakShared<BoxFuture<'static, V>>),
    /// Done, and good until then.
    Landed(V, Instant),
}

impl<K, V> Flights<K, V>
where
    K: Clone + Eq + Hash + Send + 'static,
    V: Clone + Send + Sync + 'static,
{
    pub fn new(bound: usize) -> Flights<K, V> {
        Flights { slots: Mutex::default(), bound }
    }

    /// What is remembered for the key, what the work that is under way for it comes to, or else what new work comes to.
    ///
    /// Work answers a value and how long to remember it. Whoever stops waiting does not stop it for others; when nobody
    /// waits any more, it is dropped.
    pub async fn get<F>(self: &Arc<Self>, key: K, work: impl FnOnce() -> F) -> V
    where
        F: Future<Output = (V, Duration)> + Send + 'static,
    {
        let flight = match self.join(key, work) {
            Ok(value) => return value,
            Err(flight) => flight,
        };
        flight.await
    }

    /// What is remembered for the key, if anything is.
    pub fn remembered(&self, key: &K) -> Option<V> {
        match self.slots().get(key) {
            Some(Slot::Landed(value, until)) if *until > Instant::now() => Some(value.clone()),
            _ => None,
        }
    }

    /// Forgets what is remembered for keys like these. What is under way goes on, for those who wait for it.
    pub fn forget(&self, like: impl Fn(&K) -> bool) {
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
            // It may have landed since somebody looked.
            Some(Slot::Landed(value, until)) if *until > Instant::now() => {
                return Ok(value.clone());
            }
            Some(Slot::Flying(flight)) => {
                if let Some(flight) = flight.upgrade() {
                    return Err(flight);
                }
            }
            _ => {}
        }
        let (flights, done) = (Arc::downgrade(self), key.clone());
        let work = work();
        let flight = async move {
            let (value, keep) = work.await;
            if let Some(flights) = flights.upgrade() {
                flights.land(done, value.clone(), keep);
            }
            value
        };
        let flight = flight.boxed().shared();
        if let Some(weak) = flight.downgrade() {
            slots.insert(key, Slot::Flying(weak));
        }
        Err(flight)
    }

    fn land(&self, key: K, value: V, keep: Duration) {
        let now = Instant::now();
        let mut slots = self.slots();
        if keep.is_zero() {
            slots.remove(&key);
            return;
        }
        if slots.len() > self.bound {
            slots.retain(|_, slot| match slot {
                Slot::Flying(flight) => flight.upgrade().is_some(),
                Slot::Landed(_, until) => *until > now,
            });
        }
        let landed = slots.values().filter(|slot| matches!(slot, Slot::Landed(..))).count();
        if landed < self.bound {
            slots.insert(key, Slot::Landed(value, now + keep));
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

    struct Upstream(Arc<Flights<&'static str, u32>>, Arc<AtomicU32>);

    impl Upstream {
        fn new(bound: usize) -> Upstream {
            Upstream(Arc::new(Flights::new(bound)), Arc::default())
        }

        /// Takes a second; answers how many calls there were.
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
        let answers = join_all((0..10_000).map(|_| upstream.get("a", 5))).await;
        assert!(answers.iter().all(|answer| *answer == 1));
        sleep(Duration::from_secs(4)).await;
        assert_eq!(upstream.get("a", 5).await, 1);
        sleep(Duration::from_secs(1)).await;
        assert_eq!(upstream.get("a", 5).await, 2);
        assert_eq!(upstream.get("b", 5).await, 3);
        upstream.0.forget(|key| *key == "a");
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
        // Nobody waits: it is dropped, and the next one begins anew.
        assert!(timeout(Duration::from_millis(500), upstream.get("a", 0)).await.is_err());
        sleep(Duration::from_secs(5)).await;
        assert_eq!(upstream.1.load(Ordering::SeqCst), 1);
        assert_eq!(upstream.get("a", 0).await, 2);
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_remembered_is_bounded() {
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
