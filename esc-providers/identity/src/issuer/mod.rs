//! Who signs tokens.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use esc_core::provider::ProviderError;
use serde_json::Value as Json;
use smol_str::SmolStr;
use url::Url;

use crate::keys::KeySet;

mod builder;
mod claims;
mod discovery;
mod jwt;
mod mint;

pub use builder::{IssuerBuilder, IssuerError, Standalone};
pub use discovery::Document;

/// Signs tokens in the name of one organization.
///
/// ```
/// use esc_provider_identity::{Algorithm, Issuer, KeySet, SigningKey, Version};
///
/// let keys = KeySet::new(SigningKey::generate(Algorithm::Es256)?);
/// let issuer = Issuer::builder("https://esc.example/oidc", "acme", keys).build()?;
///
/// // To be served below the issuer's URL, so that backends can verify the tokens.
/// for document in issuer.documents() {
///     println!("GET {}: {}", document.url, document.body);
/// }
/// assert_eq!(issuer.discovery(Version::Login)["issuer"], "https://esc.example/oidc");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Issuer {
    url: String,
    organization: SmolStr,
    login: Keys,
    standalone: Option<StandaloneTokens>,
    lifetime: Duration,
    max_lifetime: Duration,
    bare_audience_for_default_project: bool,
    now: Clock,
    random: Random,
    on_mint: Option<OnMint>,
}

type Clock = Arc<dyn Fn() -> SystemTime + Send + Sync>;
type Random = Arc<dyn Fn() -> Option<[u8; 16]> + Send + Sync>;
type OnMint = Arc<dyn Fn(&Minted) + Send + Sync>;

/// The two kinds of tokens. Each has an issuer URL, keys and documents of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Version {
    /// Version 1: for logins at vendors. Subjects are made of names.
    Login,
    /// Version 2: for any audience. Subjects are made of ids.
    Standalone,
}

/// What was minted, for an audit log. It tells all but the token.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Minted {
    /// The kind of token.
    pub version: Version,
    /// The token's id (`jti`).
    pub id: SmolStr,
    /// The token's subject (`sub`).
    pub subject: SmolStr,
    /// Whom it is made out to (`aud`).
    pub audience: SmolStr,
    /// The environment that contains the call.
    pub environment: SmolStr,
    /// The document path of the call in it.
    pub path: String,
    /// How long the token is valid.
    pub lifetime: Duration,
}

/// Finds the ids of environments, which outlive renaming.
///
/// Closures will do: `|name: &str| ids.get(name).cloned()`.
#[async_trait]
pub trait EnvironmentIds: Send + Sync {
    /// The id of the environment of that name; none if it has none.
    async fn id(&self, environment: &str) -> Result<Option<SmolStr>, ProviderError>;
}

#[async_trait]
impl<F> EnvironmentIds for F
where
    F: Fn(&str) -> Option<SmolStr> + Send + Sync,
{
    async fn id(&self, environment: &str) -> Result<Option<SmolStr>, ProviderError> {
        Ok(self(environment))
    }
}

struct StandaloneTokens {
    url: String,
    organization_id: SmolStr,
    environment_ids: Arc<dyn EnvironmentIds>,
    keys: Keys,
}

/// Keys that may be replaced while tokens are minted.
struct Keys(RwLock<Arc<KeySet>>);

impl Keys {
    fn new(keys: KeySet) -> Keys {
        Keys(RwLock::new(Arc::new(keys)))
    }

    fn get(&self) -> Arc<KeySet> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set(&self, keys: KeySet) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(keys);
    }
}

impl Issuer {
    /// The name of the organization.
    pub fn organization(&self) -> &str {
        &self.organization
    }

    /// The issuer URL (`iss`) of that kind of token. That of standalone tokens is the other with `/v2` at its end.
    pub fn url(&self, version: Version) -> &str {
        match (version, &self.standalone) {
            (Version::Standalone, Some(standalone)) => &standalone.url,
            _ => &self.url,
        }
    }

    /// The keys of that kind of token; those of login tokens if there are no standalone ones.
    pub fn keys(&self, version: Version) -> Arc<KeySet> {
        self.keys_of(version).get()
    }

    /// Replaces the keys of that kind of token. Tokens that are being minted are signed with the old ones. The two kinds
    /// must not share a key.
    pub fn set_keys(&self, version: Version, keys: KeySet) {
        self.keys_of(version).set(keys);
    }

    fn keys_of(&self, version: Version) -> &Keys {
        match (version, &self.standalone) {
            (Version::Standalone, Some(standalone)) => &standalone.keys,
            _ => &self.login,
        }
    }

    /// The public keys of that kind of token as a JSON Web Key Set (RFC 7517): for backends that are configured with
    /// the keys themselves, and to be served at `<issuer>/.well-known/jwks`.
    pub fn jwks(&self, version: Version) -> Json {
        self.keys(version).jwks()
    }

    /// The discovery document of that kind of token (OpenID Connect Discovery, RFC 8414), to be served at
    /// `<issuer>/.well-known/openid-configuration`.
    pub fn discovery(&self, version: Version) -> Json {
        discovery::document(self.url(version), &self.keys(version))
    }

    /// All documents that backends may fetch.
    pub fn documents(&self) -> Vec<Document> {
        let mut versions = vec![Version::Login];
        versions.extend(self.standalone.as_ref().map(|_| Version::Standalone));
        let documents = |v: &Version| discovery::documents(self.url(*v), &self.keys(*v));
        versions.iter().flat_map(documents).collect()
    }
}

impl fmt::Debug for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Issuer")
            .field("url", &self.url)
            .field("organization", &self.organization)
            .field("keys", &self.login.get().ids())
            .field("standalone", &self.standalone.is_some())
            .finish_non_exhaustive()
    }
}
