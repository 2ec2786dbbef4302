//! Types of your own, checks in CI, types made at build time.
//!
//! # Derive
//!
//! A type that derives [`FromEnvironment`](crate::FromEnvironment) says what it needs:
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use esc_sdk::{FromEnvironment, Secret};
//!
//! #[derive(FromEnvironment)]
//! #[esc(rename_all = "camelCase")]
//! struct Config {
//!     database: Database,
//!     log_level: Option<String>,
//!     #[esc(path = "server.port", default = 8080)]
//!     port: u16,
//! }
//!
//! #[derive(FromEnvironment)]
//! struct Database {
//!     host: String,
//!     password: Secret<String>,
//! }
//!
//! # use esc_sdk::{Client, MemorySource};
//! # let source = MemorySource::new().with("shop/dev", "values: {database: {host: h, password: {fn::secret: x}}}")?;
//! # let client = Client::builder(source).build();
//! let config: Config = client.open_as("shop/dev").await?;
//! assert_eq!((config.database.host.as_str(), config.port), ("h", 8080));
//! # assert!(config.log_level.is_none());
//! # Ok(()) }
//! ```
//!
//! The types that are there, such as [`Duration`](std::time::Duration) (`1h30m`), addresses, [`ByteSize`](crate::ByteSize)
//! (`64MiB`) and those of other crates, and the attributes, are listed at [the trait](trait@crate::FromEnvironment). [`open_as`](crate::Client::open_as) opens
//! nothing that no field needs.
//!
//! # Checks in CI
//!
//! [`check_type`](crate::Client::check_type) compares a type with an environment. It opens nothing: no provider is called,
//! no key is needed. Write a test that does it for each environment that the program is to run with:
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # use esc_sdk::{Client, DirectorySource, FromEnvironment};
//! # #[derive(FromEnvironment)] #[allow(dead_code)] struct Config { host: String }
//! # let dir = tempfile::tempdir()?;
//! # let root = dir.path();
//! # std::fs::create_dir(root.join("shop"))?;
//! # std::fs::write(root.join("shop/dev.yaml"), "values:\n  host: a\n")?;
//! # std::fs::write(root.join("shop/production.yaml"), "values:\n  host: b\n")?;
//! let source = DirectorySource::new(root)?;
//! let client = Client::builder(source.clone()).build();
//! for name in source.names()? {
//!     // What is wrong with the environment in itself.
//!     let checked = client.check(&name.to_string()).await?;
//!     assert!(!checked.diagnostics().has_errors(), "{}", checked.diagnostics());
//! }
//! for name in ["shop/dev", "shop/production"] {
//!     // What the program would miss in it.
//!     client.check_type::<Config>(name).await?;
//! }
//! # Ok(()) }
//! ```
//!
//! Give this client the same providers as the program has: their schemas say what they will return. Providers that do
//! not exist are errors.
//!
//! Call `check_type` when the program starts, too: it reports all that is missing at once, before anything is fetched.
//!
//! # Types at build time
//!
//! [`codegen`](crate::codegen) writes the types for an environment, in `build.rs` or in a program of your own:
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # use esc_sdk::{Client, MemorySource};
//! # let source = MemorySource::new().with("shop/dev", "values: {logLevel: info, token: {fn::secret: x}}")?;
//! # let client = Client::builder(source).build();
//! let checked = client.check("shop/dev").await?;
//! let text = esc_sdk::codegen::rust_types(&checked, "Config");
//! assert!(text.contains("pub log_level: ::std::string::String,"));
//! assert!(text.contains("pub token: ::esc_sdk::Secret<::std::string::String>,"));
//! # Ok(()) }
//! ```
//!
//! A program that uses a property which is not there does not compile then. Derive where a program needs a few values
//! of many environments; generate where it needs most of one.
