//! `aws-parameter-store`.

use esc_core::provider::ProviderSchema;
use esc_core::schema::{Builder, Schema, SchemaRef};

use super::credentials::{self, region};
use crate::shape::{entries, flag, text};

pub(super) fn interface() -> ProviderSchema {
    let get = "The parameters to fetch, each under the name it gets in the output.";
    let by_path = "The paths whose parameters to fetch, each under the name it gets in the output.";
    let parameter = "The parameter: a string, or a list of strings if it is a StringList; of a path, an object of what is below it.";
    ProviderSchema {
        description: Some("Fetches parameters from AWS Systems Manager Parameter Store.".into()),
        inputs: Schema::object()
            .required_property("region", region("The region of the parameters."))
            .required_property(
                "login",
                credentials::login("Credentials, as aws-login returns them."),
            )
            .property("get", entries(entry(), get))
            .property("getByPath", entries(path_entry(), by_path))
            .closed()
            .build(),
        outputs: Schema::object()
            .additional(Builder::new().description(parameter))
            .description("The parameters by name.")
            .build(),
    }
}

fn entry() -> SchemaRef {
    let name = "The name or ARN of the parameter, with a version or label after a colon if need be: /app/url, /app/url:3, /app/url:stable.";
    Schema::object()
        .required_property("name", text(name).min_length(1).max_length(2048))
        .property("decrypt", decrypt())
        .closed()
        .description("One parameter.")
        .build()
}

fn path_entry() -> SchemaRef {
    let recursive = "Whether parameters further down are fetched as well.";
    Schema::object()
        .required_property("path", text("The path, such as /app.").pattern("^/").max_length(2048))
        .property("recursive", flag(true, recursive))
        .property("decrypt", decrypt())
        .closed()
        .description("All parameters below a path.")
        .build()
}

fn decrypt() -> Builder {
    flag(false, "Whether a SecureString is decrypted. Without it, it comes encrypted.")
}
