//! What can be wrong with a JSON text.

use std::fmt;

use crate::text::push_quoted;

/// Why a text is not JSON.
///
/// `Display` is worded like Go's decoder and may quote one character of the text; [`safe`](JsonError::safe) quotes
/// nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonError {
    pub(super) kind: Kind,
    pub(super) offset: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A streaming decoder found no value at all.
    Eof,
    /// A streaming decoder found the beginning of a value.
    UnexpectedEof,
    /// The whole text was to be a value and ended too early.
    UnexpectedEnd,
    /// A byte that does not fit.
    Unexpected { byte: u8, context: Context },
}

/// Where an unfit character was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Context {
    Value,
    Key,
    AfterKey,
    AfterMember,
    AfterElement,
    AfterTopLevel,
    String,
    Escape,
    UnicodeEscape,
    Numeric,
    Fraction,
    Exponent,
    Literal(&'static str, char),
    Depth,
}

impl JsonError {
    /// The byte offset at which decoding failed.
    pub fn offset(&self) -> usize {
        self.offset
    }

    /// A message that quotes nothing of the text, for texts that are secret.
    pub fn safe(&self) -> String {
        match &self.kind {
            Kind::Unexpected { context, .. } => format!("invalid character {context}"),
            _ => self.to_string(),
        }
    }
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::Eof => f.write_str("EOF"),
            Kind::UnexpectedEof => f.write_str("unexpected EOF"),
            Kind::UnexpectedEnd => f.write_str("unexpected end of JSON input"),
            Kind::Unexpected { byte, context } => {
                // Go looks at bytes, and shows one that begins a longer character as if it were Latin-1.
                let mut quoted = String::new();
                push_quoted(&mut quoted, char::from(*byte), '\'');
                write!(f, "invalid character '{quoted}' {context}")
            }
        }
    }
}

impl std::error::Error for JsonError {}

impl fmt::Display for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Context::Value => "looking for beginning of value",
            Context::Key => "looking for beginning of object key string",
            Context::AfterKey => "after object key",
            Context::AfterMember => "after object key:value pair",
            Context::AfterElement => "after array element",
            Context::AfterTopLevel => "after top-level value",
            Context::String => "in string literal",
            Context::Escape => "in string escape code",
            Context::UnicodeEscape => "in \\u hexadecimal character escape",
            Context::Numeric => "in numeric literal",
            Context::Fraction => "after decimal point in numeric literal",
            Context::Exponent => "in exponent of numeric literal",
            Context::Literal(word, expected) => {
                return write!(f, "in literal {word} (expecting '{expected}')");
            }
            Context::Depth => "exceeded max depth",
        })
    }
}
