//! Reading a tree.

use super::positions::offset;
use super::subspan::map_span;
use super::width::text_width;
use super::{Entry, Key, Node, NodeId, NodeKind, Parent, Style, SyntaxTree};
use crate::path::PropertyPath;
use crate::position::{Pos, Range, Span};

/// What an id of another tree finds.
static NOTHING: Node = Node {
    kind: NodeKind::Null,
    range: Range::NONE,
    span: Span { start: 0, end: 0 },
    style: Style::Plain,
    tagged: false,
    parent: None,
};

impl NodeId {
    /// The position of the node in its tree's arena.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

impl SyntaxTree {
    /// The text that was decoded.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The root; none if the document holds nothing, or only a null.
    pub fn root(&self) -> Option<NodeId> {
        self.root
    }

    /// The node with an id. Ids are only made by trees; one of another tree finds some node or an empty one.
    pub fn node(&self, id: NodeId) -> &Node {
        self.nodes.get(id.index()).unwrap_or(&NOTHING)
    }

    /// Every node, parents before children, in document order.
    ///
    /// A collection that stands where only a string may be a key is among them, though no entry's value.
    pub fn nodes(&self) -> impl ExactSizeIterator<Item = (NodeId, &Node)> {
        self.nodes.iter().enumerate().map(|(i, node)| (NodeId(offset(i)), node))
    }

    /// The entries of a mapping; none for other nodes.
    pub fn entries(&self, id: NodeId) -> &[Entry] {
        match &self.node(id).kind {
            NodeKind::Mapping(entries) => entries,
            _ => &[],
        }
    }

    /// The items of a sequence; none for other nodes.
    pub fn items(&self, id: NodeId) -> &[NodeId] {
        match &self.node(id).kind {
            NodeKind::Sequence(items) => items,
            _ => &[],
        }
    }

    /// The text of a string.
    pub fn text(&self, id: NodeId) -> Option<&str> {
        match &self.node(id).kind {
            NodeKind::String(text) => Some(text),
            _ => None,
        }
    }

    /// The explicit tag of a node in short form (`!!str`, `!local`).
    pub fn tag(&self, id: NodeId) -> Option<&str> {
        let at = self.tags.binary_search_by_key(&id, |(id, _)| *id).ok()?;
        self.tags.get(at).map(|(_, tag)| tag.as_str())
    }

    /// The document path of a node.
    pub fn path(&self, id: NodeId) -> String {
        self.property_path(id).to_document_path()
    }

    /// The way from the root to a node.
    pub fn property_path(&self, id: NodeId) -> PropertyPath {
        let mut chain = Vec::new();
        let mut at = self.node(id);
        while let Some(parent) = at.parent {
            chain.push(parent);
            at = self.node(parent.node);
        }
        let mut path = PropertyPath::new();
        for Parent { node, index } in chain.into_iter().rev() {
            match &self.node(node).kind {
                NodeKind::Mapping(entries) => {
                    if let Some(entry) = entries.get(index as usize) {
                        path.push(entry.key.text.clone());
                    }
                }
                _ => path.push(index as usize),
            }
        }
        path
    }

    /// The key under which a node stands in its mapping.
    pub fn key_of(&self, id: NodeId) -> Option<&Key> {
        let parent = self.node(id).parent?;
        let entry = self.entries(parent.node).get(parent.index as usize)?;
        (entry.value == id).then_some(&entry.key)
    }

    /// The innermost node at a true byte offset; on a key, the value under that key.
    ///
    /// The offset after a node's last byte still belongs to it, since a cursor may stand there.
    pub fn node_at(&self, offset: u32) -> Option<NodeId> {
        let mut at = self.root.filter(|root| self.node(*root).span.touches(offset))?;
        loop {
            let node = self.node(at);
            let inner = match &node.kind {
                NodeKind::Sequence(items) => {
                    let after = items.partition_point(|item| self.node(*item).span.start <= offset);
                    candidates(items, after)
                        .find(|item| self.node(**item).span.touches(offset))
                        .copied()
                }
                NodeKind::Mapping(entries) => {
                    let after = entries.partition_point(|entry| entry.key.span.start <= offset);
                    let entry = candidates(entries, after).find(|entry| {
                        entry.key.span.touches(offset)
                            || self.node(entry.value).span.touches(offset)
                    });
                    match entry {
                        Some(entry) if entry.key.span.touches(offset) => return Some(entry.value),
                        entry => entry.map(|entry| entry.value),
                    }
                }
                _ => None,
            };
            match inner {
                Some(inner) => at = inner,
                None => return Some(at),
            }
        }
    }

    /// The part of a string node's range that holds some bytes of its value, as the reference gives it: only for plain
    /// untagged scalars.
    pub fn subrange(&self, id: NodeId, start: usize, end: usize) -> Option<Range> {
        self.ruler(id)?.range(start, end)
    }

    /// Measures parts of a string node's value; for whoever asks for many of them.
    pub fn ruler(&self, id: NodeId) -> Option<Ruler<'_>> {
        let node = self.node(id);
        let NodeKind::String(text) = &node.kind else { return None };
        if node.tagged { None } else { Ruler::new(node.range, node.style, text) }
    }

    /// The same for a key's text.
    pub fn key_ruler<'t>(&self, key: &'t Key) -> Option<Ruler<'t>> {
        Ruler::new(key.range, key.style, &key.text)
    }

    /// Where some bytes of a string node's value really are in the text, in any style; none if they cannot be found.
    ///
    /// A place within an escape, or within line breaks that are folded, covers all of it. Each place costs a walk
    /// through the text, so none are found in values of more than 16 KiB.
    pub fn true_subspan(&self, id: NodeId, start: usize, end: usize) -> Option<Span> {
        let node = self.node(id);
        let NodeKind::String(text) = &node.kind else { return None };
        if text.len() > MAX_MAPPED {
            return None;
        }
        map_span(&self.source, node.span, node.style, text, start..end)
    }

    /// The same for some bytes of a key's text.
    pub fn true_key_subspan(&self, key: &Key, start: usize, end: usize) -> Option<Span> {
        map_span(&self.source, key.span, key.style, &key.text, start..end)
    }
}

/// Values up to this length have their parts mapped to true places.
const MAX_MAPPED: usize = 16 << 10;

/// Finds the ranges, in the reference's terms, of parts of a plain scalar.
#[derive(Clone, Copy, Debug)]
pub struct Ruler<'t> {
    begin: Pos,
    text: &'t str,
    /// Every byte is one column wide.
    even: bool,
}

impl<'t> Ruler<'t> {
    fn new(whole: Range, style: Style, text: &'t str) -> Option<Ruler<'t>> {
        if style != Style::Plain || whole.begin.line != whole.end.line {
            return None;
        }
        let even = text.bytes().all(|b| matches!(b, b' '..=b'~'));
        Some(Ruler { begin: whole.begin, text, even })
    }

    /// The range of some bytes of the text; none if they are not all of some characters.
    pub fn range(&self, start: usize, end: usize) -> Option<Range> {
        Some(Range { begin: self.pos(start)?, end: self.pos(end)? })
    }

    fn pos(&self, at: usize) -> Option<Pos> {
        let before = self.text.get(..at)?;
        let width = if self.even { at } else { text_width(before) };
        let Pos { line, column, byte } = self.begin;
        Some(Pos {
            line,
            column: column.saturating_add(offset(width)),
            byte: byte.saturating_add(offset(at)),
        })
    }
}

/// The element before an index, then the one before that: the second may end where the first begins.
fn candidates<T>(items: &[T], after: usize) -> impl Iterator<Item = &T> {
    (1..=2).filter_map(move |back| items.get(after.checked_sub(back)?))
}
