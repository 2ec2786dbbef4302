//! The client of the API, and what can be set.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use esc_core::secret::Secret;
use reqwest::{Certificate, Method, Proxy};
use smol_str::SmolStr;

use super::address::{authorization, base_url, checked_organization, is_this_machine};
use super::credentials::{Credentials, Exchange, SubjectToken};
use super::retries::{Jitter, Retries};
use super::settings_error::{DEFAULT_URL, SettingsError};
use super::transport::{Call, Transport};
use crate::crypto::{Randomness, SystemRandomness};

/// The HTTP API of a server, for one organization. Cheap to clone; clones share connections and the access token.
///
/// Calls can be dropped at any time. What a dropped call that changes something came to is not known.
#[derive(Clone)]
pub struct Api {
    pub(super) transport: Arc<Transport>,
    pub(super) organization: SmolStr,
}

impl Api {
    /// A client for that organization.
    pub fn builder(organization: impl Into<SmolStr>) -> ApiBuilder {
        ApiBuilder {
            organization: organization.into(),
            url: DEFAULT_URL.to_owned(),
            credentials: None,
            user_agent: concat!("esc-rust/", env!("CARGO_PKG_VERSION")).to_owned(),
            connect_timeout: Duration::from_secs(10),
            timeout: Duration::from_secs(120),
            retries: Retries::default(),
            jitter: Arc::new(system_jitter),
            max_bytes: 64 << 20,
            certificates: Vec::new(),
            proxy: None,
            plain_http: false,
        }
    }

    /// The same server and credentials, for another organization.
    pub fn with_organization(&self, organization: &str) -> Result<Api, SettingsError> {
        let organization = checked_organization(organization)?;
        Ok(Api { transport: self.transport.clone(), organization })
    }

    /// A call below the address of the API.
    pub(super) fn call(
        &self,
        method: Method,
        path: &[&str],
        operation: impl Into<String>,
    ) -> Call<'_> {
        let path: Vec<&str> = ["api", "esc"].iter().chain(path).copied().collect();
        Call::new(&self.transport, method, &path, operation.into())
    }

    /// The organization.
    pub fn organization(&self) -> &str {
        &self.organization
    }
}

impl fmt::Debug for Api {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Api")
            .field("url", &self.transport.base.as_str())
            .field("organization", &self.organization)
            .finish_non_exhaustive()
    }
}

/// Makes an [`Api`].
#[derive(Clone)]
pub struct ApiBuilder {
    organization: SmolStr,
    url: String,
    credentials: Option<Given>,
    user_agent: String,
    connect_timeout: Duration,
    timeout: Duration,
    retries: Retries,
    jitter: Jitter,
    max_bytes: usize,
    certificates: Vec<u8>,
    proxy: Option<String>,
    plain_http: bool,
}

#[derive(Clone)]
enum Given {
    Token(Secret<String>),
    Exchange(Exchange, Arc<dyn SubjectToken>),
}

impl ApiBuilder {
    /// The server's address, with or without `/api/esc` at its end. Default [`DEFAULT_URL`].
    pub fn url(mut self, url: impl Into<String>) -> ApiBuilder {
        self.url = url.into();
        self
    }

    /// With this access token.
    pub fn access_token(mut self, token: Secret<String>) -> ApiBuilder {
        self.credentials = Some(Given::Token(token));
        self
    }

    /// With access tokens that the server gives for an identity token (OIDC). They are kept until shortly before they
    /// end, and asked for once however many calls wait.
    pub fn exchange(
        mut self,
        exchange: Exchange,
        subject: impl SubjectToken + 'static,
    ) -> ApiBuilder {
        self.credentials = Some(Given::Exchange(exchange, Arc::new(subject)));
        self
    }

    /// What the client calls itself.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> ApiBuilder {
        self.user_agent = user_agent.into();
        self
    }

    /// How long connecting may take. Default 10 s.
    pub fn connect_timeout(mut self, timeout: Duration) -> ApiBuilder {
        self.connect_timeout = timeout;
        self
    }

    /// How long one attempt may take, to the last byte of the answer. Opening calls providers. Default 2 min.
    pub fn timeout(mut self, timeout: Duration) -> ApiBuilder {
        self.timeout = timeout;
        self
    }

    /// How requests that change nothing are repeated.
    pub fn retries(mut self, retries: Retries) -> ApiBuilder {
        self.retries = retries;
        self
    }

    /// With another source of numbers from 0 to 1 that spread waits. Default: the system's randomness.
    pub fn jitter(mut self, jitter: impl Fn() -> f64 + Send + Sync + 'static) -> ApiBuilder {
        self.jitter = Arc::new(jitter);
        self
    }

    /// With another bound on the size of answers, in bytes. Default 64 MiB.
    pub fn max_bytes(mut self, bytes: usize) -> ApiBuilder {
        self.max_bytes = bytes;
        self
    }

    /// Trusts these root certificates (PEM) and no others.
    pub fn root_certificates(mut self, pem: impl Into<Vec<u8>>) -> ApiBuilder {
        self.certificates = pem.into();
        self
    }

    /// Connects through this proxy. Variables of the process that name proxies are not read.
    pub fn proxy(mut self, url: impl Into<String>) -> ApiBuilder {
        self.proxy = Some(url.into());
        self
    }

    /// Whether the access token may go over a connection that is not encrypted. To this machine itself it always may.
    pub fn allow_plain_http(mut self, allow: bool) -> ApiBuilder {
        self.plain_http = allow;
        self
    }

    /// The client. Nothing is sent yet.
    pub fn build(self) -> Result<Api, SettingsError> {
        let organization = checked_organization(&self.organization)?;
        let base = base_url(&self.url)?;
        if base.scheme() == "http" && !self.plain_http && !is_this_machine(&base) {
            return Err(SettingsError::PlainHttp(self.url));
        }
        let credentials = match self.credentials {
            None => return Err(SettingsError::NoCredentials),
            Some(Given::Token(token)) => {
                authorization(&token).ok_or(SettingsError::Token)?;
                Credentials::Token(token)
            }
            Some(Given::Exchange(exchange, subject)) => Credentials::exchange(exchange, subject),
        };
        let mut http = reqwest::Client::builder()
            .user_agent(self.user_agent)
            .connect_timeout(self.connect_timeout)
            .timeout(self.timeout)
            // Where to follow a redirect to is decided here, not there.
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .no_proxy();
        if !self.certificates.is_empty() {
            let certificates = Certificate::from_pem_bundle(&self.certificates)
                .ok()
                .filter(|certificates| !certificates.is_empty())
                .ok_or(SettingsError::Certificates)?;
            http = http.tls_certs_only(certificates);
        }
        if let Some(proxy) = self.proxy {
            let refused = |_| SettingsError::Http("the proxy's address is malformed".to_owned());
            http = http.proxy(Proxy::all(proxy).map_err(refused)?);
        }
        let http = http.build().map_err(|e| SettingsError::Http(e.without_url().to_string()))?;
        let transport = Transport {
            http,
            base,
            tokens: Box::new(credentials),
            retries: self.retries,
            jitter: self.jitter,
            max_bytes: self.max_bytes,
        };
        Ok(Api { transport: Arc::new(transport), organization })
    }
}

impl fmt::Debug for ApiBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiBuilder")
            .field("organization", &self.organization)
            .field("retries", &self.retries)
            .finish_non_exhaustive()
    }
}

fn system_jitter() -> f64 {
    let mut bytes = [0; 4];
    // Without randomness waits are not spread, which is no harm.
    let _ = SystemRandomness::default().fill(&mut bytes);
    f64::from(u32::from_le_bytes(bytes)) / (f64::from(u32::MAX) + 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_checked() {
        let builder = Api::builder("acme");
        assert_eq!(builder.clone().build().unwrap_err(), SettingsError::NoCredentials);
        for token in ["", "a b", "hunter2\r\nX: y", "hünter"] {
            let error = builder.clone().access_token(Secret::new(token.into())).build();
            assert_eq!(error.unwrap_err(), SettingsError::Token);
        }
        let builder = builder.access_token(Secret::new("hunter2".to_owned()));
        assert!(!format!("{builder:?}").contains("hunter2"));
        let error = builder.clone().root_certificates("nonsense").build().unwrap_err();
        assert_eq!(error, SettingsError::Certificates);
        let api = builder.clone().build().unwrap();
        assert!(matches!(api.with_organization("../x"), Err(SettingsError::Organization(_))));
        assert_eq!(api.with_organization("other").unwrap().organization(), "other");
        assert!(matches!(Api::builder("..").build(), Err(SettingsError::Organization(_))));
    }

    #[test]
    fn jitter_is_between_0_and_1() {
        let numbers: Vec<f64> = (0..100).map(|_| system_jitter()).collect();
        assert!(numbers.iter().all(|n| (0.0..1.0).contains(n)));
        assert!(numbers.iter().any(|n| *n != numbers[0]));
    }
}
