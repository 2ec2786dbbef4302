//! Decoding and parsing, strict and tolerant: neither panics, and they agree on what is fine.
#![no_main]

use esc_core::ast::Document;
use esc_core::syntax::{Limits, NodeKind, SyntaxTree, normal_form};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let limits = Limits::default();
    let decoded = SyntaxTree::decode_bytes("env", bytes, &limits);
    let failed = decoded.diagnostics.iter().any(|d| d.is_error());
    let Ok(text) = std::str::from_utf8(bytes) else { return };

    let strict = Document::load("env", text, &limits);
    let tolerant = Document::load_tolerant("env", text, &limits);
    assert!(strict.document.is_none() || !failed, "what does not decode does not parse");
    if let Some(document) = &strict.document {
        let tolerant = tolerant.document.as_ref().expect("tolerance refuses nothing that is fine");
        assert_eq!(document.exprs.len(), tolerant.exprs.len());
        look_everywhere(document);
    }
    if let Some(document) = &tolerant.document {
        look_everywhere(document);
    }
    let readable = decoded.tree.filter(|tree| !failed && tree.root().is_some());
    if let Some(tree) = &readable {
        let again = SyntaxTree::decode("env", normal_form(tree, 2), &limits);
        let again = again.tree.filter(|_| !again.diagnostics.iter().any(|d| d.is_error()));
        // Some texts have no normal form that is within the limits, but none has one that says something else.
        if let Some(again) = again {
            assert_eq!(shape(tree), shape(&again), "the normal form says the same");
        }
    }
});

/// Asks a document everything it can be asked.
fn look_everywhere(document: &Document) {
    for index in 0..document.exprs.len().min(1_000) {
        let id = esc_core::ast::ExprId(index as u32);
        document.path_of(id);
        document.location(id);
        if let Some(span) = document.span_of(id) {
            assert!(span.start <= span.end);
            assert!(span.end as usize <= document.syntax.source().len());
            assert!(document.syntax.source().get(span.start as usize..span.end as usize).is_some());
            document.syntax.node_at(span.start);
        }
    }
    for property in document.values() {
        document.key_location(property);
    }
}

/// What a tree says, without where.
fn shape(tree: &SyntaxTree) -> Vec<String> {
    let mut all = Vec::new();
    for (_, node) in tree.nodes() {
        all.push(match &node.kind {
            NodeKind::Mapping(entries) => {
                entries.iter().map(|e| e.key.text.as_str()).collect::<Vec<_>>().join("\u{0}")
            }
            NodeKind::Sequence(items) => items.len().to_string(),
            scalar => format!("{scalar:?}"),
        });
    }
    all.sort_unstable();
    all
}
