//! Interpolations: the text of a string as literal pieces and accesses.
//!
//! Scanning never fails. It recovers the way the reference does, because what a malformed interpolation is taken for
//! decides what evaluation says about it later. Offsets are byte offsets into the scanned text.

use smol_str::{SmolStr, SmolStrBuilder};

use super::AccessorKind;
use crate::diagnostic::{Code, Diagnostic};

/// What [`scan`] finds in a string.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scan {
    /// The pieces, in order; none for the empty string.
    pub parts: Vec<ScannedPart>,
    /// What is malformed, in the order it was found.
    pub problems: Vec<Problem>,
}

/// A piece of a string: text, then possibly an access.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScannedPart {
    /// The literal text before the access, unescaped.
    pub text: SmolStr,
    /// The accessors of the access, at least one.
    pub access: Option<Vec<ScannedAccessor>>,
}

/// An accessor and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScannedAccessor {
    /// What is accessed.
    pub kind: AccessorKind,
    /// Offset of its first byte: the dot or bracket, if it has one.
    pub start: usize,
    /// Offset after its last byte.
    pub end: usize,
}

/// Something malformed and where it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What is wrong.
    pub kind: ProblemKind,
    /// Offset of the first byte.
    pub start: usize,
    /// Offset after the last byte.
    pub end: usize,
}

impl Problem {
    /// The error to report, still without its place.
    pub fn diagnostic(&self) -> Diagnostic {
        Diagnostic::error(Code::Interpolation, self.kind.message()).with_help(self.kind.help())
    }
}

/// What can be wrong with an interpolation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProblemKind {
    /// The text or a space came before the `}`.
    Unclosed,
    /// Nothing follows a dot.
    EmptyName,
    /// No `]` follows a subscript.
    UnclosedSubscript,
    /// A quoted subscript has no closing quote.
    UnclosedQuote,
    /// A quoted subscript is empty.
    EmptyKey,
    /// A subscript is neither quoted nor an integer.
    NotAnIndex,
    /// The access starts with an integer.
    LeadingIndex,
}

impl ProblemKind {
    /// The message, in the reference's words.
    pub fn message(self) -> &'static str {
        match self {
            ProblemKind::Unclosed => "missing closing brace '}' in interpolation",
            ProblemKind::EmptyName => "property name must not be empty",
            ProblemKind::UnclosedSubscript => "subscript is missing closing bracket ']'",
            ProblemKind::UnclosedQuote => "key subscript is missing closing quote '\"'",
            ProblemKind::EmptyKey => "key subscript must not be empty",
            ProblemKind::NotAnIndex => "numeric subscript must be a positive base-10 integer",
            ProblemKind::LeadingIndex => {
                "the first accessor must be a property name or key subscript, not a numeric subscript"
            }
        }
    }

    /// What to do about it.
    pub fn help(self) -> &'static str {
        match self {
            ProblemKind::Unclosed => {
                "end the reference with '}' and leave no spaces inside, as in ${a.b}; \
                 to get a literal '${', write $${"
            }
            ProblemKind::EmptyName => "write a name after the dot, as in ${a.b}, or remove the dot",
            ProblemKind::UnclosedSubscript => "close the subscript, as in ${a[0]} or ${a[\"key\"]}",
            ProblemKind::UnclosedQuote => "close the quote, as in ${a[\"key\"]}",
            ProblemKind::EmptyKey => "write a key between the quotes, as in ${a[\"key\"]}",
            ProblemKind::NotAnIndex => {
                "write an index, as in ${a[0]}, or quote the key, as in ${a[\"key\"]}"
            }
            ProblemKind::LeadingIndex => {
                "start with the name of a value, as in ${list[0]}; \
                 for a value whose name is a number, quote it, as in ${[\"0\"]}"
            }
        }
    }
}

/// Splits a string into its pieces.
pub fn scan(text: &str) -> Scan {
    let mut scanner = Scanner { text, pos: 0, problems: Vec::new() };
    let parts = scanner.parts();
    Scan { parts, problems: scanner.problems }
}

struct Scanner<'t> {
    text: &'t str,
    pos: usize,
    problems: Vec<Problem>,
}

impl<'t> Scanner<'t> {
    fn parts(&mut self) -> Vec<ScannedPart> {
        let mut parts = Vec::new();
        let mut literal = SmolStrBuilder::new();
        loop {
            // A `$` is the only byte that can mean something: take everything before it at once.
            let rest = self.rest();
            let plain = rest.find('$').unwrap_or(rest.len());
            literal.push_str(rest.get(..plain).unwrap_or_default());
            self.pos += plain;
            if self.peek().is_none() {
                break;
            }
            self.pos += 1;
            match self.peek() {
                Some(b'$') => {
                    self.pos += 1;
                    literal.push('$');
                }
                Some(b'{') => {
                    self.pos += 1;
                    let access = self.access();
                    let text = std::mem::take(&mut literal).finish();
                    parts.push(ScannedPart { text, access: Some(access) });
                }
                _ => literal.push('$'),
            }
        }
        let text = literal.finish();
        if !text.is_empty() {
            parts.push(ScannedPart { text, access: None });
        }
        parts
    }

    fn access(&mut self) -> Vec<ScannedAccessor> {
        // Most references have one accessor.
        let mut accessors = Vec::with_capacity(1);
        let finish = loop {
            let start = self.pos;
            let kind = match self.peek() {
                Some(b'}') => {
                    self.pos += 1;
                    break start;
                }
                Some(b'.') => {
                    self.pos += 1;
                    let name = self.take_word(ends_name);
                    if name.is_empty() {
                        self.problem(ProblemKind::EmptyName, start);
                    }
                    AccessorKind::Name(name.into())
                }
                Some(b'[') => {
                    self.pos += 1;
                    self.subscript(start, accessors.is_empty())
                }
                Some(byte) if !is_space(byte) => {
                    AccessorKind::Name(self.take_word(ends_name).into())
                }
                // The space and what follows it is literal text again.
                _ => {
                    self.problem(ProblemKind::Unclosed, start);
                    break start;
                }
            };
            accessors.push(ScannedAccessor { kind, start, end: self.pos });
        };
        if accessors.is_empty() {
            let kind = AccessorKind::Name(SmolStr::default());
            accessors.push(ScannedAccessor { kind, start: finish, end: self.pos });
        }
        accessors
    }

    /// What follows a `[`, which stands at `bracket`.
    fn subscript(&mut self, bracket: usize, first: bool) -> AccessorKind {
        let kind = match self.peek() {
            None => {
                self.problem(ProblemKind::UnclosedSubscript, bracket);
                return AccessorKind::Subscript(SmolStr::default());
            }
            Some(b'"') => {
                self.pos += 1;
                AccessorKind::Subscript(self.quoted(bracket + 1))
            }
            Some(_) => self.index(bracket, first),
        };
        if self.peek() == Some(b']') {
            self.pos += 1;
        } else {
            self.problem(ProblemKind::UnclosedSubscript, bracket);
        }
        kind
    }

    /// A key up to its closing quote; the opening quote stands at `start`.
    fn quoted(&mut self, start: usize) -> SmolStr {
        let mut key = String::new();
        loop {
            let piece = self.take_word(|byte| byte == b'"');
            let closed = self.peek().is_some();
            self.pos += usize::from(closed);
            match piece.strip_suffix('\\') {
                Some(head) if closed => {
                    key.push_str(head);
                    key.push('"');
                }
                _ => {
                    key.push_str(piece);
                    if !closed {
                        self.problem(ProblemKind::UnclosedQuote, start);
                    }
                    break;
                }
            }
        }
        if key.is_empty() {
            self.problem(ProblemKind::EmptyKey, start);
        }
        key.into()
    }

    fn index(&mut self, bracket: usize, first: bool) -> AccessorKind {
        let text = self.take_word(|byte| byte == b']' || ends_name(byte));
        let Ok(index) = text.parse() else {
            self.problem(ProblemKind::NotAnIndex, bracket + 1);
            return AccessorKind::Subscript(text.into());
        };
        if first {
            self.problem(ProblemKind::LeadingIndex, bracket);
        }
        AccessorKind::Index(index)
    }

    /// Takes the bytes before the next one that `ends`. Only ASCII bytes may end a word: that keeps `pos` on a
    /// character boundary.
    fn take_word(&mut self, ends: impl Fn(u8) -> bool) -> &'t str {
        let rest = self.rest();
        let length =
            rest.bytes().position(|byte| byte.is_ascii() && ends(byte)).unwrap_or(rest.len());
        self.pos += length;
        rest.get(..length).unwrap_or_default()
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.pos..).unwrap_or_default()
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.pos).copied()
    }

    /// Notes a problem that reaches from `start` to the current position.
    fn problem(&mut self, kind: ProblemKind, start: usize) {
        self.problems.push(Problem { kind, start, end: self.pos });
    }
}

/// Whether a byte ends a name. A closing bracket does not.
pub(super) fn ends_name(byte: u8) -> bool {
    matches!(byte, b'.' | b'[' | b'}') || is_space(byte)
}

/// The reference also takes the bytes 0x85 and 0xA0 for spaces and so breaks names such as `à` apart; a document that
/// depends on that has no use, so only ASCII counts here.
fn is_space(byte: u8) -> bool {
    matches!(byte, b'\t'..=b'\r' | b' ')
}
