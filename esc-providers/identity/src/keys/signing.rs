//! Private keys.

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair,
};
use esc_core::secret::Secret;

use super::pem::{self, Der};
use super::{Algorithm, KeyError, PublicKey};

/// A key that signs tokens.
///
/// It is cheap to clone. The private half stays in the memory of the cryptographic library, which wipes it, and is not
/// shown by `Debug`.
#[derive(Clone)]
pub struct SigningKey {
    pair: Arc<Pair>,
    public: PublicKey,
}

enum Pair {
    Rsa(RsaKeyPair),
    P256(EcdsaKeyPair),
}

impl SigningKey {
    /// Makes a key: RSA of 2048 bits, or on the curve P-256.
    ///
    /// An RSA key takes a noticeable part of a second. Keep it, with [`to_pem`](Self::to_pem): backends have to learn
    /// every new key.
    ///
    /// # Errors
    ///
    /// [`KeyError::Library`]: the operating system has no randomness to give.
    pub fn generate(algorithm: Algorithm) -> Result<SigningKey, KeyError> {
        let pair = match algorithm {
            Algorithm::Rs256 => RsaKeyPair::generate(KeySize::Rsa2048).map(Pair::Rsa),
            Algorithm::Es256 => {
                EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).map(Pair::P256)
            }
        };
        SigningKey::new(pair.map_err(|_| KeyError::Library)?)
    }

    /// Reads a key: PKCS #8, or the older forms of RSA (PKCS #1) and of the curve P-256 (SEC 1), without a password.
    ///
    /// # Errors
    ///
    /// [`KeyError::NotPem`] and [`KeyError::Unsupported`].
    pub fn from_pem(text: &Secret<String>) -> Result<SigningKey, KeyError> {
        let curve = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let pair = match pem::read(text.expose())? {
            Der::Pkcs8(der) => RsaKeyPair::from_pkcs8(&der)
                .map(Pair::Rsa)
                .or_else(|_| EcdsaKeyPair::from_pkcs8(curve, &der).map(Pair::P256)),
            Der::Pkcs1(der) => RsaKeyPair::from_der(&der).map(Pair::Rsa),
            Der::Sec1(der) => EcdsaKeyPair::from_private_key_der(curve, &der).map(Pair::P256),
        };
        SigningKey::new(pair.map_err(|_| KeyError::Unsupported)?)
    }

    fn new(pair: Pair) -> Result<SigningKey, KeyError> {
        let public = match &pair {
            Pair::Rsa(pair) => {
                let key = pair.public_key();
                PublicKey::rsa(
                    key.modulus().big_endian_without_leading_zero(),
                    key.exponent().big_endian_without_leading_zero(),
                )
            }
            Pair::P256(pair) => {
                PublicKey::p256_point(pair.public_key().as_ref()).ok_or(KeyError::Unsupported)?
            }
        };
        Ok(SigningKey { pair: Arc::new(pair), public })
    }

    /// The private key in PEM (PKCS #8), to keep it where secrets are kept.
    ///
    /// # Errors
    ///
    /// [`KeyError::Library`]: the cryptographic library does not write it.
    pub fn to_pem(&self) -> Result<Secret<String>, KeyError> {
        let text = match &*self.pair {
            Pair::Rsa(pair) => pair.as_der().map(|der| pem::write("PRIVATE KEY", der.as_ref())),
            Pair::P256(pair) => {
                pair.to_pkcs8v1().map(|der| pem::write("PRIVATE KEY", der.as_ref()))
            }
        };
        text.map(Secret::new).map_err(|_| KeyError::Library)
    }

    /// The public half.
    pub fn public_key(&self) -> PublicKey {
        self.public.clone()
    }

    /// The key's id (`kid`): its thumbprint after RFC 7638.
    pub fn id(&self) -> &str {
        self.public.id()
    }

    /// How it signs.
    pub fn algorithm(&self) -> Algorithm {
        self.public.algorithm()
    }

    /// The signature of a message, as JSON Web Signatures have it.
    pub(crate) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        let random = SystemRandom::new();
        match &*self.pair {
            Pair::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature)
                    .map(|()| signature)
                    .map_err(|_| KeyError::Library)
            }
            Pair::P256(pair) => pair
                .sign(&random, message)
                .map(|signature| signature.as_ref().to_vec())
                .map_err(|_| KeyError::Library),
        }
    }
}

/// Without the private half.
impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey")
            .field("algorithm", &self.algorithm())
            .field("id", &self.id())
            .finish_non_exhaustive()
    }
}
