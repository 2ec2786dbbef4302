//! Values inside an evaluation: immutable nodes in an arena, shared and layered, never deep-copied.
//!
//! The language defines merging by *deep copy, then mutate*. Here nothing is copied or mutated: a copy is a node that
//! refers to the original and a [`Ctx`] that stands for "the same structure, with identities of its own"; a merge is a
//! node that refers to the value on top and to what lies below. Properties and bases of such nodes are made when
//! somebody asks, and remembered.
//!
//! What it keeps true:
//!
//! * A node's kind never changes; flags change only while the expression that it is the value of is evaluated.
//! * In one context a value has one copy, so asking twice gives one node. A copy of a copy refers to the original.
//! * Contexts are sequences, and composing them is associative: a node is one node, whichever way leads to it.
//! * Two states of one value, before and after merging, have one *identity*. Merging stops where a value would be merged
//!   over itself.
//!
//! ```text
//! base:   a: {x: 1}                    v1 = {x: 1}
//! app:    imports: [base]              v2 = copy of v1 in context c1
//!         values: {a: {y: 2}}          v3 = {y: 2}, base v2; its property x is found in v2
//! ```

use std::sync::Arc;

use esc_core::schema::SchemaRef;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::ids::{Ctx, ValueId};
use crate::values::node::{
    Base, Def, Flags, Inherited, Kind, LateAccess, Node, Over, OwnSchema, Repr, Resolved, Size,
};

/// What was found out about values, most of them.
pub(crate) struct ByValue<T>(Vec<Option<T>>);

impl<T> ByValue<T> {
    pub fn get(&self, v: ValueId) -> Option<&T> {
        self.0.get(v.0 as usize)?.as_ref()
    }

    pub fn insert(&mut self, v: ValueId, found: T) {
        let index = v.0 as usize;
        if self.0.len() <= index {
            self.0.resize_with(index + 1, || None);
        }
        if let Some(place) = self.0.get_mut(index) {
            *place = Some(found);
        }
    }
}

impl<T> Default for ByValue<T> {
    fn default() -> ByValue<T> {
        ByValue(Vec::new())
    }
}

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
    pub(super) bases: ByValue<Option<ValueId>>,
    pub(super) overs: ByValue<Resolved>,
    pub(super) children: FxHashMap<(ValueId, u32), ValueId>,
    pub(super) inherited: FxHashMap<ValueId, Arc<[Inherited]>>,
    pub(super) schemas: ByValue<SchemaRef>,
    pub(super) taints: FxHashMap<ValueId, (bool, bool)>,
    pub(super) sizes: FxHashMap<ValueId, Size>,
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

    /// Whether any value is unknown.
    pub fn has_unknowns(&self) -> bool {
        self.nodes.iter().any(|node| node.flags.unknown)
    }

    /// Makes room for the values of a document with so many expressions.
    pub fn reserve(&mut self, exprs: usize) {
        // Doubling would leave half of a large arena unused; many small documents share the room of one growth. A few more
        // are those that are no literals: imports, context.
        let values = exprs + 8;
        if values > self.nodes.capacity() - self.nodes.len() {
            self.nodes.reserve_exact(values.max(self.nodes.len() / 2));
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
        let &Node { def, flags, core, ref kind, .. } = self.node(v);
        // A copy of a copy refers to the original, so that long import chains stay flat.
        let (of, ctx) = match *kind {
            Kind::Copied { of, ctx: inner } => (of, self.compose(ctx, inner)),
            _ => (v, ctx),
        };
        if let Some(&copy) = self.copies.get(&(ctx, of)) {
            return copy;
        }
        let flags = Flags { rotate_only: false, own_keys: false, ..flags };
        // Two states of one value stay one value in the copy.
        let original = self.node(of).identity;
        let known = match self.copies.get(&(ctx, original)) {
            Some(&copy) => Some(self.node(copy).identity),
            None => self.identities.get(&(ctx, original)).copied(),
        };
        let copy = self.add(|id| Node {
            def,
            flags,
            core,
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
        let &Node { def, flags, core, ref kind, .. } = self.node(v);
        let of = match *kind {
            Kind::Copied { of, .. } => of,
            _ => v,
        };
        let flags = Flags { rotate_only: false, own_keys: false, ..flags };
        let ctx = self.new_context();
        if self.is_lone(of) {
            // Nothing leads to anything else, so nobody looks the copy up.
            let kind = Kind::Copied { of, ctx };
            return self.add(|id| Node { def, flags, core, identity: id, kind });
        }
        let copy = self.copy(ctx, of);
        if self.early.contains(&v) {
            self.early.insert(copy);
        }
        // The first copy may have been marked since, as final for one.
        let state = self.node_mut(copy);
        (state.def, state.flags) = (def, flags);
        copy
    }

    /// Whether the value is a known scalar that was not merged over anything.
    fn is_lone(&self, v: ValueId) -> bool {
        matches!(
            self.node(v).kind,
            Kind::Own {
                repr: Repr::Null | Repr::Bool(_) | Repr::Number(_) | Repr::String(_),
                base: Base::None,
                ..
            }
        )
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
        let &Node { def, flags, core, identity, .. } = self.node(upper);
        self.add(|_| Node { def, flags, core, identity, kind: Kind::Merged { upper, over } })
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
