//! Credentials, and where they are used.

use esc_core::schema::{Builder, SchemaRef};

use crate::shape::{secret, text};

/// What a region may look like. It becomes part of the address that credentials are used at.
pub(super) const REGION_PATTERN: &str = "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$";

/// Credentials as an input or output: `expiration` is told but not needed.
pub(crate) fn login(description: &str) -> Builder {
    keys()
        .property(
            "expiration",
            text("When the credentials end, as in RFC 3339; absent if they do not."),
        )
        .description(description)
}

/// The parts of credentials.
pub(super) fn keys() -> Builder {
    Builder::object()
        .required_property("accessKeyId", text("The id of the access key."))
        .required_property("secretAccessKey", secret("The secret access key."))
        .property(
            "sessionToken",
            secret("The token of the session, if the credentials are temporary."),
        )
}

pub(crate) fn region(description: &str) -> SchemaRef {
    text(description).pattern(REGION_PATTERN).build()
}
