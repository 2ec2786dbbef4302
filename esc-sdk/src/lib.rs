//! Opens environments from Rust.
//!
//! A [`Client`] knows where environments are (a [`DirectorySource`] or any other
//! [source](esc_core::source::EnvironmentSource)) and which [providers](esc_core::provider::Providers) they may open.
//! It [opens](Client::open) an environment by name and answers its values; [`format`](mod@format) renders them,
//! [`redact`] keeps them out of what programs print.
//!
//! ```
//! # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
//! use esc_core::value::Reveal;
//! use esc_sdk::{Client, DirectorySource};
//!
//! # let dir = tempfile::tempdir()?;
//! # let root = dir.path();
//! # std::fs::create_dir(root.join("shop"))?;
//! # std::fs::write(root.join("shop/dev.yaml"), "values:\n  host: db.example\n  url: postgres://${host}\n")?;
//! let client = Client::builder(DirectorySource::new(root)?).build();
//! let opened = client.open("shop/dev").await?;
//! assert_eq!(opened.get("url")?.and_then(|v| v.as_str()), Some("postgres://db.example"));
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
mod client;
pub mod crypto;
mod directory;
mod findings;
pub mod format;
mod name;
mod opened;
pub mod redact;
#[cfg(feature = "remote")]
pub mod remote;

pub use client::{Builder, Client, Error};
pub use directory::{DirectoryError, DirectorySource};
pub use findings::{Findings, Texts};
pub use name::{EnvironmentName, NameError};
pub use opened::Opened;
