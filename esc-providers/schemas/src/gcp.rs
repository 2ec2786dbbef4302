//! Google Cloud.

use esc_core::provider::ProviderSchema;
use esc_core::schema::{Builder, Schema, SchemaRef};
use esc_core::value::Value;

use crate::published::{Home, Published};
use crate::shape::{duration, entries, number, secret, secrets, subject_attributes, text, text_or};

/// `gcp-login`.
pub static LOGIN: Published<ProviderSchema> = Published::new("gcp-login", Home::Nowhere, login);

/// `gcp-secrets`.
pub static SECRETS: Published<ProviderSchema> =
    Published::new("gcp-secrets", Home::Nowhere, manager_secrets);

fn login() -> ProviderSchema {
    ProviderSchema {
        description: Some("Logs in to Google Cloud and returns an access token.".into()),
        inputs: Schema::object()
            .required_property("project", project())
            .property("oidc", oidc())
            .property("accessToken", access_token())
            .closed()
            .build(),
        outputs: credentials("The access token."),
    }
}

fn oidc() -> SchemaRef {
    let account = "The e-mail address of the service account to act as.";
    let region = "The location of the workload identity pool.";
    Schema::object()
        .required_property("workloadPoolId", text("The id of the workload identity pool."))
        .required_property("providerId", text("The id of the provider in the pool."))
        .required_property("serviceAccount", text(account))
        .property("region", text_or("global", region))
        .property("tokenLifetime", lifetime())
        .property("subjectAttributes", subject_attributes())
        .closed()
        .description("Logs in with a token of the environment.")
        .build()
}

fn access_token() -> SchemaRef {
    let account = "The e-mail address of the service account to act as instead.";
    Schema::object()
        .required_property("accessToken", secret("The access token."))
        .property("serviceAccount", text(account))
        .property("tokenLifetime", lifetime())
        .closed()
        .description("An access token as it is, or to act as a service account with.")
        .build()
}

fn lifetime() -> Builder {
    let lifetime = duration("How long the access token is valid.");
    Builder::from(&*lifetime).default_value(Value::string("1h"))
}

fn project() -> Builder {
    number("The number of the project, which is not its id.")
}

fn credentials(description: &str) -> SchemaRef {
    Schema::object()
        .required_property("project", project())
        .required_property("accessToken", secret("The access token."))
        .required_property("tokenType", text("The type of the token, such as Bearer."))
        .property("expiry", text("When the token ends, as in RFC 3339."))
        .description(description)
        .build()
}

fn manager_secrets() -> ProviderSchema {
    let version = Schema::either([Schema::number(), Schema::string()]);
    let version = Builder::from(&*version)
        .default_value(Value::string("latest"))
        .description("The number of the version, or `latest`.");
    let entry = Schema::object()
        .required_property("name", text("The name of the secret.").min_length(1))
        .property("version", version)
        .closed()
        .description("One secret.");
    let access = "The secrets to fetch, each under the name it gets in the output.";
    ProviderSchema {
        description: Some("Fetches secrets from Google Cloud Secret Manager.".into()),
        inputs: Schema::object()
            .required_property("login", credentials("Credentials, as gcp-login returns them."))
            .required_property("access", entries(entry, access))
            .closed()
            .build(),
        outputs: secrets("The secret."),
    }
}
