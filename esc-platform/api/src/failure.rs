//! The body of every response that is an error.

use serde::{Deserialize, Serialize};

use crate::diagnostics::Diagnostic;
use crate::read::{or_default, those_that_fit};

/// Why a call failed.
///
/// Without diagnostics it has exactly two members: some clients refuse others.
#[doc = example!("failure")]
#[doc = example!("failure-of-definition")]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// The HTTP status once more: some clients look at nothing else.
    #[serde(default, deserialize_with = "or_default")]
    pub code: u16,
    /// What went wrong.
    #[serde(default, deserialize_with = "or_default")]
    pub message: String,
    /// What is wrong with the definition, if that is what is wrong.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "those_that_fit")]
    pub diagnostics: Vec<Diagnostic>,
}
