//! What completion returns.

use crate::analysis::Edit;

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
    pub(super) fn new(label: impl Into<String>, kind: CompletionKind, edit: Edit) -> Completion {
        let label = label.into();
        Completion { label, kind, detail: None, documentation: None, edit, snippet: None }
    }

    pub(super) fn with_detail(mut self, detail: impl Into<String>) -> Completion {
        self.detail = Some(detail.into()).filter(|detail| !detail.is_empty());
        self
    }

    pub(super) fn with_documentation(mut self, text: impl Into<String>) -> Completion {
        self.documentation = Some(text.into()).filter(|text| !text.is_empty());
        self
    }
}

/// Whether a candidate can still become of what is typed.
pub(super) fn fits(candidate: &str, typed: &str) -> bool {
    let mut candidate = candidate.chars().flat_map(char::to_lowercase);
    typed.chars().flat_map(char::to_lowercase).all(|c| candidate.next() == Some(c))
}
