//! Where the tokens of a text stand, beyond what the parser tells.

use granit_parser::Marker;

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

    pub(super) fn of(marker: &Marker) -> Mark {
        Mark {
            byte: marker.byte_offset().unwrap_or(0),
            line: offset(marker.line()),
            column: offset(marker.col()).saturating_add(1),
        }
    }

    /// The place after some text that starts here.
    fn after(self, text: &str) -> Mark {
        let mut mark = Mark { byte: self.byte + text.len(), ..self };
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            let breaks = c == '\n' || (c == '\r' && chars.peek() != Some(&'\n'));
            if breaks {
                mark.line = mark.line.saturating_add(1);
                mark.column = 1;
            } else if c != '\r' {
                mark.column = mark.column.saturating_add(1);
            }
        }
        mark
    }

    /// The place after an ASCII character that stands here.
    pub(super) fn next(self) -> Mark {
        Mark { byte: self.byte + 1, column: self.column.saturating_add(1), ..self }
    }
}

/// The header (`|` or `>`) of a block scalar, looked for from the end of the token before it.
///
/// The parser tells only where the content is.
pub(super) fn block_header(text: &str, from: Mark) -> Option<Mark> {
    // A document may follow a marker of dashes or dots.
    find_indicator(text, from, &['|', '>'], &['-', '?', ':', '.', '\u{feff}'])
}

/// The next `-` of a block sequence, looked for from the end of the token before it.
///
/// The parser tells only where the item is.
pub(super) fn dash(text: &str, from: Mark) -> Option<Mark> {
    find_indicator(text, from, &['-'], &['?', ':', '\u{feff}'])
}

/// Looks for one of some indicators, over blanks, comments, anchors, tags and some other indicators.
fn find_indicator(text: &str, from: Mark, wanted: &[char], skipped: &[char]) -> Option<Mark> {
    let rest = text.get(from.byte..)?;
    let mut at = 0;
    loop {
        let here = rest.get(at..)?;
        at += match here.chars().next()? {
            c if wanted.contains(&c) => return Some(from.after(rest.get(..at)?)),
            '#' => here.find(['\n', '\r'])?,
            '&' | '!' => here.find(char::is_whitespace)?,
            c if c.is_whitespace() || skipped.contains(&c) => c.len_utf8(),
            _ => return None,
        };
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

/// Where an empty value stands for the reference: in a flow collection where the next token begins, in a block mapping
/// right after the colon. `at` is where the parser puts it.
pub(super) fn empty_value(text: &str, at: Mark, flow: bool) -> Mark {
    if flow {
        next_token(text, at).unwrap_or(at)
    } else if text.get(at.byte..).is_some_and(|rest| rest.starts_with(':')) {
        at.next()
    } else {
        at
    }
}

fn next_token(text: &str, from: Mark) -> Option<Mark> {
    let rest = text.get(from.byte..)?;
    let mut at = 0;
    loop {
        let here = rest.get(at..)?;
        at += match here.chars().next()? {
            '#' => here.find(['\n', '\r'])?,
            c if c.is_ascii_whitespace() || c == ':' => 1,
            _ => return Some(from.after(rest.get(..at)?)),
        };
    }
}
