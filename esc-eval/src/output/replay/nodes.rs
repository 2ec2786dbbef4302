//! Shown values, as a graph.

use esc_core::value::{Content, Origin, Properties, TracedValue, Value, ValueKind};
use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use crate::grow::grow;

/// Names a node.
pub(super) type NodeId = usize;

/// Shown values. They share their parts.
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

    /// The value that a node stands for; what several share is shared.
    pub(super) fn value(&self, id: NodeId) -> TracedValue {
        self.made(id, &mut FxHashMap::default())
    }

    fn made(&self, id: NodeId, known: &mut FxHashMap<NodeId, TracedValue>) -> TracedValue {
        if let Some(known) = known.get(&id) {
            return known.clone();
        }
        let Some(node) = self.0.get(id) else { return Value::default().into() };
        let content = match &node.parts {
            Parts::None(kind) => TracedValue::from(Value::new(kind.clone())).content().clone(),
            Parts::List(items) => {
                Content::List(items.iter().map(|item| grow(|| self.made(*item, known))).collect())
            }
            Parts::Object(properties) => {
                let values = properties.iter();
                let values =
                    values.map(|(key, child)| (key.clone(), grow(|| self.made(*child, known))));
                Content::Object(Properties::new(values))
            }
        };
        let value = TracedValue::new(content, node.def.clone()).marked(node.secret, node.unknown);
        let value = match node.base {
            Some(base) => value.over(grow(|| self.made(base, known))),
            None => value,
        };
        known.insert(id, value.clone());
        value
    }
}
