//! Schemas of common shapes.

use std::sync::{Arc, OnceLock};

use smol_str::SmolStr;

use super::build::sorted;
use super::{Builder, Class, Schema, SchemaRef, Type};
use crate::number::Number;
use crate::value::{Value, ValueKind};

impl Schema {
    /// `true`: the schema of any value.
    pub fn always() -> SchemaRef {
        static ALWAYS: OnceLock<SchemaRef> = OnceLock::new();
        ALWAYS.get_or_init(|| Schema::of_class(Class::Always, false)).clone()
    }

    /// `false`: the schema of no value.
    pub fn never() -> SchemaRef {
        static NEVER: OnceLock<SchemaRef> = OnceLock::new();
        NEVER.get_or_init(|| Schema::of_class(Class::Never, false)).clone()
    }

    pub(super) fn of_class(class: Class, rotate_only: bool) -> SchemaRef {
        Arc::new(Schema { class, rotate_only, ..Schema::EMPTY() })
    }

    /// The schema of all values of a type.
    pub fn of_type(ty: Type) -> SchemaRef {
        static SHARED: [OnceLock<SchemaRef>; 6] = [const { OnceLock::new() }; 6];
        let make = || Schema { ty: Some(ty), ..Schema::EMPTY() }.finish();
        match SHARED.get(ty as usize) {
            Some(shared) => shared.get_or_init(make).clone(),
            None => make(),
        }
    }

    /// The schema of `null`.
    pub fn null() -> SchemaRef {
        Schema::of_type(Type::Null)
    }

    /// The schema of booleans.
    pub fn boolean() -> SchemaRef {
        Schema::of_type(Type::Boolean)
    }

    /// The schema of numbers.
    pub fn number() -> SchemaRef {
        Schema::of_type(Type::Number)
    }

    /// The schema of strings.
    pub fn string() -> SchemaRef {
        Schema::of_type(Type::String)
    }

    /// The schema of one boolean.
    pub fn const_boolean(value: bool) -> SchemaRef {
        Builder::boolean().constant(Value::new(ValueKind::Bool(value))).build()
    }

    /// The schema of one number.
    pub fn const_number(value: impl Into<Number>) -> SchemaRef {
        Builder::number().constant(Value::new(ValueKind::Number(value.into()))).build()
    }

    /// The schema of one string.
    pub fn const_string(value: &str) -> SchemaRef {
        Builder::string().constant(Value::string(value)).build()
    }

    /// The schema of arrays with such elements.
    pub fn array(items: impl Into<SchemaRef>) -> SchemaRef {
        Builder::array().items(items).build()
    }

    /// The schema of arrays with exactly these elements.
    pub fn tuple<S: Into<SchemaRef>>(items: impl IntoIterator<Item = S>) -> SchemaRef {
        Builder::array().prefix_items(items).items(Schema::never()).build()
    }

    /// The schema of objects with these properties, all of them required; others are allowed.
    pub fn record<K: Into<SmolStr>, S: Into<SchemaRef>>(
        properties: impl IntoIterator<Item = (K, S)>,
    ) -> SchemaRef {
        Schema::record_builder(properties).build()
    }

    pub(super) fn record_builder<K: Into<SmolStr>, S: Into<SchemaRef>>(
        properties: impl IntoIterator<Item = (K, S)>,
    ) -> Builder {
        let properties = sorted(properties.into_iter().map(|(k, s)| (k.into(), s.into())));
        Builder(Schema {
            ty: Some(Type::Object),
            required: properties.iter().map(|(k, _)| k.clone()).collect(),
            properties,
            ..Schema::EMPTY()
        })
    }

    /// Begins the schema of an object.
    pub fn object() -> Builder {
        Builder::of_type(Type::Object)
    }

    /// Whatever at least one of these accepts: an `anyOf`.
    pub fn either<S: Into<SchemaRef>>(branches: impl IntoIterator<Item = S>) -> SchemaRef {
        Builder::new().any_of(branches).build()
    }

    /// Whatever exactly one of these accepts: a `oneOf`. See also [`union`](Schema::union).
    pub fn exactly_one<S: Into<SchemaRef>>(branches: impl IntoIterator<Item = S>) -> SchemaRef {
        Builder::new().one_of(branches).build()
    }
}
