//! Doppler.

use esc_core::provider::ProviderSchema;
use esc_core::schema::{Schema, SchemaRef};

use crate::published::{Home, Published};
use crate::shape::{entries, secret, secrets, subject_attributes, text};

/// `doppler-login`.
pub static LOGIN: Published<ProviderSchema> = Published::new("doppler-login", Home::Nowhere, login);

/// `doppler-secrets`.
pub static SECRETS: Published<ProviderSchema> =
    Published::new("doppler-secrets", Home::Nowhere, config_secrets);

const UUID_PATTERN: &str = "^[a-fA-F0-9]{8}(-[a-fA-F0-9]{4}){3}-[a-fA-F0-9]{12}$";

fn login() -> ProviderSchema {
    let identity = "The id of the service account identity.";
    let oidc = Schema::object()
        .required_property("identityId", text(identity).pattern(UUID_PATTERN))
        .property("subjectAttributes", subject_attributes())
        .closed()
        .description("Logs in with a token of the environment.");
    ProviderSchema {
        description: Some("Logs in to Doppler and returns an access token.".into()),
        inputs: Schema::object().required_property("oidc", oidc).closed().build(),
        outputs: credentials("The access token."),
    }
}

fn credentials(description: &str) -> SchemaRef {
    Schema::object()
        .required_property("accessToken", secret("The access token."))
        .description(description)
        .build()
}

fn config_secrets() -> ProviderSchema {
    let entry = Schema::object()
        .required_property("name", text("The name of the secret.").min_length(1))
        .closed()
        .description("One secret.");
    let get = "The secrets to fetch, each under the name it gets in the output.";
    ProviderSchema {
        description: Some("Fetches secrets from Doppler.".into()),
        inputs: Schema::object()
            .required_property("login", credentials("Credentials, as doppler-login returns them."))
            .required_property("project", text("The project."))
            .required_property("config", text("The config of the project, such as `prd`."))
            .required_property("get", entries(entry, get))
            .closed()
            .build(),
        outputs: secrets("The secret."),
    }
}
