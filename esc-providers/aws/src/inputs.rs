//! Inputs that the providers share: the login, the region, and how errors name what a document says.

use aws_credential_types::Credentials;
use esc_core::provider::{ErrorKind, OpenRequest, ProviderError};
use esc_core::secret::Secret;
use esc_core::value::{SECRET_PLACEHOLDER, Value};
use esc_provider_kit::Failure;
use serde::Deserialize;
use smol_str::{SmolStr, format_smolstr};

/// Credentials as `aws-login` answers them.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Login {
    pub(crate) access_key_id: String,
    pub(crate) secret_access_key: Secret<String>,
    pub(crate) session_token: Option<Secret<String>>,
}

impl Login {
    pub(crate) fn credentials(&self) -> Credentials {
        Credentials::new(
            self.access_key_id.clone(),
            self.secret_access_key.expose().clone(),
            self.session_token.as_ref().map(|token| token.expose().clone()),
            None,
            "esc",
        )
    }
}

/// The region, if it can be one.
pub(crate) fn check_region(provider: &'static str, region: &str) -> Result<(), ProviderError> {
    let inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    let edges = !region.is_empty() && !region.starts_with('-') && !region.ends_with('-');
    if edges && region.len() <= 63 && region.bytes().all(inner) {
        return Ok(());
    }
    Err(Failure::new(provider, ErrorKind::Invalid)
        .reference("`region`")
        .cause("this is not the name of a region")
        .advice("write a region such as eu-west-1")
        .into())
}

/// The account of a request: its region and access key.
pub(crate) fn account(request: &OpenRequest) -> SmolStr {
    let region = shown(&request.inputs, &["region"]);
    format_smolstr!("{region}/{}", shown(&request.inputs, &["login", "accessKeyId"]))
}

/// The text at that path as an error may show it: not if it, or something it is in, is secret.
pub(crate) fn shown(inputs: &Value, path: &[&str]) -> String {
    let mut value = inputs;
    let mut secret = value.is_secret();
    for key in path {
        let item = || key.parse().ok().and_then(|index| value.index(index));
        let Some(inner) = value.get(key).or_else(item) else { return String::new() };
        value = inner;
        secret |= value.is_secret();
    }
    match value.as_str() {
        Some(_) if secret => SECRET_PLACEHOLDER.to_owned(),
        Some(text) => text.to_owned(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_are_labels_of_hosts() {
        for good in ["eu-west-1", "us-gov-east-1", "x"] {
            assert!(check_region("aws-secrets", good).is_ok(), "{good}");
        }
        for bad in ["", "-a", "a-", "EU", "a.b", "a/b", "evil.example/?", "a b", &"a".repeat(64)] {
            assert!(check_region("aws-secrets", bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn secret_text_is_not_shown() {
        let plain = |text: &str| Value::object([("a", Value::string(text))]);
        assert_eq!(shown(&plain("x"), &["a"]), "x");
        assert_eq!(shown(&plain("x").into_secret(), &["a"]), "[secret]");
        let mut outer = plain("x");
        outer.secret = true;
        assert_eq!(shown(&outer, &["a"]), "[secret]");
        assert_eq!(shown(&outer, &["b"]), "");
    }
}
