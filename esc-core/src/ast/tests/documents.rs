//! Strings, keys, and documents as a whole.

use proptest::prelude::*;

use super::*;

#[test]
fn strings() {
    let document = check(
        "values:\n  a: ''\n  b: a$$b\n  c: ${x.y}\n  d: x${y}\n  e: ${x}${y}\n  f: |\n    ${x}\n  g: '$'\n",
        &[],
    );
    let values = ["a", "b", "c", "d", "e", "f", "g"].map(|name| value(&document, name));
    assert_eq!(values, ["\"\"", "\"a$b\"", "<x.y>", "`x<y>`", "`<x><y>`", "`<x>\n`", "\"$\""]);
}

#[test]
fn places_of_accessors() {
    let document = check("values:\n  a: x ${b.c}\n  d: 'x ${b}'\n", &[]);
    let accessors = |index: usize| match &document.expr(document.values()[index].value).kind {
        ExprKind::Interpolate(parts) => parts[0].access.clone().unwrap().accessors,
        other => panic!("{other:?}"),
    };
    let plain = accessors(0);
    let ranges: Vec<String> = plain.iter().map(|a| a.range.unwrap().to_string()).collect();
    assert_eq!(ranges, ["2,10-11", "2,11-13"]);
    let spans: Vec<(u32, u32)> =
        plain.iter().map(|a| a.span.unwrap()).map(|span| (span.start, span.end)).collect();
    assert_eq!(spans, [(17, 18), (18, 20)]);
    // The reference knows no places inside quotes.
    assert_eq!(accessors(1)[0].range, None);
}

#[test]
fn malformed_interpolations() {
    check(
        "values:\n  a: ${b\n  c:\n    - \"${b\"\n",
        &[
            "2,9-9 values.a: missing closing brace '}' in interpolation",
            "4,7-10 values.c[0]: missing closing brace '}' in interpolation",
        ],
    );
}

#[test]
fn nested_keys() {
    let document = check(
        "values:\n  a:\n    x$${y}: 1\n    ${z}: 2\n    ${w: 3\n    k: 4\n",
        &[
            "4,5-9 values.a[\"${z}\"]: object keys must be strings",
            "5,8-8 values.a[\"${w\"]: missing closing brace '}' in interpolation",
            "5,5-8 values.a[\"${w\"]: object keys must be strings",
        ],
    );
    assert_eq!(value(&document, "a"), "{x${y}: 1, k: 4}");
}

#[test]
fn layout_of_the_arena() {
    let document = check(
        "values:\n  a: [1, {b: 2}]\n  c: {'fn::join': oops}\n",
        &["3,19-23 values.c[\"fn::join\"]: the argument to fn::join must be a two-valued list"],
    );
    let root = document.expr(document.root);
    assert_eq!(root.node, None);
    assert_eq!(document.root.0 as usize, document.exprs.len() - 1);
    assert_eq!(document.range_of(document.root), Range::NONE);
    assert_eq!(document.location(document.root), None);
    assert_eq!(document.path_of(document.root), "");
    for (i, expr) in document.exprs.iter().enumerate() {
        if let ExprKind::List(items) = &expr.kind {
            assert!(items.iter().all(|item| (item.0 as usize) < i));
        }
    }
    assert!(matches!(document.expr(ExprId(u32::MAX)).kind, ExprKind::Missing));
}

#[test]
fn errors_of_the_yaml_layer_leave_no_document() {
    let loaded = Document::load("env", "values: [\n", &Limits::default());
    assert!(loaded.document.is_none());
    assert_eq!(loaded.diagnostics.len(), 1);
    let loaded = Document::load_tolerant("env", "values:\n  a: 1\n  b: [\n", &Limits::default());
    assert!(loaded.document.is_some_and(|document| document.has_values()));
}

#[test]
fn deep_documents() {
    let (_, shallow) = load("values: {}\n");
    assert!(shallow.is_empty());
    let run = || {
        for (open, close) in [("[", "]"), ("{a: ", "}"), ("{'fn::final': ", "}")] {
            for depth in [50, 400, 5000] {
                let text =
                    format!("values: {{a: {}1{}}}\n", open.repeat(depth), close.repeat(depth));
                // Whether the limits allow it or not, it is not fatal.
                Document::load("env", text.as_str(), &Limits::default());
            }
        }
    };
    std::thread::Builder::new().stack_size(2 << 20).spawn(run).unwrap().join().unwrap();
}

proptest! {
    #[test]
    fn any_text_loads(text in r#"((values|imports|description|a|fn::(join|open|secret|rotate::p))|[:\-\[\]\{\}$." \n]|\PC)*"#) {
        let limits = Limits::default();
        let loaded = Document::load("env", text.as_str(), &limits);
        prop_assert!(loaded.document.is_some() || !loaded.diagnostics.is_empty());
        Document::load_tolerant("env", text.as_str(), &limits);
    }

    #[test]
    fn any_value_parses(value in r#"([$\{\}\[\]."\\ aé\u{a0}世]|\PC)*"#) {
        let text = format!("values:\n  a: '{}'\n  b: |1\n   {0}\n", value.replace('\'', "''"));
        Document::load("env", text.as_str(), &Limits::default());
    }
}
