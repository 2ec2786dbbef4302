//! Calls of built-in functions.

use super::*;

/// Loads a document whose value `a` is the YAML flow value given and shows it.
#[track_caller]
fn flow(yaml: &str, expected: &[&str]) -> String {
    value(&check(&format!("values:\n  a: {yaml}\n"), expected), "a")
}

#[test]
fn every_function() {
    for (yaml, shown) in [
        ("{'fn::concat': [[1], [2]]}", "fn::concat([[1], [2]])"),
        ("{'fn::final': 1}", "fn::final(1)"),
        ("{'fn::fromBase64': x}", "fn::fromBase64(\"x\")"),
        ("{'fn::fromJSON': '${x}'}", "fn::fromJSON(<x>)"),
        ("{'fn::join': [',', [a]]}", "fn::join(\",\", [\"a\"])"),
        ("{'fn::open': {provider: p, inputs: {}}}", "fn::open(p (\"p\"), {})"),
        ("{'fn::open::p': {a: 1}}", "fn::open::p(p, {a: 1})"),
        ("{'fn::open::': 1}", "fn::open::(, 1)"),
        ("{'fn::rotate': {provider: p, inputs: 1}}", "fn::rotate(p (\"p\"), 1, 'null)"),
        (
            "{'fn::rotate': {provider: p, inputs: 1, state: {x: 2}}}",
            "fn::rotate(p (\"p\"), 1, {x: 2})",
        ),
        ("{'fn::rotate::p': {inputs: 1}}", "fn::rotate::p(p, 1, 'null)"),
        ("{'fn::secret': x}", "fn::secret(plain \"x\")"),
        ("{'fn::secret': x$$y}", "fn::secret(plain \"x$y\")"),
        ("{'fn::secret': {ciphertext: Zm9v}}", "fn::secret(cipher \"Zm9v\")"),
        ("{'fn::split': [',', 'a,b']}", "fn::split(\",\", \"a,b\")"),
        ("{'fn::toBase64': x}", "fn::toBase64(\"x\")"),
        ("{'fn::toJSON': [x]}", "fn::toJSON([\"x\"])"),
        ("{'fn::toString': [x]}", "fn::toString([\"x\"])"),
        ("{'fn::validate': {schema: true, value: 1}}", "fn::validate(true, 1)"),
    ] {
        assert_eq!(flow(yaml, &[]), shown);
    }
}

#[test]
fn places_of_a_call() {
    let document = check("values:\n  a:\n    fn::toJSON: [x]\n", &[]);
    let id = document.values()[0].value;
    assert_eq!(document.path_of(id), "values.a");
    assert_eq!(document.range_of(id).to_string(), "3,5-19");
    let ExprKind::Call(call) = &document.expr(id).kind else { panic!("not a call") };
    assert_eq!(call.name_range.to_string(), "3,5-15");
    let Function::Pure(Pure::ToJson, Arguments::One(argument)) = call.function else {
        panic!("not toJSON")
    };
    assert_eq!(document.expr(argument).node, Some(call.argument));
    assert_eq!(document.path_of(argument), "values.a[\"fn::toJSON\"]");
}

#[test]
fn what_is_no_call() {
    assert_eq!(flow("{}", &[]), "{}");
    assert_eq!(
        flow("{'fn::nope': 1}", &["2,7-15 values.a: 'fn::' is a reserved prefix"]),
        "{fn::nope: 1}"
    );
    assert_eq!(
        flow("{'FN::Secret': 1}", &["2,7-17 values.a: 'fn::' is a reserved prefix"]),
        "{FN::Secret: 1}"
    );
    assert_eq!(
        flow("{'fn::open:p': 1}", &["2,7-17 values.a: 'fn::' is a reserved prefix"]),
        "{fn::open:p: 1}"
    );
    assert_eq!(flow("{'FN::secret': 1, b: 2}", &[]), "{FN::secret: 1, b: 2}");
    assert_eq!(flow("{'fn:': 1}", &[]), "{fn:: 1}");
    let illegal = |name| {
        format!(
            "2,6-34 values.a: illegal call to builtin function: \"{name}\" must be the only key \
             within its containing object"
        )
    };
    assert_eq!(
        flow("{'fn::secret': 1, 'fn::b': 2}", &[&illegal("fn::secret"), &illegal("fn::b")]),
        "{fn::secret: 1, fn::b: 2}"
    );
}

#[test]
fn suggestions_for_functions() {
    for (name, help) in [
        ("fn::tojson", "did you mean fn::toJSON?"),
        ("Fn::Secret", "did you mean fn::secret?"),
        ("fn::opn::aws", "did you mean fn::open::aws?"),
        ("fn::join::x", "did you mean fn::join?"),
        ("fn::xyzzy", "the functions are fn::concat, "),
    ] {
        let (_, diagnostics) = load(&format!("values:\n  a: {{'{name}': 1}}\n"));
        let actual = diagnostics[0].help.as_deref().unwrap();
        assert!(actual.starts_with(help), "{actual}");
    }
}

#[test]
fn concat() {
    let message =
        "2,21-25 values.a[\"fn::concat\"]: the argument to fn::concat must be an array of arrays";
    assert_eq!(flow("{'fn::concat': '${x}'}", &[message]), "fn::concat(<x>)");
}

#[test]
fn join_and_split() {
    let join = "2,19-23 values.a[\"fn::join\"]: the argument to fn::join must be a two-valued list";
    assert_eq!(flow("{'fn::join': oops}", &[join]), "fn::join('missing, 'missing)");
    let split =
        "2,20-22 values.a[\"fn::split\"]: the argument to fn::split must be a two-valued list";
    assert_eq!(flow("{'fn::split': [x]}", &[split]), "fn::split('missing, 'missing)");
}

#[test]
fn open() {
    let shape = "2,19-20 values.a[\"fn::open\"]: the argument to fn::open must be an object \
                 containing 'provider' and 'inputs'";
    assert_eq!(flow("{'fn::open': x}", &[shape]), "fn::open(? ('missing), 'missing)");
    let provider = "2,19-29 values.a[\"fn::open\"]: missing provider name ('provider')";
    assert_eq!(flow("{'fn::open': {inputs: 1}}", &[provider]), "fn::open(? ('missing), 1)");
    let inputs = "2,19-31 values.a[\"fn::open\"]: missing provider inputs ('inputs')";
    assert_eq!(flow("{'fn::open': {provider: p}}", &[inputs]), "fn::open(p (\"p\"), 'missing)");
    let literal = "2,30-34 values.a[\"fn::open\"].provider: provider name must be a string literal";
    assert_eq!(
        flow("{'fn::open': {provider: '${p}', inputs: 1}}", &[literal]),
        "fn::open(? ('missing), 1)"
    );
    assert_eq!(
        flow("{'fn::open': {provider: p, inputs: 1, provider: q, inputs: 2}}", &[]),
        "fn::open(q (\"q\"), 2)"
    );
    let extra = "W + 2,44-49 values.a[\"fn::open\"].input: fn::open ignores the property \"input\"";
    assert_eq!(
        flow("{'fn::open': {provider: p, inputs: 1, input: 2}}", &[extra]),
        "fn::open(p (\"p\"), 1)"
    );
}

#[test]
fn rotate() {
    let shape = "2,21-22 values.a[\"fn::rotate\"]: the argument to fn::rotate must be an object \
                 containing 'provider', 'inputs' and 'state'";
    assert_eq!(flow("{'fn::rotate': x}", &[shape]), "fn::rotate(? ('missing), 'missing, 'missing)");
    let short = "2,24-25 values.a[\"fn::rotate::p\"]: the argument to fn::rotate must be an object \
                 containing 'inputs' and 'state'";
    assert_eq!(flow("{'fn::rotate::p': x}", &[short]), "fn::rotate::p(?, 'missing, 'missing)");
    let inputs = "2,24-24 values.a[\"fn::rotate::p\"]: missing provider inputs ('inputs')";
    assert_eq!(flow("{'fn::rotate::p': {}}", &[inputs]), "fn::rotate::p(p, 'missing, 'null)");
    // It is kept, for whatever else is wrong with it to be found.
    let states =
        [("null", "null"), ("'${x}'", "<x>"), ("{'fn::final': {}}", "fn::final({})"), ("1", "1")];
    for (state, kept) in states {
        let yaml = format!("values:\n  a: {{'fn::rotate::p': {{inputs: 1, state: {state}}}}}\n");
        let (document, diagnostics) = load(&yaml);
        assert_eq!(diagnostics[0].summary, "rotation state must be an object literal");
        assert_eq!(diagnostics[0].path, "values.a[\"fn::rotate::p\"].state");
        assert_eq!(value(&document, "a"), format!("fn::rotate::p(p, 1, {kept})"));
    }
}

#[test]
fn secret() {
    for wrong in
        ["1", "null", "'x${a}'", "'${a}'", "[a]", "{a: b}", "{ciphertext: 1}", "{'fn::final': x}"]
    {
        let (document, diagnostics) = load(&format!("values:\n  a: {{'fn::secret': {wrong}}}\n"));
        assert_eq!(diagnostics.len(), 1);
        assert_eq!(diagnostics[0].summary, "secret values must be string literals");
        assert_eq!(diagnostics[0].path, "values.a[\"fn::secret\"]");
        assert_eq!(value(&document, "a"), "fn::secret(plain '\"\")");
    }
}

#[test]
fn validate() {
    let shape = "2,23-24 values.a[\"fn::validate\"]: the argument to fn::validate must be an object \
                 containing 'schema' and 'value'";
    assert_eq!(flow("{'fn::validate': x}", &[shape]), "fn::validate('missing, 'missing)");
    let missing = [
        "2,23-23 values.a[\"fn::validate\"]: missing required property 'schema'",
        "2,23-23 values.a[\"fn::validate\"]: missing required property 'value'",
    ];
    assert_eq!(flow("{'fn::validate': {}}", &missing), "fn::validate('missing, 'missing)");
}

#[test]
fn errors_of_the_argument_come_first() {
    let expected = [
        "2,20-22 values.a[\"fn::join\"][0]: missing closing brace '}' in interpolation",
        "2,19-22 values.a[\"fn::join\"]: the argument to fn::join must be a two-valued list",
    ];
    flow("{'fn::join': ['${']}", &expected);
}
