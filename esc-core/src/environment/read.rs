//! Evaluated environments from JSON, in the shape of the hosted service's API.

use super::Environment;
use super::secrets::Secrets;
use super::wire::{Members, WireError, map, read_value};
use crate::json::Json;

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
