//! What an environment's values look like, as far as types can tell.

use esc_core::path::PropertyPath;
use esc_core::schema::{Schema, SchemaRef, Type};
use esc_core::value::{Value, ValueKind};

use crate::snapshot::Snapshot;

/// What a value looks like.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// Nothing is known.
    Any,
    Boolean,
    /// A number that is whole today.
    Whole,
    Number,
    Text,
    /// One of these texts.
    OneOf(Vec<String>),
    /// A scalar that is secret.
    Secret(Box<Shape>),
    List(Box<Shape>),
    /// An object of which the names are not known.
    Map(Box<Shape>),
    /// Sorted by name.
    Object(Vec<Property>),
}

/// A property of an object.
#[derive(Clone, Debug, PartialEq)]
pub struct Property {
    pub name: String,
    pub shape: Shape,
    /// Whether it may be missing.
    pub optional: bool,
    /// What the schema says of it.
    pub about: String,
}

/// The properties of a checked environment.
pub fn of(checked: &Snapshot) -> Vec<Property> {
    let shapes = Shapes { checked };
    match shapes.shape(Some(checked.value()), &Schema::always(), &PropertyPath::new(), 0) {
        Shape::Object(properties) => properties,
        _ => Vec::new(),
    }
}

/// How deep types nest.
const MAX_DEPTH: usize = 64;

struct Shapes<'a> {
    checked: &'a Snapshot,
}

impl Shapes<'_> {
    /// `schema` is that of a part of an unknown value; of what is there, its layers tell.
    fn shape(
        &self,
        value: Option<&Value>,
        schema: &SchemaRef,
        path: &PropertyPath,
        depth: usize,
    ) -> Shape {
        if depth >= MAX_DEPTH {
            return Shape::Any;
        }
        let known = value.filter(|value| !value.unknown);
        let own = value.filter(|value| value.unknown).and_then(|_| self.schemas(path).next());
        let schema = own.as_ref().unwrap_or(schema);
        let shape = match known.map(|value| &value.kind) {
            Some(ValueKind::Null) => return Shape::Any,
            Some(ValueKind::Bool(_)) => Shape::Boolean,
            Some(ValueKind::Number(n)) if n.as_str().parse::<i64>().is_ok() => Shape::Whole,
            Some(ValueKind::Number(_)) => Shape::Number,
            Some(ValueKind::String(_)) => Shape::Text,
            Some(ValueKind::List(items)) => {
                let items = items.iter().enumerate().map(|(index, item)| {
                    self.shape(Some(item), &Schema::always(), &path.join(index), depth + 1)
                });
                return list(items);
            }
            Some(ValueKind::Object(_)) => return self.object(known, schema, path, depth),
            None => match self.unknown(schema, path, depth) {
                Some(shape) => shape,
                None => return Shape::Any,
            },
        };
        let scalar = !matches!(shape, Shape::List(_) | Shape::Map(_) | Shape::Object(_));
        let secret = value.is_some_and(Value::is_secret)
            || schema.secret()
            || (known.is_none() && self.checked.layers_at(path).first().is_some_and(|l| l.secret));
        match shape {
            // One of several texts says more than a secret may.
            Shape::OneOf(_) if secret => Shape::Secret(Box::new(Shape::Text)),
            shape if scalar && secret => Shape::Secret(Box::new(shape)),
            shape => shape,
        }
    }

    /// The schemas of the unknown values at a path, the topmost first.
    fn schemas(&self, path: &PropertyPath) -> impl Iterator<Item = SchemaRef> {
        self.checked.layers_at(path).into_iter().filter_map(|layer| layer.schema)
    }

    fn unknown(&self, schema: &SchemaRef, path: &PropertyPath, depth: usize) -> Option<Shape> {
        let texts: Vec<String> =
            schema.enum_values().iter().filter_map(Value::as_str).map(str::to_owned).collect();
        if !texts.is_empty() && texts.len() == schema.enum_values().len() {
            return Some(Shape::OneOf(texts));
        }
        Some(match schema.ty() {
            Some(Type::Boolean) => Shape::Boolean,
            Some(Type::Number) if schema.multiple_of().is_some_and(|n| n.as_str() == "1") => {
                Shape::Whole
            }
            Some(Type::Number) => Shape::Number,
            Some(Type::String) => Shape::Text,
            Some(Type::Array) => match (schema.items(), schema.prefix_items()) {
                (Some(item), []) => {
                    Shape::List(Box::new(self.shape(None, item, &path.join(0), depth + 1)))
                }
                (Some(rest), items) if rest.is_never() => {
                    let items = items.iter().enumerate();
                    list(items.map(|(i, s)| self.shape(None, s, &path.join(i), depth + 1)))
                }
                _ => Shape::List(Box::new(Shape::Any)),
            },
            Some(Type::Object) => self.object(None, schema, path, depth),
            // Constant texts, each in a branch.
            None => {
                let branches = schema.any_of().iter().chain(schema.one_of());
                let texts: Option<Vec<String>> = branches
                    .map(|branch| branch.const_value()?.as_str().map(str::to_owned))
                    .collect();
                Shape::OneOf(texts.filter(|texts| !texts.is_empty())?)
            }
            Some(Type::Null) => return None,
        })
    }

    fn object(
        &self,
        known: Option<&Value>,
        schema: &SchemaRef,
        path: &PropertyPath,
        depth: usize,
    ) -> Shape {
        let below: Vec<SchemaRef> = match known {
            Some(_) => self.schemas(path).collect(),
            None => vec![schema.clone()],
        };
        let declared = below.iter().flat_map(|schema| schema.properties());
        let mut names: Vec<&str> = declared.map(|(name, _)| name.as_str()).collect();
        if let Some(ValueKind::Object(properties)) = known.map(|value| &value.kind) {
            names.extend(properties.keys().map(|key| key.as_str()));
        }
        names.sort_unstable();
        names.dedup();
        if names.is_empty() && known.is_none() {
            let value = match schema.additional_properties() {
                Some(others) if !others.is_never() => {
                    self.shape(None, others, &path.join(""), depth + 1)
                }
                _ => Shape::Any,
            };
            return Shape::Map(Box::new(value));
        }
        let property = |name: &str| {
            let value = known.and_then(|value| value.get(name));
            let holder = below.iter().find(|schema| schema.own_property(name).is_some());
            let part = holder.and_then(|schema| schema.own_property(name).cloned());
            let required = holder.is_some_and(|schema| schema.required().iter().any(|r| r == name));
            let optional = value.is_none() && !required;
            let part = part.unwrap_or_else(Schema::always);
            Property {
                name: name.to_owned(),
                shape: self.shape(value, &part, &path.join(name), depth + 1),
                optional,
                about: part.description().to_owned(),
            }
        };
        Shape::Object(names.into_iter().map(property).collect())
    }
}

/// A list of what all elements look like.
fn list(mut items: impl Iterator<Item = Shape>) -> Shape {
    let first = items.next().unwrap_or(Shape::Any);
    let all = items.try_fold(first, |shape, item| match (&shape, &item) {
        (a, b) if a == b => Some(shape),
        (Shape::Whole, Shape::Number) | (Shape::Number, Shape::Whole) => Some(Shape::Number),
        _ => None,
    });
    Shape::List(Box::new(all.unwrap_or(Shape::Any)))
}
