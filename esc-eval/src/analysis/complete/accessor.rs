//! How names are written in an access.

use esc_core::ast::AccessorKind;
use esc_core::position::Span;
use smol_str::SmolStr;

use super::completion::{Completion, CompletionKind, fits};
use crate::analysis::Edit;
use crate::analysis::references::is_bare;

/// A name to complete.
pub(super) struct Candidate {
    pub accessor: AccessorKind,
    pub kind: CompletionKind,
    pub detail: String,
    pub documentation: String,
}

impl Candidate {
    pub(super) fn new(name: impl Into<SmolStr>, kind: CompletionKind) -> Candidate {
        Candidate {
            accessor: AccessorKind::Name(name.into()),
            kind,
            detail: String::new(),
            documentation: String::new(),
        }
    }
}

/// Where the unfinished accessor stands and how it has to be written.
pub(super) struct Typed {
    pub start: u32,
    pub end: u32,
    pub text: String,
    pub first: bool,
    pub bracket: bool,
    pub quote: &'static str,
}

impl Typed {
    pub(super) fn completion(&self, candidate: Candidate) -> Option<Completion> {
        let (label, text) = match &candidate.accessor {
            AccessorKind::Index(index) => (index.to_string(), format!("[{index}]")),
            AccessorKind::Name(name) | AccessorKind::Subscript(name) => {
                (name.to_string(), self.name(name)?)
            }
        };
        fits(&label, &self.text).then_some(())?;
        let edit = Edit { span: Span { start: self.start, end: self.end }, text };
        Some(
            Completion::new(label, candidate.kind, edit)
                .with_detail(candidate.detail)
                .with_documentation(candidate.documentation),
        )
    }

    fn name(&self, name: &str) -> Option<String> {
        if is_bare(name) && !self.bracket {
            return Some(if self.first { name.to_owned() } else { format!(".{name}") });
        }
        // Such a name cannot be written without knowing how the scalar around it is.
        if name.is_empty() || name.contains(['\\', '"', '\'', '\n']) {
            return None;
        }
        Some(format!("[{q}{name}{q}]", q = self.quote))
    }
}

/// Whether the end of a line's start is within double quotes.
pub(super) fn in_double_quotes(text: &str) -> bool {
    let mut inside = false;
    let mut escaped = false;
    for c in text.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' if inside => escaped = true,
            '"' => inside = !inside,
            _ => {}
        }
    }
    inside
}
