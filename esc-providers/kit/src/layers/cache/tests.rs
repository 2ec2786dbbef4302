use esc_core::provider::{Capabilities, ErrorKind, Lease, LeaseKeeper, Output, ProviderError};
use esc_core::value::Value;
use futures::future::{join_all, poll_immediate};
use tokio::time::advance;

use super::*;
use crate::layers::testing::{Fake, request, said};

const fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn leased(lease: impl Fn(usize) -> Lease + Send + Sync + 'static) -> Arc<Fake> {
    Fake::new(move |number, _| Ok(Output::from(Value::default()).with_lease(lease(number))))
        .shared()
}

#[tokio::test(start_paused = true)]
async fn answers_are_remembered_for_a_while() {
    let fake = Fake::echo().shared();
    let cache = Cache::new(secs(10));
    let provider = cache.wrap("fake", fake.clone());
    for _ in 0..3 {
        assert_eq!(said(&provider.open(request("a")).await), "a");
    }
    advance(secs(9)).await;
    provider.open(request("a")).await.unwrap();
    assert_eq!(fake.calls(), ["a"]);
    advance(secs(1)).await;
    provider.open(request("a")).await.unwrap();
    assert_eq!(fake.calls(), ["a", "a"]);
    // Another provider of the same cache has its own answers.
    cache.wrap("other", fake.clone()).open(request("a")).await.unwrap();
    assert_eq!(fake.calls().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn ten_thousand_misses_are_one_call() {
    let fake = Fake::echo().slow(secs(1)).shared();
    let provider = Cache::default().wrap("fake", fake.clone());
    let answers = join_all((0..10_000).map(|_| provider.open(request("a")))).await;
    assert!(answers.iter().all(|answer| said(answer) == "a"));
    assert_eq!(fake.calls(), ["a"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn there_is_one_call_whatever_the_threads_do() {
    let fake = Fake::echo().shared();
    let provider = Cache::default().wrap("fake", fake.clone());
    for round in 0..200 {
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..20 {
            let provider = provider.clone();
            tasks.spawn(async move { provider.open(request(&round.to_string())).await.is_ok() });
        }
        assert!(tasks.join_all().await.into_iter().all(|ok| ok));
    }
    assert_eq!(fake.calls().len(), 200);
}

#[tokio::test(start_paused = true)]
async fn lasting_errors_are_remembered_shortly_and_others_not() {
    for kind in ErrorKind::ALL {
        let fake = Fake::failing(2, kind).shared();
        let provider = Cache::default().with_negative_ttl(secs(5)).wrap("fake", fake.clone());
        provider.open(request("a")).await.unwrap_err();
        advance(secs(4)).await;
        provider.open(request("a")).await.unwrap_err();
        let lasting = matches!(kind, ErrorKind::NotFound | ErrorKind::Denied);
        assert_eq!(fake.calls().len(), if lasting { 1 } else { 2 }, "{kind}");
        advance(secs(1)).await;
        let _ = provider.open(request("a")).await;
        assert_eq!(fake.calls().len(), if lasting { 2 } else { 3 }, "{kind}");
    }
}

#[tokio::test(start_paused = true)]
async fn leases_bound_the_time_and_show_their_age() {
    let fake = leased(|_| Lease::of(secs(100)));
    let provider = Cache::new(secs(1000)).with_margin(secs(30)).wrap("fake", fake.clone());
    let mut left = Vec::new();
    for _ in 0..4 {
        let opened = provider.open(request("a")).await.unwrap();
        left.push(opened.leases[0].duration.unwrap().as_secs());
        advance(secs(30)).await;
    }
    assert_eq!(left, [100, 70, 40, 100]);
    for lease in [Lease::default(), Lease::of(secs(30))] {
        let fake = leased(move |_| lease.clone());
        let provider = Cache::new(secs(1000)).with_margin(secs(30)).wrap("fake", fake.clone());
        provider.open(request("a")).await.unwrap();
        provider.open(request("a")).await.unwrap();
        assert_eq!(fake.calls().len(), 2);
    }
}

struct Keeper;

#[async_trait]
impl LeaseKeeper for Keeper {
    async fn renew(&self, lease: &Lease) -> Result<Lease, ProviderError> {
        Ok(lease.clone())
    }

    async fn revoke(&self, _: &Lease) -> Result<(), ProviderError> {
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn what_somebody_could_end_is_shared_only_if_so_configured() {
    let revocable =
        |n: usize| Lease::of(secs(900)).with_id(n.to_string()).with_keeper(Arc::new(Keeper));
    for (shared, calls) in [(false, 3), (true, 1)] {
        let fake = leased(revocable);
        let cache = Cache::default().with_leases(shared);
        let provider = cache.wrap("fake", fake.clone());
        futures::join!(provider.open(request("a")), provider.open(request("a"))).0.unwrap();
        provider.open(request("a")).await.unwrap();
        assert_eq!(fake.calls().len(), calls);
        assert_eq!(cache.len(), usize::from(shared));
    }
}

#[tokio::test(start_paused = true)]
async fn a_batch_asks_only_for_what_is_not_known() {
    let fake = Fake::echo().batch().shared();
    let provider = Cache::default().wrap("fake", fake.clone());
    let batch = |inputs: &[&str]| inputs.iter().copied().map(request).collect::<Vec<_>>();
    provider.open_many(batch(&["a", "b"])).await;
    let answers = provider.open_many(batch(&["c", "a", "d", "b", "c"])).await;
    assert_eq!(answers.iter().map(said).collect::<Vec<_>>(), ["c", "a", "d", "b", "c"]);
    assert_eq!(fake.calls(), ["a,b", "c,d"]);
}

#[tokio::test(start_paused = true)]
async fn the_number_of_answers_is_bounded_and_the_used_ones_stay() {
    let fake = Fake::echo().shared();
    let cache = Cache::default().with_max_entries(10);
    let provider = cache.wrap("fake", fake.clone());
    for i in 0..100 {
        provider.open(request(&i.to_string())).await.unwrap();
        provider.open(request("0")).await.unwrap();
        assert!(cache.len() <= 10);
    }
    assert_eq!(fake.calls().len(), 100);
    // Outdated ones go even if there is room.
    advance(secs(301)).await;
    provider.open(request("x")).await.unwrap();
    assert_eq!(cache.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn clearing_forgets_what_is_under_way_too() {
    let fake = Fake::echo().slow(secs(1)).shared();
    let cache = Cache::default();
    let provider = cache.wrap("fake", fake.clone());
    let mut before = provider.open(request("a"));
    assert!(poll_immediate(&mut before).await.is_none());
    cache.clear();
    let (before, after) = futures::join!(before, provider.open(request("a")));
    assert_eq!((said(&before), said(&after)), ("a".into(), "a".into()));
    assert_eq!(fake.calls(), ["a", "a"]);
    assert_eq!(cache.len(), 1);
    cache.clear();
    assert!(cache.is_empty());
}

#[tokio::test(start_paused = true)]
async fn others_carry_on_and_what_is_given_up_is_not_remembered() {
    let fake = Fake::echo().slow(secs(1)).shared();
    let cache = Cache::default();
    let provider = cache.wrap("fake", fake.clone());
    let mut leader = provider.open(request("a"));
    let mut follower = provider.open(request("a"));
    assert!(poll_immediate(&mut leader).await.is_none());
    assert!(poll_immediate(&mut follower).await.is_none());
    drop(leader);
    assert_eq!(said(&follower.await), "a");
    assert!(poll_immediate(provider.open(request("b"))).await.is_none());
    assert_eq!((cache.len(), fake.running()), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn only_idempotent_providers_are_remembered() {
    let fake = Fake::echo().with_capabilities(Capabilities::default()).shared();
    let provider = Cache::default().wrap("fake", fake.clone());
    provider.open(request("a")).await.unwrap();
    provider.open(request("a")).await.unwrap();
    assert_eq!(fake.calls().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn keys_and_debug_show_no_inputs() {
    let cache = Cache::default();
    cache.wrap("fake", Fake::echo().shared()).open(request("hunter2")).await.unwrap();
    assert!(!format!("{cache:?}").contains("hunter2"));
}
