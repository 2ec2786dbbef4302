//! No call takes longer than this.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use esc_core::provider::{ErrorKind, OpenRequest, Provider, ProviderError};

use super::{Answer, Around, Layer, Next, around};
use crate::Failure;

/// Ends calls that take too long: the backend counts as unavailable then. A batch is one call.
#[derive(Clone, Copy, Debug)]
pub struct Timeout {
    limit: Duration,
}

impl Timeout {
    /// No call takes longer than this.
    pub fn new(limit: Duration) -> Timeout {
        Timeout { limit }
    }
}

/// 30 seconds.
impl Default for Timeout {
    fn default() -> Timeout {
        Timeout::new(Duration::from_secs(30))
    }
}

impl Layer for Timeout {
    fn wrap(&self, name: &str, inner: Arc<dyn Provider>) -> Arc<dyn Provider> {
        around(name, inner, *self)
    }
}

#[async_trait]
impl Around for Timeout {
    async fn call(&self, requests: Vec<OpenRequest>, next: &Arc<Next>) -> Vec<Answer> {
        let accounts: Vec<_> = requests.iter().map(|request| next.account(request)).collect();
        let late = |account| -> ProviderError {
            Failure::new(next.name().clone(), ErrorKind::Unavailable)
                .place(account)
                .cause(format_args!("there was no answer within {:?}", self.limit))
                .advice(
                    "check that the backend can be reached from here; if it needs longer, raise the timeout",
                )
                .into()
        };
        match tokio::time::timeout(self.limit, next.call(requests)).await {
            Ok(answers) => answers,
            Err(_) => accounts.into_iter().map(|account| Err(late(account))).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layers::testing::{Fake, request};

    #[tokio::test(start_paused = true)]
    async fn calls_that_take_too_long_are_ended() {
        let layer = Timeout::new(Duration::from_millis(1500));
        let slow = Fake::echo().slow(Duration::from_secs(9)).batch().shared();
        let provider = layer.wrap("fake", slow.clone());
        let error = provider.open(request("a@eu")).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Unavailable);
        assert_eq!(error.message, "fake: in eu: unavailable: there was no answer within 1.5s");
        assert!(error.advice.unwrap().contains("raise the timeout"));
        let answers = provider.open_many(vec![request("a"), request("b")]).await;
        assert_eq!(answers.iter().filter(|a| a.is_err()).count(), 2);
        assert_eq!(slow.running(), 0);
        let quick = layer.wrap("fake", Fake::echo().slow(Duration::from_secs(1)).shared());
        assert!(quick.open(request("a")).await.is_ok());
    }
}
