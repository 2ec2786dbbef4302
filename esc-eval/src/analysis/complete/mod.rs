//! Completion.
//!
//! Inside `${…}` the text before the cursor says what is asked. Everywhere else the document is parsed once more with a
//! word put in place of the one under the cursor: where that word turns up in the tree is where the cursor stands, even
//! if the text as it is has not become YAML yet.

mod access;
mod accessor;
mod call;
mod completion;
mod key;
mod place;
mod scalar;

use esc_core::position::Span;

use super::{Analysis, Edit};

pub use completion::{Completion, CompletionKind};

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
