//! What can go wrong with the secrets in a directory.

use std::io;

use esc_core::edit::SecretsError;
use esc_core::source::SourceError;

use crate::source::name::EnvironmentName;

/// Why secrets in a directory were not encrypted or decrypted.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DirectoryError {
    /// The environment cannot be read.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// There is no key.
    #[error("there is no key to do it with")]
    NoKey,
    /// The document's secrets cannot be changed.
    #[error("environment `{name}`: {cause}")]
    Secrets {
        /// The environment.
        name: EnvironmentName,
        /// What is in the way.
        cause: SecretsError,
    },
    /// The file cannot be written. It is as it was.
    #[error("environment `{name}`: cannot write its file: {cause}")]
    Write {
        /// The environment.
        name: EnvironmentName,
        /// Why not.
        cause: io::Error,
    },
}
