//! Environments and values from JSON.

use proptest::prelude::*;

use super::*;
use crate::json::Json;
use crate::number::Number;
use crate::value::Trace;

fn read(text: &str) -> Result<Environment, WireError> {
    Environment::from_json(Json::parse(text).unwrap())
}

const EVERYTHING: &str = concat!(
    r#"{"exprs":{"a":{"range":{"environment":"p/e","begin":{"line":1,"column":2,"byte":3},"#,
    r#""end":{"line":4,"column":5,"byte":6}},"schema":{"type":"string"},"base":{"range":R,"literal":1.50},"#,
    r#""keyRanges":{"k":R},"interpolate":[{"text":"x","value":[{"key":"k","range":R,"value":R}]},{"text":"y"}]},"#,
    r#""b":{"range":R,"symbol":[{"index":-1,"range":R}]},"#,
    r#""c":{"range":R,"access":{"receiver":R,"accessors":[{"key":"k","range":R}]}},"#,
    r#""d":{"range":R,"list":[{"range":R}]},"e":{"range":R,"object":{"x":{"range":R,"literal":"t"}}},"#,
    r#""f":{"range":R,"builtin":{"name":"fn::secret","nameRange":R,"argSchema":true,"arg":{"range":R,"literal":true}}}},"#,
    r#""properties":{"a":{"value":"s","secret":true,"trace":{"def":R,"base":{"value":[{"value":1,"trace":{"def":R}}],"trace":{"def":R}}}},"#,
    r#""b":{"unknown":true,"trace":{"def":R}},"c":{"value":{"d":{"value":false,"trace":{"def":R}}},"trace":{"def":R}}},"#,
    r#""schema":{"properties":{"a":{"type":"string"}},"type":"object"},"#,
    r#""executionContext":{"properties":{"u":{"value":"me","trace":{"def":R}}},"schema":true}}"#,
);

#[test]
fn what_is_written_can_be_read() {
    let origin = r#"{"environment":"p/e","begin":{"line":1,"column":1,"byte":0},"end":{"line":1,"column":2,"byte":1}}"#;
    let text = EVERYTHING.replace(":R", &format!(":{origin}"));
    let environment = read(&text).unwrap();
    assert_eq!(environment.to_json(Reveal::Revealed), text);
    assert!(!format!("{environment:?}").contains("\"s\""));
}

#[test]
fn members_that_are_missing_are_empty_and_others_are_passed_over() {
    let environment = read(r#"{"properties":{"a":{}},"schema":{"type":"new"},"more":1}"#).unwrap();
    assert_eq!(environment.properties["a"], Value::default());
    assert_eq!(environment.schema.to_json_text(), "true");
    assert!(environment.exprs.is_empty() && environment.context.is_empty());
    assert!(read("{}").unwrap().properties.is_empty());
}

#[test]
fn what_is_within_a_secret_is_secret() {
    let json = r#"{"value":{"a":{"value":["#.to_owned()
        + r#"{"value":"hunter2"}]}},"secret":true,"trace":{"base":{"value":"plain"}}}"#;
    let value = read_value(Json::parse(&json).unwrap()).unwrap();
    let inner = value.get("a").unwrap().index(0).unwrap();
    assert!(inner.is_secret() && matches!(&inner.kind, ValueKind::String(t) if t.is_secret()));
    assert!(!value.trace.unwrap().base.unwrap().is_secret());
}

#[test]
fn secrets_that_servers_repeat_are_left_out() {
    let text = concat!(
        r#"{"exprs":{"s":{"schema":{"type":"string","const":"hunter2"},"builtin":{"name":"fn::secret","#,
        r#""argSchema":{"const":"hunter3"},"arg":{"literal":"hunter3","schema":{"const":"hunter3"}}}}},"#,
        r#""properties":{"s":{"value":"hunter2","secret":true},"pin":{"value":7,"secret":true},"#,
        r#""x":{"value":[{"value":"hunter4"}],"secret":true}},"schema":{"properties":{"s":{"type":"string","#,
        r#""const":"hunter2"},"pin":{"type":"number","const":7},"x":{"prefixItems":[{"const":"hunter4"}]},"#,
        r#""url":{"enum":["see hunter2@host"],"examples":[1]},"const":{"const":"plain"}},"type":"object"}}"#,
    );
    let environment = read(text).unwrap();
    assert_eq!(
        environment.schema.to_json_text(),
        concat!(
            r#"{"properties":{"const":{"type":"","const":"plain"},"pin":{"type":"number"},"#,
            r#""s":{"type":"string"},"url":{"type":"","examples":[1]},"#,
            r#""x":{"prefixItems":[{"type":""}],"type":""}},"type":"object"}"#
        )
    );
    assert!(!format!("{environment:?}").contains("hunter"), "{environment:?}");
    let ExprInfoKind::Builtin { arg, .. } = &environment.exprs["s"].kind else { panic!() };
    let ExprInfoKind::Literal(literal) = &arg.kind else { panic!() };
    assert_eq!((literal.as_str(), literal.is_secret()), (Some("hunter3"), true));
}

#[test]
fn errors_say_where_and_quote_nothing() {
    let error = |text: &str| read(text).unwrap_err().to_string();
    assert_eq!(error("[]"), "expected an object, got array");
    assert_eq!(
        error(r#"{"properties":{"a":{"value":["hunter2"]}}}"#),
        "properties.a.value.0: expected an object, got string"
    );
    assert_eq!(
        error(r#"{"properties":{"a":{"secret":"hunter2"}}}"#),
        "properties.a.secret: expected a boolean, got string"
    );
    assert_eq!(
        error(r#"{"exprs":{"a":{"range":{"begin":{"line":-1}}}}}"#),
        "exprs.a.range.begin.line: expected a small whole number, got number"
    );
    assert_eq!(
        error(r#"{"executionContext":{"properties":1}}"#),
        "executionContext.properties: expected an object, got number"
    );
}

/// Any value, with marks and traces where the wire can carry them.
fn values() -> impl Strategy<Value = Value> {
    let scalar = prop_oneof![
        Just(ValueKind::Null),
        any::<bool>().prop_map(ValueKind::Bool),
        any::<i64>().prop_map(|n| ValueKind::Number(Number::from(n))),
        "[a-z<\"\\\\é\n]{0,8}".prop_map(|text| ValueKind::String(text.as_str().into())),
    ];
    let marked = |kind: ValueKind, secret: bool, unknown: bool, line: u32| {
        let begin = Pos { line, column: 1, byte: 0 };
        let def = Origin { environment: "p/e".into(), range: Range { begin, end: begin } };
        Value { kind, secret, unknown, trace: Some(Box::new(Trace { def, base: None })) }
    };
    let marks = (any::<bool>(), any::<bool>(), 0..9u32);
    let leaf = (scalar, marks.clone()).prop_map(move |(kind, (s, u, l))| marked(kind, s, u, l));
    leaf.prop_recursive(4, 24, 4, move |inner| {
        let list = prop::collection::vec(inner.clone(), 0..4).prop_map(ValueKind::List);
        let object = prop::collection::btree_map("[a-c.]{0,2}", inner.clone(), 0..4);
        let object = object
            .prop_map(|o| ValueKind::Object(o.into_iter().map(|(k, v)| (k.into(), v)).collect()));
        let base = prop::option::of(inner);
        (prop_oneof![list, object], marks.clone(), base).prop_map(move |(kind, (s, u, l), base)| {
            let mut value = marked(kind, s, u, l);
            value.trace.as_mut().unwrap().base = base;
            value
        })
    })
}

/// What is within a secret is secret.
fn spread(value: Value) -> Value {
    let mut value = if value.secret { value.into_secret() } else { value };
    value.kind = match value.kind {
        ValueKind::List(items) => ValueKind::List(items.into_iter().map(spread).collect()),
        ValueKind::Object(properties) => {
            ValueKind::Object(properties.into_iter().map(|(k, v)| (k, spread(v))).collect())
        }
        other => other,
    };
    if let Some(trace) = &mut value.trace {
        trace.base = trace.base.take().map(spread);
    }
    value
}

proptest! {
    #[test]
    fn any_value_goes_over_the_wire_and_back(value in values()) {
        let mut writer = Writer::compact();
        write_value(&mut writer, &value, Reveal::Revealed);
        let read = read_value(Json::parse(&writer.finish()).unwrap()).unwrap();
        prop_assert_eq!(read, spread(value));
    }

    #[test]
    fn no_text_makes_reading_panic(text in "[\\[\\]{}:,\"a0 ]{0,40}|.{0,40}") {
        let wrapped = format!("{{\"properties\":{{\"a\":{text}}}}}");
        for text in [text, wrapped] {
            if let Ok(json) = Json::parse(&text) {
                let _ = Environment::from_json(json.clone());
                let _ = read_value(json);
            }
        }
    }
}
