//! What derived code is made of. Not for anybody else: it may change with every version.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::str::FromStr;

use esc_core::deserialize::deserialize;
pub use esc_core::deserialize::{ValueError, ValueProblem};
use esc_core::path::PropertyPath;
pub use esc_core::schema;
use esc_core::schema::{Builder, Schema, SchemaRef, Type};
use esc_core::spelling::closest;
pub use esc_core::value::{Value, ValueKind};
use serde::de::DeserializeOwned;

use super::FromEnvironment;
use super::impls::{below, unlike};
use crate::inspect::mistyped;

/// What a struct needs: a tree, since fields may lie deeper than the struct.
#[derive(Default)]
pub struct Fields(BTreeMap<String, Field>);

enum Field {
    Leaf { schema: SchemaRef, required: bool },
    Inner(Fields),
}

impl Fields {
    pub fn new() -> Fields {
        Fields::default()
    }

    pub fn field(mut self, path: &[&str], schema: SchemaRef, required: bool) -> Fields {
        self.add(path, schema, required);
        self
    }

    fn add(&mut self, path: &[&str], schema: SchemaRef, required: bool) {
        let Some((name, rest)) = path.split_first() else { return };
        let record = schema.ty() == Some(Type::Object) && !schema.properties().is_empty();
        if rest.is_empty() && !record {
            self.0.insert((*name).to_owned(), Field::Leaf { schema, required });
            return;
        }
        let field = self.0.entry((*name).to_owned()).or_insert_with(|| Field::Inner(Fields::new()));
        if let Field::Leaf { .. } = field {
            *field = Field::Inner(Fields::new());
        }
        let Field::Inner(inner) = field else { return };
        if !rest.is_empty() {
            inner.add(rest, schema, required);
            return;
        }
        // A struct in a field, which shares its object with other fields.
        for (name, part) in schema.properties() {
            inner.add(&[name.as_str()], part.clone(), schema.required().contains(name));
        }
    }

    pub fn build(self) -> SchemaRef {
        let mut object = Schema::object();
        for (name, field) in self.0 {
            let (schema, required) = match field {
                Field::Leaf { schema, required } => (schema, required),
                Field::Inner(inner) => {
                    let required = inner.is_required();
                    (inner.build(), required)
                }
            };
            object = match required {
                true => object.required_property(name, schema),
                false => object.property(name, schema),
            };
        }
        object.build()
    }

    fn is_required(&self) -> bool {
        self.0.values().any(|field| match field {
            Field::Leaf { required, .. } => *required,
            Field::Inner(inner) => inner.is_required(),
        })
    }
}

/// Reads a field.
pub fn read<T>(
    value: &Value,
    path: &[&str],
    read: impl Fn(&Value) -> Result<T, ValueError>,
    if_missing: impl FnOnce() -> Option<T>,
) -> Result<T, ValueError> {
    let mut current = value;
    for (done, name) in path.iter().enumerate() {
        let ValueKind::Object(properties) = &current.kind else {
            let through_null = matches!(current.kind, ValueKind::Null) && !current.unknown;
            if through_null
                && done > 0
                && let Some(value) = if_missing()
            {
                return Ok(value);
            }
            return Err(under(path, done, unlike(current, "an object")));
        };
        let Some(next) = properties.get(*name) else {
            return if_missing().ok_or_else(|| {
                let names = properties.keys().map(|key| key.as_str());
                // The names in a secret are a part of it.
                let near = closest(names.filter(|_| !current.is_secret()), name);
                let nearest = near.map(str::to_owned);
                let problem = ValueProblem::Missing { name: (*name).to_owned(), nearest };
                under(path, done, ValueError { path: PropertyPath::new(), problem })
            });
        };
        current = next;
    }
    read(current).map_err(|error| under(path, path.len(), error))
}

fn under(path: &[&str], len: usize, error: ValueError) -> ValueError {
    path.iter().take(len).rev().fold(error, |error, name| below(*name, error))
}

/// The object that lacks everything.
pub fn nothing() -> Value {
    Value::object::<&str>([])
}

/// Reads what has `Deserialize` only.
pub fn by_serde<T: DeserializeOwned>(value: &Value) -> Result<T, ValueError> {
    deserialize(value)
}

/// Reads what has `FromStr` only. What it says of the text is not shown: it would quote it.
pub fn by_parsing<T: FromStr>(value: &Value) -> Result<T, ValueError> {
    let text: String = deserialize(value)?;
    text.parse().map_err(|_| {
        let name = std::any::type_name::<T>().rsplit("::").next().unwrap_or_default();
        let problem = mistyped(format!("the text of a `{name}`"), "another string");
        ValueError { path: PropertyPath::new(), problem }
    })
}

/// What a function takes that makes a field.
pub fn taken_by<U: FromEnvironment, T, E>(_: &impl Fn(U) -> Result<T, E>) -> (SchemaRef, bool) {
    (U::expected(), U::if_missing().is_none())
}

/// Reads what a function takes, and calls it. What it says of secrets is not shown: it may quote them.
pub fn by_function<U: FromEnvironment, T, E: Display>(
    value: &Value,
    function: &impl Fn(U) -> Result<T, E>,
) -> Result<T, ValueError> {
    function(U::from_value(value)?).map_err(|error| {
        let said = match has_secrets(value) {
            true => "is secret and does not fit its type".to_owned(),
            false => error.to_string(),
        };
        ValueError { path: PropertyPath::new(), problem: ValueProblem::Refused(said) }
    })
}

/// What a function makes of a missing value.
pub fn missing_for<U: FromEnvironment, T, E>(function: &impl Fn(U) -> Result<T, E>) -> Option<T> {
    function(U::if_missing()?).ok()
}

fn has_secrets(value: &Value) -> bool {
    value.is_secret()
        || match &value.kind {
            ValueKind::List(items) => items.iter().any(has_secrets),
            ValueKind::Object(properties) => properties.values().any(has_secrets),
            _ => false,
        }
}

/// The text of a variant, and the variant.
pub type Variant<T> = (&'static str, fn() -> T);

/// Reads one of the texts of an enum.
pub fn one_of<T>(value: &Value, variants: &[Variant<T>]) -> Result<T, ValueError> {
    let text: String = deserialize(value)?;
    let variant = variants.iter().find(|(name, _)| *name == text);
    variant.map(|(_, make)| make()).ok_or_else(|| {
        let expected = super::words::described(&texts(variants.iter().map(|(name, _)| *name)));
        let problem = mistyped(expected, "another string");
        ValueError { path: PropertyPath::new(), problem }
    })
}

/// The schema of one of these texts.
pub fn texts<'a>(texts: impl IntoIterator<Item = &'a str>) -> SchemaRef {
    Builder::string().enumeration(texts.into_iter().map(Value::string)).build()
}
