//! Clients, one for each server and set of credentials, and what is asked of them.

use std::time::Duration;

use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use esc_core::provider::ErrorKind;
use esc_core::text::encode_base64;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use kube::client::Body;
use kube::core::Request;
use kube::core::params::{GetParams, ListParams, PostParams};
use kube::{Client, Config};
use moka::future::Cache;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use crate::credentials::Login;
use crate::failure::{Asked, Problem, Remedy};
use crate::settings::Settings;

/// How long a client is kept that nobody uses: credentials should not lie about.
const IDLE: Duration = Duration::from_secs(300);

/// What stands for a server and the credentials for it, and gives away neither.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ConnectionKey([u8; 32]);

/// Clients, kept for reuse.
pub(crate) struct Connections {
    pub(crate) settings: Settings,
    /// Random; without it nobody can tell from a key what it stands for. None if there was no randomness.
    key: Option<hmac::Key>,
    clients: Cache<ConnectionKey, Client>,
}

/// A question to an API server.
#[derive(Clone, Debug)]
pub(crate) enum Question {
    /// One object.
    Get { resource: &'static str, namespace: String, name: String },
    /// A page of those that the labels select.
    List { resource: &'static str, namespace: String, labels: String, after: Option<String> },
    /// A token of a service account; the body says what kind of.
    Token { namespace: String, account: String, body: Vec<u8> },
}

impl Question {
    fn asked(&self) -> Asked<'_> {
        match self {
            Question::Get { resource, namespace, name } => {
                Asked { verb: "get", resource, namespace, name: Some(name) }
            }
            Question::List { resource, namespace, .. } => {
                Asked { verb: "list", resource, namespace, name: None }
            }
            Question::Token { namespace, account, .. } => Asked {
                verb: "create",
                resource: "serviceaccounts/token",
                namespace,
                name: Some(account),
            },
        }
    }
}

impl Connections {
    pub(crate) fn new(settings: Settings) -> Connections {
        let random = SystemRandom::new();
        Connections {
            key: hmac::Key::generate(hmac::HMAC_SHA256, &random).ok(),
            clients: Cache::builder()
                .max_capacity(settings.max_connections)
                .time_to_idle(IDLE)
                .build(),
            settings,
        }
    }

    /// What stands for this login.
    pub(crate) fn key(&self, login: &Login) -> Result<ConnectionKey, Problem> {
        let key = self.key.as_ref().ok_or_else(|| {
            Problem::new(
                ErrorKind::Internal,
                "the machine has no randomness",
                "restart the program",
            )
        })?;
        let mut digest = hmac::Context::with_key(key);
        let insecure = if login.insecure_skip_tls_verify { "insecure" } else { "" };
        let parts = [
            Some(login.server.as_str()),
            login.ca_certificate.as_deref(),
            login.tls_server_name.as_deref(),
            Some(insecure),
            login.token.as_ref().map(|token| token.expose().as_str()),
            login.client_certificate.as_deref(),
            login.client_key.as_ref().map(|key| key.expose().as_str()),
        ];
        for part in parts {
            // With its length, so that nothing can be moved from one part to the next.
            digest.update(&part.map_or(u64::MAX, |text| text.len() as u64).to_be_bytes());
            digest.update(part.unwrap_or_default().as_bytes());
        }
        let mut bytes = [0; 32];
        bytes.copy_from_slice(digest.sign().as_ref());
        Ok(ConnectionKey(bytes))
    }

    /// Asks, and answers the body of the answer.
    pub(crate) async fn ask(&self, login: &Login, question: &Question) -> Result<Vec<u8>, Problem> {
        let limit = self.settings.request_timeout;
        let key = self.key(login)?;
        let answer = tokio::time::timeout(limit, async {
            let client = self.client(key, login).await?;
            self.send(&client, question).await
        });
        let answer = answer.await.unwrap_or_else(|_| Err(Problem::too_late(limit)));
        if answer.as_ref().is_err_and(|problem| problem.remedy == Remedy::Reconnect) {
            // A client ends with the runtime that it was made on, for example.
            self.clients.invalidate(&key).await;
        }
        answer
    }

    async fn client(&self, key: ConnectionKey, login: &Login) -> Result<Client, Problem> {
        if let Some(client) = self.clients.get(&key).await {
            return Ok(client);
        }
        let config = configure(login, &self.settings)?;
        // Without a certificate authority of its own a client reads those of the machine.
        let made = tokio::task::spawn_blocking(move || Client::try_from(config)).await;
        let client = made.ok().and_then(Result::ok).ok_or_else(|| {
            Problem::new(
                ErrorKind::Invalid,
                "the credentials of the login cannot be used",
                "check that the token is one line, and that `caCertificate`, `clientCertificate` and `clientKey` are \
                 PEM and belong together",
            )
        })?;
        self.clients.insert(key, client.clone()).await;
        Ok(client)
    }

    async fn send(&self, client: &Client, question: &Question) -> Result<Vec<u8>, Problem> {
        let path = |namespace: &str, resource: &str| {
            Request::new(format!("/api/v1/namespaces/{namespace}/{resource}"))
        };
        let request = match question {
            Question::Get { resource, namespace, name } => {
                path(namespace, resource).get(name, &GetParams::default())
            }
            Question::List { resource, namespace, labels, after } => {
                let mut params =
                    ListParams::default().labels(labels).limit(self.settings.page_size);
                params.continue_token.clone_from(after);
                path(namespace, resource).list(&params)
            }
            Question::Token { namespace, account, body } => path(namespace, "serviceaccounts")
                .create_subresource("token", account, &PostParams::default(), body.clone()),
        };
        let request = request.map_err(|_| {
            Problem::new(ErrorKind::Invalid, "the name cannot be asked for", "check the name")
        })?;
        let response =
            client.send(request.map(Body::from)).await.map_err(|e| Problem::of_transport(&e))?;

        let code = response.status().as_u16();
        let retry_after = response
            .headers()
            .get("retry-after")
            .and_then(|value| value.to_str().ok()?.trim().parse().ok())
            .map(Duration::from_secs);
        let limit = self.settings.max_response_bytes;
        let body = Limited::new(response.into_body(), limit).collect().await;
        let body = body.map_err(|error| match error.downcast_ref::<LengthLimitError>() {
            Some(_) => Problem::too_large(limit),
            None => Problem::of_transport(&*error),
        })?;
        let body = body.to_bytes();
        match code {
            200..=299 => Ok(body.into()),
            _ => Err(Problem::of_answer(code, &body, retry_after, question.asked())),
        }
    }
}

/// The client's configuration. Nothing in it comes from the environment.
fn configure(login: &Login, settings: &Settings) -> Result<Config, Problem> {
    let invalid = |cause: &str, advice: &str| Problem::new(ErrorKind::Invalid, cause, advice);
    let bad_address = || {
        invalid(
            "`server` is not the address of an API server",
            "write it as `https://HOST:PORT`, without user, query or fragment",
        )
    };
    let mut config = Config::new(login.server.parse().map_err(|_| bad_address())?);
    let address = &config.cluster_url;
    let host = address.host().unwrap_or_default().to_owned();
    let plain = match address.scheme_str() {
        Some("https") => false,
        Some("http") => true,
        _ => return Err(bad_address()),
    };
    if host.is_empty() || login.server.contains(['@', '?', '#']) {
        return Err(bad_address());
    }
    let local = matches!(host.as_str(), "localhost" | "[::1]") || host.starts_with("127.");
    if !settings.insecure && (login.insecure_skip_tls_verify || (plain && !local)) {
        return Err(Problem::new(
            ErrorKind::Denied,
            "the login does not check who the server is",
            "use https, and give the certificate of the cluster's authority as `caCertificate`; or let the program \
             allow insecure logins",
        ));
    }
    config.connect_timeout = Some(settings.connect_timeout);
    // Reading and writing are bounded with the whole request.
    config.read_timeout = None;
    config.write_timeout = None;
    // Whoever calls knows better when to try again.
    config.default_retry = false;
    config.accept_invalid_certs = login.insecure_skip_tls_verify;
    config.tls_server_name.clone_from(&login.tls_server_name);
    if let Some(pem) = &login.ca_certificate {
        let certificates: Option<Vec<Vec<u8>>> = CertificateDer::pem_slice_iter(pem.as_bytes())
            .map(|certificate| Some(certificate.ok()?.to_vec()))
            .collect();
        let certificates = certificates.filter(|all| !all.is_empty()).ok_or_else(|| {
            invalid(
                "`caCertificate` is not PEM",
                "give the text that begins with `-----BEGIN CERTIFICATE-----`",
            )
        })?;
        config.root_cert = Some(certificates);
    }
    if let Some(token) = &login.token {
        config.auth_info.token = Some(token.expose().clone().into());
    }
    match (&login.client_certificate, &login.client_key) {
        (Some(certificate), Some(key)) => {
            let auth = &mut config.auth_info;
            auth.client_certificate_data = Some(encode_base64(certificate.as_bytes()));
            auth.client_key_data = Some(encode_base64(key.expose().as_bytes()).into());
        }
        (None, None) => {}
        _ => {
            return Err(invalid(
                "the login has one of `clientCertificate` and `clientKey` without the other",
                "give both or none",
            ));
        }
    }
    Ok(config)
}
