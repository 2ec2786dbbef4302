//! What stops the decoding of a document, in the words of the reference's parser.

use granit_parser::{ErrorKind, ScanError};

use super::mark::Mark;
use crate::diagnostic::{Code, Diagnostic};

/// Why the parser stopped.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) code: Code,
    pub(super) summary: String,
    /// Where.
    pub(super) at: Option<Mark>,
    /// Where on its line the text is wrong that led to it, if that is known: the flow collection or quoted scalar that
    /// is not closed, the tab that breaks a scalar.
    pub(super) blame: Option<usize>,
}

/// A collection that was open when the parser stopped.
#[derive(Clone, Copy)]
pub(super) struct Open {
    pub(super) mark: Mark,
    pub(super) flow: bool,
    pub(super) sequence: bool,
}

impl Failure {
    pub(super) fn limit(summary: String, at: Option<Mark>) -> Failure {
        Failure { code: Code::LimitExceeded, summary, at, blame: None }
    }

    pub(super) fn syntax(summary: impl Into<String>, at: Mark) -> Failure {
        Failure { code: Code::YamlSyntax, summary: summary.into(), at: Some(at), blame: None }
    }

    /// The diagnostic without a place: the reference gives none.
    pub(super) fn diagnostic(&self) -> Diagnostic {
        Diagnostic::error(self.code, self.summary.clone())
    }

    /// Words an error of the parser. `open` is the innermost open collection.
    pub(super) fn from_scan(
        error: &ScanError,
        text: &str,
        open: Option<Open>,
        max_depth: usize,
    ) -> Failure {
        let at = Mark::of(error.marker());
        let kind = error.kind();
        if matches!(kind, ErrorKind::RecursionLimitExceeded) {
            return Failure::limit(too_deep(max_depth), Some(at));
        }
        let (reporter, context, message) = match kind {
            // The reference takes further exclamation marks as part of the tag, and misses its end.
            ErrorKind::MissingTagUri if has_marks_in_suffix(text, at) => {
                wording(&ErrorKind::InvalidTagTerminator, at, open)
            }
            kind => wording(kind, at, open),
        };
        let summary = match message {
            Some(message) => with_line(reporter, context, at, message),
            None => with_line(reporter, context, at, &kind.to_string()),
        };
        let blame = match kind {
            ErrorKind::UnclosedQuotedScalar
            | ErrorKind::UnclosedFlowCollection { .. }
            | ErrorKind::MismatchedFlowCollectionEnd { .. } => Some(at.byte),
            ErrorKind::TabInPlainScalar => tab_after_break(text, at.byte),
            _ => open.filter(|open| open.flow).map(|open| open.mark.byte),
        };
        Failure { code: Code::YamlSyntax, summary, at: Some(at), blame }
    }
}

/// The first line after an offset that is indented with a tab.
fn tab_after_break(text: &str, at: usize) -> Option<usize> {
    let mut line = at;
    loop {
        line += text.get(line..)?.find('\n')? + 1;
        if text.get(line..)?.trim_start_matches(' ').starts_with('\t') {
            return Some(line);
        }
    }
}

fn has_marks_in_suffix(text: &str, at: Mark) -> bool {
    let tag = text.get(at.byte..).unwrap_or_default();
    tag.strip_prefix("!!").unwrap_or(tag).starts_with('!')
}

pub(super) fn too_deep(max_depth: usize) -> String {
    format!("the document is nested more than {max_depth} levels deep")
}

/// Which half of the reference's parser notices; they count lines differently.
#[derive(Clone, Copy, PartialEq)]
enum Reporter {
    Scanner,
    Parser,
}

/// The message with its line: the line of the context, else that of the problem, counted from 0 by the one half and
/// from 1 by the other; none on the first line.
fn with_line(reporter: Reporter, context: Mark, problem: Mark, message: &str) -> String {
    let lines = [context.line, problem.line];
    match lines.into_iter().map(|line| line.saturating_sub(1)).find(|line| *line != 0) {
        Some(line) => {
            let line = if reporter == Reporter::Scanner { line.saturating_add(1) } else { line };
            format!("yaml: line {line}: {message}")
        }
        None => format!("yaml: {message}"),
    }
}

/// The reporter, the mark of the context and the message; no message where the reference has no such error.
fn wording(
    kind: &ErrorKind,
    at: Mark,
    open: Option<Open>,
) -> (Reporter, Mark, Option<&'static str>) {
    use ErrorKind as K;
    const KEY: &str = "did not find expected key";
    const ENTRY: &str = "did not find expected '-' indicator";
    const IN_SEQUENCE: &str = "did not find expected ',' or ']'";
    const IN_MAPPING: &str = "did not find expected ',' or '}'";
    const NO_TOKEN: &str = "found character that cannot start any token";

    let context = open.map_or(at, |open| open.mark);
    let within = match open {
        Some(Open { flow: true, sequence: true, .. }) => IN_SEQUENCE,
        Some(Open { flow: true, sequence: false, .. }) => IN_MAPPING,
        Some(Open { sequence: true, .. }) => ENTRY,
        Some(_) => KEY,
        None => "did not find expected <document start>",
    };
    let scanner = |message| (Reporter::Scanner, at, Some(message));
    let parser = |message| (Reporter::Parser, context, Some(message));
    match kind {
        K::UnclosedFlowCollection { open } | K::MismatchedFlowCollectionEnd { open, .. } => {
            let message = if *open == '[' { IN_SEQUENCE } else { IN_MAPPING };
            (Reporter::Parser, at, Some(message))
        }
        K::ExpectedFlowSequenceSeparator | K::UnexpectedEofFlowSequence => parser(IN_SEQUENCE),
        K::ExpectedFlowMappingSeparator
        | K::UnexpectedEofFlowMapping
        | K::UnexpectedEofImplicitFlowMapping => parser(IN_MAPPING),
        K::ExpectedBlockMappingKey | K::UnexpectedEofBlockMapping => parser(KEY),
        K::ExpectedBlockSequenceEntry | K::UnexpectedEofBlockSequence => parser(ENTRY),
        K::InvalidColonPlacement
        | K::MisplacedFlowCollectionEnd
        | K::InvalidIndentation
        | K::InvalidFlowScalarIndent
        | K::InvalidTrailingSingleQuotedScalar
        | K::InvalidTrailingDoubleQuotedScalar => parser(within),
        K::ExpectedNodeContent | K::BlockEntryInFlowCollection => {
            (Reporter::Parser, at, Some("did not find expected node content"))
        }
        K::UndeclaredTagHandle => (Reporter::Parser, at, Some("found undefined tag handle")),
        K::ExpectedDocumentStart | K::MissingDocumentEndBeforeDirective | K::InvalidDocumentEnd => {
            (Reporter::Parser, at, Some("did not find expected <document start>"))
        }
        K::DuplicateVersionDirective => {
            (Reporter::Parser, at, Some("found duplicate %YAML directive"))
        }
        K::DuplicateTagDirective => (Reporter::Parser, at, Some("found duplicate %TAG directive")),
        K::UnsupportedYamlMajorVersion => {
            (Reporter::Parser, at, Some("found incompatible YAML document"))
        }
        K::SimpleKeyExpected | K::InvalidSimpleKey => scanner("could not find expected ':'"),
        K::MappingValueNotAllowed => scanner("mapping values are not allowed in this context"),
        K::MappingKeyNotAllowed => scanner("mapping keys are not allowed in this context"),
        K::BlockSequenceEntryNotAllowed => {
            scanner("block sequence entries are not allowed in this context")
        }
        K::UnexpectedCharacter { .. }
        | K::TabNotAllowed
        | K::TabInBlockIndentation
        | K::TabInIndentation => scanner(NO_TOKEN),
        K::TabInPlainScalar => scanner("found a tab character that violates indentation"),
        K::UnclosedQuotedScalar => scanner("found unexpected end of stream"),
        K::DocumentIndicatorInQuotedScalar => scanner("found unexpected document indicator"),
        K::UnknownQuotedScalarEscape => scanner("found unknown escape character"),
        K::InvalidQuotedScalarHexEscape | K::InvalidLowSurrogateHexEscape => {
            scanner("did not find expected hexdecimal number")
        }
        K::InvalidLowSurrogate
        | K::MissingLowSurrogate
        | K::UnpairedLowSurrogate
        | K::InvalidUnicodeEscape => scanner("found invalid Unicode character escape code"),
        K::InvalidTagTerminator | K::InvalidTagDirectiveTerminator => {
            scanner("did not find expected whitespace or line break")
        }
        K::MissingTagUri | K::InvalidGlobalTagCharacter => scanner("did not find expected tag URI"),
        K::UnclosedVerbatimTag => scanner("did not find the expected '>'"),
        K::ExpectedTagBang | K::ExpectedTagDirectiveBang => scanner("did not find expected '!'"),
        K::InvalidTagEscape => scanner("did not find URI escaped octet"),
        K::InvalidTagUtf8LeadingByte => scanner("found an incorrect leading UTF-8 octet"),
        K::InvalidTagUtf8TrailingByte | K::InvalidTagUtf8 => {
            scanner("found an incorrect trailing UTF-8 octet")
        }
        K::MissingAnchorOrAliasName => {
            scanner("did not find expected alphabetic or numeric character")
        }
        K::InvalidDirectiveTerminator | K::InvalidBlockScalarHeader => {
            scanner("did not find expected comment or line break")
        }
        K::MissingDirectiveName => scanner("could not find expected directive name"),
        K::InvalidDirectiveName => scanner("found unexpected non-alphabetical character"),
        K::MissingYamlVersionSeparator => scanner("did not find expected digit or '.' character"),
        K::MissingYamlVersion => scanner("did not find expected version number"),
        K::YamlVersionTooLong => scanner("found extremely long version number"),
        K::ZeroBlockScalarIndent => scanner("found an indentation indicator equal to 0"),
        K::TabAtBlockScalarStart => {
            scanner("found a tab character where an indentation space is expected")
        }
        _ => (Reporter::Scanner, at, None),
    }
}
