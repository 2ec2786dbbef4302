//! Encryption of secrets at rest: the traits a host implements.

use async_trait::async_trait;

use crate::secret::Secret;

/// Why a secret could not be encrypted or decrypted.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{message}")]
pub struct CryptError {
    /// What went wrong, without secrets.
    pub message: String,
}

/// Opens what an [`Encrypter`] sealed.
#[async_trait]
pub trait Decrypter: Send + Sync {
    /// Decrypts one ciphertext.
    async fn decrypt(&self, ciphertext: &[u8]) -> Result<Secret<Vec<u8>>, CryptError>;

    /// Decrypts many ciphertexts; results are in the order of the ciphertexts.
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
