//! Where relying parties fetch the documents of an issuer of tokens.

use std::sync::{Arc, Mutex, PoisonError};

use axum::Json;
use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use serde_json::{Value, json};

use crate::ca::Ca;
use crate::serve::HttpServer;

/// An issuer of tokens as far as relying parties see it: a server of its discovery document and its keys.
///
/// The documents are whatever it is given, so a test may swap or break them. Until it is given a discovery document, it
/// answers a minimal one that names itself as the issuer.
///
/// ```
/// use esc_test_servers::TokenIssuer;
/// use serde_json::json;
///
/// # async fn test() {
/// let issuer = TokenIssuer::start().await;
/// issuer.set_jwks(json!({ "keys": [] }));
/// let config = json!({ "oidc_discovery_url": issuer.url(), "bound_issuer": issuer.url() });
/// # }
/// ```
#[derive(Debug)]
pub struct TokenIssuer {
    server: HttpServer,
    documents: Arc<Mutex<Documents>>,
}

#[derive(Debug)]
struct Documents {
    url: String,
    discovery: Option<Value>,
    jwks: Value,
    requests: Vec<String>,
}

impl TokenIssuer {
    /// Starts one over HTTP, without keys.
    pub async fn start() -> TokenIssuer {
        TokenIssuer::serve(HttpServer::start)
    }

    /// Starts one over TLS, without keys.
    pub async fn start_tls(ca: &Ca) -> TokenIssuer {
        TokenIssuer::serve(|app| HttpServer::start_tls(app, ca.server()))
    }

    fn serve(serve: impl FnOnce(Router) -> HttpServer) -> TokenIssuer {
        let documents = Arc::new(Mutex::new(Documents {
            url: String::new(),
            discovery: None,
            jwks: json!({ "keys": [] }),
            requests: vec![],
        }));
        let server = serve(Router::new().fallback(answer).with_state(documents.clone()));
        let issuer = TokenIssuer { server, documents };
        issuer.with(|d| d.url = issuer.server.url());
        issuer
    }

    /// The issuer's URL. The discovery document is at `/.well-known/openid-configuration`, the keys are at every path
    /// that ends with `jwks` or `jwks.json`.
    pub fn url(&self) -> String {
        self.server.url()
    }

    /// Where the keys are, `/.well-known/jwks`.
    pub fn jwks_url(&self) -> String {
        format!("{}/.well-known/jwks", self.url())
    }

    /// Answers that as the discovery document from now on.
    pub fn set_discovery(&self, document: Value) {
        self.with(|d| d.discovery = Some(document));
    }

    /// Answers that as the set of keys from now on.
    pub fn set_jwks(&self, document: Value) {
        self.with(|d| d.jwks = document);
    }

    /// The paths that were asked for so far.
    pub fn requests(&self) -> Vec<String> {
        self.with(|d| d.requests.clone())
    }

    fn with<T>(&self, work: impl FnOnce(&mut Documents) -> T) -> T {
        work(&mut self.documents.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

async fn answer(
    State(documents): State<Arc<Mutex<Documents>>>,
    uri: Uri,
) -> (StatusCode, Json<Value>) {
    let mut documents = documents.lock().unwrap_or_else(PoisonError::into_inner);
    let path = uri.path();
    documents.requests.push(path.to_owned());
    if path == "/.well-known/openid-configuration" {
        let url = &documents.url;
        let minimal = || {
            json!({
                "issuer": url,
                "jwks_uri": format!("{url}/.well-known/jwks"),
                "response_types_supported": ["id_token"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256", "ES256"],
            })
        };
        (StatusCode::OK, Json(documents.discovery.clone().unwrap_or_else(minimal)))
    } else if path.ends_with("jwks") || path.ends_with("jwks.json") {
        (StatusCode::OK, Json(documents.jwks.clone()))
    } else {
        (StatusCode::NOT_FOUND, Json(Value::Null))
    }
}
