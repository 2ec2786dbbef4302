//! Terraform's state.

use esc_core::provider::ProviderSchema;
use esc_core::schema::{Schema, SchemaRef};

use crate::aws;
use crate::published::{Home, Published};
use crate::shape::{secret, text, text_or};

/// `terraform-state`.
pub static STATE: Published<ProviderSchema> =
    Published::new("terraform-state", Home::Nowhere, state);

fn state() -> ProviderSchema {
    let backend = Schema::object()
        .property("s3", s3())
        .property("remote", remote())
        .min_properties(1)
        .max_properties(1)
        .closed()
        .description("Where the state is: either `s3` or `remote`.");
    let outputs = Schema::object()
        .additional(Schema::always())
        .description("The outputs by name; those that the state calls sensitive are secret.");
    ProviderSchema {
        description: Some("Reads the outputs of a Terraform state.".into()),
        inputs: Schema::object().required_property("backend", backend).closed().build(),
        outputs: Schema::object()
            .required_property("outputs", outputs)
            .description("What the state says.")
            .build(),
    }
}

fn s3() -> SchemaRef {
    Schema::object()
        .required_property("login", aws::login("Credentials, as aws-login returns them."))
        .required_property("bucket", text("The bucket."))
        .required_property("key", text("The key of the state in the bucket."))
        .required_property("region", aws::region("The region of the bucket."))
        .closed()
        .description("A state in Amazon S3.")
        .build()
}

fn remote() -> SchemaRef {
    Schema::object()
        .required_property("organization", text("The organization."))
        .required_property("workspace", text("The name of the workspace."))
        .required_property("token", secret("A token that may read the workspace's state."))
        .property(
            "hostname",
            text_or("app.terraform.io", "The host of HCP Terraform or Enterprise."),
        )
        .closed()
        .description("A state in HCP Terraform or Terraform Enterprise.")
        .build()
}
