//! So many calls at a time.

use std::sync::Arc;

use async_trait::async_trait;
use esc_core::provider::{OpenRequest, Provider};
use tokio::sync::Semaphore;

use super::rate::MAX_ACCOUNTS;
use super::{Answer, Around, Layer, Next, around};
use crate::limit::{Idle, Keyed};

/// Lets only so many calls of a provider and account run at a time; others wait, first come, first served.
///
/// A batch is one call for each account in it.
#[derive(Clone, Copy, Debug)]
pub struct Concurrency {
    limit: usize,
}

impl Concurrency {
    /// At most so many at a time; at least one.
    pub fn new(limit: usize) -> Concurrency {
        Concurrency { limit: limit.clamp(1, Semaphore::MAX_PERMITS) }
    }
}

/// 32 at a time.
impl Default for Concurrency {
    fn default() -> Concurrency {
        Concurrency::new(32)
    }
}

impl Layer for Concurrency {
    fn wrap(&self, name: &str, inner: Arc<dyn Provider>) -> Arc<dyn Provider> {
        let limit = self.limit;
        let slots = move || Slots { limit, free: Semaphore::new(limit) };
        around(name, inner, Limited { accounts: Keyed::new(MAX_ACCOUNTS, slots) })
    }
}

struct Slots {
    limit: usize,
    free: Semaphore,
}

impl Idle for Slots {
    fn is_idle(&self) -> bool {
        self.free.available_permits() == self.limit
    }
}

struct Limited {
    accounts: Keyed<Slots>,
}

#[async_trait]
impl Around for Limited {
    async fn call(&self, requests: Vec<OpenRequest>, next: &Arc<Next>) -> Vec<Answer> {
        next.by_account(requests, |account, requests| async move {
            let slots = self.accounts.get(&account);
            // Nobody closes the semaphore.
            let _slot = slots.free.acquire().await.ok();
            next.call(requests).await
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use futures::future::{join_all, poll_immediate};
    use tokio::time::Instant;

    use super::*;
    use crate::layers::testing::{Fake, request, said};

    #[tokio::test(start_paused = true)]
    async fn so_many_of_an_account_run_at_a_time() {
        let fake = Fake::echo().slow(Duration::from_secs(1)).shared();
        let provider = Concurrency::new(3).wrap("fake", fake.clone());
        let begin = Instant::now();
        join_all((0..9).map(|i| provider.open(request(&format!("{i}@a"))))).await;
        assert_eq!(fake.most(), 3);
        assert_eq!(begin.elapsed(), Duration::from_secs(3));
        // Another account has its own slots.
        join_all((0..6).map(|i| provider.open(request(&format!("x@{}", i % 2))))).await;
        assert_eq!(begin.elapsed(), Duration::from_secs(4));
        assert_eq!(fake.most(), 6);
    }

    #[tokio::test(start_paused = true)]
    async fn dropped_calls_give_their_slots_back() {
        let fake = Fake::echo().slow(Duration::from_secs(1)).shared();
        let provider = Concurrency::new(1).wrap("fake", fake.clone());
        let mut running = provider.open(request("a"));
        let mut waiting = provider.open(request("b"));
        assert!(poll_immediate(&mut running).await.is_none());
        assert!(poll_immediate(&mut waiting).await.is_none());
        drop(waiting);
        drop(running);
        let begin = Instant::now();
        assert!(provider.open(request("c")).await.is_ok());
        assert_eq!(begin.elapsed(), Duration::from_secs(1));
        assert_eq!(fake.calls(), ["a", "c"]);
    }

    #[tokio::test(start_paused = true)]
    async fn batches_are_split_by_account_and_keep_their_order() {
        let fake = Fake::echo().batch().shared();
        let provider = Concurrency::default().wrap("fake", fake.clone());
        let inputs = ["1@b", "2@a", "3@b", "4@a"];
        let answers = provider.open_many(inputs.map(request).to_vec()).await;
        assert_eq!(answers.iter().map(said).collect::<Vec<_>>(), inputs);
        assert_eq!(fake.calls(), ["2@a,4@a", "1@b,3@b"]);
    }
}
