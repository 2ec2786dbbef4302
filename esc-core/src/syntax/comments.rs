//! To which entries and items comments belong.

use std::collections::HashMap;

use super::page::Page;
use super::{NodeId, NodeKind, Style};

/// The comments of one entry or item.
#[derive(Clone, Debug, Default)]
pub(super) struct Notes {
    /// On the lines above.
    pub head: Vec<String>,
    /// On its line.
    pub line: Vec<String>,
    /// On the lines below, set off from what follows.
    pub foot: Vec<String>,
}

/// The comments of a document by the value of the entry, or the item, that they belong to.
#[derive(Debug)]
pub(super) struct Comments(HashMap<NodeId, Notes>);

/// A key or scalar.
struct Token {
    start: usize,
    end: usize,
    node: NodeId,
}

/// Comments on lines of their own without blank lines between them.
struct Group {
    column: usize,
    lines: Vec<String>,
    blank_after: bool,
}

impl Comments {
    /// Finds the comments of a document.
    ///
    /// A comment belongs to the line it ends. One on a line of its own belongs to what follows, but to what precedes if
    /// a blank line, a smaller indentation or nothing follows. Before the first key a blank line detaches it from the
    /// document; such comments are not kept, as in the reference.
    pub fn of(page: Page<'_>) -> Comments {
        let tokens = tokens(page);
        let mut comments = Comments(HashMap::new());
        let mut at = 0;
        for i in 0..=tokens.len() {
            let previous = i.checked_sub(1).and_then(|i| tokens.get(i));
            let next = tokens.get(i);
            let end = next.map_or(page.text.len(), |t| t.start);
            comments.gap(page, at.min(end), end, previous, next);
            at = next.map_or(at, |t| t.end);
        }
        for (id, node) in page.tree.nodes() {
            let header = page.header_comment(id).trim();
            if matches!(node.style, Style::Literal | Style::Folded) && !header.is_empty() {
                comments.notes(id).line.push(header.to_owned());
            }
        }
        comments
    }

    /// The comments of an entry or item.
    pub fn take(&mut self, id: NodeId) -> Notes {
        self.0.remove(&id).unwrap_or_default()
    }

    fn notes(&mut self, id: NodeId) -> &mut Notes {
        self.0.entry(id).or_default()
    }

    /// Attaches the comments between two tokens.
    fn gap(
        &mut self,
        page: Page<'_>,
        start: usize,
        end: usize,
        previous: Option<&Token>,
        next: Option<&Token>,
    ) {
        let (beside, groups) = read_gap(page, start, end);
        let owner = previous.or(next);
        if let (Some(comment), Some(owner)) = (beside, owner) {
            self.notes(out_of_flow(page, owner.node)).line.push(comment);
        }
        for group in groups {
            let before_next = next.filter(|next| {
                let column =
                    page.column(page.line_start(next.start)) + indentation(page, next.start);
                !group.blank_after && (previous.is_none() || group.column <= column)
            });
            match (before_next, previous) {
                (Some(next), _) => {
                    let owner = first_on_line(page, next);
                    self.notes(owner).head.extend(group.lines);
                }
                (None, Some(previous)) => {
                    let owner = owner_in_column(page, previous, group.column);
                    self.notes(owner).foot.extend(group.lines);
                }
                (None, None) => {}
            }
        }
    }
}

/// Every key and scalar with text, in document order.
fn tokens(page: Page<'_>) -> Vec<Token> {
    let mut tokens = Vec::new();
    for (id, node) in page.tree.nodes() {
        let span = node.span.range();
        match &node.kind {
            NodeKind::Mapping(entries) => tokens.extend(entries.iter().map(|e| {
                let span = e.key.span.range();
                Token { start: span.start, end: span.end, node: e.value }
            })),
            NodeKind::Sequence(_) => {}
            _ if span.is_empty() => {}
            _ => tokens.push(Token { start: span.start, end: page.end(id), node: id }),
        }
    }
    tokens.sort_by_key(|t| (t.start, t.end));
    tokens
}

/// The comment beside the token that ends at `start`, and those on lines of their own.
fn read_gap(page: Page<'_>, start: usize, end: usize) -> (Option<String>, Vec<Group>) {
    let mut beside = None;
    let mut groups: Vec<Group> = Vec::new();
    let mut at = start;
    let mut joined = false;
    while at < end {
        let line_end = page.line_end(at).min(end);
        let line = page.slice(at, line_end);
        let sharp = comment_start(line, at == page.line_start(at));
        let text = sharp.and_then(|i| line.get(i..)).map(|c| c.trim_end().to_owned());
        let own_line = at > start || at == 0;
        match text {
            Some(text) if !own_line => beside = Some(text),
            Some(text) => {
                let column = sharp.unwrap_or_default();
                match groups.last_mut() {
                    Some(group) if joined => group.lines.push(text),
                    _ => groups.push(Group { column, lines: vec![text], blank_after: false }),
                }
                joined = true;
            }
            None if own_line && line.trim().is_empty() && line_end < end => {
                if let Some(group) = groups.last_mut() {
                    group.blank_after = true;
                }
                joined = false;
            }
            None => {}
        }
        at = page.next_line(line_end).max(line_end + usize::from(line_end == at));
    }
    (beside, groups)
}

fn comment_start(line: &str, at_line_start: bool) -> Option<usize> {
    let mut spaced = at_line_start;
    for (i, c) in line.char_indices() {
        if c == '#' && spaced {
            return Some(i);
        }
        spaced = c == ' ' || c == '\t';
    }
    None
}

fn indentation(page: Page<'_>, at: usize) -> usize {
    let line = page.slice(page.line_start(at), at);
    line.len() - line.trim_start_matches(' ').len()
}

/// The outermost entry or item that begins on the line of a token.
fn first_on_line(page: Page<'_>, token: &Token) -> NodeId {
    let mut owner = out_of_flow(page, token.node);
    let line = page.line_start(token.start);
    while let Some(parent) = page.tree.node(owner).parent {
        let above = page.tree.node(parent.node);
        let begins = parent.index == 0 && page.line_start(above.span.start as usize) == line;
        if !begins
            || above.parent.is_none()
            || key_start(page, parent.node).is_some_and(|k| k < line)
        {
            break;
        }
        owner = parent.node;
    }
    owner
}

/// The entry or item around a token that stands in a column, or the innermost to the left of it.
fn owner_in_column(page: Page<'_>, token: &Token, column: usize) -> NodeId {
    let mut owner = out_of_flow(page, token.node);
    loop {
        let parent = page.tree.node(owner).parent;
        let start = key_start(page, owner).unwrap_or_default();
        let Some(parent) = parent else { return owner };
        if page.column(start) <= column || page.tree.node(parent.node).parent.is_none() {
            return owner;
        }
        owner = parent.node;
    }
}

/// Where the key or dash of a node stands.
fn key_start(page: Page<'_>, id: NodeId) -> Option<usize> {
    if let Some(key) = page.tree.key_of(id) {
        return Some(key.span.start as usize);
    }
    let parent = page.tree.node(id).parent?;
    page.dash(parent.node, parent.index as usize)
}

/// The node itself, or the outermost flow collection around it.
fn out_of_flow(page: Page<'_>, id: NodeId) -> NodeId {
    let mut outermost = id;
    let mut at = id;
    while let Some(parent) = page.tree.node(at).parent {
        if page.tree.node(parent.node).style == Style::Flow {
            outermost = parent.node;
        }
        at = parent.node;
    }
    outermost
}
