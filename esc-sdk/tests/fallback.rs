//! What was opened last stands in when nothing can be reached, whichever way values are asked for.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may panic")]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use esc_core::source::{Definition, EnvironmentSource, SourceError, SourceErrorKind};
use esc_sdk::crypto::Key;
use esc_sdk::offline::OfflineCache;
use esc_sdk::{Client, Freshness, FromEnvironment, MemorySource, Secret, SystemClock};

/// Environments that can be cut off.
struct Cut(MemorySource, Arc<AtomicBool>);

#[async_trait]
impl EnvironmentSource for Cut {
    async fn load(&self, name: &str) -> Result<Definition, SourceError> {
        match self.1.load(Ordering::SeqCst) {
            true => Err(SourceError::new(SourceErrorKind::Unavailable, "cut off")),
            false => self.0.load(name).await,
        }
    }
}

#[derive(Debug, FromEnvironment)]
struct Config {
    host: String,
    token: Secret<String>,
}

#[tokio::test]
async fn every_way_of_opening_falls_back() {
    let cut = Arc::new(AtomicBool::new(false));
    let source = MemorySource::new()
        .with("shop/dev", "values: {host: db.example, token: {fn::secret: hunter2}}")
        .unwrap();
    let directory = tempfile::tempdir().unwrap();
    let cache = directory.path().join("offline");
    let cache = OfflineCache::new(cache, Key::generate().unwrap(), "me", Arc::new(SystemClock));
    let client = Client::builder(Cut(source, cut.clone())).offline(cache).build();

    // Nothing is stored by opening a part.
    client.open_as::<Config>("shop/dev").await.unwrap();
    cut.store(true, Ordering::SeqCst);
    for error in [
        client.open("shop/dev").await.map(drop),
        client.open_as::<Config>("shop/dev").await.map(drop),
    ] {
        assert_eq!(error.unwrap_err().to_string(), "cut off");
    }

    cut.store(false, Ordering::SeqCst);
    let opened = client.open("shop/dev").await.unwrap();
    assert!(matches!(opened.freshness(), Freshness::Live { not_stored: None }));
    cut.store(true, Ordering::SeqCst);
    let opened = client.open("shop/dev").await.unwrap();
    let Freshness::Offline { cause, .. } = opened.freshness() else { panic!("it is cut off") };
    assert_eq!(cause.to_string(), "cut off");
    let config: Config = client.open_as("shop/dev").await.unwrap();
    assert_eq!((config.host.as_str(), config.token.expose().as_str()), ("db.example", "hunter2"));
    assert_eq!(client.get::<String>("shop/dev", "host").await.unwrap(), "db.example");
    let watch = client.watch::<Config>("shop/dev").await.unwrap();
    assert!(watch.status().offline && watch.status().failure.is_some());

    // A check says how things are, or nothing.
    assert!(client.check("shop/dev").await.unwrap_err().is_unavailable());
    assert!(client.check_type::<Config>("shop/dev").await.unwrap_err().is_unavailable());
    assert_eq!(client.open("shop/none").await.unwrap_err().to_string(), "cut off");
}
