//! The ways into the syntax layer.

use std::sync::Arc;

use granit_parser::{Event, Options, Parser};
use smol_str::SmolStr;

use super::build::{Builder, Built};
use super::failure::Failure;
use super::mark::Mark;
use super::positions::Positions;
use super::{Limits, Node, NodeId, NodeKind, Style, SyntaxTree, fast, recover};
use crate::diagnostic::{Code, Diagnostic};
use crate::position::{Range, Span};

/// What decoding gives.
#[derive(Clone, Debug)]
pub struct Decoded {
    /// What could be read.
    pub tree: Option<SyntaxTree>,
    /// What is wrong. The reference does not go on with a document that has any of these.
    pub diagnostics: Vec<Diagnostic>,
}

impl SyntaxTree {
    /// Reads a document as the reference does: a syntax error leaves no tree and a diagnostic without a place.
    ///
    /// Beside aliases, keys that are no strings and tags that cannot be applied there is a tree, with a null or the
    /// plain text in their place. Only the first document of a stream is read. No text at all is an empty mapping;
    /// a text of nothing but comments has no root.
    ///
    /// ```
    /// use esc_core::syntax::{Limits, SyntaxTree};
    ///
    /// let decoded = SyntaxTree::decode("dev", "values:\n  answer: 0x2A\n", &Limits::default());
    /// let tree = decoded.tree.unwrap();
    /// let values = tree.entries(tree.root().unwrap())[0].value;
    /// let answer = tree.entries(values)[0].value;
    /// assert_eq!(tree.path(answer), "values.answer");
    /// assert_eq!(format!("{:?}", tree.node(answer).kind), "Number(42)");
    /// ```
    pub fn decode(name: &str, text: impl Into<Arc<str>>, limits: &Limits) -> Decoded {
        let text = text.into();
        if let Some(early) = too_long(&text, limits) {
            return early;
        }
        if text.is_empty() {
            return Decoded { tree: Some(empty_mapping(text)), diagnostics: Vec::new() };
        }
        if control_character(&text).is_some() {
            return failed(Diagnostic::error(Code::YamlSyntax, CONTROL_CHARACTER));
        }
        if let Some(built) = fast::build(&text, limits) {
            return Decoded { tree: Some(built.into_tree(text)), diagnostics: Vec::new() };
        }
        let (mut built, failure) = run(name, &text, Positions::new(&text), limits, false);
        match failure {
            Some(failure) => failed(failure.diagnostic()),
            None => {
                let diagnostics = std::mem::take(&mut built.diagnostics);
                Decoded { tree: Some(built.into_tree(text)), diagnostics }
            }
        }
    }

    /// Reads a document for an editor: after a syntax error whatever could be read is kept, and every diagnostic has a
    /// place.
    ///
    /// The lines that cannot be read are left out, a bounded number of times; if that does not help, the tree ends
    /// where the first error is.
    pub fn decode_tolerant(name: &str, text: impl Into<Arc<str>>, limits: &Limits) -> Decoded {
        let text = text.into();
        if let Some(early) = too_long(&text, limits) {
            return early;
        }
        if text.is_empty() {
            return Decoded { tree: Some(empty_mapping(text)), diagnostics: Vec::new() };
        }
        if control_character(&text).is_none()
            && let Some(built) = fast::build(&text, limits)
        {
            return Decoded { tree: Some(built.into_tree(text)), diagnostics: Vec::new() };
        }
        recover::decode(name, text, limits)
    }

    /// Reads a document whose encoding is not known to be right.
    pub fn decode_bytes(name: &str, bytes: &[u8], limits: &Limits) -> Decoded {
        match std::str::from_utf8(bytes) {
            Ok(text) => SyntaxTree::decode(name, text, limits),
            Err(error) => {
                let lead = bytes.get(error.valid_up_to()).copied().unwrap_or_default();
                let message = match (error.error_len(), lead) {
                    (None, _) => "yaml: incomplete UTF-8 octet sequence",
                    (_, 0x80..=0xBF | 0xF8..) => "yaml: invalid leading UTF-8 octet",
                    (_, 0xC0 | 0xC1 | 0xE0 | 0xF0) => "yaml: invalid length of a UTF-8 sequence",
                    _ => "yaml: invalid trailing UTF-8 octet",
                };
                failed(Diagnostic::error(Code::YamlSyntax, message))
            }
        }
    }
}

pub(super) const CONTROL_CHARACTER: &str = "yaml: control characters are not allowed";

/// Runs the parser over a text until the end of its first document, or until something is wrong.
///
/// `positions` must know a text with the same lines. If `tolerant`, unknown anchors do not stop it.
pub(super) fn run(
    name: &str,
    text: &str,
    positions: Positions<'_>,
    limits: &Limits,
    tolerant: bool,
) -> (Built, Option<Failure>) {
    let mut builder = Builder::new(SmolStr::new(name), text, positions, *limits);
    let failure = drive(&mut builder, text, limits, tolerant).err();
    (builder.finish(), failure)
}

fn drive(
    builder: &mut Builder<'_>,
    text: &str,
    limits: &Limits,
    tolerant: bool,
) -> Result<(), Failure> {
    let mut parser = Parser::new_from_str_with_options(text, options(limits));
    while let Some(next) = parser.next_event() {
        let (event, span) = match next {
            Ok(next) => next,
            Err(error) => {
                return Err(Failure::from_scan(&error, text, builder.open(), limits.max_depth));
            }
        };
        let anchored = match &event {
            Event::DocumentStart(explicit, version) => {
                if version.is_some_and(|version| (version.major, version.minor) != (1, 1)) {
                    return Err(incompatible_version(text));
                }
                builder.start_document(explicit.then(|| Mark::of(&span.end)));
                continue;
            }
            Event::DocumentEnd | Event::StreamEnd => return Ok(()),
            Event::UnresolvedAlias(alias) if !tolerant => {
                let message = format!("yaml: unknown anchor '{alias}' referenced");
                return Err(Failure::syntax(message, Mark::of(&span.start)));
            }
            event => event.anchor_id().is_some_and(|id| id != 0),
        };
        // The anchor is reported right after its node.
        let anchor = match anchored.then(|| parser.next_event()) {
            Some(Some(Ok((Event::Anchor(..), anchor)))) => Some(anchor),
            Some(Some(Err(error))) => {
                return Err(Failure::from_scan(&error, text, builder.open(), limits.max_depth));
            }
            _ => None,
        };
        builder.event(event, &span, anchor.as_ref())?;
    }
    Ok(())
}

fn options(limits: &Limits) -> Options {
    granit_parser::options! {
        emit_comments: false,
        emit_anchor_events: true,
        emit_unresolved_aliases: true,
        bom_inside_document_as_content: true,
        block_scalar_eof_without_line_feed: true,
        flow_nesting_limit: limits.max_depth,
        block_nesting_limit: limits.max_depth,
    }
}

/// How many bytes are looked at together.
const PIECE: usize = 64;

/// The first character that YAML does not allow anywhere.
pub(super) fn control_character(text: &str) -> Option<(usize, char)> {
    // The common case must be cheap: no byte that could begin such a character, in pieces that take a few instructions.
    let suspicious = |b: &u8| {
        (*b < b' ' && *b != b'\t' && *b != b'\n' && *b != b'\r')
            || *b == 127
            || *b == 0xC2
            || *b == 0xEF
    };
    let clean = |piece: &&[u8]| !piece.iter().fold(false, |found, b| found | suspicious(b));
    let before = text.as_bytes().chunks(PIECE).take_while(clean).count() * PIECE;
    let here = text.as_bytes().get(before..)?;
    let first = before + here.iter().position(suspicious)?;
    text.get(first..)?.char_indices().find(|(_, c)| is_forbidden(*c)).map(|(i, c)| (first + i, c))
}

pub(super) fn is_forbidden(c: char) -> bool {
    matches!(
        c,
        '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{7f}'..='\u{84}'
            | '\u{86}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}'
    )
}

fn incompatible_version(text: &str) -> Failure {
    let mut line = 1u32;
    let mut byte = 0;
    for content in text.split_inclusive('\n') {
        if content.trim_start_matches('\u{feff}').starts_with("%YAML") {
            break;
        }
        line = line.saturating_add(1);
        byte += content.len();
    }
    let message = "found incompatible YAML document";
    let summary = match line {
        1 => format!("yaml: {message}"),
        line => format!("yaml: line {}: {message}", line - 1),
    };
    Failure::syntax(summary, Mark { byte, line, column: 1 })
}

fn too_long(text: &str, limits: &Limits) -> Option<Decoded> {
    let most = limits.max_bytes.min(Limits::MOST_BYTES);
    (text.len() > most).then(|| {
        let summary = format!("the document is longer than {most} bytes");
        failed(Diagnostic::error(Code::LimitExceeded, summary))
    })
}

fn failed(diagnostic: Diagnostic) -> Decoded {
    Decoded { tree: None, diagnostics: vec![diagnostic] }
}

fn empty_mapping(source: Arc<str>) -> SyntaxTree {
    let node = Node {
        kind: NodeKind::Mapping(Box::default()),
        range: Range::NONE,
        span: Span::default(),
        style: Style::Plain,
        tagged: false,
        parent: None,
    };
    SyntaxTree { source, nodes: vec![node], root: Some(NodeId(0)), tags: Vec::new() }
}
