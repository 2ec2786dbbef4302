//! What a schema asks for, in words.

use super::{Schema, Type, expected_const, expected_one_of};

/// How many names of one object are told.
const NAMES: usize = 12;

/// How many alternatives are told.
const BRANCHES: usize = 4;

/// How deep parts of parts are told.
const DEPTH: usize = 2;

/// What the schema asks for, as it completes "this takes …"; empty if it takes anything.
///
/// Names that are required come first; the description of the schema follows.
///
/// ```
/// use esc_core::schema::{Builder, Schema, shape};
///
/// let entry = Builder::object()
///     .required_property("secretId", Schema::string())
///     .property("versionId", Schema::string())
///     .closed()
///     .description("One secret.")
///     .build();
/// assert_eq!(
///     shape(&entry),
///     "an object with `secretId` (required) and `versionId` (optional): One secret."
/// );
/// let map = Builder::object().additional(entry).build();
/// assert_eq!(
///     shape(&map),
///     "an object of names of your choice, each with an object with `secretId` (required) and `versionId` (optional)"
/// );
/// ```
pub fn shape(schema: &Schema) -> String {
    let mut text = form(schema, 0);
    let description = schema.description().lines().next().unwrap_or_default().trim();
    if !text.is_empty() && !description.is_empty() {
        text.push_str(": ");
        text.push_str(description);
    }
    text
}

fn form(schema: &Schema, depth: usize) -> String {
    if let Some(target) = schema.resolved() {
        return if depth < DEPTH { form(&target, depth + 1) } else { String::new() };
    }
    if let Some(constant) = schema.const_value() {
        return without_expected(expected_const(constant));
    }
    if !schema.enum_values().is_empty() {
        return without_expected(expected_one_of(schema.enum_values()));
    }
    match schema.ty() {
        Some(Type::Object) => object(schema, depth),
        Some(Type::Array) => match schema.items().map(|items| part(items, depth)) {
            Some(items) if !items.is_empty() => format!("a list, each element {items}"),
            _ => "a list".to_owned(),
        },
        Some(Type::String) => "a string".to_owned(),
        Some(Type::Number) => "a number".to_owned(),
        Some(Type::Boolean) => "true or false".to_owned(),
        Some(Type::Null) => "null".to_owned(),
        None => branches(schema, depth),
    }
}

fn part(schema: &Schema, depth: usize) -> String {
    if depth < DEPTH { form(schema, depth + 1) } else { String::new() }
}

fn branches(schema: &Schema, depth: usize) -> String {
    let branches = [schema.any_of(), schema.one_of()].into_iter().find(|b| !b.is_empty());
    let mut told: Vec<String> = Vec::new();
    for branch in branches.unwrap_or_default() {
        let text = part(branch, depth);
        if text.is_empty() {
            return String::new();
        }
        if !told.contains(&text) {
            told.push(text);
        }
    }
    let more = told.len().saturating_sub(BRANCHES);
    told.truncate(BRANCHES);
    if more > 0 {
        told.push(format!("{more} other forms"));
    }
    told.join(", or ")
}

fn object(schema: &Schema, depth: usize) -> String {
    let required: Vec<&str> = schema.required().iter().map(|name| name.as_str()).collect();
    let names = schema.properties().iter().map(|(name, _)| name.as_str());
    let optional: Vec<&str> = names.filter(|name| !required.contains(name)).collect();
    let parts = [(required, "required"), (optional, "optional")]
        .into_iter()
        .filter(|(names, _)| !names.is_empty())
        .map(|(names, which)| format!("{} ({which})", list(&names)))
        .collect::<Vec<_>>();
    if !parts.is_empty() {
        return format!("an object with {}", parts.join(" and "));
    }
    let each = schema.additional_properties().map(|each| (each.is_never(), part(each, depth)));
    match each {
        Some((true, _)) => "an object without properties".to_owned(),
        Some((_, each)) if !each.is_empty() => {
            format!("an object of names of your choice, each with {each}")
        }
        _ => "an object".to_owned(),
    }
}

/// `` `a`, `b`, `c` ``, and how many more there are.
fn list(names: &[&str]) -> String {
    let mut told: Vec<String> = names.iter().take(NAMES).map(|name| format!("`{name}`")).collect();
    let more = names.len().saturating_sub(NAMES);
    if more > 0 {
        told.push(format!("and {more} more"));
    }
    told.join(", ")
}

fn without_expected(text: String) -> String {
    text.strip_prefix("expected ").map(str::to_owned).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(schema: &str) -> String {
        shape(&Schema::parse(schema).unwrap())
    }

    #[test]
    fn every_form_has_its_words() {
        assert_eq!(told("true"), "");
        assert_eq!(
            told(r#"{"type":"string","description":"A name.\nMore."}"#),
            "a string: A name."
        );
        assert_eq!(told(r#"{"type":"boolean"}"#), "true or false");
        assert_eq!(
            told(r#"{"type":"array","items":{"type":"number"}}"#),
            "a list, each element a number"
        );
        assert_eq!(told(r#"{"enum":["a","b"]}"#), r#"one of ["a","b"]"#);
        assert_eq!(told(r#"{"type":"object"}"#), "an object");
        assert_eq!(
            told(r#"{"type":"object","additionalProperties":false}"#),
            "an object without properties"
        );
        assert_eq!(
            told(
                r#"{"oneOf":[{"type":"string"},{"type":"object","properties":{"a":true}},{"type":"string"}]}"#
            ),
            "a string, or an object with `a` (optional)"
        );
        assert_eq!(told(r#"{"anyOf":[{"type":"string"},true]}"#), "");
    }

    #[test]
    fn long_and_deep_schemas_are_cut() {
        let names: Vec<String> = (0..20).map(|n| format!(r#""p{n:02}":true"#)).collect();
        let text = told(&format!(r#"{{"type":"object","properties":{{{}}}}}"#, names.join(",")));
        assert!(text.ends_with("`p11`, and 8 more (optional)"), "{text}");
        let mut deep = r#"{"type":"string"}"#.to_owned();
        for _ in 0..50 {
            deep = format!(r#"{{"type":"array","items":{deep}}}"#);
        }
        assert!(told(&deep).len() < 100);
    }
}
