//! From what a server answers to errors that say what to do.

use std::fmt;
use std::time::Duration;

use esc_core::provider::ErrorKind;
use esc_core::secret::Scrubber;
use esc_provider_kit::Failure;
use esc_provider_kit::transport::{Certificate, Transport};

use crate::connection::{Place, Refusal, Trouble};

/// The longest text of a server that is passed on, in bytes.
const LONGEST: usize = 400;

/// What was asked of which server.
pub(crate) struct Subject<'a> {
    pub provider: &'static str,
    /// What was asked for, as the document names it.
    pub reference: String,
    pub place: &'a Place,
    /// What was sent and must not come back in an error.
    pub secrets: Vec<&'a str>,
}

/// What went wrong, and what to do.
pub(crate) struct Diagnosis {
    pub kind: ErrorKind,
    pub cause: String,
    pub advice: Option<String>,
}

impl Diagnosis {
    pub fn new(kind: ErrorKind, cause: impl fmt::Display) -> Diagnosis {
        Diagnosis { kind, cause: cause.to_string(), advice: None }
    }

    pub fn advice(mut self, advice: impl fmt::Display) -> Diagnosis {
        self.advice = Some(advice.to_string());
        self
    }
}

impl Subject<'_> {
    /// The error for this diagnosis.
    pub fn fail(&self, diagnosis: Diagnosis, retry_after: Option<Duration>) -> Failure {
        let cause = harmless(&diagnosis.cause, &Scrubber::new(self.secrets.iter().copied()));
        let failure = Failure::new(self.provider, diagnosis.kind)
            .reference(&self.reference)
            .place(self.place)
            .cause(cause)
            .retry_after(retry_after);
        match diagnosis.advice {
            Some(advice) => failure.advice(advice),
            None => failure,
        }
    }

    /// The error for this trouble. Who asks knows best about some refusals; the others are told in general.
    pub fn explain(
        &self,
        trouble: &Trouble,
        known: impl FnOnce(&Refusal) -> Option<Diagnosis>,
    ) -> Failure {
        match trouble {
            Trouble::Refused(refusal) => {
                let diagnosis = known(refusal).unwrap_or_else(|| refused(refusal));
                self.fail(diagnosis, refusal.retry_after)
            }
            other => self.fail(failed(other), None),
        }
    }
}

/// What a refusal means, whatever was asked.
fn refused(refusal: &Refusal) -> Diagnosis {
    use ErrorKind::*;
    let kind = match refusal.status {
        400 | 405 | 413 | 501 => Invalid,
        401 | 403 => Denied,
        404 => NotFound,
        409 => Conflict,
        429 => Throttled,
        // A server that has not caught up yet, standby servers, and whatever fails inside.
        412 | 472 | 473 | 500.. => Unavailable,
        _ => Internal,
    };
    let diagnosis = Diagnosis::new(kind, words(refusal));
    match refusal.status {
        503 if refusal.says("sealed") => diagnosis.advice("unseal the server, then try again"),
        503 => diagnosis.advice("check whether the server is healthy: GET /v1/sys/health"),
        501 => diagnosis.advice("initialise the server"),
        472 | 473 => {
            diagnosis.advice("this is a standby server: give the address of the active one")
        }
        412 => diagnosis.advice("the server has not caught up with a write: try again"),
        429 => diagnosis.advice("ask for less at once, or raise the server's rate limit quota"),
        405 => diagnosis.advice("this path cannot be read: check it"),
        500.. => diagnosis.advice("see the server's log"),
        _ => diagnosis,
    }
}

/// What else goes wrong.
fn failed(trouble: &Trouble) -> Diagnosis {
    use ErrorKind::*;
    match trouble {
        Trouble::Refused(refusal) => refused(refusal),
        Trouble::Unreachable(cause) => unreachable(cause),
        Trouble::TooLarge(limit) => {
            Diagnosis::new(Invalid, format!("the answer is larger than {limit} bytes"))
                .advice("read something smaller, or allow larger answers")
        }
        Trouble::Malformed => Diagnosis::new(Unavailable, "the answer is not one of Vault")
            .advice("check the address: there may be another server, or a proxy in between"),
        Trouble::Redirected(target) => {
            let cause = format!("the server sends us to {}", target.as_str());
            Diagnosis::new(Denied, cause).advice("give an address that is allowed and encrypted")
        }
        Trouble::Unsendable(problem) => {
            Diagnosis::new(Invalid, problem).advice("check it for line breaks and the like")
        }
    }
}

/// No answer, or not all of it.
fn unreachable(cause: &Transport) -> Diagnosis {
    let text = match cause {
        Transport::TimedOut => "the server did not respond in time".to_owned(),
        cause => format!("the server cannot be reached: {cause}"),
    };
    let advice = match cause {
        Transport::Certificate(Certificate::UnknownIssuer) => {
            "give the certificate of the authority that signed it as `caCertificate`"
        }
        cause => cause.advice(),
    };
    Diagnosis::new(ErrorKind::Unavailable, text).advice(advice)
}

/// Whether a refusal is about the token itself, not about what it may do: policies refuse in the form of a list.
pub(crate) fn is_about_token(refusal: &Refusal) -> bool {
    refusal.status == 403
        && (refusal.says("invalid token")
            || refusal.says("bad token")
            || matches!(refusal.errors.as_slice(), [only] if only == "permission denied"))
}

/// What it means that a wrapping token is refused.
pub(crate) fn unwrapping(refusal: &Refusal) -> Option<Diagnosis> {
    matches!(refusal.status, 400 | 403).then(|| {
        Diagnosis::new(ErrorKind::Unauthenticated, words(refusal)).advice(
            "a wrapping token works once and not for long: get a new one. If nobody here has used it, somebody else may have",
        )
    })
}

/// What a refusal says, in one line.
pub(crate) fn words(refusal: &Refusal) -> String {
    let errors = refusal.errors.iter().map(|error| {
        let lines = error.lines().map(|line| line.trim().trim_start_matches("* "));
        // Lists of errors are headed by their count.
        let kept = lines.filter(|l| !l.is_empty() && !l.ends_with("occurred:"));
        kept.collect::<Vec<_>>().join("; ")
    });
    let text = errors.collect::<Vec<_>>().join("; ");
    if text.is_empty() { format!("status {}", refusal.status) } else { text }
}

/// A server's words without what was sent, without control characters, without URLs that hold a password, and not long.
fn harmless(text: &str, scrubber: &Scrubber) -> String {
    let scrubbed = scrubber.scrub(text);
    let words = scrubbed.split_whitespace().map(|word| match word.split_once("://") {
        Some((_, rest)) if rest.contains('@') => "[secret]",
        _ => word,
    });
    let mut text: String =
        words.collect::<Vec<_>>().join(" ").chars().filter(|c| !c.is_control()).collect();
    if text.len() > LONGEST {
        text.truncate(text.floor_char_boundary(LONGEST));
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(status: u16, error: &str) -> Refusal {
        Refusal { status, errors: vec![error.to_owned()], ..Refusal::default() }
    }

    #[test]
    fn tokens_and_policies_refuse_differently() {
        assert!(is_about_token(&refusal(403, "permission denied")));
        let both = "2 errors occurred:\n\t* permission denied\n\t* invalid token\n\n";
        assert!(is_about_token(&refusal(403, both)));
        assert!(!is_about_token(&refusal(403, "1 error occurred:\n\t* permission denied\n\n")));
        assert!(!is_about_token(&Refusal { status: 403, ..Refusal::default() }));
        assert!(!is_about_token(&refusal(400, "permission denied")));
    }

    #[test]
    fn words_are_one_line_without_what_was_sent() {
        let list = "2 errors occurred:\n\t* permission denied\n\t* invalid token\n\n";
        assert_eq!(words(&refusal(403, list)), "permission denied; invalid token");
        assert_eq!(words(&Refusal { status: 502, ..Refusal::default() }), "status 502");
        let scrubber = Scrubber::new(["hunter2000"]);
        let text = "cannot use hunter2000 at\npostgres://u:p@host/db\u{7}, see https://docs";
        assert_eq!(harmless(text, &scrubber), "cannot use [secret] at [secret] see https://docs");
        assert!(harmless(&"é ".repeat(1000), &scrubber).len() < LONGEST + 10);
    }
}
