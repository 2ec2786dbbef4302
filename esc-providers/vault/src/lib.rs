//! HashiCorp Vault and OpenBao for environments: logins and secrets.
//!
//! * [`vault-login`](VaultLogin) gets a token: with an identity token (`jwt`), a child of another token, AppRole, a Kubernetes
//!   service account, user and password, or a token that waits in a wrapping token.
//! * [`vault-secrets`](VaultSecrets) reads with it: any path as it is, KV secrets of both versions, wrapped secrets.
//!
//! [`Vault`] makes both, so that they share connections and what is known of mounts:
//!
//! ```
//! use std::time::Duration;
//! use esc_provider_kit::Family;
//! use esc_provider_vault::{Settings, Vault};
//!
//! let settings = Settings::default()
//!     .with_timeout(Duration::from_secs(10))
//!     .with_allowed_address("https://vault.internal:8200");
//! let vault = Vault::new(settings);
//! let names: Vec<&str> = vault.providers().into_iter().map(|(name, _)| name).collect();
//! assert_eq!(names, ["vault-login", "vault-secrets"]);
//! ```
//!
//! Nothing is read from the process environment: no `VAULT_ADDR`, no `VAULT_TOKEN`, no proxies.
//!
//! Tokens that a login made and credentials that Vault made for a read carry a [lease](esc_core::provider::Lease): whoever
//! opened them can renew them, and gives them back when done. What is not given back ends by itself.

use std::sync::Arc;

use esc_core::provider::Provider;
use esc_provider_kit::Family;

mod address;
mod connection;
mod failure;
mod keeper;
mod login;
mod names;
mod path;
mod secrets;
mod settings;
mod timestamp;

pub use names::{LOGIN, SECRETS};

pub use login::VaultLogin;
pub use secrets::VaultSecrets;
pub use settings::Settings;

use connection::Connections;

/// The providers for Vault and OpenBao.
#[derive(Clone, Debug)]
pub struct Vault {
    login: Arc<VaultLogin>,
    secrets: Arc<VaultSecrets>,
}

impl Vault {
    /// Providers with these settings.
    pub fn new(settings: Settings) -> Vault {
        let settings = Arc::new(settings);
        let connections = Arc::new(Connections::new(settings.clone()));
        Vault {
            login: Arc::new(VaultLogin::new(settings, connections.clone())),
            secrets: Arc::new(VaultSecrets::new(connections)),
        }
    }

    /// `vault-login`.
    pub fn login(&self) -> Arc<VaultLogin> {
        self.login.clone()
    }

    /// `vault-secrets`.
    pub fn secrets(&self) -> Arc<VaultSecrets> {
        self.secrets.clone()
    }
}

/// With all defaults: without an identity, so every way to log in but `jwt`.
impl Default for Vault {
    fn default() -> Vault {
        Vault::new(Settings::default())
    }
}

impl Family for Vault {
    fn providers(&self) -> Vec<(&'static str, Arc<dyn Provider>)> {
        vec![(LOGIN, self.login.clone()), (SECRETS, self.secrets.clone())]
    }
}
