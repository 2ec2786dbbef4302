//! The keys that tokens are signed with.
//!
//! A [`KeySet`] has one [`SigningKey`] that signs and any number of [`PublicKey`]s that are only published: those that
//! signed before, whose tokens are still about, and those that are about to sign, so that backends that cache the set
//! know them in time.

use serde_json::{Value as Json, json};

mod kind;
mod pem;
mod public;
mod signing;

pub use kind::{Algorithm, KeyError};
pub use public::PublicKey;
pub use signing::SigningKey;

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
