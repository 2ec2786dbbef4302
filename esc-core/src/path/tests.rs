//! Property paths by example and by law.

use super::*;
use proptest::prelude::*;

fn key(key: &str) -> PathElement {
    PathElement::from(key)
}

fn parsed(text: &str) -> Vec<PathElement> {
    PropertyPath::parse(text).unwrap().0
}

#[test]
fn reads_every_form() {
    assert_eq!(parsed(""), []);
    assert_eq!(parsed("root.nested"), [key("root"), key("nested")]);
    assert_eq!(parsed(r#"root["nested"][2].x"#), [key("root"), key("nested"), 2.into(), key("x")]);
    assert_eq!(parsed(r#"["a \"b\".c"]"#), [key(r#"a "b".c"#)]);
    assert_eq!(parsed("a[*]"), [key("a"), key("*")]);
    assert_eq!(parsed(r#"values.["my-key"]"#), [key("values"), key("my-key")]);
    assert_eq!(parsed("0a.世界"), [key("0a"), key("世界")]);
}

#[test]
fn refuses_with_the_known_texts() {
    for (text, message, position) in [
        (".a", "expected property path to start with a name or index", 0),
        ("a.", "expected property path to end with a name or index", 1),
        (r#"a["b"#, "missing closing quote in property name", 2),
        (r#"a["b"x"#, "missing closing bracket in property access", 1),
        ("a[0", "missing closing bracket in array index", 1),
        ("a[x]", r#"invalid array index: strconv.ParseInt: parsing "x": invalid syntax"#, 2),
        (
            "a[-1]",
            r#"invalid array index: strconv.ParseInt: parsing "-1": must not be negative"#,
            2,
        ),
        (
            "a[99999999999999999999]",
            r#"invalid array index: strconv.ParseInt: parsing "99999999999999999999": value out of range"#,
            2,
        ),
    ] {
        let error = PropertyPath::parse(text).unwrap_err();
        assert_eq!((error.to_string().as_str(), error.position()), (message, position), "{text}");
    }
}

#[test]
fn prints_like_the_reference() {
    let print = |elements: &[PathElement]| PropertyPath(elements.to_vec()).to_string();
    assert_eq!(print(&[key("a"), key("0b"), 1.into(), key("c-d")]), r#"a.0b[1]["c-d"]"#);
    assert_eq!(print(&[key("my-key"), key("x")]), r#"["my-key"].x"#);
    assert_eq!(print(&[key("")]), r#"[""]"#);
}

#[test]
fn joins_document_paths() {
    let mut path = String::new();
    for key in ["values", "", "a b", "_x1", "1a", "q\"\\"] {
        join_key(&mut path, key);
    }
    join_index(&mut path, 12);
    assert_eq!(path, r#"values["a b"]._x1["1a"]["q\"\"][12]"#);
    let mut path = String::new();
    join_key(&mut path, "a b");
    assert_eq!(path, r#"["a b"]"#);
}

#[test]
fn document_paths_differ_for_digits_and_empty_keys() {
    let path: PropertyPath =
        [key("o"), key("0a"), key(""), 3.into(), key("b")].into_iter().collect();
    assert_eq!(path.to_document_path(), r#"o["0a"][3].b"#);
}

proptest! {
    #[test]
    fn printing_and_reading_are_inverse(
        elements in prop::collection::vec(
            prop_oneof![
                r#"[a-z0-9_."'\[\]\\é]{0,6}"#.prop_map(|k| PathElement::Key(k.into())),
                ".*".prop_map(|k| PathElement::Key(k.into())),
                (0usize..1000).prop_map(PathElement::Index),
            ],
            0..6,
        )
    ) {
        let path = PropertyPath(elements);
        prop_assert_eq!(PropertyPath::parse(&path.to_string()).unwrap(), path);
    }

    #[test]
    fn reading_never_panics(text in r#"[a\[\]."'\\0-9é*]{0,12}"#) {
        let _ = PropertyPath::parse(&text);
    }
}
