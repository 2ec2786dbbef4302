//! Merging once more, in the very steps of the reference, for what its export shows of them.
//!
//! The reference merges by copying and then changing values in place, and what it changes may be part of other values.
//! Nearly always that comes to what the layers of this crate come to. But where a value lies over one that is *unknown*,
//! each look at a property of the unknown makes a new value; after a copy those are not recognised as the same, so they
//! are hung below values that are shared: chains of bases grow in ways that no definition explains, and may end in
//! themselves, which the reference reports as an internal error. And whatever shows a value first decides under which
//! name it is shown if it has no place in a document. Only the compatible face does this, and only for an environment
//! that is merged over imports.
//!
//! * `cells`: values that are copied and changed in place;
//! * `steps`: imports, bases, expressions and references, one after the other;
//! * `show`, `nodes`: what is shown of that.

mod cells;
mod nodes;
mod show;
mod steps;

use std::collections::BTreeMap;

use esc_core::diagnostic::Diagnostic;
use esc_core::value::{Content, TracedValue};
use smol_str::SmolStr;

use crate::ids::EnvId;
use crate::output::replay::cells::Cells;
use crate::output::replay::nodes::{NodeId, Nodes};
use crate::output::replay::steps::Replay;
use crate::values::View;

/// What the reference shows of the root.
pub(crate) struct Replayed {
    nodes: Nodes,
    root: NodeId,
    /// The errors that it meets when it shows it.
    pub errors: Vec<Diagnostic>,
}

impl Replayed {
    /// The root's properties.
    pub fn properties(&self) -> BTreeMap<SmolStr, TracedValue> {
        match self.nodes.value(self.root).content() {
            Content::Object(properties) => {
                properties.iter().map(|(key, value)| (key.clone(), value.clone())).collect()
            }
            _ => BTreeMap::new(),
        }
    }
}

/// Merges once more as the reference does; none if it would show what the layers come to.
pub(crate) fn replay(view: &mut View) -> Option<Replayed> {
    let settings = &view.settings;
    if !settings.compatible || settings.demand || view.env(EnvId::ROOT).base.is_none() {
        return None;
    }
    let name = view.env(EnvId::ROOT).name.clone();
    // Merging into a chain that ends in itself does not end: the reference runs out of memory there.
    let cells = Cells::new(settings.limits.max_layers);
    let mut replay = Replay::new(view, cells);
    let root = replay.environment(EnvId::ROOT).ok()??;
    let root = replay.show(root, &name).ok()?;
    Some(Replayed { nodes: replay.nodes, root, errors: replay.cycles })
}
