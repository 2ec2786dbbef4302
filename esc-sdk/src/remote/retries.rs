//! When requests are sent again.

use std::sync::Arc;
use std::time::Duration;

use super::failure::ApiError;
use crate::crypto::{Randomness, SystemRandomness};

/// How often, and after what time, requests that change nothing are repeated.
///
/// Those are all that read, and checks. They are repeated after 429, 408, 5xx and when the connection breaks. Waits
/// double from `first` to `longest`, each shortened by up to half at random; what the server asks for comes first, if
/// it does so in seconds. If it asks for more than `longest`, the request is not repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retries {
    /// How many attempts there are altogether. Default 4.
    pub attempts: u32,
    /// The wait before the second attempt. Default 1 s.
    pub first: Duration,
    /// The longest wait. Default 30 s.
    pub longest: Duration,
}

impl Default for Retries {
    fn default() -> Retries {
        Retries { attempts: 4, first: Duration::from_secs(1), longest: Duration::from_secs(30) }
    }
}

impl Retries {
    /// How long to wait before the next attempt; none if there is to be none.
    pub(super) fn wait(self, attempt: u32, error: &ApiError, jitter: &Jitter) -> Option<Duration> {
        let Retries { attempts, first, longest } = self;
        if attempt >= attempts || !error.is_temporary() {
            return None;
        }
        if let Some(asked) = error.retry_after() {
            return (asked <= longest).then_some(asked);
        }
        let doubled = first.saturating_mul(1 << (attempt - 1).min(30)).min(longest);
        Some(doubled.mul_f64(1.0 - jitter().clamp(0.0, 1.0) / 2.0))
    }
}

/// A number from 0 (included) to 1 (excluded), each time another.
pub(super) type Jitter = Arc<dyn Fn() -> f64 + Send + Sync>;

/// The system's randomness.
pub(super) fn system_jitter() -> f64 {
    let mut bytes = [0; 4];
    // Without randomness waits are not spread, which is no harm.
    let _ = SystemRandomness::default().fill(&mut bytes);
    f64::from(u32::from_le_bytes(bytes)) / (f64::from(u32::MAX) + 1.0)
}

#[cfg(test)]
mod tests {
    use super::super::failure::protocol;
    use super::*;

    #[test]
    fn waits_double_and_are_spread() {
        let millis = Duration::from_millis;
        let retries = Retries { attempts: 5, first: millis(100), longest: millis(300) };
        let unavailable = |retry_after| ApiError::Unavailable {
            operation: String::new(),
            message: String::new(),
            retry_after,
            request_id: None,
        };
        let waits = |jitter: f64, asked: Option<Duration>| -> Vec<Option<u128>> {
            let jitter: Jitter = Arc::new(move || jitter);
            let wait = |attempt| retries.wait(attempt, &unavailable(asked), &jitter);
            (1..=5).map(|attempt| wait(attempt).map(|w| w.as_millis())).collect()
        };
        assert_eq!(waits(0.0, None), [Some(100), Some(200), Some(300), Some(300), None]);
        assert_eq!(waits(1.0, None), [Some(50), Some(100), Some(150), Some(150), None]);
        assert_eq!(waits(0.0, Some(millis(250)))[..2], [Some(250), Some(250)]);
        assert_eq!(waits(0.0, Some(millis(301))), [None; 5]);
        let (retries, jitter): (Retries, Jitter) = (Retries::default(), Arc::new(system_jitter));
        assert_eq!(retries.wait(1, &protocol("", ""), &jitter), None);
        assert_eq!(retries.wait(u32::MAX - 1, &unavailable(None), &jitter), None);
    }

    #[test]
    fn jitter_is_between_0_and_1() {
        let numbers: Vec<f64> = (0..100).map(|_| system_jitter()).collect();
        assert!(numbers.iter().all(|n| (0.0..1.0).contains(n)));
        assert!(numbers.iter().any(|n| *n != numbers[0]));
    }
}
