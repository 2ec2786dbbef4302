//! Minting tokens.

use std::time::{Duration, UNIX_EPOCH};

use async_trait::async_trait;
use esc_core::provider::{ErrorKind, ProviderError};
use esc_core::secret::Secret;
use esc_core::value::{Value, ValueKind};
use esc_provider_kit::identity::{Identity, IdentityToken, TokenRequest, TokenStyle};
use smol_str::SmolStr;

use super::claims::{self, Claims};
use super::{Issuer, Minted, Version, jwt};

impl Issuer {
    fn lifetime(&self, wanted: Option<Duration>) -> Result<Duration, ProviderError> {
        let lifetime = wanted.unwrap_or(self.lifetime);
        if lifetime >= Duration::from_secs(1) && lifetime <= self.max_lifetime {
            return Ok(lifetime);
        }
        let (asked, most) = (lifetime.as_secs(), self.max_lifetime.as_secs());
        let message = format!("a token cannot be valid for {asked}s: 1s to {most}s are allowed");
        Err(ProviderError::new(ErrorKind::Invalid, message)
            .with_advice("ask for a lifetime within the issuer's bounds"))
    }

    /// The claims that do not differ from token to token.
    async fn claims(&self, request: &TokenRequest) -> Result<(Version, Claims), ProviderError> {
        let (version, mut claims) = match &request.style {
            TokenStyle::Login(subject) => (Version::Login, claims::login(self, request, subject)?),
            TokenStyle::Standalone => {
                (Version::Standalone, claims::standalone(self, request).await?)
            }
        };
        claims.set("iss", self.url(version));
        for (name, value) in &request.claims {
            claims.add(name, value)?;
        }
        Ok((version, claims))
    }
}

#[async_trait]
impl Identity for Issuer {
    async fn mint(&self, request: &TokenRequest) -> Result<IdentityToken, ProviderError> {
        let internal = |why: &str| ProviderError::new(ErrorKind::Internal, why);
        let lifetime = self.lifetime(request.lifetime)?;
        let (version, mut claims) = self.claims(request).await?;
        let random = (self.random)().ok_or_else(|| internal("there is no randomness to be had"))?;
        let id = SmolStr::new(uuid::Builder::from_random_bytes(random).into_uuid().to_string());
        let now = (self.now)()
            .duration_since(UNIX_EPOCH)
            .map_err(|_| internal("the clock stands before 1970"))?
            .as_secs();
        claims.set("jti", &id);
        let seconds = |at: u64| Value::new(ValueKind::Number(at.into()));
        for (name, at) in [("iat", now), ("nbf", now), ("exp", now + lifetime.as_secs())] {
            claims.put(name, seconds(at));
        }
        let minted = Minted {
            version,
            id,
            subject: claims.text("sub"),
            audience: claims.text("aud"),
            environment: request.site.environment.clone(),
            path: request.site.path.clone(),
            lifetime: Duration::from_secs(lifetime.as_secs()),
        };
        let keys = self.keys(version);
        let token = jwt::sign(keys.active(), &claims.into_value())
            .map_err(|_| internal("the token could not be signed"))?;
        if let Some(on_mint) = &self.on_mint {
            on_mint(&minted);
        }
        Ok(IdentityToken { token: Secret::new(token), valid_for: minted.lifetime })
    }

    async fn preview(&self, request: &TokenRequest) -> Result<Value, ProviderError> {
        Ok(self.claims(request).await?.1.into_value())
    }
}
