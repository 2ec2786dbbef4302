//! The client of servers that speak the hosted service's HTTP API (feature `remote`).
//!
//! [`Api`] is the API itself: every call that the official SDKs have, typed, with errors one can act on. [`Remote`]
//! opens and checks environments through it by name, as [`Client`](crate::Client) does on a source: the server
//! evaluates, the answer is the same values.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use esc_core::secret::Secret;
//! use esc_sdk::remote::{Api, Remote};
//!
//! let token = Secret::new(std::env::var("ESC_TOKEN")?);
//! let api = Api::builder("acme").access_token(token).build()?;
//! for environment in api.list_all().await? {
//!     println!("{}/{}", environment.project, environment.name);
//! }
//! let opened = Remote::new(api).open("shop/production@stable").await?;
//! println!("{:?}", opened.value);
//! # Ok(()) }
//! ```
//!
//! How it works, from the outside in:
//!
//! * `settings`, `address`, `settings_error`: the builder; what can be set, and what is refused;
//! * `environments`, `definitions`, `sessions`, `revisions`, `tags`, `schemas`: the calls, by subject;
//! * `answers`, `etag`: what they answer; the bodies themselves are `esc-api`'s, which servers share;
//! * `transport`, `retries`, `response`: requests with retries, bounds and no redirects to strangers; errors from what
//!   comes back;
//! * `credentials`: a fixed token, or one that is exchanged for an identity token and kept while it lasts.
//!
//! Nothing here reads variables, proxies or files of the process. It needs tokio's time and network.

mod address;
mod answers;
mod credentials;
mod definitions;
mod environments;
mod etag;
mod failure;
mod names;
mod opened;
mod response;
mod retries;
mod revisions;
mod schemas;
mod sessions;
mod settings;
mod settings_error;
mod tags;
mod transport;

pub use answers::{
    CallableSchema, EnvironmentInfo, EnvironmentTag, Page, Retracted, Revision, RevisionTag,
};
pub use credentials::{Exchange, RequestedToken, SubjectToken, SubjectTokenError};
pub use definitions::{Checked, Decrypted, Definition, Updated};
pub use environments::CloneOptions;
pub use etag::ETag;
pub use failure::ApiError;
pub use names::{Reference, ReferenceError, Version};
pub use opened::{Remote, RemoteOpened};
pub use retries::Retries;
pub use sessions::Session;
pub use settings::{Api, ApiBuilder};
pub use settings_error::{DEFAULT_URL, SettingsError};
