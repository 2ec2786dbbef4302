//! The tree while it is being put together.

use smol_str::SmolStr;

use crate::position::{Pos, Range, Span};
use crate::syntax::build::{Built, take_tail};
use crate::syntax::positions::offset;
use crate::syntax::{Entry, Key, Limits, Node, NodeId, NodeKind, Parent, Style};

/// Nodes, and the collections that are open.
pub(super) struct Assembly {
    nodes: Vec<Node>,
    frames: Vec<Frame>,
    /// Children of the open sequences, innermost last.
    items: Vec<NodeId>,
    /// Entries of the open mappings, innermost last.
    entries: Vec<Entry>,
    limits: Limits,
}

/// A collection that is open.
pub(super) struct Frame {
    id: NodeId,
    pub(super) sequence: bool,
    /// Of a block collection: the bytes before its keys or dashes.
    pub(super) indent: usize,
    /// Where a value would be that has not come in the line of its key or dash.
    pub(super) pending: Option<(Pos, u32)>,
    key: Option<Key>,
    base: usize,
    end: Pos,
    true_end: u32,
}

impl Assembly {
    pub(super) fn new(lines: usize, limits: Limits) -> Assembly {
        // Mostly every line has one value; whatever goes beyond that grows as usual.
        let lines = lines.saturating_add(4).min(limits.max_nodes);
        Assembly {
            nodes: Vec::with_capacity(lines),
            frames: Vec::new(),
            items: Vec::new(),
            entries: Vec::with_capacity(lines),
            limits,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// How many collections are open.
    pub(super) fn depth(&self) -> usize {
        self.frames.len()
    }

    /// The innermost open collection.
    pub(super) fn top(&self) -> Option<&Frame> {
        self.frames.last()
    }

    /// Expects a value of the innermost collection in a later line.
    pub(super) fn expect(&mut self, pos: Pos, byte: u32) {
        if let Some(frame) = self.frames.last_mut() {
            frame.pending = Some((pos, byte));
        }
    }

    /// The value that was expected has come.
    pub(super) fn expected(&mut self) {
        if let Some(frame) = self.frames.last_mut() {
            frame.pending = None;
        }
    }

    #[inline]
    pub(super) fn set_key(&mut self, text: &str, range: Range, span: Span, style: Style) {
        if let Some(frame) = self.frames.last_mut() {
            frame.key = Some(Key { text: SmolStr::new(text), range, span, style });
        }
    }

    #[inline]
    pub(super) fn scalar(
        &mut self,
        kind: NodeKind,
        range: Range,
        span: Span,
        style: Style,
    ) -> Option<()> {
        let id = self.add(kind, range, span, style)?;
        self.attach(id, range.end, span.end);
        Some(())
    }

    /// Opens a collection; none where a limit is near, whose wording is left to the parser.
    pub(super) fn open(
        &mut self,
        sequence: bool,
        indent: usize,
        style: Style,
        begin: Pos,
        start: usize,
    ) -> Option<()> {
        if self.frames.len() + 2 >= self.limits.max_depth {
            return None;
        }
        let start = offset(start);
        let range = Range { begin, end: begin };
        let id = self.add(NodeKind::Null, range, Span { start, end: start }, style)?;
        let base = if sequence { self.items.len() } else { self.entries.len() };
        self.frames.push(Frame {
            id,
            sequence,
            indent,
            pending: None,
            key: None,
            base,
            end: begin,
            true_end: start,
        });
        Some(())
    }

    /// A value that was expected and did not come is null.
    #[inline]
    pub(super) fn settle(&mut self) -> Option<()> {
        let Some((pos, byte)) = self.frames.last_mut().and_then(|frame| frame.pending.take())
        else {
            return Some(());
        };
        let (range, span) = (Range { begin: pos, end: pos }, Span { start: byte, end: byte });
        self.scalar(NodeKind::Null, range, span, Style::Plain)
    }

    /// Closes the innermost collection, with the offset after its bracket if it has one.
    pub(super) fn close(&mut self, bracket: Option<usize>) -> Option<()> {
        self.settle()?;
        let frame = self.frames.pop()?;
        let kind = if frame.sequence {
            NodeKind::Sequence(take_tail(&mut self.items, frame.base))
        } else {
            NodeKind::Mapping(take_tail(&mut self.entries, frame.base))
        };
        let true_end = frame.true_end.max(bracket.map_or(0, offset));
        let node = self.nodes.get_mut(frame.id.index())?;
        node.kind = kind;
        node.range.end = frame.end;
        node.span.end = true_end;
        self.attach(frame.id, frame.end, true_end);
        Some(())
    }

    /// Closes whatever is open; none if there is nothing at all.
    pub(super) fn finish(mut self) -> Option<Built> {
        while !self.frames.is_empty() {
            self.close(None)?;
        }
        let root = (!self.nodes.is_empty()).then_some(NodeId(0))?;
        self.nodes.shrink_to_fit();
        Some(Built {
            nodes: self.nodes,
            tags: Vec::new(),
            root: Some(root),
            diagnostics: Vec::new(),
        })
    }

    #[inline]
    fn add(&mut self, kind: NodeKind, range: Range, span: Span, style: Style) -> Option<NodeId> {
        if self.nodes.len() >= self.limits.max_nodes {
            return None;
        }
        let id = NodeId(offset(self.nodes.len()));
        let parent = self.frames.last().map(|frame| {
            let count = if frame.sequence { self.items.len() } else { self.entries.len() };
            Parent { node: frame.id, index: offset(count.saturating_sub(frame.base)) }
        });
        self.nodes.push(Node { kind, range, span, style, tagged: false, parent });
        Some(id)
    }

    /// Hangs a complete node into the innermost open collection.
    #[inline]
    fn attach(&mut self, id: NodeId, end: Pos, true_end: u32) {
        let Some(frame) = self.frames.last_mut() else { return };
        frame.end = end;
        frame.true_end = frame.true_end.max(true_end);
        if frame.sequence {
            self.items.push(id);
        } else if let Some(key) = frame.key.take() {
            self.entries.push(Entry { key, value: id });
        }
    }
}
