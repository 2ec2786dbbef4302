//! Opens environments from Rust: configuration and secrets, typed, fresh, and there when nothing else is.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use esc_sdk::{Client, DirectorySource, FromEnvironment, Secret};
//!
//! #[derive(FromEnvironment)]
//! struct Config {
//!     host: String,
//!     #[env(default = 5432)]
//!     port: u16,
//!     password: Secret<String>,
//! }
//!
//! # let dir = tempfile::tempdir()?;
//! # let root = dir.path();
//! # std::fs::create_dir(root.join("shop"))?;
//! # std::fs::write(root.join("shop/dev.yaml"), "values:\n  host: db.example\n  password: {fn::secret: hunter2}\n")?;
//! let client = Client::builder(DirectorySource::new(root)?).build();
//!
//! // Does the environment have what the program needs? Nothing is opened for this.
//! client.check::<Config>("shop/dev").await?;
//!
//! // Once, as a type or by path.
//! let config: Config = client.open_as("shop/dev").await?;
//! let host: String = client.get("shop/dev", "host").await?;
//! # assert_eq!((config.host, config.port, config.password.expose().as_str()), (host, 5432, "hunter2"));
//!
//! // Or always fresh, for as long as the program runs.
//! let config = client.watch::<Config>("shop/dev").await?;
//! assert_eq!(config.current().port, 5432);
//! # Ok(()) }
//! ```
//!
//! The [guide] leads from the first line to production. In short:
//!
//! * A [`Client`] knows where environments are (a [`DirectorySource`], a [`MemorySource`] or any other
//!   [source](esc_core::source::EnvironmentSource)) and which [providers](esc_core::provider::Providers) they may call.
//!   It evaluates here, or asks a server (feature `remote`).
//! * [`Opened`] answers values one by one or as a [type of yours](trait@FromEnvironment), and [explains](Opened::explain)
//!   where they come from. Secrets go only into [`Secret`].
//! * [`watch`] keeps values fresh; [`offline`] keeps the last good ones for when nothing can be reached.
//! * [`format`](mod@format) renders values, [`redact`] keeps secrets out of what programs print, [`codegen`] writes types.
//!
//! The crate reads the files of the directory and key file it is given, and nothing else: no variables of the process,
//! no home directory. It prints nothing. Time of day is [handed in](Clock).
//!
//! | feature | what it adds |
//! |---|---|
//! | `remote` | a client of servers that speak the hosted service's HTTP API |
//! | `blocking` | a client for programs without asynchronous code |
//! | `tracing`, `metrics` | [spans and metrics](guide::observing) |
//!
//! Watches, caches and deadlines count time, and need tokio. Everything else that is asynchronous runs on any runtime.

pub mod arguments;
mod backend;
mod base64;
#[cfg(feature = "blocking")]
pub mod blocking;
mod client;
mod clock;
pub mod codegen;
pub mod crypto;
pub mod diff;
mod directory;
mod explain;
mod findings;
mod flight;
pub mod format;
pub mod guide;
pub mod hardening;
mod lookup;
mod memory;
mod name;
mod observe;
pub mod offline;
mod opened;
pub mod redact;
#[cfg(feature = "remote")]
pub mod remote;
pub mod typed;
pub mod watch;

#[cfg(feature = "remote")]
pub use backend::RemoteBuilder;
pub use base64::Base64;
pub use client::{Builder, Client, Error};
pub use clock::{Clock, SystemClock};
pub use directory::{DirectoryError, DirectorySource};
pub use esc_core::context::{ContextField, ExecutionContext};
pub use esc_core::decode::{DecodeError, Problem};
pub use esc_core::secret::Secret;
pub use esc_core::value::Value;
pub use esc_sdk_derive::FromEnvironment;
pub use explain::{Explanation, LeaseTerms, MadeBy, Source, Use};
pub use findings::{Findings, Texts};
pub use lookup::LookupError;
pub use memory::MemorySource;
pub use name::{EnvironmentName, NameError};
pub use opened::{Freshness, Opened};
pub use typed::{FromEnvironment, Mismatches};
