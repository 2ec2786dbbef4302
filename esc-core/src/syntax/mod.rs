//! The syntax layer: YAML text as a tree in which every key and value knows where it stands.
//!
//! [`SyntaxTree::decode`] reads a document the way the reference does (YAML 1.2 core schema with go-yaml's leniencies);
//! [`SyntaxTree::decode_tolerant`] keeps what could be read after an error, for editors. Nodes live in one arena and
//! are named by [`NodeId`]; nothing here interprets what the document means.

mod build;
mod characters;
mod comments;
mod decode;
mod emit;
mod events;
mod explain;
mod failure;
mod fast;
mod float;
mod limits;
mod mark;
pub(crate) mod page;
mod positions;
mod read;
mod recover;
mod scalar;
pub(crate) mod scalar_text;
mod subspan;
#[cfg(test)]
mod tests;
mod timestamp;
mod tree;
mod width;

use std::sync::Arc;

use smol_str::SmolStr;

use crate::diagnostic::Diagnostic;
use crate::number::Number;
use crate::position::{Range, Span};

pub use emit::normal_form;
pub use limits::Limits;
pub(crate) use scalar::resolve_plain;
pub use tree::Ruler;

/// Names a node of a [`SyntaxTree`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub(crate) u32);

/// How a scalar or collection was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Plain scalar or block collection.
    Plain,
    /// `'…'`
    SingleQuoted,
    /// `"…"`
    DoubleQuoted,
    /// `|`
    Literal,
    /// `>`
    Folded,
    /// `[…]` or `{…}`
    Flow,
}

/// A key of a mapping. Keys are always strings.
#[derive(Clone, Debug)]
pub struct Key {
    /// The decoded text.
    pub text: SmolStr,
    /// Where the key stands, in the reference's terms.
    pub range: Range,
    /// Where the key stands, quotes included.
    pub span: Span,
    /// How it was written.
    pub style: Style,
}

/// One pair of a mapping.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The key.
    pub key: Key,
    /// The value.
    pub value: NodeId,
}

/// What a node holds.
#[derive(Clone, Debug)]
pub enum NodeKind {
    /// `null`, `~` or nothing at all.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, normalised as the reference does.
    Number(Number),
    /// Everything else that is a scalar, decoded.
    String(SmolStr),
    /// A sequence.
    Sequence(Box<[NodeId]>),
    /// A mapping, in document order, duplicates kept.
    Mapping(Box<[Entry]>),
}

/// Where a node hangs in its tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parent {
    /// The containing sequence or mapping.
    pub node: NodeId,
    /// The index of the item or entry in it.
    pub index: u32,
}

/// One node.
#[derive(Clone, Debug)]
pub struct Node {
    /// What it holds.
    pub kind: NodeKind,
    /// Where it stands, in the reference's terms.
    pub range: Range,
    /// Where it stands: for a scalar the whole token (quotes and block header included, without anchor and tag), for a
    /// collection from its first to after its last byte (closing bracket included).
    pub span: Span,
    /// How it was written.
    pub style: Style,
    /// An explicit tag was given.
    pub tagged: bool,
    /// The containing node; none for the root.
    pub parent: Option<Parent>,
}

/// A decoded document.
#[derive(Clone, Debug, Default)]
pub struct SyntaxTree {
    pub(crate) source: Arc<str>,
    pub(crate) nodes: Vec<Node>,
    pub(crate) root: Option<NodeId>,
    /// The explicit tags, by node.
    pub(crate) tags: Vec<(NodeId, SmolStr)>,
}

/// What decoding gives.
#[derive(Clone, Debug)]
pub struct Decoded {
    /// What could be read.
    pub tree: Option<SyntaxTree>,
    /// What is wrong. The reference does not go on with a document that has errors.
    pub diagnostics: Vec<Diagnostic>,
}

impl Decoded {
    fn of(tree: SyntaxTree) -> Decoded {
        Decoded { tree: Some(tree), diagnostics: Vec::new() }
    }

    fn failed(diagnostic: Diagnostic) -> Decoded {
        Decoded { tree: None, diagnostics: vec![diagnostic] }
    }
}
