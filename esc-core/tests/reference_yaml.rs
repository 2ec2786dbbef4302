//! Compares decoded documents with what the reference decodes.
//!
//! The data lies outside the project; where it is absent the test says so and does nothing.

#![allow(clippy::indexing_slicing, clippy::unwrap_used)]

use std::path::{Path, PathBuf};

use esc_core::diagnostic::{Diagnostic, Severity};
use esc_core::position::{Pos, Range};
use esc_core::syntax::{Limits, NodeId, NodeKind, SyntaxTree};
use serde_json::{Map, Value, json};

#[test]
fn decoded_documents() {
    let root = data().join("reference/yaml-encoding/yaml");
    let Ok(cases) = std::fs::read_dir(&root) else {
        println!("skipped: no reference data");
        return;
    };
    let mut seen = 0;
    for case in cases {
        let case = case.unwrap().path();
        let name = case.file_name().unwrap().to_str().unwrap().to_owned();
        let text = std::fs::read_to_string(case.join("doc.yaml")).unwrap();
        let expected = std::fs::read_to_string(case.join("decoded.json")).unwrap();
        let expected: Value = serde_json::from_str(&expected).unwrap();

        let decoded = SyntaxTree::decode(&name, text, &Limits::default());
        let tree = decoded.tree.unwrap();
        let mut actual = Map::new();
        let syntax = render(&name, &tree, tree.root().unwrap(), &expected["syntax"]);
        actual.insert("syntax".into(), syntax);
        if !decoded.diagnostics.is_empty() {
            let diagnostics =
                decoded.diagnostics.iter().map(|d| render_diagnostic(&name, d)).collect();
            actual.insert("diags".into(), diagnostics);
        }
        let mut expected = expected;
        expected.as_object_mut().unwrap().remove("encodeDiags");
        assert_eq!(Value::Object(actual), expected, "{name}");
        seen += 1;
    }
    assert_eq!(seen, 7);
}

/// Documents that the reference cannot read, among the evaluator's cases.
#[test]
fn syntax_errors() {
    let mut seen = 0;
    for folder in ["reference/eval", "generated"] {
        let Ok(cases) = std::fs::read_dir(data().join(folder)) else {
            println!("skipped: no reference data");
            return;
        };
        for case in cases {
            let case = case.unwrap().path();
            let Ok(expected) = std::fs::read_to_string(case.join("expected.json")) else {
                continue;
            };
            let expected: Value = serde_json::from_str(&expected).unwrap();
            let summary = expected["loadDiags"][0]["Summary"].as_str().unwrap_or_default();
            let text = std::fs::read_to_string(case.join("env.yaml")).unwrap();
            let decoded = SyntaxTree::decode("env", text, &Limits::default());
            let actual = decoded.diagnostics.first().map_or("", |d| d.reference_summary());
            if summary.starts_with("yaml: ") || !actual.is_empty() {
                assert_eq!(actual, summary, "{}", case.display());
                seen += 1;
            }
        }
    }
    println!("{seen} documents with errors");
}

fn data() -> PathBuf {
    match std::env::var_os("ESC_CONFORMANCE_DIR") {
        Some(dir) => dir.into(),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/conformance"),
    }
}

/// A node as the reference shows it. `expected` only tells where the reference has no node at all: for an alias.
fn render(name: &str, tree: &SyntaxTree, id: NodeId, expected: &Value) -> Value {
    let node = tree.node(id);
    let mut out = Map::new();
    match &node.kind {
        NodeKind::Null if expected == &json!({}) => return json!({}),
        NodeKind::Null => {}
        NodeKind::Bool(b) => {
            out.insert("literal".into(), json!(b));
        }
        NodeKind::Number(n) => {
            out.insert("literal".into(), serde_json::from_str(n.as_str()).unwrap());
        }
        NodeKind::String(s) => {
            out.insert("literal".into(), json!(s.as_str()));
        }
        NodeKind::Sequence(items) => {
            let items = items
                .iter()
                .enumerate()
                .map(|(i, item)| render(name, tree, *item, &expected["array"][i]));
            out.insert("array".into(), items.collect());
        }
        NodeKind::Mapping(entries) => {
            let entries = entries.iter().enumerate().map(|(i, entry)| {
                let key = json!({"literal": entry.key.text.as_str(), "range": render_range(name, entry.key.range)});
                json!({"key": key, "value": render(name, tree, entry.value, &expected["object"][i]["value"])})
            });
            out.insert("object".into(), entries.collect());
        }
    }
    out.insert("range".into(), render_range(name, node.range));
    Value::Object(out)
}

fn render_diagnostic(name: &str, diagnostic: &Diagnostic) -> Value {
    json!({
        "Severity": if diagnostic.severity == Severity::Error { 1 } else { 2 },
        "Summary": diagnostic.reference_summary(),
        "Detail": "",
        "Subject": diagnostic.reference_subject().map(|s| render_range(name, s.range)),
        "Context": null,
        "Expression": null,
        "EvalContext": null,
        "Extra": null,
        "Path": diagnostic.path,
    })
}

fn render_range(name: &str, range: Range) -> Value {
    let pos = |p: Pos| json!({"Line": p.line, "Column": p.column, "Byte": p.byte});
    json!({"Filename": name, "Start": pos(range.begin), "End": pos(range.end)})
}
