//! What the JSON of environments is put together of: members, lists, places.

use std::collections::BTreeMap;
use std::fmt;

use smol_str::SmolStr;

use super::{AccessKey, AccessorInfo};
use crate::json::Json;
use crate::position::{Pos, Range};
use crate::value::Origin;

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

/// Reads a range in a named environment.
pub fn read_origin(json: Json) -> Result<Origin, WireError> {
    let mut members = Members::of(json)?;
    let environment = members.read("environment", text)?.unwrap_or_default().into();
    let begin = members.read("begin", pos)?.unwrap_or_default();
    let end = members.read("end", pos)?.unwrap_or_default();
    Ok(Origin { environment, range: Range { begin, end } })
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

pub(super) fn flag(json: Json) -> Result<bool, WireError> {
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
