//! The ways into the syntax layer.

use std::sync::Arc;

use super::events::Trouble;
use super::explain::{self, explain};
use super::positions::Positions;
use super::read::{Input, read};
use super::{
    Decoded, Limits, Node, NodeId, NodeKind, Style, SyntaxTree, characters, fast, recover,
};
use crate::position::{Range, Span};

impl SyntaxTree {
    /// Reads a document as the reference does: a syntax error leaves no tree and a diagnostic that explains it.
    ///
    /// Beside aliases, keys that are no strings and tags that cannot be applied there is a tree, with a null or the
    /// plain text in their place. Only the first document of a stream is read. No text at all is an empty mapping;
    /// a text of nothing but comments has no root.
    ///
    /// ```
    /// use esc_core::syntax::{Limits, SyntaxTree};
    ///
    /// let decoded = SyntaxTree::decode("dev", "values:\n  answer: 0x2A\n", &Limits::default());
    /// let tree = decoded.tree.unwrap();
    /// let values = tree.entries(tree.root().unwrap())[0].value;
    /// let answer = tree.entries(values)[0].value;
    /// assert_eq!(tree.path(answer), "values.answer");
    /// assert_eq!(format!("{:?}", tree.node(answer).kind), "Number(42)");
    /// ```
    pub fn decode(name: &str, text: impl Into<Arc<str>>, limits: &Limits) -> Decoded {
        let text = text.into();
        let trouble = match start(&text, limits) {
            Start::Done(decoded) => return decoded,
            Start::Slow(trouble) => trouble,
        };
        strict(name, text, trouble, limits)
    }

    /// Reads a document for an editor: after a syntax error whatever could be read is kept, and every diagnostic has a
    /// place.
    ///
    /// The lines that cannot be read are left out, a bounded number of times; if that does not help, the tree ends
    /// where the first error is.
    pub fn decode_tolerant(name: &str, text: impl Into<Arc<str>>, limits: &Limits) -> Decoded {
        let text = text.into();
        let trouble = match start(&text, limits) {
            Start::Done(decoded) => return decoded,
            Start::Slow(trouble) => trouble,
        };
        recover::decode(name, text, trouble, limits)
    }

    /// Reads a document whose encoding is not known to be right.
    pub fn decode_bytes(name: &str, bytes: &[u8], limits: &Limits) -> Decoded {
        match std::str::from_utf8(bytes) {
            Ok(text) => SyntaxTree::decode(name, text, limits),
            Err(error) => {
                let (prefix, trouble) = characters::valid_prefix(bytes, error.valid_up_to());
                strict(name, prefix.into(), Some(trouble), limits)
            }
        }
    }
}

/// How far a text gets without the parser.
enum Start {
    Done(Decoded),
    /// The parser is needed.
    Slow(Option<Trouble>),
}

fn start(text: &Arc<str>, limits: &Limits) -> Start {
    let most = limits.max_bytes.min(Limits::MOST_BYTES);
    if text.len() > most {
        return Start::Done(Decoded::failed(explain::too_long(most)));
    }
    if text.is_empty() {
        return Start::Done(Decoded::of(empty_mapping(text.clone())));
    }
    let trouble = characters::control_character(text);
    if trouble.is_none()
        && let Some(built) = fast::build(text, limits)
    {
        return Start::Done(Decoded::of(built.into_tree(text.clone())));
    }
    Start::Slow(trouble)
}

fn strict(name: &str, text: Arc<str>, trouble: Option<Trouble>, limits: &Limits) -> Decoded {
    let input = Input { name, text: &text, trouble, tolerant: false };
    match read(&input, Positions::new(&text), limits) {
        (_, Some(failure)) => Decoded::failed(explain(name, &text, &failure)),
        (mut built, None) => {
            let diagnostics = std::mem::take(&mut built.diagnostics);
            Decoded { tree: Some(built.into_tree(text)), diagnostics }
        }
    }
}

fn empty_mapping(source: Arc<str>) -> SyntaxTree {
    let node = Node {
        kind: NodeKind::Mapping(Box::default()),
        range: Range::NONE,
        span: Span::default(),
        style: Style::Plain,
        tagged: false,
        parent: None,
    };
    SyntaxTree { source, nodes: vec![node], root: Some(NodeId(0)), tags: Vec::new() }
}
