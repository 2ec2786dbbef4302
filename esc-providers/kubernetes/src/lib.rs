//! Kubernetes for environments: Secrets, ConfigMaps and logins.
//!
//! [`Kubernetes`] is a family of four providers:
//!
//! * `kubernetes-login` ([`LOGIN`]) comes to a server and credentials for it;
//! * `kubernetes-secrets` ([`SECRETS`]) and `kubernetes-configmaps` ([`CONFIG_MAPS`]) read objects with such a login;
//! * `kubernetes-kubeconfig` ([`KUBECONFIG`]) writes a login down for kubectl.
//!
//! ```
//! use esc_core::provider::Registry;
//! use esc_provider_kit::Family;
//! use esc_provider_kubernetes::{Kubernetes, Settings};
//!
//! let mut registry = Registry::new();
//! for (name, provider) in Kubernetes::new(Settings::default()).providers() {
//!     registry = registry.with_provider(name, provider);
//! }
//! ```
//!
//! # Logging in
//!
//! ```yaml
#![doc = include_str!("../examples/kubernetes-login.yaml")]
//! ```
//!
//! There is exactly one of `kubeconfig` (with `context`), `kubeconfigFile` (with `context`), `inCluster: true` and
//! `static`. With `tokenRequest` the credentials are only used to ask the API server for a short-lived token of a
//! service account, and that is the answer, with a lease.
//!
//! By default nothing outside the document is within its reach: `kubeconfigFile`, files that a kubeconfig names, its
//! credential plugins, the Pod's service account and servers that prove nothing of who they are take the embedder's
//! consent ([`Settings`]). Impersonation, `proxy-url`, `auth-provider` and passwords of a kubeconfig are refused always,
//! rather than left out.
//!
//! # Secrets and ConfigMaps
//!
//! ```yaml
#![doc = include_str!("../examples/kubernetes-secrets.yaml")]
//! ```
//!
//! ```yaml
#![doc = include_str!("../examples/kubernetes-configmaps.yaml")]
//! ```
//!
//! Values of Secrets are secret, those of ConfigMaps are not. Bytes that are not text take `binary: base64`. Within a
//! call, and within a batch of calls, equal objects are read once.
//!
//! # Which rights it takes
//!
//! By name, the verb `get` on just these names:
//!
//! ```yaml
#![doc = include_str!("../examples/role.yaml")]
//! ```
//!
//! By label it takes `list`, and whoever may list Secrets can read *every* Secret of the namespace: a selector is part
//! of the question, not of the right. Prefer `get`, and a namespace of its own where a list is needed. Neither needs
//! `watch`. A `tokenRequest` needs `create` on `serviceaccounts/token` with the account's name, as in the Role above.
//!
//! # A kubeconfig
//!
//! ```yaml
#![doc = include_str!("../examples/kubernetes-kubeconfig.yaml")]
//! ```
//!
//! # Of the machine
//!
//! A client without `caCertificate` trusts what the machine trusts. Neither proxies nor anything else is taken from the
//! environment.

use std::sync::Arc;

use esc_core::provider::Provider;
use esc_provider_kit::Family;

mod connection;
mod credentials;
mod failure;
mod kubeconfig;
mod login;
mod names;
mod objects;
mod settings;

pub use names::{CONFIG_MAPS, KUBECONFIG, LOGIN, SECRETS};

pub use settings::{InCluster, Settings};

use connection::Connections;
use kubeconfig::Kubeconfigs;
use login::Logins;
use objects::{Kind, Objects};

/// The Kubernetes providers. They share their connections.
pub struct Kubernetes {
    connections: Arc<Connections>,
}

impl Kubernetes {
    /// The providers with these settings.
    pub fn new(settings: Settings) -> Kubernetes {
        Kubernetes { connections: Arc::new(Connections::new(settings)) }
    }
}

impl Default for Kubernetes {
    /// The providers with the default settings.
    fn default() -> Kubernetes {
        Kubernetes::new(Settings::default())
    }
}

impl Family for Kubernetes {
    fn providers(&self) -> Vec<(&'static str, Arc<dyn Provider>)> {
        let connections = || self.connections.clone();
        let objects = |kind| Arc::new(Objects { kind, connections: connections() });
        vec![
            (LOGIN, Arc::new(Logins { connections: connections() })),
            (SECRETS, objects(Kind::Secrets)),
            (CONFIG_MAPS, objects(Kind::ConfigMaps)),
            (KUBECONFIG, Arc::new(Kubeconfigs)),
        ]
    }
}
