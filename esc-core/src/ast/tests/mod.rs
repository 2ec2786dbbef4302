//! Tests of whole documents.

use super::*;
use crate::diagnostic::{Diagnostic, Severity};
use crate::syntax::Limits;

mod calls;
mod documents;
mod interpolation;
mod top_level;

fn load(text: &str) -> (Document, Vec<Diagnostic>) {
    let loaded = Document::load("env", text, &Limits::default());
    (loaded.document.expect("the YAML is fine"), loaded.diagnostics)
}

/// Loads a document and compares what is reported, one line each: `RANGE PATH: MESSAGE`, with `W ` before warnings
/// and `+ ` before extensions.
#[track_caller]
fn check(text: &str, expected: &[&str]) -> Document {
    let (document, diagnostics) = load(text);
    let lines: Vec<String> = diagnostics.iter().map(line).collect();
    assert_eq!(lines, expected, "for {text}");
    for diagnostic in &diagnostics {
        assert!(diagnostic.help.is_some(), "{diagnostic:?}");
        let span = diagnostic.subject.as_ref().and_then(|subject| subject.span);
        assert!(span.is_none_or(|span| text.get(span.range()).is_some()), "{diagnostic:?}");
    }
    document
}

fn line(diagnostic: &Diagnostic) -> String {
    let severity = if diagnostic.severity == Severity::Warning { "W " } else { "" };
    let extension = if diagnostic.extension { "+ " } else { "" };
    let range = match &diagnostic.subject {
        Some(subject) => subject.range.to_string(),
        None => "nowhere".to_owned(),
    };
    format!("{severity}{extension}{range} {}: {}", diagnostic.path, diagnostic.summary)
}

/// An expression in short.
fn show(document: &Document, id: ExprId) -> String {
    let list = |ids: &[ExprId]| {
        let items: Vec<String> = ids.iter().map(|&id| show(document, id)).collect();
        items.join(", ")
    };
    let expr = document.expr(id);
    let text = match &expr.kind {
        ExprKind::Null => "null".to_owned(),
        ExprKind::Bool(value) => value.to_string(),
        ExprKind::Number(number) => number.to_string(),
        ExprKind::String(text) => format!("{text:?}"),
        ExprKind::Interpolate(parts) => {
            let parts = parts.iter().map(|part| {
                let access = part.access.iter().map(|access| format!("<{access}>"));
                format!("{}{}", part.text, access.collect::<String>())
            });
            format!("`{}`", parts.collect::<String>())
        }
        ExprKind::Symbol(access) => format!("<{access}>"),
        ExprKind::List(items) => format!("[{}]", list(items)),
        ExprKind::Object(properties) => {
            let properties: Vec<String> = properties
                .iter()
                .map(|property| format!("{}: {}", property.key, show(document, property.value)))
                .collect();
            format!("{{{}}}", properties.join(", "))
        }
        ExprKind::Missing => "missing".to_owned(),
        ExprKind::Call(call) => {
            let open = |open: &Open| {
                let provider = open.provider.as_deref().unwrap_or("?");
                let expr = open.provider_expr.map(|id| format!(" ({})", show(document, id)));
                format!("{provider}{}, {}", expr.unwrap_or_default(), show(document, open.inputs))
            };
            let arguments = match &call.function {
                Function::Pure(_, arguments) => list(arguments.as_slice()),
                Function::Validate { schema, value } => list(&[*schema, *value]),
                Function::Open(o) => open(o),
                Function::Rotate(o, state) => {
                    format!("{}, {}", open(o), show(document, state.state))
                }
                Function::SecretPlaintext(a) => format!("plain {}", list(&[*a])),
                Function::SecretCiphertext(a) => format!("cipher {}", list(&[*a])),
            };
            format!("{}({arguments})", call.name)
        }
    };
    // What has no node of its own shows a mark.
    if expr.node.is_none() { format!("'{text}") } else { text }
}

/// The value of that name in short.
#[track_caller]
fn value(document: &Document, name: &str) -> String {
    let property = document.values().iter().find(|property| property.key == name);
    show(document, property.expect("the value exists").value)
}
