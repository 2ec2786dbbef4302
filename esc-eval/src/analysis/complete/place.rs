//! Where the cursor stands in the structure of the document.

use std::collections::HashMap;

use esc_core::ast::{Document, ExprId};
use esc_core::syntax::{Limits, NodeId, NodeKind};

use super::completion::Completion;
use crate::analysis::{Analysis, by_node};

/// The word that is put in the place of the one under the cursor.
const MARK: &str = "__cursor__";

/// The word under the cursor.
pub(super) struct Word {
    pub start: u32,
    /// The end of the word, which may be behind the cursor.
    pub end: u32,
    /// What stands before the cursor.
    pub typed: String,
    /// Whether the word is a key already: a colon follows.
    pub is_key: bool,
}

/// The document with the mark in it.
pub(super) struct Marked {
    pub document: Document,
    pub by_node: HashMap<NodeId, ExprId>,
    /// The value under the marked key, or the marked value.
    pub node: NodeId,
}

impl Analysis {
    pub(super) fn complete_place(&self, offset: u32) -> Vec<Completion> {
        let Some(word) = self.word(offset) else { return Vec::new() };
        let mut completions = Vec::new();
        if word.is_key || self.may_be_key(&word) {
            let text = if word.is_key { MARK.to_owned() } else { format!("{MARK}: ~") };
            if let Some(marked) = self.marked(&word, &text, true) {
                completions.extend(self.complete_key(&word, &marked));
            }
        }
        if !word.is_key
            && let Some(marked) = self.marked(&word, MARK, false)
        {
            completions.extend(self.complete_scalar(&word, &marked));
        }
        completions
    }

    fn word(&self, offset: u32) -> Option<Word> {
        let before = self.line_before(offset)?;
        let starts = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '{' | '[' | ',');
        let typed = before.rsplit(starts).next().unwrap_or_default();
        // Behind `key:` there has to be a space before anything else.
        if typed.ends_with(':') && !typed.ends_with("::") {
            return None;
        }
        let rest = self.text.get(offset as usize..)?;
        let line = rest.split(['\n', '\r']).next().unwrap_or_default();
        let mut length = 0;
        let mut chars = line.chars().peekable();
        while let Some(c) = chars.next() {
            let ends = c == ':' && chars.peek().is_none_or(|next| next.is_whitespace());
            if ends || c.is_whitespace() || matches!(c, '"' | '\'' | '}' | ']' | ',') {
                break;
            }
            length += c.len_utf8();
        }
        let after = line.get(length..)?.trim_start_matches(['"', '\'']).trim_start();
        Some(Word {
            start: offset.checked_sub(u32::try_from(typed.len()).ok()?)?,
            end: offset.checked_add(u32::try_from(length).ok()?)?,
            typed: typed.to_owned(),
            is_key: after.starts_with(':'),
        })
    }

    /// Whether a key can begin where the word does.
    pub(super) fn may_be_key(&self, word: &Word) -> bool {
        let Some(before) = self.line_before(word.start) else { return false };
        let mut rest = before.trim();
        while let Some(inner) = rest.strip_prefix("- ").or_else(|| rest.strip_prefix('-')) {
            rest = inner.trim_start();
        }
        rest.is_empty() || rest.ends_with(['{', ','])
    }

    /// Parses the document with a text in place of the word.
    fn marked(&self, word: &Word, text: &str, as_key: bool) -> Option<Marked> {
        let before = self.text.get(..word.start as usize)?;
        let after = self.text.get(word.end as usize..)?;
        // What comes right behind must not stick to the mark.
        let space = if after.starts_with(|c: char| !c.is_whitespace()) && text.ends_with('~') {
            " "
        } else {
            ""
        };
        let source = format!("{before}{text}{space}{after}");
        let loaded = Document::load_tolerant(&self.document.name, source, &Limits::default());
        let document = loaded.document?;
        let node = find_mark(&document, as_key)?;
        Some(Marked { by_node: by_node(&document), document, node })
    }
}

fn find_mark(document: &Document, as_key: bool) -> Option<NodeId> {
    document.syntax.nodes().find_map(|(id, node)| match &node.kind {
        NodeKind::Mapping(entries) if as_key => {
            entries.iter().find(|entry| entry.key.text == MARK).map(|entry| entry.value)
        }
        NodeKind::String(text) if !as_key && text == MARK => Some(id),
        _ => None,
    })
}
