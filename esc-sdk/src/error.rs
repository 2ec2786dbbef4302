//! Why an environment was not opened: one type for everything that a client does.

use std::sync::Arc;

use esc_core::path::PropertyPathError;
use esc_core::source::{SourceError, SourceErrorKind};

use crate::inspect::{Diagnostics, LookupError};
use crate::typed::Mismatches;

/// Why an environment was not opened, or not read.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// It cannot be loaded.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// It has errors. Their places are in the diagnostics.
    #[error("the environment has errors:\n{0}")]
    Environment(Box<Diagnostics>),
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
    /// The program's own [check of the values](crate::watch::WatchBuilder::validate) rejects them. The reason is the
    /// source of this error.
    #[error("the values were rejected: {0}")]
    Rejected(#[source] Arc<dyn std::error::Error + Send + Sync>),
    /// A blocking client was called inside asynchronous code.
    #[cfg(feature = "blocking")]
    #[error(transparent)]
    InsideRuntime(#[from] InsideRuntime),
    /// The server of a remote client returned an error.
    #[cfg(feature = "remote")]
    #[error(transparent)]
    Api(Arc<crate::remote::ApiError>),
}

impl Error {
    /// Whether the reason is that something cannot be reached now: the same may succeed later without anybody changing
    /// anything. Of several reasons all must be of that kind; what may follow from an import that cannot be loaded does
    /// not count.
    pub fn is_unavailable(&self) -> bool {
        match self {
            Error::Source(error) => error.kind == SourceErrorKind::Unavailable,
            Error::Environment(diagnostics) => diagnostics.is_unavailable(),
            #[cfg(feature = "remote")]
            Error::Api(error) => error.is_temporary(),
            _ => false,
        }
    }
}

#[cfg(feature = "remote")]
impl From<crate::remote::ApiError> for Error {
    fn from(error: crate::remote::ApiError) -> Error {
        Error::Api(Arc::new(error))
    }
}

/// A call that waits was made where asynchronous code runs.
#[cfg(feature = "blocking")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a blocking call inside asynchronous code; use the asynchronous client there")]
pub struct InsideRuntime;
