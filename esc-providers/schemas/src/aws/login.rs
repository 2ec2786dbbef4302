//! `aws-login`.

use esc_core::provider::ProviderSchema;
use esc_core::schema::{Schema, SchemaRef};

use super::credentials::{self, region};
use crate::shape::{duration, flag, list, subject_attributes, text};

const SESSION_NAME_PATTERN: &str = r"^[\w+=,.@-]*$";

pub(super) fn interface() -> ProviderSchema {
    let by_default = "Whether the credentials are those that AWS's own tools would find on this machine. Only where the program allows it.";
    let profile = "The profile of this machine's AWS files to take credentials from. Only where the program allows it.";
    let roles = "Roles to take one after another, each with the credentials before it.";
    ProviderSchema {
        description: Some("Logs in to AWS and returns credentials.".into()),
        inputs: Schema::object()
            .property("region", region("The region whose STS is asked."))
            .property("oidc", oidc())
            .property("static", fixed())
            .property("profile", text(profile).min_length(1))
            .property("default", flag(false, by_default))
            .property("assumeRole", list(hop(), roles))
            .closed()
            .build(),
        outputs: credentials::login("The credentials.").build(),
    }
}

fn oidc() -> SchemaRef {
    let how_long = "How long the credentials are valid, such as 1h; 2h if it is not given. The role must allow it.";
    Schema::object()
        .required_property("roleArn", arn("The ARN of the role to take."))
        .required_property("sessionName", session_name())
        .property("duration", duration(how_long))
        .property("policyArns", policies())
        .property("subjectAttributes", subject_attributes())
        .closed()
        .description("Takes a role with a token of the environment.")
        .build()
}

fn fixed() -> SchemaRef {
    credentials::keys().closed().description("Credentials as they are.").build()
}

fn hop() -> SchemaRef {
    let external_id = "The external id that the role's trust policy asks for.";
    let how_long = "How long the credentials are valid; 1h if it is not given, which is the most for a role taken from a role.";
    Schema::object()
        .required_property("roleArn", arn("The ARN of the role to take."))
        .property("sessionName", session_name())
        .property("externalId", text(external_id).min_length(2).max_length(1224))
        .property("duration", duration(how_long))
        .property("policyArns", policies())
        .closed()
        .description("One role.")
        .build()
}

fn arn(description: &str) -> SchemaRef {
    text(description).min_length(20).max_length(2048).build()
}

fn session_name() -> SchemaRef {
    text("The name of the session, which AWS's logs show; letters, digits and _+=,.@- only.")
        .min_length(2)
        .max_length(64)
        .pattern(SESSION_NAME_PATTERN)
        .build()
}

fn policies() -> SchemaRef {
    let description = "Session policies: the credentials may do only what these allow as well.";
    list(arn("The ARN of a policy."), description).build()
}
