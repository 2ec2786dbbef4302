//! Finding values by path, and saying why one is not there or not what was wanted.

use std::fmt;

use esc_core::deserialize::{ValueError, ValueProblem};
use esc_core::path::{PathElement, PropertyPath};
use esc_core::spelling::closest;
use esc_core::value::{Origin, Value, ValueKind};

/// Why a value is not what a program wants: what is wrong, where, and where that is written.
///
/// It names types and properties, never what a value is.
#[derive(Clone, Debug, PartialEq)]
pub struct LookupError {
    /// The environment that was opened.
    pub environment: String,
    /// The whole path from the environment's values; of something missing, the path it was looked for at.
    pub path: PropertyPath,
    /// What is wrong there.
    pub problem: ValueProblem,
    /// Where the value is defined; of something missing, where the object is that lacks it. None if nothing in a
    /// document defines it.
    pub origin: Option<Origin>,
}

impl LookupError {
    /// What is wrong in an environment's values. `start` is the path at which decoding began.
    pub(crate) fn new(environment: &str, start: &PropertyPath, error: ValueError) -> LookupError {
        let mut path = start.clone();
        error.path.elements().iter().for_each(|element| path.push(element.clone()));
        if let ValueProblem::Missing { name, .. } | ValueProblem::Unexpected { name, .. } =
            &error.problem
        {
            path.push(name.as_str());
        }
        let environment = environment.to_owned();
        LookupError { environment, path, problem: error.problem, origin: None }
    }

    /// The path of the value that is there: the object that lacks something, or the value itself.
    pub(crate) fn place(&self) -> PropertyPath {
        match (&self.problem, self.path.split_last()) {
            (ValueProblem::Missing { .. }, Some((parent, _))) => parent,
            _ => self.path.clone(),
        }
    }
}

impl std::error::Error for LookupError {}

impl fmt::Display for LookupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`: ", self.environment)?;
        match &self.problem {
            ValueProblem::Missing { nearest, .. } => {
                write!(f, "`{}` is missing", self.path)?;
                if let (Some(nearest), Some((parent, _))) = (nearest, self.path.split_last()) {
                    write!(f, "; did you mean `{}`?", parent.join(nearest.as_str()))?;
                }
            }
            problem if self.path.is_empty() => write!(f, "{problem}")?,
            ValueProblem::SecretInPlain | ValueProblem::Unknown => {
                write!(f, "`{}` {}", self.path, self.problem)?;
            }
            problem => write!(f, "`{}`: {problem}", self.path)?,
        }
        let Some(origin) = &self.origin else { return Ok(()) };
        let what = match self.problem {
            ValueProblem::Missing { .. } => "the object is defined at",
            _ => "defined at",
        };
        write!(f, " ({what} {})", Place(origin))
    }
}

/// A place as people write it: `environment:line:column`.
pub(crate) struct Place<'a>(pub &'a Origin);

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let begin = self.0.range.begin;
        write!(f, "{}:{}:{}", self.0.environment, begin.line, begin.column)
    }
}

/// What a value is, with its article.
pub(crate) fn kind(value: &Value) -> &'static str {
    match &value.kind {
        ValueKind::Null => "null",
        ValueKind::Bool(_) => "a boolean",
        ValueKind::Number(_) => "a number",
        ValueKind::String(_) => "a string",
        ValueKind::List(_) => "a list",
        ValueKind::Object(_) => "an object",
    }
}

/// The value at a path, or why there is none.
pub(crate) fn find<'v>(value: &'v Value, path: &[PathElement]) -> Result<&'v Value, ValueError> {
    let mut current = value;
    for (done, element) in path.iter().enumerate() {
        let next = match element {
            PathElement::Key(key) => current.get(key),
            PathElement::Index(index) => current.index(*index),
        };
        current = next.ok_or_else(|| ValueError {
            path: path.iter().take(done).cloned().collect(),
            problem: no_step(current, element),
        })?;
    }
    Ok(current)
}

/// Why there is no way on from a value.
fn no_step(value: &Value, element: &PathElement) -> ValueProblem {
    if value.unknown {
        return ValueProblem::Unknown;
    }
    match (element, &value.kind) {
        (PathElement::Key(key), ValueKind::Object(properties)) => {
            // The names in a secret are a part of it.
            let names = properties.keys().map(|name| name.as_str()).filter(|_| !value.is_secret());
            ValueProblem::Missing {
                name: key.to_string(),
                nearest: closest(names, key).map(str::to_owned),
            }
        }
        (PathElement::Key(_), _) => mistyped("an object", kind(value)),
        (PathElement::Index(index), ValueKind::List(items)) => mistyped(
            format!("a list of at least {} elements", index.saturating_add(1)),
            format!("one of {}", items.len()),
        ),
        (PathElement::Index(_), _) => mistyped("a list", kind(value)),
    }
}

pub(crate) fn mistyped(expected: impl Into<String>, found: impl Into<String>) -> ValueProblem {
    ValueProblem::Mistyped { expected: expected.into(), found: found.into() }
}
