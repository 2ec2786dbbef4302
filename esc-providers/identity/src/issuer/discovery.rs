//! What backends read to verify tokens.

use serde_json::{Value as Json, json};

use crate::keys::{Algorithm, KeySet};

/// A document to be served, as JSON and to everybody.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// Where it is to be found.
    pub url: String,
    /// What it says.
    pub body: Json,
}

/// The claims that tokens of both kinds have.
const CLAIMS: [&str; 7] = ["aud", "exp", "iat", "iss", "jti", "nbf", "sub"];

pub(super) fn document(issuer: &str, keys: &KeySet) -> Json {
    let algorithms: Vec<&str> = keys.algorithms().into_iter().map(Algorithm::as_str).collect();
    json!({
        "issuer": issuer,
        "jwks_uri": jwks_url(issuer),
        "response_types_supported": ["id_token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": algorithms,
        "scopes_supported": ["openid"],
        "claims_supported": CLAIMS,
    })
}

pub(super) fn documents(issuer: &str, keys: &KeySet) -> [Document; 2] {
    let url = format!("{issuer}/.well-known/openid-configuration");
    [
        Document { url, body: document(issuer, keys) },
        Document { url: jwks_url(issuer), body: keys.jwks() },
    ]
}

fn jwks_url(issuer: &str) -> String {
    format!("{issuer}/.well-known/jwks")
}
