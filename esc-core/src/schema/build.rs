//! Making schemas, keyword by keyword.

use std::collections::BTreeMap;

use smol_str::SmolStr;

use super::pattern::Pattern;
use super::reference::Reference;
use super::{Schema, SchemaRef, Type};
use crate::number::Number;
use crate::value::{Value, ValueKind};

/// A schema that is being made.
///
/// Each method sets a keyword; [`build`](Builder::build) ends the work. Wherever a schema is expected a builder does
/// as well.
///
/// ```
/// use esc_core::schema::{Builder, Schema};
///
/// let port = Builder::number().minimum(1).maximum(65_535).description("The port to listen on");
/// let schema = Schema::object().property("port", port).required(["port"]).build();
/// assert!(schema.own_property("port").is_some());
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Builder(pub(super) Schema);

impl Builder {
    /// Begins a schema without a type.
    #[expect(clippy::new_without_default, reason = "a builder is not a value that has a default")]
    pub fn new() -> Builder {
        Builder(Schema::EMPTY())
    }

    /// Begins a schema with a type.
    pub fn of_type(ty: Type) -> Builder {
        Builder(Schema { ty: Some(ty), ..Schema::EMPTY() })
    }

    /// Begins the schema of a boolean.
    pub fn boolean() -> Builder {
        Builder::of_type(Type::Boolean)
    }

    /// Begins the schema of a number.
    pub fn number() -> Builder {
        Builder::of_type(Type::Number)
    }

    /// Begins the schema of a string.
    pub fn string() -> Builder {
        Builder::of_type(Type::String)
    }

    /// Begins the schema of an array.
    pub fn array() -> Builder {
        Builder::of_type(Type::Array)
    }

    /// Begins the schema of an object.
    pub fn object() -> Builder {
        Builder::of_type(Type::Object)
    }

    /// Begins a reference to one of the root's definitions, as in `#/$defs/name`.
    pub fn reference(text: impl Into<SmolStr>) -> Builder {
        let mut builder = Builder::new();
        builder.0.rest_mut().reference = Some(Reference::unbound(text.into()));
        builder
    }

    /// The schema.
    pub fn build(self) -> SchemaRef {
        self.0.finish()
    }

    /// Adds to `properties`.
    pub fn property(mut self, name: impl Into<SmolStr>, schema: impl Into<SchemaRef>) -> Builder {
        let added = std::iter::once((name.into(), schema.into()));
        self.0.properties = sorted(std::mem::take(&mut self.0.properties).into_iter().chain(added));
        self
    }

    /// Adds a property that is required.
    pub fn required_property(
        self,
        name: impl Into<SmolStr>,
        schema: impl Into<SchemaRef>,
    ) -> Builder {
        let name = name.into();
        self.required([name.clone()]).property(name, schema)
    }

    /// Adds to `required`.
    pub fn required<K: Into<SmolStr>>(mut self, names: impl IntoIterator<Item = K>) -> Builder {
        let known = std::mem::take(&mut self.0.required).into_iter();
        self.0.required = known.chain(names.into_iter().map(Into::into)).collect();
        self
    }

    /// Sets `additionalProperties`: what properties look like that are not listed.
    pub fn additional(mut self, schema: impl Into<SchemaRef>) -> Builder {
        self.0.rest_mut().additional_properties = Some(schema.into());
        self
    }

    /// Allows no properties but those that are listed.
    pub fn closed(self) -> Builder {
        self.additional(Schema::never())
    }

    /// Adds to `dependentRequired`: if there is the property `name`, the others must be there as well.
    pub fn dependent_required<K: Into<SmolStr>>(
        mut self,
        name: impl Into<SmolStr>,
        others: impl IntoIterator<Item = K>,
    ) -> Builder {
        let all = &mut self.0.rest_mut().dependent_required;
        let added = (name.into(), others.into_iter().map(Into::into).collect());
        *all = sorted(std::mem::take(all).into_iter().chain([added])).into_vec();
        self
    }

    /// Sets `items`.
    pub fn items(mut self, schema: impl Into<SchemaRef>) -> Builder {
        self.0.items = Some(schema.into());
        self
    }

    /// Sets `prefixItems`.
    pub fn prefix_items<S: Into<SchemaRef>>(
        mut self,
        schemas: impl IntoIterator<Item = S>,
    ) -> Builder {
        self.0.prefix_items = schemas.into_iter().map(Into::into).collect();
        self
    }

    /// Sets `anyOf`.
    pub fn any_of<S: Into<SchemaRef>>(mut self, schemas: impl IntoIterator<Item = S>) -> Builder {
        self.0.rest_mut().any_of = schemas.into_iter().map(Into::into).collect();
        self
    }

    /// Sets `oneOf`.
    pub fn one_of<S: Into<SchemaRef>>(mut self, schemas: impl IntoIterator<Item = S>) -> Builder {
        self.0.rest_mut().one_of = schemas.into_iter().map(Into::into).collect();
        self
    }

    /// Adds to `$defs`.
    pub fn definition(mut self, name: impl Into<SmolStr>, schema: impl Into<SchemaRef>) -> Builder {
        let all = &mut self.0.rest_mut().defs;
        let added = (name.into(), schema.into());
        *all = sorted(std::mem::take(all).into_iter().chain([added])).into_vec();
        self
    }

    /// Sets `const`. A constant `null` is none at all.
    pub fn constant(mut self, value: Value) -> Builder {
        self.0.constant = match value.kind {
            ValueKind::Null => None,
            _ => Some(Box::new(value)),
        };
        self
    }

    /// Sets `enum`.
    pub fn enumeration(mut self, values: impl IntoIterator<Item = Value>) -> Builder {
        self.0.rest_mut().enumeration = values.into_iter().collect();
        self
    }

    /// Sets `multipleOf`.
    pub fn multiple_of(mut self, number: impl Into<Number>) -> Builder {
        self.0.rest_mut().multiple_of = Some(number.into());
        self
    }

    /// Sets `minimum`.
    pub fn minimum(mut self, number: impl Into<Number>) -> Builder {
        self.0.rest_mut().minimum = Some(number.into());
        self
    }

    /// Sets `exclusiveMinimum`.
    pub fn exclusive_minimum(mut self, number: impl Into<Number>) -> Builder {
        self.0.rest_mut().exclusive_minimum = Some(number.into());
        self
    }

    /// Sets `maximum`.
    pub fn maximum(mut self, number: impl Into<Number>) -> Builder {
        self.0.rest_mut().maximum = Some(number.into());
        self
    }

    /// Sets `exclusiveMaximum`.
    pub fn exclusive_maximum(mut self, number: impl Into<Number>) -> Builder {
        self.0.rest_mut().exclusive_maximum = Some(number.into());
        self
    }

    /// Sets `minLength`, in bytes.
    pub fn min_length(mut self, count: u64) -> Builder {
        self.0.rest_mut().min_length = Some(count.into());
        self
    }

    /// Sets `maxLength`, in bytes.
    pub fn max_length(mut self, count: u64) -> Builder {
        self.0.rest_mut().max_length = Some(count.into());
        self
    }

    /// Sets `pattern`: a regular expression that must match somewhere in the string.
    pub fn pattern(mut self, source: impl Into<SmolStr>) -> Builder {
        self.0.rest_mut().pattern = Some(Pattern::new(source.into()));
        self
    }

    /// Sets `minItems`.
    pub fn min_items(mut self, count: u64) -> Builder {
        self.0.rest_mut().min_items = Some(count.into());
        self
    }

    /// Sets `maxItems`.
    pub fn max_items(mut self, count: u64) -> Builder {
        self.0.rest_mut().max_items = Some(count.into());
        self
    }

    /// Sets `minProperties`.
    pub fn min_properties(mut self, count: u64) -> Builder {
        self.0.rest_mut().min_properties = Some(count.into());
        self
    }

    /// Sets `maxProperties`.
    pub fn max_properties(mut self, count: u64) -> Builder {
        self.0.rest_mut().max_properties = Some(count.into());
        self
    }

    /// Sets `title`.
    pub fn title(mut self, text: impl Into<SmolStr>) -> Builder {
        self.0.rest_mut().title = text.into();
        self
    }

    /// Sets `description`.
    pub fn description(mut self, text: impl Into<SmolStr>) -> Builder {
        self.0.rest_mut().description = text.into();
        self
    }

    /// Sets `default`, which documents and is never applied.
    pub fn default_value(mut self, value: Value) -> Builder {
        self.0.rest_mut().default = (value.kind != ValueKind::Null).then_some(value);
        self
    }

    /// Sets `examples`.
    pub fn examples(mut self, values: impl IntoIterator<Item = Value>) -> Builder {
        self.0.rest_mut().examples = values.into_iter().collect();
        self
    }

    /// Sets `deprecated`.
    pub fn deprecated(mut self) -> Builder {
        self.0.rest_mut().deprecated = true;
        self
    }

    /// Sets `secret`, which documents; a value is secret if whoever makes it says so.
    pub fn secret(mut self) -> Builder {
        self.0.rest_mut().secret = true;
        self
    }

    /// Sets `rotateOnly`: the properties that are only needed to rotate a secret.
    pub fn rotate_only<K: Into<SmolStr>>(mut self, names: impl IntoIterator<Item = K>) -> Builder {
        self.0.rest_mut().rotate_only = names.into_iter().map(Into::into).collect();
        self
    }

    /// Removes `const`, `enum`, `default` and `examples`.
    pub fn without_values(mut self) -> Builder {
        self.0.constant = None;
        if let Some(rest) = &mut self.0.rest {
            rest.enumeration.clear();
            rest.default = None;
            rest.examples.clear();
        }
        self
    }

    /// Replaces every schema that this one consists of, definitions included.
    pub fn map_schemas(mut self, mut f: impl FnMut(&SchemaRef) -> SchemaRef) -> Builder {
        let mut replace = |schema: &mut SchemaRef| *schema = f(schema);
        self.0.prefix_items.iter_mut().for_each(&mut replace);
        self.0.items.iter_mut().for_each(&mut replace);
        self.0.properties.iter_mut().for_each(|(_, s)| replace(s));
        if let Some(rest) = &mut self.0.rest {
            rest.any_of.iter_mut().for_each(&mut replace);
            rest.one_of.iter_mut().for_each(&mut replace);
            rest.additional_properties.iter_mut().for_each(&mut replace);
            rest.defs.iter_mut().for_each(|(_, s)| replace(s));
        }
        self
    }
}

impl From<Builder> for SchemaRef {
    fn from(builder: Builder) -> SchemaRef {
        builder.build()
    }
}

/// Begins a variation of a schema.
impl From<&Schema> for Builder {
    fn from(schema: &Schema) -> Builder {
        Builder(schema.clone())
    }
}

/// Sorts by name; of several with the same name the last stays.
pub(super) fn sorted<T>(members: impl Iterator<Item = (SmolStr, T)>) -> Box<[(SmolStr, T)]> {
    let members: Vec<(SmolStr, T)> = members.collect();
    match members.is_sorted_by(|(a, _), (b, _)| a < b) {
        true => members.into(),
        false => BTreeMap::from_iter(members).into_iter().collect(),
    }
}
