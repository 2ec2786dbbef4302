//! What changed between two values, without the secrets.

use std::fmt;

use esc_core::path::PropertyPath;
use esc_core::value::{Reveal, Value, ValueKind};

/// A part of a value that is not what it was.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldChange {
    /// Which part.
    pub path: PropertyPath,
    /// What became of it.
    pub kind: ChangeKind,
    /// Whether it is or was secret. Then the JSON below is `"[secret]"`.
    pub secret: bool,
    /// What it was, as JSON without secrets; none if it is new.
    pub before: Option<String>,
    /// What it is, as JSON without secrets; none if it is gone.
    pub after: Option<String>,
}

/// What became of a part of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It is another.
    Changed,
}

/// One line: `~ database.port: 5432 -> 5433`.
impl fmt::Display for FieldChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = &self.path;
        match (&self.before, &self.after) {
            (None, Some(after)) => write!(f, "+ {path}: {after}"),
            (Some(before), None) => write!(f, "- {path}: {before}"),
            (Some(_), Some(_)) if self.secret => write!(f, "~ {path}: [secret]"),
            (Some(before), Some(after)) => write!(f, "~ {path}: {before} -> {after}"),
            (None, None) => write!(f, "~ {path}"),
        }
    }
}

/// The parts of `after` that differ from `before`, in order of paths: the innermost that tell the difference.
///
/// Lists are compared element by element if they are equally long, and as a whole otherwise.
///
/// ```
/// use esc_core::value::Value;
/// use esc_sdk::inspect::diff;
///
/// let before = Value::object([("host", Value::string("a")), ("password", Value::string("x").into_secret())]);
/// let after = Value::object([("host", Value::string("b")), ("password", Value::string("y").into_secret())]);
/// let lines: Vec<String> = diff(&before, &after).iter().map(ToString::to_string).collect();
/// assert_eq!(lines, [r#"~ host: "a" -> "b""#, "~ password: [secret]"]);
/// ```
pub fn diff(before: &Value, after: &Value) -> Vec<FieldChange> {
    let mut changes = Vec::new();
    compare(&PropertyPath::new(), before, after, &mut changes);
    changes
}

fn compare(path: &PropertyPath, before: &Value, after: &Value, changes: &mut Vec<FieldChange>) {
    match (&before.kind, &after.kind) {
        (ValueKind::Object(old), ValueKind::Object(new)) => {
            let names: std::collections::BTreeSet<_> = old.keys().chain(new.keys()).collect();
            for name in names {
                let path = path.join(name.clone());
                match (old.get(name), new.get(name)) {
                    (Some(old), Some(new)) => compare(&path, old, new, changes),
                    (old, new) => changes.push(change(path, old, new)),
                }
            }
        }
        (ValueKind::List(old), ValueKind::List(new)) if old.len() == new.len() => {
            for (index, (old, new)) in old.iter().zip(new).enumerate() {
                compare(&path.join(index), old, new, changes);
            }
        }
        _ if before.kind == after.kind && before.is_secret() == after.is_secret() => {}
        _ => changes.push(change(path.clone(), Some(before), Some(after))),
    }
}

fn change(path: PropertyPath, before: Option<&Value>, after: Option<&Value>) -> FieldChange {
    let kind = match (before, after) {
        (None, _) => ChangeKind::Added,
        (_, None) => ChangeKind::Removed,
        _ => ChangeKind::Changed,
    };
    let secret = before.is_some_and(Value::is_secret) || after.is_some_and(Value::is_secret);
    // What was secret may still be told by what is no longer so.
    let shown = |value: &Value| match secret {
        true => Value::string("[secret]").to_json(Reveal::Redacted),
        false => value.to_json(Reveal::Redacted),
    };
    FieldChange { path, kind, secret, before: before.map(shown), after: after.map(shown) }
}

#[cfg(test)]
mod tests {
    use esc_core::json::Json;

    use super::*;

    fn lines(before: &str, after: &str) -> Vec<String> {
        let value = |text| Value::from_json(&Json::parse(text).unwrap());
        diff(&value(before), &value(after)).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_innermost_parts_that_differ_are_told() {
        assert!(lines(r#"{"a":[1,{"b":null}]}"#, r#"{"a":[1,{"b":null}]}"#).is_empty());
        assert_eq!(
            lines(r#"{"a":[1,{"b":null}],"c":1,"e":{}}"#, r#"{"a":[1,{"b":2}],"d":[1],"e":[]}"#),
            ["~ a[1].b: null -> 2", "- c: 1", "+ d: [1]", "~ e: {} -> []"]
        );
        assert_eq!(lines("[1]", "[1,2]"), ["~ : [1] -> [1,2]"]);
    }

    #[test]
    fn secrets_are_not_told() {
        let secret = |text: &str| Value::object([("s", Value::string(text).into_secret())]);
        let plain = Value::object([("s", Value::string("hunter2"))]);
        for (before, after) in [
            (secret("hunter2"), secret("hunter3")),
            (secret("hunter2"), plain.clone()),
            (secret("hunter2"), Value::object::<&str>([])),
        ] {
            let changes = diff(&before, &after);
            assert_eq!(changes.len(), 1);
            assert!(changes[0].secret);
            let told = format!("{changes:?}{}", changes[0]);
            assert!(!told.contains("hunter"), "{told}");
        }
        assert!(diff(&secret("hunter2"), &secret("hunter2")).is_empty());
    }
}
