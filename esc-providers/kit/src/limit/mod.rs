//! Limits: so many requests a second, so many at a time.
//!
//! Backends count the requests of an account and refuse those above its quota. Who keeps below the quota by himself is
//! never refused: a [`Pace`] hands out so many tokens a second. Quotas are by account, so there is one pace for each:
//! [`Keyed`] keeps them, and no more of them than is allowed.

mod keyed;
mod pace;

pub use keyed::{Idle, Keyed};
pub use pace::{Pace, Rate};
