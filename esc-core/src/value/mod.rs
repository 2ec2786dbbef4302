//! Values as they cross borders: to and from providers, to applications and to files.
//!
//! Inside an evaluation values are shared and layered; what leaves it is this plain tree, or with where values come from
//! a graph of [`TracedValue`]s.
//!
//! A value is shown through a *projection*, and each of them asks whether secrets may be seen: JSON ([`Value::to_json`]),
//! the string form ([`Value::to_string_form`]), environment variables and files ([`environment_variables`],
//! [`files`]), and whatever `serde` writes ([`Value::redacted`], [`Value::revealed`]).
//!
//! Projections recurse. Whoever builds values bounds their depth (the evaluator: to 1,000 levels).

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use smol_str::SmolStr;

use crate::number::Number;
use crate::position::Range;
use crate::secret::Text;

mod environment;
mod json;
mod serialize;
mod string_form;
mod traced;

pub use environment::{EnvironmentVariable, Extract, environment_variables, files};
pub use serialize::Projection;
pub use string_form::{STRING_FORM_LIMIT, TooLarge};
pub use traced::{Content, Properties, TracedValue};

/// What is shown in place of a secret.
pub const SECRET_PLACEHOLDER: &str = "[secret]";

/// What is shown in place of a value that is not known.
pub const UNKNOWN_PLACEHOLDER: &str = "[unknown]";

/// Whether a projection may show secrets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Reveal {
    /// Secrets are shown as `[secret]`.
    #[default]
    Redacted,
    /// Secrets are shown as they are.
    Revealed,
}

/// A value.
#[derive(Clone, Default, PartialEq)]
pub struct Value {
    /// What it is.
    pub kind: ValueKind,
    /// Whether it must not be shown.
    pub secret: bool,
    /// Whether it is not known. A value that is unknown is [`ValueKind::Null`], but for strings with unknown parts.
    pub unknown: bool,
    /// Where it comes from. Only what rotators are given knows: elsewhere that is what a [`TracedValue`] is for.
    pub trace: Option<Arc<Trace>>,
}

/// What a value is.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum ValueKind {
    /// Nothing.
    #[default]
    Null,
    /// True or false.
    Bool(bool),
    /// A number.
    Number(Number),
    /// A string.
    String(Text),
    /// A list.
    List(Vec<Value>),
    /// An object; keys in byte order.
    Object(BTreeMap<SmolStr, Value>),
}

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct Trace {
    /// The expression that defines the value.
    pub def: Origin,
    /// The value that this one was merged over.
    pub base: Option<TracedValue>,
}

/// A range in a named environment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The environment; empty if not known.
    pub environment: SmolStr,
    /// The range; [`Range::NONE`] for values without a place in a document.
    pub range: Range,
}

impl Value {
    /// A plain value of this kind.
    pub fn new(kind: ValueKind) -> Value {
        Value { kind, secret: false, unknown: false, trace: None }
    }

    /// A string.
    pub fn string(text: impl Into<Text>) -> Value {
        Value::new(ValueKind::String(text.into()))
    }

    /// An unknown value.
    pub fn unknown() -> Value {
        Value { unknown: true, ..Value::default() }
    }

    /// An object of these properties.
    pub fn object<K: Into<SmolStr>>(properties: impl IntoIterator<Item = (K, Value)>) -> Value {
        Value::new(ValueKind::Object(properties.into_iter().map(|(k, v)| (k.into(), v)).collect()))
    }

    /// The same value and everything in it, marked secret.
    pub fn into_secret(mut self) -> Value {
        self.mark_secret();
        self
    }

    // In place: moving every level out and in again would take a large part of a small stack.
    fn mark_secret(&mut self) {
        self.secret = true;
        match &mut self.kind {
            ValueKind::String(text) => text.make_secret(),
            ValueKind::List(items) => items.iter_mut().for_each(Value::mark_secret),
            ValueKind::Object(properties) => properties.values_mut().for_each(Value::mark_secret),
            ValueKind::Null | ValueKind::Bool(_) | ValueKind::Number(_) => {}
        }
    }

    /// What a projection shows of this value itself: the one place that knows when something is held back.
    fn shown(&self, reveal: Reveal) -> Shown<'_> {
        if reveal == Reveal::Redacted && self.is_secret() {
            Shown::Placeholder(SECRET_PLACEHOLDER)
        } else if self.unknown {
            Shown::Placeholder(UNKNOWN_PLACEHOLDER)
        } else {
            Shown::Kind(&self.kind)
        }
    }

    /// Whether the value itself is secret, by its flag or by the text it holds.
    pub fn is_secret(&self) -> bool {
        self.secret || matches!(&self.kind, ValueKind::String(text) if text.is_secret())
    }

    /// The property of that name, if this is an object that has it.
    pub fn get(&self, key: &str) -> Option<&Value> {
        match &self.kind {
            ValueKind::Object(properties) => properties.get(key),
            _ => None,
        }
    }

    /// The element at that index, if this is a list that has it.
    pub fn index(&self, index: usize) -> Option<&Value> {
        match &self.kind {
            ValueKind::List(items) => items.get(index),
            _ => None,
        }
    }

    /// The text, if this is a string.
    pub fn as_str(&self) -> Option<&str> {
        match &self.kind {
            ValueKind::String(s) => Some(s.as_str()),
            _ => None,
        }
    }
}

/// What a projection shows of one value.
enum Shown<'a> {
    Placeholder(&'static str),
    Kind(&'a ValueKind),
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.shown(Reveal::Redacted) {
            Shown::Placeholder(text) => f.write_str(text),
            Shown::Kind(kind) => kind.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests;
