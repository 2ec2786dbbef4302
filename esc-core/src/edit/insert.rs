//! Putting entries and items in.

use smol_str::SmolStr;

use super::change::{Change, Splice};
use super::content::Content;
use crate::syntax::{NodeId, NodeKind, Style};

impl Change<'_> {
    /// Adds an entry to a mapping that has some.
    pub fn insert_entry(&self, mapping: NodeId, key: &SmolStr, value: &Content) -> Vec<Splice> {
        let page = &self.page;
        let node = page.tree.node(mapping);
        let NodeKind::Mapping(entries) = &node.kind else { return Vec::new() };
        let Some((first, last)) = entries.first().zip(entries.last()) else { return Vec::new() };
        if node.style == Style::Flow {
            let text = self.layout.flow_entry(key, value);
            let start = last.key.span.start as usize;
            return self.insert_in_flow(start, page.slot(last.value).end, &text);
        }
        let column = page.column(first.key.span.start as usize);
        let at = self.after_comments(page.line_end(page.end(mapping)), column);
        let line = self.layout.line(column);
        let value = self.layout.after_key(value, column);
        vec![Splice::new(at, at, format!("{line}{}:{value}", self.layout.key(key, false)))]
    }

    /// Adds an item to a sequence that has some.
    pub fn insert_item(&self, sequence: NodeId, value: &Content) -> Vec<Splice> {
        let page = &self.page;
        let node = page.tree.node(sequence);
        let NodeKind::Sequence(items) = &node.kind else { return Vec::new() };
        let Some(&last) = items.last() else { return Vec::new() };
        if node.style == Style::Flow {
            let slot = page.slot(last);
            return self.insert_in_flow(
                slot.start,
                slot.end,
                &self.layout.flow(value, Style::Plain),
            );
        }
        let column = page.column(page.block_start(sequence));
        let at = self.after_comments(page.line_end(page.end(sequence)), column);
        let line = self.layout.line(column);
        vec![Splice::new(at, at, format!("{line}-{}", self.layout.after_dash(value, column)))]
    }

    /// The end of the comment lines that follow directly and belong to a collection in that column.
    fn after_comments(&self, mut end: usize, column: usize) -> usize {
        loop {
            let next = self.page.next_line(end);
            let line_end = self.page.line_end(next);
            let line = self.page.slice(next, line_end);
            let text = line.trim_start_matches(' ');
            if next == end || !text.starts_with('#') || line.len() - text.len() < column {
                return end;
            }
            end = line_end;
        }
    }

    /// Adds to a flow collection after the part `[start, end)`, on a line of its own if that part is.
    fn insert_in_flow(&self, start: usize, end: usize, text: &str) -> Vec<Splice> {
        let page = &self.page;
        // Right after a colon without a value, a comma would make the colon a part of the key.
        let gap = if page.slice(end.saturating_sub(1), end) == ":" { " " } else { "" };
        if !page.starts_line(start) {
            return vec![Splice::new(end, end, format!("{gap}, {text}"))];
        }
        let line = self.layout.line(page.column(start));
        let comma = page.skip(end);
        if page.slice(comma, comma + 1) == "," {
            let at = page.line_end(comma);
            return vec![Splice::new(at, at, format!("{line}{text},"))];
        }
        let rest = page.slice(end, page.line_end(end));
        if rest.trim_start().starts_with('#') {
            let at = page.line_end(end);
            let comma = format!("{gap},");
            return vec![
                Splice::new(end, end, comma),
                Splice::new(at, at, format!("{line}{text}")),
            ];
        }
        vec![Splice::new(end, end, format!("{gap},{line}{text}"))]
    }

    /// Writes a document that says nothing yet; comments stay above it.
    pub fn write_root(&self, value: &Content) -> Vec<Splice> {
        let text = self.page.text;
        let mut new = String::new();
        if value.is_filled() {
            self.layout.collection(&mut new, value, 0);
        } else {
            new.push_str(&self.layout.leaf(value, Style::Plain, self.layout.step, 10));
        }
        // A null that is spelled out is all there can be besides comments and a document marker.
        let mut at = self.page.skip(0);
        if self.page.slice(at, at + 3) == "---" {
            at = self.page.skip(at + 3);
        }
        let rest = text.get(at..).unwrap_or_default();
        let null = ["null", "Null", "NULL", "~"].into_iter().find(|null| rest.starts_with(null));
        if let Some(null) = null {
            return vec![Splice::new(at, at + null.len(), new)];
        }
        let whole_lines = text.is_empty() || text.ends_with('\n');
        let newline = self.layout.newline;
        let lead = if whole_lines { "" } else { newline };
        vec![Splice::new(text.len(), text.len(), format!("{lead}{new}{newline}"))]
    }
}
