//! Evaluated environments, as they are handed to tools: values, the expressions that made them, their schema.

use std::collections::BTreeMap;

use smol_str::SmolStr;

use crate::json::Writer;
use crate::position::{Pos, Range};
use crate::schema::SchemaRef;
use crate::value::{Origin, Reveal, Value, ValueKind};

mod members;
mod read;
mod secrets;

pub use members::{WireError, read_origin};
pub use read::read_value;

/// An evaluated environment.
#[derive(Clone, Debug)]
pub struct Environment {
    /// The environment's own expressions, by name.
    pub exprs: BTreeMap<SmolStr, ExprInfo>,
    /// The effective values, inherited ones included.
    pub properties: BTreeMap<SmolStr, Value>,
    /// The schema of the values.
    pub schema: SchemaRef,
    /// What the environment sees as `${context}`.
    pub context: BTreeMap<SmolStr, Value>,
    /// The schema of the context.
    pub context_schema: SchemaRef,
}

/// An expression with what is known about it after evaluation.
#[derive(Clone, Debug)]
pub struct ExprInfo {
    /// Where it stands.
    pub range: Origin,
    /// What its value looks like; none for groupings that are no expressions of a document.
    pub schema: Option<SchemaRef>,
    /// The expression of the value it was merged over.
    pub base: Option<Box<ExprInfo>>,
    /// For objects, where the keys stand.
    pub key_ranges: BTreeMap<SmolStr, Origin>,
    /// What it is.
    pub kind: ExprInfoKind,
}

/// What an expression is.
#[derive(Clone, Debug)]
pub enum ExprInfoKind {
    /// `null`, or something missing.
    Null,
    /// A scalar literal.
    Literal(Value),
    /// A string with accesses: text, then possibly an access.
    Interpolate(Vec<(SmolStr, Vec<AccessorInfo>)>),
    /// A reference.
    Symbol(Vec<AccessorInfo>),
    /// A property of a value that was unknown when it was merged over.
    Access {
        /// The value's definition.
        receiver: Origin,
        /// What is accessed.
        accessors: Vec<AccessorInfo>,
    },
    /// A list.
    List(Vec<ExprInfo>),
    /// An object.
    Object(BTreeMap<SmolStr, ExprInfo>),
    /// A call.
    Builtin {
        /// The function's name.
        name: SmolStr,
        /// Where the name stands.
        name_range: Origin,
        /// What the argument has to look like.
        arg_schema: SchemaRef,
        /// The argument.
        arg: Box<ExprInfo>,
    },
}

/// One step of an access.
#[derive(Clone, Debug)]
pub struct AccessorInfo {
    /// What is accessed.
    pub key: AccessKey,
    /// Where the accessor stands.
    pub range: Origin,
    /// Where the accessed value is defined; none in an access on an unknown value.
    pub value: Option<Origin>,
}

/// What an accessor asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccessKey {
    /// An element of a list.
    Index(i64),
    /// A property of an object.
    Key(SmolStr),
}

impl Environment {
    /// The values as one object.
    pub fn value(&self) -> Value {
        Value::new(ValueKind::Object(self.properties.clone()))
    }

    /// Compact JSON, in the shape of the hosted service's API.
    pub fn to_json(&self, reveal: Reveal) -> String {
        let mut w = Writer::compact();
        self.write_json(&mut w, reveal);
        w.finish()
    }

    /// Writes the environment.
    pub fn write_json(&self, w: &mut Writer, reveal: Reveal) {
        w.begin_object();
        if !self.exprs.is_empty() {
            w.key("exprs");
            write_map(w, &self.exprs, |w, expr| expr.write_json(w));
        }
        if !self.properties.is_empty() {
            w.key("properties");
            write_map(w, &self.properties, |w, value| write_value(w, value, reveal));
        }
        w.key("schema");
        self.schema.write_json(w);
        w.key("executionContext");
        w.begin_object();
        if !self.context.is_empty() {
            w.key("properties");
            write_map(w, &self.context, |w, value| write_value(w, value, reveal));
        }
        w.key("schema");
        self.context_schema.write_json(w);
        w.end_object();
        w.end_object();
    }
}

fn write_map<T>(w: &mut Writer, map: &BTreeMap<SmolStr, T>, write: impl Fn(&mut Writer, &T)) {
    w.begin_object();
    for (key, item) in map {
        w.key(key);
        write(w, item);
    }
    w.end_object();
}

fn write_pos(w: &mut Writer, pos: Pos) {
    w.begin_object();
    for (name, number) in [("line", pos.line), ("column", pos.column), ("byte", pos.byte)] {
        w.key(name);
        w.number(&number.into());
    }
    w.end_object();
}

fn write_origin(w: &mut Writer, origin: &Origin) {
    let Origin { environment, range: Range { begin, end } } = origin;
    w.begin_object();
    if !environment.is_empty() {
        w.key("environment");
        w.string(environment);
    }
    w.key("begin");
    write_pos(w, *begin);
    w.key("end");
    write_pos(w, *end);
    w.end_object();
}

/// Writes a value with where it comes from.
pub fn write_value(w: &mut Writer, value: &Value, reveal: Reveal) {
    w.begin_object();
    let hidden = value.secret && reveal == Reveal::Redacted;
    match &value.kind {
        ValueKind::Null => {}
        _ if hidden => {
            w.key("value");
            w.string(crate::value::SECRET_PLACEHOLDER);
        }
        ValueKind::Bool(b) => {
            w.key("value");
            w.bool(*b);
        }
        ValueKind::Number(n) => {
            w.key("value");
            w.number(n);
        }
        ValueKind::String(s) => {
            w.key("value");
            w.string(s.as_str());
        }
        ValueKind::List(items) => {
            w.key("value");
            w.begin_array();
            for item in items {
                write_value(w, item, reveal);
            }
            w.end_array();
        }
        ValueKind::Object(properties) => {
            w.key("value");
            write_map(w, properties, |w, value| write_value(w, value, reveal));
        }
    }
    for (name, flag) in [("secret", value.secret), ("unknown", value.unknown)] {
        if flag {
            w.key(name);
            w.bool(true);
        }
    }
    w.key("trace");
    w.begin_object();
    w.key("def");
    match &value.trace {
        None => write_origin(w, &Origin::default()),
        Some(trace) => {
            write_origin(w, &trace.def);
            if let Some(base) = &trace.base {
                w.key("base");
                write_value(w, base, reveal);
            }
        }
    }
    w.end_object();
    w.end_object();
}

impl ExprInfo {
    /// Writes the expression.
    pub fn write_json(&self, w: &mut Writer) {
        w.begin_object();
        w.key("range");
        write_origin(w, &self.range);
        if let Some(schema) = &self.schema {
            w.key("schema");
            schema.write_json(w);
        }
        if let Some(base) = &self.base {
            w.key("base");
            base.write_json(w);
        }
        if !self.key_ranges.is_empty() {
            w.key("keyRanges");
            write_map(w, &self.key_ranges, write_origin);
        }
        match &self.kind {
            ExprInfoKind::Null => {}
            ExprInfoKind::Literal(value) => {
                w.key("literal");
                match &value.kind {
                    ValueKind::Bool(b) => w.bool(*b),
                    ValueKind::Number(n) => w.number(n),
                    ValueKind::String(s) => w.string(s.as_str()),
                    _ => w.null(),
                }
            }
            ExprInfoKind::Interpolate(parts) => {
                w.key("interpolate");
                w.begin_array();
                for (text, accessors) in parts {
                    w.begin_object();
                    if !text.is_empty() {
                        w.key("text");
                        w.string(text);
                    }
                    if !accessors.is_empty() {
                        w.key("value");
                        write_accessors(w, accessors);
                    }
                    w.end_object();
                }
                w.end_array();
            }
            ExprInfoKind::Symbol(accessors) => {
                w.key("symbol");
                write_accessors(w, accessors);
            }
            ExprInfoKind::Access { receiver, accessors } => {
                w.key("access");
                w.begin_object();
                w.key("receiver");
                write_origin(w, receiver);
                w.key("accessors");
                write_accessors(w, accessors);
                w.end_object();
            }
            ExprInfoKind::List(items) if items.is_empty() => {}
            ExprInfoKind::List(items) => {
                w.key("list");
                w.begin_array();
                for item in items {
                    item.write_json(w);
                }
                w.end_array();
            }
            ExprInfoKind::Object(properties) if properties.is_empty() => {}
            ExprInfoKind::Object(properties) => {
                w.key("object");
                write_map(w, properties, |w, expr| expr.write_json(w));
            }
            ExprInfoKind::Builtin { name, name_range, arg_schema, arg } => {
                w.key("builtin");
                w.begin_object();
                w.key("name");
                w.string(name);
                w.key("nameRange");
                write_origin(w, name_range);
                w.key("argSchema");
                arg_schema.write_json(w);
                w.key("arg");
                arg.write_json(w);
                w.end_object();
            }
        }
        w.end_object();
    }
}

fn write_accessors(w: &mut Writer, accessors: &[AccessorInfo]) {
    w.begin_array();
    for accessor in accessors {
        w.begin_object();
        match &accessor.key {
            AccessKey::Index(index) => {
                w.key("index");
                w.number(&(*index).into());
            }
            AccessKey::Key(key) => {
                w.key("key");
                w.string(key);
            }
        }
        w.key("range");
        write_origin(w, &accessor.range);
        if let Some(value) = &accessor.value {
            w.key("value");
            write_origin(w, value);
        }
        w.end_object();
    }
    w.end_array();
}

#[cfg(test)]
mod tests;
