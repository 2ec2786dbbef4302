//! What comes back: the parts that calls need, or an error.

use std::time::Duration;

use esc_core::json::Json;
use esc_core::secret::Scrubber;
use reqwest::StatusCode;
use reqwest::header::{CONTENT_TYPE, ETAG, HeaderMap, HeaderName, RETRY_AFTER};
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

use super::answers::diagnostics;
use super::etag::ETag;
use super::failure::{ApiError, protocol};

const REVISION: HeaderName = HeaderName::from_static("pulumi-esc-revision");
const REQUEST_ID: HeaderName = HeaderName::from_static("x-pulumi-request-id");
/// How much of a server's message is kept, in bytes.
const MAX_MESSAGE: usize = 1000;

/// What came back.
pub(super) struct Answer {
    pub operation: String,
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Zeroizing<Vec<u8>>,
}

impl Answer {
    pub fn is_invalid(&self) -> bool {
        self.status == StatusCode::BAD_REQUEST
    }

    pub fn etag(&self) -> Option<ETag> {
        Some(ETag::new(self.headers.get(ETAG)?.to_str().ok()?))
            .filter(|tag| !tag.as_str().is_empty())
    }

    pub fn revision(&self) -> Option<u64> {
        self.headers.get(&REVISION)?.to_str().ok()?.trim().parse().ok()
    }

    /// The body as text.
    pub fn text(&self) -> Result<&str, ApiError> {
        std::str::from_utf8(&self.body)
            .map_err(|_| protocol(&self.operation, "the answer is not UTF-8 text"))
    }

    /// The body as JSON. What is wrong with it is not told: it may be in the middle of a secret.
    pub fn json(&self) -> Result<Json, ApiError> {
        Json::parse(self.text()?).map_err(|_| {
            let bytes = self.body.len();
            protocol(&self.operation, format!("the answer is not JSON ({bytes} bytes)"))
        })
    }

    /// The body as that type. What is wrong with it is not told, but for the name of a member that is missing: it may
    /// be in the middle of a secret.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, ApiError> {
        serde_json::from_slice(&self.body).map_err(|error| match missing_member(&error) {
            Some(name) => self.without(&name),
            None if error.is_data() => {
                protocol(&self.operation, "the answer is JSON of another shape than the API's")
            }
            None => {
                let bytes = self.body.len();
                protocol(&self.operation, format!("the answer is not JSON ({bytes} bytes)"))
            }
        })
    }

    /// An answer without a member that it must have.
    pub fn without(&self, name: &str) -> ApiError {
        protocol(&self.operation, format!("the answer has no `{name}`"))
    }

    /// A text that says which thing the answer is about, if it says so.
    pub fn named(&self, name: &str, text: &str) -> Result<(), ApiError> {
        if text.is_empty() { Err(self.without(name)) } else { Ok(()) }
    }

    /// The answer as an error, without what the scrubber knows.
    pub fn into_error(self, scrubber: &Scrubber) -> ApiError {
        let failure: Option<esc_api::Failure> = serde_json::from_slice(&self.body).ok();
        let message = match &failure {
            Some(failure) => tidy(&scrubber.scrub(&failure.message)),
            // Pages for browsers, and JSON of another shape, say nothing to people.
            None if self.is_page() || self.json().is_ok() => String::new(),
            None => tidy(&scrubber.scrub(self.text().unwrap_or_default())),
        };
        let current = self.etag();
        let header = |name: &HeaderName| Some(self.headers.get(name)?.to_str().ok()?.trim());
        let retry_after =
            header(&RETRY_AFTER).and_then(|s| s.parse().ok()).map(Duration::from_secs);
        let request_id = header(&REQUEST_ID).map(|id| tidy(id).chars().take(100).collect());
        let status = self.status.as_u16();
        let operation = self.operation;
        match status {
            401 => ApiError::Unauthenticated { operation, message },
            403 => ApiError::Denied { operation, message },
            404 | 410 => ApiError::NotFound { operation, message },
            409 | 412 => ApiError::Conflict { operation, message, current },
            429 => ApiError::Throttled { operation, message, retry_after },
            408 | 500..=599 => {
                let message = match message.as_str() {
                    "" => format!("the server answered {status}"),
                    text => format!("the server answered {status}: {text}"),
                };
                ApiError::Unavailable { operation, message, retry_after, request_id }
            }
            400..=499 => {
                let found = failure.map(|failure| failure.diagnostics).unwrap_or_default();
                let diagnostics = diagnostics(found, scrubber);
                let message = match message.as_str() {
                    "" if diagnostics.is_empty() => format!("the server answered {status}"),
                    _ => message,
                };
                ApiError::Invalid { operation, message, diagnostics }
            }
            _ => protocol(&operation, format!("the server answered {status}")),
        }
    }

    fn is_page(&self) -> bool {
        let kind = self.headers.get(CONTENT_TYPE).and_then(|v| v.to_str().ok());
        kind.is_some_and(|kind| kind.starts_with("text/html"))
    }
}

/// The member that a deserialiser misses. Its other complaints may quote the body, this one names what is declared.
fn missing_member(error: &serde_json::Error) -> Option<String> {
    let text = error.to_string();
    let (name, _) = text.strip_prefix("missing field `")?.split_once('`')?;
    Some(name.to_owned())
}

/// One bounded line.
pub(super) fn tidy(text: &str) -> String {
    let line: String = text.trim().chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    match line.get(..line.floor_char_boundary(MAX_MESSAGE)) {
        Some(start) if start.len() < line.len() => format!("{start}…"),
        _ => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(body: &str) -> Answer {
        Answer {
            operation: "list revisions".to_owned(),
            status: StatusCode::OK,
            headers: HeaderMap::new(),
            body: Zeroizing::new(body.as_bytes().to_vec()),
        }
    }

    #[test]
    fn what_names_a_thing_must_be_there() {
        let read = |body: &str| answer(body).read::<esc_api::Revision>();
        let error = read(r#"{"created":"now"}"#).unwrap_err();
        assert_eq!(
            error.to_string(),
            "cannot list revisions: unexpected answer: the answer has no `number`"
        );
        assert_eq!(read(r#"{"number":3,"tags":null}"#).unwrap().number, 3);
    }

    #[test]
    fn what_is_wrong_with_an_answer_is_told_without_quoting_it() {
        for body in
            [r#"{"number":"hunter2"}"#, r#"{"number":3,"created":["hunter2"]}"#, "hunter2", ""]
        {
            let error = answer(body).read::<esc_api::Revision>().unwrap_err().to_string();
            assert!(error.starts_with("cannot list revisions: unexpected answer: the answer is "));
            assert!(!error.contains("hunter2"), "{error}");
        }
    }

    #[test]
    fn messages_are_one_bounded_line() {
        assert_eq!(tidy(" a\nb\u{1b}[31m "), "a b [31m");
        let long = tidy(&"é".repeat(2000));
        assert!(long.len() <= MAX_MESSAGE + '…'.len_utf8() && long.ends_with('…'));
    }
}
