//! Revisions of texts that have no others.

use aws_lc_rs::digest::{SHA256, digest as hash};
use smol_str::SmolStr;

/// The SHA-256 of a text, in hexadecimal digits.
pub(crate) fn digest(text: &str) -> SmolStr {
    let digest = hash(&SHA256, text.as_bytes());
    digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect::<String>().into()
}
