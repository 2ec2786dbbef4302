//! When a live environment is looked after: pure arithmetic on time.

use std::time::Duration;

use esc_core::provider::Lease;
use tokio::time::Instant;

/// How often, and how soon before leases end.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    /// The longest time between two refreshes.
    pub ttl: Duration,
    /// The shortest.
    pub min_interval: Duration,
    /// The first wait after a failure; it doubles with every further one.
    pub first_backoff: Duration,
    /// The longest wait after failures.
    pub max_backoff: Duration,
}

/// A lease and when it was given or last renewed.
#[derive(Clone, Debug)]
pub(super) struct Held {
    pub lease: Lease,
    pub since: Instant,
    /// Renewing failed or no longer extends it: only reopening helps.
    pub spent: bool,
}

impl Held {
    pub fn new(lease: Lease, now: Instant) -> Held {
        Held { spent: !lease.renewable, lease, since: now }
    }

    /// When something should be done about it: at two thirds of its time, or up to a tenth before that.
    fn due(&self, jitter: f64) -> Option<Instant> {
        let share = 2.0 / 3.0 - 0.1 * jitter.clamp(0.0, 1.0);
        Some(self.since + self.lease.duration?.mul_f64(share))
    }
}

/// What to do next, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// Renew the leases that are due.
    Renew(Instant),
    /// Open the environment again.
    Refresh(Instant),
}

impl Next {
    pub fn at(self) -> Instant {
        match self {
            Next::Renew(at) | Next::Refresh(at) => at,
        }
    }
}

/// What to do after the environment was opened at `opened`. `jitter` is between 0 and 1, so that many programs that
/// started together do not stay together.
pub(super) fn next(pace: &Pace, opened: Instant, now: Instant, held: &[Held], jitter: f64) -> Next {
    let ttl = opened + pace.ttl.mul_f64(1.0 - 0.1 * jitter.clamp(0.0, 1.0));
    let due =
        |spent: bool| held.iter().filter(|h| h.spent == spent).filter_map(|h| h.due(jitter)).min();
    let refresh = due(true).map_or(ttl, |due| due.min(ttl)).max(opened + pace.min_interval);
    match due(false) {
        Some(renew) if renew < refresh => Next::Renew(renew.max(now)),
        _ => Next::Refresh(refresh.max(now)),
    }
}

/// How long to wait after so many failures in a row.
pub(super) fn backoff(pace: &Pace, failures: u32, jitter: f64) -> Duration {
    let doubled = 2u32.saturating_pow(failures.saturating_sub(1).min(16));
    let full = pace.first_backoff.saturating_mul(doubled).min(pace.max_backoff);
    full.mul_f64(1.0 - 0.5 * jitter.clamp(0.0, 1.0))
}

/// The leases that are due for renewal by now.
pub(super) fn due_for_renewal(held: &[Held], now: Instant) -> Vec<usize> {
    let due = |h: &Held| !h.spent && h.due(1.0).is_some_and(|due| due <= now);
    held.iter().enumerate().filter(|(_, h)| due(h)).map(|(i, _)| i).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn seconds(n: u64) -> Duration {
        Duration::from_secs(n)
    }

    fn pace() -> Pace {
        Pace {
            ttl: seconds(300),
            min_interval: seconds(5),
            first_backoff: seconds(1),
            max_backoff: seconds(60),
        }
    }

    proptest! {
        /// Whatever the leases: nothing waits longer than the time to live or past the end of a lease that is longer
        /// than the shortest interval, and nothing is in the past.
        #[test]
        fn in_time(
            leases in proptest::collection::vec((1u64..5000, any::<bool>(), 0u64..300), 0..6),
            jitter in 0.0f64..=1.0,
            passed in 0u64..400,
        ) {
            let opened = Instant::now();
            let now = opened + seconds(passed);
            let held: Vec<Held> = leases.iter().map(|(length, renewable, later)| Held::new(
                Lease::of(seconds(*length)).with_renewable(*renewable),
                opened + seconds(*later),
            )).collect();
            let next = next(&pace(), opened, now, &held, jitter);
            prop_assert!(next.at() >= now);
            prop_assert!(next.at() <= now.max(opened + pace().ttl));
            for h in held.iter().filter(|h| h.spent) {
                let end = h.since + h.lease.duration.unwrap();
                let latest = end.max(opened + pace().min_interval).max(now);
                prop_assert!(next.at() <= latest);
            }
            if let Next::Renew(at) = next {
                prop_assert!(!due_for_renewal(&held, at).is_empty());
            }
        }

        #[test]
        fn backing_off_is_bounded_and_never_none(failures in 1u32..1000, jitter in 0.0f64..=1.0) {
            let wait = backoff(&pace(), failures, jitter);
            prop_assert!(wait >= Duration::from_millis(500) && wait <= seconds(60));
        }
    }

    #[test]
    fn what_can_be_renewed_is_renewed_first() {
        let now = Instant::now();
        let token = Held::new(Lease::of(seconds(90)).with_renewable(true), now);
        let mut fixed = Held::new(Lease::of(seconds(150)), now);
        assert_eq!(
            next(&pace(), now, now, std::slice::from_ref(&token), 0.0),
            Next::Renew(now + seconds(60))
        );
        assert_eq!(
            next(&pace(), now, now, &[token.clone(), fixed.clone()], 0.0),
            Next::Renew(now + seconds(60))
        );
        fixed.lease.duration = Some(seconds(30));
        assert_eq!(next(&pace(), now, now, &[token, fixed], 0.0), Next::Refresh(now + seconds(20)));
        assert_eq!(next(&pace(), now, now, &[], 1.0), Next::Refresh(now + seconds(270)));
    }
}
