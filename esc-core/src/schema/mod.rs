//! What values look like: a small dialect of JSON Schema.
//!
//! A schema is `true` (any value), `false` (no value) or a set of keywords. Schemas are immutable and shared: one is
//! held as a [`SchemaRef`], so are its parts, and whatever changes one makes another.
//!
//! Provider authors describe inputs and outputs with a [`Builder`]:
//!
//! ```
//! use esc_core::schema::{Builder, Schema};
//!
//! let inputs = Schema::object()
//!     .property("region", Schema::string())
//!     .property("token", Builder::string().description("An access token").secret())
//!     .property("retries", Builder::number().minimum(0).maximum(10))
//!     .required(["token"])
//!     .closed()
//!     .build();
//!
//! assert_eq!(
//!     Schema::record([("id", Schema::string())]).to_json_text(),
//!     r#"{"properties":{"id":{"type":"string"}},"type":"object","required":["id"]}"#,
//! );
//! # assert_eq!(inputs.required().len(), 1);
//! ```
//!
//! Before values are checked against a schema it is [compiled](compile), which resolves its references.

mod access;
mod assign;
mod build;
mod check;
mod compile;
mod decode;
mod derive;
mod encode;
mod error;
mod float;
mod limits;
mod make;
mod meta;
mod pattern;
mod reference;
mod shape;

pub use assign::{Mismatch, Step, assignable};
pub use build::Builder;
pub use check::{
    check_item_count, check_number, check_property_count, check_string, expected_const,
    expected_one_of, missing_names, missing_properties,
};
pub use compile::compile;
pub use error::{MAX_DEPTH, SchemaError};
pub use meta::meta_schema;
pub use shape::shape;

use std::fmt;
use std::sync::Arc;

use smol_str::SmolStr;

use crate::number::Number;
use crate::value::Value;
use limits::{MAX_LEVELS, parse_count};
use pattern::Pattern;
use reference::Reference;

/// A shared schema.
pub type SchemaRef = Arc<Schema>;

/// A schema.
///
/// The keywords of records and constants are stored in place, all others in a box that most schemas do not have.
#[derive(Clone, Debug)]
pub struct Schema {
    class: Class,
    ty: Option<Type>,
    rotate_only: bool,
    /// Whether compiling would make another schema.
    uncompiled: bool,
    /// Whether it is a record and nothing else, of properties that are no other objects.
    is_plain_record: bool,
    /// How deep the schema is: one more than the deepest of its parts.
    depth: u32,
    items: Option<SchemaRef>,
    constant: Option<Box<Value>>,
    prefix_items: Box<[SchemaRef]>,
    /// Sorted by name.
    properties: Box<[(SmolStr, SchemaRef)]>,
    required: Box<[SmolStr]>,
    rest: Option<Box<Rest>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Class {
    /// `true`.
    Always,
    /// `false`.
    Never,
    /// An object of keywords.
    Keywords,
}

/// A type that a schema can ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Type {
    /// `null`
    Null,
    /// `boolean`
    Boolean,
    /// `number`
    Number,
    /// `string`
    String,
    /// `array`
    Array,
    /// `object`
    Object,
}

/// The less common keywords.
#[derive(Clone, Debug)]
struct Rest {
    defs: Vec<(SmolStr, SchemaRef)>,
    reference: Option<Reference<Schema>>,
    any_of: Vec<SchemaRef>,
    one_of: Vec<SchemaRef>,
    additional_properties: Option<SchemaRef>,
    enumeration: Vec<Value>,
    multiple_of: Option<Number>,
    maximum: Option<Number>,
    exclusive_maximum: Option<Number>,
    minimum: Option<Number>,
    exclusive_minimum: Option<Number>,
    max_length: Option<Number>,
    min_length: Option<Number>,
    pattern: Option<Pattern>,
    max_items: Option<Number>,
    min_items: Option<Number>,
    unique_items: bool,
    max_properties: Option<Number>,
    min_properties: Option<Number>,
    dependent_required: Vec<(SmolStr, Vec<SmolStr>)>,
    title: SmolStr,
    description: SmolStr,
    default: Option<Value>,
    deprecated: bool,
    examples: Vec<Value>,
    secret: bool,
    rotate_only: Vec<SmolStr>,
}

impl Type {
    /// All types.
    pub const ALL: [Type; 6] =
        [Type::Null, Type::Boolean, Type::Number, Type::String, Type::Array, Type::Object];

    /// The type's name.
    pub fn name(self) -> &'static str {
        match self {
            Type::Null => "null",
            Type::Boolean => "boolean",
            Type::Number => "number",
            Type::String => "string",
            Type::Array => "array",
            Type::Object => "object",
        }
    }

    /// The type of that name.
    pub fn from_name(name: &str) -> Option<Type> {
        Type::ALL.into_iter().find(|t| t.name() == name)
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Schema {
    /// An object of no keywords: to be filled, then [finished](Schema::finish).
    const EMPTY: fn() -> Schema = || Schema {
        class: Class::Keywords,
        ty: None,
        rotate_only: false,
        uncompiled: false,
        is_plain_record: false,
        depth: 1,
        items: None,
        constant: None,
        prefix_items: Box::default(),
        properties: Box::default(),
        required: Box::default(),
        rest: None,
    };

    /// The less common keywords, for reading.
    fn rest(&self) -> &Rest {
        static EMPTY: Rest = Rest::EMPTY;
        self.rest.as_deref().unwrap_or(&EMPTY)
    }

    /// The less common keywords, for writing.
    fn rest_mut(&mut self) -> &mut Rest {
        self.rest.get_or_insert_with(|| Box::new(Rest::EMPTY))
    }

    /// All schemas that this one consists of, but for the definitions.
    fn parts(&self) -> impl Iterator<Item = &SchemaRef> {
        let rest = self.rest();
        (rest.any_of.iter())
            .chain(&rest.one_of)
            .chain(&self.prefix_items)
            .chain(&self.items)
            .chain(&rest.additional_properties)
            .chain(self.properties.iter().map(|(_, s)| s))
    }

    /// Works out what is known of the schema as a whole, and shares it.
    fn finish(self) -> SchemaRef {
        let rest = self.rest();
        let uncompiled = rest.reference.as_ref().is_some_and(|r| !r.is_bound())
            || rest.pattern.as_ref().is_some_and(|p| !p.is_compiled())
            || !rest.rotate_only.is_empty()
            || self.counts().any(|n| parse_count(n).is_err())
            || self.parts().any(|s| s.uncompiled);
        self.finish_as(uncompiled)
    }

    fn finish_as(mut self, uncompiled: bool) -> SchemaRef {
        let definitions = self.rest().defs.iter().map(|(_, s)| s);
        let depth = self.parts().chain(definitions).map(|s| s.depth).max().unwrap_or(0);
        if depth >= MAX_LEVELS {
            return Schema::never();
        }
        self.uncompiled = uncompiled;
        self.is_plain_record = self.ty == Some(Type::Object)
            && !self.rotate_only
            && self.rest.is_none()
            && self.constant.is_none()
            && self.items.is_none()
            && self.prefix_items.is_empty()
            && self.required.len() == self.properties.len()
            && self.required.iter().eq(self.properties.iter().map(|(name, _)| name))
            && self.properties.iter().all(|(_, schema)| schema.is_stable());
        self.depth = depth + 1;
        Arc::new(self)
    }

    /// The keywords that count something.
    fn counts(&self) -> impl Iterator<Item = &Number> {
        let r = self.rest();
        [
            &r.max_length,
            &r.min_length,
            &r.max_items,
            &r.min_items,
            &r.max_properties,
            &r.min_properties,
        ]
        .into_iter()
        .flatten()
    }
}

impl Rest {
    const EMPTY: Rest = Rest {
        defs: Vec::new(),
        reference: None,
        any_of: Vec::new(),
        one_of: Vec::new(),
        additional_properties: None,
        enumeration: Vec::new(),
        multiple_of: None,
        maximum: None,
        exclusive_maximum: None,
        minimum: None,
        exclusive_minimum: None,
        max_length: None,
        min_length: None,
        pattern: None,
        max_items: None,
        min_items: None,
        unique_items: false,
        max_properties: None,
        min_properties: None,
        dependent_required: Vec::new(),
        title: SmolStr::new_static(""),
        description: SmolStr::new_static(""),
        default: None,
        deprecated: false,
        examples: Vec::new(),
        secret: false,
        rotate_only: Vec::new(),
    };
}

/// Schemas are equal when they say the same; whether they are compiled does not matter.
impl PartialEq for Schema {
    fn eq(&self, other: &Schema) -> bool {
        self.to_json_text() == other.to_json_text()
    }
}
