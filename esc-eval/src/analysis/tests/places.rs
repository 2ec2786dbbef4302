use super::*;
use crate::analysis::{RenameError, SymbolKind, Target};

fn defined(text: &str) -> Vec<(String, u32)> {
    let (text, at) = cursor(text);
    let place = |target: Target| (target.environment.to_string(), target.range.begin.line);
    evaluated(&text).definition(at).into_iter().map(place).collect()
}

fn renamed(text: &str, name: &str) -> Result<String, RenameError> {
    let (mut text, at) = cursor(text);
    for edit in evaluated(&text).rename(at, name)?.iter().rev() {
        text.replace_range(edit.span.range(), &edit.text);
    }
    Ok(text)
}

#[test]
fn definitions() {
    let at = |environment: &str, line| vec![(environment.to_owned(), line)];
    assert_eq!(defined("values:\n  a:\n    b: 1\n  c: ${a.b|}"), at("app", 3));
    assert_eq!(defined("imports: [middle]\nvalues:\n  c: ${ho|st}"), at("middle", 3));
    assert_eq!(defined("imports: [middle]\nvalues:\n  c: ${db.po|rt}"), at("base", 4));
    assert_eq!(
        defined("imports: [middle]\nvalues:\n  c: ${imports.middle.ho|st}"),
        at("middle", 3)
    );
    assert_eq!(
        defined("imports: [middle]\nvalues:\n  c: ${imports.mid|dle.host}"),
        at("middle", 0)
    );
    assert_eq!(defined("imports: [mid|dle]\n"), at("middle", 0));
    assert_eq!(
        defined("imports: [base: {merge: true}, mid|dle: {merge: true}]\n"),
        at("middle", 0)
    );
    assert_eq!(defined("values:\n  a: ${environments.proj.other.x.y|}"), at("proj/other", 1));
    assert_eq!(
        defined("imports: [middle]\nvalues:\n  ho|st: x"),
        [("middle".to_owned(), 3), ("base".to_owned(), 2)]
    );
    assert_eq!(defined("values:\n  a: ${no|pe}"), []);
    assert_eq!(defined("imports: [base]\nvalues:\n  a: ${login.tok|en}"), at("base", 8));
}

#[test]
fn references() {
    let (text, at) = cursor("values:\n  a|: {b: 1}\n  c: ${a.b} ${a}\n  d: ['${a[\"b\"]}']\n");
    let analysis = evaluated(&text);
    assert_eq!(analysis.references(at).len(), 3);
    let spans = analysis.references(at + 4);
    let texts: Vec<&str> = spans.iter().map(|span| &text[span.range()]).collect();
    assert_eq!(texts, [".b", "[\"b\"]"]);
    let (text, at) = cursor("imports: [base]\nvalues:\n  c: ${d|b.port} ${db.user} ${host}\n");
    assert_eq!(evaluated(&text).references(at).len(), 2);
}

#[test]
fn renaming() {
    assert_eq!(
        renamed("values:\n  a|: {b: 1}\n  c: ${a.b} ${a}\n", "x").unwrap(),
        "values:\n  x: {b: 1}\n  c: ${x.b} ${x}\n"
    );
    assert_eq!(
        renamed("values:\n  a: {b: 1}\n  c: ${a.b|} ${a}\n", "x y").unwrap(),
        "values:\n  a: {\"x y\": 1}\n  c: ${a[\"x y\"]} ${a}\n"
    );
    let doc = "values:\n  a|: 1\n  c: 2\n";
    assert_eq!(renamed(doc, "c"), Err(RenameError::Taken("c".into())));
    assert_eq!(renamed(doc, "imports"), Err(RenameError::BadName("imports".into())));
    assert_eq!(renamed(doc, "fn::x"), Err(RenameError::BadName("fn::x".into())));
    assert_eq!(renamed("values:\n  a: |1\n", "x"), Err(RenameError::NoValue));
    let quoted = "values:\n  a|: 1\n  c: \"${a}\"\n";
    assert_eq!(
        renamed(quoted, "x y").unwrap(),
        "values:\n  \"x y\": 1\n  c: \"${[\\\"x y\\\"]}\"\n"
    );
}

#[test]
fn outline() {
    let analysis =
        unevaluated("imports: [base]\nvalues:\n  a: {b: 1, c: {fn::toJSON: x}}\n  d: ${a}\n");
    let symbols = analysis.symbols();
    let names: Vec<_> = symbols.iter().map(|s| (s.name.as_str(), s.kind)).collect();
    let expected =
        [("base", SymbolKind::Import), ("a", SymbolKind::Object), ("d", SymbolKind::Reference)];
    assert_eq!(names, expected);
    assert_eq!(symbols[1].children[1].detail.as_deref(), Some("fn::toJSON"));
}

#[test]
fn fixes() {
    for (text, fixed) in [
        ("values:\n  database: 1\n  a: ${databse}\n", "values:\n  database: 1\n  a: ${database}\n"),
        (
            "values:\n  o: {database: 1}\n  a: ${o.databse}\n",
            "values:\n  o: {database: 1}\n  a: ${o.database}\n",
        ),
        ("values:\n  a: {fn::toJson: 1}\n", "values:\n  a: {fn::toJSON: 1}\n"),
        ("value:\n  a: 1\n", "values:\n  a: 1\n"),
        ("imports: [base: {mrege: true}]\n", "imports: [base: {merge: true}]\n"),
    ] {
        let analysis = evaluated(text);
        let diagnostics = analysis.diagnostics();
        let fix = diagnostics.iter().find_map(|d| analysis.fixes(d).pop());
        let fix = fix.unwrap_or_else(|| panic!("{text}: {diagnostics:#?}"));
        let mut changed = text.to_owned();
        changed.replace_range(fix.edits[0].span.range(), &fix.edits[0].text);
        assert_eq!(changed, fixed);
    }
}
