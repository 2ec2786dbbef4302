//! What can be wrong with a value that is to become a Rust type.

use std::fmt;

use serde::de::{self, Expected, Unexpected};

use crate::path::{PathElement, PropertyPath};

/// Why a value did not become the type. It tells types and names, never what a value is.
#[derive(Clone, Debug, PartialEq)]
pub struct ValueError {
    /// Where in the value.
    pub path: PropertyPath,
    /// What is wrong there.
    pub problem: ValueProblem,
}

/// What is wrong with a value.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum ValueProblem {
    /// A property is not there.
    Missing {
        /// Its name.
        name: String,
        /// The property that is there and may have been meant.
        nearest: Option<String>,
    },
    /// There is no use for a property.
    Unexpected {
        /// Its name.
        name: String,
        /// The property that may have been meant.
        nearest: Option<String>,
    },
    /// A value is of another type or out of range.
    Mistyped {
        /// What is needed.
        expected: String,
        /// What is there: the name of a type.
        found: String,
    },
    /// A secret would go into a plain type.
    SecretInPlain,
    /// The value is not known: its provider was not called.
    Unknown,
    /// The type says no, in its own words. They are not shown for secrets.
    Refused(String),
}

impl std::error::Error for ValueError {}

impl fmt::Display for ValueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        self.problem.fmt(f)
    }
}

impl fmt::Display for ValueProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let meant = |f: &mut fmt::Formatter<'_>, nearest: &Option<String>| match nearest {
            Some(nearest) => write!(f, "; did you mean `{nearest}`?"),
            None => Ok(()),
        };
        match self {
            ValueProblem::Missing { name, nearest } => {
                write!(f, "`{name}` is missing")?;
                meant(f, nearest)
            }
            ValueProblem::Unexpected { name, nearest } => {
                write!(f, "there is no use for `{name}`")?;
                meant(f, nearest)
            }
            ValueProblem::Mistyped { expected, found } => {
                write!(f, "expected {expected}, found {found}")
            }
            ValueProblem::SecretInPlain => {
                f.write_str("is secret, and a plain type would let it be seen")
            }
            ValueProblem::Unknown => f.write_str("is not known without opening the environment"),
            ValueProblem::Refused(message) => f.write_str(message),
        }
    }
}

impl ValueError {
    pub(super) fn here(problem: ValueProblem) -> ValueError {
        ValueError { path: PropertyPath::new(), problem }
    }

    pub(super) fn below(mut self, element: impl Into<PathElement>) -> ValueError {
        let mut path = PropertyPath::new();
        path.push(element);
        self.path.elements().iter().for_each(|e| path.push(e.clone()));
        self.path = path;
        self
    }
}

/// What is there, without its text.
fn kind(unexpected: &Unexpected<'_>) -> String {
    match unexpected {
        Unexpected::Bool(_) => "a boolean",
        Unexpected::Unsigned(_) | Unexpected::Signed(_) => "a whole number",
        Unexpected::Float(_) => "a number",
        Unexpected::Char(_) | Unexpected::Str(_) | Unexpected::Bytes(_) => "a string",
        Unexpected::Unit | Unexpected::Option => "null",
        Unexpected::Seq => "a list",
        Unexpected::Map => "an object",
        _ => "something else",
    }
    .to_owned()
}

impl de::Error for ValueError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        ValueError::here(ValueProblem::Refused(message.to_string()))
    }

    fn invalid_type(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        let problem =
            ValueProblem::Mistyped { expected: expected.to_string(), found: kind(&unexpected) };
        ValueError::here(problem)
    }

    fn invalid_value(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        let found = format!("{} that is not", kind(&unexpected));
        ValueError::here(ValueProblem::Mistyped { expected: expected.to_string(), found })
    }

    fn unknown_variant(_: &str, expected: &'static [&'static str]) -> Self {
        let expected = format!("one of `{}`", expected.join("`, `"));
        ValueError::here(ValueProblem::Mistyped { expected, found: "another string".to_owned() })
    }

    fn unknown_field(name: &str, expected: &'static [&'static str]) -> Self {
        let nearest = crate::spelling::closest(expected.iter().copied(), name).map(str::to_owned);
        ValueError::here(ValueProblem::Unexpected { name: name.to_owned(), nearest })
    }

    fn missing_field(name: &'static str) -> Self {
        ValueError::here(ValueProblem::Missing { name: name.to_owned(), nearest: None })
    }
}
