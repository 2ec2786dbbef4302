//! The names of the providers in documents.

/// The name of the [provider of logins](AwsLogin).
pub const LOGIN: &str = "aws-login";

/// The name of the [provider of secrets](AwsSecrets).
pub const SECRETS: &str = "aws-secrets";

/// The name of the [provider of parameters](AwsParameterStore).
pub const PARAMETER_STORE: &str = "aws-parameter-store";
