//! Evaluated environments and values from JSON, in the shape of the hosted service's API.
//!
//! What is read is taken apart, not copied: the strings of secrets move into text that is wiped.

use std::collections::BTreeMap;
use std::fmt;

use smol_str::SmolStr;

use super::secrets::Secrets;
use super::{AccessKey, AccessorInfo, Environment};
use crate::json::Json;
use crate::position::{Pos, Range};
use crate::secret::Text;
use crate::value::{Origin, Trace, Value, ValueKind};

/// Why JSON is not an environment or a value. It quotes names of members, but no values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WireError {
    /// Where: names of members and indices, joined by dots.
    path: String,
    expected: &'static str,
    got: &'static str,
}

impl fmt::Display for WireError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        write!(f, "expected {}, got {}", self.expected, self.got)
    }
}

impl std::error::Error for WireError {}

impl WireError {
    pub(super) fn within(mut self, step: &str) -> WireError {
        let dot = if self.path.is_empty() { "" } else { "." };
        self.path = format!("{step}{dot}{}", self.path);
        self
    }
}

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
        let exprs = exprs.map(|json| map(json, |json| secrets.expr(json, false)));
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
pub fn read_value(json: Json) -> Result<Value, WireError> {
    value(json, false)
}

/// Reads a range in a named environment.
pub fn read_origin(json: Json) -> Result<Origin, WireError> {
    let mut members = Members::of(json)?;
    let environment = members.read("environment", text)?.unwrap_or_default().into();
    let begin = members.read("begin", pos)?.unwrap_or_default();
    let end = members.read("end", pos)?.unwrap_or_default();
    Ok(Origin { environment, range: Range { begin, end } })
}

fn value(json: Json, within_secret: bool) -> Result<Value, WireError> {
    let mut members = Members::of(json)?;
    let secret = members.read("secret", flag)?.unwrap_or_default() || within_secret;
    let unknown = members.read("unknown", flag)?.unwrap_or_default();
    let kind = match members.take("value").unwrap_or_default() {
        Json::Null => ValueKind::Null,
        Json::Bool(value) => ValueKind::Bool(value),
        Json::Number(number) => ValueKind::Number(number),
        Json::String(text) if secret => ValueKind::String(Text::secret(text)),
        Json::String(text) => ValueKind::String(Text::plain(text)),
        json @ Json::Array(_) => {
            ValueKind::List(list(json, |json| value(json, secret)).map_err(|e| e.within("value"))?)
        }
        json @ Json::Object(_) => {
            ValueKind::Object(map(json, |json| value(json, secret)).map_err(|e| e.within("value"))?)
        }
    };
    let trace = members.read("trace", trace)?.map(Box::new);
    Ok(Value { kind, secret, unknown, trace })
}

fn trace(json: Json) -> Result<Trace, WireError> {
    let mut members = Members::of(json)?;
    let def = members.read("def", read_origin)?.unwrap_or_default();
    Ok(Trace { def, base: members.read("base", read_value)? })
}

pub(super) fn accessor(json: Json) -> Result<AccessorInfo, WireError> {
    let mut members = Members::of(json)?;
    let key = match members.read("index", number)? {
        Some(index) => AccessKey::Index(index),
        None => AccessKey::Key(members.read("key", text)?.unwrap_or_default().into()),
    };
    Ok(AccessorInfo {
        key,
        range: members.read("range", read_origin)?.unwrap_or_default(),
        value: members.read("value", read_origin)?,
    })
}

fn pos(json: Json) -> Result<Pos, WireError> {
    let mut members = Members::of(json)?;
    let mut part = |name| Ok(members.read(name, number)?.unwrap_or_default());
    Ok(Pos { line: part("line")?, column: part("column")?, byte: part("byte")? })
}

pub(super) fn text(json: Json) -> Result<String, WireError> {
    match json {
        Json::String(text) => Ok(text),
        other => mismatch("a string", &other),
    }
}

fn flag(json: Json) -> Result<bool, WireError> {
    match json {
        Json::Bool(value) => Ok(value),
        other => mismatch("a boolean", &other),
    }
}

fn number<N: std::str::FromStr>(json: Json) -> Result<N, WireError> {
    let number = match &json {
        Json::Number(number) => number.as_str().parse().ok(),
        _ => None,
    };
    number.map_or_else(|| mismatch("a small whole number", &json), Ok)
}

pub(super) fn list<T>(
    json: Json,
    read: impl Fn(Json) -> Result<T, WireError>,
) -> Result<Vec<T>, WireError> {
    let Json::Array(items) = json else { return mismatch("an array", &json) };
    let mut out = Vec::with_capacity(items.len());
    for (i, item) in items.into_iter().enumerate() {
        out.push(read(item).map_err(|e| e.within(&i.to_string()))?);
    }
    Ok(out)
}

pub(super) fn map<T>(
    json: Json,
    read: impl Fn(Json) -> Result<T, WireError>,
) -> Result<BTreeMap<SmolStr, T>, WireError> {
    let mut out = BTreeMap::new();
    for (key, json) in Members::of(json)?.0 {
        let item = read(json).map_err(|e| e.within(&key))?;
        out.insert(key.into(), item);
    }
    Ok(out)
}

fn mismatch<T>(expected: &'static str, json: &Json) -> Result<T, WireError> {
    Err(WireError { path: String::new(), expected, got: json.kind() })
}

/// An object that is being taken apart.
#[derive(Default)]
pub(super) struct Members(Vec<(String, Json)>);

impl Members {
    pub fn of(json: Json) -> Result<Members, WireError> {
        match json {
            Json::Object(members) => Ok(Members(members)),
            other => mismatch("an object", &other),
        }
    }

    /// The member; one that is null is one that is not there.
    pub fn take(&mut self, name: &str) -> Option<Json> {
        let (_, json) = self.0.iter_mut().find(|(key, _)| key == name)?;
        Some(std::mem::take(json)).filter(|json| !matches!(json, Json::Null))
    }

    pub fn read<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(Json) -> Result<T, WireError>,
    ) -> Result<Option<T>, WireError> {
        self.take(name).map(|json| read(json).map_err(|e| e.within(name))).transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::super::ExprInfoKind;
    use super::*;
    use crate::value::Reveal;

    fn read(text: &str) -> Result<Environment, WireError> {
        Environment::from_json(Json::parse(text).unwrap())
    }

    const EVERYTHING: &str = concat!(
        r#"{"exprs":{"a":{"range":{"environment":"p/e","begin":{"line":1,"column":2,"byte":3},"#,
        r#""end":{"line":4,"column":5,"byte":6}},"schema":{"type":"string"},"base":{"range":R,"literal":1.50},"#,
        r#""keyRanges":{"k":R},"interpolate":[{"text":"x","value":[{"key":"k","range":R,"value":R}]},{"text":"y"}]},"#,
        r#""b":{"range":R,"symbol":[{"index":-1,"range":R}]},"#,
        r#""c":{"range":R,"access":{"receiver":R,"accessors":[{"key":"k","range":R}]}},"#,
        r#""d":{"range":R,"list":[{"range":R}]},"e":{"range":R,"object":{"x":{"range":R,"literal":"t"}}},"#,
        r#""f":{"range":R,"builtin":{"name":"fn::secret","nameRange":R,"argSchema":true,"arg":{"range":R,"literal":true}}}},"#,
        r#""properties":{"a":{"value":"s","secret":true,"trace":{"def":R,"base":{"value":[{"value":1,"trace":{"def":R}}],"trace":{"def":R}}}},"#,
        r#""b":{"unknown":true,"trace":{"def":R}},"c":{"value":{"d":{"value":false,"trace":{"def":R}}},"trace":{"def":R}}},"#,
        r#""schema":{"properties":{"a":{"type":"string"}},"type":"object"},"#,
        r#""executionContext":{"properties":{"u":{"value":"me","trace":{"def":R}}},"schema":true}}"#,
    );

    #[test]
    fn what_is_written_can_be_read() {
        let origin = r#"{"environment":"p/e","begin":{"line":1,"column":1,"byte":0},"end":{"line":1,"column":2,"byte":1}}"#;
        let text = EVERYTHING.replace(":R", &format!(":{origin}"));
        let environment = read(&text).unwrap();
        assert_eq!(environment.to_json(Reveal::Revealed), text);
        assert!(!format!("{environment:?}").contains("\"s\""));
    }

    #[test]
    fn members_that_are_missing_are_empty_and_others_are_passed_over() {
        let environment =
            read(r#"{"properties":{"a":{}},"schema":{"type":"new"},"more":1}"#).unwrap();
        assert_eq!(environment.properties["a"], Value::default());
        assert_eq!(environment.schema.to_json_text(), "true");
        assert!(environment.exprs.is_empty() && environment.context.is_empty());
        assert!(read("{}").unwrap().properties.is_empty());
    }

    #[test]
    fn what_is_within_a_secret_is_secret() {
        let json = r#"{"value":{"a":{"value":["#.to_owned()
            + r#"{"value":"hunter2"}]}},"secret":true,"trace":{"base":{"value":"plain"}}}"#;
        let value = read_value(Json::parse(&json).unwrap()).unwrap();
        let inner = value.get("a").unwrap().index(0).unwrap();
        assert!(inner.is_secret() && matches!(&inner.kind, ValueKind::String(t) if t.is_secret()));
        assert!(!value.trace.unwrap().base.unwrap().is_secret());
    }

    #[test]
    fn secrets_that_servers_repeat_are_left_out() {
        let text = concat!(
            r#"{"exprs":{"s":{"schema":{"type":"string","const":"hunter2"},"builtin":{"name":"fn::secret","#,
            r#""argSchema":{"const":"hunter3"},"arg":{"literal":"hunter3","schema":{"const":"hunter3"}}}}},"#,
            r#""properties":{"s":{"value":"hunter2","secret":true},"pin":{"value":7,"secret":true},"#,
            r#""x":{"value":[{"value":"hunter4"}],"secret":true}},"schema":{"properties":{"s":{"type":"string","#,
            r#""const":"hunter2"},"pin":{"type":"number","const":7},"x":{"prefixItems":[{"const":"hunter4"}]},"#,
            r#""url":{"enum":["see hunter2@host"],"examples":[1]},"const":{"const":"plain"}},"type":"object"}}"#,
        );
        let environment = read(text).unwrap();
        assert_eq!(
            environment.schema.to_json_text(),
            concat!(
                r#"{"properties":{"const":{"type":"","const":"plain"},"pin":{"type":"number"},"#,
                r#""s":{"type":"string"},"url":{"type":"","examples":[1]},"#,
                r#""x":{"prefixItems":[{"type":""}],"type":""}},"type":"object"}"#
            )
        );
        assert!(!format!("{environment:?}").contains("hunter"), "{environment:?}");
        let ExprInfoKind::Builtin { arg, .. } = &environment.exprs["s"].kind else { panic!() };
        let ExprInfoKind::Literal(literal) = &arg.kind else { panic!() };
        assert_eq!((literal.as_str(), literal.is_secret()), (Some("hunter3"), true));
    }

    #[test]
    fn errors_say_where_and_quote_nothing() {
        let error = |text: &str| read(text).unwrap_err().to_string();
        assert_eq!(error("[]"), "expected an object, got array");
        assert_eq!(
            error(r#"{"properties":{"a":{"value":["hunter2"]}}}"#),
            "properties.a.value.0: expected an object, got string"
        );
        assert_eq!(
            error(r#"{"properties":{"a":{"secret":"hunter2"}}}"#),
            "properties.a.secret: expected a boolean, got string"
        );
        assert_eq!(
            error(r#"{"exprs":{"a":{"range":{"begin":{"line":-1}}}}}"#),
            "exprs.a.range.begin.line: expected a small whole number, got number"
        );
        assert_eq!(
            error(r#"{"executionContext":{"properties":1}}"#),
            "executionContext.properties: expected an object, got number"
        );
    }
}
