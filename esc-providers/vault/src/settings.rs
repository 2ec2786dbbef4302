//! What an embedder can set.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use esc_provider_kit::identity::{Identity, NoIdentity};
use url::Url;

use crate::address::Address;

/// What an embedder can set for the providers of Vault.
///
/// ```
/// use std::time::Duration;
/// use esc_provider_vault::{Settings, Vault};
///
/// let settings = Settings::default()
///     .with_timeout(Duration::from_secs(10))
///     .with_allowed_address("https://vault.internal:8200");
/// let vault = Vault::new(settings);
/// # let _ = vault;
/// ```
#[derive(Clone)]
#[must_use]
pub struct Settings {
    pub(crate) identity: Arc<dyn Identity>,
    pub(crate) ca_certificate: Option<String>,
    pub(crate) proxy: Option<Url>,
    /// Empty: all.
    allowed: Vec<String>,
    pub(crate) connect_timeout: Duration,
    pub(crate) timeout: Duration,
    pub(crate) max_response_bytes: usize,
    pub(crate) max_in_flight: usize,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            identity: Arc::new(NoIdentity),
            ca_certificate: None,
            proxy: None,
            allowed: Vec::new(),
            connect_timeout: Duration::from_secs(5),
            timeout: Duration::from_secs(30),
            max_response_bytes: 4 << 20,
            max_in_flight: 40,
        }
    }
}

impl Settings {
    /// Who mints the tokens for `jwt`. By default nobody.
    pub fn with_identity(mut self, identity: Arc<dyn Identity>) -> Settings {
        self.identity = identity;
        self
    }

    /// The certificates, in PEM, of the authorities that servers must prove themselves by, instead of the system's. The
    /// input `caCertificate` of a login goes before. A text without certificates is reported by the first call.
    pub fn with_ca_certificate(mut self, pem: impl Into<String>) -> Settings {
        self.ca_certificate = Some(pem.into());
        self
    }

    /// The proxy that all calls go through. By default none.
    pub fn with_proxy(mut self, url: Url) -> Settings {
        self.proxy = Some(url);
        self
    }

    /// Allows calls to that address, such as `https://vault.internal:8200`, and from now on only to those that were
    /// allowed. By default documents may name any address, unencrypted ones among them.
    pub fn with_allowed_address(mut self, address: &str) -> Settings {
        // What is no address allows nothing, but does limit.
        let address = Address::parse(address).map(|a| a.as_str().to_owned()).unwrap_or_default();
        self.allowed.push(address);
        self
    }

    /// How long making a connection may take. Default 5 seconds.
    pub fn with_connect_timeout(mut self, timeout: Duration) -> Settings {
        self.connect_timeout = timeout;
        self
    }

    /// How long one call to the server may take. Default 30 seconds.
    pub fn with_timeout(mut self, timeout: Duration) -> Settings {
        self.timeout = timeout;
        self
    }

    /// The bound on the size of one answer, in bytes. Default 4 MiB.
    pub fn with_max_response_bytes(mut self, bytes: usize) -> Settings {
        self.max_response_bytes = bytes;
        self
    }

    /// How many reads of one `vault-secrets` are in flight at once. Default 40, at least 1.
    pub fn with_max_in_flight(mut self, count: usize) -> Settings {
        self.max_in_flight = count.max(1);
        self
    }

    /// Whether calls to that address are allowed.
    pub(crate) fn allows(&self, address: &Address) -> bool {
        self.allowed.is_empty() || self.allowed.iter().any(|allowed| allowed == address.as_str())
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("ca_certificate", &self.ca_certificate.is_some())
            .field("proxy", &self.proxy.is_some())
            .field("allowed", &self.allowed)
            .field("connect_timeout", &self.connect_timeout)
            .field("timeout", &self.timeout)
            .field("max_response_bytes", &self.max_response_bytes)
            .field("max_in_flight", &self.max_in_flight)
            .finish_non_exhaustive()
    }
}
