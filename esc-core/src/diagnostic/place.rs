//! Finding the text a location means.

use std::ops::Range;

use super::Location;
use crate::position::Pos;

/// The bytes of the text that the location means, on character boundaries and without trailing white space.
///
/// None if the location has no position, or one outside of the text.
pub(super) fn bytes_of(location: &Location, text: &str) -> Option<Range<usize>> {
    let (start, end) = match location.span {
        Some(span) => (span.start as usize, span.end as usize),
        None => {
            let start = offset_of(location.range.begin, text)?;
            // The end of a compatible range counts bytes, not columns, and may lie behind its line or the text.
            (start, offset_of(location.range.end, text).unwrap_or(start))
        }
    };
    if start > text.len() {
        return None;
    }
    let start = text.floor_char_boundary(start);
    let end = text.ceil_char_boundary(end.min(text.len())).max(start);
    let meant = text.get(start..end).unwrap_or_default();
    Some(start..start + meant.trim_end().len())
}

/// The whole lines, counted from 1, that the bytes touch: the first one's number, and where they start and end.
pub(super) fn lines_of(bytes: &Range<usize>, text: &str) -> (usize, Range<usize>) {
    let before = text.get(..bytes.start).unwrap_or_default();
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let number = 1 + before.bytes().filter(|b| *b == b'\n').count();
    let after = text.get(bytes.end..).unwrap_or_default();
    let rest = after.split('\n').next().unwrap_or_default().trim_end_matches('\r');
    (number, start..bytes.end + rest.len())
}

/// Where the compatible position is, found by line and column (its byte offset is not to be trusted).
fn offset_of(pos: Pos, text: &str) -> Option<usize> {
    let line_number = pos.line.checked_sub(1)?;
    let mut start = 0;
    for _ in 0..line_number {
        start += text.get(start..)?.find('\n')? + 1;
    }
    let line = text.get(start..)?.split('\n').next()?.trim_end_matches('\r');
    let columns = (pos.column as usize).saturating_sub(1);
    let offset = line.char_indices().nth(columns).map_or(line.len(), |(at, _)| at);
    Some(start + offset)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::position;

    fn ranged(begin: (u32, u32), end: (u32, u32)) -> Location {
        let pos = |(line, column)| Pos { line, column, byte: 0 };
        let range = position::Range { begin: pos(begin), end: pos(end) };
        Location { environment: "env".into(), range, span: None }
    }

    fn spanned(start: u32, end: u32) -> Location {
        let span = Some(position::Span { start, end });
        Location { span, ..ranged((0, 0), (0, 0)) }
    }

    #[test]
    fn ranges_are_found_by_line_and_column() {
        let text = "a: 1\r\n世界: xyz\r\nc: 3";
        let found = |location| bytes_of(&location, text).and_then(|r| text.get(r));
        assert_eq!(found(ranged((1, 1), (1, 2))), Some("a"));
        assert_eq!(found(ranged((2, 5), (2, 8))), Some("xyz"));
        assert_eq!(found(ranged((2, 1), (2, 99))), Some("世界: xyz"));
        assert_eq!(found(ranged((3, 4), (9, 1))), Some(""));
        assert_eq!(found(ranged((9, 1), (9, 2))), None);
        assert_eq!(found(ranged((0, 0), (0, 0))), None);
        assert_eq!(found(ranged((2, 5), (1, 1))), Some(""));
    }

    #[test]
    fn spans_are_clamped_to_the_text_and_to_characters() {
        let text = "世界 \n";
        assert_eq!(bytes_of(&spanned(1, 4), text), Some(0..6));
        assert_eq!(bytes_of(&spanned(3, 900), text), Some(3..6));
        assert_eq!(bytes_of(&spanned(9, 1), text), None);
        assert_eq!(bytes_of(&spanned(8, 8), text), Some(8..8));
    }

    #[test]
    fn lines_are_whole() {
        let text = "one\ntwo\nthree\n";
        assert_eq!(lines_of(&(5..5), text), (2, 4..7));
        assert_eq!(lines_of(&(5..9), text), (2, 4..13));
        assert_eq!(lines_of(&(14..14), text), (4, 14..14));
        assert_eq!(lines_of(&(0..1), "one\r\ntwo"), (1, 0..3));
    }

    proptest! {
        #[test]
        fn what_is_found_can_be_sliced(
            text in "[a世é \\r\\n\\t]{0,20}",
            a in 0u32..30, b in 0u32..30, c in 0u32..6, d in 0u32..9, e in 0u32..6, f in 0u32..9,
        ) {
            for location in [spanned(a, b), ranged((c, d), (e, f))] {
                if let Some(bytes) = bytes_of(&location, &text) {
                    prop_assert!(text.get(bytes.clone()).is_some());
                    let (_, lines) = lines_of(&bytes, &text);
                    prop_assert!(text.get(lines.clone()).is_some());
                    prop_assert!(lines.start <= bytes.start && bytes.end <= lines.end);
                }
            }
        }
    }
}
