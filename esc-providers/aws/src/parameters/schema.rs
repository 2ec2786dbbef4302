//! The interface of `aws-parameter-store`.

use esc_core::provider::ProviderSchema;
use esc_core::schema::{Builder, Schema, SchemaRef};
use esc_core::value::{Value, ValueKind};

use crate::inputs::{login_schema, region_schema};

pub(super) fn of_provider() -> ProviderSchema {
    let map = |entry: SchemaRef, description: &str| {
        Schema::object().additional(entry).min_properties(1).description(description)
    };
    ProviderSchema {
        description: Some("Fetches parameters from AWS Systems Manager Parameter Store.".into()),
        inputs: Schema::object()
            .required_property("region", region_schema("The region of the parameters."))
            .required_property("login", login_schema("Credentials, as aws-login answers them."))
            .property(
                "get",
                map(entry(), "The parameters to fetch, each under the name it gets in the answer."),
            )
            .property(
                "getByPath",
                map(path_entry(), "The paths whose parameters to fetch, each under the name it gets in the answer."),
            )
            .closed()
            .build(),
        outputs: Schema::object()
            .additional(Builder::new().description(
                "The parameter: a string, or a list of strings if it is a StringList; of a path, an object of what is below it.",
            ))
            .description("The parameters by name.")
            .build(),
    }
}

fn entry() -> SchemaRef {
    Schema::object()
        .required_property(
            "name",
            Builder::string()
                .min_length(1)
                .max_length(2048)
                .description("The name or ARN of the parameter, with a version or label after a colon if need be: /app/url, /app/url:3, /app/url:stable."),
        )
        .property("decrypt", decrypt())
        .closed()
        .description("One parameter.")
        .build()
}

fn path_entry() -> SchemaRef {
    let recursive = Value::new(ValueKind::Bool(true));
    Schema::object()
        .required_property(
            "path",
            Builder::string().pattern("^/").max_length(2048).description("The path, such as /app."),
        )
        .property(
            "recursive",
            Builder::boolean()
                .default_value(recursive)
                .description("Whether parameters further down are fetched as well."),
        )
        .property("decrypt", decrypt())
        .closed()
        .description("All parameters below a path.")
        .build()
}

fn decrypt() -> SchemaRef {
    Builder::boolean()
        .default_value(Value::new(ValueKind::Bool(false)))
        .description("Whether a SecureString is decrypted. Without it, it comes encrypted.")
        .build()
}
