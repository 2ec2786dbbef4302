//! Faults, for tests.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use esc_core::provider::{ErrorKind, OpenRequest, Provider, ProviderError};
use smol_str::SmolStr;

use super::around::Gather;
use super::{Answer, Around, Layer, Next, around};
use crate::Failure;

/// Makes providers fail or tarry by rules, for tests of what is above them.
///
/// Rules are tried in their order; the first that fits a request is applied. Chance comes from a generator with a seed:
/// the same seed and the same calls are the same faults. Clones share the rules.
///
/// ```
/// use std::time::Duration;
/// use esc_core::provider::ErrorKind;
/// use esc_provider_kit::layers::{Fault, Faults};
///
/// let faults = Faults::seeded(7);
/// // The first two requests are throttled, and a tenth of all others takes a second longer.
/// faults.push(Fault::fail(ErrorKind::Throttled).times(2));
/// faults.push(Fault::delay(Duration::from_secs(1)).chance(0.1));
/// ```
#[derive(Clone)]
pub struct Faults(Arc<Mutex<State>>);

struct State {
    rules: Vec<Fault>,
    random: u64,
}

/// A rule of [`Faults`].
#[must_use]
pub struct Fault {
    what: What,
    provider: Option<SmolStr>,
    when: Option<Box<When>>,
    chance: f64,
    times: Option<u32>,
}

type When = dyn Fn(&OpenRequest) -> bool + Send;

#[derive(Clone)]
enum What {
    Fail(ErrorKind, Option<Duration>),
    Delay(Duration),
    Hang,
}

impl Fault {
    fn new(what: What) -> Fault {
        Fault { what, provider: None, when: None, chance: 1.0, times: None }
    }

    /// Requests fail with an error of this kind and do not reach the provider.
    pub fn fail(kind: ErrorKind) -> Fault {
        Fault::new(What::Fail(kind, None))
    }

    /// Requests fail as throttled, and may be tried again after that time.
    pub fn throttle(retry_after: Duration) -> Fault {
        Fault::new(What::Fail(ErrorKind::Throttled, Some(retry_after)))
    }

    /// Requests reach the provider later.
    pub fn delay(time: Duration) -> Fault {
        Fault::new(What::Delay(time))
    }

    /// Requests are never answered; neither is the batch that one is in.
    pub fn hang() -> Fault {
        Fault::new(What::Hang)
    }

    /// Only for the provider of that name.
    pub fn provider(mut self, name: impl Into<SmolStr>) -> Fault {
        self.provider = Some(name.into());
        self
    }

    /// Only for such requests.
    pub fn when(mut self, when: impl Fn(&OpenRequest) -> bool + Send + 'static) -> Fault {
        self.when = Some(Box::new(when));
        self
    }

    /// Only with that probability, from 0 to 1.
    pub fn chance(mut self, chance: f64) -> Fault {
        self.chance = chance;
        self
    }

    /// Only for the first so many requests that it fits.
    pub fn times(mut self, times: u32) -> Fault {
        self.times = Some(times);
        self
    }
}

impl Faults {
    /// No rules yet, and that seed for what is left to chance.
    pub fn seeded(seed: u64) -> Faults {
        Faults(Arc::new(Mutex::new(State { rules: Vec::new(), random: seed })))
    }

    /// Adds a rule; those before it go first.
    pub fn push(&self, fault: Fault) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).rules.push(fault);
    }

    /// Removes all rules.
    pub fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).rules.clear();
    }

    fn pick(&self, name: &str, request: &OpenRequest) -> Option<What> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let State { rules, random } = &mut *state;
        let rule = rules.iter_mut().find(|rule| {
            rule.times != Some(0)
                && rule.provider.as_ref().is_none_or(|provider| provider == name)
                && rule.when.as_ref().is_none_or(|when| when(request))
                && (rule.chance >= 1.0 || next(random) < rule.chance)
        })?;
        rule.times = rule.times.map(|times| times - 1);
        Some(rule.what.clone())
    }
}

/// SplitMix64, as a number from 0 to 1.
fn next(state: &mut u64) -> f64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
}

impl Layer for Faults {
    fn wrap(&self, name: &str, inner: Arc<dyn Provider>) -> Arc<dyn Provider> {
        around(name, inner, self.clone())
    }
}

#[async_trait]
impl Around for Faults {
    async fn call(&self, requests: Vec<OpenRequest>, next: &Arc<Next>) -> Vec<Answer> {
        let mut answers = Gather::new(requests.len());
        let (mut indices, mut onward) = (Vec::new(), Vec::new());
        let mut delay = Duration::ZERO;
        for (index, request) in requests.into_iter().enumerate() {
            match self.pick(next.name(), &request) {
                Some(What::Fail(kind, retry_after)) => {
                    let failure = Failure::new(next.name().clone(), kind).retry_after(retry_after);
                    let failure: ProviderError = failure.cause("a fault that was asked for").into();
                    answers.put(index, Err(failure));
                    continue;
                }
                Some(What::Hang) => std::future::pending().await,
                Some(What::Delay(time)) => delay = delay.max(time),
                None => {}
            }
            indices.push(index);
            onward.push(request);
        }
        if !delay.is_zero() {
            tokio::time::sleep(delay).await;
        }
        for (index, answer) in indices.into_iter().zip(next.call(onward).await) {
            answers.put(index, answer);
        }
        answers.finish(next.name())
    }
}

impl fmt::Debug for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Faults").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::Instant;

    use super::*;
    use crate::layers::Timeout;
    use crate::layers::testing::{Fake, request, said};

    #[tokio::test(start_paused = true)]
    async fn rules_apply_in_order_and_run_out() {
        let faults = Faults::seeded(1);
        faults.push(
            Fault::fail(ErrorKind::Denied)
                .when(|r| r.inputs.get("key").unwrap().as_str() == Some("b")),
        );
        faults.push(Fault::throttle(Duration::from_secs(3)).times(1));
        faults.push(Fault::delay(Duration::from_secs(5)).provider("slow"));
        let fake = Fake::echo().batch().shared();
        let provider = faults.wrap("fake", fake.clone());
        let answers = provider.open_many(["b", "a", "c", "b"].map(request).to_vec()).await;
        assert_eq!(
            answers.iter().map(said).collect::<Vec<_>>(),
            ["denied", "throttled", "c", "denied"]
        );
        assert_eq!(answers[1].as_ref().unwrap_err().retry_after, Some(Duration::from_secs(3)));
        assert_eq!(fake.calls(), ["c"]);
        let begin = Instant::now();
        assert_eq!(said(&faults.wrap("slow", fake.clone()).open(request("a")).await), "a");
        assert_eq!(begin.elapsed(), Duration::from_secs(5));
        faults.clear();
        assert_eq!(said(&provider.open(request("b")).await), "b");
        faults.push(Fault::hang());
        let provider = Timeout::default().wrap("fake", faults.wrap("fake", fake));
        assert_eq!(said(&provider.open(request("b")).await), "unavailable");
    }

    #[tokio::test]
    async fn the_same_seed_is_the_same_chance() {
        let run = async |seed| {
            let faults = Faults::seeded(seed);
            faults.push(Fault::fail(ErrorKind::Unavailable).chance(0.25));
            let provider = faults.wrap("fake", Fake::echo().shared());
            let mut outcome = Vec::new();
            for _ in 0..1000 {
                outcome.push(provider.open(request("a")).await.is_err());
            }
            outcome
        };
        let first = run(7).await;
        assert_eq!(first, run(7).await);
        assert_ne!(first, run(8).await);
        let failed = first.iter().filter(|failed| **failed).count();
        assert!((200..300).contains(&failed), "{failed}");
    }
}
