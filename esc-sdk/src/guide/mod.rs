//! The guide: from the first line to production.
//!
//! Each page is about one thing, short, and its code is tested. Read the first three, then what you need.
//!
//! | page | what you learn |
//! |---|---|
//! | [start] | sources, names, the first value |
//! | [reading] | values by path, secrets in types, where a value comes from |
//! | [types] | types of your own, checks in CI, types made at build time |
//! | [providers] | values from AWS, Vault, Kubernetes and your own systems; layers; identity |
//! | [live] | values that stay fresh while the program runs |
//! | [offline] | going on when nothing can be reached |
//! | [sharing] | caching, and many who ask at once |
//! | `remote` | environments that a server evaluates (feature `remote`) |
//! | `blocking` | programs without asynchronous code (feature `blocking`) |
//! | [observing] | spans and metrics |
//! | [hardening] | keeping secrets in the process |
//! | [testing] | tests of your application |
//! | [errors] | which error, what to do |
//! | [production] | a checklist |

#[cfg(feature = "blocking")]
pub mod blocking;
pub mod errors;
pub mod hardening;
pub mod live;
pub mod observing;
pub mod offline;
pub mod production;
pub mod providers;
pub mod reading;
#[cfg(feature = "remote")]
pub mod remote;
pub mod sharing;
pub mod start;
pub mod testing;
pub mod types;
