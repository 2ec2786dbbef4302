//! The names of the providers in documents.

/// The name of the provider that logs in.
pub const LOGIN: &str = "vault-login";

/// The name of the provider that reads secrets.
pub const SECRETS: &str = "vault-secrets";
