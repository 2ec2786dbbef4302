//! What is to be read.

use std::collections::BTreeMap;

use esc_core::schema::{Builder, Schema, SchemaRef};
use esc_core::secret::Secret;
use serde::Deserialize;

#[derive(Deserialize)]
pub(super) struct Inputs {
    pub login: Login,
    #[serde(flatten)]
    pub sources: Sources,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Login {
    pub address: String,
    pub token: Secret<String>,
    pub namespace: Option<String>,
    pub ca_certificate: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Sources {
    #[serde(default)]
    pub read: BTreeMap<String, Read>,
    #[serde(default)]
    pub kv: BTreeMap<String, Kv>,
    #[serde(default)]
    pub unwrap: BTreeMap<String, Unwrap>,
}

#[derive(Deserialize)]
pub(super) struct Read {
    pub path: String,
    pub field: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Kv {
    pub mount: Option<String>,
    pub path: String,
    pub version: Option<u64>,
    pub field: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Unwrap {
    pub token: Secret<String>,
    pub field: Option<String>,
}

pub(super) fn input_schema() -> SchemaRef {
    let login = Builder::from(&*crate::login::output_schema())
        .description("Where to read and with which token: what `vault-login` answers.");
    let read = Schema::object()
        .required_property("path", text("The path to read."))
        .property("field", text(FIELD))
        .closed();
    let version = Builder::number().minimum(1).multiple_of(1);
    let kv = Schema::object()
        .property("mount", text("Where the secrets engine is mounted, if `path` is without it."))
        .required_property("path", text("The path of the secret, without `data/`."))
        .property("version", version.description("The version of the secret. Default: the newest."))
        .property("field", text(FIELD))
        .closed();
    let unwrap = Schema::object()
        .required_property("token", text("The wrapping token.").secret())
        .property("field", text(FIELD))
        .closed();
    let map = |of: Builder, description| {
        Schema::object().additional(of).min_properties(1).description(description)
    };
    Schema::object()
        .required_property("login", login)
        .property("read", map(read, "Paths to read as they are, by the name that each gets."))
        .property("kv", map(kv, "KV secrets of either version, by the name that each gets."))
        .property("unwrap", map(unwrap, "Wrapped secrets, by the name that each gets."))
        .closed()
        .build()
}

pub(super) fn output_schema() -> SchemaRef {
    let secret = Builder::new().secret().description("The data, or the field that was asked for.");
    Schema::object().additional(secret).build()
}

const FIELD: &str = "The field to answer instead of all data.";

fn text(description: &str) -> Builder {
    Builder::string().description(description)
}
