//! What is wrong with a text that cannot be read, in the terms of the reference's parser.

use crate::syntax::mark::Mark;

/// Why reading stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::syntax) struct Problem {
    pub(in crate::syntax) kind: ProblemKind,
    /// Which part of the reference's parser notices.
    pub(in crate::syntax) reporter: Reporter,
    /// Where.
    pub(in crate::syntax) at: Mark,
    /// What was being read, if the reference has an idea of it.
    pub(in crate::syntax) within: Option<Within>,
}

/// What was being read, and where it starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::syntax) struct Within {
    pub(in crate::syntax) construct: Construct,
    pub(in crate::syntax) start: Mark,
}

/// The parts of the reference's parser. They count lines differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::syntax) enum Reporter {
    /// Bytes to characters: knows no lines.
    Reader,
    /// Characters to tokens: counts lines from 1.
    Scanner,
    /// Tokens to events: counts lines from 0.
    Parser,
}

/// A thing that a document is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::syntax) enum Construct {
    /// Nothing in particular: the start of a token.
    Token,
    SimpleKey,
    Directive,
    Anchor,
    Alias,
    Tag,
    PlainScalar,
    QuotedScalar,
    BlockScalar,
    Node,
    BlockSequence,
    BlockMapping,
    FlowSequence,
    FlowMapping,
}

macro_rules! problems {
    ($($(#[doc = $doc:literal])* $name:ident = $words:literal,)*) => {
        /// The kinds of problems.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(in crate::syntax) enum ProblemKind {
            $($(#[doc = $doc])* $name,)*
        }

        impl ProblemKind {
            /// The reference's words.
            pub(in crate::syntax) fn words(self) -> &'static str {
                match self {
                    $(ProblemKind::$name => $words,)*
                }
            }
        }
    };
}

problems! {
    ControlCharacter = "control characters are not allowed",
    InvalidLeadingOctet = "invalid leading UTF-8 octet",
    IncompleteOctets = "incomplete UTF-8 octet sequence",
    InvalidTrailingOctet = "invalid trailing UTF-8 octet",
    InvalidLength = "invalid length of a UTF-8 sequence",
    InvalidCharacter = "invalid Unicode character",

    NoToken = "found character that cannot start any token",
    ExpectedColon = "could not find expected ':'",
    EntryNotAllowed = "block sequence entries are not allowed in this context",
    KeyNotAllowed = "mapping keys are not allowed in this context",
    ValueNotAllowed = "mapping values are not allowed in this context",
    TooDeep = "exceeded max depth of 10000",

    UnknownDirective = "found unknown directive name",
    ExpectedDirectiveName = "could not find expected directive name",
    NonAlphabetical = "found unexpected non-alphabetical character",
    ExpectedVersion = "did not find expected version number",
    VersionTooLong = "found extremely long version number",
    ExpectedDot = "did not find expected digit or '.' character",
    ExpectedCommentOrBreak = "did not find expected comment or line break",
    ExpectedWhitespace = "did not find expected whitespace",

    ExpectedName = "did not find expected alphabetic or numeric character",
    ExpectedBang = "did not find expected '!'",
    ExpectedTagUri = "did not find expected tag URI",
    ExpectedAngle = "did not find the expected '>'",
    ExpectedWhitespaceOrBreak = "did not find expected whitespace or line break",
    ExpectedEscapedOctet = "did not find URI escaped octet",
    WrongLeadingOctet = "found an incorrect leading UTF-8 octet",
    WrongTrailingOctet = "found an incorrect trailing UTF-8 octet",

    ZeroIndentation = "found an indentation indicator equal to 0",
    TabForIndentation = "found a tab character where an indentation space is expected",
    TabInPlain = "found a tab character that violates indentation",
    DocumentIndicator = "found unexpected document indicator",
    EndOfStream = "found unexpected end of stream",
    UnknownEscape = "found unknown escape character",
    ExpectedHex = "did not find expected hexdecimal number",
    InvalidEscape = "found invalid Unicode character escape code",

    ExpectedDocumentStart = "did not find expected <document start>",
    DuplicateVersion = "found duplicate %YAML directive",
    IncompatibleVersion = "found incompatible YAML document",
    DuplicateTagDirective = "found duplicate %TAG directive",
    UndefinedHandle = "found undefined tag handle",
    ExpectedContent = "did not find expected node content",
    ExpectedEntry = "did not find expected '-' indicator",
    ExpectedKey = "did not find expected key",
    ExpectedSequenceEnd = "did not find expected ',' or ']'",
    ExpectedMappingEnd = "did not find expected ',' or '}'",
}

impl Problem {
    /// The reference's message: the line of what was being read, else that of the problem; none on the first line.
    pub(in crate::syntax) fn reference_words(&self) -> String {
        let words = self.kind.words();
        if self.reporter == Reporter::Reader {
            return format!("yaml: {words}");
        }
        let lines = [self.within.map_or(1, |within| within.start.line), self.at.line];
        match lines.into_iter().map(|line| line.saturating_sub(1)).find(|line| *line != 0) {
            Some(line) => {
                let line = line.saturating_add(u32::from(self.reporter == Reporter::Scanner));
                format!("yaml: line {line}: {words}")
            }
            None => format!("yaml: {words}"),
        }
    }
}
