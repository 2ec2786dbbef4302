//! Environments that a server evaluates (feature `remote`).
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use std::time::Duration;
//! use esc_sdk::remote::{Api, Remote};
//! use esc_sdk::{Client, Secret};
//!
//! let token = Secret::new(std::fs::read_to_string("/run/secrets/esc-token")?);
//! let api = Api::builder("acme").url("https://esc.example").access_token(token).build()?;
//! let client = Client::remote(Remote::new(api)).cache(Duration::from_secs(30)).build();
//!
//! // As everywhere else.
//! let host: String = client.get("shop/production@stable", "database.host").await?;
//! # Ok(()) }
//! ```
//!
//! Everything in this guide works with such a client: types, watches, the offline cache. A server does not report leases,
//! and not what made a value, so a watch goes by its time to live.
//!
//! # Credentials
//!
//! | | |
//! |---|---|
//! | [`access_token`](crate::remote::ApiBuilder::access_token) | a fixed token |
//! | [`exchange`](crate::remote::ApiBuilder::exchange) | an identity token of the platform is exchanged for an access token, which is kept while it lasts |
//!
//! Prefer the exchange: nothing that lasts is stored.
//!
//! # The API itself
//!
//! [`Api`](crate::remote::Api) has every call: creating, updating and deleting environments, revisions, tags. Calls that
//! change nothing are repeated when the server is busy; calls that change something never are. Addresses without
//! encryption are refused unless you allow them.
