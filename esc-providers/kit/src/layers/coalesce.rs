//! Equal calls in flight are made once.

use std::sync::Arc;

use async_trait::async_trait;
use esc_core::provider::{OpenRequest, Provider};
use futures::FutureExt as _;

use super::around::Gather;
use super::flight::{Flights, may_be_shared};
use super::key::Keys;
use super::{Answer, Around, Layer, Next, around};

/// Makes equal calls that are in flight at the same time only once.
///
/// Calls are equal if provider, account and inputs are, and the context too where the provider is
/// [contextual](esc_core::provider::Capabilities::contextual). Whoever waits carries the call on if the one who began it
/// gives up. Only calls of [idempotent](esc_core::provider::Capabilities::idempotent) providers are shared, and no answer
/// with a lease that can be renewed or given back: those who cannot share it make their own call.
#[derive(Clone, Copy, Debug, Default)]
pub struct Coalesce;

impl Layer for Coalesce {
    fn wrap(&self, name: &str, inner: Arc<dyn Provider>) -> Arc<dyn Provider> {
        match Keys::random() {
            Some(keys) if inner.capabilities().idempotent => {
                around(name, inner, Coalesced { keys, flights: Flights::default() })
            }
            _ => inner,
        }
    }
}

struct Coalesced {
    keys: Keys,
    flights: Flights,
}

#[async_trait]
impl Around for Coalesced {
    async fn call(&self, requests: Vec<OpenRequest>, next: &Arc<Next>) -> Vec<Answer> {
        let calls = requests.iter().map(|r| (self.keys.of(next, r), r.clone())).collect();
        let onward = next.clone();
        let answers = self.flights.fly(
            calls,
            |_| None,
            may_be_shared,
            |calls| {
                let requests = calls.into_iter().map(|(_, request)| request).collect();
                async move { onward.call(requests).await }.boxed()
            },
        );
        with_own_calls(requests, answers.await, next).await
    }
}

/// Makes the calls whose answers are missing.
pub(super) async fn with_own_calls(
    requests: Vec<OpenRequest>,
    answers: Vec<Option<Answer>>,
    next: &Next,
) -> Vec<Answer> {
    let mut gathered = Gather::new(requests.len());
    let (mut own, mut own_requests) = (Vec::new(), Vec::new());
    for (index, (request, answer)) in requests.into_iter().zip(answers).enumerate() {
        match answer {
            Some(answer) => gathered.put(index, answer),
            None => {
                own.push(index);
                own_requests.push(request);
            }
        }
    }
    for (index, answer) in own.into_iter().zip(next.call(own_requests).await) {
        gathered.put(index, answer);
    }
    gathered.finish(next.name())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use esc_core::context::ExecutionContext;
    use esc_core::provider::{Capabilities, Lease, Output};
    use esc_core::value::Value;
    use futures::future::{join_all, poll_immediate};

    use super::*;
    use crate::layers::testing::{Fake, request, said};

    const SECOND: Duration = Duration::from_secs(1);

    #[tokio::test(start_paused = true)]
    async fn equal_calls_in_flight_are_one() {
        let fake = Fake::echo().slow(SECOND).shared();
        let provider = Coalesce.wrap("fake", fake.clone());
        let answers = join_all((0..1000).map(|i| provider.open(request(["a", "b"][i % 2])))).await;
        assert!(answers.iter().enumerate().all(|(i, a)| said(a) == ["a", "b"][i % 2]));
        assert_eq!(fake.calls(), ["a", "b"]);
        // Nothing is remembered.
        provider.open(request("a")).await.unwrap();
        assert_eq!(fake.calls().len(), 3);
    }

    #[tokio::test(start_paused = true)]
    async fn others_carry_on_when_one_gives_up() {
        let fake = Fake::echo().slow(SECOND).shared();
        let provider = Coalesce.wrap("fake", fake.clone());
        let mut leader = provider.open(request("a"));
        let mut follower = provider.open(request("a"));
        let mut third = provider.open(request("a"));
        assert!(poll_immediate(&mut leader).await.is_none());
        assert!(poll_immediate(&mut follower).await.is_none());
        assert!(poll_immediate(&mut third).await.is_none());
        drop(third);
        drop(leader);
        assert_eq!(said(&follower.await), "a");
        assert_eq!(fake.calls(), ["a"]);
        // All give up: the call is dropped, and the next one begins anew.
        let mut only = provider.open(request("b"));
        assert!(poll_immediate(&mut only).await.is_none());
        assert_eq!(fake.running(), 1);
        drop(only);
        assert_eq!(fake.running(), 0);
        assert_eq!(said(&provider.open(request("b")).await), "b");
        assert_eq!(fake.calls(), ["a", "b", "b"]);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn whoever_stays_is_woken_on_whatever_thread() {
        let fake = Fake::echo().slow(Duration::from_millis(3)).shared();
        let provider = Coalesce.wrap("fake", fake.clone());
        let mut tasks = tokio::task::JoinSet::new();
        for i in 0..3000 {
            let provider = provider.clone();
            tasks.spawn(async move {
                tokio::time::sleep(Duration::from_millis(i % 30)).await;
                // Every third gives up while the call is under way; a lost wake-up would be a minute.
                let limit = if i % 3 == 0 { Duration::from_millis(1) } else { 60 * SECOND };
                let answer = tokio::time::timeout(limit, provider.open(request("a"))).await;
                i % 3 == 0 || answer.is_ok_and(|answer| said(&answer) == "a")
            });
        }
        assert!(tasks.join_all().await.into_iter().all(|answered| answered));
        assert!(fake.calls().len() < 1000, "{}", fake.calls().len());
        assert_eq!(fake.running(), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn a_batch_calls_what_is_not_in_flight() {
        let fake = Fake::echo().slow(SECOND).batch().shared();
        let provider = Coalesce.wrap("fake", fake.clone());
        let batch = |inputs: &[&str]| inputs.iter().copied().map(request).collect::<Vec<_>>();
        let (first, second) = futures::join!(
            provider.open_many(batch(&["a", "b", "a"])),
            provider.open_many(batch(&["c", "b", "d"])),
        );
        assert_eq!(first.iter().map(said).collect::<Vec<_>>(), ["a", "b", "a"]);
        assert_eq!(second.iter().map(said).collect::<Vec<_>>(), ["c", "b", "d"]);
        assert_eq!(fake.calls(), ["a,b", "c,d"]);
    }

    #[tokio::test(start_paused = true)]
    async fn calls_differ_by_context_only_where_it_matters() {
        let called = async |capabilities: Capabilities| {
            let fake = Fake::echo().slow(SECOND).with_capabilities(capabilities).shared();
            let provider = Coalesce.wrap("fake", fake.clone());
            let mut calls = Vec::new();
            for user in ["ann", "bob", "ann"] {
                let context = ExecutionContext::new([("user", Value::string(user))]).unwrap();
                let context = Arc::new(context.for_environment("dev"));
                calls.push(provider.open(OpenRequest { context, ..request("a") }));
            }
            join_all(calls).await;
            fake.calls().len()
        };
        let idempotent = Capabilities::default().with_idempotent();
        assert_eq!(called(idempotent).await, 1);
        assert_eq!(called(idempotent.with_contextual()).await, 2);
        assert_eq!(called(Capabilities::default()).await, 3);
    }

    #[tokio::test(start_paused = true)]
    async fn inputs_that_look_alike_are_not_equal() {
        let fake = Fake::echo().slow(SECOND).shared();
        let provider = Coalesce.wrap("fake", fake.clone());
        let inputs = [
            Value::object([("key", Value::string("x")), ("a", Value::string("1"))]),
            Value::object([("key", Value::string("x").into_secret()), ("a", Value::string("1"))]),
            Value::object([("key", Value::string("x")), ("a", Value::unknown())]),
            Value::object([("key", Value::string("x")), ("a", Value::default())]),
        ];
        join_all(inputs.map(|inputs| provider.open(OpenRequest { inputs, ..request("") }))).await;
        assert_eq!(fake.calls().len(), 4);
    }

    #[tokio::test(start_paused = true)]
    async fn leases_that_somebody_could_end_are_not_shared() {
        let opened = |number: usize, renewable: bool| {
            let lease = Lease::of(SECOND).with_id(number.to_string()).with_renewable(renewable);
            Ok(Output::from(Value::default()).with_lease(lease))
        };
        for (renewable, ids) in [(false, ["0"; 3]), (true, ["0", "1", "2"])] {
            let fake = Fake::new(move |number, _| opened(number, renewable)).slow(SECOND).shared();
            let provider = Coalesce.wrap("fake", fake);
            let answers = join_all((0..3).map(|_| provider.open(request("a")))).await;
            let id = |answer: Answer| answer.unwrap().leases[0].id.clone().unwrap();
            let mut got: Vec<_> = answers.into_iter().map(id).collect();
            got.sort();
            assert_eq!(got, ids);
        }
    }
}
