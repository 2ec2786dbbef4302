//! Property paths: how a place in a document or value is named on a command line and in patches.
//!
//! A path is a list of keys and indices, written `a.b[0]["key with.dots"]`. [`PropertyPath`] reads and prints that form;
//! [`PropertyPath::to_document_path`] prints the slightly different form diagnostics use.

use std::fmt;
use std::fmt::Write as _;
use std::str::FromStr;

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

    /// Reads a path.
    ///
    /// Besides the reference's grammar `['…']` is understood, in which only `''` is an escape; it is what
    /// [`Display`](fmt::Display) falls back to for the few keys that the grammar cannot spell (those with both `.` or
    /// `[` and a backslash before a quote or at the end).
    pub fn parse(text: &str) -> Result<PropertyPath, PropertyPathError> {
        let mut parser = Parser { text, at: 0 };
        let mut path = PropertyPath::new();
        if text.starts_with('.') {
            return Err(PropertyPathError::LeadingDot { position: 0 });
        }
        while let Some(element) = parser.element()? {
            path.0.push(element);
        }
        Ok(path)
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

struct Parser<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Parser<'a> {
    fn element(&mut self) -> Result<Option<PathElement>, PropertyPathError> {
        while self.peek() == Some('.') {
            self.at += 1;
            if self.peek().is_none() {
                return Err(PropertyPathError::TrailingDot { position: self.at - 1 });
            }
        }
        let rest = self.rest();
        let start = self.at;
        if rest.is_empty() {
            return Ok(None);
        }
        if rest.starts_with("[\"") {
            return self.quoted('"', "\\\"").map(Some);
        }
        if rest.starts_with("['") {
            return self.quoted('\'', "''").map(Some);
        }
        if let Some(inner) = rest.strip_prefix('[') {
            let Some((digits, _)) = inner.split_once(']') else {
                return Err(PropertyPathError::MissingIndexBracket { position: start });
            };
            self.at += digits.len() + 2;
            return index(digits, start + 1).map(Some);
        }
        let name = rest.find(['.', '[']).and_then(|end| rest.get(..end)).unwrap_or(rest);
        self.at += name.len();
        Ok(Some(PathElement::Key(name.into())))
    }

    /// `["…"]` or `['…']`, of which `escape` is the one way to write the quote itself.
    fn quoted(&mut self, quote: char, escape: &str) -> Result<PathElement, PropertyPathError> {
        let start = self.at;
        self.at += 2;
        let mut key = String::new();
        loop {
            if self.rest().starts_with(escape) {
                key.push(quote);
                self.at += escape.len();
                continue;
            }
            let Some(c) = self.peek() else {
                return Err(PropertyPathError::MissingQuote { position: start + 1 });
            };
            self.at += c.len_utf8();
            if c == quote {
                break;
            }
            key.push(c);
        }
        if self.peek() != Some(']') {
            return Err(PropertyPathError::MissingBracket { position: start });
        }
        self.at += 1;
        Ok(PathElement::Key(key.into()))
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }
}

fn index(digits: &str, position: usize) -> Result<PathElement, PropertyPathError> {
    if digits == "*" {
        return Ok(PathElement::Key("*".into()));
    }
    let unsigned = digits.strip_prefix(['+', '-']).unwrap_or(digits);
    let reason = if unsigned.is_empty() || !unsigned.bytes().all(|b| b.is_ascii_digit()) {
        "invalid syntax"
    } else if digits.starts_with('-') {
        "must not be negative"
    } else {
        match unsigned.parse::<usize>() {
            Ok(index) if i64::try_from(index).is_ok() => return Ok(PathElement::Index(index)),
            _ => "value out of range",
        }
    };
    let reason = format!("strconv.ParseInt: parsing {digits:?}: {reason}");
    Err(PropertyPathError::InvalidIndex { position, reason })
}

impl FromStr for PropertyPath {
    type Err = PropertyPathError;

    fn from_str(text: &str) -> Result<PropertyPath, PropertyPathError> {
        PropertyPath::parse(text)
    }
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
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn key(key: &str) -> PathElement {
        PathElement::from(key)
    }

    fn parsed(text: &str) -> Vec<PathElement> {
        PropertyPath::parse(text).unwrap().0
    }

    #[test]
    fn reads_every_form() {
        assert_eq!(parsed(""), []);
        assert_eq!(parsed("root.nested"), [key("root"), key("nested")]);
        assert_eq!(
            parsed(r#"root["nested"][2].x"#),
            [key("root"), key("nested"), 2.into(), key("x")]
        );
        assert_eq!(parsed(r#"["a \"b\".c"]"#), [key(r#"a "b".c"#)]);
        assert_eq!(parsed("a[*]"), [key("a"), key("*")]);
        assert_eq!(parsed(r#"values.["my-key"]"#), [key("values"), key("my-key")]);
        assert_eq!(parsed("0a.世界"), [key("0a"), key("世界")]);
    }

    #[test]
    fn refuses_with_the_known_texts() {
        for (text, message, position) in [
            (".a", "expected property path to start with a name or index", 0),
            ("a.", "expected property path to end with a name or index", 1),
            (r#"a["b"#, "missing closing quote in property name", 2),
            (r#"a["b"x"#, "missing closing bracket in property access", 1),
            ("a[0", "missing closing bracket in array index", 1),
            ("a[x]", r#"invalid array index: strconv.ParseInt: parsing "x": invalid syntax"#, 2),
            (
                "a[-1]",
                r#"invalid array index: strconv.ParseInt: parsing "-1": must not be negative"#,
                2,
            ),
            (
                "a[99999999999999999999]",
                r#"invalid array index: strconv.ParseInt: parsing "99999999999999999999": value out of range"#,
                2,
            ),
        ] {
            let error = PropertyPath::parse(text).unwrap_err();
            assert_eq!(
                (error.to_string().as_str(), error.position()),
                (message, position),
                "{text}"
            );
        }
    }

    #[test]
    fn prints_like_the_reference() {
        let print = |elements: &[PathElement]| PropertyPath(elements.to_vec()).to_string();
        assert_eq!(print(&[key("a"), key("0b"), 1.into(), key("c-d")]), r#"a.0b[1]["c-d"]"#);
        assert_eq!(print(&[key("my-key"), key("x")]), r#"["my-key"].x"#);
        assert_eq!(print(&[key("")]), r#"[""]"#);
    }

    #[test]
    fn joins_document_paths() {
        let mut path = String::new();
        for key in ["values", "", "a b", "_x1", "1a", "q\"\\"] {
            join_key(&mut path, key);
        }
        join_index(&mut path, 12);
        assert_eq!(path, r#"values["a b"]._x1["1a"]["q\"\"][12]"#);
        let mut path = String::new();
        join_key(&mut path, "a b");
        assert_eq!(path, r#"["a b"]"#);
    }

    #[test]
    fn document_paths_differ_for_digits_and_empty_keys() {
        let path: PropertyPath =
            [key("o"), key("0a"), key(""), 3.into(), key("b")].into_iter().collect();
        assert_eq!(path.to_document_path(), r#"o["0a"][3].b"#);
    }

    proptest! {
        #[test]
        fn printing_and_reading_are_inverse(
            elements in prop::collection::vec(
                prop_oneof![
                    r#"[a-z0-9_."'\[\]\\é]{0,6}"#.prop_map(|k| PathElement::Key(k.into())),
                    ".*".prop_map(|k| PathElement::Key(k.into())),
                    (0usize..1000).prop_map(PathElement::Index),
                ],
                0..6,
            )
        ) {
            let path = PropertyPath(elements);
            prop_assert_eq!(PropertyPath::parse(&path.to_string()).unwrap(), path);
        }

        #[test]
        fn reading_never_panics(text in r#"[a\[\]."'\\0-9é*]{0,12}"#) {
            let _ = PropertyPath::parse(&text);
        }
    }
}
