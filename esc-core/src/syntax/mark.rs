//! Places in a text.

use super::positions::offset;

/// A place in the text: true byte offset, line from 1, column in code points from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) byte: usize,
    pub(super) line: u32,
    pub(super) column: u32,
}

impl Mark {
    pub(super) const START: Mark = Mark { byte: 0, line: 1, column: 1 };

    /// The place of an offset, found by counting.
    pub(super) fn of_byte(text: &str, byte: usize) -> Mark {
        let byte = text.floor_char_boundary(byte);
        let before = text.get(..byte).unwrap_or_default();
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let column = before.get(line_start..).unwrap_or_default().chars().count();
        let lines = before.bytes().filter(|b| *b == b'\n').count();
        Mark {
            byte,
            line: offset(lines).saturating_add(1),
            column: offset(column).saturating_add(1),
        }
    }
}

/// Where a block scalar ends: after its last line of content, without the line break.
///
/// `start` is the offset of the header, `end` where the parser stopped, which may be within the next token's line.
pub(super) fn block_end(text: &str, start: usize, end: usize, value: &str) -> usize {
    let Some(token) = text.get(start..end) else { return end };
    let header_end = token.find(['\n', '\r']).unwrap_or(token.len());
    let header = token.get(..header_end).unwrap_or_default();
    let header = header.split('#').next().unwrap_or_default();
    let Some(mut content) = token.get(header_end..) else { return end };
    let blank = |line: &str| line.bytes().all(|b| matches!(b, b' ' | b'\t'));
    // The indentation of whatever follows.
    if end < text.len() {
        let tail = content.rfind(['\n', '\r']).map_or(0, |i| i + 1);
        if content.get(tail..).is_some_and(blank) {
            content = content.get(..tail).unwrap_or_default();
        }
    }
    if header.contains('+') {
        let kept = content.strip_suffix('\n').unwrap_or(content);
        let kept = kept.strip_suffix('\r').unwrap_or(kept);
        return start + header_end + kept.len();
    }
    // Lines that have nothing but blanks are content if they have more of them than the indentation.
    let last = value.trim_end_matches('\n').rsplit('\n').next().unwrap_or_default();
    let last_is_blank = !last.is_empty() && blank(last);
    while let Some(i) = content.rfind(['\n', '\r']) {
        let line = content.get(i + 1..).unwrap_or_default();
        if !blank(line) || (last_is_blank && line.ends_with(last)) {
            break;
        }
        content = content.get(..i).unwrap_or_default();
    }
    let kept =
        if content.is_empty() { header.trim_end().len() } else { header_end + content.len() };
    start + kept
}
