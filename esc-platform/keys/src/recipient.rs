//! Who may use a key: recipients, and what unwraps for them.
//!
//! A [`Recipient`] wraps a key so that only its holder gets it back, through an [`Unwrapper`]. The ring stores what a
//! recipient says of itself, its [`Address`], beside the wrapped key, so an unwrapper recognises what it can open
//! without trying. Both traits are object-safe; a third party adds a kind of recipient by implementing them:
//!
//! ```
//! # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
//! use async_trait::async_trait;
//! use esc_core::secret::Secret;
//! use esc_keys::recipient::{Address, Purpose, Recipient, RecipientError, Unwrapper};
//! use esc_keys::{KeyRing, RingFile, SystemRandomness};
//!
//! /// A hardware module in the basement. (This one only turns the bytes around.)
//! struct Basement { slot: u8 }
//!
//! #[async_trait]
//! impl Recipient for Basement {
//!     fn address(&self) -> Address {
//!         Address::new("x-basement", format!("slot-{}", self.slot))
//!     }
//!     async fn wrap(&self, key: &Secret<Vec<u8>>, _: &Purpose<'_>) -> Result<Vec<u8>, RecipientError> {
//!         Ok(key.expose().iter().rev().copied().collect())
//!     }
//! }
//!
//! #[async_trait]
//! impl Unwrapper for Basement {
//!     fn accepts(&self, address: &Address) -> bool {
//!         *address == Recipient::address(self)
//!     }
//!     async fn unwrap(&self, _: &Address, wrapped: &[u8], _: &Purpose<'_>)
//!         -> Result<Secret<Vec<u8>>, RecipientError>
//!     {
//!         Ok(Secret::new(wrapped.iter().rev().copied().collect()))
//!     }
//! }
//!
//! let now = "2026-11-28T12:00:00Z".parse()?;
//! let file = RingFile::create("default", [("basement", &Basement { slot: 3 } as &dyn Recipient)], now,
//!     &SystemRandomness::default()).await?;
//! let ring = KeyRing::new(file).with_unwrapper(Basement { slot: 3 });
//! assert!(ring.unlock("default").await.is_ok());
//! # Ok::<(), Box<dyn std::error::Error>>(()) }).unwrap();
//! ```

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use esc_core::crypt::CryptError;
use esc_core::secret::Secret;

use crate::key::Key;
use crate::random::{Randomness, SystemRandomness};
use crate::seal::{self, Context};

/// What a recipient is, in public: the kind, and which one of that kind.
///
/// It is stored in clear, so it holds no secrets. Kinds of this crate have plain names such as `age`; kinds of third
/// parties start with `x-`, so that a later version of this crate cannot collide with them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Address {
    /// The kind, such as `key-file`.
    pub kind: String,
    /// Which one: a public key, an ARN, a URL, an id.
    pub to: String,
}

impl Address {
    /// An address.
    pub fn new(kind: impl Into<String>, to: impl Into<String>) -> Address {
        Address { kind: kind.into(), to: to.into() }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind, self.to)
    }
}

/// What a key is wrapped for. Recipients that can, authenticate it along with the wrapped key.
#[derive(Clone, Copy, Debug)]
pub struct Purpose<'a> {
    /// The name of the key in its ring.
    pub key_name: &'a str,
}

/// Why a key was not wrapped or unwrapped. Texts name the recipient and contain no key material.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RecipientError {
    /// What was wrapped was changed, or was wrapped for somebody else.
    #[error("the wrapped key does not open: it was changed, or wrapped for another recipient")]
    NotAuthentic,
    /// The caller may not use the recipient, or its passphrase is wrong.
    #[error("denied: {0}")]
    Denied(String),
    /// The service behind it cannot be reached now. Trying again may help.
    #[error("unavailable: {0}")]
    Unavailable(String),
    /// The address or the wrapped key is malformed.
    #[error("malformed: {0}")]
    Malformed(String),
    /// Anything else.
    #[error("{0}")]
    Other(String),
}

impl From<CryptError> for RecipientError {
    fn from(error: CryptError) -> RecipientError {
        match error {
            CryptError::NotAuthentic => RecipientError::NotAuthentic,
            other => RecipientError::Other(other.to_string()),
        }
    }
}

/// Wraps keys for somebody.
#[async_trait]
pub trait Recipient: Send + Sync {
    /// What is stored beside the wrapped key.
    fn address(&self) -> Address;

    /// Wraps a key of 32 bytes.
    async fn wrap(
        &self,
        key: &Secret<Vec<u8>>,
        purpose: &Purpose<'_>,
    ) -> Result<Vec<u8>, RecipientError>;
}

/// Unwraps what was wrapped for somebody.
#[async_trait]
pub trait Unwrapper: Send + Sync {
    /// Whether it may be able to unwrap for this address. Must not wait or ask anybody.
    fn accepts(&self, address: &Address) -> bool;

    /// The key of 32 bytes.
    async fn unwrap(
        &self,
        address: &Address,
        wrapped: &[u8],
        purpose: &Purpose<'_>,
    ) -> Result<Secret<Vec<u8>>, RecipientError>;
}

/// A [`Key`] as a recipient: whoever has the key file.
#[derive(Clone)]
pub struct KeyFile {
    key: Key,
    randomness: Arc<dyn Randomness>,
}

impl KeyFile {
    /// The kind of its address. `to` is the id of the key in hexadecimal.
    pub const KIND: &'static str = "key-file";

    /// Wraps and unwraps with this key.
    pub fn new(key: Key) -> KeyFile {
        KeyFile { key, randomness: Arc::new(SystemRandomness::default()) }
    }

    /// With nonces from `randomness`.
    pub fn with_randomness(self, randomness: Arc<dyn Randomness>) -> KeyFile {
        KeyFile { randomness, ..self }
    }
}

impl fmt::Debug for KeyFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyFile").field("id", &self.key.id()).finish_non_exhaustive()
    }
}

#[async_trait]
impl Recipient for KeyFile {
    fn address(&self) -> Address {
        Address::new(KeyFile::KIND, self.key.id().to_string())
    }

    async fn wrap(
        &self,
        key: &Secret<Vec<u8>>,
        purpose: &Purpose<'_>,
    ) -> Result<Vec<u8>, RecipientError> {
        let fields = [purpose.key_name.as_bytes()];
        let context = Context { purpose: WRAP, fields: &fields };
        Ok(seal::seal(&self.key, &context, key.expose(), &*self.randomness)?)
    }
}

#[async_trait]
impl Unwrapper for KeyFile {
    fn accepts(&self, address: &Address) -> bool {
        *address == self.address()
    }

    async fn unwrap(
        &self,
        _: &Address,
        wrapped: &[u8],
        purpose: &Purpose<'_>,
    ) -> Result<Secret<Vec<u8>>, RecipientError> {
        let fields = [purpose.key_name.as_bytes()];
        Ok(seal::open(&self.key, &Context { purpose: WRAP, fields: &fields }, wrapped)?)
    }
}

const WRAP: &str = "esc key-file wrap 1";
