//! Deep values, and what `Debug` shows.

use super::*;

const DEPTH: usize = 1_000;

/// Runs on a thread with the smallest stack that callers commonly have.
fn on_small_stack(test: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(2 << 20).spawn(test).expect("spawns");
    thread.join().expect("does not overflow");
}

fn deep(leaf: Value, wrap: impl Fn(Value) -> Value) -> Value {
    (1..DEPTH).fold(leaf, |value, _| wrap(value))
}

fn in_list(value: Value) -> Value {
    Value::new(ValueKind::List(vec![value]))
}

fn in_object(value: Value) -> Value {
    Value::object([("k", value)])
}

#[test]
fn deep_values_are_dropped() {
    on_small_stack(|| {
        for wrap in [in_list, in_object] {
            drop(deep(Value::string("x"), wrap));
        }
    });
}

#[test]
fn deep_values_are_cloned() {
    on_small_stack(|| {
        for wrap in [in_list, in_object] {
            drop(deep(Value::string("x"), wrap).clone());
        }
    });
}

#[test]
fn deep_values_are_compared() {
    on_small_stack(|| {
        for wrap in [in_list, in_object] {
            assert!(deep(Value::string("x"), wrap) == deep(Value::string("x"), wrap));
        }
    });
}

#[test]
fn deep_values_are_made_secret() {
    on_small_stack(|| {
        for wrap in [in_list, in_object] {
            drop(deep(Value::string("x"), wrap).into_secret());
        }
    });
}

#[test]
fn deep_values_are_projected() {
    on_small_stack(|| {
        for wrap in [in_list, in_object] {
            let value = deep(Value::default(), wrap);
            assert!(value.to_json(Reveal::Redacted).contains("null"));
            assert!(value.to_json_pretty(Reveal::Redacted).contains("null"));
            assert!(value.string_form(Reveal::Redacted, 1 << 16).is_err());
            assert!(format!("{value:?}").contains("Null"));
            assert!(serde_json::to_string(&value.redacted()).is_ok());
        }
    });
}

#[test]
fn a_value_that_holds_secret_text_is_secret_even_without_the_flag() {
    let value = Value::string(Text::secret(String::from("hunter2")));
    assert_eq!(value.to_json(Reveal::Redacted), "\"[secret]\"");
    assert_eq!(format!("{value:?}"), "[secret]");
}

#[test]
fn debug_shows_neither_secrets_nor_what_lies_in_secret_containers() {
    let inner = Value::object([("pin", Value::new(ValueKind::Number(4711.into())))]);
    let value = Value::new(ValueKind::List(vec![inner.into_secret(), Value::string("seen")]));
    let shown = format!("{value:?} {value:#?}");
    assert!(!shown.contains("4711"), "{shown}");
    assert!(shown.contains("seen"), "{shown}");
}
