//! What stands between tokens: blanks, line breaks and comments.

use super::problem::Problem;
use super::scanner::Scanner;

/// How many bytes the reference looks ahead for a comment.
const PEEK: usize = 512;

impl Scanner<'_> {
    /// To the next token, over blanks, comments and line breaks.
    pub(super) fn skip_to_token(&mut self) -> Result<(), Problem> {
        loop {
            self.reader.ensure(1)?;
            // A tab may separate tokens, but where a key may begin it would be indentation.
            while self.reader.peek(0) == b' '
                || (self.reader.peek(0) == b'\t' && (self.flow > 0 || !self.key_allowed))
            {
                self.reader.skip();
                self.reader.ensure(1)?;
            }
            if self.reader.peek(0) == b'#' {
                self.skip_comments()?;
            }
            if !self.reader.at_break(0) {
                return Ok(());
            }
            self.reader.ensure(2)?;
            self.reader.skip_line();
            if self.flow == 0 {
                self.key_allowed = true;
            }
        }
    }

    /// Over the comment on the line of the token that was just read.
    pub(super) fn skip_comment_after_token(&mut self) -> Result<(), Problem> {
        if self.reader.newlines > 0 {
            return Ok(());
        }
        let mut ahead = 0;
        while ahead < PEEK && self.reader.at_blank(ahead) {
            ahead += 1;
        }
        self.reader.ensure(ahead + 1)?;
        if ahead < PEEK && self.reader.peek(ahead) == b'#' {
            self.skip_through(self.reader.byte_offset() + ahead)?;
        }
        Ok(())
    }

    /// Over a comment and those on the next lines, however they are indented: even with tabs.
    fn skip_comments(&mut self) -> Result<(), Problem> {
        let mut ahead = 0;
        while ahead < PEEK {
            self.reader.ensure(ahead + 1)?;
            if self.reader.at_blank(ahead) || self.reader.at_break(ahead) {
                ahead += 1;
            } else if self.reader.peek(ahead) == b'#' {
                self.skip_through(self.reader.byte_offset() + ahead)?;
                // The line break was looked at already.
                ahead = 1;
            } else {
                break;
            }
        }
        Ok(())
    }

    /// To the end of the line that holds the offset.
    fn skip_through(&mut self, offset: usize) -> Result<(), Problem> {
        loop {
            self.reader.ensure(1)?;
            if !self.reader.at_line_end(0) {
                self.reader.skip();
            } else if self.reader.byte_offset() >= offset {
                return Ok(());
            } else {
                self.reader.ensure(2)?;
                self.reader.skip_line();
            }
        }
    }
}
