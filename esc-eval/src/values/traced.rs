//! Values with where they come from, as a graph: each value of the evaluation becomes one node, whoever holds it.
//!
//! Copies are not looked into. A copy of a value shows what the original shows, but for two things that depend on the
//! [`Standpoint`]; where these make no difference, original and copies are one node. So what is made is linear in the values
//! that the evaluation made, and does not add any copies to them.

use std::collections::BTreeMap;

use esc_core::value::{Content, Origin, Properties, TracedValue};
use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use crate::grow::grow;
use crate::ids::ValueId;
use crate::outcome::{Blocked, Exceeded, Poll};
use crate::values::View;
use crate::values::node::{Def, Kind, Repr};

/// The environment of what has no place in a document and lies below another value.
const IMPORTED: SmolStr = SmolStr::new_static("<import>");

/// From where a value is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Standpoint {
    /// It is what another value was merged over: if it has no place in a document, another environment is named.
    below: bool,
    /// It is part of a copy: all it inherits is listed.
    copied: bool,
}

/// The parts of the view that made a difference.
type Depends = Standpoint;

const NOTHING: Depends = Standpoint { below: false, copied: false };

impl Standpoint {
    fn or(self, other: Standpoint) -> Standpoint {
        Standpoint { below: self.below | other.below, copied: self.copied | other.copied }
    }
}

/// Makes traced values of values.
pub(crate) struct Tracer<'s> {
    pub view: &'s mut View,
    /// The environment of what has no place in a document.
    environment: SmolStr,
    /// Whether to tell what values were merged over.
    bases: bool,
    /// What looks the same from everywhere, by value.
    same: Vec<Option<TracedValue>>,
    others: FxHashMap<(ValueId, Standpoint), (TracedValue, Depends)>,
}

impl<'s> Tracer<'s> {
    pub fn new(view: &'s mut View, environment: SmolStr) -> Tracer<'s> {
        let same = Vec::with_capacity(view.arena.len());
        Tracer { view, environment, bases: true, same, others: FxHashMap::default() }
    }

    /// The same, but it is not told what values were merged over.
    pub fn without_bases(self) -> Tracer<'s> {
        Tracer { bases: false, ..self }
    }

    /// The value with everything that it was merged over.
    pub fn value(&mut self, v: ValueId) -> Poll<TracedValue> {
        self.seen(v, NOTHING).map(|(value, _)| value)
    }

    /// The properties of an object; nothing is told about the object itself.
    pub fn properties(&mut self, v: ValueId) -> Poll<BTreeMap<SmolStr, TracedValue>> {
        let mut properties: Vec<(SmolStr, ValueId)> = Vec::new();
        self.view.for_each_property(v, &mut |_, key, child| {
            properties.push((key, child));
            Ok(())
        })?;
        let mut traced = Vec::with_capacity(properties.len());
        for (key, child) in properties {
            traced.push((key, self.value(child)?));
        }
        // Sorted already, so the map is built without searching.
        Ok(BTreeMap::from_iter(traced))
    }

    fn seen(&mut self, v: ValueId, from: Standpoint) -> Poll<(TracedValue, Depends)> {
        if let Some(Some(known)) = self.same.get(v.0 as usize) {
            return Ok((known.clone(), NOTHING));
        }
        if let Some(known) = self.others.get(&(v, from)) {
            return Ok(known.clone());
        }
        let made = match self.view.arena.node(v).kind {
            Kind::Copied { of, .. } => self.copy(v, of, from)?,
            _ => self.make(v, from)?,
        };
        if made.0.levels() as usize > self.view.settings.limits.max_value_depth {
            return Err(Blocked::Limit(Exceeded::Depth));
        }
        if made.1 == NOTHING {
            if self.same.len() <= v.0 as usize {
                self.same.resize(self.view.arena.len(), None);
            }
            if let Some(same) = self.same.get_mut(v.0 as usize) {
                *same = Some(made.0.clone());
            }
        } else {
            self.others.insert((v, from), made.clone());
        }
        Ok(made)
    }

    /// What the original is, but for the copy's own definition and flags.
    fn copy(&mut self, v: ValueId, of: ValueId, from: Standpoint) -> Poll<(TracedValue, Depends)> {
        let (value, depends) = grow(|| self.seen(of, Standpoint { copied: true, ..from }))?;
        let mut depends = Depends { copied: false, ..depends };
        let arena = &self.view.arena;
        let ((def, flags), (other, others)) =
            ((arena.def(v), arena.flags(v)), (arena.def(of), arena.flags(of)));
        if def == other && (flags.secret, flags.unknown) == (others.secret, others.unknown) {
            return Ok((value, depends));
        }
        let origin = self.origin(def, from, &mut depends);
        Ok((value.defined_at(origin).marked(flags.secret, flags.unknown), depends))
    }

    fn make(&mut self, v: ValueId, from: Standpoint) -> Poll<(TracedValue, Depends)> {
        let mut depends = NOTHING;
        let flags = self.view.arena.flags(v);
        let content = match self.view.arena.repr(v) {
            Repr::None | Repr::Null => Content::Null,
            Repr::Bool(b) => Content::Bool(*b),
            Repr::Number(n) => Content::Number(n.clone()),
            Repr::String(s) => Content::String(s.clone()),
            Repr::List(_) | Repr::ListLiteral(_) => {
                let len = self.view.list_len(v).unwrap_or(0);
                let mut items = Vec::with_capacity(len);
                for index in 0..len {
                    let item = self.view.list_item(v, index)?;
                    items.push(self.part(item, from, &mut depends)?);
                }
                Content::List(items.into())
            }
            Repr::Object(_) | Repr::ObjectLiteral(_) => {
                let len = self.view.own_len(v);
                let mut own = Vec::with_capacity(len as usize);
                for index in 0..len {
                    let child = self.view.own_child(v, index)?;
                    let child = self.part(child, from, &mut depends)?;
                    own.push((self.view.own_key(v, index), child));
                }
                let properties = Properties::new(own);
                Content::Object(match self.inherited(v, from, &mut depends)? {
                    Some(inherited) => properties.inheriting(inherited),
                    None => properties,
                })
            }
        };
        let origin = self.origin(self.view.arena.def(v), from, &mut depends);
        let value = TracedValue::new(content, origin).marked(flags.secret, flags.unknown);
        let base = if self.bases { self.view.base_of(v)? } else { None };
        Ok(match base {
            Some(base) => {
                let below = Standpoint { below: true, ..from };
                let mut from_base = NOTHING;
                let base = self.part(base, below, &mut from_base)?;
                (value.over(base), depends.or(Standpoint { below: false, ..from_base }))
            }
            None => (value, depends),
        })
    }

    fn part(&mut self, v: ValueId, from: Standpoint, depends: &mut Depends) -> Poll<TracedValue> {
        let (value, other) = grow(|| self.seen(v, from))?;
        *depends = depends.or(other);
        Ok(value)
    }

    /// The object whose properties show where an object has none itself.
    fn inherited(
        &mut self,
        v: ValueId,
        from: Standpoint,
        depends: &mut Depends,
    ) -> Poll<Option<TracedValue>> {
        let Some(base) = self.view.base_of(v)? else { return Ok(None) };
        if !self.view.is_object(base) {
            return Ok(None);
        }
        if self.view.arena.flags(v).own_keys {
            depends.copied = true;
            if !from.copied {
                return Ok(None);
            }
        }
        self.part(base, from, depends).map(Some)
    }

    fn origin(&self, def: Def, from: Standpoint, depends: &mut Depends) -> Origin {
        match self.view.def_location(def) {
            Some(location) => Origin { environment: location.environment, range: location.range },
            None => {
                depends.below = true;
                let environment = if from.below { IMPORTED } else { self.environment.clone() };
                Origin { environment, ..Origin::default() }
            }
        }
    }
}
