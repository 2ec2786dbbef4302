//! Flow collections of one line.

use super::Scanner;
use super::scalar::{Stop, Token};
use crate::syntax::Style;

impl Scanner<'_> {
    /// A flow collection whose bracket is here. The cursor stops after it.
    pub(super) fn flow(&mut self) -> Option<()> {
        let outer = self.out.depth();
        self.open_flow()?;
        let mut empty = true;
        loop {
            self.cursor.skip_spaces();
            if !(empty && self.close_flow()?) {
                if !self.out.top()?.sequence {
                    self.flow_key()?;
                }
                if matches!(self.cursor.byte(), b'[' | b'{') {
                    self.open_flow()?;
                    empty = true;
                    continue;
                }
                let token = self.flow_scalar()?;
                if token.stop != Stop::End {
                    return None;
                }
                self.add_scalar(token)?;
            }
            loop {
                if self.out.depth() == outer {
                    return Some(());
                }
                self.cursor.skip_spaces();
                if self.cursor.byte() == b',' {
                    self.cursor.at += 1;
                    empty = false;
                    break;
                }
                if !self.close_flow()? {
                    return None;
                }
            }
        }
    }

    fn open_flow(&mut self) -> Option<()> {
        let at = self.cursor.at;
        let mark = self.cursor.mark(at);
        let pos = self.cursor.pos(mark.column);
        let sequence = self.cursor.byte() == b'[';
        self.cursor.at += 1;
        self.out.open(sequence, 0, Style::Flow, pos, at)
    }

    /// Closes the innermost collection if its bracket is here; none if it is the wrong one.
    fn close_flow(&mut self) -> Option<bool> {
        match self.cursor.byte() {
            byte @ (b']' | b'}') => {
                if (byte == b']') != self.out.top()?.sequence {
                    return None;
                }
                self.cursor.at += 1;
                self.out.close(Some(self.cursor.at))?;
                Some(true)
            }
            _ => Some(false),
        }
    }

    /// A key, its colon and the blanks after it.
    fn flow_key(&mut self) -> Option<()> {
        let token = self.flow_scalar()?;
        if self.cursor.byte() != b':' || self.cursor.byte_at(self.cursor.at + 1) != b' ' {
            return None;
        }
        self.set_key(token)?;
        self.cursor.at += 1;
        self.cursor.skip_spaces();
        Some(())
    }

    fn flow_scalar(&mut self) -> Option<Token> {
        match self.cursor.byte() {
            b'"' | b'\'' => self.quoted(),
            _ => self.flow_plain(),
        }
    }

    /// A plain scalar within brackets. The cursor stops after it, or at the colon.
    fn flow_plain(&mut self) -> Option<Token> {
        self.plain_start()?;
        let start = self.cursor.at;
        let (mut at, mut end) = (start, start);
        let stop = loop {
            match self.cursor.byte_at(at) {
                b',' | b']' | b'}' => break Stop::End,
                b' ' => {
                    at += 1;
                    continue;
                }
                b':' => match self.cursor.byte_at(at + 1) {
                    b' ' if end == at => break Stop::Colon,
                    b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'/' | b':' => {}
                    _ => return None,
                },
                b'-' if at == start && !self.cursor.byte_at(at + 1).is_ascii_alphanumeric() => {
                    return None;
                }
                b'\n' | b'\t' | b'[' | b'{' | b'#' | b'?' => return None,
                _ => {}
            }
            at += 1;
            end = at;
        };
        self.cursor.at = end;
        Some(Token::plain(start, end, stop))
    }
}
