//! Which providers and rotators the server has, and what they take and return.

use serde::{Deserialize, Serialize};

use crate::read::or_default;

/// The names of the providers.
#[doc = example!("providers")]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Providers {
    /// The names.
    pub providers: Vec<String>,
}

/// The names of the rotators.
#[doc = example!("rotators")]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rotators {
    /// The names.
    pub rotators: Vec<String>,
}

/// What a provider or rotator takes and returns. `S` is a schema, which may be `true` or `false`.
#[doc = example!("callable-schema")]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallableSchema<S> {
    /// Its name.
    pub name: String,
    /// What it does.
    #[serde(default, deserialize_with = "or_default")]
    pub description: String,
    /// What it takes.
    pub inputs: S,
    /// What it returns.
    pub outputs: S,
}

/// What environments see as `${context}`. `S` is a schema.
#[doc = example!("context-schema")]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContextSchema<S> {
    /// Its schema.
    pub schema: S,
}
