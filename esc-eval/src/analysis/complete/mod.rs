//! Completion.
//!
//! Inside `${…}` the text before the cursor says what is asked. Everywhere else the document is parsed once more with a
//! word put in place of the one under the cursor: where that word turns up in the tree is where the cursor stands, even
//! if the text as it is has not become YAML yet.

mod access;
mod accessor;
mod call;
mod key;
mod place;
mod scalar;

use esc_core::position::Span;

use super::{Analysis, Edit};

/// What a completion stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CompletionKind {
    /// A value or a property of one.
    Value,
    /// An element of a list.
    Element,
    /// A name with a meaning of its own: `imports`, `environments`, `context`.
    Reserved,
    /// An environment.
    Environment,
    /// A built-in function.
    Function,
    /// A provider or rotator.
    Provider,
    /// An input of a provider or another property of an argument.
    Input,
    /// A field of the document or an option.
    Field,
    /// A constant that the place allows.
    Constant,
}

/// Something that can be written at the cursor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// What is shown.
    pub label: String,
    /// What it stands for.
    pub kind: CompletionKind,
    /// Its type, in short.
    pub detail: Option<String>,
    /// What it is for, in Markdown.
    pub documentation: Option<String>,
    /// What to write, and what to replace by it.
    pub edit: Edit,
    /// The same text with numbered places to fill in, `${1:name}`, for editors that have that.
    pub snippet: Option<String>,
}

impl Completion {
    fn new(label: impl Into<String>, kind: CompletionKind, edit: Edit) -> Completion {
        let label = label.into();
        Completion { label, kind, detail: None, documentation: None, edit, snippet: None }
    }

    fn with_detail(mut self, detail: impl Into<String>) -> Completion {
        self.detail = Some(detail.into()).filter(|detail| !detail.is_empty());
        self
    }

    fn with_documentation(mut self, text: impl Into<String>) -> Completion {
        self.documentation = Some(text.into()).filter(|text| !text.is_empty());
        self
    }
}

impl Analysis {
    /// What can be written at an offset, the likeliest first. Only what starts with what is already there.
    pub fn complete(&self, offset: u32) -> Vec<Completion> {
        let Some(before) = self.line_before(offset) else { return Vec::new() };
        if before.trim_start().starts_with('#') || before.contains(" #") {
            return Vec::new();
        }
        match access::in_access(before) {
            Some(start) => self.complete_access(offset, start, before),
            None => self.complete_place(offset),
        }
    }

    /// The text of the line before an offset; none if the offset is beyond the text or within a character.
    fn line_before(&self, offset: u32) -> Option<&str> {
        self.text.get(self.lines.start_of(offset) as usize..offset as usize)
    }

    fn edit(&self, start: u32, end: u32, text: impl Into<String>) -> Edit {
        Edit { span: Span { start, end }, text: text.into() }
    }
}

/// Whether a candidate can still become of what is typed.
fn fits(candidate: &str, typed: &str) -> bool {
    let mut candidate = candidate.chars().flat_map(char::to_lowercase);
    typed.chars().flat_map(char::to_lowercase).all(|c| candidate.next() == Some(c))
}
