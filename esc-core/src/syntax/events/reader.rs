//! Characters and where they stand.

use super::problem::{Problem, ProblemKind, Reporter};
use crate::syntax::mark::Mark;

/// How many bytes the reference decodes together.
const CHUNK: usize = 512;

/// A place in a text that moves forward.
pub(super) struct Reader<'t> {
    text: &'t str,
    pos: usize,
    /// The characters before; one of two where a line ends with two.
    pub(super) index: usize,
    /// Counted from 0.
    pub(super) line: u32,
    /// In characters, counted from 0.
    pub(super) column: u32,
    /// The line breaks since the last character that is not blank.
    pub(super) newlines: u32,
    trouble: Option<Trouble>,
    /// Where the text starts that is decoded together with the trouble.
    decoded: usize,
}

/// A byte or character that the reference does not take at all.
#[derive(Clone, Copy, Debug)]
pub(in crate::syntax) struct Trouble {
    pub(in crate::syntax) kind: ProblemKind,
    /// Where.
    pub(in crate::syntax) byte: usize,
    /// How many bytes the reference must have before it notices; more than there are if something is missing.
    pub(in crate::syntax) width: usize,
}

impl Trouble {
    /// The problem that it is, in its text.
    pub(in crate::syntax) fn problem(self, text: &str) -> Problem {
        let at = Mark::of_byte(text, self.byte);
        Problem { kind: self.kind, reporter: Reporter::Reader, at, within: None }
    }
}

impl<'t> Reader<'t> {
    /// Reads a text; `trouble` is the first thing in it, or right after it, that is no character.
    pub(super) fn new(text: &'t str, trouble: Option<Trouble>) -> Reader<'t> {
        let bom = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        // What is wrong before is noticed first, unless it is decoded together with it.
        let decoded = trouble.map_or(text.len(), |trouble| chunk_start(text, trouble));
        Reader { text, pos: bom, index: 0, line: 0, column: 0, newlines: 0, trouble, decoded }
    }

    pub(super) fn mark(&self) -> Mark {
        Mark {
            byte: self.pos,
            line: self.line.saturating_add(1),
            column: self.column.saturating_add(1),
        }
    }

    pub(super) fn byte_offset(&self) -> usize {
        self.pos
    }

    /// The byte so many bytes ahead; 0 after the end.
    pub(super) fn peek(&self, ahead: usize) -> u8 {
        self.text.as_bytes().get(self.pos + ahead).copied().unwrap_or(0)
    }

    /// Fails if so many characters cannot be looked at, because one that is not allowed is decoded with them.
    pub(super) fn ensure(&self, count: usize) -> Result<(), Problem> {
        let Some(trouble) = self.trouble else { return Ok(()) };
        let rest = self.text.get(self.pos..).unwrap_or_default();
        match rest.char_indices().nth(count.saturating_sub(1)) {
            Some((last, _)) if self.pos + last < self.decoded => Ok(()),
            _ => Err(trouble.problem(self.text)),
        }
    }

    pub(super) fn at_end(&self, ahead: usize) -> bool {
        self.pos + ahead >= self.text.len()
    }

    pub(super) fn at_blank(&self, ahead: usize) -> bool {
        matches!(self.peek(ahead), b' ' | b'\t')
    }

    pub(super) fn at_break(&self, ahead: usize) -> bool {
        match self.peek(ahead) {
            b'\n' | b'\r' => true,
            0xC2 => self.peek(ahead + 1) == 0x85,
            0xE2 => self.peek(ahead + 1) == 0x80 && matches!(self.peek(ahead + 2), 0xA8 | 0xA9),
            _ => false,
        }
    }

    /// At a line break or the end.
    pub(super) fn at_line_end(&self, ahead: usize) -> bool {
        self.at_break(ahead) || self.at_end(ahead)
    }

    /// At a blank, a line break or the end.
    pub(super) fn at_space(&self, ahead: usize) -> bool {
        self.at_blank(ahead) || self.at_line_end(ahead)
    }

    /// At a character of names: a letter or digit of ASCII, `_` or `-`.
    pub(super) fn at_word(&self) -> bool {
        matches!(self.peek(0), b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'_' | b'-')
    }

    /// At the first column, at three of these, and nothing else follows them.
    pub(super) fn at_indicator(&self, indicator: u8) -> bool {
        self.column == 0 && (0..3).all(|i| self.peek(i) == indicator) && self.at_space(3)
    }

    /// Over one character.
    pub(super) fn skip(&mut self) {
        let width = match self.peek(0) {
            b' ' | b'\t' => 1,
            first => {
                self.newlines = 0;
                match first {
                    0..0xC0 => 1,
                    0xC0..0xE0 => 2,
                    0xE0..0xF0 => 3,
                    0xF0.. => 4,
                }
            }
        };
        self.pos += width;
        self.index += 1;
        self.column = self.column.saturating_add(1);
    }

    /// Over one character, which is copied.
    pub(super) fn read(&mut self, out: &mut String) {
        let from = self.pos;
        self.skip();
        out.push_str(self.text.get(from..self.pos).unwrap_or_default());
    }

    /// Over a line break, if there is one.
    pub(super) fn skip_line(&mut self) {
        let (width, characters) = match self.peek(0) {
            b'\r' if self.peek(1) == b'\n' => (2, 2),
            b'\n' | b'\r' => (1, 1),
            0xC2 => (2, 1),
            0xE2 => (3, 1),
            _ => return,
        };
        if !self.at_break(0) {
            return;
        }
        self.pos += width;
        self.index += characters;
        self.line = self.line.saturating_add(1);
        self.column = 0;
        self.newlines = self.newlines.saturating_add(1);
    }

    /// Over a line break, if there is one, which is copied in its simplest form.
    pub(super) fn read_line(&mut self, out: &mut String) {
        let from = self.pos;
        self.skip_line();
        match self.text.get(from..self.pos) {
            Some("\u{2028}") => out.push('\u{2028}'),
            Some("\u{2029}") => out.push('\u{2029}'),
            None | Some("") => {}
            Some(_) => out.push('\n'),
        }
    }

    /// The end of the text is at the beginning of a line.
    pub(super) fn close_last_line(&mut self) {
        if self.column != 0 {
            self.column = 0;
            self.line = self.line.saturating_add(1);
        }
    }
}

/// Where the piece of text starts that the reference decodes together with the trouble.
fn chunk_start(text: &str, trouble: Trouble) -> usize {
    let mut start = 0;
    loop {
        let limit = start + CHUNK;
        if trouble.byte + trouble.width <= limit {
            return start;
        }
        // A character that is not complete is left for the next piece.
        let next = text.floor_char_boundary(limit).min(trouble.byte);
        if next <= start || next == trouble.byte {
            return trouble.byte;
        }
        start = next;
    }
}
