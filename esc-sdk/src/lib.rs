//! Opens environments from Rust.
//!
//! A [`Client`] knows where environments are (a [`DirectorySource`] or any other
//! [source](esc_core::source::EnvironmentSource)) and which [providers](esc_core::provider::Providers) they may open.
//! It [opens](Client::open) an environment by name and answers its values, [one by one](Opened::get) or as a
//! [type of yours](FromEnvironment); [`format`](mod@format) renders them, [`redact`] keeps them out of what programs print.
//!
//! ```
//! # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
//! use esc_sdk::{Client, DirectorySource};
//!
//! # let dir = tempfile::tempdir()?;
//! # let root = dir.path();
//! # std::fs::create_dir(root.join("shop"))?;
//! # std::fs::write(root.join("shop/dev.yaml"), "values:\n  host: db.example\n  url: postgres://${host}\n")?;
//! let client = Client::builder(DirectorySource::new(root)?).build();
//! let opened = client.open("shop/dev").await?;
//! let url: String = opened.get("url")?;
//! assert_eq!(url, "postgres://db.example");
//! # Ok::<(), Box<dyn std::error::Error>>(()) })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The crate reads the files of the directory and key file it is given, and nothing else: no variables of the process,
//! no home directory, no clock. It prints nothing. Everything asynchronous runs on any runtime.
//!
//! With the feature `remote` there is also a client of servers that speak the hosted service's HTTP API. That one needs
//! tokio, and counts time.

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
