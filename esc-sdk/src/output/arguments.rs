//! Arguments of commands with `${…}` in them.

use std::fmt;

use esc_core::ast::AccessorKind;
use esc_core::ast::interpolation::{ScannedAccessor, scan};
use esc_core::deserialize::{ValueError, ValueProblem};
use esc_core::path::{PathElement, PropertyPath};
use esc_core::value::{Reveal, Value};

use crate::inspect::find;

/// Why an argument cannot be filled in. It is not shown whole: what stands around may be a secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ArgumentError {
    /// The `${` does not start a reference.
    #[error("an argument has a malformed reference: {0}; write `$${{` for a plain `${{`")]
    Malformed(&'static str),
    /// There is no such value.
    #[error(
        "an argument refers to `{path}`, which the environment does not have; {}write `$${{{path}}}` to pass `${{{path}}}` on",
        nearest.as_ref().map(|path| format!("did you mean `{path}`? If not, ")).unwrap_or_default()
    )]
    Missing {
        /// What the argument refers to.
        path: String,
        /// A path that is there, and near enough to be what was meant.
        nearest: Option<String>,
    },
    /// The text would be unreasonably large.
    #[error("the value that `{0}` refers to is too large for an argument")]
    TooLarge(String),
}

/// An argument with its references replaced.
#[derive(Clone, PartialEq, Eq)]
pub struct Filled {
    /// The text.
    pub text: String,
    /// The secrets in it.
    pub secrets: Vec<String>,
}

impl fmt::Debug for Filled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.secrets.is_empty() { &self.text } else { "[secret]" })
    }
}

/// Replaces each `${path.to.value}` of an argument by the value's string form; `$${` stands for `${`.
///
/// ```
/// use esc_core::value::Value;
/// use esc_sdk::output::arguments::fill;
///
/// let values = Value::object([("user", Value::string("me"))]);
/// assert_eq!(fill("--user=${user}", &values)?.text, "--user=me");
/// assert!(fill("${nobody}", &values).is_err());
/// # Ok::<(), esc_sdk::output::arguments::ArgumentError>(())
/// ```
pub fn fill(argument: &str, values: &Value) -> Result<Filled, ArgumentError> {
    if !argument.contains("${") {
        return Ok(Filled { text: argument.to_owned(), secrets: Vec::new() });
    }
    let scan = scan(argument);
    if let Some(problem) = scan.problems.first() {
        return Err(ArgumentError::Malformed(problem.kind.message()));
    }
    let mut filled = Filled { text: String::new(), secrets: Vec::new() };
    for part in &scan.parts {
        filled.text.push_str(&part.text);
        let Some(access) = &part.access else { continue };
        let shown = || {
            let range = access.first().zip(access.last()).map(|(a, b)| a.start..b.end);
            range.and_then(|r| argument.get(r)).unwrap_or_default().to_owned()
        };
        let value = path_of(access).map_or_else(
            || Err(ArgumentError::Missing { path: shown(), nearest: None }),
            |path| find(values, path.elements()).map_err(|error| missing(shown(), error, &path)),
        )?;
        let text =
            value.to_string_form(Reveal::Revealed).map_err(|_| ArgumentError::TooLarge(shown()))?;
        filled.text.push_str(&text);
        if is_secret(value) {
            filled.secrets.push(text);
        }
    }
    Ok(filled)
}

/// The path of a reference; none if it has a negative index.
fn path_of(access: &[ScannedAccessor]) -> Option<PropertyPath> {
    let element = |accessor: &ScannedAccessor| match &accessor.kind {
        AccessorKind::Name(key) | AccessorKind::Subscript(key) => {
            Some(PathElement::Key(key.clone()))
        }
        AccessorKind::Index(index) => usize::try_from(*index).ok().map(PathElement::Index),
    };
    access.iter().map(element).collect()
}

/// That a reference leads nowhere, and to where it was meant to lead: all of it, with the name that was mistaken mended.
fn missing(shown: String, error: ValueError, path: &PropertyPath) -> ArgumentError {
    let nearest = match error.problem {
        ValueProblem::Missing { nearest: Some(name), .. } => {
            let mut meant = error.path.join(name.as_str());
            let rest = path.elements().iter().skip(meant.len());
            rest.for_each(|element| meant.push(element.clone()));
            Some(meant.to_string())
        }
        _ => None,
    };
    ArgumentError::Missing { path: shown, nearest }
}

fn is_secret(value: &Value) -> bool {
    use esc_core::value::ValueKind::{List, Object, String};
    value.secret
        || match &value.kind {
            String(text) => text.is_secret(),
            List(items) => items.iter().any(is_secret),
            Object(entries) => entries.values().any(is_secret),
            _ => false,
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values() -> Value {
        Value::object([
            ("plain", Value::string("text")),
            ("secret", Value::string("hunter2").into_secret()),
        ])
    }

    #[test]
    fn references_are_replaced_and_secrets_noted() {
        let filled = fill("a ${secret}, ${plain} $HOME $${x}", &values()).unwrap();
        assert_eq!(filled.text, "a hunter2, text $HOME ${x}");
        assert_eq!(filled.secrets, ["hunter2"]);
        assert_eq!(format!("{filled:?}"), "[secret]");
        assert_eq!(fill("$$ $x", &values()).unwrap().text, "$$ $x");
        assert!(
            !fill("${secret}", &Value::object([("secret", values())])).unwrap().secrets.is_empty()
        );
    }

    #[test]
    fn what_is_missing_is_an_error() {
        let missing =
            |argument: &str, values: &Value| fill(argument, values).unwrap_err().to_string();
        assert_eq!(
            missing("${a.b}", &values()),
            "an argument refers to `a.b`, which the environment does not have; write `$${a.b}` to pass `${a.b}` on"
        );
        let nested = Value::object([("server", Value::object([("port", Value::string("80"))]))]);
        for (argument, meant) in
            [("${server.prot}", "server.port"), ("${sever.port}", "server.port")]
        {
            let text = missing(argument, &nested);
            assert!(text.contains(&format!("did you mean `{meant}`? If not, write")), "{text}");
        }
        // The names in a secret are a part of it.
        assert!(!missing("${server.prot}", &nested.into_secret()).contains("did you mean"));
        assert!(matches!(fill("${a", &values()), Err(ArgumentError::Malformed(_))));
    }
}
