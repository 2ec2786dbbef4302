//! No projection shows a secret that it was not told to reveal.

#![allow(clippy::expect_used)]

use esc_core::diagnostic::{Code, Diagnostic, Location, Renderer};
use esc_core::position::{Range, Span};
use esc_core::secret::{Scrubber, Secret, Text};
use esc_core::value::{Reveal, Value, ValueKind, environment_variables};
use proptest::prelude::*;

/// What every secret of these tests is: nothing else contains it.
fn secret_text() -> impl Strategy<Value = String> {
    "QZ[0-9]{6,10}".prop_map(|s| s)
}

fn public_text() -> impl Strategy<Value = String> {
    "[a-zé世\"\\\\\n, ]{0,8}"
}

/// Values in which some strings, and some whole containers, are secret.
fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::default()),
        Just(Value::unknown()),
        any::<bool>().prop_map(|b| Value::new(ValueKind::Bool(b))),
        (0i64..99).prop_map(|n| Value::new(ValueKind::Number(n.into()))),
        public_text().prop_map(|s| Value::string(s.as_str())),
        secret_text().prop_map(|s| Value::string(Text::secret(s))),
        secret_text().prop_map(|s| Value::string(s.as_str()).into_secret()),
    ];
    let node = leaf.prop_recursive(4, 24, 4, |inner| {
        let list = proptest::collection::vec(inner.clone(), 0..4)
            .prop_map(|items| Value::new(ValueKind::List(items)));
        let object = proptest::collection::btree_map("[a-z]{1,3}", inner, 0..4)
            .prop_map(Value::object::<String>);
        prop_oneof![list, object]
    });
    (node, any::<bool>()).prop_map(|(v, secret)| if secret { v.into_secret() } else { v })
}

proptest! {
    #[test]
    fn redacted_projections_show_no_secret(value in value()) {
        let shown = [
            value.to_json(Reveal::Redacted),
            value.to_json_pretty(Reveal::Redacted),
            value.to_string_form(Reveal::Redacted).expect("small"),
            serde_json::to_string(&value.redacted()).expect("serialises"),
            serde_yaml::to_string(&value.redacted()).expect("serialises"),
            format!("{value:?} {value:#?} {:?} {:?}", value.kind, value.revealed()),
            format!("{:?}", environment_variables(&Value::object([("environmentVariables", value)]))),
        ];
        for text in shown {
            prop_assert!(!text.contains("QZ"), "{}", text);
        }
    }

    #[test]
    fn json_means_the_same_through_either_way(value in value()) {
        let parse = |text: &str| serde_json::from_str::<serde_json::Value>(text).expect("is JSON");
        let serialised = serde_json::to_value(value.revealed()).expect("serialises");
        prop_assert_eq!(parse(&value.to_json(Reveal::Revealed)), serialised.clone());
        prop_assert_eq!(parse(&value.to_json_pretty(Reveal::Revealed)), serialised);
    }

    #[test]
    fn the_string_form_of_a_list_can_be_read_back(items in proptest::collection::vec(public_text(), 0..5)) {
        let list = Value::new(ValueKind::List(items.iter().map(|s| Value::string(s.as_str())).collect()));
        let form = list.to_string_form(Reveal::Redacted).expect("small");
        // Of these characters Go and JSON quote all in the same way.
        let read: Vec<String> = serde_json::from_str(&format!("[{form}]")).expect("is JSON");
        prop_assert_eq!(read, items);
    }

    #[test]
    fn debug_of_secrets_shows_nothing(secret in secret_text()) {
        let text = Text::secret(secret.clone());
        let secret = Secret::new(secret);
        let shown = format!("{text:?} {secret:?} {:?}", Text::plain(secret.expose().as_str()).into_secret());
        prop_assert_eq!(shown, "[secret] [secret] [secret]");
    }

    #[test]
    fn scrubbed_texts_have_no_secret(
        secrets in proptest::collection::vec("[ab]{4,8}", 1..8),
        text in "[ab]{0,60}",
    ) {
        let scrubber = Scrubber::new(secrets.iter().map(String::as_str));
        let scrubbed = scrubber.scrub(&text);
        for secret in &secrets {
            prop_assert!(!scrubbed.contains(secret.as_str()), "{} in {}", secret, scrubbed);
        }
    }

    #[test]
    fn excerpts_show_no_secret(secret in secret_text(), at in 0u32..80, length in 0u32..40) {
        let document = format!("values:\n  a: {{fn::secret: {secret}}}\n  b:\n    fn::secret: |\n      {secret}\n");
        let location = Location {
            environment: "env".into(),
            range: Range::NONE,
            span: Some(Span { start: at, end: at + length }),
        };
        let d = Diagnostic::error(Code::CallShape, "oops").at(location, "values.a");
        let shown = Renderer::new().render(&d, &("env", document));
        prop_assert!(!shown.contains("QZ"), "{}", shown);
    }
}
