//! What is wrong with a definition, and where.

use serde::{Deserialize, Serialize};

use crate::read::{if_known, or_default, those_that_fit};

/// What is wrong with a definition.
#[doc = example!("diagnostic")]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnostic {
    /// Where it is; none if it has no place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub range: Option<Range>,
    /// What is wrong, in a sentence.
    pub summary: String,
    /// The property path of the expression.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// More about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// How bad it is; none is an error.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "if_known")]
    pub severity: Option<Severity>,
}

/// How bad a [`Diagnostic`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The definition cannot be used.
    Error,
    /// The definition can be used.
    Warning,
}

/// The diagnostics of a body that may have other members, too.
#[doc = example!("diagnostics")]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnostics {
    /// What was found. Elements that are no diagnostics are skipped when reading.
    #[serde(default, deserialize_with = "those_that_fit")]
    pub diagnostics: Vec<Diagnostic>,
}

/// A place in a definition.
#[doc = example!("range")]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Range {
    /// The definition: `project/name`, or `<yaml>` for one that is not stored. Always written: clients insist on it.
    #[serde(default, deserialize_with = "or_default")]
    pub environment: String,
    /// The first position.
    pub begin: Position,
    /// The position after the last.
    pub end: Position,
}

/// A position in a definition.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// The line, counted from 1; 0 if there is no position.
    pub line: u32,
    /// The column, counted from 1 in code points.
    pub column: u32,
    /// The offset in bytes, counted from 0.
    pub byte: u32,
}
