//! `fn::open::oidc`: a token for any audience.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use esc_core::provider::{
    Capabilities, ErrorKind, Lease, OpenRequest, Output, Provider, ProviderError, ProviderSchema,
};
use esc_core::secret::Text;
use esc_core::value::{Value, ValueKind};
use esc_provider_kit::identity::{Audience, Identity, TokenRequest, TokenStyle};
use esc_provider_kit::inputs;
use serde::Deserialize;
use smol_str::SmolStr;

/// The provider's name in documents.
pub const NAME: &str = "oidc";

/// The bounds of `duration`.
const DURATIONS: std::ops::RangeInclusive<Duration> =
    Duration::from_secs(60)..=Duration::from_secs(3600);

/// The usual `duration`.
const DURATION: Duration = Duration::from_secs(3600);

/// The longest audience, in bytes.
const AUDIENCE: usize = 512;

/// Mints a token for whatever audience the document names. The answer is the token, a secret string, and is leased for
/// as long as the token is valid.
///
/// ```yaml
#[doc = include_str!("../examples/oidc.yaml")]
/// ```
///
/// The subject is made of ids (see [the claims](crate#what-tokens-say)), so that nothing in the document can choose it.
/// The environment must have been saved.
pub struct Oidc {
    identity: Arc<dyn Identity>,
}

impl Oidc {
    /// Mints with that identity.
    pub fn new(identity: Arc<dyn Identity>) -> Oidc {
        Oidc { identity }
    }
}

#[async_trait]
impl Provider for Oidc {
    fn schema(&self) -> ProviderSchema {
        esc_provider_schemas::outbound::OIDC.schema().clone()
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::default().with_idempotent().with_contextual().with_lease()
    }

    async fn open(&self, request: OpenRequest) -> Result<Output, ProviderError> {
        accept(NAME, &request.inputs, &["audience", "identityToken", "duration"])?;
        let request = StandaloneInputs::read(NAME, &request)?.token(&request);
        let minted = self.identity.mint(&request).await.map_err(|e| named(NAME, e))?;
        let token = Value::string(Text::secret(minted.token.expose().clone()));
        Ok(Output::from(token).with_lease(Lease::of(minted.valid_for)))
    }
}

/// Refuses inputs that are not among the names.
pub(crate) fn accept(
    provider: &'static str,
    inputs: &Value,
    names: &[&str],
) -> Result<(), ProviderError> {
    let ValueKind::Object(properties) = &inputs.kind else { return Ok(()) };
    let Some(other) = properties.keys().find(|name| !names.contains(&name.as_str())) else {
        return Ok(());
    };
    let message = match other.as_str() {
        "subjectAttributes" => format!("fn::open::{provider} does not accept subjectAttributes"),
        other => format!("fn::open::{provider} does not accept an input named \"{other}\""),
    };
    let advice = format!("take it out; these are accepted: {}", names.join(", "));
    Err(ProviderError::new(ErrorKind::Invalid, message).with_advice(advice))
}

/// An identity's error, which does not know who asked.
pub(crate) fn named(provider: &str, mut error: ProviderError) -> ProviderError {
    if !error.message.starts_with(&format!("fn::open::{provider} ")) {
        error.message = format!("{provider}: {}", error.message);
    }
    error
}

/// What a standalone token is asked for with.
#[derive(Deserialize)]
pub(crate) struct StandaloneInputs {
    audience: SmolStr,
    duration: Option<SmolStr>,
    #[serde(rename = "identityToken")]
    _identity_token: IdentityTokenInputs,
}

#[derive(Deserialize)]
struct IdentityTokenInputs {
    #[serde(rename = "version")]
    _version: IdentityTokenVersion,
}

#[derive(Deserialize)]
enum IdentityTokenVersion {
    #[serde(rename = "v2")]
    V2,
}

impl StandaloneInputs {
    pub(crate) fn read(
        provider: &'static str,
        request: &OpenRequest,
    ) -> Result<StandaloneInputs, ProviderError> {
        let read: StandaloneInputs = inputs::read(provider, request)?;
        if read.audience.trim().is_empty() || read.audience.len() > AUDIENCE {
            let message = format!("audience must be 1 to {AUDIENCE} bytes long and not blank");
            return Err(ProviderError::new(ErrorKind::Invalid, message)
                .with_advice("name whom the token is for, such as `https://registry.example`"));
        }
        match read.lifetime() {
            Some(lifetime) if DURATIONS.contains(&lifetime) => Ok(read),
            _ => {
                let message = "duration must be between 1m0s and 1h0m0s";
                Err(ProviderError::new(ErrorKind::Invalid, message)
                    .with_advice("write hours, minutes and seconds, such as `10m` or `1h`"))
            }
        }
    }

    fn lifetime(&self) -> Option<Duration> {
        self.duration.as_deref().map_or(Some(DURATION), inputs::parse_duration)
    }

    /// The token that is asked for.
    pub(crate) fn token(self, request: &OpenRequest) -> TokenRequest {
        TokenRequest {
            lifetime: self.lifetime(),
            audience: Audience::Exact(self.audience),
            style: TokenStyle::Standalone,
            claims: BTreeMap::new(),
            context: request.context.clone(),
            site: request.site.clone(),
        }
    }
}
