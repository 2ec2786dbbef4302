//! Infisical.

use esc_core::provider::ProviderSchema;
use esc_core::schema::{Builder, Schema, SchemaRef};
use esc_core::value::Value;

use crate::published::{Home, Published};
use crate::shape::{entries, secret, secrets, subject_attributes, text, text_or};

/// `infisical-login`.
pub static LOGIN: Published<ProviderSchema> =
    Published::new("infisical-login", Home::Nowhere, login);

/// `infisical-secrets`.
pub static SECRETS: Published<ProviderSchema> =
    Published::new("infisical-secrets", Home::Nowhere, project_secrets);

fn login() -> ProviderSchema {
    let oidc = Schema::object()
        .required_property("identityId", text("The id of the machine identity."))
        .property("subjectAttributes", subject_attributes())
        .closed()
        .description("Logs in with a token of the environment.");
    let fixed = Schema::object()
        .required_property("clientId", text("The client id of the machine identity."))
        .required_property("clientSecret", secret("The client secret of the machine identity."))
        .closed()
        .description("Logs in with Universal Auth.");
    ProviderSchema {
        description: Some("Logs in to Infisical and returns an access token.".into()),
        inputs: Schema::object()
            .property("siteUrl", site())
            .property("oidc", oidc)
            .property("static", fixed)
            .closed()
            .build(),
        outputs: credentials("The access token."),
    }
}

fn site() -> Builder {
    text("The address of the server. Without it, Infisical's cloud in the US.")
}

fn credentials(description: &str) -> SchemaRef {
    Schema::object()
        .required_property("accessToken", secret("The access token."))
        .property("siteUrl", site())
        .description(description)
        .build()
}

fn project_secrets() -> ProviderSchema {
    let kind = text_or("shared", "Whether the secret is everybody's or the identity's own.")
        .enumeration(["shared", "personal"].map(Value::string));
    let entry = Schema::object()
        .required_property("projectId", text("The id of the project."))
        .required_property("environment", text("The slug of the environment, such as `prod`."))
        .required_property("secretKey", text("The name of the secret."))
        .property("secretPath", text_or("/", "The folder of the secret."))
        .property("type", kind)
        .closed()
        .description("One secret.");
    let get = "The secrets to fetch, each under the name it gets in the output.";
    ProviderSchema {
        description: Some("Fetches secrets from Infisical.".into()),
        inputs: Schema::object()
            .required_property(
                "login",
                credentials("Credentials, as infisical-login returns them."),
            )
            .required_property("get", entries(entry, get))
            .closed()
            .build(),
        outputs: secrets("The secret."),
    }
}
