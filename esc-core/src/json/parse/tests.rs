use super::*;

fn error(text: &str) -> String {
    Json::parse_prefix(text).unwrap_err().to_string()
}

#[test]
fn errors_are_worded_like_go() {
    for (text, message) in [
        ("", "EOF"),
        (" \n", "EOF"),
        ("[", "unexpected EOF"),
        ("tru", "unexpected EOF"),
        ("\"a", "unexpected EOF"),
        ("-", "unexpected EOF"),
        ("1.", "unexpected EOF"),
        ("hello", "invalid character 'h' looking for beginning of value"),
        ("[,", "invalid character ',' looking for beginning of value"),
        ("[1,]", "invalid character ']' looking for beginning of value"),
        ("{1", "invalid character '1' looking for beginning of object key string"),
        ("{\"a\":1,}", "invalid character '}' looking for beginning of object key string"),
        ("{\"a\" 1", "invalid character '1' after object key"),
        ("{\"a\":1 2", "invalid character '2' after object key:value pair"),
        ("[1 2", "invalid character '2' after array element"),
        ("nul1", "invalid character '1' in literal null (expecting 'l')"),
        ("txue", "invalid character 'x' in literal true (expecting 'r')"),
        ("-x", "invalid character 'x' in numeric literal"),
        ("1.x", "invalid character 'x' after decimal point in numeric literal"),
        ("1e+x", "invalid character 'x' in exponent of numeric literal"),
        ("\"\n", "invalid character '\\n' in string literal"),
        ("\"\\x", "invalid character 'x' in string escape code"),
        ("\"\\u00g", "invalid character 'g' in \\u hexadecimal character escape"),
        ("'", "invalid character '\\'' looking for beginning of value"),
        ("é", "invalid character 'Ã' looking for beginning of value"),
        ("\u{7f}", "invalid character '\\x7f' looking for beginning of value"),
    ] {
        assert_eq!(error(text), message, "{text:?}");
    }
}

#[test]
fn whole_texts_end_where_the_value_ends() {
    assert_eq!(Json::parse(" 1 ").unwrap(), Json::Number(1.into()));
    let message = |text| Json::parse(text).unwrap_err().to_string();
    assert_eq!(message(""), "unexpected end of JSON input");
    assert_eq!(message("[1"), "unexpected end of JSON input");
    assert_eq!(message("01"), "invalid character '1' after top-level value");
}

#[test]
fn safe_messages_quote_nothing() {
    let e = Json::parse_prefix("[hunter2").unwrap_err();
    assert_eq!(e.safe(), "invalid character looking for beginning of value");
    assert_eq!(e.offset(), 1);
    assert_eq!(Json::parse_prefix("").unwrap_err().safe(), "EOF");
}

#[test]
fn prefixes_decode() {
    for (text, json) in [
        ("{\"a\":1} trailing", "{\"a\":1}"),
        ("01", "0"),
        ("truex", "true"),
        ("1.50", "1.50"),
        ("1e400", "1e400"),
        ("-0", "-0"),
        ("[ ] ]", "[]"),
        ("{ } }", "{}"),
        ("\"a\"b", "\"a\""),
    ] {
        assert_eq!(Json::parse_prefix(text).unwrap().to_text(), json);
    }
}

#[test]
fn the_last_duplicate_wins() {
    let json = Json::parse(r#"{"a":1,"b":2,"a":{"c":1,"c":3}}"#).unwrap();
    assert_eq!(json.to_text(), r#"{"a":{"c":3},"b":2}"#);
}

#[test]
fn escapes_decode() {
    let text = |t: &str| Json::parse(t).unwrap().as_str().unwrap().to_owned();
    assert_eq!(text(r#""\"\\\/\b\f\n\r\té""#), "\"\\/\u{8}\u{c}\n\r\té");
    assert_eq!(text(r#""\ud83d\ude00""#), "😀");
    assert_eq!(text(r#""\ud83dA\u0041""#), "\u{fffd}AA");
    assert_eq!(text(r#""\ud83d\u0041\ude00""#), "\u{fffd}A\u{fffd}");
}

#[test]
fn depth_is_bounded() {
    let deep = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
    assert!(Json::parse(&deep(MAX_DEPTH)).is_ok());
    let e = Json::parse(&deep(100_000)).unwrap_err().to_string();
    assert_eq!(e, "invalid character '[' exceeded max depth");
}
