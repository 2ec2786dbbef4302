//! Schemas from schemas and values.

use std::sync::Arc;

use smol_str::SmolStr;

use super::{Builder, MAX_DEPTH, Schema, SchemaRef, Type};
use crate::json::MAX_DEPTH as MAX_VALUE_DEPTH;
use crate::value::{Value, ValueKind};

impl Schema {
    /// What the element at that index looks like: the union of what all branches say. References are not followed,
    /// and of `true` no elements are known: the result is `false`.
    pub fn item(&self, index: usize) -> SchemaRef {
        self.part(0, &|schema| match schema.ty {
            Some(Type::Array) => schema.prefix_items.get(index).or(schema.items.as_ref()).cloned(),
            _ => None,
        })
    }

    /// What the property of that name looks like: the union of what all branches say. References are not followed,
    /// and of `true` no properties are known: the result is `false`.
    pub fn property(&self, name: &str) -> SchemaRef {
        self.part(0, &|schema| match schema.ty {
            Some(Type::Object) => {
                schema.own_property(name).or(schema.additional_properties()).cloned()
            }
            _ => None,
        })
    }

    fn part(&self, depth: usize, own: &dyn Fn(&Schema) -> Option<SchemaRef>) -> SchemaRef {
        // Unions that nest this deep cannot have been decoded.
        if depth >= MAX_DEPTH {
            return Schema::never();
        }
        let mut members = Vec::new();
        for branch in self.any_of().iter().chain(self.one_of()) {
            members.push(branch.part(depth + 1, own));
        }
        members.extend(own(self));
        Schema::union(members)
    }

    /// Any of these, simplified: `false` members are dropped, none is `false`, one is itself, several are a `oneOf`.
    pub fn union(members: impl IntoIterator<Item = SchemaRef>) -> SchemaRef {
        let mut members: Vec<SchemaRef> = members.into_iter().filter(|s| !s.is_never()).collect();
        match (members.pop(), members.is_empty()) {
            (None, _) => Schema::never(),
            (Some(only), true) => only,
            (Some(last), false) => {
                members.push(last);
                let rotate_only = members.iter().all(|s| s.is_rotate_only());
                let mut union = Builder::new().one_of(members);
                union.0.rotate_only = rotate_only;
                union.build()
            }
        }
    }

    /// The schema of a value that is merged from a base and what lies on top of it.
    ///
    /// Unless both are objects this is the top's. Otherwise it is a record of the properties of both, merged where both
    /// have them, and nothing else but `additionalProperties`.
    pub fn merge(base: Option<&SchemaRef>, top: &SchemaRef) -> SchemaRef {
        merge(base, top, 0)
    }

    /// Whether merging the schema over itself changes nothing: it is a record of required properties of which this is true,
    /// too, or the schema of no object.
    pub fn is_stable(&self) -> bool {
        self.is_plain_record || self.ty != Some(Type::Object)
    }

    /// The schema of exactly this value: scalars are constants, lists tuples, objects records. Constants keep the
    /// value's secret flag; unknown values can be anything.
    pub fn of_value(value: &Value) -> SchemaRef {
        of_value(value, 0)
    }
}

fn merge(base: Option<&SchemaRef>, top: &SchemaRef, depth: usize) -> SchemaRef {
    let Some(base) = base else { return top.clone() };
    if base.ty != Some(Type::Object) || top.ty != Some(Type::Object) || depth >= MAX_VALUE_DEPTH {
        return top.clone();
    }
    if top.is_plain_record && Arc::ptr_eq(base, top) {
        return top.clone();
    }
    let properties = merge_properties(&base.properties, &top.properties, depth);
    let record = Schema::record_builder(properties);
    match (base.additional_properties(), top.additional_properties()) {
        (None, None) => record,
        (Some(only), None) | (None, Some(only)) => record.additional(only.clone()),
        (Some(_), Some(_)) => record.additional(Schema::always()),
    }
    .build()
}

/// The properties of both, sorted as both are.
fn merge_properties(
    base: &[(SmolStr, SchemaRef)],
    top: &[(SmolStr, SchemaRef)],
    depth: usize,
) -> Vec<(SmolStr, SchemaRef)> {
    let mut merged = Vec::with_capacity(base.len() + top.len());
    let mut rest = base;
    for (name, schema) in top {
        // Few on top of many is the usual case: what lies between is copied at once.
        let before = rest.partition_point(|(below, _)| below < name);
        let (lower, others) = rest.split_at(before);
        merged.extend_from_slice(lower);
        match others.split_first() {
            Some(((below, base), others)) if below == name => {
                merged.push((name.clone(), merge(Some(base), schema, depth + 1)));
                rest = others;
            }
            _ => {
                merged.push((name.clone(), schema.clone()));
                rest = others;
            }
        }
    }
    merged.extend_from_slice(rest);
    merged
}

fn of_value(value: &Value, depth: usize) -> SchemaRef {
    if value.unknown || depth >= MAX_VALUE_DEPTH {
        return Schema::always();
    }
    let ty = match &value.kind {
        ValueKind::Null => return Schema::null(),
        ValueKind::Bool(_) => Type::Boolean,
        ValueKind::Number(_) => Type::Number,
        ValueKind::String(_) => Type::String,
        // Loops, because the frames of iterators cost deep values too much stack.
        ValueKind::List(items) => {
            let mut schemas = Vec::with_capacity(items.len());
            for item in items {
                schemas.push(of_value(item, depth + 1));
            }
            return Schema::tuple(schemas);
        }
        ValueKind::Object(properties) => {
            let mut schemas = Vec::with_capacity(properties.len());
            for (key, value) in properties {
                schemas.push((key.clone(), of_value(value, depth + 1)));
            }
            return Schema::record(schemas);
        }
    };
    let constant = Box::new(Value { trace: None, ..value.clone() });
    Arc::new(Schema { ty: Some(ty), constant: Some(constant), ..Schema::EMPTY() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::Json;

    fn schema(text: &str) -> SchemaRef {
        Schema::parse(text).unwrap()
    }

    #[test]
    fn items() {
        let tuple =
            schema(r#"{"type":"array","prefixItems":[{"type":"null"}],"items":{"type":"string"}}"#);
        assert_eq!(tuple.item(0), Schema::null());
        assert_eq!(tuple.item(1), Schema::string());
        assert!(schema(r#"{"type":"array"}"#).item(0).is_never());
        assert!(schema(r#"{"items":true}"#).item(0).is_never());
        assert!(Schema::always().item(0).is_never());
        assert!(Schema::string().property("x").is_never());
    }

    #[test]
    fn properties_of_unions() {
        let union = schema(
            r#"{"anyOf":[{"type":"object","properties":{"a":{"type":"null"}}},{"type":"string"}],
                "oneOf":[{"type":"object","additionalProperties":{"type":"number"}}],
                "type":"object","properties":{"a":{"type":"boolean"}}}"#,
        );
        assert_eq!(
            union.property("a").to_json_text(),
            r#"{"oneOf":[{"type":"null"},{"type":"number"},{"type":"boolean"}],"type":""}"#
        );
        assert_eq!(union.property("b"), Schema::number());
    }

    #[test]
    fn unions_are_rotate_only_if_all_members_are() {
        let rotate = |s: &Schema| super::super::Schema { rotate_only: true, ..s.clone() }.finish();
        let (a, b) = (Schema::string(), Schema::number());
        assert!(Schema::union([rotate(&a), rotate(&b)]).is_rotate_only());
        assert!(!Schema::union([rotate(&a), b]).is_rotate_only());
        assert!(Schema::union([Schema::never()]).is_never());
    }

    #[test]
    fn merging() {
        let base = schema(
            r#"{"type":"object","properties":{"a":{"type":"null"},"o":{"type":"object","properties":{"x":true}}},
                "const":{},"dependentRequired":{"a":["o"]},"additionalProperties":{"type":"string"}}"#,
        );
        let top = schema(
            r#"{"type":"object","properties":{"b":true,"a":{"type":"string"},
                "o":{"type":"object","properties":{"y":true}}}}"#,
        );
        assert_eq!(
            Schema::merge(Some(&base), &top).to_json_text(),
            concat!(
                r#"{"additionalProperties":{"type":"string"},"properties":{"a":{"type":"string"},"b":true,"o":"#,
                r#"{"properties":{"x":true,"y":true},"type":"object","required":["x","y"]}},"type":"object","#,
                r#""required":["a","b","o"]}"#
            )
        );
        let both = Schema::merge(Some(&base), &base);
        assert!(both.additional_properties().unwrap().is_always());
        assert!(!base.is_stable() && !top.is_stable());
        let plain = schema(
            r#"{"type":"object","properties":{"a":{"type":"object"},"b":true},"required":["a","b"]}"#,
        );
        assert!(plain.is_stable());
        assert!(Arc::ptr_eq(&Schema::merge(Some(&plain), &plain), &plain));
        let over = Schema::merge(Some(&plain), &Schema::record([("c", Schema::null())]));
        assert_eq!(Schema::merge(Some(&plain), &over), over, "merging once more changes nothing");
        assert_eq!(Schema::merge(None, &top), top);
        assert_eq!(Schema::merge(Some(&Schema::always()), &top), top);
        assert_eq!(Schema::merge(Some(&base), &Schema::string()), Schema::string());
    }

    #[test]
    fn deep_values_and_schemas() {
        let text = |open: &str, close: &str| {
            format!("{}{}", open.repeat(MAX_VALUE_DEPTH), close.repeat(MAX_VALUE_DEPTH))
        };
        let list = Value::from_json(&Json::parse(&text("[", "]")).unwrap());
        let schema = Schema::of_value(&list);
        assert!(!schema.item(0).item(0).is_never());
        schema.to_json_text();
        let object = text("{\"a\":", "}").replacen("\"a\":}", "}", 1);
        let object = Value::from_json(&Json::parse(&object).unwrap());
        let schema = Schema::of_value(&object);
        Schema::merge(Some(&schema), &Schema::of_value(&object)).to_json_text();
        let mut deep = Schema::string();
        for _ in 0..100_000 {
            deep = Schema::array(deep);
        }
        deep.to_json_text();
        let mut unions = Schema::object().build();
        for _ in 0..100_000 {
            unions = Schema::either([unions]);
        }
        unions.property("x");
    }

    #[test]
    fn literal_schemas() {
        let value = Value::from_json(&Json::parse(r#"{"b":[1.50,"<",true,null],"a":{}}"#).unwrap());
        assert_eq!(
            Schema::of_value(&value).to_json_text(),
            concat!(
                r#"{"properties":{"a":{"type":"object"},"b":{"prefixItems":[{"type":"number","const":1.50},"#,
                r#"{"type":"string","const":"\u003c"},{"type":"boolean","const":true},{"type":"null"}],"#,
                r#""items":false,"type":"array"}},"type":"object","required":["a","b"]}"#
            )
        );
        let secret = Schema::of_value(&Value::string("x").into_secret());
        assert!(secret.const_value().unwrap().secret);
    }
}
