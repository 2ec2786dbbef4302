//! 1Password.

use esc_core::provider::ProviderSchema;
use esc_core::schema::Schema;

use crate::published::{Home, Published};
use crate::shape::{entries, secret, secrets, text};

/// `1password-secrets`.
pub static SECRETS: Published<ProviderSchema> =
    Published::new("1password-secrets", Home::Nowhere, vault_secrets);

fn vault_secrets() -> ProviderSchema {
    let login = Schema::object()
        .required_property("serviceAccountToken", secret("The token, which begins with `ops_`."))
        .closed()
        .description("The service account to log in as.");
    let reference = "The reference of the secret: `op://<vault>/<item>/[<section>/]<field>`.";
    let entry = Schema::object()
        .required_property("ref", text(reference).pattern("op://.+"))
        .closed()
        .description("One secret.");
    let get = "The secrets to fetch, each under the name it gets in the output.";
    ProviderSchema {
        description: Some("Fetches secrets from 1Password.".into()),
        inputs: Schema::object()
            .required_property("login", login)
            .required_property("get", entries(entry, get))
            .closed()
            .build(),
        outputs: secrets("The secret."),
    }
}
