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
//! The crate [`esc_keys`] has all of it: the format of ciphertexts, and key rings that people share.

mod no_key;

pub use esc_keys::{Key, KeyCrypter, KeyError, Randomness, SystemRandomness};
pub(crate) use no_key::NoKey;
