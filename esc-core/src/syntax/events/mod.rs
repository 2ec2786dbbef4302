//! YAML text to events, as the reference's parser makes them.
//!
//! Which documents are accepted, and what is said about those that are not, is part of the language: so the grammar is
//! this crate's own. It goes the way that parsers of the libyaml family go, in three steps: [`reader`] knows
//! characters, [`scanner`] makes tokens of them (with [`blank`], [`directive`], [`keys`] and [`scalar`]), and [`parser`]
//! makes events (with [`flow`]). Nothing here recurses, and the first [`Problem`] ends it.

mod blank;
mod directive;
mod flow;
mod keys;
mod parser;
mod problem;
mod reader;
mod scalar;
mod scanner;
mod token;

use super::Style;
use super::mark::Mark;

pub(super) use parser::Events;
pub(super) use problem::{Construct, Problem, ProblemKind, Reporter, Within};
pub(super) use reader::Trouble;

/// A part of a document.
#[derive(Debug)]
pub(super) struct Event {
    pub(super) kind: EventKind,
    /// Where it begins for the reference: at its anchor or tag, if it has one.
    pub(super) start: Mark,
    /// Where it begins without anchor and tag.
    pub(super) content: Mark,
    /// Where it ends; for the start of a collection where its first token does.
    pub(super) end: Mark,
    pub(super) anchor: Option<String>,
    /// The full tag.
    pub(super) tag: Option<String>,
}

#[derive(Debug)]
pub(super) enum EventKind {
    DocumentStart,
    /// The end of the first document, or of a text without any.
    End,
    Alias(String),
    /// A plain scalar without text that takes no space is one that is absent.
    Scalar {
        text: String,
        style: Style,
    },
    SequenceStart {
        flow: bool,
    },
    SequenceEnd,
    MappingStart {
        flow: bool,
    },
    MappingEnd,
}

impl Event {
    fn bare(kind: EventKind, start: Mark, end: Mark) -> Event {
        Event { kind, start, content: start, end, anchor: None, tag: None }
    }

    /// A key, value or item that is not there.
    fn nothing(at: Mark) -> Event {
        Event::bare(EventKind::Scalar { text: String::new(), style: Style::Plain }, at, at)
    }
}
