//! The interface of `aws-login`.

use esc_core::provider::ProviderSchema;
use esc_core::schema::{Builder, Schema, SchemaRef};
use esc_core::value::{Value, ValueKind};
use esc_provider_kit::identity::SubjectAttribute;
use esc_provider_kit::inputs::duration_schema;

use crate::inputs::{key_schema, login_schema, region_schema};

const SESSION_NAME_PATTERN: &str = r"^[\w+=,.@-]*$";

pub(super) fn of_provider() -> ProviderSchema {
    let by_default = Builder::boolean()
        .default_value(Value::new(ValueKind::Bool(false)))
        .description("Whether the credentials are those that AWS's own tools would find on this machine. Only where the program allows it.");
    let roles = Builder::array()
        .items(hop())
        .description("Roles to take one after another, each with the credentials before it.");
    ProviderSchema {
        description: Some("Logs in to AWS and answers credentials.".into()),
        inputs: Schema::object()
            .property("region", region_schema("The region whose STS is asked."))
            .property("oidc", oidc())
            .property("static", fixed())
            .property(
                "profile",
                Builder::string()
                    .min_length(1)
                    .description("The profile of this machine's AWS files to take credentials from. Only where the program allows it."),
            )
            .property("default", by_default)
            .property("assumeRole", roles)
            .closed()
            .build(),
        outputs: login_schema("The credentials.").build(),
    }
}

fn oidc() -> SchemaRef {
    let attributes = Builder::from(&*SubjectAttribute::schema())
        .description("What the token's subject says beside the organization, in this order.");
    Schema::object()
        .required_property("roleArn", arn("The ARN of the role to take."))
        .required_property("sessionName", session_name())
        .property("duration", duration_schema("How long the credentials are valid, such as 1h; 2h if it is not given. The role must allow it."))
        .property("policyArns", policies())
        .property("subjectAttributes", attributes)
        .closed()
        .description("Takes a role with a token of the environment.")
        .build()
}

fn fixed() -> SchemaRef {
    key_schema().closed().description("Credentials as they are.").build()
}

fn hop() -> SchemaRef {
    Schema::object()
        .required_property("roleArn", arn("The ARN of the role to take."))
        .property("sessionName", session_name())
        .property(
            "externalId",
            Builder::string()
                .min_length(2)
                .max_length(1224)
                .description("The external id that the role's trust policy asks for."),
        )
        .property("duration", duration_schema("How long the credentials are valid; 1h if it is not given, which is the most for a role taken from a role."))
        .property("policyArns", policies())
        .closed()
        .description("One role.")
        .build()
}

fn arn(description: &str) -> SchemaRef {
    Builder::string().min_length(20).max_length(2048).description(description).build()
}

fn session_name() -> SchemaRef {
    Builder::string()
        .min_length(2)
        .max_length(64)
        .pattern(SESSION_NAME_PATTERN)
        .description(
            "The name of the session, which AWS's logs show; letters, digits and _+=,.@- only.",
        )
        .build()
}

fn policies() -> SchemaRef {
    Builder::array()
        .items(arn("The ARN of a policy."))
        .description("Session policies: the credentials may do only what these allow as well.")
        .build()
}
