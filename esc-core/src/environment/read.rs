//! Evaluated environments and values from JSON, in the shape of the hosted service's API.
//!
//! What is read is taken apart, not copied: the strings of secrets move into text that is wiped.

use super::Environment;
use super::members::{Members, WireError, flag, list, map, read_origin};
use super::secrets::Secrets;
use crate::json::Json;
use crate::secret::Text;
use crate::value::{Content, Origin, Properties, TracedValue};

impl Environment {
    /// Reads an environment. Members that are not there are empty, and unknown ones are passed over.
    ///
    /// A schema that is not there, or that cannot be read, says nothing: it allows everything. Servers may repeat
    /// secrets in schemas and expressions: constants that do are left out, and literals that are encrypted are secret.
    ///
    /// ```
    /// use esc_core::environment::Environment;
    /// use esc_core::json::Json;
    ///
    /// let json = r#"{"properties":{"pin":{"value":"1234","secret":true,"trace":{}}}}"#;
    /// let environment = Environment::from_json(Json::parse(json)?)?;
    /// assert!(environment.properties["pin"].is_secret());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn from_json(json: Json) -> Result<Environment, WireError> {
        let mut members = Members::of(json)?;
        let properties = members.read("properties", |json| map(json, read_value))?;
        let properties = properties.unwrap_or_default();
        let mut context = members.read("executionContext", Members::of)?.unwrap_or_default();
        let context_properties = context
            .read("properties", |json| map(json, read_value))
            .map_err(|e| e.within("executionContext"))?
            .unwrap_or_default();
        let exprs = members.take("exprs");
        let values = properties.values().chain(context_properties.values());
        let secrets = Secrets::of(values, exprs.as_ref());
        let exprs = exprs.map(|json| map(json, |json| secrets.shared(json, false)));
        Ok(Environment {
            exprs: exprs.transpose().map_err(|e| e.within("exprs"))?.unwrap_or_default(),
            properties,
            schema: secrets.schema(members.take("schema")),
            context: context_properties,
            context_schema: secrets.schema(context.take("schema")),
        })
    }
}

/// Reads a value with where it comes from. What is within a secret is secret, whether it says so or not.
///
/// A value that is not there is null.
pub fn read_value(json: Json) -> Result<TracedValue, WireError> {
    value(json, false)
}

fn value(json: Json, within_secret: bool) -> Result<TracedValue, WireError> {
    let mut members = Members::of(json)?;
    let secret = members.read("secret", flag)?.unwrap_or_default() || within_secret;
    let unknown = members.read("unknown", flag)?.unwrap_or_default();
    let content = match members.take("value").unwrap_or_default() {
        Json::Null => Content::Null,
        Json::Bool(value) => Content::Bool(value),
        Json::Number(number) => Content::Number(number),
        Json::String(text) if secret => Content::String(Text::secret(text)),
        Json::String(text) => Content::String(Text::plain(text)),
        json @ Json::Array(_) => {
            let items = list(json, |json| value(json, secret)).map_err(|e| e.within("value"))?;
            Content::List(items.into())
        }
        json @ Json::Object(_) => {
            let own = map(json, |json| value(json, secret)).map_err(|e| e.within("value"))?;
            Content::Object(Properties::new(own))
        }
    };
    let (origin, base) = members.read("trace", trace)?.unwrap_or_default();
    let value = TracedValue::new(content, origin).marked(secret, unknown);
    Ok(match base {
        Some(base) => value.over(base),
        None => value,
    })
}

fn trace(json: Json) -> Result<(Origin, Option<TracedValue>), WireError> {
    let mut members = Members::of(json)?;
    let def = members.read("def", read_origin)?.unwrap_or_default();
    Ok((def, members.read("base", read_value)?))
}
