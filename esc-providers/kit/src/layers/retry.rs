//! Trying again.
//!
//! # Who retries what
//!
//! Requests are tried again in three places, and never in two of them for the same request:
//!
//! | where | what | why there |
//! |---|---|---|
//! | this layer | calls of providers, around whichever backend | one rule for all: only [idempotent] calls, only temporary kinds, one [budget](Budget) |
//! | the SDK of AWS, configured by `esc_provider_aws::Settings` | single requests to AWS | AWS tells throttling and clock skew by codes that only its SDK knows, and one call of a provider is many requests: trying the call again would send those that succeeded once more. So the standard catalog puts no retry layer around AWS |
//! | `esc_sdk`'s client of a remote server | requests to its HTTP API | no provider is involved, and whether a request may be sent again depends on its method and on what the server says (`Retry-After`) |
//!
//! Rotations are tried again nowhere: whether the first attempt changed something cannot be seen from outside.
//!
//! [idempotent]: esc_core::provider::Capabilities::idempotent

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use esc_core::provider::{ErrorKind, OpenRequest, Provider, ProviderError};

use super::around::Gather;
use super::{Answer, Around, Budget, Layer, Next, around, meter};

/// Where the randomness of waits comes from: numbers from 0 to 1.
pub type Jitter = Arc<dyn Fn() -> f64 + Send + Sync>;

/// Tries again what failed for a while only, if the provider is
/// [idempotent](esc_core::provider::Capabilities::idempotent).
///
/// Before each further attempt it waits a random part of a time that doubles, so that many callers do not come back
/// together; if the backend said when to [try again](ProviderError::retry_after), it waits that long in addition. In a
/// batch only the requests that failed are sent again. All calls share a [budget](Budget) of retries.
#[derive(Clone)]
pub struct Retry {
    attempts: u32,
    first_wait: Duration,
    longest_wait: Duration,
    longest_rest: Duration,
    budget: Arc<Budget>,
    jitter: Jitter,
}

impl Retry {
    /// At most so many attempts in all, the first one included.
    pub fn new(attempts: u32) -> Retry {
        Retry {
            attempts,
            first_wait: Duration::from_millis(200),
            longest_wait: Duration::from_secs(5),
            longest_rest: Duration::from_secs(30),
            budget: Arc::default(),
            jitter: Arc::new(random),
        }
    }

    /// Waits at most `first` before the second attempt, then twice as long each time, but not longer than `longest`.
    /// Default 200 ms and 5 s.
    pub fn with_waits(mut self, first: Duration, longest: Duration) -> Retry {
        (self.first_wait, self.longest_wait) = (first, longest);
        self
    }

    /// Does not try again if the backend asks for a longer rest than this. Default 30 s.
    pub fn with_longest_rest(mut self, rest: Duration) -> Retry {
        self.longest_rest = rest;
        self
    }

    /// With this budget, which other layers may share.
    pub fn with_budget(mut self, budget: Arc<Budget>) -> Retry {
        self.budget = budget;
        self
    }

    /// With this source of randomness; the default is the operating system's.
    pub fn with_jitter(mut self, jitter: impl Fn() -> f64 + Send + Sync + 'static) -> Retry {
        self.jitter = Arc::new(jitter);
        self
    }

    fn may_succeed(&self, error: &ProviderError) -> bool {
        error.kind.is_temporary() && error.retry_after.is_none_or(|rest| rest <= self.longest_rest)
    }

    fn wait(&self, attempt: u32, rest: Option<Duration>) -> Duration {
        let doubled =
            self.first_wait.saturating_mul(1u32.checked_shl(attempt - 1).unwrap_or(u32::MAX));
        let part = (self.jitter)().clamp(0.0, 1.0);
        doubled.min(self.longest_wait).mul_f64(part) + rest.unwrap_or_default()
    }
}

/// Four attempts.
impl Default for Retry {
    fn default() -> Retry {
        Retry::new(4)
    }
}

fn random() -> f64 {
    let mut bytes = [0; 4];
    // Without randomness callers come back together: worse, but no reason to fail.
    match aws_lc_rs::rand::fill(&mut bytes) {
        Ok(()) => f64::from(u32::from_le_bytes(bytes)) / f64::from(u32::MAX),
        Err(_) => 1.0,
    }
}

impl Layer for Retry {
    fn wrap(&self, name: &str, inner: Arc<dyn Provider>) -> Arc<dyn Provider> {
        around(name, inner, self.clone())
    }
}

#[async_trait]
impl Around for Retry {
    async fn call(&self, requests: Vec<OpenRequest>, next: &Arc<Next>) -> Vec<Answer> {
        let attempts = if next.capabilities().idempotent { self.attempts.max(1) } else { 1 };
        let mut answers = Gather::new(requests.len());
        let mut open: Vec<usize> = (0..requests.len()).collect();
        for attempt in 1.. {
            let batch = open.iter().filter_map(|index| requests.get(*index).cloned()).collect();
            let mut throttled = 0;
            for (index, answer) in open.iter().zip(next.call(batch).await) {
                let kind = answer.as_ref().err().map(|error| error.kind);
                throttled += usize::from(kind == Some(ErrorKind::Throttled));
                answers.put(*index, answer);
            }
            meter::throttled(next.name(), throttled);
            if attempt == 1 && !answers.errors().any(|(_, error)| error.kind.is_temporary()) {
                self.budget.deposit();
            }
            let failed = answers.errors().filter(|(_, error)| self.may_succeed(error));
            let (again, rests): (Vec<_>, Vec<_>) = failed.map(|(i, e)| (i, e.retry_after)).unzip();
            open = again;
            if open.is_empty() || attempt >= attempts || !self.budget.withdraw() {
                break;
            }
            let wait = self.wait(attempt, rests.into_iter().flatten().max());
            tracing::debug!(provider = %next.name(), attempt, requests = open.len(), ?wait, "trying again");
            tracing::Span::current().record("attempts", attempt + 1);
            meter::retried(next.name());
            tokio::time::sleep(wait).await;
        }
        answers.finish(next.name())
    }
}

impl fmt::Debug for Retry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Retry").field("attempts", &self.attempts).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use esc_core::provider::Capabilities;
    use esc_core::value::Value;
    use futures::future::join_all;
    use tokio::time::Instant;

    use super::*;
    use crate::layers::testing::{Fake, request, said};

    fn layer(attempts: u32) -> Retry {
        Retry::new(attempts).with_jitter(|| 1.0)
    }

    #[tokio::test(start_paused = true)]
    async fn waits_double_up_to_the_longest() {
        let fake = Fake::failing(9, ErrorKind::Unavailable).shared();
        let retry = layer(6).with_waits(Duration::from_secs(1), Duration::from_secs(5));
        let begin = Instant::now();
        let error = retry.wrap("fake", fake.clone()).open(request("a")).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Unavailable);
        assert_eq!(fake.calls().len(), 6);
        assert_eq!(begin.elapsed(), Duration::from_secs(1 + 2 + 4 + 5 + 5));
    }

    #[tokio::test(start_paused = true)]
    async fn waits_are_jittered() {
        let parts = Mutex::new(vec![0.25, 0.5]);
        let retry = Retry::new(3)
            .with_waits(Duration::from_secs(1), Duration::from_secs(60))
            .with_jitter(move || parts.lock().unwrap().pop().unwrap());
        let begin = Instant::now();
        let fake = Fake::failing(2, ErrorKind::Throttled).shared();
        assert!(retry.wrap("fake", fake).open(request("a")).await.is_ok());
        assert_eq!(begin.elapsed(), Duration::from_secs(1));
        assert!((0..100).map(|_| random()).all(|part| (0.0..=1.0).contains(&part)));
    }

    #[tokio::test(start_paused = true)]
    async fn only_what_may_succeed_is_tried_again() {
        for kind in ErrorKind::ALL {
            let fake = Fake::failing(1, kind).shared();
            let answer = layer(3).wrap("fake", fake.clone()).open(request("a")).await;
            assert_eq!(answer.is_ok(), kind.is_temporary(), "{kind}");
            assert_eq!(fake.calls().len(), if kind.is_temporary() { 2 } else { 1 });
        }
        let fake = Fake::failing(1, ErrorKind::Unavailable);
        let fake = fake.with_capabilities(Capabilities::default()).shared();
        assert!(layer(3).wrap("fake", fake.clone()).open(request("a")).await.is_err());
        assert_eq!(fake.calls().len(), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn the_backend_says_when() {
        let after = |seconds| {
            Fake::new(move |number, input| match number {
                0 => Err(ProviderError::new(ErrorKind::Throttled, "slow down")
                    .with_retry_after(Duration::from_secs(seconds))),
                _ => Ok(Value::string(input).into()),
            })
            .shared()
        };
        let begin = Instant::now();
        assert!(layer(2).wrap("fake", after(20)).open(request("a")).await.is_ok());
        assert_eq!(begin.elapsed(), Duration::from_millis(20_200));
        assert!(layer(2).wrap("fake", after(31)).open(request("a")).await.is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn of_a_batch_only_the_failed_are_sent_again() {
        let fake = Fake::new(|number, input| match (number, input) {
            (_, "gone") => Err(ProviderError::new(ErrorKind::NotFound, "no")),
            (0..8, "slow") => Err(ProviderError::new(ErrorKind::Throttled, "no")),
            (0..4, "down") => Err(ProviderError::new(ErrorKind::Unavailable, "no")),
            _ => Ok(Value::string(input).into()),
        });
        let fake = fake.batch().shared();
        let provider = layer(5).wrap("fake", fake.clone());
        let answers = provider.open_many(["a", "slow", "gone", "down"].map(request).to_vec()).await;
        assert_eq!(
            answers.iter().map(said).collect::<Vec<_>>(),
            ["a", "slow", "not found", "down"]
        );
        assert_eq!(fake.calls(), ["a,slow,gone,down", "slow,down", "slow", "slow", "slow"]);
    }

    #[tokio::test(start_paused = true)]
    async fn the_budget_keeps_an_outage_from_being_multiplied() {
        let fake = Fake::new(|number, input| match number < 1010 || number == 1014 {
            true => Err(ProviderError::new(ErrorKind::Unavailable, "no")),
            false => Ok(Value::string(input).into()),
        });
        let fake = fake.shared();
        let budget = Arc::new(Budget::new(10, 0.5));
        let provider = layer(4).with_budget(budget).wrap("fake", fake.clone());
        join_all((0..1000).map(|_| provider.open(request("a")))).await;
        assert_eq!(fake.calls().len(), 1010);
        // Successes fill it again, and the fifth call needs it.
        for _ in 0..5 {
            assert!(provider.open(request("a")).await.is_ok());
        }
        assert_eq!(fake.calls().len(), 1016);
    }
}
