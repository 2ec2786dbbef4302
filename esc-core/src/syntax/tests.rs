//! Tests of the layer as a whole.

use proptest::prelude::*;

use super::*;
use crate::diagnostic::Code;

fn decode(text: &str) -> Decoded {
    SyntaxTree::decode("env", text, &Limits::default())
}

fn tree(text: &str) -> SyntaxTree {
    let decoded = decode(text);
    assert!(!decoded.diagnostics.iter().any(|d| d.is_error()), "{:?}", decoded.diagnostics);
    decoded.tree.unwrap()
}

fn tree_of(text: &str) -> Option<SyntaxTree> {
    decode(text).tree
}

fn tolerant(text: &str) -> (SyntaxTree, Vec<String>) {
    let decoded = SyntaxTree::decode_tolerant("env", text, &Limits::default());
    assert!(decoded.diagnostics.iter().all(|d| d.subject.is_some()), "{:?}", decoded.diagnostics);
    (decoded.tree.unwrap(), decoded.diagnostics.into_iter().map(|d| d.summary).collect())
}

/// A node in a notation much like JSON.
fn show(tree: &SyntaxTree, id: NodeId) -> String {
    match &tree.node(id).kind {
        NodeKind::Null => "null".into(),
        NodeKind::Bool(b) => b.to_string(),
        NodeKind::Number(n) => n.to_string(),
        NodeKind::String(s) => format!("{s:?}"),
        NodeKind::Sequence(items) => {
            let items: Vec<_> = items.iter().map(|item| show(tree, *item)).collect();
            format!("[{}]", items.join(", "))
        }
        NodeKind::Mapping(entries) => {
            let entries: Vec<_> = entries
                .iter()
                .map(|e| format!("{}: {}", e.key.text, show(tree, e.value)))
                .collect();
            format!("{{{}}}", entries.join(", "))
        }
    }
}

fn show_all(tree: &SyntaxTree) -> String {
    tree.root().map_or("nothing".into(), |root| show(tree, root))
}

/// `summary|path|range` of every diagnostic.
fn problems(text: &str) -> Vec<String> {
    let place = |d: &crate::diagnostic::Diagnostic| {
        d.reference_subject().map_or(String::new(), |s| s.range.to_string())
    };
    decode(text)
        .diagnostics
        .iter()
        .map(|d| format!("{}|{}|{}", d.reference_summary(), d.path, place(d)))
        .collect()
}

/// The range of the value of the last entry of the root.
fn last_range(text: &str) -> String {
    let tree = tree(text);
    let entry = tree.entries(tree.root().unwrap()).last().unwrap();
    tree.node(entry.value).range.to_string()
}

#[test]
fn documents() {
    let cases = [
        ("", "{}"),
        ("# nothing\n", "nothing"),
        ("  \n\n", "nothing"),
        ("null\n", "nothing"),
        ("---\n", "nothing"),
        ("--- a\n--- b\n", "\"a\""),
        ("a: 1\n...\njunk: [\n", "{a: 1}"),
        ("a: 1\n--- \njunk: [\n", "{a: 1}"),
        ("%YAML 1.1\n---\na: 1\n", "{a: 1}"),
        ("%TAG !e! tag:example.com,2000:\n---\na: !e!x 1\n", "{a: \"1\"}"),
        ("\u{feff}a: 1\n", "{a: 1}"),
        ("a: 1\r\nb: |\r\n  x\r\n", "{a: 1, b: \"x\\n\"}"),
        ("a: 1\na: 2\n", "{a: 1, a: 2}"),
        ("<<: {a: 1}\n", "{<<: {a: 1}}"),
        (
            "a: ! 12\nb: !!str 12\nc: !<tag:yaml.org,2002:int> '3'\nd: !foo 12\n",
            "{a: 12, b: \"12\", c: 3, d: \"12\"}",
        ),
        ("a: !x {b: [1, !y [2]]}\n", "{a: {b: [1, [2]]}}"),
        ("'1': a\n!!str 2: b\n!x 3: c\n", "{1: a, 2: b, 3: c}"),
        ("a:\nb: \n  - \n  -\n  - ~\n", "{a: null, b: [null, null, null]}"),
        ("[a: b, {c, d: }]", "[{a: \"b\"}, {c: null, d: null}]"),
        ("a: |\n  x\nb: >-\n  y\n  z\n", "{a: \"x\\n\", b: \"y z\"}"),
        ("a: |\n  x", "{a: \"x\"}"),
        ("? a\n: b\n? c\n", "{a: \"b\", c: null}"),
    ];
    for (text, expected) in cases {
        let shown = show_all(&tree(text));
        assert_eq!(shown.replace('"', ""), expected.replace('"', ""), "{text:?}");
    }
}

#[test]
fn fatal_nodes() {
    let cases: &[(&str, &[&str])] = &[
        ("values:\n  1: x\n", &["mapping keys must be strings|values[\"1\"]|2,3-4"]),
        ("values:\n  true: x\n", &["mapping keys must be strings|values.true|2,3-7"]),
        (
            "values: {null: x, ~: y}\n",
            &[
                "mapping keys must be strings|values.null|1,10-14",
                "mapping keys must be strings|values[\"~\"]|1,19-20",
            ],
        ),
        ("a: {[b]: c}\n", &["mapping keys must be strings|a|1,5-7"]),
        ("a: &x 1\nb: [0, *x]\n", &["alias nodes are not supported|b[1]|2,8-9"]),
        ("a: &x 1\n*x : 2\n", &["alias nodes are not supported||2,1-2"]),
        ("a: *x\n", &["yaml: unknown anchor 'x' referenced||"]),
        ("a: [{b: !!int foo}]\n", &["yaml: cannot decode !!str `foo` as a !!int|a[0].b|1,9-18"]),
        (
            "a: [x, [y, {b: [z, !!bool 1]}]]\n",
            &["yaml: cannot decode !!int `1` as a !!bool|a[1][1].b[1]|1,20-28"],
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(problems(text), *expected, "{text:?}");
    }
}

#[test]
fn syntax_errors() {
    let cases = [
        ("values:\n  a: [hello, world\n", "yaml: line 1: did not find expected ',' or ']'"),
        ("values:\n  a: [hello, world\n  b: 1\n", "yaml: line 1: did not find expected ',' or ']'"),
        ("a: [b", "yaml: line 1: did not find expected ',' or ']'"),
        ("a: [${b}]\n", "yaml: did not find expected ',' or ']'"),
        ("x: 1\na: {b: c\n", "yaml: line 1: did not find expected ',' or '}'"),
        ("a: b: c\n", "yaml: mapping values are not allowed in this context"),
        ("a: b\n c: d\n", "yaml: line 2: mapping values are not allowed in this context"),
        ("x: 1\na: @b\n", "yaml: line 2: found character that cannot start any token"),
        ("x: 1\na: \"b\n", "yaml: line 2: found unexpected end of stream"),
        ("x: 1\na:\n  - b\n c: 1\n", "yaml: line 3: did not find expected key"),
        ("x: 1\nfoo\n", "yaml: line 2: could not find expected ':'"),
        ("a: !x{ b\n", "yaml: did not find expected whitespace or line break"),
        ("%YAML 1.2\n---\na: b\n", "yaml: found incompatible YAML document"),
        ("# c\n%YAML 1.2\n---\na: b\n", "yaml: line 1: found incompatible YAML document"),
        ("x: 1\n: v\n", "yaml: line 1: did not find expected key"),
        ("{: v}\n", "yaml: did not find expected node content"),
        ("a: \u{7}\n", "yaml: control characters are not allowed"),
        ("a: 'x\u{0}'\n", "yaml: control characters are not allowed"),
    ];
    for (text, expected) in cases {
        let decoded = decode(text);
        assert!(decoded.tree.is_none(), "{text:?}");
        assert_eq!(problems(text), [format!("{expected}||")], "{text:?}");
        assert!(decoded.diagnostics[0].code.as_str().starts_with("yaml-"), "{text:?}");
    }
}

#[test]
fn what_follows_the_document_is_not_read() {
    let warned = |text: &str| {
        let diagnostics = decode(text).diagnostics;
        assert!(diagnostics.iter().all(|d| d.extension && d.code == Code::YamlDocuments));
        diagnostics
            .first()
            .map(|d| text[d.subject.as_ref().unwrap().span.unwrap().range()].to_owned())
    };
    assert_eq!(warned("a: 1\n---\nb: 2\n").as_deref(), Some("b: 2"));
    assert_eq!(warned("---\na: 1\n...\n# c\n--- b # c\n").as_deref(), Some("--- b # c"));
    assert_eq!(warned("'a' b\n").as_deref(), Some("b"));
    for text in ["---\na: 1\n", "a: 1\n...\n", "a: 1\n---\n# c\n\n", "a: 1\n---\n...\n", ""] {
        assert_eq!(warned(text), None, "{text:?}");
    }
}

#[test]
fn compatible_ranges() {
    let cases = [
        ("a: b\n", "1,4-5"),
        ("a: 'it''s'\n", "1,4-8"),
        ("a: \"\\u00e9\"\n", "1,4-6"),
        ("a: b\n  c\n", "1,4-7"),
        ("a: |\n  x\n  y\n", "1,4-3,4"),
        ("a: |-\n  x\n  y\n", "1,4-2,5"),
        ("a: >\n  x\n  y\n", "1,4-8"),
        ("a: !tag x\n", "1,4-10"),
        ("a: !tag 'x'\n", "1,4-5"),
        ("a: !tag |\n  x\n  y\n", "1,4-8"),
        ("a: !!str x\n", "1,4-11"),
        ("a: &b x\n", "1,4-5"),
        ("a: &b !t x\n", "1,4-8"),
        ("a: !t &b x\n", "1,4-8"),
        ("a: &b\n", "1,4-4"),
        ("a:\n", "1,3-3"),
        ("a:  \n", "1,3-3"),
        ("a:  # c\n", "1,3-3"),
        ("a: []\n", "1,4-4"),
        ("a: [x , y ]\n", "1,4-10"),
        ("a: {b: }\n", "1,4-8"),
        ("a:\n  - x\n  - yy\n", "2,3-3,7"),
        ("a: &b\n  c: d\n", "1,4-2,7"),
        ("a:\n- \n", "2,1-2"),
        ("a: # c\n- # d\n", "2,1-2"),
        ("a: &b\n- c\n- d: e\n", "1,4-3,7"),
        ("a:\n- - b\n  -  # c\n  -\n", "2,1-4,4"),
        ("a:\n - - b\n - - \n", "2,2-3,5"),
        ("a: #x\n  |\n  y\n", "2,3-3,3"),
        ("世: 界\n", "1,4-7"),
    ];
    for (text, expected) in cases {
        assert_eq!(last_range(text), expected, "{text:?}");
    }
}

#[test]
fn true_spans() {
    let text = "a: &x !t 'b' # c\nb: [1, {c: d}] # e\nf: |+  # g\n   h\n\n # i\nj: >\n  k\n  l\n\n# m\nn:\n  - o\n  - p: q\n";
    let tree = tree(text);
    let slices: Vec<_> = tree.nodes().skip(1).map(|(_, n)| &text[n.span.range()]).collect();
    assert_eq!(
        slices,
        [
            "'b'",
            "[1, {c: d}]",
            "1",
            "{c: d}",
            "d",
            "|+  # g\n   h\n",
            ">\n  k\n  l",
            "- o\n  - p: q",
            "o",
            "p: q",
            "q",
        ]
    );
    let root = tree.root().unwrap();
    assert_eq!(&text[tree.node(root).span.range()], text.trim_end());
    assert_eq!(tree.tag(NodeId(1)), Some("!t"));
    assert_eq!(tree.tag(root), None);
}

#[test]
fn access() {
    let text = "values:\n  a b: [x, {c: 1}]\n  d: ${x.y} \"\n  e: '${x}'\n";
    let tree = tree(text);
    let paths: Vec<_> = tree.nodes().map(|(id, _)| tree.path(id)).collect();
    assert_eq!(
        paths,
        [
            "",
            "values",
            "values[\"a b\"]",
            "values[\"a b\"][0]",
            "values[\"a b\"][1]",
            "values[\"a b\"][1].c",
            "values.d",
            "values.e",
        ]
    );
    let at = |needle: &str| tree.node_at(text.find(needle).unwrap() as u32).map(|id| tree.path(id));
    assert_eq!(at("a b").as_deref(), Some("values[\"a b\"]"));
    assert_eq!(at("x,").as_deref(), Some("values[\"a b\"][0]"));
    assert_eq!(at(", {").as_deref(), Some("values[\"a b\"][0]"));
    assert_eq!(at("1}").as_deref(), Some("values[\"a b\"][1].c"));
    assert_eq!(at("}]").as_deref(), Some("values[\"a b\"][1].c"));
    assert_eq!(at("]\n").as_deref(), Some("values[\"a b\"][1]"));
    assert_eq!(at("y}").as_deref(), Some("values.d"));
    assert_eq!(tree.node_at(10_000), None);
    let key = tree.key_of(NodeId(2)).unwrap();
    assert_eq!((key.text.as_str(), &text[key.span.range()]), ("a b", "a b"));
    assert!(tree.key_of(NodeId(3)).is_none() && tree.key_of(NodeId(0)).is_none());
    assert!(matches!(tree.node(NodeId(99)).kind, NodeKind::Null));

    assert_eq!(tree.subrange(NodeId(6), 2, 5).unwrap().to_string(), "3,8-11");
    assert_eq!(tree.subrange(NodeId(6), 2, 99), None);
    assert_eq!(tree.subrange(NodeId(7), 2, 3), None);
    assert_eq!(tree.true_subspan(NodeId(7), 0, 4).map(|s| &text[s.range()]), Some("${x}"));
}

#[test]
fn goes_on_after_errors() {
    let cases = [
        ("values:\n  a: [hello, world\n  b: 2\n", "{values: {a: null, b: 2}}", 1),
        ("values:\n  a: \"hello\n  b: 2\n", "{values: {a: null, b: 2}}", 1),
        ("values:\n  a: 1\n  fo\n  b: 2\n", "{values: {a: 1, b: 2}}", 1),
        ("values:\n  a: b: c\n  d: 1\n", "{values: {d: 1}}", 1),
        ("values:\n  a: @x\n  b: {\n  c: 1\n", "{values: {b: null, c: 1}}", 2),
        ("values:\n  a: *x\n  c: \u{1}1\n", "{values: {a: null, c: 1}}", 2),
        ("values:\n  a: 1\n\tb: 2\nc: 3\n", "{values: {a: 1}, c: 3}", 1),
        ("values:\n  a: ${\n  b: 1\n", "{values: {a: \"${\", b: 1}}", 0),
        ("]", "nothing", 1),
    ];
    for (text, expected, count) in cases {
        let (tree, problems) = tolerant(text);
        assert_eq!(show_all(&tree), expected, "{text:?} {problems:?}");
        assert_eq!(problems.len(), count, "{text:?} {problems:?}");
        assert_eq!(tree.source(), text);
    }
}

#[test]
fn limits() {
    let limits = Limits { max_bytes: 100, max_depth: 3, max_nodes: 5 };
    let summary = |text: &str| {
        let strict = SyntaxTree::decode("env", text, &limits).diagnostics;
        let lenient = SyntaxTree::decode_tolerant("env", text, &limits).diagnostics;
        assert_eq!(strict.len(), lenient.len());
        strict.first().map(|d| {
            assert_eq!(d.code, Code::LimitExceeded);
            d.summary.clone()
        })
    };
    assert_eq!(summary("[[[1]]]"), None);
    assert_eq!(summary("[[[[1]]]]").unwrap(), "the document is nested more than 3 levels deep");
    assert_eq!(summary("- - - - 1").unwrap(), "the document is nested more than 3 levels deep");
    assert_eq!(summary("- - [[1]]").unwrap(), "the document is nested more than 3 levels deep");
    assert_eq!(summary("[1,2,3,4]"), None);
    assert_eq!(summary("[1,2,3,4,5]").unwrap(), "the document has more than 5 values");
    assert_eq!(summary(&"x".repeat(101)).unwrap(), "the document is longer than 100 bytes");
}

#[test]
fn bytes() {
    let summary = |bytes: &[u8]| {
        let decoded = SyntaxTree::decode_bytes("env", bytes, &Limits::default());
        decoded.diagnostics.first().map(|d| d.reference_summary().to_owned()).unwrap_or_default()
    };
    assert_eq!(summary("a: é".as_bytes()), "");
    assert_eq!(summary(b"a: \xff"), "yaml: invalid leading UTF-8 octet");
    assert_eq!(summary(b"a: \xc3"), "yaml: incomplete UTF-8 octet sequence");
    assert_eq!(summary(b"a: \xc3x"), "yaml: invalid trailing UTF-8 octet");
    assert_eq!(summary(b"a: \xc0\x80"), "yaml: invalid length of a UTF-8 sequence");
    assert_eq!(summary(b"a: \xed\xa0\x80"), "yaml: invalid Unicode character");
    // What is wrong before is noticed first, unless both are decoded together.
    assert_eq!(summary(b"a: @\n\xff"), "yaml: invalid leading UTF-8 octet");
    assert_eq!(summary(b"a: @xxxx\n\xc3"), "yaml: found character that cannot start any token");
    let far = [b"a: @\n", "#".repeat(600).as_bytes(), b"\xff"].concat();
    assert_eq!(summary(&far), "yaml: found character that cannot start any token");
}

#[cfg(unix)]
#[test]
fn large_documents_are_no_trouble() {
    let started = time_spent();
    let bomb: String =
        (0..10_000).map(|i| format!("a{i}: &x{i} [*x{}, *x{}]\n", i / 2, i / 3)).collect();
    let wide = "世,".repeat(20_000);
    let texts = [
        "[".repeat(10_000),
        "{a: ".repeat(10_000),
        "- ".repeat(10_000),
        "? ".repeat(10_000),
        format!("{}1{}", "[".repeat(1_000), "]".repeat(1_000)),
        (0..1_000).map(|i| format!("{}a:\n", " ".repeat(i))).collect(),
        format!("a: {}\n", "x".repeat(1 << 20)),
        format!("a: |\n{}", "  x y\n".repeat(200_000)),
        format!("a: \"{}\"\n", "\\u00e9".repeat(200_000)),
        format!("a: [{wide}]\nb: 1\n"),
        format!("[{}]", "*a,".repeat(100_000)),
        format!("{}{}", "[".repeat(1_000), "*a,".repeat(100_000)),
        "a: [\n".repeat(100_000),
        "a: \"\n".repeat(100_001),
        "#\n".repeat(500_000),
        ": ".repeat(100_000),
        "a: |\n".repeat(100_000),
        bomb,
    ];
    for text in texts {
        let text: Arc<str> = text.into();
        let _ = decode(&text);
        let _ = SyntaxTree::decode_tolerant("env", text, &Limits::default());
    }
    let spent = time_spent() - started;
    assert!(spent.as_secs() < 60, "{spent:?}");
}

/// The time that this thread has computed: on a machine that does other work as well, the clock says nothing about it.
#[cfg(unix)]
fn time_spent() -> std::time::Duration {
    use rustix::time::{ClockId, clock_gettime};
    clock_gettime(ClockId::ThreadCPUTime).try_into().unwrap()
}

/// Pieces that documents are made of, sound and broken.
fn document() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "a",
        "b: ",
        ": ",
        "- ",
        "? ",
        "\n",
        "\n  ",
        "\n    ",
        " ",
        "\t",
        "[",
        "]",
        "{",
        "}",
        ",",
        "'",
        "\"",
        "|",
        ">",
        "|2-",
        ">+",
        "\n\n",
        "#",
        " # c\n",
        "&x ",
        "*x",
        "!t ",
        "!!int ",
        "!",
        "%YAML 1.1\n",
        "---\n",
        "...\n",
        "12",
        "世",
        "é",
        "👍",
        "\u{feff}",
        "\r\n",
        "\r",
        "\\",
        "\\n",
        "\\x41",
        "~",
        "null",
        "${a}",
        "@",
        "`",
        "%",
        "\u{85}",
        "\u{2028}",
        "e\u{301}",
        "''",
        "<<: ",
        "true",
        "\u{0}",
    ]);
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

fn check_everything(text: &str) -> Result<(), TestCaseError> {
    let strict = decode(text).tree;
    let lenient = SyntaxTree::decode_tolerant("env", text, &Limits::default()).tree;
    if let (Some(strict), Some(lenient)) = (&strict, &lenient) {
        prop_assert_eq!(show_all(strict), show_all(lenient));
    }
    for tree in [strict, lenient].into_iter().flatten() {
        for (id, node) in tree.nodes() {
            prop_assert!(text.get(node.span.range()).is_some(), "{:?}", node);
            if let Some(parent) = node.parent {
                let outer = tree.node(parent.node).span;
                let inside = outer.start <= node.span.start && node.span.end <= outer.end;
                prop_assert!(inside, "{:?} in {:?}", node, outer);
            }
            tree.path(id);
            tree.node_at(node.span.start);
            if let Some(value) = tree.text(id) {
                tree.subrange(id, 0, value.len());
                tree.true_subspan(id, 0, value.len());
            }
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn nothing_panics(text in document()) {
        check_everything(&text)?;
    }

    #[test]
    fn no_text_panics(text in any::<String>()) {
        check_everything(&text)?;
    }

    /// What a scalar's span holds is the scalar.
    #[test]
    fn spans_hold_their_scalars(text in document()) {
        let Some(tree) = tree_of(&text) else { return Ok(()) };
        for (_, node) in tree.nodes() {
            let slice = &text[node.span.range()];
            let NodeKind::String(value) = &node.kind else { continue };
            // These would be read otherwise at the beginning of a text.
            let marker = ["---", "...", "\u{feff}"].iter().any(|marker| slice.starts_with(marker));
            if node.tagged || slice.is_empty() || marker {
                continue;
            }
            let block = matches!(node.style, Style::Literal | Style::Folded);
            let header = slice.lines().next().unwrap_or_default();
            if block && header.split('#').next().unwrap_or_default().contains(|c: char| c.is_ascii_digit()) {
                continue; // relative to what it stands in
            }
            let again = tree_of(&if block { format!("{slice}\n") } else { slice.to_owned() });
            let again = again.as_ref().and_then(|again| again.text(again.root()?)).unwrap_or_default();
            prop_assert_eq!(again.trim_end_matches('\n'), value.trim_end_matches('\n'), "{:?}", slice);
        }
    }
}
