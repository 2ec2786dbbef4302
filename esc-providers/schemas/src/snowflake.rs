//! Snowflake.

use esc_core::provider::{ProviderSchema, RotatorSchema};
use esc_core::schema::{Builder, Schema, SchemaRef};

use crate::published::{Home, Published};
use crate::shape::{secret, text};

/// `snowflake-login`.
pub static LOGIN: Published<ProviderSchema> =
    Published::new("snowflake-login", Home::Nowhere, login);

/// The rotator `snowflake-user`.
pub static USER: Published<RotatorSchema> = Published::new("snowflake-user", Home::Nowhere, user);

fn login() -> ProviderSchema {
    let oidc = Schema::object()
        .required_property("account", account())
        .required_property("user", text("The user to log in as."))
        .property("role", text("The role to take. Without it, the user's own."))
        .closed()
        .description("Logs in with a token of the environment.");
    ProviderSchema {
        description: Some("Logs in to Snowflake and returns an OAuth token.".into()),
        inputs: Schema::object().required_property("oidc", oidc).closed().build(),
        outputs: Schema::object()
            .required_property("account", account())
            .required_property("user", text("The user that was logged in."))
            .required_property("token", secret("The OAuth token."))
            .description("The login.")
            .build(),
    }
}

fn account() -> Builder {
    text("The account, such as `organization-name`.")
}

fn user() -> RotatorSchema {
    let key = || secret("The private key, in PEM.");
    RotatorSchema {
        description: Some("Rotates the key pair of a Snowflake user.".into()),
        inputs: Schema::object()
            .required_property("login", manager())
            .required_property("targetUser", text("The user whose key pair is rotated."))
            .rotate_only(["login"])
            .closed()
            .build(),
        state: Schema::object()
            .required_property("account", account())
            .required_property("createdAt", text("When the key was made, as in RFC 3339."))
            .required_property("privateKey", key())
            .description("The key.")
            .build(),
        outputs: Schema::object()
            .required_property("account", account())
            .required_property("user", text("The user whose key it is."))
            .required_property("privateKey", key())
            .required_property("rotatedAt", text("When the key was made, as in RFC 3339."))
            .description("The key, and whose it is.")
            .build(),
    }
}

/// Either a token, as `snowflake-login` returns it, or a key.
fn manager() -> SchemaRef {
    let by = |name: &str, credential: Builder| {
        Schema::object()
            .required_property("account", account())
            .required_property("user", text("The user who may change the other."))
            .required_property(name, credential)
            .closed()
            .build()
    };
    let ways = [
        by("token", secret("An OAuth token, as snowflake-login returns it.")),
        by("privateKey", secret("The user's private key, in PEM.")),
    ];
    let either = Schema::exactly_one(ways);
    Builder::from(&*either).description("Who changes the key.").build()
}
