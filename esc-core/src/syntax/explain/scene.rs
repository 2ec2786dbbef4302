//! The place where decoding stopped, and what is around it.

use std::ops::Range;

use crate::diagnostic::{Code, Diagnostic, Location};
use crate::position::{self, Span};
use crate::syntax::events::{Construct, ProblemKind, Within};
use crate::syntax::failure::Stop;
use crate::syntax::mark::Mark;
use crate::syntax::positions::{Positions, offset};

/// What is said about a failure. Places are byte ranges.
pub(super) struct Finding {
    pub(super) code: Code,
    pub(super) summary: String,
    pub(super) at: Range<usize>,
    pub(super) related: Vec<(Range<usize>, String)>,
    pub(super) help: Option<String>,
}

impl Finding {
    pub(super) fn new(code: Code, summary: impl Into<String>, at: Range<usize>) -> Finding {
        Finding { code, summary: summary.into(), at, related: Vec::new(), help: None }
    }

    pub(super) fn with_help(self, help: impl Into<String>) -> Finding {
        Finding { help: Some(help.into()), ..self }
    }

    pub(super) fn with_related(mut self, at: Range<usize>, message: impl Into<String>) -> Finding {
        self.related.push((at, message.into()));
        self
    }

    pub(super) fn into_diagnostic(self, name: &str, text: &str) -> Diagnostic {
        let mut positions = Positions::new(text);
        let mut location = |at: Range<usize>| {
            let start = text.floor_char_boundary(at.start);
            let end = text.ceil_char_boundary(at.end).max(start);
            let mut position = |byte| {
                let mark = Mark::of_byte(text, byte);
                positions.at(mark.line, mark.column)
            };
            let range = position::Range { begin: position(start), end: position(end) };
            let span = Some(Span { start: offset(start), end: offset(end) });
            Location { environment: name.into(), range, span }
        };
        let mut diagnostic = Diagnostic::error(self.code, self.summary).at(location(self.at), "");
        for (at, message) in self.related {
            diagnostic = diagnostic.with_related(location(at), message);
        }
        diagnostic.help = self.help;
        diagnostic
    }
}

/// Where decoding stopped.
pub(super) struct Scene<'a> {
    pub(super) text: &'a str,
    pub(super) stop: &'a Stop,
    pub(super) at: usize,
}

impl<'a> Scene<'a> {
    pub(super) fn new(text: &'a str, stop: &'a Stop) -> Scene<'a> {
        let at = text.floor_char_boundary(stop.problem.at.byte);
        Scene { text, stop, at }
    }

    pub(super) fn kind(&self) -> ProblemKind {
        self.stop.problem.kind
    }

    /// What the problem is within, of those kinds that the parser tells.
    pub(super) fn within(&self, construct: Construct) -> Option<Within> {
        self.stop.problem.within.filter(|within| within.construct == construct)
    }

    /// The innermost open collection.
    pub(super) fn open(&self) -> Option<Within> {
        self.stop.open.last().copied()
    }

    /// The innermost open collection, if it is in brackets.
    pub(super) fn open_flow(&self) -> Option<Within> {
        self.open().filter(|open| {
            matches!(open.construct, Construct::FlowSequence | Construct::FlowMapping)
        })
    }

    /// The character where decoding stopped; nothing at the end of a line.
    pub(super) fn here(&self) -> Range<usize> {
        self.character(self.at)
    }

    pub(super) fn character(&self, at: usize) -> Range<usize> {
        let c = self.rest(at).chars().next().filter(|c| !matches!(c, '\n' | '\r'));
        at..at + c.map_or(0, char::len_utf8)
    }

    pub(super) fn rest(&self, at: usize) -> &'a str {
        self.text.get(at..).unwrap_or_default()
    }

    pub(super) fn slice(&self, range: Range<usize>) -> &'a str {
        self.text.get(range).unwrap_or_default()
    }

    /// The line that holds an offset, without its line break.
    pub(super) fn line(&self, at: usize) -> Range<usize> {
        let before = self.text.get(..at).unwrap_or(self.text);
        let start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let end = self.rest(start).find('\n').map_or(self.text.len(), |length| start + length);
        let end = start + self.slice(start..end).trim_end_matches('\r').len();
        start..end
    }

    /// The last line before that is not blank and no comment.
    pub(super) fn line_above(&self, at: usize) -> Option<Range<usize>> {
        let mut line = self.line(at);
        loop {
            line = self.line(line.start.checked_sub(1)?);
            let text = self.slice(line.clone()).trim();
            if !text.is_empty() && !text.starts_with('#') {
                return Some(line);
            }
        }
    }

    /// A line without its indentation and what is blank at its end.
    pub(super) fn content(&self, line: Range<usize>) -> Range<usize> {
        let text = self.slice(line.clone());
        let start = line.start + (text.len() - text.trim_start().len());
        start..start + text.trim().len()
    }

    pub(super) fn indentation(&self, line: Range<usize>) -> usize {
        self.content(line.clone()).start - line.start
    }

    /// What stands before an offset on its line.
    pub(super) fn before(&self, at: usize) -> &'a str {
        self.slice(self.line(at).start..at)
    }

    /// Whether nothing stands before an offset on its line.
    pub(super) fn begins_line(&self, at: usize) -> bool {
        self.before(at).trim().is_empty()
    }

    /// The finding with what was being read, if that began on a line above.
    pub(super) fn with_construct(&self, finding: Finding) -> Finding {
        let known = |within: &Within| noun(within.construct).is_some();
        let within = self.stop.problem.within.filter(known).or(self.open());
        let Some((within, noun)) = within.and_then(|w| Some((w, noun(w.construct)?))) else {
            return finding;
        };
        let start = self.character(within.start.byte);
        match self.line(start.start).start < self.line(finding.at.start).start {
            true => {
                finding.with_related(start, format!("while reading the {noun} that starts here"))
            }
            false => finding,
        }
    }
}

fn noun(construct: Construct) -> Option<&'static str> {
    Some(match construct {
        Construct::Token | Construct::SimpleKey | Construct::Node => return None,
        Construct::Directive => "directive",
        Construct::Anchor => "anchor",
        Construct::Alias => "alias",
        Construct::Tag => "tag",
        Construct::PlainScalar => "text",
        Construct::QuotedScalar => "quoted text",
        Construct::BlockScalar => "block of text",
        Construct::BlockSequence | Construct::FlowSequence => "list",
        Construct::BlockMapping | Construct::FlowMapping => "mapping",
    })
}

/// Whether a line, without its indentation, starts like an entry of a mapping; and where its colon is.
pub(super) fn key_colon(content: &str) -> Option<usize> {
    let key_end = match content.chars().next()? {
        quote @ ('"' | '\'') => {
            let rest = content.get(1..)?;
            let close = rest.find(quote)? + 2;
            close + content.get(close..)?.len() - content.get(close..)?.trim_start().len()
        }
        '#' | '-' | '[' | ']' | '{' | '}' | ',' => return None,
        _ => content.match_indices(':').map(|(at, _)| at).find(|at| ends_key(content, *at))?,
    };
    ends_key(content, key_end).then_some(key_end)
}

fn ends_key(content: &str, at: usize) -> bool {
    let Some(rest) = content.get(at..).and_then(|rest| rest.strip_prefix(':')) else {
        return false;
    };
    rest.is_empty() || rest.starts_with([' ', '\t'])
}
