//! Why something failed, before it is the failure of a provider.

use std::time::Duration;

use esc_core::provider::ErrorKind;
use esc_provider_kit::Failure;

/// The service that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Service {
    Sts,
    SecretsManager,
    Ssm,
}

impl Service {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Service::Sts => "STS",
            Service::SecretsManager => "Secrets Manager",
            Service::Ssm => "Parameter Store",
        }
    }
}

/// Why a request, or a part of it, failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reason {
    pub(crate) kind: ErrorKind,
    pub(crate) cause: String,
    pub(crate) advice: Option<String>,
    pub(crate) retry_after: Option<Duration>,
    /// Whether it is what the service answered.
    pub(crate) answered: bool,
}

pub(super) const TRY_AGAIN: &str =
    "try again; if it goes on, look at https://health.aws.amazon.com";

impl Reason {
    pub(crate) fn new(kind: ErrorKind, cause: impl Into<String>) -> Reason {
        Reason { kind, cause: cause.into(), advice: None, retry_after: None, answered: false }
    }

    pub(crate) fn with_advice(mut self, advice: impl Into<String>) -> Reason {
        self.advice = Some(advice.into());
        self
    }

    /// The failure of a provider.
    pub(crate) fn failure(
        &self,
        provider: &'static str,
        reference: impl std::fmt::Display,
        place: &str,
    ) -> Failure {
        let failure = Failure::new(provider, self.kind)
            .reference(reference)
            .place(place)
            .cause(&self.cause)
            .retry_after(self.retry_after);
        match &self.advice {
            Some(advice) => failure.advice(advice),
            None => failure,
        }
    }
}
