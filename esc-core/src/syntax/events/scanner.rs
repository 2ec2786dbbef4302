//! Characters to tokens.
//!
//! Two things make this less than simple. Indentation is turned into tokens of its own. And a key is only known to be
//! one when its `:` is found, so what may be a key is remembered, and a token is put in front of it afterwards.
//!
//! The reference looks two tokens further ahead than it needs for its grammar (for its comments), which decides which
//! of two errors it reports. So does this.

use std::collections::{BTreeMap, VecDeque};

use super::problem::{Construct, Problem, ProblemKind, Reporter, Within};
use super::reader::{Reader, Trouble};
use super::token::{PossibleKey, Token, TokenKind};
use crate::syntax::mark::Mark;

/// How deep the reference lets collections be nested.
const DEEPEST: usize = 10_000;

/// How many tokens are looked at before one is handed out.
const LOOKAHEAD: usize = 3;

pub(super) struct Scanner<'t> {
    pub(super) reader: Reader<'t>,
    /// What was scanned and not yet taken.
    pub(super) tokens: VecDeque<Token>,
    /// How many tokens were taken.
    pub(super) taken: usize,
    /// The first token may be handed out.
    available: bool,
    started: bool,
    /// The column of the innermost block collection; -1 outside of any.
    pub(super) indent: i64,
    /// Those of the collections around it.
    indents: Vec<i64>,
    /// How many flow collections are open.
    pub(super) flow: usize,
    /// A key without `?` may begin here.
    pub(super) key_allowed: bool,
    /// What may be a key, for each open flow collection and for what is outside of them.
    pub(super) keys: Vec<PossibleKey>,
    /// The last quoted scalar of several lines.
    pub(super) last_quoted: Option<(Mark, Mark)>,
    /// The possible keys by the number of their token.
    pub(super) keys_by_token: BTreeMap<usize, usize>,
}

impl<'t> Scanner<'t> {
    pub(super) fn new(text: &'t str, trouble: Option<Trouble>) -> Scanner<'t> {
        Scanner {
            reader: Reader::new(text, trouble),
            tokens: VecDeque::new(),
            taken: 0,
            available: false,
            started: false,
            indent: -1,
            indents: Vec::new(),
            flow: 0,
            key_allowed: true,
            keys: Vec::new(),
            last_quoted: None,
            keys_by_token: BTreeMap::new(),
        }
    }

    /// The next token, which stays the next.
    pub(super) fn peek(&mut self) -> Result<&Token, Problem> {
        if !self.available {
            self.fetch_more()?;
            self.available = true;
        }
        // Fetching leaves at least one.
        self.tokens.front().ok_or(Problem {
            kind: ProblemKind::EndOfStream,
            reporter: Reporter::Scanner,
            at: self.reader.mark(),
            within: None,
        })
    }

    /// Takes the token that was looked at.
    pub(super) fn take(&mut self) -> Option<Token> {
        self.available = false;
        self.taken += 1;
        self.tokens.pop_front()
    }

    fn fetch_more(&mut self) -> Result<(), Problem> {
        loop {
            if self.tokens.len() >= LOOKAHEAD {
                let first = self.keys_by_token.get(&self.taken).copied();
                let Some(key) = first.filter(|key| *key < self.keys.len()) else { return Ok(()) };
                if !self.key_is_valid(key)? {
                    return Ok(());
                }
            }
            self.fetch_next()?;
        }
    }

    fn fetch_next(&mut self) -> Result<(), Problem> {
        self.reader.ensure(1)?;
        if !self.started {
            self.started = true;
            self.keys.push(self.no_key());
            self.push(TokenKind::StreamStart, self.reader.mark());
            return Ok(());
        }
        let before = self.reader.mark();
        self.skip_to_token()?;
        self.unroll_indent(i64::from(self.reader.column), before);
        self.reader.ensure(4)?;
        if self.reader.at_end(0) {
            return self.fetch_stream_end();
        }
        if self.reader.column == 0 && self.reader.peek(0) == b'%' {
            return self.fetch_directive();
        }
        if self.reader.at_indicator(b'-') {
            return self.fetch_document_indicator(TokenKind::DocumentStart);
        }
        if self.reader.at_indicator(b'.') {
            return self.fetch_document_indicator(TokenKind::DocumentEnd);
        }
        self.fetch_content()?;
        match self.tokens.back() {
            Some(Token { kind: TokenKind::BlockEntry, .. }) => Ok(()),
            _ => self.skip_comment_after_token(),
        }
    }

    fn fetch_content(&mut self) -> Result<(), Problem> {
        let flow = self.flow > 0;
        let space_follows = self.reader.at_space(1);
        match self.reader.peek(0) {
            b'[' => self.fetch_flow_start(TokenKind::FlowSequenceStart),
            b'{' => self.fetch_flow_start(TokenKind::FlowMappingStart),
            b']' => self.fetch_flow_end(TokenKind::FlowSequenceEnd),
            b'}' => self.fetch_flow_end(TokenKind::FlowMappingEnd),
            b',' => {
                self.remove_key()?;
                self.key_allowed = true;
                self.push_character(TokenKind::FlowEntry);
                Ok(())
            }
            b'-' if space_follows => self.fetch_block_entry(),
            b'?' if flow || space_follows => self.fetch_key(),
            b':' if flow || space_follows => self.fetch_value(),
            b'*' => self.fetch_scalar_like(|scanner| scanner.scan_anchor(true)),
            b'&' => self.fetch_scalar_like(|scanner| scanner.scan_anchor(false)),
            b'!' => self.fetch_scalar_like(Scanner::scan_tag),
            b'|' if !flow => self.fetch_block_scalar(true),
            b'>' if !flow => self.fetch_block_scalar(false),
            b'\'' => self.fetch_scalar_like(|scanner| scanner.scan_flow_scalar(true)),
            b'"' => self.fetch_scalar_like(|scanner| scanner.scan_flow_scalar(false)),
            b'-' if !self.reader.at_blank(1) => self.fetch_plain(),
            b'?' | b':' if !flow && !space_follows => self.fetch_plain(),
            b' ' | b'\t' | b'-' | b'?' | b':' | b'#' | b'|' | b'>' | b'%' | b'@' | b'`' => {
                Err(self.error(Construct::Token, self.reader.mark(), ProblemKind::NoToken))
            }
            _ if self.reader.at_line_end(0) => {
                Err(self.error(Construct::Token, self.reader.mark(), ProblemKind::NoToken))
            }
            _ => self.fetch_plain(),
        }
    }

    /// An error of the scanner, here.
    pub(super) fn error(&self, construct: Construct, start: Mark, kind: ProblemKind) -> Problem {
        let within = Some(Within { construct, start });
        Problem { kind, reporter: Reporter::Scanner, at: self.reader.mark(), within }
    }

    fn push(&mut self, kind: TokenKind, start: Mark) {
        let end = self.reader.mark();
        self.tokens.push_back(Token { kind, start, end });
    }

    /// A token of one character.
    fn push_character(&mut self, kind: TokenKind) {
        let start = self.reader.mark();
        self.reader.skip();
        self.push(kind, start);
    }

    /// Puts a token that takes no space in front of one that was not yet taken.
    fn insert(&mut self, number: usize, kind: TokenKind, mark: Mark) {
        let at = number.saturating_sub(self.taken).min(self.tokens.len());
        self.tokens.insert(at, Token { kind, start: mark, end: mark });
    }

    /// Begins a block collection if the column is deeper; before the token of that number, else at the end.
    fn roll_indent(
        &mut self,
        column: i64,
        number: Option<usize>,
        kind: TokenKind,
        mark: Mark,
    ) -> Result<(), Problem> {
        if self.flow > 0 || self.indent >= column {
            return Ok(());
        }
        self.indents.push(self.indent);
        self.indent = column;
        if self.indents.len() > DEEPEST {
            let start = self.keys.last().map_or(mark, |key| key.mark);
            return Err(self.error(Construct::Token, start, ProblemKind::TooDeep));
        }
        self.insert(number.unwrap_or(usize::MAX), kind, mark);
        Ok(())
    }

    /// Ends the block collections that are deeper than the column.
    fn unroll_indent(&mut self, column: i64, mark: Mark) {
        while self.flow == 0 && self.indent > column {
            self.tokens.push_back(Token { kind: TokenKind::BlockEnd, start: mark, end: mark });
            self.indent = self.indents.pop().unwrap_or(-1);
        }
    }

    fn fetch_stream_end(&mut self) -> Result<(), Problem> {
        self.reader.close_last_line();
        self.unroll_indent(-1, self.reader.mark());
        self.remove_key()?;
        self.key_allowed = false;
        self.push(TokenKind::StreamEnd, self.reader.mark());
        Ok(())
    }

    fn fetch_directive(&mut self) -> Result<(), Problem> {
        self.unroll_indent(-1, self.reader.mark());
        self.remove_key()?;
        self.key_allowed = false;
        let start = self.reader.mark();
        let (kind, end) = self.scan_directive()?;
        self.tokens.push_back(Token { kind, start, end });
        Ok(())
    }

    fn fetch_document_indicator(&mut self, kind: TokenKind) -> Result<(), Problem> {
        self.unroll_indent(-1, self.reader.mark());
        self.remove_key()?;
        self.key_allowed = false;
        let start = self.reader.mark();
        for _ in 0..3 {
            self.reader.skip();
        }
        self.push(kind, start);
        Ok(())
    }

    fn fetch_flow_start(&mut self, kind: TokenKind) -> Result<(), Problem> {
        self.save_key()?;
        self.keys.push(self.no_key());
        self.flow += 1;
        if self.flow > DEEPEST {
            return Err(self.error(Construct::Token, self.reader.mark(), ProblemKind::TooDeep));
        }
        self.key_allowed = true;
        self.push_character(kind);
        Ok(())
    }

    fn fetch_flow_end(&mut self, kind: TokenKind) -> Result<(), Problem> {
        self.remove_key()?;
        if self.flow > 0 {
            self.flow -= 1;
            if let Some(key) = self.keys.pop() {
                self.keys_by_token.remove(&key.token);
            }
        }
        self.key_allowed = false;
        self.push_character(kind);
        Ok(())
    }

    fn fetch_block_entry(&mut self) -> Result<(), Problem> {
        let here = self.reader.mark();
        if self.flow == 0 {
            if !self.key_allowed {
                return Err(self.error(Construct::Token, here, ProblemKind::EntryNotAllowed));
            }
            let column = i64::from(self.reader.column);
            self.roll_indent(column, None, TokenKind::BlockSequenceStart, here)?;
        }
        self.remove_key()?;
        self.key_allowed = true;
        self.push_character(TokenKind::BlockEntry);
        Ok(())
    }

    fn fetch_key(&mut self) -> Result<(), Problem> {
        let here = self.reader.mark();
        if self.flow == 0 {
            if !self.key_allowed {
                return Err(self.error(Construct::Token, here, ProblemKind::KeyNotAllowed));
            }
            let column = i64::from(self.reader.column);
            self.roll_indent(column, None, TokenKind::BlockMappingStart, here)?;
        }
        self.remove_key()?;
        self.key_allowed = self.flow == 0;
        self.push_character(TokenKind::Key);
        Ok(())
    }

    fn fetch_value(&mut self) -> Result<(), Problem> {
        let here = self.reader.mark();
        let last = self.keys.len().saturating_sub(1);
        if self.key_is_valid(last)? {
            let Some(key) = self.keys.get_mut(last) else { return Ok(()) };
            key.possible = false;
            let key = *key;
            self.insert(key.token, TokenKind::Key, key.mark);
            let column = i64::from(key.mark.column) - 1;
            self.roll_indent(column, Some(key.token), TokenKind::BlockMappingStart, key.mark)?;
            self.keys_by_token.remove(&key.token);
            self.key_allowed = false;
        } else {
            if self.flow == 0 {
                if !self.key_allowed {
                    return Err(self.error(Construct::Token, here, ProblemKind::ValueNotAllowed));
                }
                let column = i64::from(self.reader.column);
                self.roll_indent(column, None, TokenKind::BlockMappingStart, here)?;
            }
            self.key_allowed = self.flow == 0;
        }
        self.push_character(TokenKind::Value);
        Ok(())
    }

    /// A token that may be a key, or begin one.
    fn fetch_scalar_like(
        &mut self,
        scan: impl FnOnce(&mut Self) -> Result<TokenKind, Problem>,
    ) -> Result<(), Problem> {
        self.save_key()?;
        self.key_allowed = false;
        let start = self.reader.mark();
        let kind = scan(self)?;
        self.push(kind, start);
        Ok(())
    }

    fn fetch_block_scalar(&mut self, literal: bool) -> Result<(), Problem> {
        self.remove_key()?;
        self.key_allowed = true;
        let start = self.reader.mark();
        let (kind, end) = self.scan_block_scalar(literal)?;
        self.tokens.push_back(Token { kind, start, end });
        Ok(())
    }

    fn fetch_plain(&mut self) -> Result<(), Problem> {
        self.save_key()?;
        self.key_allowed = false;
        let start = self.reader.mark();
        let (kind, end) = self.scan_plain()?;
        self.tokens.push_back(Token { kind, start, end });
        Ok(())
    }
}
