//! Tokens.

use crate::syntax::Style;
use crate::syntax::mark::Mark;

/// A piece of a text with a meaning of its own, or a change of indentation.
#[derive(Debug)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) start: Mark,
    pub(super) end: Mark,
}

#[derive(Debug, PartialEq)]
pub(super) enum TokenKind {
    StreamStart,
    StreamEnd,
    Version(u8, u8),
    TagDirective {
        handle: String,
        prefix: String,
    },
    DocumentStart,
    DocumentEnd,
    /// Deeper indentation with a `-`.
    BlockSequenceStart,
    /// Deeper indentation with a key.
    BlockMappingStart,
    /// Indentation as it was before.
    BlockEnd,
    FlowSequenceStart,
    FlowSequenceEnd,
    FlowMappingStart,
    FlowMappingEnd,
    BlockEntry,
    FlowEntry,
    /// `?`, or nothing before a key that needs none.
    Key,
    Value,
    Alias(String),
    Anchor(String),
    Tag {
        handle: String,
        suffix: String,
    },
    Scalar {
        text: String,
        style: Style,
    },
}

/// What may turn out to be a key.
#[derive(Clone, Copy)]
pub(super) struct PossibleKey {
    pub(super) possible: bool,
    /// Nothing else may stand here.
    pub(super) required: bool,
    pub(super) token: usize,
    pub(super) mark: Mark,
    pub(super) index: usize,
}
