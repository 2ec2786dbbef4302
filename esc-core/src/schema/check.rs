//! Checks of scalars and sizes, with the messages they give.

use super::Schema;
use super::encode::write_value;
use super::float::Float;
use super::limits::parse_count;
use crate::json::Writer;
use crate::number::Number;
use crate::text::quote;
use crate::value::Value;

/// Checks a number: what is wrong with it, in the conventional order.
pub fn check_number(schema: &Schema, number: &Number) -> Vec<String> {
    let rest = schema.rest();
    let bounds = [
        (&rest.multiple_of, "a multiple of ", Float::is_multiple_of as fn(&Float, &Float) -> bool),
        (&rest.minimum, "a number greater than or equal to ", |n, bound| n >= bound),
        (&rest.exclusive_minimum, "a number greater than ", |n, bound| n > bound),
        // The missing space is what users know and tests pin.
        (&rest.maximum, "a number less than or equal to", |n, bound| n <= bound),
        (&rest.exclusive_maximum, "a number less than ", |n, bound| n < bound),
    ];
    let mut messages = Vec::new();
    let mut parsed = None;
    for (bound, text, holds) in bounds {
        let Some(bound) = bound else { continue };
        let n = match parsed.get_or_insert_with(|| Float::parse(number.as_str())) {
            Some(n) => n,
            None => {
                messages.push(invalid_number(number));
                break;
            }
        };
        match Float::parse(bound.as_str()) {
            Some(limit) if holds(n, &limit) => {}
            Some(_) => messages.push(format!("expected {text}{bound}")),
            None => messages.push(invalid_number(bound)),
        }
    }
    messages
}

fn invalid_number(number: &Number) -> String {
    format!("internal error: invalid number {} (number has no digits)", quote(number.as_str()))
}

/// Checks a string. Lengths are counted in bytes.
pub fn check_string(schema: &Schema, text: &str) -> Vec<String> {
    let rest = schema.rest();
    let mut messages = Vec::new();
    let length = text.len() as u64;
    if let Some(n) = below(length, &rest.min_length) {
        messages.push(format!("expected a string of at least length {n}"));
    }
    if let Some(n) = above(length, &rest.max_length) {
        messages.push(format!("expected a string of at most length {n}"));
    }
    if let Some(pattern) = &rest.pattern
        && !pattern.matches(text)
    {
        messages.push(format!("string must match the pattern {}", quote(pattern.source())));
    }
    messages
}

/// Checks the length of an array.
pub fn check_item_count(schema: &Schema, count: usize) -> Vec<String> {
    let rest = schema.rest();
    let at_least = below(count as u64, &rest.min_items)
        .map(|n| format!("expected an array with at least {n} items"));
    let at_most = above(count as u64, &rest.max_items)
        .map(|n| format!("expected an array with at most {n} items"));
    at_least.into_iter().chain(at_most).collect()
}

/// Checks the size of an object.
pub fn check_property_count(schema: &Schema, count: usize) -> Vec<String> {
    let rest = schema.rest();
    let at_least = below(count as u64, &rest.min_properties)
        .map(|n| format!("expected an object with at least {n} properties"));
    let at_most = above(count as u64, &rest.max_properties)
        .map(|n| format!("expected an object with at most {n} properties"));
    at_least.into_iter().chain(at_most).collect()
}

/// Checks that an object has what is required, given which properties it has: first what always is, in the schema's
/// order, then what other properties require.
pub fn missing_properties(schema: &Schema, has: impl Fn(&str) -> bool) -> Option<String> {
    let missing = missing_names(schema, has);
    (!missing.is_empty()).then(|| format!("missing required properties: {}", missing.join(", ")))
}

/// The names that are required and missing, in the order in which [`missing_properties`] tells them.
pub fn missing_names(schema: &Schema, has: impl Fn(&str) -> bool) -> Vec<&str> {
    let mut missing: Vec<&str> = Vec::new();
    let dependents = schema.dependent_required().iter().filter(|(name, _)| has(name));
    for name in schema.required().iter().chain(dependents.flat_map(|(_, others)| others)) {
        if !has(name) {
            missing.push(name);
        }
    }
    missing
}

/// What to say of a value that is not the constant it should be.
pub fn expected_const(value: &Value) -> String {
    let mut writer = Writer::compact();
    write_value(&mut writer, value);
    format!("expected {}", writer.finish())
}

/// What to say of a value that is not one of those it should be.
pub fn expected_one_of(values: &[Value]) -> String {
    if let [only] = values {
        return expected_const(only);
    }
    let mut writer = Writer::compact();
    writer.begin_array();
    values.iter().for_each(|value| write_value(&mut writer, value));
    writer.end_array();
    format!("expected one of {}", writer.finish())
}

fn below(count: u64, limit: &Option<Number>) -> Option<&Number> {
    // A limit that is no number was reported when the schema was compiled.
    limit.as_ref().filter(|n| parse_count(n).is_ok_and(|n| count < n))
}

fn above(count: u64, limit: &Option<Number>) -> Option<&Number> {
    limit.as_ref().filter(|n| parse_count(n).is_ok_and(|n| count > n))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::Json;

    fn number(schema: &str, text: &str) -> Vec<String> {
        check_number(&Schema::parse(schema).unwrap(), &Number::from_text(text))
    }

    #[test]
    fn numbers() {
        let all = r#"{"multipleOf":2,"minimum":10,"exclusiveMinimum":9,"maximum":2,"exclusiveMaximum":1.0}"#;
        assert_eq!(
            number(all, "5"),
            [
                "expected a multiple of 2",
                "expected a number greater than or equal to 10",
                "expected a number greater than 9",
                "expected a number less than or equal to2",
                "expected a number less than 1.0",
            ]
        );
        assert!(number(r#"{"multipleOf":0.1}"#, "0.3").is_empty());
        assert!(number(r#"{"minimum":1,"maximum":1.0}"#, "1e0").is_empty());
        assert_eq!(number(r#"{"exclusiveMinimum":1}"#, "1").len(), 1);
        assert!(number("{}", "NaN").is_empty());
        assert_eq!(
            number(r#"{"minimum":1}"#, "NaN"),
            [r#"internal error: invalid number "NaN" (number has no digits)"#]
        );
    }

    #[test]
    fn strings() {
        let check = |schema: &str, text: &str| check_string(&Schema::parse(schema).unwrap(), text);
        assert_eq!(check(r#"{"minLength":3}"#, "é"), ["expected a string of at least length 3"]);
        assert!(check(r#"{"minLength":2}"#, "é").is_empty());
        assert_eq!(check(r#"{"maxLength":1}"#, "é"), ["expected a string of at most length 1"]);
        assert_eq!(
            check(r#"{"pattern":"^\"[0-9]+$"}"#, "foo"),
            [r#"string must match the pattern "^\"[0-9]+$""#]
        );
        assert!(check(r#"{"pattern":"[0-9]"}"#, "foo1bar").is_empty());
    }

    #[test]
    fn sizes() {
        let schema = Schema::parse(
            r#"{"minItems":2,"maxItems":2,"minProperties":1,"maxProperties":1,
                "required":["b","a"],"dependentRequired":{"x":["z","a"],"q":["r"]}}"#,
        )
        .unwrap();
        assert_eq!(check_item_count(&schema, 1), ["expected an array with at least 2 items"]);
        assert_eq!(check_item_count(&schema, 3), ["expected an array with at most 2 items"]);
        assert_eq!(
            check_property_count(&schema, 0),
            ["expected an object with at least 1 properties"]
        );
        assert_eq!(
            check_property_count(&schema, 2),
            ["expected an object with at most 1 properties"]
        );
        assert_eq!(
            missing_properties(&schema, |k| k == "x").unwrap(),
            "missing required properties: b, a, z, a"
        );
        assert_eq!(missing_properties(&schema, |k| k < "c"), None);
    }

    #[test]
    fn constants() {
        let value = |text: &str| Value::from_json(&Json::parse(text).unwrap());
        assert_eq!(expected_const(&value("\"<x>\"")), r#"expected "\u003cx\u003e""#);
        assert_eq!(expected_one_of(&[value("1.0")]), "expected 1.0");
        assert_eq!(
            expected_one_of(&[value("null"), value("{\"b\":1,\"a\":[]}")]),
            r#"expected one of [null,{"a":[],"b":1}]"#
        );
    }
}
