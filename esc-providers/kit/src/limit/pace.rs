//! A token bucket.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep_until};

use super::Idle;

/// How many requests a second, and how many of them at once after a rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    interval: Duration,
    burst: u32,
}

impl Rate {
    /// So many requests a second, one at a time. Anything that is not above zero counts as one an hour.
    pub fn per_second(count: f64) -> Rate {
        let interval = Duration::try_from_secs_f64(1.0 / count).unwrap_or(Rate::SLOWEST);
        Rate { interval: interval.min(Rate::SLOWEST), burst: 1 }
    }

    /// The same, but so many requests may come at once after a rest; at least one.
    pub fn with_burst(mut self, burst: u32) -> Rate {
        self.burst = burst.max(1);
        self
    }

    const SLOWEST: Duration = Duration::from_secs(3600);
}

/// A token bucket: whoever sends a request takes a token first, and waits if there is none.
///
/// First come, first served. Whoever gives up waiting has taken nothing and lets the next one through.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
/// use esc_provider_kit::limit::{Pace, Rate};
///
/// let pace = Pace::new(Rate::per_second(40.0).with_burst(10));
/// pace.acquire().await;
/// // … send the request
/// # });
/// ```
///
/// Time is tokio's: a runtime with its time driver is needed, and tests can pause it.
#[derive(Debug)]
pub struct Pace {
    rate: Rate,
    bucket: Mutex<Bucket>,
    /// The queue. Only its head waits for the bucket.
    turn: Semaphore,
}

/// Tokens are not counted but timed: the bucket is known by the moment at which it will be full.
#[derive(Debug)]
struct Bucket {
    full_at: Option<Instant>,
    held_until: Option<Instant>,
}

impl Pace {
    /// A full bucket.
    pub fn new(rate: Rate) -> Pace {
        let bucket = Mutex::new(Bucket { full_at: None, held_until: None });
        Pace { rate, bucket, turn: Semaphore::new(1) }
    }

    /// Takes a token as soon as it is this caller's turn, and answers how long that took.
    pub async fn acquire(&self) -> Duration {
        let begin = Instant::now();
        // Nobody closes the semaphore.
        let _turn = self.turn.acquire().await.ok();
        while let Err(ready) = self.take() {
            sleep_until(ready).await;
        }
        begin.elapsed()
    }

    /// Takes a token if there is one and nobody waits for it.
    pub fn try_acquire(&self) -> bool {
        self.turn.try_acquire().is_ok() && self.take().is_ok()
    }

    /// Hands out no token for so long: the backend has asked for a rest.
    pub fn hold(&self, rest: Duration) {
        let until = Instant::now().checked_add(rest);
        let mut bucket = self.bucket.lock().unwrap_or_else(PoisonError::into_inner);
        bucket.held_until = bucket.held_until.max(until);
    }

    /// Takes a token, or tells when there may be one.
    fn take(&self) -> Result<(), Instant> {
        let now = Instant::now();
        let mut bucket = self.bucket.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(until) = bucket.held_until.filter(|until| *until > now) {
            return Err(until);
        }
        let full_at = bucket.full_at.map_or(now, |at| at.max(now));
        let to_refill = self.rate.interval.saturating_mul(self.rate.burst - 1);
        match full_at.checked_sub(to_refill) {
            Some(ready) if ready > now => Err(ready),
            _ => {
                bucket.full_at = full_at.checked_add(self.rate.interval);
                Ok(())
            }
        }
    }
}

/// A full bucket that nobody waits at is as good as a new one.
impl Idle for Pace {
    fn is_idle(&self) -> bool {
        let now = Instant::now();
        let bucket = self.bucket.lock().unwrap_or_else(PoisonError::into_inner);
        let past = |at: Option<Instant>| at.is_none_or(|at| at <= now);
        past(bucket.full_at) && past(bucket.held_until)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use futures::future::{join_all, poll_immediate};

    use super::*;

    fn pace(per_second: f64, burst: u32) -> Pace {
        Pace::new(Rate::per_second(per_second).with_burst(burst))
    }

    #[tokio::test(start_paused = true)]
    async fn a_burst_then_the_rate() {
        let pace = pace(10.0, 3);
        let begin = Instant::now();
        let mut times = Vec::new();
        for _ in 0..6 {
            pace.acquire().await;
            times.push(begin.elapsed().as_millis());
        }
        assert_eq!(times, [0, 0, 0, 100, 200, 300]);
        // After a rest the burst is there again, and no more than that.
        tokio::time::sleep(Duration::from_secs(60)).await;
        assert_eq!((0..5).filter(|_| pace.try_acquire()).count(), 3);
    }

    #[tokio::test(start_paused = true)]
    async fn first_come_first_served() {
        let pace = Arc::new(pace(100.0, 1));
        let order = Arc::new(Mutex::new(Vec::new()));
        join_all((0..20).map(|i| {
            let (pace, order) = (pace.clone(), order.clone());
            async move {
                pace.acquire().await;
                order.lock().unwrap().push(i);
            }
        }))
        .await;
        assert_eq!(*order.lock().unwrap(), (0..20).collect::<Vec<_>>());
    }

    #[tokio::test(start_paused = true)]
    async fn who_gives_up_takes_nothing() {
        let pace = pace(1.0, 1);
        pace.acquire().await;
        let begin = Instant::now();
        let mut first = Box::pin(pace.acquire());
        let mut second = Box::pin(pace.acquire());
        let mut third = Box::pin(pace.acquire());
        assert!(poll_immediate(&mut first).await.is_none());
        assert!(poll_immediate(&mut second).await.is_none());
        assert!(poll_immediate(&mut third).await.is_none());
        // Neither who waits at the head nor who waits in the queue.
        drop(first);
        drop(second);
        third.await;
        assert_eq!(begin.elapsed(), Duration::from_secs(1));
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_jumps_the_queue() {
        let pace = pace(1.0, 1);
        assert!(pace.try_acquire());
        let mut waiting = Box::pin(pace.acquire());
        assert!(poll_immediate(&mut waiting).await.is_none());
        tokio::time::advance(Duration::from_secs(2)).await;
        assert!(!pace.try_acquire());
        waiting.await;
    }

    #[tokio::test(start_paused = true)]
    async fn a_hold_stops_everybody() {
        let pace = pace(1000.0, 1000);
        pace.hold(Duration::from_secs(5));
        pace.hold(Duration::from_secs(2));
        assert!(!pace.try_acquire() && !pace.is_idle());
        assert_eq!(pace.acquire().await, Duration::from_secs(5));
    }

    #[tokio::test(start_paused = true)]
    async fn senseless_rates_are_slow_not_endless() {
        for count in [0.0, -1.0, f64::NAN] {
            let pace = pace(count, 0);
            pace.acquire().await;
            assert_eq!(pace.acquire().await, Rate::SLOWEST);
        }
        let fast = pace(f64::INFINITY, 1);
        for _ in 0..100 {
            assert_eq!(fast.acquire().await, Duration::ZERO);
        }
    }
}
