//! In simulated time.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use esc_core::crypt::CryptError;
use esc_core::provider::{ErrorKind, Lease, LeaseKeeper, ProviderError};
use esc_core::source::{Loaded, SourceError, SourceErrorKind};
use esc_core::value::Value;
use futures::FutureExt;
use futures::future::BoxFuture;
use tokio::sync::watch;
use tokio::time::{Instant, sleep};

use super::{Attempt, Opening, WatchBuilder, Watched};
use crate::crypto::Randomness;
use crate::error::Error;

/// No jitter.
struct Still;

impl Randomness for Still {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), CryptError> {
        buffer.fill(0);
        Ok(())
    }
}

/// A backend that counts.
#[derive(Default)]
struct Backend {
    opens: AtomicU32,
    renewals: AtomicU32,
    revoked: Mutex<Vec<String>>,
    down: std::sync::atomic::AtomicBool,
    /// Renewals after this many are refused.
    renewable: AtomicU32,
    lease: Mutex<Option<Duration>>,
    /// When leases end, however often they are renewed.
    end: Mutex<Option<Instant>>,
    fixed: std::sync::atomic::AtomicBool,
    /// Opening does not come back, except for the first time.
    hang: std::sync::atomic::AtomicBool,
    revision: watch::Sender<u32>,
}

struct Keeper(Arc<Backend>);

#[async_trait]
impl LeaseKeeper for Keeper {
    async fn renew(&self, lease: &Lease) -> Result<Lease, ProviderError> {
        if self.0.renewals.fetch_add(1, Ordering::SeqCst) >= self.0.renewable.load(Ordering::SeqCst)
        {
            return Err(ProviderError::new(ErrorKind::Invalid, "lease is not renewable"));
        }
        let left = self.0.end.lock().unwrap().map(|end| end - Instant::now());
        let mut renewed = lease.clone();
        renewed.duration = lease.duration.map(|duration| left.unwrap_or(duration).min(duration));
        Ok(renewed)
    }

    async fn revoke(&self, lease: &Lease) -> Result<(), ProviderError> {
        self.0.revoked.lock().unwrap().push(lease.id.clone().unwrap().to_string());
        Ok(())
    }
}

impl Backend {
    fn opens(&self) -> u32 {
        self.opens.load(Ordering::SeqCst)
    }

    fn open(self: &Arc<Self>) -> Result<Opening<u32>, Error> {
        let n = self.opens.fetch_add(1, Ordering::SeqCst);
        if self.down.load(Ordering::SeqCst) {
            return Err(SourceError::new(SourceErrorKind::Unavailable, "down").into());
        }
        let shown = if self.fixed.load(Ordering::SeqCst) { 0 } else { n };
        let password = Value::string(format!("hunter{shown}").as_str()).into_secret();
        let lease = self.lease.lock().unwrap().map(|duration| {
            Lease::of(duration)
                .with_id(format!("lease-{n}"))
                .with_renewable(self.renewable.load(Ordering::SeqCst) > 0)
                .with_keeper(Arc::new(Keeper(self.clone())))
        });
        Ok(Opening {
            value: n,
            values: Arc::new(Value::object([("password", password)])),
            leases: lease.into_iter().collect(),
            offline: None,
        })
    }

    fn watcher(self: &Arc<Self>) -> WatchBuilder<u32> {
        WatchBuilder::new(self.clone()).randomness(Arc::new(Still))
    }

    /// Another revision of the definition.
    fn edit(&self) {
        self.revision.send_modify(|revision| *revision += 1);
    }
}

impl Watched<u32> for Arc<Backend> {
    fn open(&self) -> BoxFuture<'_, Attempt<u32>> {
        let revision = Some(self.revision.borrow().to_string().into());
        let loaded = Arc::new([Loaded { name: "a".into(), revision }]);
        let hang = self.hang.load(Ordering::SeqCst) && self.opens() > 0;
        async move {
            if hang {
                std::future::pending::<()>().await;
            }
            Attempt { result: Backend::open(self), loaded }
        }
        .boxed()
    }

    fn changed<'a>(&'a self, loaded: &'a [Loaded]) -> BoxFuture<'a, ()> {
        let mut revision = self.revision.subscribe();
        async move {
            let same = |now: &u32| loaded[0].revision.as_deref() == Some(&now.to_string());
            revision.wait_for(|now| !same(now)).await.unwrap();
        }
        .boxed()
    }
}

fn backend(lease: Option<u64>, renewable: u32) -> Arc<Backend> {
    Arc::new(Backend {
        lease: Mutex::new(lease.map(Duration::from_secs)),
        renewable: AtomicU32::new(renewable),
        ..Backend::default()
    })
}

fn seconds(n: u64) -> Duration {
    Duration::from_secs(n)
}

#[tokio::test(start_paused = true)]
async fn values_are_refreshed_when_their_time_is_over_and_changes_are_told() {
    let backend = backend(None, 0);
    let watch = backend.watcher().await.unwrap();
    let mut changes = watch.changes();
    assert_eq!(*watch.current(), 0);
    sleep(seconds(299)).await;
    assert_eq!((*watch.current(), watch.status().age), (0, seconds(299)));
    let old = watch.current();
    watch.changed().await.unwrap();
    assert_eq!((*old, *watch.current(), backend.opens()), (0, 1, 2));

    let change = changes.next().await.unwrap();
    assert_eq!((change.version, change.fields.len()), (1, 1));
    assert_eq!(change.fields[0].to_string(), "~ password: [secret]");
    assert!(!format!("{change:?}").contains("hunter"));

    // Somebody slow sees two changes as one.
    sleep(seconds(700)).await;
    assert_eq!(changes.next().await.unwrap().version, 3);
    watch.refresh();
    assert_eq!(changes.next().await.unwrap().version, 4);
}

#[tokio::test(start_paused = true)]
async fn equal_values_are_confirmed_without_a_change() {
    let backend = backend(None, 0);
    backend.fixed.store(true, Ordering::SeqCst);
    let watch = backend.watcher().await.unwrap();
    assert!(tokio::time::timeout(seconds(1000), watch.changed()).await.is_err());
    assert_eq!((backend.opens(), watch.status().version), (4, 0));
    assert_eq!(watch.status().age, seconds(100));
}

#[tokio::test(start_paused = true)]
async fn a_lease_that_cannot_be_renewed_is_replaced_before_it_ends_and_given_back_later() {
    let backend = backend(Some(30), 0);
    let watch = backend.watcher().grace(seconds(3)).await.unwrap();
    watch.changed().await.unwrap();
    assert_eq!((backend.opens(), backend.revoked.lock().unwrap().len()), (2, 0));
    sleep(seconds(4)).await;
    assert_eq!(*backend.revoked.lock().unwrap(), ["lease-0"]);
    watch.stop().await;
    assert_eq!(*backend.revoked.lock().unwrap(), ["lease-0", "lease-1"]);
    sleep(seconds(1000)).await;
    assert_eq!(backend.opens(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_lease_is_renewed_as_long_as_that_works() {
    let backend = backend(Some(60), 3);
    let watch = backend.watcher().await.unwrap();
    sleep(seconds(39)).await;
    assert_eq!(backend.renewals.load(Ordering::SeqCst), 0);
    sleep(seconds(90)).await;
    assert_eq!((backend.renewals.load(Ordering::SeqCst), backend.opens()), (3, 1));
    // The fourth is refused at 160 s: the environment is opened anew instead.
    sleep(seconds(32)).await;
    assert_eq!((backend.renewals.load(Ordering::SeqCst), backend.opens()), (4, 2));
    assert_eq!(*watch.current(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_lease_that_comes_to_its_longest_time_is_replaced_while_much_of_it_is_left() {
    let backend = backend(Some(60), 100);
    *backend.end.lock().unwrap() = Some(Instant::now() + seconds(90));
    let _watch = backend.watcher().await.unwrap();
    // Renewed at 40 s, it has 50 s left: two thirds of them are over at 73.3 s.
    sleep(seconds(73)).await;
    assert_eq!((backend.renewals.load(Ordering::SeqCst), backend.opens()), (1, 1));
    sleep(seconds(1)).await;
    assert_eq!((backend.renewals.load(Ordering::SeqCst), backend.opens()), (1, 2));
}

#[tokio::test(start_paused = true)]
async fn when_refreshing_fails_the_last_good_values_stay_and_their_age_is_told() {
    let backend = backend(None, 0);
    let watch = backend.watcher().await.unwrap();
    backend.down.store(true, Ordering::SeqCst);
    sleep(seconds(3600)).await;
    let status = watch.status();
    let failure = status.failure.unwrap();
    assert_eq!((*watch.current(), status.version, status.age), (0, 0, seconds(3600)));
    assert_eq!((failure.lasting, failure.error.to_string()), (seconds(3300), "down".to_owned()));
    // At 1, 2, 4, … 60 s: not once a second, and not once an hour.
    assert_eq!(failure.attempts, 60);
    backend.down.store(false, Ordering::SeqCst);
    watch.changed().await.unwrap();
    let status = watch.status();
    assert!(status.failure.is_none() && status.age < seconds(1) && status.version == 1);
}

#[tokio::test(start_paused = true)]
async fn values_that_are_rejected_are_not_put_in_place() {
    let backend = backend(Some(3000), 0);
    let refuse_odd = |n: &u32| if n % 2 == 1 { Err("odd".to_owned()) } else { Ok(()) };
    let watch = backend.watcher().validate(refuse_odd).await.unwrap();
    sleep(Duration::from_millis(300_500)).await;
    let error = watch.status().failure.unwrap().error;
    assert_eq!(
        (*watch.current(), error.to_string().as_str()),
        (0, "the values were rejected: odd")
    );
    assert_eq!(*backend.revoked.lock().unwrap(), ["lease-1"]);
    watch.changed().await.unwrap();
    assert_eq!(*watch.current(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_change_of_what_was_loaded_is_taken_up_at_once_and_a_failure_keeps_the_last_good_values()
{
    let backend = backend(None, 0);
    let watch = backend.watcher().await.unwrap();
    sleep(seconds(1)).await;
    backend.edit();
    sleep(Duration::from_millis(101)).await;
    assert_eq!((*watch.current(), backend.opens()), (1, 2));

    backend.down.store(true, Ordering::SeqCst);
    backend.edit();
    sleep(Duration::from_millis(101)).await;
    let failure = watch.status().failure.unwrap();
    assert_eq!(
        (*watch.current(), failure.attempts, failure.error.to_string().as_str()),
        (1, 1, "down")
    );
    // The next edit does not wait until the backoff is over.
    backend.down.store(false, Ordering::SeqCst);
    backend.edit();
    sleep(Duration::from_millis(101)).await;
    assert_eq!(*watch.current(), 3);
    assert!(watch.status().failure.is_none());
}

#[tokio::test(start_paused = true)]
async fn a_first_opening_that_was_overtaken_is_repeated() {
    let backend = backend(None, 0);
    let builder = backend.watcher();
    let watch = builder.await.unwrap();
    // Before the task had its first turn.
    backend.edit();
    sleep(Duration::from_millis(101)).await;
    assert_eq!((*watch.current(), backend.opens()), (1, 2));
}

#[tokio::test(start_paused = true)]
async fn a_source_that_always_speaks_of_changes_does_not_keep_the_task_busy() {
    let backend = backend(None, 0);
    let _watch = backend.watcher().await.unwrap();
    for _ in 0..1000 {
        backend.edit();
        sleep(Duration::from_millis(1)).await;
    }
    assert!((5..=12).contains(&backend.opens()), "{}", backend.opens());
}

#[tokio::test(start_paused = true)]
async fn the_task_ends_with_the_last_handle() {
    let backend = backend(Some(30), 0);
    let watch = backend.watcher().await.unwrap();
    let mut changes = watch.clone().changes();
    drop(watch);
    assert_eq!(changes.next().await, None);
    assert_eq!(*backend.revoked.lock().unwrap(), ["lease-0"]);
}

#[tokio::test(start_paused = true)]
async fn stopping_does_not_wait_for_a_backend_that_hangs() {
    let backend = backend(None, 0);
    backend.hang.store(true, Ordering::SeqCst);
    let watch = backend.watcher().await.unwrap();
    sleep(seconds(400)).await;
    watch.stop().await;
}

#[tokio::test]
async fn a_first_failure_is_told_at_once() {
    let backend = backend(None, 0);
    backend.down.store(true, Ordering::SeqCst);
    assert_eq!(backend.watcher().await.unwrap_err().to_string(), "down");
}
