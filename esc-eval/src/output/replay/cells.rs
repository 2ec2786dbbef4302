//! Values that are copied and changed in place.

use std::collections::BTreeMap;
use std::rc::Rc;

use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use crate::grow::grow;
use crate::ids::ValueId;
use crate::outcome::{Blocked, Exceeded, Poll};
use crate::output::replay::nodes::NodeId;
use crate::values::node::{AccessSyntax, Flags};

/// Names a cell.
pub(super) type Id = usize;

/// A value that is changed in place.
#[derive(Clone)]
pub(super) struct Cell {
    /// What defined it.
    pub(super) syntax: AccessSyntax,
    pub(super) content: Content,
    pub(super) flags: Flags,
    pub(super) base: Option<Id>,
    /// Of a property of an unknown value: that value, and the property's name.
    pub(super) access: Option<Rc<(Id, SmolStr)>>,
    pub(super) shown: Shown,
}

#[derive(Clone)]
pub(super) enum Content {
    /// Whatever the value of the evaluation is that has no parts, or none that matter.
    Scalar(Option<ValueId>),
    List(Vec<Id>),
    Object(BTreeMap<SmolStr, Id>),
}

/// How far a cell has come with being shown.
#[derive(Clone, Copy)]
pub(super) enum Shown {
    Not,
    UnderWay,
    /// As this node.
    As(NodeId),
}

/// All cells.
pub(super) struct Cells {
    cells: Vec<Cell>,
    /// Steps that are left.
    steps: usize,
}

impl Cells {
    /// No cells, and so many steps for all that is done with them.
    pub(super) fn new(steps: usize) -> Cells {
        Cells { cells: Vec::new(), steps }
    }

    pub(super) fn cell(&self, id: Id) -> &Cell {
        #[allow(clippy::indexing_slicing, reason = "ids are indices of this vector")]
        &self.cells[id]
    }

    pub(super) fn cell_mut(&mut self, id: Id) -> &mut Cell {
        #[allow(clippy::indexing_slicing, reason = "ids are indices of this vector")]
        &mut self.cells[id]
    }

    pub(super) fn add(&mut self, syntax: AccessSyntax, content: Content, flags: Flags) -> Id {
        self.cells.push(Cell {
            syntax,
            content,
            flags,
            base: None,
            access: None,
            shown: Shown::Not,
        });
        self.cells.len() - 1
    }

    pub(super) fn step(&mut self) -> Poll<()> {
        self.steps = self.steps.checked_sub(1).ok_or(Blocked::Limit(Exceeded::Layers))?;
        Ok(())
    }

    /// A copy of the value and of everything in and below it; what is shared within it stays shared.
    pub(super) fn copy(&mut self, id: Id, copies: &mut FxHashMap<Id, Id>) -> Poll<Id> {
        if let Some(&known) = copies.get(&id) {
            return Ok(known);
        }
        self.step()?;
        let mut cell = self.cell(id).clone();
        (cell.flags.own_keys, cell.shown) = (false, Shown::Not);
        let copy = self.cells.len();
        copies.insert(id, copy);
        self.cells.push(cell.clone());
        match &mut cell.content {
            Content::Scalar(_) => {}
            Content::List(items) => {
                for item in items {
                    *item = grow(|| self.copy(*item, copies))?;
                }
            }
            Content::Object(own) => {
                for child in own.values_mut() {
                    *child = grow(|| self.copy(*child, copies))?;
                }
            }
        }
        if let Some(base) = &mut cell.base {
            *base = grow(|| self.copy(*base, copies))?;
        }
        *self.cell_mut(copy) = cell;
        Ok(copy)
    }

    /// The property of that name: own, inherited, or a new unknown one of an unknown value.
    pub(super) fn property(&mut self, id: Id, key: &str, syntax: AccessSyntax) -> Poll<Option<Id>> {
        self.step()?;
        let cell = self.cell(id);
        let (base, unknown) = (cell.base, cell.flags.unknown);
        if let Content::Object(own) = &cell.content {
            if let Some(child) = own.get(key) {
                return Ok(Some(*child));
            }
        } else if !unknown {
            return Ok(None);
        }
        let below = match base {
            Some(base) => grow(|| self.property(base, key, syntax))?,
            None => None,
        };
        if matches!(self.cell(id).content, Content::Object(_)) {
            return Ok(below);
        }
        let flags = Flags { unknown: true, ..Flags::default() };
        let access = self.add(syntax, Content::Scalar(None), flags);
        let cell = self.cell_mut(access);
        (cell.base, cell.access) = (below, Some(Rc::new((id, SmolStr::new(key)))));
        Ok(Some(access))
    }

    /// Whether the reference takes two values for one.
    pub(super) fn is(&self, a: Id, b: Id) -> bool {
        let (mut a, mut b) = (a, b);
        while a != b {
            let (x, y) = (self.cell(a), self.cell(b));
            match (&x.access, &y.access) {
                (Some(m), Some(n)) if x.flags.unknown && y.flags.unknown && m.1 == n.1 => {
                    (a, b) = (m.0, n.0)
                }
                _ => return false,
            }
        }
        true
    }

    /// Merges a value, and everything in it, over another.
    pub(super) fn merge(&mut self, id: Id, base: Option<Id>) -> Poll<()> {
        self.step()?;
        let Some(base) = base.filter(|base| !self.is(id, *base)) else { return Ok(()) };
        match self.cell(id).base {
            Some(own) => grow(|| self.merge(own, Some(base)))?,
            None => self.cell_mut(id).base = Some(base),
        }
        let Content::Object(own) = self.cell(id).content.clone() else { return Ok(()) };
        for (key, child) in own {
            let syntax = self.cell(child).syntax;
            let below = match self.cell(id).base {
                Some(base) => self.property(base, &key, syntax)?,
                None => None,
            };
            grow(|| self.merge(child, below))?;
        }
        Ok(())
    }

    /// The properties of an object with what it inherits.
    pub(super) fn properties(&self, id: Id) -> BTreeMap<SmolStr, Id> {
        let mut all = BTreeMap::new();
        let mut layer = Some(id);
        while let Some(Cell { content: Content::Object(own), base, flags, .. }) =
            layer.map(|id| self.cell(id))
        {
            for (key, child) in own {
                all.entry(key.clone()).or_insert(*child);
            }
            layer = base.filter(|_| !flags.own_keys);
        }
        all
    }
}
