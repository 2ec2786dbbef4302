//! Tests of your application.
//!
//! # Environments in memory
//!
//! [`MemorySource`](crate::MemorySource) needs no files and no keys:
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use esc_sdk::{Client, FromEnvironment, MemorySource, Secret};
//!
//! #[derive(FromEnvironment)]
//! struct Config {
//!     host: String,
//!     token: Secret<String>,
//! }
//!
//! async fn config(yaml: &str) -> Result<Config, Box<dyn std::error::Error>> {
//!     let source = MemorySource::new().with("test/app", yaml)?;
//!     Ok(Client::builder(source).build().open_as("test/app").await?)
//! }
//!
//! let config = config("values: {host: localhost, token: {fn::secret: t}}").await?;
//! assert_eq!((config.host.as_str(), config.token.expose().as_str()), ("localhost", "t"));
//! # Ok(()) }
//! ```
//!
//! # The real documents, without the backends
//!
//! Open the documents that you deploy, with providers that return what you say. Register them by the real names:
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use std::sync::Arc;
//! use async_trait::async_trait;
//! use esc_core::provider::{OpenRequest, Output, Provider, ProviderError, ProviderSchema, Registry};
//! use esc_core::schema::Schema;
//! use esc_sdk::{Client, MemorySource, Secret, Value};
//!
//! /// Returns the same for every request.
//! struct Fixed(Value);
//!
//! #[async_trait]
//! impl Provider for Fixed {
//!     fn schema(&self) -> ProviderSchema {
//!         ProviderSchema { description: None, inputs: Schema::always(), outputs: Schema::always() }
//!     }
//!
//!     async fn open(&self, _: OpenRequest) -> Result<Output, ProviderError> {
//!         Ok(self.0.clone().into())
//!     }
//! }
//!
//! # let source = MemorySource::new().with("shop/dev",
//! #     "values:\n  db: {fn::open::vault-secrets: {address: x}}\n  url: 'db://${db.password}'\n")?;
//! let secrets = Value::object([("password", Value::string("p").into_secret())]);
//! let providers = Registry::new().with_provider("vault-secrets", Arc::new(Fixed(secrets)));
//! let client = Client::builder(source).providers(providers).build();
//! let url: Secret<String> = client.get("shop/dev", "url").await?;
//! assert_eq!(url.expose(), "db://p");
//! # Ok(()) }
//! ```
//!
//! # When backends fail
//!
//! `esc_providers::layers::Faults` makes any provider fail or tarry by rules:
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use esc_core::provider::ErrorKind;
//! use esc_providers::Catalog;
//! use esc_providers::layers::{Fault, Faults, Stack};
//! # use esc_providers::local::{Local, Variables};
//! # use esc_sdk::{Client, MemorySource};
//! # let source = MemorySource::new().with("shop/dev", "values: {a: {fn::open::env: {name: A, secret: false}}}")?;
//! # let family = Local::new().with_variables(Variables::new([("A", "b")]));
//!
//! let faults = Faults::seeded(7);
//! let catalog = Catalog::new().family_in(&family, &Stack::new().layer(faults.clone()));
//! let client = Client::builder(source).providers(catalog.registry()).build();
//!
//! faults.push(Fault::fail(ErrorKind::Unavailable).times(1));
//! assert!(client.open("shop/dev").await.unwrap_err().is_unavailable());
//! assert!(client.open("shop/dev").await.is_ok());
//! # Ok(()) }
//! ```
//!
//! # Time
//!
//! Watches and caches go by tokio's clock. `#[tokio::test(start_paused = true)]` makes hours pass at once. The offline
//! cache and issuers take a [`Clock`](crate::Clock) of yours.
