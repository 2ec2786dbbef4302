//! Directives, anchors, aliases and tags.

use super::problem::{Construct, Problem, ProblemKind};
use super::scanner::Scanner;
use super::token::TokenKind;
use crate::syntax::mark::Mark;

/// How many digits a version may have.
const LONGEST_VERSION: usize = 2;

impl Scanner<'_> {
    /// A `%YAML` or `%TAG` line, and where it ends.
    pub(super) fn scan_directive(&mut self) -> Result<(TokenKind, Mark), Problem> {
        let start = self.reader.mark();
        let error = |scanner: &Self, kind| Err(scanner.error(Construct::Directive, start, kind));
        self.reader.skip();
        let name = self.scan_directive_name(start)?;
        let kind = match name.as_str() {
            "YAML" => {
                self.skip_blanks()?;
                let major = self.scan_version_number(start)?;
                if self.reader.peek(0) != b'.' {
                    return error(self, ProblemKind::ExpectedDot);
                }
                self.reader.skip();
                TokenKind::Version(major, self.scan_version_number(start)?)
            }
            "TAG" => {
                self.skip_blanks()?;
                let handle = self.scan_tag_handle(Construct::Directive, start)?;
                self.reader.ensure(1)?;
                if !self.reader.at_blank(0) {
                    return error(self, ProblemKind::ExpectedWhitespace);
                }
                self.skip_blanks()?;
                let prefix = self.scan_tag_uri(Construct::Directive, "", start)?;
                self.reader.ensure(1)?;
                if !self.reader.at_space(0) {
                    return error(self, ProblemKind::ExpectedWhitespaceOrBreak);
                }
                TokenKind::TagDirective { handle, prefix }
            }
            _ => return error(self, ProblemKind::UnknownDirective),
        };
        let end = self.reader.mark();
        self.skip_blanks()?;
        if self.reader.peek(0) == b'#' {
            while !self.reader.at_line_end(0) {
                self.reader.skip();
                self.reader.ensure(1)?;
            }
        }
        if !self.reader.at_line_end(0) {
            return error(self, ProblemKind::ExpectedCommentOrBreak);
        }
        self.reader.ensure(2)?;
        self.reader.skip_line();
        Ok((kind, end))
    }

    fn scan_directive_name(&mut self, start: Mark) -> Result<String, Problem> {
        let name = self.scan_word()?;
        if name.is_empty() {
            let kind = ProblemKind::ExpectedDirectiveName;
            return Err(self.error(Construct::Directive, start, kind));
        }
        if !self.reader.at_space(0) {
            return Err(self.error(Construct::Directive, start, ProblemKind::NonAlphabetical));
        }
        Ok(name)
    }

    fn scan_version_number(&mut self, start: Mark) -> Result<u8, Problem> {
        self.reader.ensure(1)?;
        let mut value = 0u8;
        let mut length = 0;
        while let digit @ b'0'..=b'9' = self.reader.peek(0) {
            length += 1;
            if length > LONGEST_VERSION {
                return Err(self.error(Construct::Directive, start, ProblemKind::VersionTooLong));
            }
            value = value.saturating_mul(10).saturating_add(digit - b'0');
            self.reader.skip();
            self.reader.ensure(1)?;
        }
        if length == 0 {
            return Err(self.error(Construct::Directive, start, ProblemKind::ExpectedVersion));
        }
        Ok(value)
    }

    /// `&name` or `*name`.
    pub(super) fn scan_anchor(&mut self, alias: bool) -> Result<TokenKind, Problem> {
        let start = self.reader.mark();
        self.reader.skip();
        let name = self.scan_word()?;
        let ends = self.reader.at_space(0)
            || matches!(self.reader.peek(0), b'?' | b':' | b',' | b']' | b'}' | b'%' | b'@' | b'`');
        if name.is_empty() || !ends {
            let construct = if alias { Construct::Alias } else { Construct::Anchor };
            return Err(self.error(construct, start, ProblemKind::ExpectedName));
        }
        Ok(if alias { TokenKind::Alias(name) } else { TokenKind::Anchor(name) })
    }

    /// `!<uri>`, `!suffix`, `!handle!suffix` or `!`.
    pub(super) fn scan_tag(&mut self) -> Result<TokenKind, Problem> {
        let start = self.reader.mark();
        self.reader.ensure(2)?;
        let (mut handle, mut suffix) = (String::new(), String::new());
        if self.reader.peek(1) == b'<' {
            self.reader.skip();
            self.reader.skip();
            suffix = self.scan_tag_uri(Construct::Tag, "", start)?;
            if self.reader.peek(0) != b'>' {
                return Err(self.error(Construct::Tag, start, ProblemKind::ExpectedAngle));
            }
            self.reader.skip();
        } else {
            let first = self.scan_tag_handle(Construct::Tag, start)?;
            if first.len() > 1 && first.ends_with('!') {
                suffix = self.scan_tag_uri(Construct::Tag, "", start)?;
                handle = first;
            } else {
                // What looked like a handle is the beginning of the suffix.
                let rest = self.scan_tag_uri(Construct::Tag, &first, start)?;
                match rest.is_empty() {
                    true => suffix.push('!'),
                    false => (handle, suffix) = ("!".to_owned(), rest),
                }
            }
        }
        self.reader.ensure(1)?;
        if !self.reader.at_space(0) {
            let kind = ProblemKind::ExpectedWhitespaceOrBreak;
            return Err(self.error(Construct::Tag, start, kind));
        }
        Ok(TokenKind::Tag { handle, suffix })
    }

    fn scan_tag_handle(&mut self, construct: Construct, start: Mark) -> Result<String, Problem> {
        self.reader.ensure(1)?;
        if self.reader.peek(0) != b'!' {
            return Err(self.error(construct, start, ProblemKind::ExpectedBang));
        }
        let mut handle = String::new();
        self.reader.read(&mut handle);
        handle += &self.scan_word()?;
        if self.reader.peek(0) == b'!' {
            self.reader.read(&mut handle);
        } else if construct == Construct::Directive && handle != "!" {
            return Err(self.error(construct, start, ProblemKind::ExpectedBang));
        }
        Ok(handle)
    }

    /// A URI after a beginning that was read as a handle.
    fn scan_tag_uri(
        &mut self,
        construct: Construct,
        beginning: &str,
        start: Mark,
    ) -> Result<String, Problem> {
        let mut uri = beginning.get(1..).unwrap_or_default().as_bytes().to_vec();
        let mut found = !beginning.is_empty();
        self.reader.ensure(1)?;
        loop {
            match self.reader.peek(0) {
                b'%' => self.scan_uri_escapes(construct, start, &mut uri)?,
                byte if self.reader.at_word() || b";/?:@&=+$,.!~*'()[]".contains(&byte) => {
                    uri.push(byte);
                    self.reader.skip();
                }
                _ => break,
            }
            self.reader.ensure(1)?;
            found = true;
        }
        if !found {
            return Err(self.error(construct, start, ProblemKind::ExpectedTagUri));
        }
        Ok(String::from_utf8_lossy(&uri).into_owned())
    }

    /// The octets of one character.
    fn scan_uri_escapes(
        &mut self,
        construct: Construct,
        start: Mark,
        uri: &mut Vec<u8>,
    ) -> Result<(), Problem> {
        let mut left = None;
        while left != Some(0) {
            self.reader.ensure(3)?;
            let digits = (hex(self.reader.peek(1)), hex(self.reader.peek(2)));
            let (b'%', (Some(high), Some(low))) = (self.reader.peek(0), digits) else {
                return Err(self.error(construct, start, ProblemKind::ExpectedEscapedOctet));
            };
            let octet = (high << 4) | low;
            left = match left {
                None => {
                    let width: u8 = match octet {
                        0..0x80 => 1,
                        0xC0..0xE0 => 2,
                        0xE0..0xF0 => 3,
                        0xF0..0xF8 => 4,
                        _ => {
                            let kind = ProblemKind::WrongLeadingOctet;
                            return Err(self.error(construct, start, kind));
                        }
                    };
                    Some(width - 1)
                }
                Some(_) if octet & 0xC0 != 0x80 => {
                    return Err(self.error(construct, start, ProblemKind::WrongTrailingOctet));
                }
                Some(left) => Some(left - 1),
            };
            uri.push(octet);
            for _ in 0..3 {
                self.reader.skip();
            }
        }
        Ok(())
    }

    fn scan_word(&mut self) -> Result<String, Problem> {
        let mut word = String::new();
        self.reader.ensure(1)?;
        while self.reader.at_word() {
            self.reader.read(&mut word);
            self.reader.ensure(1)?;
        }
        Ok(word)
    }

    pub(super) fn skip_blanks(&mut self) -> Result<(), Problem> {
        self.reader.ensure(1)?;
        while self.reader.at_blank(0) {
            self.reader.skip();
            self.reader.ensure(1)?;
        }
        Ok(())
    }
}

/// The value of a hexadecimal digit.
pub(super) fn hex(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}
