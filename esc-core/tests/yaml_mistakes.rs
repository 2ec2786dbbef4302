//! What people see of documents that are not YAML: a golden file for each usual mistake, and what holds for all.

#![allow(clippy::expect_used, clippy::indexing_slicing)]

mod common;
mod damage;

use common::assert_golden;
use esc_core::diagnostic::{Code, Renderer};
use esc_core::syntax::{Limits, SyntaxTree};
use proptest::prelude::*;

/// The name of the mistake, the code it gets, and the document.
const MISTAKES: &[(&str, Code, &str)] = &[
    ("tab", Code::YamlTab, "values:\n  region: eu\n\tzone: a\n"),
    ("tab-below-key", Code::YamlTab, "values:\n\tregion: eu\n"),
    ("tab-in-block-text", Code::YamlTab, "values:\n  note: |\n\ttext\n"),
    ("tab-after-dash", Code::YamlTab, "values:\n  list:\n    -\tname: a\n"),
    ("unclosed-double-quote", Code::YamlUnclosed, "values:\n  a: \"hello\n  b: 2\n  c: 3\n"),
    ("unclosed-single-quote", Code::YamlUnclosed, "values:\n  a: 'hello\n"),
    ("quote-closed-late", Code::YamlUnclosed, "values:\n  a: \"hello\n  b: 2\n  c: \"x\"\n"),
    ("document-within-quotes", Code::YamlUnclosed, "values:\n  a: \"hello\n---\nb: 2\n"),
    ("unclosed-bracket", Code::YamlUnclosed, "values:\n  zones: [a, b\n  region: eu\n"),
    ("unclosed-brace", Code::YamlUnclosed, "values:\n  a: {b: c\n"),
    ("wrong-bracket", Code::YamlUnclosed, "values:\n  zones: [a, b}\n"),
    ("bracket-too-many", Code::YamlUnclosed, "values:\n  zones: [a, b]]\n"),
    ("missing-comma", Code::YamlSyntax, "values:\n  zones: [\"a\" \"b\"]\n"),
    (
        "interpolation-in-braces",
        Code::YamlQuotes,
        "values:\n  host: db\n  server: {host: ${host}, port: 1}\n",
    ),
    ("interpolation-in-brackets", Code::YamlQuotes, "values:\n  urls: [a, https://${host}/b]\n"),
    ("missing-space", Code::YamlSyntax, "values:\n  a: 1\n  region:eu\n  b: 2\n"),
    ("missing-space-first", Code::YamlSyntax, "description:shop\nvalues:\n  a: 1\n"),
    ("second-colon", Code::YamlQuotes, "values:\n  note: remember: buy milk\n"),
    ("comment-in-text", Code::YamlQuotes, "values:\n  color: red #fff or\n    blue\n"),
    ("at-sign", Code::YamlQuotes, "values:\n  user: @admin # the owner\n"),
    ("backtick", Code::YamlQuotes, "values:\n  cmd: `date`\n"),
    ("percent", Code::YamlQuotes, "values:\n  share: %80\n"),
    ("asterisk", Code::YamlQuotes, "values:\n  hosts: *.example.com\n"),
    ("unknown-alias", Code::YamlAlias, "values:\n  hosts: *all\n"),
    ("ampersand", Code::YamlQuotes, "values:\n  and: & then\n"),
    ("exclamation-mark", Code::YamlQuotes, "values:\n  a: !{x} b\n"),
    ("escape", Code::YamlQuotes, "values:\n  path: \"C:\\data\"\n"),
    ("escape-digits", Code::YamlQuotes, "values:\n  c: \"\\u12\"\n"),
    ("text-after-quote", Code::YamlQuotes, "values:\n  cmd: \"echo\" hello\n"),
    ("text-after-bracket", Code::YamlQuotes, "values:\n  a: [x] y\n"),
    ("too-deep", Code::YamlIndentation, "values:\n  host: db\n    port: 5432\n"),
    ("between", Code::YamlIndentation, "values:\n  db:\n      host: a\n    port: 1\n"),
    ("item-among-keys", Code::YamlIndentation, "values:\n  a: 1\n  - b\n"),
    ("key-among-items", Code::YamlIndentation, "values:\n  a:\n    - b\n    c: 1\n"),
    ("list-on-the-line-of-its-key", Code::YamlSyntax, "values:\n  a: - b\n"),
    ("no-colon", Code::YamlSyntax, "values:\n  a: 1\n  region\n  b: 2\n"),
    (
        "merge-conflict",
        Code::YamlConflict,
        "values:\n<<<<<<< HEAD\n  a: 1\n=======\n  a: 2\n>>>>>>> feature\n  b: 3\n",
    ),
    ("control-character", Code::YamlEncoding, "values:\n  a: x\u{7}y\n"),
    ("utf-16", Code::YamlEncoding, "v\0a\0l\0u\0e\0s\0:\0\n\0"),
    ("version", Code::YamlSyntax, "%YAML 1.2\n---\nvalues: {}\n"),
    ("block-text-in-brackets", Code::YamlQuotes, "values: {a: |\n  b}\n"),
    ("block-header", Code::YamlSyntax, "values:\n  a: | text\n    more\n"),
    (
        "secret-that-does-not-parse",
        Code::YamlQuotes,
        "values:\n  token:\n    fn::secret: @hunter2\n",
    ),
];

#[test]
fn mistakes() {
    for (name, code, text) in MISTAKES {
        let decoded = SyntaxTree::decode("dev", *text, &Limits::default());
        assert!(decoded.tree.is_none(), "{name} is read");
        let diagnostic = &decoded.diagnostics[0];
        let rendered = Renderer::new().width(80).render(diagnostic, &("dev", text));
        assert_golden(&format!("yaml/{name}.txt"), &(rendered + "\n"));
        assert_eq!(diagnostic.code, *code, "{name}");
    }
}

#[test]
fn bytes_that_are_no_text() {
    let decoded =
        SyntaxTree::decode_bytes("dev", b"values:\n  a: gr\xfc\xdfe\n", &Limits::default());
    let diagnostic = &decoded.diagnostics[0];
    let text = String::from_utf8_lossy(b"values:\n  a: gr\xfc\xdfe\n");
    let rendered = Renderer::new().width(80).render(diagnostic, &("dev", text));
    assert_golden("yaml/not-utf-8.txt", &(rendered + "\n"));
    assert_eq!(diagnostic.code, Code::YamlEncoding);
}

/// Whatever is wrong has a code, a place within the text, and words of the reference.
fn check(text: &str) -> Result<(), TestCaseError> {
    let decoded = SyntaxTree::decode("dev", text, &Limits::default());
    if decoded.tree.is_some() {
        return Ok(());
    }
    prop_assert_eq!(decoded.diagnostics.len(), 1);
    let diagnostic = &decoded.diagnostics[0];
    prop_assert!(diagnostic.code.as_str().starts_with("yaml-"), "{}", diagnostic.code);
    prop_assert!(diagnostic.reference_summary().starts_with("yaml: "));
    prop_assert!(diagnostic.reference_subject().is_none());
    prop_assert!(!diagnostic.summary.is_empty() && !diagnostic.summary.contains('\n'));
    let places = diagnostic.subject.iter().chain(diagnostic.related.iter().map(|r| &r.location));
    for place in places {
        let span = place.span.expect("a place has a span");
        prop_assert!(text.get(span.range()).is_some(), "{:?} of {:?}", span, text);
        prop_assert!(place.range.begin.line > 0 && place.range.begin <= place.range.end);
    }
    prop_assert!(diagnostic.subject.is_some());
    let rendered = Renderer::new().render(diagnostic, &("dev", text));
    prop_assert!(rendered.contains("--> dev:"), "{}", rendered);
    Ok(())
}

/// A damaged document with bytes that are no text.
fn damaged_bytes() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop::sample::select(vec![
        &b"\xff"[..],
        b"\xfe",
        b"\x80",
        b"\xc0\x80",
        b"\xc3",
        b"\xc3\x28",
        b"\xe2\x82",
        b"\xe0\x80\x80",
        b"\xed\xa0\x80",
        b"\xf0\x80\x80\x80",
        b"\xf4\x90\x80\x80",
        b"\xf8",
    ]);
    (damage::damaged(), piece, any::<prop::sample::Index>()).prop_map(|(text, piece, at)| {
        let mut bytes = text.into_bytes();
        let at = at.index(bytes.len() + 1);
        bytes.splice(at..at, piece.iter().copied());
        bytes
    })
}

/// A document with a secret of several kinds, damaged.
fn damaged_secret() -> impl Strategy<Value = String> {
    let secret = prop::sample::select(vec![
        "fn::secret: hunter2",
        "fn::secret: \"hunter2\"",
        "fn::secret: 'hunter2'",
        "fn::secret: |\n      hunter2\n      hunter2",
        "fn::secret: >-\n      hunter2",
        "fn::secret:\n      hunter2",
        "fn::secret: {\"a\": \"hunter2\", \"b\": [hunter2]}",
        "other: {fn::secret: hunter2}",
        "\"fn::secret\": hunter2",
    ]);
    let piece = prop::sample::select(vec![
        "\t", "@", "`", "*", "&", "!", "%", "[", "]", "{", "}", ",", "- ", "? ", " ", "  ", "\"",
        "'", "\\", "|",
    ]);
    let place = any::<prop::sample::Index>();
    (secret, prop::collection::vec((piece, place), 1..3)).prop_map(|(secret, damages)| {
        let mut text = format!("values:\n  first: 1\n  token:\n    {secret}\n  last: [1, 2]\n");
        for (piece, place) in damages {
            // Not within the word that is looked for, nor within what makes it a secret.
            let places: Vec<usize> = (0..=text.len())
                .filter(|at| {
                    let kept = |word: &str| {
                        text.match_indices(word).all(|(i, _)| *at <= i || *at >= i + word.len())
                    };
                    kept("hunter2") && kept("fn::secret")
                })
                .collect();
            text.insert_str(places[place.index(places.len())], piece);
        }
        text
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn every_failure_has_a_place_and_a_code(text in damage::damaged()) {
        check(&text)?;
    }

    /// So do documents that are not even text.
    #[test]
    fn every_byte_that_is_no_text_has_a_place(bytes in damaged_bytes()) {
        let decoded = SyntaxTree::decode_bytes("dev", &bytes, &Limits::default());
        for diagnostic in decoded.diagnostics.iter().filter(|_| decoded.tree.is_none()) {
            prop_assert!(diagnostic.code.as_str().starts_with("yaml-"), "{}", diagnostic.code);
            let place = diagnostic.subject.as_ref().expect("there is a place");
            let end = place.span.expect("a place has a span").end as usize;
            prop_assert!(end <= bytes.len() && place.range.begin.line > 0);
        }
    }

    #[test]
    fn no_secret_is_shown(text in damaged_secret()) {
        let decoded = SyntaxTree::decode("dev", text.as_str(), &Limits::default());
        for diagnostic in &decoded.diagnostics {
            let rendered = Renderer::new().width(200).render(diagnostic, &("dev", &text));
            prop_assert!(!rendered.contains("hunter2"), "{:?}\n{}", text, rendered);
        }
    }
}
