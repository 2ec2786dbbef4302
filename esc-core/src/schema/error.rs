//! What can be wrong with a schema.

use smol_str::SmolStr;
use thiserror::Error;

use crate::json::JsonError;
use crate::text::quote;

/// How deeply schemas may nest to be decoded and compiled.
pub const MAX_DEPTH: usize = 200;

/// Why something is not a schema, or not one that can be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SchemaError {
    /// The text is not JSON.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// A keyword's value has another type than it must have.
    #[error("{}expected {expected}, got {got}", prefix(.path))]
    Type {
        /// Where in the schema.
        path: String,
        /// What was expected.
        expected: &'static str,
        /// What was found.
        got: &'static str,
    },
    /// There is no type of that name.
    #[error("{}unknown type {}", prefix(.path), quote(.name))]
    UnknownType {
        /// Where in the schema.
        path: String,
        /// The name.
        name: SmolStr,
    },
    /// A reference that does not point to one of the root's definitions.
    #[error("only fragment references of the form #/$defs/ref are supported")]
    UnsupportedReference,
    /// A reference to a definition that does not exist.
    #[error("unknown subschema {0}")]
    UnknownDefinition(SmolStr),
    /// A definition that leads back to itself before anything of a value was looked at.
    #[error("subschema {0} refers to itself")]
    CircularDefinition(SmolStr),
    /// A count that is not a natural number, or too big for one.
    #[error(
        "strconv.ParseUint: parsing {}: {}",
        quote(.text),
        if *.out_of_range { "value out of range" } else { "invalid syntax" }
    )]
    Count {
        /// The number's text.
        text: SmolStr,
        /// Whether it is merely too big.
        out_of_range: bool,
    },
    /// A pattern that is not a regular expression.
    #[error("error parsing regexp: {0}")]
    Pattern(String),
    /// The schema nests too deeply.
    #[error("schemas may not nest more than {MAX_DEPTH} levels deep")]
    TooDeep,
}

fn prefix(path: &str) -> String {
    if path.is_empty() { String::new() } else { format!("{path}: ") }
}

impl SchemaError {
    /// The same error, seen from the schema that has the blamed one under this keyword.
    pub(super) fn within(mut self, step: &str) -> SchemaError {
        if let SchemaError::Type { path, .. } | SchemaError::UnknownType { path, .. } = &mut self {
            let dot = if path.is_empty() { "" } else { "." };
            path.insert_str(0, dot);
            path.insert_str(0, step);
        }
        self
    }
}
