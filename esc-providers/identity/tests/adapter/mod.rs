//! An adapter as somebody would write one: it serves TLS, and verifies the token and the body.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum_server::Handle;
use axum_server::tls_rustls::RustlsConfig;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use esc_core::secret::Secret;
use esc_provider_identity::{Issuer, Version};
use rcgen::{BasicConstraints, CertificateParams, IsCa, KeyPair, KeyUsagePurpose};
use serde_json::{Value, json};

use crate::common::{full, verify};

/// What must not be seen.
pub const CANARY: &str = "xqcanaryqx";

/// A server that stops when it is dropped.
pub struct Adapter {
    pub issuer: Arc<Issuer>,
    /// The authority that signed its certificate, in PEM.
    pub authority: String,
    port: u16,
    handle: Handle<SocketAddr>,
    seen: Arc<Mutex<Vec<Seen>>>,
}

/// A request whose token was good.
#[derive(Clone, Debug)]
pub struct Seen {
    pub path: String,
    pub peer: SocketAddr,
    pub token: String,
    pub claims: Value,
    pub body: String,
}

#[derive(Clone)]
struct Serving {
    issuer: Arc<Issuer>,
    origin: String,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Adapter {
    pub async fn start(names: &[&str]) -> Adapter {
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        let key = KeyPair::generate().unwrap();
        let authority = params.self_signed(&key).unwrap().pem();
        let signer = rcgen::Issuer::new(params, key);
        let key = KeyPair::generate().unwrap();
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let certificate = CertificateParams::new(names).unwrap().signed_by(&key, &signer).unwrap();
        let (chain, key) = (certificate.pem().into_bytes(), key.serialize_pem().into_bytes());
        let tls = RustlsConfig::from_pem(chain, key).await.unwrap();

        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let port = listener.local_addr().unwrap().port();
        let (issuer, seen) = (Arc::new(full()), Arc::new(Mutex::new(Vec::new())));
        let origin = format!("https://localhost:{port}");
        let serving = Serving { issuer: issuer.clone(), origin, seen: seen.clone() };
        let service = Router::new().fallback(answer).with_state(serving);
        let service = service.into_make_service_with_connect_info::<SocketAddr>();
        let handle = Handle::new();
        let server = axum_server::from_tcp_rustls(listener, tls).unwrap().handle(handle.clone());
        tokio::spawn(server.serve(service));
        Adapter { issuer, authority, port, handle, seen }
    }

    pub fn url(&self, host: &str) -> String {
        format!("https://{host}:{}", self.port)
    }

    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }
}

impl Drop for Adapter {
    fn drop(&mut self) {
        self.handle.shutdown();
    }
}

async fn answer(
    State(serving): State<Serving>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let Some(seen) =
        serving.verified(&headers, uri.path_and_query().unwrap().as_str(), peer, &body)
    else {
        return (StatusCode::UNAUTHORIZED, "the token is not good").into_response();
    };
    let asked: Value = serde_json::from_str(&seen.body).unwrap();
    serving.seen.lock().unwrap().push(seen);
    let slowly = |piece: &'static str, pause: Duration| {
        let pieces = futures::stream::unfold((), move |()| async move {
            tokio::time::sleep(pause).await;
            Some((Ok::<_, Infallible>(piece), ()))
        });
        Body::from_stream(pieces).into_response()
    };
    match uri.path() {
        "/v1/credentials" => {
            axum::Json(json!({ "password": CANARY, "asked": asked, "n": 1.5 })).into_response()
        }
        "/v1/regions" => axum::Json(json!({ "default": "eu" })).into_response(),
        "/list" => axum::Json(json!([CANARY])).into_response(),
        "/text" => format!("{{\"a\": {CANARY}").into_response(),
        "/bytes" => vec![b'"', 0xff, b'"'].into_response(),
        "/large" => axum::Json(json!({ "a": "x".repeat(1000) })).into_response(),
        "/stream" => slowly("{\"a\":1,", Duration::ZERO),
        "/trickle" => slowly(" ", Duration::from_millis(20)),
        "/slow" => {
            tokio::time::sleep(Duration::from_secs(10)).await;
            StatusCode::OK.into_response()
        }
        path => {
            let status = path.strip_prefix("/status/").unwrap().parse().unwrap();
            let status = StatusCode::from_u16(status).unwrap();
            let elsewhere = format!("{}/v1/regions", serving.origin);
            (status, [("retry-after", "7"), ("location", &*elsewhere)], CANARY).into_response()
        }
    }
}

impl Serving {
    /// What an adapter ought to verify: signature, issuer, audience, and that the body is the one that was signed for.
    fn verified(
        &self,
        headers: &HeaderMap,
        uri: &str,
        peer: SocketAddr,
        body: &Bytes,
    ) -> Option<Seen> {
        assert_eq!(headers.get("content-type")?, "application/json");
        let token = headers.get("authorization")?.to_str().ok()?.strip_prefix("Bearer ")?;
        let audience = format!("{}{uri}", self.origin);
        let jwks = self.issuer.jwks(Version::Login);
        let claims = verify(&jwks, &Secret::new(token.to_owned()), &audience).ok()?;
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, body);
        let hash = format!("sha256-{}", STANDARD.encode(digest));
        let good = claims["iss"] == self.issuer.url(Version::Login) && claims["body_hash"] == hash;
        good.then(|| Seen {
            path: uri.to_owned(),
            peer,
            token: token.to_owned(),
            claims,
            body: String::from_utf8(body.to_vec()).unwrap(),
        })
    }
}
