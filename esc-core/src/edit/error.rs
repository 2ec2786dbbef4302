//! What can go wrong with an edit.

use crate::crypt::CryptError;
use crate::diagnostic::Diagnostic;
use crate::envelope::EnvelopeError;
use crate::path::PropertyPathError;

/// Why a document was not edited. The text is unchanged whenever one of these is returned.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
#[allow(missing_docs, reason = "`path` is the place in the document, printed")]
pub enum EditError {
    /// The document cannot be read; fix what the diagnostics report first.
    #[error("the document cannot be read{}", first(.0))]
    Unreadable(Vec<Diagnostic>),
    /// The path is not a property path.
    #[error(transparent)]
    Path(#[from] PropertyPathError),
    /// A list was accessed with a name.
    #[error("{path}: key for an array must be an int")]
    KeyInArray { path: String },
    /// The index is greater than the length of the list.
    #[error("{path}: array index out of range")]
    OutOfRange { path: String },
    /// An object was accessed with an index.
    #[error("{path}: key for a map must be a string")]
    IndexInObject { path: String },
    /// Something inside a scalar was accessed.
    #[error("{path}: expected an array or an object")]
    NotCollection { path: String },
    /// The root of a document cannot be deleted.
    #[error("the root of a document cannot be deleted")]
    DeleteRoot,
    /// The value is nested deeper than documents may be.
    #[error("{path}: the value is nested too deeply")]
    TooDeep { path: String },
    /// The number cannot be written in YAML without becoming something else.
    #[error("{path}: the number {number} cannot be written in YAML; write it as a string")]
    Number { path: String, number: String },
    /// The edit would not have given the intended document, so it was not made. This happens with unusual YAML only
    /// (explicit keys, tabs after indicators, comments inside flow collections).
    #[error(
        "{path}: cannot edit this place without damage to the document; rewrite it in plain block style first"
    )]
    Unsafe { path: String },
}

/// Why the secrets of a document were not encrypted or decrypted. The text is unchanged.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
#[allow(missing_docs, reason = "`path` is the place in the document, printed")]
pub enum SecretsError {
    /// The document cannot be read or edited.
    #[error(transparent)]
    Edit(#[from] EditError),
    /// The whole document is one encrypted secret, for which there is no place under `values`.
    #[error("the document as a whole is an encrypted secret; secrets belong under `values`")]
    Root,
    /// An encrypted secret is damaged.
    #[error("{path}: invalid ciphertext: {cause}")]
    Ciphertext { path: String, cause: EnvelopeError },
    /// An encrypted secret could not be decrypted.
    #[error("{path}: decrypting: {cause}")]
    Decrypt { path: String, cause: CryptError },
    /// A secret could not be encrypted.
    #[error("{path}: encrypting: {cause}")]
    Encrypt { path: String, cause: CryptError },
    /// A decrypted secret is not text.
    #[error("{path}: the decrypted secret is not UTF-8 text")]
    NotText { path: String },
    /// The encrypter or decrypter returned another number of results than it was asked for.
    #[error("the crypter returned {got} results for {wanted} secrets")]
    Results { wanted: usize, got: usize },
}

fn first(diagnostics: &[Diagnostic]) -> String {
    diagnostics.first().map(|d| format!(": {}", d.summary)).unwrap_or_default()
}
