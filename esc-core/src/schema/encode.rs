//! Schemas to JSON.

use smol_str::SmolStr;

use super::{Class, Schema, SchemaRef};
use crate::json::Writer;
use crate::number::Number;
use crate::value::{Value, ValueKind};

impl Schema {
    /// Writes the schema: keywords in their conventional order and without those that say nothing, except that there
    /// is always a `type`.
    pub fn write_json(&self, writer: &mut Writer) {
        match self.class {
            Class::Always => return writer.bool(true),
            Class::Never => return writer.bool(false),
            Class::Keywords => {}
        }
        let rest = self.rest();
        let w = writer;
        w.begin_object();
        write_map(w, "$defs", &rest.defs);
        if let Some(reference) = self.reference() {
            write_text(w, "$ref", reference);
        }
        write_list(w, "anyOf", &rest.any_of, |w, s| s.write_json(w));
        write_list(w, "oneOf", &rest.one_of, |w, s| s.write_json(w));
        write_list(w, "prefixItems", &self.prefix_items, |w, s| s.write_json(w));
        write_schema(w, "items", self.items.as_ref());
        write_schema(w, "additionalProperties", rest.additional_properties.as_ref());
        write_map(w, "properties", &self.properties);
        w.key("type");
        w.string(self.ty.map_or("", |t| t.name()));
        if let Some(value) = &self.constant {
            w.key("const");
            write_value(w, value);
        }
        write_list(w, "enum", &rest.enumeration, write_value);
        write_number(w, "multipleOf", &rest.multiple_of);
        write_number(w, "maximum", &rest.maximum);
        write_number(w, "exclusiveMaximum", &rest.exclusive_maximum);
        write_number(w, "minimum", &rest.minimum);
        write_number(w, "exclusiveMinimum", &rest.exclusive_minimum);
        write_number(w, "maxLength", &rest.max_length);
        write_number(w, "minLength", &rest.min_length);
        write_text(w, "pattern", self.pattern().unwrap_or_default());
        write_number(w, "maxItems", &rest.max_items);
        write_number(w, "minItems", &rest.min_items);
        write_flag(w, "uniqueItems", rest.unique_items);
        write_number(w, "maxProperties", &rest.max_properties);
        write_number(w, "minProperties", &rest.min_properties);
        write_names(w, "required", &self.required);
        if !rest.dependent_required.is_empty() {
            w.key("dependentRequired");
            w.begin_object();
            for (name, others) in &rest.dependent_required {
                w.key(name);
                w.begin_array();
                others.iter().for_each(|other| w.string(other));
                w.end_array();
            }
            w.end_object();
        }
        write_text(w, "title", &rest.title);
        write_text(w, "description", &rest.description);
        if let Some(value) = &rest.default {
            w.key("default");
            write_value(w, value);
        }
        write_flag(w, "deprecated", rest.deprecated);
        write_list(w, "examples", &rest.examples, write_value);
        write_flag(w, "secret", rest.secret);
        write_names(w, "rotateOnly", &rest.rotate_only);
        w.end_object();
    }

    /// The schema as compact JSON text.
    pub fn to_json_text(&self) -> String {
        let mut writer = Writer::compact();
        self.write_json(&mut writer);
        writer.finish()
    }
}

/// Writes a value of a schema as it is, secret or not: schemas have no secrets, they *are* shown.
pub(super) fn write_value(w: &mut Writer, value: &Value) {
    match &value.kind {
        ValueKind::Null => w.null(),
        ValueKind::Bool(value) => w.bool(*value),
        ValueKind::Number(number) => w.number(number),
        ValueKind::String(text) => w.string(text.as_str()),
        ValueKind::List(items) => {
            w.begin_array();
            items.iter().for_each(|item| write_value(w, item));
            w.end_array();
        }
        ValueKind::Object(properties) => {
            w.begin_object();
            for (key, value) in properties {
                w.key(key);
                write_value(w, value);
            }
            w.end_object();
        }
    }
}

fn write_map(w: &mut Writer, key: &str, schemas: &[(SmolStr, SchemaRef)]) {
    if !schemas.is_empty() {
        w.key(key);
        w.begin_object();
        for (name, schema) in schemas {
            w.key(name);
            schema.write_json(w);
        }
        w.end_object();
    }
}

fn write_list<T>(w: &mut Writer, key: &str, items: &[T], write: fn(&mut Writer, &T)) {
    if !items.is_empty() {
        w.key(key);
        w.begin_array();
        items.iter().for_each(|item| write(w, item));
        w.end_array();
    }
}

fn write_schema(w: &mut Writer, key: &str, schema: Option<&SchemaRef>) {
    if let Some(schema) = schema {
        w.key(key);
        schema.write_json(w);
    }
}

fn write_names(w: &mut Writer, key: &str, names: &[SmolStr]) {
    write_list(w, key, names, |w, name| w.string(name));
}

fn write_number(w: &mut Writer, key: &str, number: &Option<Number>) {
    if let Some(number) = number {
        w.key(key);
        w.number(number);
    }
}

fn write_text(w: &mut Writer, key: &str, text: &str) {
    if !text.is_empty() {
        w.key(key);
        w.string(text);
    }
}

fn write_flag(w: &mut Writer, key: &str, flag: bool) {
    if flag {
        w.key(key);
        w.bool(true);
    }
}
