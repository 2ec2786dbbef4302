//! Scalars: plain and quoted ones of one line, literal blocks.

use smol_str::SmolStr;

use super::Scanner;
use super::cursor::{Cursor, span};
use crate::position::{Range, Span};
use crate::syntax::positions::offset;
use crate::syntax::scalar::resolve_plain;
use crate::syntax::{NodeKind, Style};

/// A scalar of one line.
#[derive(Clone, Copy)]
pub(super) struct Token {
    pub(super) start: usize,
    /// After its last byte, quotes included.
    pub(super) end: usize,
    pub(super) style: Style,
    /// What comes after it.
    pub(super) stop: Stop,
    /// Its text is not in the document literally.
    pub(super) rewritten: bool,
}

/// What comes after a scalar.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    /// A colon that makes it a key, right here.
    Colon,
    /// Something else, which has to be looked at.
    End,
}

impl Token {
    pub(super) fn plain(start: usize, end: usize, stop: Stop) -> Token {
        Token { start, end, style: Style::Plain, stop, rewritten: false }
    }

    /// The text it stands for.
    #[inline]
    pub(super) fn text<'s, 't: 's>(self, cursor: &Cursor<'t>, scratch: &'s str) -> Option<&'s str> {
        match self.style {
            _ if self.rewritten => Some(scratch),
            Style::Plain => cursor.slice(self.start, self.end),
            _ => cursor.slice(self.start + 1, self.end - 1),
        }
    }

    pub(super) fn span(self) -> Span {
        span(self.start, self.end)
    }
}

impl Scanner<'_> {
    /// A plain scalar in a block collection. The cursor stops after it, or at the colon.
    pub(super) fn plain(&mut self) -> Option<Token> {
        self.plain_start()?;
        let start = self.cursor.at;
        let (mut at, mut end) = (start, start);
        let stop = loop {
            // Most bytes mean nothing.
            let ordinary = |b: &u8| *b > b' ' && *b != b':' && *b != b'#';
            let run = self.cursor.rest(at).iter().take_while(|b| ordinary(b)).count();
            if run != 0 {
                at += run;
                end = at;
            }
            match self.cursor.byte_at(at) {
                b'\n' => break Stop::End,
                b' ' => {
                    at += 1;
                    continue;
                }
                b':' if matches!(self.cursor.byte_at(at + 1), b' ' | b'\n') => {
                    // A key with blanks before its colon is left to the parser.
                    if end != at {
                        return None;
                    }
                    break Stop::Colon;
                }
                b'#' if end != at => break Stop::End,
                b'\t' => return None,
                _ => {}
            }
            at += 1;
            end = at;
        };
        self.cursor.at = end;
        Some(Token::plain(start, end, stop))
    }

    /// Whether a plain scalar may begin here.
    #[inline]
    pub(super) fn plain_start(&self) -> Option<()> {
        let next = || self.cursor.byte_at(self.cursor.at + 1);
        match self.cursor.byte() {
            b'-' => (!matches!(next(), b' ' | b'\n' | b'\t')).then_some(()),
            b'?' | b':' | b',' | b'[' | b']' | b'{' | b'}' | b'#' | b'&' | b'*' | b'!' | b'|'
            | b'>' | b'\'' | b'"' | b'%' | b'@' | b'`' | b'\t' | b' ' | b'\n' => None,
            _ => Some(()),
        }
    }

    /// A quoted scalar. The cursor stops after it.
    pub(super) fn quoted(&mut self) -> Option<Token> {
        let start = self.cursor.at;
        let quote = self.cursor.byte();
        let mut at = start + 1;
        // Where the text begins that has not been copied yet.
        let mut copied = at;
        let mut rewritten = false;
        loop {
            let byte = self.cursor.byte_at(at);
            let replacement = match byte {
                b'\n' => return None,
                b'\'' if quote == byte && self.cursor.byte_at(at + 1) == b'\'' => '\'',
                _ if byte == quote => break,
                b'\\' if quote == b'"' => match self.cursor.byte_at(at + 1) {
                    b'n' => '\n',
                    b't' => '\t',
                    b'r' => '\r',
                    b'"' => '"',
                    b'\\' => '\\',
                    _ => return None,
                },
                _ => {
                    at += 1;
                    continue;
                }
            };
            if !rewritten {
                self.scratch.clear();
                rewritten = true;
            }
            self.scratch.push_str(self.cursor.slice(copied, at)?);
            self.scratch.push(replacement);
            at += 2;
            copied = at;
        }
        if rewritten {
            self.scratch.push_str(self.cursor.slice(copied, at)?);
        }
        let style = if quote == b'"' { Style::DoubleQuoted } else { Style::SingleQuoted };
        self.cursor.at = at + 1;
        Some(Token { start, end: at + 1, style, stop: Stop::End, rewritten })
    }

    /// Makes a token a value of the innermost collection.
    pub(super) fn add_scalar(&mut self, token: Token) -> Option<()> {
        let text = token.text(&self.cursor, &self.scratch)?;
        let begin = self.cursor.mark(token.start);
        let range = self.cursor.range(begin, text.len());
        let kind = match token.style {
            Style::Plain => resolve_plain(text),
            _ => NodeKind::String(SmolStr::new(text)),
        };
        self.out.scalar(kind, range, token.span(), token.style)
    }

    /// A literal block whose header is here. The cursor stops at the start of the line after its content.
    pub(super) fn literal(&mut self) -> Option<()> {
        let start = self.cursor.at;
        let header = self.cursor.mark(start);
        let begin = self.cursor.pos(header.column);
        let header_start = self.cursor.line_start();
        self.cursor.at += 1;
        let strip = self.cursor.byte() == b'-';
        if strip {
            self.cursor.at += 1;
        }
        if self.cursor.byte() != b'\n' {
            return None;
        }
        self.cursor.at += 1;

        let block = self.literal_lines(header_start)?;
        if !strip {
            self.scratch.push('\n');
        }
        let (line, line_start, length) = if strip {
            (block.line.saturating_sub(1), block.before_last, block.last_length)
        } else {
            (block.line, block.last, 0)
        };
        let column = header.column.saturating_add(offset(length));
        let range = Range { begin, end: self.cursor.pos_at(line, line_start, column) };
        let kind = NodeKind::String(SmolStr::new(&self.scratch));
        self.out.scalar(kind, range, span(start, block.end), Style::Literal)
    }

    /// The lines of a literal block, collected without the last line feed.
    fn literal_lines(&mut self, header_start: usize) -> Option<Block> {
        let outer = self.out.top()?.indent;
        self.scratch.clear();
        let mut indent = None;
        // Where the line before starts.
        let mut before = header_start;
        let mut block = Block::default();
        // Line feeds that belong to the text if more of it follows.
        let mut blank = 0;
        loop {
            let start = self.cursor.at;
            if self.cursor.ended() {
                break;
            }
            self.cursor.skip_spaces();
            let spaces = self.cursor.at - start;
            self.cursor.at = start;
            let first = self.cursor.byte_at(start + spaces);
            if first == b'\n' {
                // Lines of nothing but blanks have rules of their own.
                if spaces != 0 {
                    return None;
                }
                self.cursor.begin_line()?;
                self.cursor.at += 1;
                blank += 1;
                before = start;
                continue;
            }
            let inner = *indent.get_or_insert(spaces);
            if spaces < inner || inner <= outer {
                // What follows must plainly be outside.
                if spaces > outer || inner <= outer {
                    return None;
                }
                break;
            }
            if first == b'\t' {
                return None;
            }
            self.cursor.begin_line()?;
            let end = self.cursor.line_end();
            let content = self.cursor.slice(start + inner, end)?;
            if block.end != 0 {
                blank += 1;
            }
            for _ in 0..std::mem::take(&mut blank) {
                self.scratch.push('\n');
            }
            self.scratch.push_str(content);
            block = Block {
                line: self.cursor.line_number(),
                last: start,
                before_last: before,
                last_length: content.len(),
                end,
            };
            before = start;
            self.cursor.at = end;
            // A text that ends here lacks a line feed, which the parser has rules for.
            if self.cursor.ended() {
                return None;
            }
            self.cursor.at += 1;
        }
        (block.end != 0).then_some(block)
    }
}

/// What is known about a literal block after its content.
#[derive(Default)]
struct Block {
    /// The number of its last line.
    line: u32,
    /// Where the last line starts, and the one before it.
    last: usize,
    before_last: usize,
    /// The bytes of the last line that belong to the text.
    last_length: usize,
    /// Where the last line ends.
    end: usize,
}
