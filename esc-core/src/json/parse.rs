//! Decoding.
//!
//! The decoder keeps its own stack, so that hostile texts cannot exhaust the thread's.

use std::collections::HashMap;

use super::Json;
use super::error::{Context, JsonError, Kind};
use crate::number::Number;

/// How deeply arrays and objects may nest. Go's decoder allows 10,000, on stacks that grow.
pub const MAX_DEPTH: usize = 500;

impl Json {
    /// Decodes a text that is one value and nothing else.
    ///
    /// ```
    /// use esc_core::json::Json;
    ///
    /// let json = Json::parse(r#"{"pi": 3.140}"#)?;
    /// assert_eq!(json.get("pi").map(Json::to_text), Some("3.140".into()));
    /// assert_eq!(Json::parse("{} x").unwrap_err().to_string(), "invalid character 'x' after top-level value");
    /// # Ok::<(), esc_core::json::JsonError>(())
    /// ```
    pub fn parse(text: &str) -> Result<Json, JsonError> {
        whole(text)
    }

    /// Decodes the first value of a text and ignores what follows, as a streaming decoder does.
    ///
    /// ```
    /// use esc_core::json::Json;
    ///
    /// assert_eq!(Json::parse_prefix("01")?, Json::Number(0.into()));
    /// assert_eq!(Json::parse_prefix("").unwrap_err().to_string(), "EOF");
    /// # Ok::<(), esc_core::json::JsonError>(())
    /// ```
    pub fn parse_prefix(text: &str) -> Result<Json, JsonError> {
        prefix(text)
    }
}

impl std::str::FromStr for Json {
    type Err = JsonError;

    fn from_str(text: &str) -> Result<Json, JsonError> {
        Json::parse(text)
    }
}

fn whole(text: &str) -> Result<Json, JsonError> {
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

fn prefix(text: &str) -> Result<Json, JsonError> {
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
mod tests;
