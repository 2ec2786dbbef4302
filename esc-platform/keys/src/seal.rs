//! Sealing a small secret under a key: how keys protect keys.
//!
//! AES-256-GCM-SIV under a key derived for the purpose; a random nonce stands in front. The context is authenticated,
//! so that what was sealed for one place does not open in another.

use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::hmac;
use esc_core::crypt::CryptError;
use esc_core::secret::Secret;
use zeroize::Zeroizing;

use crate::key::Key;
use crate::random::Randomness;

/// What a sealed thing is for: the purpose chooses the key, the fields are authenticated.
pub(crate) struct Context<'a> {
    pub purpose: &'static str,
    pub fields: &'a [&'a [u8]],
}

impl Context<'_> {
    /// Each field after its length, so that no two lists of fields have the same bytes.
    fn bytes(&self) -> Vec<u8> {
        let mut bytes = self.purpose.as_bytes().to_vec();
        self.fields.iter().for_each(|field| push(&mut bytes, field));
        bytes
    }
}

/// Appends a field after its length (64 bits, big-endian).
pub(crate) fn push(bytes: &mut Vec<u8>, field: &[u8]) {
    bytes.extend_from_slice(&(field.len() as u64).to_be_bytes());
    bytes.extend_from_slice(field);
}

/// Seals `plaintext`.
pub(crate) fn seal(
    key: &Key,
    context: &Context<'_>,
    plaintext: &[u8],
    randomness: &dyn Randomness,
) -> Result<Vec<u8>, CryptError> {
    let mut nonce = [0; NONCE_LEN];
    randomness.fill(&mut nonce)?;
    let mut out = nonce.to_vec();
    out.extend_from_slice(plaintext);
    let body = out.get_mut(NONCE_LEN..).unwrap_or_default();
    let tag = cipher(key, context)?
        .seal_in_place_separate_tag(
            Nonce::assume_unique_for_key(nonce),
            Aad::from(context.bytes()),
            body,
        )
        .map_err(|_| CryptError::Other("the cipher failed".into()))?;
    out.extend_from_slice(tag.as_ref());
    Ok(out)
}

/// Opens what [`seal`] made under the same key and context.
pub(crate) fn open(
    key: &Key,
    context: &Context<'_>,
    sealed: &[u8],
) -> Result<Secret<Vec<u8>>, CryptError> {
    let (nonce, body) = sealed.split_first_chunk::<NONCE_LEN>().ok_or(CryptError::NotAuthentic)?;
    let mut buffer = Zeroizing::new(body.to_vec());
    let length = cipher(key, context)?
        .open_in_place(
            Nonce::assume_unique_for_key(*nonce),
            Aad::from(context.bytes()),
            buffer.as_mut_slice(),
        )
        .map_err(|_| CryptError::NotAuthentic)?
        .len();
    buffer.truncate(length);
    Ok(Secret::new(std::mem::take(&mut *buffer)))
}

/// Opens a key.
pub(crate) fn open_key(key: &Key, context: &Context<'_>, sealed: &[u8]) -> Result<Key, CryptError> {
    Key::from_slice(open(key, context, sealed)?.expose()).ok_or(CryptError::NotAuthentic)
}

/// Authenticates `message` under a key derived for the purpose: HMAC-SHA-256.
pub(crate) fn mac(key: &Key, purpose: &str, message: &[u8]) -> Result<Vec<u8>, CryptError> {
    Ok(hmac::sign(&mac_key(key, purpose)?, message).as_ref().to_vec())
}

/// Whether `tag` is what [`mac`] makes of `message`, in constant time.
pub(crate) fn verify_mac(
    key: &Key,
    purpose: &str,
    message: &[u8],
    tag: &[u8],
) -> Result<(), CryptError> {
    hmac::verify(&mac_key(key, purpose)?, message, tag).map_err(|_| CryptError::NotAuthentic)
}

fn mac_key(key: &Key, purpose: &str) -> Result<hmac::Key, CryptError> {
    Ok(hmac::Key::new(hmac::HMAC_SHA256, key.derive(purpose)?.as_slice()))
}

fn cipher(key: &Key, context: &Context<'_>) -> Result<LessSafeKey, CryptError> {
    let derived = key.derive(context.purpose)?;
    let unbound = UnboundKey::new(&AES_256_GCM_SIV, derived.as_slice())
        .map_err(|_| CryptError::Other("the cipher refused the key".into()))?;
    Ok(LessSafeKey::new(unbound))
}
