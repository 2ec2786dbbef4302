//! From JSON to values.

use std::collections::BTreeMap;

use smol_str::SmolStr;

use super::Json;
use crate::secret::Text;
use crate::value::{Value, ValueKind};

impl Value {
    /// The value that this JSON stands for: nothing in it is secret, unknown or traced.
    pub fn from_json(json: &Json) -> Value {
        let kind = match json {
            Json::Null => ValueKind::Null,
            Json::Bool(value) => ValueKind::Bool(*value),
            Json::Number(number) => ValueKind::Number(number.clone()),
            Json::String(text) => ValueKind::String(Text::plain(text.as_str())),
            // Loops, because the frames of iterators cost deep values too much stack.
            Json::Array(items) => {
                let mut values = Vec::with_capacity(items.len());
                for item in items {
                    values.push(Value::from_json(item));
                }
                ValueKind::List(values)
            }
            Json::Object(members) => {
                let mut values = BTreeMap::new();
                for (key, value) in members {
                    values.insert(SmolStr::from(key), Value::from_json(value));
                }
                ValueKind::Object(values)
            }
        };
        Value::new(kind)
    }
}

impl From<&Json> for Value {
    fn from(json: &Json) -> Value {
        Value::from_json(json)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_keep_everything() {
        let json = Json::parse(r#"{"b":[null,true,1.50,"x"],"a":{}}"#).unwrap();
        let value = Value::from_json(&json);
        assert_eq!(value.get("b").unwrap().index(3).unwrap().as_str(), Some("x"));
        assert_eq!(format!("{:?}", value.get("b").unwrap().index(2).unwrap().kind), "Number(1.50)");
        assert_eq!(value.get("a"), Some(&Value::object::<&str>([])));
    }
}
