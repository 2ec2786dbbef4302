//! Evaluated environments as JSON, byte for byte as the hosted service writes them.

use smol_str::SmolStr;

use super::{AccessKey, AccessorInfo, Environment, ExprInfo, ExprInfoKind};
use crate::json::Writer;
use crate::position::{Pos, Range};
use crate::value::{Content, Origin, Reveal, SECRET_PLACEHOLDER, TracedValue, ValueKind};

impl Environment {
    /// Writes the environment.
    pub fn write_json(&self, w: &mut Writer<'_>, reveal: Reveal) {
        w.begin_object();
        if !self.exprs.is_empty() {
            w.key("exprs");
            write_map(w, &self.exprs, |w, expr| expr.write_json(w));
        }
        if !self.properties.is_empty() {
            w.key("properties");
            write_map(w, &self.properties, |w, value| value.write_json(w, reveal));
        }
        w.key("schema");
        self.schema.write_json(w);
        w.key("executionContext");
        w.begin_object();
        if !self.context.is_empty() {
            w.key("properties");
            write_map(w, &self.context, |w, value| value.write_json(w, reveal));
        }
        w.key("schema");
        self.context_schema.write_json(w);
        w.end_object();
        w.end_object();
    }
}

fn write_map<'m, T: 'm>(
    w: &mut Writer<'_>,
    map: impl IntoIterator<Item = (&'m SmolStr, &'m T)>,
    write: impl Fn(&mut Writer<'_>, &T),
) {
    w.begin_object();
    for (key, item) in map {
        w.key(key);
        write(w, item);
    }
    w.end_object();
}

fn write_pos(w: &mut Writer<'_>, pos: Pos) {
    w.begin_object();
    for (name, number) in [("line", pos.line), ("column", pos.column), ("byte", pos.byte)] {
        w.key(name);
        w.integer(number);
    }
    w.end_object();
}

fn write_origin(w: &mut Writer<'_>, origin: &Origin) {
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

impl TracedValue {
    /// Compact JSON with where the value comes from, in the shape of the hosted service's API.
    pub fn to_json(&self, reveal: Reveal) -> String {
        let mut w = Writer::compact();
        self.write_json(&mut w, reveal);
        w.finish()
    }

    /// Writes the value with where it comes from.
    pub fn write_json(&self, w: &mut Writer<'_>, reveal: Reveal) {
        // There can be many more layers than levels, so only the levels are recursion.
        let mut layers = 0;
        for layer in self.layers() {
            if layers > 0 {
                w.key("base");
            }
            w.begin_object();
            layer.write_content(w, reveal);
            for (name, flag) in [("secret", layer.secret_flag()), ("unknown", layer.is_unknown())] {
                if flag {
                    w.key(name);
                    w.bool(true);
                }
            }
            w.key("trace");
            w.begin_object();
            w.key("def");
            write_origin(w, layer.origin());
            layers += 1;
        }
        for _ in 0..layers {
            w.end_object();
            w.end_object();
        }
    }

    fn write_content(&self, w: &mut Writer<'_>, reveal: Reveal) {
        if matches!(self.content(), Content::Null) {
            return;
        }
        w.key("value");
        if self.secret_flag() && reveal == Reveal::Redacted {
            return w.string(SECRET_PLACEHOLDER);
        }
        match self.content() {
            Content::Null => {}
            Content::Bool(b) => w.bool(*b),
            Content::Number(n) => w.number(n),
            Content::String(s) => w.string(s.as_str()),
            Content::List(items) => {
                w.begin_array();
                for item in items.iter() {
                    item.write_json(w, reveal);
                }
                w.end_array();
            }
            Content::Object(properties) => {
                write_map(w, properties.iter(), |w, value| value.write_json(w, reveal));
            }
        }
    }
}

impl ExprInfo {
    /// Writes the expression.
    pub fn write_json(&self, w: &mut Writer<'_>) {
        // There can be many more layers than levels, so only the levels are recursion.
        let mut layers: Vec<&ExprInfo> = Vec::new();
        let mut next = Some(self);
        while let Some(expr) = next {
            if !layers.is_empty() {
                w.key("base");
            }
            w.begin_object();
            w.key("range");
            write_origin(w, &expr.range);
            if let Some(schema) = &expr.schema {
                w.key("schema");
                schema.write_json(w);
            }
            layers.push(expr);
            next = expr.base.as_deref();
        }
        for expr in layers.into_iter().rev() {
            expr.write_kind(w);
            w.end_object();
        }
    }

    fn write_kind(&self, w: &mut Writer<'_>) {
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
    }
}

fn write_accessors(w: &mut Writer<'_>, accessors: &[AccessorInfo]) {
    w.begin_array();
    for accessor in accessors {
        w.begin_object();
        match &accessor.key {
            AccessKey::Index(index) => {
                w.key("index");
                w.integer(*index);
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
