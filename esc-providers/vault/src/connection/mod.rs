//! Connections to servers: clients made once and shared, and the call that everything goes through.
//!
//! The requests are those of `vaultrs`; it also adds the headers. Sending is done here, because more is asked of it than
//! `vaultrs` offers: answers are bounded in size and keep their lease and `Retry-After`, nothing comes from the process
//! environment, proxies and redirects included, and a token never reaches a log.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use esc_core::provider::{ErrorKind, ProviderError};
use esc_core::secret::Secret;
use esc_core::value::Value;
use esc_provider_kit::Failure;
use moka::future::Cache;
use reqwest::header::{HeaderValue, LOCATION};
use reqwest::redirect::Policy;
use reqwest::{Certificate, Client, Proxy, Request, Response, Url};
use rustify::Endpoint;
use smol_str::SmolStr;
use vaultrs::api::EndpointMiddleware;
use zeroize::Zeroizing;

use crate::address::Address;
use crate::settings::Settings;

mod answer;
mod endpoint;

pub(crate) use answer::{Answer, Auth, Refusal, Trouble};
pub(crate) use endpoint::Logical;

/// All connections, by address and certificate authority.
pub(crate) struct Connections {
    pub settings: Arc<Settings>,
    clients: Cache<(Address, Option<String>), Client>,
    /// The versions of KV mounts, by what a server's paths begin with.
    pub mounts: Cache<(Place, String), Option<u8>>,
}

/// A server, and a namespace in it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Place {
    pub address: Address,
    pub namespace: Option<String>,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.address.as_str())?;
        match &self.namespace {
            Some(namespace) => write!(f, " (namespace `{namespace}`)"),
            None => Ok(()),
        }
    }
}

/// A connection to a place.
#[derive(Clone)]
pub(crate) struct Connection {
    pub place: Place,
    client: Client,
    settings: Arc<Settings>,
}

impl Connections {
    pub fn new(settings: Arc<Settings>) -> Connections {
        let clients =
            Cache::builder().max_capacity(64).time_to_idle(Duration::from_secs(600)).build();
        let mounts =
            Cache::builder().max_capacity(4096).time_to_live(Duration::from_secs(300)).build();
        Connections { settings, clients, mounts }
    }

    /// The connection to a server, as inputs name it.
    pub async fn connect(
        &self,
        provider: &'static str,
        address: &str,
        namespace: Option<&str>,
        ca_certificate: Option<&str>,
    ) -> Result<Connection, ProviderError> {
        let invalid = |cause: String| Failure::new(provider, ErrorKind::Invalid).cause(cause);
        let address = Address::parse(address).map_err(|problem| {
            invalid(format!("the address {problem}"))
                .advice("give scheme, host and port, such as https://vault.internal:8200")
        })?;
        if !self.settings.allows(&address) {
            return Err(Failure::new(provider, ErrorKind::Denied)
                .place(address.as_str())
                .cause("this address is not among those that are allowed")
                .advice("use one of the addresses that this program allows")
                .into());
        }
        let namespace = namespace.map(|n| n.trim_matches('/')).filter(|n| !n.is_empty());
        if namespace.is_some_and(|n| !is_header_text(n)) {
            return Err(invalid("the namespace has characters that cannot be sent".into())
                .advice("check `namespace` for line breaks and the like")
                .into());
        }
        let ca = ca_certificate.or(self.settings.ca_certificate.as_deref()).map(str::to_owned);
        let client = self.client(&address, ca).await.map_err(|cause| {
            invalid(cause)
                .place(address.as_str())
                .advice("give the certificate of the authority in PEM: -----BEGIN CERTIFICATE-----")
        })?;
        let place = Place { address, namespace: namespace.map(str::to_owned) };
        Ok(Connection { place, client, settings: self.settings.clone() })
    }

    async fn client(&self, address: &Address, ca: Option<String>) -> Result<Client, String> {
        let settings = self.settings.clone();
        let key = (address.clone(), ca.clone());
        let make = async move {
            // The system's certificates are read from files.
            let made = tokio::task::spawn_blocking(move || make_client(&settings, ca.as_deref()));
            made.await.unwrap_or_else(|_| Err("making the client was interrupted".into()))
        };
        self.clients.try_get_with(key, make).await.map_err(|error: Arc<String>| (*error).clone())
    }
}

fn make_client(settings: &Settings, ca: Option<&str>) -> Result<Client, String> {
    let mut builder = Client::builder()
        .tls_backend_rustls()
        .no_proxy()
        .redirect(Policy::none())
        .connect_timeout(settings.connect_timeout)
        .timeout(settings.timeout);
    if let Some(pem) = ca {
        let certificates = Certificate::from_pem_bundle(pem.as_bytes()).unwrap_or_default();
        if certificates.is_empty() {
            return Err("`caCertificate` has no certificate in it".into());
        }
        builder = builder.tls_certs_only(certificates);
    }
    if let Some(proxy) = &settings.proxy {
        let proxy = Proxy::all(proxy.clone());
        builder = builder.proxy(proxy.map_err(|_| "the proxy is not a URL")?);
    }
    builder.build().map_err(|_| "no client can be made with this `caCertificate`".into())
}

/// The account of a call, for limits: the server, and the namespace in it.
pub(crate) fn account(login: Option<&Value>) -> SmolStr {
    let text = |key| login.and_then(|login| login.get(key)).and_then(Value::as_str);
    let Some(Ok(address)) = text("address").map(Address::parse) else { return SmolStr::default() };
    match text("namespace").map(|n| n.trim_matches('/')).filter(|n| !n.is_empty()) {
        Some(namespace) => SmolStr::new(format!("{}/{namespace}", address.as_str())),
        None => SmolStr::new(address.as_str()),
    }
}

impl Connection {
    /// Asks the server, with a token or without.
    pub async fn call<E: Endpoint>(
        &self,
        endpoint: E,
        token: Option<&Secret<String>>,
    ) -> Result<Answer, Trouble> {
        let request = self.request(endpoint, token)?;
        let again = request.try_clone();
        let mut response = self.client.execute(request).await.map_err(Trouble::from_transport)?;
        if let (Some(target), Some(mut request)) = (self.redirect(&response)?, again) {
            *request.url_mut() = target;
            response = self.client.execute(request).await.map_err(Trouble::from_transport)?;
        }
        let (status, headers) = (response.status(), response.headers().clone());
        let body = self.body(response).await?;
        Answer::read(status, &headers, &body)
    }

    fn request<E: Endpoint>(
        &self,
        endpoint: E,
        token: Option<&Secret<String>>,
    ) -> Result<Request, Trouble> {
        let token = token.map(|token| token.expose().trim()).unwrap_or_default();
        // The middleware panics over what no header can hold.
        if !is_header_text(token) {
            return Err(Trouble::Unsendable("the token has characters that cannot be sent"));
        }
        let middleware = EndpointMiddleware {
            token: token.to_owned(),
            version: "v1".into(),
            wrap: None,
            namespace: self.place.namespace.clone(),
        };
        let unsendable = || Trouble::Unsendable("this cannot be made a request");
        let request = endpoint
            .with_middleware(&middleware)
            .request(self.place.address.as_str())
            .map_err(|_| unsendable())?;
        let mut request = Request::try_from(request).map_err(|_| unsendable())?;
        if let Some(token) = request.headers_mut().get_mut("x-vault-token") {
            token.set_sensitive(true);
        }
        Ok(request)
    }

    /// Where a standby server says that the active one is. Followed once, and never to a connection without encryption.
    fn redirect(&self, response: &Response) -> Result<Option<Url>, Trouble> {
        if !matches!(response.status().as_u16(), 301 | 302 | 307 | 308) {
            return Ok(None);
        }
        let location = response.headers().get(LOCATION).and_then(|value| value.to_str().ok());
        let Some(target) = location.and_then(|l| response.url().join(l).ok()) else {
            return Ok(None);
        };
        let address = Address::of(&target);
        let allowed = matches!(target.scheme(), "http" | "https")
            && (address.is_encrypted() || !self.place.address.is_encrypted())
            && self.settings.allows(&address);
        if allowed { Ok(Some(target)) } else { Err(Trouble::Redirected(address)) }
    }

    async fn body(&self, mut response: Response) -> Result<Zeroizing<Vec<u8>>, Trouble> {
        let limit = self.settings.max_response_bytes;
        let announced = response.content_length().unwrap_or(0);
        if announced > limit as u64 {
            return Err(Trouble::TooLarge(limit));
        }
        let mut body = Zeroizing::new(Vec::with_capacity(announced as usize));
        while let Some(chunk) = response.chunk().await.map_err(Trouble::from_transport)? {
            if body.len().saturating_add(chunk.len()) > limit {
                return Err(Trouble::TooLarge(limit));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }
}

fn is_header_text(text: &str) -> bool {
    // As `vaultrs` makes them, of visible characters.
    HeaderValue::from_str(text).is_ok_and(|value| value.to_str().is_ok())
}

impl fmt::Debug for Connections {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connections").field("settings", &self.settings).finish_non_exhaustive()
    }
}
