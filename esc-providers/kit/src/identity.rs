//! The tokens by which a login proves who opens an environment.
//!
//! A login provider asks an [`Identity`] for a token made out to its backend (the audience) and hands that token in. What
//! the token says of the environment and the user is the identity's business; the provider chooses only among what it
//! attests.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use esc_core::context::ExecutionContext;
use esc_core::provider::{CallSite, ErrorKind, ProviderError};
use esc_core::schema::SchemaRef;
use esc_core::secret::Secret;
use esc_core::value::Value;
use esc_provider_schemas::shape;
use serde::Deserialize;
use smol_str::SmolStr;

/// Mints tokens.
#[async_trait]
pub trait Identity: Send + Sync {
    /// Mints a token.
    async fn mint(&self, request: &TokenRequest) -> Result<IdentityToken, ProviderError>;

    /// The claims that a token would have, but for those that differ from token to token (`iat`, `nbf`, `exp`, `jti`).
    async fn preview(&self, request: &TokenRequest) -> Result<Value, ProviderError>;
}

/// What a token is wanted for.
#[derive(Clone, Debug)]
pub struct TokenRequest {
    /// Whom it is made out to.
    pub audience: Audience,
    /// How its subject is made up.
    pub style: TokenStyle,
    /// Claims beside the usual ones.
    pub claims: BTreeMap<SmolStr, Value>,
    /// How long it is to be valid; none for the identity's usual.
    pub lifetime: Option<Duration>,
    /// The context of the environment that contains the call.
    pub context: Arc<ExecutionContext>,
    /// Where the call stands.
    pub site: CallSite,
}

impl TokenRequest {
    /// A token for a login at that vendor.
    pub fn login(
        vendor: &'static str,
        subject: Vec<SubjectAttribute>,
        request: &esc_core::provider::OpenRequest,
    ) -> TokenRequest {
        TokenRequest {
            audience: Audience::Vendor(SmolStr::new_static(vendor)),
            style: TokenStyle::Login(subject),
            claims: BTreeMap::new(),
            lifetime: None,
            context: request.context.clone(),
            site: request.site.clone(),
        }
    }
}

/// Whom a token is made out to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Audience {
    /// `<vendor>:<organization>`, where the identity knows the organization.
    Vendor(SmolStr),
    /// Exactly this.
    Exact(SmolStr),
}

/// How a token's subject is made up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenStyle {
    /// By names. The attributes are appended in this order; if there are none, the subject is the environment's.
    Login(Vec<SubjectAttribute>),
    /// By ids that outlive renaming: what `fn::open::oidc` mints.
    Standalone,
}

/// What a subject may say beside the organization. The list is closed: nothing a caller could choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
pub enum SubjectAttribute {
    /// The environment that contains the login.
    #[serde(rename = "currentEnvironment.name")]
    CurrentEnvironment,
    /// The environment that was opened.
    #[serde(rename = "rootEnvironment.name")]
    RootEnvironment,
    /// The user who opens it.
    #[serde(rename = "pulumi.user.login")]
    User,
    /// The organization.
    #[serde(rename = "pulumi.organization.login")]
    Organization,
    /// The team of the user's access token.
    #[serde(rename = "pulumi.token.team")]
    TokenTeam,
    /// The type of the user's access token.
    #[serde(rename = "pulumi.token.type")]
    TokenType,
}

impl SubjectAttribute {
    /// All of them.
    pub const ALL: [SubjectAttribute; 6] = [
        SubjectAttribute::CurrentEnvironment,
        SubjectAttribute::RootEnvironment,
        SubjectAttribute::User,
        SubjectAttribute::Organization,
        SubjectAttribute::TokenTeam,
        SubjectAttribute::TokenType,
    ];

    /// Its name in documents.
    pub fn as_str(self) -> &'static str {
        match self {
            SubjectAttribute::CurrentEnvironment => "currentEnvironment.name",
            SubjectAttribute::RootEnvironment => "rootEnvironment.name",
            SubjectAttribute::User => "pulumi.user.login",
            SubjectAttribute::Organization => "pulumi.organization.login",
            SubjectAttribute::TokenTeam => "pulumi.token.team",
            SubjectAttribute::TokenType => "pulumi.token.type",
        }
    }

    /// The schema of the input `subjectAttributes`.
    pub fn schema() -> SchemaRef {
        shape::subject_attributes()
    }
}

/// A token.
#[derive(Clone, Debug)]
pub struct IdentityToken {
    /// The signed token.
    pub token: Secret<String>,
    /// How long it is valid.
    pub valid_for: Duration,
}

/// The identity of programs that have none: it says so.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoIdentity;

impl NoIdentity {
    fn refuse() -> ProviderError {
        ProviderError::new(ErrorKind::Unauthenticated, "there is no identity to log in with OIDC")
            .with_advice("configure an issuer of tokens, or use another way to log in")
    }
}

#[async_trait]
impl Identity for NoIdentity {
    async fn mint(&self, _: &TokenRequest) -> Result<IdentityToken, ProviderError> {
        Err(NoIdentity::refuse())
    }

    async fn preview(&self, _: &TokenRequest) -> Result<Value, ProviderError> {
        Err(NoIdentity::refuse())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_those_that_documents_may_name() {
        assert_eq!(SubjectAttribute::ALL.map(SubjectAttribute::as_str), shape::SUBJECT_ATTRIBUTES);
    }
}
