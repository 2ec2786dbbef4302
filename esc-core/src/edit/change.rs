//! From an intended change to the bytes to replace.

use super::content::Content;
use super::render::Layout;
use crate::syntax::page::{Page, Slot};
use crate::syntax::{NodeId, NodeKind, Style};

/// A replacement of bytes.
#[derive(Debug)]
pub(super) struct Splice {
    pub start: usize,
    pub end: usize,
    pub text: String,
}

impl Splice {
    pub fn new(start: usize, end: usize, text: impl Into<String>) -> Splice {
        Splice { start, end, text: text.into() }
    }
}

/// The text with all splices made; none if they overlap or do not fall on characters.
pub(super) fn splice(text: &str, mut splices: Vec<Splice>) -> Option<String> {
    splices.sort_by_key(|s| (s.start, s.end));
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for splice in &splices {
        out.push_str(text.get(at..splice.start)?);
        out.push_str(&splice.text);
        at = splice.end;
        if splice.end < splice.start {
            return None;
        }
    }
    out.push_str(text.get(at..)?);
    Some(out)
}

/// A document and the manner in which to change it.
#[derive(Clone, Copy)]
pub(super) struct Change<'a> {
    pub page: Page<'a>,
    pub layout: Layout,
}

impl Change<'_> {
    /// Replaces a node.
    pub fn replace(&self, id: NodeId, value: &Content) -> Vec<Splice> {
        let page = &self.page;
        let node = page.tree.node(id);
        let slot = page.slot(id);
        let parent = node.parent.map(|p| page.tree.node(p.node));
        if parent.is_some_and(|p| p.style == Style::Flow) {
            return vec![self.replace_in_flow(id, slot, value)];
        }
        let filled = match &node.kind {
            NodeKind::Sequence(items) => !items.is_empty(),
            NodeKind::Mapping(entries) => !entries.is_empty(),
            _ => false,
        };
        match (filled, node.style == Style::Flow, value.is_filled()) {
            (true, false, true) => vec![self.block_to_block(id, slot, value)],
            (true, false, false) => self.block_to_leaf(id, slot, value),
            (true, true, true) => {
                vec![Splice::new(slot.start, slot.end, self.layout.flow(value, Style::Plain))]
            }
            (_, _, true) => vec![self.leaf_to_block(id, slot, value)],
            (_, _, false) => vec![self.leaf_to_leaf(id, slot, value)],
        }
    }

    fn replace_in_flow(&self, id: NodeId, slot: Slot, value: &Content) -> Splice {
        let text = self.layout.flow(value, self.page.tree.node(id).style);
        let before = self.page.slice(0, slot.start);
        let is_key = self
            .page
            .tree
            .node(id)
            .parent
            .is_some_and(|p| matches!(self.page.tree.node(p.node).kind, NodeKind::Mapping(_)));
        let lead = match before.chars().next_back() {
            Some(':') => " ",
            // `{a}`: a key without a colon.
            _ if is_key && slot.start == slot.after && slot.start == slot.end => ": ",
            _ => "",
        };
        Splice::new(slot.start, slot.end, format!("{lead}{text}"))
    }

    fn leaf_to_leaf(&self, id: NodeId, slot: Slot, value: &Content) -> Splice {
        let style = self.page.tree.node(id).style;
        let (indent, step) = self.leaf_indent(id);
        let text = self.layout.leaf(value, style, indent, step);
        let mut splice = self.leaf(slot.start, slot.end, &text, self.page.header_comment(id));
        if slot.start == slot.after && self.page.tree.node(id).parent.is_some() {
            splice.text.insert(0, ' ');
        }
        splice
    }

    /// Puts a leaf over `[start, end)`. A comment after it stays on its first line.
    pub fn leaf(&self, start: usize, end: usize, leaf: &str, header_comment: &str) -> Splice {
        let line_end = self.page.line_end(end);
        match leaf.split_once(self.layout.newline) {
            None => Splice::new(start, end, format!("{leaf}{header_comment}")),
            Some((head, tail)) => {
                let comment = self.page.slice(end, line_end).trim_end();
                let newline = self.layout.newline;
                Splice::new(
                    start,
                    line_end,
                    format!("{head}{header_comment}{comment}{newline}{tail}"),
                )
            }
        }
    }

    /// The column for lines of a block scalar in that place, and how far that is from the surrounding collection.
    pub fn leaf_indent(&self, id: NodeId) -> (usize, usize) {
        match self.anchor_column(id) {
            Some((column, true)) => (column + 2, 2),
            Some((column, false)) => (column + self.layout.step, self.layout.step),
            // There is no room for an indentation indicator at the root.
            None => (self.layout.step, 10),
        }
    }

    /// The column of the key or dash that announces the node, and whether it is a dash.
    fn anchor_column(&self, id: NodeId) -> Option<(usize, bool)> {
        let parent = self.page.tree.node(id).parent?;
        match &self.page.tree.node(parent.node).kind {
            NodeKind::Mapping(entries) => {
                let entry = entries.get(parent.index as usize)?;
                Some((self.page.column(entry.key.span.start as usize), false))
            }
            _ => {
                let dash = self.page.dash(parent.node, parent.index as usize)?;
                Some((self.page.column(dash), true))
            }
        }
    }

    fn leaf_to_block(&self, id: NodeId, slot: Slot, value: &Content) -> Splice {
        let page = &self.page;
        let line_end = page.line_end(slot.end);
        let rest = format!("{}{}", page.header_comment(id), page.slice(slot.end, line_end));
        let rest = rest.trim_end();
        let own_line = page.slice(slot.after, slot.start).contains('\n');
        let (text, start) = match self.anchor_column(id) {
            Some((column, is_dash)) if !own_line => {
                let text = match (is_dash, rest.is_empty()) {
                    (false, _) => self.layout.after_key(value, column),
                    (true, true) => self.layout.after_dash(value, column),
                    (true, false) => self.block_on_own_line(value, column + 2),
                };
                (format!("{rest}{text}"), slot.after)
            }
            anchor => {
                let column = anchor.map_or(0, |_| page.column(slot.start));
                let mut text = match rest.trim_start() {
                    "" => String::new(),
                    comment => format!("{comment}{}", self.layout.line(column)),
                };
                self.layout.collection(&mut text, value, column);
                (text, slot.start)
            }
        };
        Splice::new(start, line_end, text)
    }

    fn block_on_own_line(&self, value: &Content, column: usize) -> String {
        let mut text = self.layout.line(column);
        self.layout.collection(&mut text, value, column);
        text
    }

    fn block_to_block(&self, id: NodeId, slot: Slot, value: &Content) -> Splice {
        let page = &self.page;
        let mut column = page.column(slot.inner);
        let end = page.line_end(slot.end);
        let mut text = String::new();
        let mut start = slot.inner;
        let own_line = page.starts_line(slot.inner);
        if let (true, Some((key, false))) = (own_line, self.anchor_column(id)) {
            let flush = self.layout.flush_sequences && matches!(value, Content::List(_));
            if column <= key && !(flush && column == key) {
                column = key + self.layout.step;
                start = page.line_start(slot.inner);
                text.extend(std::iter::repeat_n(' ', column));
            }
        }
        self.layout.collection(&mut text, value, column);
        Splice::new(start, end, text)
    }

    fn block_to_leaf(&self, id: NodeId, slot: Slot, value: &Content) -> Vec<Splice> {
        let page = &self.page;
        let (indent, step) = self.leaf_indent(id);
        let text = self.layout.leaf(value, Style::Plain, indent, step);
        if page.tree.node(id).parent.is_none() || !page.slice(slot.after, slot.inner).contains('\n')
        {
            return vec![self.leaf(slot.inner, slot.end, &text, "")];
        }
        let key_end = page.line_end(slot.after);
        let after = page.slice(slot.after, key_end);
        let before = after.find(" #").and_then(|i| after.get(..i)).unwrap_or(after);
        let comment = after.get(before.trim_end().len()..).unwrap_or_default().trim_end();
        let children = page.line_end(slot.end);
        match text.split_once(self.layout.newline) {
            None => {
                // Comments between the key and its children are kept.
                let first = page.line_start(slot.inner);
                let before = first - (first - page.line_end(first.saturating_sub(1)));
                let from = before.min(first.saturating_sub(1)).max(key_end);
                vec![
                    Splice::new(slot.after, key_end, format!(" {text}{comment}")),
                    Splice::new(from, children, ""),
                ]
            }
            Some((head, tail)) => {
                let newline = self.layout.newline;
                vec![Splice::new(slot.after, children, format!(" {head}{comment}{newline}{tail}"))]
            }
        }
    }
}
