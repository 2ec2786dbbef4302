//! Whether a value fits a schema.

use esc_core::schema::{
    Schema, SchemaRef, assignable, check_item_count, check_number, check_property_count,
    check_string, expected_const, expected_one_of,
};
use esc_core::value::{Value, ValueKind};

/// What speaks against the value; nothing if it fits. The schema must be compiled.
///
/// The shape is compared as the evaluator does before it knows a value; then what schemas say of single values is
/// looked at wherever there is only one schema for it.
pub(super) fn misfits(schema: &Schema, value: &Value) -> Vec<String> {
    let mut out: Vec<String> =
        assignable(schema, &Schema::of_value(value)).iter().map(ToString::to_string).collect();
    if out.is_empty() {
        look(schema, value, "", &mut out);
    }
    out
}

fn look(schema: &Schema, value: &Value, path: &str, out: &mut Vec<String>) {
    if value.unknown {
        return;
    }
    if let Some(target) = schema.resolved() {
        look(&target, value, path, out);
    }
    for branches in [schema.any_of(), schema.one_of()] {
        let fits = |branch: &SchemaRef| misfits(branch, value).is_empty();
        if !branches.is_empty() && !branches.iter().any(fits) {
            let place = if path.is_empty() { "" } else { ": " };
            out.push(format!("{path}{place}none of several schemas fits"));
        }
    }
    let mut messages = match &value.kind {
        ValueKind::Number(number) => check_number(schema, number),
        ValueKind::String(text) => check_string(schema, text.as_str()),
        ValueKind::List(items) => check_item_count(schema, items.len()),
        ValueKind::Object(properties) => check_property_count(schema, properties.len()),
        ValueKind::Null | ValueKind::Bool(_) => Vec::new(),
    };
    if let Some(constant) = schema.const_value().filter(|constant| constant.kind != value.kind) {
        messages.push(expected_const(constant));
    }
    let allowed = schema.enum_values();
    if !allowed.is_empty() && !allowed.iter().any(|allowed| allowed.kind == value.kind) {
        messages.push(expected_one_of(allowed));
    }
    out.extend(messages.into_iter().map(|message| match path {
        "" => message,
        path => format!("{path}: {message}"),
    }));
    match &value.kind {
        ValueKind::List(items) => {
            for (index, item) in items.iter().enumerate() {
                if let Some(part) = schema.prefix_items().get(index).or(schema.items()) {
                    look(part, item, &format!("{path}[{index}]"), out);
                }
            }
        }
        ValueKind::Object(properties) => {
            for (name, property) in properties {
                let part = schema.own_property(name).or(schema.additional_properties());
                let dot = if path.is_empty() { "" } else { "." };
                if let Some(part) = part {
                    look(part, property, &format!("{path}{dot}{name}"), out);
                }
            }
        }
        _ => {}
    }
}
