//! What an embedder can set.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use esc_provider_kit::identity::Identity;
use reqwest::Certificate;
use url::Url;

use crate::external::External;
use crate::external::limits::ExternalLimits;
use crate::outbound::Outbound;

/// Makes [`Outbound`].
#[must_use]
pub struct OutboundBuilder {
    identity: Arc<dyn Identity>,
    certificates: Vec<String>,
    connect_timeout: Duration,
    timeout: Duration,
    proxy: Option<Url>,
    limits: ExternalLimits,
}

/// Settings that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SettingsError {
    /// A certificate is not one.
    #[error("the certificates are not in PEM")]
    Certificate,
    /// The proxy cannot be used.
    #[error("the proxy cannot be used")]
    Proxy,
    /// There is no HTTP client to be had: the system's certificates cannot be read, for instance.
    #[error("the HTTP client cannot be made: {0}")]
    Client(String),
}

impl Outbound {
    /// Begins the providers of that identity.
    pub fn builder(identity: Arc<dyn Identity>) -> OutboundBuilder {
        OutboundBuilder::new(identity)
    }
}

impl OutboundBuilder {
    fn new(identity: Arc<dyn Identity>) -> OutboundBuilder {
        OutboundBuilder {
            identity,
            certificates: Vec::new(),
            connect_timeout: Duration::from_secs(10),
            timeout: Duration::from_secs(30),
            proxy: None,
            limits: ExternalLimits {
                max_response_bytes: 4 << 20,
                http_on_loopback: false,
                idempotent: false,
                allowed: None,
            },
        }
    }

    /// Trusts these certificate authorities (PEM, one or more) beside those of the system.
    pub fn certificates(mut self, pem: impl Into<String>) -> OutboundBuilder {
        self.certificates.push(pem.into());
        self
    }

    /// How long connecting to an adapter may take. Default: 10 s.
    pub fn connect_timeout(mut self, timeout: Duration) -> OutboundBuilder {
        self.connect_timeout = timeout;
        self
    }

    /// How long an adapter may take to answer, all in all. Default: 30 s.
    pub fn timeout(mut self, timeout: Duration) -> OutboundBuilder {
        self.timeout = timeout;
        self
    }

    /// Reaches adapters through that proxy. Default: directly, whatever the process environment says.
    pub fn proxy(mut self, proxy: Url) -> OutboundBuilder {
        self.proxy = Some(proxy);
        self
    }

    /// How large an adapter's answer may be, in bytes. Default: 4 MiB.
    pub fn max_response_bytes(mut self, bytes: usize) -> OutboundBuilder {
        self.limits.max_response_bytes = bytes;
        self
    }

    /// Allows adapters without TLS on this machine: `http://localhost:…`, `http://127.0.0.1:…`. Default: no.
    pub fn allow_http_on_loopback(mut self, allow: bool) -> OutboundBuilder {
        self.limits.http_on_loopback = allow;
        self
    }

    /// Whether asking an adapter twice is as good as asking once: then calls may be retried, and answers shared.
    /// Default: no, because an adapter may hand out something new each time.
    pub fn adapters_are_idempotent(mut self, idempotent: bool) -> OutboundBuilder {
        self.limits.idempotent = idempotent;
        self
    }

    /// Allows only these adapters. Default: all that documents name.
    ///
    /// A program that opens the documents of others should allow only what they may reach from where it runs.
    pub fn allow_urls(
        mut self,
        allowed: impl Fn(&Url) -> bool + Send + Sync + 'static,
    ) -> OutboundBuilder {
        self.limits.allowed = Some(Arc::new(allowed));
        self
    }

    /// The providers.
    ///
    /// # Errors
    ///
    /// See [`SettingsError`].
    pub fn build(self) -> Result<Outbound, SettingsError> {
        let client = self.client()?;
        let external = External::new(self.identity.clone(), client, self.limits);
        Ok(Outbound { identity: self.identity, external: Arc::new(external) })
    }

    fn client(&self) -> Result<reqwest::Client, SettingsError> {
        let mut client = reqwest::Client::builder()
            .user_agent(concat!("esc/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(self.connect_timeout)
            .timeout(self.timeout)
            .no_proxy();
        if let Some(proxy) = &self.proxy {
            let proxy = reqwest::Proxy::all(proxy.as_str()).map_err(|_| SettingsError::Proxy)?;
            client = client.proxy(proxy);
        }
        for pem in &self.certificates {
            let certificates = Certificate::from_pem_bundle(pem.as_bytes());
            let certificates = certificates.map_err(|_| SettingsError::Certificate)?;
            if certificates.is_empty() {
                return Err(SettingsError::Certificate);
            }
            client = client.tls_certs_merge(certificates);
        }
        client.build().map_err(|error| SettingsError::Client(error.to_string()))
    }
}

impl fmt::Debug for OutboundBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OutboundBuilder")
            .field("connect_timeout", &self.connect_timeout)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}
