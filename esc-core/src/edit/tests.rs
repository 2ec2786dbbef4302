//! Edits by example.

use super::*;
use crate::number::Number;

fn object(pairs: &[(&str, Content)]) -> Content {
    Content::Object(pairs.iter().map(|(k, v)| ((*k).into(), v.clone())).collect())
}

fn list(items: &[&str]) -> Content {
    Content::List(items.iter().map(|i| Content::string(*i)).collect())
}

#[track_caller]
fn set(text: &str, path: &str, value: Content, expected: &str) {
    let mut editor = Editor::new(text).unwrap();
    match editor.set(&path.parse().unwrap(), value) {
        Ok(()) => assert_eq!(editor.text(), expected),
        Err(e) => panic!("{e}"),
    }
}

#[track_caller]
fn delete(text: &str, path: &str, expected: &str) {
    let mut editor = Editor::new(text).unwrap();
    match editor.delete(&path.parse().unwrap()) {
        Ok(_) => assert_eq!(editor.text(), expected),
        Err(e) => panic!("{e}"),
    }
}

#[track_caller]
fn fails(text: &str, path: &str, message: &str) {
    let mut editor = Editor::new(text).unwrap();
    let error = editor.set(&path.parse().unwrap(), Content::Null).unwrap_err();
    assert_eq!(error.to_string(), message);
    assert_eq!(editor.text(), text);
}

#[test]
fn scalars_keep_their_surroundings() {
    set("a:   1   # one\n\nb: 2\n", "a", Content::Number(3.into()), "a:   3   # one\n\nb: 2\n");
    set("a: 'x' # c\r\nb: 2\r\n", "a", Content::string("it's"), "a: 'it''s' # c\r\nb: 2\r\n");
    set("a: \"x\"\n", "a", Content::string("w"), "a: \"w\"\n");
    set("a:\n  # about\n  x\n", "a", Content::string("w"), "a:\n  # about\n  w\n");
    set("a:\nb: 1\n", "a", Content::string("w"), "a: w\nb: 1\n");
    set("a: # c\nb: 1\n", "a", Content::string("w"), "a: w # c\nb: 1\n");
    set("a: !!int 3\n", "a", Content::string("w"), "a: w\n");
    set("- a\n-\n- c\n", "[1]", Content::Bool(true), "- a\n- true\n- c\n");
    set("a: x", "a", Content::Null, "a: null");
}

#[test]
fn strings_are_quoted_when_needed() {
    for (text, expected) in [
        ("plain text", "plain text"),
        ("${a.b[0]}", "${a.b[0]}"),
        ("", "\"\""),
        ("12", "'12'"),
        ("true", "'true'"),
        ("null", "\"null\""),
        ("0x1F", "\"0x1F\""),
        ("2020-01-01", "\"2020-01-01\""),
        ("yes", "\"yes\""),
        ("12:30:45", "\"12:30:45\""),
        ("- x", "'- x'"),
        ("a: b", "'a: b'"),
        ("a #b", "'a #b'"),
        ("#c", "'#c'"),
        ("x ", "'x '"),
        ("tab\t", "\"tab\\t\""),
        ("bell\u{7}", "\"bell\\a\""),
        ("🎉", "🎉"),
        ("---", "'---'"),
        ("a\r\nb", "\"a\\r\\nb\""),
    ] {
        set("k: old\n", "k", Content::string(text), &format!("k: {expected}\n"));
    }
}

#[test]
fn several_lines_become_a_literal_block() {
    set("a: x # c\nb: 1\n", "a", Content::string("l1\nl2"), "a: |- # c\n  l1\n  l2\nb: 1\n");
    set("a: x\n", "a", Content::string("l1\n\n l2\n"), "a: |\n  l1\n\n   l2\n");
    set("a: x\nb: 1\n", "a", Content::string(" l1\nl2\n\n"), "a: |2+\n   l1\n  l2\n\nb: 1\n");
    set("- x\n- y\n", "[0]", Content::string("l1\nl2\n"), "- |\n  l1\n  l2\n- y\n");
    set("a: {b: x}\n", "a.b", Content::string("l1\nl2"), "a: {b: \"l1\\nl2\"}\n");
    set("a: | # c\n  l1\n\n  l2\n\nb: 1\n", "a", Content::string("x"), "a: x # c\n\nb: 1\n");
    set("a: |+\n  l1\n\n\nb: 1\n", "a", Content::string("x"), "a: x\nb: 1\n");
    set("a: >-\n  l1\n  l2\n", "a", Content::string("x\ny\n"), "a: |\n  x\n  y\n");
    set("a:\r\n  b: x\r\n", "a.b", Content::string("p\nq"), "a:\r\n  b: |-\r\n    p\r\n    q\r\n");
    set("a: |\n  x", "b", Content::string("w"), "a: |-\n  x\nb: w\n");
    set("a: 1\nb: |\n  x\n", "c", Content::string("w"), "a: 1\nb: |\n  x\nc: w\n");
}

#[test]
fn missing_parents_are_created() {
    set("", "a.b[0].c", Content::string("x"), "a:\n  b:\n    - c: x\n");
    set("# only a comment\n", "a", list(&["x"]), "# only a comment\na:\n  - x\n");
    set("a:\n    b: 1\n", "c.d", Content::Bool(true), "a:\n    b: 1\nc:\n    d: true\n");
    set("a:\n- x\nb: 1\n", "c", list(&["w"]), "a:\n- x\nb: 1\nc:\n- w\n");
    set("values: {}\n", "values.x", Content::Null, "values:\n  x: null\n");
    set("values: {} # none\n", "values.x.y", Content::Null, "values: # none\n  x:\n    y: null\n");
    set("values:\nother: 1\n", "values.x", Content::Null, "values:\n  x: null\nother: 1\n");
    set("{}\n", "a", Content::string("x"), "a: x\n");
    set("a: [] # c\n", "a[0].b", Content::string("x"), "a: # c\n  - b: x\n");
    set("null\n", "a", Content::string("x"), "a: x\n");
}

#[test]
fn additions_come_last() {
    set("a:\n  x: 1 # c\n\nb: 2\n", "a.y", Content::Null, "a:\n  x: 1 # c\n  y: null\n\nb: 2\n");
    set(
        "a:\n  x: 1\n  # y: off\nb: 2\n",
        "a.z",
        Content::Null,
        "a:\n  x: 1\n  # y: off\n  z: null\nb: 2\n",
    );
    set("a:\n  - x\n  - y", "a[2]", Content::string("z"), "a:\n  - x\n  - y\n  - z");
    set("- a: 1\n  b: 2\n- c\n", "[0].d", Content::Null, "- a: 1\n  b: 2\n  d: null\n- c\n");
    set(
        "- - x\n- y\n",
        "[0][1]",
        object(&[("a", Content::Null), ("b", Content::Null)]),
        "- - x\n  - a: null\n    b: null\n- y\n",
    );
    set("a: [x, y] # c\n", "a[2]", Content::string("z"), "a: [x, y, z] # c\n");
    set(
        "a: {x: 1}\n",
        "a.fn::y",
        object(&[("p", Content::Null)]),
        "a: {x: 1, 'fn::y': {p: null}}\n",
    );
    set("a: {\n  x: 1, # one\n}\n", "a.y", Content::Null, "a: {\n  x: 1, # one\n  y: null,\n}\n");
    set(
        "a: [\n  x, # one\n  y # two\n]\n",
        "a[2]",
        Content::string("z"),
        "a: [\n  x, # one\n  y, # two\n  z\n]\n",
    );
    set("a: 1\n...\n", "b", Content::Null, "a: 1\nb: null\n...\n");
    set("---\na: 1\n", "[\"b c\"]", Content::Null, "---\na: 1\nb c: null\n");
}

#[test]
fn kinds_change_both_ways() {
    let two = object(&[("p", Content::string("q")), ("r", list(&["s"]))]);
    set("a: x # c\nb: 1\n", "a", two.clone(), "a: # c\n  p: q\n  r:\n    - s\nb: 1\n");
    set("- x # c\n- y\n", "[0]", object(&[("p", Content::Null)]), "- # c\n  p: null\n- y\n");
    set("- x\n- y\n", "[0]", two.clone(), "- p: q\n  r:\n    - s\n- y\n");
    set("a: # c\n  x: 1\n  y: 2 # d\n\nb: 1\n", "a", Content::string("s"), "a: s # c\n\nb: 1\n");
    set("a:\n  # about x\n  x: 1\nb: 1\n", "a", Content::string("s"), "a: s\n  # about x\nb: 1\n");
    set("a:\n  x: 1\nb: 1\n", "a", Content::string("p\nq"), "a: |-\n  p\n  q\nb: 1\n");
    set("a:\n  x: 1\nb: 1\n", "a", list(&["p", "q"]), "a:\n  - p\n  - q\nb: 1\n");
    set("a:\n- x\nb: 1\n", "a", object(&[("p", Content::Null)]), "a:\n  p: null\nb: 1\n");
    set("- a: 1\n  b: 2\n- c\n", "[0]", Content::string("x"), "- x\n- c\n");
    set("a: [1, 2]\n", "a", list(&["p"]), "a: [p]\n");
    set("a: [1, 2]\n", "a", Content::string("p"), "a: p\n");
    set("a: 1\nb: 2\n", "", Content::string("x"), "x\n");
    set("x\n", "", two, "p: q\nr:\n  - s\n");
    set("a: {b, c: }\n", "a.b", Content::string("x"), "a: {b: x, c: }\n");
    set("a: {b, c: }\n", "a.c", Content::string("x"), "a: {b, c: x }\n");
}

#[test]
fn deletions_take_their_lines() {
    delete("a: 1\n# about b\nb: 2 # c\n\nd: 3\n", "b", "a: 1\n\nd: 3\n");
    delete("# header\na: 1\nb: 2\n", "a", "# header\nb: 2\n");
    delete("a: 1\nb: 2", "b", "a: 1");
    delete("a: 1\nb:\n  - x\n  - y: 2\n    z: |\n      q\nc: 3\n", "b", "a: 1\nc: 3\n");
    delete("- a: 1\n  b: 2\n", "[0].a", "- b: 2\n");
    delete("- a: 1\n  # about b\n  b: 2\n", "[0].a", "- \n  # about b\n  b: 2\n");
    delete("- x\n- y\n- z\n", "[1]", "- x\n- z\n");
    delete("- x\n-\n- z\n", "[1]", "- x\n- z\n");
    delete("a: [x, y, z]\n", "a[0]", "a: [y, z]\n");
    delete("a: [x, y, z]\n", "a[2]", "a: [x, y]\n");
    delete("a: {x: 1, y: 2,}\n", "a.y", "a: {x: 1,}\n");
    delete("values:\n  a: 1 # c\nb: 2\n", "values.a", "values: {}\nb: 2\n");
    delete("values:\n  - 1\n", "values[0]", "values: []\n");
    delete("a: 1\n", "a", "{}\n");
    delete("a: 1\n", "x.y.z", "a: 1\n");
    delete("", "x", "");
    delete("a: 1\r\nb: 2\r\nc: 3\r\n", "b", "a: 1\r\nc: 3\r\n");
}

#[test]
fn the_key_that_counts_is_changed() {
    set("a: 1\na: 2\n", "a", Content::Null, "a: 1\na: null\n");
    set("a:\n  b: 1\n  b: 2\n", "a.b", Content::Null, "a:\n  b: null\n  b: 2\n");
}

#[test]
fn impossible_paths_are_named() {
    let text = "a:\n  - x\nb: {c: 1}\n";
    fails(text, "a.x.y", "a.x: key for an array must be an int");
    fails(text, "a[2]", "a[2]: array index out of range");
    fails(text, "b[0].x", "b[0]: key for a map must be a string");
    fails(text, "b.c.d", "b.c.d: expected an array or an object");
    fails(text, "new[1]", "new[1]: array index out of range");
    let mut editor = Editor::new(text).unwrap();
    assert!(matches!(editor.delete(&PropertyPath::new()), Err(EditError::DeleteRoot)));
    let number = Content::Number(Number::from_text("1e400"));
    assert!(matches!(editor.set(&"b.c".parse().unwrap(), number), Err(EditError::Number { .. })));
    let mut deep = Content::Null;
    for _ in 0..200 {
        deep = Content::List(vec![deep]);
    }
    assert!(matches!(editor.set(&"b.c".parse().unwrap(), deep), Err(EditError::TooDeep { .. })));
    assert!(matches!(Editor::new("a: *x\n"), Err(EditError::Unreadable(_))));
    assert!(matches!(Editor::new("a: [\n"), Err(EditError::Unreadable(_))));
}

#[test]
fn secrets_keep_their_form() {
    let mut editor = Editor::new("values:\n  a: {'fn::secret': x} # c\n  b: plain\n").unwrap();
    editor.set_secret(&"values.a".parse().unwrap(), "new").unwrap();
    editor.set_secret(&"values.b".parse().unwrap(), "12").unwrap();
    assert_eq!(
        editor.text(),
        "values:\n  a: {'fn::secret': new} # c\n  b:\n    fn::secret: '12'\n"
    );
}

#[test]
fn appending_makes_the_list() {
    let mut editor = Editor::new("a: 1\n").unwrap();
    let path: PropertyPath = "b".parse().unwrap();
    editor.append(&path, Content::string("x")).unwrap();
    editor.append(&path, Content::string("w")).unwrap();
    assert_eq!(editor.text(), "a: 1\nb:\n  - x\n  - w\n");
    let error = editor.append(&"a".parse().unwrap(), Content::Null).unwrap_err();
    assert_eq!(error.to_string(), "a[0]: expected an array or an object");
}
