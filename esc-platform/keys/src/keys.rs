//! One key for all environments, or a ring: what a source of environments is given.

use std::sync::Arc;

use async_trait::async_trait;
use esc_core::crypt::{CryptError, Decrypter, Encrypter};
use esc_core::secret::Secret;
use smol_str::SmolStr;

use crate::cipher::{self, KeyCrypter};
use crate::key::{Key, KeyId};
use crate::ring::{KeyRing, RingCrypter};

/// The keys of environments.
///
/// ```
/// use esc_keys::{Key, Keys};
///
/// let keys: Keys = Key::generate()?.into();
/// let crypter = keys.crypter("shop/production")?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub enum Keys {
    /// One key for every environment.
    One(Key),
    /// A ring of keys.
    Ring(KeyRing),
}

impl From<Key> for Keys {
    fn from(key: Key) -> Keys {
        Keys::One(key)
    }
}

impl From<KeyRing> for Keys {
    fn from(ring: KeyRing) -> Keys {
        Keys::Ring(ring)
    }
}

impl Keys {
    /// Encrypts and decrypts the secrets of the environment of this identity, such as `project/name`.
    ///
    /// # Errors
    ///
    /// The key cannot be used with the cipher; that a key of a ring is locked shows when it is needed.
    pub fn crypter(&self, environment: impl Into<SmolStr>) -> Result<Crypter, CryptError> {
        Ok(Crypter(match self {
            Keys::One(key) => Inner::One(key.id(), Arc::new(KeyCrypter::new(key, environment)?)),
            Keys::Ring(ring) => Inner::Ring(ring.crypter(environment)),
        }))
    }
}

/// Encrypts and decrypts the secrets of one environment with whatever [`Keys`] there are.
#[derive(Clone, Debug)]
pub struct Crypter(Inner);

#[derive(Clone, Debug)]
enum Inner {
    One(KeyId, Arc<KeyCrypter>),
    Ring(RingCrypter),
}

impl Crypter {
    /// Whether `ciphertext` is under the key that encrypts now.
    pub fn is_current(&self, ciphertext: &[u8]) -> bool {
        match &self.0 {
            Inner::One(id, _) => cipher::key_id(ciphertext) == Some(*id),
            Inner::Ring(crypter) => crypter.is_current(ciphertext).unwrap_or(false),
        }
    }
}

#[async_trait]
impl Encrypter for Crypter {
    async fn encrypt(&self, plaintext: &Secret<Vec<u8>>) -> Result<Vec<u8>, CryptError> {
        match &self.0 {
            Inner::One(_, crypter) => crypter.encrypt(plaintext).await,
            Inner::Ring(crypter) => crypter.encrypt(plaintext).await,
        }
    }
}

#[async_trait]
impl Decrypter for Crypter {
    async fn decrypt(&self, ciphertext: &[u8]) -> Result<Secret<Vec<u8>>, CryptError> {
        match &self.0 {
            Inner::One(_, crypter) => crypter.decrypt(ciphertext).await,
            Inner::Ring(crypter) => crypter.decrypt(ciphertext).await,
        }
    }
}
