//! Failures, all told alike: of a whole call, and of several of the things that it asks for ([`Failures`]).

use std::fmt;
use std::time::Duration;

use esc_core::provider::{ErrorKind, ProviderError};
use smol_str::SmolStr;

mod joint;

pub use joint::{Failures, PRECEDENCE};

/// A failure in the making: which provider, what was asked for, where, of what kind, why, and what to do.
///
/// ```
/// use esc_core::provider::{ErrorKind, ProviderError};
/// use esc_provider_kit::Failure;
///
/// let error: ProviderError = Failure::new("aws-secrets", ErrorKind::NotFound)
///     .reference("the secret `prod/db`")
///     .place("eu-west-1")
///     .cause("Secrets Manager can't find the specified secret.")
///     .advice("check `get.db.secretId`, the region and the account of the login")
///     .into();
/// assert_eq!(
///     error.to_string(),
///     "aws-secrets: the secret `prod/db` in eu-west-1: not found: Secrets Manager can't find the specified secret"
/// );
/// ```
///
/// Nothing that goes in may be secret: of a backend's answer only what is known to be harmless.
#[derive(Clone, Debug)]
#[must_use]
pub struct Failure {
    provider: SmolStr,
    kind: ErrorKind,
    reference: Box<str>,
    place: Box<str>,
    cause: Box<str>,
    advice: Option<Box<str>>,
    retry_after: Option<Duration>,
}

impl Failure {
    /// A failure of that provider, by its name in documents.
    pub fn new(provider: impl Into<SmolStr>, kind: ErrorKind) -> Failure {
        Failure {
            provider: provider.into(),
            kind,
            reference: Box::default(),
            place: Box::default(),
            cause: Box::default(),
            advice: None,
            retry_after: None,
        }
    }

    /// What was asked for, as the document names it: ``the secret `prod/db` ``.
    pub fn reference(mut self, reference: impl fmt::Display) -> Failure {
        self.reference = reference.to_string().into();
        self
    }

    /// Where: a region or an address.
    pub fn place(mut self, place: impl fmt::Display) -> Failure {
        self.place = place.to_string().into();
        self
    }

    /// Why, in the backend's words or ours.
    pub fn cause(mut self, cause: impl fmt::Display) -> Failure {
        self.cause = cause.to_string().trim().trim_end_matches('.').into();
        self
    }

    /// What to do about it.
    pub fn advice(mut self, advice: impl fmt::Display) -> Failure {
        self.advice = Some(advice.to_string().into());
        self
    }

    /// When to try again, if the backend said so.
    pub fn retry_after(mut self, wait: Option<Duration>) -> Failure {
        self.retry_after = wait;
        self
    }
}

impl From<Failure> for ProviderError {
    fn from(failure: Failure) -> ProviderError {
        let Failure { provider, kind, reference, place, cause, advice, retry_after } = failure;
        let mut message = format!("{provider}: ");
        message.push_str(&reference);
        if !place.is_empty() {
            message.push_str(if reference.is_empty() { "in " } else { " in " });
            message.push_str(&place);
        }
        if !reference.is_empty() || !place.is_empty() {
            message.push_str(": ");
        }
        message.push_str(kind.as_str());
        if !cause.is_empty() {
            message.push_str(": ");
            message.push_str(&cause);
        }
        let advice = advice.map(Into::into);
        ProviderError { kind, message, advice, retry_after, entries: Vec::new() }
    }
}
