//! Scalars.

use super::directive::hex;
use super::problem::{Construct, Problem, ProblemKind};
use super::scanner::Scanner;
use super::token::TokenKind;
use crate::syntax::Style;
use crate::syntax::mark::Mark;

/// Line breaks and blanks that were read and not yet decided upon.
#[derive(Default)]
struct Gap {
    /// A line ended.
    broken: bool,
    first: String,
    more: String,
    blanks: String,
}

impl Gap {
    /// Writes what the gap means: its blanks, or a folded line break. An escaped line break is none itself, but those
    /// after it count.
    fn close(&mut self, out: &mut String) {
        if self.broken {
            if !self.first.starts_with('\n') {
                out.push_str(&self.first);
                out.push_str(&self.more);
            } else if !self.more.is_empty() {
                out.push_str(&self.more);
            } else {
                out.push(' ');
            }
            self.first.clear();
            self.more.clear();
            self.broken = false;
        } else {
            out.push_str(&self.blanks);
        }
        self.blanks.clear();
    }
}

impl Scanner<'_> {
    /// A literal or folded scalar, and where it ends.
    pub(super) fn scan_block_scalar(
        &mut self,
        literal: bool,
    ) -> Result<(TokenKind, Mark), Problem> {
        let start = self.reader.mark();
        self.reader.skip();
        let (chomping, increment) = self.scan_block_header(start)?;
        let base = self.indent.max(0);
        let mut indent = increment.map(|increment| base + i64::from(increment));
        let mut text = String::new();
        let (mut first, mut more) = (String::new(), String::new());
        let (mut column, mut end) = self.scan_block_breaks(indent, &mut more, start)?;
        let indent = *indent.get_or_insert_with(|| column.max(self.indent + 1).max(1));
        self.reader.ensure(1)?;
        let mut after_blank = false;
        column = i64::from(self.reader.column);
        while column == indent && !self.reader.at_end(0) {
            let blank = self.reader.at_blank(0);
            if !literal && !after_blank && !blank && first.starts_with('\n') {
                if more.is_empty() {
                    text.push(' ');
                }
            } else {
                text.push_str(&first);
            }
            first.clear();
            text.push_str(&more);
            more.clear();
            after_blank = blank;
            while !self.reader.at_line_end(0) {
                self.reader.read(&mut text);
                self.reader.ensure(1)?;
            }
            self.reader.ensure(2)?;
            self.reader.read_line(&mut first);
            (_, end) = self.scan_block_breaks(Some(indent), &mut more, start)?;
            column = i64::from(self.reader.column);
        }
        if chomping != Some(b'-') {
            text.push_str(&first);
        }
        if chomping == Some(b'+') {
            text.push_str(&more);
        }
        let style = if literal { Style::Literal } else { Style::Folded };
        Ok((TokenKind::Scalar { text, style }, end))
    }

    /// What stands after `|` or `>`: the sign for the last line breaks, and the indentation.
    fn scan_block_header(&mut self, start: Mark) -> Result<(Option<u8>, Option<u8>), Problem> {
        self.reader.ensure(1)?;
        let (mut chomping, mut increment) = (None, None);
        // In either order, each at most once.
        for _ in 0..2 {
            match self.reader.peek(0) {
                sign @ (b'+' | b'-') if chomping.is_none() => chomping = Some(sign),
                b'0' if increment.is_none() => {
                    let kind = ProblemKind::ZeroIndentation;
                    return Err(self.error(Construct::BlockScalar, start, kind));
                }
                digit @ b'1'..=b'9' if increment.is_none() => increment = Some(digit - b'0'),
                _ => break,
            }
            self.reader.skip();
            self.reader.ensure(1)?;
        }
        self.skip_blanks()?;
        if self.reader.peek(0) == b'#' {
            while !self.reader.at_line_end(0) {
                self.reader.skip();
                self.reader.ensure(1)?;
            }
        }
        if !self.reader.at_line_end(0) {
            let kind = ProblemKind::ExpectedCommentOrBreak;
            return Err(self.error(Construct::BlockScalar, start, kind));
        }
        self.reader.ensure(2)?;
        self.reader.skip_line();
        Ok((chomping, increment))
    }

    /// Over the indentation and lines without content. Gives the largest column and the end of the last line.
    fn scan_block_breaks(
        &mut self,
        indent: Option<i64>,
        breaks: &mut String,
        start: Mark,
    ) -> Result<(i64, Mark), Problem> {
        let mut end = self.reader.mark();
        let mut deepest = 0;
        loop {
            self.reader.ensure(1)?;
            let in_indentation = |column: u32| indent.is_none_or(|i| i64::from(column) < i);
            while in_indentation(self.reader.column) && self.reader.peek(0) == b' ' {
                self.reader.skip();
                self.reader.ensure(1)?;
            }
            deepest = deepest.max(i64::from(self.reader.column));
            if in_indentation(self.reader.column) && self.reader.peek(0) == b'\t' {
                let kind = ProblemKind::TabForIndentation;
                return Err(self.error(Construct::BlockScalar, start, kind));
            }
            if !self.reader.at_break(0) {
                return Ok((deepest, end));
            }
            self.reader.ensure(2)?;
            self.reader.read_line(breaks);
            end = self.reader.mark();
        }
    }

    /// A quoted scalar.
    pub(super) fn scan_flow_scalar(&mut self, single: bool) -> Result<TokenKind, Problem> {
        let start = self.reader.mark();
        let quote = self.reader.peek(0);
        self.reader.skip();
        let mut text = String::new();
        let mut gap = Gap::default();
        loop {
            self.reader.ensure(4)?;
            let error =
                |scanner: &Self, kind| Err(scanner.error(Construct::QuotedScalar, start, kind));
            if self.reader.at_indicator(b'-') || self.reader.at_indicator(b'.') {
                return error(self, ProblemKind::DocumentIndicator);
            }
            if self.reader.at_end(0) {
                return error(self, ProblemKind::EndOfStream);
            }
            while !self.reader.at_space(0) {
                match self.reader.peek(0) {
                    b'\'' if single && self.reader.peek(1) == b'\'' => {
                        text.push('\'');
                        self.reader.skip();
                        self.reader.skip();
                    }
                    byte if byte == quote => break,
                    b'\\' if !single && self.reader.at_break(1) => {
                        self.reader.ensure(3)?;
                        self.reader.skip();
                        self.reader.skip_line();
                        gap.broken = true;
                        break;
                    }
                    b'\\' if !single => text.push(self.scan_escape(start)?),
                    _ => self.reader.read(&mut text),
                }
                self.reader.ensure(2)?;
            }
            self.reader.ensure(1)?;
            if self.reader.peek(0) == quote {
                break;
            }
            self.scan_gap(&mut gap, |_| Ok(()))?;
            gap.close(&mut text);
        }
        self.reader.skip();
        let end = self.reader.mark();
        if start.line < end.line {
            self.last_quoted = Some((start, end));
        }
        let style = if single { Style::SingleQuoted } else { Style::DoubleQuoted };
        Ok(TokenKind::Scalar { text, style })
    }

    /// Over blanks and line breaks. `check` looks at blanks after a line break.
    fn scan_gap(
        &mut self,
        gap: &mut Gap,
        check: impl Fn(&Self) -> Result<(), Problem>,
    ) -> Result<(), Problem> {
        loop {
            if self.reader.at_blank(0) {
                if gap.broken {
                    check(self)?;
                    self.reader.skip();
                } else {
                    self.reader.read(&mut gap.blanks);
                }
            } else if self.reader.at_break(0) {
                self.reader.ensure(2)?;
                if gap.broken {
                    self.reader.read_line(&mut gap.more);
                } else {
                    gap.blanks.clear();
                    self.reader.read_line(&mut gap.first);
                    gap.broken = true;
                }
            } else {
                return Ok(());
            }
            self.reader.ensure(1)?;
        }
    }

    /// A character written as an escape.
    fn scan_escape(&mut self, start: Mark) -> Result<char, Problem> {
        let error = |scanner: &Self, kind| Err(scanner.error(Construct::QuotedScalar, start, kind));
        let digits = match self.reader.peek(1) {
            b'x' => 2,
            b'u' => 4,
            b'U' => 8,
            other => {
                let Some(c) = escaped(other) else {
                    return error(self, ProblemKind::UnknownEscape);
                };
                self.reader.skip();
                self.reader.skip();
                return Ok(c);
            }
        };
        self.reader.skip();
        self.reader.skip();
        self.reader.ensure(digits)?;
        let mut value = 0u32;
        for at in 0..digits {
            let Some(digit) = hex(self.reader.peek(at)) else {
                return error(self, ProblemKind::ExpectedHex);
            };
            value = (value << 4) | u32::from(digit);
        }
        let Some(c) = char::from_u32(value) else {
            return error(self, ProblemKind::InvalidEscape);
        };
        for _ in 0..digits {
            self.reader.skip();
        }
        Ok(c)
    }

    /// A plain scalar, and where it ends.
    pub(super) fn scan_plain(&mut self) -> Result<(TokenKind, Mark), Problem> {
        let start = self.reader.mark();
        let mut end = start;
        let indent = self.indent + 1;
        let mut text = String::new();
        let mut gap = Gap::default();
        loop {
            self.reader.ensure(4)?;
            if self.reader.at_indicator(b'-')
                || self.reader.at_indicator(b'.')
                || self.reader.peek(0) == b'#'
            {
                break;
            }
            while !self.reader.at_space(0) && !self.plain_ends() {
                gap.close(&mut text);
                self.reader.read(&mut text);
                end = self.reader.mark();
                self.reader.ensure(2)?;
            }
            if !(self.reader.at_blank(0) || self.reader.at_break(0)) {
                break;
            }
            self.reader.ensure(1)?;
            self.scan_gap(&mut gap, |scanner| {
                let tab = scanner.reader.peek(0) == b'\t';
                match tab && i64::from(scanner.reader.column) < indent {
                    true => {
                        let kind = ProblemKind::TabInPlain;
                        Err(scanner.error(Construct::PlainScalar, start, kind))
                    }
                    false => Ok(()),
                }
            })?;
            if self.flow == 0 && i64::from(self.reader.column) < indent {
                break;
            }
        }
        if gap.broken {
            self.key_allowed = true;
        }
        Ok((TokenKind::Scalar { text, style: Style::Plain }, end))
    }

    fn plain_ends(&self) -> bool {
        match self.reader.peek(0) {
            b':' => self.reader.at_space(1),
            b',' | b'?' | b'[' | b']' | b'{' | b'}' => self.flow > 0,
            _ => false,
        }
    }
}

/// What a character after a backslash stands for, if it is an escape of one character.
fn escaped(c: u8) -> Option<char> {
    Some(match c {
        b'0' => '\0',
        b'a' => '\x07',
        b'b' => '\x08',
        b't' | b'\t' => '\t',
        b'n' => '\n',
        b'v' => '\x0B',
        b'f' => '\x0C',
        b'r' => '\r',
        b'e' => '\x1B',
        b' ' | b'"' | b'\'' | b'\\' => char::from(c),
        b'N' => '\u{85}',
        b'_' => '\u{a0}',
        b'L' => '\u{2028}',
        b'P' => '\u{2029}',
        _ => return None,
    })
}
