//! `fn::open::debug-oidc-claims`: what a token would say.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use esc_core::provider::{
    Capabilities, ErrorKind, OpenRequest, Output, Provider, ProviderError, ProviderSchema,
};
use esc_provider_kit::identity::{Audience, Identity, SubjectAttribute, TokenRequest, TokenStyle};
use esc_provider_kit::inputs;
use serde::Deserialize;
use smol_str::SmolStr;

use crate::oidc::{self, StandaloneInputs};

/// The provider's name in documents.
pub const NAME: &str = "debug-oidc-claims";

/// Answers the claims that a token would have, but for `iat`, `nbf`, `exp` and `jti`. Nothing is signed, and nothing of
/// it is secret.
///
/// ```yaml
#[doc = include_str!("../examples/debug-oidc-claims.yaml")]
/// ```
///
/// With `identityToken` the token is that of [`fn::open::oidc`](crate::oidc), and the inputs are the same. Without it,
/// the token is that of a login: `audiencePrefix` names the vendor (`aws`, `azure`, `gcp`, `vault`, …), and
/// `subjectAttributes` are those of the login.
pub struct DebugClaims {
    identity: Arc<dyn Identity>,
}

impl DebugClaims {
    /// Asks that identity.
    pub fn new(identity: Arc<dyn Identity>) -> DebugClaims {
        DebugClaims { identity }
    }
}

#[derive(Deserialize)]
struct LoginInputs {
    #[serde(rename = "audiencePrefix")]
    audience_prefix: Option<SmolStr>,
    #[serde(rename = "subjectAttributes", default)]
    subject_attributes: Vec<SubjectAttribute>,
}

#[async_trait]
impl Provider for DebugClaims {
    fn schema(&self) -> ProviderSchema {
        esc_provider_schemas::outbound::DEBUG_CLAIMS.schema().clone()
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::default().with_idempotent().with_contextual()
    }

    async fn open(&self, request: OpenRequest) -> Result<Output, ProviderError> {
        let wanted = match request.inputs.get("identityToken") {
            Some(_) => standalone(&request)?,
            None => login(&request)?,
        };
        let claims = self.identity.preview(&wanted).await;
        claims.map(Output::from).map_err(|error| oidc::named(NAME, error))
    }
}

fn standalone(request: &OpenRequest) -> Result<TokenRequest, ProviderError> {
    oidc::accept(NAME, &request.inputs, &["audience", "identityToken", "duration"])?;
    Ok(StandaloneInputs::read(NAME, request)?.token(request))
}

fn login(request: &OpenRequest) -> Result<TokenRequest, ProviderError> {
    oidc::accept(NAME, &request.inputs, &["audiencePrefix", "subjectAttributes"])?;
    let read: LoginInputs = inputs::read(NAME, request)?;
    let Some(vendor) = read.audience_prefix.filter(|vendor| !vendor.trim().is_empty()) else {
        let message = "audiencePrefix is required without identityToken";
        return Err(ProviderError::new(ErrorKind::Invalid, message).with_advice(
            "give the vendor of the login, such as `audiencePrefix: aws`, or `identityToken: {version: v2}`",
        ));
    };
    Ok(TokenRequest {
        audience: Audience::Vendor(vendor),
        style: TokenStyle::Login(read.subject_attributes),
        claims: BTreeMap::new(),
        lifetime: None,
        context: request.context.clone(),
        site: request.site.clone(),
    })
}
