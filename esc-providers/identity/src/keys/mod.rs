//! The keys that tokens are signed with.
//!
//! A [`KeySet`] has one [`SigningKey`] that signs and any number of [`PublicKey`]s that are only published: those that
//! signed before, whose tokens are still about, and those that are about to sign, so that backends that cache the set
//! know them in time.

use serde_json::{Value as Json, json};
use smol_str::SmolStr;

mod pem;
mod public;
mod signing;

pub use public::PublicKey;
pub use signing::SigningKey;

/// How tokens are signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// RSA with SHA-256. Every backend knows it.
    Rs256,
    /// ECDSA on the curve P-256 with SHA-256: shorter tokens, faster to sign.
    Es256,
}

impl Algorithm {
    /// Its name in tokens and key sets: `RS256`, `ES256`.
    pub fn as_str(self) -> &'static str {
        match self {
            Algorithm::Rs256 => "RS256",
            Algorithm::Es256 => "ES256",
        }
    }
}

/// A key that cannot be used. It says nothing of the key itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The text is not a private key in PEM.
    #[error("not a private key in PEM (PRIVATE KEY, RSA PRIVATE KEY or EC PRIVATE KEY)")]
    NotPem,
    /// The key is damaged, or of a kind that is not supported.
    #[error("not a usable key: only RSA of 2048 bits and more, and the curve P-256")]
    Unsupported,
    /// A public key is not a JSON Web Key as this crate writes them.
    #[error("not a JSON Web Key for RSA or the curve P-256")]
    NotJwk,
    /// No key could be generated or written.
    #[error("the cryptographic library failed")]
    Library,
}

/// The key that signs, and those that are published beside it.
///
/// Keys are replaced with an overlap. Publish the next key at least a day before it signs, and take the old one away
/// when its last token has expired:
///
/// ```
/// use esc_provider_identity::{Algorithm, KeySet, SigningKey};
///
/// let old = SigningKey::generate(Algorithm::Es256)?;
/// let next = SigningKey::generate(Algorithm::Es256)?;
/// let (old_id, next_id) = (old.id().to_owned(), next.id().to_owned());
///
/// let today = KeySet::new(old).publish(next.public_key());
/// assert_eq!((today.active().id(), today.ids()), (&*old_id, vec![&*old_id, &*next_id]));
///
/// let tomorrow = today.rotate(next);
/// assert_eq!((tomorrow.active().id(), tomorrow.ids()), (&*next_id, vec![&*next_id, &*old_id]));
///
/// let later = tomorrow.retire(&old_id);
/// assert_eq!(later.ids(), [&*next_id]);
/// # Ok::<(), esc_provider_identity::KeyError>(())
/// ```
#[derive(Clone, Debug)]
pub struct KeySet {
    active: SigningKey,
    published: Vec<PublicKey>,
}

impl KeySet {
    /// A set in which that key signs.
    pub fn new(active: SigningKey) -> KeySet {
        KeySet { active, published: Vec::new() }
    }

    /// The same, with one more key that is published but does not sign.
    pub fn publish(mut self, key: PublicKey) -> KeySet {
        if key.id() != self.active.id() && !self.published.iter().any(|k| k.id() == key.id()) {
            self.published.push(key);
        }
        self
    }

    /// The same, but from now on `next` signs. The key that signed so far stays published.
    pub fn rotate(self, next: SigningKey) -> KeySet {
        let old = self.active.public_key();
        let mut keys = KeySet { active: next, published: Vec::new() };
        for key in self.published.into_iter().chain([old]) {
            keys = keys.publish(key);
        }
        keys
    }

    /// The same, without that published key. The key that signs cannot be taken away.
    pub fn retire(mut self, id: &str) -> KeySet {
        self.published.retain(|key| key.id() != id);
        self
    }

    /// The key that signs.
    pub fn active(&self) -> &SigningKey {
        &self.active
    }

    /// The ids of all keys, the one that signs first.
    pub fn ids(&self) -> Vec<&str> {
        std::iter::once(self.active.id()).chain(self.published.iter().map(PublicKey::id)).collect()
    }

    /// The algorithms of the keys, each once.
    pub fn algorithms(&self) -> Vec<Algorithm> {
        let mut all = vec![self.active.algorithm()];
        for key in &self.published {
            if !all.contains(&key.algorithm()) {
                all.push(key.algorithm());
            }
        }
        all
    }

    /// The public keys as a JSON Web Key Set (RFC 7517), the one that signs first.
    pub fn jwks(&self) -> Json {
        let keys = std::iter::once(self.active.public_key()).chain(self.published.iter().cloned());
        json!({ "keys": keys.map(|key| key.to_jwk()).collect::<Vec<_>>() })
    }
}

/// The id of a key: its thumbprint after RFC 7638, so that it is the same wherever the key is loaded.
fn thumbprint(members: &str) -> SmolStr {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, members.as_bytes());
    URL_SAFE_NO_PAD.encode(digest).into()
}
