//! Values inside an evaluation: immutable nodes in an arena, shared and layered, never deep-copied.
//!
//! The language defines merging by *deep copy, then mutate*. Here nothing is copied or mutated: a copy is a node that
//! refers to the original and a [`Ctx`] that stands for "the same structure, with identities of its own"; a merge is a
//! node that refers to the value on top and to what lies below. Properties and bases of such nodes are made when
//! somebody asks, and remembered. Identities matter: merging stops where a value would be merged over itself.
use std::sync::Arc;

use esc_core::schema::SchemaRef;
use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;

use crate::ids::{Ctx, ValueId};
use crate::values::node::{
    Base, Def, Flags, Inherited, Kind, LateAccess, Node, Over, OwnSchema, Repr, Resolved, Size,
};

/// All values of an evaluation, and what was found out about them.
#[derive(Default)]
pub(crate) struct Arena {
    nodes: Vec<Node>,
    pub(super) accesses: Vec<LateAccess>,
    contexts: u32,
    composed: FxHashMap<(Ctx, Ctx), Ctx>,
    /// Contexts that are sequences: all but the last element, and the last.
    sequences: FxHashMap<Ctx, (Ctx, Ctx)>,
    copies: FxHashMap<(Ctx, ValueId), ValueId>,
    identities: FxHashMap<(Ctx, ValueId), ValueId>,
    /// Copies of values that were merged over their bases once and not yet as part of what contains them, with schemas
    /// as of then.
    pub(super) early: FxHashSet<ValueId>,
    pub(super) bases: FxHashMap<ValueId, Option<ValueId>>,
    pub(super) overs: FxHashMap<ValueId, Resolved>,
    pub(super) children: FxHashMap<(ValueId, u32), ValueId>,
    pub(super) inherited: FxHashMap<ValueId, Arc<[Inherited]>>,
    pub(super) schemas: FxHashMap<ValueId, SchemaRef>,
    pub(super) taints: FxHashMap<ValueId, (bool, bool)>,
    pub(super) sizes: FxHashMap<ValueId, Size>,
    /// The environments in which values without a place were first shown.
    pub(super) shown_in: FxHashMap<ValueId, SmolStr>,
}

impl Arena {
    pub fn node(&self, v: ValueId) -> &Node {
        // Ids are made by `add` alone, so the index is always in range.
        #[allow(clippy::indexing_slicing, reason = "ids are indices of this vector")]
        &self.nodes[v.0 as usize]
    }

    pub(super) fn node_mut(&mut self, v: ValueId) -> &mut Node {
        #[allow(clippy::indexing_slicing, reason = "ids are indices of this vector")]
        &mut self.nodes[v.0 as usize]
    }

    pub fn access(&self, index: u32) -> &LateAccess {
        #[allow(clippy::indexing_slicing, reason = "ids are indices of this vector")]
        &self.accesses[index as usize]
    }

    /// Makes room for the values of a document with so many expressions.
    pub fn reserve(&mut self, exprs: usize) {
        // Doubling would leave half of a large arena unused; many small documents share the room of one growth.
        if exprs > self.nodes.capacity() - self.nodes.len() {
            self.nodes.reserve_exact(exprs.max(self.nodes.len() / 2));
        }
    }

    /// How many values there are.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    fn add(&mut self, make: impl FnOnce(ValueId) -> Node) -> ValueId {
        let id = ValueId(self.nodes.len() as u32);
        let node = make(id);
        self.nodes.push(node);
        id
    }

    /// A value of its own.
    pub fn own(&mut self, def: Def, repr: Repr, base: Base, schema: OwnSchema) -> ValueId {
        self.add(|id| Node {
            def,
            flags: Flags::default(),
            core: id,
            identity: id,
            kind: Kind::Own { repr, base, schema },
        })
    }

    /// A value without base whose schema follows from what it is.
    pub fn literal(&mut self, def: Def, repr: Repr) -> ValueId {
        self.own(def, repr, Base::None, OwnSchema::Literal)
    }

    /// An unknown value.
    pub fn unknown(&mut self, def: Def, schema: SchemaRef) -> ValueId {
        let v = self.own(def, Repr::None, Base::None, OwnSchema::Fixed(schema));
        self.node_mut(v).flags.unknown = true;
        v
    }

    /// What the value is.
    pub fn repr(&self, v: ValueId) -> &Repr {
        match &self.node(self.node(v).core).kind {
            Kind::Own { repr, .. } => repr,
            // Only nodes of kind `Own` are their own core.
            _ => &Repr::None,
        }
    }

    pub fn flags(&self, v: ValueId) -> Flags {
        self.node(v).flags
    }

    pub fn def(&self, v: ValueId) -> Def {
        self.node(v).def
    }

    /// A context for one copy.
    fn new_context(&mut self) -> Ctx {
        self.contexts += 1;
        Ctx(self.contexts)
    }

    /// The node that stands for `v` in the copy.
    pub fn copy(&mut self, ctx: Ctx, v: ValueId) -> ValueId {
        let node = self.node(v).clone();
        // A copy of a copy refers to the original, so that long import chains stay flat.
        let (of, ctx) = match node.kind {
            Kind::Copied { of, ctx: inner } => (of, self.compose(ctx, inner)),
            _ => (v, ctx),
        };
        if let Some(&copy) = self.copies.get(&(ctx, of)) {
            return copy;
        }
        let flags = Flags { rotate_only: false, own_keys: false, ..node.flags };
        // Two states of one value stay one value in the copy.
        let original = self.node(of).identity;
        let known = match self.copies.get(&(ctx, original)) {
            Some(&copy) => Some(self.node(copy).identity),
            None => self.identities.get(&(ctx, original)).copied(),
        };
        let copy = self.add(|id| Node {
            def: node.def,
            flags,
            core: node.core,
            identity: known.unwrap_or(id),
            kind: Kind::Copied { of, ctx },
        });
        if of != original {
            self.identities.entry((ctx, original)).or_insert(copy);
        }
        if self.early.contains(&v) {
            self.early.insert(copy);
        }
        self.copies.insert((ctx, of), copy);
        copy
    }

    /// The context of a copy of a copy. Contexts are sequences of primitive ones, so that composing is associative: a
    /// node is one node, whichever way leads to it.
    fn compose(&mut self, outer: Ctx, inner: Ctx) -> Ctx {
        if let Some(&ctx) = self.composed.get(&(outer, inner)) {
            return ctx;
        }
        let ctx = match self.sequences.get(&inner).copied() {
            Some((init, last)) => {
                let init = crate::grow::grow(|| self.compose(outer, init));
                self.compose(init, last)
            }
            None => {
                let ctx = self.new_context();
                self.sequences.insert(ctx, (outer, inner));
                ctx
            }
        };
        self.composed.insert((outer, inner), ctx);
        ctx
    }

    /// A copy in nested contexts, the outermost first.
    pub fn copy_in(&mut self, contexts: &[Ctx], v: ValueId) -> ValueId {
        let mut contexts = contexts.iter();
        let Some(&first) = contexts.next() else { return v };
        let mut ctx = first;
        for &inner in contexts {
            ctx = self.compose(ctx, inner);
        }
        self.copy(ctx, v)
    }

    /// A deep copy of a value on its own.
    ///
    /// Its context is new, so nothing else is in it: a copy of a copy can forget the first copy's context.
    pub fn copy_anew(&mut self, v: ValueId) -> ValueId {
        let node = self.node(v).clone();
        let of = match node.kind {
            Kind::Copied { of, .. } => of,
            _ => v,
        };
        let ctx = self.new_context();
        let copy = self.copy(ctx, of);
        if self.early.contains(&v) {
            self.early.insert(copy);
        }
        // The first copy may have been marked since, as final for one.
        let flags = Flags { rotate_only: false, own_keys: false, ..node.flags };
        let state = self.node_mut(copy);
        (state.def, state.flags) = (node.def, flags);
        copy
    }

    /// A deep copy of a value on its own, defined by whoever refers to it.
    pub fn copy_as(&mut self, v: ValueId, def: Def) -> ValueId {
        let copy = self.copy_anew(v);
        self.node_mut(copy).def = def;
        copy
    }

    /// Notes that a value is a copy from before its original was merged as part of what contains it.
    pub fn mark_early(&mut self, copy: ValueId) {
        self.early.insert(copy);
    }

    /// The value on top of another.
    pub fn merged(&mut self, upper: ValueId, over: Over) -> ValueId {
        let node = self.node(upper).clone();
        self.add(|_| Node { kind: Kind::Merged { upper, over }, ..node })
    }

    /// Whether both are late-bound accesses of one name on receivers that are the same.
    pub fn same_access(&self, mut a: ValueId, mut b: ValueId) -> bool {
        loop {
            let (Def::Access(x), Def::Access(y)) = (self.def(a), self.def(b)) else { return false };
            if !self.flags(a).unknown || !self.flags(b).unknown {
                return false;
            }
            let (x, y) = (self.access(x), self.access(y));
            if x.key != y.key {
                return false;
            }
            if self.node(x.receiver).identity == self.node(y.receiver).identity {
                return true;
            }
            (a, b) = (x.receiver, y.receiver);
        }
    }
}
