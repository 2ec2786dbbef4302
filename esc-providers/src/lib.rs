//! Providers: where the values of environments come from when somebody opens one.
//!
//! The traits are in [`esc_core::provider`]. Each backend has a crate of its own, and this one puts them together:
//!
//! | feature | providers | crate |
//! |---|---|---|
//! | | `env`, `file`: what the [embedder offers](local) of its own machine | here |
//! | `aws` | `aws-login`, `aws-secrets`, `aws-parameter-store` | [`aws`] |
//! | `vault` | `vault-login`, `vault-secrets` (Vault and OpenBao) | [`vault`] |
//! | `kubernetes` | `kubernetes-login`, `kubernetes-secrets`, `kubernetes-configmaps`, `kubernetes-kubeconfig` | [`kubernetes`] |
//! | `outbound` | `oidc`, `debug-oidc-claims`, `external`, and the issuer of tokens that logins show | [`outbound`] |
//!
//! All features are on by default; a program that turns the defaults off builds only what it names. For everything that
//! is published and not built in there are stand-ins: a document that uses it is [checked against its
//! schema](schemas), and opening it is an error that says where it is to be had.
//!
//! A [`Catalog`] collects families of providers, with [layers] round each, into the registry that evaluators and
//! clients take. [`Standard`] is the catalog that a production program wants.
//!
//! ```
//! use std::sync::Arc;
//! use esc_providers::identity::NoIdentity;
//! use esc_providers::local::{Local, Variables};
//! use esc_providers::Standard;
//!
//! let registry = Standard::new(Arc::new(NoIdentity))
//!     .catalog()?
//!     .family(&Local::new().with_variables(Variables::new([("BRANCH", "main")])))
//!     .registry();
//! assert!(registry.provider_names().contains(&"env"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! To write a provider, build upon `esc-provider-kit`, which is re-exported here ([`layers`], [`conformance`],
//! [`identity`], [`Failure`], [`Family`]), and prove it with [`conformance::run`].

mod catalog;
mod lazy;
pub mod local;
mod standard;

pub use catalog::Catalog;
#[cfg(feature = "aws")]
pub use esc_provider_aws as aws;
#[cfg(feature = "outbound")]
pub use esc_provider_identity as outbound;
pub use esc_provider_kit::{Failure, Family, conformance, identity, inputs, layers, limit};
#[cfg(feature = "kubernetes")]
pub use esc_provider_kubernetes as kubernetes;
pub use esc_provider_schemas as schemas;
#[cfg(feature = "vault")]
pub use esc_provider_vault as vault;
pub use lazy::Lazy;
pub use standard::{Standard, StandardError};
