//! What a login is given.

use std::collections::BTreeMap;

use esc_core::secret::Secret;
use esc_provider_kit::identity::SubjectAttribute;
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
