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
use esc_provider_kit::transport::{Transport, classify};

mod code;
mod denial;
mod reason;

pub(crate) use code::no_parameter;
pub(crate) use reason::{Reason, Service};

use reason::TRY_AGAIN;

impl Reason {
    /// Why the SDK failed, which sent the request to that endpoint if it got so far.
    pub(crate) fn of<E>(
        service: Service,
        error: &SdkError<E, HttpResponse>,
        tried: Option<&str>,
    ) -> Reason
    where
        E: ProvideErrorMetadata + Error + 'static,
    {
        match error {
            SdkError::ServiceError(answer) => {
                let (inner, raw) = (answer.err(), answer.raw());
                let message = inner.message().unwrap_or_default();
                let mut reason =
                    Reason::of_code(service, inner.code(), message, Some(raw.status().as_u16()));
                reason.answered = true;
                if reason.kind == ErrorKind::Throttled {
                    reason.retry_after = Some(wait(raw).unwrap_or(Duration::from_secs(1)));
                }
                reason
            }
            SdkError::TimeoutError(_) => unreachable(service, tried, &Transport::TimedOut),
            SdkError::DispatchFailure(failure) => {
                let cause = match failure.as_connector_error() {
                    Some(error) => classify(error),
                    None => Transport::Unknown,
                };
                unreachable(service, tried, &cause)
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
}

fn unreachable(service: Service, tried: Option<&str>, cause: &Transport) -> Reason {
    let at = tried.map(|endpoint| format!(" at {endpoint}")).unwrap_or_default();
    let cause_of_all = match cause {
        Transport::TimedOut => format!("{}{at} did not respond in time", service.name()),
        cause => format!("{}{at} cannot be reached: {cause}", service.name()),
    };
    let advice = match cause {
        Transport::NameNotResolved => {
            "check the network, and that `region` is the name of a region of AWS".to_owned()
        }
        cause => format!("{}; check `region`, and the endpoint if you set one", cause.advice()),
    };
    Reason::new(ErrorKind::Unavailable, cause_of_all).with_advice(advice)
}

/// How long AWS asks to wait: `x-amz-retry-after` in milliseconds, or `Retry-After` in seconds.
fn wait(answer: &HttpResponse) -> Option<Duration> {
    let number = |name| answer.headers().get(name)?.trim().parse::<u64>().ok();
    number("x-amz-retry-after")
        .map(Duration::from_millis)
        .or_else(|| number("retry-after").map(Duration::from_secs))
}
