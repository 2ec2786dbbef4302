//! References, before and after they are resolved.
//!
//! The targets of all references in a compiled schema lie in one table. References outside of the table own it, those
//! within do not, or recursive schemas would never be freed.

use std::fmt;
use std::sync::{Arc, OnceLock, Weak};

use smol_str::SmolStr;

use super::{Schema, SchemaRef};

impl Schema {
    /// The schema that `$ref` refers to, if there is a `$ref` and the schema was [compiled](super::compile()).
    pub fn resolved(&self) -> Option<SchemaRef> {
        self.rest().reference.as_ref()?.resolved()
    }
}

/// A `$ref`.
#[derive(Clone, Debug)]
pub(super) struct Reference {
    text: SmolStr,
    target: Target,
}

#[derive(Clone, Debug)]
enum Target {
    Unbound,
    /// From outside of the table.
    Outer(Arc<Table>, usize),
    /// From within it.
    Inner(Weak<Table>, usize),
}

/// The compiled targets of all references in a compiled schema.
#[derive(Default)]
pub(super) struct Table {
    targets: OnceLock<Vec<SchemaRef>>,
}

impl fmt::Debug for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let len = self.targets.get().map_or(0, Vec::len);
        write!(f, "Table({len})")
    }
}

impl Reference {
    pub(super) fn unbound(text: SmolStr) -> Reference {
        Reference { text, target: Target::Unbound }
    }

    pub(super) fn text(&self) -> &SmolStr {
        &self.text
    }

    pub(super) fn is_bound(&self) -> bool {
        !matches!(self.target, Target::Unbound)
    }

    /// The same reference to an entry of a table, from within the table or from outside.
    pub(super) fn bound(&self, table: &Arc<Table>, index: usize, inside: bool) -> Reference {
        let target = if inside {
            Target::Inner(Arc::downgrade(table), index)
        } else {
            Target::Outer(table.clone(), index)
        };
        Reference { text: self.text.clone(), target }
    }

    /// The entry that this refers to from within the table.
    pub(super) fn index_in(&self, table: &Arc<Table>) -> Option<usize> {
        match &self.target {
            Target::Inner(t, index) if t.as_ptr() == Arc::as_ptr(table) => Some(*index),
            _ => None,
        }
    }

    pub(super) fn resolved(&self) -> Option<SchemaRef> {
        let get = |table: &Table, index: usize| table.targets.get()?.get(index).cloned();
        match &self.target {
            Target::Unbound => None,
            Target::Outer(table, index) => get(table, *index),
            Target::Inner(table, index) => get(table.upgrade()?.as_ref(), *index),
        }
    }
}

impl Table {
    pub(super) fn fill(&self, targets: Vec<SchemaRef>) {
        // A table is filled once, right after it was made.
        let _ = self.targets.set(targets);
    }
}
