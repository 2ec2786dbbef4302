//! References, before and after they are resolved.
//!
//! The targets of all references in a compiled schema lie in one table. References outside of the table own it, those
//! within do not, or recursive schemas would never be freed.

use std::fmt;
use std::sync::{Arc, OnceLock, Weak};

use smol_str::SmolStr;

/// A `$ref` to something of type `T`: a schema.
#[derive(Debug)]
pub(super) struct Reference<T> {
    text: SmolStr,
    target: Target<T>,
}

#[derive(Debug)]
enum Target<T> {
    Unbound,
    /// From outside of the table.
    Outer(Arc<Table<T>>, usize),
    /// From within it.
    Inner(Weak<Table<T>>, usize),
}

impl<T> Clone for Reference<T> {
    fn clone(&self) -> Reference<T> {
        Reference { text: self.text.clone(), target: self.target.clone() }
    }
}

// Derived, it would ask for targets that can be cloned.
impl<T> Clone for Target<T> {
    fn clone(&self) -> Target<T> {
        match self {
            Target::Unbound => Target::Unbound,
            Target::Outer(table, index) => Target::Outer(table.clone(), *index),
            Target::Inner(table, index) => Target::Inner(table.clone(), *index),
        }
    }
}

/// The compiled targets of all references in a compiled schema.
pub(super) struct Table<T> {
    targets: OnceLock<Vec<Arc<T>>>,
}

impl<T> Default for Table<T> {
    fn default() -> Table<T> {
        Table { targets: OnceLock::new() }
    }
}

impl<T> fmt::Debug for Table<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let len = self.targets.get().map_or(0, Vec::len);
        write!(f, "Table({len})")
    }
}

impl<T> Reference<T> {
    pub(super) fn unbound(text: SmolStr) -> Reference<T> {
        Reference { text, target: Target::Unbound }
    }

    pub(super) fn text(&self) -> &SmolStr {
        &self.text
    }

    pub(super) fn is_bound(&self) -> bool {
        !matches!(self.target, Target::Unbound)
    }

    /// The same reference to an entry of a table, from within the table or from outside.
    pub(super) fn bound(&self, table: &Arc<Table<T>>, index: usize, inside: bool) -> Reference<T> {
        let target = if inside {
            Target::Inner(Arc::downgrade(table), index)
        } else {
            Target::Outer(table.clone(), index)
        };
        Reference { text: self.text.clone(), target }
    }

    /// The entry that this refers to from within the table.
    pub(super) fn index_in(&self, table: &Arc<Table<T>>) -> Option<usize> {
        match &self.target {
            Target::Inner(t, index) if t.as_ptr() == Arc::as_ptr(table) => Some(*index),
            _ => None,
        }
    }

    pub(super) fn resolved(&self) -> Option<Arc<T>> {
        let get = |table: &Table<T>, index: usize| table.targets.get()?.get(index).cloned();
        match &self.target {
            Target::Unbound => None,
            Target::Outer(table, index) => get(table, *index),
            Target::Inner(table, index) => get(table.upgrade()?.as_ref(), *index),
        }
    }
}

impl<T> Table<T> {
    pub(super) fn fill(&self, targets: Vec<Arc<T>>) {
        // A table is filled once, right after it was made.
        let _ = self.targets.set(targets);
    }
}
