//! The execution context: what documents see as `${context}` and providers get with every call.

use std::collections::BTreeMap;
use std::fmt;

use smol_str::SmolStr;

use crate::value::{Value, ValueKind};

/// Names that the evaluator sets itself.
const RESERVED: [&str; 2] = ["currentEnvironment", "rootEnvironment"];

/// A name that may not be set in an [`ExecutionContext`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("reserved context key: {0:?}")]
pub struct ReservedContextKey(pub SmolStr);

/// What every document may ask of the context, whether the host has set it or not.
///
/// A field that is not set checks as a string, and fails when it is opened: see [`ExecutionContext::with_unset_help`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ContextField {
    /// `${context.pulumi.user.id}`: the id of the user who opens the environment.
    UserId,
    /// `${context.pulumi.user.login}`: the login name of the user who opens the environment.
    UserLogin,
    /// `${context.pulumi.organization.id}`: the id of the organization that the environment belongs to.
    OrganizationId,
    /// `${context.pulumi.organization.login}`: the name of the organization that the environment belongs to.
    OrganizationLogin,
}

impl ContextField {
    /// All of them.
    pub const ALL: [ContextField; 4] = [
        ContextField::UserId,
        ContextField::UserLogin,
        ContextField::OrganizationId,
        ContextField::OrganizationLogin,
    ];

    /// The names that lead to it from `${context}`.
    pub fn keys(self) -> [&'static str; 3] {
        match self {
            ContextField::UserId => ["pulumi", "user", "id"],
            ContextField::UserLogin => ["pulumi", "user", "login"],
            ContextField::OrganizationId => ["pulumi", "organization", "id"],
            ContextField::OrganizationLogin => ["pulumi", "organization", "login"],
        }
    }
}

/// As documents write it: `context.pulumi.user.login`.
impl fmt::Display for ContextField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "context.{}", self.keys().join("."))
    }
}

/// Named values that an evaluation is given, plus the environments it runs for.
///
/// ```
/// use esc_core::context::{ContextField, ExecutionContext};
/// use esc_core::value::Value;
///
/// let context = ExecutionContext::default()
///     .with(ContextField::UserLogin, "ana")
///     .with(ContextField::OrganizationLogin, "acme");
///
/// // Anything else by name, but for what the evaluator sets itself.
/// let context = ExecutionContext::new([("ticket", Value::string("OPS-7"))])?;
/// assert!(ExecutionContext::new([("rootEnvironment", Value::default())]).is_err());
/// # Ok::<(), esc_core::context::ReservedContextKey>(())
/// ```
#[derive(Clone, Debug)]
pub struct ExecutionContext {
    values: BTreeMap<SmolStr, Value>,
    unset_help: fn(ContextField) -> String,
    root: SmolStr,
    current: SmolStr,
}

impl ExecutionContext {
    /// A context with these values; `currentEnvironment` and `rootEnvironment` are reserved.
    pub fn new<K: Into<SmolStr>>(
        values: impl IntoIterator<Item = (K, Value)>,
    ) -> Result<ExecutionContext, ReservedContextKey> {
        let values: BTreeMap<SmolStr, Value> =
            values.into_iter().map(|(k, v)| (k.into(), v)).collect();
        if let Some(key) = RESERVED.iter().find(|key| values.contains_key(**key)) {
            return Err(ReservedContextKey(SmolStr::new_static(key)));
        }
        Ok(ExecutionContext { values, ..ExecutionContext::default() })
    }

    /// The same context with one field set.
    pub fn with(mut self, field: ContextField, text: impl Into<SmolStr>) -> ExecutionContext {
        let [first, rest @ ..] = field.keys();
        let outer = self.values.entry(SmolStr::new_static(first)).or_default();
        put(outer, &rest, Value::string(text.into()));
        self
    }

    /// The same context with other words about how to set a field, for the help of the error that one is not set.
    ///
    /// By default they are for programmers. A host whose users set fields otherwise, by a flag or in a file, says so.
    pub fn with_unset_help(mut self, help: fn(ContextField) -> String) -> ExecutionContext {
        self.unset_help = help;
        self
    }

    /// How to set a field, in the host's words.
    pub fn unset_help(&self, field: ContextField) -> String {
        (self.unset_help)(field)
    }

    /// The [values](Self::values), and an unknown string for each [field](ContextField) that is not set.
    pub fn values_with_unset(&self) -> BTreeMap<SmolStr, Value> {
        let mut values = self.values.clone();
        for field in ContextField::ALL {
            let [first, second, last] = field.keys();
            let unset = Value { unknown: true, ..Value::string("") };
            let outer = values.entry(first.into()).or_insert_with(|| Value::object::<&str>([]));
            let ValueKind::Object(outer) = &mut outer.kind else { continue };
            let inner = outer.entry(second.into()).or_insert_with(|| Value::object::<&str>([]));
            let ValueKind::Object(inner) = &mut inner.kind else { continue };
            inner.entry(last.into()).or_insert(unset);
        }
        values
    }

    /// The same context with another root environment; the evaluator keeps it unless it is empty or `<yaml>`.
    pub fn with_root(mut self, root: impl Into<SmolStr>) -> ExecutionContext {
        self.root = root.into();
        self
    }

    /// The context in which the environment `name` is evaluated.
    ///
    /// Below an anonymous root (`<yaml>`) every direct import is its own root.
    pub fn for_environment(&self, name: &str) -> ExecutionContext {
        let root = match self.root.as_str() {
            "" | "<yaml>" => SmolStr::new(name),
            _ => self.root.clone(),
        };
        let mut values = self.values.clone();
        let named = |name: &SmolStr| Value::object([("name", Value::string(name.clone()))]);
        let current = SmolStr::new(name);
        values.insert(SmolStr::new_static("currentEnvironment"), named(&current));
        values.insert(SmolStr::new_static("rootEnvironment"), named(&root));
        ExecutionContext { values, unset_help: self.unset_help, root, current }
    }

    /// The values, `currentEnvironment` and `rootEnvironment` among them once inside an environment.
    pub fn values(&self) -> &BTreeMap<SmolStr, Value> {
        &self.values
    }

    /// The environment that was asked for.
    pub fn root_environment(&self) -> &str {
        &self.root
    }

    /// The environment that contains the call.
    pub fn current_environment(&self) -> &str {
        &self.current
    }
}

impl Default for ExecutionContext {
    fn default() -> ExecutionContext {
        ExecutionContext {
            values: BTreeMap::new(),
            unset_help: |field| {
                format!(
                    "the program that opens the environment sets it: \
                     `ExecutionContext::default().with(ContextField::{field:?}, …)`"
                )
            },
            root: SmolStr::default(),
            current: SmolStr::default(),
        }
    }
}

/// Puts a value at the end of the keys, into objects; what is no object on the way gives way to one.
fn put(at: &mut Value, keys: &[&'static str], value: Value) {
    let Some((first, rest)) = keys.split_first() else {
        *at = value;
        return;
    };
    let mut properties = match std::mem::take(&mut at.kind) {
        ValueKind::Object(properties) => properties,
        _ => BTreeMap::new(),
    };
    put(properties.entry(SmolStr::new_static(first)).or_default(), rest, value);
    at.kind = ValueKind::Object(properties);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(values: &BTreeMap<SmolStr, Value>, field: ContextField) -> Option<&Value> {
        let [first, second, last] = field.keys();
        values.get(first)?.get(second)?.get(last)
    }

    #[test]
    fn fields_are_set_side_by_side() {
        let context =
            ContextField::ALL.into_iter().fold(ExecutionContext::default(), |context, field| {
                context.with(field, field.to_string())
            });
        for field in ContextField::ALL {
            let value = at(context.values(), field).and_then(Value::as_str);
            assert_eq!(value, Some(field.to_string().as_str()));
        }
        assert_eq!(*context.values(), context.values_with_unset());
    }

    #[test]
    fn what_is_not_set_is_an_unknown_string() {
        let context = ExecutionContext::default().with(ContextField::UserLogin, "ana");
        let values = context.values_with_unset();
        for field in ContextField::ALL {
            let unknown = at(&values, field).map(|value| value.unknown);
            assert_eq!(unknown, Some(field != ContextField::UserLogin), "{field}");
        }
    }

    #[test]
    fn what_the_host_has_put_elsewhere_stays() {
        let context = ExecutionContext::new([("pulumi", Value::string("none"))]);
        let values = context.map(|context| context.values_with_unset()).unwrap_or_default();
        assert_eq!(values.get("pulumi").and_then(Value::as_str), Some("none"));
    }

    #[test]
    fn help_is_the_hosts() {
        let plain = ExecutionContext::default();
        assert!(plain.unset_help(ContextField::UserId).contains("ContextField::UserId"));
        let other = plain.with_unset_help(|field| format!("set {field}")).for_environment("a/b");
        assert_eq!(other.unset_help(ContextField::UserId), "set context.pulumi.user.id");
    }
}
