//! What a server answers, and what else comes of asking it.

use std::time::{Duration, SystemTime};

use esc_core::json::Json;
use esc_core::secret::Secret;
use esc_core::value::{Value, ValueKind};
use esc_provider_kit::transport::{Transport, classify};
use reqwest::StatusCode;
use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};

use crate::address::Address;
use crate::timestamp;

/// A good answer.
#[derive(Default)]
pub(crate) struct Answer {
    /// The content; all of it secret.
    pub data: Option<Value>,
    pub auth: Option<Auth>,
    /// Empty if there is none.
    pub lease_id: String,
    pub lease_duration: Duration,
    pub renewable: bool,
    /// The time at the server.
    pub time: Option<SystemTime>,
}

/// What a login answers.
pub(crate) struct Auth {
    pub token: Secret<String>,
    /// No time at all means without end.
    pub duration: Duration,
    pub renewable: bool,
    /// Whether the token can be renewed and revoked; batch tokens just end.
    pub service: bool,
}

/// Why there is no good answer.
pub(crate) enum Trouble {
    /// The server said no.
    Refused(Refusal),
    /// The server did not answer.
    Unreachable(Transport),
    /// The answer is larger than so many bytes.
    TooLarge(usize),
    /// The answer is not what such servers answer.
    Malformed,
    /// The server sends us where we do not go.
    Redirected(Address),
    /// This cannot even be asked.
    Unsendable(&'static str),
}

/// A refusal.
#[derive(Default)]
pub(crate) struct Refusal {
    pub status: u16,
    pub errors: Vec<String>,
    pub warnings: Vec<String>,
    pub data: Option<Value>,
    pub retry_after: Option<Duration>,
}

impl Refusal {
    /// Whether one of the errors contains the text.
    pub fn says(&self, text: &str) -> bool {
        self.errors.iter().any(|error| error.contains(text))
    }

    /// Whether one of the warnings contains the text.
    pub fn warns(&self, text: &str) -> bool {
        self.warnings.iter().any(|warning| warning.contains(text))
    }
}

impl Answer {
    pub fn read(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Result<Answer, Trouble> {
        let header = |name| headers.get(name).and_then(|value| value.to_str().ok());
        let time = header(DATE).and_then(|date| httpdate::parse_http_date(date).ok());
        let parsed = std::str::from_utf8(body).ok().and_then(|text| Json::parse(text).ok());
        if !status.is_success() {
            let refusal = Refusal {
                status: status.as_u16(),
                errors: parsed.as_ref().map(|json| strings(json, "errors")).unwrap_or_default(),
                warnings: parsed.as_ref().map(|json| strings(json, "warnings")).unwrap_or_default(),
                data: parsed.as_ref().and_then(data),
                retry_after: header(RETRY_AFTER).and_then(|w| timestamp::retry_after(w, time)),
            };
            return Err(Trouble::Refused(refusal));
        }
        if body.is_empty() {
            return Ok(Answer { time, ..Answer::default() });
        }
        let Some(json @ Json::Object(_)) = parsed else { return Err(Trouble::Malformed) };
        Ok(Answer {
            data: data(&json),
            auth: json.get("auth").and_then(Auth::read),
            lease_id: json.get("lease_id").and_then(Json::as_str).unwrap_or_default().to_owned(),
            lease_duration: seconds(&json, "lease_duration"),
            renewable: flag(&json, "renewable"),
            time,
        })
    }
}

impl Auth {
    fn read(json: &Json) -> Option<Auth> {
        let token = json.get("client_token").and_then(Json::as_str).filter(|t| !t.is_empty())?;
        Some(Auth {
            token: Secret::new(token.to_owned()),
            duration: seconds(json, "lease_duration"),
            renewable: flag(json, "renewable"),
            service: json.get("token_type").and_then(Json::as_str) != Some("batch"),
        })
    }
}

fn data(json: &Json) -> Option<Value> {
    let value = Value::from_json(json.get("data")?).into_secret();
    (value.kind != ValueKind::Null).then_some(value)
}

fn seconds(json: &Json, key: &str) -> Duration {
    match json.get(key) {
        Some(Json::Number(number)) => {
            Duration::from_secs(number.as_str().parse().unwrap_or_default())
        }
        _ => Duration::ZERO,
    }
}

fn flag(json: &Json, key: &str) -> bool {
    json.get(key) == Some(&Json::Bool(true))
}

fn strings(json: &Json, key: &str) -> Vec<String> {
    match json.get(key) {
        Some(Json::Array(items)) => {
            items.iter().filter_map(Json::as_str).map(str::to_owned).collect()
        }
        _ => Vec::new(),
    }
}

impl Trouble {
    /// What the HTTP client ran into.
    pub fn from_transport(error: reqwest::Error) -> Trouble {
        Trouble::Unreachable(classify(&error))
    }
}
