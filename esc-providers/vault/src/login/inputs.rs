//! What a login is given and answers.

use std::collections::BTreeMap;

use esc_core::schema::{Builder, Schema, SchemaRef};
use esc_core::secret::Secret;
use esc_core::value::Value;
use esc_provider_kit::identity::SubjectAttribute;
use esc_provider_kit::inputs::duration_schema;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Inputs {
    pub address: String,
    pub namespace: Option<String>,
    pub ca_certificate: Option<String>,
    pub jwt: Option<Jwt>,
    pub token: Option<Child>,
    pub approle: Option<AppRole>,
    pub kubernetes: Option<Kubernetes>,
    pub userpass: Option<Userpass>,
    pub wrapped_token: Option<Secret<String>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Jwt {
    pub role: String,
    pub mount: Option<String>,
    pub audience: Option<String>,
    #[serde(default)]
    pub subject_attributes: Vec<SubjectAttribute>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Child {
    pub token: Secret<String>,
    pub display_name: Option<String>,
    pub max_ttl: Option<String>,
    pub policies: Option<Vec<String>>,
    pub metadata: Option<BTreeMap<String, Scalar>>,
}

/// Metadata are strings to the server; documents may say them plainer.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Scalar {
    Bool(bool),
    Integer(i64),
    Number(f64),
    String(String),
}

impl Scalar {
    pub fn into_text(self) -> String {
        match self {
            Scalar::Bool(value) => value.to_string(),
            Scalar::Integer(value) => value.to_string(),
            Scalar::Number(value) => value.to_string(),
            Scalar::String(value) => value,
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct AppRole {
    pub role_id: String,
    pub secret_id: Option<Secret<String>>,
    pub wrapped_secret_id: Option<Secret<String>>,
    pub mount: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Kubernetes {
    pub role: String,
    pub jwt: Secret<String>,
    pub mount: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Userpass {
    pub username: String,
    pub password: Secret<String>,
    pub mount: Option<String>,
}

pub(super) fn input_schema() -> SchemaRef {
    Schema::object()
        .required_property("address", text("The server's address: scheme, host and port."))
        .property("namespace", text("The namespace to log in to."))
        .property("caCertificate", text(CA_CERTIFICATE))
        .property("jwt", jwt())
        .property("token", child())
        .property("approle", approle())
        .property("kubernetes", kubernetes())
        .property("userpass", userpass())
        .property(
            "wrappedToken",
            text("A wrapping token; the answer of a login waits in it.").secret(),
        )
        .closed()
        .build()
}

/// What a login answers, and what is given to whoever needs one.
pub(crate) fn output_schema() -> SchemaRef {
    Schema::object()
        .required_property("address", text("The server's address."))
        .required_property("token", text("The token.").secret())
        .property("namespace", text("The namespace that was logged in to."))
        .property("caCertificate", text(CA_CERTIFICATE))
        .property("expiration", text("When the token ends, in RFC 3339."))
        .build()
}

const CA_CERTIFICATE: &str =
    "The certificates, in PEM, of the authorities that the server must prove itself by.";

fn jwt() -> SchemaRef {
    let attributes = Builder::from(&*SubjectAttribute::schema())
        .description("What the subject of the token says besides the organization, in this order.");
    Schema::object()
        .required_property("role", text("The role to log in as."))
        .property("mount", mount("jwt"))
        .property("audience", text("The audience of the token. Default: `vault:<organization>`."))
        .property("subjectAttributes", attributes)
        .closed()
        .description("Logs in with an identity token.")
        .build()
}

fn child() -> SchemaRef {
    let name = text("The name of the child in the server's audit log. Default: `pulumi`.");
    let policies = Builder::array()
        .items(Schema::string())
        .description("The policies of the child. Default: the parent's.");
    let scalar = Schema::either([Schema::string(), Schema::number(), Schema::boolean()]);
    let metadata = Schema::object().additional(scalar).description("The metadata of the child.");
    Schema::object()
        .required_property("token", text("The parent.").secret())
        .property("displayName", name.default_value(Value::string("pulumi")))
        .property("maxTtl", duration_schema("How long the child lives at most. Default: `2h`."))
        .property("policies", policies)
        .property("metadata", metadata)
        .closed()
        .description("Makes a child of a token.")
        .build()
}

fn approle() -> SchemaRef {
    let wrapped = text("A wrapping token; the secret id waits in it.").secret();
    Schema::object()
        .required_property("roleId", text("The id of the role."))
        .property("secretId", text("The secret id.").secret())
        .property("wrappedSecretId", wrapped)
        .property("mount", mount("approle"))
        .closed()
        .description("Logs in with AppRole.")
        .build()
}

fn kubernetes() -> SchemaRef {
    Schema::object()
        .required_property("role", text("The role to log in as."))
        .required_property("jwt", text("The token of a service account.").secret())
        .property("mount", mount("kubernetes"))
        .closed()
        .description("Logs in as a service account of Kubernetes.")
        .build()
}

fn userpass() -> SchemaRef {
    Schema::object()
        .required_property("username", text("The user."))
        .required_property("password", text("The password.").secret())
        .property("mount", mount("userpass"))
        .closed()
        .description("Logs in with user and password.")
        .build()
}

fn mount(default: &str) -> Builder {
    text(&format!("Where the auth method is mounted. Default: `{default}`."))
        .default_value(Value::string(default))
}

fn text(description: &str) -> Builder {
    Builder::string().description(description)
}
