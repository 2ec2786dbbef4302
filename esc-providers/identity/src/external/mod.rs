//! `fn::open::external`: whatever an adapter of one's own answers.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use esc_core::json::Json;
use esc_core::provider::{
    Capabilities, ErrorKind, OpenRequest, Output, Provider, ProviderError, ProviderSchema,
};
use esc_core::value::{Reveal, Value};
use esc_provider_kit::identity::{Audience, Identity, TokenRequest, TokenStyle};
use esc_provider_kit::{Failure, inputs};
use esc_provider_schemas::outbound;
use reqwest::header::CONTENT_TYPE;
use reqwest::{Client, Response, StatusCode};
use serde::Deserialize;
use smol_str::{SmolStr, format_smolstr};
use url::Url;
use zeroize::Zeroizing;

use crate::oidc;

mod failure;
pub(crate) mod limits;

pub use failure::NAME;

use limits::ExternalLimits;

/// Posts a request to an adapter, and answers the object that the adapter answers. It is secret unless `secret: false`
/// is given.
///
/// ```yaml
#[doc = include_str!("../../examples/external.yaml")]
/// ```
///
/// The adapter gets `POST url` with `request` as JSON and nothing else, and must answer `200` with a JSON object. It
/// should verify the bearer token: signature and issuer by the published keys, `aud`, which is the whole URL as the
/// document has it, and `body_hash`, which is `sha256-` and the base64 of the SHA-256 of the body. The other claims say
/// who asks: see [the claims](crate#what-tokens-say).
///
/// Redirects are not followed, and what an adapter says of an error is not shown.
pub struct External {
    identity: Arc<dyn Identity>,
    client: Client,
    limits: ExternalLimits,
}

#[derive(Deserialize)]
struct Inputs {
    url: SmolStr,
    secret: Option<bool>,
}

impl External {
    pub(crate) fn new(
        identity: Arc<dyn Identity>,
        client: Client,
        limits: ExternalLimits,
    ) -> External {
        External { identity, client, limits }
    }

    /// The URL, if it may be called.
    fn url(&self, text: &str) -> Result<Url, ProviderError> {
        let refuse = |kind, cause: &str, advice: &str| {
            Err(Failure::new(NAME, kind).reference("`url`").cause(cause).advice(advice).into())
        };
        let invalid = ErrorKind::Invalid;
        let url = match Url::parse(text) {
            Ok(url) if url.has_host() => url,
            _ => return refuse(invalid, "it is not a URL", "write `https://host/path`"),
        };
        let secure = match url.scheme() {
            "https" => true,
            "http" => self.limits.http_on_loopback && crate::loopback::is_loopback(&url),
            _ => false,
        };
        if !secure {
            return refuse(invalid, "it is not https", "serve the adapter with TLS");
        }
        if !url.username().is_empty() || url.password().is_some() {
            let advice = "let the adapter verify the bearer token instead";
            return refuse(invalid, "it has a user or password in it", advice);
        }
        match &self.limits.allowed {
            Some(allowed) if !allowed(&url) => {
                let advice = "let whoever runs this program allow the URL";
                refuse(ErrorKind::Denied, "this adapter is not allowed here", advice)
            }
            _ => Ok(url),
        }
    }

    async fn call(&self, url: &Url, token: &str, body: Vec<u8>) -> Result<Value, Failure> {
        let request = self.client.post(url.clone()).bearer_auth(token).body(body);
        let response = request
            .header(CONTENT_TYPE, "application/json")
            .send()
            .await
            .map_err(|error| failure::transport(&error))?;
        if response.status() != StatusCode::OK {
            return Err(failure::status(&response));
        }
        let body = self.body(response).await?;
        let text = std::str::from_utf8(&body).map_err(|_| failure::shape("is not UTF-8"))?;
        // What the parser says may quote the answer.
        match Json::parse(text) {
            Ok(json @ Json::Object(_)) => Ok(Value::from_json(&json)),
            Ok(_) => Err(failure::shape("is JSON, but not an object")),
            Err(_) => Err(failure::shape("is not JSON")),
        }
    }

    async fn body(&self, mut response: Response) -> Result<Zeroizing<Vec<u8>>, Failure> {
        let most = self.limits.max_response_bytes;
        let too_large = || failure::shape(&format!("is larger than {most} bytes"));
        let announced = response.content_length().unwrap_or(0);
        let announced = usize::try_from(announced).ok().filter(|length| *length <= most);
        let mut body = Zeroizing::new(Vec::with_capacity(announced.ok_or_else(too_large)?));
        while let Some(chunk) = response.chunk().await.map_err(|e| failure::transport(&e))? {
            if chunk.len() > most - body.len() {
                return Err(too_large());
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }
}

#[async_trait]
impl Provider for External {
    fn schema(&self) -> ProviderSchema {
        let mut schema = outbound::EXTERNAL.schema().clone();
        if self.limits.http_on_loopback {
            schema.inputs = outbound::external_inputs("^https?://");
        }
        schema
    }

    fn capabilities(&self) -> Capabilities {
        let capabilities = Capabilities::default().with_contextual();
        if self.limits.idempotent { capabilities.with_idempotent() } else { capabilities }
    }

    fn account(&self, request: &OpenRequest) -> SmolStr {
        let url = request.inputs.get("url").filter(|url| !url.is_secret());
        let url = url.and_then(Value::as_str).and_then(|url| Url::parse(url).ok());
        url.map(|url| origin(&url)).unwrap_or_default()
    }

    async fn open(&self, request: OpenRequest) -> Result<Output, ProviderError> {
        let Inputs { url: text, secret } = inputs::read(NAME, &request)?;
        let url = self.url(&text)?;
        let body = match request.inputs.get("request") {
            Some(body) => body.to_json(Reveal::Revealed),
            None => "{}".to_owned(),
        };
        let wanted = TokenRequest {
            audience: Audience::Exact(text),
            style: TokenStyle::Login(Vec::new()),
            claims: BTreeMap::from([("body_hash".into(), Value::string(body_hash(&body)))]),
            lifetime: None,
            context: request.context.clone(),
            site: request.site.clone(),
        };
        let minted = self.identity.mint(&wanted).await.map_err(|e| oidc::named(NAME, e))?;
        let answer = self.call(&url, minted.token.expose(), body.into_bytes()).await;
        let answer = answer.map_err(|failure| match self.account(&request).as_str() {
            "" => failure.reference("the adapter"),
            origin => failure.reference("the adapter").place(origin),
        })?;
        Ok(if secret.unwrap_or(true) { answer.into_secret() } else { answer }.into())
    }
}

/// The body's digest in the style of subresource integrity.
fn body_hash(body: &str) -> SmolStr {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, body.as_bytes());
    format_smolstr!("sha256-{}", esc_core::text::encode_base64(digest.as_ref()))
}

/// Scheme, host and port: what is never secret of a URL that is not secret itself.
fn origin(url: &Url) -> SmolStr {
    url.origin().ascii_serialization().into()
}
