//! A ring and what can unwrap its keys.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::OnceCell;

use super::error::RingError;
use super::file::RingFile;
use super::section::{Opened, Section};
use crate::key::{Key, KeyId};
use crate::random::{Randomness, SystemRandomness};
use crate::recipient::Unwrapper;

/// How many secrets one process encrypts under one data key before it demands a new one: 2³², the bound for random
/// nonces of 96 bits. (AES-GCM-SIV would reveal no more than equality even then.)
pub const DEFAULT_LIMIT: u64 = 1 << 32;

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

    /// Where nonces come from.
    pub(super) fn randomness(&self) -> Arc<dyn Randomness> {
        self.0.randomness.clone()
    }

    /// Makes certain that the key of that name can be used.
    ///
    /// # Errors
    ///
    /// There is no such key, nothing at hand unwraps it, or it is not authentic.
    pub async fn unlock(&self, name: &str) -> Result<(), RingError> {
        self.opened(self.0.file.section(name)?).await.map(|_| ())
    }

    pub(super) async fn opened(&self, section: &Section) -> Result<&Opened, RingError> {
        let no_cell = || RingError::NotAuthentic { name: section.name.clone() };
        let cell = self.0.unlocked.get(&section.name).ok_or_else(no_cell)?;
        cell.get_or_try_init(|| section.open(self.0.file.keys(), &self.0.unwrappers)).await
    }

    /// The data key of that id, or why it is not available.
    pub(super) async fn find(&self, id: KeyId) -> Result<Option<&Key>, RingError> {
        if let Some(key) = self.0.keys.iter().find(|key| key.id() == id) {
            return Ok(Some(key));
        }
        match self.0.file.section_with(id) {
            Some(section) => Ok(self.opened(section).await?.data.iter().find(|key| key.id() == id)),
            None => Ok(None),
        }
    }

    /// Counts encryptions under the ring; none if there were too many.
    pub(super) fn count(&self, encryptions: u64) -> Option<()> {
        let before = self.0.used.fetch_add(encryptions, Ordering::Relaxed);
        before.checked_add(encryptions).filter(|&after| after <= self.0.limit).map(drop)
    }
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyRing").field("file", &self.0.file).finish_non_exhaustive()
    }
}
