//! New content as YAML text, in the manner of the document it goes into.

use super::content::Content;
use crate::syntax::page::Page;
use crate::syntax::scalar_text::{ScalarForm, write_string};
use crate::syntax::{NodeKind, Style};

/// How a document is laid out.
#[derive(Clone, Copy, Debug)]
pub(super) struct Layout {
    /// Columns per level.
    pub step: usize,
    /// Sequences stand in the column of their key.
    pub flush_sequences: bool,
    /// The line ending.
    pub newline: &'static str,
    /// Quote strings that older readers take for something else.
    pub guard: bool,
    /// Write several lines as a block scalar, where one may stand.
    pub blocks: bool,
}

impl Layout {
    /// The manner of the majority of the document; two columns if there is nothing to learn from.
    pub fn of(page: Page<'_>) -> Layout {
        let Page { text, tree } = page;
        let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
        let mut steps = [0usize; 10];
        let (mut flush, mut indented) = (0usize, 0usize);
        for node in &tree.nodes {
            let NodeKind::Mapping(entries) = &node.kind else { continue };
            if node.style == Style::Flow {
                continue;
            }
            for entry in entries {
                let child = tree.node(entry.value);
                let start = page.block_start(entry.value);
                let own_line = page.slice(entry.key.span.end as usize, start).contains('\n');
                if child.style == Style::Flow || !own_line {
                    continue;
                }
                let by =
                    page.column(start).saturating_sub(page.column(entry.key.span.start as usize));
                match child.kind {
                    NodeKind::Sequence(_) if by == 0 => flush += 1,
                    NodeKind::Sequence(_) | NodeKind::Mapping(_) => {
                        indented += usize::from(matches!(child.kind, NodeKind::Sequence(_)));
                        if let Some(count) = steps.get_mut(by) {
                            *count += 1;
                        }
                    }
                    _ => {}
                }
            }
        }
        let best =
            steps.iter().enumerate().skip(1).max_by_key(|(by, count)| (**count, usize::MAX - by));
        let step = best.filter(|(_, count)| **count > 0).map_or(2, |(by, _)| by);
        Layout { step, flush_sequences: flush > indented, newline, guard: true, blocks: true }
    }

    /// The text that follows `key:` for the value of a key in that column.
    pub fn after_key(&self, value: &Content, column: usize) -> String {
        if !value.is_filled() {
            return format!(" {}", self.leaf(value, Style::Plain, column + self.step, self.step));
        }
        let flush = self.flush_sequences && matches!(value, Content::List(_));
        let child = if flush { column } else { column + self.step };
        let mut out = self.line(child);
        self.collection(&mut out, value, child);
        out
    }

    /// The text that follows the `-` of an item whose dash is in that column.
    pub fn after_dash(&self, value: &Content, column: usize) -> String {
        let mut out = String::from(" ");
        if value.is_filled() {
            self.collection(&mut out, value, column + 2);
        } else {
            out.push_str(&self.leaf(value, Style::Plain, column + 2, 2));
        }
        out
    }

    /// A filled collection whose first line has been indented to `column` already. The depth was checked before.
    pub fn collection(&self, out: &mut String, value: &Content, column: usize) {
        match value {
            Content::Object(entries) => {
                for (i, (key, value)) in entries.iter().enumerate() {
                    if i > 0 {
                        out.push_str(&self.line(column));
                    }
                    out.push_str(&self.key(key, false));
                    out.push(':');
                    out.push_str(&self.after_key(value, column));
                }
            }
            Content::List(items) => {
                for (i, item) in items.iter().enumerate() {
                    if i > 0 {
                        out.push_str(&self.line(column));
                    }
                    out.push('-');
                    out.push_str(&self.after_dash(item, column));
                }
            }
            leaf => out.push_str(&self.leaf(leaf, Style::Plain, column, 2)),
        }
    }

    /// A scalar or empty collection in block context, its own lines (if any) in column `indent`, which is `step` to the
    /// right of the surrounding collection.
    pub fn leaf(&self, value: &Content, prefer: Style, indent: usize, step: usize) -> String {
        match value {
            Content::String(text) => {
                // A folded block would have to be folded by hand to stay as readable as it was.
                let prefer = match prefer {
                    Style::Literal | Style::Folded => Style::Plain,
                    prefer => prefer,
                };
                write_string(
                    text.as_str(),
                    &ScalarForm { prefer, indent, step, block: self.blocks, ..self.form() },
                )
            }
            other => self.flow(other, prefer),
        }
    }

    /// Any content in flow style.
    pub fn flow(&self, value: &Content, prefer: Style) -> String {
        match value {
            Content::Null => "null".to_owned(),
            Content::Bool(b) => b.to_string(),
            Content::Number(n) => n.to_string(),
            Content::String(text) => {
                write_string(text.as_str(), &ScalarForm { prefer, flow: true, ..self.form() })
            }
            Content::List(items) => {
                let items: Vec<_> = items.iter().map(|i| self.flow(i, Style::Plain)).collect();
                format!("[{}]", items.join(", "))
            }
            Content::Object(entries) => {
                let entries: Vec<_> = entries.iter().map(|(k, v)| self.flow_entry(k, v)).collect();
                format!("{{{}}}", entries.join(", "))
            }
        }
    }

    /// `key: value` in flow style.
    pub fn flow_entry(&self, key: &str, value: &Content) -> String {
        format!("{}: {}", self.key(key, true), self.flow(value, Style::Plain))
    }

    /// A key.
    pub fn key(&self, key: &str, flow: bool) -> String {
        write_string(key, &ScalarForm { key: true, flow, guard: false, ..self.form() })
    }

    /// A line ending and the indentation of the next line.
    pub fn line(&self, column: usize) -> String {
        let mut out = String::from(self.newline);
        out.extend(std::iter::repeat_n(' ', column));
        out
    }

    fn form(&self) -> ScalarForm<'static> {
        ScalarForm {
            prefer: Style::Plain,
            flow: false,
            key: false,
            indent: 0,
            step: self.step,
            block: self.blocks,
            newline: self.newline,
            guard: self.guard,
            escape_astral: false,
        }
    }
}
