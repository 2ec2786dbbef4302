//! Updating, checking and opening: responses about a definition.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::diagnostics::Diagnostic;
use crate::read::{or_default, those_that_fit};

/// A definition was stored. `{}` unless there are warnings; never empty, since clients parse it.
#[doc = example!("update-response")]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpdateResponse {
    /// Warnings about it.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "those_that_fit")]
    pub diagnostics: Vec<Diagnostic>,
}

/// A definition was checked and has no errors. `E` is the evaluated environment, whose members stand beside the others.
#[doc = example!("check-response")]
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CheckResponse<E> {
    /// What is known of the environment. Providers were not called.
    #[serde(flatten)]
    pub environment: E,
    /// Warnings about the definition.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "those_that_fit")]
    pub diagnostics: Vec<Diagnostic>,
    /// What the environment calls. A check of a definition that is not stored does not tell it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub environment_function_summary: Option<FunctionSummary>,
}

/// What an environment calls.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FunctionSummary {
    /// How often it calls each function, by name.
    #[serde(default, deserialize_with = "or_default")]
    pub func_counts: BTreeMap<String, u64>,
    /// The property paths of secrets that can be rotated.
    #[serde(default, deserialize_with = "or_default")]
    pub rotation_paths: Vec<String>,
}

/// A definition was checked and has errors; the status is 400. `E` is what is known of the environment nevertheless.
#[doc = example!("failed-check")]
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FailedCheck<E> {
    /// The HTTP status once more.
    #[serde(default, deserialize_with = "or_default")]
    pub code: u16,
    /// What went wrong.
    #[serde(default, deserialize_with = "or_default")]
    pub message: String,
    /// What is wrong with the definition.
    #[serde(default, deserialize_with = "those_that_fit")]
    pub diagnostics: Vec<Diagnostic>,
    /// What is known of the environment.
    #[serde(flatten)]
    pub environment: E,
}

/// An environment was opened. It has no member for diagnostics: some clients fail if there is one.
#[doc = example!("open-response")]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenResponse {
    /// The session, with which its values can be read until it ends.
    pub id: String,
}
