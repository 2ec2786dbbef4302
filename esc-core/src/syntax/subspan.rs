//! From bytes of a scalar's value to where they stand in the text.
//!
//! The scalar's token is decoded once more, this time remembering where every piece of the value comes from. The
//! result counts only if it is the value that the parser found, so an odd corner costs a place but never gives a wrong
//! one.

use std::ops::Range;

use super::Style;
use crate::position::Span;

/// Where bytes of a scalar's value stand in the text.
pub(super) fn map_span(
    source: &str,
    span: Span,
    style: Style,
    value: &str,
    range: Range<usize>,
) -> Option<Span> {
    // Also keeps to character boundaries.
    value.get(range.clone())?;
    let token = source.get(span.range())?;
    let found = if token == value {
        range
    } else {
        let mut pieces =
            Pieces { token, value: String::with_capacity(value.len()), list: Vec::new() };
        match style {
            Style::Plain => pieces.folded(0..token.len(), Style::Plain)?,
            Style::SingleQuoted | Style::DoubleQuoted => {
                pieces.folded(1..token.len().checked_sub(1)?, style)?;
            }
            Style::Literal | Style::Folded => pieces.block(value, style == Style::Folded)?,
            Style::Flow => return None,
        }
        // A block scalar's span leaves out its last line break.
        let ends = |text: &str| text.trim_end_matches('\n').len();
        if pieces.value.get(..ends(&pieces.value)) != value.get(..ends(value)) {
            return None;
        }
        pieces.find(range)?
    };
    let place = |at: usize| u32::try_from(at).ok().and_then(|at| span.start.checked_add(at));
    Some(Span { start: place(found.start)?, end: place(found.end)? })
}

/// The value of a token, in pieces.
struct Pieces<'a> {
    token: &'a str,
    value: String,
    list: Vec<Piece>,
}

/// Some bytes of the value, and the bytes of the token they come from. If those are as many they are the same.
struct Piece {
    value: Range<usize>,
    token: Range<usize>,
}

impl Piece {
    fn is_copy(&self) -> bool {
        self.value.len() == self.token.len()
    }
}

impl Pieces<'_> {
    fn copy(&mut self, token: Range<usize>) -> Option<()> {
        let text = self.token.get(token.clone())?;
        self.push(token, text.len(), |value| value.push_str(text));
        Some(())
    }

    fn replace(&mut self, token: Range<usize>, text: &str) {
        // One byte for one byte counts as a copy, with the same result.
        self.push(token, text.len(), |value| value.push_str(text));
    }

    fn push(&mut self, token: Range<usize>, len: usize, append: impl FnOnce(&mut String)) {
        let start = self.value.len();
        append(&mut self.value);
        if len > 0 {
            self.list.push(Piece { value: start..start + len, token });
        }
    }

    fn breaks(&mut self, token: Range<usize>, count: usize) {
        self.push(token, count, |value| value.extend(std::iter::repeat_n('\n', count)));
    }

    fn find(&self, range: Range<usize>) -> Option<Range<usize>> {
        let ends_after = |at: usize| self.list.partition_point(|piece| piece.value.end <= at);
        let start = match self.list.get(ends_after(range.start)) {
            Some(piece) if piece.is_copy() => piece.token.start + (range.start - piece.value.start),
            Some(piece) => piece.token.start,
            None => self.list.last()?.token.end,
        };
        if range.is_empty() {
            return Some(start..start);
        }
        let last = self.list.get(ends_after(range.end.checked_sub(1)?))?;
        let end = if last.is_copy() {
            last.token.start + (range.end - last.value.start)
        } else {
            last.token.end
        };
        Some(start..end)
    }

    /// A plain or quoted scalar within the quotes: escapes, and line breaks that are folded.
    fn folded(&mut self, within: Range<usize>, style: Style) -> Option<()> {
        let content = self.token.get(..within.end)?;
        let mut at = within.start;
        while at < within.end {
            let rest = content.get(at..)?;
            let plain = match style {
                Style::SingleQuoted => rest.find(['\'', ' ', '\t', '\r', '\n']),
                Style::DoubleQuoted => rest.find(['\\', ' ', '\t', '\r', '\n']),
                _ => rest.find([' ', '\t', '\r', '\n']),
            };
            let length = plain.unwrap_or(rest.len());
            if length > 0 {
                self.copy(at..at + length)?;
                at += length;
                continue;
            }
            at += match rest.chars().next()? {
                '\'' => {
                    rest.strip_prefix("''")?;
                    self.replace(at..at + 2, "'");
                    2
                }
                '\\' => self.escape(at, rest)?,
                _ => self.blanks(at, rest)?,
            };
        }
        Some(())
    }

    /// Blanks within a line are kept, those around line breaks go with them.
    fn blanks(&mut self, at: usize, rest: &str) -> Option<usize> {
        let run = blank_run(rest)?;
        match count_breaks(run) {
            0 => self.copy(at..at + run.len())?,
            1 => self.replace(at..at + run.len(), " "),
            n => self.breaks(at..at + run.len(), n - 1),
        }
        Some(run.len())
    }

    fn escape(&mut self, at: usize, rest: &str) -> Option<usize> {
        let mut chars = rest.chars();
        chars.next()?;
        let simple = match chars.next()? {
            '0' => '\0',
            'a' => '\u{7}',
            'b' => '\u{8}',
            't' | '\t' => '\t',
            'n' => '\n',
            'v' => '\u{b}',
            'f' => '\u{c}',
            'r' => '\r',
            'e' => '\u{1b}',
            c @ (' ' | '"' | '/' | '\\') => c,
            'N' => '\u{85}',
            '_' => '\u{a0}',
            'L' => '\u{2028}',
            'P' => '\u{2029}',
            'x' => return self.hex_escape(at, rest, 2),
            'u' => return self.hex_escape(at, rest, 4),
            'U' => return self.hex_escape(at, rest, 8),
            '\r' | '\n' => {
                let run = blank_run(rest.get(1..)?)?;
                self.breaks(at..at + 1 + run.len(), count_breaks(run).checked_sub(1)?);
                return Some(1 + run.len());
            }
            _ => return None,
        };
        self.replace(at..at + 2, simple.encode_utf8(&mut [0; 4]));
        Some(2)
    }

    fn hex_escape(&mut self, at: usize, rest: &str, digits: usize) -> Option<usize> {
        let unit = |from: usize| u32::from_str_radix(rest.get(from..from + digits)?, 16).ok();
        let first = unit(2)?;
        let (code, length) = match first {
            0xD800..=0xDBFF if rest.get(2 + digits..)?.starts_with("\\u") => {
                let second = unit(4 + digits)?.checked_sub(0xDC00)?;
                (0x10000 + ((first - 0xD800) << 10) + second, 2 * (2 + digits))
            }
            code => (code, 2 + digits),
        };
        self.replace(at..at + length, char::from_u32(code)?.encode_utf8(&mut [0; 4]));
        Some(length)
    }

    /// A literal or folded block scalar.
    fn block(&mut self, value: &str, fold: bool) -> Option<()> {
        let token = self.token;
        let mut lines = Lines { text: token, at: 0 };
        lines.next()?;
        let first = Lines { text: token, at: lines.at }.find(|line| !is_blank(token, line))?;
        let spaces = |text: &str| text.len() - text.trim_start_matches(' ').len();
        // What the first line of the value still has of its blanks is not indentation.
        let indent =
            spaces(token.get(first)?).checked_sub(spaces(value.trim_start_matches('\n')))?;
        let keep = token.lines().next()?.split('#').next()?.contains('+');

        // The breaks since the last content, and whether that content was indented further.
        let mut gap: Option<(usize, usize, bool)> = None;
        let mut gap_start = lines.at;
        let mut leading = 0;
        for line in lines {
            let text = token.get(line.clone())?;
            let content = line.start + indent.min(spaces(text))..line.end;
            if content.is_empty() {
                match &mut gap {
                    Some((_, count, _)) => *count += 1,
                    None => leading += 1,
                }
                continue;
            }
            let indented = token.get(content.start..)?.starts_with([' ', '\t']);
            let between = gap_start..content.start;
            match gap {
                None => self.breaks(between, leading),
                Some((_, 1, before)) if fold && !indented && !before => self.replace(between, " "),
                Some((_, n, before)) if fold && !indented && !before => self.breaks(between, n - 1),
                Some((_, n, _)) => self.breaks(between, n),
            }
            self.copy(content)?;
            gap_start = line.end;
            gap = Some((line.end, 1, indented));
        }
        let last = if keep { gap.map_or(leading, |(_, n, _)| n) } else { 1 };
        self.breaks(gap_start..token.len(), last);
        Some(())
    }
}

/// The lines of a text, as ranges without the line breaks.
struct Lines<'a> {
    text: &'a str,
    at: usize,
}

impl Iterator for Lines<'_> {
    type Item = Range<usize>;

    fn next(&mut self) -> Option<Range<usize>> {
        let rest = self.text.get(self.at..).filter(|rest| !rest.is_empty())?;
        let length = rest.find('\n').unwrap_or(rest.len());
        let start = self.at;
        self.at = start + (length + 1).min(rest.len());
        let line = rest.get(..length)?;
        Some(start..start + line.strip_suffix('\r').unwrap_or(line).len())
    }
}

fn is_blank(text: &str, line: &Range<usize>) -> bool {
    text.get(line.clone()).is_none_or(|line| line.trim_start_matches(' ').is_empty())
}

fn blank_run(text: &str) -> Option<&str> {
    let rest = text.trim_start_matches([' ', '\t', '\r', '\n']);
    text.get(..text.len() - rest.len())
}

fn count_breaks(run: &str) -> usize {
    run.matches('\n').count()
}

#[cfg(test)]
mod tests {
    use crate::syntax::{Limits, SyntaxTree};

    /// What of `a`'s value each character of `needle` in it comes from.
    fn place(text: &str, needle: &str) -> Option<String> {
        let tree = SyntaxTree::decode("t", text, &Limits::default()).tree.unwrap();
        let node = tree.entries(tree.root().unwrap())[0].value;
        let value = tree.text(node).unwrap();
        let at = value.find(needle).unwrap();
        let span = tree.true_subspan(node, at, at + needle.len())?;
        Some(text[span.range()].to_owned())
    }

    #[test]
    fn every_style() {
        let cases = [
            ("a: x ${b} y\n", "${b}", "${b}"),
            ("a: x\n  y ${b}\n\n  z\n", "${b}", "${b}"),
            ("a: x\n  y ${b}\n\n  z\n", "\nz", "\n\n  z"),
            ("a: 'it''s ${b}'\n", "${b}", "${b}"),
            ("a: 'it''s ${b}'\n", "'", "''"),
            ("a: 'it''s\n\n   ${b}' # c\n", "s\n${b}", "s\n\n   ${b}"),
            ("a: \"\\u00e9\\n ${b}\"\n", "${b}", "${b}"),
            ("a: \"\\u00e9\\n ${b}\"\n", "é", "\\u00e9"),
            ("a: \"\\U0001F600 ${b}\"\n", "😀", "\\U0001F600"),
            ("a: \"x\\\n   ${b}\"\n", "x${b}", "x\\\n   ${b}"),
            ("a: \"x  \n   ${b}\"\n", "x ${b}", "x  \n   ${b}"),
            ("a: |\n  x\n\n    y ${b}\n  z\n", "${b}", "${b}"),
            ("a: |\n  x\n\n    y ${b}\n  z\n", "  y", "  y"),
            ("a: |2-\n    x ${b}\n  z\n", "${b}\nz", "${b}\n  z"),
            ("a: |+\n  x ${b}\n\n\nb: 1\n", "${b}", "${b}"),
            ("a: >\n  x\n  ${b}\n\n  y\n   z\n  q\n", "${b}", "${b}"),
            ("a: >\n  x\n  ${b}\n\n  y\n   z\n  q\n", "q", "q"),
            ("a: >-\r\n  x\r\n  ${b}\r\nb: 1\r\n", "${b}", "${b}"),
            ("a: |\n\n\n  x ${b}", "${b}", "${b}"),
            ("a: &x !t |  # c\n   x ${b}\n # d\nb: 1", "${b}", "${b}"),
        ];
        for (text, needle, expected) in cases {
            assert_eq!(place(text, needle).as_deref(), Some(expected), "{text:?}");
        }
    }

    #[test]
    fn empty_places() {
        let tree = SyntaxTree::decode("t", "a: \"x\\ty\"\n", &Limits::default()).tree.unwrap();
        let node = tree.entries(tree.root().unwrap())[0].value;
        let at = |i| tree.true_subspan(node, i, i).map(|span| span.start);
        assert_eq!([at(0), at(1), at(2), at(3), at(4)], [Some(4), Some(5), Some(7), Some(8), None]);
    }
}
