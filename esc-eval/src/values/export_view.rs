//! The export view: values as plain data, and plain data as values.
//!
//! Plain data stand alone: unknown values are marked, secrets are marked and still there, and a trace tells where each
//! value was defined and what it was merged over. What has no place in a document belongs to the environment that shows
//! it. The string form, which interpolation and `fn::toString` share, is here as well: `true`, `5432`, `"a","b"`,
//! `"key"="value"`, nothing for null.

use std::collections::BTreeMap;

use esc_core::schema::Schema;
use esc_core::secret::Text;
use esc_core::value::{Origin, Value, ValueKind};
use smol_str::SmolStr;

use crate::ids::ValueId;
use crate::outcome::{Blocked, Exceeded, Poll};
use crate::values::View;
use crate::values::node::{Def, Repr};

impl View {
    /// Takes a plain value in; everything in it is defined by `def`.
    pub fn take_plain(&mut self, value: Value, def: Def) -> ValueId {
        let repr = match value.kind {
            _ if value.unknown => Repr::None,
            ValueKind::Null => Repr::Null,
            ValueKind::Bool(b) => Repr::Bool(b),
            ValueKind::Number(n) => Repr::Number(n),
            ValueKind::String(s) => Repr::String(s),
            ValueKind::List(items) => Repr::List(
                items
                    .into_iter()
                    .map(|item| crate::grow::grow(|| self.take_plain(item, def)))
                    .collect(),
            ),
            ValueKind::Object(properties) => Repr::Object(
                properties
                    .into_iter()
                    .map(|(k, v)| (k, crate::grow::grow(|| self.take_plain(v, def))))
                    .collect(),
            ),
        };
        let v = if value.unknown && def == Def::Context {
            self.arena.unknown(def, Schema::string())
        } else if value.unknown {
            let any = self.any();
            self.arena.unknown(def, any)
        } else {
            self.arena.literal(def, repr)
        };
        self.arena.node_mut(v).flags.secret = value.secret;
        v
    }

    /// The value as plain data.
    pub fn plain(&mut self, v: ValueId) -> Poll<Value> {
        self.measure(v)?;
        self.plain_at(v, 0)
    }

    fn plain_at(&mut self, v: ValueId, depth: usize) -> Poll<Value> {
        let depth = self.deeper(depth)?;
        let flags = self.arena.flags(v);
        let kind = match self.arena.repr(v).clone() {
            Repr::None | Repr::Null => ValueKind::Null,
            Repr::Bool(b) => ValueKind::Bool(b),
            Repr::Number(n) => ValueKind::Number(n),
            Repr::String(s) => ValueKind::String(s),
            Repr::List(_) | Repr::ListLiteral(_) => {
                let len = self.list_len(v).unwrap_or(0);
                let mut items = Vec::with_capacity(len);
                for index in 0..len {
                    let item = self.list_item(v, index)?;
                    items.push(crate::grow::grow(|| self.plain_at(item, depth))?);
                }
                ValueKind::List(items)
            }
            Repr::Object(_) | Repr::ObjectLiteral(_) => {
                ValueKind::Object(self.properties_at(v, depth)?)
            }
        };
        Ok(Value { kind, secret: flags.secret, unknown: flags.unknown, trace: None })
    }

    /// The properties of an object as plain data; nothing is told about the object itself.
    pub fn plain_properties(&mut self, v: ValueId) -> Poll<BTreeMap<SmolStr, Value>> {
        self.properties_at(v, 0)
    }

    fn properties_at(&mut self, v: ValueId, depth: usize) -> Poll<BTreeMap<SmolStr, Value>> {
        let mut properties: Vec<(SmolStr, Value)> = Vec::with_capacity(self.own_len(v) as usize);
        self.for_each_property(v, &mut |view, key, child| {
            let value = crate::grow::grow(|| view.plain_at(child, depth))?;
            properties.push((key, value));
            Ok(())
        })?;
        // Sorted already, so the map is built without searching.
        Ok(BTreeMap::from_iter(properties))
    }

    /// Where a definition stands; without a place it belongs to `environment`.
    pub fn origin(&self, def: Def, environment: &str) -> Origin {
        match self.def_location(def) {
            Some(location) => Origin { environment: location.environment, range: location.range },
            None => Origin { environment: SmolStr::new(environment), ..Origin::default() },
        }
    }

    /// Writes the string form of a value and tells whether anything in it is unknown or secret.
    ///
    pub fn string_form(&mut self, v: ValueId, out: &mut String) -> Poll<(bool, bool)> {
        let flags = self.arena.flags(v);
        if let (false, Repr::String(text)) = (flags.unknown, self.arena.repr(v)) {
            let limit = self.settings.limits.max_string_bytes;
            if out.len() + text.as_str().len() > limit {
                return Err(Blocked::Limit(Exceeded::StringBytes));
            }
            out.push_str(text.as_str());
            return Ok((false, flags.secret));
        }
        self.measure(v)?;
        self.string_form_at(v, out, 0)
    }

    fn string_form_at(&mut self, v: ValueId, out: &mut String, depth: usize) -> Poll<(bool, bool)> {
        let depth = self.deeper(depth)?;
        let flags = self.arena.flags(v);
        let mut taint = (flags.unknown, flags.secret);
        if flags.unknown {
            out.push_str("[unknown]");
            return Ok(taint);
        }
        match self.arena.repr(v).clone() {
            Repr::None | Repr::Null => {}
            Repr::Bool(b) => out.push_str(if b { "true" } else { "false" }),
            Repr::Number(n) => out.push_str(n.as_str()),
            Repr::String(s) => out.push_str(s.as_str()),
            Repr::List(_) | Repr::ListLiteral(_) => {
                for index in 0..self.list_len(v).unwrap_or(0) {
                    let item = self.list_item(v, index)?;
                    if index > 0 {
                        out.push(',');
                    }
                    merge(&mut taint, self.quoted_form(item, out, depth)?);
                }
            }
            Repr::Object(_) | Repr::ObjectLiteral(_) => {
                // The reference leaves out what the object inherits.
                let own = self.settings.compatible.then(|| self.own_properties(v));
                let properties = match own {
                    Some(own) => own,
                    None => self.inherited(v)?,
                };
                for (index, property) in properties.iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    out.push_str(&esc_core::text::quote(&property.key));
                    out.push('=');
                    let child = self.inherited_value(property)?;
                    merge(&mut taint, self.quoted_form(child, out, depth)?);
                }
            }
        }
        if out.len() > self.settings.limits.max_string_bytes {
            return Err(Blocked::Limit(Exceeded::StringBytes));
        }
        Ok(taint)
    }

    fn quoted_form(&mut self, v: ValueId, out: &mut String, depth: usize) -> Poll<(bool, bool)> {
        let mut form = String::new();
        let taint = crate::grow::grow(|| self.string_form_at(v, &mut form, depth))?;
        out.push_str(&esc_core::text::quote(&form));
        drop(Text::secret(form));
        Ok(taint)
    }
}

fn merge(taint: &mut (bool, bool), other: (bool, bool)) {
    taint.0 |= other.0;
    taint.1 |= other.1;
}
