//! `aws-secrets`.

use esc_core::provider::ProviderSchema;
use esc_core::schema::Schema;

use super::credentials::{self, region};
use crate::shape::{entries, secrets, text};

pub(super) fn interface() -> ProviderSchema {
    let stage = "The staging label of the version, such as AWSPREVIOUS. Without it and `versionId`, the current version.";
    let entry = Schema::object()
        .required_property(
            "secretId",
            text("The name or ARN of the secret.").min_length(1).max_length(2048),
        )
        .property("versionId", text("The id of the version; 32 to 64 characters."))
        .property("versionStage", text(stage))
        .closed()
        .description("One secret.");
    let get = "The secrets to fetch, each under the name it gets in the output.";
    ProviderSchema {
        description: Some("Fetches secrets from AWS Secrets Manager.".into()),
        inputs: Schema::object()
            .required_property("region", region("The region of the secrets."))
            .required_property(
                "login",
                credentials::login("Credentials, as aws-login returns them."),
            )
            .required_property("get", entries(entry, get))
            .closed()
            .build(),
        outputs: secrets("The secret; bytes in base64."),
    }
}
