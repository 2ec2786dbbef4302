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
//! | `file` | the text of a ring, and what it must keep to |
//! | `section` | a named key: sealing, authentication |
//! | `change` | making rings and changing them |
//! | `crypter` | encrypting and decrypting with a ring |
//!
//! # What is authenticated
//!
//! Every named key carries a MAC under its ring key, over itself and over the names and patterns of *all* keys of the
//! ring. Somebody who may use the key of `dev/*` can therefore not make it the key of `prod/*`: the MAC of the key that
//! had these environments before would no longer fit. Who holds no key at all can delete the ring, or put another one
//! in its place; review changes of the file as you review code.

mod change;
mod crypter;
mod file;
mod section;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use esc_core::crypt::CryptError;
use smol_str::SmolStr;
use tokio::sync::OnceCell;

pub use change::{Change, Removal};
pub use crypter::RingCrypter;
pub use file::{RingFile, RingFileError};

use crate::key::{Key, KeyId};
use crate::random::{Randomness, SystemRandomness};
use crate::recipient::{Address, RecipientError, Unwrapper};
use section::{Opened, Section};

/// How many secrets one process encrypts under one data key before it demands a new one: 2³², the bound for random
/// nonces of 96 bits. (AES-GCM-SIV would reveal no more than equality even then.)
pub const DEFAULT_LIMIT: u64 = 1 << 32;

/// Why a ring cannot be used or changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RingError {
    /// The ring has no key of that name.
    #[error("the key ring has no key `{name}`; it has: {}", listed(.names))]
    NoSuchKey {
        /// The name that was asked for.
        name: String,
        /// The names there are.
        names: Vec<String>,
    },
    /// No key of the ring is for the environment.
    #[error("no key of the key ring is for environment `{environment}`; its patterns are: {}", listed(.patterns))]
    NoKeyFor {
        /// The environment.
        environment: String,
        /// The patterns of all keys.
        patterns: Vec<String>,
    },
    /// The key cannot be unwrapped with what is at hand.
    #[error("the key `{name}` is locked: {}", locked(.recipients, .failures))]
    Locked {
        /// The key.
        name: String,
        /// Who could unwrap it: name and address.
        recipients: Vec<(String, Address)>,
        /// What was tried, and why it failed.
        failures: Vec<(String, RecipientError)>,
    },
    /// The key was unwrapped, but the ring was changed by somebody without it, or a merge went wrong.
    #[error(
        "the key `{name}` of the key ring is not authentic: the file was changed other than with its key; restore it from \
         version control"
    )]
    NotAuthentic {
        /// The key.
        name: String,
    },
    /// The key has no such recipient.
    #[error("the key `{name}` has no recipient `{recipient}`; it has: {}", listed(.recipients))]
    NoSuchRecipient {
        /// The key.
        name: String,
        /// The recipient that was asked for.
        recipient: String,
        /// The recipients there are.
        recipients: Vec<String>,
    },
    /// The recipient is there already, under that name or another.
    #[error("the key `{name}` already has the recipient `{recipient}`")]
    Duplicate {
        /// The key, or the ring.
        name: String,
        /// The recipient's name.
        recipient: String,
    },
    /// Nobody would be left who can use the key.
    #[error("`{recipient}` is the last recipient of the key `{name}`; add another one first")]
    LastRecipient {
        /// The key.
        name: String,
        /// The recipient.
        recipient: String,
    },
    /// A key could not be wrapped for a recipient.
    #[error("cannot wrap the key `{name}` for `{recipient}`: {cause}")]
    Wrap {
        /// The key.
        name: String,
        /// The recipient.
        recipient: String,
        /// Why not.
        cause: RecipientError,
    },
    /// The change would make a ring that breaks the rules of its file.
    #[error(transparent)]
    File(#[from] RingFileError),
    /// The cipher or the source of randomness failed.
    #[error(transparent)]
    Crypt(CryptError),
}

fn listed(names: &[String]) -> String {
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

fn locked(recipients: &[(String, Address)], failures: &[(String, RecipientError)]) -> String {
    let who = recipients.iter().map(|(name, address)| format!("{name} ({address})"));
    let mut text = format!("it is for {}", listed(&who.collect::<Vec<_>>()));
    if failures.is_empty() {
        text.push_str(", and no key for any of them is at hand");
    }
    for (name, cause) in failures {
        text.push_str(&format!("; as `{name}`: {cause}"));
    }
    text
}

/// A ring and what can unwrap its keys.
///
/// Nothing is unwrapped before it is needed, and then once: an environment whose key is wrapped by a remote service asks
/// that service only if it has secrets. Clones share what is unwrapped.
///
/// A [`Key`] that was used without a ring can still decrypt beside it: [`with_key`](Self::with_key).
#[derive(Clone)]
pub struct KeyRing(Arc<Inner>);

struct Inner {
    file: RingFile,
    unwrappers: Vec<Arc<dyn Unwrapper>>,
    unlocked: HashMap<String, OnceCell<Opened>>,
    keys: Vec<Key>,
    used: AtomicU64,
    limit: u64,
    randomness: Arc<dyn Randomness>,
}

impl KeyRing {
    /// The ring of that file, with nothing that can unwrap it yet.
    pub fn new(file: RingFile) -> KeyRing {
        let unlocked = file.names().map(|name| (name.to_owned(), OnceCell::new())).collect();
        KeyRing(Arc::new(Inner {
            file,
            unwrappers: Vec::new(),
            unlocked,
            keys: Vec::new(),
            used: AtomicU64::new(0),
            limit: DEFAULT_LIMIT,
            randomness: Arc::new(SystemRandomness::default()),
        }))
    }

    /// With one more thing that can unwrap. They are tried in the order in which they were added.
    pub fn with_unwrapper(self, unwrapper: impl Unwrapper + 'static) -> KeyRing {
        self.with(|inner| inner.unwrappers.push(Arc::new(unwrapper)))
    }

    /// With a key that decrypts what it encrypted before there was a ring.
    pub fn with_key(self, key: Key) -> KeyRing {
        self.with(|inner| inner.keys.push(key))
    }

    /// With another limit of encryptions. See [`DEFAULT_LIMIT`].
    pub fn with_limit(self, limit: u64) -> KeyRing {
        self.with(|inner| inner.limit = limit)
    }

    /// With nonces from `randomness`.
    pub fn with_randomness(self, randomness: Arc<dyn Randomness>) -> KeyRing {
        self.with(|inner| inner.randomness = randomness)
    }

    fn with(self, change: impl FnOnce(&mut Inner)) -> KeyRing {
        let old = self.0;
        let mut inner = Arc::try_unwrap(old).unwrap_or_else(|shared| Inner {
            file: shared.file.clone(),
            unwrappers: shared.unwrappers.clone(),
            unlocked: shared.file.names().map(|name| (name.to_owned(), OnceCell::new())).collect(),
            keys: shared.keys.clone(),
            used: AtomicU64::new(shared.used.load(Ordering::Relaxed)),
            limit: shared.limit,
            randomness: shared.randomness.clone(),
        });
        change(&mut inner);
        KeyRing(Arc::new(inner))
    }

    /// The file, which holds no secrets.
    pub fn file(&self) -> &RingFile {
        &self.0.file
    }

    /// Encrypts and decrypts the secrets of the environment of this identity, such as `project/name`.
    pub fn crypter(&self, environment: impl Into<SmolStr>) -> RingCrypter {
        RingCrypter::new(self.clone(), environment.into())
    }

    /// Makes certain that the key of that name can be used.
    ///
    /// # Errors
    ///
    /// There is no such key, nothing at hand unwraps it, or it is not authentic.
    pub async fn unlock(&self, name: &str) -> Result<(), RingError> {
        self.opened(self.0.file.section(name)?).await.map(|_| ())
    }

    async fn opened(&self, section: &Section) -> Result<&Opened, RingError> {
        let no_cell = || RingError::NotAuthentic { name: section.name.clone() };
        let cell = self.0.unlocked.get(&section.name).ok_or_else(no_cell)?;
        cell.get_or_try_init(|| section.open(&self.0.file, &self.0.unwrappers)).await
    }

    /// The data key of that id, or why it is not available.
    async fn find(&self, id: KeyId) -> Result<Option<&Key>, RingError> {
        if let Some(key) = self.0.keys.iter().find(|key| key.id() == id) {
            return Ok(Some(key));
        }
        match self.0.file.section_with(id) {
            Some(section) => Ok(self.opened(section).await?.data.iter().find(|key| key.id() == id)),
            None => Ok(None),
        }
    }

    /// Counts encryptions under the ring; none if there were too many.
    fn count(&self, encryptions: u64) -> Option<()> {
        let before = self.0.used.fetch_add(encryptions, Ordering::Relaxed);
        before.checked_add(encryptions).filter(|&after| after <= self.0.limit).map(drop)
    }
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyRing").field("file", &self.0.file).finish_non_exhaustive()
    }
}
