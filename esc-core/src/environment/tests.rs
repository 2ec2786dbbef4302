//! Environments and values from JSON.

use proptest::prelude::*;

use super::*;
use crate::json::Json;
use crate::number::Number;
use crate::position::{Pos, Range};
use crate::value::{Content, Origin, Properties, ValueKind};

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
    assert_eq!(environment.properties["a"], TracedValue::new(Content::Null, Origin::default()));
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
    assert!(inner.is_secret() && matches!(inner.content(), Content::String(t) if t.is_secret()));
    assert!(!value.base().unwrap().is_secret());
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

fn origin(environment: &str, line: u32) -> Origin {
    let begin = Pos { line, column: 1, byte: 0 };
    Origin { environment: environment.into(), range: Range { begin, end: begin } }
}

fn text(text: &str, environment: &str) -> TracedValue {
    TracedValue::new(Content::String(text.into()), origin(environment, 1))
}

fn object(properties: Vec<(&str, TracedValue)>) -> Properties {
    Properties::new(properties.into_iter().map(|(key, value)| (key.into(), value)))
}

fn plain(value: &TracedValue) -> String {
    value.to_value().to_json(Reveal::Revealed)
}

#[test]
fn objects_show_what_they_inherit_where_they_have_nothing_themselves() {
    let lower = object(vec![("a", text("a0", "x")), ("c", text("c0", "x"))]);
    let lower = TracedValue::new(Content::Object(lower), origin("x", 1));
    let middle = object(vec![("b", text("b1", "y")), ("c", text("c1", "y"))]);
    let middle = Content::Object(middle.inheriting(lower.clone()));
    let middle = TracedValue::new(middle, origin("y", 1)).over(lower);
    let upper = object(vec![("d", text("d2", "z"))]).inheriting(middle.clone());
    let value = TracedValue::new(Content::Object(upper), origin("z", 1)).over(middle);
    assert_eq!(plain(&value), r#"{"a":"a0","b":"b1","c":"c1","d":"d2"}"#);
    let path = "c".parse::<crate::path::PropertyPath>().unwrap();
    assert_eq!(value.at(path.elements()).and_then(TracedValue::as_str), Some("c1"));
    assert!(value.get("e").is_none() && value.get("a").unwrap().index(0).is_none());
    let environments: Vec<_> = value.layers().map(|v| v.origin().environment.as_str()).collect();
    assert_eq!(environments, ["z", "y", "x"]);
    let read = read_value(Json::parse(&value.to_json(Reveal::Revealed)).unwrap()).unwrap();
    assert_eq!(read, value, "what was inherited is there all the same");
}

#[test]
fn of_equal_keys_the_last_counts() {
    let value = object(vec![("b", text("1", "x")), ("a", text("2", "x")), ("b", text("3", "x"))]);
    let value = TracedValue::new(Content::Object(value), Origin::default());
    assert_eq!(plain(&value), r#"{"a":"2","b":"3"}"#);
}

#[test]
fn an_environment_is_renamed_in_all_layers() {
    let value = TracedValue::new(Content::List([text("a", "<yaml>")].into()), origin("x", 2));
    let value = value.over(text("b", "<yaml>").over(text("c", "y")));
    let renamed = value.rename_environment("<yaml>", &"shop/dev".into());
    let environments: Vec<_> = renamed.layers().map(|v| v.origin().environment.as_str()).collect();
    assert_eq!(environments, ["x", "shop/dev", "y"]);
    assert_eq!(renamed.index(0).unwrap().origin().environment, "shop/dev");
    assert_eq!(value.rename_environment("z", &"z".into()), value);
}

/// Runs on a thread with the smallest stack that callers commonly have.
fn on_small_stack(test: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(2 << 20).spawn(test).unwrap();
    thread.join().unwrap();
}

#[test]
fn many_layers_and_deep_values_need_little_stack() {
    on_small_stack(|| {
        let mut layered = text("0", "x");
        let mut shared = layered.clone();
        for _ in 0..100_000 {
            layered = text("1", "x").over(layered);
            let properties = object(vec![("a", layered.clone())]).inheriting(shared.clone());
            shared = TracedValue::new(Content::Object(properties), origin("x", 1)).over(shared);
        }
        assert_eq!((layered.levels(), shared.levels()), (1, 2));
        assert!(layered.to_json(Reveal::Redacted).len() > 100_000 * 50);
        assert_eq!(plain(&shared), r#"{"a":"1"}"#);
        let renamed = shared.rename_environment("x", &"y".into());
        assert_eq!(renamed.origin().environment, "y");
        let mut deep = text("0", "x");
        for _ in 0..1_000 {
            deep = TracedValue::new(Content::List([deep].into()), origin("x", 1));
        }
        assert_eq!(deep.levels(), 1_001);
        assert!(deep.to_json(Reveal::Redacted).len() > 1_000);
        assert!(deep == deep.rename_environment("y", &"z".into()));
        assert!(format!("{deep:?}").contains('0'));
    });
}

#[test]
fn expressions_of_many_layers_need_little_stack() {
    on_small_stack(|| {
        let mut base = None;
        for _ in 0..100_000 {
            let range = origin("x", 1);
            let (key_ranges, kind) = (BTreeMap::new(), ExprInfoKind::Null);
            base = Some(Arc::new(ExprInfo { range, schema: None, base, key_ranges, kind }));
        }
        let mut w = Writer::compact();
        base.unwrap().write_json(&mut w);
        assert!(w.finish().ends_with(&"}".repeat(100_000)));
    });
}

#[test]
fn what_is_written_piece_by_piece_is_the_same() {
    let environment = read(&EVERYTHING.replace(":R", ":{}")).unwrap();
    let mut pieces = Vec::new();
    environment.write_to(&mut pieces, Reveal::Revealed).unwrap();
    assert_eq!(String::from_utf8(pieces).unwrap(), environment.to_json(Reveal::Revealed));
}

#[test]
fn debug_shows_neither_secrets_nor_what_lies_in_secret_containers() {
    let inner = TracedValue::new(Content::Number(4711.into()), Origin::default());
    let secret = TracedValue::new(Content::List([inner].into()), Origin::default());
    let value = object(vec![("s", secret.marked(true, false)), ("t", text("seen", "x"))]);
    let shown = format!("{value:?} {value:#?}");
    assert!(!shown.contains("4711"), "{shown}");
    assert!(shown.contains("seen"), "{shown}");
}

/// Any value, with marks and traces where the wire can carry them.
fn values() -> impl Strategy<Value = TracedValue> {
    let scalar = prop_oneof![
        Just(Content::Null),
        any::<bool>().prop_map(Content::Bool),
        any::<i64>().prop_map(|n| Content::Number(Number::from(n))),
        "[a-z<\"\\\\é\n]{0,8}".prop_map(|text| Content::String(text.as_str().into())),
    ];
    let marked = |content: Content, secret: bool, unknown: bool, line: u32| {
        TracedValue::new(content, origin("p/e", line)).marked(secret, unknown)
    };
    let marks = (any::<bool>(), any::<bool>(), 0..9u32);
    let leaf = (scalar, marks.clone()).prop_map(move |(kind, (s, u, l))| marked(kind, s, u, l));
    leaf.prop_recursive(4, 24, 4, move |inner| {
        let list = prop::collection::vec(inner.clone(), 0..4);
        let list = list.prop_map(|items| Content::List(items.into()));
        let object = prop::collection::btree_map("[a-c.]{0,2}", inner.clone(), 0..4);
        let object = (object, prop::option::of(inner.clone())).prop_map(|(own, inherits)| {
            let own = Properties::new(own.into_iter().map(|(k, v)| (k.into(), v)));
            Content::Object(match inherits {
                Some(value) => own.inheriting(value),
                None => own,
            })
        });
        let base = prop::option::of(inner);
        (prop_oneof![list, object], marks.clone(), base).prop_map(move |(kind, (s, u, l), base)| {
            let value = marked(kind, s, u, l);
            match base {
                Some(base) => value.over(base),
                None => value,
            }
        })
    })
}

/// What is within a secret is secret.
fn spread(value: &TracedValue, within: bool) -> TracedValue {
    let secret = within || value.is_secret();
    let content = match value.content() {
        Content::String(text) if secret => Content::String(text.clone().into_secret()),
        Content::List(items) => Content::List(items.iter().map(|v| spread(v, secret)).collect()),
        Content::Object(own) => {
            let own = own.iter().map(|(k, v)| (k.clone(), spread(v, secret)));
            Content::Object(Properties::new(own))
        }
        scalar => scalar.clone(),
    };
    let spread_value =
        TracedValue::new(content, value.origin().clone()).marked(secret, value.is_unknown());
    match value.base() {
        Some(base) => spread_value.over(spread(base, false)),
        None => spread_value,
    }
}

/// What the JSON is to be, made from a tree in which nothing is shared.
fn naive(value: &TracedValue) -> Json {
    let number = |n: u32| Json::Number(n.into());
    let pos = |pos: Pos| {
        let parts = [("line", pos.line), ("column", pos.column), ("byte", pos.byte)];
        Json::Object(parts.map(|(name, n)| (name.into(), number(n))).into())
    };
    let Origin { environment, range } = value.origin();
    let def = vec![
        ("environment".into(), Json::String(environment.to_string())),
        ("begin".into(), pos(range.begin)),
        ("end".into(), pos(range.end)),
    ];
    let mut members = Vec::new();
    match value.content() {
        Content::Null => {}
        Content::Bool(b) => members.push(("value".into(), Json::Bool(*b))),
        Content::Number(n) => members.push(("value".into(), Json::Number(n.clone()))),
        Content::String(s) => members.push(("value".into(), Json::String(s.as_str().into()))),
        Content::List(items) => {
            members.push(("value".into(), Json::Array(items.iter().map(naive).collect())));
        }
        Content::Object(_) => {
            let Value { kind: ValueKind::Object(plain), .. } = value.to_value() else { panic!() };
            let own = plain.keys().map(|k| (k.to_string(), naive(value.get(k).unwrap()))).collect();
            members.push(("value".into(), Json::Object(own)));
        }
    }
    for (name, flag) in [("secret", value.secret_flag()), ("unknown", value.is_unknown())] {
        if flag {
            members.push((name.into(), Json::Bool(true)));
        }
    }
    let base = value.base().map(|base| ("base".to_owned(), naive(base)));
    let trace = [("def".to_owned(), Json::Object(def))].into_iter().chain(base).collect();
    members.push(("trace".into(), Json::Object(trace)));
    Json::Object(members)
}

proptest! {
    #[test]
    fn any_value_goes_over_the_wire_and_back(value in values()) {
        let json = value.to_json(Reveal::Revealed);
        prop_assert_eq!(&json, &naive(&value).to_text());
        let read = read_value(Json::parse(&json).unwrap()).unwrap();
        prop_assert_eq!(read, spread(&value, false));
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
