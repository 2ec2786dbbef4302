//! Access tokens: given, or exchanged for an identity token and kept while they last.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use esc_api::{Sensitive, TokenRequest, TokenResponse};
use esc_core::secret::{Scrubber, Secret};
use reqwest::Method;
use tokio::sync::Semaphore;
use tokio::time::Instant;

use super::address::authorization;
use super::failure::{ApiError, protocol};
use super::transport::{Call, Tokens, Transport};

/// A token is given up this long before it ends, or after nine tenths of its life if that is later.
const MARGIN: Duration = Duration::from_secs(60);

const OPERATION: &str = "exchange the identity token for an access token";

/// Why there is no identity token. The message is shown, so it must not contain one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct SubjectTokenError(pub String);

/// Where identity tokens come from: a cluster's projected file, a CI system, an own issuer.
#[async_trait]
pub trait SubjectToken: Send + Sync {
    /// An identity token (a JWT) that is valid now. Asked for once for each exchange.
    async fn subject_token(&self) -> Result<Secret<String>, SubjectTokenError>;
}

/// Which access token to ask for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum RequestedToken {
    /// One of the organization.
    #[default]
    Organization,
    /// One of the organization that may administer it.
    OrganizationAdmin,
    /// One of this team.
    Team(String),
    /// One of this user.
    Personal(String),
    /// One of this deployment runner.
    Runner(String),
}

/// How identity tokens are exchanged (RFC 8693).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    organization: String,
    requested: RequestedToken,
    expiration: Option<Duration>,
}

impl Exchange {
    /// For a token of that organization.
    pub fn new(organization: impl Into<String>) -> Exchange {
        Exchange {
            organization: organization.into(),
            requested: RequestedToken::default(),
            expiration: None,
        }
    }

    /// For another kind of token.
    pub fn requested(mut self, requested: RequestedToken) -> Exchange {
        self.requested = requested;
        self
    }

    /// With this life, in whole seconds, instead of the server's default.
    pub fn expiration(mut self, life: Duration) -> Exchange {
        self.expiration = Some(life);
        self
    }

    fn request(&self, subject: &Secret<String>) -> TokenRequest {
        let (kind, scope) = match &self.requested {
            RequestedToken::Organization => ("organization", String::new()),
            RequestedToken::OrganizationAdmin => ("organization", "admin".to_owned()),
            RequestedToken::Team(team) => ("team", format!("team:{team}")),
            RequestedToken::Personal(user) => ("personal", format!("user:{user}")),
            RequestedToken::Runner(runner) => ("runner", format!("runner:{runner}")),
        };
        TokenRequest {
            grant_type: TokenRequest::EXCHANGE.to_owned(),
            audience: Some(format!("urn:pulumi:org:{}", self.organization)),
            subject_token_type: Some(TokenRequest::ID_TOKEN.to_owned()),
            subject_token: Some(Sensitive::new(subject.expose().as_str())),
            requested_token_type: Some(format!("{}{kind}", TokenRequest::ACCESS_TOKEN)),
            scope: Some(scope),
            expiration: self.expiration.map(|life| life.as_secs()),
            refresh_token: None,
        }
    }
}

pub(super) enum Credentials {
    Token(Secret<String>),
    Exchange(Box<Exchanger>),
}

/// Exchanges tokens, one exchange at a time.
pub(super) struct Exchanger {
    exchange: Exchange,
    subject: Arc<dyn SubjectToken>,
    state: Mutex<State>,
    /// Whoever holds it exchanges. Dropping the future that does lets the next one try.
    turn: Semaphore,
}

#[derive(Default)]
struct State {
    token: Option<(Secret<String>, Instant)>,
    /// How many exchanges have failed, and how the last one did.
    failures: u64,
    failure: Option<ApiError>,
}

impl Credentials {
    pub fn exchange(exchange: Exchange, subject: Arc<dyn SubjectToken>) -> Credentials {
        let state = Mutex::default();
        Credentials::Exchange(Box::new(Exchanger {
            exchange,
            subject,
            state,
            turn: Semaphore::new(1),
        }))
    }
}

#[async_trait]
impl Tokens for Credentials {
    async fn token(&self, transport: &Transport) -> Result<Secret<String>, ApiError> {
        match self {
            Credentials::Token(token) => Ok(token.clone()),
            Credentials::Exchange(exchanger) => exchanger.token(transport).await,
        }
    }

    fn forget(&self, token: &Secret<String>) -> bool {
        let Credentials::Exchange(exchanger) = self else { return false };
        exchanger.state(|state| {
            if state.token.as_ref().is_some_and(|(kept, _)| kept == token) {
                state.token = None;
            }
        });
        true
    }
}

impl Exchanger {
    async fn token(&self, transport: &Transport) -> Result<Secret<String>, ApiError> {
        let (kept, failures) = self.state(|state| (state.valid(), state.failures));
        if let Some(token) = kept {
            return Ok(token);
        }
        // The semaphore is never closed.
        let _turn = self.turn.acquire().await;
        // While this one waited, somebody else may have got a token, or failed: then it fails with them.
        if let Some(outcome) = self.state(|state| match state.valid() {
            Some(token) => Some(Ok(token)),
            None if state.failures > failures => state.failure.clone().map(Err),
            None => None,
        }) {
            return outcome;
        }
        let outcome = self.renew(transport).await;
        self.state(|state| match &outcome {
            Ok((token, until)) => state.token = Some((token.clone(), *until)),
            Err(error) => {
                state.failures += 1;
                state.failure = Some(error.clone());
            }
        });
        outcome.map(|(token, _)| token)
    }

    async fn renew(&self, transport: &Transport) -> Result<(Secret<String>, Instant), ApiError> {
        let subject = self.subject.subject_token().await.map_err(|error| {
            let message = format!("there is no identity token: {error}");
            ApiError::Unauthenticated { operation: OPERATION.to_owned(), message }
        })?;
        let scrubber = Scrubber::new([subject.expose().as_str()]);
        let asked = Instant::now();
        let path = ["api", "oauth", "token"];
        let call = Call::new(transport, Method::POST, &path, OPERATION.to_owned())
            .form(&self.exchange.request(&subject));
        let answer = call.send_once(&scrubber).await.map_err(refused)?;
        let response: TokenResponse = answer.read()?;
        let token = Secret::new(response.access_token.expose().to_owned());
        if authorization(&token).is_none() || response.expires_in == 0 {
            return Err(protocol(
                OPERATION,
                "the answer has no `access_token`, or no `expires_in`",
            ));
        }
        let life = Duration::from_secs(response.expires_in);
        let kept = life - MARGIN.min(life / 10);
        // A life that no clock can hold is as good as a year.
        let year = Duration::from_secs(31_536_000);
        Ok((token, asked.checked_add(kept).unwrap_or(asked + year)))
    }

    fn state<T>(&self, act: impl FnOnce(&mut State) -> T) -> T {
        act(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl State {
    fn valid(&self) -> Option<Secret<String>> {
        self.token.as_ref().filter(|(_, until)| Instant::now() < *until).map(|(t, _)| t.clone())
    }
}

/// Servers refuse identity tokens with 400 as well.
fn refused(error: ApiError) -> ApiError {
    match error {
        ApiError::Invalid { operation, message, .. } => {
            ApiError::Unauthenticated { operation, message }
        }
        other => other,
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_encoded() {
        let exchange = Exchange::new("acme")
            .requested(RequestedToken::Team("a b&c".into()))
            .expiration(Duration::from_secs(7200));
        assert_eq!(
            serde_urlencoded::to_string(exchange.request(&Secret::new("e.y-J_+/=".to_owned())))
                .unwrap(),
            "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Atoken-exchange\
             &audience=urn%3Apulumi%3Aorg%3Aacme\
             &subject_token_type=urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Aid_token\
             &subject_token=e.y-J_%2B%2F%3D\
             &requested_token_type=urn%3Apulumi%3Atoken-type%3Aaccess_token%3Ateam\
             &scope=team%3Aa+b%26c&expiration=7200"
        );
    }
}
