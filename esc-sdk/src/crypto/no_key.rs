//! What decrypts where there is no key.

use async_trait::async_trait;
use esc_core::crypt::{CryptError, Decrypter};
use esc_core::secret::Secret;

/// Stands in for the key that nobody gave.
pub(crate) struct NoKey;

#[async_trait]
impl Decrypter for NoKey {
    async fn decrypt(&self, _: &[u8]) -> Result<Secret<Vec<u8>>, CryptError> {
        Err(CryptError::Other("the secret is encrypted, and no key was given".into()))
    }
}
