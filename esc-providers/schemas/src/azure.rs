//! Azure.

use esc_core::provider::{ProviderSchema, RotatorSchema};
use esc_core::schema::{Builder, Schema};

use crate::published::{Home, Published};
use crate::shape::{count, entries, flag, generations, secret, secrets, subject_attributes, text};

/// `azure-login`.
pub static LOGIN: Published<ProviderSchema> = Published::new("azure-login", Home::Nowhere, login);

/// `azure-secrets`.
pub static SECRETS: Published<ProviderSchema> =
    Published::new("azure-secrets", Home::Nowhere, vault_secrets);

/// The rotator `azure-app-secret`.
pub static APP_SECRET: Published<RotatorSchema> =
    Published::new("azure-app-secret", Home::Nowhere, app_secret);

fn login() -> ProviderSchema {
    let oidc = "Whether to log in with a token of the environment, not with a client secret.";
    ProviderSchema {
        description: Some("Logs in to Azure as an application.".into()),
        inputs: application()
            .property("oidc", flag(false, oidc))
            .property("subjectAttributes", subject_attributes())
            .closed()
            .build(),
        outputs: credentials("What the application logs in with.").build(),
    }
}

fn application() -> Builder {
    Schema::object()
        .required_property("clientId", text("The id of the application (client)."))
        .required_property("tenantId", text("The id of the directory (tenant)."))
        .property("subscriptionId", text("The id of the subscription to work in."))
        .property("clientSecret", secret("The secret of the application."))
}

fn credentials(description: &str) -> Builder {
    let oidc = Schema::object()
        .required_property("token", secret("The token, to be exchanged for one of Azure's."))
        .description("The token of the environment, if the login is by OIDC.");
    application().property("oidc", oidc).description(description)
}

fn vault_secrets() -> ProviderSchema {
    let entry = Schema::object()
        .required_property("name", text("The name of the secret.").min_length(1))
        .property("version", text("The version of the secret. Without it, the newest."))
        .closed()
        .description("One secret.");
    let get = "The secrets to fetch, each under the name it gets in the output.";
    ProviderSchema {
        description: Some("Fetches secrets from Azure Key Vault.".into()),
        inputs: Schema::object()
            .required_property("login", credentials("Credentials, as azure-login returns them."))
            .required_property("vault", text("The name of the key vault.").min_length(1))
            .required_property("get", entries(entry, get))
            .closed()
            .build(),
        outputs: secrets("The secret."),
    }
}

fn app_secret() -> RotatorSchema {
    let client = "The client id of the application whose secret is rotated.";
    let secret = Schema::object()
        .required_property("secretId", text("The id of the secret."))
        .required_property("secretValue", secret("The secret."))
        .property("createdAt", text("When the secret was made, as in RFC 3339."))
        .property("expiresAt", text("When the secret ends, as in RFC 3339."))
        .build();
    let secrets = generations(&secret).required(["current"]).description("The secrets.").build();
    RotatorSchema {
        description: Some("Rotates the client secret of an application in Microsoft Entra.".into()),
        inputs: Schema::object()
            .required_property("login", credentials("Credentials that may manage the application."))
            .required_property("clientId", text(client))
            .property("lifetimeInDays", count(1, 730, 180, "How many days a secret is valid."))
            .rotate_only(["login"])
            .closed()
            .build(),
        state: secrets.clone(),
        outputs: secrets,
    }
}
