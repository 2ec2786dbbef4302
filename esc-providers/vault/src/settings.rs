//! What an embedder can set.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use esc_provider_kit::identity::{Identity, NoIdentity};
use url::Url;

use crate::Vault;
use crate::address::Address;

/// Makes a [`Vault`].
///
/// ```
/// use esc_provider_vault::Vault;
///
/// let vault = Vault::builder().max_response_bytes(1 << 20).build();
/// # let _ = vault;
/// ```
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct VaultBuilder {
    settings: Settings,
}

#[derive(Clone)]
pub(crate) struct Settings {
    pub identity: Arc<dyn Identity>,
    pub ca_certificate: Option<String>,
    pub proxy: Option<Url>,
    /// Empty: all.
    pub allowed: Vec<String>,
    pub connect_timeout: Duration,
    pub timeout: Duration,
    pub max_response_bytes: usize,
    pub max_in_flight: usize,
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
    /// Whether calls to that address are allowed.
    pub fn allows(&self, address: &Address) -> bool {
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

impl VaultBuilder {
    /// Who mints the tokens for `jwt`. By default nobody.
    pub fn identity(mut self, identity: Arc<dyn Identity>) -> VaultBuilder {
        self.settings.identity = identity;
        self
    }

    /// The certificates, in PEM, of the authorities that servers must prove themselves by, instead of the system's. The
    /// input `caCertificate` of a login goes before. A text without certificates is reported by the first call.
    pub fn ca_certificate(mut self, pem: impl Into<String>) -> VaultBuilder {
        self.settings.ca_certificate = Some(pem.into());
        self
    }

    /// The proxy that all calls go through. By default none.
    pub fn proxy(mut self, url: Url) -> VaultBuilder {
        self.settings.proxy = Some(url);
        self
    }

    /// Allows calls to that address, such as `https://vault.internal:8200`, and from now on only to those that were
    /// allowed. By default documents may name any address, unencrypted ones among them.
    pub fn allow_address(mut self, address: &str) -> VaultBuilder {
        // What is no address allows nothing, but does limit.
        let address = Address::parse(address).map(|a| a.as_str().to_owned()).unwrap_or_default();
        self.settings.allowed.push(address);
        self
    }

    /// How long making a connection may take. Default 5 seconds.
    pub fn connect_timeout(mut self, timeout: Duration) -> VaultBuilder {
        self.settings.connect_timeout = timeout;
        self
    }

    /// How long one call to the server may take. Default 30 seconds.
    pub fn timeout(mut self, timeout: Duration) -> VaultBuilder {
        self.settings.timeout = timeout;
        self
    }

    /// The bound on the size of one answer, in bytes. Default 4 MiB.
    pub fn max_response_bytes(mut self, bytes: usize) -> VaultBuilder {
        self.settings.max_response_bytes = bytes;
        self
    }

    /// How many reads of one `vault-secrets` are in flight at once. Default 40, at least 1.
    pub fn max_in_flight(mut self, count: usize) -> VaultBuilder {
        self.settings.max_in_flight = count.max(1);
        self
    }

    /// The providers.
    pub fn build(self) -> Vault {
        Vault::new(self.settings)
    }
}
