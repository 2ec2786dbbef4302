//! The last values that were good, on disk and encrypted, for when nothing can be reached.
//!
//! An [`OfflineCache`] keeps what an environment opened to. A client that has one stores every whole environment it
//! opens, and falls back to what is stored when opening fails because something is *unavailable*: never when the answer
//! is that a thing is missing or denied. What comes from the cache says so, and how old it is.
//!
//! What is stored is encrypted under a [`Key`] that the program brings, and bound to
//!
//! * the environment and the *principal* (who opens it, on which host: whatever text the program chooses); under any
//!   other name it does not decrypt;
//! * the *revisions*: the definitions of all environments that took part. If one of them can be loaded but is no longer
//!   what it was, the stored values are of the past and are refused.
//!
//! Files are readable by their owner only, written beside and moved into place, and read only if they are plain files
//! that nobody else can have written. [`wipe`](OfflineCache::wipe) deletes them.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use esc_core::crypt::{CryptError, Decrypter, Encrypter};
use esc_core::secret::Secret;

use crate::clock::Clock;
use crate::crypto::{Key, KeyCrypter};

mod entry;
mod error;
mod files;
#[cfg(test)]
mod tests;
mod wire;

pub use entry::{Entry, StoredLease};
pub use error::OfflineError;

/// How far ahead of the clock an entry may be before it is taken for one from a wrong clock.
const SKEW: Duration = Duration::from_secs(300);

/// The cache: a directory, a key, and who uses it.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// use std::sync::Arc;
/// use std::time::Duration;
/// use esc_sdk::SystemClock;
/// use esc_sdk::crypto::Key;
/// use esc_sdk::offline::OfflineCache;
///
/// # let home = tempfile::tempdir()?;
/// let cache = OfflineCache::new(home.path().join("offline"), Key::generate()?, "web@host-7", Arc::new(SystemClock))
///     .with_max_stale(Duration::from_secs(24 * 3600));
/// assert!(cache.load("shop/production").await?.is_none());
/// # Ok::<(), Box<dyn std::error::Error>>(()) })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct OfflineCache {
    directory: PathBuf,
    key: Key,
    principal: String,
    max_stale: Duration,
    clock: Arc<dyn Clock>,
}

impl OfflineCache {
    /// A cache in that directory, which is made when something is stored.
    ///
    /// The key should not lie beside the files. The principal is whatever must not share values: user, service, host.
    pub fn new(
        directory: impl AsRef<Path>,
        key: Key,
        principal: impl Into<String>,
        clock: Arc<dyn Clock>,
    ) -> OfflineCache {
        OfflineCache {
            directory: directory.as_ref().to_owned(),
            key,
            principal: principal.into(),
            max_stale: Duration::from_secs(24 * 3600),
            clock,
        }
    }

    /// With another bound on the age of what is used. Default 24 hours.
    pub fn with_max_stale(mut self, max_stale: Duration) -> OfflineCache {
        self.max_stale = max_stale;
        self
    }

    /// The time by the cache's clock.
    pub fn now(&self) -> SystemTime {
        self.clock.now()
    }

    /// How old an entry is.
    pub fn age(&self, entry: &Entry) -> Duration {
        self.now().duration_since(entry.opened_at).unwrap_or_default()
    }

    /// Stores what an environment opened to, in place of what was stored for it.
    ///
    /// # Errors
    ///
    /// The file cannot be written; what was stored is as it was.
    pub async fn store(&self, entry: &Entry) -> Result<(), OfflineError> {
        let sealed = |cause| sealed(&entry.environment, cause);
        let plain = Secret::new(entry.encode());
        let crypter = self.crypter(&entry.environment).map_err(sealed)?;
        let bytes = crypter.encrypt(&plain).await.map_err(sealed)?;
        let (directory, path) = (self.directory.clone(), self.path(&entry.environment));
        blocking(move || files::replace(&directory, &path, &bytes)).await
    }

    /// What is stored for an environment; none if nothing is.
    ///
    /// # Errors
    ///
    /// The file cannot be trusted, read or decrypted, or it is too old.
    pub async fn load(&self, environment: &str) -> Result<Option<Entry>, OfflineError> {
        let path = self.path(environment);
        let Some(bytes) = blocking(move || files::read(&path)).await? else { return Ok(None) };
        let crypter = self.crypter(environment).map_err(|cause| sealed(environment, cause))?;
        let plain = crypter.decrypt(&bytes).await.map_err(|cause| sealed(environment, cause))?;
        let entry = Entry::decode(plain.expose())
            .filter(|entry| entry.environment == environment)
            .ok_or_else(|| OfflineError::Form { environment: environment.to_owned() })?;
        if entry.opened_at > self.now() + SKEW {
            return Err(OfflineError::FromTheFuture { environment: environment.to_owned() });
        }
        let age = self.age(&entry);
        if age > self.max_stale {
            let environment = environment.to_owned();
            return Err(OfflineError::TooOld { environment, age, max_stale: self.max_stale });
        }
        Ok(Some(entry))
    }

    /// Deletes all that is stored in the directory, of all principals, and returns how many entries that were.
    pub async fn wipe(&self) -> Result<usize, OfflineError> {
        let directory = self.directory.clone();
        blocking(move || files::wipe(&directory)).await
    }

    fn crypter(&self, environment: &str) -> Result<KeyCrypter, CryptError> {
        KeyCrypter::new(&self.key, self.identity(environment))
    }

    /// What an entry is bound to.
    fn identity(&self, environment: &str) -> String {
        format!("offline\0{}\0{}\0{environment}", self.principal.len(), self.principal)
    }

    /// The name tells nothing of environment and principal.
    fn path(&self, environment: &str) -> PathBuf {
        let identity = self.identity(environment);
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, identity.as_bytes());
        let hex: String = digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
        self.directory.join(format!("{hex}{}", files::EXTENSION))
    }
}

impl std::fmt::Debug for OfflineCache {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OfflineCache")
            .field("directory", &self.directory)
            .field("principal", &self.principal)
            .field("max_stale", &self.max_stale)
            .finish_non_exhaustive()
    }
}

fn sealed(environment: &str, cause: CryptError) -> OfflineError {
    OfflineError::Sealed { environment: environment.to_owned(), cause }
}

/// Keeps file work off the runtime's threads.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, OfflineError> + Send + 'static,
) -> Result<T, OfflineError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(_) => Err(OfflineError::File {
            path: PathBuf::new(),
            problem: "the runtime is shutting down".to_owned(),
        }),
    }
}
