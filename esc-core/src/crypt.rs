//! How secrets are encrypted: the traits a host implements.
//!
//! An environment's secrets are encrypted one by one under a key of that environment. The language knows nothing about
//! ciphers; it hands bytes to an [`Encrypter`] or [`Decrypter`] and puts the result into an
//! [envelope](crate::envelope).

use async_trait::async_trait;

use crate::secret::Secret;

/// Why something could not be encrypted or decrypted.
///
/// The text is what a diagnostic shows after `decrypting: `; it must not contain key material or plaintext.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CryptError {
    /// It was encrypted under a key that is not at hand.
    #[error("encrypted under a key that is not available here")]
    WrongKey,
    /// It was changed, or never was a ciphertext.
    #[error("the ciphertext is not authentic")]
    NotAuthentic,
    /// It was encrypted for another environment and copied here.
    #[error("the ciphertext belongs to another environment")]
    OtherEnvironment,
    /// The service that does it cannot be reached now; trying again may help.
    #[error("encryption is not available: {0}")]
    Unavailable(String),
    /// Anything else.
    #[error("{0}")]
    Other(String),
}

/// Decrypts secrets of one environment.
///
/// A decrypter for tests, which only rotates bytes and protects nothing:
///
/// ```
/// use async_trait::async_trait;
/// use esc_core::crypt::{CryptError, Decrypter};
/// use esc_core::secret::Secret;
///
/// struct TestOnlyRotation;
///
/// #[async_trait]
/// impl Decrypter for TestOnlyRotation {
///     async fn decrypt(&self, ciphertext: &[u8]) -> Result<Secret<Vec<u8>>, CryptError> {
///         Ok(Secret::new(ciphertext.iter().map(|b| b.wrapping_sub(128)).collect()))
///     }
/// }
/// ```
#[async_trait]
pub trait Decrypter: Send + Sync {
    /// Decrypts one ciphertext (without its envelope).
    async fn decrypt(&self, ciphertext: &[u8]) -> Result<Secret<Vec<u8>>, CryptError>;

    /// Decrypts many, with one result each, in order. By default one after the other; a remote service will want to
    /// send one request.
    async fn decrypt_many(
        &self,
        ciphertexts: Vec<Vec<u8>>,
    ) -> Vec<Result<Secret<Vec<u8>>, CryptError>> {
        let mut results = Vec::with_capacity(ciphertexts.len());
        for ciphertext in &ciphertexts {
            results.push(self.decrypt(ciphertext).await);
        }
        results
    }
}

/// Encrypts secrets of one environment.
///
/// An encrypter for tests, which only rotates bytes and protects nothing:
///
/// ```
/// use async_trait::async_trait;
/// use esc_core::crypt::{CryptError, Encrypter};
/// use esc_core::secret::Secret;
///
/// struct TestOnlyRotation;
///
/// #[async_trait]
/// impl Encrypter for TestOnlyRotation {
///     async fn encrypt(&self, plaintext: &Secret<Vec<u8>>) -> Result<Vec<u8>, CryptError> {
///         Ok(plaintext.expose().iter().map(|b| b.wrapping_add(128)).collect())
///     }
/// }
/// ```
#[async_trait]
pub trait Encrypter: Send + Sync {
    /// Encrypts one plaintext. The result is put into an envelope by the caller.
    async fn encrypt(&self, plaintext: &Secret<Vec<u8>>) -> Result<Vec<u8>, CryptError>;

    /// Encrypts many, with one result each, in order. By default one after the other.
    async fn encrypt_many(
        &self,
        plaintexts: Vec<Secret<Vec<u8>>>,
    ) -> Vec<Result<Vec<u8>, CryptError>> {
        let mut results = Vec::with_capacity(plaintexts.len());
        for plaintext in &plaintexts {
            results.push(self.encrypt(plaintext).await);
        }
        results
    }
}
