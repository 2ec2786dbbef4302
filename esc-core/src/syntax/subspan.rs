//! From bytes of a scalar's value to where they stand in the text.

use std::ops::Range;

use super::Style;
use crate::position::Span;

/// Placeholder until the styles are mapped.
pub(super) fn map_span(
    source: &str,
    span: Span,
    style: Style,
    value: &str,
    range: Range<usize>,
) -> Option<Span> {
    let _ = (source, style);
    let plain = source.get(span.range())? == value;
    if !plain || range.end > value.len() || range.start > range.end {
        return None;
    }
    let at = |i: usize| u32::try_from(i).ok().and_then(|i| span.start.checked_add(i));
    Some(Span { start: at(range.start)?, end: at(range.end)? })
}
