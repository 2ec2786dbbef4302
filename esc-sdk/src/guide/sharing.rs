//! Caching, and many who ask at once.
//!
//! | who caches | what | how long |
//! |---|---|---|
//! | the client, coalesced requests | equal openings at the same time are one | until it is done |
//! | the client, [`cache`](crate::ClientBuilder::cache) | whole results | not at all, unless you say |
//! | the client, [`negative_cache`](crate::ClientBuilder::negative_cache) | that something is missing, denied or wrong | a second |
//! | `esc_providers::Standard::cache` | responses of backends | a minute |
//! | [`watch`](super::live) | the current values | until the next refresh |
//! | [`OfflineCache`](crate::offline::OfflineCache) | the last good values, on disk | a day |
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use std::time::Duration;
//! use esc_sdk::{Client, MemorySource};
//!
//! # let source = MemorySource::new().with("shop/dev", "values: {host: db.example}")?;
//! let client = Client::builder(source).cache(Duration::from_secs(30)).build();
//! // A thousand who ask at once make one opening, whether there is a cache or not.
//! let asks = (0..1000).map(|_| client.open("shop/dev"));
//! let opened = futures::future::join_all(asks).await;
//! assert!(opened.iter().all(Result::is_ok));
//! // Somebody says that it has changed:
//! client.invalidate("shop/dev");
//! # Ok(()) }
//! ```
//!
//! Results with leases are cached for half of the shortest lease at most. That something is *unavailable* is not
//! cached. A caller that stops waiting does not stop the opening for the others; when nobody waits, it is dropped.
//!
//! A service that needs the same values all the time wants a [watch](super::live), not a cache: a watch never makes a
//! request wait.
//!
//! Opened values are shared, too. [`Snapshot::close`](crate::Snapshot::close) releases leases for everybody who has them.
