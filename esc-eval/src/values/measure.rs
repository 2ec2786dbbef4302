//! How much is in a value, and whether anything in it is unknown or secret.
//!
//! References make much out of little: ten objects that hold each other ten times are ten billion values, written out. So
//! whoever visits everything in a value measures it first, and measuring costs no more than there are nodes: the size of a
//! copy is that of its original, and sizes of containers are remembered. The same holds for taint.

use crate::grow::grow;
use crate::ids::ValueId;
use crate::outcome::{Blocked, Exceeded, Poll};
use crate::values::View;
use crate::values::node::{Kind, Repr, Size};

impl View {
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
        self.for_each_child(v, depth, &mut |view, child, depth| {
            let child = view.measure_at(child, depth)?;
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
        self.for_each_child(v, depth, &mut |view, child, depth| {
            let (unknown, secret) = view.taint_at(child, depth)?;
            taint = (taint.0 | unknown, taint.1 | secret);
            Ok(())
        })?;
        if self.list_len(v).is_some() || self.is_object(v) {
            self.arena.taints.insert(v, taint);
        }
        Ok(taint)
    }

    /// The next depth of a recursion over values.
    pub fn deeper(&self, depth: usize) -> Poll<usize> {
        if depth < self.settings.limits.max_value_depth {
            Ok(depth + 1)
        } else {
            Err(Blocked::Limit(Exceeded::Depth))
        }
    }

    /// Whether a rotator would see an unknown: rotate-only inputs may be unknown unless rotating.
    pub fn observable_unknown(&mut self, v: ValueId, rotating: bool) -> Poll<bool> {
        let flags = self.arena.flags(v);
        if flags.unknown && (rotating || !flags.rotate_only) {
            return Ok(true);
        }
        let mut found = false;
        self.for_each_child(v, 0, &mut |view, child, _| {
            found |= view.observable_unknown(child, rotating)?;
            Ok(())
        })?;
        Ok(found)
    }
}
