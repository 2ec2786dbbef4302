//! Tokens to events: collections in brackets.

use super::parser::{Events, Next, State};
use super::problem::{Problem, ProblemKind};
use super::token::TokenKind;
use super::{Event, EventKind};

impl Events<'_> {
    pub(super) fn flow_sequence(&mut self, first: bool) -> Next {
        if self.kind()? != &TokenKind::FlowSequenceEnd {
            if !first {
                self.separator(ProblemKind::ExpectedSequenceEnd)?;
            }
            match self.kind()? {
                TokenKind::Key => {
                    let token = self.take()?;
                    self.state = State::PairKey;
                    let kind = EventKind::MappingStart { flow: true };
                    return Ok(Event::bare(kind, token.start, token.end));
                }
                TokenKind::FlowSequenceEnd => {}
                _ => {
                    self.states.push(State::FlowSequence { first: false });
                    return self.node(false, false);
                }
            }
        }
        self.close(EventKind::SequenceEnd)
    }

    /// The comma between two items.
    fn separator(&mut self, missing: ProblemKind) -> Result<(), Problem> {
        if self.kind()? != &TokenKind::FlowEntry {
            let within = self.open.last().copied();
            return Err(self.error(missing, within)?);
        }
        self.take().map(drop)
    }

    pub(super) fn pair_key(&mut self) -> Next {
        if ends_pair_item(self.kind()?) {
            // The reference takes whatever ends the key.
            let after = self.take()?.end;
            self.state = State::PairValue;
            return Ok(Event::nothing(after));
        }
        self.states.push(State::PairValue);
        self.node(false, false)
    }

    pub(super) fn pair_value(&mut self) -> Next {
        if self.kind()? == &TokenKind::Value {
            // A value that is missing stands at its colon here.
            let at = self.take()?.start;
            let ends = |kind: &TokenKind| {
                matches!(kind, TokenKind::FlowEntry | TokenKind::FlowSequenceEnd)
            };
            return self.node_unless(ends, at, State::PairEnd, false, false);
        }
        let at = self.here()?;
        self.state = State::PairEnd;
        Ok(Event::nothing(at))
    }

    pub(super) fn flow_mapping_key(&mut self, first: bool) -> Next {
        if self.kind()? != &TokenKind::FlowMappingEnd {
            if !first {
                self.separator(ProblemKind::ExpectedMappingEnd)?;
            }
            match self.kind()? {
                TokenKind::Key => {
                    self.take()?;
                    let at = self.here()?;
                    let ends = |kind: &TokenKind| {
                        kind == &TokenKind::Value || ends_flow_mapping_value(kind)
                    };
                    return self.node_unless(ends, at, State::FlowMappingValue, false, false);
                }
                TokenKind::FlowMappingEnd => {}
                _ => {
                    self.states.push(State::FlowMappingNoValue);
                    return self.node(false, false);
                }
            }
        }
        self.close(EventKind::MappingEnd)
    }

    pub(super) fn flow_mapping_value(&mut self) -> Next {
        let next = State::FlowMappingKey { first: false };
        if self.kind()? == &TokenKind::Value {
            self.take()?;
            let at = self.here()?;
            return self.node_unless(ends_flow_mapping_value, at, next, false, false);
        }
        let at = self.here()?;
        self.state = next;
        Ok(Event::nothing(at))
    }
}

fn ends_pair_item(kind: &TokenKind) -> bool {
    matches!(kind, TokenKind::Value | TokenKind::FlowEntry | TokenKind::FlowSequenceEnd)
}

fn ends_flow_mapping_value(kind: &TokenKind) -> bool {
    matches!(kind, TokenKind::FlowEntry | TokenKind::FlowMappingEnd)
}
