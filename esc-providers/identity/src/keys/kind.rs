//! What keys there are, and what can be wrong with one.

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
