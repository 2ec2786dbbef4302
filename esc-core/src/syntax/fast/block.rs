//! Block mappings and sequences: lines, indentation, dashes and keys.

use super::scalar::{Stop, Token};
use super::{LONGEST_KEY, Scanner};
use crate::syntax::Style;
use crate::syntax::positions::offset;
use crate::syntax::scalar::plain_is_string;

impl Scanner<'_> {
    /// The whole document; none if it is not within the subset.
    pub(super) fn document(&mut self) -> Option<()> {
        while !self.cursor.ended() {
            self.cursor.begin_line()?;
            self.cursor.skip_spaces();
            match self.cursor.byte() {
                b'\n' => self.cursor.at += 1,
                b'#' => self.cursor.skip_line(),
                _ => self.line()?,
            }
        }
        Some(())
    }

    /// A line with content, which begins here.
    fn line(&mut self) -> Option<()> {
        let indent = self.cursor.indent();
        if indent == 0 && (self.cursor.starts_with(b"---") || self.cursor.starts_with(b"...")) {
            return None;
        }
        let dash = self.at_dash();
        while let Some(top) = self.out.top() {
            // A sequence may be indented like the key it belongs to, and then ends with the next key.
            if top.indent > indent || (top.indent == indent && top.sequence && !dash) {
                self.out.close(None)?;
            } else {
                break;
            }
        }
        let (continued, pending, sequence) = match self.out.top() {
            Some(top) => (top.indent == indent, top.pending.is_some(), top.sequence),
            None if self.out.is_empty() => return self.content(indent, false, false),
            None => return None,
        };
        if continued && sequence == dash {
            self.out.settle()?;
            return self.content(indent, true, false);
        }
        // Whatever else there is must be the value of the key or dash before: otherwise it continues a scalar.
        if !pending {
            return None;
        }
        self.out.expected();
        self.content(indent, false, false)
    }

    /// A dash or key that begins here and what follows it in the line.
    ///
    /// `continued` means that the collection is already open, `item` that this may also be a scalar.
    fn content(&mut self, indent: usize, continued: bool, item: bool) -> Option<()> {
        let (mut indent, mut continued, mut item) = (indent, continued, item);
        while self.at_dash() {
            if !continued {
                self.open(true, indent)?;
            }
            self.cursor.at += 1;
            if self.value_is_elsewhere() {
                return Some(());
            }
            self.cursor.skip_spaces();
            indent = self.cursor.indent();
            (continued, item) = (false, true);
        }
        self.key_or_item(indent, continued, item)
    }

    fn key_or_item(&mut self, indent: usize, continued: bool, item: bool) -> Option<()> {
        let token = match self.cursor.byte() {
            b'[' | b'{' | b'|' if item => return self.value(),
            b'"' | b'\'' => {
                let token = self.quoted()?;
                let colon = self.cursor.byte() == b':'
                    && matches!(self.cursor.byte_at(self.cursor.at + 1), b' ' | b'\n');
                Token { stop: if colon { Stop::Colon } else { Stop::End }, ..token }
            }
            _ => self.plain()?,
        };
        match token.stop {
            Stop::Colon => {}
            Stop::End if item => {
                self.add_scalar(token)?;
                return self.cursor.end_of_line().then_some(());
            }
            Stop::End => return None,
        }
        if !continued {
            let begin = self.cursor.mark(token.start);
            let pos = self.cursor.pos(begin.column);
            self.out.open(false, indent, Style::Plain, pos, token.start)?;
        }
        self.set_key(token)?;
        self.cursor.at += 1;
        if self.value_is_elsewhere() {
            return Some(());
        }
        self.cursor.skip_spaces();
        self.value()
    }

    /// Makes a token the key of the innermost collection.
    pub(super) fn set_key(&mut self, token: Token) -> Option<()> {
        let text = token.text(&self.cursor, &self.scratch)?;
        if token.end - token.start > LONGEST_KEY
            || (token.style == Style::Plain && !plain_is_string(text))
        {
            return None;
        }
        let begin = self.cursor.mark(token.start);
        let range = self.cursor.range(begin, text.len());
        self.out.set_key(text, range, token.span(), token.style);
        Some(())
    }

    /// The value of a key that begins here; no block collection can begin in this line.
    fn value(&mut self) -> Option<()> {
        let token = match self.cursor.byte() {
            b'[' | b'{' => {
                self.flow()?;
                return self.cursor.end_of_line().then_some(());
            }
            b'|' => return self.literal(),
            b'"' | b'\'' => self.quoted()?,
            _ => self.plain()?,
        };
        if token.stop != Stop::End {
            return None;
        }
        self.add_scalar(token)?;
        self.cursor.end_of_line().then_some(())
    }

    /// Whether nothing follows a dash or colon in its line. If so, its value may be in a later line, and this one is
    /// left.
    fn value_is_elsewhere(&mut self) -> bool {
        let at = self.cursor.at;
        // The line is still current, though the cursor has left it.
        let elsewhere = self.cursor.end_of_line();
        if elsewhere {
            let mark = self.cursor.mark(at);
            let pos = self.cursor.pos(mark.column);
            self.out.expect(pos, offset(at));
        } else {
            self.cursor.at = at;
        }
        elsewhere
    }

    fn open(&mut self, sequence: bool, indent: usize) -> Option<()> {
        let at = self.cursor.at;
        let mark = self.cursor.mark(at);
        let pos = self.cursor.pos(mark.column);
        self.out.open(sequence, indent, Style::Plain, pos, at)
    }

    fn at_dash(&self) -> bool {
        self.cursor.byte() == b'-'
            && matches!(self.cursor.byte_at(self.cursor.at + 1), b' ' | b'\n')
    }
}
