//! Positions in the reference's terms.

use super::width::next_cluster;
use crate::position::Pos;

/// Distance of the marks in a line that is not ASCII, in grapheme clusters.
const MARK_DISTANCE: usize = 16;

/// Lines of so many bytes need no marks.
const SHORT_LINE: usize = 256;

/// Turns lines and columns into positions.
///
/// The reference counts columns in code points but looks for them by display width, and knows no byte offsets on the
/// last line. Both is reproduced here; true offsets come from the parser.
pub(super) struct Positions<'a> {
    text: &'a str,
    ascii: bool,
    /// Where each line starts.
    lines: Vec<u32>,
    current: Line,
}

/// What is known about the line that was asked about last.
#[derive(Default)]
struct Line {
    number: u32,
    ascii: bool,
    /// How many characters at its beginning take one byte and one column.
    simple: u32,
    /// Column and offset in the line after every so many clusters: a line may be megabytes long and hold any number
    /// of nodes.
    marks: Vec<(u32, u32)>,
}

impl<'a> Positions<'a> {
    pub(super) fn new(text: &'a str) -> Positions<'a> {
        let ends = || memchr::memchr_iter(b'\n', text.as_bytes());
        // Counting is so fast that the table may as well be of the right size.
        let mut lines = Vec::with_capacity(ends().count() + 1);
        lines.push(0);
        lines.extend(ends().map(|i| offset(i + 1)));
        Positions { text, ascii: text.is_ascii(), lines, current: Line::default() }
    }

    /// The text that positions are in.
    pub(super) fn text(&self) -> &'a str {
        self.text
    }

    /// The position of a line and column, both counted from 1.
    pub(super) fn at(&mut self, line: u32, column: u32) -> Pos {
        Pos { line, column, byte: self.byte(line, column) }
    }

    fn byte(&mut self, line: u32, column: u32) -> u32 {
        // The comparison of a line counted from 1 with their number leaves out the last line.
        if line as usize >= self.lines.len() {
            return 0;
        }
        let Some(start) = (line as usize).checked_sub(1).and_then(|i| self.lines.get(i)).copied()
        else {
            return 0;
        };
        if self.ascii || self.is_ascii_line(line, start) {
            return start.saturating_add(column.saturating_sub(1));
        }
        if column <= self.current.simple {
            return start.saturating_add(column.saturating_sub(1));
        }
        let mark = self.current.marks.partition_point(|(c, _)| *c < column).checked_sub(1);
        let (mut at, mut byte) =
            mark.and_then(|i| self.current.marks.get(i)).copied().unwrap_or((1, 0));
        if byte < self.current.simple {
            (at, byte) = (self.current.simple, self.current.simple.saturating_sub(1));
        }
        let text = self.line_text(line, start);
        while at < column {
            let rest = text.get(byte as usize..).unwrap_or_default();
            let Some((length, width)) = next_cluster(rest) else { break };
            at = at.saturating_add(offset(width));
            byte = byte.saturating_add(offset(length));
        }
        start.saturating_add(byte)
    }

    fn line_text(&self, line: u32, start: u32) -> &'a str {
        // The table has an entry after every line that is asked about; its newline is not part of the line.
        let end = self.lines.get(line as usize).map_or(self.text.len(), |end| *end as usize - 1);
        self.text.get(start as usize..end).unwrap_or_default()
    }

    fn is_ascii_line(&mut self, line: u32, start: u32) -> bool {
        if self.current.number != line {
            let text = self.line_text(line, start);
            self.current.number = line;
            self.current.ascii = text.is_ascii();
            // The last of them may be the base of a combining character.
            let simple = text.bytes().take_while(|b| matches!(b, b' '..=b'~')).count();
            self.current.simple = offset(simple);
            self.current.marks.clear();
            if !self.current.ascii && text.len() > SHORT_LINE {
                self.mark(text);
            }
        }
        self.current.ascii
    }

    fn mark(&mut self, text: &str) {
        let (mut column, mut byte) = (1u32, 0u32);
        let mut count = 0usize;
        while let Some((length, width)) =
            next_cluster(text.get(byte as usize..).unwrap_or_default())
        {
            if count.is_multiple_of(MARK_DISTANCE) {
                self.current.marks.push((column, byte));
            }
            count += 1;
            column = column.saturating_add(offset(width));
            byte = byte.saturating_add(offset(length));
        }
    }
}

/// Narrows an offset or count; limits keep documents far below 4 GiB.
pub(super) fn offset(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use unicode_segmentation::UnicodeSegmentation as _;

    use super::*;
    use crate::syntax::width::cluster_width;

    fn byte(text: &str, line: u32, column: u32) -> u32 {
        Positions::new(text).at(line, column).byte
    }

    #[test]
    fn ascii_is_not_clamped() {
        assert_eq!(byte("a: b\nc: d\n", 2, 4), 8);
        assert_eq!(byte("a: b\nc: d\n", 1, 40), 39);
    }

    #[test]
    fn the_last_line_has_no_offsets() {
        assert_eq!(byte("a: b\nc: d", 1, 4), 3);
        assert_eq!(byte("a: b\nc: d", 2, 4), 0);
        assert_eq!(byte("a: b", 1, 4), 0);
        assert_eq!(byte("a: b\n", 9, 4), 0);
        assert_eq!(byte("a: b\n", 0, 4), 0);
    }

    #[test]
    fn wide_characters() {
        let text = "  世界: hello\n";
        assert_eq!(byte(text, 1, 3), 2);
        assert_eq!(byte(text, 1, 7), 8);
        // Column 4 is in the middle of the first character: the walk stops after it.
        assert_eq!(byte(text, 1, 4), 5);
        // Non-ASCII lines are clamped.
        assert_eq!(byte(text, 1, 99), 15);
    }

    #[test]
    fn marks_change_nothing() {
        let text = format!("{}\nx\n", "a世\u{301}b👍\u{200b}\u{200b}c".repeat(200));
        let mut positions = Positions::new(&text);
        let line = text.lines().next().unwrap();
        for column in (1..2000).step_by(7) {
            let (mut at, mut expected) = (1, 0);
            for cluster in line.graphemes(true) {
                if at >= column {
                    break;
                }
                at += cluster_width(cluster) as u32;
                expected += cluster.len() as u32;
            }
            assert_eq!(positions.at(1, column).byte, expected, "{column}");
        }
        assert_eq!(positions.at(2, 1).byte, text.len() as u32 - 2);
    }
}
