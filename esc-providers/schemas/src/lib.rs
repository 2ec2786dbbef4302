//! The published interfaces of all providers and rotators: what each is given, keeps and returns.
//!
//! A document names providers that the program at hand may not have. It can be checked, completed and typed all the
//! same, because interfaces are data: [`PROVIDERS`] and [`ROTATORS`] list them, each written once, here. Crates that
//! implement a provider take its interface from this one; for the others there are stand-ins.
//!
//! ```
//! use esc_provider_schemas::{StandIns, provider};
//!
//! let published = provider("1password-secrets").expect("it is published");
//! assert!(published.schema().inputs.required().iter().any(|name| name == "get"));
//!
//! // Providers for evaluators, editors and clients: enough to check, not to open.
//! let providers = StandIns;
//! # let _ = providers;
//! ```
//!
//! | module | providers | rotators |
//! |---|---|---|
//! | [`aws`] | `aws-login`, `aws-secrets`, `aws-parameter-store` | `aws-iam` |
//! | [`azure`] | `azure-login`, `azure-secrets` | `azure-app-secret` |
//! | [`database`] | | `mysql`, `postgres` |
//! | [`doppler`] | `doppler-login`, `doppler-secrets` | |
//! | [`gcp`] | `gcp-login`, `gcp-secrets` | |
//! | [`generated`] | | `password`, `passphrase` |
//! | [`github`] | `gh-login` | |
//! | [`infisical`] | `infisical-login`, `infisical-secrets` | |
//! | [`onepassword`] | `1password-secrets` | |
//! | [`outbound`] | `oidc`, `debug-oidc-claims`, `external` | `external` |
//! | [`pulumi`] | `pulumi-stacks` | |
//! | [`snowflake`] | `snowflake-login` | `snowflake-user` |
//! | [`terraform`] | `terraform-state` | |
//! | [`vault`] | `vault-login`, `vault-secrets` | |
//!
//! No schema is made before somebody asks for it, and each is made once.

pub mod aws;
pub mod azure;
pub mod database;
pub mod doppler;
pub mod gcp;
pub mod generated;
pub mod github;
pub mod infisical;
pub mod onepassword;
pub mod outbound;
pub mod pulumi;
pub mod shape;
pub mod snowflake;
pub mod terraform;
pub mod vault;

mod published;
mod stand_in;
mod table;

pub use published::{Home, Published};
pub use stand_in::{StandIn, StandIns};
pub use table::{PROVIDERS, ROTATORS, provider, rotator};
