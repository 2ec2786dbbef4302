//! Encoding.

use std::fmt;
use std::io;

use super::Json;
use crate::number::Number;

/// How much text a writer holds before it passes it on, in bytes.
const CHUNK: usize = 32 << 10;

/// Writes JSON text, token by token.
///
/// Compact text has no spaces; [pretty](Writer::pretty) text is indented by two. Keys stand in the order they are
/// written. The caller keeps the order of calls: a key before each member, every container ended.
///
/// The text is collected, for [`finish`](Writer::finish), or [passed on](Writer::to) in pieces, so that it may be much
/// larger than memory.
///
/// ```
/// use esc_core::json::Writer;
///
/// let mut writer = Writer::compact();
/// writer.begin_object();
/// writer.key("html");
/// writer.string("<b>");
/// writer.end_object();
/// assert_eq!(writer.finish(), r#"{"html":"\u003cb\u003e"}"#);
/// ```
pub struct Writer<'s> {
    out: String,
    sink: Option<Sink<'s>>,
    pretty: bool,
    escape_html: bool,
    depth: usize,
    /// Whether the innermost container is still empty.
    empty: bool,
    /// Whether a key was written and its value was not.
    after_key: bool,
}

/// Where text is passed on to, and the first failure to do so.
struct Sink<'s> {
    target: &'s mut dyn io::Write,
    result: io::Result<()>,
}

impl Json {
    /// Compact text with HTML-safe escapes and the keys in the order they have here.
    pub fn to_text(&self) -> String {
        let mut writer = Writer::compact();
        writer.json(self);
        writer.finish()
    }
}

impl<'s> Writer<'s> {
    /// A writer of compact text with HTML-safe escapes.
    pub fn compact() -> Writer<'s> {
        Writer {
            out: String::new(),
            sink: None,
            pretty: false,
            escape_html: true,
            depth: 0,
            empty: true,
            after_key: false,
        }
    }

    /// A writer of indented text with HTML-safe escapes.
    pub fn pretty() -> Writer<'s> {
        Writer { pretty: true, ..Writer::compact() }
    }

    /// The same, but the text goes to `target` in pieces of some ten kilobytes. [`flush`](Writer::flush) passes on the last
    /// one and reports whether all of them were taken; after a failure nothing more is passed on.
    ///
    /// ```
    /// use esc_core::json::Writer;
    ///
    /// let mut file = Vec::new();
    /// let mut writer = Writer::compact().to(&mut file);
    /// writer.bool(true);
    /// writer.flush()?;
    /// assert_eq!(file, b"true");
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn to(mut self, target: &'s mut dyn io::Write) -> Writer<'s> {
        self.sink = Some(Sink { target, result: Ok(()) });
        self
    }

    /// Whether `<`, `>` and `&` in strings are escaped.
    pub fn escape_html(mut self, escape: bool) -> Writer<'s> {
        self.escape_html = escape;
        self
    }

    /// The text; of a writer that passes it on, what was not passed on.
    pub fn finish(self) -> String {
        self.out
    }

    /// Passes on what is left.
    ///
    /// # Errors
    ///
    /// The target did not take all of the text.
    pub fn flush(mut self) -> io::Result<()> {
        self.pass_on();
        self.sink.map_or(Ok(()), |sink| sink.result)
    }

    fn pass_on(&mut self) {
        if let Some(sink) = &mut self.sink {
            if sink.result.is_ok() {
                sink.result = sink.target.write_all(self.out.as_bytes());
            }
            self.out.clear();
        }
    }

    /// Begins an object.
    pub fn begin_object(&mut self) {
        self.begin('{');
    }

    /// Ends an object.
    pub fn end_object(&mut self) {
        self.end('}');
    }

    /// Begins an array.
    pub fn begin_array(&mut self) {
        self.begin('[');
    }

    /// Ends an array.
    pub fn end_array(&mut self) {
        self.end(']');
    }

    /// Writes the key of the next member.
    pub fn key(&mut self, key: &str) {
        self.string(key);
        self.out.push_str(if self.pretty { ": " } else { ":" });
        self.after_key = true;
    }

    /// Writes `null`.
    pub fn null(&mut self) {
        self.token("null");
    }

    /// Writes a boolean.
    pub fn bool(&mut self, value: bool) {
        self.token(if value { "true" } else { "false" });
    }

    /// Writes a number, verbatim.
    pub fn number(&mut self, number: &Number) {
        self.token(number.as_str());
    }

    /// Writes a whole number.
    pub fn integer(&mut self, number: impl Into<i64>) {
        self.token(itoa::Buffer::new().format(number.into()));
    }

    /// Writes a string.
    pub fn string(&mut self, text: &str) {
        self.separate();
        self.out.push('"');
        let mut rest = text;
        // Most texts have nothing to escape, which is quickly seen of their bytes.
        if text.bytes().any(|b| b < b' ' || matches!(b, b'"' | b'\\' | b'<' | b'>' | b'&' | 0xe2)) {
            while let Some((at, c)) = rest.char_indices().find(|(_, c)| self.must_escape(*c)) {
                self.out.push_str(rest.get(..at).unwrap_or_default());
                self.escape(c);
                rest = rest.get(at + c.len_utf8()..).unwrap_or_default();
            }
        }
        self.out.push_str(rest);
        self.out.push('"');
    }

    /// Writes a value.
    pub fn json(&mut self, json: &Json) {
        match json {
            Json::Null => self.null(),
            Json::Bool(value) => self.bool(*value),
            Json::Number(number) => self.number(number),
            Json::String(text) => self.string(text),
            Json::Array(items) => {
                self.begin_array();
                for item in items {
                    self.json(item);
                }
                self.end_array();
            }
            Json::Object(members) => {
                self.begin_object();
                for (key, value) in members {
                    self.key(key);
                    self.json(value);
                }
                self.end_object();
            }
        }
    }

    fn token(&mut self, token: &str) {
        self.separate();
        self.out.push_str(token);
    }

    fn begin(&mut self, open: char) {
        self.separate();
        self.out.push(open);
        self.depth += 1;
        self.empty = true;
    }

    fn end(&mut self, close: char) {
        self.depth = self.depth.saturating_sub(1);
        if !self.empty {
            self.new_line();
        }
        self.out.push(close);
        self.empty = false;
    }

    /// Writes what stands between the last token and the next value or key.
    fn separate(&mut self) {
        if self.out.len() >= CHUNK {
            self.pass_on();
        }
        if std::mem::take(&mut self.after_key) || self.depth == 0 {
            return;
        }
        if !std::mem::take(&mut self.empty) {
            self.out.push(',');
        }
        self.new_line();
    }

    fn new_line(&mut self) {
        if self.pretty {
            self.out.push('\n');
            self.out.extend(std::iter::repeat_n("  ", self.depth));
        }
    }

    fn must_escape(&self, c: char) -> bool {
        match c {
            '"' | '\\' | '\u{2028}' | '\u{2029}' => true,
            '<' | '>' | '&' => self.escape_html,
            c => c < ' ',
        }
    }

    fn escape(&mut self, c: char) {
        let short = match c {
            '"' => '"',
            '\\' => '\\',
            '\n' => 'n',
            '\r' => 'r',
            '\t' => 't',
            '\u{8}' => 'b',
            '\u{c}' => 'f',
            c => {
                self.out.push_str("\\u");
                for shift in [12, 8, 4, 0] {
                    let digit = char::from_digit(u32::from(c) >> shift & 0xf, 16);
                    self.out.extend(digit);
                }
                return;
            }
        };
        self.out.extend(['\\', short]);
    }
}

impl fmt::Debug for Writer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Writer { out, pretty, depth, .. } = self;
        f.debug_struct("Writer")
            .field("bytes", &out.len())
            .field("pretty", pretty)
            .field("depth", depth)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Takes so many bytes, then fails.
    struct Full(usize);

    impl io::Write for Full {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let taken = bytes.len().min(self.0);
            self.0 -= taken;
            Ok(taken)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn large_text_is_passed_on_in_pieces() {
        let json = Json::Array(vec![Json::String("x".repeat(1_000)); 200]);
        let mut taken = Vec::new();
        let mut writer = Writer::compact().to(&mut taken);
        writer.json(&json);
        assert!(writer.out.len() < CHUNK + 2_000, "most of it is gone");
        writer.flush().unwrap();
        assert_eq!(String::from_utf8(taken).unwrap(), json.to_text());
    }

    #[test]
    fn a_target_that_fails_is_reported() {
        let json = Json::Array(vec![Json::String("x".repeat(1_000)); 200]);
        let mut full = Full(50_000);
        let mut writer = Writer::compact().to(&mut full);
        writer.json(&json);
        assert_eq!(writer.flush().unwrap_err().kind(), io::ErrorKind::WriteZero);
    }

    #[test]
    fn strings_are_safe_in_html() {
        let json = Json::String("<a>&\u{2028}\u{2029}\"\\\n\r\t\u{8}\u{c}\u{1}\u{7f}é".into());
        assert_eq!(
            json.to_text(),
            "\"\\u003ca\\u003e\\u0026\\u2028\\u2029\\\"\\\\\\n\\r\\t\\b\\f\\u0001\u{7f}é\""
        );
        let mut writer = Writer::compact().escape_html(false);
        writer.string("<a>&\u{2028}");
        assert_eq!(writer.finish(), "\"<a>&\\u2028\"");
    }

    #[test]
    fn pretty_text_is_indented() {
        let json = Json::parse(r#"{"b":[1,{}],"a":{"x":[]},"c":[[null]]}"#).unwrap();
        let mut writer = Writer::pretty();
        writer.json(&json);
        let text = writer.finish();
        assert_eq!(
            text,
            "{\n  \"b\": [\n    1,\n    {}\n  ],\n  \"a\": {\n    \"x\": []\n  },\n  \"c\": [\n    [\n      null\n    ]\n  ]\n}"
        );
        assert_eq!(Json::parse(&text).unwrap(), json);
    }

    pub(crate) fn any_json() -> impl Strategy<Value = Json> {
        let leaf = prop_oneof![
            Just(Json::Null),
            any::<bool>().prop_map(Json::Bool),
            "-?(0|[1-9][0-9]{0,30})(\\.[0-9]{1,9})?([eE][+-]?[0-9]{1,4})?"
                .prop_map(|t| Json::Number(Number::from_text(t))),
            any::<String>().prop_map(Json::String),
        ];
        leaf.prop_recursive(5, 64, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Json::Array),
                prop::collection::btree_map(any::<String>(), inner, 0..6)
                    .prop_map(|m| Json::Object(m.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_written_can_be_read(json in any_json(), html: bool) {
            prop_assert_eq!(&Json::parse(&json.to_text()).unwrap(), &json);
            let mut writer = Writer::pretty().escape_html(html);
            writer.json(&json);
            prop_assert_eq!(&Json::parse(&writer.finish()).unwrap(), &json);
        }

        #[test]
        fn hostile_texts_do_no_harm(text in "[\\[\\]{}\",:0-9a-z\\\\ .+\\-é]{0,40}") {
            let (whole, prefix) = (Json::parse(&text), Json::parse_prefix(&text));
            if let Ok(json) = whole {
                prop_assert_eq!(prefix.unwrap(), json);
            }
        }
    }
}
