//! Parsing and load diagnostics, compared with what the reference says.
//!
//! The data is read from the directory that `ESC_CONFORMANCE_DIR` names; without it there is nothing to compare.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::path::{Path, PathBuf};
use std::{env, fs};

use esc_core::ast::{
    Access, AccessorKind, Arguments, Document, ExprId, ExprKind, Function, Open, Property, Pure,
};
use esc_core::diagnostic::{Diagnostic, Severity};
use esc_core::position::{Pos, Range};
use esc_core::syntax::Limits;
use serde_json::{Value, json};

#[test]
fn declarations() {
    let Some(cases) = cases("reference/parse") else { return };
    assert!(!cases.is_empty());
    for case in cases {
        let (document, diagnostics) = load(&case);
        let expected = read_json(&case.join("expected.json"));
        compare(&case, &diagnostics, &expected["diags"]);
        let document = document.expect("the case has a declaration");
        assert_eq!(declaration(&document), expected["decl"], "{}", case.display());
    }
}

#[test]
fn load_diagnostics_of_reference_cases() {
    compare_cases("reference/eval");
}

#[test]
fn load_diagnostics_of_generated_cases() {
    compare_cases("generated");
}

fn compare_cases(folder: &str) {
    let Some(cases) = cases(folder) else { return };
    assert!(!cases.is_empty());
    for case in cases {
        let (_, diagnostics) = load(&case);
        let expected = read_json(&case.join("expected.json"));
        compare(&case, &diagnostics, &expected["loadDiags"]);
    }
}

/// The cases in a folder of the conformance data: what has an expectation.
fn cases(folder: &str) -> Option<Vec<PathBuf>> {
    let default = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/conformance");
    let root = env::var_os("ESC_CONFORMANCE_DIR").map_or_else(|| default.into(), PathBuf::from);
    let Ok(entries) = fs::read_dir(root.join(folder)) else {
        eprintln!("skipped: no conformance data at {}", root.display());
        return None;
    };
    let mut cases: Vec<PathBuf> = entries
        .map(|entry| entry.expect("the folder can be read").path())
        .filter(|case| case.join("expected.json").exists())
        .collect();
    cases.sort();
    Some(cases)
}

fn load(case: &Path) -> (Option<Document>, Vec<Diagnostic>) {
    let text = fs::read_to_string(case.join("env.yaml")).expect("the case has a document");
    let overrides = case.join("overrides.json");
    let name = overrides.exists().then(|| read_json(&overrides)["rootEnvironment"].clone());
    let name = match &name {
        Some(Value::String(name)) => name,
        _ => case.file_name().and_then(|name| name.to_str()).expect("the case has a name"),
    };
    let loaded = Document::load(name, text, &Limits::default());
    (loaded.document, loaded.diagnostics)
}

fn read_json(path: &Path) -> Value {
    let text = fs::read_to_string(path).expect("the file can be read");
    serde_json::from_str(&text).expect("the file is JSON")
}

/// Compares what the reference would also report. The order among diagnostics of the same place is open.
#[track_caller]
fn compare(case: &Path, actual: &[Diagnostic], expected: &Value) {
    let actual = actual.iter().filter(|diagnostic| !diagnostic.extension).map(diagnostic_json);
    let mut actual: Vec<String> = actual.map(|diagnostic| diagnostic.to_string()).collect();
    let mut expected: Vec<String> =
        expected.as_array().into_iter().flatten().map(Value::to_string).collect();
    actual.sort();
    expected.sort();
    assert_eq!(actual, expected, "{}", case.display());
}

fn diagnostic_json(diagnostic: &Diagnostic) -> Value {
    json!({
        "Severity": if diagnostic.severity == Severity::Error { 1 } else { 2 },
        "Summary": diagnostic.reference_summary(),
        "Detail": "",
        "Subject": diagnostic
            .reference_subject()
            .map(|subject| range_json(&subject.environment, subject.range)),
        "Context": null,
        "Expression": null,
        "EvalContext": null,
        "Extra": null,
        "Path": diagnostic.path,
    })
}

fn range_json(environment: &str, range: Range) -> Value {
    let pos = |pos: Pos| json!({"Line": pos.line, "Column": pos.column, "Byte": pos.byte});
    json!({"Filename": environment, "Start": pos(range.begin), "End": pos(range.end)})
}

fn declaration(document: &Document) -> Value {
    assert!(document.imports.is_empty(), "no case has imports");
    json!({
        "Description": document.description.as_deref(),
        "Imports": null,
        "Values": entries(document, document.values()),
    })
}

fn entries(document: &Document, properties: &[Property]) -> Value {
    let entries = properties.iter().map(|property| {
        let value = expr_json(document, property.value);
        json!({"Key": {"Value": property.key.as_str()}, "Value": value})
    });
    json!({"Entries": entries.collect::<Vec<_>>()})
}

fn expr_json(document: &Document, id: ExprId) -> Value {
    let json = |id| expr_json(document, id);
    match &document.expr(id).kind {
        ExprKind::Null => json!({}),
        ExprKind::Bool(value) => json!({"Value": value}),
        ExprKind::Number(number) => {
            let number: serde_json::Number = number.as_str().parse().expect("numbers are JSON");
            json!({"Value": number})
        }
        ExprKind::String(text) => json!({"Value": text.as_str()}),
        ExprKind::Interpolate(parts) => {
            let parts = parts.iter().map(|part| {
                let access = part.access.as_ref().map(|access| access_json(document, access));
                json!({"Text": part.text.as_str(), "Value": access})
            });
            json!({"Parts": parts.collect::<Vec<_>>()})
        }
        ExprKind::Symbol(access) => json!({"Property": access_json(document, access)}),
        ExprKind::List(items) => {
            json!({"Elements": items.iter().map(|&item| json(item)).collect::<Vec<_>>()})
        }
        ExprKind::Object(properties) => entries(document, properties),
        ExprKind::Missing => Value::Null,
        ExprKind::Call(call) => match &call.function {
            Function::Pure(Pure::Join, Arguments::Two([delimiter, values])) => {
                json!({"Delimiter": json(*delimiter), "Values": json(*values)})
            }
            Function::Open(open) => open_json(document, open),
            Function::Rotate(open, state) => {
                let mut value = open_json(document, open);
                value["State"] = json(state.state);
                value
            }
            Function::SecretPlaintext(text) => {
                json!({"Plaintext": json(*text), "Ciphertext": null})
            }
            Function::SecretCiphertext(text) => {
                json!({"Plaintext": null, "Ciphertext": json(*text)})
            }
            other => panic!("no case has {other:?}"),
        },
    }
}

fn open_json(document: &Document, open: &Open) -> Value {
    let provider = open.provider.as_ref().map(|name| json!({"Value": name.as_str()}));
    json!({"Provider": provider, "Inputs": expr_json(document, open.inputs)})
}

fn access_json(document: &Document, access: &Access) -> Value {
    let accessors = access.accessors.iter().map(|accessor| {
        let range = accessor.range.map(|range| range_json(&document.name, range));
        match &accessor.kind {
            AccessorKind::Name(name) => json!({"Name": name.as_str(), "AccessorRange": range}),
            AccessorKind::Subscript(key) => json!({"Index": key.as_str(), "AccessorRange": range}),
            AccessorKind::Index(index) => json!({"Index": index, "AccessorRange": range}),
        }
    });
    json!({"Accessors": accessors.collect::<Vec<_>>()})
}
