//! Layered values: what a value was merged over, and what is found by name in all its layers.
//!
//! What it keeps true:
//!
//! * The base of a value, once told, is told forever. Until it is known the answer is [`Blocked`], never a guess.
//! * The way down leads through originals: of a hundred copies of a chain only what is found is copied.
//! * A property of something unknown is a *late-bound* access: unknown itself, with the schema it must have, and with a
//!   base as soon as the receiver's base is known.
//!
//! ```text
//! base: {a: {x: 1}}      app over base: {a: {y: 2}}
//!
//! base_of(app.a) = base.a      property(app.a, "x") = base.a.x      property(app.a, "z") = none
//! ```

use std::sync::atomic::Ordering;

use smol_str::SmolStr;

use crate::grow::grow;
use crate::ids::{Ctx, EnvId, ExprRef, ValueId};
use crate::outcome::{Blocked, Exceeded, Poll};
use crate::values::View;
use crate::values::environments::{ExprBase, Status};
use crate::values::node::{
    AccessSyntax, Base, Def, Kind, LateAccess, Over, OwnSchema, Repr, Resolved,
};

impl View {
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
    pub(super) fn resolve_over(
        &mut self,
        v: ValueId,
        upper: ValueId,
        over: Over,
    ) -> Poll<Resolved> {
        if let Some(&resolved) = self.arena.overs.get(v) {
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
        if let Some(&base) = self.arena.bases.get(v) {
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
}
