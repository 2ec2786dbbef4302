//! What can go wrong with a call.

use std::fmt;
use std::time::Duration;

use esc_core::diagnostic::Diagnostic;

use super::etag::ETag;

/// Why a call failed, by what one can do about it.
///
/// `operation` says what was tried (``open `acme/shop/dev` ``), `message` is what the server or the network said:
/// bounded, without the access token, and without the secrets of a definition that was sent.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum ApiError {
    /// The access token is missing, wrong or expired, or could not be had. Log in again.
    Unauthenticated {
        /// What was tried.
        operation: String,
        /// What the server said.
        message: String,
    },
    /// The caller may not do that.
    Denied {
        /// What was tried.
        operation: String,
        /// What the server said.
        message: String,
    },
    /// It does not exist, or the caller may not know of it.
    NotFound {
        /// What was tried.
        operation: String,
        /// What the server said.
        message: String,
    },
    /// It exists already, is protected, or somebody else changed it since it was read. Read it again.
    Conflict {
        /// What was tried.
        operation: String,
        /// What the server said.
        message: String,
        /// What is there now, if the server told.
        current: Option<ETag>,
    },
    /// The request is wrong: a name, a parameter or the definition.
    Invalid {
        /// What was tried.
        operation: String,
        /// What the server said.
        message: String,
        /// What is wrong with the definition.
        diagnostics: Vec<Diagnostic>,
    },
    /// There were too many requests.
    Throttled {
        /// What was tried.
        operation: String,
        /// What the server said.
        message: String,
        /// When to try again, if the server told.
        retry_after: Option<Duration>,
    },
    /// The server cannot be reached, did not answer in time or failed. Whether the request took effect is not known.
    Unavailable {
        /// What was tried.
        operation: String,
        /// What happened.
        message: String,
        /// When to try again, if the server told.
        retry_after: Option<Duration>,
        /// What the server calls the request, for its operators.
        request_id: Option<String>,
    },
    /// The answer is not what the API promises: likely something else answers at that address.
    Protocol {
        /// What was tried.
        operation: String,
        /// What is wrong with the answer.
        message: String,
    },
}

impl ApiError {
    /// What was tried.
    pub fn operation(&self) -> &str {
        match self {
            ApiError::Unauthenticated { operation, .. }
            | ApiError::Denied { operation, .. }
            | ApiError::NotFound { operation, .. }
            | ApiError::Conflict { operation, .. }
            | ApiError::Invalid { operation, .. }
            | ApiError::Throttled { operation, .. }
            | ApiError::Unavailable { operation, .. }
            | ApiError::Protocol { operation, .. } => operation,
        }
    }

    /// What the server or the network said.
    pub fn message(&self) -> &str {
        match self {
            ApiError::Unauthenticated { message, .. }
            | ApiError::Denied { message, .. }
            | ApiError::NotFound { message, .. }
            | ApiError::Conflict { message, .. }
            | ApiError::Invalid { message, .. }
            | ApiError::Throttled { message, .. }
            | ApiError::Unavailable { message, .. }
            | ApiError::Protocol { message, .. } => message,
        }
    }

    /// When to try again, if the server told.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            ApiError::Throttled { retry_after, .. } | ApiError::Unavailable { retry_after, .. } => {
                *retry_after
            }
            _ => None,
        }
    }

    /// Whether the same request may succeed later without anybody changing anything.
    pub fn is_temporary(&self) -> bool {
        matches!(self, ApiError::Throttled { .. } | ApiError::Unavailable { .. })
    }

    /// What is wrong with the definition, if that is what is wrong.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        match self {
            ApiError::Invalid { diagnostics, .. } => diagnostics,
            _ => &[],
        }
    }

    /// What to do about it.
    pub fn advice(&self) -> &'static str {
        match self {
            ApiError::Unauthenticated { .. } => "log in again, or check the access token",
            ApiError::Denied { .. } => "ask for the permission, or use another account",
            ApiError::NotFound { .. } => "check the name, the organization and the version",
            ApiError::Conflict { .. } => "read it again and repeat the change",
            ApiError::Invalid { .. } => "correct the request",
            ApiError::Throttled { .. } => "wait, and ask for less at a time",
            ApiError::Unavailable { .. } => "try again later; check the address and the network",
            ApiError::Protocol { .. } => "check that the address is that of the API",
        }
    }

    fn kind(&self) -> &'static str {
        match self {
            ApiError::Unauthenticated { .. } => "unauthenticated",
            ApiError::Denied { .. } => "denied",
            ApiError::NotFound { .. } => "not found",
            ApiError::Conflict { .. } => "conflict",
            ApiError::Invalid { .. } => "invalid",
            ApiError::Throttled { .. } => "throttled",
            ApiError::Unavailable { .. } => "unavailable",
            ApiError::Protocol { .. } => "unexpected answer",
        }
    }
}

/// One line, and one more for each diagnostic.
impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot {}: {}", self.operation(), self.kind())?;
        if !self.message().is_empty() {
            write!(f, ": {}", self.message())?;
        }
        if let ApiError::Unavailable { request_id: Some(id), .. } = self {
            write!(f, " (request {id})")?;
        }
        for diagnostic in self.diagnostics() {
            f.write_str("\n")?;
            if let Some(at) = &diagnostic.subject {
                write!(f, "{}:{}: ", at.environment, at.range)?;
            }
            f.write_str(&diagnostic.summary)?;
        }
        Ok(())
    }
}

impl std::error::Error for ApiError {}

/// A request that cannot be made.
pub(super) fn invalid(operation: impl Into<String>, message: impl Into<String>) -> ApiError {
    ApiError::Invalid {
        operation: operation.into(),
        message: message.into(),
        diagnostics: Vec::new(),
    }
}

/// An answer that makes no sense.
pub(super) fn protocol(operation: &str, message: impl Into<String>) -> ApiError {
    ApiError::Protocol { operation: operation.to_owned(), message: message.into() }
}
