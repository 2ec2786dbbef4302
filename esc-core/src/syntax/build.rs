//! Parser events to tree.

use smol_str::SmolStr;

use super::events::{Event, EventKind};
use super::failure::{Failure, too_deep};
use super::mark::{self, Mark};
use super::positions::{Positions, offset};
use super::scalar::{plain_is_string, resolve_plain, resolve_tagged};
use super::{Entry, Key, Limits, Node, NodeId, NodeKind, Parent, Style, SyntaxTree};
use crate::diagnostic::{Code, Diagnostic};
use crate::path::{join_index, join_key};
use crate::position::{Pos, Range, Span};

/// How many diagnostics are kept: each has a path, so a document could ask for far more memory than it takes itself.
const MOST_DIAGNOSTICS: usize = 1000;

const KEY_IS_NO_STRING: &str = "mapping keys must be strings";

/// Builds a tree from events. Nothing here recurses: collections that are open are on a stack of their own.
pub(super) struct Builder<'a> {
    name: SmolStr,
    /// The text the events come from; of the same layout as the text that `positions` knows.
    text: &'a str,
    positions: Positions<'a>,
    limits: Limits,
    nodes: Vec<Node>,
    tags: Vec<(NodeId, SmolStr)>,
    root: Option<NodeId>,
    frames: Vec<Frame>,
    /// Children of the open sequences, innermost last.
    items: Vec<NodeId>,
    /// Entries of the open mappings, innermost last.
    entries: Vec<Entry>,
    diagnostics: Vec<Diagnostic>,
}

/// A collection that is open.
struct Frame {
    id: NodeId,
    flow: bool,
    sequence: bool,
    /// Where its children begin among the items or entries.
    base: usize,
    /// Of a mapping: the key whose value comes next.
    key: Option<Key>,
    /// It stands where a key should.
    is_key: bool,
    /// The ends of the last child.
    end: Pos,
    true_end: u32,
}

/// A scalar or alias, before it is known to be a key or value.
struct Leaf {
    range: Range,
    span: Span,
    style: Style,
}

/// What was built.
pub(super) struct Built {
    pub(super) nodes: Vec<Node>,
    pub(super) tags: Vec<(NodeId, SmolStr)>,
    pub(super) root: Option<NodeId>,
    pub(super) diagnostics: Vec<Diagnostic>,
}

impl Built {
    pub(super) fn into_tree(self, source: std::sync::Arc<str>) -> SyntaxTree {
        SyntaxTree { source, nodes: self.nodes, root: self.root, tags: self.tags }
    }
}

impl<'a> Builder<'a> {
    pub(super) fn new(
        name: SmolStr,
        text: &'a str,
        positions: Positions<'a>,
        limits: Limits,
    ) -> Builder<'a> {
        Builder {
            name,
            text,
            positions,
            limits,
            nodes: Vec::with_capacity(text.len() / 32),
            tags: Vec::new(),
            root: None,
            frames: Vec::new(),
            items: Vec::new(),
            entries: Vec::new(),
            diagnostics: Vec::new(),
        }
    }

    /// Takes an event of the document's content.
    pub(super) fn event(&mut self, event: Event) -> Result<(), Failure> {
        match event.kind {
            EventKind::Scalar { ref text, style } => self.scalar(text, style, &event),
            EventKind::SequenceStart { flow } => self.open_collection(true, flow, &event),
            EventKind::MappingStart { flow } => self.open_collection(false, flow, &event),
            EventKind::SequenceEnd | EventKind::MappingEnd => {
                self.close_collection(Some((event.start, event.end)));
                Ok(())
            }
            EventKind::Alias(ref name) => self.alias(name, &event),
            EventKind::DocumentStart | EventKind::End => Ok(()),
        }
    }

    /// Ends the document. What follows is not read, and would be missed.
    pub(super) fn end_document(&mut self, end: Mark) {
        let Some(start) = next_content(self.text, end.byte) else { return };
        let line = self.text.get(start..).unwrap_or_default().lines().next().unwrap_or_default();
        let mut position = |byte| {
            let mark = Mark::of_byte(self.text, byte);
            self.positions.at(mark.line, mark.column)
        };
        let stop = start + line.trim_end().len();
        let range = Range { begin: position(start), end: position(stop) };
        let location = crate::diagnostic::Location {
            environment: self.name.clone(),
            range,
            span: Some(self.span(start, stop)),
        };
        let summary = "only the first document is read, and this comes after it";
        let warning = Diagnostic::warning(Code::YamlDocuments, summary).at(location, "");
        let help = "remove it, or what ends the document above: a line of `---` or `...`";
        self.diagnostics.push(warning.with_help(help).extension());
    }

    /// Closes what is open, and hands out what there is.
    pub(super) fn finish(mut self) -> Built {
        while !self.frames.is_empty() {
            self.close_collection(None);
        }
        // A document that is null is a document without content.
        if self
            .root
            .and_then(|root| self.nodes.get(root.index()))
            .is_some_and(|root| matches!(root.kind, NodeKind::Null))
        {
            self.root = None;
        }
        Built { nodes: self.nodes, tags: self.tags, root: self.root, diagnostics: self.diagnostics }
    }

    fn scalar(&mut self, text: &str, style: Style, event: &Event) -> Result<(), Failure> {
        let start = event.content;
        let mut end = event.end.byte;
        if matches!(style, Style::Literal | Style::Folded) {
            end = mark::block_end(self.text, start.byte, end, text).max(start.byte);
        }
        let tag = event.tag.as_deref().and_then(short_tag);
        let range = self.scalar_range(event.start, text, style, tag.as_deref());
        let leaf = Leaf { range, span: self.span(start.byte, end), style };

        if self.expects_key() {
            let string = match &tag {
                None => style != Style::Plain || plain_is_string(text),
                Some(_) => false,
            };
            if string {
                self.set_key(text, &leaf);
                return Ok(());
            }
        }
        let kind = match &tag {
            None if style == Style::Plain => Ok(resolve_plain(text)),
            None => Ok(NodeKind::String(SmolStr::new(text))),
            Some(tag) => resolve_tagged(text, tag),
        };
        if self.expects_key() {
            self.set_key(text, &leaf);
            let problem = match kind {
                Ok(NodeKind::String(_)) => return Ok(()),
                Ok(_) => (Code::YamlKey, KEY_IS_NO_STRING.to_owned()),
                Err(message) => (Code::YamlTag, format!("yaml: {message}")),
            };
            self.report(problem.0, problem.1, leaf.range, leaf.span);
            return Ok(());
        }
        let kind = kind.unwrap_or_else(|message| {
            self.report(Code::YamlTag, format!("yaml: {message}"), leaf.range, leaf.span);
            NodeKind::String(SmolStr::new(text))
        });
        let id = self.add(kind, &leaf, tag, start)?;
        self.attach(id, leaf.range.end, leaf.span.end);
        Ok(())
    }

    fn alias(&mut self, name: &str, event: &Event) -> Result<(), Failure> {
        let start = event.start;
        let range = self.scalar_range(start, name, Style::Plain, None);
        let span = self.span(start.byte, event.end.byte);
        let leaf = Leaf { range, span, style: Style::Plain };
        let key = self.expects_key();
        if key {
            self.set_key("", &leaf);
        }
        self.report(Code::YamlAlias, "alias nodes are not supported".to_owned(), range, span);
        if !key {
            let id = self.add(NodeKind::Null, &leaf, None, start)?;
            self.attach(id, range.end, span.end);
        }
        Ok(())
    }

    fn open_collection(
        &mut self,
        sequence: bool,
        flow: bool,
        event: &Event,
    ) -> Result<(), Failure> {
        let start = event.content;
        if self.frames.len() >= self.limits.max_depth {
            return Err(Failure::limit(too_deep(self.limits.max_depth), start));
        }
        let begin = self.positions.at(event.start.line, event.start.column);
        let leaf = Leaf {
            range: Range { begin, end: begin },
            span: Span { start: offset(start.byte), end: offset(start.byte) },
            style: if flow { Style::Flow } else { Style::Plain },
        };
        let tag = event.tag.as_deref().and_then(short_tag);
        let is_key = self.expects_key();
        let id = self.add(NodeKind::Null, &leaf, tag, start)?;
        self.frames.push(Frame {
            id,
            flow,
            sequence,
            base: if sequence { self.items.len() } else { self.entries.len() },
            key: None,
            is_key,
            end: begin,
            true_end: leaf.span.end,
        });
        Ok(())
    }

    /// Closes the innermost collection; without a span where the text broke off.
    fn close_collection(&mut self, span: Option<(Mark, Mark)>) {
        if let Some(frame) = self.frames.last() {
            // A key whose value was not reached, because the text broke off.
            if let (false, Some(key)) = (frame.sequence, &frame.key) {
                let (pos, at) = (key.range.end, key.span.end);
                let leaf = Leaf {
                    range: Range { begin: pos, end: pos },
                    span: Span { start: at, end: at },
                    style: Style::Plain,
                };
                let id = self.push(NodeKind::Null, &leaf, None);
                self.attach(id, pos, at);
            }
        }
        let Some(frame) = self.frames.pop() else { return };
        let mut true_end = frame.true_end;
        // A pair that stands alone in a sequence has no bracket.
        if let Some((_, end)) = span.filter(|(start, end)| frame.flow && start.byte < end.byte) {
            true_end = true_end.max(offset(end.byte));
        }
        let kind = if frame.sequence {
            NodeKind::Sequence(take_tail(&mut self.items, frame.base))
        } else {
            NodeKind::Mapping(take_tail(&mut self.entries, frame.base))
        };
        let Some(node) = self.nodes.get_mut(frame.id.index()) else { return };
        node.kind = kind;
        node.range.end = frame.end;
        node.span.end = true_end;
        let (range, span, style) = (node.range, node.span, node.style);
        if frame.is_key {
            self.set_key("", &Leaf { range, span, style });
            self.report(Code::YamlKey, KEY_IS_NO_STRING.to_owned(), range, span);
        } else {
            self.attach(frame.id, frame.end, true_end);
        }
    }

    /// Whether the next node is a key.
    fn expects_key(&self) -> bool {
        self.frames.last().is_some_and(|frame| !frame.sequence && frame.key.is_none())
    }

    fn set_key(&mut self, text: &str, leaf: &Leaf) {
        if let Some(frame) = self.frames.last_mut() {
            let text = SmolStr::new(text);
            frame.key = Some(Key { text, range: leaf.range, span: leaf.span, style: leaf.style });
        }
    }

    fn add(
        &mut self,
        kind: NodeKind,
        leaf: &Leaf,
        tag: Option<SmolStr>,
        at: Mark,
    ) -> Result<NodeId, Failure> {
        if self.nodes.len() >= self.limits.max_nodes {
            let summary = format!("the document has more than {} values", self.limits.max_nodes);
            return Err(Failure::limit(summary, at));
        }
        Ok(self.push(kind, leaf, tag))
    }

    fn push(&mut self, kind: NodeKind, leaf: &Leaf, tag: Option<SmolStr>) -> NodeId {
        let id = NodeId(offset(self.nodes.len()));
        let parent = self.frames.last().map(|frame| {
            let count = if frame.sequence { self.items.len() } else { self.entries.len() };
            Parent { node: frame.id, index: offset(count.saturating_sub(frame.base)) }
        });
        let Leaf { range, span, style } = *leaf;
        self.nodes.push(Node { kind, range, span, style, tagged: tag.is_some(), parent });
        if let Some(tag) = tag {
            self.tags.push((id, tag));
        }
        id
    }

    /// Hangs a complete node into the innermost open collection.
    fn attach(&mut self, id: NodeId, end: Pos, true_end: u32) {
        let Some(frame) = self.frames.last_mut() else {
            self.root = self.root.or(Some(id));
            return;
        };
        frame.end = end;
        frame.true_end = frame.true_end.max(true_end);
        if frame.sequence {
            self.items.push(id);
        } else if let Some(key) = frame.key.take() {
            self.entries.push(Entry { key, value: id });
        }
    }

    fn scalar_range(&mut self, begin: Mark, text: &str, style: Style, tag: Option<&str>) -> Range {
        let start = self.positions.at(begin.line, begin.column);
        let (line, column) = match (style, tag) {
            (Style::Literal, None) => {
                let last = text.rsplit('\n').next().unwrap_or_default();
                let breaks = text.bytes().filter(|b| *b == b'\n').count();
                (begin.line.saturating_add(offset(breaks)), last.len())
            }
            (Style::Plain, Some(tag)) => (begin.line, tag.len() + 1 + text.len()),
            _ => (begin.line, text.len()),
        };
        let end = self.positions.at(line, begin.column.saturating_add(offset(column)));
        Range { begin: start, end }
    }

    /// A span, widened to whole characters: where the text was overwritten with blanks it may end within one.
    fn span(&self, start: usize, end: usize) -> Span {
        let text = self.positions.text();
        Span {
            start: offset(text.floor_char_boundary(start)),
            end: offset(text.ceil_char_boundary(end)),
        }
    }

    fn report(&mut self, code: Code, summary: String, range: Range, span: Span) {
        if self.diagnostics.len() >= MOST_DIAGNOSTICS {
            return;
        }
        let location =
            crate::diagnostic::Location { environment: self.name.clone(), range, span: Some(span) };
        let path = self.path();
        self.diagnostics.push(Diagnostic::error(code, summary).at(location, path));
    }

    /// The path of the node that is being read.
    fn path(&self) -> String {
        let mut path = String::new();
        let mut frames = self.frames.iter().peekable();
        while let Some(frame) = frames.next() {
            if let Some(key) = &frame.key {
                join_key(&mut path, &key.text);
            } else if frame.sequence {
                // The items of inner sequences follow those of this one.
                let until =
                    frames.clone().find(|f| f.sequence).map_or(self.items.len(), |f| f.base);
                join_index(&mut path, until.saturating_sub(frame.base));
            }
        }
        path
    }
}

/// The elements from an index on. Where they are most of a long list they keep its memory, so that a large collection
/// is never in memory twice.
pub(super) fn take_tail<T>(list: &mut Vec<T>, from: usize) -> Box<[T]> {
    const LONG: usize = 1024;
    let from = from.min(list.len());
    if list.len() - from < LONG || from > list.len() / 4 {
        return list.drain(from..).collect();
    }
    let head = list.drain(..from).collect();
    std::mem::replace(list, head).into_boxed_slice()
}

/// The first line after an offset that is neither blank nor a comment, directive or marker.
fn next_content(text: &str, from: usize) -> Option<usize> {
    let mut start = from;
    for line in text.get(from..)?.split_inclusive('\n') {
        let content = line.trim_start_matches("---").trim_start_matches("...").trim();
        if !content.is_empty() && !content.starts_with(['#', '%']) {
            return Some(start + (line.len() - line.trim_start().len()));
        }
        start += line.len();
    }
    None
}

/// A tag in short form; none for the tag `!`, which means nothing.
fn short_tag(tag: &str) -> Option<SmolStr> {
    const CORE: &str = "tag:yaml.org,2002:";
    match tag.strip_prefix(CORE) {
        Some(suffix) => Some(SmolStr::new(format!("!!{suffix}"))),
        None if tag == "!" || tag.is_empty() => None,
        None => Some(SmolStr::new(tag)),
    }
}
