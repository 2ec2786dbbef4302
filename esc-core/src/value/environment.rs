//! The environment variables and files that an environment asks for.

use smol_str::SmolStr;

use super::string_form::scalar_text;
use super::{Reveal, Shown, Value, ValueKind};
use crate::secret::Text;

/// A variable, or a file whose path goes into a variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnvironmentVariable {
    /// The variable's name, as written in the document: it may be one that a system refuses.
    pub name: SmolStr,
    /// The variable's value, or the file's content.
    pub value: Text,
    /// Whether the value must not be shown.
    pub secret: bool,
}

/// What could be had of `environmentVariables` or `files`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Extract {
    /// The entries, in the byte order of their names.
    pub entries: Vec<EnvironmentVariable>,
    /// The names of entries that are lists or objects and so have no text; front ends should warn about them.
    pub skipped: Vec<SmolStr>,
}

/// The entries of the object `environmentVariables` of an environment's values; none if it is not an object.
///
/// Null is the empty text. An entry that is not known has the text `[unknown]`, as in the reference.
///
/// ```
/// use esc_core::value::{Value, environment_variables};
///
/// let root = Value::object([("environmentVariables", Value::object([("HOST", Value::string("db"))]))]);
/// let found = environment_variables(&root);
/// assert_eq!(found.entries[0].name, "HOST");
/// assert_eq!(found.entries[0].value.as_str(), "db");
/// ```
pub fn environment_variables(root: &Value) -> Extract {
    extract(root, "environmentVariables")
}

/// The entries of the object `files` of an environment's values, with the same rules as [`environment_variables`].
pub fn files(root: &Value) -> Extract {
    extract(root, "files")
}

fn extract(root: &Value, property: &str) -> Extract {
    let mut found = Extract::default();
    let Some(ValueKind::Object(properties)) = root.get(property).map(|v| &v.kind) else {
        return found;
    };
    for (name, value) in properties {
        let text = match value.shown(Reveal::Revealed) {
            Shown::Placeholder(text) => Text::plain(text),
            Shown::Kind(ValueKind::List(_) | ValueKind::Object(_)) => {
                found.skipped.push(name.clone());
                continue;
            }
            Shown::Kind(ValueKind::String(text)) => text.clone(),
            Shown::Kind(scalar) => Text::plain(scalar_text(scalar)),
        };
        let secret = value.is_secret();
        let value = if secret { text.into_secret() } else { text };
        found.entries.push(EnvironmentVariable { name: name.clone(), value, secret });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::number::Number;

    fn entries(found: &Extract) -> Vec<(&str, &str, bool)> {
        found.entries.iter().map(|e| (e.name.as_str(), e.value.as_str(), e.secret)).collect()
    }

    #[test]
    fn scalars_become_entries_and_containers_are_skipped() {
        let variables = Value::object([
            ("BOOL", Value::new(ValueKind::Bool(true))),
            ("LIST", Value::new(ValueKind::List(vec![]))),
            ("NULL", Value::default()),
            ("NUMBER", Value::new(ValueKind::Number(Number::from_text("1.50")))),
            ("OBJECT", Value::object::<&str>([])),
            ("SECRET", Value::string("hunter2").into_secret()),
            ("UNKNOWN", Value::unknown()),
        ]);
        let found = environment_variables(&Value::object([("environmentVariables", variables)]));
        assert_eq!(
            entries(&found),
            [
                ("BOOL", "true", false),
                ("NULL", "", false),
                ("NUMBER", "1.50", false),
                ("SECRET", "hunter2", true),
                ("UNKNOWN", "[unknown]", false),
            ]
        );
        assert_eq!(found.skipped, ["LIST", "OBJECT"]);
        assert!(!format!("{found:?}").contains("hunter2"));
    }

    #[test]
    fn a_secret_number_is_wiped_too() {
        let number = Value { secret: true, ..Value::new(ValueKind::Number(7.into())) };
        let root = Value::object([("files", Value::object([("PIN", number)]))]);
        let found = files(&root);
        assert_eq!(entries(&found), [("PIN", "7", true)]);
        assert!(found.entries[0].value.is_secret());
    }

    #[test]
    fn what_is_not_an_object_has_no_entries() {
        let root = Value::object([("files", Value::string("x"))]);
        assert_eq!(files(&root), Extract::default());
        assert_eq!(environment_variables(&root), Extract::default());
        assert_eq!(files(&Value::default()), Extract::default());
    }
}
