//! What is accepted and what is there, in words.

use esc_core::schema::{Schema, Type};
use esc_core::value::Value;

/// What a type accepts: as it says itself, or else by its schema.
pub(crate) fn wanted(schema: &Schema) -> String {
    match schema.description() {
        "" => match schema.any_of().first() {
            Some(first) => wanted(first),
            None => described(schema),
        },
        accepted => accepted.to_owned(),
    }
}

/// What a schema asks for.
pub(crate) fn described(schema: &Schema) -> String {
    let texts = schema.enum_values().iter().filter_map(Value::as_str);
    let texts: Vec<String> = texts.map(|text| format!("`{text}`")).collect();
    if !texts.is_empty() {
        return format!("one of {}", texts.join(", "));
    }
    if let Some(first) = schema.any_of().first() {
        return described(first);
    }
    match (schema.ty(), schema.minimum(), schema.maximum()) {
        (Some(Type::Number), Some(min), Some(max)) => format!("a whole number from {min} to {max}"),
        (Some(Type::Number), ..) if schema.multiple_of().is_some() => "a whole number".to_owned(),
        (Some(Type::Number), ..) => "a number".to_owned(),
        (Some(Type::Boolean), ..) => "a boolean".to_owned(),
        (Some(Type::String), ..) => "a string".to_owned(),
        (Some(Type::Array), ..) => "a list".to_owned(),
        (Some(Type::Object), ..) => "an object".to_owned(),
        (Some(Type::Null), ..) => "null".to_owned(),
        (None, ..) => "something else".to_owned(),
    }
}
