//! Rings of keys: what lies beside the environments, and who can use it.
//!
//! A ring holds *named keys*. Each is for the environments that match its patterns, and has
//!
//! * *data keys*, which encrypt secrets. The first one encrypts, all decrypt;
//! * a *ring key*, which seals the data keys;
//! * *recipients*, for each of whom the ring key is wrapped.
//!
//! So adding a person wraps one small key, and opening a ring takes one unwrapping, however many data keys there are.
//!
//! | file | subject |
//! |---|---|
//! | `keyring` | a ring and what can unwrap its keys |
//! | `file` | the text of a ring, and what it must keep to |
//! | `section` | a named key: sealing, authentication |
//! | `change` | making rings and changing them |
//! | `crypter` | encrypting and decrypting with a ring |
//! | `error` | what can be wrong |
//!
//! # What is authenticated
//!
//! Every named key carries a MAC under its ring key, over itself and over the names and patterns of *all* keys of the
//! ring. Somebody who may use the key of `dev/*` can therefore not make it the key of `prod/*`: the MAC of the key that
//! had these environments before would no longer fit. Who holds no key at all can delete the ring, or put another one
//! in its place; review changes of the file as you review code.

mod change;
mod crypter;
mod error;
mod file;
mod keyring;
mod section;
#[cfg(test)]
mod tests;

pub use change::{Change, Removal, Wrapping};
pub use crypter::RingCrypter;
pub use error::{RingError, RingFileError};
pub use file::RingFile;
pub use keyring::{DEFAULT_LIMIT, KeyRing};
pub use section::{Data, Entry, Section};
