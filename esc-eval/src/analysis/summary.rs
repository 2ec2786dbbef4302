//! Schemas in a notation that people read at a glance.

use std::cell::Cell;

use esc_core::schema::{Schema, Type};
use esc_core::value::{Reveal, Value};

use super::literal::SECRET;

/// How many properties or members are spelled out.
const MOST_MEMBERS: usize = 8;

/// How deep types are spelled out.
const MOST_LEVELS: usize = 3;

/// How many schemas are looked at: parts may be shared and refer to each other.
const MOST_SCHEMAS: usize = 200;

/// How long a constant may be to be shown.
const MOST_CHARS: usize = 60;

/// A schema in a friendly notation: `string`, `{host: string, port?: number}`, `"a" | "b"`, `string[]`.
///
/// ```
/// use esc_core::schema::{Builder, Schema};
/// use esc_eval::analysis::type_name;
///
/// let schema = Schema::object().property("host", Schema::string()).required(["host"]).build();
/// assert_eq!(type_name(&schema), "{host: string}");
/// assert_eq!(type_name(&Schema::array(Schema::number())), "number[]");
/// ```
pub fn type_name(schema: &Schema) -> String {
    Writer::new(true).write(schema, 0)
}

/// The same without constants, for what contains secrets.
pub(super) fn type_name_without_constants(schema: &Schema) -> String {
    Writer::new(false).write(schema, 0)
}

/// A value as it is shown inline, cut if long.
pub(super) fn constant(value: &Value) -> String {
    let json = value.to_json(Reveal::Redacted);
    let mut chars = json.chars();
    let start: String = chars.by_ref().take(MOST_CHARS).collect();
    if chars.next().is_some() { format!("{start}…") } else { start }
}

struct Writer {
    constants: bool,
    left: Cell<usize>,
}

impl Writer {
    fn new(constants: bool) -> Writer {
        Writer { constants, left: Cell::new(MOST_SCHEMAS) }
    }

    fn write(&self, schema: &Schema, level: usize) -> String {
        if schema.is_always() {
            return "any".to_owned();
        }
        if schema.is_never() {
            return "never".to_owned();
        }
        let Some(left) = self.left.get().checked_sub(1) else { return "…".to_owned() };
        self.left.set(left);
        if let Some(name) = schema.reference() {
            return match schema.resolved() {
                Some(target) if level < MOST_LEVELS => self.write(&target, level + 1),
                _ => name.rsplit('/').next().unwrap_or(name).to_owned(),
            };
        }
        if self.constants {
            if let Some(value) = schema.const_value() {
                return constant(value);
            }
            if !schema.enum_values().is_empty() {
                return members(schema.enum_values().iter().map(constant), " | ");
            }
        }
        let alternatives =
            if schema.any_of().is_empty() { schema.one_of() } else { schema.any_of() };
        if !alternatives.is_empty() {
            let mut names: Vec<String> =
                alternatives.iter().map(|schema| self.write(schema, level)).collect();
            names.dedup();
            return members(names.into_iter(), " | ");
        }
        match schema.ty() {
            Some(Type::Array) => self.array(schema, level),
            Some(Type::Object) => self.object(schema, level),
            Some(ty) => ty.name().to_owned(),
            None => "any".to_owned(),
        }
    }

    fn array(&self, schema: &Schema, level: usize) -> String {
        let rest = schema.items().filter(|items| !items.is_never());
        if level >= MOST_LEVELS {
            return "[…]".to_owned();
        }
        if schema.prefix_items().is_empty() {
            return match (rest, schema.items()) {
                (Some(items), _) => {
                    let item = self.write(items, level + 1);
                    if item.contains(" | ") { format!("({item})[]") } else { format!("{item}[]") }
                }
                (None, Some(_)) => "[]".to_owned(),
                (None, None) => "any[]".to_owned(),
            };
        }
        let items = schema.prefix_items().iter().map(|item| self.write(item, level + 1));
        let rest = rest.map(|items| format!("...{}[]", self.write(items, level + 1)));
        format!("[{}]", members(items.chain(rest), ", "))
    }

    fn object(&self, schema: &Schema, level: usize) -> String {
        let others = schema.additional_properties().filter(|others| !others.is_never());
        if schema.properties().is_empty() {
            return match (others, schema.additional_properties()) {
                (Some(others), _) if level < MOST_LEVELS && !others.is_always() => {
                    format!("{{[string]: {}}}", self.write(others, level + 1))
                }
                (None, Some(_)) => "{}".to_owned(),
                _ => "object".to_owned(),
            };
        }
        if level >= MOST_LEVELS {
            return "{…}".to_owned();
        }
        let properties = schema.properties().iter().map(|(name, property)| {
            let optional = if schema.required().contains(name) { "" } else { "?" };
            // A call that is none for its neighbours is still meant to be one.
            let ty = match name.as_str() {
                SECRET => Type::String.name().to_owned(),
                _ => self.write(property, level + 1),
            };
            format!("{name}{optional}: {ty}")
        });
        format!("{{{}}}", members(properties, ", "))
    }
}

/// The first few, and a sign that there are more.
fn members(mut members: impl Iterator<Item = String>, separator: &str) -> String {
    let mut shown: Vec<String> = members.by_ref().take(MOST_MEMBERS).collect();
    if members.next().is_some() {
        shown.push("…".to_owned());
    }
    shown.join(separator)
}

#[cfg(test)]
mod tests {
    use super::*;
    use esc_core::schema::Builder;

    fn named(json: &str) -> String {
        type_name(&Schema::parse(json).unwrap())
    }

    #[test]
    fn friendly_names() {
        for (json, name) in [
            ("true", "any"),
            ("false", "never"),
            (r#"{"type":"string"}"#, "string"),
            (r#"{"type":"string","const":"x"}"#, r#""x""#),
            (r#"{"type":"string","enum":["a","b"]}"#, r#""a" | "b""#),
            (r#"{"anyOf":[{"type":"string"},{"type":"number"}]}"#, "string | number"),
            (
                r#"{"type":"array","items":{"anyOf":[{"type":"null"},{"type":"number"}]}}"#,
                "(null | number)[]",
            ),
            (
                r#"{"type":"array","prefixItems":[{"type":"string"},true],"items":false}"#,
                "[string, any]",
            ),
            (r#"{"type":"array","items":false}"#, "[]"),
            (r#"{"type":"object"}"#, "object"),
            (r#"{"type":"object","additionalProperties":{"type":"string"}}"#, "{[string]: string}"),
            (
                r#"{"type":"object","properties":{"a":{"type":"string"},"b":true},"required":["a"]}"#,
                "{a: string, b?: any}",
            ),
        ] {
            assert_eq!(named(json), name);
        }
    }

    #[test]
    fn large_schemas_are_cut() {
        let mut schema = Schema::string();
        for _ in 0..6 {
            schema = Schema::record([("a", schema)]);
        }
        assert_eq!(type_name(&schema), "{a: {a: {a: {…}}}}");
        let wide = (0..20)
            .fold(Builder::object(), |b, i| b.property(format!("p{i:02}"), Schema::string()));
        assert!(type_name(&wide.build()).ends_with(", …}"));
        assert!(type_name(&Schema::const_string("x".repeat(1000).as_str())).len() < 80);
        let mut shared = Schema::string();
        for i in 0..40 {
            let record = Schema::record([(format!("p{i}"), shared.clone())]);
            shared = Schema::either([record, shared]);
        }
        assert!(type_name(&shared).contains('…'));
    }

    #[test]
    fn without_constants_only_types_remain() {
        let schema = Schema::record([("a", Schema::const_string("hidden"))]);
        assert_eq!(type_name_without_constants(&schema), "{a: string}");
    }
}
