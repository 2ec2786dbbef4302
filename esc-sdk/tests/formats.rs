//! What is written reads back as it was: by a real shell, by readers of `.env` files, by readers of YAML.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests may panic")]

use std::io::Write;
use std::process::{Command, Stdio};

use esc_core::json::Json;
use esc_core::syntax::{Limits, NodeId, NodeKind, SyntaxTree};
use esc_core::value::{Reveal, Value, ValueKind};
use esc_sdk::output::format::{dotenv, shell, yaml};
use proptest::prelude::*;

/// Texts with much in them that means something to somebody.
fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        "([ \t\r\n\"'`$\\\\!#={}()%&|;<>*?~^:,\\[\\]-]|[a-z0-9_]|\\$\\(id\\)|\\$HOME|\\$\\{HOME\\}|\\\\n|é|世){0,30}",
        "[^\0]{0,60}",
    ]
}

/// What `sh` finds in the variables after it read the script.
fn read_by_sh(script: &str, names: &[String]) -> Vec<Vec<u8>> {
    let prints: String = names.iter().map(|n| format!("printf '%s\\0' \"${n}\"\n")).collect();
    let mut child = Command::new("sh")
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let script = format!("{script}{prints}");
    let writer = std::thread::spawn(move || stdin.write_all(script.as_bytes()));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    assert!(output.status.success());
    let mut found: Vec<Vec<u8>> = output.stdout.split(|b| *b == 0).map(<[u8]>::to_vec).collect();
    found.pop();
    found
}

fn named(values: &[String]) -> (Vec<String>, Vec<(String, String)>) {
    let names: Vec<String> = (0..values.len()).map(|i| format!("V{i}")).collect();
    (names.clone(), names.into_iter().zip(values.iter().cloned()).collect())
}

fn pairs(variables: &[(String, String)]) -> impl Iterator<Item = (&str, &str)> {
    variables.iter().map(|(n, v)| (n.as_str(), v.as_str()))
}

#[test]
fn every_single_character_reaches_the_shell() {
    let values: Vec<String> =
        (1..=0x2ff_u32).filter_map(char::from_u32).map(|c| format!("a{c}b{c}")).collect();
    let (names, variables) = named(&values);
    for script in [shell(pairs(&variables)).unwrap(), dotenv(pairs(&variables)).unwrap()] {
        let found = read_by_sh(&script, &names);
        assert_eq!(found.len(), values.len());
        for (found, value) in found.iter().zip(&values) {
            assert_eq!(found, value.as_bytes());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

    #[test]
    fn values_reach_the_shell(values in proptest::collection::vec(texts(), 1..40)) {
        let (names, variables) = named(&values);
        for script in [shell(pairs(&variables)).unwrap(), dotenv(pairs(&variables)).unwrap()] {
            let found = read_by_sh(&script, &names);
            prop_assert_eq!(found.len(), values.len());
            for (found, value) in found.iter().zip(&values) {
                prop_assert_eq!(found, value.as_bytes());
            }
        }
    }

    #[test]
    fn values_reach_readers_of_dotenv_files(values in proptest::collection::vec(texts(), 1..40)) {
        let (_, variables) = named(&values);
        let text = dotenv(pairs(&variables)).unwrap();
        let found: Vec<(String, String)> = dotenvy::from_read_iter(text.as_bytes())
            .collect::<Result<_, _>>()
            .map_err(|e| TestCaseError::fail(format!("{e}: {text}")))?;
        prop_assert_eq!(found, variables);
    }

    #[test]
    fn yaml_reads_back(value in values()) {
        // A document that is nothing but null is no document for us.
        let value = Value::new(ValueKind::List(vec![value]));
        let text = yaml(&value, Reveal::Revealed);
        let ours = SyntaxTree::decode("", text.as_str(), &Limits::default());
        prop_assert!(ours.diagnostics.is_empty(), "{:?}\n{}", ours.diagnostics, text);
        let tree = ours.tree.unwrap();
        let read = read_by_us(&tree, tree.root().unwrap());
        prop_assert_eq!(&read, &value, "{}", text);
        let theirs: serde_json::Value = serde_yaml::from_str(&text).unwrap();
        let expected: serde_json::Value = serde_json::from_str(&value.to_json(Reveal::Revealed)).unwrap();
        prop_assert_eq!(theirs, expected, "{}", text);
    }
}

fn values() -> impl Strategy<Value = Value> {
    let tricky = proptest::sample::select(vec![
        "yes",
        "No",
        "null",
        "~",
        "true",
        "012",
        "1_000",
        "1:20",
        ".inf",
        "NaN",
        "0x1f",
        "2020-01-01",
        "<<",
        "=",
        "- a",
        "a: b",
        "a #b",
        "? x",
        "---",
        "...",
        "&a",
        "*a",
        "!t",
        "|",
        ">",
        "%",
        "@",
        "`",
        "'",
        "\"",
        "a\nb\n",
        "a\n\nb",
        " a\nb",
        "a \nb",
        "---\nb",
        "a\n---",
        "\n",
        "\na",
        "a\n\n",
        "e3",
        "a\tb\nc",
        "key: v\n# c\n",
    ]);
    let key = prop_oneof![tricky.clone().prop_map(String::from), "[a-z]{1,5}", texts()];
    let leaf = prop_oneof![
        Just(Value::default()),
        any::<bool>().prop_map(|b| Value::new(ValueKind::Bool(b))),
        any::<i32>().prop_map(|n| Value::new(ValueKind::Number(n.into()))),
        tricky.prop_map(Value::string),
        texts().prop_map(|t| Value::string(t.as_str())),
    ];
    leaf.prop_recursive(4, 40, 5, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5)
                .prop_map(|v| Value::new(ValueKind::List(v))),
            proptest::collection::btree_map(key.clone(), inner, 0..5).prop_map(Value::object),
        ]
    })
}

fn read_by_us(tree: &SyntaxTree, id: NodeId) -> Value {
    match &tree.node(id).kind {
        NodeKind::Null => Value::default(),
        NodeKind::Bool(b) => Value::new(ValueKind::Bool(*b)),
        NodeKind::Number(n) => Value::new(ValueKind::Number(n.clone())),
        NodeKind::String(s) => Value::string(s.as_str()),
        NodeKind::Sequence(items) => {
            Value::new(ValueKind::List(items.iter().map(|i| read_by_us(tree, *i)).collect()))
        }
        NodeKind::Mapping(entries) => {
            Value::object(entries.iter().map(|e| (e.key.text.clone(), read_by_us(tree, e.value))))
        }
    }
}

#[test]
fn yaml_of_a_large_number_keeps_its_text() {
    let value = Value::from_json(&Json::parse("[1.50, 1e400]").unwrap());
    assert_eq!(yaml(&value, Reveal::Revealed), "- 1.50\n- 1e400\n");
}
