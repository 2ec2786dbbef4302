use proptest::prelude::*;

use super::*;

/// Everything that an analysis says at an offset.
fn everything(analysis: &Analysis, offset: u32) -> String {
    let mut said = String::new();
    said.push_str(&format!("{:?}\n", analysis.hover(offset)));
    said.push_str(&format!("{:?}\n", analysis.describe(offset)));
    said.push_str(&format!("{:?}\n", analysis.definition(offset)));
    said.push_str(&format!("{:?}\n", analysis.references(offset)));
    for completion in analysis.complete(offset) {
        said.push_str(&format!("{completion:?}\n"));
    }
    said
}

/// Asks at every offset, those within characters and beyond the end included.
fn ask_everywhere(text: &str, evaluate: bool) -> String {
    let analysis = if evaluate { evaluated(text) } else { unevaluated(text) };
    let mut said = format!("{:?}", analysis.symbols().len());
    for diagnostic in analysis.diagnostics() {
        said.push_str(&format!("{:?}", analysis.fixes(&diagnostic)));
    }
    for offset in 0..=text.len() as u32 + 1 {
        said.push_str(&everything(&analysis, offset));
        let _ = analysis.rename(offset, "x y");
        let (line, column) = analysis.lines().position(offset);
        assert!(analysis.lines().offset(line, column) <= offset);
    }
    said
}

fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("values:\n  ".to_owned()),
        Just("imports: [base]\n".to_owned()),
        Just("imports:\n  - base: {merge: ".to_owned()),
        Just("${a.b[0]".to_owned()),
        Just("${imports.base.".to_owned()),
        Just("a: ".to_owned()),
        Just("\n  b: {c: [".to_owned()),
        Just("\n    fn::open::login:\n      ".to_owned()),
        Just("{fn::secret: ".to_owned()),
        Just("fn::open: {provider: login, inputs: {".to_owned()),
        Just("}]\n".to_owned()),
        Just("\"é\"".to_owned()),
        Just("'".to_owned()),
        "[a-c:{}\\[\\]\\-$ \n#|>&*!é😀]{0,5}",
    ]
}

const CANARY: &str = "canary7f3a";

/// Ways for a secret to get into something else.
const DERIVED: &[&str] = &[
    "${s}",
    "x${s}y",
    "{fn::toJSON: {k: \"${s}\"}}",
    "{fn::fromJSON: {fn::toJSON: {\"${s}\": 1}}}",
    "{fn::fromJSON: \"${j}\"}",
    "{fn::split: ['7', \"${s}\"]}",
    "{fn::join: [',', [\"${s}\", b]]}",
    "{fn::concat: [[\"${s}\"], [b]]}",
    "{fn::toString: [\"${s}\"]}",
    "{fn::final: \"${s}\"}",
    "{fn::toBase64: \"${s}\"}",
    "[\"${s}\", {k: \"${s}\"}]",
    "{k: {l: \"${s}\"}}",
    "{fn::validate: {schema: {type: string}, value: \"${s}\"}}",
    "{fn::open::login: {region: \"${s}\", session: {name: \"${j}\"}}}",
];

#[test]
fn analyses_can_be_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Analysis>();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn nothing_panics(pieces in prop::collection::vec(piece(), 0..7), evaluate: bool) {
        ask_everywhere(&pieces.concat(), evaluate);
    }

    #[test]
    fn secrets_are_never_said(
        chosen in prop::collection::vec(prop::sample::select(DERIVED), 1..3),
        inherited: bool,
        evaluate: bool,
    ) {
        let mut text = String::from(if inherited { "imports: [base]\n" } else { "" });
        text.push_str("values:\n");
        let secret = format!("  s: {{fn::secret: {CANARY}}}\n");
        let json = format!("  j: {{fn::secret: '{{\"{CANARY}\": \"{CANARY}\"}}'}}\n");
        text.push_str(&secret);
        text.push_str(&json);
        for (i, derived) in chosen.iter().enumerate() {
            text.push_str(&format!("  d{i}: {derived}\n  r{i}: ${{d{i}.k}}\n  t{i}: x${{d{i}[0].}}\n"));
        }
        let said = ask_everywhere(&text, evaluate);
        let told = said.lines().find(|line| line.contains(CANARY) || line.contains("hunter2"));
        prop_assert_eq!(told, None, "{}", text);
    }
}
