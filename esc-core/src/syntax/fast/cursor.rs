//! Where the scanner is, and what the reference calls that place.

use crate::position::{Pos, Range, Span};
use crate::syntax::mark::Mark;
use crate::syntax::positions::{Positions, offset};

/// A place in the text, and the line it is in.
pub(super) struct Cursor<'t> {
    text: &'t str,
    bytes: &'t [u8],
    /// The offset of the byte that is looked at.
    pub(super) at: usize,
    line: Line,
    /// No line has anything but ASCII.
    ascii: bool,
    /// Where the last line starts. The reference knows no offsets in it.
    last_line: usize,
    /// Only made for lines that are not ASCII.
    positions: Option<Positions<'t>>,
}

struct Line {
    number: u32,
    start: usize,
    ascii: bool,
    /// No line feed follows it.
    last: bool,
    /// An offset in the line and its column; columns are only counted from there on.
    known: (usize, u32),
}

impl<'t> Cursor<'t> {
    /// Begins before the first line; none for a text whose line breaks are not all line feeds.
    pub(super) fn new(text: &'t str) -> Option<Cursor<'t>> {
        let bytes = text.as_bytes();
        if memchr::memchr(b'\r', bytes).is_some() {
            return None;
        }
        let ascii = bytes.is_ascii();
        Some(Cursor {
            text,
            bytes,
            at: 0,
            line: Line { number: 0, start: 0, ascii, last: false, known: (0, 1) },
            ascii,
            last_line: memchr::memrchr(b'\n', bytes).map_or(0, |i| i + 1),
            positions: None,
        })
    }

    /// The byte here; a line feed after the end of the text.
    #[inline]
    pub(super) fn byte(&self) -> u8 {
        self.byte_at(self.at)
    }

    #[inline]
    pub(super) fn byte_at(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(b'\n')
    }

    pub(super) fn ended(&self) -> bool {
        self.at >= self.bytes.len()
    }

    pub(super) fn starts_with(&self, prefix: &[u8]) -> bool {
        self.bytes.get(self.at..).is_some_and(|rest| rest.starts_with(prefix))
    }

    /// What follows from an offset on.
    #[inline]
    pub(super) fn rest(&self, at: usize) -> &'t [u8] {
        self.bytes.get(at..).unwrap_or_default()
    }

    /// A part of the text.
    #[inline]
    pub(super) fn slice(&self, start: usize, end: usize) -> Option<&'t str> {
        self.text.get(start..end)
    }

    /// How far the current place is from the start of its line, in bytes.
    #[inline]
    pub(super) fn indent(&self) -> usize {
        self.at - self.line.start
    }

    pub(super) fn line_number(&self) -> u32 {
        self.line.number
    }

    pub(super) fn line_start(&self) -> usize {
        self.line.start
    }

    /// Begins the line that starts here; none if it has characters that some take for line breaks or for nothing.
    #[inline]
    pub(super) fn begin_line(&mut self) -> Option<()> {
        self.line.number = self.line.number.saturating_add(1);
        self.line.start = self.at;
        self.line.last = self.at >= self.last_line;
        if self.ascii {
            return Some(());
        }
        let line = self.text.get(self.at..self.line_end())?;
        self.line.ascii = line.is_ascii();
        self.line.known = (self.at, 1);
        if !self.line.ascii && line.contains(['\u{85}', '\u{2028}', '\u{2029}', '\u{feff}']) {
            return None;
        }
        Some(())
    }

    #[inline]
    pub(super) fn skip_spaces(&mut self) {
        while self.byte_at(self.at) == b' ' {
            self.at += 1;
        }
    }

    /// Whether nothing follows in this line but blanks and a comment; if so, goes to the next line.
    ///
    /// Must be called where a token ended, since a comment needs a blank before it.
    #[inline]
    pub(super) fn end_of_line(&mut self) -> bool {
        let token_end = self.at;
        self.skip_spaces();
        match self.byte() {
            b'\n' => self.at += 1,
            b'#' if self.at > token_end => self.skip_line(),
            _ => return false,
        }
        true
    }

    /// Goes to the start of the next line.
    pub(super) fn skip_line(&mut self) {
        self.at = self.line_end() + 1;
    }

    /// Where the line feed of the current line is.
    pub(super) fn line_end(&self) -> usize {
        memchr::memchr(b'\n', self.rest(self.at)).map_or(self.bytes.len(), |i| self.at + i)
    }

    /// The place of an offset in the current line, not before one that was asked for earlier.
    #[inline]
    pub(super) fn mark(&mut self, byte: usize) -> Mark {
        let column = if self.line.ascii {
            offset(byte - self.line.start).saturating_add(1)
        } else {
            let (known, column) = self.line.known;
            let between = self.text.get(known..byte).unwrap_or_default();
            let column = column.saturating_add(offset(between.chars().count()));
            self.line.known = (byte, column);
            column
        };
        Mark { byte, line: self.line.number, column }
    }

    /// The range of a token of the current line that begins at a mark and whose value has some length.
    #[inline]
    pub(super) fn range(&mut self, begin: Mark, length: usize) -> Range {
        let Mark { byte, line, column } = begin;
        let end = column.saturating_add(offset(length));
        if !self.line.ascii || self.line.last {
            return Range { begin: self.pos(column), end: self.pos(end) };
        }
        Range {
            begin: Pos { line, column, byte: offset(byte) },
            end: Pos { line, column: end, byte: offset(byte + length) },
        }
    }

    /// The position of a column of the current line.
    #[inline]
    pub(super) fn pos(&mut self, column: u32) -> Pos {
        if !self.line.ascii {
            return self.pos_of(self.line.number, column);
        }
        self.ascii_pos(self.line.number, self.line.start, column)
    }

    /// The position of a column of some line that starts at an offset.
    pub(super) fn pos_at(&mut self, line: u32, start: usize, column: u32) -> Pos {
        if self.ascii { self.ascii_pos(line, start, column) } else { self.pos_of(line, column) }
    }

    fn ascii_pos(&self, line: u32, start: usize, column: u32) -> Pos {
        let byte = if start >= self.last_line {
            0
        } else {
            offset(start).saturating_add(column.saturating_sub(1))
        };
        Pos { line, column, byte }
    }

    fn pos_of(&mut self, line: u32, column: u32) -> Pos {
        self.positions.get_or_insert_with(|| Positions::new(self.text)).at(line, column)
    }
}

/// The span between two offsets.
pub(super) fn span(start: usize, end: usize) -> Span {
    Span { start: offset(start), end: offset(end) }
}
