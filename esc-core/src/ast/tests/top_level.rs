//! Description, imports, values.

use super::*;

fn imports(document: &Document) -> Vec<(&str, bool)> {
    document.imports.iter().map(|import| (import.name.as_str(), import.merge)).collect()
}

#[test]
fn shape_of_the_document() {
    assert!(check("", &[]).is_empty());
    assert!(check("# nothing\n", &["nowhere : environment must be an object"]).is_empty());
    check("null\n", &["nowhere : environment must be an object"]);
    check("[a]\n", &["1,1-3 : environment must be an object"]);
    check("text\n", &["1,1-5 : environment must be an object"]);
    assert!(check("values: {}\n", &[]).is_empty());
    let document = check("imports: [a]\n", &[]);
    assert!(!document.is_empty() && !document.has_values());
}

#[test]
fn fields() {
    let document = check("VALUES:\n  a: 1\nImportſ: [x]\nDescription: d\n", &[]);
    assert_eq!(value(&document, "a"), "1");
    assert_eq!(imports(&document), [("x", true)]);
    assert_eq!(document.description.as_deref(), Some("d"));

    check(
        "foo: 1\nvaleus: {}\n",
        &[
            "W 1,1-4 foo: Field 'foo' does not exist on Object 'environment'. Existing fields are: \
             'imports', 'values', 'description'",
            "W 2,1-7 valeus: Field 'valeus' does not exist on Object 'environment'. Existing fields are: \
             'values', 'imports', 'description'",
        ],
    );
    let (_, diagnostics) = load("valeus: {}\n");
    assert_eq!(diagnostics[0].help.as_deref(), Some("did you mean 'values'?"));
}

#[test]
fn repeated_fields() {
    let document = check(
        "values:\n  foo: 1\nvalues:\n  bar: 2\n",
        &["W 3,1-7 values: duplicate key \"values\""],
    );
    assert_eq!(document.values().len(), 1);
    assert_eq!(value(&document, "bar"), "2");
    let document = check("values: {a: 1}\nValues: {b: 2}\n", &[]);
    assert_eq!(value(&document, "b"), "2");
}

#[test]
fn null_is_not_absent() {
    check(
        "imports:\nvalues: ~\n",
        &["1,9-9 imports: imports must be a list", "2,9-10 values: values must be an object"],
    );
}

#[test]
fn description() {
    let document = check("description: \"a $$ b\"\n", &[]);
    assert_eq!(document.description.as_deref(), Some("a $ b"));
    for wrong in ["1", "${a}", "x${a}", "[]"] {
        let text = format!("description: {wrong}\n");
        let (document, diagnostics) = load(&text);
        assert_eq!(document.description, None);
        assert_eq!(diagnostics[0].summary, "description must be a string");
        assert_eq!(diagnostics[0].path, "description");
        assert_eq!(document.exprs.len(), 1);
    }
}

#[test]
fn imports_of_all_shapes() {
    let document = check(
        "imports:\n  - a\n  - $${b}@1\n  - c: {merge: false}\n  - d: {MERGE: true}\n  - e: {}\n  - a\n",
        &[],
    );
    assert_eq!(
        imports(&document),
        [("a", true), ("$${b}@1", true), ("c", false), ("d", true), ("e", true), ("a", true)]
    );
}

#[test]
fn malformed_imports() {
    check("imports: a\n", &["1,10-11 imports: imports must be a list"]);
    let document = check(
        "imports:\n  - {}\n  - {a: {}, b: {}}\n  - null\n  - 1\n  - [a]\n  - b:\n  - c: {merge: 'no'}\n  - d: 1\n",
        &[
            "2,5-5 imports[0]: import must have a single key",
            "3,5-16 imports[1]: import must have a single key",
            "4,5-9 imports[2]: import must be a string or an object",
            "5,5-6 imports[3]: import must be a string or an object",
            "6,5-7 imports[4]: import must be a string or an object",
            "7,7-7 imports[5].b: import must be an object",
            "8,16-18 imports[6].c.merge: merge must be a boolean value",
            "9,8-9 imports[7].d: import must be an object",
        ],
    );
    assert_eq!(imports(&document), [("b", true), ("c", false), ("d", true)]);
}

#[test]
fn import_options() {
    let document = check(
        "imports:\n  - a: {marge: 1, merge: false, merge: true}\n",
        &[
            "W + 2,9-14 imports[0].a.marge: unknown import option \"marge\" is ignored",
            "W 2,33-38 imports[0].a.merge: duplicate key \"merge\"",
        ],
    );
    assert_eq!(imports(&document), [("a", true)]);
}

#[test]
fn keys_of_values_are_verbatim() {
    let document = check("values:\n  ${a}: 1\n  $$b: 2\n  ${: 3\n  dup: 4\n  dup: 5\n", &[]);
    let keys: Vec<&str> = document.values().iter().map(|property| property.key.as_str()).collect();
    assert_eq!(keys, ["${a}", "$$b", "${", "dup", "dup"]);
}

#[test]
fn calls_at_the_top_level() {
    let document = check(
        "values:\n  fn::secret: hello\n  Fn::x: 1\n",
        &[
            "2,3-13 values[\"fn::secret\"]: builtin function call \"fn::secret\" not allowed at the top level",
        ],
    );
    assert_eq!(value(&document, "fn::secret"), "\"hello\"");
}
