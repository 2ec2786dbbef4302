//! Looking into layered values: bases, properties, inherited keys, taint.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use esc_core::ast::{ExprId, ExprKind};
use smol_str::SmolStr;

use crate::grow::grow;
use crate::ids::{Ctx, EnvId, ExprRef, ValueId};
use crate::outcome::{Blocked, Exceeded, Poll};
use crate::session::Session;
use crate::session::log::Owner;
use crate::values::arena::{
    AccessSyntax, Base, Def, Inherited, Kind, LateAccess, Over, OwnSchema, Repr, Resolved, Size,
};
use crate::values::environments::{ExprBase, Status};

impl Session {
    /// The value of an expression, if it has been evaluated far enough to have one.
    pub fn expr_value(&self, e: ExprRef) -> Poll<ValueId> {
        let state = self.state(e);
        match (state.status, state.value) {
            (Status::Declared | Status::Evaluating, None) => Err(Blocked::Eval(e)),
            (_, Some(v)) => Ok(v),
            // Nobody else tries it again when only what was asked for is evaluated.
            (_, None) if state.pass != self.pass && self.settings.demand => Err(Blocked::Eval(e)),
            (_, None) => {
                if state.pass != self.pass {
                    self.stale.store(true, Ordering::Relaxed);
                }
                Err(Blocked::Pending(Some(e)))
            }
        }
    }

    /// The value that an expression is merged over.
    pub fn expr_base(&mut self, e: ExprRef) -> Poll<Option<ValueId>> {
        let state = *self.state(e);
        if let ExprBase::Known(base) = state.base {
            return Ok(base);
        }
        let base = match state.parent {
            None if e.expr == self.env(e.env).document.root => self.env(e.env).base,
            None => None,
            Some((parent, index)) => {
                let parent = ExprRef { env: e.env, expr: parent };
                if self.is_new_name(parent, index) {
                    self.state_mut(e).base = ExprBase::Known(None);
                    return Ok(None);
                }
                match grow(|| self.expr_base(parent))? {
                    None => None,
                    Some(base) => {
                        let key = self.property_at(parent, index).map(|p| p.key.clone());
                        let key = key.unwrap_or_default();
                        self.property(base, &key, AccessSyntax::Key(parent, index))?
                    }
                }
            }
        };
        self.state_mut(e).base = ExprBase::Known(base);
        Ok(base)
    }

    /// Whether no other document defines a value of this name, so that looking through all imports finds nothing.
    fn is_new_name(&self, object: ExprRef, index: u32) -> bool {
        if object.expr != self.env(object.env).document.root {
            return false;
        }
        let own = u32::from(object.env != EnvId::ROOT);
        let name = self.property_at(object, index).map_or("", |p| p.key.as_str());
        self.names.get(name).is_none_or(|count| *count <= own)
    }

    /// How a merged value relates to what it is merged over.
    fn resolve_over(&mut self, v: ValueId, upper: ValueId, over: Over) -> Poll<Resolved> {
        if let Some(&resolved) = self.arena.overs.get(&v) {
            return Ok(resolved);
        }
        let below = match over {
            Over::Value(below) => Some(below),
            Over::Expr(e) => self.expr_base(e)?,
            Over::Child { parent, index } => match grow(|| self.base_of(parent))? {
                None => None,
                Some(base) => {
                    let key = self.own_key(parent, index);
                    let syntax = AccessSyntax::Def(self.arena.def(upper));
                    self.property(base, &key, syntax)?
                }
            },
        };
        let resolved = match below {
            None => Resolved::Nothing,
            Some(x) if self.arena.node(x).identity == self.arena.node(upper).identity => {
                Resolved::Same(x)
            }
            Some(x) if self.arena.same_access(x, upper) => Resolved::Nothing,
            Some(x) => Resolved::Below(x),
        };
        self.arena.overs.insert(v, resolved);
        Ok(resolved)
    }

    /// The value that this one was merged over.
    pub fn base_of(&mut self, v: ValueId) -> Poll<Option<ValueId>> {
        if let Some(&base) = self.arena.bases.get(&v) {
            return Ok(base);
        }
        if self.arena.len().saturating_sub(self.literals) > self.settings.limits.max_layers {
            return Err(Blocked::Limit(Exceeded::Layers));
        }
        let base = match self.arena.node(v).kind {
            Kind::Own { base: Base::None, .. } => return Ok(None),
            Kind::Own { base: Base::Expr(e), .. } => self.expr_base(e)?,
            Kind::Own { base: Base::Late(access), .. } => {
                let LateAccess { receiver, key, syntax } = self.arena.access(access).clone();
                match grow(|| self.base_of(receiver))? {
                    None => None,
                    Some(base) => self.property(base, &key, syntax)?,
                }
            }
            Kind::Copied { of, ctx } => {
                grow(|| self.base_of(of))?.map(|base| self.arena.copy(ctx, base))
            }
            Kind::Merged { upper, over } => match self.resolve_over(v, upper, over)? {
                Resolved::Nothing => grow(|| self.base_of(upper))?,
                Resolved::Same(x) => grow(|| self.base_of(x))?,
                Resolved::Below(below) => match grow(|| self.base_of(upper))? {
                    None => Some(below),
                    Some(base)
                        if self.arena.node(base).identity == self.arena.node(below).identity =>
                    {
                        Some(below)
                    }
                    Some(base) if self.arena.same_access(base, below) => Some(base),
                    Some(base) => Some(self.arena.merged(base, Over::Value(below))),
                },
            },
        };
        self.arena.bases.insert(v, base);
        Ok(base)
    }

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

    /// The property of that name: own, inherited, or late-bound if the value is unknown.
    ///
    /// The way down leads through originals, not copies: only what is found is copied.
    pub fn property(
        &mut self,
        v: ValueId,
        key: &str,
        syntax: AccessSyntax,
    ) -> Poll<Option<ValueId>> {
        let mut v = v;
        let mut copies: Vec<Ctx> = Vec::new();
        let found = loop {
            if let Kind::Copied { of, ctx } = self.arena.node(v).kind {
                copies.push(ctx);
                v = of;
            }
            if self.is_object(v) {
                if let Some(index) = self.find_own(v, key) {
                    break self.own_child(v, index)?;
                }
                match self.base_of(v)? {
                    Some(base) => v = base,
                    None => return Ok(None),
                }
            } else if self.arena.flags(v).unknown {
                let receiver = self.arena.copy_in(&copies, v);
                return self.late_access(receiver, key, syntax).map(Some);
            } else {
                return Ok(None);
            }
        };
        Ok(Some(self.arena.copy_in(&copies, found)))
    }

    fn late_access(&mut self, receiver: ValueId, key: &str, syntax: AccessSyntax) -> Poll<ValueId> {
        let schema = self.schema_of(receiver)?.property(key);
        let access = self.arena.accesses.len() as u32;
        self.arena.accesses.push(LateAccess { receiver, key: SmolStr::new(key), syntax });
        let v = self.arena.own(
            Def::Access(access),
            Repr::None,
            Base::Late(access),
            OwnSchema::Fixed(schema),
        );
        self.arena.node_mut(v).flags.unknown = true;
        Ok(v)
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

    /// Whether anything in the value is unknown, and whether anything is secret.
    pub fn taint(&mut self, v: ValueId) -> Poll<(bool, bool)> {
        self.measure(v)?;
        self.taint_at(v, 0)
    }

    /// How much the value is when it is written out; an error if that is more than the limits allow.
    ///
    /// References make much out of little, so whoever visits everything in a value measures it first.
    pub fn measure(&mut self, v: ValueId) -> Poll<Size> {
        self.measure_at(v, 0)
    }

    fn measure_at(&mut self, v: ValueId, depth: usize) -> Poll<Size> {
        // A copy is as large as its original, and one original has many copies.
        if let Kind::Copied { of, .. } = self.arena.node(v).kind {
            return grow(|| self.measure_at(of, depth));
        }
        let mut size = Size { count: 1, height: 1, bytes: 0 };
        if let Repr::String(text) = self.arena.repr(v) {
            size.bytes = text.as_str().len();
        }
        if self.list_len(v).is_none() && !self.is_object(v) {
            self.deeper(depth)?;
            return Ok(size);
        }
        if let Some(&known) = self.arena.sizes.get(&v) {
            return match depth + known.height > self.settings.limits.max_value_depth {
                true => Err(Blocked::Limit(Exceeded::Depth)),
                false => Ok(known),
            };
        }
        let most = self.settings.limits.max_values;
        self.for_each_child(v, depth, &mut |session, child, depth| {
            let child = session.measure_at(child, depth)?;
            size.count += child.count;
            size.bytes = size.bytes.saturating_add(child.bytes);
            size.height = size.height.max(child.height + 1);
            match size.count > most {
                true => Err(Blocked::Limit(Exceeded::Values)),
                false => Ok(()),
            }
        })?;
        self.arena.sizes.insert(v, size);
        Ok(size)
    }

    /// At the end: a root that exceeds the limits is reported, and is not shown.
    pub fn measure_root(&mut self) {
        let root = ExprRef { env: EnvId::ROOT, expr: self.env(EnvId::ROOT).document.root };
        if self.settings.demand {
            return;
        }
        let Ok(value) = self.expr_value(root) else { return };
        if let Err(Blocked::Limit(exceeded)) = self.measure(value) {
            self.exceeds(Owner::Paths, exceeded);
            self.oversized = true;
        }
    }

    fn taint_at(&mut self, v: ValueId, depth: usize) -> Poll<(bool, bool)> {
        let flags = self.arena.flags(v);
        // A copy is as tainted as its original, and one original has many copies.
        if let Kind::Copied { of, .. } = self.arena.node(v).kind {
            let inner = grow(|| self.taint_at(of, depth))?;
            return Ok((inner.0 | flags.unknown, inner.1 | flags.secret));
        }
        if let Some(&taint) = self.arena.taints.get(&v) {
            return Ok(taint);
        }
        let mut taint = (flags.unknown, flags.secret);
        self.for_each_child(v, depth, &mut |session, child, depth| {
            let (unknown, secret) = session.taint_at(child, depth)?;
            taint = (taint.0 | unknown, taint.1 | secret);
            Ok(())
        })?;
        if self.list_len(v).is_some() || self.is_object(v) {
            self.arena.taints.insert(v, taint);
        }
        Ok(taint)
    }

    /// Visits elements and properties, inherited ones included.
    pub fn for_each_child(
        &mut self,
        v: ValueId,
        depth: usize,
        visit: &mut dyn FnMut(&mut Session, ValueId, usize) -> Poll<()>,
    ) -> Poll<()> {
        let depth = self.deeper(depth)?;
        if let Some(len) = self.list_len(v) {
            for index in 0..len {
                let item = self.list_item(v, index)?;
                grow(|| visit(self, item, depth))?;
            }
        } else if self.is_object(v) {
            self.for_each_property(v, &mut |session, _, child| {
                grow(|| visit(session, child, depth))
            })?;
        }
        Ok(())
    }

    /// Visits the properties of an object, inherited ones included, in the order of their keys.
    pub fn for_each_property(
        &mut self,
        v: ValueId,
        visit: &mut dyn FnMut(&mut Session, SmolStr, ValueId) -> Poll<()>,
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

    /// The next depth of a recursion over values.
    pub fn deeper(&self, depth: usize) -> Poll<usize> {
        if depth < self.settings.limits.max_value_depth {
            Ok(depth + 1)
        } else {
            Err(Blocked::Limit(Exceeded::Depth))
        }
    }
}
