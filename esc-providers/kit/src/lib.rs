//! What providers are made with.
//!
//! A provider crate builds upon this one, so that all of them read inputs, report failures and prove themselves in the
//! same way:
//!
//! * [`inputs`]: the inputs of a call as a Rust type, and the schemas that several providers share;
//! * [`failure`]: errors that say which provider failed at what, where, and what to do;
//! * [`transport`]: why a backend could not be reached;
//! * [`identity`]: the tokens by which a login proves who opens an environment;
//! * [`layers`]: retries, limits, caches and traces round any provider;
//! * [`limit`]: so many requests a second for each account;
//! * [`conformance`]: checks that every provider has to pass;
//! * [`Family`]: the providers of one backend, ready to be registered.

use std::sync::Arc;

use esc_core::provider::Provider;

pub mod conformance;
pub mod failure;
pub mod identity;
pub mod inputs;
pub mod layers;
pub mod limit;
mod recorder;
pub mod transport;

pub use failure::{Failure, Failures};

/// The providers of one backend.
pub trait Family {
    /// Each provider under the name that documents call it by.
    fn providers(&self) -> Vec<(&'static str, Arc<dyn Provider>)>;
}
