//! What is in a value: elements and properties, its own and those that it inherits.
//!
//! What it keeps true: own properties are numbered in the order of their keys; inherited ones are listed sorted, each
//! once, with the topmost layer that has it. Lists inherit nothing. A child of a copy is a copy in the same context, a
//! child of a merge is merged over the property of that name below. Asking for the child of a literal container that has
//! not been evaluated answers [`Blocked`]; where only parts are evaluated, nested containers get values without contents.

use std::sync::Arc;

use esc_core::ast::{ExprId, ExprKind};
use smol_str::SmolStr;

use crate::grow::grow;
use crate::ids::{ExprRef, ValueId};
use crate::outcome::{Blocked, Poll};
use crate::values::View;
use crate::values::environments::Status;
use crate::values::node::{Def, Inherited, Kind, Over, Repr, Resolved};

impl View {
    /// The name of own property number `index`.
    pub fn own_key(&self, v: ValueId, index: u32) -> SmolStr {
        match self.arena.repr(v) {
            Repr::Object(properties) => {
                properties.get(index as usize).map(|(key, _)| key.clone()).unwrap_or_default()
            }
            Repr::ObjectLiteral(e) => {
                self.property_at(*e, index).map(|p| p.key.clone()).unwrap_or_default()
            }
            _ => SmolStr::default(),
        }
    }

    /// How many properties of its own the value has.
    pub fn own_len(&self, v: ValueId) -> u32 {
        match self.arena.repr(v) {
            Repr::Object(properties) => properties.len() as u32,
            Repr::ObjectLiteral(e) => self.object(*e).len() as u32,
            _ => 0,
        }
    }

    /// The number of the own property of that name.
    pub fn find_own(&self, v: ValueId, key: &str) -> Option<u32> {
        match self.arena.repr(v) {
            Repr::Object(properties) => {
                properties.binary_search_by(|(k, _)| k.as_str().cmp(key)).ok().map(|i| i as u32)
            }
            Repr::ObjectLiteral(e) => self.find_property(*e, key),
            _ => None,
        }
    }

    /// Own property number `index`.
    pub fn own_child(&mut self, v: ValueId, index: u32) -> Poll<ValueId> {
        let child = match self.arena.node(v).kind {
            Kind::Own { ref repr, .. } => {
                return match repr {
                    Repr::Object(properties) => match properties.get(index as usize) {
                        Some((_, child)) => Ok(*child),
                        None => Err(Blocked::Pending(None)),
                    },
                    Repr::ObjectLiteral(e) => {
                        let e = *e;
                        match self.property_at(e, index).map(|p| p.value) {
                            Some(child) => self.literal_child(e, child),
                            None => Err(Blocked::Pending(None)),
                        }
                    }
                    _ => Err(Blocked::Pending(None)),
                };
            }
            Kind::Copied { of, ctx } => {
                let child = grow(|| self.own_child(of, index))?;
                return Ok(self.arena.copy(ctx, child));
            }
            Kind::Merged { upper, over } => {
                if let Some(&child) = self.arena.children.get(&(v, index)) {
                    return Ok(child);
                }
                match self.resolve_over(v, upper, over)? {
                    Resolved::Nothing => grow(|| self.own_child(upper, index))?,
                    Resolved::Same(x) => grow(|| self.own_child(x, index))?,
                    Resolved::Below(_) => {
                        let child = grow(|| self.own_child(upper, index))?;
                        self.arena.merged(child, Over::Child { parent: v, index })
                    }
                }
            }
        };
        self.arena.children.insert((v, index), child);
        Ok(child)
    }

    /// The value of a literal container's child. Containers nobody asked for get a value without their contents.
    fn literal_child(&mut self, parent: ExprRef, child: ExprId) -> Poll<ValueId> {
        let e = ExprRef { env: parent.env, expr: child };
        if let Some(&cut) = self.cut.get(&e) {
            return Ok(cut);
        }
        if self.state(e).status == Status::Declared && self.settings.demand {
            self.enter_lazily(e)?;
        }
        self.expr_value(e)
    }

    /// How many elements the list has; none if it is no list.
    pub fn list_len(&self, v: ValueId) -> Option<usize> {
        match self.arena.repr(v) {
            Repr::List(items) => Some(items.len()),
            Repr::ListLiteral(e) => match &self.expr(*e).kind {
                ExprKind::List(items) => Some(items.len()),
                _ => Some(0),
            },
            _ => None,
        }
    }

    /// Element number `index` of a list.
    pub fn list_item(&mut self, v: ValueId, index: usize) -> Poll<ValueId> {
        match self.arena.node(v).kind {
            Kind::Own { ref repr, .. } => match repr {
                Repr::List(items) => items.get(index).copied().ok_or(Blocked::Pending(None)),
                Repr::ListLiteral(e) => {
                    let e = *e;
                    let item = match &self.expr(e).kind {
                        ExprKind::List(items) => items.get(index).copied(),
                        _ => None,
                    };
                    match item {
                        Some(item) => self.literal_child(e, item),
                        None => Err(Blocked::Pending(None)),
                    }
                }
                _ => Err(Blocked::Pending(None)),
            },
            Kind::Copied { of, ctx } => {
                let item = grow(|| self.list_item(of, index))?;
                Ok(self.arena.copy(ctx, item))
            }
            Kind::Merged { upper, .. } => grow(|| self.list_item(upper, index)),
        }
    }

    pub fn is_object(&self, v: ValueId) -> bool {
        matches!(self.arena.repr(v), Repr::Object(_) | Repr::ObjectLiteral(_))
    }

    /// All properties of an object with what it inherits, sorted by key.
    pub fn inherited(&mut self, v: ValueId) -> Poll<Arc<[Inherited]>> {
        if let Some(known) = self.arena.inherited.get(&v) {
            return Ok(known.clone());
        }
        let mut all: Vec<Inherited> = Vec::new();
        let mut layer = Some(v);
        let mut layers = 0;
        while let Some(v) = layer {
            if !self.is_object(v) {
                break;
            }
            layers += 1;
            for index in 0..self.own_len(v) {
                all.push(Inherited { key: self.own_key(v, index), layer: v, index });
            }
            layer = if self.arena.flags(v).own_keys { None } else { self.base_of(v)? };
        }
        if layers > 1 {
            // The sort is stable: of equal keys the topmost layer's comes first.
            all.sort_by(|a, b| a.key.cmp(&b.key));
            all.dedup_by(|later, first| later.key == first.key);
        }
        let all: Arc<[Inherited]> = all.into();
        self.arena.inherited.insert(v, all.clone());
        Ok(all)
    }

    /// The properties that an object has itself.
    pub fn own_properties(&self, v: ValueId) -> Arc<[Inherited]> {
        (0..self.own_len(v))
            .map(|index| Inherited { key: self.own_key(v, index), layer: v, index })
            .collect()
    }

    /// The value of an inherited property.
    pub fn inherited_value(&mut self, property: &Inherited) -> Poll<ValueId> {
        self.own_child(property.layer, property.index)
    }

    /// Visits elements and properties, inherited ones included.
    pub fn for_each_child(
        &mut self,
        v: ValueId,
        depth: usize,
        visit: &mut dyn FnMut(&mut View, ValueId, usize) -> Poll<()>,
    ) -> Poll<()> {
        let depth = self.deeper(depth)?;
        if let Some(len) = self.list_len(v) {
            for index in 0..len {
                let item = self.list_item(v, index)?;
                grow(|| visit(self, item, depth))?;
            }
        } else if self.is_object(v) {
            self.for_each_property(v, &mut |view, _, child| grow(|| visit(view, child, depth)))?;
        }
        Ok(())
    }

    /// Visits the properties of an object, inherited ones included, in the order of their keys.
    pub fn for_each_property(
        &mut self,
        v: ValueId,
        visit: &mut dyn FnMut(&mut View, SmolStr, ValueId) -> Poll<()>,
    ) -> Poll<()> {
        let lone = self.arena.flags(v).own_keys || self.base_of(v)?.is_none();
        if lone {
            // Nothing is inherited: there is no list to make.
            for index in 0..self.own_len(v) {
                let child = self.own_child(v, index)?;
                visit(self, self.own_key(v, index), child)?;
            }
            return Ok(());
        }
        for property in self.inherited(v)?.iter() {
            let child = self.inherited_value(property)?;
            visit(self, property.key.clone(), child)?;
        }
        Ok(())
    }

    /// An unknown value of any type, defined by the expression.
    pub fn unknown(&mut self, e: ExprRef) -> ValueId {
        let any = self.any();
        self.arena.unknown(Def::Expr(e), any)
    }
}
