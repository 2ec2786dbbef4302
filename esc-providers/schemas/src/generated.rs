//! Secrets that are made up.

use esc_core::provider::RotatorSchema;
use esc_core::schema::{Builder, Schema, SchemaRef};

use crate::published::{Home, Published};
use crate::shape::{count, flag, generations, secret, text_or};

/// The rotator `password`.
pub static PASSWORD: Published<RotatorSchema> = Published::new("password", Home::Nowhere, password);

/// The rotator `passphrase`.
pub static PASSPHRASE: Published<RotatorSchema> =
    Published::new("passphrase", Home::Nowhere, passphrase);

fn password() -> RotatorSchema {
    let class = |what: &str| flag(true, &format!("Whether there may be {what}."));
    let least = |what: &str| count(0, 100, 0, &format!("How many {what} there are at least."));
    rotator(
        "Makes up a password.",
        Schema::object()
            .property("length", count(8, 100, 16, "How many characters it has."))
            .property("lower", class("lower-case letters"))
            .property("upper", class("upper-case letters"))
            .property("numeric", class("digits"))
            .property("special", class("special characters"))
            .property("minLower", least("lower-case letters"))
            .property("minUpper", least("upper-case letters"))
            .property("minNumeric", least("digits"))
            .property("minSpecial", least("special characters"))
            .property(
                "overrideSpecial",
                text_or("!@#$%&*()-_=+[]{}<>:?", "The special characters to choose from."),
            ),
    )
}

fn passphrase() -> RotatorSchema {
    let separator = text_or("-", "The character between words.").min_length(1).max_length(1);
    rotator(
        "Makes up a passphrase.",
        Schema::object()
            .property("length", count(3, 15, 5, "How many words it has."))
            .property("separator", separator)
            .property("capitalize", flag(false, "Whether words begin with a capital letter.")),
    )
}

fn rotator(description: &str, inputs: Builder) -> RotatorSchema {
    let secrets: SchemaRef = generations(&secret("").build()).description("The secrets.").build();
    RotatorSchema {
        description: Some(description.into()),
        inputs: inputs.closed().build(),
        state: secrets.clone(),
        outputs: secrets,
    }
}
