//! JSON as the language sees it: numbers keep their text, errors and escapes are worded like Go's.

mod error;
mod parse;
mod value;
mod write;

pub use error::JsonError;
pub use parse::MAX_DEPTH;
pub use write::Writer;

use crate::number::Number;

/// A JSON value.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Json {
    /// `null`.
    #[default]
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, with its exact text.
    Number(Number),
    /// A string.
    String(String),
    /// An array.
    Array(Vec<Json>),
    /// An object: keys are unique and stand in document order.
    Object(Vec<(String, Json)>),
}

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
        parse::whole(text)
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
        parse::prefix(text)
    }

    /// The member of that name, if this is an object that has it.
    pub fn get(&self, key: &str) -> Option<&Json> {
        match self {
            Json::Object(members) => members.iter().find(|(k, _)| k == key).map(|(_, v)| v),
            _ => None,
        }
    }

    /// The text, if this is a string.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Json::String(text) => Some(text),
            _ => None,
        }
    }

    /// Compact text with HTML-safe escapes and the keys in the order they have here.
    pub fn to_text(&self) -> String {
        let mut writer = Writer::compact();
        writer.json(self);
        writer.finish()
    }

    /// What kind of value this is: `null`, `boolean`, `number`, `string`, `array` or `object`.
    pub fn kind(&self) -> &'static str {
        match self {
            Json::Null => "null",
            Json::Bool(_) => "boolean",
            Json::Number(_) => "number",
            Json::String(_) => "string",
            Json::Array(_) => "array",
            Json::Object(_) => "object",
        }
    }
}

impl std::str::FromStr for Json {
    type Err = JsonError;

    fn from_str(text: &str) -> Result<Json, JsonError> {
        Json::parse(text)
    }
}
