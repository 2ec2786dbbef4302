//! Decoding.
//!
//! The decoder keeps its own stack, so that hostile texts cannot exhaust the thread's.

use std::collections::HashMap;

use super::Json;
use super::error::{Context, JsonError, Kind};
use crate::number::Number;

/// How deeply arrays and objects may nest. Go's decoder allows 10,000, on stacks that grow.
pub const MAX_DEPTH: usize = 500;

/// Decodes a text that is one value and nothing else.
pub(super) fn whole(text: &str) -> Result<Json, JsonError> {
    let mut parser = Parser { text, at: 0 };
    let json = parser.value().map_err(|mut e| {
        if e.kind == Kind::UnexpectedEof {
            e.kind = Kind::UnexpectedEnd;
        }
        e
    })?;
    parser.skip_space();
    match parser.peek() {
        Some(_) => parser.unexpected(Context::AfterTopLevel),
        None => Ok(json),
    }
}

/// Decodes the first value of a text.
pub(super) fn prefix(text: &str) -> Result<Json, JsonError> {
    let mut parser = Parser { text, at: 0 };
    parser.skip_space();
    if parser.peek().is_none() {
        return Err(JsonError { kind: Kind::Eof, offset: parser.at });
    }
    parser.value()
}

/// A container that is being filled.
enum Frame {
    Array(Vec<Json>),
    Object(Vec<(String, Json)>, String),
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
}

impl Parser<'_> {
    fn value(&mut self) -> Result<Json, JsonError> {
        let mut stack: Vec<Frame> = Vec::new();
        loop {
            self.skip_space();
            let opened = match self.peek() {
                Some(b'[') => {
                    self.open(&stack)?;
                    if !self.eat_close(b']') {
                        stack.push(Frame::Array(Vec::new()));
                        continue;
                    }
                    Json::Array(Vec::new())
                }
                Some(b'{') => {
                    self.open(&stack)?;
                    if !self.eat_close(b'}') {
                        let key = self.key()?;
                        stack.push(Frame::Object(Vec::new(), key));
                        continue;
                    }
                    Json::Object(Vec::new())
                }
                _ => self.scalar()?,
            };
            if let Some(done) = self.close(&mut stack, opened)? {
                return Ok(done);
            }
        }
    }

    /// Puts a finished value where it belongs and closes the containers that end after it; returns it when it is the
    /// outermost.
    fn close(&mut self, stack: &mut Vec<Frame>, value: Json) -> Result<Option<Json>, JsonError> {
        let mut value = value;
        loop {
            let Some(frame) = stack.pop() else { return Ok(Some(value)) };
            self.skip_space();
            match (frame, self.peek()) {
                (Frame::Array(mut items), Some(b',')) => {
                    self.at += 1;
                    items.push(value);
                    stack.push(Frame::Array(items));
                    return Ok(None);
                }
                (Frame::Array(mut items), Some(b']')) => {
                    self.at += 1;
                    items.push(value);
                    value = Json::Array(items);
                }
                (Frame::Array(_), _) => return self.unexpected(Context::AfterElement),
                (Frame::Object(mut members, key), Some(b',')) => {
                    self.at += 1;
                    members.push((key, value));
                    self.skip_space();
                    let key = self.key()?;
                    stack.push(Frame::Object(members, key));
                    return Ok(None);
                }
                (Frame::Object(mut members, key), Some(b'}')) => {
                    self.at += 1;
                    members.push((key, value));
                    value = Json::Object(unique(members));
                }
                (Frame::Object(..), _) => return self.unexpected(Context::AfterMember),
            }
        }
    }

    fn open(&mut self, stack: &[Frame]) -> Result<(), JsonError> {
        if stack.len() >= MAX_DEPTH {
            return self.unexpected(Context::Depth);
        }
        self.at += 1;
        self.skip_space();
        Ok(())
    }

    fn eat_close(&mut self, close: u8) -> bool {
        let closes = self.peek() == Some(close);
        self.at += usize::from(closes);
        closes
    }

    /// A key and the colon after it.
    fn key(&mut self) -> Result<String, JsonError> {
        if self.peek() != Some(b'"') {
            return self.unexpected(Context::Key);
        }
        let key = self.string()?;
        self.skip_space();
        if self.peek() != Some(b':') {
            return self.unexpected(Context::AfterKey);
        }
        self.at += 1;
        Ok(key)
    }

    fn scalar(&mut self) -> Result<Json, JsonError> {
        match self.peek() {
            Some(b'"') => Ok(Json::String(self.string()?)),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.literal("true", Json::Bool(true)),
            Some(b'f') => self.literal("false", Json::Bool(false)),
            Some(b'n') => self.literal("null", Json::Null),
            _ => self.unexpected(Context::Value),
        }
    }

    fn literal(&mut self, word: &'static str, json: Json) -> Result<Json, JsonError> {
        for c in word.chars() {
            if self.peek().map(char::from) != Some(c) {
                return self.unexpected(Context::Literal(word, c));
            }
            self.at += 1;
        }
        Ok(json)
    }

    fn number(&mut self) -> Result<Json, JsonError> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        match self.peek() {
            // A leading zero is a whole integer part.
            Some(b'0') => self.at += 1,
            _ => self.digits(Context::Numeric)?,
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits(Context::Fraction)?;
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.peek() {
                self.at += 1;
            }
            self.digits(Context::Exponent)?;
        }
        Ok(Json::Number(Number::from_text(self.text.get(start..self.at).unwrap_or_default())))
    }

    fn digits(&mut self, context: Context) -> Result<(), JsonError> {
        let start = self.at;
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
        if self.at == start { self.unexpected(context) } else { Ok(()) }
    }

    fn string(&mut self) -> Result<String, JsonError> {
        self.at += 1;
        let mut out = String::new();
        loop {
            let start = self.at;
            while let Some(b) = self.peek() {
                if matches!(b, b'"' | b'\\' | 0..0x20) {
                    break;
                }
                self.at += 1;
            }
            out.push_str(self.text.get(start..self.at).unwrap_or_default());
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(out);
                }
                Some(b'\\') => {
                    self.at += 1;
                    out.push(self.escape()?);
                }
                _ => return self.unexpected(Context::String),
            }
        }
    }

    fn escape(&mut self) -> Result<char, JsonError> {
        let c = match self.peek() {
            Some(b @ (b'"' | b'\\' | b'/')) => char::from(b),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                self.at += 1;
                return self.unicode_escape();
            }
            _ => return self.unexpected(Context::Escape),
        };
        self.at += 1;
        Ok(c)
    }

    /// The digits of a `\u` escape and, for a surrogate, those of its other half; lone halves are replaced.
    fn unicode_escape(&mut self) -> Result<char, JsonError> {
        let high = self.hex4()?;
        if let Some(c) = char::from_u32(high) {
            return Ok(c);
        }
        let mark = self.at;
        if (0xd800..0xdc00).contains(&high)
            && self.text.get(self.at..).is_some_and(|t| t.starts_with("\\u"))
        {
            self.at += 2;
            let low = self.hex4()?;
            if (0xdc00..0xe000).contains(&low) {
                let code = 0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00);
                return Ok(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            self.at = mark;
        }
        Ok(char::REPLACEMENT_CHARACTER)
    }

    fn hex4(&mut self) -> Result<u32, JsonError> {
        let mut code = 0;
        for _ in 0..4 {
            match self.peek().and_then(|b| char::from(b).to_digit(16)) {
                Some(digit) => code = code << 4 | digit,
                None => return self.unexpected(Context::UnicodeEscape),
            }
            self.at += 1;
        }
        Ok(code)
    }

    fn skip_space(&mut self) {
        while let Some(b' ' | b'\t' | b'\r' | b'\n') = self.peek() {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// The error of finding what is next, be it a byte or the end.
    fn unexpected<T>(&self, context: Context) -> Result<T, JsonError> {
        let kind = match self.peek() {
            Some(byte) => Kind::Unexpected { byte, context },
            None => Kind::UnexpectedEof,
        };
        Err(JsonError { kind, offset: self.at })
    }
}

/// Keeps the last of the members with the same name, in the place of the first.
fn unique(members: Vec<(String, Json)>) -> Vec<(String, Json)> {
    let mut places: HashMap<&str, usize> = HashMap::with_capacity(members.len());
    if members.iter().enumerate().all(|(i, (key, _))| places.insert(key, i).is_none()) {
        return members;
    }
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut out: Vec<(String, Json)> = Vec::new();
    for (key, value) in members {
        match places.get(&key).and_then(|&i| out.get_mut(i)) {
            Some(slot) => slot.1 = value,
            None => {
                places.insert(key.clone(), out.len());
                out.push((key, value));
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
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
}
