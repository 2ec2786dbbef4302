//! What went wrong with an adapter. Nothing of its answers is shown: they may hold anything.

use std::time::Duration;

use esc_core::provider::ErrorKind;
use esc_provider_kit::Failure;
use esc_provider_kit::transport::{Certificate, Transport, classify};
use reqwest::Response;
use reqwest::header::RETRY_AFTER;

/// The provider's name in documents.
pub const NAME: &str = "external";

/// The longest wait that an adapter may ask for.
const LONGEST_WAIT: Duration = Duration::from_secs(24 * 3600);

/// An answer that is not `200`.
pub(super) fn status(response: &Response) -> Failure {
    let status = response.status();
    let (kind, advice) = match status.as_u16() {
        401 => (
            ErrorKind::Unauthenticated,
            "let the adapter trust the issuer's keys, and take `url` to the letter as the audience",
        ),
        403 => (ErrorKind::Denied, "let the adapter allow what the token's claims say"),
        404 | 410 => (ErrorKind::NotFound, "check `url` and `request`"),
        409 => (ErrorKind::Conflict, "try again"),
        429 => (ErrorKind::Throttled, "try again later"),
        300..=399 => (ErrorKind::Invalid, "redirects are not followed: name the adapter's own URL"),
        408 | 500..=599 => (ErrorKind::Unavailable, "see the adapter's log; try again later"),
        200..=299 => (ErrorKind::Internal, "let the adapter answer 200 with a JSON object"),
        _ => (ErrorKind::Invalid, "check `request`, and see the adapter's log"),
    };
    let wait = if kind.is_temporary() { retry_after(response) } else { None };
    let cause = match status.canonical_reason() {
        Some(reason) => format!("it answered {} {reason}", status.as_u16()),
        None => format!("it answered {}", status.as_u16()),
    };
    Failure::new(NAME, kind).cause(cause).advice(advice).retry_after(wait)
}

/// Seconds. The other form, a date, would need a clock.
fn retry_after(response: &Response) -> Option<Duration> {
    let text = response.headers().get(RETRY_AFTER)?.to_str().ok()?;
    Some(Duration::from_secs(text.trim().parse().ok()?).min(LONGEST_WAIT))
}

/// No answer, or not all of it.
pub(super) fn transport(error: &reqwest::Error) -> Failure {
    let cause = classify(error);
    let text = match &cause {
        Transport::TimedOut => "it did not respond in time".to_owned(),
        cause => format!("it cannot be reached: {cause}"),
    };
    let advice = match &cause {
        Transport::Certificate(Certificate::UnknownIssuer) => {
            "let the adapter have a certificate for its name, and trust its authority in the settings"
        }
        Transport::TimedOut => "see whether the adapter runs; try again later",
        Transport::Refused | Transport::NameNotResolved => "check the host and port of `url`",
        cause => cause.advice(),
    };
    Failure::new(NAME, ErrorKind::Unavailable).cause(text).advice(advice)
}

/// An answer that is not an object in JSON.
pub(super) fn shape(why: &str) -> Failure {
    Failure::new(NAME, ErrorKind::Internal)
        .cause(format!("its answer {why}"))
        .advice("let the adapter answer 200 with a JSON object")
}
