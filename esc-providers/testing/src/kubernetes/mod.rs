//! An API server with the few resources that a secret manager needs.
//!
//! [`FakeKubernetes`] serves Secrets, ConfigMaps, Namespaces, ServiceAccounts, Roles and RoleBindings over HTTP, with TLS
//! by a private certificate authority. What is asked of it goes through the stages of the real one: authentication
//! (bearer tokens; in one mode the administrator's certificate), authorisation (by the Roles and RoleBindings that are
//! stored), validation, storage.
//!
//! ```no_run
//! # async fn doc() {
//! use esc_test_servers::kubernetes::{FakeKubernetes, Rule};
//!
//! let server = FakeKubernetes::start().await;
//! server.namespace("app");
//! server.secret("app", "db", &[("tier", "data")], &[("password", b"hunter2")]);
//! let token = server.account("app", "reader", &[Rule::new(&["get"], &["secrets"]).named(&["db"])]);
//! # let _ = token;
//! # }
//! ```
//!
//! # Where it differs from a real one
//!
//! * Pages of a list after the first show the present, not the snapshot of the first page.
//! * A namespace and what is in it are gone at once when it is deleted, and a new one has no `default` account, no
//!   `kube-root-ca.crt`.
//! * Neither ClusterRoles nor aggregation: there is one administrator, who may do everything, and Roles. A rule with
//!   resource names never allows `list` and `watch`, not even with a field selector.
//! * Of field selectors only `metadata.name=`; of patches only merge patches; no server-side apply, no managed fields, no
//!   `generateName`, no finalizers, no owner references, no dry run, no `deletecollection`, no tables.
//! * A watch without `timeoutSeconds` ends after a minute. A compaction happens when a test says so.
//! * Service account tokens are opaque, not JWTs, and there is no TokenReview. A token stays good when the Secret or Pod
//!   it is bound to goes, since it cannot be bound.
//! * Enough discovery for `kubectl get|create|delete`; no OpenAPI, so that `kubectl apply` needs `--validate=false`.

use std::sync::Arc;

use rustls::ServerConfig;

use crate::{Ca, HttpServer, Leaf};

mod access;
mod api;
mod discovery;
mod failing;
mod faults;
mod list;
mod object;
mod resource;
mod seed;
mod shared;
mod status;
mod store;
mod token;
mod validate;
mod watch;
mod write;

pub use access::Rule;
pub use faults::{Fault, Logged};

use shared::Shared;

/// A running API server. It ends when it is dropped.
pub struct FakeKubernetes {
    shared: Arc<Shared>,
    endpoint: String,
    ca_pem: Option<String>,
    client: Option<Leaf>,
    _server: HttpServer,
}

impl FakeKubernetes {
    /// Starts one with TLS.
    pub async fn start() -> FakeKubernetes {
        let ca = Ca::new();
        Self::launch(Some((ca.server(), ca.pem())), None)
    }

    /// Starts one without TLS.
    pub async fn start_plain() -> FakeKubernetes {
        Self::launch(None, None)
    }

    /// Starts one with TLS that talks only to the administrator, whom it knows by a
    /// [certificate](Self::client_certificate). A request without a token is his.
    pub async fn start_with_client_certificate() -> FakeKubernetes {
        let ca = Ca::new();
        let client = ca.leaf("kubernetes-admin", &[]);
        Self::launch(Some((ca.server_for_clients(), ca.pem())), Some(client))
    }

    fn launch(tls: Option<(Arc<ServerConfig>, String)>, client: Option<Leaf>) -> FakeKubernetes {
        let shared = Arc::new(Shared::new(client.is_some()));
        let router = api::router(shared.clone());
        let (server, ca_pem) = match tls {
            Some((config, pem)) => (HttpServer::start_tls(router, config), Some(pem)),
            None => (HttpServer::start(router), None),
        };
        FakeKubernetes { shared, endpoint: server.url(), ca_pem, client, _server: server }
    }

    /// Its address, as in `https://127.0.0.1:40123`.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// The certificate of its authority, in PEM; none without TLS.
    pub fn ca_pem(&self) -> Option<&str> {
        self.ca_pem.as_deref()
    }

    /// The administrator's certificate and private key, in PEM, if the server asks for one.
    pub fn client_certificate(&self) -> Option<(&str, &str)> {
        self.client.as_ref().map(|leaf| (leaf.certificate_pem.as_str(), leaf.key_pem.as_str()))
    }

    /// A token that may do everything.
    pub fn admin_token(&self) -> String {
        self.shared.admin_token.clone()
    }

    /// A kubeconfig, as YAML, that uses this token in this namespace.
    pub fn kubeconfig(&self, token: &str, namespace: &str) -> String {
        let authority = match &self.ca_pem {
            Some(pem) => {
                use base64::Engine;
                let data = base64::engine::general_purpose::STANDARD.encode(pem);
                format!("    certificate-authority-data: {data}\n")
            }
            None => String::new(),
        };
        format!(
            "apiVersion: v1\nkind: Config\ncurrent-context: fake\nclusters:\n- name: fake\n  cluster:\n    server: {}\n\
             {authority}users:\n- name: fake\n  user:\n    token: {token}\ncontexts:\n- name: fake\n  context:\n    \
             cluster: fake\n    user: fake\n    namespace: {namespace}\n",
            self.endpoint
        )
    }
}
