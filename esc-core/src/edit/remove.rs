//! Taking entries and items out.

use super::change::{Change, Splice};
use super::content::Content;
use crate::syntax::{NodeId, NodeKind, Style};

impl Change<'_> {
    /// Removes the entry or item at `index` of a collection. The last one leaves `{}` or `[]`.
    pub fn remove(&self, collection: NodeId, index: usize) -> Vec<Splice> {
        let node = self.page.tree.node(collection);
        let (parts, empty) = match &node.kind {
            NodeKind::Mapping(entries) => {
                let part = |e: &crate::syntax::Entry| {
                    (e.key.span.start as usize, self.page.slot(e.value).end)
                };
                (entries.iter().map(part).collect::<Vec<_>>(), Content::Object(Vec::new()))
            }
            NodeKind::Sequence(items) => {
                let start = |i: usize, item: NodeId| match node.style {
                    Style::Flow => Some(self.page.slot(item).start),
                    _ => self.page.dash(collection, i),
                };
                let parts = items.iter().enumerate();
                let parts =
                    parts.filter_map(|(i, &item)| Some((start(i, item)?, self.page.end(item))));
                (parts.collect(), Content::List(Vec::new()))
            }
            _ => return Vec::new(),
        };
        if parts.len() == 1 {
            return self.replace(collection, &empty);
        }
        let Some(&(start, end)) = parts.get(index) else { return Vec::new() };
        let next = parts.get(index + 1).map(|p| p.0);
        let previous = index.checked_sub(1).and_then(|i| parts.get(i)).map(|p| p.1);
        if node.style == Style::Flow {
            return vec![match (next, previous) {
                (Some(next), _) => Splice::new(start, next, ""),
                (None, Some(previous)) => Splice::new(previous, end, ""),
                (None, None) => Splice::new(start, end, ""),
            }];
        }
        let at_top = index == 0 && node.parent.is_none();
        let mut splice = self.remove_lines(start, end.max(start + 1), next, at_top);
        if self.page.slice(0, splice.start).ends_with('\n') && previous.is_some() {
            splice.end = self.after_blank_lines(collection, index, splice.end);
        }
        vec![splice]
    }

    /// Blank lines after a removed part would belong to a block scalar before it that keeps them, so they go too.
    fn after_blank_lines(&self, collection: NodeId, index: usize, mut end: usize) -> usize {
        let page = &self.page;
        let mut at = index.checked_sub(1).and_then(|i| page.tree.child(collection, i));
        while let Some(id) = at {
            let node = page.tree.node(id);
            if matches!(node.style, Style::Literal | Style::Folded) {
                let line =
                    page.slice(node.span.start as usize, page.line_end(node.span.start as usize));
                let keeps = line.split('#').next().unwrap_or_default().contains('+');
                while keeps && page.slice(end, page.line_end(end)).trim().is_empty() {
                    let next = page.next_line(page.line_end(end));
                    if next == end {
                        break;
                    }
                    end = next;
                }
                break;
            }
            at = page.tree.last_child(id);
        }
        end
    }

    /// The end of the comment lines that follow what is removed but are indented more, so stand within it.
    fn after_inner_comments(&self, mut end: usize, column: usize) -> usize {
        let page = &self.page;
        let mut at = end;
        loop {
            let next = page.next_line(at);
            if next == at {
                return end;
            }
            at = page.line_end(next);
            let line = page.slice(next, at);
            let text = line.trim_start_matches(' ');
            if text.starts_with('#') && line.len() - text.len() > column {
                end = at;
            } else if !text.trim().is_empty() {
                return end;
            }
        }
    }

    fn remove_lines(&self, start: usize, end: usize, next: Option<usize>, at_top: bool) -> Splice {
        let page = &self.page;
        let line_end = page.line_end(end);
        if !page.starts_line(start) {
            // The first part of a collection that starts on the line of a dash: the next one takes its place, unless
            // there are comments before it.
            return match next {
                Some(next) if !page.slice(line_end, next).contains('#') => {
                    Splice::new(start, next, "")
                }
                _ => Splice::new(start, line_end, ""),
            };
        }
        let mut from = page.line_start(start);
        let column = page.column(start);
        while !at_top && from > 0 {
            let line = page.line_start(from - 1);
            let text = page.slice(line, from);
            let comment = text.trim_start_matches(' ');
            if !comment.starts_with('#') || text.len() - comment.len() != column {
                break;
            }
            from = line;
        }
        let line_end = self.after_inner_comments(line_end, column);
        let to = page.next_line(line_end);
        if to == line_end && from > 0 {
            // There is no line ending after it, so the one before it goes.
            let before = page.slice(0, from);
            let before = before.strip_suffix('\n').unwrap_or(before);
            from = before.strip_suffix('\r').unwrap_or(before).len();
        }
        Splice::new(from, to, "")
    }
}
