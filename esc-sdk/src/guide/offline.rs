//! Going on when nothing can be reached.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use std::sync::Arc;
//! use std::time::Duration;
//! use esc_sdk::crypto::Key;
//! use esc_sdk::offline::OfflineCache;
//! use esc_sdk::{Client, Freshness, SystemClock};
//!
//! # use esc_sdk::MemorySource;
//! # let source = MemorySource::new().with("shop/dev", "values: {host: db.example}")?;
//! # let dir = tempfile::tempdir()?;
//! # let directory = dir.path().join("offline");
//! # let key = Key::generate()?;
//! let cache = OfflineCache::new(directory, key, "web@host-7", Arc::new(SystemClock))
//!     .with_max_stale(Duration::from_secs(12 * 3600));
//! let client = Client::builder(source).offline(cache.clone()).build();
//!
//! let opened = client.open("shop/dev").await?;
//! match opened.freshness() {
//!     Freshness::Live { .. } => {}
//!     Freshness::Offline { age, cause, .. } => println!("{} s old, because: {cause}", age.as_secs()),
//!     _ => {}
//! }
//! assert!(cache.load("shop/dev").await?.is_some());
//! # Ok(()) }
//! ```
//!
//! # What is stored, and when it is used
//!
//! * Whole environments are stored: by [`open`](crate::Client::open) and by [`watch`](crate::Client::watch). [`open_as`](crate::Client::open_as),
//!   [`get`](crate::Client::get) and [`open_paths`](crate::Client::open_paths) use what is stored, and store nothing.
//! * Only [`freshness`](crate::Snapshot::freshness) and the status of a watch say so. Where it matters, `open` and
//!   [`extract`](crate::Snapshot::extract).
//! * It is used only if something is *unavailable*. That a thing is missing or denied is a result, and stands.
//! * If the definitions can be loaded and are no longer what they were, stored values are refused.
//! * Nothing older than 24 hours is used, or than you say.
//!
//! A [watch](super::live) that starts from the cache is [`offline`](crate::watch::Status::offline), and goes on trying.
//!
//! # The key
//!
//! Files are encrypted. Bring the key from somewhere else than the disk they are on: a TPM, a cloud's instance secret, the
//! service manager's credentials. Without that, the cache keeps secrets from backups and from other users, but not from
//! anyone who has the disk.
//!
//! The principal is any text that must not share values: another service on the same host has another.
//! [`wipe`](crate::offline::OfflineCache::wipe) deletes everything, for when a host is given away.
