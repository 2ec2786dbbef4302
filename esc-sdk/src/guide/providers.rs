//! Values from AWS, Vault, Kubernetes and your own systems; layers; identity.
//!
//! A document calls providers: `fn::open::aws-secrets`. Which exist is decided by the program, and by default there are
//! none. The crate `esc-providers` has them. Its `Standard` catalog is what a production program wants:
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use std::sync::Arc;
//! use esc_providers::Standard;
//! use esc_providers::identity::NoIdentity;
//! use esc_providers::local::{Local, Variables};
//! use esc_sdk::{Client, MemorySource};
//!
//! # let source = MemorySource::new()
//! #     .with("shop/dev", "values:\n  branch: {fn::open::env: {name: BRANCH, secret: false}}\n")?;
//! let local = Local::new().with_variables(Variables::new([("BRANCH", "main")]));
//! let catalog = Standard::new(Arc::new(NoIdentity)).catalog()?.family(&local);
//! let client = Client::builder(source).providers(catalog.registry()).build();
//! assert_eq!(client.get::<String>("shop/dev", "branch").await?, "main");
//! # Ok(()) }
//! ```
//!
//! `fn::open::env` and `fn::open::file` see what you offer and nothing else. The author of a document decides what is
//! asked of providers: `Catalog::without` takes those out that you do not want to exist, and each
//! family's settings narrow what may be reached.
//!
//! # Layers
//!
//! Each family stands within layers: tracing, cache, coalescing, retries, rate limits, concurrency, timeouts. `Standard`
//! chooses them. To choose yourself, put a family into a catalog in a stack of your own:
//!
//! ```
//! use std::time::Duration;
//! use esc_providers::Catalog;
//! use esc_providers::layers::{Cache, Standard};
//! # use esc_providers::local::{Local, Variables};
//! # let family = Local::new().with_variables(Variables::new([("A", "b")]));
//!
//! let cache = Cache::new(Duration::from_secs(30));
//! let stack = Standard { cache: Some(cache.clone()), ..Standard::default() }.stack();
//! let catalog = Catalog::new().family_in(&family, &stack);
//! // When somebody says that a secret was changed:
//! cache.clear();
//! # assert_eq!(catalog.names(), ["env"]);
//! ```
//!
//! # Identity
//!
//! Logins by OpenID Connect show a token that says which environment is opened, in whose name. An `Issuer` signs it; the
//! backend has been told to trust the issuer. No credentials are stored anywhere:
//!
//! ```
//! use std::sync::Arc;
//! use esc_providers::Standard;
//! use esc_providers::outbound::{Algorithm, Issuer, KeySet, SigningKey};
//!
//! // In production: `SigningKey::from_pem`, from where you keep secrets.
//! let keys = KeySet::new(SigningKey::generate(Algorithm::Es256)?);
//! let issuer = Issuer::builder("https://esc.example/oidc", "acme", keys).build()?;
//! let catalog = Standard::new(Arc::new(issuer)).catalog()?;
//! # assert!(catalog.names().contains(&"aws-login"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The issuer's discovery document and public keys (`Issuer::documents`) have to be served at its address. Who opens is
//! given by the [execution context](esc_core::context::ExecutionContext): set it with
//! [`ClientBuilder::context`](crate::ClientBuilder::context), from what you know and never from what you were told.
//!
//! # A provider of your own
//!
//! Implement [`Provider`](esc_core::provider::Provider): a schema and a call. The example `custom_provider` has one in 80
//! lines, with layers. Prove it with `esc_providers::conformance::run`.
