//! Requests and answers: JSON for Secrets Manager and Parameter Store, forms and XML for STS.

use std::time::{Duration, SystemTime};

pub(super) const REQUEST_ID: &str = "01234567-89ab-cdef-0123-456789abcdef";

/// A request, and what came of it.
#[derive(Clone, Debug)]
pub struct Call {
    /// What was asked for, like `GetSecretValue`.
    pub operation: String,
    /// When it came, since the start.
    pub at: Duration,
    /// The HTTP status of the answer.
    pub status: u16,
    /// The code of the error, if it was refused.
    pub error: Option<String>,
    /// The access key of the request, if it had one.
    pub access_key_id: Option<String>,
    /// The secrets or parameters that it was about, as they were named.
    pub names: Vec<String>,
}

/// Why a request is not granted.
#[derive(Clone, Debug)]
pub(super) struct Refusal {
    pub status: u16,
    pub code: String,
    pub message: String,
}

impl Refusal {
    pub fn new(status: u16, code: &str, message: impl Into<String>) -> Refusal {
        Refusal { status, code: code.to_owned(), message: message.into() }
    }

    pub fn bad(code: &str, message: impl Into<String>) -> Refusal {
        Refusal::new(400, code, message)
    }

    /// A violated constraint, in the words that AWS generates.
    pub fn constraint(code: &str, value: &str, field: &str, constraint: &str) -> Refusal {
        let message = format!(
            "1 validation error detected: Value '{value}' at '{field}' failed to satisfy constraint: Member must {constraint}"
        );
        Refusal::bad(code, message)
    }
}

/// The answer of an operation of STS.
pub(super) fn result(operation: &str, inner: &str) -> String {
    format!(
        "<{operation}Response xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><{operation}Result>{inner}\
         </{operation}Result><ResponseMetadata><RequestId>{REQUEST_ID}</RequestId></ResponseMetadata></{operation}Response>"
    )
}

/// A text within XML.
pub(super) fn xml(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Seconds since 1970, as JSON services write times.
pub(super) fn epoch(time: SystemTime) -> f64 {
    time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs_f64()
}
