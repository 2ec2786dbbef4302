//! The provider's interface.

use esc_core::json::Json;
use esc_core::schema::{Schema, SchemaRef, assignable, compile, meta_schema};
use esc_core::value::Value;

use super::exam::Exam;
use super::fit::misfits;

pub(super) fn check(exam: &mut Exam<'_>) {
    let schema = exam.subject.provider.schema();
    let parts = [("inputs", &schema.inputs), ("outputs", &schema.outputs)];

    let mut against = Vec::new();
    for (name, part) in parts {
        if let Err(error) = compile(part) {
            against.push(format!("{name}: {error}"));
        }
    }
    exam.close("the schemas compile", against);

    let mut against = Vec::new();
    if schema.description.as_deref().unwrap_or_default().trim().is_empty() {
        against.push("the provider has no description".into());
    }
    for (name, part) in parts {
        undescribed(part, name, &mut against);
    }
    exam.close("everything is described", against);

    let mut against = Vec::new();
    for (name, part) in parts {
        let text = part.to_json_text();
        match Schema::parse(&text) {
            Ok(again) if again == *part => {}
            Ok(_) => against.push(format!("{name}: read from its JSON it is another schema")),
            Err(error) => against.push(format!("{name}: {error}")),
        }
        let value = Json::parse(&text).map(|json| Value::from_json(&json));
        for message in value.iter().flat_map(misfits_meta) {
            against.push(format!("{name}: {message}"));
        }
    }
    exam.close("the schemas survive JSON", against);
}

/// What speaks against a schema's JSON. A schema without a type is written with an empty one, which is fine.
fn misfits_meta(value: &Value) -> Vec<String> {
    assignable(&meta_schema(), &Schema::of_value(value)).iter().map(ToString::to_string).collect()
}

fn undescribed(schema: &SchemaRef, path: &str, out: &mut Vec<String>) {
    for (name, property) in schema.properties() {
        let path = format!("{path}.{name}");
        if property.description().trim().is_empty() {
            out.push(format!("{path} has no description"));
        }
        undescribed(property, &path, out);
    }
    for (name, definition) in schema.definitions() {
        undescribed(definition, &format!("{path}.$defs.{name}"), out);
    }
    let others = schema.any_of().iter().chain(schema.one_of()).chain(schema.prefix_items());
    for other in others.chain(schema.items()).chain(schema.additional_properties()) {
        undescribed(other, path, out);
    }
}

/// What speaks against a value as an input or output of the provider; nothing if the schema does not even compile.
pub(super) fn against(schema: &SchemaRef, value: &Value) -> Vec<String> {
    compile(schema).map(|schema| misfits(&schema, value)).unwrap_or_default()
}
