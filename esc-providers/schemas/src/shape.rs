//! Shapes that several interfaces share.

use esc_core::schema::{Builder, Schema, SchemaRef};
use esc_core::value::{Value, ValueKind};

/// The pattern of durations such as `1h30m`.
pub const DURATION_PATTERN: &str = "^([0-9]+h)?([0-9]+m)?([0-9]+s)?$";

/// What the subject of a login's token may say, as documents write it in `subjectAttributes`.
pub const SUBJECT_ATTRIBUTES: [&str; 6] = [
    "currentEnvironment.name",
    "rootEnvironment.name",
    "pulumi.user.login",
    "pulumi.organization.login",
    "pulumi.token.team",
    "pulumi.token.type",
];

/// A duration such as `1h30m`.
pub fn duration(description: &str) -> SchemaRef {
    text(description).pattern(DURATION_PATTERN).build()
}

/// The input `subjectAttributes` of logins.
pub fn subject_attributes() -> SchemaRef {
    Builder::array()
        .items(Builder::string().enumeration(SUBJECT_ATTRIBUTES.map(Value::string)))
        .description("What the token's subject says beside the organization, in this order.")
        .build()
}

pub(crate) fn text(description: &str) -> Builder {
    Builder::string().description(description)
}

pub(crate) fn secret(description: &str) -> Builder {
    text(description).secret()
}

pub(crate) fn number(description: &str) -> Builder {
    Builder::number().description(description)
}

/// A whole number between two bounds.
pub(crate) fn count(least: u64, most: u64, default: u64, description: &str) -> Builder {
    number(description)
        .minimum(least)
        .maximum(most)
        .multiple_of(1)
        .default_value(Value::new(ValueKind::Number(default.into())))
}

pub(crate) fn flag(default: bool, description: &str) -> Builder {
    Builder::boolean().default_value(Value::new(ValueKind::Bool(default))).description(description)
}

/// A text with a default.
pub(crate) fn text_or(default: &str, description: &str) -> Builder {
    text(description).default_value(Value::string(default))
}

pub(crate) fn list(items: impl Into<SchemaRef>, description: &str) -> Builder {
    Builder::array().items(items).description(description)
}

/// What is to be fetched, by the name that each gets in the output.
pub(crate) fn entries(entry: impl Into<SchemaRef>, description: &str) -> Builder {
    Schema::object().additional(entry).min_properties(1).description(description)
}

/// What was fetched, by name: secret texts.
pub(crate) fn secrets(description: &str) -> SchemaRef {
    Schema::object().additional(secret(description)).description("The secrets by name.").build()
}

/// Two generations of a credential: what rotators with two secrets keep and return.
pub(crate) fn generations(of: &SchemaRef) -> Builder {
    let described = |text: &str| Builder::from(&**of).description(text);
    Schema::object()
        .property("current", described("The newest, which consumers use."))
        .property("previous", described("The one before, which is still valid."))
}
