//! Which answer of a batch belongs to which secret that was asked for.

use std::collections::HashMap;

use aws_sdk_secretsmanager::primitives::Blob;
use esc_core::provider::ErrorKind;
use esc_core::secret::{Secret, Text};
use esc_core::text::encode_base64;

use crate::failure::Reason;

/// A secret as AWS answers it.
pub(super) struct Found {
    pub(super) arn: Option<String>,
    pub(super) name: Option<String>,
    pub(super) text: Result<Text, Reason>,
}

/// The text of a secret: its string, or its bytes in base64.
pub(super) fn text(string: Option<String>, binary: Option<Blob>) -> Result<Text, Reason> {
    match (string, binary) {
        (Some(string), _) => Ok(Text::secret(string)),
        (None, Some(bytes)) => {
            let bytes = Secret::new(bytes.into_inner());
            Ok(Text::secret(encode_base64(bytes.expose())))
        }
        (None, None) => Err(Reason::new(ErrorKind::NotFound, "the secret has no value")
            .with_advice("put a value into it with `aws secretsmanager put-secret-value`")),
    }
}

/// Secrets by every way to name them: ARN, name, and ARN without the six random characters that AWS appends.
#[derive(Default)]
pub(super) struct Index {
    exact: HashMap<String, Result<Text, Reason>>,
    short: HashMap<String, Result<Text, Reason>>,
}

impl Index {
    pub(super) fn new(found: impl IntoIterator<Item = Found>) -> Index {
        let mut index = Index::default();
        for Found { arn, name, text } in found {
            if let Some(short) = arn.as_deref().and_then(without_suffix) {
                index.short.insert(short.to_owned(), text.clone());
            }
            for id in arn.into_iter().chain(name) {
                index.exact.insert(id, text.clone());
            }
        }
        index
    }

    /// The secret that was asked for by this.
    pub(super) fn get(&self, id: &str) -> Option<&Result<Text, Reason>> {
        self.exact.get(id).or_else(|| self.short.get(id))
    }
}

/// `arn:…:secret:prod/db-AbC123` without `-AbC123`.
fn without_suffix(arn: &str) -> Option<&str> {
    let (short, suffix) = arn.rsplit_once('-')?;
    let random = suffix.len() == 6 && suffix.bytes().all(|b| b.is_ascii_alphanumeric());
    (random && arn.starts_with("arn:")).then_some(short)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(name: &str, suffix: &str) -> Found {
        let arn = format!("arn:aws:secretsmanager:eu-west-1:111122223333:secret:{name}-{suffix}");
        Found { arn: Some(arn), name: Some(name.into()), text: Ok(Text::secret(name.into())) }
    }

    #[test]
    fn a_secret_is_found_by_each_of_its_names_and_by_no_other() {
        let index = Index::new([found("prod/db", "AbC123"), found("prod/db-AbC123", "xyz789")]);
        let arn = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/db";
        let text = |id: &str| index.get(id).map(|text| text.as_ref().unwrap().as_str().to_owned());
        assert_eq!(text("prod/db").as_deref(), Some("prod/db"));
        assert_eq!(text(arn).as_deref(), Some("prod/db"));
        // The ARN of the one is also the other's without suffix.
        assert_eq!(text(&format!("{arn}-AbC123")).as_deref(), Some("prod/db"));
        assert_eq!(text(&format!("{arn}-AbC123-xyz789")).as_deref(), Some("prod/db-AbC123"));
        assert_eq!(text("prod/db-AbC123").as_deref(), Some("prod/db-AbC123"));
        for other in ["prod", "prod/d", "db", "prod/db-xyz789", &arn.replace("1111", "2222")] {
            assert_eq!(text(other), None, "{other}");
        }
    }

    #[test]
    fn bytes_come_in_base64() {
        assert_eq!(text(None, Some(Blob::new([0xff, 0]))).unwrap().as_str(), "/wA=");
        assert_eq!(text(None, None).unwrap_err().kind, ErrorKind::NotFound);
    }
}
