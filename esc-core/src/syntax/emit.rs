//! The reference's normal form of a document.
//!
//! The reference never edits text: it builds a tree and writes it anew, which drops blank lines and evens out
//! indentation, spacing and some quotes. [`normal_form`] does the same, for those who compare with its output.

use super::comments::{Comments, Notes};
use super::page::Page;
use super::scalar_text::{ScalarForm, reads_as_float, write_string};
use super::{NodeId, NodeKind, Style, SyntaxTree, resolve_plain};

/// The document as the reference would write it, with `indent` columns per level (2 after encryption, 4 after patches).
pub fn normal_form(tree: &SyntaxTree, indent: usize) -> String {
    let page = Page { text: tree.source(), tree };
    let Some(root) = tree.root() else {
        return if tree.source().is_empty() { "{}\n".into() } else { "null\n".into() };
    };
    let mut writer = Writer {
        page,
        comments: Comments::of(page),
        indent: indent.clamp(2, 9),
        out: String::new(),
        foot_column: None,
    };
    if writer.is_block(root) {
        writer.block(root, 0, false);
    } else {
        let text = writer.leaf(root, writer.indent);
        writer.line(0, &text);
    }
    writer.out
}

struct Writer<'a> {
    page: Page<'a>,
    comments: Comments,
    indent: usize,
    out: String,
    /// The column of a foot comment that was the last thing written.
    foot_column: Option<usize>,
}

impl Writer<'_> {
    /// A block collection whose parts stand in `column`; `inline` if the first follows a dash on its line. The depth is
    /// bounded by the decoder's limit.
    fn block(&mut self, id: NodeId, column: usize, mut inline: bool) {
        let tree = self.page.tree;
        let parts: Vec<(Option<String>, NodeId)> = match &tree.node(id).kind {
            NodeKind::Mapping(entries) => entries
                .iter()
                .map(|e| (Some(self.string(&e.key.text, e.key.style, true, false, 0)), e.value))
                .collect(),
            NodeKind::Sequence(items) => items.iter().map(|&item| (None, item)).collect(),
            _ => Vec::new(),
        };
        for (key, value) in parts {
            let notes = self.comments.take(value);
            for comment in &notes.head {
                if inline {
                    // The comment takes the place after the dash.
                    self.out.push_str(comment);
                    self.out.push('\n');
                    inline = false;
                } else {
                    self.line(column, comment);
                }
            }
            if !inline {
                self.start_line(column);
            }
            inline = false;
            match key {
                Some(key) => {
                    self.out.push_str(&key);
                    self.out.push(':');
                    let child = self.indent * ((column + self.indent) / self.indent);
                    self.value(value, child, false, &notes);
                }
                None => {
                    self.out.push('-');
                    self.value(value, column + 2, true, &notes);
                }
            }
            if !notes.foot.is_empty() {
                for comment in &notes.foot {
                    self.line(column, comment);
                }
                self.foot_column = Some(column);
            }
        }
    }

    fn value(&mut self, id: NodeId, column: usize, after_dash: bool, notes: &Notes) {
        let comment = notes.line.join(" ");
        let comment = if comment.is_empty() { comment } else { format!(" {comment}") };
        if !self.is_block(id) {
            let leaf = self.leaf(id, column);
            let (head, tail) = leaf.split_at(leaf.find('\n').unwrap_or(leaf.len()));
            let lead = if head.is_empty() { "" } else { " " };
            self.out.push_str(&format!("{lead}{head}{comment}{tail}\n"));
            return;
        }
        if let Some(tag) = self.page.tree.tag(id) {
            self.out.push_str(&format!(" {tag}"));
        } else if after_dash && comment.is_empty() {
            self.out.push(' ');
            return self.block(id, column, true);
        }
        self.out.push_str(&comment);
        self.out.push('\n');
        self.block(id, column, false);
    }

    fn is_block(&self, id: NodeId) -> bool {
        let node = self.page.tree.node(id);
        node.style != Style::Flow
            && match &node.kind {
                NodeKind::Sequence(items) => !items.is_empty(),
                NodeKind::Mapping(entries) => !entries.is_empty(),
                _ => false,
            }
    }

    fn leaf(&self, id: NodeId, column: usize) -> String {
        self.inline(id, false, column)
    }

    /// A scalar or flow collection, with its tag.
    fn inline(&self, id: NodeId, flow: bool, column: usize) -> String {
        let tree = self.page.tree;
        let node = tree.node(id);
        let tag = tree.tag(id).map(|tag| format!("{tag} ")).unwrap_or_default();
        match &node.kind {
            NodeKind::Sequence(items) => {
                let items: Vec<_> = items.iter().map(|&i| self.inline(i, true, 0)).collect();
                format!("{tag}[{}]", items.join(", "))
            }
            NodeKind::Mapping(entries) => {
                let entry = |e: &super::Entry| {
                    let key = self.string(&e.key.text, e.key.style, true, true, 0);
                    format!("{key}: {}", self.inline(e.value, true, 0))
                };
                format!("{tag}{{{}}}", entries.iter().map(entry).collect::<Vec<_>>().join(", "))
            }
            NodeKind::String(text) => {
                if node.tagged && !is_quoted_by_force(text) {
                    let plain = text.lines().count() <= 1 && node.style == Style::Plain;
                    let text = match plain {
                        true => text.to_string(),
                        false => self.string(text, node.style, false, flow, column),
                    };
                    return format!("!!str {text}");
                }
                self.string(text, node.style, false, flow, column)
            }
            scalar => {
                let span = node.span.range();
                let source = self.page.slice(span.start, span.end);
                let same = match (scalar, resolve_plain(source)) {
                    (NodeKind::Null, NodeKind::Null) => !(source.is_empty() && flow),
                    (NodeKind::Bool(a), NodeKind::Bool(b)) => *a == b,
                    (NodeKind::Number(a), NodeKind::Number(b)) => *a == b,
                    _ => false,
                };
                let text = match scalar {
                    _ if same => source.to_owned(),
                    NodeKind::Bool(b) => b.to_string(),
                    NodeKind::Number(n) => n.to_string(),
                    _ => "null".to_owned(),
                };
                format!("{tag}{text}")
            }
        }
    }

    fn string(&self, text: &str, style: Style, key: bool, flow: bool, column: usize) -> String {
        let prefer = if is_quoted_by_force(text) { Style::SingleQuoted } else { style };
        write_string(
            text,
            &ScalarForm {
                prefer,
                flow,
                key,
                block: true,
                indent: column,
                step: self.indent,
                newline: "\n",
                guard: false,
                escape_astral: true,
            },
        )
    }

    fn line(&mut self, column: usize, text: &str) {
        self.start_line(column);
        self.out.push_str(text);
        self.out.push('\n');
    }

    /// Indents a line. One that follows a foot comment in its column is set off from it.
    fn start_line(&mut self, column: usize) {
        if self.foot_column.take() == Some(column) {
            self.out.push('\n');
        }
        self.out.extend(std::iter::repeat_n(' ', column));
    }
}

/// What the reference always puts into single quotes.
fn is_quoted_by_force(text: &str) -> bool {
    reads_as_float(text) || text == "true" || text == "false"
}
