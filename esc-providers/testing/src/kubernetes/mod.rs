//! An API server with the few resources that a secret manager needs.
//!
//! [`FakeKubernetes`] serves Secrets, ConfigMaps, Namespaces, ServiceAccounts, Roles and RoleBindings over HTTP, with TLS
//! by a private certificate authority. What is asked of it goes through the stages of the real one: authentication
//! (bearer tokens; in one mode the administrator's certificate), authorisation (the Roles and RoleBindings that are stored), validation, storage.
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

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use axum_server::Handle;
use axum_server::tls_rustls::RustlsConfig;

mod access;
mod api;
mod certificate;
mod discovery;
mod faults;
mod list;
mod object;
mod resource;
mod seed;
mod status;
mod store;
mod token;
mod validate;
mod watch;
mod write;

pub use access::Rule;
pub use faults::{Fault, Logged};

use api::Shared;
use certificate::Certificate;

/// A running API server. It ends when it is dropped.
pub struct FakeKubernetes {
    shared: Arc<Shared>,
    endpoint: String,
    ca_pem: Option<String>,
    client: Option<(String, String)>,
    handle: Handle<SocketAddr>,
    thread: Option<JoinHandle<()>>,
}

impl FakeKubernetes {
    /// Starts one with TLS.
    ///
    /// # Panics
    ///
    /// If there is no port, or no thread.
    pub async fn start() -> FakeKubernetes {
        Self::launch(Some(Certificate::new()), false).await
    }

    /// Starts one with TLS that talks only to the administrator, whom it knows by a
    /// [certificate](Self::client_certificate). A request without a token is his.
    ///
    /// # Panics
    ///
    /// If there is no port, or no thread.
    pub async fn start_with_client_certificate() -> FakeKubernetes {
        Self::launch(Some(Certificate::new()), true).await
    }

    /// Starts one without TLS.
    ///
    /// # Panics
    ///
    /// If there is no port, or no thread.
    pub async fn start_plain() -> FakeKubernetes {
        Self::launch(None, false).await
    }

    #[expect(clippy::expect_used, reason = "a test cannot go on without its server")]
    async fn launch(certificate: Option<Certificate>, ask_clients: bool) -> FakeKubernetes {
        let shared = Arc::new(Shared::new(ask_clients));
        let handle = Handle::new();
        let ca_pem = certificate.as_ref().map(|c| c.ca_pem.clone());
        let client = certificate
            .as_ref()
            .filter(|_| ask_clients)
            .map(|c| (c.client_pem.clone(), c.client_key_pem.clone()));
        let tls = certificate
            .map(|certificate| certificate.server(ask_clients).expect("a configuration of TLS"));
        let thread = std::thread::Builder::new()
            .name("fake-kubernetes".into())
            .spawn({
                let (shared, handle) = (shared.clone(), handle.clone());
                move || serve(shared, handle, tls)
            })
            .expect("a thread for the fake API server");
        let address = tokio::time::timeout(Duration::from_secs(10), handle.listening())
            .await
            .ok()
            .flatten()
            .expect("the fake API server did not start to listen");
        let scheme = if ca_pem.is_some() { "https" } else { "http" };
        let endpoint = format!("{scheme}://127.0.0.1:{}", address.port());
        FakeKubernetes { shared, endpoint, ca_pem, client, handle, thread: Some(thread) }
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
        self.client.as_ref().map(|(certificate, key)| (certificate.as_str(), key.as_str()))
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

impl Drop for FakeKubernetes {
    fn drop(&mut self) {
        self.handle.shutdown();
        if let Some(thread) = self.thread.take() {
            // It ends by itself; whether it ended well is nobody's concern any more.
            let _ = thread.join();
        }
    }
}

/// Serves on a runtime of its own, so that the server outlives the test that happened to start it.
fn serve(shared: Arc<Shared>, handle: Handle<SocketAddr>, tls: Option<RustlsConfig>) {
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else {
        return;
    };
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let service = api::router(shared).into_make_service();
    let served = runtime.block_on(async {
        match tls {
            None => axum_server::bind(address).handle(handle).serve(service).await,
            Some(tls) => axum_server::bind_rustls(address, tls).handle(handle).serve(service).await,
        }
    });
    if let Err(error) = served {
        eprintln!("the fake API server ended: {error}");
    }
}
