//! Shown values, as a graph.

use esc_core::value::{Origin, Trace, Value, ValueKind};
use smol_str::SmolStr;

use crate::grow::grow;

/// Names a node.
pub(super) type NodeId = usize;

/// Shown values. They share their parts: written out, each holds everything that it was merged over.
#[derive(Default)]
pub(super) struct Nodes(Vec<Node>);

pub(super) struct Node {
    pub(super) parts: Parts,
    pub(super) secret: bool,
    pub(super) unknown: bool,
    pub(super) def: Origin,
    pub(super) base: Option<NodeId>,
}

pub(super) enum Parts {
    None(ValueKind),
    List(Vec<NodeId>),
    Object(Vec<(SmolStr, NodeId)>),
}

impl Nodes {
    pub(super) fn add(&mut self, node: Node) -> NodeId {
        self.0.push(node);
        self.0.len() - 1
    }

    /// The value that a node stands for, written out.
    pub(super) fn value(&self, id: NodeId) -> Value {
        let Some(node) = self.0.get(id) else { return Value::default() };
        let kind = match &node.parts {
            Parts::None(kind) => kind.clone(),
            Parts::List(items) => {
                ValueKind::List(items.iter().map(|item| grow(|| self.value(*item))).collect())
            }
            Parts::Object(properties) => {
                let values = properties.iter();
                let values = values.map(|(key, child)| (key.clone(), grow(|| self.value(*child))));
                ValueKind::Object(values.collect())
            }
        };
        let base = node.base.map(|base| grow(|| self.value(base)));
        let trace = Some(Box::new(Trace { def: node.def.clone(), base }));
        Value { kind, secret: node.secret, unknown: node.unknown, trace }
    }
}
