//! Opens environments from Rust: configuration and secrets, typed, fresh, and there when nothing else is.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use esc_sdk::{Client, DirectorySource, FromEnvironment, Secret};
//!
//! #[derive(FromEnvironment)]
//! struct Config {
//!     host: String,
//!     #[esc(default = 5432)]
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
//! client.check_type::<Config>("shop/dev").await?;
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
//! * A [`Snapshot`] returns values one by one or as a [type of yours](trait@FromEnvironment), and
//!   [explains](Snapshot::explain) where they come from. Secrets go only into [`Secret`].
//! * [`watch`] keeps values fresh; [`offline`] keeps the last good ones for when nothing can be reached.
//! * [`output`] renders values and keeps secrets out of what programs print; [`inspect`] tells what is wrong and what
//!   changed; [`codegen`] writes types.
//!
//! The crate reads the files of the directory and key file it is given, and nothing else: no variables of the process,
//! no home directory. It prints nothing. Time of day is [handed in](Clock).
//!
//! | feature | what it adds |
//! |---|---|
//! | `notify` (default) | watches of a [directory](DirectorySource) learn of edits through events of the file system |
//! | `remote` | a client of servers that speak the hosted service's HTTP API |
//! | `blocking` | a client for programs without asynchronous code |
//! | `tracing`, `metrics` | [spans and metrics](guide::observing) |
//! | `url`, `uuid`, `http`, `regex`, `jiff`, `chrono` | types of these crates can be [read](trait@FromEnvironment) |
//! | `secrecy` | conversions between [`Secret`] and the types of the crate `secrecy` |
//!
//! Watches, caches and deadlines count time, and need tokio. Everything else that is asynchronous runs on any runtime.

#[cfg(feature = "blocking")]
pub mod blocking;
mod client;
mod clock;
pub mod codegen;
pub mod crypto;
mod error;
pub mod guide;
pub mod hardening;
pub mod inspect;
pub mod offline;
pub mod output;
#[cfg(feature = "remote")]
pub mod remote;
mod snapshot;
mod source;
pub mod typed;
pub mod watch;

#[cfg(feature = "remote")]
pub use client::RemoteClientBuilder;
pub use client::{Client, ClientBuilder};
pub use clock::{Clock, SystemClock};
pub use error::Error;
pub use esc_core::context::{ContextField, ExecutionContext};
pub use esc_core::secret::Secret;
pub use esc_core::value::Value;
pub use esc_sdk_derive::FromEnvironment;
pub use inspect::{Diagnostics, LookupError};
pub use snapshot::{Freshness, Snapshot};
pub use source::{DirectoryError, DirectorySource, EnvironmentName, MemorySource, NameError};
pub use typed::{Base64, ByteSize, FromEnvironment, Mismatches, ValueError, ValueProblem};
