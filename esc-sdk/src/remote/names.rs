//! Names of environments on a server, with versions.

use std::fmt;
use std::str::FromStr;

use smol_str::SmolStr;

use crate::source::{EnvironmentName, NameError};

/// No name or identifier is longer.
const MAX_SEGMENT: usize = 1000;

/// Why a text names no environment on a server.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReferenceError {
    /// The name in front of the version is none.
    #[error(transparent)]
    Name(#[from] NameError),
    /// What follows the `@` is no version.
    #[error(
        "`{0}` is not a version: a revision is a number, a tag a name that starts with no digit"
    )]
    Version(String),
}

/// A version of an environment.
///
/// ```
/// use esc_sdk::remote::Version;
///
/// assert_eq!("3".parse(), Ok(Version::Revision(3)));
/// assert_eq!("stable".parse(), Ok(Version::Tag("stable".into())));
/// assert!("3rd".parse::<Version>().is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Version {
    /// The revision of that number; the first is 1.
    Revision(u64),
    /// The revision that the tag points at. `latest` is always there.
    Tag(SmolStr),
}

impl FromStr for Version {
    type Err = ReferenceError;

    fn from_str(text: &str) -> Result<Version, ReferenceError> {
        let error = || ReferenceError::Version(text.chars().take(100).collect());
        if text.starts_with(|c: char| c.is_ascii_digit()) {
            return text.parse().map(Version::Revision).map_err(|_| error());
        }
        if is_segment(text) { Ok(Version::Tag(text.into())) } else { Err(error()) }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Version::Revision(number) => number.fmt(f),
            Version::Tag(tag) => f.write_str(tag),
        }
    }
}

/// `project/name`, possibly with `@version` (or `:version`). A name alone is in the project `default`.
///
/// ```
/// use esc_sdk::remote::Reference;
///
/// let reference: Reference = "shop/dev@stable".parse()?;
/// assert_eq!(reference.name.to_string(), "shop/dev");
/// assert_eq!(reference.to_string(), "shop/dev@stable");
/// # Ok::<(), esc_sdk::remote::ReferenceError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Reference {
    /// The environment.
    pub name: EnvironmentName,
    /// Its version; none is the latest.
    pub version: Option<Version>,
}

impl FromStr for Reference {
    type Err = ReferenceError;

    fn from_str(text: &str) -> Result<Reference, ReferenceError> {
        match text.split_once(['@', ':']) {
            None => Ok(Reference { name: text.parse()?, version: None }),
            Some((name, version)) => {
                Ok(Reference { name: name.parse()?, version: Some(version.parse()?) })
            }
        }
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.name.fmt(f)?;
        match &self.version {
            Some(version) => write!(f, "@{version}"),
            None => Ok(()),
        }
    }
}

/// Whether the text can be one segment of a path: it is percent-encoded, but `.` and `..` would lead elsewhere.
pub(super) fn is_segment(text: &str) -> bool {
    !matches!(text, "" | "." | "..")
        && text.len() <= MAX_SEGMENT
        && !text.contains(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_have_names_and_versions() {
        let shown = |text: &str| text.parse::<Reference>().map(|r| format!("{:?}", r.version));
        assert_eq!(shown("dev").as_deref(), Ok("None"));
        assert_eq!(shown("shop/dev@12").as_deref(), Ok("Some(Revision(12))"));
        assert_eq!(shown("shop/dev:v1 a/b").as_deref(), Ok("Some(Tag(\"v1 a/b\"))"));
        for text in
            ["shop/dev@", "shop/dev@..", "shop/dev@1x", "shop/dev@-\n", "a/b@99999999999999999999"]
        {
            assert!(matches!(shown(text), Err(ReferenceError::Version(_))), "{text}");
        }
        assert!(matches!(shown("../dev@1"), Err(ReferenceError::Name(_))));
    }
}
