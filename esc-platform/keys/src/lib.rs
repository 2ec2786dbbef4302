//! Keys that encrypt the secrets of environments, and rings of keys that people and machines share.
//!
//! From the bottom up:
//!
//! * [`Key`]: 32 random bytes, from text or a file.
//! * [`KeyCrypter`]: encrypts and decrypts the secrets of *one* environment under a key. The environment's identity is
//!   bound into every ciphertext: copied to another environment it does not decrypt. [`cipher`] has the format.
//! * [`recipient`]: who may use a key. A [`Recipient`] wraps it, an [`Unwrapper`] gets it back: a key file, a passphrase
//!   (feature `passphrase`), a key of age or SSH (feature `age`), or an implementation of yours.
//! * [`ring`]: a [`RingFile`] is a small text file that lies beside the environments, in version control. It holds named
//!   keys, each wrapped for its recipients. A [`KeyRing`] is that file together with what can unwrap it.
//! * [`Keys`]: one key or a ring, for those to whom it makes no difference.
//!
//! ```
//! # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
//! use esc_core::crypt::{CryptError, Decrypter, Encrypter};
//! use esc_core::secret::Secret;
//! use esc_keys::{Key, KeyCrypter};
//!
//! let key = Key::generate()?;
//! let shop = KeyCrypter::new(&key, "shop/production")?;
//! let ciphertext = shop.encrypt(&Secret::new(b"hunter2".to_vec())).await?;
//! assert_eq!(shop.decrypt(&ciphertext).await?.expose(), b"hunter2");
//!
//! let other = KeyCrypter::new(&key, "shop/staging")?;
//! assert_eq!(other.decrypt(&ciphertext).await, Err(CryptError::OtherEnvironment));
//! # Ok::<(), Box<dyn std::error::Error>>(()) }).unwrap();
//! ```
//!
//! | feature | what it adds |
//! |---|---|
//! | `ring` (default) | key rings and their recipients |
//! | `passphrase` | recipients with a passphrase (Argon2id) |
//! | `age` | recipients with a key of age or SSH |
//!
//! All cryptography but Argon2id and that of age comes from `aws-lc-rs`. The crate reads no file but the key file it is given.
//! Randomness and the time of day are passed in.

#[cfg(feature = "age")]
pub mod age;
pub mod cipher;
mod key;
#[cfg(feature = "ring")]
mod keys;
#[cfg(feature = "passphrase")]
pub mod passphrase;
mod random;
#[cfg(feature = "ring")]
pub mod recipient;
#[cfg(feature = "ring")]
pub mod ring;
#[cfg(feature = "ring")]
mod seal;

pub use cipher::KeyCrypter;
pub use key::{Key, KeyError, KeyId};
#[cfg(feature = "ring")]
pub use keys::{Crypter, Keys};
pub use random::{Randomness, SystemRandomness};
#[cfg(feature = "ring")]
pub use recipient::{KeyFile, Recipient, RecipientError, Unwrapper};
#[cfg(feature = "ring")]
pub use ring::{KeyRing, RingError, RingFile};
