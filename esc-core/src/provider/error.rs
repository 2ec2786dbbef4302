//! What can go wrong with a provider.

use std::fmt;
use std::time::Duration;

/// What kind of failure a provider met. The list is closed: callers decide by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// What was asked for does not exist.
    NotFound,
    /// The credentials are good, but not for this.
    Denied,
    /// The credentials are missing, malformed or expired.
    Unauthenticated,
    /// Too many requests; see [`ProviderError::retry_after`].
    Throttled,
    /// The backend cannot be reached, timed out or failed.
    Unavailable,
    /// The request makes no sense to the backend.
    Invalid,
    /// Somebody else changed the same thing.
    Conflict,
    /// A defect of the provider.
    Internal,
}

impl ErrorKind {
    /// All of them.
    pub const ALL: [ErrorKind; 8] = [
        ErrorKind::NotFound,
        ErrorKind::Denied,
        ErrorKind::Unauthenticated,
        ErrorKind::Throttled,
        ErrorKind::Unavailable,
        ErrorKind::Invalid,
        ErrorKind::Conflict,
        ErrorKind::Internal,
    ];

    /// Whether the same request may succeed later without anybody changing anything.
    pub fn is_temporary(self) -> bool {
        matches!(self, ErrorKind::Throttled | ErrorKind::Unavailable)
    }

    /// The kind in words, as messages and metrics write it: `not found`, `denied`, …
    pub fn as_str(self) -> &'static str {
        match self {
            ErrorKind::NotFound => "not found",
            ErrorKind::Denied => "denied",
            ErrorKind::Unauthenticated => "unauthenticated",
            ErrorKind::Throttled => "throttled",
            ErrorKind::Unavailable => "unavailable",
            ErrorKind::Invalid => "invalid",
            ErrorKind::Conflict => "conflict",
            ErrorKind::Internal => "internal error",
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A failure of a provider or rotator.
///
/// `Display` is the message alone: it is shown at the call in the document, so it says what was asked of whom and what
/// came of it. What to do about it is [`advice`](Self::advice), which is shown as help. Neither contains secret text.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{message}")]
pub struct ProviderError {
    /// What kind of failure.
    pub kind: ErrorKind,
    /// What failed.
    pub message: String,
    /// What to do about it.
    pub advice: Option<String>,
    /// When to try again, if the backend said so.
    pub retry_after: Option<Duration>,
    /// What failed of a call that asks for several things, all of it, in the order of the call's inputs. Empty if the
    /// call failed as a whole. The [message](Self::message) may name only the first few.
    pub entries: Vec<EntryError>,
}

/// The failure of one of the several things that a call asks for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct EntryError {
    /// What was asked for, and which input asks for it: ``get.db: the secret `prod/db` ``.
    pub entry: String,
    /// What kind of failure.
    pub kind: ErrorKind,
    /// Why it failed.
    pub cause: String,
    /// What to do about it.
    pub advice: Option<String>,
}

impl fmt::Display for EntryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.entry, self.kind)?;
        if self.cause.is_empty() { Ok(()) } else { write!(f, ": {}", self.cause) }
    }
}

impl ProviderError {
    /// A failure of this kind.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> ProviderError {
        ProviderError {
            kind,
            message: message.into(),
            advice: None,
            retry_after: None,
            entries: vec![],
        }
    }

    /// The same, with what to do about it.
    pub fn with_advice(mut self, advice: impl Into<String>) -> ProviderError {
        self.advice = Some(advice.into());
        self
    }

    /// The same, with the time to wait before trying again.
    pub fn with_retry_after(mut self, wait: Duration) -> ProviderError {
        self.retry_after = Some(wait);
        self
    }
}
