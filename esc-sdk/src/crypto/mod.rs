//! Encrypting the secrets of environments under a key that the caller holds.
//!
//! [`Key`] is 32 bytes, from text or a file. [`KeyCrypter`] encrypts and decrypts with it for *one* environment, whose
//! identity is bound into every ciphertext: copied to another environment it does not decrypt.
//!
//! ```
//! # futures_executor(async {
//! use esc_core::crypt::{CryptError, Decrypter, Encrypter};
//! use esc_core::secret::Secret;
//! use esc_sdk::crypto::{Key, KeyCrypter};
//!
//! let key = Key::generate()?;
//! let shop = KeyCrypter::new(&key, "shop/production")?;
//! let ciphertext = shop.encrypt(&Secret::new(b"hunter2".to_vec())).await?;
//! assert_eq!(shop.decrypt(&ciphertext).await?.expose(), b"hunter2");
//!
//! let other = KeyCrypter::new(&key, "shop/staging")?;
//! assert_eq!(other.decrypt(&ciphertext).await, Err(CryptError::OtherEnvironment));
//! # Ok::<(), Box<dyn std::error::Error>>(()) }).unwrap();
//! # fn futures_executor<F: std::future::Future>(f: F) -> F::Output {
//! #     tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(f)
//! # }
//! ```
//!
//! # Format
//!
//! | bytes | what |
//! |---|---|
//! | 1 | version, `1` |
//! | 8 | key id: start of SHA-256 over `esc key id` and the key |
//! | 8 | owner: start of HMAC-SHA-256 over the environment's identity, under a key derived for that |
//! | 12 | nonce |
//! | rest | AES-256-GCM-SIV ciphertext and its tag of 16 bytes, under a key derived for that |
//!
//! Derivation is HKDF-SHA-256. Authenticated with the ciphertext: `esc`, everything before the nonce, and the identity
//! after its length (64 bits, big-endian). The owner tells a ciphertext that was moved from one that was changed.

mod cipher;
mod key;
mod no_key;
mod randomness;

pub use cipher::KeyCrypter;
pub use key::{Key, KeyError};
pub(crate) use no_key::NoKey;
pub use randomness::{Randomness, SystemRandomness};
