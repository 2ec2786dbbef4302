//! States of definitions, by which changes of others are noticed.

use std::fmt;

use smol_str::SmolStr;

/// What a server calls a state of an environment. It means nothing to others.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ETag(SmolStr);

impl ETag {
    /// From the text, such as one that was kept.
    pub fn new(text: impl Into<SmolStr>) -> ETag {
        ETag(text.into())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ETag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
