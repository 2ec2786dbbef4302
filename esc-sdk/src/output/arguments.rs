//! Arguments of commands with `${…}` in them.

use std::fmt;

use esc_core::ast::AccessorKind;
use esc_core::ast::interpolation::scan;
use esc_core::value::{Reveal, Value};

/// Why an argument cannot be filled in. It is not shown whole: what stands around may be a secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ArgumentError {
    /// The `${` does not start a reference.
    #[error("an argument has a malformed reference: {0}; write `$${{` for a plain `${{`")]
    Malformed(&'static str),
    /// There is no such value.
    #[error(
        "an argument refers to `{0}`, which the environment does not have; write `$${{{0}}}` to pass `${{{0}}}` on"
    )]
    Missing(String),
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
        let value = access
            .iter()
            .try_fold(values, |value, accessor| match &accessor.kind {
                AccessorKind::Name(key) | AccessorKind::Subscript(key) => value.get(key),
                AccessorKind::Index(index) => value.index(usize::try_from(*index).ok()?),
            })
            .ok_or_else(|| ArgumentError::Missing(shown()))?;
        let text =
            value.to_string_form(Reveal::Revealed).map_err(|_| ArgumentError::TooLarge(shown()))?;
        filled.text.push_str(&text);
        if is_secret(value) {
            filled.secrets.push(text);
        }
    }
    Ok(filled)
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
        assert_eq!(fill("${a.b}", &values()), Err(ArgumentError::Missing("a.b".into())));
        assert!(matches!(fill("${a", &values()), Err(ArgumentError::Malformed(_))));
    }
}
