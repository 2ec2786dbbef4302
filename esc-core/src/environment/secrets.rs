//! Expressions and schemas from JSON, without the secrets that servers repeat in them.

use std::sync::Arc;

use smol_str::SmolStr;
use zeroize::Zeroizing;

use super::members::{Members, WireError, accessor, list, map, read_origin, text};
use super::{AccessorInfo, ExprInfo, ExprInfoKind};
use crate::json::Json;
use crate::schema::{Schema, SchemaRef};
use crate::secret::{Scrubber, Text};
use crate::value::{Content, TracedValue, Value};

const SECRET_CALL: &str = "fn::secret";

/// The keywords of schemas that hold values.
const CONSTANTS: [&str; 4] = ["const", "enum", "default", "examples"];

/// The secrets of an environment.
pub(super) struct Secrets {
    /// Sorted.
    texts: Vec<Zeroizing<String>>,
    within: Scrubber,
}

impl Secrets {
    /// The secrets among these values, and those that expressions encrypt.
    pub fn of<'v>(values: impl Iterator<Item = &'v TracedValue>, exprs: Option<&Json>) -> Secrets {
        let mut texts = Vec::new();
        values.for_each(|value| collect(value, false, &mut texts));
        if let Some(exprs) = exprs {
            collect_encrypted(exprs, false, &mut texts);
        }
        texts.sort_unstable_by(|a, b| a.as_str().cmp(b));
        texts.dedup();
        let within = Scrubber::new(texts.iter().map(|text| text.as_str()));
        Secrets { texts, within }
    }

    /// Reads a schema, without the constants that hold a secret. One that cannot be read allows everything.
    pub fn schema(&self, json: Option<Json>) -> SchemaRef {
        let Some(mut json) = json else { return Schema::always() };
        self.clean(&mut json);
        Schema::from_json(&json).unwrap_or_else(|_| Schema::always())
    }

    // A property that is called like a keyword is a schema, and cleaned like one at worst.
    fn clean(&self, json: &mut Json) {
        match json {
            Json::Object(members) => {
                members
                    .retain(|(key, json)| !CONSTANTS.contains(&key.as_str()) || !self.hold(json));
                members.iter_mut().for_each(|(_, json)| self.clean(json));
            }
            Json::Array(items) => items.iter_mut().for_each(|json| self.clean(json)),
            _ => {}
        }
    }

    fn hold(&self, json: &Json) -> bool {
        match json {
            Json::Null => false,
            Json::Bool(value) => self.is_secret(if *value { "true" } else { "false" }),
            Json::Number(number) => self.is_secret(number.as_str()),
            Json::String(text) => self.is_secret(text) || *self.within.scrub(text) != **text,
            Json::Array(items) => items.iter().any(|json| self.hold(json)),
            Json::Object(members) => members.iter().any(|(_, json)| self.hold(json)),
        }
    }

    fn is_secret(&self, text: &str) -> bool {
        self.texts.binary_search_by(|secret| secret.as_str().cmp(text)).is_ok()
    }

    /// Reads an expression; `encrypted` if it is within a call of `fn::secret`.
    pub fn expr(&self, json: Json, encrypted: bool) -> Result<ExprInfo, WireError> {
        let mut members = Members::of(json)?;
        Ok(ExprInfo {
            range: members.read("range", read_origin)?.unwrap_or_default(),
            schema: members.take("schema").map(|json| self.schema(Some(json))),
            base: members.read("base", |json| self.expr(json, encrypted))?.map(Arc::new),
            key_ranges: members
                .read("keyRanges", |json| map(json, read_origin))?
                .unwrap_or_default(),
            kind: self.kind(&mut members, encrypted)?,
        })
    }

    /// Reads an expression that is part of another.
    pub fn shared(&self, json: Json, encrypted: bool) -> Result<Arc<ExprInfo>, WireError> {
        self.expr(json, encrypted).map(Arc::new)
    }

    fn kind(&self, members: &mut Members, encrypted: bool) -> Result<ExprInfoKind, WireError> {
        if let Some(parts) = members.read("interpolate", |json| list(json, interpolation))? {
            return Ok(ExprInfoKind::Interpolate(parts));
        }
        if let Some(accessors) = members.read("symbol", |json| list(json, accessor))? {
            return Ok(ExprInfoKind::Symbol(accessors));
        }
        if let Some(kind) = members.read("access", access)? {
            return Ok(kind);
        }
        if let Some(items) =
            members.read("list", |json| list(json, |json| self.shared(json, encrypted)))?
        {
            return Ok(ExprInfoKind::List(items));
        }
        if let Some(properties) =
            members.read("object", |json| map(json, |json| self.shared(json, encrypted)))?
        {
            return Ok(ExprInfoKind::Object(properties));
        }
        if let Some(kind) = members.read("builtin", |json| self.builtin(json, encrypted))? {
            return Ok(kind);
        }
        Ok(match members.take("literal") {
            Some(Json::String(text)) if encrypted => {
                ExprInfoKind::Literal(Value::string(Text::secret(text)))
            }
            Some(json) => {
                let literal = Value::from_json(&json);
                ExprInfoKind::Literal(if encrypted { literal.into_secret() } else { literal })
            }
            None => ExprInfoKind::Null,
        })
    }

    fn builtin(&self, json: Json, encrypted: bool) -> Result<ExprInfoKind, WireError> {
        let mut members = Members::of(json)?;
        let name: SmolStr = members.read("name", text)?.unwrap_or_default().into();
        let encrypted = encrypted || name == SECRET_CALL;
        let arg = members.take("arg").unwrap_or_else(|| Json::Object(Vec::new()));
        Ok(ExprInfoKind::Builtin {
            name,
            name_range: members.read("nameRange", read_origin)?.unwrap_or_default(),
            arg_schema: self.schema(members.take("argSchema")),
            arg: Arc::new(self.expr(arg, encrypted).map_err(|e| e.within("arg"))?),
        })
    }
}

fn interpolation(json: Json) -> Result<(SmolStr, Vec<AccessorInfo>), WireError> {
    let mut members = Members::of(json)?;
    let text = members.read("text", text)?.unwrap_or_default();
    Ok((text.into(), members.read("value", |json| list(json, accessor))?.unwrap_or_default()))
}

fn access(json: Json) -> Result<ExprInfoKind, WireError> {
    let mut members = Members::of(json)?;
    Ok(ExprInfoKind::Access {
        receiver: members.read("receiver", read_origin)?.unwrap_or_default(),
        accessors: members.read("accessors", |json| list(json, accessor))?.unwrap_or_default(),
    })
}

fn collect(value: &TracedValue, within_secret: bool, texts: &mut Vec<Zeroizing<String>>) {
    let mut secret = within_secret;
    for layer in value.layers() {
        secret |= layer.is_secret();
        let mut add = |text: &str| {
            if secret && !text.is_empty() {
                texts.push(Zeroizing::new(text.to_owned()));
            }
        };
        match layer.content() {
            Content::Null => {}
            Content::Bool(value) => add(if *value { "true" } else { "false" }),
            Content::Number(number) => add(number.as_str()),
            Content::String(text) => add(text.as_str()),
            Content::List(items) => items.iter().for_each(|item| collect(item, secret, texts)),
            Content::Object(properties) => {
                properties.iter().for_each(|(_, value)| collect(value, secret, texts));
            }
        }
        // What a secret was merged over need not be one.
        secret = false;
    }
}

fn collect_encrypted(json: &Json, encrypted: bool, texts: &mut Vec<Zeroizing<String>>) {
    match json {
        Json::Object(members) => {
            let name = json.get("name").and_then(Json::as_str);
            let encrypted = encrypted || name == Some(SECRET_CALL);
            for (key, json) in members {
                match json {
                    Json::String(text) if encrypted && key == "literal" && !text.is_empty() => {
                        texts.push(Zeroizing::new(text.clone()));
                    }
                    Json::Number(number) if encrypted && key == "literal" => {
                        texts.push(Zeroizing::new(number.to_string()));
                    }
                    json => collect_encrypted(json, encrypted, texts),
                }
            }
        }
        Json::Array(items) => {
            items.iter().for_each(|json| collect_encrypted(json, encrypted, texts))
        }
        _ => {}
    }
}
