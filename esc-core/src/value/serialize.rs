//! Values for `serde`: to whatever format a caller's serialiser writes.

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

use super::{Reveal, Shown, Value, ValueKind};
use crate::number::Number;

impl Value {
    /// This value for `serde`, secrets shown as `[secret]`.
    pub fn redacted(&self) -> Projection<'_> {
        Projection { value: self, reveal: Reveal::Redacted }
    }

    /// This value for `serde`, secrets shown as they are.
    pub fn revealed(&self) -> Projection<'_> {
        Projection { value: self, reveal: Reveal::Revealed }
    }
}

/// A value together with the decision whether its secrets may be seen.
///
/// `Value` itself cannot be serialised: nobody shall write secrets without having said so.
///
/// Numbers are integers if they fit `i64` or `u64` and are written without fraction and exponent; others are the
/// nearest `f64`, which may lose digits (use [`Value::to_json`] to keep them). Numbers beyond the range of `f64` are
/// strings.
#[derive(Clone, Copy, Debug)]
pub struct Projection<'a> {
    value: &'a Value,
    reveal: Reveal,
}

impl Serialize for Projection<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let of = |value| Projection { value, reveal: self.reveal };
        match self.value.shown(self.reveal) {
            Shown::Placeholder(text) => serializer.serialize_str(text),
            Shown::Kind(ValueKind::Null) => serializer.serialize_unit(),
            Shown::Kind(ValueKind::Bool(b)) => serializer.serialize_bool(*b),
            Shown::Kind(ValueKind::Number(n)) => serialize_number(n, serializer),
            Shown::Kind(ValueKind::String(s)) => serializer.serialize_str(s.as_str()),
            Shown::Kind(ValueKind::List(items)) => {
                let mut list = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    list.serialize_element(&of(item))?;
                }
                list.end()
            }
            Shown::Kind(ValueKind::Object(properties)) => {
                let mut map = serializer.serialize_map(Some(properties.len()))?;
                for (key, property) in properties {
                    map.serialize_entry(key.as_str(), &of(property))?;
                }
                map.end()
            }
        }
    }
}

fn serialize_number<S: Serializer>(number: &Number, serializer: S) -> Result<S::Ok, S::Error> {
    let text = number.as_str();
    // `-0` parses as an integer but would lose its sign.
    if text != "-0" {
        if let Ok(n) = text.parse::<i64>() {
            return serializer.serialize_i64(n);
        }
        if let Ok(n) = text.parse::<u64>() {
            return serializer.serialize_u64(n);
        }
    }
    let n = number.to_f64();
    if n.is_finite() { serializer.serialize_f64(n) } else { serializer.serialize_str(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json_of_number(text: &str) -> String {
        let value = Value::new(ValueKind::Number(Number::from_text(text)));
        serde_json::to_string(&value.redacted()).expect("serialises")
    }

    #[test]
    fn numbers_keep_what_their_type_can_hold() {
        for exact in ["0", "-1", "1.5", "9223372036854775807", "18446744073709551615", "-0.0"] {
            assert_eq!(json_of_number(exact), exact);
        }
        assert_eq!(json_of_number("1e+06"), "1000000.0");
        assert_eq!(json_of_number("18446744073709551616"), "1.8446744073709552e+19");
        assert_eq!(json_of_number("-0"), "-0.0");
        assert_eq!(json_of_number("1e999"), "\"1e999\"");
    }

    #[test]
    fn secrets_are_serialised_only_when_revealed() {
        let v = Value::object([
            ("a", Value::new(ValueKind::List(vec![Value::string("hunter2").into_secret()]))),
            ("b", Value::unknown()),
            ("c", Value::default()),
        ]);
        let redacted = serde_json::to_string(&v.redacted()).expect("serialises");
        assert_eq!(redacted, r#"{"a":["[secret]"],"b":"[unknown]","c":null}"#);
        let revealed = serde_json::to_string(&v.revealed()).expect("serialises");
        assert_eq!(revealed, r#"{"a":["hunter2"],"b":"[unknown]","c":null}"#);
        let yaml = serde_yaml::to_string(&v.redacted()).expect("serialises");
        assert_eq!(yaml, "a:\n- '[secret]'\nb: '[unknown]'\nc: null\n");
        assert!(!format!("{:?}", v.revealed()).contains("hunter2"));
    }
}
