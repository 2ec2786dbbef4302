//! The schema of schemas.

use std::sync::OnceLock;

use super::compile::compile;
use super::{Builder, Schema, SchemaRef, Type};
use crate::value::Value;

/// The schema that a schema written in a document has to fit, compiled.
///
/// Keywords that are not listed are allowed; they say nothing.
pub fn meta_schema() -> SchemaRef {
    static META: OnceLock<SchemaRef> = OnceLock::new();
    META.get_or_init(|| {
        let root = Builder::reference("#/$defs/schema")
            .definition("schema", Schema::either([Schema::boolean(), keywords()]))
            .build();
        // What is written here does compile; a test makes sure.
        compile(&root).unwrap_or(root)
    })
    .clone()
}

fn keywords() -> SchemaRef {
    let schema = || Builder::reference("#/$defs/schema").build();
    let schemas = || Schema::array(schema());
    let schema_map = || Schema::object().additional(schema()).build();
    let names = || Schema::array(Schema::string());
    let name_map = Schema::object().additional(names()).build();
    let anything = || Builder::new().build();
    let types = ["string", "number", "boolean", "array", "object", "null"];
    let ty = Builder::string().enumeration(types.map(Value::string)).build();

    let keywords = [
        ("$defs", schema_map()),
        ("$ref", Schema::string()),
        ("anyOf", schemas()),
        ("oneOf", schemas()),
        ("prefixItems", schemas()),
        ("items", schema()),
        ("additionalProperties", schema()),
        ("properties", schema_map()),
        ("type", ty),
        ("const", anything()),
        ("enum", Schema::of_type(Type::Array)),
        ("multipleOf", Schema::number()),
        ("maximum", Schema::number()),
        ("exclusiveMaximum", Schema::number()),
        ("minimum", Schema::number()),
        ("exclusiveMinimum", Schema::number()),
        ("maxLength", Schema::number()),
        ("minLength", Schema::number()),
        ("pattern", Schema::string()),
        ("maxItems", Schema::number()),
        ("minItems", Schema::number()),
        ("uniqueItems", Schema::boolean()),
        ("maxProperties", Schema::number()),
        ("minProperties", Schema::number()),
        ("required", names()),
        ("dependentRequired", name_map),
        ("title", Schema::string()),
        ("description", Schema::string()),
        ("default", anything()),
        ("deprecated", Schema::boolean()),
        ("examples", Schema::of_type(Type::Array)),
    ];
    let object = keywords.into_iter().fold(Schema::object(), |o, (k, s)| o.property(k, s));
    object.build()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::assignable;

    #[test]
    fn it_compiles_and_describes_itself() {
        let meta = meta_schema();
        let schema = meta.resolved().unwrap();
        let object = schema.any_of().last().unwrap().clone();
        assert!(object.own_property("items").unwrap().resolved().is_some());
        assert!(assignable(&meta, &Schema::record([("minLength", Schema::number())])).is_empty());
        let wrong = Schema::record([("minLength", Schema::string())]);
        let messages: Vec<String> =
            assignable(&meta, &wrong).iter().map(ToString::to_string).collect();
        assert_eq!(
            messages,
            [
                "expected boolean, got object",
                "minLength: expected number, got string",
                "at least one subschema must match"
            ]
        );
    }
}
