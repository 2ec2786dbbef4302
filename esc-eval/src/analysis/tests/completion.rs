use super::*;
use crate::analysis::Completion;

fn complete(text: &str) -> Vec<Completion> {
    let (text, at) = cursor(text);
    evaluated(&text).complete(at)
}

fn labels(text: &str) -> Vec<String> {
    complete(text).into_iter().map(|completion| completion.label).collect()
}

/// The document after the completion of that name.
fn applied(text: &str, label: &str) -> String {
    let (source, _) = cursor(text);
    let all = complete(text);
    let completion = all.iter().find(|c| c.label == label).unwrap_or_else(|| panic!("{all:#?}"));
    let mut source = source;
    source.replace_range(completion.edit.span.range(), &completion.edit.text);
    source
}

#[test]
fn names_of_values_own_and_inherited() {
    assert_eq!(
        labels("imports: [middle]\nvalues:\n  a: 1\n  b: ${|\n"),
        ["a", "b", "db", "host", "login", "password", "imports", "environments", "context"]
    );
    assert_eq!(labels("imports: [middle]\nvalues:\n  a: 1\n  b: ${h|"), ["host"]);
    assert_eq!(labels("values:\n  a: {b: {c: 1, d: 2}}\n  x: ${a.b.|}"), ["c", "d"]);
    assert_eq!(labels("imports: [middle]\nvalues:\n  x: say ${db.|"), ["port", "user"]);
}

#[test]
fn names_without_evaluation() {
    let (text, at) = cursor("values:\n  a: {b: 1}\n  l: [1, 2]\n  x: ${a.|");
    let labels: Vec<String> =
        unevaluated(&text).complete(at).into_iter().map(|c| c.label).collect();
    assert_eq!(labels, ["b"]);
}

#[test]
fn properties_of_what_providers_answer() {
    let text = "imports: [base]\nvalues:\n  x: ${login.|";
    assert_eq!(labels(text), ["hosts", "token"]);
    let token = complete(text).pop().unwrap();
    assert_eq!(token.detail.as_deref(), Some("string"));
    assert_eq!(token.documentation.as_deref(), Some("The token."));
}

#[test]
fn imports_environments_and_context() {
    let head = "imports: [base, middle: {merge: false}]\nvalues:\n  x: ";
    assert_eq!(labels(&format!("{head}${{imports.|}}")), ["base", "middle"]);
    assert_eq!(labels(&format!("{head}${{imports.base.ho|}}")), ["host"]);
    assert_eq!(labels(&format!("{head}${{environments.|}}")), ["proj"]);
    assert_eq!(labels(&format!("{head}${{environments.proj.|}}")), ["other"]);
    let context = ["currentEnvironment", "pulumi", "rootEnvironment"];
    assert_eq!(labels(&format!("{head}${{context.|}}")), context);
    assert_eq!(labels(&format!("{head}${{context.pulumi.user.|}}")), ["id", "login"]);
    let other = "values:\n  a: ${environments.proj.other.x}\n  b: ${environments.proj.other.x.|}";
    assert_eq!(labels(other), ["y"]);
}

#[test]
fn accessors_are_written_as_they_have_to_be() {
    let list = "values:\n  l: [1, 2]\n  x: ${l|}";
    assert_eq!(applied(list, "l"), "values:\n  l: [1, 2]\n  x: ${l}");
    assert_eq!(
        applied("values:\n  l: [1, 2]\n  x: ${l.|}", "1"),
        "values:\n  l: [1, 2]\n  x: ${l[1]}"
    );
    assert_eq!(
        applied("values:\n  l: [1, 2]\n  x: ${l[|]}", "0"),
        "values:\n  l: [1, 2]\n  x: ${l[0]}"
    );
    assert_eq!(
        applied("values:\n  a: {b c: 1}\n  x: ${a.|}", "b c"),
        "values:\n  a: {b c: 1}\n  x: ${a[\"b c\"]}"
    );
    assert_eq!(
        applied("values:\n  a: {b: 1}\n  x: \"${a[|]}\"", "b"),
        "values:\n  a: {b: 1}\n  x: \"${a[\\\"b\\\"]}\""
    );
    assert_eq!(applied("values:\n  abc: 1\n  x: ${a|bx}", "abc"), "values:\n  abc: 1\n  x: ${abc}");
}

#[test]
fn functions() {
    let all = labels("values:\n  a:\n    fn::|\n");
    assert_eq!(all.len(), 13 + 3, "{all:?}");
    assert_eq!(
        labels("values:\n  a:\n    fn::to|\n"),
        ["fn::toBase64", "fn::toJSON", "fn::toString"]
    );
    assert_eq!(labels("values:\n  a: {fn::jo|}\n"), ["fn::join"]);
    assert_eq!(labels("values:\n  a:\n    - fn::jo|\n"), ["fn::join"]);
    assert_eq!(labels("values:\n  a:\n    fn::jo|: [a]\n"), ["fn::join"]);
    assert_eq!(labels("values:\n  fn::jo|\n"), [""; 0]);
    assert_eq!(labels("values:\n  a:\n    b: 1\n    fn::jo|\n"), [""; 0]);
    assert_eq!(
        applied("values:\n  a:\n    fn::jo|\n  b: 1\n", "fn::join"),
        "values:\n  a:\n    fn::join: \n  b: 1\n"
    );
    assert_eq!(
        applied("values:\n  a:\n    fn::jo|x: [a]\n", "fn::join"),
        "values:\n  a:\n    fn::join: [a]\n"
    );
    let join = complete("values:\n  a:\n    fn::jo|").pop().unwrap();
    assert_eq!(join.snippet.as_deref(), Some("fn::join: [\"${1:,}\", [${2:strings}]]"));
}

#[test]
fn functions_behind_a_key_come_in_braces() {
    assert_eq!(labels("values:\n  a: fn::jo|\n"), ["fn::join"]);
    assert_eq!(
        applied("values:\n  a: fn::jo|\n  b: 1\n", "fn::join"),
        "values:\n  a: {fn::join: }\n  b: 1\n"
    );
    assert_eq!(labels("values:\n  a: 'fn::jo|'\n"), [""; 0]);
}

#[test]
fn providers() {
    assert_eq!(labels("values:\n  a:\n    fn::open::aws-lo|"), ["fn::open::aws-login"]);
    assert_eq!(
        labels("values:\n  a:\n    fn::open::|\n  b: 1"),
        ["fn::open::aws-login", "fn::open::login"]
    );
    assert_eq!(labels("values:\n  a:\n    fn::rotate::|"), ["fn::rotate::login"]);
    assert_eq!(labels("values:\n  a:\n    fn::open:\n      provider: |"), ["aws-login", "login"]);
    assert_eq!(labels("values:\n  a:\n    fn::open: {provider: lo|}"), ["login"]);
    assert_eq!(labels("values:\n  a:\n    provider: lo|"), [""; 0]);
    // No call of the provider has been evaluated yet.
    let login = complete("values:\n  a:\n    fn::open::lo|").pop().unwrap();
    assert!(login.documentation.unwrap().starts_with("Logs in somewhere."));
}

#[test]
fn inputs_of_providers() {
    let all = complete("values:\n  a:\n    fn::open::login:\n      |\n");
    let shown: Vec<(&str, &str)> = all
        .iter()
        .map(|c| (c.label.as_str(), c.detail.as_deref().unwrap_or_default()))
        .take(4)
        .collect();
    assert_eq!(
        shown,
        [
            ("region", "string (required)"),
            ("debug", "boolean"),
            ("mode", "\"fast\" | \"slow\""),
            ("session", "{name?: string}"),
        ]
    );
    assert_eq!(all[0].documentation.as_deref(), Some("Where it runs."));
    assert_eq!(
        labels("values:\n  a:\n    fn::open::login:\n      region: eu\n      d|\n"),
        ["debug"]
    );
    assert_eq!(
        labels(
            "values:\n  a:\n    fn::open::login:\n      session:\n        n|\n      region: eu\n"
        ),
        ["name"]
    );
    assert_eq!(
        labels("values:\n  a:\n    fn::open:\n      provider: login\n      inputs:\n        m|\n"),
        ["mode"]
    );
    assert_eq!(
        labels("values:\n  a:\n    fn::open:\n      provider: login\n      i|\n"),
        ["inputs"]
    );
    assert_eq!(labels("values:\n  a:\n    fn::rotate::login:\n      inputs: {re|}\n"), ["region"]);
}

#[test]
fn constants() {
    assert_eq!(labels("values:\n  a:\n    fn::open::login:\n      mode: |\n"), ["fast", "slow"]);
    assert_eq!(labels("values:\n  a:\n    fn::open::login: {mode: \"f|\"}\n"), ["fast"]);
    assert_eq!(labels("values:\n  a:\n    fn::open::login:\n      debug: t|\n"), ["true"]);
    assert_eq!(
        applied("values:\n  a:\n    fn::open::login: {mode: \"f|\"}\n", "fast"),
        "values:\n  a:\n    fn::open::login: {mode: \"fast\"}\n"
    );
}

#[test]
fn top_level_and_imports() {
    assert_eq!(labels("|"), ["description", "imports", "values"]);
    assert_eq!(labels("imports: [base]\nv|"), ["values"]);
    assert_eq!(labels("imports:\n  - base\n  - |\n"), ["middle", "proj/other"]);
    assert_eq!(labels("imports:\n  - mi|\nvalues: {}\n"), ["middle"]);
    assert_eq!(labels("imports: [base, p|]\n"), ["proj/other"]);
    assert_eq!(labels("imports:\n  - base:\n      |\n"), ["merge"]);
    assert_eq!(labels("imports:\n  - base: {merge: |}\n"), ["false", "true"]);
}

#[test]
fn names_to_override() {
    let text = "imports: [middle]\nvalues:\n  host: mine\n  |\n";
    assert_eq!(labels(text), ["db", "login", "password"]);
    assert_eq!(labels("imports: [middle]\nvalues:\n  db:\n    p|\n"), ["port"]);
    assert_eq!(complete(text)[2].detail.as_deref(), Some("string"));
}

#[test]
fn nothing_in_comments() {
    assert_eq!(labels("values:\n  a: 1\n  # ${|\n"), [""; 0]);
    assert_eq!(labels("values:\n  a: 1 # ${|\n"), [""; 0]);
}
