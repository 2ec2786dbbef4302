//! What people see of diagnostics, as golden files.

#![allow(clippy::expect_used)]

mod common;

use std::collections::BTreeMap;

use common::assert_golden;
use esc_core::diagnostic::{Code, Diagnostic, Location, Renderer};
use esc_core::position::{Pos, Range, Span};

/// The place of `needle` in `text`.
fn place(environment: &str, text: &str, needle: &str) -> Location {
    let start = text.find(needle).expect("the text has it");
    let span = Span { start: start as u32, end: (start + needle.len()) as u32 };
    Location { environment: environment.into(), range: Range::NONE, span: Some(span) }
}

/// A place known only by line and column.
fn ranged(begin: (u32, u32), end: (u32, u32)) -> Location {
    let pos = |(line, column)| Pos { line, column, byte: 0 };
    Location {
        environment: "dev".into(),
        range: Range { begin: pos(begin), end: pos(end) },
        span: None,
    }
}

fn check(name: &str, text: &str, diagnostic: &Diagnostic) {
    let rendered = Renderer::new().width(80).render(diagnostic, &("dev", text));
    assert_golden(&format!("diagnostic/{name}.txt"), &(rendered + "\n"));
}

fn mismatch() -> Diagnostic {
    Diagnostic::error(Code::TypeMismatch, "expected number, got string")
}

#[test]
fn single_line() {
    let text = "values:\n  port: eighty\n  host: db\n";
    check("single-line", text, &mismatch().at(place("dev", text, "eighty"), "values.port"));
}

#[test]
fn several_lines() {
    let text = "values:\n  db:\n    host: a\n    port: b\n    user: c\n    pass: d\nimports: []\n";
    let object = "host: a\n    port: b\n    user: c\n    pass: d\n";
    check("several-lines", text, &mismatch().at(place("dev", text, object), "values.db"));
}

#[test]
fn wide_characters() {
    let text = "values:\n  世界: 👋🏽 ${nobody} é\n";
    let d = Diagnostic::error(Code::UnknownProperty, "unknown property \"nobody\"");
    check("wide-characters", text, &d.at(place("dev", text, "${nobody}"), "values[\"世界\"]"));
}

#[test]
fn tabs() {
    let text = "values:\n  a:\t\"x\ty\" # tabs\n";
    check("tabs", text, &mismatch().at(place("dev", text, "\"x\ty\""), "values.a"));
}

#[test]
fn carriage_returns() {
    let text = "values:\r\n  a: one\r\n  b: two\r\n";
    check("carriage-returns", text, &mismatch().at(place("dev", text, "one\r\n"), "values.a"));
}

#[test]
fn last_line_without_newline() {
    let text = "values:\n  a: one";
    check("last-line", text, &mismatch().at(ranged((2, 6), (2, 9)), "values.a"));
    let end = text.len() as u32;
    let mut at_end = place("dev", text, "one");
    at_end.span = Some(Span { start: end, end });
    let d = Diagnostic::error(Code::YamlSyntax, "unexpected end of the document");
    check("end-of-document", text, &d.at(at_end, ""));
}

#[test]
fn no_source() {
    let mut elsewhere = ranged((3, 5), (3, 9));
    elsewhere.environment = "prod".into();
    let d = mismatch()
        .at(elsewhere, "values.port")
        .with_related(ranged((1, 1), (1, 4)), "declared here")
        .with_help("write a number without quotes");
    check("no-source", "port: 1\n", &d);
}

#[test]
fn no_place() {
    let d = Diagnostic::error(Code::ImportFailed, "environment not found");
    check("no-place", "", &d);
}

#[test]
fn position_outside_of_the_document() {
    check("outside", "a: 1\n", &mismatch().at(ranged((30, 5), (30, 9)), "values.port"));
}

#[test]
fn related_places_and_help() {
    let text = "values:\n  a: 1\n  b: 2\n  c: 3\n  d: 4\n  e: 5\n  \"a\": 6\n";
    let d = Diagnostic::warning(Code::DuplicateKey, "duplicate key \"a\"")
        .at(place("dev", text, "\"a\""), "values.a")
        .with_related(place("dev", text, "a: 1"), "first defined here")
        .with_help("remove one of the two");
    check("related", text, &d);
}

#[test]
fn related_places_in_other_documents() {
    let dev = "imports:\n  - base\nvalues:\n  region: eu\n";
    let base = "values:\n  region:\n    fn::final: us\n";
    let d = Diagnostic::warning(Code::FinalOverride, "cannot override final value")
        .at(place("dev", dev, "eu"), "values.region")
        .with_related(place("base", base, "fn::final: us"), "declared final here");
    let sources = BTreeMap::from([("dev", dev), ("base", base)]);
    let rendered = Renderer::new().width(80).render(&d, &sources);
    assert_golden("diagnostic/related-elsewhere.txt", &(rendered + "\n"));
}

#[test]
fn masked_secrets() {
    let text =
        "values:\n  s:\n    fn::secret:\n      - hunter2\n  t: {fn::secret: hunter2, x: 1}\n";
    let d = Diagnostic::error(Code::CallShape, "secret values must be string literals")
        .at(place("dev", text, "- hunter2"), "values.s")
        .with_related(place("dev", text, "{fn::secret: hunter2, x: 1}"), "here too");
    check("masked", text, &d);
}

#[test]
fn a_list() {
    let text = "values:\n  a: one\n  a: two\n";
    let list = [
        mismatch().at(place("dev", text, "one"), "values.a"),
        mismatch().at(place("dev", text, "two"), "values.a"),
        Diagnostic::warning(Code::DuplicateKey, "duplicate key \"a\"")
            .at(ranged((3, 3), (3, 4)), "values.a"),
    ];
    let rendered = Renderer::new().width(80).render_all(&list, &("dev", text));
    assert_golden("diagnostic/list.txt", &rendered);
}
