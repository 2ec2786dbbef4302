//! Requests: credentials, retries, bounds, and errors from what comes back.

use std::time::Duration;

use async_trait::async_trait;
use esc_core::secret::{Scrubber, Secret};
use reqwest::header::{
    ACCEPT, AUTHORIZATION, CONTENT_TYPE, ETAG, HeaderMap, HeaderValue, IF_MATCH, LOCATION,
};
use reqwest::{Method, StatusCode, Url};
use serde::Serialize;
use zeroize::Zeroizing;

use super::address::authorization;
use super::etag::ETag;
use super::failure::{ApiError, invalid, protocol};
use super::names::is_segment;
use super::response::{Answer, tidy};
use super::retries::{Jitter, Retries};

/// How many redirects within the server are followed.
const MAX_REDIRECTS: usize = 3;

/// Where access tokens come from. Getting one may take a call of its own.
#[async_trait]
pub(super) trait Tokens: Send + Sync {
    /// The access token.
    async fn token(&self, transport: &Transport) -> Result<Secret<String>, ApiError>;

    /// Gives up a token that the server refuses; whether there may be another.
    fn forget(&self, token: &Secret<String>) -> bool;
}

/// What all calls share.
pub(super) struct Transport {
    pub http: reqwest::Client,
    /// The server, without `/api`.
    pub base: Url,
    pub tokens: Box<dyn Tokens>,
    pub retries: Retries,
    pub jitter: Jitter,
    pub max_bytes: usize,
}

/// A request in the making.
pub(super) struct Call<'a> {
    transport: &'a Transport,
    operation: String,
    method: Method,
    url: Result<Url, ApiError>,
    headers: HeaderMap,
    body: Option<Zeroizing<String>>,
    /// Whether it changes nothing, and so may be repeated.
    safe: bool,
    /// Whether the body of a 400 is an answer like others.
    keep_invalid: bool,
    /// SourceTexts that the server knows from the request and must not tell in messages.
    secrets: Vec<Zeroizing<String>>,
}

impl<'a> Call<'a> {
    pub fn new(
        transport: &'a Transport,
        method: Method,
        path: &[&str],
        operation: String,
    ) -> Call<'a> {
        let url = join(&transport.base, path).map_err(|message| invalid(&operation, message));
        let safe = method == Method::GET || method == Method::HEAD;
        let headers =
            HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static("application/json"))]);
        Call {
            transport,
            operation,
            method,
            url,
            headers,
            body: None,
            safe,
            keep_invalid: false,
            secrets: Vec::new(),
        }
    }

    /// With this parameter, if there is one.
    pub fn query(mut self, name: &str, value: Option<impl ToString>) -> Self {
        if let (Ok(url), Some(value)) = (&mut self.url, value) {
            url.query_pairs_mut().append_pair(name, &value.to_string());
        }
        self
    }

    pub fn json(self, body: &impl Serialize) -> Self {
        let text = serde_json::to_string(body).map_err(|error| error.to_string());
        self.text("application/json", text)
    }

    /// A definition. The server must not quote its secrets.
    pub fn yaml(mut self, body: &str, secrets: Vec<Zeroizing<String>>) -> Self {
        self.secrets = secrets;
        self.body("application/x-yaml", body.to_owned())
    }

    pub fn form(self, body: &impl Serialize) -> Self {
        let text = serde_urlencoded::to_string(body).map_err(|error| error.to_string());
        self.text("application/x-www-form-urlencoded", text)
    }

    /// A body that was written, or why it cannot be.
    fn text(mut self, content_type: &'static str, text: Result<String, String>) -> Self {
        match text {
            Ok(text) => self.body(content_type, text),
            Err(message) => {
                self.url = Err(invalid(&self.operation, message));
                self
            }
        }
    }

    fn body(mut self, content_type: &'static str, body: String) -> Self {
        self.headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        self.body = Some(Zeroizing::new(body));
        self
    }

    /// Only if it is still as it was then. Servers read one header or the other.
    pub fn if_match(mut self, etag: Option<&ETag>) -> Self {
        match etag.map(|etag| HeaderValue::from_str(etag.as_str())) {
            Some(Ok(value)) => {
                self.headers.insert(IF_MATCH, value.clone());
                self.headers.insert(ETAG, value);
            }
            Some(Err(_)) => self.url = Err(invalid(&self.operation, "the ETag cannot be sent")),
            None => {}
        }
        self
    }

    /// It changes nothing, whatever the method says.
    pub fn safe(mut self) -> Self {
        self.safe = true;
        self
    }

    /// The body of a 400 is an answer like others.
    pub fn keep_invalid(mut self) -> Self {
        self.keep_invalid = true;
        self
    }

    /// Sends the request with the access token, again if that may help.
    pub async fn send(self) -> Result<Answer, ApiError> {
        let transport = self.transport;
        let mut renewed = false;
        let mut attempt = 1;
        loop {
            let token = transport.tokens.token(transport).await?;
            let scrubber = Scrubber::new(
                self.secrets.iter().map(|s| s.as_str()).chain([token.expose().as_str()]),
            );
            let header = authorization(&token)
                .ok_or_else(|| protocol(&self.operation, "the access token cannot be sent"))?;
            let error = match self.attempt(Some(header), &scrubber).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            if matches!(error, ApiError::Unauthenticated { .. }) && !renewed {
                // The server did nothing. A token that was exchanged may have ended early: once, try with a new one.
                renewed = true;
                if transport.tokens.forget(&token) {
                    continue;
                }
            }
            let wait = transport.wait(attempt, &error);
            let Some(wait) = wait.filter(|_| self.safe) else { return Err(error) };
            tokio::time::sleep(wait).await;
            attempt += 1;
        }
    }

    /// Sends the request once, without an access token.
    pub async fn send_once(&self, scrubber: &Scrubber) -> Result<Answer, ApiError> {
        self.attempt(None, scrubber).await
    }

    async fn attempt(
        &self,
        authorization: Option<HeaderValue>,
        scrubber: &Scrubber,
    ) -> Result<Answer, ApiError> {
        let mut url = self.url.clone()?;
        for _ in 0..=MAX_REDIRECTS {
            let mut headers = self.headers.clone();
            if let Some(value) = &authorization {
                headers.insert(AUTHORIZATION, value.clone());
            }
            let mut request =
                self.transport.http.request(self.method.clone(), url.clone()).headers(headers);
            if let Some(body) = &self.body {
                request = request.body(body.as_bytes().to_vec());
            }
            let response = request.send().await.map_err(|e| self.broken(e))?;
            if response.status().is_redirection() {
                url = self.redirected(&url, &response)?;
                continue;
            }
            let answer = self.read(response).await?;
            let kept = self.keep_invalid && answer.status == StatusCode::BAD_REQUEST;
            if answer.status.is_success() || kept {
                return Ok(answer);
            }
            return Err(answer.into_error(scrubber));
        }
        Err(protocol(&self.operation, "the server redirects again and again"))
    }

    /// Where the server sends us, if that is itself: nobody else gets the access token.
    fn redirected(&self, from: &Url, response: &reqwest::Response) -> Result<Url, ApiError> {
        let refused = |message: String| Err(protocol(&self.operation, message));
        let location = response.headers().get(LOCATION).and_then(|v| v.to_str().ok());
        let Some(to) = location.and_then(|location| from.join(location).ok()) else {
            return refused("the server redirects to nowhere".to_owned());
        };
        if to.origin() != self.transport.base.origin() {
            let host: String = to.host_str().unwrap_or("elsewhere").chars().take(100).collect();
            return refused(format!("the server redirects to {host}, which is not followed"));
        }
        if !matches!(self.method, Method::GET | Method::HEAD) {
            return refused(format!(
                "the server redirects a {}, which is not followed",
                self.method
            ));
        }
        Ok(to)
    }

    async fn read(&self, mut response: reqwest::Response) -> Result<Answer, ApiError> {
        let max = self.transport.max_bytes;
        let too_large =
            || protocol(&self.operation, format!("the answer is larger than {max} bytes"));
        let announced = response.content_length().unwrap_or(0);
        // A HEAD announces what it does not send.
        if announced > max as u64 && self.method != Method::HEAD {
            return Err(too_large());
        }
        let room = usize::try_from(announced).unwrap_or(max).min(max);
        let mut body = Zeroizing::new(Vec::with_capacity(room));
        while let Some(chunk) = response.chunk().await.map_err(|e| self.broken(e))? {
            if body.len() + chunk.len() > max {
                return Err(too_large());
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer {
            operation: self.operation.clone(),
            status: response.status(),
            headers: response.headers().clone(),
            body,
        })
    }

    /// No answer, or not all of it.
    fn broken(&self, error: reqwest::Error) -> ApiError {
        let host = self.transport.base.host_str().unwrap_or_default();
        let message = if error.is_connect() {
            format!("cannot connect to {host}: {}", innermost(&error.without_url()))
        } else if error.is_timeout() {
            format!("{host} did not answer in time")
        } else if error.is_body() || error.is_decode() {
            format!("the answer of {host} broke off")
        } else {
            format!("the connection to {host} failed: {}", innermost(&error.without_url()))
        };
        ApiError::Unavailable {
            operation: self.operation.clone(),
            message,
            retry_after: None,
            request_id: None,
        }
    }
}

impl Transport {
    /// How long to wait before the next attempt; none if there is to be none.
    fn wait(&self, attempt: u32, error: &ApiError) -> Option<Duration> {
        let Retries { attempts, first, longest } = self.retries;
        if attempt >= attempts || !error.is_temporary() {
            return None;
        }
        if let Some(asked) = error.retry_after() {
            return (asked <= longest).then_some(asked);
        }
        let doubled = first.saturating_mul(1 << (attempt - 1).min(30)).min(longest);
        Some(doubled.mul_f64(1.0 - (self.jitter)().clamp(0.0, 1.0) / 2.0))
    }
}

/// The address of that path. Segments are percent-encoded.
fn join(base: &Url, path: &[&str]) -> Result<Url, String> {
    if let Some(segment) = path.iter().find(|segment| !is_segment(segment)) {
        let shown: String = segment.chars().take(100).collect();
        return Err(format!("`{}` is not a name", shown.escape_debug()));
    }
    let mut url = base.clone();
    match url.path_segments_mut() {
        Ok(mut segments) => segments.pop_if_empty().extend(path),
        Err(()) => return Err("the server's address has no paths".to_owned()),
    };
    Ok(url)
}

/// What is behind what is behind an error: the outer ones only say that something failed.
fn innermost(error: &dyn std::error::Error) -> String {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    tidy(&error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_are_encoded_and_cannot_lead_elsewhere() {
        let base = Url::parse("https://esc.example/prefix/").unwrap();
        let url = join(&base, &["api", "a/b", "c d", "e?f#g", "%2e%2e", "é"]).unwrap();
        assert_eq!(
            url.as_str(),
            "https://esc.example/prefix/api/a%2Fb/c%20d/e%3Ff%23g/%252e%252e/%C3%A9"
        );
        for segment in ["", ".", "..", "a\nb", &"x".repeat(1001)] {
            assert!(join(&base, &["api", segment]).is_err(), "{segment:?}");
        }
    }

    #[test]
    fn waits_double_and_are_spread() {
        let builder = crate::remote::Api::builder("acme").access_token("x".to_owned().into());
        let millis = Duration::from_millis;
        let retries = Retries { attempts: 5, first: millis(100), longest: millis(300) };
        let unavailable = |retry_after| ApiError::Unavailable {
            operation: String::new(),
            message: String::new(),
            retry_after,
            request_id: None,
        };
        let waits = |jitter: f64, asked: Option<Duration>| -> Vec<Option<u128>> {
            let api = builder.clone().retries(retries).jitter(move || jitter).build().unwrap();
            let wait = |attempt| api.transport.wait(attempt, &unavailable(asked));
            (1..=5).map(|attempt| wait(attempt).map(|w| w.as_millis())).collect()
        };
        assert_eq!(waits(0.0, None), [Some(100), Some(200), Some(300), Some(300), None]);
        assert_eq!(waits(1.0, None), [Some(50), Some(100), Some(150), Some(150), None]);
        assert_eq!(waits(0.0, Some(millis(250)))[..2], [Some(250), Some(250)]);
        assert_eq!(waits(0.0, Some(millis(301))), [None; 5]);
        let api = builder.build().unwrap();
        assert_eq!(api.transport.wait(1, &protocol("", "")), None);
        assert_eq!(api.transport.wait(u32::MAX - 1, &unavailable(None)), None);
    }
}
