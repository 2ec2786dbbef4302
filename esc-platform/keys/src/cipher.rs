//! Encrypts and decrypts the secrets of one environment.
//!
//! # Format of a ciphertext
//!
//! | bytes | what |
//! |---|---|
//! | 1 | version, `1` |
//! | 8 | id of the key: start of SHA-256 over `esc key id` and the key |
//! | 8 | owner: start of HMAC-SHA-256 over the environment's identity, under a key derived for that |
//! | 12 | nonce |
//! | rest | AES-256-GCM-SIV ciphertext and its tag of 16 bytes, under a key derived for that |
//!
//! Derivation is HKDF-SHA-256. Authenticated with the ciphertext: `esc`, everything before the nonce, and the identity
//! after its length (64 bits, big-endian). The owner distinguishes a ciphertext that was moved from one that was changed.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac;
use esc_core::crypt::{CryptError, Decrypter, Encrypter};
use esc_core::secret::Secret;
use smol_str::SmolStr;
use zeroize::Zeroizing;

use crate::key::{Key, KeyId};
use crate::random::{Randomness, SystemRandomness};

const VERSION: u8 = 1;
const OWNER: usize = 8;
/// Version, key id and owner.
const HEAD: usize = 1 + KeyId::LEN + OWNER;
const TAG: usize = 16;

/// Encrypts and decrypts the secrets of one environment under a [`Key`].
#[derive(Clone)]
pub struct KeyCrypter {
    identity: SmolStr,
    id: KeyId,
    owner: Arc<hmac::Key>,
    cipher: Arc<LessSafeKey>,
    randomness: Arc<dyn Randomness>,
}

/// The id of the key that a ciphertext is under, if it is a ciphertext of a version that is known.
pub fn key_id(ciphertext: &[u8]) -> Option<KeyId> {
    let (version, rest) = ciphertext.split_first()?;
    if *version != VERSION || ciphertext.len() < HEAD + NONCE_LEN + TAG {
        return None;
    }
    rest.first_chunk().copied().map(KeyId::from_bytes)
}

impl KeyCrypter {
    /// For the environment of this identity, such as `project/name`.
    pub fn new(key: &Key, identity: impl Into<SmolStr>) -> Result<KeyCrypter, CryptError> {
        KeyCrypter::with_randomness(key, identity, Arc::new(SystemRandomness::default()))
    }

    /// The same, with nonces from `randomness`.
    pub fn with_randomness(
        key: &Key,
        identity: impl Into<SmolStr>,
        randomness: Arc<dyn Randomness>,
    ) -> Result<KeyCrypter, CryptError> {
        let cipher = UnboundKey::new(&AES_256_GCM_SIV, key.derive("esc encrypt 1")?.as_slice())
            .map_err(|_| CryptError::Other("the cipher refused the key".into()))?;
        Ok(KeyCrypter {
            identity: identity.into(),
            id: key.id(),
            owner: Arc::new(hmac::Key::new(
                hmac::HMAC_SHA256,
                key.derive("esc owner 1")?.as_slice(),
            )),
            cipher: Arc::new(LessSafeKey::new(cipher)),
            randomness,
        })
    }

    /// What every ciphertext of this environment under this key starts with.
    fn head(&self) -> [u8; HEAD] {
        let owner = hmac::sign(&self.owner, self.identity.as_bytes());
        let bytes =
            [VERSION].into_iter().chain(*self.id.as_bytes()).chain(owner.as_ref().iter().copied());
        let mut head = [0; HEAD];
        head.iter_mut().zip(bytes).for_each(|(to, from)| *to = from);
        head
    }

    fn associated(&self, head: &[u8]) -> Aad<Vec<u8>> {
        let mut data = Vec::with_capacity(3 + HEAD + 8 + self.identity.len());
        data.extend_from_slice(b"esc");
        data.extend_from_slice(head);
        data.extend_from_slice(&(self.identity.len() as u64).to_be_bytes());
        data.extend_from_slice(self.identity.as_bytes());
        Aad::from(data)
    }

    fn seal(&self, plaintext: &[u8]) -> Result<Vec<u8>, CryptError> {
        let head = self.head();
        let mut nonce = [0; NONCE_LEN];
        self.randomness.fill(&mut nonce)?;
        let mut out = Vec::with_capacity(HEAD + NONCE_LEN + plaintext.len() + TAG);
        out.extend_from_slice(&head);
        out.extend_from_slice(&nonce);
        out.extend_from_slice(plaintext);
        let sealed = out.get_mut(HEAD + NONCE_LEN..).unwrap_or_default();
        let tag = self
            .cipher
            .seal_in_place_separate_tag(
                Nonce::assume_unique_for_key(nonce),
                self.associated(&head),
                sealed,
            )
            .map_err(|_| CryptError::Other("the cipher failed".into()))?;
        out.extend_from_slice(tag.as_ref());
        Ok(out)
    }

    fn unseal(&self, ciphertext: &[u8]) -> Result<Secret<Vec<u8>>, CryptError> {
        let (head, rest) =
            ciphertext.split_first_chunk::<HEAD>().ok_or(CryptError::NotAuthentic)?;
        let (nonce, sealed) =
            rest.split_first_chunk::<NONCE_LEN>().ok_or(CryptError::NotAuthentic)?;
        let (version, ours) = (head.first(), self.head());
        if version != Some(&VERSION) || sealed.len() < TAG {
            return Err(CryptError::NotAuthentic);
        }
        if head.get(1..1 + KeyId::LEN) != ours.get(1..1 + KeyId::LEN) {
            return Err(CryptError::WrongKey);
        }
        let owner = |head: &[u8; HEAD]| head.last_chunk::<OWNER>().copied().unwrap_or_default();
        if verify_slices_are_equal(&owner(head), &owner(&ours)).is_err() {
            return Err(CryptError::OtherEnvironment);
        }
        let mut buffer = Zeroizing::new(sealed.to_vec());
        let length = self
            .cipher
            .open_in_place(
                Nonce::assume_unique_for_key(*nonce),
                self.associated(head),
                buffer.as_mut_slice(),
            )
            .map_err(|_| CryptError::NotAuthentic)?
            .len();
        buffer.truncate(length);
        Ok(Secret::new(std::mem::take(&mut *buffer)))
    }
}

#[async_trait]
impl Encrypter for KeyCrypter {
    async fn encrypt(&self, plaintext: &Secret<Vec<u8>>) -> Result<Vec<u8>, CryptError> {
        self.seal(plaintext.expose())
    }
}

#[async_trait]
impl Decrypter for KeyCrypter {
    async fn decrypt(&self, ciphertext: &[u8]) -> Result<Secret<Vec<u8>>, CryptError> {
        self.unseal(ciphertext)
    }
}

impl fmt::Debug for KeyCrypter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyCrypter").field("identity", &self.identity).finish_non_exhaustive()
    }
}
