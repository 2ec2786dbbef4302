//! Tokens to events.

use super::problem::{Construct, Problem, ProblemKind, Reporter, Within};
use super::reader::Trouble;
use super::scanner::Scanner;
use super::token::{Token, TokenKind};
use super::{Event, EventKind};
use crate::syntax::Style;
use crate::syntax::mark::Mark;

/// The prefix of the tags that YAML itself defines.
const CORE: &str = "tag:yaml.org,2002:";

/// What comes next.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum State {
    DocumentStart,
    DocumentContent,
    DocumentEnd,
    BlockNode,
    BlockSequence,
    /// A sequence that is not indented below its key.
    IndentlessSequence,
    BlockMappingKey,
    BlockMappingValue,
    FlowSequence {
        first: bool,
    },
    /// A pair without braces in a sequence.
    PairKey,
    PairValue,
    PairEnd,
    FlowMappingKey {
        first: bool,
    },
    FlowMappingValue,
    /// A key without `:` in a flow mapping.
    FlowMappingNoValue,
    End,
}

/// Makes events, up to the end of the first document.
pub(in crate::syntax) struct Events<'t> {
    scanner: Scanner<'t>,
    pub(super) state: State,
    /// What comes after what is read now.
    pub(super) states: Vec<State>,
    /// The collections that are open.
    pub(super) open: Vec<Within>,
    /// The tag handles that are defined, with their prefixes.
    handles: Vec<(String, String)>,
}

/// Anchor and tag.
#[derive(Default)]
struct Properties {
    start: Option<Mark>,
    end: Option<Mark>,
    anchor: Option<String>,
    tag: Option<String>,
}

pub(super) type Next = Result<Event, Problem>;

impl<'t> Events<'t> {
    /// Reads a text; `trouble` is the first thing in it, or right after it, that is no character.
    pub(in crate::syntax) fn new(text: &'t str, trouble: Option<Trouble>) -> Events<'t> {
        Events {
            scanner: Scanner::new(text, trouble),
            state: State::DocumentStart,
            states: Vec::new(),
            open: Vec::new(),
            handles: Vec::new(),
        }
    }

    /// The collections that are open, innermost last.
    pub(in crate::syntax) fn open(&self) -> &[Within] {
        &self.open
    }

    /// The last quoted scalar of several lines.
    pub(in crate::syntax) fn last_quoted(&self) -> Option<(Mark, Mark)> {
        self.scanner.last_quoted
    }

    /// The next event. After the end of the document there is nothing but ends.
    pub(in crate::syntax) fn next_event(&mut self) -> Next {
        match self.state {
            State::DocumentStart => self.document_start(),
            State::DocumentContent => self.document_content(),
            State::DocumentEnd => self.document_end(),
            State::BlockNode => self.node(true, false),
            State::BlockSequence => self.block_sequence(),
            State::IndentlessSequence => self.indentless_sequence(),
            State::BlockMappingKey => self.block_mapping_key(),
            State::BlockMappingValue => self.block_mapping_value(),
            State::FlowSequence { first } => self.flow_sequence(first),
            State::PairKey => self.pair_key(),
            State::PairValue => self.pair_value(),
            State::PairEnd => {
                let at = self.here()?;
                self.state = State::FlowSequence { first: false };
                Ok(Event::bare(EventKind::MappingEnd, at, at))
            }
            State::FlowMappingKey { first } => self.flow_mapping_key(first),
            State::FlowMappingValue => self.flow_mapping_value(),
            State::FlowMappingNoValue => {
                let at = self.here()?;
                self.state = State::FlowMappingKey { first: false };
                Ok(Event::nothing(at))
            }
            State::End => Ok(Event::bare(EventKind::End, Mark::START, Mark::START)),
        }
    }

    pub(super) fn here(&mut self) -> Result<Mark, Problem> {
        Ok(self.scanner.peek()?.start)
    }

    pub(super) fn kind(&mut self) -> Result<&TokenKind, Problem> {
        Ok(&self.scanner.peek()?.kind)
    }

    pub(super) fn take(&mut self) -> Result<Token, Problem> {
        self.scanner.peek()?;
        self.scanner.take().ok_or(Problem {
            kind: ProblemKind::EndOfStream,
            reporter: Reporter::Scanner,
            at: Mark::START,
            within: None,
        })
    }

    /// Goes on after what is read now.
    fn pop(&mut self) {
        self.state = self.states.pop().unwrap_or(State::End);
    }

    /// An error of the parser at the next token.
    pub(super) fn error(
        &mut self,
        kind: ProblemKind,
        within: Option<Within>,
    ) -> Result<Problem, Problem> {
        let at = self.here()?;
        Ok(Problem { kind, reporter: Reporter::Parser, at, within })
    }

    fn document_start(&mut self) -> Next {
        if self.kind()? == &TokenKind::StreamStart {
            self.take()?;
        }
        let start = self.here()?;
        let explicit = match self.kind()? {
            TokenKind::StreamEnd => {
                self.state = State::End;
                return Ok(Event::bare(EventKind::End, start, start));
            }
            kind => matches!(
                kind,
                TokenKind::Version(..) | TokenKind::TagDirective { .. } | TokenKind::DocumentStart
            ),
        };
        self.directives()?;
        self.states.push(State::DocumentEnd);
        if !explicit {
            self.state = State::BlockNode;
            return Ok(Event::bare(EventKind::DocumentStart, start, start));
        }
        if self.kind()? != &TokenKind::DocumentStart {
            return Err(self.error(ProblemKind::ExpectedDocumentStart, None)?);
        }
        let end = self.take()?.end;
        self.state = State::DocumentContent;
        Ok(Event::bare(EventKind::DocumentStart, start, end))
    }

    fn directives(&mut self) -> Result<(), Problem> {
        let mut version = false;
        loop {
            let problem = match self.kind()? {
                TokenKind::Version(..) if version => Some(ProblemKind::DuplicateVersion),
                TokenKind::Version(1, 1) => {
                    version = true;
                    None
                }
                TokenKind::Version(..) => Some(ProblemKind::IncompatibleVersion),
                TokenKind::TagDirective { handle, prefix } => {
                    let pair = (handle.clone(), prefix.clone());
                    let known = self.handles.iter().any(|(handle, _)| *handle == pair.0);
                    if !known {
                        self.handles.push(pair);
                    }
                    known.then_some(ProblemKind::DuplicateTagDirective)
                }
                _ => break,
            };
            if let Some(problem) = problem {
                return Err(self.error(problem, None)?);
            }
            self.take()?;
        }
        for (handle, prefix) in [("!", "!"), ("!!", CORE)] {
            if !self.handles.iter().any(|(known, _)| known == handle) {
                self.handles.push((handle.to_owned(), prefix.to_owned()));
            }
        }
        Ok(())
    }

    fn document_content(&mut self) -> Next {
        let at = self.here()?;
        match self.kind()? {
            TokenKind::Version(..)
            | TokenKind::TagDirective { .. }
            | TokenKind::DocumentStart
            | TokenKind::DocumentEnd
            | TokenKind::StreamEnd => {
                self.pop();
                Ok(Event::nothing(at))
            }
            _ => self.node(true, false),
        }
    }

    fn document_end(&mut self) -> Next {
        let start = self.here()?;
        let mut end = start;
        if self.kind()? == &TokenKind::DocumentEnd {
            end = self.take()?.end;
        }
        self.state = State::End;
        Ok(Event::bare(EventKind::End, start, end))
    }

    /// A scalar, alias or the start of a collection; with `indentless`, also of one that is not indented.
    pub(super) fn node(&mut self, block: bool, indentless: bool) -> Next {
        if matches!(self.kind()?, TokenKind::Alias(_)) {
            let token = self.take()?;
            self.pop();
            let TokenKind::Alias(name) = token.kind else { return Ok(Event::nothing(token.start)) };
            return Ok(Event::bare(EventKind::Alias(name), token.start, token.end));
        }
        let properties = self.properties()?;
        let token = self.scanner.peek()?;
        let (content, end) = (token.start, token.end);
        let (state, kind, construct) = match &token.kind {
            TokenKind::BlockEntry if indentless => {
                (State::IndentlessSequence, EventKind::SequenceStart { flow: false }, None)
            }
            TokenKind::Scalar { .. } => {
                let token = self.take()?;
                self.pop();
                let TokenKind::Scalar { text, style } = token.kind else {
                    return Ok(Event::nothing(content));
                };
                return Ok(properties.on(EventKind::Scalar { text, style }, content, token.end));
            }
            TokenKind::FlowSequenceStart => (
                State::FlowSequence { first: true },
                EventKind::SequenceStart { flow: true },
                Some(Construct::FlowSequence),
            ),
            TokenKind::FlowMappingStart => (
                State::FlowMappingKey { first: true },
                EventKind::MappingStart { flow: true },
                Some(Construct::FlowMapping),
            ),
            TokenKind::BlockSequenceStart if block => (
                State::BlockSequence,
                EventKind::SequenceStart { flow: false },
                Some(Construct::BlockSequence),
            ),
            TokenKind::BlockMappingStart if block => (
                State::BlockMappingKey,
                EventKind::MappingStart { flow: false },
                Some(Construct::BlockMapping),
            ),
            _ if properties.start.is_some() => {
                self.pop();
                let at = properties.end.unwrap_or(content);
                let kind = EventKind::Scalar { text: String::new(), style: Style::Plain };
                return Ok(properties.on(kind, at, at));
            }
            _ => {
                let start = properties.start.unwrap_or(content);
                let within = Within { construct: Construct::Node, start };
                return Err(self.error(ProblemKind::ExpectedContent, Some(within))?);
            }
        };
        self.state = state;
        if let Some(construct) = construct {
            self.open.push(Within { construct, start: content });
            self.take()?;
        }
        Ok(properties.on(kind, content, end))
    }

    fn properties(&mut self) -> Result<Properties, Problem> {
        let mut properties = Properties::default();
        let mut handle = None;
        loop {
            match self.kind()? {
                TokenKind::Anchor(_) if properties.anchor.is_none() => {}
                TokenKind::Tag { .. } if handle.is_none() => {}
                _ => break,
            }
            let token = self.take()?;
            properties.start.get_or_insert(token.start);
            properties.end = Some(token.end);
            match token.kind {
                TokenKind::Anchor(name) => properties.anchor = Some(name),
                TokenKind::Tag { handle: h, suffix } => handle = Some((h, suffix, token.start)),
                _ => {}
            }
        }
        if let Some((handle, suffix, at)) = handle {
            let prefix = match handle.as_str() {
                "" => Some(""),
                handle => {
                    let known = self.handles.iter().find(|(known, _)| known == handle);
                    known.map(|(_, prefix)| prefix.as_str())
                }
            };
            let Some(prefix) = prefix else {
                let start = properties.start.unwrap_or(at);
                return Err(Problem {
                    kind: ProblemKind::UndefinedHandle,
                    reporter: Reporter::Parser,
                    at,
                    within: Some(Within { construct: Construct::Node, start }),
                });
            };
            properties.tag = Some(format!("{prefix}{suffix}"));
        }
        Ok(properties)
    }

    /// A missing item or value, if the next token is one of those that end it; else the node.
    pub(super) fn node_unless(
        &mut self,
        ends: impl Fn(&TokenKind) -> bool,
        missing: Mark,
        next: State,
        block: bool,
        indentless: bool,
    ) -> Next {
        if ends(self.kind()?) {
            self.state = next;
            return Ok(Event::nothing(missing));
        }
        self.states.push(next);
        self.node(block, indentless)
    }

    fn block_sequence(&mut self) -> Next {
        match self.kind()? {
            TokenKind::BlockEntry => {
                let after = self.take()?.end;
                let ends =
                    |kind: &TokenKind| matches!(kind, TokenKind::BlockEntry | TokenKind::BlockEnd);
                self.node_unless(ends, after, State::BlockSequence, true, false)
            }
            TokenKind::BlockEnd => self.close(EventKind::SequenceEnd),
            _ => {
                let within = self.open.last().copied();
                Err(self.error(ProblemKind::ExpectedEntry, within)?)
            }
        }
    }

    fn indentless_sequence(&mut self) -> Next {
        if self.kind()? == &TokenKind::BlockEntry {
            let after = self.take()?.end;
            let ends =
                |kind: &TokenKind| kind == &TokenKind::BlockEntry || ends_block_mapping_item(kind);
            return self.node_unless(ends, after, State::IndentlessSequence, true, false);
        }
        let at = self.here()?;
        self.pop();
        Ok(Event::bare(EventKind::SequenceEnd, at, at))
    }

    fn block_mapping_key(&mut self) -> Next {
        match self.kind()? {
            TokenKind::Key => {
                let after = self.take()?.end;
                let next = State::BlockMappingValue;
                self.node_unless(ends_block_mapping_item, after, next, true, true)
            }
            TokenKind::BlockEnd => self.close(EventKind::MappingEnd),
            _ => {
                let within = self.open.last().copied();
                Err(self.error(ProblemKind::ExpectedKey, within)?)
            }
        }
    }

    fn block_mapping_value(&mut self) -> Next {
        let next = State::BlockMappingKey;
        if self.kind()? == &TokenKind::Value {
            let after = self.take()?.end;
            return self.node_unless(ends_block_mapping_item, after, next, true, true);
        }
        let at = self.here()?;
        self.state = next;
        Ok(Event::nothing(at))
    }

    /// The end of the innermost collection, at the token that closes it.
    pub(super) fn close(&mut self, kind: EventKind) -> Next {
        let token = self.take()?;
        self.open.pop();
        self.pop();
        Ok(Event::bare(kind, token.start, token.end))
    }
}

fn ends_block_mapping_item(kind: &TokenKind) -> bool {
    matches!(kind, TokenKind::Key | TokenKind::Value | TokenKind::BlockEnd)
}

impl Properties {
    /// An event with these properties; the content has its own place.
    fn on(self, kind: EventKind, content: Mark, end: Mark) -> Event {
        let Properties { start, anchor, tag, .. } = self;
        Event { kind, start: start.unwrap_or(content), content, end, anchor, tag }
    }
}
