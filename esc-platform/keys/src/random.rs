//! Where nonces and keys come from.

use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use esc_core::crypt::CryptError;

/// A source of randomness. Tests pass one of their own.
pub trait Randomness: Send + Sync {
    /// Fills the buffer with bytes that nobody can predict.
    fn fill(&self, buffer: &mut [u8]) -> Result<(), CryptError>;
}

/// The operating system's randomness.
#[derive(Debug, Default)]
pub struct SystemRandomness(SystemRandom);

impl Randomness for SystemRandomness {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), CryptError> {
        self.0.fill(buffer).map_err(|_| CryptError::Other("the system has no randomness".into()))
    }
}
