//! What AWS answers, in kinds and plain words.
//!
//! AWS tells the same kind of failure by many codes, and its messages may quote what was sent: the text that was signed,
//! or a parameter. So a code decides what is said, and of a message only a few things are taken that are known to be
//! harmless: which action was refused to whom.

use std::error::Error;
use std::time::Duration;

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use esc_core::provider::ErrorKind;
use esc_provider_kit::Failure;

mod code;
mod denial;

pub(crate) use code::no_parameter;

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
}

impl Reason {
    pub(crate) fn new(kind: ErrorKind, cause: impl Into<String>) -> Reason {
        Reason { kind, cause: cause.into(), advice: None, retry_after: None }
    }

    pub(crate) fn with_advice(mut self, advice: impl Into<String>) -> Reason {
        self.advice = Some(advice.into());
        self
    }

    /// Why the SDK failed.
    pub(crate) fn of<E>(service: Service, error: &SdkError<E, HttpResponse>) -> Reason
    where
        E: ProvideErrorMetadata + Error + 'static,
    {
        match error {
            SdkError::ServiceError(answer) => {
                let (inner, raw) = (answer.err(), answer.raw());
                let message = inner.message().unwrap_or_default();
                let mut reason =
                    Reason::of_code(service, inner.code(), message, Some(raw.status().as_u16()));
                if reason.kind == ErrorKind::Throttled {
                    reason.retry_after = Some(wait(raw).unwrap_or(Duration::from_secs(1)));
                }
                reason
            }
            SdkError::TimeoutError(_) => timed_out(service),
            SdkError::DispatchFailure(failure) if failure.is_timeout() => timed_out(service),
            SdkError::DispatchFailure(failure) => {
                let source =
                    failure.as_connector_error().map(|error| error as &(dyn Error + 'static));
                unreachable(service, source)
            }
            SdkError::ResponseError(answer) => {
                let status = answer.raw().status();
                if status.is_success() {
                    let cause =
                        format!("{} broke off its answer, or it makes no sense", service.name());
                    return Reason::new(ErrorKind::Unavailable, cause).with_advice(TRY_AGAIN);
                }
                Reason::of_code(service, None, "", Some(status.as_u16()))
            }
            SdkError::ConstructionFailure(_) => {
                Reason::new(ErrorKind::Invalid, "no request can be made of this")
                    .with_advice("check the region and the login")
            }
            _ => Reason::new(ErrorKind::Internal, "the SDK failed in an unknown way"),
        }
    }

    /// Why AWS refused, by the code of its error.
    pub(crate) fn of_code(
        service: Service,
        code: Option<&str>,
        message: &str,
        status: Option<u16>,
    ) -> Reason {
        code.and_then(|code| code::known(service, code, message))
            .unwrap_or_else(|| code::unknown(service, code, status))
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

const TRY_AGAIN: &str = "try again; if it goes on, look at https://health.aws.amazon.com";

fn timed_out(service: Service) -> Reason {
    let cause = format!("{} did not answer in time", service.name());
    Reason::new(ErrorKind::Unavailable, cause)
        .with_advice("check that the region is right and its endpoint can be reached from here")
}

fn unreachable(service: Service, error: Option<&(dyn Error + 'static)>) -> Reason {
    let mut cause = format!("{} cannot be reached", service.name());
    // Of the system's words only the kind: the rest may quote an address with a password.
    let mut source = error;
    while let Some(error) = source {
        if let Some(io) = error.downcast_ref::<std::io::Error>()
            && io.kind() != std::io::ErrorKind::Other
        {
            cause = format!("{cause}: {}", io.kind());
            break;
        }
        source = error.source();
    }
    Reason::new(ErrorKind::Unavailable, cause)
        .with_advice("check the network, the name of the region, and the endpoint if you set one")
}

/// How long AWS asks to wait: `x-amz-retry-after` in milliseconds, or `Retry-After` in seconds.
fn wait(answer: &HttpResponse) -> Option<Duration> {
    let number = |name| answer.headers().get(name)?.trim().parse::<u64>().ok();
    number("x-amz-retry-after")
        .map(Duration::from_millis)
        .or_else(|| number("retry-after").map(Duration::from_secs))
}
