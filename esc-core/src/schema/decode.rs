//! Schemas from JSON.

use smol_str::SmolStr;

use super::build::sorted;
use super::pattern::Pattern;
use super::reference::Reference;
use super::{MAX_DEPTH, Schema, SchemaError, SchemaRef, Type};
use crate::json::Json;
use crate::number::Number;
use crate::value::Value;

impl Schema {
    /// Decodes a schema. Keywords that are not part of the dialect are dropped.
    pub fn from_json(json: &Json) -> Result<SchemaRef, SchemaError> {
        decode(json, 0)
    }

    /// Decodes a schema from JSON text.
    pub fn parse(text: &str) -> Result<SchemaRef, SchemaError> {
        Schema::from_json(&Json::parse(text)?)
    }
}

fn decode(json: &Json, depth: usize) -> Result<SchemaRef, SchemaError> {
    if depth >= MAX_DEPTH {
        return Err(SchemaError::TooDeep);
    }
    let members = match json {
        Json::Bool(true) => return Ok(Schema::always()),
        Json::Bool(false) => return Ok(Schema::never()),
        Json::Object(members) => members,
        other => return mismatch("boolean or object", other),
    };
    let mut schema = Schema::EMPTY();
    for (keyword, json) in members {
        // A keyword that is null is one that is not there.
        if *json != Json::Null {
            read(&mut schema, keyword, json, depth + 1).map_err(|e| e.within(keyword))?;
        }
    }
    if schema.is_plain() {
        return Ok(schema.ty.map_or_else(|| schema.finish(), Schema::of_type));
    }
    Ok(schema.finish())
}

fn read(schema: &mut Schema, keyword: &str, json: &Json, depth: usize) -> Result<(), SchemaError> {
    match keyword {
        "items" => schema.items = Some(decode(json, depth)?),
        "prefixItems" => schema.prefix_items = schemas(json, depth)?.into(),
        "properties" => schema.properties = schema_map(json, depth)?,
        "type" => schema.ty = read_type(json)?,
        "const" => schema.constant = Some(Box::new(Value::from_json(json))),
        "required" => schema.required = names(json)?.into(),
        _ => return read_rest(schema, keyword, json, depth),
    }
    Ok(())
}

fn read_rest(
    schema: &mut Schema,
    keyword: &str,
    json: &Json,
    depth: usize,
) -> Result<(), SchemaError> {
    match keyword {
        "$defs" => schema.rest_mut().defs = schema_map(json, depth)?.into_vec(),
        "$ref" => {
            let reference = text(json)?;
            schema.rest_mut().reference =
                (!reference.is_empty()).then(|| Reference::unbound(reference));
        }
        "anyOf" => schema.rest_mut().any_of = schemas(json, depth)?,
        "oneOf" => schema.rest_mut().one_of = schemas(json, depth)?,
        "additionalProperties" => {
            schema.rest_mut().additional_properties = Some(decode(json, depth)?)
        }
        "enum" => schema.rest_mut().enumeration = values(json)?,
        "multipleOf" => schema.rest_mut().multiple_of = Some(number(json)?),
        "maximum" => schema.rest_mut().maximum = Some(number(json)?),
        "exclusiveMaximum" => schema.rest_mut().exclusive_maximum = Some(number(json)?),
        "minimum" => schema.rest_mut().minimum = Some(number(json)?),
        "exclusiveMinimum" => schema.rest_mut().exclusive_minimum = Some(number(json)?),
        "maxLength" => schema.rest_mut().max_length = Some(number(json)?),
        "minLength" => schema.rest_mut().min_length = Some(number(json)?),
        "pattern" => {
            let source = text(json)?;
            schema.rest_mut().pattern = (!source.is_empty()).then(|| Pattern::new(source));
        }
        "maxItems" => schema.rest_mut().max_items = Some(number(json)?),
        "minItems" => schema.rest_mut().min_items = Some(number(json)?),
        "uniqueItems" => schema.rest_mut().unique_items = flag(json)?,
        "maxProperties" => schema.rest_mut().max_properties = Some(number(json)?),
        "minProperties" => schema.rest_mut().min_properties = Some(number(json)?),
        "dependentRequired" => {
            let names = |(key, json): &(String, Json)| {
                Ok((key.into(), names(json).map_err(|e| e.within(key))?))
            };
            let all: Result<Vec<_>, SchemaError> = object(json)?.iter().map(names).collect();
            schema.rest_mut().dependent_required = sorted(all?.into_iter()).into_vec();
        }
        "title" => schema.rest_mut().title = text(json)?,
        "description" => schema.rest_mut().description = text(json)?,
        "default" => schema.rest_mut().default = Some(Value::from_json(json)),
        "deprecated" => schema.rest_mut().deprecated = flag(json)?,
        "examples" => schema.rest_mut().examples = values(json)?,
        "secret" => schema.rest_mut().secret = flag(json)?,
        "rotateOnly" => schema.rest_mut().rotate_only = names(json)?,
        _ => {}
    }
    Ok(())
}

impl Schema {
    /// Whether the schema has no keywords but perhaps a type.
    fn is_plain(&self) -> bool {
        self.rest.is_none()
            && self.constant.is_none()
            && self.items.is_none()
            && self.prefix_items.is_empty()
            && self.properties.is_empty()
            && self.required.is_empty()
    }
}

fn read_type(json: &Json) -> Result<Option<Type>, SchemaError> {
    let name = text(json)?;
    if name.is_empty() {
        return Ok(None);
    }
    match Type::from_name(&name) {
        Some(ty) => Ok(Some(ty)),
        None => Err(SchemaError::UnknownType { path: String::new(), name }),
    }
}

fn schema_map(json: &Json, depth: usize) -> Result<Box<[(SmolStr, SchemaRef)]>, SchemaError> {
    let mut out = Vec::new();
    for (key, json) in object(json)? {
        out.push((key.into(), decode(json, depth).map_err(|e| e.within(key))?));
    }
    Ok(sorted(out.into_iter()))
}

fn schemas(json: &Json, depth: usize) -> Result<Vec<SchemaRef>, SchemaError> {
    elements(json, |json| decode(json, depth))
}

fn names(json: &Json) -> Result<Vec<SmolStr>, SchemaError> {
    elements(json, text)
}

fn values(json: &Json) -> Result<Vec<Value>, SchemaError> {
    elements(json, |json| Ok(Value::from_json(json)))
}

fn elements<T>(
    json: &Json,
    read: impl Fn(&Json) -> Result<T, SchemaError>,
) -> Result<Vec<T>, SchemaError> {
    let Json::Array(items) = json else { return mismatch("array", json) };
    let read =
        |(i, item): (usize, &Json)| read(item).map_err(|e: SchemaError| e.within(&i.to_string()));
    items.iter().enumerate().map(read).collect()
}

fn object(json: &Json) -> Result<&[(String, Json)], SchemaError> {
    match json {
        Json::Object(members) => Ok(members),
        other => mismatch("object", other),
    }
}

fn text(json: &Json) -> Result<SmolStr, SchemaError> {
    match json {
        Json::String(text) => Ok(text.into()),
        other => mismatch("string", other),
    }
}

fn number(json: &Json) -> Result<Number, SchemaError> {
    match json {
        Json::Number(number) => Ok(number.clone()),
        other => mismatch("number", other),
    }
}

fn flag(json: &Json) -> Result<bool, SchemaError> {
    match json {
        Json::Bool(value) => Ok(*value),
        other => mismatch("boolean", other),
    }
}

fn mismatch<T>(expected: &'static str, json: &Json) -> Result<T, SchemaError> {
    Err(SchemaError::Type { path: String::new(), expected, got: json.kind() })
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVERYTHING: &str = concat!(
        r##"{"$defs":{"a":true,"b":false},"$ref":"#/$defs/a","anyOf":[true],"oneOf":[{"type":"null"}],"##,
        r#""prefixItems":[{"type":"number"}],"items":false,"additionalProperties":{"type":"string"},"#,
        r#""properties":{"p":true,"q":{"type":"object"}},"type":"object","const":{"x":[1.50,null]},"#,
        r#""enum":[null,"<",1e400],"multipleOf":0.10,"maximum":5,"exclusiveMaximum":6,"minimum":-1,"#,
        r#""exclusiveMinimum":-2.0,"maxLength":3,"minLength":1,"pattern":"^a","maxItems":2,"minItems":1,"#,
        r#""uniqueItems":true,"maxProperties":9,"minProperties":8,"required":["q","p"],"#,
        r#""dependentRequired":{"p":["q"]},"title":"t","description":"d","default":false,"deprecated":true,"#,
        r#""examples":[1],"secret":true,"rotateOnly":["p"]}"#,
    );

    #[test]
    fn every_keyword_goes_round() {
        let schema = Schema::parse(EVERYTHING).unwrap();
        assert_eq!(schema.to_json_text(), EVERYTHING.replace('<', "\\u003c"));
        let Json::Object(mut members) = Json::parse(EVERYTHING).unwrap() else { panic!() };
        members.reverse();
        assert_eq!(Schema::from_json(&Json::Object(members)).unwrap(), schema);
    }

    #[test]
    fn empty_and_unknown_keywords_say_nothing() {
        for (text, written) in [
            ("true", "true"),
            ("false", "false"),
            ("{}", r#"{"type":""}"#),
            (r#"{"type":"","const":null,"default":null,"items":null}"#, r#"{"type":""}"#),
            (
                r#"{"anyOf":[],"enum":[],"properties":{},"required":[],"$defs":{},"title":""}"#,
                r#"{"type":""}"#,
            ),
            (r#"{"allOf":[1],"format":2,"$id":"x","type":"string"}"#, r#"{"type":"string"}"#),
            (r#"{"secret":false,"deprecated":false,"pattern":"","$ref":""}"#, r#"{"type":""}"#),
        ] {
            assert_eq!(Schema::parse(text).unwrap().to_json_text(), written);
        }
    }

    #[test]
    fn errors_say_where() {
        let error = |text| Schema::parse(text).unwrap_err().to_string();
        assert_eq!(error("1"), "expected boolean or object, got number");
        assert_eq!(
            error(r#"{"properties":{"a":{"anyOf":[true,"x"]}}}"#),
            "properties.a.anyOf.1: expected boolean or object, got string"
        );
        assert_eq!(error(r#"{"minLength":"1"}"#), "minLength: expected number, got string");
        assert_eq!(
            error(r#"{"items":{"type":"integer"}}"#),
            "items.type: unknown type \"integer\""
        );
        assert_eq!(
            error(r#"{"dependentRequired":{"a":[1]}}"#),
            "dependentRequired.a.0: expected string, got number"
        );
        assert_eq!(error("{"), "unexpected end of JSON input");
    }

    #[test]
    fn depth_is_bounded() {
        let deep = |n: usize| format!("{}true{}", r#"{"items":"#.repeat(n), "}".repeat(n));
        assert!(Schema::parse(&deep(MAX_DEPTH - 1)).is_ok());
        assert_eq!(Schema::parse(&deep(MAX_DEPTH)).unwrap_err(), SchemaError::TooDeep);
        assert!(Schema::parse(&deep(10_000)).is_err());
    }
}
