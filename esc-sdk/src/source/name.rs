//! Names of environments in a directory.

use std::fmt;
use std::str::FromStr;

use smol_str::SmolStr;

/// The project of names that have none.
const DEFAULT_PROJECT: &str = "default";

/// Longer parts are refused; file systems would too.
const MAX_PART: usize = 100;

/// Why a text names no environment.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NameError {
    /// There is nothing.
    #[error("no environment is named; names look like `project/name`")]
    Empty,
    /// There are more than two parts.
    #[error("`{0}` has too many parts; names look like `project/name`")]
    Parts(String),
    /// A part is not one.
    #[error(
        "`{0}` is not a name: the project and the name consist of up to 100 letters, digits, `-`, `_` and `.`, and do not start with `.`"
    )]
    Characters(String),
    /// A version is asked for.
    #[error(
        "`{0}` asks for a version, but a directory has no versions; leave out what follows the `{1}`"
    )]
    Version(String, char),
}

/// `project/name`. A name alone is in the project `default`.
///
/// ```
/// use esc_sdk::EnvironmentName;
///
/// let name: EnvironmentName = "dev".parse()?;
/// assert_eq!(name.to_string(), "default/dev");
/// assert!("../dev".parse::<EnvironmentName>().is_err());
/// # Ok::<(), esc_sdk::NameError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EnvironmentName {
    project: SmolStr,
    name: SmolStr,
}

impl EnvironmentName {
    /// The project.
    pub fn project(&self) -> &str {
        &self.project
    }

    /// The name within the project.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl FromStr for EnvironmentName {
    type Err = NameError;

    fn from_str(text: &str) -> Result<EnvironmentName, NameError> {
        if text.is_empty() {
            return Err(NameError::Empty);
        }
        let shown = || text.chars().take(2 * MAX_PART).collect::<String>();
        if let Some(sign) = text.chars().find(|c| matches!(c, '@' | ':')) {
            return Err(NameError::Version(shown(), sign));
        }
        let (project, name) = text.split_once('/').unwrap_or((DEFAULT_PROJECT, text));
        if name.contains('/') && text.split('/').all(is_part) {
            return Err(NameError::Parts(shown()));
        }
        if !is_part(project) || !is_part(name) {
            return Err(NameError::Characters(shown()));
        }
        Ok(EnvironmentName { project: project.into(), name: name.into() })
    }
}

fn is_part(part: &str) -> bool {
    !part.is_empty()
        && part.len() <= MAX_PART
        && !part.starts_with('.')
        && part.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
}

impl fmt::Display for EnvironmentName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.project, self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<String, NameError> {
        text.parse::<EnvironmentName>().map(|n| n.to_string())
    }

    #[test]
    fn names_have_one_or_two_parts() {
        assert_eq!(parse("dev").as_deref(), Ok("default/dev"));
        assert_eq!(parse("shop/eu-1.a_b").as_deref(), Ok("shop/eu-1.a_b"));
        assert_eq!(parse(""), Err(NameError::Empty));
        assert!(matches!(parse("a/b/c"), Err(NameError::Parts(_))));
    }

    #[test]
    fn names_cannot_leave_the_directory() {
        for text in [
            "..",
            ".",
            "../x",
            "x/..",
            "/etc/passwd",
            "/x",
            "x/",
            "a//b",
            "a/./b",
            "a\\b",
            "a b",
            "x\0y",
            ".git",
            "x/.hidden",
            "é",
            "a/../../b",
        ] {
            assert!(matches!(parse(text), Err(NameError::Characters(_))), "{text}");
        }
        assert!(matches!(parse(&"x".repeat(101)), Err(NameError::Characters(_))));
    }

    #[test]
    fn versions_are_refused() {
        assert_eq!(parse("a/b@stable"), Err(NameError::Version("a/b@stable".into(), '@')));
        assert_eq!(parse("a/b:3"), Err(NameError::Version("a/b:3".into(), ':')));
    }
}
