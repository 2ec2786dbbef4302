//! Opening and checking environments by name.
//!
//! | file | |
//! |---|---|
//! | `handle` | the [`Client`] |
//! | `builder`, `no_providers`, `remote`, `options` | making one: of a source, of a server |
//! | `coalesce` | equal requests at the same time are one, and results are cached |
//! | `fallback` | what was opened last, if something cannot be reached |
//! | `backend` | who evaluates: this program or a server |
//! | `watched` | what a [watch](crate::watch) opens again and again |
//! | `compare` | whether an environment has what a type needs |
//! | `observe` | spans and metrics |

mod backend;
mod builder;
mod coalesce;
mod compare;
mod fallback;
mod handle;
mod no_providers;
mod observe;
mod options;
#[cfg(feature = "remote")]
mod remote;
mod watched;

pub use builder::ClientBuilder;
pub use handle::Client;
#[cfg(feature = "remote")]
pub use remote::RemoteClientBuilder;
