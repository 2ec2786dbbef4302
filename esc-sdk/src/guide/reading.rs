//! Values by path, secrets in types, where a value comes from.
//!
//! # By path
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # use esc_sdk::{Client, MemorySource};
//! # let source = MemorySource::new().with("shop/dev", "values: {hosts: [a, b], port: 5432}")?;
//! # let client = Client::builder(source).build();
//! let opened = client.open("shop/dev").await?;
//! let port: u16 = opened.get("port")?;
//! let second: String = opened.get("hosts[1]")?;
//! let proxy: Option<String> = opened.get_optional("proxy")?;
//! assert_eq!((port, second.as_str(), proxy), (5432, "b", None));
//! # Ok(()) }
//! ```
//!
//! Any type that `serde` reads will do. A value does not turn into another type silently: `"5432"` is no number.
//!
//! # Only what is needed
//!
//! [`open`](crate::Client::open) evaluates everything and calls all providers. [`get`](crate::Client::get),
//! [`open_paths`](crate::Client::open_paths) and [`open_as`](crate::Client::open_as) call only those that the wanted
//! values need. Errors elsewhere do not matter to them.
//!
//! # Secrets
//!
//! A secret goes only into a [`Secret`](crate::Secret). It is wiped when it is dropped, `Debug` shows `[secret]`, and
//! [`expose`](crate::Secret::expose) is the only way to it:
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use esc_sdk::Secret;
//!
//! # use esc_sdk::{Client, MemorySource};
//! # let source = MemorySource::new().with("shop/dev", "values: {token: {fn::secret: hunter2}}")?;
//! # let opened = Client::builder(source).build().open("shop/dev").await?;
//! let token: Secret<String> = opened.get("token")?;
//! assert_eq!(format!("{token:?}"), "[secret]");
//! assert_eq!(token.expose(), "hunter2");
//!
//! let error = opened.get::<String>("token").unwrap_err();
//! assert_eq!(
//!     error.to_string(),
//!     "`shop/dev`: `token` is secret, and a plain type would let it be seen (defined at shop/dev:1:30)",
//! );
//! # Ok(()) }
//! ```
//!
//! A library that wants a plain string gets `token.expose()`. To take whole structs of such a library out of an
//! environment, call [`get_exposed`](crate::Snapshot::get_exposed): its name shows up in reviews.
//!
//! Secrecy follows values: a URL with a password in it is secret as a whole.
//!
//! # Where a value comes from
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # use esc_sdk::{Client, MemorySource};
//! # let source = MemorySource::new()
//! #     .with("shop/base", "values: {port: 1}")?
//! #     .with("shop/dev", "imports: [shop/base]\nvalues: {port: 2}")?;
//! # let opened = Client::builder(source).build().open("shop/dev").await?;
//! let explained = opened.explain("port")?;
//! assert_eq!(explained.winner.environment, "shop/dev");
//! assert_eq!(explained.overridden[0].environment, "shop/base");
//! println!("{explained}");
//! # Ok(()) }
//! ```
//!
//! An explanation never shows the value. It works for [checked](crate::Client::check) environments, too.
