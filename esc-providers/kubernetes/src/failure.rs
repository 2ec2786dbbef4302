//! What can go wrong with an API server, and what to do about it.
//!
//! Of what a server says only its `Status` is repeated, and only for the reasons whose messages name nothing but
//! objects and users. Whatever else comes back, from a proxy for example, may quote the request and is left out.

use std::error::Error;
use std::time::Duration;

use esc_core::provider::ErrorKind;
use esc_provider_kit::Failure;
use esc_provider_kit::transport::{Certificate, Transport, classify};
use serde::Deserialize;

/// A request that failed: of what kind, why, and what to do.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    pub(crate) kind: ErrorKind,
    pub(crate) cause: String,
    pub(crate) advice: String,
    pub(crate) retry_after: Option<Duration>,
    /// What has to be done before it is tried again.
    pub(crate) remedy: Remedy,
}

/// What has to be done before something is tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Remedy {
    /// Nothing.
    None,
    /// The list must be begun anew: the server has forgotten it.
    StartOver,
    /// The client must be made anew: it may be what is broken.
    Reconnect,
}

/// What was asked for, as an authorisation rule would allow it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked<'a> {
    pub(crate) verb: &'static str,
    pub(crate) resource: &'static str,
    pub(crate) namespace: &'a str,
    pub(crate) name: Option<&'a str>,
}

impl Asked<'_> {
    fn rule(&self) -> String {
        let names = self.name.map(|name| format!(", resourceNames: [\"{name}\"]"));
        format!(
            "{{ apiGroups: [\"\"], resources: [\"{}\"]{}, verbs: [\"{}\"] }}",
            self.resource,
            names.unwrap_or_default(),
            self.verb
        )
    }
}

impl Problem {
    pub(crate) fn new(
        kind: ErrorKind,
        cause: impl Into<String>,
        advice: impl Into<String>,
    ) -> Problem {
        Problem {
            kind,
            cause: cause.into(),
            advice: advice.into(),
            retry_after: None,
            remedy: Remedy::None,
        }
    }

    /// As the failure of a provider at something, in a place.
    pub(crate) fn told(&self, provider: &'static str, reference: &str, place: &str) -> Failure {
        Failure::new(provider, self.kind)
            .reference(reference)
            .place(place)
            .cause(&self.cause)
            .advice(&self.advice)
            .retry_after(self.retry_after)
    }

    /// The server answered with this code.
    pub(crate) fn of_answer(
        code: u16,
        body: &[u8],
        retry_after: Option<Duration>,
        asked: Asked<'_>,
    ) -> Problem {
        let status = serde_json::from_slice::<Status>(body).ok().filter(|s| s.kind == "Status");
        let mut problem = Self::of_code(code, status.is_some(), asked);
        if let Some(status) = status {
            if let Some(message) = status.harmless() {
                problem.cause = message;
            }
            let seconds = status.details.and_then(|details| details.retry_after_seconds);
            problem.retry_after = seconds.filter(|s| *s > 0).map(Duration::from_secs);
        }
        problem.retry_after = retry_after.or(problem.retry_after);
        problem
    }

    fn of_code(code: u16, is_kubernetes: bool, asked: Asked<'_>) -> Problem {
        let Asked { verb, resource, namespace, .. } = asked;
        match code {
            401 => Problem::new(
                ErrorKind::Unauthenticated,
                "the server does not accept the credentials of the login",
                "they may have expired, or belong to another cluster; get new ones, with `tokenRequest` of \
                 kubernetes-login for example",
            ),
            403 => Problem::new(
                ErrorKind::Denied,
                format!(
                    "the user of the login may not {verb} {resource} in the namespace `{namespace}`"
                ),
                format!(
                    "bind the user of the login to a Role in the namespace `{namespace}` with the rule {}",
                    asked.rule()
                ),
            ),
            404 if is_kubernetes => Problem::new(
                ErrorKind::NotFound,
                "there is none of that name",
                format!("check the name, the namespace `{namespace}` and the cluster of the login"),
            ),
            404 => Problem::new(
                ErrorKind::NotFound,
                "the server does not know the path",
                "check that `server` of the login is the address of an API server",
            ),
            409 => Problem::new(
                ErrorKind::Conflict,
                "somebody else changed it at the same time",
                "try again",
            ),
            410 => Problem {
                remedy: Remedy::StartOver,
                ..Problem::new(
                    ErrorKind::Unavailable,
                    "the server forgot the list again and again before it was read to its end",
                    "select fewer objects, or try again when the server is less busy",
                )
            },
            429 => Problem::new(
                ErrorKind::Throttled,
                "too many requests",
                "try again later, or give the user of the login a larger share (API priority and fairness)",
            ),
            408 | 500..=599 => Problem::new(
                ErrorKind::Unavailable,
                format!("the server failed with HTTP status {code}"),
                "try again later",
            ),
            _ => Problem::new(
                ErrorKind::Invalid,
                format!("the server refused the request with HTTP status {code}"),
                "check the names and selectors of the call, and that `server` of the login is the address of an API \
                 server",
            ),
        }
    }

    /// There was no answer.
    pub(crate) fn of_transport(error: &(dyn Error + 'static)) -> Problem {
        Problem { remedy: Remedy::Reconnect, ..Self::of_connection(error) }
    }

    fn of_connection(error: &(dyn Error + 'static)) -> Problem {
        let cause = classify(error);
        let kind = match cause {
            Transport::ClientCertificate => ErrorKind::Unauthenticated,
            _ => ErrorKind::Unavailable,
        };
        let advice = match &cause {
            Transport::Certificate(Certificate::UnknownIssuer) => {
                "give the certificate of the cluster's authority as `caCertificate` of the login"
            }
            Transport::Certificate(Certificate::WrongName) => {
                "use an address that the certificate names, or give its name as `tlsServerName` of the login"
            }
            Transport::ClientCertificate => {
                "check `clientCertificate` and `clientKey` of the login; the certificate may have expired"
            }
            cause => {
                return Problem::new(
                    kind,
                    unreachable(cause),
                    format!("check `server` of the login: {}", cause.advice()),
                );
            }
        };
        Problem::new(kind, unreachable(&cause), advice)
    }

    /// The answer did not come in time.
    pub(crate) fn too_late(limit: Duration) -> Problem {
        Problem::new(
            ErrorKind::Unavailable,
            format!("no answer within {} s", limit.as_secs_f32()),
            "try again later, or allow more time",
        )
    }

    /// The answer was something else.
    pub(crate) fn not_kubernetes() -> Problem {
        Problem::new(
            ErrorKind::Invalid,
            "the answer is not that of an API server",
            "check that `server` of the login is the address of an API server, not that of a proxy or dashboard",
        )
    }

    /// The answer was too much.
    pub(crate) fn too_large(limit: usize) -> Problem {
        Problem::new(
            ErrorKind::Invalid,
            format!("the answer has more than {limit} bytes"),
            "select fewer objects, or allow larger answers",
        )
    }
}

fn unreachable(cause: &Transport) -> String {
    match cause {
        Transport::TimedOut => "the server did not respond in time".to_owned(),
        cause => format!("the server cannot be reached: {cause}"),
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Status {
    kind: String,
    #[serde(default)]
    message: String,
    #[serde(default)]
    reason: String,
    details: Option<Details>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Details {
    retry_after_seconds: Option<u64>,
}

impl Status {
    /// The message, if it is of a kind that names objects and users only.
    fn harmless(&self) -> Option<String> {
        const REASONS: [&str; 6] = [
            "Forbidden",
            "NotFound",
            "AlreadyExists",
            "Conflict",
            "TooManyRequests",
            "ServiceUnavailable",
        ];
        let short = !self.message.is_empty() && self.message.len() <= 500;
        let fine = short && !self.message.contains(char::is_control);
        (fine && REASONS.contains(&self.reason.as_str())).then(|| self.message.clone())
    }
}
