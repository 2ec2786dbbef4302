//! Encrypting and decrypting with a ring.

use async_trait::async_trait;
use esc_core::crypt::{CryptError, Decrypter, Encrypter};
use esc_core::secret::Secret;
use smol_str::SmolStr;

use super::error::RingError;
use super::keyring::KeyRing;
use crate::cipher::{self, KeyCrypter};
use crate::key::{Key, KeyId};

impl KeyRing {
    /// Encrypts and decrypts the secrets of the environment of this identity, such as `project/name`.
    pub fn crypter(&self, environment: impl Into<SmolStr>) -> RingCrypter {
        RingCrypter { ring: self.clone(), environment: environment.into() }
    }
}

/// Encrypts the secrets of one environment under the newest data key of its key, and decrypts those under any.
///
/// Keys are unwrapped when the first secret is there, not before.
#[derive(Clone, Debug)]
pub struct RingCrypter {
    ring: KeyRing,
    environment: SmolStr,
}

impl RingCrypter {
    /// Whether `ciphertext` is under the data key that encrypts now, so that reencrypting it would change nothing.
    ///
    /// # Errors
    ///
    /// No key of the ring is for the environment.
    pub fn is_current(&self, ciphertext: &[u8]) -> Result<bool, RingError> {
        let section = self.ring.file().key_for(&self.environment)?;
        let newest = section.data.first().map(|data| data.id);
        Ok(cipher::key_id(ciphertext).is_some_and(|id| Some(id) == newest))
    }

    fn under(&self, key: &Key) -> Result<KeyCrypter, CryptError> {
        KeyCrypter::with_randomness(key, self.environment.clone(), self.ring.randomness())
    }

    async fn newest(&self) -> Result<KeyCrypter, CryptError> {
        let section = self.ring.file().key_for(&self.environment).map_err(into_crypt)?;
        let opened = self.ring.opened(section).await.map_err(into_crypt)?;
        let newest = opened.data.first().ok_or(CryptError::WrongKey)?;
        self.ring.count(1).ok_or_else(|| {
            let name = &section.name;
            CryptError::Other(format!(
                "the key `{name}` has encrypted too many secrets; make a new one with `esc key rotate`"
            ))
        })?;
        self.under(newest)
    }
}

#[async_trait]
impl Encrypter for RingCrypter {
    async fn encrypt(&self, plaintext: &Secret<Vec<u8>>) -> Result<Vec<u8>, CryptError> {
        self.newest().await?.encrypt(plaintext).await
    }
}

#[async_trait]
impl Decrypter for RingCrypter {
    async fn decrypt(&self, ciphertext: &[u8]) -> Result<Secret<Vec<u8>>, CryptError> {
        let id = cipher::key_id(ciphertext).ok_or(CryptError::NotAuthentic)?;
        match self.ring.find(id).await.map_err(into_crypt)? {
            Some(key) => self.under(key)?.decrypt(ciphertext).await,
            None => Err(CryptError::Other(unknown(id, &self.ring))),
        }
    }
}

fn unknown(id: KeyId, ring: &KeyRing) -> String {
    let names: Vec<&str> = ring.file().names().collect();
    format!(
        "encrypted under the key {id}, which is not in the key ring (its keys: {})",
        names.join(", ")
    )
}

/// What an error of the ring is to those who only encrypt and decrypt.
fn into_crypt(error: RingError) -> CryptError {
    let unavailable =
        |cause: &crate::RecipientError| matches!(cause, crate::RecipientError::Unavailable(_));
    match error {
        RingError::Crypt(error) => error,
        RingError::Locked { ref failures, .. }
            if failures.iter().any(|(_, cause)| unavailable(cause)) =>
        {
            CryptError::Unavailable(error.to_string())
        }
        other => CryptError::Other(other.to_string()),
    }
}
