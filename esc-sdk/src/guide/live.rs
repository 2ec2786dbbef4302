//! Values that stay fresh while the program runs.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use std::time::Duration;
//! use esc_sdk::{FromEnvironment, Secret};
//!
//! #[derive(FromEnvironment)]
//! struct Config {
//!     url: String,
//!     password: Secret<String>,
//! }
//!
//! # use esc_sdk::{Client, MemorySource};
//! # let source = MemorySource::new().with("shop/dev", "values: {url: 'https://x', password: {fn::secret: x}}")?;
//! # let client = Client::builder(source).build();
//! let config = client
//!     .watch::<Config>("shop/dev")
//!     .ttl(Duration::from_secs(300))
//!     .validate(|new| match new.url.starts_with("https://") {
//!         true => Ok(()),
//!         false => Err("`url` must be https".to_owned()),
//!     })
//!     .await?;
//!
//! // In each request. This takes neither a lock nor a call.
//! let now = config.current();
//! assert_eq!(now.url, "https://x");
//! # let _ = &now.password;
//!
//! // When the program ends.
//! # drop(now);
//! config.stop().await;
//! # Ok(()) }
//! ```
//!
//! Clone the [`Watch`](crate::watch::Watch) into whatever needs it. Call [`current`](crate::watch::Watch::current) anew
//! for each piece of work; what you hold stays as it was.
//!
//! # When it refreshes
//!
//! | | default |
//! |---|---|
//! | when an environment, or one that it imports, is edited in its directory, or [set](crate::MemorySource::set) in memory | at once |
//! | after the time to live, less up to a tenth at random | 5 minutes |
//! | before the shortest lease ends: after two thirds of it, less up to a tenth | |
//! | not sooner after the last time than the shortest interval | 5 seconds |
//! | when [`refresh`](crate::watch::Watch::refresh) is called | |
//!
//! Files are taken up once they have been quiet for a tenth of a second, however an editor or Kubernetes writes them; see
//! [`DirectorySource`](crate::DirectorySource). A source of your own says so too if it implements
//! [`changed`](esc_core::source::EnvironmentSource::changed).
//!
//! A lease that can be renewed is renewed. When that no longer extends it, the environment is opened again. Randomness
//! keeps programs that started together from asking together.
//!
//! # Changes
//!
//! [`changed`](crate::watch::Watch::changed) waits for the next change. [`changes`](crate::watch::Watch::changes) is a
//! stream that misses none, and says what is new without the secrets:
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # use esc_sdk::{Client, DirectorySource, FromEnvironment};
//! # #[derive(FromEnvironment)] #[allow(dead_code)] struct Config { host: String }
//! # let dir = tempfile::tempdir()?;
//! # std::fs::create_dir(dir.path().join("shop"))?;
//! # let file = dir.path().join("shop/dev.yaml");
//! # std::fs::write(&file, "values: {host: a}")?;
//! # let client = Client::builder(DirectorySource::new(dir.path())?).build();
//! # let config = client.watch::<Config>("shop/dev").await?;
//! let mut changes = config.changes();
//! # std::fs::write(&file, "values: {host: b}")?;
//! config.refresh();
//! if let Some(change) = changes.next().await {
//!     assert_eq!(change.fields[0].to_string(), r#"~ host: "a" -> "b""#);
//! }
//! # Ok(()) }
//! ```
//!
//! A pool of connections is made anew when its password changes, and the old one is closed once its work is done. For
//! that time, a minute by default ([`grace`](crate::watch::WatchBuilder::grace)), the leases of old values are kept.
//!
//! # When refreshing fails
//!
//! The last good values stay. The watch tries again after 1 second, 2, 4, up to a minute
//! ([`backoff`](crate::watch::WatchBuilder::backoff)), and [`status`](crate::watch::Watch::status) says since when, how often
//! and why. The same goes for values that do not fit the type, or that the validator rejects, and for an edit that broke the environment. Alert on it:
//!
//! ```
//! use std::time::Duration;
//! use esc_sdk::watch::Status;
//!
//! fn is_stale(status: &Status) -> bool {
//!     status.age > Duration::from_secs(3600) || status.failure.as_ref().is_some_and(|f| f.attempts > 5)
//! }
//! ```
//!
//! The *first* opening must succeed: a program should not start with nothing. With an [offline cache](super::offline) it
//! starts with what was there last.
//!
//! Watching needs a tokio runtime. The task ends, and leases are released, when `stop` is called or the last clone is
//! dropped.
