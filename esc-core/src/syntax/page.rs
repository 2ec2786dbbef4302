//! Where things stand in the text: what spans alone do not say.
//!
//! Between two tokens there are only white space, comments, indicators (`-`, `:`, `,`) and node properties (anchors and
//! tags), so a scan from the end of one token finds the next indicator without parsing.

use super::{NodeId, NodeKind, Style, SyntaxTree};

/// A document as text with a tree.
#[derive(Clone, Copy)]
pub(crate) struct Page<'a> {
    pub text: &'a str,
    pub tree: &'a SyntaxTree,
}

/// The place of a value.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Slot {
    /// After the `:` or `-` that announces it.
    pub after: usize,
    /// Where its anchor or tag starts, or else the value.
    pub start: usize,
    /// Where the value itself starts.
    pub inner: usize,
    /// Where it ends, without the line ending.
    pub end: usize,
}

impl<'a> Page<'a> {
    pub fn slice(&self, start: usize, end: usize) -> &'a str {
        self.text.get(start..end).unwrap_or_default()
    }

    /// The start of the line on which `at` is.
    pub fn line_start(&self, at: usize) -> usize {
        self.slice(0, at).rfind('\n').map_or(0, |i| i + 1)
    }

    /// The end of the line on which `at` is, before its line ending.
    pub fn line_end(&self, at: usize) -> usize {
        let rest = self.text.get(at..).unwrap_or_default();
        let line = rest.split('\n').next().unwrap_or_default();
        at + line.strip_suffix('\r').unwrap_or(line).len()
    }

    /// The start of the line after that which ends at `end`.
    pub fn next_line(&self, end: usize) -> usize {
        let rest = self.text.get(end..).unwrap_or_default();
        end + if rest.starts_with("\r\n") { 2 } else { usize::from(rest.starts_with('\n')) }
    }

    /// Whether nothing but white space stands before `at` on its line.
    pub fn starts_line(&self, at: usize) -> bool {
        self.slice(self.line_start(at), at).trim_start_matches('\u{feff}').trim().is_empty()
    }

    pub fn column(&self, at: usize) -> usize {
        column(self.text, at)
    }

    /// The first byte from `at` on that is neither white space nor in a comment.
    pub fn skip(&self, mut at: usize) -> usize {
        loop {
            let rest = self.text.get(at..).unwrap_or_default();
            let trimmed = rest.trim_start_matches([' ', '\t', '\r', '\n', '\u{feff}']);
            let blank = rest.len() - trimmed.len();
            let spaced = blank > 0 || self.slice(0, at).ends_with(['\n', ' ', '\t']) || at == 0;
            at += blank;
            if !(trimmed.starts_with('#') && spaced) {
                return at;
            }
            at = self.line_end(at);
        }
    }

    /// After the `:` of the key that ends at `key_end`; none for a key without one, as in `{a}`.
    pub fn after_colon(&self, key_end: usize) -> Option<usize> {
        let at = self.skip(key_end);
        self.text.get(at..)?.starts_with(':').then_some(at + 1)
    }

    /// The place of a node.
    pub fn slot(&self, id: NodeId) -> Slot {
        let node = self.tree.node(id);
        let span = node.span.range();
        let Some(parent) = node.parent else {
            return Slot {
                after: span.start,
                start: span.start,
                inner: span.start,
                end: self.end(id),
            };
        };
        let container = self.tree.node(parent.node);
        let index = parent.index as usize;
        let after = match &container.kind {
            NodeKind::Mapping(entries) => entries.get(index).map(|entry| {
                let key_end = entry.key.span.end as usize;
                self.after_colon(key_end).unwrap_or(key_end)
            }),
            _ if container.style == Style::Flow => None,
            _ => self.dash(parent.node, index).map(|dash| dash + 1),
        };
        let after = after.unwrap_or(span.start);
        if span.is_empty() && self.tree.last_child(id).is_none() {
            let end = self.after_properties(after).unwrap_or(after);
            return Slot { after, start: after, inner: end, end };
        }
        let first = self.skip(after);
        let inner = match node.kind {
            NodeKind::Sequence(_) if node.style != Style::Flow => self.block_start(id),
            _ => span.start,
        };
        let has_properties = first < inner && self.slice(first, inner).starts_with(['&', '!']);
        let start = if has_properties { first } else { inner };
        Slot { after, start, inner, end: self.end(id) }
    }

    /// The end of the anchor and tag that follow `at` on its line, if there are any.
    fn after_properties(&self, mut at: usize) -> Option<usize> {
        let mut found = None;
        loop {
            let line = self.slice(at, self.line_end(at));
            let word = line.trim_start_matches([' ', '\t']);
            if !word.starts_with(['&', '!']) {
                return found;
            }
            let length = word.find([' ', '\t', ',', '}', ']']).unwrap_or(word.len());
            at += line.len() - word.len() + length;
            found = Some(at);
        }
    }

    /// Where a block collection starts: at its first key or dash. (The span of a sequence that stands in the column of
    /// its key starts at the first item.)
    pub fn block_start(&self, id: NodeId) -> usize {
        let node = self.tree.node(id);
        let start = node.span.start as usize;
        if node.style == Style::Flow || !matches!(node.kind, NodeKind::Sequence(_)) {
            return start;
        }
        let Some(key) = self.tree.key_of(id) else { return start };
        let Some(mut at) = self.after_colon(key.span.end as usize) else { return start };
        loop {
            at = self.skip(at);
            let word = self.slice(at, self.line_end(at));
            if !word.starts_with(['&', '!']) {
                return if word.starts_with('-') { at } else { start };
            }
            at += word.find([' ', '\t']).unwrap_or(word.len());
        }
    }

    /// The `-` of an item of a block sequence.
    pub fn dash(&self, sequence: NodeId, index: usize) -> Option<usize> {
        let node = self.tree.node(sequence);
        let NodeKind::Sequence(items) = &node.kind else { return None };
        let mut at = self.block_start(sequence);
        // Walk from the last item before that has text; after empty ones there are only dashes.
        let known = (0..index).rev().find_map(|i| {
            let span = self.tree.node(*items.get(i)?).span;
            (span.start < span.end).then_some(i)
        });
        let mut skipped = 0;
        if let Some(i) = known {
            at = self.end(*items.get(i)?);
            skipped = i + 1;
        }
        for i in skipped..=index {
            at = self.skip(at);
            if !self.text.get(at..)?.starts_with('-') {
                return None;
            }
            if i < index {
                at = self.after_properties(at + 1).unwrap_or(at + 1);
            }
        }
        Some(at)
    }

    /// Where a node's text ends. The depth is that of the tree, which the decoder limits.
    pub fn end(&self, id: NodeId) -> usize {
        let node = self.tree.node(id);
        let span = node.span.range();
        match &node.kind {
            _ if matches!(node.style, Style::Literal | Style::Folded) => self.block_scalar_end(id),
            NodeKind::Mapping(entries) if node.style != Style::Flow => {
                entries.last().map_or(span.end, |e| self.slot(e.value).end)
            }
            NodeKind::Sequence(items) if node.style != Style::Flow => {
                items.last().map_or(span.end, |&item| self.slot(item).end)
            }
            _ => span.end,
        }
    }

    /// A block scalar's last line: without the blank lines that follow, unless they are kept.
    fn block_scalar_end(&self, id: NodeId) -> usize {
        let span = self.tree.node(id).span.range();
        let token = self.slice(span.start, span.end);
        let header = token.lines().next().unwrap_or_default();
        let keeps = header.split('#').next().unwrap_or_default().contains('+');
        let trimmed = if keeps { token } else { token.trim_end() };
        span.start + trimmed.len()
    }

    /// A comment in the header of a block scalar, with the space before it.
    pub fn header_comment(&self, id: NodeId) -> &'a str {
        let node = self.tree.node(id);
        if !matches!(node.style, Style::Literal | Style::Folded) {
            return "";
        }
        let start = node.span.start as usize;
        let line = self.slice(start, self.line_end(start));
        line.trim_start_matches([
            '|', '>', '+', '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9',
        ])
        .trim_end()
    }
}

/// The column of a byte, counted from 0 in code points. What stands before it on its line is indentation and
/// indicators, or text on whose columns nothing is aligned.
pub(crate) fn column(text: &str, at: usize) -> usize {
    let before = text.get(..at).unwrap_or_default();
    let line = before.rfind('\n').and_then(|i| before.get(i + 1..)).unwrap_or(before);
    line.strip_prefix('\u{feff}').unwrap_or(line).chars().count()
}

impl SyntaxTree {
    /// The value or item at an index of a collection.
    pub(crate) fn child(&self, id: NodeId, index: usize) -> Option<NodeId> {
        match &self.node(id).kind {
            NodeKind::Mapping(entries) => entries.get(index).map(|entry| entry.value),
            NodeKind::Sequence(items) => items.get(index).copied(),
            _ => None,
        }
    }

    /// The last value or item of a collection.
    pub(crate) fn last_child(&self, id: NodeId) -> Option<NodeId> {
        match &self.node(id).kind {
            NodeKind::Mapping(entries) => entries.last().map(|entry| entry.value),
            NodeKind::Sequence(items) => items.last().copied(),
            _ => None,
        }
    }
}
