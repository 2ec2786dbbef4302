//! So many calls a second.

use std::sync::Arc;

use async_trait::async_trait;
use esc_core::provider::{ErrorKind, OpenRequest, Provider};

use super::{Answer, Around, Layer, Next, around, meter};
use crate::limit::{Keyed, Pace, Rate};

/// How many accounts of a provider have limits of their own at the same time.
pub(super) const MAX_ACCOUNTS: usize = 10_000;

/// Sends only so many calls a second to each account of a provider; others wait, first come, first served.
///
/// A batch is one call for each account in it. If the backend says that it is asked too often and when to come back,
/// all calls of the account wait until then.
#[derive(Clone, Copy, Debug)]
pub struct RateLimit {
    rate: Rate,
}

impl RateLimit {
    /// At this rate.
    pub fn new(rate: Rate) -> RateLimit {
        RateLimit { rate }
    }
}

/// 50 a second, 50 at once.
impl Default for RateLimit {
    fn default() -> RateLimit {
        RateLimit::new(Rate::per_second(50.0).with_burst(50))
    }
}

impl Layer for RateLimit {
    fn wrap(&self, name: &str, inner: Arc<dyn Provider>) -> Arc<dyn Provider> {
        let rate = self.rate;
        around(name, inner, Limited { accounts: Keyed::new(MAX_ACCOUNTS, move || Pace::new(rate)) })
    }
}

struct Limited {
    accounts: Keyed<Pace>,
}

#[async_trait]
impl Around for Limited {
    async fn call(&self, requests: Vec<OpenRequest>, next: &Arc<Next>) -> Vec<Answer> {
        next.by_account(requests, |account, requests| async move {
            let pace = self.accounts.get(&account);
            meter::waited(next.name(), pace.acquire().await);
            let answers = next.call(requests).await;
            let throttled = |answer: &Answer| match answer {
                Err(error) if error.kind == ErrorKind::Throttled => error.retry_after,
                _ => None,
            };
            if let Some(rest) = answers.iter().filter_map(throttled).max() {
                pace.hold(rest);
            }
            answers
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use esc_core::provider::ProviderError;
    use futures::future::{join_all, poll_immediate};
    use tokio::time::Instant;

    use super::*;
    use crate::layers::testing::{Fake, request};

    fn layer(per_second: f64, burst: u32) -> RateLimit {
        RateLimit::new(Rate::per_second(per_second).with_burst(burst))
    }

    #[tokio::test(start_paused = true)]
    async fn each_account_has_its_rate() {
        let provider = layer(10.0, 5).wrap("fake", Fake::echo().batch().shared());
        let begin = Instant::now();
        join_all((0..15).map(|_| provider.open(request("x@a")))).await;
        assert_eq!(begin.elapsed(), Duration::from_secs(1));
        join_all((0..5).map(|_| provider.open(request("x@b")))).await;
        assert_eq!(begin.elapsed(), Duration::from_secs(1));
        // A batch takes one token.
        provider.open_many(vec![request("x@a"); 100]).await;
        assert_eq!(begin.elapsed(), Duration::from_millis(1100));
    }

    #[tokio::test(start_paused = true)]
    async fn dropped_calls_take_no_token() {
        let provider = layer(1.0, 1).wrap("fake", Fake::echo().shared());
        provider.open(request("a")).await.unwrap();
        let begin = Instant::now();
        for _ in 0..10 {
            assert!(poll_immediate(provider.open(request("b"))).await.is_none());
        }
        provider.open(request("c")).await.unwrap();
        assert_eq!(begin.elapsed(), Duration::from_secs(1));
    }

    #[tokio::test(start_paused = true)]
    async fn everybody_waits_if_the_backend_asks_for_it() {
        let rest = Duration::from_secs(7);
        let fake = Fake::new(move |number, input| match number {
            0 => Err(ProviderError::new(ErrorKind::Throttled, "slow down").with_retry_after(rest)),
            _ => Ok(esc_core::value::Value::string(input).into()),
        });
        let provider = layer(1000.0, 1000).wrap("fake", fake.shared());
        provider.open(request("a@1")).await.unwrap_err();
        let begin = Instant::now();
        provider.open(request("a@2")).await.unwrap();
        assert_eq!(begin.elapsed(), Duration::ZERO);
        provider.open(request("a@1")).await.unwrap();
        assert_eq!(begin.elapsed(), rest);
    }
}
