//! What is hidden, and what is not.

use proptest::prelude::*;

use super::*;

#[track_caller]
fn check(text: &str, expected: &str) {
    let masked = mask_secrets(text);
    assert_eq!(masked, expected);
    assert_eq!(masked.len(), text.len());
}

#[test]
fn plain_scalars() {
    check("a:\n  fn::secret: hunter2\nb: c\n", "a:\n  fn::secret: *******\nb: c\n");
    check("- fn::secret: a b  \n- x", "- fn::secret: ***  \n- x");
    check("fn::secret: один\r\nb: 1\r\n", "fn::secret: ********\r\nb: 1\r\n");
    check("fn::secret: x\n    more\n\n  of it\nb: 1", "fn::secret: *\n    ****\n\n  *****\nb: 1");
    check("fn::secret:\n  hunter2\nb: 1", "fn::secret:\n  *******\nb: 1");
    check("fn::secret: !!str &x hunter2", "fn::secret: !!str &x *******");
    check("fn::secret: # why\n  hunter2", "fn::secret: # why\n  *******");
}

#[test]
fn quoted_scalars() {
    check("fn::secret: 'it''s' # c\nb: 1", "fn::secret: ******* # c\nb: 1");
    check("fn::secret: \"a\\\"b\" # c", "fn::secret: ****** # c");
    check("fn::secret: \"a\nb\"\nb: 1", "fn::secret: **\n**\nb: 1");
    check("? \"fn::secret\t\": x y\nb: 1", "? \"fn::secret\t\": ***\nb: 1");
    check("? \"\tfn::secret\": x y\nb: 1", "? \"\tfn::secret\": ***\nb: 1");
    check("fn::secret: \"never\nclosed: 1", "fn::secret: ******\n*********");
    check("fn::secret: 'a' b\nc: 1", "fn::secret: *****\nc: 1");
}

#[test]
fn block_scalars() {
    check(
        "a:\n  fn::secret: |-\n    one\n\n      two\n   three\nb: 1\n",
        "a:\n  fn::secret: |-\n    ***\n\n      ***\n   *****\nb: 1\n",
    );
    check("- fn::secret: >\n    one\n  - two\n- b", "- fn::secret: >\n    ***\n  - two\n- b");
    check("a: 1\nfn::secret: |\n", "a: 1\nfn::secret: |\n");
}

#[test]
fn flow_mappings() {
    check("a: {fn::secret: hunter2, b: 1}", "a: {fn::secret: *******, b: 1}");
    check("a: [{\"fn::secret\":\"a,}\"}, b]", "a: [{\"fn::secret\":*****}, b]");
    check("a: {'fn::secret': 'x'}", "a: {'fn::secret': ***}");
    check("a: {fn::secret: [x, {y: z}], b: 1}", "a: {fn::secret: ***********, b: 1}");
    check("a: {fn::secret: two\n words}", "a: {fn::secret: ***\n *****}");
    check("a: {fn::secret: \"never", "a: {fn::secret: ******");
}

#[test]
fn flow_mappings_of_several_lines() {
    check("{\n\"fn::secret\":\n\"a: b\"\n}", "{\n\"fn::secret\":\n******\n}");
    check("a: {\n  fn::secret:\n hunter2\n}", "a: {\n  fn::secret:\n *******\n}");
    check("{\n  \"fn::secret\": \"a\"\n}", "{\n  \"fn::secret\": ***\n}");
    for empty in ["{\nfn::secret:\n\"b\": 1}", "{\nfn::secret:\n}", "fn::secret:\n'b' : 1"] {
        check(empty, empty);
    }
}

#[test]
fn arguments_that_are_errors_are_hidden_too() {
    check("fn::secret: [a, b]\nc: 1", "fn::secret: ******\nc: 1");
    check("fn::secret:\n- a\n- b\nc: 1", "fn::secret:\n***\n***\nc: 1");
    check("fn::secret:\n  user: a\n  pass: b\nc: 1", "fn::secret:\n  *******\n  *******\nc: 1");
    check("a: fn::secret: x", "a: fn::secret: *");
}

#[test]
fn ciphertext_is_no_secret() {
    for text in [
        "a: {fn::secret: {ciphertext: ZXNj}}",
        "fn::secret:\n  ciphertext: ZXNj\n",
        "{\"fn::secret\": {\"ciphertext\": \"ZXNj\"}}",
    ] {
        check(text, text);
    }
}

#[test]
fn plaintext_that_looks_like_ciphertext_is_hidden() {
    check("fn::secret: ciphertext:abc", "fn::secret: **************");
    check("fn::secret: \"ciphertext: abc\"", "fn::secret: *****************");
    check("fn::secret:\n  'ciphertext: abc'", "fn::secret:\n  *****************");
}

#[test]
fn other_texts_are_left_alone() {
    for text in [
        "",
        "fn::secret",
        "fn::secret:",
        "fn::secret:\nb: 1",
        "a:\n  fn::secret:\nb: 1",
        "# about fn::secret and such",
        "a: \"fn::secret",
        "fn::secret::x: 1",
    ] {
        check(text, text);
    }
}

#[test]
fn misspelled_keys() {
    check("a: {Fn::Secret: hunter2}", "a: {Fn::Secret: *******}");
    check("\"fn::secrets\": hunter2", "\"fn::secrets\": *******");
    check("fn::secert: hunter2\nb: 1", "fn::secert: *******\nb: 1");
}

#[test]
fn keys_in_two_lines() {
    check("? fn::secret\n: hunter2\nb: 1", "? fn::secret\n: *******\nb: 1");
}

#[test]
fn many_secrets_on_one_line_take_linear_time() {
    let text = "{fn::secret: \"x\"},".repeat(50_000);
    assert!(!mask_secrets(&text).contains('x'));
    let open = "fn::secret: '".repeat(50_000);
    assert_eq!(mask_secrets(&open).len(), open.len());
}

proptest! {
    #[test]
    fn positions_survive(text in "(fn::secret|[a-zé世 \\n\\r\\t'\":{}\\[\\],#|>*&!-]){0,40}") {
        let masked = mask_secrets(&text);
        prop_assert_eq!(masked.len(), text.len());
        for (at, c) in text.char_indices() {
            prop_assert!(masked.is_char_boundary(at));
            if c == '\n' {
                prop_assert_eq!(masked.get(at..at + 1), Some("\n"));
            }
        }
    }

    #[test]
    fn scalars_are_hidden_in_every_style(
        secret in "[A-Z0-9]{4,12}",
        indent in 0usize..6,
        style in 0usize..7,
    ) {
        let pad = " ".repeat(indent);
        let argument = match style {
            0 => secret.clone(),
            1 => format!("'{secret}'"),
            2 => format!("\"{secret}\""),
            3 => format!("|\n{pad}  {secret}\n"),
            4 => format!(">-\n{pad}    {secret}\n{pad}  {secret}"),
            5 => format!("\n{pad}   {secret}"),
            _ => format!("{secret}\n{pad}   {secret}"),
        };
        let block = format!("{pad}fn::secret: {argument}\n{pad}b: visible\n");
        let masked = mask_secrets(&block);
        prop_assert!(!masked.contains(&secret), "{}", masked);
        prop_assert!(masked.contains("visible"));
        if style < 3 {
            let flow = format!("a: [{{fn::secret: {argument}}}, visible]");
            let masked = mask_secrets(&flow);
            prop_assert!(!masked.contains(&secret), "{}", masked);
            prop_assert!(masked.contains("visible"));
        }
    }
}
