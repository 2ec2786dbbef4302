//! Tokens that say who opens an environment, and the providers that deal in them.
//!
//! A backend that trusts an issuer needs no stored credentials: whoever opens an environment shows a signed token, and the
//! backend's own policy says what that token is good for. This crate is the issuer's side.
//!
//! * [`Issuer`] mints tokens: it is the [`Identity`](esc_provider_kit::identity::Identity) that the login providers of other crates are given.
//! * [`KeySet`] holds the keys, and replaces them with an overlap.
//! * [`Outbound`] has the providers: [`fn::open::oidc`](oidc) mints a token for any audience,
//!   [`fn::open::debug-oidc-claims`](debug_claims) shows what a token would say, and [`fn::open::external`](external)
//!   asks an adapter of one's own.
//!
//! ```
//! use std::sync::Arc;
//!
//! use esc_core::provider::Registry;
//! use esc_provider_identity::{Algorithm, Issuer, KeySet, Outbound, SigningKey};
//! use esc_provider_kit::Family;
//!
//! // Load the key from where secrets are kept: backends have to learn every new one.
//! let keys = KeySet::new(SigningKey::generate(Algorithm::Es256)?);
//! let issuer = Arc::new(Issuer::builder("https://esc.example/oidc", "acme", keys).build()?);
//!
//! let mut registry = Registry::new();
//! for (name, provider) in Outbound::builder(issuer).build()?.providers() {
//!     registry = registry.with_provider(name, provider);
//! }
//! assert_eq!(registry.provider_names(), ["debug-oidc-claims", "external", "oidc"]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What tokens say
//!
//! There are two kinds of tokens. Logins and `fn::open::external` use [version 1](Version::Login), `fn::open::oidc` uses
//! [version 2](Version::Standalone), which an issuer mints only if it was [told to](IssuerBuilder::standalone).
//!
//! | claim | version 1 | version 2 |
//! |---|---|---|
//! | `iss` | the issuer's URL | the same with `/v2` at its end |
//! | `sub` | `pulumi:environments:org:<org>:env:<project>/<env>`, without the project if it is `default` | `pulumi:org:<org id>:env:<env id>` |
//! | `sub` with `subjectAttributes` | `pulumi:environments:pulumi.organization.login:<org>`, then `:<attribute>:<value>` for each | not possible |
//! | `aud` | `<vendor>:<org>`; the URL for `external` | as given |
//! | `iat`, `nbf`, `exp`, `jti` | yes; an hour unless asked otherwise | yes; an hour, or `duration` |
//! | the organization | `org` | `https://pulumi.com/org`, `…/org_id` |
//! | the environment that contains the call | `current_env`; `env` without the project | `https://pulumi.com/current_env`, `…/current_env_id` |
//! | the environment that was opened | `root_env` | `https://pulumi.com/root_env`, `…/root_env_id` if it has one |
//! | the user, if known | `trigger_user` | `https://pulumi.com/actor`, `…/actor_id` |
//! | the request | `body_hash` for `external` | no |
//!
//! # Where the facts come from
//!
//! The organization, its id and those of environments are the issuer's settings. Environments are those of the
//! evaluation. The user and the access token come from the [context](esc_core::context::ExecutionContext): `login` and
//! `id` of `pulumi.user`, `team` and `type` of `pulumi.token`. The embedder attests them by putting them there; nothing a
//! document says gets into a token but the audience.
//!
//! A subject attribute without a value is an error ([`Invalid`](esc_core::provider::ErrorKind::Invalid)), because a
//! subject that lacks it could match a policy that was meant for others. So is a value with a colon or white space in it,
//! which could pass for several attributes. If the context names another organization (`pulumi.organization.login`)
//! than the issuer, the issuer refuses.
//!
//! # What backends are told
//!
//! Each backend is configured with the issuer's URL, the audience and the subject to match. It verifies signatures with
//! the published keys, which it fetches or is given:
//!
//! | backend | issuer | keys | audience | subject matched by |
//! |---|---|---|---|---|
//! | AWS | an OIDC provider in IAM; the URL must be https and public | fetched | `aws:<org>` as client id | `StringEquals` or `StringLike` on `<issuer without https://>:sub` in the trust policy |
//! | Azure | a federated credential; public https | fetched | `azure:<org>` | the exact subject |
//! | Google Cloud | a workload identity pool; https | fetched, or uploaded | `gcp:<org>` as allowed audience | a condition on `assertion.sub` |
//! | Vault, OpenBao | `bound_issuer` | `oidc_discovery_url`, `jwks_url`, or `jwt_validation_pubkeys` without any network | `bound_audiences: vault:<org>` | `bound_subject`, or `bound_claims` with `bound_claims_type: glob` |
//! | an adapter | whatever it is told | fetched or given | its URL, to the letter | its own rules |
//!
//! Serve [`Issuer::documents`] where they say, without authentication. Where no backend can reach the issuer, the URL
//! is but a name, and what to configure is [`Issuer::jwks`] or, for Vault, [`PublicKey::to_pem`] of each key. RS256 is understood everywhere; ask before using ES256.
//!
//! The holder of the private key can be anybody in the organization. Keep it where secrets are kept.

pub mod debug_claims;
pub mod external;
pub mod issuer;
pub mod keys;
mod loopback;
pub mod oidc;
mod outbound;
mod settings;

pub use debug_claims::DebugClaims;
pub use external::External;
pub use issuer::{
    Document, EnvironmentIds, Issuer, IssuerBuilder, IssuerError, Minted, Standalone, Version,
};
pub use keys::{Algorithm, KeyError, KeySet, PublicKey, SigningKey};
pub use oidc::Oidc;
pub use outbound::Outbound;
pub use settings::{OutboundBuilder, SettingsError};
