//! Values as JSON text, byte for byte as the reference writes it.

use super::{Reveal, Shown, Value, ValueKind};
use crate::json::Writer;

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
        let mut writer = Writer::compact();
        write(&mut writer, self, reveal);
        writer.finish()
    }

    /// The same JSON, indented by two spaces.
    pub fn to_json_pretty(&self, reveal: Reveal) -> String {
        let mut writer = Writer::pretty();
        write(&mut writer, self, reveal);
        writer.finish()
    }
}

fn write(writer: &mut Writer, value: &Value, reveal: Reveal) {
    match value.shown(reveal) {
        Shown::Placeholder(text) => writer.string(text),
        Shown::Kind(ValueKind::Null) => writer.null(),
        Shown::Kind(ValueKind::Bool(b)) => writer.bool(*b),
        Shown::Kind(ValueKind::Number(n)) => writer.number(n),
        Shown::Kind(ValueKind::String(s)) => writer.string(s.as_str()),
        Shown::Kind(ValueKind::List(items)) => {
            writer.begin_array();
            for item in items {
                write(writer, item, reveal);
            }
            writer.end_array();
        }
        Shown::Kind(ValueKind::Object(properties)) => {
            writer.begin_object();
            for (key, property) in properties {
                writer.key(key);
                write(writer, property, reveal);
            }
            writer.end_object();
        }
    }
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
        assert_eq!(json(ValueKind::String("é世<\u{8}".into())), r#""é世\u003c\b""#);
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
