//! Tokens that say who opens an environment, and adapters of one's own.

use esc_core::provider::{ProviderSchema, RotatorSchema};
use esc_core::schema::{Builder, Schema, SchemaRef};
use esc_core::value::Value;

use crate::published::{Home, Published};
use crate::shape::{duration, flag, secret, subject_attributes, text};

/// `oidc`.
pub static OIDC: Published<ProviderSchema> = Published::new("oidc", Home::OUTBOUND, oidc);

/// `debug-oidc-claims`.
pub static DEBUG_CLAIMS: Published<ProviderSchema> =
    Published::new("debug-oidc-claims", Home::OUTBOUND, debug_claims);

/// `external`.
pub static EXTERNAL: Published<ProviderSchema> =
    Published::new("external", Home::OUTBOUND, external);

/// The rotator `external`.
pub static EXTERNAL_ROTATOR: Published<RotatorSchema> =
    Published::new("external", Home::Nowhere, external_rotator);

const HTTPS: &str = "^https://";

/// The longest audience of a token, in bytes.
pub const MAX_AUDIENCE: u64 = 512;

fn oidc() -> ProviderSchema {
    ProviderSchema {
        description: Some("Mints an OIDC token for an audience.".into()),
        // Not closed: what is refused is refused in the provider's own words.
        inputs: Schema::object()
            .required_property("audience", audience())
            .required_property("identityToken", identity_token())
            .property("duration", token_duration())
            .build(),
        outputs: secret("The signed token.").build(),
    }
}

fn debug_claims() -> ProviderSchema {
    let prefix = "The vendor that the login's token is made out to, such as `aws`.";
    ProviderSchema {
        description: Some("Returns the claims that an OIDC token would have.".into()),
        // Not closed either.
        inputs: Schema::object()
            .property("audiencePrefix", text(prefix).min_length(1))
            .property("subjectAttributes", subject_attributes())
            .property("identityToken", identity_token())
            .property("audience", audience())
            .property("duration", token_duration())
            .build(),
        outputs: Schema::object()
            .required_property("iss", text("The issuer."))
            .required_property("sub", text("The subject."))
            .required_property("aud", text("The audience."))
            .additional(Schema::string())
            .description("The claims.")
            .build(),
    }
}

fn audience() -> Builder {
    text("Whom the token is made out to (`aud`).").min_length(1).max_length(MAX_AUDIENCE)
}

fn identity_token() -> SchemaRef {
    let version = text("The version of the token: `v2`, whose subject is made of ids.")
        .enumeration([Value::string("v2")]);
    Schema::object()
        .required_property("version", version)
        .closed()
        .description("The kind of token.")
        .build()
}

fn token_duration() -> SchemaRef {
    duration("How long the token is valid: `1m` to `1h`, an hour if not given.")
}

fn external() -> ProviderSchema {
    ProviderSchema {
        description: Some("Asks an adapter over HTTPS.".into()),
        inputs: external_inputs(HTTPS),
        // Not marked secret: that would hold with `secret: false` as well.
        outputs: Builder::object()
            .additional(Schema::always())
            .description("The adapter's response.")
            .build(),
    }
}

/// The inputs of `external` if URLs look like this pattern.
pub fn external_inputs(url: &str) -> SchemaRef {
    let secret = "Whether the response is secret. It is unless this is false.";
    Schema::object()
        .required_property("url", adapter(url))
        .property("request", request())
        .property("secret", flag(true, secret))
        .closed()
        .build()
}

fn external_rotator() -> RotatorSchema {
    let response = Schema::object()
        .additional(Schema::always())
        .secret()
        .description("What the adapter returned last.");
    let state =
        Schema::object().required_property("current", response).description("The secret.").build();
    RotatorSchema {
        description: Some("Has an adapter rotate a secret over HTTPS.".into()),
        inputs: Schema::object()
            .required_property("url", adapter(HTTPS))
            .property("request", request())
            .rotate_only(["request"])
            .closed()
            .build(),
        state: state.clone(),
        outputs: state,
    }
}

fn adapter(pattern: &str) -> Builder {
    text("The adapter's URL.").pattern(pattern)
}

fn request() -> Builder {
    Builder::object()
        .additional(Schema::always())
        .default_value(Value::object::<&str>([]))
        .description("What the adapter is asked: the body, as JSON.")
}
