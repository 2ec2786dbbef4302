//! What went wrong with an adapter. Nothing of its answers is shown: they may hold anything.

use std::error::Error;
use std::io;
use std::time::Duration;

use esc_core::provider::ErrorKind;
use esc_provider_kit::Failure;
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
    let (cause, advice) = if error.is_timeout() {
        ("it did not answer in time".to_owned(), "see whether the adapter runs; try again later")
    } else if let Some(error) = source::<rustls::Error>(error) {
        (
            format!("the TLS connection failed: {error}"),
            "let the adapter have a certificate for its name, and trust its authority in the settings",
        )
    } else if let Some(error) = source::<io::Error>(error) {
        (format!("the connection failed: {}", error.kind()), "check the host and port of `url`")
    } else if error.is_connect() {
        ("it cannot be connected to".to_owned(), "check the host and port of `url`")
    } else {
        ("the connection broke".to_owned(), "see the adapter's log; try again later")
    };
    Failure::new(NAME, ErrorKind::Unavailable).cause(cause).advice(advice)
}

/// An answer that is not an object in JSON.
pub(super) fn shape(why: &str) -> Failure {
    Failure::new(NAME, ErrorKind::Internal)
        .cause(format!("its answer {why}"))
        .advice("let the adapter answer 200 with a JSON object")
}

/// The first cause of that type. I/O errors do not count what they wrap among their sources.
fn source<'e, E: Error + 'static>(error: &'e (dyn Error + 'static)) -> Option<&'e E> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<E>() {
            return Some(found);
        }
        next = match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(inner) => Some(inner),
            None => error.source(),
        };
    }
    None
}
