use super::*;

fn hover(text: &str) -> String {
    let (text, at) = cursor(text);
    evaluated(&text).hover(at).map(|hover| hover.markdown).unwrap_or_default()
}

#[test]
fn keys_tell_types_and_what_they_override() {
    assert_eq!(
        hover("imports: [middle]\nvalues:\n  ho|st: mine\n"),
        "`host`: `\"mine\"`\n\nOverrides `middle`, line 3, then `base`, line 2."
    );
    assert_eq!(
        hover("imports: [base]\nvalues:\n  d|b: {port: 1}\n"),
        "`db`: `{port: 1, user: \"app\"}`\n\nOverrides `base`, line 4."
    );
    assert_eq!(hover("values:\n  a: {b|: {c: [1, x]}}\n"), "`a.b`: `{c: [1, \"x\"]}`");
}

#[test]
fn accessors_tell_where_they_lead() {
    let text = "imports: [middle]\nvalues:\n  x: at ${ho|st}:${db.port}\n";
    assert_eq!(
        hover(text),
        "`host`: `\"db.middle\"`\n\nDefined in `middle`, line 3.\n\nOverrides `base`, line 2."
    );
    assert_eq!(
        hover("imports: [middle]\nvalues:\n  x: at ${db.po|rt}\n"),
        "`db.port`: `5432`\n\nDefined in `base`, line 4."
    );
    assert_eq!(
        hover("values:\n  a: [1, {b: c}]\n  x: ${a[1|].b}\n"),
        "`a[1]`: `{b: \"c\"}`\n\nDefined in line 2."
    );
    assert_eq!(hover("values:\n  x: ${no|pe}\n"), "`nope`\n\nNothing of that name is known here.");
}

#[test]
fn values_tell_what_strings_come_to() {
    assert_eq!(hover("values:\n  a: 1\n  x|: n${a}\n"), "`x`: `string` = `\"n1\"`");
}

#[test]
fn functions_and_providers() {
    assert_eq!(
        hover("values:\n  a: {fn::to|JSON: 1}\n"),
        "**fn::toJSON**: `any value`\n\nEncodes a value into its JSON representation.\n\nResult: `string`"
    );
    let login = "Logs in somewhere.\n\nInputs:\n\n- `debug`: `boolean` — Whether it talks.\n- `mode`: `\"fast\" | \
                 \"slow\"` — How it runs.\n- `region`: `string` (required) — Where it runs.\n- `session`: `{name?: \
                 string}` — The session.\n\nResult: `{hosts: string[], token: string}`";
    let open = "Fetches values from an external source when the environment is opened.";
    assert_eq!(
        hover("values:\n  a: {fn::open::lo|gin: {region: eu}}\n"),
        format!("**fn::open::login**\n\n{open}\n\n{login}")
    );
    assert_eq!(
        hover("values:\n  a: {fn::open: {provider: lo|gin, inputs: {region: eu}}}\n"),
        format!("**fn::open**: `{{provider: name, inputs: …}}`\n\n{open}\n\n{login}")
    );
}

#[test]
fn inputs_tell_what_is_expected() {
    let expected =
        "`a[\"fn::open\"].inputs.region`: `\"eu\"`\n\nExpected: `string`\n\nWhere it runs.";
    assert_eq!(
        hover("values:\n  a: {fn::open: {provider: login, inputs: {reg|ion: eu}}}\n"),
        expected
    );
}

#[test]
fn results_of_providers_are_unknown() {
    assert_eq!(
        hover("imports: [base]\nvalues:\n  x: ${login.tok|en}\n"),
        "`login.token`: `string`\n\nKnown once the environment is opened.\n\nThe token.\n\nDefined in `base`, line 8."
    );
}

#[test]
fn secrets_are_told_to_be_secret_and_nothing_else() {
    assert_eq!(
        hover("imports: [base]\nvalues:\n  x: ${pass|word}\n"),
        "`password`: `string`\n\nSecret.\n\nDefined in `base`, line 6."
    );
    assert_eq!(
        hover("values:\n  o|: {a: {fn::secret: hidden}, b: 1}\n"),
        "`o`: `{a: string, b: 1}`\n\nSecret."
    );
    assert_eq!(
        hover("values:\n  s: {fn::secret: '{\"hidden\": 1}'}\n  j|: {fn::fromJSON: \"${s}\"}\n"),
        "`j`: `object`\n\nSecret."
    );
}

#[test]
fn texts_of_secrets_are_not_shown_even_where_they_stand() {
    assert_eq!(hover("values:\n  s: {fn::secret: hid|den}\n"), "`s`: `string`\n\nSecret.");
    assert_eq!(hover("values:\n  s: {fn::secret: [hid|den]}\n"), "`s`: `string`\n\nSecret.");
    let illegal = "values:\n  s|: {fn::secret: hidden, a: 1}\n";
    assert_eq!(hover(illegal), "`s`: `{a: 1, fn::secret: string}`");
}

#[test]
fn nothing_is_said_about_blanks() {
    assert_eq!(hover("values:\n  a:\n |   b: 1\n    c: 2\n"), "");
}

#[test]
fn fields_imports_and_options() {
    assert_eq!(
        hover("imp|orts: []\n"),
        "The environments whose values this one builds on. Later ones override earlier ones."
    );
    assert!(hover("imports: [mid|dle]\nvalues: {a: 1}").starts_with("`middle`: `{db: "));
    assert!(hover("imports:\n  - base: {mer|ge: false}").starts_with("Whether the values"));
}

#[test]
fn documents_that_are_not_evaluated() {
    let (text, at) = cursor("values:\n  a: {b: x}\n  c: ${a.b|}\n");
    let hover = unevaluated(&text).hover(at).unwrap();
    assert_eq!(hover.markdown, "`a.b`: `string`\n\nDefined in line 2.");
    assert_eq!(&text[hover.span.range()], ".b");
}

#[test]
fn documents_with_errors() {
    assert_eq!(hover("values:\n  a|: x\n  b: [1, 2\n  c: }\n"), "`a`: `\"x\"`");
}
