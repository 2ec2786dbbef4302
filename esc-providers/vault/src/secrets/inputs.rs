//! What is to be read.

use std::collections::BTreeMap;

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
