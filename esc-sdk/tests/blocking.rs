//! The client for programs without asynchronous code.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may panic")]

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use esc_core::provider::{
    ErrorKind, Lease, LeaseKeeper, OpenRequest, Output, Provider, ProviderError, ProviderSchema,
    Registry,
};
use esc_core::schema::Schema;
use esc_core::value::Value;
use esc_sdk::blocking::{Client, InsideRuntime, WaitError};
use esc_sdk::{Error, FromEnvironment, MemorySource, Secret};

const TEXT: &str = "values:\n  host: db.example\n  token: {fn::open::numbered: {}}\n";

/// Returns leased tokens, each with a number.
#[derive(Default)]
struct Numbered {
    opened: AtomicU32,
    revoked: Mutex<Vec<String>>,
    down: AtomicBool,
}

struct Shared(Arc<Numbered>);

#[async_trait]
impl Provider for Shared {
    fn schema(&self) -> ProviderSchema {
        ProviderSchema { description: None, inputs: Schema::always(), outputs: Schema::string() }
    }

    async fn open(&self, _: OpenRequest) -> Result<Output, ProviderError> {
        if self.0.down.load(Ordering::SeqCst) {
            return Err(ProviderError::new(ErrorKind::Unavailable, "down"));
        }
        // On the client's own timer.
        tokio::time::sleep(Duration::from_millis(5)).await;
        let n = self.0.opened.fetch_add(1, Ordering::SeqCst);
        let lease = Lease::of(Duration::from_secs(3600))
            .with_id(format!("lease-{n}"))
            .with_keeper(Arc::new(Shared(self.0.clone())));
        let value = Value::string(format!("token-{n}").as_str()).into_secret();
        Ok(Output::from(value).with_lease(lease))
    }
}

#[async_trait]
impl LeaseKeeper for Shared {
    async fn renew(&self, lease: &Lease) -> Result<Lease, ProviderError> {
        Ok(lease.clone())
    }

    async fn revoke(&self, lease: &Lease) -> Result<(), ProviderError> {
        tokio::time::sleep(Duration::from_millis(50)).await;
        self.0.revoked.lock().unwrap().push(lease.id.clone().unwrap().to_string());
        Ok(())
    }
}

#[derive(Debug, FromEnvironment)]
struct Config {
    host: String,
    token: Secret<String>,
}

fn client() -> (Client, Arc<Numbered>) {
    remembering(Duration::ZERO)
}

fn remembering(ttl: Duration) -> (Client, Arc<Numbered>) {
    let backend = Arc::new(Numbered::default());
    let source = MemorySource::new().with("shop/dev", TEXT).unwrap();
    let providers = Registry::new().with_provider("numbered", Arc::new(Shared(backend.clone())));
    let client = esc_sdk::Client::builder(source).providers(providers).cache(ttl).build();
    (Client::new(client).unwrap(), backend)
}

/// Waits until something holds, ten seconds at most.
#[track_caller]
fn eventually(holds: impl Fn() -> bool) {
    let begin = Instant::now();
    while !holds() {
        assert!(begin.elapsed() < Duration::from_secs(10), "it never came true");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn everything_answers_as_the_asynchronous_client_does() {
    let (client, backend) = client();
    client.check_type::<Config>("shop/dev").unwrap();
    assert!(!client.check("shop/dev").unwrap().diagnostics().has_errors());
    assert_eq!(client.get::<String>("shop/dev", "host").unwrap(), "db.example");
    let some = client.open_paths("shop/dev", &["host"]).unwrap();
    assert!(some.value_at("token").unwrap().is_none());
    assert_eq!(backend.opened.load(Ordering::SeqCst), 0);

    let opened = client.open("shop/dev").unwrap();
    assert_eq!(opened.get::<Secret<String>>("token").unwrap().expose(), "token-0");
    let config: Config = client.open_as("shop/dev").unwrap();
    assert_eq!((config.host.as_str(), config.token.expose().as_str()), ("db.example", "token-1"));
    client.block_on(opened.close()).unwrap().unwrap();
    assert_eq!(*backend.revoked.lock().unwrap(), ["lease-0"]);

    let error = client.open("shop/prod").unwrap_err();
    assert!(matches!(error, Error::Source(_)), "{error}");
    backend.down.store(true, Ordering::SeqCst);
    assert!(client.open("shop/dev").unwrap_err().is_unavailable());
}

#[test]
fn threads_that_ask_at_once_share_one_opening() {
    let (client, _) = remembering(Duration::from_secs(60));
    let tokens: Vec<String> = std::thread::scope(|scope| {
        let ask = || client.open_as::<Config>("shop/dev").unwrap().token.expose().clone();
        let threads: Vec<_> = (0..16).map(|_| scope.spawn(ask)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(tokens.iter().all(|token| token == "token-0"), "{tokens:?}");
    client.invalidate("shop/dev");
    assert_eq!(client.open_as::<Config>("shop/dev").unwrap().token.expose(), "token-1");
}

#[test]
fn a_watch_lives_between_calls() {
    let (client, backend) = client();
    let watch = client.watch::<Config>("shop/dev").unwrap();
    let mut changes = watch.changes();
    assert_eq!(watch.current().token.expose(), "token-0");
    assert_eq!(watch.changed(Duration::from_millis(20)), Ok(false));
    assert_eq!(changes.next(Duration::from_millis(20)), Ok(None));

    let held = watch.current();
    watch.refresh();
    // Nobody waits, and yet it happens.
    eventually(|| watch.current().token.expose() == "token-1");
    assert_eq!(held.token.expose(), "token-0");
    let change = changes.next(Duration::from_secs(10)).unwrap().unwrap();
    assert_eq!((change.version, change.fields.len()), (1, 1));
    assert_eq!(change.fields.first().unwrap().to_string(), "~ token: [secret]");

    let waiting = watch.clone();
    let waiting = std::thread::spawn(move || waiting.changed(Duration::from_secs(10)));
    // Until the other thread waits, it sees nothing: ask until it has.
    eventually(|| {
        watch.refresh();
        waiting.is_finished()
    });
    assert_eq!(waiting.join().unwrap(), Ok(true));

    backend.down.store(true, Ordering::SeqCst);
    watch.refresh();
    eventually(|| watch.status().failure.is_some());
    assert!(watch.status().failure.unwrap().error.is_unavailable());
    watch.clone().stop().unwrap();
    assert_eq!(
        watch.changed(Duration::from_secs(10)),
        Err(WaitError::Stopped(esc_sdk::watch::Stopped))
    );
    assert!(changes.next(Duration::from_secs(10)).is_ok(), "the changes until then");
    assert!(matches!(changes.next(Duration::from_secs(10)), Err(WaitError::Stopped(_))));
    assert_eq!(watch.current().host, "db.example");
}

#[test]
fn leases_are_given_back_by_stopping_and_after_dropping() {
    let (client, backend) = client();
    let options = |w: esc_sdk::watch::WatchBuilder<Config>| w.ttl(Duration::from_secs(60));
    client.watch_with::<Config>("shop/dev", options).unwrap().stop().unwrap();
    assert_eq!(*backend.revoked.lock().unwrap(), ["lease-0"]);

    let watch = client.watch::<Config>("shop/dev").unwrap();
    let other = watch.clone();
    drop((client, watch));
    assert_eq!(other.current().token.expose(), "token-1");
    assert_eq!(other.changed(Duration::from_millis(20)), Ok(false));
    drop(other);
    eventually(|| *backend.revoked.lock().unwrap() == ["lease-0", "lease-1"]);
}

#[test]
fn inside_asynchronous_code_calls_are_refused_and_dropping_is_safe() {
    let (client, backend) = client();
    let watch = client.watch::<Config>("shop/dev").unwrap();
    let mut changes = watch.changes();
    for runtime in [
        tokio::runtime::Builder::new_current_thread().build().unwrap(),
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().unwrap(),
    ] {
        runtime.block_on(async {
            let refused = [
                client.open("shop/dev").map(drop),
                client.open_paths("shop/dev", &["host"]).map(drop),
                client.get::<String>("shop/dev", "host").map(drop),
                client.open_as::<Config>("shop/dev").map(drop),
                client.check_type::<Config>("shop/dev"),
                client.check("shop/dev").map(drop),
                client.watch::<Config>("shop/dev").map(drop),
            ];
            assert!(refused.iter().all(|r| matches!(r, Err(Error::InsideRuntime(_)))));
            let refused = WaitError::InsideRuntime(InsideRuntime);
            assert_eq!(watch.changed(Duration::ZERO), Err(refused));
            assert_eq!(changes.next(Duration::ZERO), Err(refused));
            assert_eq!(watch.clone().stop(), Err(InsideRuntime));
            // What does not wait works, and so does the client within.
            assert_eq!(watch.current().host, "db.example");
            assert!(client.client().get::<String>("shop/dev", "host").await.is_ok());
        });
    }
    assert_eq!(backend.opened.load(Ordering::SeqCst), 1);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async move { drop((client, watch, changes)) });
    eventually(|| *backend.revoked.lock().unwrap() == ["lease-0"]);
}
