//! Why an environment was not opened.

use esc_core::path::PropertyPathError;
use esc_core::source::{SourceError, SourceErrorKind};

use crate::findings::Findings;
use crate::lookup::LookupError;
use crate::typed::Mismatches;

/// Why an environment was not opened, or not read.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// It cannot be loaded.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// It has errors. Their places are in the findings.
    #[error("the environment has errors:\n{0}")]
    Environment(Box<Findings>),
    /// A property path is malformed.
    #[error("`{path}` is not a property path: {cause}")]
    Path {
        /// The text.
        path: String,
        /// What is wrong with it.
        cause: PropertyPathError,
    },
    /// A value is not there or not what was wanted.
    #[error(transparent)]
    Lookup(Box<LookupError>),
    /// A type and an environment do not fit together.
    #[error(transparent)]
    Mismatch(Box<Mismatches>),
    /// The program's own check of the values says no.
    #[error("the values were refused: {0}")]
    Refused(String),
    /// A blocking client was called inside asynchronous code.
    #[cfg(feature = "blocking")]
    #[error(transparent)]
    InsideRuntime(#[from] crate::blocking::InsideRuntime),
    /// The server of a remote client does not answer as it should.
    #[cfg(feature = "remote")]
    #[error(transparent)]
    Api(std::sync::Arc<crate::remote::ApiError>),
}

impl Error {
    /// Whether the reason is that something cannot be reached now: the same may succeed later without anybody changing
    /// anything. Of several reasons all must be of that kind; what may follow from an import that cannot be loaded does
    /// not count.
    pub fn is_unavailable(&self) -> bool {
        match self {
            Error::Source(error) => error.kind == SourceErrorKind::Unavailable,
            Error::Environment(findings) => findings.is_unavailable(),
            #[cfg(feature = "remote")]
            Error::Api(error) => error.is_temporary(),
            _ => false,
        }
    }
}
