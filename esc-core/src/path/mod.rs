//! Property paths: how a place in a document or value is named on a command line and in patches.
//!
//! A path is a list of keys and indices, written `a.b[0]["key with.dots"]`. [`PropertyPath`] reads and prints that form;
//! [`PropertyPath::to_document_path`] prints the slightly different form diagnostics use.

mod parse;

use std::fmt;
use std::fmt::Write as _;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use smol_str::SmolStr;

/// One step of a [`PropertyPath`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PathElement {
    /// The property of that name.
    Key(SmolStr),
    /// The item at that index, counted from 0.
    Index(usize),
}

/// A path of keys and indices.
///
/// ```
/// use esc_core::path::PropertyPath;
///
/// let path: PropertyPath = r#"values.servers[0]["host.name"]"#.parse().unwrap();
/// assert_eq!(path.len(), 4);
/// assert_eq!(path.to_string(), r#"values.servers[0]["host.name"]"#);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PropertyPath(Vec<PathElement>);

/// Why a text is not a property path. Positions are byte offsets into the text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "`position` is explained once, above")]
pub enum PropertyPathError {
    /// The path starts with `.`.
    #[error("expected property path to start with a name or index")]
    LeadingDot { position: usize },
    /// The path ends with `.`.
    #[error("expected property path to end with a name or index")]
    TrailingDot { position: usize },
    /// `["name` without its `"`.
    #[error("missing closing quote in property name")]
    MissingQuote { position: usize },
    /// `["name"` without its `]`.
    #[error("missing closing bracket in property access")]
    MissingBracket { position: usize },
    /// `[0` without its `]`.
    #[error("missing closing bracket in array index")]
    MissingIndexBracket { position: usize },
    /// What stands between `[` and `]` is not a number this machine can count to.
    #[error("invalid array index: {reason}")]
    InvalidIndex { position: usize, reason: String },
}

impl PropertyPathError {
    /// Where in the text the trouble starts, as a byte offset.
    pub fn position(&self) -> usize {
        match self {
            Self::LeadingDot { position }
            | Self::TrailingDot { position }
            | Self::MissingQuote { position }
            | Self::MissingBracket { position }
            | Self::MissingIndexBracket { position }
            | Self::InvalidIndex { position, .. } => *position,
        }
    }
}

impl PropertyPath {
    /// The path to the root: no elements.
    pub fn new() -> PropertyPath {
        PropertyPath::default()
    }

    /// The elements, outermost first.
    pub fn elements(&self) -> &[PathElement] {
        &self.0
    }

    /// How many elements there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether this is the path to the root.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds an element.
    pub fn push(&mut self, element: impl Into<PathElement>) {
        self.0.push(element.into());
    }

    /// The path to that element of this path's target.
    pub fn join(&self, element: impl Into<PathElement>) -> PropertyPath {
        let mut path = self.clone();
        path.push(element);
        path
    }

    /// The path to the containing collection and the last element; none for the root.
    pub fn split_last(&self) -> Option<(PropertyPath, &PathElement)> {
        let (last, rest) = self.0.split_last()?;
        Some((PropertyPath(rest.to_vec()), last))
    }

    /// The path as diagnostics write it: keys that start with a digit are quoted too, empty keys are left out.
    pub fn to_document_path(&self) -> String {
        let mut path = String::new();
        for element in &self.0 {
            match element {
                PathElement::Key(key) => join_key(&mut path, key),
                PathElement::Index(index) => join_index(&mut path, *index),
            }
        }
        path
    }
}

/// Appends a key to a document path.
///
/// Keys that look like identifiers are joined with a dot, others are bracketed and quoted. The empty key leaves no
/// trace.
pub fn join_key(path: &mut String, key: &str) {
    if key.is_empty() {
        return;
    }
    let starts_well = key.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    if starts_well && is_word(key) {
        if !path.is_empty() {
            path.push('.');
        }
        path.push_str(key);
        return;
    }
    path.push_str("[\"");
    path.push_str(&key.replace('"', "\\\""));
    path.push_str("\"]");
}

/// Appends an index to a document path.
pub fn join_index(path: &mut String, index: usize) {
    // Writing to a string cannot fail.
    let _ = write!(path, "[{index}]");
}

fn is_word(key: &str) -> bool {
    key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

impl fmt::Display for PropertyPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, element) in self.0.iter().enumerate() {
            match element {
                PathElement::Index(index) => write!(f, "[{index}]")?,
                PathElement::Key(key) if is_bare(key) => {
                    write!(f, "{}{key}", if i == 0 { "" } else { "." })?;
                }
                PathElement::Key(key) if !key.contains("\\\"") && !key.ends_with('\\') => {
                    write!(f, "[\"{}\"]", key.replace('"', "\\\""))?;
                }
                PathElement::Key(key) => write!(f, "['{}']", key.replace('\'', "''"))?,
            }
        }
        Ok(())
    }
}

/// Whether the key is printed without brackets. That includes keys which only the bare form can spell.
fn is_bare(key: &str) -> bool {
    let unquotable = key.contains("\\\"") || key.ends_with('\\');
    !key.is_empty() && (is_word(key) || (unquotable && !key.contains(['.', '['])))
}

impl From<&str> for PathElement {
    fn from(key: &str) -> PathElement {
        PathElement::Key(key.into())
    }
}

impl From<SmolStr> for PathElement {
    fn from(key: SmolStr) -> PathElement {
        PathElement::Key(key)
    }
}

impl From<usize> for PathElement {
    fn from(index: usize) -> PathElement {
        PathElement::Index(index)
    }
}

impl<E: Into<PathElement>> FromIterator<E> for PropertyPath {
    fn from_iter<I: IntoIterator<Item = E>>(elements: I) -> PropertyPath {
        PropertyPath(elements.into_iter().map(Into::into).collect())
    }
}

impl Serialize for PropertyPath {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for PropertyPath {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<PropertyPath, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests;
