//! Values as JSON text, byte for byte as the reference writes it.

use super::{Reveal, Shown, Value, ValueKind};

impl Value {
    /// Compact JSON. Secrets are `"[secret]"` unless revealed; what is not known is `"[unknown]"`.
    ///
    /// Keys are in byte order, numbers keep their text, and `<`, `>`, `&`, U+2028 and U+2029 are escaped.
    ///
    /// ```
    /// use esc_core::value::{Reveal, Value};
    ///
    /// let v = Value::object([("user", Value::string("me")), ("pass", Value::string("hunter2").into_secret())]);
    /// assert_eq!(v.to_json(Reveal::Redacted), r#"{"pass":"[secret]","user":"me"}"#);
    /// assert_eq!(v.to_json(Reveal::Revealed), r#"{"pass":"hunter2","user":"me"}"#);
    /// ```
    pub fn to_json(&self, reveal: Reveal) -> String {
        let mut writer = Writer { out: String::new(), reveal, indent: None };
        writer.value(self);
        writer.out
    }

    /// The same JSON, indented by two spaces.
    pub fn to_json_pretty(&self, reveal: Reveal) -> String {
        let mut writer = Writer { out: String::new(), reveal, indent: Some(0) };
        writer.value(self);
        writer.out
    }
}

struct Writer {
    out: String,
    reveal: Reveal,
    /// The current depth; none for compact text.
    indent: Option<usize>,
}

impl Writer {
    fn value(&mut self, value: &Value) {
        match value.shown(self.reveal) {
            Shown::Placeholder(text) => push_json_string(&mut self.out, text),
            Shown::Kind(ValueKind::Null) => self.out.push_str("null"),
            Shown::Kind(ValueKind::Bool(b)) => self.out.push_str(if *b { "true" } else { "false" }),
            Shown::Kind(ValueKind::Number(n)) => self.out.push_str(n.as_str()),
            Shown::Kind(ValueKind::String(s)) => push_json_string(&mut self.out, s.as_str()),
            Shown::Kind(ValueKind::List(items)) => {
                self.open('[');
                for (i, item) in items.iter().enumerate() {
                    self.next(i == 0);
                    self.value(item);
                }
                self.close(']', items.is_empty());
            }
            Shown::Kind(ValueKind::Object(properties)) => {
                self.open('{');
                for (i, (key, property)) in properties.iter().enumerate() {
                    self.next(i == 0);
                    push_json_string(&mut self.out, key);
                    self.out.push_str(if self.indent.is_some() { ": " } else { ":" });
                    self.value(property);
                }
                self.close('}', properties.is_empty());
            }
        }
    }

    fn open(&mut self, bracket: char) {
        self.out.push(bracket);
        self.indent = self.indent.map(|depth| depth + 1);
    }

    fn next(&mut self, first: bool) {
        if !first {
            self.out.push(',');
        }
        self.line();
    }

    fn close(&mut self, bracket: char, empty: bool) {
        self.indent = self.indent.map(|depth| depth.saturating_sub(1));
        if !empty {
            self.line();
        }
        self.out.push(bracket);
    }

    fn line(&mut self) {
        if let Some(depth) = self.indent {
            self.out.push('\n');
            self.out.extend(std::iter::repeat_n("  ", depth));
        }
    }
}

/// Appends a JSON string, escaped as Go's encoder does it.
pub(crate) fn push_json_string(out: &mut String, text: &str) {
    const HEX: [char; 16] =
        ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' | '\0'..='\u{1f}' => {
                out.push_str("\\u");
                for shift in [12, 8, 4, 0] {
                    let digit = (u32::from(c) >> shift) & 0xf;
                    out.push(HEX.get(digit as usize).copied().unwrap_or('0'));
                }
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::number::Number;

    #[test]
    fn scalars() {
        let json = |kind| Value::new(kind).to_json(Reveal::Redacted);
        assert_eq!(json(ValueKind::Null), "null");
        assert_eq!(json(ValueKind::Bool(true)), "true");
        assert_eq!(json(ValueKind::Number(Number::from_text("1.50e+07"))), "1.50e+07");
        assert_eq!(json(ValueKind::String("é世\u{7f}".into())), "\"é世\u{7f}\"");
    }

    #[test]
    fn strings_are_escaped_as_go_does() {
        let mut out = String::new();
        push_json_string(&mut out, "\"\\\n\r\t\u{8}\u{c}\u{1}\u{1f}<>&\u{2028}\u{2029}");
        let expected = r#""\"\\\n\r\t\b\f\u0001\u001f\u003c\u003e\u0026\u2028\u2029""#;
        assert_eq!(out, expected);
    }

    #[test]
    fn secret_comes_before_unknown() {
        let both = Value { secret: true, ..Value::unknown() };
        assert_eq!(both.to_json(Reveal::Redacted), "\"[secret]\"");
        assert_eq!(both.to_json(Reveal::Revealed), "\"[unknown]\"");
    }

    #[test]
    fn a_container_of_secrets_still_shows_its_shape() {
        let v = Value::new(ValueKind::List(vec![
            Value::string("a").into_secret(),
            Value::unknown(),
            Value::string("b"),
        ]));
        assert_eq!(v.to_json(Reveal::Redacted), r#"["[secret]","[unknown]","b"]"#);
    }

    #[test]
    fn pretty_json_is_indented_and_keeps_empty_containers_short() {
        let v = Value::object([
            ("b", Value::new(ValueKind::List(vec![Value::string("x"), Value::default()]))),
            ("a", Value::object([("l", Value::new(ValueKind::List(vec![])))])),
        ]);
        let expected =
            "{\n  \"a\": {\n    \"l\": []\n  },\n  \"b\": [\n    \"x\",\n    null\n  ]\n}";
        assert_eq!(v.to_json_pretty(Reveal::Redacted), expected);
    }
}
