//! The rotator `aws-iam`, and the connector to databases that only a Lambda function reaches.

use esc_core::provider::RotatorSchema;
use esc_core::schema::{Schema, SchemaRef};

use super::credentials::{self, REGION_PATTERN};
use crate::shape::{generations, secret, text, text_or};

pub(super) fn interface() -> RotatorSchema {
    let user = "The ARN of the IAM user whose access key is rotated.";
    let region = "The region of the IAM endpoint.";
    let keys = keys();
    RotatorSchema {
        description: Some("Rotates the access key of an AWS IAM user.".into()),
        inputs: Schema::object()
            .required_property(
                "login",
                credentials::login("Credentials that may manage the user's keys."),
            )
            .required_property("userArn", text(user).pattern("^arn:"))
            .property("region", text_or("us-east-1", region).pattern(REGION_PATTERN))
            .rotate_only(["login"])
            .closed()
            .build(),
        state: keys.clone(),
        outputs: keys,
    }
}

fn keys() -> SchemaRef {
    let key = Schema::object()
        .required_property("accessKeyId", text("The id of the access key."))
        .required_property("secretAccessKey", secret("The secret access key."))
        .property("createdAt", text("When the key was made, as in RFC 3339."))
        .build();
    generations(&key).required(["current"]).description("The access keys.").build()
}

/// The input `connector.awsLambda` of database rotators.
pub(crate) fn lambda_connector() -> SchemaRef {
    Schema::object()
        .required_property("lambdaArn", text("The ARN of the function, which sets the password."))
        .required_property("login", credentials::login("Credentials that may invoke the function."))
        .closed()
        .description("Reaches the database through a Lambda function in its network.")
        .build()
}
